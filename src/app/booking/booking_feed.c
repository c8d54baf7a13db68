/* booking_feed -- calendars (iCalendar): of a space, when somebody is in it and no more; of a
 * party, its own. From a month back, FEED_MOST at most, each by itself: what was moved or taken
 * back is told. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/pages.h"
#include "print/ics.h"

enum { AHEAD_DAYS = 120, FEED_MOST = 600 };

/* The part of an address between :// and the next sign; "site" when there is none. */
static struct str host_of(struct str site)
{
    ptrdiff_t at = str_find(site, S("://"));
    return at < 0 ? S("site") : str_cut(site, (size_t)at + 3, site.n);
}

/* Held by a booking, a closure or a lot: who and why does not concern whoever wants to know when it
 * is free. */
enum err booking_ics(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_space s;
    booking_run_list runs = {0};
    booking_block_list blocks = {0};
    int64_t id;
    TRY(req_id(cx, rq, "space", &id));
    TRY(booking_space_get(cx, id, &s));
    TRY(booking_runs(cx, id, cx->now, cx->now + AHEAD_DAYS * MS_DAY, &runs));
    TRY(booking_blocks(cx, id, &blocks));
    struct str site = req_site(cx, rq);
    reply_header(rp, "Cache-Control", S("public, max-age=300"));
    struct out *o = reply_bytes(rp, ICS_TYPE);
    ics_begin(o, arena_printf(cx->mem, "%.*s %.*s", STR(s.site_name), STR(s.name)));
    for (size_t i = 0; i < runs.n && i < FEED_MOST; i++) {
        const struct booking_run *r = &runs.at[i];
        struct ics_event e = {
            .uid = arena_printf(cx->mem, "space-%lld@%.*s", (long long)r->holder_id,
                                STR(host_of(site))),
            .from_at = r->from_at,
            .to_at = r->to_at,
            .title = S("订了"),
            .where = arena_printf(cx->mem, "%.*s %.*s", STR(s.site_name), STR(s.name)),
            .url = arena_printf(cx->mem, "%.*s%.*s", STR(site), STR(booking_path(cx, id))),
            .changed_at = cx->now};
        for (size_t k = 0; k < blocks.n; k++)
            if (blocks.at[k].id == r->holder_id)
                e.title = arena_printf(cx->mem, "停用：%.*s", STR(blocks.at[k].reason));
        ics_event(o, &e);
    }
    ics_end(o);
    return OK;
}

/* One's own, by the secret of the link. What one only waits for is not in it. */
enum err booking_own_ics(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_party p;
    booking_list all = {0};
    int64_t id;
    unsigned wanted = BOOKING_IN(BOOKING_WAITING) | BOOKING_IN(BOOKING_DRAWING);
    TRY(req_id(cx, rq, "party", &id));
    TRY(booking_by_key(cx, id, req_query(rq, "k"), &p));
    TRY(booking_of_party(cx, id, &all));
    struct str site = req_site(cx, rq);
    reply_header(rp, "Cache-Control", S("no-store"));
    struct out *o = reply_bytes(rp, ICS_TYPE);
    ics_begin(o, S("我订的场地"));
    for (size_t i = 0; i < all.n; i++) {
        const struct booking *b = &all.at[i];
        unsigned had = BOOKING_HOLDING | BOOKING_IN(BOOKING_DONE) | BOOKING_IN(BOOKING_CLOSED);
        if (wanted & BOOKING_IN(b->state))
            continue;
        ics_event(o,
                  &(struct ics_event){.uid = arena_printf(cx->mem, "booking-%lld@%.*s",
                                                          (long long)b->id, STR(host_of(site))),
                                      .from_at = b->from_at,
                                      .to_at = b->to_at,
                                      .cancelled = !(had & BOOKING_IN(b->state)),
                                      .title = b->title.n ? b->title : b->space_name,
                                      .text = b->reason,
                                      .where = arena_printf(cx->mem, "%.*s %.*s", STR(b->site_name),
                                                            STR(b->space_name)),
                                      .url = arena_printf(cx->mem, "%.*s%.*s", STR(site),
                                                          STR(booking_path(cx, b->space_id))),
                                      .changed_at = b->changed_at,
                                      .version = b->version});
    }
    ics_end(o);
    return OK;
}
