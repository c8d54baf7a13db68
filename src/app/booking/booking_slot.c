/* booking_slot -- the rule: of a space and a quarter of an hour there is one row. What is held,
 * what is free, what else there is. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_own.h"
#include "booking.sql.h"

enum {
    OTHER_DAYS = 14, /* other times are looked for so far around */
    OTHER_HOURS = 4, /* ... and so many hours around on the same day */
    OTHER_STEP = 30, /* minutes between two times that are tried */
    OTHER_SPACES = 6
};

static int64_t slot_of(int64_t at)
{
    return at / BOOKING_SLOT;
}

/* ---- holding ---- */

enum err booking_claim(struct cx *cx, int64_t space_id, int64_t from_at, int64_t to_at,
                       int64_t holder, bool *taken)
{
    int64_t first = slot_of(from_at), last = slot_of(to_at) - 1, holder_id = holder, changed = 0;
    *taken = true;
    if (last < first)
        return OK;
    TRY(db_run(cx, &booking_sql_claim, ARGS(A(space_id), A(first), A(last), A(holder_id)),
               &changed));
    *taken = changed == last - first + 1;
    if (*taken || !changed)
        return OK;
    return db_run(cx, &booking_sql_let_go, ARGS(A(space_id), A(first), A(last), A(holder_id)),
                  NULL);
}

