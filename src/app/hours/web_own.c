/* web_own -- what helper and resident see of hours, each by his own link. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hours/pages.h"
#include "base/time.h"
#include "hours.html.h"

enum { CERT_DAYS = 365 };

static struct str key_of(const struct req *rq)
{
    return str_is(req_method(rq), "GET") ? req_query(rq, "k") : req_field(rq, "k");
}

/* Shown again as it stands now, with what was wrong and what was typed. */
#define AGAIN(cx, e, draw)                                                                         \
    do {                                                                                           \
        if ((e) == ERR_INPUT || (e) == ERR_CONFLICT) {                                             \
            struct fault fault_ = (cx)->fault;                                                     \
            (cx)->fault = (struct fault){0};                                                       \
            TRY(draw);                                                                             \
            (cx)->fault = fault_;                                                                  \
        }                                                                                          \
    } while (0)

/* ---- the helper, of an offer ---- */

static struct str offer_tail(struct cx *cx, const char *head, int64_t offer_id, const char *tail)
{
    return arena_printf(cx->mem, "/%s/%lld%s", head, (long long)offer_id, tail);
}

static enum err draw_task(struct cx *cx, const struct req *rq, struct reply *rp,
                          const struct fault *fault)
{
    struct hours_task_view v = {.key = key_of(rq)};
    int64_t offer_id;
    bool found;
    TRY(req_id(cx, rq, "id", &v.volunteer_id));
    TRY(req_id(cx, rq, "offer", &offer_id));
    TRY(match_task_get(cx, v.volunteer_id, v.key, offer_id, &v.t));
    TRY(hours_of_offer(cx, offer_id, &v.h, &found));
    v.may_say = v.t.state >= OFFER_INTRODUCED && v.t.state <= OFFER_CONFIRMED &&
                v.h.state < HOURS_CONFIRMED && !v.h.is_flagged;
    v.typed = v.h.started_at ? hours_typed(cx, rq, v.h.started_at, v.h.ended_at)
                             : hours_typed(cx, rq, v.t.visit_at, v.t.leave_at);
    v.action = arena_printf(cx->mem, "/v/%lld%.*s", (long long)v.volunteer_id,
                            STR(offer_tail(cx, "task", offer_id, "/hours")));
    v.page = hours_page(rq, rp, SHELL_PHONE, "从几点到几点", "home");
    v.page.is_private = true;
    v.page.here =
        hours_link(cx, "/v", v.volunteer_id, offer_tail(cx, "task", offer_id, "/hours"), v.key);
    v.page.back = arena_cstr(
        cx->mem, hours_link(cx, "/v", v.volunteer_id, offer_tail(cx, "task", offer_id, ""), v.key));
    if (req_query(rq, "done").n && !fault) {
        v.page.notice = v.h.state == HOURS_CONFIRMED ? S("辛苦您了！这一次算上了")
                        : str_is(req_query(rq, "done"), "word")
                            ? S("时间记下了，四位数字没对上：可以再填一次，或者等居民点头")
                            : S("辛苦您了！时间记下了，等居民点个头");
        v.page.notice_level = v.h.state == HOURS_CONFIRMED ? "g" : "t";
    }
    if (fault)
        cx->fault = *fault;
    hours_task_html(reply_html(rp), cx, &v);
    return OK;
}

enum err hours_task_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_task(cx, rq, rp, NULL);
}

enum err hours_task_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct hours_said said = {0};
    struct hours h;
    struct match_task t;
    int64_t id, offer_id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(req_id(cx, rq, "offer", &offer_id));
    TRY(match_task_get(cx, id, key_of(rq), offer_id, &t));
    enum err e = hours_read_form(cx, rq, &said);
    said.key = key_of(rq);
    if (e == OK)
        e = hours_say(cx, offer_id, OFFER_BY_HELPER, &said, &h);
    const struct fault fault = cx->fault;
    AGAIN(cx, e, draw_task(cx, rq, rp, &fault));
    TRY(e);
    return reply_goto(
        cx, rp, "%.*s&done=%s",
        STR(hours_link(cx, "/v", id, offer_tail(cx, "task", offer_id, "/hours"), said.key)),
        said.word.n && h.state == HOURS_WAITING ? "word" : "said");
}

/* ---- the resident ---- */

