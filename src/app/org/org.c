/* org -- the organisation, its posts and who holds them. No HTTP here. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/org/org.h"
#include "base/id.h"
#include "base/time.h"
#include "org.sql.h"
#include "web/web.h"

enum { LEVELS_MAX = 20 }; /* of organisations above each other */

static const struct field org_fields[] = {
    FIELD(struct org, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct org, parent_id, "上级", .data = DATA_PUBLIC),
    FIELD(struct org, tier, "层级", .data = DATA_PUBLIC),
    FIELD(struct org, kind, "种类", .data = DATA_PUBLIC),
    FIELD(struct org, code, "代码", .data = DATA_PUBLIC),
    FIELD(struct org, name, "名称", .data = DATA_PUBLIC),
    FIELD(struct org, short_name, "简称", .data = DATA_PUBLIC),
    FIELD(struct org, path, "路径"),
    FIELD(struct org, place_id, "服务的地点", .data = DATA_PUBLIC),
    FIELD(struct org, phone, "电话", .data = DATA_PUBLIC),
};
const struct shape org_shape = SHAPE("org", struct org, org_fields);

static const struct field post_fields[] = {
    FIELD(struct post, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct post, role, "岗位种类", .data = DATA_PUBLIC),
    FIELD(struct post, title, "岗位名称", .data = DATA_PUBLIC),
    FIELD(struct post, org_id, "组织", .data = DATA_PUBLIC),
    FIELD(struct post, place_id, "地点", .data = DATA_PUBLIC),
    FIELD(struct post, grid_id, "网格", .data = DATA_PUBLIC),
};
static const struct shape post_shape = SHAPE("post", struct post, post_fields);

static const struct field post_card_fields[] = {
    FIELD(struct post_card, post_id, "岗位", .data = DATA_PUBLIC),
    FIELD(struct post_card, person_id, "人", .data = DATA_PUBLIC),
    FIELD(struct post_card, role, "岗位种类", .data = DATA_PUBLIC),
    FIELD(struct post_card, title, "岗位名称", .data = DATA_PUBLIC),
    FIELD(struct post_card, person_name, "姓名", .data = DATA_STAFF),
    FIELD(struct post_card, duty_phone, "值班电话", .data = DATA_STAFF),
    FIELD(struct post_card, is_deputy, "代理", .data = DATA_PUBLIC),
    FIELD(struct post_card, show_name, "同意公示姓名", .data = DATA_PUBLIC),
    FIELD(struct post_card, show_phone, "同意公示电话", .data = DATA_PUBLIC),
    FIELD(struct post_card, from_at, "到任时间", .data = DATA_PUBLIC),
    FIELD(struct post_card, org_phone, "本单位电话", .data = DATA_PUBLIC),
    FIELD(struct post_card, org_id, "组织", .data = DATA_PUBLIC),
    FIELD(struct post_card, vacant_at, "从什么时候空缺", .data = DATA_PUBLIC),
};
const struct shape post_card_shape = SHAPE("post_card", struct post_card, post_card_fields);

static const struct field holding_fields[] = {
    FIELD(struct holding, id, "编号", .data = DATA_ADMIN),
    FIELD(struct holding, post_id, "岗位", .data = DATA_ADMIN),
    FIELD(struct holding, person_id, "人", .data = DATA_ADMIN),
    FIELD(struct holding, person_name, "姓名", .data = DATA_ADMIN),
    FIELD(struct holding, is_deputy, "代理", .data = DATA_ADMIN),
    FIELD(struct holding, show_name, "同意公示姓名", .data = DATA_ADMIN),
    FIELD(struct holding, show_phone, "同意公示电话", .data = DATA_ADMIN),
    FIELD(struct holding, from_at, "从", .data = DATA_ADMIN),
    FIELD(struct holding, to_at, "到", .data = DATA_ADMIN),
    FIELD(struct holding, by_name, "谁安排的", .data = DATA_ADMIN),
    FIELD(struct holding, ended_name, "谁结束的", .data = DATA_ADMIN),
    FIELD(struct holding, role, "岗位种类", .data = DATA_ADMIN),
    FIELD(struct holding, title, "岗位名称", .data = DATA_ADMIN),
};
const struct shape holding_shape = SHAPE("holding", struct holding, holding_fields);

