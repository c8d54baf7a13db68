/* need_clock -- the three clocks of a need: dispatch, contact, done; and the jobs that hang on
 * them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/job/job.h"
#include "app/need/need_own.h"
#include "base/id.h"
#include "base/time.h"
#include "need.sql.h"

const char *const need_clock_codes[] = {
    [CLOCK_DISPATCH] = "dispatch", [CLOCK_CONTACT] = "contact", [CLOCK_DONE] = "done"};

/* ---- limits ---- */

static const struct level_limits {
    const char *level;
    struct {
        int amount;
        const char *unit;
    } dispatch, contact, done;
} level_limits[] = {
    {"L0", {1, "hours"}, {2, "hours"}, {24, "hours"}},
    {"L1", {2, "hours"}, {4, "hours"}, {24, "hours"}},
    {"L2", {1, "work_days"}, {1, "work_days"}, {5, "work_days"}},
    {"L3", {1, "work_days"}, {1, "work_days"}, {15, "work_days"}},
    {"L4", {1, "work_days"}, {1, "work_days"}, {13, "work_days"}},
};

struct need_limits need_limits_of(const struct duty *d, struct str level)
{
    const struct level_limits *l = &level_limits[2];
    for (size_t i = 0; i < COUNT(level_limits); i++)
        if (str_is(level, level_limits[i].level))
            l = &level_limits[i];
    struct need_limits out = {.dispatch_amount = l->dispatch.amount,
                              .contact_amount = l->contact.amount,
                              .done_amount = l->done.amount,
                              .dispatch_unit = str_c(l->dispatch.unit),
                              .contact_unit = str_c(l->contact.unit),
                              .done_unit = str_c(l->done.unit)};
    enum limit_unit u;
    bool own = d && str_eq(d->level, level);
    if (own && d->contact_amount > 0 && clock_unit_read(d->contact_unit, &u)) {
        out.contact_amount = d->contact_amount;
        out.contact_unit = d->contact_unit;
    }
    if (own && d->done_amount > 0 && clock_unit_read(d->done_unit, &u)) {
        out.done_amount = d->done_amount;
        out.done_unit = d->done_unit;
    }
    return out;
}

/* ---- a row as a clock and back ---- */

static struct limit limit_of(int64_t amount, struct str unit)
{
    struct limit l = {.amount = amount > 100000 ? 100000 : (int)amount, .unit = LIMIT_WORK_DAYS};
    clock_unit_read(unit, &l.unit); /* rows are written by this file alone: the unit is known */
    return l;
}

static struct clock clock_of(const struct need_clock *r)
{
    return (struct clock){.started_at = r->started_at,
                          .paused_at = r->paused_at,
                          .due_at = r->due_at,
                          .limit = limit_of(r->amount + r->extra, r->unit),
                          .pauses = {.ms = r->pause_ms,
                                     .work_ms = r->pause_work_ms,
                                     .work_days = r->pause_work_days,
                                     .days = r->pause_days}};
}

static void put_back(struct need_clocks *c, enum need_clock_kind k, const struct clock *w)
{
    struct need_clock *r = &c->at[k];
    r->started_at = w->started_at;
    r->paused_at = w->paused_at;
    r->due_at = w->due_at;
    r->pause_ms = w->pauses.ms;
    r->pause_work_ms = w->pauses.work_ms;
    r->pause_work_days = w->pauses.work_days;
    r->pause_days = w->pauses.days;
    c->changed[k] = true;
}

enum err need_clocks_load(struct cx *cx, int64_t need_id, struct need_clocks *c)
{
    const struct worktime *cal;
    TRY(clock_calendar(cx, &cal));
    return need_clocks_load_by(cx, cal, need_id, c);
}

enum err need_clocks_load_by(struct cx *cx, const struct worktime *cal, int64_t need_id,
                             struct need_clocks *c)
{
    need_clock_list rows = {0};
    *c = (struct need_clocks){.cal = cal};
    TRY(db_all(cx, &need_sql_clocks, &need_clock_shape, &rows, ARGS(A(need_id))));
    for (size_t i = 0; i < rows.n; i++)
        for (int k = 0; k < CLOCK_KINDS; k++)
            if (str_is(rows.at[i].kind, need_clock_codes[k])) {
                c->at[k] = c->was[k] = rows.at[i];
                c->known[k] = true;
            }
    return OK;
}

void need_clock_start(struct cx *cx, struct need_clocks *c, enum need_clock_kind k, int64_t amount,
                      struct str unit)
{
    struct clock w;
    struct need_clock *r = &c->at[k];
    clock_start(c->cal, &w, cx->now, limit_of(amount, unit));
    r->kind = str_c(need_clock_codes[k]);
    r->amount = amount;
    r->unit = unit;
    r->extra = r->stopped_at = 0;
    c->known[k] = true;
    put_back(c, k, &w);
}

bool need_clock_lives(const struct need_clocks *c, enum need_clock_kind k)
{
    return c->known[k] && c->at[k].stopped_at == 0;
}

static bool need_clock_pause(struct cx *cx, struct need_clocks *c, enum need_clock_kind k)
{
    struct clock w = clock_of(&c->at[k]);
    if (!clock_pause(&w, cx->now))
        return false;
    put_back(c, k, &w);
    return true;
}

static bool need_clock_resume(struct cx *cx, struct need_clocks *c, enum need_clock_kind k)
{
    struct clock w = clock_of(&c->at[k]);
    if (!clock_resume(c->cal, &w, cx->now))
        return false;
    put_back(c, k, &w);
    return true;
}

