/* shell_field -- a field of a form drawn from its shape, with fault and value as typed. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/shell/shell.h"
#include <assert.h>

enum { CHIPS_MAX = 6 }; /* more codes than that become a select */

static const struct field_fault *fault_of(const struct cx *cx, const char *field)
{
    for (size_t i = 0; i < cx->fault.fields.n; i++)
        if (str_eq(str_c(cx->fault.fields.at[i].field), str_c(field)))
            return &cx->fault.fields.at[i];
    return NULL;
}

bool shell_is_wrong(const struct cx *cx, const char *field)
{
    return fault_of(cx, field) != NULL;
}

static void put_fault(struct out *o, struct cx *cx, const char *field)
{
    const struct field_fault *f = fault_of(cx, field);
    if (!f)
        return;
    out_printf(o, "<p class=\"err\" id=\"%s-e\">", field);
    out_str(o, shell_icon(cx, "x").s);
    out_c(o, " ");
    out_html(o, f->message);
    out_c(o, "</p>");
}

static void put_invalid(struct out *o, struct cx *cx, const char *field)
{
    if (fault_of(cx, field))
        out_printf(o, " aria-invalid=\"true\" aria-describedby=\"%s-e\"", field);
}

struct html shell_fault(struct cx *cx, const char *field)
{
    struct out o;
    out_init(&o, cx->mem);
    put_fault(&o, cx, field);
    return (struct html){out_text(&o)};
}

struct html shell_invalid(struct cx *cx, const char *field)
{
    struct out o;
    out_init(&o, cx->mem);
    put_invalid(&o, cx, field);
    return (struct html){out_text(&o)};
}

struct html shell_faults(struct cx *cx)
{
    struct out o;
    size_t n = cx->fault.fields.n;
    out_init(&o, cx->mem);
    if (cx->fault.err == OK)
        return (struct html){S("")};
    out_c(&o, "<div class=\"bar x mb3 all\" role=\"alert\" tabindex=\"-1\">");
    out_str(&o, shell_icon(cx, "warn").s);
    out_c(&o, "<span class=\"sp\">");
    if (n)
        out_printf(&o, "有 %zu 处要改一改：", n);
    else
        out_html(&o, cx->fault.message);
    for (size_t i = 0; i < n; i++) {
        out_printf(&o, "%s<a class=\"lk\" href=\"#%s\">", i ? "；" : "",
                   cx->fault.fields.at[i].field);
        out_html(&o, cx->fault.fields.at[i].message);
        out_c(&o, "</a>");
    }
    out_c(&o, "</span></div>");
    return (struct html){out_text(&o)};
}

struct str shell_typed(const struct req *rq, const char *field, struct str stored)
{
    return rq && req_field_count(rq, field) ? req_field(rq, field) : stored;
}

/* ---- whole fields ---- */

struct asked {
    struct cx *cx;
    const struct field *f;
    struct str value;
};

/* A number that stands there is not left out: emptied it would be 0, which is a number too. */
static bool may_be_left_out(const struct asked *a)
{
    bool number = a->f->type == FIELD_INT && !a->f->is_id && !field_is_time(a->f);
    return !a->f->required && !(number && a->value.n);
}

static void put_label(struct out *o, const struct asked *a, const char *open, const char *close)
{
    out_c(o, open);
    out_html(o, str_c(a->f->label));
    if (may_be_left_out(a))
        out_c(o, " <span class=\"sm mu\">可不填</span>");
    out_c(o, close);
}

static void put_end(struct out *o, const struct asked *a, const char *close)
{
    put_fault(o, a->cx, a->f->name);
    if (a->f->hint) {
        out_c(o, "<p class=\"sm mu mt1\">");
        out_html(o, str_c(a->f->hint));
        out_c(o, "</p>");
    }
    out_c(o, close);
}

static void put_switch(struct out *o, const struct asked *a)
{
    bool on = a->value.n && !str_is(a->value, "0") && !str_is(a->value, "false");
    out_c(o, "<label class=\"row\"><span class=\"sp\"><b>");
    out_html(o, str_c(a->f->label));
    out_c(o, "</b>");
    if (a->f->hint) {
        out_c(o, "<br><span class=\"sm mu\">");
        out_html(o, str_c(a->f->hint));
        out_c(o, "</span>");
    }
    out_printf(o,
               "</span><input type=\"checkbox\" class=\"cb\" id=\"%s\" name=\"%s\" value=\"1\"%s>",
               a->f->name, a->f->name, on ? " checked" : "");
    out_c(o, "</label>");
    put_fault(o, a->cx, a->f->name);
}

static void put_code_text(struct out *o, const struct asked *a, size_t i)
{
    out_html(o, str_c(a->f->labels ? a->f->labels[i] : a->f->codes[i]));
}

