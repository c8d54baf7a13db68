/* web_book -- booking a time and entering a lot: one form. Who comes too late keeps what he typed
 * and picks one of three other times with one press. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/pages.h"
#include "booking.html.h"

enum { LENGTH_STEP = 30, LENGTHS_MOST = 10, USUAL_LENGTH = 120 };

/* ---- the form ---- */

/* How long one may stay: half hours until the next who has it, or until it closes. */
static enum err lengths_of(struct cx *cx, const struct booking_plan *p, int64_t from_at,
                           int64_t chosen, booking_options *out)
{
    booking_stretch_list day = {0};
    int64_t end = from_at, least = p->space.least_minutes, most = p->space.most_minutes;
    TRY(booking_day(cx, p, time_day(from_at), &day));
    for (size_t i = 0; i < day.n; i++)
        if (day.at[i].is_free && day.at[i].from_at <= end && day.at[i].to_at > end)
            end = day.at[i].to_at;
    int64_t there = (end - from_at) / MS_MINUTE;
    if (there >= least && there < most) /* else it is taken: what was chosen is still shown */
        most = there;
    int64_t usual = most < USUAL_LENGTH ? most : USUAL_LENGTH;
    for (int64_t m = least; m <= most && out->n < LENGTHS_MOST; m += LENGTH_STEP) {
        int64_t to = from_at + m * MS_MINUTE;
        struct civil c = time_civil(to);
        *PUSH(cx->mem, out) = (struct booking_option){
            .value = arena_printf(cx->mem, "%lld", (long long)m),
            .label =
                arena_printf(cx->mem, m % 60 ? "%lld 小时半，到 %d:%02d" : "%lld 小时，到 %d:%02d",
                             (long long)m / 60, c.hour, c.minute),
            .is_on = m == (chosen ? chosen : usual)};
        if (m < 60)
            out->at[out->n - 1].label =
                arena_printf(cx->mem, "%lld 分钟，到 %d:%02d", (long long)m, c.hour, c.minute);
    }
    return OK;
}

static booking_options week_options(const struct booking_ask *a, struct cx *cx)
{
    static const char *const labels[] = {"就这一次", "每周", "隔周"};
    booking_options out = {0};
    for (int64_t n = 0; n < (int64_t)COUNT(labels); n++)
        *PUSH(cx->mem, &out) = (struct booking_option){arena_printf(cx->mem, "%lld", (long long)n),
                                                       str_c(labels[n]), n == a->weeks};
    return out;
}

/* What else there is, after somebody was faster. */
static enum err find_others(struct cx *cx, const struct booking_plan *p,
                            const struct booking_ask *a, struct booking_new_view *v)
{
    booking_choice_list others = {0};
    if (cx->fault.err != ERR_CONFLICT || a->weeks)
        return OK;
    TRY(booking_others(cx, p, a->from_at, a->to_at, a->heads, &others));
    booking_other_buttons(cx, &others, p->space.id, &v->others);
    v->may_wait = !v->lot.id;
    return OK;
}

static enum err draw_new(struct cx *cx, const struct req *rq, struct reply *rp,
                         const struct booking_space *s, const struct booking_lot *lot,
                         const struct booking_ask *a, const booking_days *taken)
{
    struct booking_new_view v = {.rq = rq, .space = *s, .a = *a};
    struct booking_plan p;
    struct fault fault = cx->fault;
    if (lot)
        v.lot = *lot;
    TRY(booking_plan(cx, s, 0, &p));
    TRY(find_others(cx, &p, a, &v));
    cx->fault = (struct fault){0};
    if (!lot)
        TRY(lengths_of(cx, &p, a->from_at, (a->to_at - a->from_at) / MS_MINUTE, &v.lengths));
    cx->fault = fault;
    if (v.others.n) /* they stand below as buttons */
        cx->fault.message = S("这个时间已经有人订了");
    v.weeks = week_options(a, cx);
    v.series_until = time_day_start(booking_series_until(time_day(a->from_at)));
    v.may_part = taken && taken->n > 0;
    v.is_idle = a->from_at - cx->now <= p.rule.idle_hours * MS_HOUR;
    v.is_staff = cx->who.person_id && booking_in_reach(cx, s->place_path);
    v.at = booking_iso(cx, a->from_at);
    v.when = lot ? booking_when(cx, lot->from_at, lot->to_at)
                 : booking_when(cx, a->from_at, a->to_at > a->from_at ? a->to_at : a->from_at + 1);
    v.start =
        lot ? v.when
            : arena_printf(cx->mem, "%.*s %.*s 起",
                           STR(site_days_text(cx, time_day(a->from_at), time_day(a->from_at))),
                           STR(str_cut(v.at, sizeof "2026-03-14T" - 1, 5)));
    v.action = lot ? arena_printf(cx->mem, "/lot/%lld/new", (long long)lot->id)
                   : arena_printf(cx->mem, "/book/%lld/new", (long long)s->id);
    v.page = shell_page(rq, SHELL_PHONE, lot ? S("报名抽签") : S("订场地"), "home");
    v.page.back =
        lot ? arena_printf(cx->mem, "/lot/%lld", (long long)lot->id).p : booking_path(cx, s->id).p;
    v.page.here = lot ? v.action : booking_path(cx, s->id);
    v.page.has_foot = true;
    booking_new_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- booking ---- */

static enum err find_space(struct cx *cx, const struct req *rq, struct booking_space *s)
{
    int64_t id;
    TRY(req_id(cx, rq, "space", &id));
    return booking_space_get(cx, id, s);
}

enum err booking_new_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_space s;
    struct booking_ask a = {.heads = 0};
    TRY(find_space(cx, rq, &s));
    if (!time_read(req_query(rq, "at"), &a.from_at) || a.from_at % BOOKING_SLOT ||
        a.from_at < cx->now - MS_HOUR)
        return reply_goto(cx, rp, "/book/%lld", (long long)s.id);
    a.to_at = a.from_at;
    return draw_new(cx, rq, rp, &s, NULL, &a, NULL);
}

