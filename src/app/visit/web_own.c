/* web_own -- what a household says about visits: please come, not for now, yes or no to a slip. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/visit/pages.h"
#include "print/qr.h"
#include "visit.html.h"

/* ---- please come, or not for now ---- */

static void draw_ask(struct cx *cx, const struct req *rq, struct reply *rp,
                     const struct door_wish *w, const struct door *done)
{
    struct visit_ask_view v = {.rq = rq, .w = *w, .community = shell_community(cx)};
    struct fault fault = cx->fault; /* an old code: the form asks for the place */
    if (w->place.n && !shell_is_wrong(cx, "place"))
        (void)place_by_code(cx, w->place, &v.place);
    cx->fault = fault;
    if (done) {
        v.is_done = true;
        v.d = *done;
        v.until = visit_day_words(cx, done->quiet_until);
    }
    v.page = shell_page(rq, SHELL_PHONE, S("上门走访"), "home");
    v.page.back = "/";
    v.page.has_foot = !done;
    visit_ask_html(reply_html(rp), cx, &v);
}

enum err visit_ask_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct door_wish w = {.place = req_query(rq, "b")};
    struct door d = {0};
    int64_t until = 0;
    bool is_done = req_query(rq, "done").n > 0;
    if (is_done && str_int(req_query(rq, "until"), &until))
        d.quiet_until = until;
    draw_ask(cx, rq, rp, &w, is_done ? &d : NULL);
    return OK;
}

enum err visit_ask_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct door_wish w = {0};
    struct door d;
    enum err e = req_record(cx, rq, &door_wish_shape, &w);
    enum err until = req_day(cx, rq, "until_on", &w.until_day);
    enum err plan = req_day(cx, rq, "plan_on", &w.plan_day);
    if (e == OK)
        e = until != OK ? until : plan;
    if (e == OK)
        e = visit_wish(cx, &w, &d);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        draw_ask(cx, rq, rp, &w, NULL);
    TRY(e);
    return reply_goto(cx, rp, "/visit?done=%.*s&until=%lld", STR(w.want), (long long)d.quiet_until);
}

/* ---- a slip ---- */

static struct str slip_link(struct cx *cx, int64_t id, struct str key)
{
    struct out o;
    out_init(&o, cx->mem);
    out_printf(&o, "/visit/%lld?k=", (long long)id);
    out_url(&o, key);
    return out_text(&o);
}

/* Printed and put under the door; the secret stands nowhere else. */
enum err visit_slip_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct visit_slip_view v = {.community = shell_community(cx), .worker = cx->who.name};
    struct str key = req_query(rq, "k"), site = req_site(cx, rq);
    struct visit visit;
    int64_t id;
    TRY(req_id(cx, rq, "visit", &id));
    TRY(visit_get(cx, id, &visit));
    TRY(visit_by_key(cx, id, key, &v.v, &v.d));
    v.day = visit_day_words(cx, v.v.plan_day);
    v.url = arena_printf(cx->mem, "%.*s%.*s", STR(site), STR(slip_link(cx, id, key)));
    v.qr = qr_svg(cx, v.url, S("回个话的二维码"));
    v.page = shell_page(rq, SHELL_PHONE, S("约走访的纸条"), "home");
    v.page.back = arena_printf(cx->mem, "/w/visit/%lld", (long long)id).p;
    reply_header(rp, "Cache-Control", S("no-store"));
    visit_slip_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- slips printed in advance ---- */

static void draw_slips(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct visit_slips_view v = {.rq = rq};
    v.page = shell_page(rq, SHELL_WORK, S("印纸条"), "today");
    v.page.back = "/w/plan";
    visit_slips_html(reply_html(rp), cx, &v);
}

enum err visit_slips_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    draw_slips(cx, rq, rp);
    return OK;
}

/* Shown by the answer itself: the words stand nowhere else, and a sheet that is sent for twice has
 * other numbers. */
enum err visit_slips_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct visit_sheet_view v = {.community = shell_community(cx), .site = req_site(cx, rq)};
    need_paper_list made = {0};
    int64_t count = 0;
    if (!str_int(req_field(rq, "count"), &count) || count < 0 || count > INT16_MAX)
        count = 0;
    enum err e = need_paper_make(cx, (int)count, &made);
    if (e == ERR_INPUT)
        draw_slips(cx, rq, rp);
    TRY(e);
    for (size_t i = 0; i < made.n; i++)
        *PUSH(cx->mem, &v.rows) = (struct visit_paper){
            made.at[i], qr_svg(cx,
                               arena_printf(cx->mem, "%.*s/find?n=%.*s&w=%.*s", STR(v.site),
                                            STR(made.at[i].number), STR(made.at[i].word)),
                               S("看进度的二维码"))};
    v.page = shell_page(rq, SHELL_PRINT, S("纸条"), "today");
    reply_header(rp, "Cache-Control", S("no-store"));
    visit_sheet_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err draw_answer(struct cx *cx, const struct req *rq, struct reply *rp, struct str key,
                            const struct visit *visit, const struct door *d)
{
    struct visit_answer_view v = {
        .v = *visit, .d = *d, .key = key, .community = shell_community(cx)};
    v.may_answer = visit->state == VISIT_PLANNED || visit->state == VISIT_OFFERED;
    v.may_decline = v.may_answer || visit->state == VISIT_ACCEPTED;
    v.day = visit_day_words(cx, visit->plan_day);
    v.until = visit_day_words(cx, d->quiet_until);
    v.page = shell_page(rq, SHELL_PHONE, S("约走访"), "home");
    v.page.back = "/";
    v.page.is_private = true;
    v.page.here = slip_link(cx, visit->id, key);
    reply_header(rp, "Cache-Control", S("no-store"));
    visit_answer_html(reply_html(rp), cx, &v);
    return OK;
}

enum err visit_answer_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct visit v;
    struct door d;
    int64_t id;
    TRY(req_id(cx, rq, "visit", &id));
    TRY(visit_by_key(cx, id, req_query(rq, "k"), &v, &d));
    return draw_answer(cx, rq, rp, req_query(rq, "k"), &v, &d);
}

enum err visit_answer_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct visit v;
    struct door d;
    struct str key = req_field(rq, "k");
    int64_t id;
    TRY(req_id(cx, rq, "visit", &id));
    TRY(visit_answer(cx, id, key, req_part(rq, "step"), &v, &d));
    return reply_goto(cx, rp, "%.*s", STR(slip_link(cx, id, key)));
}
