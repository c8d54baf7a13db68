/* api -- matching as JSON under /api/v1: reads the request, calls the rule, writes the answer. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/match_own.h"
#include "base/time.h"
#include "web/web.h"

/* Writes with the rights of somebody who holds a link. */
static enum err reply_own(struct cx *cx, struct reply *rp, const struct shape *s, const void *rec)
{
    struct who caller = cx->who;
    for (size_t i = 0; i < DATA_KINDS; i++)
        cx->who.sees[i] = resident_sees[i];
    enum err e = reply_record(cx, rp, s, rec);
    cx->who = caller;
    return e;
}

static enum err api_help(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_help h;
    int64_t id;
    struct need n;
    bool found;
    TRY(req_id(cx, rq, "id", &id));
    TRY(need_get(cx, id, &n));
    TRY(match_help_load(cx, id, &h, &found));
    if (!found) /* nothing is asked yet: version 0 */
        h = (struct match_help){.id = id};
    return reply_record(cx, rp, &match_help_shape, &h);
}

static enum err api_help_put(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_help h = {0};
    int64_t id;
    bool found;
    TRY(req_id(cx, rq, "id", &id));
    TRY(match_help_load(cx, id, &h, &found)); /* what is not sent stays */
    h.version = 0;
    TRY(req_record(cx, rq, &match_help_shape, &h));
    TRY(match_help_put(cx, id, &h));
    TRY(match_help_get(cx, id, &h));
    return reply_record(cx, rp, &match_help_shape, &h);
}

static enum err api_proposals(struct cx *cx, const struct req *rq, struct reply *rp)
{
    match_proposal_list all = {0};
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(match_proposals(cx, id, str_is(req_query(rq, "all"), "1"), &all));
    return reply_list(cx, rp, &match_proposal_shape, &all, S(""));
}

static enum err api_misses(struct cx *cx, const struct req *rq, struct reply *rp)
{
    match_miss_list all = {0};
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(match_misses(cx, id, &all));
    return reply_list(cx, rp, &match_miss_shape, &all, S(""));
}

static enum err api_ask(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_ask ask = {0};
    match_offer_list asked = {0};
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(req_record(cx, rq, &match_ask_shape, &ask));
    TRY(match_ask(cx, id, &ask, &asked));
    return reply_list(cx, rp, &match_offer_shape, &asked, S(""));
}

static enum err api_bar(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_ask ask = {0};
    struct match_help h;
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(req_record(cx, rq, &match_ask_shape, &ask));
    TRY(match_bar(cx, id, ask.volunteer_id));
    TRY(match_help_get(cx, id, &h));
    return reply_record(cx, rp, &match_help_shape, &h);
}

static enum err api_offers(struct cx *cx, const struct req *rq, struct reply *rp)
{
    match_offer_list all = {0};
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(match_offers(cx, id, &all));
    return reply_list(cx, rp, &match_offer_shape, &all, S(""));
}

/* Next time the same, or not: the key says whose wish it is. */
static enum err wish(struct cx *cx, int64_t id, const struct offer_move *m, bool again,
                     struct match_offer *o)
{
    struct volunteer v;
    TRY(match_offer_load(cx, id, o));
    bool is_helper = volunteer_by_key(cx, o->volunteer_id, m->key, &v) == OK;
    fault_clear(cx);
    return match_wish(cx, id, is_helper ? OFFER_BY_HELPER : OFFER_BY_ASKER, m->key, again, o);
}

/* With a key it is he who holds the link, without one it is staff who was told by phone. */
static enum err api_step(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct offer_move m = {0};
    struct match_offer o;
    struct str step = req_part(rq, "step");
    const struct offer_step *s = offer_find_step(step);
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(req_record(cx, rq, &offer_move_shape, &m));
    if (!m.key.n)
        m.key = req_query(rq, "k");
    if (!m.key.n && !cx->who.person_id)
        return fail(cx, ERR_DENIED, "请先登录，或带上链接里的钥匙");
    uint32_t by = !m.key.n                             ? OFFER_BY_STAFF
                  : s && (s->by & OFFER_BY_ASKER) != 0 ? OFFER_BY_ASKER
                                                       : OFFER_BY_HELPER;
    if (m.key.n && (str_is(step, "again") || str_is(step, "stop")))
        TRY(wish(cx, id, &m, str_is(step, "again"), &o));
    else
        TRY(offer_move(cx, id, step, by, &m, &o));
    return m.key.n ? reply_own(cx, rp, &match_offer_shape, &o)
                   : reply_record(cx, rp, &match_offer_shape, &o);
}

static enum err api_contact(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct offer_move m = {0};
    struct need n;
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(req_record(cx, rq, &offer_move_shape, &m));
    TRY(match_contact(cx, id, m.key.n ? m.key : req_query(rq, "k"), &n));
    return reply_own(cx, rp, &need_shape, &n);
}

static enum err api_tasks(struct cx *cx, const struct req *rq, struct reply *rp)
{
    match_task_list all = {0};
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(match_tasks(cx, id, req_query(rq, "k"), &all));
    return reply_list(cx, rp, &match_task_shape, &all, S(""));
}

static enum err api_run(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_run run;
    (void)rq;
    TRY(match_solve(cx, "demand", &run));
    return reply_record(cx, rp, &match_run_shape, &run);
}

static enum err api_runs(struct cx *cx, const struct req *rq, struct reply *rp)
{
    match_run_list all = {0};
    (void)rq;
    TRY(match_runs(cx, &all));
    return reply_list(cx, rp, &match_run_shape, &all, S(""));
}