/* The time: chosen on the page before, or one of the others that were offered. */
static enum err read_time(struct cx *cx, const struct req *rq, struct booking_ask *a,
                          struct booking_space *s)
{
    int64_t minutes = 0, space_id, from_at;
    if (!time_read(req_field(rq, "at"), &a->from_at))
        return fail(cx, ERR_INPUT, "页面不完整，请回到场地那一页重新选时间");
    if (!str_int(req_field(rq, "minutes"), &minutes) || minutes < 0 || minutes > 24 * 60)
        minutes = 0;
    if (booking_picked(rq, &space_id, &from_at)) {
        TRY(booking_space_get(cx, space_id, s));
        a->from_at = from_at;
    }
    a->space_id = s->id;
    a->to_at = a->from_at + minutes * MS_MINUTE;
    return minutes ? OK : fail_field(cx, "to_at", "请选用多久");
}

static struct str channel_of(const struct req *rq)
{
    struct str typed = req_field(rq, "channel");
    return str_is(typed, "phone")    ? S("phone")
           : str_is(typed, "walkin") ? S("walkin")
                                     : S("counter");
}

static enum err read_ask(struct cx *cx, const struct req *rq, struct booking_ask *a)
{
    enum err e = req_record(cx, rq, &booking_ask_shape, a);
    if (!req_field(rq, "purpose").n)
        e = fail_field(cx, "purpose", "请选做什么");
    if (!cx->who.person_id && !req_field(rq, "heads").n)
        e = fail_field(cx, "heads", "请填一共几个人");
    if (cx->fault.fields.n) /* all that is wrong is told at once */
        need_contact_check(cx, "contact", a->contact);
    a->client_key = req_field(rq, "key");
    a->channel = channel_of(rq);
    return e;
}

static enum err go_own(struct cx *cx, struct reply *rp, const struct booking_party *p,
                       struct str key, bool again, const booking_days *taken)
{
    struct out o;
    if (again)
        return reply_goto(cx, rp, "/book/find?again=1&n=%.*s&w=%.*s", STR(p->number), STR(p->word));
    out_init(&o, cx->mem);
    for (size_t i = 0; i < taken->n; i++)
        out_printf(&o, "%s%lld", i ? "," : "&miss=", (long long)taken->at[i]);
    return reply_goto(cx, rp, "/booked/%lld?k=%.*s&new=1%.*s", (long long)p->id, STR(key),
                      STR(out_text(&o)));
}

enum err booking_new_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_space s;
    struct booking_ask a = {0};
    struct booking_party p;
    booking_list all = {0};
    booking_days taken = {0};
    struct str key = S("");
    bool again = false;
    TRY(find_space(cx, rq, &s));
    enum err time = read_time(cx, rq, &a, &s), e = read_ask(cx, rq, &a);
    if (!a.from_at)
        return time;
    e = e == OK ? time : e;
    if (e == OK)
        e = booking_book(cx, &a, &p, &key, &all, &taken, &again);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_new(cx, rq, rp, &s, NULL, &a, &taken));
    TRY(e);
    return go_own(cx, rp, &p, key, again, &taken);
}

/* ---- entering a lot ---- */

static enum err find_lot(struct cx *cx, const struct req *rq, struct booking_lot *l,
                         struct booking_space *s)
{
    int64_t id;
    TRY(req_id(cx, rq, "lot", &id));
    TRY(booking_lot_get(cx, id, l));
    return booking_space_get(cx, l->space_id, s);
}

static struct booking_ask ask_of_lot(const struct booking_lot *l)
{
    return (struct booking_ask){.space_id = l->space_id, .from_at = l->from_at, .to_at = l->to_at};
}

enum err booking_lot_new_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_lot l;
    struct booking_space s;
    TRY(find_lot(cx, rq, &l, &s));
    if (l.state != BOOKING_LOT_OPEN || l.draw_at <= cx->now)
        return reply_goto(cx, rp, "/lot/%lld", (long long)l.id);
    const struct booking_ask a = ask_of_lot(&l);
    return draw_new(cx, rq, rp, &s, &l, &a, NULL);
}

enum err booking_lot_new_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_lot l;
    struct booking_space s;
    struct booking_party p;
    struct booking b;
    struct str key = S("");
    const booking_days none = {0};
    bool again = false;
    TRY(find_lot(cx, rq, &l, &s));
    struct booking_ask a = ask_of_lot(&l);
    enum err e = read_ask(cx, rq, &a);
    a.from_at = l.from_at;
    a.to_at = l.to_at;
    a.weeks = 0;
    if (e == OK)
        e = booking_lot_enter(cx, l.id, &a, &p, &key, &b, &again);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_new(cx, rq, rp, &s, &l, &a, NULL));
    TRY(e);
    return go_own(cx, rp, &p, key, again, &none);
}