static const struct field appointment_fields[] = {
    FIELD(struct appointment, post_id, "岗位"),
    FIELD(struct appointment, person_id, "人", .ask = true, .data = DATA_ADMIN),
    FIELD(struct appointment, is_deputy, "只是代理", .ask = true, .data = DATA_ADMIN,
          .hint = "在任的人还在，或者岗位空着，先由他代办"),
    FIELD(struct appointment, show_name, "本人同意在公示栏写姓名", .ask = true, .data = DATA_ADMIN,
          .hint = "要问过本人。不同意的，公示栏只写岗位"),
    FIELD(struct appointment, show_phone, "本人同意在公示栏写电话", .ask = true, .data = DATA_ADMIN,
          .hint = "和姓名分开问。不同意的，公示栏写单位或社区的电话"),
    FIELD(struct appointment, from_at, "从哪一天起", .ask = true, .data = DATA_ADMIN,
          .hint = "不填就是现在。可以填以后的日子，到那天自动交接"),
    FIELD(struct appointment, follows_id, "接谁的班", .ask = true, .data = DATA_ADMIN),
};
const struct shape appointment_shape = SHAPE("appointment", struct appointment, appointment_fields);

static const struct field line_fields[] = {
    FIELD(struct org_line, id, "编号"),      FIELD(struct org_line, parent_id, "上级"),
    FIELD(struct org_line, name, "名称"),    FIELD(struct org_line, path, "路径"),
    FIELD(struct org_line, phone, "电话"),   FIELD(struct org_line, tier_name, "层级"),
    FIELD(struct org_line, posts, "岗位数"), FIELD(struct org_line, vacant, "空缺数"),
};
static const struct shape line_shape = SHAPE("org_line", struct org_line, line_fields);

enum err org_get(struct cx *cx, int64_t id, struct org *out)
{
    enum err e = db_one(cx, &org_sql_get, &org_shape, out, ARGS(A(id)));
    if (e != ERR_MISSING)
        return e;
    fault_clear(cx);
    return fail(cx, ERR_MISSING, "没有这个单位或组织");
}

enum err org_children(struct cx *cx, int64_t parent_id, org_list *out)
{
    return db_all(cx, &org_sql_children, &org_shape, out, ARGS(A(parent_id)));
}

enum err org_serving(struct cx *cx, struct str kind, int64_t place_id, org_list *out)
{
    return db_all(cx, &org_sql_serving, &org_shape, out, ARGS(A(kind), A(place_id)));
}

/* Consent to stand by name, or with a number, is consent towards the public; colleagues know each
 * other anyway. */
static void hide_names(struct cx *cx, post_card_list *cards, size_t from)
{
    if (cx->who.person_id)
        return;
    for (size_t i = from; i < cards->n; i++) {
        if (!cards->at[i].show_name)
            cards->at[i].person_name = S("");
        if (!cards->at[i].show_phone)
            cards->at[i].duty_phone = S("");
    }
}

enum err org_people_shown(struct cx *cx, int64_t place_id, int64_t grid_id, post_card_list *out)
{
    return db_all(cx, &org_sql_people_of, &post_card_shape, out, ARGS(A(place_id), A(grid_id)));
}

enum err org_people_of(struct cx *cx, int64_t place_id, post_card_list *out)
{
    struct grid grid;
    size_t from = out->n;
    TRY(place_grid_of(cx, place_id, &grid));
    TRY(org_people_shown(cx, place_id, grid.id, out));
    hide_names(cx, out, from);
    return OK;
}

enum err org_holders(struct cx *cx, const char *role, int64_t place_id, post_card_list *out)
{
    static const char *const reaches[] = {[REACH_NONE] = "none",
                                          [REACH_GRID] = "grid",
                                          [REACH_PLACE] = "place",
                                          [REACH_ORG] = "org",
                                          [REACH_COMMUNITY] = "community"};
    const struct role *r = role_of_code(str_c(role));
    struct grid grid;
    if (!r)
        return fail(cx, ERR_INPUT, "没有这种岗位：%s", role);
    TRY(place_grid_of(cx, place_id, &grid));
    return db_all(
        cx, &org_sql_holders, &post_card_shape, out,
        ARGS(A(role), A(place_id), AS("grid_id", grid.id), AS("reach", reaches[r->reach])));
}

