/* subject_tell -- what is held about somebody, gathered from all rooms: as lines, JSON and paper;
 * and erased in all of them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/shell/shell.h"
#include "app/subject/subject.h"
#include "base/time.h"
#include "print/pdf.h"
#include <sodium.h>
#include <string.h>

static struct {
    const struct subject_kind *const *kinds;
    const struct subject_part *const *parts;
    size_t nkinds, nparts;
} rooms; /* breach: of the whole process, set once before threads */

void subject_kinds_set(const struct subject_kind *const *kinds, size_t n,
                       const struct subject_part *const *parts, size_t nparts)
{
    rooms.kinds = kinds;
    rooms.nkinds = n;
    rooms.parts = parts;
    rooms.nparts = nparts;
}

const struct subject_kind *subject_kind_of(struct str code)
{
    for (size_t i = 0; i < rooms.nkinds; i++)
        if (str_is(code, rooms.kinds[i]->code))
            return rooms.kinds[i];
    return NULL;
}

const struct subject_kind *subject_kind_nth(size_t i)
{
    return i < rooms.nkinds ? rooms.kinds[i] : NULL;
}

bool subject_tells(struct str table)
{
    for (size_t i = 0; i < rooms.nparts; i++)
        for (size_t k = 0; k < rooms.parts[i]->n; k++)
            if (str_is(table, rooms.parts[i]->at[k].table))
                return true;
    return false;
}

enum err subject_erase(struct cx *cx, const struct subject_kind *kind, int64_t id)
{
    TRY(kind->erase(cx, id));
    for (size_t i = 0; i < rooms.nparts; i++) {
        const struct subject_part *part = rooms.parts[i];
        if (part->erased && !strcmp(part->kind, kind->code))
            TRY(part->erased(cx, id));
    }
    return OK;
}

/* ---- gathering ---- */

struct telling {
    struct cx *cx;
    const struct subject_kind *kind;
    int64_t id, since_at;
    subject_lines *out;
};

static struct str until_of(struct telling *t, const struct keep_class *k)
{
    if (k->days && t->since_at)
        return arena_printf(t->cx->mem, "留到 %.*s",
                            STR(filter_date(t->cx, t->since_at + k->days * MS_DAY)));
    return arena_printf(t->cx->mem, "留到%.*s", STR(keep_words(t->cx, k)));
}

/* What has no record of its own: a sentence, from when, until when. */
struct fact {
    struct str fact;
    int64_t from_at, to_at;
};
static const struct field fact_fields[] = {FIELD(struct fact, fact, "内容"),
                                           FIELD(struct fact, from_at, "从"),
                                           FIELD(struct fact, to_at, "到")};
static const struct shape fact_shape = SHAPE("fact", struct fact, fact_fields);

static const struct person_field *first_of(const char *table)
{
    for (size_t i = 0; i < person_field_count; i++)
        if (!strcmp(person_fields[i].table, table))
            return &person_fields[i];
    return NULL;
}

static void tell_fact(struct telling *t, const char *table, const struct fact *f)
{
    struct cx *cx = t->cx;
    const struct person_field *p = first_of(table);
    struct str from = f->from_at ? filter_date(cx, f->from_at) : S("");
    struct str to =
        f->to_at ? arena_printf(cx->mem, "到 %.*s", STR(filter_date(cx, f->to_at))) : S("");
    struct str line =
        str_trim(arena_printf(cx->mem, "%.*s %.*s %.*s", STR(f->fact), STR(from), STR(to)));
    *PUSH(cx->mem, t->out) = (struct subject_line){.field = p,
                                                   .column = str_c(table),
                                                   .label = str_c(p->label),
                                                   .term = str_c(p->label),
                                                   .value = line,
                                                   .said = line,
                                                   .begins = true,
                                                   .until = until_of(t, p->keep)};
}

static bool is_empty(const struct field *f, const void *rec)
{
    if (f->type == FIELD_STR)
        return !field_get_str(f, rec).n;
    return f->type != FIELD_CODE && field_get_int(f, rec) == 0;
}

