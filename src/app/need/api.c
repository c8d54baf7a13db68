/* api -- needs as JSON under /api/v1: reads the request, calls the rule, writes the answer. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_own.h"
#include "base/time.h"
#include "need.sql.h"
#include "web/web.h"

/* What anybody may send to open a need; `place` is the code on the board. */
struct need_ask {
    struct str place, text, contact, name, door, note, kind, category, channel, source_number;
    struct str client_key;
    bool is_secret, agrees_match, agrees_share, agrees_note, anyway;
};

static const struct field ask_fields[] = {
    FIELD(struct need_ask, place, "牌子上的编号", .ask = true, .required = true, .max = 40,
          .data = DATA_PUBLIC),
    FIELD(struct need_ask, text, "什么事", .ask = true, .required = true, .max = 1000,
          .lines = true, .data = DATA_TEXT),
    FIELD(struct need_ask, contact, "联系方式", .ask = true, .max = 60, .data = DATA_CONTACT),
    FIELD(struct need_ask, name, "怎么称呼", .ask = true, .max = 30, .data = DATA_CONTACT),
    FIELD(struct need_ask, door, "门牌", .ask = true, .max = 20, .data = DATA_DOOR),
    FIELD(struct need_ask, note, "身体情况", .ask = true, .max = 300, .lines = true,
          .data = DATA_NOTE),
    FIELD(struct need_ask, kind, "诉求类型", .ask = true, .max = 20, .data = DATA_TEXT),
    FIELD(struct need_ask, category, "类别", .ask = true, .max = 20, .data = DATA_PUBLIC),
    FIELD(struct need_ask, channel, "来源", .ask = true, .max = 20, .data = DATA_PUBLIC),
    FIELD(struct need_ask, source_number, "对方系统的编号", .ask = true, .max = 60,
          .data = DATA_TEXT, .hint = "12345 等转来的才填；工作人员才能填"),
    FIELD(struct need_ask, client_key, "表单号", .ask = true, .max = 36, .data = DATA_PUBLIC,
          .hint = "UUID；同一个再发一次只算一件"),
    FIELD(struct need_ask, is_secret, "请保密", .ask = true, .data = DATA_TEXT),
    FIELD(struct need_ask, agrees_match, "同意找志愿者", .ask = true, .data = DATA_TEXT),
    FIELD(struct need_ask, agrees_share, "同意转给单位", .ask = true, .data = DATA_TEXT),
    FIELD(struct need_ask, agrees_note, "单独同意记下身体情况", .ask = true, .data = DATA_TEXT,
          .hint = "写了身体情况才要"),
    FIELD(struct need_ask, anyway, "编号登记过，但是另一件", .ask = true, .data = DATA_PUBLIC),
};
static const struct shape need_ask_shape = SHAPE("need_ask", struct need_ask, ask_fields);

/* What the asker gets once. */
struct need_receipt {
    int64_t id;
    struct str number, key, word;
    int64_t promise_at;
};
static const struct field receipt_fields[] = {
    FIELD(struct need_receipt, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct need_receipt, number, "受理编号", .data = DATA_PUBLIC),
    FIELD(struct need_receipt, key, "链接里的钥匙", .data = DATA_PUBLIC),
    FIELD(struct need_receipt, word, "四位数字", .data = DATA_PUBLIC),
    FIELD(struct need_receipt, promise_at, "承诺日期", .data = DATA_PUBLIC),
};
static const struct shape need_receipt_shape =
    SHAPE("need_receipt", struct need_receipt, receipt_fields);

struct need_peek {
    struct str what, purpose;
};
static const struct field peek_fields[] = {
    FIELD(struct need_peek, what, "看什么", .ask = true, .required = true, .max = 10,
          .data = DATA_PUBLIC),
    FIELD(struct need_peek, purpose, "为什么", .ask = true, .required = true, .max = 20,
          .data = DATA_PUBLIC),
};
static const struct shape need_peek_shape = SHAPE("need_peek", struct need_peek, peek_fields);

static bool is_staff(const struct cx *cx)
{
    return (cx->who.role & ROLES_NEED) != 0;
}

/* The record as JSON; a key holder reads it with the rights of a resident. */
static enum err reply_need(struct cx *cx, struct reply *rp, const struct need *n, bool resident)
{
    struct who caller = cx->who;
    for (size_t i = 0; resident && i < DATA_KINDS; i++)
        cx->who.sees[i] = resident_sees[i];
    enum err e = reply_record(cx, rp, &need_shape, n);
    cx->who = caller;
    return e;
}

