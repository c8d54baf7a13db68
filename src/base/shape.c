/* shape -- see shape.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/shape.h"
#include "base/html.h"
#include "base/out.h"
#include "base/time.h"
#include "base/utf8.h"
#include <assert.h>
#include <string.h>

enum { TEXT_MAX = 200, MASK_DIGITS_MAX = 32 };

bool field_is_time(const struct field *f)
{
    struct str name = str_c(f->name);
    return f->type == FIELD_TIME ||
           (f->type == FIELD_INT &&
            (str_is(name, "at") || str_ends(name, S("_at")) || str_ends(name, S("_on"))));
}

bool field_is_id(const struct field *f)
{
    struct str name = str_c(f->name);
    return f->type == FIELD_INT && (f->is_id || str_is(name, "id") || str_ends(name, S("_id")));
}

const struct field *shape_field(const struct shape *s, struct str name)
{
    for (size_t i = 0; i < s->nfields; i++)
        if (str_is(name, s->fields[i].name))
            return &s->fields[i];
    return NULL;
}

/* Members are read and written by copying bytes: the table knows offset and type. */
static size_t width(const struct field *f)
{
    switch (f->type) {
    case FIELD_STR:
        return sizeof(struct str);
    case FIELD_BOOL:
        return sizeof(bool);
    case FIELD_CODE:
        return sizeof(int);
    default:
        return sizeof(int64_t);
    }
}

struct str field_get_str(const struct field *f, const void *rec)
{
    struct str v;
    assert(f->type == FIELD_STR);
    memcpy(&v, (const char *)rec + f->offset, sizeof v);
    return v;
}

int64_t field_get_int(const struct field *f, const void *rec)
{
    const char *at = (const char *)rec + f->offset;
    int64_t wide;
    int code;
    bool flag;
    switch (f->type) {
    case FIELD_BOOL:
        memcpy(&flag, at, sizeof flag);
        return flag;
    case FIELD_CODE:
        memcpy(&code, at, sizeof code);
        return code;
    default:
        assert(f->type != FIELD_STR);
        memcpy(&wide, at, sizeof wide);
        return wide;
    }
}

void field_set_str(const struct field *f, void *rec, struct str v)
{
    assert(f->type == FIELD_STR);
    memcpy((char *)rec + f->offset, &v, sizeof v);
}

void field_set_int(const struct field *f, void *rec, int64_t v)
{
    char *at = (char *)rec + f->offset;
    int code = (int)v;
    bool flag = v != 0;
    const void *from = f->type == FIELD_BOOL   ? (const void *)&flag
                       : f->type == FIELD_CODE ? (const void *)&code
                                               : (const void *)&v;
    assert(f->type != FIELD_STR);
    memcpy(at, from, width(f));
}

static size_t code_count(const struct field *f)
{
    size_t n = 0;
    while (f->codes[n])
        n++;
    return n;
}

struct str field_code(const struct field *f, const void *rec)
{
    int64_t v = field_get_int(f, rec);
    assert(v >= 0 && (size_t)v < code_count(f));
    return str_c(f->codes[v]);
}

bool field_set_code(const struct field *f, void *rec, struct str code)
{
    for (size_t i = 0; f->codes[i]; i++)
        if (str_is(code, f->codes[i])) {
            field_set_int(f, rec, (int64_t)i);
            return true;
        }
    return false;
}

struct str field_text(struct cx *cx, const struct field *f, const void *rec)
{
    if (f->type == FIELD_STR)
        return field_get_str(f, rec);
    if (f->type == FIELD_CODE && f->labels)
        return str_c(f->labels[field_get_int(f, rec)]);
    if (f->type == FIELD_CODE)
        return field_code(f, rec);
    if (f->type == FIELD_BOOL)
        return field_get_int(f, rec) ? S("是") : S("否");
    if (field_is_time(f))
        return filter_time(cx, field_get_int(f, rec));
    return filter_id(cx, field_get_int(f, rec));
}

static enum err read_text(struct cx *cx, const struct field *f, void *rec, struct str typed)
{
    struct str clean = utf8_clean(cx->mem, typed, !f->lines);
    size_t max = f->max ? (size_t)f->max : TEXT_MAX, n = utf8_count(clean);
    if (n > max)
        return fail_field(cx, f->name, "%s最多 %zu 字，现在 %zu 字", f->label, max, n);
    field_set_str(f, rec, clean);
    return OK;
}

static enum err read_number(struct cx *cx, const struct field *f, void *rec, struct str typed)
{
    int64_t v = 0;
    if (typed.n && field_is_time(f)) {
        if (!time_read(typed, &v))
            return fail_field(cx, f->name, "%s写成 2026-03-14 或 2026-03-14 15:40 这样", f->label);
    } else if (typed.n && !str_int(typed, &v)) {
        return fail_field(cx, f->name, "%s要填一个数", f->label);
    }
    field_set_int(f, rec, v);
    return OK;
}

