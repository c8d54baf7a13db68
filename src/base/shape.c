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
    for (size_t i = 0; i < s->nfields; i++) {
        const struct field *f = &s->fields[i];
        enum seen seen = shape_sees(cx, f);
        /* What the program alone uses (DATA_INNER) stays for the rules; writers leave it out. */
        if (seen == SEE_PLAIN || f->data == DATA_INNER)
            continue;
        for (size_t k = 0; k < n; k++)
            hide(cx, f, (char *)recs + k * s->size, seen);
    }
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
        if (f->ask && f->data == DATA_INNER)
            return "a field can be set but nobody may see it: .data is missing";
        if (f->type == FIELD_CODE && f->labels && !labels_fit(f))
            return "a code has no label";
        if (shape_field(s, str_c(f->name)) != f)
            return "two fields have one name";
    }
    return NULL;
}
