/* api -- hours and certificates as JSON under /api/v1: reads the request, calls the rule, writes
 * the answer. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hours/hours_own.h"
#include "base/time.h"

/* Writes with the rights of somebody who holds a link. */
static enum err reply_as(struct cx *cx, struct reply *rp, const struct shape *s, const void *rec,
                         bool own)
{
    struct who caller = cx->who;
    for (size_t i = 0; own && i < DATA_KINDS; i++)
        cx->who.sees[i] = resident_sees[i];
    enum err e = reply_record(cx, rp, s, rec);
    cx->who = caller;
    return e;
}

static enum err list_own(struct cx *cx, struct reply *rp, const struct shape *s, const void *list)
{
    struct who caller = cx->who;
    for (size_t i = 0; i < DATA_KINDS; i++)
        cx->who.sees[i] = resident_sees[i];
    enum err e = reply_list(cx, rp, s, list, S(""));
    cx->who = caller;
    return e;
}

static enum err read_said(struct cx *cx, const struct req *rq, struct hours_said *said)
{
    TRY(req_record(cx, rq, &hours_said_shape, said));
    if (!said->key.n)
        said->key = req_query(rq, "k");
    return OK;
}

static enum err need_key(struct cx *cx, struct str key)
{
    return key.n || cx->who.person_id ? OK : fail(cx, ERR_DENIED, "请先登录，或带上链接里的钥匙");
}

/* ---- records ---- */

/* With a key it is the helper, without one it is staff who was told. */
static enum err api_say(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct hours_said said = {0};
    struct hours h;
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(read_said(cx, rq, &said));
    TRY(need_key(cx, said.key));
    TRY(hours_say(cx, id, said.key.n ? OFFER_BY_HELPER : OFFER_BY_STAFF, &said, &h));
    return reply_as(cx, rp, &hours_shape, &h, said.key.n > 0);
}

static enum err api_agree(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct hours_said said = {0};
    struct hours h;
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(read_said(cx, rq, &said));
    TRY(need_key(cx, said.key));
    TRY(hours_agree(cx, id, &said, &h));
    return reply_as(cx, rp, &hours_shape, &h, true);
}

static enum err api_add(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct hours_said said = {0};
    struct hours h;
    TRY(read_said(cx, rq, &said));
    TRY(need_key(cx, said.key));
    TRY(hours_add(cx, &said, &h));
    reply_status(rp, 201);
    return reply_as(cx, rp, &hours_shape, &h, said.key.n > 0);
}

static enum err api_step(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct hours_said said = {0};
    struct hours h;
    int64_t id;
    TRY(req_id(cx, rq, "hours", &id));
    TRY(req_record(cx, rq, &hours_said_shape, &said));
    TRY(hours_step(cx, id, req_part(rq, "step"), &said, &h));
    return reply_record(cx, rp, &hours_shape, &h);
}

static enum err api_find(struct cx *cx, const struct req *rq, struct reply *rp)
{
    hours_list all = {0};
    TRY(hours_find(cx, req_query(rq, "list"), &all));
    return reply_list(cx, rp, &hours_shape, &all, S(""));
}

static enum err api_story(struct cx *cx, const struct req *rq, struct reply *rp)
{
    hours_event_list all = {0};
    struct hours h;
    int64_t id;
    TRY(req_id(cx, rq, "hours", &id));
    TRY(hours_get(cx, id, &h));
    TRY(hours_story(cx, id, &all));
    return reply_list(cx, rp, &hours_event_shape, &all, S(""));
}

static enum err api_mine(struct cx *cx, const struct req *rq, struct reply *rp)
{
    hours_list all = {0};
    struct hours_sum sum;
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(hours_mine(cx, id, req_query(rq, "k"), &all, &sum));
    return list_own(cx, rp, &hours_shape, &all);
}

static enum err day_of(struct cx *cx, const struct req *rq, const char *name, int64_t *day)
{
    struct str s = req_query(rq, name);
    if (s.n && !time_read_date(s, day))
        return fail_field(cx, name, "日期写成 2026-03-14");
    return OK;
}

static enum err api_total(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct hours_total t;
    int64_t to = time_day(cx->now), from = to - 29;
    TRY(day_of(cx, rq, "from", &from));
    TRY(day_of(cx, rq, "to", &to));
    TRY(hours_total(cx, time_day_start(from), time_day_start(to + 1), &t));
    return reply_record(cx, rp, &hours_total_shape, &t);
}

/* ---- the sample ---- */

static enum err month_of(struct cx *cx, const struct req *rq, int64_t *month)
{
    struct str s = req_query(rq, "month");
    *month = 0;
    return !s.n || str_int(s, month) ? OK : fail_field(cx, "month", "月份写成 202603");
}

static enum err api_calls(struct cx *cx, const struct req *rq, struct reply *rp)
{
    hours_call_list all = {0};
    struct hours_draw d;
    int64_t month;
    TRY(month_of(cx, rq, &month));
    TRY(hours_calls(cx, month, &d, &all));
    return reply_list(cx, rp, &hours_call_shape, &all, S(""));
}

static enum err api_draw(struct cx *cx, const struct req *rq, struct reply *rp)
{
    hours_call_list all = {0};
    struct hours_draw d;
    int64_t month;
    TRY(month_of(cx, rq, &month));
    TRY(hours_calls(cx, month, &d, &all));
    return reply_record(cx, rp, &hours_draw_shape, &d);
}

