/* web_ticket -- who comes to the counter: a time booked, a number taken, where he stands, how it
 * was; the wall display. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/pages.h"
#include "base/out.h"
#include "base/time.h"
#include "print/qr.h"
#include "service.html.h"

enum { SLOTS_SHOWN = 120, WALL_MAX = 12 };

struct str ticket_link(struct cx *cx, int64_t id, const char *page, struct str key)
{
    return arena_printf(cx->mem, "/q/%lld%s?k=%.*s", (long long)id, page, STR(key));
}

struct str slot_time(struct cx *cx, int64_t at)
{
    struct civil c = time_civil(at);
    return arena_printf(cx->mem, "%d:%02d", c.hour, c.minute);
}

const char *service_face(size_t grade)
{
    static const char *const faces[] = {"face5", "face4", "face3", "face2", "face1"};
    return faces[grade < COUNT(faces) ? grade : COUNT(faces) - 1];
}

static int64_t number_of(const struct req *rq, const char *field)
{
    int64_t n = 0;
    return str_int(req_field(rq, field), &n) ? n : 0;
}

/* ---- booking ---- */

/* Times of a day together. */
static void days_of(struct cx *cx, const slot_list *slots, slot_days *out)
{
    for (size_t i = 0; i < slots->n; i++) {
        int64_t day = time_day(slots->at[i].at);
        if (!out->n || out->at[out->n - 1].day != day)
            *PUSH(cx->mem, out) = (struct slot_day){.day = day, .at = time_day_start(day)};
        *PUSH(cx->mem, &out->at[out->n - 1].slots) = slots->at[i];
    }
}

/* Sites of a guide whose counters can be booked. */
static enum err find_places(struct cx *cx, const struct service *s, book_places *out)
{
    service_where_list where = {0};
    TRY(service_where(cx, s->id, &where));
    for (size_t i = 0; i < where.n; i++) {
        struct lane l;
        TRY(lane_for(cx, where.at[i].site.id, s->lane, &l));
        if (l.id && l.slot_minutes)
            *PUSH(cx->mem, out) = (struct book_place){where.at[i], l};
    }
    return OK;
}

static enum err draw_book(struct cx *cx, const struct req *rq, struct reply *rp,
                          struct service_book_view *v)
{
    struct fault fault = cx->fault;
    struct str code = req_query(rq, "site").n ? req_query(rq, "site") : req_field(rq, "site");
    slot_list slots = {0};
    fault_clear(cx);
    TRY(find_places(cx, &v->s, &v->places));
    for (size_t i = 0; i < v->places.n; i++)
        if (str_eq(v->places.at[i].where.site.code, code) || v->places.n == 1)
            v->chosen = &v->places.at[i];
    if (v->chosen) {
        TRY(lane_slots(cx, &v->chosen->lane, v->s.id, SLOTS_SHOWN, &slots));
        days_of(cx, &slots, &v->days);
    }
    cx->fault = fault;
    v->rq = rq;
    v->page = shell_page(rq, SHELL_PHONE, S("约个时间"), "guides");
    v->page.back = arena_cstr(cx->mem, arena_printf(cx->mem, "/s/%.*s", STR(v->s.slug)));
    service_book_html(reply_html(rp), cx, v);
    return OK;
}

enum err book_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_book_view v = {0};
    TRY(service_by_slug(cx, req_part(rq, "slug"), &v.s));
    return draw_book(cx, rq, rp, &v);
}

enum err book_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_book_view v = {0};
    struct ticket t;
    struct str key = req_field(rq, "key");
    TRY(service_by_slug(cx, req_part(rq, "slug"), &v.s));
    enum err e =
        ticket_book(cx, number_of(rq, "lane_id"), v.s.id, number_of(rq, "slot_at"), &t, &key);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_book(cx, rq, rp, &v));
    TRY(e);
    return reply_goto(cx, rp, "%.*s&new=1", STR(ticket_link(cx, t.id, "", key)));
}

/* ---- at the site: its screen, or the code on its wall ---- */