void need_clock_stop(struct cx *cx, struct need_clocks *c, enum need_clock_kind k)
{
    if (!need_clock_lives(c, k))
        return;
    need_clock_resume(cx, c, k); /* a clock that stood still: its due time is final now */
    c->at[k].stopped_at = cx->now;
    c->changed[k] = true;
}

void need_clock_relimit(struct need_clocks *c, enum need_clock_kind k, int64_t amount,
                        struct str unit)
{
    if (!need_clock_lives(c, k))
        return;
    struct need_clock *r = &c->at[k];
    if (!str_eq(r->unit, unit))
        r->extra = 0; /* an extension in days means nothing in hours */
    r->amount = amount;
    r->unit = unit;
    struct clock w = clock_of(r);
    clock_relimit(c->cal, &w, w.limit);
    put_back(c, k, &w);
}

bool need_clock_extend(struct need_clocks *c, int64_t until)
{
    struct need_clock *r = &c->at[CLOCK_DONE];
    struct clock w = clock_of(r);
    int64_t least = 1, most = r->amount;
    clock_relimit(c->cal, &w, limit_of(2 * r->amount, r->unit));
    if (w.due_at < until)
        return false;
    while (least < most) { /* due grows with the amount: the fewest units that reach */
        int64_t middle = least + (most - least) / 2;
        clock_relimit(c->cal, &w, limit_of(r->amount + middle, r->unit));
        if (w.due_at < until)
            least = middle + 1;
        else
            most = middle;
    }
    r->extra = least;
    clock_relimit(c->cal, &w, limit_of(r->amount + least, r->unit));
    put_back(c, CLOCK_DONE, &w);
    return true;
}

int64_t need_clock_due_if(const struct need_clocks *c, enum need_clock_kind k, int64_t at)
{
    struct clock w = clock_of(&c->at[k]);
    clock_resume(c->cal, &w, at);
    return w.due_at;
}

/* ---- jobs of a due time ---- */

enum err need_job_put(struct cx *cx, const char *kind, const struct need *n, struct str arg,
                      int64_t run_at)
{
    return need_job_put_anew(cx, kind, n, arg, run_at, 0);
}

enum err need_job_put_anew(struct cx *cx, const char *kind, const struct need *n, struct str arg,
                           int64_t run_at, int64_t mark)
{
    struct str key = arena_printf(cx->mem, "%s:%lld:%.*s", kind, (long long)n->id, STR(arg));
    if (mark)
        key = arena_printf(cx->mem, "%.*s:%lld", STR(key), (long long)mark);
    return job_put(cx, kind, key, n->id, arg, run_at);
}

enum err need_tell_door(struct cx *cx, const struct need *n)
{
    if (!str_is(n->channel, "visit") || !need_is_closed(n->state))
        return OK;
    return need_job_put(cx, "visit.answered", n,
                        arena_printf(cx->mem, "%lld", (long long)n->version), cx->now);
}

/* A quarter of the limit before it ends, at least a quarter of an hour, at most a day. */
static int64_t remind_at(const struct need_clock *r)
{
    int64_t ahead = (r->due_at - r->started_at) / 4;
    ahead = ahead > MS_DAY ? MS_DAY : ahead < 15 * MS_MINUTE ? 15 * MS_MINUTE : ahead;
    return r->due_at - ahead;
}

/* Has the clock come to a time that is over already? The job of that time may have run while the
 * clock was elsewhere, or stood still, and found nothing to do. */
static bool comes_late(const struct cx *cx, const struct need_clocks *c, int k)
{
    const struct need_clock *r = &c->at[k], *was = &c->was[k];
    bool stood = was->paused_at && was->paused_at <= was->due_at;
    return r->due_at <= cx->now && (r->due_at != was->due_at || stood);
}

/* The due time is part of the key: a time that moved gets jobs of its own, and the jobs of the old
 * one find nothing to do. */
static enum err put_jobs(struct cx *cx, const struct need *n, const struct need_clock *r, bool late)
{
    struct str arg = arena_printf(cx->mem, "%.*s %lld", STR(r->kind), (long long)r->due_at);
    if (remind_at(r) > cx->now)
        TRY(need_job_put(cx, "need.remind", n, arg, remind_at(r)));
    return need_job_put_anew(cx, "need.due", n, arg, r->due_at, late ? n->version : 0);
}

static bool runs(const struct need_clocks *c, int k)
{
    return need_clock_lives(c, k) && c->at[k].paused_at == 0;
}

int64_t need_clocks_due(const struct need_clocks *c)
{
    int64_t due = 0;
    for (int k = 0; k < CLOCK_KINDS; k++)
        if (runs(c, k) && (due == 0 || c->at[k].due_at < due))
            due = c->at[k].due_at;
    return due;
}

enum err need_clocks_settle(struct cx *cx, struct need_clocks *c, struct need *n)
{
    bool run = need_clocks_run(n->state), closed = need_is_closed(n->state);
    for (int k = 0; k < CLOCK_KINDS; k++) {
        struct need_clock *r = &c->at[k];
        if (!c->known[k])
            continue;
        if (r->stopped_at == 0) {
            if (closed)
                need_clock_stop(cx, c, k);
            else if (run)
                need_clock_resume(cx, c, k);
            else
                need_clock_pause(cx, c, k);
        }
        if (!c->changed[k])
            continue;
        r->need_id = n->id;
        if (r->id == 0)
            r->id = id_new(cx);
        TRY(db_put(cx, &need_sql_clock_put, &need_clock_shape, r, NO_ARGS));
        c->changed[k] = false;
        if (runs(c, k))
            TRY(put_jobs(cx, n, r, comes_late(cx, c, k)));
        c->was[k] = *r;
    }
    n->due_at = need_clocks_due(c);
    return OK;
}
