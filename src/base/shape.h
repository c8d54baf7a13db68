/*
 * shape -- a record described once. Rows, forms, JSON, spreadsheets, masking and API documents
 * all read this table; no list of fields is written a second time.
 *
 * Closed by default: without .ask no form may set a field; without .data nobody sees it.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SHAPE_H
#define BASE_SHAPE_H

#include "base/cx.h"
#include "base/str.h"
#include "base/vault.h"

enum field_type {
    FIELD_STR,  /* struct str */
    FIELD_INT,  /* int64_t; ids are int64_t whose name is "id" or ends in "_id": text in JSON */
    FIELD_TIME, /* int64_t ms UTC named "at" or ending in "_at" or "_on"; 0 = none; in JSON a text
                 * of RFC 3339, or null */
    FIELD_BOOL, /* bool */
    FIELD_CODE  /* an enum stored as its text in `codes` */
};

struct field {
    const char *name;  /* member, column, form field and JSON key alike */
    const char *label; /* what people read */
    size_t offset;
    enum field_type type;
    const char *const *codes;  /* FIELD_CODE: NULL-ended, indexed by the enum */
    const char *const *labels; /* Chinese for the codes, same order; NULL = show the code */
    int max;                   /* characters of a text; 0 = 200 */
    bool ask;                  /* a form or API call may set it */
    bool required;             /* ... and must */
    bool lines;                /* may hold line breaks */
    enum data_kind data;       /* who sees it: base/sees.h */
    const char *hint;          /* under the field: who asked for it and why */
    enum vault_key seal; /* of a text: stored as an envelope, bound to the shape's name, the field's
                            and the record's id */
    bool own;            /* ... with a key of its record alone (vault.h): sensitive, gone when it is
                            forgotten, from old backups too; 0017-persons has a line for it */
    bool pad;            /* ... which hides how long it is, up to 16 bytes (names) */
    const struct shape *of; /* ... in the table of that shape, under the same name, in the row that
                               `by` names: joined to this record, read and never written by it */
    const char *by;
    const char *index; /* ... and found again by this parameter and column, a blind index; a field
                          of this name keeps it for records that are read and saved again */
    bool is_id; /* a FIELD_INT that names another record although its name does not end in _id */
};

struct shape {
    const char *name; /* "need" */
    size_t size;      /* of the C struct */
    const struct field *fields;
    size_t nfields;
};

/* .type follows from the C type of the member and its name. */
#define FIELD(T, m, lab, ...)                                                                      \
    {                                                                                              \
        .name = #m, .label = lab, .offset = offsetof(T, m),                                        \
        .type = _Generic(((T *)0)->m, struct str                                                   \
                         : FIELD_STR, int64_t                                                      \
                         : FIELD_INT, bool                                                         \
                         : FIELD_BOOL, default                                                     \
                         : FIELD_CODE),                                                            \
        __VA_ARGS__                                                                                \
    }
#define SHAPE(n, T, f)                                                                             \
    {                                                                                              \
        .name = n, .size = sizeof(T), .fields = f, .nfields = COUNT(f)                             \
    }

/* FIELD_INT or FIELD_TIME, by the name: see above. */
bool field_is_time(const struct field *f);
bool field_is_id(const struct field *f);
const struct field *shape_field(const struct shape *s, struct str name); /* or NULL */
/* The sealed field that is looked up in the column `name`; NULL: that column is no such index. */
const struct field *shape_indexed_by(const struct shape *s, const char *name);

struct str field_get_str(const struct field *f, const void *rec);
int64_t field_get_int(const struct field *f, const void *rec); /* also bool and code */
void field_set_str(const struct field *f, void *rec, struct str v);
void field_set_int(const struct field *f, void *rec, int64_t v);
/* The text of a code field as stored ("open"), and as people read it (待受理). */
struct str field_code(const struct field *f, const void *rec);
/* False when no such code exists. */
bool field_set_code(const struct field *f, void *rec, struct str code);
/* The value as text for a form or a list, whatever its type. */
struct str field_text(struct cx *cx, const struct field *f, const void *rec);

/* Sets a field from what a person typed: cleaned, checked for length, number, code. Notes the
 * fault under the field and returns ERR_INPUT. */
enum err field_read(struct cx *cx, const struct field *f, void *rec, struct str typed);

/* Every required field is there. ERR_INPUT with all field faults noted. */
enum err shape_check(struct cx *cx, const struct shape *s, const void *rec);

/* Masks or empties, in `n` records at `recs`, what cx->who may not see, and opens what he may: one
 * question for all of them. What the vault does not give is said in its place. */
void shape_hide(struct cx *cx, const struct shape *s, void *recs, size_t n);
/* Opens these fields (NULL-ended; NULL = all that are sealed) whoever asks: the caller has decided,
 * and logged it. Fails when the vault does. */
enum err shape_open(struct cx *cx, const struct shape *s, void *recs, size_t n,
                    const char *const *fields);
/* The same for a page that goes on without: what the vault does not give is said in its place. */
void shape_show(struct cx *cx, const struct shape *s, void *recs, size_t n,
                const char *const *fields);
/* The blind index of what somebody typed, to look for in column f->index. */
enum err shape_index(struct cx *cx, const struct shape *s, const struct field *f, struct str typed,
                     struct str *out);
/* A sealed field of a record, as a question to the vault; about its index when `index`. */
struct vault_item shape_item(const struct shape *s, const struct field *f, const void *rec,
                             bool index);
/* How the caller sees this field. */
enum seen shape_sees(const struct cx *cx, const struct field *f);
/* 张** / 138****0001 / 6****01 (fewer than 11 digits): the mask that fits the text. */
struct str mask_text(struct cx *cx, struct str s);

/* One JSON object of the fields the caller sees (SEE_NONE is left out). */
struct out;
void shape_json(struct cx *cx, struct out *o, const struct shape *s, const void *rec);

/* A mistake in a table (two fields of one name, a code field without codes, ask without data):
 * the program refuses to start. Returns NULL or what is wrong. */
const char *shape_fault(const struct shape *s);

#endif
