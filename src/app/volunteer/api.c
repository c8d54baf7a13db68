/* api -- the library as JSON under /api/v1: reads the request, calls the rule, writes the answer.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/pages.h"
#include "base/time.h"
#include "volunteer.sql.h"

/* What anybody may send to register; `place` is the code on the board. */
struct volunteer_ask {
    struct str place, name, contact, kind, skills, week, reach, dialects, wont, client_key;
    struct str guardian_name, guardian_contact;
    int64_t birth_year, week_max, ask_max;
    bool guardian_agrees, agrees_match, agrees_board, agrees_phone;
};
static const struct field ask_fields[] = {
    FIELD(struct volunteer_ask, place, "牌子上的编号", .ask = true, .required = true, .max = 40,
          .data = DATA_PUBLIC),
    FIELD(struct volunteer_ask, name, "怎么称呼", .ask = true, .required = true, .max = 30,
          .data = DATA_CARD),
    FIELD(struct volunteer_ask, contact, "电话", .ask = true, .required = true, .max = 60,
          .data = DATA_CONTACT),
    FIELD(struct volunteer_ask, kind, "谁来帮", .ask = true, .max = 20, .data = DATA_TEXT,
          .hint = "person、team、unit、merchant"),
    FIELD(struct volunteer_ask, skills, "能帮什么", .ask = true, .required = true, .max = 500,
          .data = DATA_TEXT, .hint = "/api/v1/skills 里小项的代码，空格隔开"),
    FIELD(struct volunteer_ask, week, "空闲时间", .ask = true, .max = 84, .data = DATA_TEXT,
          .hint = "84 位十六进制：每天 12 位，每位两小时，周一在前"),
    FIELD(struct volunteer_ask, reach, "愿意去多远", .ask = true, .max = 20, .data = DATA_TEXT,
          .hint = "grid、area、community"),
    FIELD(struct volunteer_ask, dialects, "方言、外语、手语", .ask = true, .max = 60,
          .data = DATA_TEXT),
    FIELD(struct volunteer_ask, wont, "哪些事不做", .ask = true, .max = 200, .lines = true,
          .data = DATA_WISH),
    FIELD(struct volunteer_ask, birth_year, "哪年出生", .ask = true, .data = DATA_WISH),
    FIELD(struct volunteer_ask, guardian_name, "监护人", .ask = true, .max = 30,
          .data = DATA_CONTACT),
    FIELD(struct volunteer_ask, guardian_contact, "监护人电话", .ask = true, .max = 60,
          .data = DATA_CONTACT),
    FIELD(struct volunteer_ask, guardian_agrees, "监护人同意", .ask = true, .data = DATA_TEXT),
    FIELD(struct volunteer_ask, week_max, "一周最多几次", .ask = true, .data = DATA_TEXT),
    FIELD(struct volunteer_ask, ask_max, "一周最多问几次", .ask = true, .data = DATA_TEXT),
    FIELD(struct volunteer_ask, agrees_match, "同意来问", .ask = true, .data = DATA_TEXT),
    FIELD(struct volunteer_ask, agrees_board, "同意上公示栏", .ask = true, .data = DATA_TEXT),
    FIELD(struct volunteer_ask, agrees_phone, "同意公示电话", .ask = true, .data = DATA_TEXT),
    FIELD(struct volunteer_ask, client_key, "表单号", .ask = true, .max = 36, .data = DATA_PUBLIC,
          .hint = "UUID；同一个再发一次只算一位"),
};
static const struct shape volunteer_ask_shape =
    SHAPE("volunteer_ask", struct volunteer_ask, ask_fields);

