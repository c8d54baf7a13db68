/* seen -- see seen.h: the log of openings. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/seen/seen.h"
#include "app/audit/audit.h"
#include "app/seen/seen_own.h"
#include "base/id.h"
#include "base/time.h"
#include "seen.html.h"
#include "seen.sql.h"

#define SEEN(m, label) FIELD(struct opening, m, label, .data = DATA_PUBLIC)
static const struct field opening_fields[] = {
    SEEN(id, "编号"),
    SEEN(subject, "哪一种"),
    FIELD(struct opening, subject_id, "哪一件", .data = DATA_PUBLIC),
    FIELD(struct opening, person_id, "谁的编号"),
    SEEN(what, "看了什么"),
    SEEN(purpose, "为什么"),
    FIELD(struct opening, person_name, "谁", .data = DATA_STAFF),
    FIELD(struct opening, role, "身份", .data = DATA_STAFF),
    SEEN(at, "时间"),
};
const struct shape opening_shape = SHAPE("opening", struct opening, opening_fields);

/* ---- kinds ---- */

static struct {
    const struct seen_kind *const *at;
    size_t n;
} kinds; /* breach: of the whole process, set once before threads */

void seen_kinds_set(const struct seen_kind *const *at, size_t n)
{
    kinds.at = at;
    kinds.n = n;
}

const struct seen_kind *seen_kind_of(struct str subject)
{
    for (size_t i = 0; i < kinds.n; i++)
        if (str_is(subject, kinds.at[i]->subject))
            return kinds.at[i];
    return NULL;
}

/* ---- the log ---- */

/* Of every kind, and with no purpose that somebody chooses. */
static const struct own {
    struct str what, purpose;
    const char *what_said, *why_said;
    bool aside;
} copied = {{"all", 3}, {"asked", 5}, "全部资料", "本人要一份，替他印", true},
  requested = {{"request", 7}, {"request", 7}, "资料请求里写的", "照他的请求办", false};

const char *seen_what(const struct seen_kind *kind, struct str code)
{
    return str_eq(code, copied.what)      ? copied.what_said
           : str_eq(code, requested.what) ? requested.what_said
                                          : kind->what(code);
}

const char *seen_why(const struct seen_kind *kind, struct str code)
{
    return str_eq(code, copied.purpose)      ? copied.why_said
           : str_eq(code, requested.purpose) ? requested.why_said
                                             : kind->why(code);
}

static enum err put(struct cx *cx, const struct seen_kind *kind, const struct seen_look *look)
{
    const struct role *role = role_of_bit(cx->who.role);
    const bool helper = look->name.n > 0;
    int64_t aside = look->aside, day = time_day(cx->now);
    TRY(db_run(cx, &seen_sql_opening_put,
               ARGS(AS("id", id_new(cx)), AS("subject", kind->subject),
                    AS("subject_id", look->subject_id), AS("under_id", look->under_id),
                    AS("what", look->what), AS("purpose", look->purpose),
                    AS("person_name", helper ? look->name : cx->who.name),
                    AS("role", helper ? "volunteer"
                               : role ? role->code
                                      : ""),
                    A(aside), A(day)),
               NULL));
    audit_why(cx, str_c(seen_why(kind, look->purpose)));
    cx->mark = cx->who.person_id ? seen_mark(cx, cx->now, cx->who.person_id) : S("");
    return cx->who.person_id ? seen_watch(cx) : OK;
}

enum err opening_put(struct cx *cx, const struct seen_kind *kind, const struct seen_look *look)
{
    return *kind->why(look->purpose) ? put(cx, kind, look)
                                     : fail_field(cx, "purpose", "请选为什么要看");
}

static enum err put_own(struct cx *cx, struct str subject, int64_t subject_id,
                        const struct own *own)
{
    const struct seen_kind *kind = seen_kind_of(subject);
    const struct seen_look look = {
        .subject_id = subject_id, .what = own->what, .purpose = own->purpose, .aside = own->aside};
    return kind ? put(cx, kind, &look) : fail(cx, ERR_MISSING, "没有这一种资料");
}

enum err opening_put_copy(struct cx *cx, struct str subject, int64_t subject_id)
{
    return put_own(cx, subject, subject_id, &copied);
}

enum err opening_put_request(struct cx *cx, struct str subject, int64_t subject_id)
{
    return put_own(cx, subject, subject_id, &requested);
}

enum err openings_of(struct cx *cx, const struct seen_kind *kind, int64_t subject_id,
                     opening_list *out)
{
    return db_all(
        cx, &seen_sql_openings, &opening_shape, out,
        ARGS(AS("subject", kind->subject), A(subject_id), AS("most", (int64_t)OPENINGS_MOST)));
}

enum err openings_count(struct cx *cx, const struct seen_kind *kind, int64_t under_id, int64_t *out)
{
    return db_number(cx, &seen_sql_count_under, out,
                     ARGS(AS("subject", kind->subject), A(under_id)));
}

enum err openings_forget(struct cx *cx, const struct seen_kind *kind, int64_t under_id)
{
    return db_run(cx, &seen_sql_forget_under, ARGS(AS("subject", kind->subject), A(under_id)),
                  NULL);
}

/* ---- as one reads it ---- */

/* One click that showed two things is two rows, and one thing to tell. */
static bool is_same(const struct opening *a, const struct opening *b)
{
    return a->at / MS_MINUTE == b->at / MS_MINUTE && str_eq(a->person_name, b->person_name) &&
           str_eq(a->role, b->role) && str_eq(a->purpose, b->purpose);
}

bool opening_line(struct cx *cx, const struct seen_kind *kind, const opening_list *all, size_t i,
                  struct seen_line *out)
{
    const struct opening *p = &all->at[i];
    const struct role *r = role_of_code(p->role);
    struct str what = str_c(seen_what(kind, p->what));
    for (size_t k = 0; k < i; k++)
        if (is_same(&all->at[k], p))
            return false;
    for (size_t k = i + 1; k < all->n; k++) {
        const char *more = seen_what(kind, all->at[k].what);
        if (is_same(&all->at[k], p) && str_find(what, str_c(more)) < 0)
            what = arena_printf(cx->mem, "%.*s、%s", STR(what), more);
    }
    *out =
        (struct seen_line){arena_printf(cx->mem, "%s%.*s", r ? r->label : "", STR(p->person_name)),
                           what, str_c(seen_why(kind, p->purpose)), p->at};
    return true;
}

enum err openings_told(struct cx *cx, const struct seen_kind *kind, int64_t subject_id,
                       seen_line_list *out)
{
    opening_list all = {0};
    struct seen_line line;
    TRY(openings_of(cx, kind, subject_id, &all));
    for (size_t i = 0; i < all.n; i++)
        if (opening_line(cx, kind, &all, i, &line))
            *PUSH(cx->mem, out) = line;
    return OK;
}

void seen_show(struct out *o, struct cx *cx, const seen_line_list *lines)
{
    struct seen_lines_view v = {*lines};
    seen_lines_html(o, cx, &v);
}

void seen_print(struct out *o, struct cx *cx, const seen_line_list *lines)
{
    struct seen_paper_view v = {*lines};
    seen_paper_html(o, cx, &v);
}
