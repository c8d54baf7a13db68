/* booking_day -- the opening hours of a day cut into what is free and what is not: of one space, or
 * of all spaces of a site at once. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_own.h"
#include "booking.sql.h"

/* What holds the rows of a day, read once. */
struct holders {
    booking_run_list runs;
    booking_block_list blocks;
    booking_lot_list lots;
};

/* ---- cutting ---- */

static void stretch(struct cx *cx, const struct booking_plan *p, booking_stretch_list *out,
                    struct booking_stretch s)
{
    int64_t now = cx->now - cx->now % BOOKING_SLOT;
    if (s.from_at < now)
        s.from_at = now;
    if (s.to_at <= s.from_at)
        return;
    if (s.is_free)
        s.is_kept = booking_kept(p, cx->now, s.from_at, s.to_at) != NULL;
    *PUSH(cx->mem, out) = s;
}

/* Free time is cut where a kept window begins and ends: so each piece is kept or not as a whole. */
static void free_stretch(struct cx *cx, const struct booking_plan *p, int64_t from_at,
                         int64_t to_at, booking_stretch_list *out)
{
    int64_t at = from_at, start = time_day_start(time_day(from_at));
    while (at < to_at) {
        int64_t next = to_at;
        for (size_t i = 0; i < p->windows.n; i++) {
            const struct booking_window *w = &p->windows.at[i];
            const int64_t edges[] = {start + w->from_minute * MS_MINUTE,
                                     start + w->till_minute * MS_MINUTE};
            if (w->kind != BOOKING_TEAM || time_civil(start).weekday != w->weekday)
                continue;
            for (size_t k = 0; k < COUNT(edges); k++)
                if (edges[k] > at && edges[k] < next)
                    next = edges[k];
        }
        stretch(cx, p, out,
                (struct booking_stretch){.from_at = at, .to_at = next, .is_free = true});
        at = next;
    }
}

/* A closure says why; a lot leads to its page. Who booked is nobody's business. */
static void held_stretch(struct cx *cx, const struct booking_plan *p, const struct holders *h,
                         const struct booking_run *r, int64_t from_at, int64_t to_at,
                         booking_stretch_list *out)
{
    struct booking_stretch s = {.from_at = from_at, .to_at = to_at};
    for (size_t i = 0; i < h->blocks.n; i++)
        if (h->blocks.at[i].id == r->holder_id)
            s.what = h->blocks.at[i].reason;
    for (size_t i = 0; i < h->lots.n; i++)
        if (h->lots.at[i].id == r->holder_id)
            s.lot_id = r->holder_id;
    stretch(cx, p, out, s);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void cut(struct cx *cx, const struct booking_plan *p, const struct holders *h, int64_t day,
                booking_stretch_list *out)
{
    int64_t start = time_day_start(day);
    struct site_day hours = site_day_of(&p->hours, day);
    for (int i = 0; i < hours.nspans; i++) {
        int64_t at = start + hours.spans[i].from * MS_MINUTE;
        int64_t end = start + hours.spans[i].till * MS_MINUTE;
        for (size_t k = 0; k < h->runs.n && at < end; k++) {
            const struct booking_run *r = &h->runs.at[k];
            if (r->space_id != p->space.id || r->to_at <= at || r->from_at >= end)
                continue;
            if (r->from_at > at)
                free_stretch(cx, p, at, r->from_at, out);
            held_stretch(cx, p, h, r, later(at, r->from_at), earlier(end, r->to_at), out);
            at = earlier(end, r->to_at);
        }
        if (at < end)
            free_stretch(cx, p, at, end, out);
    }
}

/* ---- of one space ---- */

enum err booking_day(struct cx *cx, const struct booking_plan *p, int64_t day,
                     booking_stretch_list *out)
{
    struct holders h = {0};
    int64_t start = time_day_start(day);
    TRY(booking_runs(cx, p->space.id, start, start + 2 * MS_DAY, &h.runs));
    if (h.runs.n)
        TRY(booking_blocks(cx, p->space.id, &h.blocks));
    if (h.runs.n && p->windows.n)
        TRY(booking_lots(cx, p->space.id, &h.lots));
    cut(cx, p, &h, day, out);
    return OK;
}

/* ---- of a site ---- */

struct hours_row {
    int64_t space_id, day;
    struct str spans;
};
typedef LIST(struct hours_row) hours_rows;
static const struct field hours_fields[] = {
    FIELD(struct hours_row, space_id, "场地"),
    FIELD(struct hours_row, day, "哪天"),
    FIELD(struct hours_row, spans, "开放时间"),
};
static const struct shape hours_shape = SHAPE("booking_hours", struct hours_row, hours_fields);

static void own_hours(const hours_rows *rows, struct booking_plan *p)
{
    struct site_week own = {0};
    bool any = false;
    own.days[SITE_HOLIDAY].as_weekday = own.days[SITE_MAKEUP].as_weekday = true;
    for (size_t i = 0; i < rows->n; i++) {
        const struct hours_row *r = &rows->at[i];
        if (r->space_id != p->space.id || r->day < 0 || r->day >= SITE_DAY_KINDS)
            continue;
        site_day_load(r->spans, &own.days[r->day]);
        any = true;
    }
    if (any) {
        p->hours.week = own;
        p->hours.is_known = true;
    }
}

/* The plan of the site, or of a part of it; those of a part are asked for once. */
static enum err hours_of(struct cx *cx, const booking_space_days *done, struct booking_plan *p)
{
    for (size_t i = 0; i < done->n; i++)
        if (done->at[i].plan.space.part_id == p->space.part_id) {
            p->hours = done->at[i].plan.hours;
            return OK;
        }
    return site_plan(cx, p->space.site_id, p->space.part_id, 0, &p->hours);
}

enum err booking_site_plans(struct cx *cx, int64_t site_id, booking_space_days *out)
{
    booking_space_list spaces = {0};
    booking_window_list windows = {0};
    hours_rows rows = {0};
    struct booking_rule rule;
    TRY(booking_spaces(cx, site_id, &spaces));
    TRY(booking_rule_of(cx, site_id, &rule));
    TRY(db_all(cx, &booking_sql_site_windows, &booking_window_shape, &windows, ARGS(A(site_id))));
    TRY(db_all(cx, &booking_sql_site_hours, &hours_shape, &rows, ARGS(A(site_id))));
    for (size_t i = 0; i < spaces.n; i++) {
        struct booking_plan p = {.space = spaces.at[i], .rule = rule};
        TRY(hours_of(cx, out, &p));
        for (size_t k = 0; k < windows.n; k++)
            if (windows.at[k].space_id == p.space.id)
                *PUSH(cx->mem, &p.windows) = windows.at[k];
        *PUSH(cx->mem, out) = (struct booking_space_day){.plan = p};
    }
    for (size_t i = 0; i < out->n; i++) /* last: those above looked at the site's */
        own_hours(&rows, &out->at[i].plan);
    return OK;
}

enum err booking_site_day(struct cx *cx, int64_t site_id, int64_t day, booking_space_days *out)
{
    struct holders h = {0};
    int64_t start = time_day_start(day);
    TRY(booking_site_plans(cx, site_id, out));
    TRY(booking_site_runs(cx, site_id, start, start + 2 * MS_DAY, &h.runs));
    TRY(booking_site_blocks(cx, site_id, start, start + 2 * MS_DAY, &h.blocks));
    TRY(booking_lots(cx, 0, &h.lots));
    for (size_t i = 0; i < out->n; i++)
        cut(cx, &out->at[i].plan, &h, day, &out->at[i].stretches);
    return OK;
}