/* What he gets once. */
struct volunteer_receipt {
    int64_t id;
    struct str number, key, word;
};
static const struct field receipt_fields[] = {
    FIELD(struct volunteer_receipt, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct volunteer_receipt, number, "登记编号", .data = DATA_PUBLIC),
    FIELD(struct volunteer_receipt, key, "链接里的钥匙", .data = DATA_PUBLIC),
    FIELD(struct volunteer_receipt, word, "口令", .data = DATA_PUBLIC),
};
static const struct shape volunteer_receipt_shape =
    SHAPE("volunteer_receipt", struct volunteer_receipt, receipt_fields);

struct volunteer_move {
    struct str key, skill, purpose;
    int64_t until_at, expires_at;
};
static const struct field move_fields[] = {
    FIELD(struct volunteer_move, key, "链接里的钥匙", .ask = true, .max = 64, .data = DATA_TEXT),
    FIELD(struct volunteer_move, skill, "哪一项", .ask = true, .max = 20, .data = DATA_PUBLIC),
    FIELD(struct volunteer_move, purpose, "为什么看", .ask = true, .max = 20, .data = DATA_PUBLIC),
    FIELD(struct volunteer_move, until_at, "到什么时候", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct volunteer_move, expires_at, "证件有效期到", .ask = true, .data = DATA_PUBLIC),
};
static const struct shape volunteer_move_shape =
    SHAPE("volunteer_move", struct volunteer_move, move_fields);

/* The key of the query, or of the body. */
static struct str key_of(const struct req *rq, struct str in_body)
{
    struct str k = req_query(rq, "k");
    return k.n ? k : in_body;
}

/* With the rights of himself where the key was shown. */
static void see_own(struct cx *cx, bool own)
{
    for (size_t i = 0; own && i < DATA_KINDS; i++)
        cx->who.sees[i] = resident_sees[i];
}

static enum err reply_volunteer(struct cx *cx, struct reply *rp, const struct volunteer *v,
                                bool own)
{
    struct who caller = cx->who;
    see_own(cx, own);
    if (!own && !str_is(v->kind, "person") && cx->who.sees[DATA_CARD] != SEE_NONE)
        cx->who.sees[DATA_CARD] = SEE_PLAIN; /* the name of a unit is no person's */
    enum err e = reply_record(cx, rp, &volunteer_shape, v);
    cx->who = caller;
    return e;
}

static enum err get_any(struct cx *cx, const struct req *rq, struct volunteer *v)
{
    int64_t id;
    struct str key = key_of(rq, S(""));
    TRY(req_id(cx, rq, "id", &id));
    if (key.n)
        return volunteer_by_key(cx, id, key, v);
    if (!(cx->who.role & ROLES_LIBRARY))
        return fail(cx, ERR_DENIED, "请先登录，或带上链接里的钥匙");
    return volunteer_get(cx, id, v);
}

static enum err api_skills(struct cx *cx, const struct req *rq, struct reply *rp)
{
    skill_list all = {0};
    skill_fit_list fits = {0};
    struct str text = req_query(rq, "q");
    if (!text.n) {
        TRY(skill_all(cx, false, &all));
        return reply_list(cx, rp, &skill_shape, &all, S(""));
    }
    TRY(skill_suggest(cx, text, 5, &fits));
    for (size_t i = 0; i < fits.n; i++)
        *PUSH(cx->mem, &all) = fits.at[i].skill;
    return reply_list(cx, rp, &skill_shape, &all, S(""));
}

static enum err api_supply(struct cx *cx, const struct req *rq, struct reply *rp)
{
    skill_supply_list supply = {0};
    int64_t grid = 0;
    if (req_query(rq, "grid").n)
        TRY(req_id(cx, rq, "grid", &grid));
    TRY(volunteer_supply(cx, grid, &supply));
    return reply_list(cx, rp, &skill_supply_shape, &supply, S(""));
}