static enum err draw_take(struct cx *cx, const struct req *rq, struct reply *rp,
                          struct service_take_view *v)
{
    struct fault fault = cx->fault;
    struct site_plan plan;
    fault_clear(cx);
    TRY(service_plan(cx, v->site.id, &plan));
    v->now = site_open_now(&plan, cx->now);
    v->words = site_words(cx, &v->now);
    v->lanes.n = 0;
    TRY(lanes_of(cx, v->site.id, &v->lanes));
    if (req_query(rq, "s").n && service_by_slug(cx, req_query(rq, "s"), &v->s) != OK)
        v->s = (struct service){0};
    fault_clear(cx);
    if (v->s.id)
        TRY(lane_for(cx, v->site.id, v->s.lane, &v->lane));
    cx->fault = fault;
    v->rq = rq;
    v->page =
        shell_page(rq, SHELL_PHONE, arena_printf(cx->mem, "%.*s取号", STR(v->site.name)), "guides");
    v->page.back = arena_cstr(cx->mem, arena_printf(cx->mem, "/site/%.*s", STR(v->site.code)));
    reply_header(rp, "Cache-Control", S("no-store"));
    shell_mode_keep(cx, rq, rp);
    service_take_html(reply_html(rp), cx, v);
    return OK;
}

enum err take_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_take_view v = {0};
    TRY(site_by_code(cx, req_part(rq, "code"), &v.site));
    return draw_take(cx, rq, rp, &v);
}

static enum err take_here(struct cx *cx, const struct req *rq, const struct site *site,
                          struct ticket *t, struct str *key)
{
    struct site_plan plan;
    struct service s = {0};
    struct lane l;
    *key = req_field(rq, "key");
    TRY(service_plan(cx, site->id, &plan));
    if (plan.is_known && !site_open_now(&plan, cx->now).is_open)
        return fail(cx, ERR_INPUT, "现在没有开门，开门再取号；也可以先约个时间");
    TRY(lane_get(cx, number_of(rq, "lane_id"), &l));
    if (l.site_id != site->id)
        return fail(cx, ERR_MISSING, "这里没有这个窗口");
    if (req_field(rq, "s").n)
        TRY(service_by_slug(cx, req_field(rq, "s"), &s));
    return ticket_take(cx, l.id, s.id, req_field(rq, "paper").n ? S("screen") : S("phone"), t, key);
}

enum err take_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_take_view v = {0};
    struct ticket t;
    struct str key;
    TRY(site_by_code(cx, req_part(rq, "code"), &v.site));
    enum err e = take_here(cx, rq, &v.site, &t, &key);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_take(cx, rq, rp, &v));
    TRY(e);
    return reply_goto(cx, rp, "%.*s&new=1",
                      STR(ticket_link(cx, t.id, req_field(rq, "paper").n ? "/slip" : "", key)));
}

/* The number is given out here; the link stays with who booked. */
enum err take_arrive(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_take_view v = {0};
    TRY(site_by_code(cx, req_part(rq, "code"), &v.site));
    enum err e = ticket_arrive(cx, v.site.id, req_field(rq, "booking"), &v.arrived);
    if (e == OK)
        TRY(ticket_ahead(cx, &v.arrived, &v.ahead));
    if (e == OK || e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_take(cx, rq, rp, &v));
    return e;
}

/* ---- one's own ---- */

static enum err draw_ticket(struct cx *cx, const struct req *rq, struct reply *rp,
                            struct service_ticket_view *v)
{
    struct fault fault = cx->fault;
    struct need need;
    fault_clear(cx);
    TRY(site_was(cx, v->t.site_id, &v->site));
    TRY(ticket_ahead(cx, &v->t, &v->ahead));
    if (v->t.need_id && need_peek(cx, v->t.need_id, &need) == OK)
        v->need_number = need.number;
    service_lines_of(cx, v->t.missing, &v->missing);
    v->is_today = v->t.day == time_day(cx->now);
    v->label = ticket_label(cx, &v->t);
    v->community = shell_community(cx);
    for (int i = 0; i < 5; i++)
        *PUSH(cx->mem, &v->grades) = ratings[i];
    cx->fault = fault;
    v->page = shell_page(rq, SHELL_PHONE, v->label, "guides");
    v->page.is_private = true;
    v->page.is_live = v->t.state == TICKET_WAITING || v->t.state == TICKET_CALLED;
    v->page.here = ticket_link(cx, v->t.id, "", v->key);
    reply_header(rp, "Cache-Control", S("no-store"));
    service_ticket_html(reply_html(rp), cx, v);
    return OK;
}