enum err org_posts(struct cx *cx, int64_t org_id, post_card_list *out)
{
    size_t from = out->n;
    TRY(db_all(cx, &org_sql_posts, &post_card_shape, out, ARGS(A(org_id))));
    hide_names(cx, out, from);
    return OK;
}

enum err org_add(struct cx *cx, struct org *o)
{
    struct org parent = {0};
    int64_t before;
    if (o->parent_id)
        TRY(org_get(cx, o->parent_id, &parent));
    TRY(db_number(cx, &org_sql_child_count, &before, ARGS(AS("parent_id", o->parent_id))));
    TRY(place_path(cx, parent.path, before + 1, &o->path));
    o->id = id_new(cx);
    return db_put(cx, &org_sql_add, &org_shape, o, NO_ARGS);
}

enum err org_post_add(struct cx *cx, struct post *p)
{
    if (!role_of_code(p->role))
        return fail(cx, ERR_INPUT, "没有这种岗位：%.*s", STR(p->role));
    p->id = id_new(cx);
    return db_put(cx, &org_sql_post_add, &post_shape, p, NO_ARGS);
}

/* ---- who holds what ---- */

enum err org_posts_found(struct cx *cx, struct str text, bool vacant, int limit,
                         post_card_list *out)
{
    int64_t most = limit;
    return db_all(cx, &org_sql_posts_found, &post_card_shape, out,
                  ARGS(AS("text", db_like(cx, text)), A(vacant), A(most)));
}

enum err org_outline(struct cx *cx, org_line_list *out)
{
    return db_all(cx, &org_sql_outline, &line_shape, out, NO_ARGS);
}

enum err org_post(struct cx *cx, int64_t id, struct post *out)
{
    enum err e = db_one(cx, &org_sql_post, &post_shape, out, ARGS(A(id)));
    if (e != ERR_MISSING)
        return e;
    fault_clear(cx);
    return fail(cx, ERR_MISSING, "没有这个岗位");
}

enum err org_holdings(struct cx *cx, int64_t post_id, holding_list *out)
{
    return db_all(cx, &org_sql_holdings, &holding_shape, out, ARGS(A(post_id)));
}

enum err org_held(struct cx *cx, int64_t person_id, holding_list *out)
{
    return db_all(cx, &org_sql_held, &holding_shape, out, ARGS(A(person_id)));
}

enum err org_holding(struct cx *cx, int64_t id, struct holding *out)
{
    enum err e = db_one(cx, &org_sql_holding, &holding_shape, out, ARGS(A(id)));
    if (e != ERR_MISSING)
        return e;
    fault_clear(cx);
    return fail(cx, ERR_MISSING, "没有这一条任职记录");
}

enum holding_when holding_when(const struct cx *cx, const struct holding *h)
{
    if (h->to_at == h->from_at)
        return HOLDING_OFF;
    if (h->to_at && h->to_at <= cx->now)
        return HOLDING_OVER;
    return h->from_at > cx->now ? HOLDING_LATER : HOLDING_NOW;
}

/* Holdings of one kind that are not over: the present one and those that are planned. */
static enum err live(struct cx *cx, int64_t post_id, bool is_deputy, holding_list *out)
{
    return db_all(cx, &org_sql_live, &holding_shape, out, ARGS(A(post_id), A(is_deputy)));
}

enum err org_acting(struct cx *cx, const struct post *post, struct post_card *out)
{
    const struct role *role = role_of_code(post->role);
    int64_t grid_id = role && role->reach == REACH_GRID ? post->grid_id : 0;
    bool found;
    *out = (struct post_card){0};
    return db_find(cx, &org_sql_acting, &post_card_shape, out, &found,
                   ARGS(AS("post_id", post->id), A(grid_id)));
}

static bool is_staffed(const post_card_list *cards, uint32_t role_bits)
{
    for (size_t i = 0; i < cards->n; i++) {
        const struct role *r = role_of_code(cards->at[i].role);
        if (cards->at[i].person_id && r && (r->bit & role_bits))
            return true;
    }
    return false;
}

