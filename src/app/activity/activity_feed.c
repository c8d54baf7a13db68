/* activity_feed -- dates for calendars (iCalendar) and feed readers. From
 * a month back, ACTIVITY_FEED_MOST at most, each by itself: what was moved or cancelled is told. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/pages.h"
#include "print/feed.h"
#include "print/ics.h"

enum { BACK_DAYS = 30, ENTRIES = 50 };

/* A calendar of dates. */
struct calendar {
    activity_list all;
    struct str site, title; /* https://… */
};

/* ---- calendars ---- */

static void put_event(struct cx *cx, struct out *o, const struct calendar *f,
                      const struct activity *a, bool off)
{
    struct ics_event e = {
        .uid =
            arena_printf(cx->mem, "activity-%lld@%.*s", (long long)a->id, STR(feed_host(f->site))),
        .from_at = a->from_at,
        .to_at = a->to_at,
        .cancelled = off || a->state == ACTIVITY_CANCELLED,
        .title = a->title,
        .text = a->state == ACTIVITY_CANCELLED ? a->reason : a->about,
        .where = arena_printf(cx->mem, "%.*s%s%.*s", STR(a->site_name), a->room.n ? " " : "",
                              STR(a->room)),
        .url = arena_printf(cx->mem, "%.*s%.*s", STR(f->site), STR(activity_path(cx, a->id))),
        .changed_at = a->changed_at,
        .version = a->version,
    };
    ics_event(o, &e);
}

enum err activity_ics(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct calendar f = {.site = req_site(cx, rq), .title = S("活动")};
    struct activity_filter filter = {.from_at = cx->now - BACK_DAYS * MS_DAY,
                                     .limit = ACTIVITY_FEED_MOST};
    struct str code = req_part(rq, "code");
    if (str_starts(req_path(rq), S("/e/programme/"))) {
        struct activity_programme p;
        TRY(activity_programme_by_code(cx, code, &p));
        filter.programme_id = p.id;
        f.title = p.name;
    } else if (str_starts(req_path(rq), S("/e/site/"))) {
        struct site s;
        TRY(site_by_code(cx, code, &s));
        filter.site_id = s.id;
        f.title = arena_printf(cx->mem, "%.*s的活动", STR(s.name));
    }
    TRY(activity_find(cx, &filter, &f.all));
    reply_header(rp, "Cache-Control", S("public, max-age=300"));
    struct out *o = reply_bytes(rp, ICS_TYPE);
    ics_begin(o, f.title);
    for (size_t i = 0; i < f.all.n; i++)
        put_event(cx, o, &f, &f.all.at[i], false);
    ics_end(o);
    return OK;
}

/* One's own, by the secret of the link: a place is an event, one given back is a cancelled one. */
enum err activity_own_ics(struct cx *cx, const struct req *rq, struct reply *rp)
{
    const struct calendar f = {.site = req_site(cx, rq)};
    struct activity_party p;
    activity_seat_list seats = {0};
    int64_t id;
    TRY(req_id(cx, rq, "party", &id));
    TRY(activity_by_key(cx, id, req_query(rq, "k"), &p));
    TRY(activity_seats_of(cx, id, &seats));
    reply_header(rp, "Cache-Control", S("no-store"));
    struct out *o = reply_bytes(rp, ICS_TYPE);
    ics_begin(o, S("我报的名"));
    for (size_t i = 0; i < seats.n; i++) {
        struct activity a;
        TRY(activity_load(cx, seats.at[i].activity_id, &a));
        a.version += seats.at[i].version;
        if (seats.at[i].changed_at > a.changed_at)
            a.changed_at = seats.at[i].changed_at;
        put_event(cx, o, &f, &a, !(SEATS_TAKING & SEAT_IN(seats.at[i].state)));
    }
    ics_end(o);
    return OK;
}

/* ---- feed readers ---- */

static struct feed_entry entry(struct cx *cx, struct str site, const struct activity *a)
{
    bool off = a->state == ACTIVITY_CANCELLED;
    struct str url = arena_printf(cx->mem, "%.*s%.*s", STR(site), STR(activity_path(cx, a->id)));
    struct str more = off ? a->reason : a->about;
    return (struct feed_entry){
        .id = url,
        .url = url,
        .title = off ? arena_printf(cx->mem, "取消：%.*s", STR(a->title)) : a->title,
        .text = arena_printf(cx->mem, "%.*s，%.*s%s%.*s。%.*s", STR(activity_when(cx, a)),
                             STR(a->site_name), a->room.n ? " " : "", STR(a->room), STR(more)),
        .updated_at = a->changed_at};
}

static enum err read_feed(struct cx *cx, const struct req *rq, struct reply *rp, struct feed *f)
{
    activity_list all = {0};
    struct str site = req_site(cx, rq);
    const struct activity_filter filter = {.from_at = time_day_start(time_day(cx->now)),
                                           .limit = ENTRIES};
    f->home = arena_printf(cx->mem, "%.*s/e", STR(site));
    f->self = arena_printf(cx->mem, "%.*s/e/feed", STR(site));
    f->author = shell_community(cx)->name;
    f->title = arena_printf(cx->mem, "%.*s：活动", STR(f->author));
    TRY(activity_find(cx, &filter, &all));
    for (size_t i = 0; i < all.n; i++)
        *PUSH(cx->mem, &f->entries) = entry(cx, site, &all.at[i]);
    reply_header(rp, "Cache-Control", S("public, max-age=300"));
    return OK;
}

enum err activity_atom(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct feed f = {0};
    TRY(read_feed(cx, rq, rp, &f));
    feed_atom(reply_bytes(rp, FEED_ATOM_TYPE), cx, &f);
    return OK;
}

enum err activity_json(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct feed f = {0};
    TRY(read_feed(cx, rq, rp, &f));
    feed_json(reply_bytes(rp, FEED_JSON_TYPE), cx, &f);
    return OK;
}