static enum err api_open(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need_ask ask = {0};
    struct place place = {0};
    struct str key;
    bool again;
    TRY(req_record(cx, rq, &need_ask_shape, &ask));
    TRY(place_by_code(cx, ask.place, &place));
    TRY(req_place_pays(cx, rq, place.id, place.doors));
    struct need n = {.place_id = place.id,
                     .text = ask.text,
                     .contact = ask.contact,
                     .name = ask.name,
                     .door = ask.door,
                     .note = ask.note,
                     .kind = ask.kind,
                     .category = ask.category,
                     .channel = ask.channel,
                     .source_number = ask.source_number,
                     .client_key = ask.client_key,
                     .is_secret = ask.is_secret,
                     .agrees_match = ask.agrees_match,
                     .agrees_share = ask.agrees_share,
                     .agrees_note = ask.agrees_note};
    TRY(need_source_check(cx, &n, ask.anyway));
    TRY(need_open(cx, &n, &key, &again));
    struct need_receipt receipt = {
        .id = n.id, .number = n.number, .key = key, .word = n.word, .promise_at = n.promise_at};
    reply_status(rp, again ? 200 : 201);
    return reply_record(cx, rp, &need_receipt_shape, &receipt);
}

/* The key of the query, or of the body where the step may carry it there. */
static struct str key_of(const struct req *rq, struct str in_body)
{
    struct str k = req_query(rq, "k");
    return k.n ? k : in_body;
}

static enum err api_get(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need n = {0};
    int64_t id;
    struct str key = key_of(rq, S(""));
    TRY(req_id(cx, rq, "id", &id));
    if (key.n)
        TRY(need_by_key(cx, id, key, &n));
    else if (is_staff(cx))
        TRY(need_get(cx, id, &n));
    else
        return fail(cx, ERR_DENIED, "请先登录，或带上链接里的钥匙");
    return reply_need(cx, rp, &n, key.n != 0);
}

static enum err api_history(struct cx *cx, const struct req *rq, struct reply *rp)
{
    need_event_list events = {0};
    struct need n = {0};
    int64_t id;
    struct str key = key_of(rq, S(""));
    TRY(req_id(cx, rq, "id", &id));
    if (key.n)
        TRY(need_by_key(cx, id, key, &n));
    else if (!is_staff(cx))
        return fail(cx, ERR_DENIED, "请先登录，或带上链接里的钥匙");
    TRY(need_history(cx, id, key.n != 0, &events));
    struct who caller = cx->who;
    for (size_t i = 0; key.n && i < DATA_KINDS; i++)
        cx->who.sees[i] = resident_sees[i];
    enum err e = reply_list(cx, rp, &need_event_shape, &events, S(""));
    cx->who = caller;
    return e;
}

static enum err api_openings(struct cx *cx, const struct req *rq, struct reply *rp)
{
    opening_list all = {0};
    struct need n = {0};
    int64_t id;
    struct str key = key_of(rq, S(""));
    TRY(req_id(cx, rq, "id", &id));
    if (key.n)
        TRY(need_by_key(cx, id, key, &n));
    else if (is_staff(cx))
        TRY(need_get(cx, id, &n));
    else
        return fail(cx, ERR_DENIED, "请先登录，或带上链接里的钥匙");
    TRY(openings_of(cx, &need_seen, id, &all));
    return reply_list(cx, rp, &opening_shape, &all, S(""));
}

static enum err api_assists(struct cx *cx, const struct req *rq, struct reply *rp)
{
    need_assist_list all = {0};
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(need_helps(cx, id, &all));
    return reply_list(cx, rp, &need_assist_shape, &all, S(""));
}

static enum err query_number(struct cx *cx, const struct req *rq, const char *name, int64_t *out)
{
    struct str s = req_query(rq, name);
    *out = 0;
    return s.n == 0 || str_int(s, out) ? OK : fail_field(cx, name, "要填一个数");
}

static bool query_yes(const struct req *rq, const char *name)
{
    struct str s = req_query(rq, name);
    return str_is(s, "1") || str_is(s, "true");
}

static enum err api_list(struct cx *cx, const struct req *rq, struct reply *rp)
{
    need_list all = {0};
    struct str next;
    int64_t limit;
    struct need_filter f = {.state = req_query(rq, "state"),
                            .category = req_query(rq, "category"),
                            .text = req_query(rq, "q"),
                            .overdue = query_yes(rq, "overdue"),
                            .supervised = query_yes(rq, "supervised"),
                            .after = req_query(rq, "after")};
    TRY(query_number(cx, rq, "limit", &limit));
    TRY(query_number(cx, rq, "place_id", &f.place_id));
    TRY(query_number(cx, rq, "grid_id", &f.grid_id));
    TRY(query_number(cx, rq, "owner_org", &f.owner_org));
    TRY(query_number(cx, rq, "owner_person", &f.owner_person));
    f.limit = limit < 0 || limit > 100 ? 100 : (int)limit;
    TRY(need_search(cx, &f, &all, &next));
    return reply_list(cx, rp, &need_shape, &all, next);
}

static enum err api_step(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need_move m = {0};
    struct need n = {0};
    int64_t id;
    struct str step = req_part(rq, "step");
    TRY(req_id(cx, rq, "id", &id));
    TRY(req_record(cx, rq, &need_move_shape, &m));
    struct str key = key_of(rq, m.key);
    if (key.n)
        TRY(need_resident_step(cx, id, key, step, &m, &n));
    else if (is_staff(cx))
        TRY(need_step(cx, id, step, &m, &n));
    else
        return fail(cx, ERR_DENIED, "请先登录，或带上链接里的钥匙");
    return reply_need(cx, rp, &n, key.n != 0);
}