static enum err draw_help(struct cx *cx, const struct req *rq, struct reply *rp,
                          const struct fault *fault)
{
    struct hours_help_view v = {.key = key_of(rq)};
    struct match_offer o;
    struct need n;
    int64_t id, offer_id;
    bool found;
    TRY(req_id(cx, rq, "id", &id));
    TRY(req_id(cx, rq, "offer", &offer_id));
    TRY(need_by_key(cx, id, v.key, &n));
    TRY(match_offer_load(cx, offer_id, &o));
    if (o.need_id != id)
        return fail(cx, ERR_MISSING, "没有这一位");
    TRY(hours_of_offer(cx, offer_id, &v.h, &found));
    v.name = o.shown_name;
    v.has_times = v.h.started_at != 0;
    v.may_say = o.state == OFFER_INTRODUCED || o.state == OFFER_SERVED;
    v.action = arena_printf(cx->mem, "/n/%lld%.*s", (long long)id,
                            STR(offer_tail(cx, "help", offer_id, "/hours")));
    v.page = hours_page(rq, rp, SHELL_PHONE, "办好了，说一声", "find");
    v.page.is_private = true;
    v.page.here = hours_link(cx, "/n", id, offer_tail(cx, "help", offer_id, "/hours"), v.key);
    v.page.back = arena_cstr(cx->mem, hours_link(cx, "/n", id, S("/help"), v.key));
    if (fault)
        cx->fault = *fault;
    hours_help_html(reply_html(rp), cx, &v);
    return OK;
}

enum err hours_help_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_help(cx, rq, rp, NULL);
}

enum err hours_help_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct hours_said said = {0};
    struct match_offer o;
    struct hours h;
    struct need n;
    int64_t id, offer_id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(req_id(cx, rq, "offer", &offer_id));
    said.key = key_of(rq);
    TRY(need_by_key(cx, id, said.key, &n));
    TRY(match_offer_load(cx, offer_id, &o));
    if (o.need_id != id)
        return fail(cx, ERR_MISSING, "没有这一位");
    enum err e = hours_read_form(cx, rq, &said);
    said.key = key_of(rq);
    if (e == OK)
        e = hours_agree(cx, offer_id, &said, &h);
    const struct fault fault = cx->fault;
    AGAIN(cx, e, draw_help(cx, rq, rp, &fault));
    TRY(e);
    return reply_goto(cx, rp, "%.*s&done=confirm",
                      STR(hours_link(cx, "/n", id, S("/help"), said.key)));
}

/* ---- the volunteer's own list ---- */

static struct str day_text(struct cx *cx, int64_t day)
{
    return str_cut(filter_time(cx, time_day_start(day)), 0, 10);
}

static struct str day_shown(const struct req *rq, const char *name, struct str first)
{
    return str_is(req_method(rq), "GET") ? first : req_field(rq, name);
}

static enum err draw_mine(struct cx *cx, const struct req *rq, struct reply *rp,
                          const struct fault *fault)
{
    struct hours_mine_view v = {.key = key_of(rq)};
    hours_list all = {0};
    cert_list certs = {0};
    hours_event_list why = {0};
    int64_t today = time_day(cx->now);
    TRY(req_id(cx, rq, "id", &v.id));
    TRY(hours_mine(cx, v.id, v.key, &all, &v.sum));
    TRY(cert_mine(cx, v.id, v.key, &certs));
    TRY(hours_reasons(cx, v.id, v.key, &why));
    for (size_t i = 0; i < all.n; i++) {
        struct hours_row *r = PUSH(cx->mem, &v.rows);
        *r = hours_row(cx, &all.at[i]);
        for (size_t k = 0; k < why.n; k++) /* the last one holds */
            if (why.at[k].hours_id == r->h.id)
                r->why = why.at[k].text;
        if (r->h.offer_id && r->h.state < HOURS_CONFIRMED && !r->h.is_flagged)
            r->link =
                hours_link(cx, "/v", v.id, offer_tail(cx, "task", r->h.offer_id, "/hours"), v.key);
    }
    for (size_t i = 0; i < certs.n; i++) {
        *PUSH(cx->mem, &v.certs) = cert_row(cx, &certs.at[i], v.key);
        v.is_named |= certs.at[i].agrees_shown;
    }
    v.total = hours_words(cx, v.sum.minutes);
    v.typed = hours_typed(cx, rq, 0, 0);
    v.what = shell_typed(rq, "what", S(""));
    v.from_day = day_shown(rq, "from_day", day_text(cx, today - CERT_DAYS + 1));
    v.to_day = day_shown(rq, "to_day", day_text(cx, today));
    v.is_adding = fault && str_ends(req_path(rq), S("/hours"));
    v.is_asking = fault && !v.is_adding;
    v.page = hours_page(rq, rp, SHELL_PHONE, "我的服务时长", "home");
    v.page.is_private = true;
    v.page.here = hours_link(cx, "/v", v.id, S("/hours"), v.key);
    v.page.back = arena_cstr(cx->mem, hours_link(cx, "/v", v.id, S(""), v.key));
    if (str_is(req_query(rq, "done"), "added"))
        v.page.notice = S("记下了，工作人员核过就算数");
    if (str_is(req_query(rq, "done"), "asked"))
        v.page.notice = S("申请收到了，办好了在这一页打印");
    if (str_is(req_query(rq, "done"), "unnamed"))
        v.page.notice = S("好，以后公示只写编号");
    v.page.notice_level = "g";
    if (fault)
        cx->fault = *fault;
    hours_mine_html(reply_html(rp), cx, &v);
    return OK;
}

