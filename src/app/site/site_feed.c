/* site_feed -- opening hours and closures of a site for calendars (iCalendar). The week repeats
 * until the end of next year; days that differ fall out of it and stand by themselves, so that a
 * program which knows neither holidays nor notices shows them right. At most two years of days. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/site/pages.h"
#include "base/time.h"
#include "print/feed.h"
#include "print/ics.h"

struct hours_feed {
    struct cx *cx;
    struct out *o;
    const struct site *site;
    const struct site_plan *plan;
    struct str host, url;
    int64_t from_day, to_day; /* 1 January of this year, 31 December of the next */
};

static const struct site_day *weekday_of(const struct hours_feed *f, int64_t day)
{
    return &f->plan->week.days[time_civil(time_day_start(day)).weekday];
}

static bool holds(const struct site_day *d, struct site_span s)
{
    for (int i = 0; i < d->nspans; i++)
        if (d->spans[i].from == s.from && d->spans[i].till == s.till)
            return true;
    return false;
}

static struct ics_event event(const struct hours_feed *f, int64_t day, struct site_span s)
{
    int64_t start = time_day_start(day);
    return (struct ics_event){
        .from_at = start + s.from * MS_MINUTE,
        .to_at = start + s.till * MS_MINUTE,
        .is_free = true,
        .title = arena_printf(f->cx->mem, "%.*s 开放", STR(f->site->name)),
        .where = f->site->address,
        .url = f->url,
        .changed_at = f->site->changed_at,
        .version = f->site->version,
    };
}

/* The span of a weekday as one event of every week, but for the days on which it does not hold. */
static void weekly(const struct hours_feed *f, int weekday, struct site_span s)
{
    struct cx *cx = f->cx;
    LIST(int64_t) except = {0};
    int64_t first = f->from_day, last = 0;
    while (time_civil(time_day_start(first)).weekday != weekday)
        first++;
    for (int64_t day = first; day <= f->to_day; day += 7) {
        struct site_day d = site_day_of(f->plan, day);
        last = day;
        if (!holds(&d, s))
            *PUSH(cx->mem, &except) = time_day_start(day) + s.from * MS_MINUTE;
    }
    struct ics_event e = event(f, first, s);
    e.uid = arena_printf(cx->mem, "site-%lld-w%d-%d-%d@%.*s", (long long)f->site->id, weekday,
                         s.from, s.till, STR(f->host));
    e.every = ICS_WEEK;
    e.until_at = time_day_start(last) + s.from * MS_MINUTE;
    e.except = except.at;
    e.nexcept = except.n;
    ics_event(f->o, &e);
}

/* What a day has and its weekday has not. */
static void single(const struct hours_feed *f, int64_t day)
{
    struct site_day d = site_day_of(f->plan, day);
    const struct site_notice *why = site_notice_of(f->plan, day);
    for (int i = 0; i < d.nspans; i++) {
        if (holds(weekday_of(f, day), d.spans[i]))
            continue;
        struct ics_event e = event(f, day, d.spans[i]);
        e.uid = arena_printf(f->cx->mem, "site-%lld-d%lld-%d-%d@%.*s", (long long)f->site->id,
                             (long long)day, d.spans[i].from, d.spans[i].till, STR(f->host));
        e.text = why ? why->reason : S("");
        ics_event(f->o, &e);
    }
}

/* A notice as a whole day in the calendar: 停开：电梯检修. Taken back: cancelled. */
static void notice(const struct hours_feed *f, const struct site_notice *n, struct str part)
{
    struct cx *cx = f->cx;
    struct str what = n->hours.nspans
                          ? arena_printf(cx->mem, "改为 %.*s", STR(site_day_text(cx, &n->hours)))
                          : S("停开");
    struct ics_event e = {
        .uid = arena_printf(cx->mem, "site-notice-%lld@%.*s", (long long)n->id, STR(f->host)),
        .from_at = time_day_start(n->from_day),
        .to_at = time_day_start(n->to_day + 1),
        .all_day = true,
        .is_free = true,
        .cancelled = n->ended_at > 0,
        .title = arena_printf(cx->mem, "%.*s%s%.*s %.*s：%.*s", STR(f->site->name),
                              part.n ? " " : "", STR(part), STR(what), STR(n->reason)),
        .where = f->site->address,
        .url = f->url,
        .changed_at = n->ended_at ? n->ended_at : n->announced_at,
        .version = n->ended_at > 0,
    };
    ics_event(f->o, &e);
}

static struct str part_name(const site_part_list *parts, int64_t id)
{
    for (size_t i = 0; i < parts->n; i++)
        if (parts->at[i].id == id)
            return parts->at[i].name;
    return S("");
}

static enum err notices(const struct hours_feed *f)
{
    site_notice_list all = {0};
    site_part_list parts = {0};
    TRY(site_notices(f->cx, f->site->id, f->from_day, true, &all));
    TRY(site_parts(f->cx, f->site->id, &parts));
    for (size_t i = 0; i < all.n; i++)
        notice(f, &all.at[i], part_name(&parts, all.at[i].part_id));
    return OK;
}

enum err site_feed(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct site s;
    struct site_plan plan;
    struct civil now = time_civil(cx->now);
    struct str address = req_site(cx, rq);
    struct hours_feed f = {.cx = cx,
                           .site = &s,
                           .plan = &plan,
                           .host = feed_host(address),
                           .from_day = time_day(time_of(now.year, 1, 1, 0, 0)),
                           .to_day = time_day(time_of(now.year + 1, 12, 31, 0, 0))};
    TRY(site_by_code(cx, req_part(rq, "code"), &s));
    TRY(site_plan(cx, s.id, 0, f.from_day, &plan));
    f.url = arena_printf(cx->mem, "%.*s/site/%.*s", STR(address), STR(s.code));
    reply_header(rp, "Cache-Control", S("public, max-age=300"));
    f.o = reply_bytes(rp, ICS_TYPE);
    ics_begin(f.o, s.name);
    for (int d = SITE_SUNDAY; d <= SITE_SATURDAY; d++)
        for (int i = 0; i < plan.week.days[d].nspans; i++)
            weekly(&f, d, plan.week.days[d].spans[i]);
    for (int64_t day = f.from_day; day <= f.to_day; day++)
        single(&f, day);
    TRY(notices(&f));
    ics_end(f.o);
    return OK;
}