static void put_chips(struct out *o, const struct asked *a)
{
    const char *name = a->f->name;
    put_label(o, a, "<fieldset class=\"fd\"><legend class=\"q\">",
              "</legend><div class=\"chips\">");
    for (size_t i = 0; a->f->codes[i]; i++) {
        const char *code = a->f->codes[i];
        out_printf(o, "<span><input type=\"radio\" id=\"%s%s%s\" name=\"%s\" value=\"%s\"%s>", name,
                   i ? "-" : "", i ? code : "", name, code,
                   str_is(a->value, code) ? " checked" : "");
        out_printf(o, "<label class=\"chip\" for=\"%s%s%s\">", name, i ? "-" : "", i ? code : "");
        put_code_text(o, a, i);
        out_c(o, "</label></span>");
    }
    out_c(o, "</div>");
    put_end(o, a, "</fieldset>");
}

static void put_select(struct out *o, const struct asked *a)
{
    out_printf(o, "<select class=\"in\" id=\"%s\" name=\"%s\"", a->f->name, a->f->name);
    put_invalid(o, a->cx, a->f->name);
    out_c(o, a->f->required ? ">" : "><option value=\"\">不选</option>");
    for (size_t i = 0; a->f->codes[i]; i++) {
        out_printf(o, "<option value=\"%s\"%s>", a->f->codes[i],
                   str_is(a->value, a->f->codes[i]) ? " selected" : "");
        put_code_text(o, a, i);
        out_c(o, "</option>");
    }
    out_c(o, "</select>");
}

static void put_area(struct out *o, const struct asked *a)
{
    out_printf(o, "<textarea class=\"in\" id=\"%s\" name=\"%s\" rows=\"3\" maxlength=\"%d\"%s",
               a->f->name, a->f->name, a->f->max ? a->f->max : 200,
               a->f->required ? " required" : "");
    put_invalid(o, a->cx, a->f->name);
    out_c(o, ">\n"); /* a browser drops one line break here, so that the text keeps its own */
    out_html(o, a->value);
    out_c(o, "</textarea>");
}

/* Attributes that bring up the right keys on a phone. */
static const char *keys_of(const struct field *f)
{
    struct str name = str_c(f->name);
    if (field_is_time(f))
        return "type=\"date\"";
    if (f->type == FIELD_INT)
        return "type=\"text\" inputmode=\"numeric\"";
    if (str_find(name, S("phone")) >= 0 || str_is(name, "contact"))
        return "type=\"tel\" autocomplete=\"tel\"";
    return "type=\"text\"";
}

static void put_input(struct out *o, const struct asked *a)
{
    out_printf(o, "<input class=\"in\" id=\"%s\" name=\"%s\" %s", a->f->name, a->f->name,
               keys_of(a->f));
    if (a->f->type == FIELD_STR)
        out_printf(o, " maxlength=\"%d\"", a->f->max ? a->f->max : 200);
    if (a->f->required)
        out_c(o, " required");
    put_invalid(o, a->cx, a->f->name);
    out_c(o, " value=\"");
    out_html(o, a->value);
    out_c(o, "\">");
}

/* The value of a record as the form sends it: codes as stored, days without the hour. */
static struct str stored_text(struct cx *cx, const struct field *f, const void *rec)
{
    if (!rec)
        return S("");
    if (f->type == FIELD_CODE)
        return field_code(f, rec);
    if (f->type == FIELD_BOOL)
        return field_get_int(f, rec) ? S("1") : S("");
    if (field_is_time(f))
        return str_cut(field_text(cx, f, rec), 0, sizeof "2026-03-14" - 1);
    if (field_is_id(f) && !field_get_int(f, rec))
        return S("");
    return field_text(cx, f, rec);
}

static struct html field_html(struct cx *cx, const struct req *rq, const struct field *f,
                              const void *rec)
{
    const char *field = f->name;
    struct out o;
    size_t ncodes = 0;
    struct asked a = {cx, f, shell_typed(rq, field, stored_text(cx, f, rec))};
    out_init(&o, cx->mem);
    while (f->type == FIELD_CODE && f->codes[ncodes])
        ncodes++;
    if (f->type == FIELD_BOOL) {
        put_switch(&o, &a);
    } else if (ncodes && ncodes <= CHIPS_MAX) {
        put_chips(&o, &a);
    } else {
        out_printf(&o, "<div class=\"fd\"><label class=\"q\" for=\"%s\">", field);
        put_label(&o, &a, "", "</label>");
        if (ncodes)
            put_select(&o, &a);
        else if (f->lines)
            put_area(&o, &a);
        else
            put_input(&o, &a);
        put_end(&o, &a, "</div>");
    }
    return (struct html){out_text(&o)};
}

struct html shell_field(struct cx *cx, const struct req *rq, const struct shape *s,
                        const char *field, const void *rec)
{
    const struct field *f = shape_field(s, str_c(field));
    assert(f && f->ask);
    return field_html(cx, rq, f, rec);
}

struct html shell_field_must(struct cx *cx, const struct req *rq, const struct shape *s,
                             const char *field, const void *rec, bool must)
{
    const struct field *f = shape_field(s, str_c(field));
    assert(f && f->ask);
    struct field here = *f;
    here.required |= must;
    return field_html(cx, rq, &here, rec);
}