/* ?run_id= of a run at night or on demand; without it the last of these. */
static enum err api_parts(struct cx *cx, const struct req *rq, struct reply *rp)
{
    match_part_list all = {0};
    match_run_list runs = {0};
    struct match_run run;
    int64_t id = 0;
    if (req_query(rq, "run_id").n && !str_int(req_query(rq, "run_id"), &id))
        return fail_field(cx, "run_id", "没有这一次");
    TRY(match_runs(cx, &runs));
    for (size_t i = 0; i < runs.n && !id; i++)
        if (match_run_is_full(&runs.at[i]))
            id = runs.at[i].id;
    TRY(match_run_get(cx, id, &run));
    TRY(match_parts(cx, run.id, &all));
    return reply_list(cx, rp, &match_part_shape, &all, S(""));
}

static enum err api_weights(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_weights w;
    (void)rq;
    TRY(match_weights_now(cx, &w));
    return reply_record(cx, rp, &match_weights_shape, &w);
}

static enum err api_weights_put(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_weights w;
    TRY(match_weights_now(cx, &w));
    w.note = S("");
    TRY(req_record(cx, rq, &match_weights_shape, &w));
    TRY(match_weights_put(cx, &w));
    return reply_record(cx, rp, &match_weights_shape, &w);
}

static enum err api_try(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_weights w;
    struct match_trial trial;
    TRY(match_weights_now(cx, &w));
    TRY(req_record(cx, rq, &match_weights_shape, &w));
    TRY(match_try(cx, &w, &trial, NULL));
    return reply_record(cx, rp, &match_trial_shape, &trial);
}

static enum err day_of(struct cx *cx, const struct req *rq, const char *name, int64_t *day)
{
    struct str s = req_query(rq, name);
    if (s.n && !time_read_date(s, day))
        return fail_field(cx, name, "日期写成 2026-03-14");
    return OK;
}

static enum err api_gaps(struct cx *cx, const struct req *rq, struct reply *rp)
{
    match_gap_list all = {0};
    int64_t to = time_day(cx->now), from = to - 27, grid_id = 0;
    TRY(day_of(cx, rq, "from", &from));
    TRY(day_of(cx, rq, "to", &to));
    if (req_query(rq, "grid_id").n && !str_int(req_query(rq, "grid_id"), &grid_id))
        return fail_field(cx, "grid_id", "没有这个网格");
    TRY(match_gaps(cx, grid_id, from, to, &all));
    return reply_list(cx, rp, &match_gap_shape, &all, S(""));
}

static const struct route routes[] = {
    {"GET", "/api/v1/needs/{id}/help", api_help, ROLES_MATCH, "这件要什么帮助",
     .out = &match_help_shape},
    {"POST", "/api/v1/needs/{id}/help", api_help_put, ROLES_HELP, "填这件要什么帮助",
     .in = &match_help_shape, .out = &match_help_shape, .keeps = true},
    {"GET", "/api/v1/needs/{id}/proposals", api_proposals, ROLES_MATCH, "建议找谁，为什么",
     .out = &match_proposal_shape},
    {"GET", "/api/v1/needs/{id}/misses", api_misses, ROLES_MATCH, "为什么没人",
     .out = &match_miss_shape},
    {"POST", "/api/v1/needs/{id}/asks", api_ask, ROLES_ASK, "问一问", .in = &match_ask_shape,
     .out = &match_offer_shape, .keeps = true},
    {"POST", "/api/v1/needs/{id}/bar", api_bar, ROLES_ASK, "这件不请他", .in = &match_ask_shape,
     .out = &match_help_shape, .keeps = true},
    {"GET", "/api/v1/needs/{id}/offers", api_offers, ROLES_MATCH, "问过谁",
     .out = &match_offer_shape},
    {"POST", "/api/v1/offers/{id}/contact", api_contact, .title = "约好后看门牌和电话",
     .in = &offer_move_shape, .out = &need_shape, .open_key = true},
    {"POST", "/api/v1/offers/{id}/{step}", api_step,
     .title = "答应、不方便、约好、办好了；下回还是他、下回不用", .in = &offer_move_shape,
     .out = &match_offer_shape, .open_key = true, .keeps = true},
    {"GET", "/api/v1/volunteers/{id}/tasks", api_tasks, .title = "问到我的事",
     .out = &match_task_shape, .open_key = true},
    {"POST", "/api/v1/match/run", api_run, ROLES_RULES | ROLE_DISPATCHER, "重新排一遍",
     .out = &match_run_shape, .mem_max = MATCH_MEMORY},
    {"GET", "/api/v1/match/runs", api_runs, ROLES_FIGURE, "排过的每一次", .out = &match_run_shape},
    {"GET", "/api/v1/match/parts", api_parts, ROLES_FIGURE, "一次排下来各处的情况",
     .out = &match_part_shape},
    {"GET", "/api/v1/match/weights", api_weights, .title = "怎么排的规则",
     .out = &match_weights_shape},
    {"POST", "/api/v1/match/weights", api_weights_put, ROLES_RULES, "改规则",
     .in = &match_weights_shape, .out = &match_weights_shape, .keeps = true,
     .mem_max = MATCH_MEMORY},
    {"POST", "/api/v1/match/weights/try", api_try, ROLES_RULES, "先试一试新规则",
     .in = &match_weights_shape, .out = &match_trial_shape, .mem_max = MATCH_MEMORY},
    {"GET", "/api/v1/match/gaps", api_gaps, ROLES_FIGURE, "缺什么帮助", .out = &match_gap_shape},
};

const struct feature match_api_feature = {
    .name = "match_api", .routes = routes, .nroutes = COUNT(routes)};