enum err field_read(struct cx *cx, const struct field *f, void *rec, struct str typed)
{
    if (!utf8_valid(typed))
        return fail_field(cx, f->name, "%s里有读不出的字，请重新输入", f->label);
    if (f->type == FIELD_STR)
        return read_text(cx, f, rec, typed);
    typed = str_trim(typed);
    if (f->type == FIELD_BOOL) {
        field_set_int(f, rec, typed.n && !str_is(typed, "0") && !str_is(typed, "false"));
        return OK;
    }
    if (f->type != FIELD_CODE)
        return read_number(cx, f, rec, typed);
    if (typed.n && !field_set_code(f, rec, typed))
        return fail_field(cx, f->name, "%s没有这一项，请从列出的里选", f->label);
    return OK;
}

static bool is_empty(const struct field *f, const void *rec)
{
    if (f->type == FIELD_STR)
        return field_get_str(f, rec).n == 0;
    return f->type == FIELD_INT && field_get_int(f, rec) == 0;
}

enum err shape_check(struct cx *cx, const struct shape *s, const void *rec)
{
    enum err e = OK;
    for (size_t i = 0; i < s->nfields; i++)
        if (s->fields[i].required && is_empty(&s->fields[i], rec))
            e = fail_field(cx, s->fields[i].name, "%s还没填", s->fields[i].label);
    return e;
}

enum seen shape_sees(const struct cx *cx, const struct field *f)
{
    return f->data == DATA_INNER ? SEE_NONE : cx->who.sees[f->data];
}

struct str mask_text(struct cx *cx, struct str s)
{
    char digits[MASK_DIGITS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < sizeof digits; i++)
        if (s.p[i] >= '0' && s.p[i] <= '9')
            digits[n++] = s.p[i];
    if (s.n == 0)
        return s;
    /* A phone, perhaps grouped: at least four digits stay hidden, however short it is. */
    if (n >= 11 && n + 3 >= s.n)
        return arena_printf(cx->mem, "%.3s****%.4s", digits, digits + n - 4);
    if (n >= 7 && n + 3 >= s.n)
        return arena_printf(cx->mem, "%.1s****%.2s", digits, digits + n - 2);
    struct str head = utf8_head(s, 1);
    return arena_printf(cx->mem, "%.*s**", STR(head));
}

const struct field *shape_indexed_by(const struct shape *s, const char *name)
{
    for (size_t i = 0; i < s->nfields; i++)
        if (s->fields[i].index && strcmp(s->fields[i].index, name) == 0)
            return &s->fields[i];
    return NULL;
}

/* ---- sealed fields ---- */

struct vault_item shape_item(const struct shape *s, const struct field *f, const void *rec,
                             bool index)
{
    const struct field *id = shape_field(s, f->by ? str_c(f->by) : S("id"));
    return (struct vault_item){.table = f->of ? f->of->name : s->name,
                               .column = index ? f->index : f->name,
                               .key = f->seal,
                               .pad = f->pad,
                               .own = f->own,
                               .row = id ? field_get_int(id, rec) : 0,
                               .in = field_get_str(f, rec)};
}

enum err shape_index(struct cx *cx, const struct shape *s, const struct field *f, struct str typed,
                     struct str *out)
{
    struct vault_item item = {.table = s->name, .column = f->index, .key = f->seal, .in = typed};
    enum err e = vault_ask(cx, VAULT_INDEX, &item, 1);
    *out = item.out;
    return e;
}

/* Questions about fields of several records, and where the answers go. */
struct sealed_at {
    const struct field *field;
    void *rec;
};
struct sealed {
    LIST(struct vault_item) items;
    LIST(struct sealed_at) places;
};

static void ask_for(struct cx *cx, struct sealed *q, const struct shape *s, const struct field *f,
                    void *rec)
{
    *PUSH(cx->mem, &q->items) = shape_item(s, f, rec, false);
    *PUSH(cx->mem, &q->places) = (struct sealed_at){f, rec};
}

static enum err answer(struct cx *cx, struct sealed *q, enum vault_act act)
{
    enum err e = vault_ask(cx, act, q->items.at, q->items.n);
    for (size_t i = 0; i < q->items.n; i++)
        field_set_str(q->places.at[i].field, q->places.at[i].rec, q->items.at[i].out);
    return e;
}