enum err org_staffed(struct cx *cx, int64_t org_id, uint32_t role_bits, struct org *out)
{
    int64_t id = org_id;
    *out = (struct org){0};
    for (int up = 0; id && up < LEVELS_MAX; up++) {
        post_card_list cards = {0};
        struct org o;
        TRY(org_get(cx, id, &o));
        TRY(org_posts(cx, id, &cards));
        if (is_staffed(&cards, role_bits)) {
            *out = o;
            return OK;
        }
        id = o.parent_id;
    }
    return OK;
}

/* ---- appointing ---- */

/* Today means now; another day begins at its midnight. */
static int64_t instant_of(const struct cx *cx, int64_t at)
{
    return !at || time_day(at) == time_day(cx->now) ? cx->now : time_day_start(time_day(at));
}

/* Not through account_person(): that one masks for the caller, a rule must not. */
struct candidate {
    struct str name;
    bool active;
};
static const struct field candidate_fields[] = {
    FIELD(struct candidate, name, "姓名"),
    FIELD(struct candidate, active, "在岗"),
};
static const struct shape candidate_shape = SHAPE("candidate", struct candidate, candidate_fields);

static enum err check_person(struct cx *cx, const struct appointment *a)
{
    struct candidate p = {0};
    holding_list holders = {0};
    bool found;
    TRY(db_find(cx, &org_sql_candidate, &candidate_shape, &p, &found,
                ARGS(AS("id", a->person_id))));
    if (!found)
        return fail_field(cx, "person_id", "请选一个人");
    if (!p.active)
        return fail_field(cx, "person_id", "%.*s已经离岗，要先恢复才能安排岗位", STR(p.name));
    if (a->is_deputy)
        TRY(live(cx, a->post_id, false, &holders));
    for (size_t i = 0; i < holders.n; i++)
        if (holders.at[i].person_id == a->person_id &&
            holding_when(cx, &holders.at[i]) == HOLDING_NOW)
            return fail_field(cx, "person_id", "%.*s现在就在这个岗位上，不用代理", STR(p.name));
    return OK;
}

/* In the past only into a gap: what was so stays so. */
static enum err check_past(struct cx *cx, const struct appointment *a, int64_t from_at)
{
    int64_t overlaps, post_id = a->post_id;
    bool is_deputy = a->is_deputy;
    if (from_at >= cx->now)
        return OK;
    TRY(db_number(cx, &org_sql_overlaps, &overlaps, ARGS(A(post_id), A(is_deputy), A(from_at))));
    return overlaps ? fail_field(cx, "from_at", "那一天这个岗位上有人，不能从那天算起") : OK;
}

/* Ends what is held at `from_at`; refuses what somebody else has planned after it. */
static enum err make_room(struct cx *cx, const struct appointment *a, int64_t from_at)
{
    holding_list all = {0};
    TRY(live(cx, a->post_id, a->is_deputy, &all));
    const struct holding *last = all.n ? &all.at[all.n - 1] : NULL;
    if ((last ? last->id : 0) != a->follows_id)
        return fail(cx, ERR_CONFLICT, "您打开这一页以后，这个岗位换过人了，请刷新看看再办");
    if (!last)
        return OK;
    if (last->from_at > from_at)
        return fail(cx, ERR_CONFLICT, "已经定了%.*s从 %.*s起任职；要改，请先取消那一条",
                    STR(last->person_name), STR(filter_date(cx, last->from_at)));
    if (last->to_at && last->to_at <= from_at)
        return OK;
    if (last->person_id == a->person_id)
        return fail_field(cx, "person_id", "%.*s已经在这个岗位上", STR(last->person_name));
    return db_change(cx, &org_sql_holding_end, ARGS(AS("id", last->id), AS("to_at", from_at)));
}

static const struct consent_purpose on_boards[] = {
    {"name", "公示栏写姓名", "网上马上不写，墙上的纸换新的"},
    {"phone", "公示栏写电话", "网上马上不写，墙上的纸换新的"},
};
const struct consent_kind holding_consents = {"holding", "工作人员的公示", on_boards,
                                              COUNT(on_boards), NULL};

static enum err hold(struct cx *cx, const struct appointment *a, int64_t from_at)
{
    int64_t id = id_new(cx);
    TRY(db_put(cx, &org_sql_holding_add, &appointment_shape, a, ARGS(A(id), A(from_at))));
    const struct consent_how how = {.channel = S("face")};
    TRY(consent_set(cx, &holding_consents, id, "name", a->show_name, &how));
    return consent_set(cx, &holding_consents, id, "phone", a->show_phone, &how);
}