static bool is_code(struct str s)
{
    size_t n = 0;
    while (n < s.n && ((s.p[n] >= 'a' && s.p[n] <= 'z') || s.p[n] == '_'))
        n++;
    return n == s.n;
}

static struct str say(struct telling *t, const struct subject_table *table, const struct field *f,
                      const void *rec, struct str value)
{
    struct str said = table->said ? table->said(t->cx, f, rec) : S("");
    const struct role *role = strcmp(f->name, "role") ? NULL : role_of_code(value);
    const struct step *step =
        table->steps && !strcmp(f->name, "step") ? steps_find(table->steps, value) : NULL;
    if (said.n || role || step)
        return said.n ? said : str_c(role ? role->label : step->label);
    if (field_is_time(f) && !str_ends(str_c(f->name), S("_on")))
        return filter_when(t->cx, field_get_int(f, rec));
    return field_is_id(f) || is_code(value) ? S("") : value;
}

/* An index is bytes: as hex in JSON, in words on a page. */
static struct str hex_of(struct cx *cx, struct str bytes)
{
    char *hex = arena_alloc(cx->mem, 2 * bytes.n + 1);
    sodium_bin2hex(hex, 2 * bytes.n + 1, (const unsigned char *)bytes.p, bytes.n);
    return str_n(hex, 2 * bytes.n);
}

static void tell_record(struct telling *t, const struct subject_table *table,
                        const struct list_any *rows, size_t k)
{
    const void *rec = (const char *)rows->at + k * table->shape->size;
    bool begins = true;
    struct str term = S("");
    struct str line = table->line ? table->line(t->cx, rows, k, &term) : S("");
    for (size_t i = 0; i < table->shape->nfields; i++) {
        const struct field *f = &table->shape->fields[i];
        struct str column = arena_printf(t->cx->mem, "%s.%s", table->table, f->name);
        const struct person_field *p = person_field_of(column);
        if (!p || is_empty(f, rec))
            continue;
        struct str value, said;
        if (shape_indexed_by(table->shape, f->name)) {
            value = hex_of(t->cx, field_get_str(f, rec));
            said = S("由号码算出来的一串记号，只用来认出同一个号码");
        } else {
            value = field_text(t->cx, f, rec);
            said = say(t, table, f, rec, value);
        }
        if (table->line)
            said = begins ? line : S("");
        *PUSH(t->cx->mem, t->out) = (struct subject_line){.field = p,
                                                          .column = column,
                                                          .label = str_c(f->label),
                                                          .term = term.n ? term : str_c(f->label),
                                                          .value = value,
                                                          .said = said,
                                                          .begins = begins && said.n,
                                                          .until = until_of(t, p->keep)};
        begins = begins && !said.n;
    }
}

static enum err tell_part(struct telling *t, const struct subject_part *part)
{
    for (size_t i = 0; i < part->n; i++) {
        const struct subject_table *table = &part->at[i];
        struct list_any rows = {0};
        const struct shape *shape = table->shape ? table->shape : &fact_shape;
        TRY(db_all(t->cx, table->rows, shape, &rows,
                   ARGS(AS("id", t->id), AS("subject", t->kind->code))));
        TRY(shape_open(t->cx, shape, rows.at, rows.n, NULL)); /* whose it is sees all of it */
        for (size_t k = 0; k < rows.n; k++) {
            if (table->shape)
                tell_record(t, table, &rows, k);
            else
                tell_fact(
                    t, table->table,
                    (const struct fact *)(const void *)((const char *)rows.at + k * shape->size));
        }
    }
    return OK;
}

enum err subject_tell(struct cx *cx, const struct subject_kind *kind, int64_t id,
                      subject_lines *out)
{
    struct telling t = {.cx = cx, .kind = kind, .id = id, .out = out};
    TRY(db_number(cx, kind->since, &t.since_at, ARGS(A(id))));
    for (size_t i = 0; i < rooms.nparts; i++)
        if (!strcmp(rooms.parts[i]->kind, kind->code))
            TRY(tell_part(&t, rooms.parts[i]));
    t.since_at = 0; /* what is of every kind begins at a time of its own */
    for (size_t i = 0; i < rooms.nparts; i++)
        if (!strcmp(rooms.parts[i]->kind, "*"))
            TRY(tell_part(&t, rooms.parts[i]));
    return OK;
}