enum err hours_mine_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_mine(cx, rq, rp, NULL);
}

static enum err mine_end(struct cx *cx, const struct req *rq, struct reply *rp, enum err e,
                         int64_t id, const char *done)
{
    const struct fault fault = cx->fault;
    AGAIN(cx, e, draw_mine(cx, rq, rp, &fault));
    TRY(e);
    return reply_goto(cx, rp, "%.*s&done=%s",
                      STR(hours_link(cx, "/v", id, S("/hours"), key_of(rq))), done);
}

static enum err own_key(struct cx *cx, const struct req *rq, int64_t *id)
{
    struct volunteer v;
    TRY(req_id(cx, rq, "id", id));
    return volunteer_by_key(cx, *id, key_of(rq), &v);
}

enum err hours_mine_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct hours_said said = {0};
    struct hours h;
    int64_t id;
    TRY(own_key(cx, rq, &id));
    enum err e = hours_read_form(cx, rq, &said);
    said.key = key_of(rq);
    said.volunteer_id = id;
    said.paper_number = S("");
    if (e == OK)
        e = hours_add(cx, &said, &h);
    return mine_end(cx, rq, rp, e, id, "added");
}

enum err hours_unname_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    return mine_end(cx, rq, rp, cert_unname(cx, id, key_of(rq)), id, "unnamed");
}

enum err hours_cert_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct cert_asked a = {0};
    struct cert c;
    TRY(own_key(cx, rq, &a.volunteer_id));
    enum err e = hours_read_days(cx, rq, &a);
    a.key = key_of(rq);
    a.agrees_shown = req_field(rq, "agrees_shown").n > 0;
    if (e == OK)
        e = cert_ask(cx, &a, &c);
    return mine_end(cx, rq, rp, e, a.volunteer_id, "asked");
}

/* ---- what his team is shown ---- */

static enum err draw_shown(struct cx *cx, const struct req *rq, struct reply *rp,
                           const struct fault *fault)
{
    struct cert_shown_view v = {.key = key_of(rq), .text = req_field(rq, "text")};
    cert_list shown = {0};
    TRY(req_id(cx, rq, "id", &v.id));
    TRY(cert_shown(cx, v.id, v.key, &shown));
    TRY(cert_objections_mine(cx, v.id, v.key, &v.said));
    if (!str_int(req_field(rq, "cert"), &v.wrong))
        v.wrong = 0;
    for (size_t i = 0; i < shown.n; i++)
        *PUSH(cx->mem, &v.rows) = cert_row(cx, &shown.at[i], v.key);
    v.page = hours_page(rq, rp, SHELL_PHONE, "队里正在公示的", "home");
    v.page.is_private = true;
    v.page.here = hours_link(cx, "/v", v.id, S("/shown"), v.key);
    v.page.back = arena_cstr(cx->mem, hours_link(cx, "/v", v.id, S("/hours"), v.key));
    if (req_query(rq, "done").n)
        v.page.notice = S("收到了，工作人员核过会在这里回复");
    v.page.notice_level = "g";
    if (fault)
        cx->fault = *fault;
    hours_shown_html(reply_html(rp), cx, &v);
    return OK;
}

enum err cert_shown_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_shown(cx, rq, rp, NULL);
}

enum err cert_shown_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct cert_objection said = {0};
    int64_t id, cert;
    TRY(own_key(cx, rq, &id));
    if (!str_int(req_field(rq, "cert"), &cert))
        return fail(cx, ERR_MISSING, "没有这份证明");
    enum err e =
        field_read(cx, shape_field(&cert_objection_shape, S("text")), &said, req_field(rq, "text"));
    if (e == OK)
        e = cert_object(cx, cert, id, key_of(rq), said.text);
    const struct fault fault = cx->fault;
    AGAIN(cx, e, draw_shown(cx, rq, rp, &fault));
    TRY(e);
    return reply_goto(cx, rp, "%.*s&done=1",
                      STR(hours_link(cx, "/v", id, S("/shown"), key_of(rq))));
}