static enum err api_open_contact(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need_peek peek = {0};
    struct need n = {0};
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(req_record(cx, rq, &need_peek_shape, &peek));
    TRY(need_open_contact(cx, id, peek.what, peek.purpose, &n));
    struct who caller = cx->who;
    bool note = str_is(peek.what, "note"), door = str_is(peek.what, "door");
    cx->who.sees[note ? DATA_NOTE : door ? DATA_DOOR : DATA_CONTACT] = SEE_PLAIN;
    enum err e = reply_record(cx, rp, &need_shape, &n);
    cx->who = caller;
    return e;
}

static enum err api_duties(struct cx *cx, const struct req *rq, struct reply *rp)
{
    duty_list all = {0};
    duty_fit_list fits = {0};
    struct str text = req_query(rq, "q");
    if (text.n == 0) {
        TRY(duty_all(cx, &all));
        return reply_list(cx, rp, &duty_shape, &all, S(""));
    }
    TRY(duty_suggest(cx, text, 5, &fits));
    for (size_t i = 0; i < fits.n; i++)
        *PUSH(cx->mem, &all) = fits.at[i].duty;
    return reply_list(cx, rp, &duty_shape, &all, S(""));
}

static enum err query_day(struct cx *cx, const struct req *rq, const char *name, int64_t preset,
                          int64_t *at)
{
    struct str s = req_query(rq, name);
    int64_t day;
    *at = preset;
    if (s.n == 0)
        return OK;
    if (!time_read_date(s, &day))
        return fail_field(cx, name, "日期写成 2026-03-14");
    *at = time_day_start(day);
    return OK;
}

/* ?from=2026-03-01&to=2026-04-01, `to` not included; without them the month so far. */
static enum err api_rates(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need_rates rates;
    struct civil c = time_civil(cx->now);
    int64_t from_at, to_at;
    TRY(query_day(cx, rq, "from", time_of(c.year, c.month, 1, 0, 0), &from_at));
    TRY(query_day(cx, rq, "to", cx->now + 1, &to_at));
    TRY(need_rates(cx, from_at, to_at, &rates));
    return reply_record(cx, rp, &need_rates_shape, &rates);
}

static const struct route routes[] = {
    {.method = "POST",
     .path = "/api/v1/needs",
     .handler = api_open,
     .title = "提出诉求",
     .in = &need_ask_shape,
     .out = &need_receipt_shape,
     .seals = &need_shape,
     .keeps = true},
    {.method = "GET",
     .path = "/api/v1/needs",
     .handler = api_list,
     .roles = ROLES_NEED,
     .title = "诉求列表",
     .out = &need_shape},
    {.method = "GET",
     .path = "/api/v1/needs/{id}",
     .handler = api_get,
     .title = "一件诉求",
     .out = &need_shape,
     .open_key = true},
    {.method = "GET",
     .path = "/api/v1/needs/{id}/history",
     .handler = api_history,
     .title = "诉求的经过",
     .out = &need_event_shape,
     .open_key = true},
    {.method = "GET",
     .path = "/api/v1/needs/{id}/openings",
     .handler = api_openings,
     .title = "谁看过",
     .out = &opening_shape,
     .open_key = true},
    {.method = "GET",
     .path = "/api/v1/needs/{id}/assists",
     .handler = api_assists,
     .roles = ROLES_NEED,
     .title = "请了哪些单位协办、吹哨，双方的评价",
     .out = &need_assist_shape},
    {.method = "POST",
     .path = "/api/v1/needs/{id}/open_contact",
     .handler = api_open_contact,
     .roles = ROLES_NEED,
     .title = "打开联系方式",
     .in = &need_peek_shape,
     .out = &need_shape},
    {.method = "POST",
     .path = "/api/v1/needs/{id}/{step}",
     .handler = api_step,
     .title = "走一步",
     .in = &need_move_shape,
     .out = &need_shape,
     .open_key = true,
     .keeps = true},
    {.method = "GET",
     .path = "/api/v1/duties",
     .handler = api_duties,
     .title = "派单目录",
     .out = &duty_shape},
    {.method = "GET",
     .path = "/api/v1/rates",
     .handler = api_rates,
     .title = "三率",
     .out = &need_rates_shape},
};

static const struct shape *const shapes[] = {
    &need_shape,     &need_event_shape, &duty_shape,        &need_move_shape,    &opening_shape,
    &need_ask_shape, &need_rates_shape, &need_assist_shape, &need_receipt_shape, &need_peek_shape};

const struct feature need_api_feature = {.name = "need_api",
                                         .routes = routes,
                                         .nroutes = COUNT(routes),
                                         .shapes = shapes,
                                         .nshapes = COUNT(shapes),
                                         .queries = need_sql_all,
                                         .nqueries = &need_sql_count};