enum err booking_let_go(struct cx *cx, int64_t space_id, int64_t from_at, int64_t to_at,
                        int64_t holder)
{
    int64_t first = slot_of(from_at), last = slot_of(to_at) - 1, holder_id = holder;
    if (last < first)
        return OK;
    return db_run(cx, &booking_sql_let_go, ARGS(A(space_id), A(first), A(last), A(holder_id)),
                  NULL);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* What lies before and behind both is claimed or let go by itself, so that what stays is never free
 * in between. */
enum err booking_shift(struct cx *cx, int64_t holder, const struct booking_choice *from,
                       const struct booking_choice *to, bool *taken)
{
    int64_t space = to->space.id;
    if (from->space.id != space || from->to_at <= to->from_at || to->to_at <= from->from_at) {
        TRY(booking_claim(cx, space, to->from_at, to->to_at, holder, taken));
        return *taken ? booking_let_go(cx, from->space.id, from->from_at, from->to_at, holder) : OK;
    }
    int64_t before = least(to->to_at, from->from_at), behind = most(to->from_at, from->to_at);
    TRY(booking_claim(cx, space, to->from_at, before, holder, taken));
    if (!*taken)
        return OK;
    TRY(booking_claim(cx, space, behind, to->to_at, holder, taken));
    if (!*taken)
        return booking_let_go(cx, space, to->from_at, before, holder);
    TRY(booking_let_go(cx, space, from->from_at, least(from->to_at, to->from_at), holder));
    return booking_let_go(cx, space, most(from->from_at, to->to_at), from->to_at, holder);
}

/* ---- what is held ---- */

struct run_row {
    int64_t space_id, holder_id, first, last;
};
static const struct field run_fields[] = {
    FIELD(struct run_row, space_id, "场地"),
    FIELD(struct run_row, holder_id, "谁"),
    FIELD(struct run_row, first, "从"),
    FIELD(struct run_row, last, "到"),
};
static const struct shape run_shape = SHAPE("booking_run", struct run_row, run_fields);

static enum err read_runs(struct cx *cx, const struct query *q, struct args args,
                          booking_run_list *out)
{
    LIST(struct run_row) rows = {0};
    TRY(db_all(cx, q, &run_shape, &rows, args));
    for (size_t i = 0; i < rows.n; i++)
        *PUSH(cx->mem, out) = (struct booking_run){
            .space_id = rows.at[i].space_id,
            .holder_id = rows.at[i].holder_id,
            .from_at = rows.at[i].first * BOOKING_SLOT,
            .to_at = (rows.at[i].last + 1) * BOOKING_SLOT,
        };
    return OK;
}

enum err booking_runs(struct cx *cx, int64_t space_id, int64_t from_at, int64_t to_at,
                      booking_run_list *out)
{
    int64_t first = slot_of(from_at), last = slot_of(to_at - 1);
    return read_runs(cx, &booking_sql_runs, ARGS(A(space_id), A(first), A(last)), out);
}

enum err booking_site_runs(struct cx *cx, int64_t site_id, int64_t from_at, int64_t to_at,
                           booking_run_list *out)
{
    int64_t first = slot_of(from_at), last = slot_of(to_at - 1);
    return read_runs(cx, &booking_sql_site_runs, ARGS(A(site_id), A(first), A(last)), out);
}

static bool is_held(const booking_run_list *runs, int64_t from_at, int64_t to_at)
{
    for (size_t i = 0; i < runs->n; i++)
        if (runs->at[i].from_at < to_at && runs->at[i].to_at > from_at)
            return true;
    return false;
}

/* ---- what is free ---- */

static bool touches(const struct booking_window *w, int64_t from_at, int64_t to_at)
{
    for (int64_t day = time_day(from_at); day <= time_day(to_at - 1); day++) {
        int64_t start = time_day_start(day);
        if (time_civil(start).weekday == w->weekday && start + w->from_minute * MS_MINUTE < to_at &&
            start + w->till_minute * MS_MINUTE > from_at)
            return true;
    }
    return false;
}

const struct booking_window *booking_kept(const struct booking_plan *p, int64_t now,
                                          int64_t from_at, int64_t to_at)
{
    if (from_at - now <= p->rule.idle_hours * MS_HOUR)
        return NULL;
    for (size_t i = 0; i < p->windows.n; i++)
        if (p->windows.at[i].kind == BOOKING_TEAM && touches(&p->windows.at[i], from_at, to_at))
            return &p->windows.at[i];
    return NULL;
}

bool booking_fits(const struct booking_plan *p, int64_t now, const booking_run_list *runs,
                  int64_t from_at, int64_t to_at, enum booking_kind kind)
{
    return from_at > now && from_at <= now + p->space.ahead_days * MS_DAY &&
           !is_held(runs, from_at, to_at) && p->hours.is_known &&
           site_is_open(&p->hours, from_at, to_at) &&
           (kind != BOOKING_PERSON || !booking_kept(p, now, from_at, to_at));
}

/* ---- other times ---- */

struct search {
    struct cx *cx;
    const struct booking_plan *plan;
    booking_run_list runs; /* of the space, around */
    int64_t from_at, to_at;
};

static bool have(const booking_choice_list *all, const struct booking_choice *c)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].space.id == c->space.id && all->at[i].from_at == c->from_at)
            return true;
    return false;
}

static void add(struct search *s, booking_choice_list *out, struct booking_choice c)
{
    if (out->n < BOOKING_OTHERS && !have(out, &c))
        *PUSH(s->cx->mem, out) = c;
}

/* In the same space, `by` later or earlier. */
static bool try_at(struct search *s, int64_t by, booking_choice_list *out)
{
    int64_t from = s->from_at + by, to = s->to_at + by;
    if (!booking_fits(s->plan, s->cx->now, &s->runs, from, to, BOOKING_PERSON))
        return false;
    size_t n = out->n;
    add(s, out, (struct booking_choice){s->plan->space, from, to});
    return out->n > n;
}

static void same_day(struct search *s, size_t want, booking_choice_list *out)
{
    for (int64_t m = OTHER_STEP; m <= OTHER_HOURS * 60 && want > 0; m += OTHER_STEP)
        for (int64_t sign = 1; sign >= -1 && want > 0; sign -= 2)
            if (time_day(s->from_at + sign * m * MS_MINUTE) == time_day(s->from_at))
                want -= try_at(s, sign * m * MS_MINUTE, out);
}