struct seat {
    struct str role;
};
static const struct field seat_fields[] = {FIELD(struct seat, role, "哪一种管理员")};
static const struct shape seat_shape = SHAPE("seat", struct seat, seat_fields);

/* System, security and audit exclude each other, and every other post: whoever fills posts, or
 * watches who does, would else read residents' data by taking one. The row keeps two appointments
 * at once apart. */
static enum err take_seat(struct cx *cx, const struct post *post, int64_t person_id)
{
    const struct role *role = role_of_code(post->role);
    bool is_seat = role && (role->bit & ROLES_ADMINS), found;
    struct seat against = {0};
    TRY(db_find(cx, &org_sql_seat_against, &seat_shape, &against, &found,
                ARGS(A(person_id), AS("role", post->role), A(is_seat))));
    if (found)
        return fail_field(cx, "person_id",
                          "他是%s，和%s不能由一个人兼：三种管理员互不兼任，也不兼看居民资料的岗位。"
                          "请选另一个人，或者先结束他那一个",
                          role_of_code(against.role)->label, role ? role->label : "这个岗位");
    if (!is_seat)
        return OK;
    return db_run(cx, &org_sql_seat_put, ARGS(A(person_id), AS("role", post->role)), NULL);
}

enum err org_appoint_from(struct cx *cx, const struct appointment *a, int64_t *begins_at)
{
    struct post post;
    int64_t from_at = instant_of(cx, a->from_at);
    TRY(org_post(cx, a->post_id, &post));
    TRY(check_person(cx, a));
    TRY(check_past(cx, a, from_at));
    TRY(take_seat(cx, &post, a->person_id));
    TRY(make_room(cx, a, from_at));
    *begins_at = from_at;
    return hold(cx, a, from_at);
}

enum err org_end(struct cx *cx, int64_t holding_id, int64_t at, int64_t *ends_at)
{
    struct holding h;
    int64_t to_at = instant_of(cx, at);
    TRY(org_holding(cx, holding_id, &h));
    enum holding_when when = holding_when(cx, &h);
    if (when != HOLDING_NOW && when != HOLDING_LATER)
        return fail(cx, ERR_CONFLICT, "这一条任职已经结束了，请刷新看看");
    if (to_at < cx->now)
        return fail_field(cx, "to_at", "结束的日子不能在今天以前");
    if (h.to_at && to_at > h.to_at)
        return fail_field(cx, "to_at", "已经定了 %.*s结束，不能再往后",
                          STR(filter_date(cx, h.to_at)));
    bool off = to_at <= h.from_at;
    *ends_at = off ? h.from_at : to_at;
    TRY(db_change(cx, &org_sql_holding_end, ARGS(AS("id", h.id), AS("to_at", *ends_at))));
    return off ? db_run(cx, &org_sql_holding_goes_on,
                        ARGS(AS("post_id", h.post_id), AS("is_deputy", h.is_deputy),
                             AS("from_at", h.from_at)),
                        NULL)
               : OK;
}

enum err org_show(struct cx *cx, int64_t id, struct str what, bool agrees, struct str channel)
{
    const struct consent_how how = {.channel = channel};
    struct holding h;
    if (!channel.n)
        return fail_field(cx, "channel", "请选一下本人是怎么说的");
    TRY(org_holding(cx, id, &h));
    return consent_set(cx, &holding_consents, id, arena_cstr(cx->mem, what), agrees, &how);
}

enum err org_appoint(struct cx *cx, int64_t post_id, int64_t person_id, bool is_deputy, bool shown)
{
    struct post post;
    holding_list all = {0};
    const struct appointment a = {.post_id = post_id,
                                  .person_id = person_id,
                                  .is_deputy = is_deputy,
                                  .show_name = shown,
                                  .show_phone = shown};
    TRY(org_post(cx, post_id, &post));
    TRY(live(cx, post_id, is_deputy, &all));
    for (size_t i = 0; i < all.n; i++)
        TRY(db_change(cx, &org_sql_holding_end,
                      ARGS(AS("id", all.at[i].id), AS("to_at", cx->now))));
    if (!person_id)
        return OK;
    TRY(take_seat(cx, &post, person_id));
    return hold(cx, &a, cx->now);
}
