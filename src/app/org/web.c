/* web -- the organisation as JSON: who stands where, and who serves a place. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/org/org.h"
#include "org.sql.h"

static enum err api_orgs(struct cx *cx, const struct req *rq, struct reply *rp)
{
    org_list found = {0};
    int64_t parent = 0;
    if (req_query(rq, "parent").n)
        TRY(req_id(cx, rq, "parent", &parent));
    TRY(org_children(cx, parent, &found));
    return reply_list(cx, rp, &org_shape, &found, S(""));
}

static enum err api_posts(struct cx *cx, const struct req *rq, struct reply *rp)
{
    post_card_list cards = {0};
    struct org o;
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(org_get(cx, id, &o));
    TRY(org_posts(cx, id, &cards));
    return reply_list(cx, rp, &post_card_shape, &cards, S(""));
}

static enum err api_people(struct cx *cx, const struct req *rq, struct reply *rp)
{
    post_card_list cards = {0};
    struct place p;
    TRY(place_by_code(cx, req_part(rq, "code"), &p));
    TRY(org_people_of(cx, p.id, &cards));
    return reply_list(cx, rp, &post_card_shape, &cards, S(""));
}

static const struct route routes[] = {
    {"GET", "/api/v1/orgs", api_orgs, .title = "组织和单位", .kind = ROUTE_INLINE,
     .out = &org_shape},
    {"GET", "/api/v1/orgs/{id}/posts", api_posts, .title = "一个组织的岗位和在任的人",
     .kind = ROUTE_INLINE, .out = &post_card_shape},
    {"GET", "/api/v1/places/{code}/people", api_people, .title = "谁服务这个地点",
     .kind = ROUTE_INLINE, .out = &post_card_shape},
};
static const struct shape *const shapes[] = {&org_shape, &post_card_shape};

static const struct keep_rule rules[] = {
    {"staff", "谁是三个管理员里的哪一个", &org_sql_seats_old, &org_sql_seats_forget}};

const struct feature org_feature = {.name = "org",
                                    .keeps = rules,
                                    .nkeeps = COUNT(rules),
                                    .consents = &holding_consents,
                                    .routes = routes,
                                    .nroutes = COUNT(routes),
                                    .shapes = shapes,
                                    .nshapes = COUNT(shapes),
                                    .queries = org_sql_all,
                                    .nqueries = &org_sql_count};