static enum err ticket_asked(struct cx *cx, const struct req *rq, struct service_ticket_view *v)
{
    int64_t id;
    TRY(req_id(cx, rq, "ticket", &id));
    v->key = req_query(rq, "k").n ? req_query(rq, "k") : req_field(rq, "k");
    return ticket_by_key(cx, id, v->key, &v->t);
}

enum err own_ticket_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_ticket_view v = {.is_new = req_query(rq, "new").n > 0};
    TRY(ticket_asked(cx, rq, &v));
    return draw_ticket(cx, rq, rp, &v);
}

enum err own_ticket_step(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_ticket_view v = {0};
    struct str step = req_part(rq, "step");
    TRY(ticket_asked(cx, rq, &v));
    enum err e = str_is(step, "rate")
                     ? ticket_rate(cx, v.t.id, v.key, req_field(rq, "rating"), &v.t)
                     : ticket_own(cx, v.t.id, v.key, step, &v.t);
    if (e == ERR_INPUT || e == ERR_CONFLICT) {
        struct fault fault = cx->fault;
        fault_clear(cx);
        TRY(ticket_asked(cx, rq, &v));
        cx->fault = fault;
        TRY(draw_ticket(cx, rq, rp, &v));
    }
    TRY(e);
    return reply_goto(cx, rp, "%.*s", STR(ticket_link(cx, v.t.id, "", v.key)));
}

enum err own_ticket_slip(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_ticket_view own = {0};
    TRY(ticket_asked(cx, rq, &own));
    struct service_slip_view v = {.community = shell_community(cx),
                                  .t = own.t,
                                  .label = ticket_label(cx, &own.t),
                                  .link = ticket_link(cx, own.t.id, "", own.key)};
    TRY(site_was(cx, v.t.site_id, &v.site));
    TRY(ticket_ahead(cx, &v.t, &v.ahead));
    v.qr = qr_svg(cx, arena_printf(cx->mem, "%.*s%.*s", STR(req_site(cx, rq)), STR(v.link)),
                  S("看轮到没有的二维码"));
    v.page = shell_page(rq, SHELL_PRINT, v.label, "guides");
    v.page.is_private = true;
    reply_header(rp, "Cache-Control", S("no-store"));
    service_slip_html(reply_html(rp), cx, &v);
    return OK;
}

/* Says only that something has changed. */
enum err own_ticket_events(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_ticket_view v = {0};
    TRY(ticket_asked(cx, rq, &v));
    reply_stream(rp, "need");
    return OK;
}

/* ---- the wall ---- */

static enum err screen_asked(struct cx *cx, const struct req *rq, struct site *out)
{
    TRY(site_by_code(cx, req_part(rq, "code"), out));
    return screen_check(cx, out->id, req_query(rq, "k"));
}

enum err wall_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_wall_view v = {.key = req_query(rq, "k")};
    TRY(screen_asked(cx, rq, &v.site));
    TRY(lanes_of(cx, v.site.id, &v.lanes));
    TRY(ticket_now(cx, v.site.id, 0, WALL_MAX, &v.called));
    v.page = shell_page(rq, SHELL_WIDE, arena_printf(cx->mem, "%.*s叫号", STR(v.site.name)), NULL);
    v.page.is_live = v.page.is_private = v.page.has_foot = true; /* nothing to tap */
    reply_header(rp, "Cache-Control", S("no-store"));
    service_wall_html(reply_html(rp), cx, &v);
    return OK;
}

enum err wall_events(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct site site;
    TRY(screen_asked(cx, rq, &site));
    reply_stream(rp, "need");
    return OK;
}

/* ---- JSON ---- */

enum err lane_api(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct site site = {0};
    lane_list lanes = {0};
    if (req_query(rq, "site").n)
        TRY(site_by_code(cx, req_query(rq, "site"), &site));
    TRY(lanes_of(cx, site.id, &lanes));
    return reply_list(cx, rp, &lane_shape, &lanes, S(""));
}
