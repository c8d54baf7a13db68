/* web -- places and grids for forms and machines, and the page that proves the coverage. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account.h"
#include "app/place/place.h"
#include "app/shell/shell.h"
#include "place.html.h"
#include "place.sql.h"

enum { FOUND_MAX = 50 };

static enum err get_coverage(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct place_coverage_view v = {.page = shell_page(rq, SHELL_DESK, S("网格覆盖"), "coverage")};
    TRY(place_coverage(cx, &v.c));
    place_coverage_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err api_coverage(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct coverage c;
    (void)rq;
    TRY(place_coverage(cx, &c));
    struct out *o = reply_json(rp);
    out_printf(o,
               "{\"areas\":%lld,\"grids\":%lld,\"buildings\":%lld,\"stairwells\":%lld,"
               "\"doors\":%lld,\"vacancies\":%lld,\"faults\":[",
               (long long)c.areas, (long long)c.grids, (long long)c.buildings,
               (long long)c.stairwells, (long long)c.doors, (long long)c.vacancies);
    for (size_t i = 0; i < c.faults.n; i++) {
        out_c(o, i ? "," : "");
        shape_json(cx, o, &coverage_fault_shape, &c.faults.at[i]);
    }
    out_c(o, "]}");
    return OK;
}

static enum err api_places(struct cx *cx, const struct req *rq, struct reply *rp)
{
    place_list found = {0};
    TRY(place_search(cx, req_query(rq, "q"), req_query(rq, "tier"), FOUND_MAX, &found));
    return reply_list(cx, rp, &place_shape, &found, S(""));
}

static enum err api_place(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct place p;
    TRY(place_by_code(cx, req_part(rq, "code"), &p));
    return reply_record(cx, rp, &place_shape, &p);
}

static enum err api_grids(struct cx *cx, const struct req *rq, struct reply *rp)
{
    grid_list grids = {0};
    (void)rq;
    TRY(place_grids(cx, &grids));
    return reply_list(cx, rp, &grid_shape, &grids, S(""));
}

/* The map of grids as GeoJSON, for any program that draws maps. */
static enum err api_map(struct cx *cx, const struct req *rq, struct reply *rp)
{
    grid_list grids = {0};
    (void)rq;
    TRY(db_all(cx, &place_sql_grids_drawn, &grid_shape, &grids, NO_ARGS));
    struct out *o = reply_bytes(rp, "application/geo+json");
    out_c(o, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (size_t i = 0; i < grids.n; i++) {
        const struct grid *g = &grids.at[i];
        out_printf(o, "%s{\"type\":\"Feature\",\"id\":%lld,\"properties\":{\"name\":", i ? "," : "",
                   (long long)g->number);
        out_json(o, g->name);
        out_c(o, "},\"geometry\":");
        out_str(o, g->outline);
        out_c(o, "}");
    }
    out_c(o, "]}");
    return OK;
}

#define SEES_COVERAGE (ROLE_ADMIN | ROLE_LEADER | ROLE_DISPATCHER)

static const struct route routes[] = {
    {"GET", "/a/coverage", get_coverage, SEES_COVERAGE, "网格覆盖"},
    {"GET", "/api/v1/coverage", api_coverage, SEES_COVERAGE, "网格覆盖检查",
     .out = &coverage_fault_shape},
    {"GET", "/api/v1/places", api_places, .title = "按名称或码找地点", .kind = ROUTE_INLINE,
     .out = &place_shape},
    {"GET", "/api/v1/places/{code}", api_place, .title = "牌上的码是哪里", .kind = ROUTE_INLINE,
     .out = &place_shape},
    {"GET", "/api/v1/grids", api_grids, .title = "全部网格", .kind = ROUTE_INLINE,
     .out = &grid_shape},
    {"GET", "/api/v1/grids/map", api_map, .title = "网格地图（GeoJSON）", .kind = ROUTE_INLINE},
};
static const struct shape *const shapes[] = {&place_shape, &grid_shape, &coverage_fault_shape};

const struct feature place_feature = {.name = "place",
                                      .routes = routes,
                                      .nroutes = COUNT(routes),
                                      .shapes = shapes,
                                      .nshapes = COUNT(shapes),
                                      .queries = place_sql_all,
                                      .nqueries = &place_sql_count};