static bool is_among(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

enum err shape_open(struct cx *cx, const struct shape *s, void *recs, size_t n,
                    const char *const *fields)
{
    struct sealed q = {0};
    for (size_t i = 0; i < s->nfields; i++) {
        const struct field *f = &s->fields[i];
        for (size_t k = 0; k < n && f->seal && (!fields || is_among(f->name, fields)); k++) {
            void *rec = (char *)recs + k * s->size;
            if (vault_is_sealed(field_get_str(f, rec)))
                ask_for(cx, &q, s, f, rec);
        }
    }
    return answer(cx, &q, VAULT_OPEN);
}

void shape_show(struct cx *cx, const struct shape *s, void *recs, size_t n,
                const char *const *fields)
{
    struct fault before = cx->fault;
    shape_open(cx, s, recs, n, fields);
    cx->fault = before;
}

/* What SEE_NONE leaves: nothing at all. A number cannot be half shown, so masking empties it too.
 */
static void hide(struct cx *cx, const struct field *f, void *rec, enum seen seen)
{
    if (f->type != FIELD_STR)
        field_set_int(f, rec, 0);
    else
        field_set_str(f, rec, seen == SEE_NONE ? S("") : mask_text(cx, field_get_str(f, rec)));
}

void shape_hide(struct cx *cx, const struct shape *s, void *recs, size_t n)
{
    struct sealed open = {0}, mask = {0};
    for (size_t i = 0; i < s->nfields; i++) {
        const struct field *f = &s->fields[i];
        enum seen seen = shape_sees(cx, f);
        /* What the program alone uses (DATA_INNER) stays for the rules; writers leave it out. */
        if (f->data == DATA_INNER)
            continue;
        for (size_t k = 0; k < n; k++) {
            void *rec = (char *)recs + k * s->size;
            if (f->seal && seen != SEE_NONE && vault_is_sealed(field_get_str(f, rec)))
                ask_for(cx, seen == SEE_PLAIN ? &open : &mask, s, f, rec);
            else if (seen != SEE_PLAIN)
                hide(cx, f, rec, seen);
        }
    }
    struct fault before = cx->fault; /* a page goes on without, and says so there */
    answer(cx, &open, VAULT_OPEN);
    answer(cx, &mask, VAULT_MASK);
    cx->fault = before;
}

static void json_value(struct cx *cx, struct out *o, const struct field *f, const void *rec)
{
    int64_t v = f->type == FIELD_STR ? 0 : field_get_int(f, rec);
    if (f->type == FIELD_STR)
        out_json(o, field_get_str(f, rec));
    else if (f->type == FIELD_CODE)
        out_json(o, field_code(f, rec));
    else if (f->type == FIELD_BOOL)
        out_c(o, v ? "true" : "false");
    else if ((field_is_time(f) || field_is_id(f)) && v == 0)
        out_c(o, "null");
    else if (field_is_time(f))
        out_json(o, filter_iso(cx, v));
    else if (field_is_id(f))
        out_json(o, filter_id(cx, v));
    else
        out_int(o, v);
}

void shape_json(struct cx *cx, struct out *o, const struct shape *s, const void *rec)
{
    bool first = true;
    out_c(o, "{");
    for (size_t i = 0; i < s->nfields; i++) {
        const struct field *f = &s->fields[i];
        if (shape_sees(cx, f) == SEE_NONE)
            continue;
        if (!first)
            out_c(o, ",");
        first = false;
        out_json(o, str_c(f->name));
        out_c(o, ":");
        json_value(cx, o, f, rec);
    }
    out_c(o, "}");
}

/* A label for each code; what stands behind the last one cannot be told. */
static bool labels_fit(const struct field *f)
{
    for (size_t i = 0; f->codes[i]; i++)
        if (!f->labels[i])
            return false;
    return true;
}

/* Sealed in its own table as here, and the record says in which row. */
static bool joins(const struct shape *s, const struct field *f)
{
    const struct field *own = f->of ? shape_field(f->of, str_c(f->name)) : NULL;
    return own && f->by && shape_field(s, str_c(f->by)) && f->seal && own->seal == f->seal &&
           own->pad == f->pad;
}

const char *shape_fault(const struct shape *s)
{
    for (size_t i = 0; i < s->nfields; i++) {
        const struct field *f = &s->fields[i];
        if (!f->name || !f->label)
            return "a field has no name or label";
        if (f->offset + width(f) > s->size)
            return "a field lies outside its struct";
        if (f->type == FIELD_CODE && !f->codes)
            return "a code field has no codes";
        if (f->required && !f->ask)
            return "a field is required but cannot be set";
        if ((f->seal && f->type != FIELD_STR) || ((f->pad || f->index || f->own) && !f->seal))
            return "only a text can be sealed, and only what is sealed padded, indexed or own";
        if (f->seal && !shape_field(s, S("id")))
            return "a sealed field needs the id of its record";
        if ((f->of || f->by) && !joins(s, f))
            return "a joined field is not sealed as in its own table, or its row is missing";
        if (f->ask && f->data == DATA_INNER)
            return "a field can be set but nobody may see it: .data is missing";
        if (f->type == FIELD_CODE && f->labels && !labels_fit(f))
            return "a code has no label";
        if (shape_field(s, str_c(f->name)) != f)
            return "two fields have one name";
    }
    return NULL;
}
