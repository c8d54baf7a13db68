/*
 * subject -- my data 我的数据: what is held about somebody, shown to him, given to him, corrected,
 * deleted; each request is a piece of work with a number, a date and an answer. And what is
 * forgotten by itself when its time is over (keep.h). Owns subject_request, subject_event,
 * subject_erased.
 *
 * There are no accounts: who holds the link of a need, or its number and four digits, is its
 * person; who has neither comes to a clerk, who says how he made sure. A room says in its struct
 * feature what it holds: a kind (what has a number of its own) and parts (tables of a kind, its own
 * or those of a room above it). PIPL 15, 16, 44 to 48, 50.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "app/account/account.h"
#include "app/consent/consent.h"
#include "app/seen/seen.h"
#include "app/subject/keep.h"
#include "base/steps.h"
#include "db/db.h"
#include "web/web.h"

/* A field that may be put right: `save` binds the record's id and that field (an envelope is made
 * of it where it is sealed), and changes no row where it may not any more. */
struct subject_fix {
    const char *field, *label; /* "name", 称呼 */
    const struct query *save;
};

/* What has a number and four digits, or a link. */
struct subject_kind {
    const char *code, *label;            /* "need", as in consent and opening; 您提的事 */
    const struct consent_kind *consents; /* may be NULL */
    const char *staff_label;             /* 居民提的事; NULL = as he reads it */
    const struct query *find;            /* :number -> its id */
    const struct query *number;          /* :id -> number; NULL where it has none */
    const struct query *since;           /* :id -> when the time until it is forgotten began; 0 */
    enum err (*by_key)(struct cx *cx, int64_t id, struct str key);
    enum err (*by_word)(struct cx *cx, struct str number, struct str word, int64_t *id);
    const struct shape *shape; /* of the record whose fields may be put right */
    const char *edit;          /* "/v": one agrees again at /v/{id}/edit; NULL = nowhere */
    const struct subject_fix *fixes;
    size_t nfixes;
    enum err (*fixed)(struct cx *cx, int64_t id); /* what else shows that field; may be NULL */
    /* Where it is kept elsewhere than the fix says: saves it there and says so. May be NULL. */
    enum err (*fix_apart)(struct cx *cx, int64_t id, struct str field, struct str value,
                          bool *done);
    /* Whether it is for few people alone to read what he wrote in a request, to carry it out and to
     * have a copy printed; ERR_DENIED, with a sentence, when the caller is none of them, with
     * `only` set. NULL = the clerk does. */
    enum err (*keepers)(struct cx *cx, int64_t id, bool *only);
    /* Takes away all that need not stay; ERR_CONFLICT, with a sentence, while it is still needed.
     */
    enum err (*erase)(struct cx *cx, int64_t id);
};

/* Tables that hold something of a kind: `rows` binds :id, the shape names its columns; without one
 * it says what there is in `fact`, `from_at`, `to_at`. */
struct subject_table {
    const char *table;
    const struct query *rows;
    const struct shape *shape;
    /* A code in words; "" = as it is. NULL where no field needs it. */
    struct str (*said)(struct cx *cx, const struct field *f, const void *rec);
    const struct steps *steps; /* whose labels say what a field `step` means; may be NULL */
    /* All of the k-th record in one sentence, and what stands before it; "" = another one
     * tells of it. NULL = field by field. */
    struct str (*line)(struct cx *cx, const struct list_any *rows, size_t k, struct str *term);
};
struct subject_part {
    const char *kind; /* code; "*" = of every kind (:subject is bound too) */
    const struct subject_table *at;
    size_t n;
    /* The kind's own room has erased `id`: what this room holds of it that need not stay goes in
     * the same transaction. May be NULL. */
    enum err (*erased)(struct cx *cx, int64_t id);
};

/* ---- what is held ---- */

struct subject_line {
    const struct person_field *field;
    struct str column, label;
    struct str term;  /* what stands before it on a page: the label, or when it was */
    struct str value; /* as it is stored: for machines */
    struct str said;  /* in words; "" = a number or code of ours that says nothing to anybody */
    bool begins;      /* the first of a record */
    struct str until; /* 留到 2027 年 5 月 1 日; or as the register says */
};
typedef LIST(struct subject_line) subject_lines;
/* All of it, as it is, what he said first and who looked last; whose it is was checked by the
 * caller. */
enum err subject_tell(struct cx *cx, const struct subject_kind *kind, int64_t id,
                      subject_lines *out);
/* The number it goes by; "" when it was erased. */
struct str subject_number(const subject_lines *all);
/* The same as a document that machines read, and as A4 pages. */
enum err subject_json(struct cx *cx, const struct subject_kind *kind, int64_t id, struct out *o);
enum err subject_pdf(struct cx *cx, const struct subject_kind *kind, int64_t id, struct str *out);

/* ---- requests ---- */

enum { SUBJECT_WORK_DAYS = 15 };
enum subject_state {
    SUBJECT_NONE,
    SUBJECT_RECEIVED, /* who asks is still to be made sure of */
    SUBJECT_CHECKED,
    SUBJECT_DONE,
    SUBJECT_REFUSED,
    SUBJECT_WITHDRAWN,
    SUBJECT_STATES
};
extern const char *const subject_state_codes[], *const subject_state_labels[];
extern const struct steps subject_steps;
enum { SUBJECT_BY_SELF = 1, SUBJECT_BY_STAFF = 2 };