static enum err api_add(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer_ask a = {0};
    struct place place;
    volunteer_code_list codes = {0};
    struct str key, code;
    bool again;
    TRY(req_record(cx, rq, &volunteer_ask_shape, &a));
    TRY(place_by_code(cx, a.place, &place));
    while (str_split(&a.skills, ' ', &code))
        if (code.n)
            *PUSH(cx->mem, &codes) = code;
    struct volunteer v = {.place_id = place.id,
                          .name = a.name,
                          .contact = a.contact,
                          .kind = a.kind,
                          .week = a.week,
                          .reach = a.reach,
                          .dialects = a.dialects,
                          .wont = a.wont,
                          .birth_year = a.birth_year,
                          .guardian_name = a.guardian_name,
                          .guardian_contact = a.guardian_contact,
                          .guardian_agreed_at = a.guardian_agrees ? cx->now : 0,
                          .week_max = a.week_max,
                          .ask_max = a.ask_max,
                          .agrees_match = a.agrees_match,
                          .agrees_board = a.agrees_board,
                          .agrees_phone = a.agrees_phone,
                          .channel = S("web"),
                          .client_key = a.client_key};
    TRY(volunteer_add(cx, &v, &codes, &key, &again));
    struct volunteer_receipt r = {.id = v.id, .number = v.number, .key = key, .word = v.word};
    reply_status(rp, again ? 200 : 201);
    return reply_record(cx, rp, &volunteer_receipt_shape, &r);
}

static enum err api_list(struct cx *cx, const struct req *rq, struct reply *rp)
{
    volunteer_list found = {0};
    struct str next;
    int64_t limit = 0;
    struct volunteer_filter f = {.skill = req_query(rq, "skill"),
                                 .state = req_query(rq, "state"),
                                 .kind = req_query(rq, "kind"),
                                 .text = req_query(rq, "q"),
                                 .after = req_query(rq, "after")};
    if (req_query(rq, "limit").n && !str_int(req_query(rq, "limit"), &limit))
        return fail_field(cx, "limit", "要填一个数");
    if (req_query(rq, "grid_id").n)
        TRY(req_id(cx, rq, "grid_id", &f.grid_id));
    f.limit = limit < 0 || limit > 100 ? 100 : (int)limit;
    TRY(volunteer_search(cx, &f, &found, &next));
    return reply_list(cx, rp, &volunteer_shape, &found, next);
}

static enum err api_get(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    TRY(get_any(cx, rq, &v));
    return reply_volunteer(cx, rp, &v, key_of(rq, S("")).n != 0);
}

static enum err api_skills_of(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    volunteer_skill_list has = {0};
    TRY(get_any(cx, rq, &v));
    TRY(volunteer_skills(cx, v.id, &has));
    struct who caller = cx->who;
    see_own(cx, key_of(rq, S("")).n != 0);
    enum err e = reply_list(cx, rp, &volunteer_skill_shape, &has, S(""));
    cx->who = caller;
    return e;
}

static enum err api_history(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    volunteer_event_list events = {0};
    TRY(get_any(cx, rq, &v));
    TRY(volunteer_history(cx, v.id, &events));
    struct who caller = cx->who;
    see_own(cx, key_of(rq, S("")).n != 0);
    enum err e = reply_list(cx, rp, &volunteer_event_shape, &events, S(""));
    cx->who = caller;
    return e;
}

static enum err api_openings(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    opening_list openings = {0};
    TRY(get_any(cx, rq, &v));
    TRY(openings_of(cx, &volunteer_seen, v.id, &openings));
    return reply_list(cx, rp, &opening_shape, &openings, S(""));
}

static enum err read_move(struct cx *cx, const struct req *rq, int64_t *id,
                          struct volunteer_move *m)
{
    *m = (struct volunteer_move){0};
    TRY(req_id(cx, rq, "id", id));
    return req_record(cx, rq, &volunteer_move_shape, m);
}

static enum err api_open(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer_move m;
    struct volunteer v;
    int64_t id;
    TRY(read_move(cx, rq, &id, &m));
    TRY(volunteer_open(cx, id, m.purpose, &v));
    struct who caller = cx->who;
    cx->who.sees[DATA_CONTACT] = cx->who.sees[DATA_CARD] = SEE_PLAIN;
    enum err e = reply_record(cx, rp, &volunteer_shape, &v);
    cx->who = caller;
    return e;
}

