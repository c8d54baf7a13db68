/* web_errand -- errands: asked for by anybody, done by staff, followed by the link; the papers that
 * are signed. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/pages.h"
#include "base/out.h"
#include "print/qr.h"
#include "service.html.h"

enum { UNTIL_DAYS = 30 };

struct str errand_link(struct cx *cx, int64_t id, struct str key)
{
    return arena_printf(cx->mem, "/errand/%lld?k=%.*s", (long long)id, STR(key));
}

/* ---- asking ---- */

/* A code on a board, or words that fit one place; else the form offers what fits. */
static enum err find_place(struct cx *cx, const struct req *rq, struct service_errand_ask_view *v,
                           struct place *out)
{
    struct str code = req_field(rq, "place"), where = req_field(rq, "where");
    if (code.n)
        return place_by_code(cx, code, out);
    if (!where.n)
        return fail_field(cx, "where", "请写住在哪里，小区和楼号就行");
    if (place_by_code(cx, where, out) == OK)
        return OK;
    fault_clear(cx);
    TRY(place_search(cx, where, S(""), PLACE_FOUND, &v->choices));
    if (v->choices.n == 1) {
        *out = v->choices.at[0];
        return OK;
    }
    bool is_many = place_to_choose(&v->choices);
    size_t n = v->choices.n;
    TRY(place_none_of_these(cx, &v->choices));
    return is_many ? fail_field(cx, "place", "对得上的有 %zu 栋，先点是哪一栋", n)
           : n     ? fail_field(cx, "place", "对得上的有 %zu 处，请点一处", n)
               : fail_field(cx, "where", "没找到这个地方，换个写法试试，或者点“都不是”");
}

static void draw_ask(struct cx *cx, const struct req *rq, struct reply *rp,
                     struct service_errand_ask_view *v)
{
    v->rq = rq;
    v->is_staff = cx->who.person_id > 0;
    v->page = shell_page(rq, SHELL_PHONE, S("请人代办"), "guides");
    v->page.back = arena_cstr(cx->mem, arena_printf(cx->mem, "/s/%.*s", STR(v->s.slug)));
    service_errand_ask_html(reply_html(rp), cx, v);
}

enum err errand_ask_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_errand_ask_view v = {0};
    TRY(service_by_slug(cx, req_part(rq, "slug"), &v.s));
    draw_ask(cx, rq, rp, &v);
    return OK;
}

enum err errand_ask_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_errand_ask_view v = {0};
    struct errand e = {0};
    struct place place = {0};
    struct str key = req_field(rq, "key");
    TRY(service_by_slug(cx, req_part(rq, "slug"), &v.s));
    enum err where = find_place(cx, rq, &v, &place);
    if (where != OK && where != ERR_INPUT && where != ERR_MISSING)
        return where;
    enum err rest = req_record(cx, rq, &errand_shape, &e);
    e.service_id = v.s.id;
    e.place_id = place.id;
    enum err done = where != OK ? ERR_INPUT : rest;
    if (done == OK)
        done = errand_ask(cx, &e, &key);
    if (done == ERR_INPUT || done == ERR_CONFLICT)
        draw_ask(cx, rq, rp, &v);
    TRY(done);
    return reply_goto(cx, rp, "%.*s&new=1", STR(errand_link(cx, e.id, key)));
}

/* ---- one's own ---- */

static enum err draw_own(struct cx *cx, const struct req *rq, struct reply *rp,
                         struct service_errand_view *v)
{
    struct fault fault = cx->fault;
    struct need need;
    fault_clear(cx);
    TRY(errand_papers(cx, v->e.id, &v->papers));
    TRY(errand_history(cx, v->e.id, &v->events));
    TRY(openings_told(cx, &errand_seen, v->e.id, &v->seen));
    if (v->e.need_id && need_peek(cx, v->e.need_id, &need) == OK) {
        v->need_number = need.number;
        TRY(need_word(cx, v->e.need_id, &v->need_word)); /* nobody else tells him */
    }
    fault_clear(cx);
    for (int i = 0; i < 5; i++)
        *PUSH(cx->mem, &v->grades) = ratings[i];
    v->community = shell_community(cx);
    v->qr = qr_svg(cx,
                   arena_printf(cx->mem, "%.*s%.*s", STR(req_site(cx, rq)),
                                STR(errand_link(cx, v->e.id, v->key))),
                   S("看办到哪里的二维码"));
    cx->fault = fault;
    v->page = shell_page(rq, SHELL_PHONE, S("帮我代办的事"), "guides");
    v->page.is_private = true;
    v->page.here = errand_link(cx, v->e.id, v->key);
    reply_header(rp, "Cache-Control", S("no-store"));
    service_errand_html(reply_html(rp), cx, v);
    return OK;
}

static enum err own_asked(struct cx *cx, const struct req *rq, struct service_errand_view *v)
{
    int64_t id;
    TRY(req_id(cx, rq, "errand", &id));
    v->key = req_query(rq, "k").n ? req_query(rq, "k") : req_field(rq, "k");
    return errand_by_key(cx, id, v->key, &v->e);
}

enum err errand_own_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_errand_view v = {.is_new = req_query(rq, "new").n > 0};
    TRY(own_asked(cx, rq, &v));
    return draw_own(cx, rq, rp, &v);
}