struct subject_request {
    int64_t id;
    struct str number, word; /* D-YYMMDD-NNNN-C and four digits */
    struct str subject;
    int64_t subject_id;
    struct str what;         /* copy, correct, delete, object, explain */
    struct str field, value; /* of a correction; value is emptied when it is over */
    struct str text;         /* in his own words */
    enum subject_state state;
    int64_t version;
    /* How it was made sure who asks: key, word, face, phone, paper; "" = not yet. */
    struct str checked;
    int64_t due_at;
    struct str answer;
    int64_t entered_by, created_at, changed_at, closed_at;
};
typedef LIST(struct subject_request) subject_request_list;
extern const struct shape subject_request_shape;
struct subject_word {
    const char *code, *label;
};
typedef struct {
    const struct subject_word *at;
    size_t n;
} subject_words;
extern const subject_words subject_whats, subject_checks; /* checks: those that staff may choose */
/* 称呼; "" when that field cannot be put right. */
struct str subject_fix_label(const struct subject_kind *kind, struct str field);
const char *subject_what_label(struct str what); /* NULL when there is no such thing */
const char *subject_checked_label(struct str checked);

struct subject_event {
    int64_t id, request_id;
    struct str step, text, by_name;
    int64_t at;
};
typedef LIST(struct subject_event) subject_event_list;
extern const struct shape subject_event_shape;

/* Files it: r->subject, subject_id, what, field, value, text, checked are given. ERR_INPUT for what
 * is not there. Also when the same is being dealt with already: that one is given back, of a
 * correction with the value that was said last. Other words are a request of their own. */
enum err subject_ask(struct cx *cx, struct subject_request *r);
/* Those about one thing, the newest first. */
enum err subject_requests_of(struct cx *cx, const struct subject_kind *kind, int64_t id,
                             subject_request_list *out);
enum err subject_open(struct cx *cx, subject_request_list *out); /* what waits, by its date */
enum err subject_closed(struct cx *cx, subject_request_list *out);
enum err subject_get(struct cx *cx, int64_t id, struct subject_request *out);
/* The number of what a request is about; "" when it has none. */
enum err subject_thing(struct cx *cx, const struct subject_request *r, struct str *number);
/* Has he written something that the caller's role does not read? Then it is not his to carry out.
 */
bool subject_is_blind(struct cx *cx, const struct subject_request *r);
enum err subject_by_word(struct cx *cx, struct str number, struct str word,
                         struct subject_request *out);
enum err subject_history(struct cx *cx, int64_t id, subject_event_list *out);
/* A copy of it is printed: told to him with the others who looked, and with his request. */
enum err subject_printed(struct cx *cx, const struct subject_request *r);
/* A step of staff or (withdraw) of whoever asked: `text` is the answer, wanted by do and refuse;
 * for check it is how (a code). What was asked for happens in the same transaction; ERR_CONFLICT,
 * with a sentence, when it cannot: then staff refuse with a reason. */
enum err subject_step(struct cx *cx, struct subject_request *r, struct str step, struct str text,
                      unsigned by);

/* The thing is deleted: corrections of it that are being dealt with end, and their values go.
 * subject_erased_note() calls it. */
enum err subject_corrections_end(struct cx *cx, const char *subject, int64_t id);

/* Once, at start, before threads; the arrays must outlive the server. */
void subject_kinds_set(const struct subject_kind *const *kinds, size_t n,
                       const struct subject_part *const *parts, size_t nparts);
const struct subject_kind *subject_kind_of(struct str code);
const struct subject_kind *subject_kind_nth(size_t i); /* NULL after the last */
/* Does some room tell of this table? */
bool subject_tells(struct str table);
/* The kind's own room takes away what need not stay, then every other room that has a part of it.
 */
enum err subject_erase(struct cx *cx, const struct subject_kind *kind, int64_t id);

/* ---- deleted for good, backups included ---- */

/* At his wish: consents end, all rooms erase, and it is noted. ERR_CONFLICT, with a sentence, while
 * it is still needed. */
enum err subject_erase_noted(struct cx *cx, const struct subject_kind *kind, int64_t id);
/* A room has erased at his wish, in the same transaction, on a way of its own (he left). What was
 * still to be put right there is over, and its value gone. */
enum err subject_erased_note(struct cx *cx, const char *kind, int64_t id);

struct subject_erased {
    struct str subject;
    int64_t subject_id, at;
};
typedef LIST(struct subject_erased) subject_erased_list;
extern const struct shape subject_erased_shape;
enum err subject_erased_all(struct cx *cx, subject_erased_list *out); /* of the community */
enum err subject_erased_add(struct cx *cx, const subject_erased_list *of_another_store);

/* A store that was brought back has again what was erased since: all that is noted is erased again,
 * in the caller's writing transaction. What is not there is passed over; what is still needed there
 * (open, booked) or cannot be done without the keys is left to a job, which tries until it goes. */
struct subject_again {
    int64_t gone, open, waits; /* added to */
};
enum err subject_erase_again(struct cx *cx, struct subject_again *out);
enum err subject_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg);

extern const struct feature subject_feature;

#endif