static enum err api_verify(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer_move m;
    struct volunteer v;
    int64_t id;
    TRY(read_move(cx, rq, &id, &m));
    TRY(volunteer_verify(cx, id, m.skill, m.expires_at));
    TRY(volunteer_get(cx, id, &v));
    return reply_volunteer(cx, rp, &v, false);
}

static enum err api_insure(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer_move m;
    struct volunteer v;
    int64_t id;
    TRY(read_move(cx, rq, &id, &m));
    TRY(volunteer_insure(cx, id, m.until_at));
    TRY(volunteer_get(cx, id, &v));
    return reply_volunteer(cx, rp, &v, false);
}

static enum err api_step(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer_move m;
    struct volunteer v;
    int64_t id;
    TRY(read_move(cx, rq, &id, &m));
    struct str key = key_of(rq, m.key);
    if (!key.n && !(cx->who.role & ROLES_KEEP))
        return fail(cx, ERR_DENIED, "请先登录，或带上链接里的钥匙");
    TRY(volunteer_step(cx, id, key, req_part(rq, "step"), m.until_at, &v));
    return reply_volunteer(cx, rp, &v, key.n != 0);
}

static const struct route routes[] = {
    {"GET", "/api/v1/skills", api_skills, .title = "能帮的事", .kind = ROUTE_INLINE,
     .out = &skill_shape},
    {"GET", "/api/v1/skills/supply", api_supply, ROLES_LIBRARY, "每样有多少人能帮",
     .out = &skill_supply_shape},
    {"POST", "/api/v1/volunteers", api_add, .title = "登记做志愿者", .in = &volunteer_ask_shape,
     .out = &volunteer_receipt_shape, .keeps = true},
    {"GET", "/api/v1/volunteers", api_list, ROLES_LIBRARY, "志愿者库", .out = &volunteer_shape},
    {"GET", "/api/v1/volunteers/{id}", api_get, .title = "一位志愿者", .out = &volunteer_shape,
     .open_key = true},
    {"GET", "/api/v1/volunteers/{id}/skills", api_skills_of, .title = "他能帮什么",
     .out = &volunteer_skill_shape, .open_key = true},
    {"GET", "/api/v1/volunteers/{id}/history", api_history, .title = "登记的经过",
     .out = &volunteer_event_shape, .open_key = true},
    {"GET", "/api/v1/volunteers/{id}/openings", api_openings, .title = "谁看过他的电话",
     .out = &opening_shape, .open_key = true},
    {"POST", "/api/v1/volunteers/{id}/open_contact", api_open, ROLES_LIBRARY,
     "打开志愿者的联系方式", .in = &volunteer_move_shape, .out = &volunteer_shape},
    {"POST", "/api/v1/volunteers/{id}/verify", api_verify, ROLES_VERIFY, "核验证件或培训",
     .in = &volunteer_move_shape, .out = &volunteer_shape, .keeps = true},
    {"POST", "/api/v1/volunteers/{id}/insure", api_insure, ROLES_VERIFY, "登记保险",
     .in = &volunteer_move_shape, .out = &volunteer_shape, .keeps = true},
    {"POST", "/api/v1/volunteers/{id}/{step}", api_step, .title = "歇一歇、恢复、退出等",
     .in = &volunteer_move_shape, .out = &volunteer_shape, .open_key = true, .keeps = true},
};

static const struct shape *const shapes[] = {&volunteer_ask_shape, &volunteer_receipt_shape,
                                             &volunteer_move_shape};

const struct feature volunteer_api_feature = {.name = "volunteer_api",
                                              .routes = routes,
                                              .nroutes = COUNT(routes),
                                              .shapes = shapes,
                                              .nshapes = COUNT(shapes)};