struct str subject_number(const subject_lines *all)
{
    for (size_t i = 0; i < all->n; i++)
        if (str_ends(all->at[i].column, S(".number")) &&
            !str_is(all->at[i].column, "subject_request.number"))
            return all->at[i].value;
    return S("");
}

/* ---- as JSON ---- */

static void put(struct out *o, const char *name, struct str value)
{
    out_printf(o, ",\"%s\":", name);
    out_json(o, value);
}

enum err subject_json(struct cx *cx, const struct subject_kind *kind, int64_t id, struct out *o)
{
    subject_lines all = {0};
    TRY(subject_tell(cx, kind, id, &all));
    out_c(o, "{\"subject\":");
    out_json(o, str_c(kind->code));
    put(o, "label", str_c(kind->label));
    put(o, "made_at", filter_iso(cx, cx->now));
    out_c(o, ",\"items\":[");
    for (size_t i = 0; i < all.n; i++) {
        const struct subject_line *l = &all.at[i];
        out_c(o, i ? ",\n{\"column\":" : "\n{\"column\":");
        out_json(o, l->column);
        put(o, "label", l->label);
        put(o, "value", l->value);
        put(o, "purpose", str_c(l->field->purpose));
        put(o, "basis", str_c(l->field->basis->words));
        put(o, "until", l->until);
        out_c(o, "}");
    }
    out_c(o, "]}\n");
    return OK;
}

/* ---- on paper ---- */

enum { WIDTH = 210, HEIGHT = 297, LEFT = 18, INNER = WIDTH - 2 * LEFT, TOP = 18, FOOT = 280 };

struct paper {
    struct pdf *p;
    double y;
};

static void write(struct paper *w, double size, bool bold, double above, struct str text)
{
    struct pdf_box box = {.x = LEFT,
                          .y = w->y + above,
                          .width = INNER,
                          .size = size,
                          .leading = 1.4,
                          .ink = PDF_INK,
                          .bold = bold};
    if (box.y + pdf_measure(w->p, &box, text) > FOOT) {
        pdf_page(w->p);
        box.y = TOP;
    }
    w->y = box.y + pdf_text(w->p, &box, text);
}

enum err subject_pdf(struct cx *cx, const struct subject_kind *kind, int64_t id, struct str *out)
{
    subject_lines all = {0};
    const struct shell_community *c = shell_community(cx);
    struct paper w = {.y = TOP};
    const char *part = "";
    TRY(subject_tell(cx, kind, id, &all));
    TRY(pdf_new(cx, WIDTH, HEIGHT, S("我的数据"), cx->now, &w.p));
    struct str number = subject_number(&all);
    write(&w, 6, true, 0,
          arena_printf(cx->mem, "我的数据：%s%s%.*s", kind->label, number.n ? "，" : "",
                       STR(number)));
    write(
        &w, 3.8, false, 1,
        arena_printf(cx->mem,
                     "%.*s，%.*s。写错了、不用留了、不同意这样用，打 %.*s 或者在网上点“我的数据”。",
                     STR(c->name), STR(filter_date(cx, cx->now)), STR(c->phone)));
    for (size_t i = 0; i < all.n; i++) {
        const struct subject_line *l = &all.at[i];
        if (!l->said.n)
            continue;
        if (strcmp(part, l->field->label))
            write(&w, 4.4, true, 4,
                  arena_printf(cx->mem, "%s（用途：%s；%.*s）", l->field->label, l->field->purpose,
                               STR(l->until)));
        part = l->field->label;
        write(&w, 4.2, false, l->begins ? 2.5 : 1,
              arena_printf(cx->mem, "%.*s：%.*s", STR(l->term), STR(l->said)));
    }
    return pdf_end(w.p, out);
}