enum err errand_own_step(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_errand_view v = {0};
    struct str step = req_part(rq, "step");
    TRY(own_asked(cx, rq, &v));
    enum err e = str_is(step, "rate")
                     ? errand_rate(cx, v.e.id, v.key, req_field(rq, "rating"), &v.e)
                     : errand_own(cx, v.e.id, v.key, step, &v.e);
    if (e == ERR_INPUT || e == ERR_CONFLICT) {
        struct fault fault = cx->fault;
        fault_clear(cx);
        TRY(own_asked(cx, rq, &v));
        cx->fault = fault;
        TRY(draw_own(cx, rq, rp, &v));
    }
    TRY(e);
    return reply_goto(cx, rp, "%.*s", STR(errand_link(cx, v.e.id, v.key)));
}

/* ---- staff ---- */

static struct shell_page page_of(const struct req *rq, struct reply *rp, struct str title)
{
    reply_header(rp, "Cache-Control", S("no-store"));
    struct shell_page p = shell_page(rq, SHELL_DESK, title, "errands");
    p.notice_level = "g";
    return p;
}

enum err errand_list_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_errands_view v = {.is_closed = str_is(req_query(rq, "state"), "closed")};
    TRY(errand_all(cx, v.is_closed, &v.errands));
    v.page = page_of(rq, rp, S("帮办代办"));
    service_errands_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err draw_desk(struct cx *cx, const struct req *rq, struct reply *rp,
                          struct service_errand_desk_view *v)
{
    struct fault fault = cx->fault;
    struct service s;
    fault_clear(cx);
    TRY(errand_papers(cx, v->e.id, &v->papers));
    TRY(errand_history(cx, v->e.id, &v->events));
    TRY(openings_told(cx, &errand_seen, v->e.id, &v->seen));
    TRY(service_or_none(cx, v->e.service_id, &s));
    v->bring = s.bring;
    v->work_days = s.work_days;
    v->slug = s.slug;
    v->today = time_day(cx->now);
    v->has_run_out = v->e.until_day && v->today > v->e.until_day;
    for (const struct flow_reason *r = opening_purposes; r->code; r++)
        *PUSH(cx->mem, &v->purposes) = *r;
    cx->fault = fault;
    v->rq = rq;
    v->page = page_of(rq, rp, v->e.title);
    v->page.back = "/k/errands";
    if (req_query(rq, "done").n)
        v->page.notice = S("记下了");
    service_errand_desk_html(reply_html(rp), cx, v);
    return OK;
}

enum err errand_desk_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_errand_desk_view v = {0};
    int64_t id;
    TRY(req_id(cx, rq, "errand", &id));
    TRY(errand_get(cx, id, &v.e));
    return draw_desk(cx, rq, rp, &v);
}

enum err errand_desk_open(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_errand_desk_view v = {.is_opened = true};
    int64_t id;
    TRY(req_id(cx, rq, "errand", &id));
    enum err e = errand_open(cx, id, req_field(rq, "purpose"), &v.e);
    if (e == ERR_INPUT) {
        struct fault fault = cx->fault;
        v.is_opened = false;
        fault_clear(cx);
        TRY(errand_get(cx, id, &v.e));
        cx->fault = fault;
    }
    if (e == OK || e == ERR_INPUT)
        TRY(draw_desk(cx, rq, rp, &v));
    return e;
}

static enum err read_move(struct cx *cx, const struct req *rq, struct errand_move *m)
{
    struct str until = req_field(rq, "until");
    m->work_days = -1;
    TRY(req_record(cx, rq, &errand_move_shape, m));
    if (until.n && !time_read_date(until, &m->until_day))
        return fail_field(cx, "until_day", "日期写成 2026-03-14 的样子");
    return OK;
}

enum err errand_desk_step(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_errand_desk_view v = {0};
    struct errand_move m = {0};
    int64_t id;
    TRY(req_id(cx, rq, "errand", &id));
    enum err e = read_move(cx, rq, &m);
    if (e == OK)
        e = errand_move(cx, id, req_part(rq, "step"), &m, &v.e);
    if (e == ERR_INPUT || e == ERR_CONFLICT) {
        struct fault fault = cx->fault;
        fault_clear(cx);
        TRY(errand_get(cx, id, &v.e));
        cx->fault = fault;
        TRY(draw_desk(cx, rq, rp, &v));
    }
    TRY(e);
    return reply_goto(cx, rp, "/k/errand/%lld?done=1", (long long)id);
}

/* The authority, the receipt for papers, the receipt for having them back: each is signed on paper
 * and kept by whoever it is for; no picture of it comes back here. */
enum err errand_paper_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_errand_paper_view v = {.community = shell_community(cx),
                                          .kind = req_query(rq, "kind")};
    int64_t id;
    TRY(req_id(cx, rq, "errand", &id));
    TRY(errand_get(cx, id, &v.e));
    TRY(errand_papers(cx, id, &v.papers));
    TRY(openings_told(cx, &errand_seen, id, &v.seen));
    v.page = shell_page(rq, SHELL_PRINT, v.e.number, "errands");
    reply_header(rp, "Cache-Control", S("no-store"));
    service_errand_paper_html(reply_html(rp), cx, &v);
    return OK;
}
