/* web -- the routes of services, and what they do by themselves. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/pages.h"
#include "service.html.h"
#include "service.sql.h"

static enum err service_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg)
{
    (void)arg;
    if (str_is(kind, "service.import"))
        return service_import_go_on(cx, subject_id);
    if (str_is(kind, "service.day"))
        return ticket_day_over(cx, subject_id);
    return OK;
}

static const struct route routes[] = {
    {"GET", "/s", guide_list_page, .title = "办事怎么办", .shared = true},
    {"GET", "/s/all", guide_all_page, .title = "全部办事指南，一页", .shared = true},
    {"GET", "/s/{slug}", guide_page, .title = "一件事怎么办", .kind = ROUTE_INLINE, .shared = true},
    {"GET", "/s/{slug}/form", guide_form_page, .title = "打一张表", .kind = ROUTE_INLINE},
    {"POST", "/s/{slug}/form", guide_form_do, .title = "打好的表，不存"},
    {"GET", "/print/service/{slug}", guide_sheet_page, .title = "一件事怎么办，A4",
     .kind = ROUTE_INLINE, .shared = true},
    {"GET", "/print/services.pdf", guide_book, .title = "整本办事指南，PDF", .mem_max = 128u << 20,
     .shared = true},
    {"GET", "/api/v1/services", guide_api, .title = "办事指南", .out = &service_shape,
     .shared = true},
    {"GET", "/k/services", keep_list_page, .roles = ROLES_GUIDE, .title = "办事指南清单"},
    {"GET", "/k/service/{id}", keep_page, .roles = ROLES_GUIDE, .title = "写、改一份办事指南",
     .kind = ROUTE_INLINE},
    {"POST", "/k/service/{id}", keep_do, .roles = ROLES_GUIDE, .title = "写、改一份办事指南",
     .in = &service_shape},
    {"POST", "/k/service/{id}/{step}", keep_step, .roles = ROLES_GUIDE,
     .title = "办事指南：上架、不办了、核过"},
    {"GET", "/k/services/import", keep_import_page, .roles = ROLES_GUIDE, .title = "导入办事清单",
     .kind = ROUTE_INLINE},
    {"POST", "/k/services/import", keep_import_do, .roles = ROLES_GUIDE, .title = "导入办事清单",
     .body_max = 3u << 20, .prepare = keep_import_prepare, .mem_max = 128u << 20},
    {"POST", "/k/services/import/{id}/undo", keep_import_back, .roles = ROLES_GUIDE,
     .title = "撤回导入的清单", .mem_max = 64u << 20},
};

static const struct shape *const shapes[] = {&service_shape, &lane_shape, &ticket_shape,
                                             &ticket_move_shape, &visitors_shape};

static const struct shell_menu menu[] = {
    {"guides", "/s", "办事怎么办", "doc", 0},
    {"keep", "/k/services", "指南", "doc", ROLES_GUIDE},
};

const struct feature service_feature = {.name = "service",
                                        .routes = routes,
                                        .nroutes = COUNT(routes),
                                        .shapes = shapes,
                                        .nshapes = COUNT(shapes),
                                        .queries = service_sql_all,
                                        .nqueries = &service_sql_count,
                                        .jobs = "service.",
                                        .job = service_job,
                                        .menu = menu,
                                        .nmenu = COUNT(menu)};
