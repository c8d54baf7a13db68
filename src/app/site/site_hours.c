/* site_hours -- which hours a day has, and the openings that follow from them. Texts:
 * site_text.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/site/site_hours.h"
#include "base/time.h"

enum { DAY_MINUTES = 1440, RUN_MAX = 20 /* no holiday is longer */ };

static bool is_work(const struct worktime *c, int64_t day)
{
    return worktime_is_workday(c, time_day_start(day));
}

static bool is_weekend(int64_t day)
{
    int weekday = time_civil(time_day_start(day)).weekday;
    return weekday == SITE_SUNDAY || weekday == SITE_SATURDAY;
}

/* From a weekend day on, `step` by `step`: does a day of rest follow that is no weekend's? */
static bool touches_holiday(const struct worktime *c, int64_t day, int step)
{
    for (int i = 0; i < RUN_MAX && !is_work(c, day); i++, day += step)
        if (!is_weekend(day))
            return true;
    return false;
}

enum site_day_kind site_day_kind(const struct worktime *c, int64_t day)
{
    enum site_day_kind weekday = (enum site_day_kind)time_civil(time_day_start(day)).weekday;
    bool weekend = is_weekend(day);
    if (is_work(c, day))
        return weekend ? SITE_MAKEUP : weekday;
    if (!weekend || touches_holiday(c, day, 1) || touches_holiday(c, day, -1))
        return SITE_HOLIDAY;
    return weekday;
}

/* ---- a day ---- */

static const struct site_notice *holds(const site_notice_list *all, int64_t day)
{
    for (size_t i = all->n; i > 0; i--) {
        const struct site_notice *n = &all->at[i - 1];
        if (n->from_day <= day && day <= n->to_day)
            return n;
    }
    return NULL;
}

const struct site_notice *site_notice_of(const struct site_plan *p, int64_t day)
{
    const struct site_notice *own = holds(&p->notices, day), *over = holds(&p->over, day);
    return over && (!own || !over->hours.nspans) ? over : own;
}

static int16_t later(int16_t a, int16_t b)
{
    return a > b ? a : b;
}

static int16_t earlier(int16_t a, int16_t b)
{
    return a < b ? a : b;
}

/* What both have. Each has rising spans, so at most the sum of their numbers comes out. */
static struct site_day both(const struct site_day *a, const struct site_day *b)
{
    struct site_day d = {0};
    for (int i = 0; i < a->nspans; i++)
        for (int k = 0; k < b->nspans && d.nspans < SITE_SPANS_MAX; k++) {
            struct site_span s = {later(a->spans[i].from, b->spans[k].from),
                                  earlier(a->spans[i].till, b->spans[k].till)};
            if (s.from < s.till && s.from < DAY_MINUTES)
                d.spans[d.nspans++] = s;
        }
    return d;
}

struct site_day site_day_of(const struct site_plan *p, int64_t day)
{
    if (!p->is_known)
        return (struct site_day){0};
    enum site_day_kind kind = site_day_kind(p->calendar, day);
    const struct site_day *d = &p->week.days[kind];
    const struct site_notice *own = holds(&p->notices, day), *over = holds(&p->over, day);
    if (d->as_weekday)
        d = &p->week.days[time_civil(time_day_start(day)).weekday];
    if (own)
        d = &own->hours;
    return over ? both(d, &over->hours) : *d;
}

/* ---- openings ---- */

bool site_opening_after(const struct site_plan *p, int64_t at, struct site_opening *out)
{
    struct site_opening cur = {0};
    bool any = false;
    int64_t today = time_day(at);
    for (int64_t day = today - 1; day <= today + SITE_SCAN_DAYS; day++) {
        struct site_day d = site_day_of(p, day);
        int64_t start = time_day_start(day);
        for (int i = 0; i < d.nspans; i++) {
            struct site_opening o = {start + d.spans[i].from * MS_MINUTE,
                                     start + d.spans[i].till * MS_MINUTE};
            if (any && o.from_at <= cur.to_at) {
                if (o.to_at > cur.to_at)
                    cur.to_at = o.to_at;
                continue;
            }
            if (any && cur.to_at > at)
                break; /* the next one begins later: cur stands */
            cur = o;
            any = true;
        }
        if (any && cur.to_at > at && cur.to_at < time_day_start(day + 1))
            break;
    }
    *out = cur;
    return any && cur.to_at > at;
}

bool site_is_open(const struct site_plan *p, int64_t from_at, int64_t to_at)
{
    struct site_opening o;
    return from_at < to_at && site_opening_after(p, from_at, &o) && o.from_at <= from_at &&
           to_at <= o.to_at;
}

static bool opened_before(const struct site_plan *p, int64_t at)
{
    int64_t today = time_day(at);
    struct site_opening o;
    return site_opening_after(p, time_day_start(today), &o) && o.to_at <= at;
}

struct site_now site_open_now(const struct site_plan *p, int64_t at)
{
    struct site_now now = {.is_known = p->is_known};
    struct site_opening o;
    int64_t today = time_day(at), horizon = time_day_start(today + SITE_SCAN_DAYS);
    bool any = site_opening_after(p, at, &o);
    now.is_open = any && o.from_at <= at;
    if (now.is_open) {
        now.until_at = o.to_at < horizon ? o.to_at : 0;
        return now;
    }
    now.next_at = any ? o.from_at : 0;
    now.opened_today = opened_before(p, at);
    now.why = site_notice_of(p, today);
    return now;
}

int site_week_minutes(const struct site_week *w)
{
    int sum = 0;
    for (int d = SITE_SUNDAY; d <= SITE_SATURDAY; d++)
        for (int i = 0; i < w->days[d].nspans; i++)
            sum += w->days[d].spans[i].till - w->days[d].spans[i].from;
    return sum;
}