static void other_day(struct search *s, size_t want, booking_choice_list *out)
{
    for (int64_t d = 1; d <= OTHER_DAYS && want > 0; d++)
        for (int64_t sign = 1; sign >= -1 && want > 0; sign -= 2)
            want -= try_at(s, sign * d * MS_DAY, out);
}

static enum err other_space(struct search *s, int64_t heads, size_t want, booking_choice_list *out)
{
    booking_space_list all = {0};
    const booking_run_list none = {0}; /* the question has looked already */
    int64_t first = slot_of(s->from_at), last = slot_of(s->to_at) - 1;
    TRY(db_all(s->cx, &booking_sql_free_spaces, &booking_space_shape, &all,
               ARGS(AS("site_id", s->plan->space.site_id), AS("space_id", s->plan->space.id),
                    A(heads), A(first), A(last))));
    for (size_t i = 0; i < all.n && i < OTHER_SPACES && want > 0; i++) {
        struct booking_plan p;
        TRY(booking_plan(s->cx, &all.at[i], 0, &p));
        int64_t minutes = (s->to_at - s->from_at) / MS_MINUTE;
        if (minutes > p.space.most_minutes || minutes < p.space.least_minutes ||
            !booking_fits(&p, s->cx->now, &none, s->from_at, s->to_at, BOOKING_PERSON))
            continue;
        size_t n = out->n;
        add(s, out, (struct booking_choice){all.at[i], s->from_at, s->to_at});
        want -= out->n - n;
    }
    return OK;
}

enum err booking_others(struct cx *cx, const struct booking_plan *p, int64_t from_at, int64_t to_at,
                        int64_t heads, booking_choice_list *out)
{
    struct search s = {.cx = cx, .plan = p, .from_at = from_at, .to_at = to_at};
    TRY(booking_runs(cx, p->space.id, from_at - OTHER_DAYS * MS_DAY - MS_DAY,
                     to_at + OTHER_DAYS * MS_DAY + MS_DAY, &s.runs));
    TRY(other_space(&s, heads, 1, out)); /* one of each, then more of what there is */
    same_day(&s, 1, out);
    other_day(&s, 1, out);
    other_day(&s, BOOKING_OTHERS - out->n, out);
    same_day(&s, BOOKING_OTHERS - out->n, out);
    return out->n < BOOKING_OTHERS ? other_space(&s, heads, BOOKING_OTHERS - out->n, out) : OK;
}

struct str booking_other_words(struct cx *cx, const booking_choice_list *all, int64_t space_id)
{
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < all->n; i++) {
        const struct booking_choice *c = &all->at[i];
        out_c(&o, i ? "；" : "");
        out_str(&o, booking_when(cx, c->from_at, c->to_at));
        if (c->space.id != space_id)
            out_printf(&o, " %.*s", STR(c->space.name));
    }
    return out_text(&o);
}

/* ---- words ---- */

struct str booking_hours_text(struct cx *cx, int64_t from_at, int64_t to_at)
{
    struct civil from = time_civil(from_at), to = time_civil(to_at);
    int hour = to.hour;
    if (to_at > from_at && hour == 0 && to.minute == 0)
        hour = 24;
    return arena_printf(cx->mem, "%d:%02d–%d:%02d", from.hour, from.minute, hour, to.minute);
}

struct str booking_when(struct cx *cx, int64_t from_at, int64_t to_at)
{
    int64_t day = time_day(from_at), end = time_day(to_at - 1);
    struct str first = site_days_text(cx, day, day);
    if (day == end)
        return arena_printf(cx->mem, "%.*s %.*s", STR(first),
                            STR(booking_hours_text(cx, from_at, to_at)));
    struct civil from = time_civil(from_at), to = time_civil(to_at);
    struct str last = site_days_text(cx, time_day(to_at), time_day(to_at));
    return arena_printf(cx->mem, "%.*s %d:%02d 到 %.*s %d:%02d", STR(first), from.hour, from.minute,
                        STR(last), to.hour, to.minute);
}