static enum err api_called(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct hours_call said = {0}, out;
    int64_t id;
    TRY(req_id(cx, rq, "call", &id));
    TRY(req_record(cx, rq, &hours_call_shape, &said));
    TRY(hours_called(cx, id, &said, &out));
    return reply_record(cx, rp, &hours_call_shape, &out);
}

/* ---- certificates ---- */

static enum err read_asked(struct cx *cx, const struct req *rq, struct cert_asked *a)
{
    TRY(req_record(cx, rq, &cert_asked_shape, a));
    if (!a->key.n)
        a->key = req_query(rq, "k");
    return OK;
}

static enum err api_cert_ask(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct cert_asked a = {0};
    struct cert c;
    TRY(read_asked(cx, rq, &a));
    TRY(need_key(cx, a.key));
    TRY(cert_ask(cx, &a, &c));
    reply_status(rp, 201);
    return reply_as(cx, rp, &cert_shape, &c, a.key.n > 0);
}

static enum err api_cert(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct cert c;
    int64_t id;
    TRY(req_id(cx, rq, "cert", &id));
    TRY(need_key(cx, req_query(rq, "k")));
    TRY(cert_get(cx, id, req_query(rq, "k"), &c));
    return reply_as(cx, rp, &cert_shape, &c, req_query(rq, "k").n > 0);
}

static enum err api_certs(struct cx *cx, const struct req *rq, struct reply *rp)
{
    cert_list all = {0};
    struct str wanted = req_query(rq, "state");
    int s = 0;
    while (wanted.n && cert_state_codes[s] && !str_is(wanted, cert_state_codes[s]))
        s++;
    if (!cert_state_codes[s])
        return fail_field(cx, "state", "没有这个状态");
    TRY(cert_find(cx, (enum cert_state)s, &all));
    return reply_list(cx, rp, &cert_shape, &all, S(""));
}

static enum err api_certs_mine(struct cx *cx, const struct req *rq, struct reply *rp)
{
    cert_list all = {0};
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(cert_mine(cx, id, req_query(rq, "k"), &all));
    return list_own(cx, rp, &cert_shape, &all);
}

static enum err api_cert_step(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct cert_asked a = {0};
    struct cert c;
    int64_t id;
    TRY(req_id(cx, rq, "cert", &id));
    TRY(req_record(cx, rq, &cert_asked_shape, &a));
    TRY(cert_step(cx, id, req_part(rq, "step"), &a, &c));
    return reply_record(cx, rp, &cert_shape, &c);
}

static enum err api_verify(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct cert_checked c;
    TRY(cert_verify(cx, req_part(rq, "number"), req_query(rq, "h"), &c));
    return reply_record(cx, rp, &cert_checked_shape, &c);
}

static const struct route routes[] = {
    {"POST", "/api/v1/offers/{id}/hours", api_say, .title = "办好了，从几点到几点",
     .in = &hours_said_shape, .out = &hours_shape, .open_key = true, .keeps = true},
    {"POST", "/api/v1/offers/{id}/hours/agree", api_agree, .title = "居民点头，道一声谢",
     .in = &hours_said_shape, .out = &hours_shape, .open_key = true, .keeps = true},
    {"GET", "/api/v1/volunteers/{id}/hours", api_mine, .title = "我的服务时长", .out = &hours_shape,
     .open_key = true},
    {"GET", "/api/v1/volunteers/{id}/certs", api_certs_mine, .title = "我的证明",
     .out = &cert_shape, .open_key = true},
    {"POST", "/api/v1/hours", api_add, .title = "补记一次服务", .in = &hours_said_shape,
     .out = &hours_shape, .open_key = true, .keeps = true},
    {"GET", "/api/v1/hours", api_find, ROLES_LEDGER, "要核的时长", .out = &hours_shape},
    {"GET", "/api/v1/hours/total", api_total, ROLES_LEDGER, "全社区的服务时长",
     .out = &hours_total_shape},
    {"GET", "/api/v1/hours/draw", api_draw, .title = "每月抽查怎么抽的", .out = &hours_draw_shape},
    {"GET", "/api/v1/hours/calls", api_calls, ROLES_LEDGER, "每月抽查", .out = &hours_call_shape},
    {"POST", "/api/v1/hours/calls/{call}", api_called, ROLES_HOURS, "抽查电话的结果",
     .in = &hours_call_shape, .out = &hours_call_shape, .keeps = true},
    {"GET", "/api/v1/hours/{hours}/story", api_story, ROLES_LEDGER, "一条时长的经过",
     .out = &hours_event_shape},
    {"POST", "/api/v1/hours/{hours}/{step}", api_step, ROLES_HOURS, "核、更正或不计",
     .in = &hours_said_shape, .out = &hours_shape, .keeps = true},
    {"POST", "/api/v1/certs", api_cert_ask, .title = "申请服务证明", .in = &cert_asked_shape,
     .out = &cert_shape, .open_key = true, .keeps = true},
    {"GET", "/api/v1/certs", api_certs, ROLES_CERT, "要办的证明", .out = &cert_shape},
    {"GET", "/api/v1/certs/{cert}", api_cert, .title = "一份证明", .out = &cert_shape,
     .open_key = true},
    {"POST", "/api/v1/certs/{cert}/{step}", api_cert_step, ROLES_CERT,
     "核对、签发、不开、更正或作废", .in = &cert_asked_shape, .out = &cert_shape, .keeps = true},
    {"GET", "/api/v1/verify/{number}", api_verify, .title = "查证书真伪",
     .out = &cert_checked_shape},
};

const struct feature hours_api_feature = {
    .name = "hours_api", .routes = routes, .nroutes = COUNT(routes)};
