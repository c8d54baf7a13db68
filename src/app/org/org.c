/* org -- the organisation, its posts and who holds them. No HTTP here. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/org/org.h"
#include "base/id.h"
#include "org.sql.h"

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
    FIELD(struct post_card, from_at, "到任时间", .data = DATA_PUBLIC),
};
const struct shape post_card_shape = SHAPE("post_card", struct post_card, post_card_fields);

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

/* Consent to stand by name is consent towards the public; colleagues know each other anyway. */
static void hide_names(struct cx *cx, post_card_list *cards, size_t from)
{
    if (cx->who.person_id)
        return;
    for (size_t i = from; i < cards->n; i++)
        if (!cards->at[i].show_name)
            cards->at[i].person_name = S("");
}

enum err org_people_of(struct cx *cx, int64_t place_id, post_card_list *out)
{
    struct grid grid;
    size_t from = out->n;
    TRY(place_grid_of(cx, place_id, &grid));
    TRY(db_all(cx, &org_sql_people_of, &post_card_shape, out,
               ARGS(A(place_id), AS("grid_id", grid.id))));
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

enum err org_appoint(struct cx *cx, int64_t post_id, int64_t person_id, bool is_deputy,
                     bool show_name)
{
    struct post post;
    int64_t id = id_new(cx);
    enum err e = db_one(cx, &org_sql_post, &post_shape, &post, ARGS(AS("id", post_id)));
    if (e == ERR_MISSING) {
        fault_clear(cx);
        return fail(cx, ERR_MISSING, "没有这个岗位");
    }
    TRY(e);
    TRY(db_run(cx, &org_sql_holding_end, ARGS(A(post_id), A(is_deputy)), NULL));
    if (!person_id)
        return OK;
    return db_run(cx, &org_sql_holding_add,
                  ARGS(A(id), A(post_id), A(person_id), A(is_deputy), A(show_name)), NULL);
}
