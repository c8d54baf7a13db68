/* web -- the routes of services, and what they do by themselves. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/keyring/keyring.h"
#include "app/service/pages.h"
#include "service.html.h"
#include "service.sql.h"

static enum err service_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg)
{
    (void)arg;
    if (str_is(kind, "service.import"))
        return service_import_go_on(cx, subject_id);
    if (str_is(kind, "service.errand"))
        return errand_job(cx, subject_id);
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
    {"GET", "/s/{slug}/book", book_page, .title = "约个时间去办"},
    {"POST", "/s/{slug}/book", book_do, .title = "约个时间去办"},
    {"GET", "/queue/{code}", take_page, .title = "服务点取号", .kind = ROUTE_INLINE},
    {"POST", "/queue/{code}", take_do, .title = "服务点取号"},
    {"POST", "/queue/{code}/arrive", take_arrive, .title = "约过了，到服务点报到"},
    {"GET", "/queue/{code}/wall", wall_page, .title = "叫号屏", .kind = ROUTE_INLINE,
     .open_key = true},
    {"GET", "/queue/{code}/events", wall_events, .title = "叫号屏有变动时的提醒",
     .kind = ROUTE_STREAM, .open_key = true},
    {"GET", "/q/{ticket}", own_ticket_page, .title = "我的号", .kind = ROUTE_INLINE,
     .open_key = true},
    {"GET", "/q/{ticket}/slip", own_ticket_slip, .title = "我的号，小票", .kind = ROUTE_INLINE,
     .open_key = true},
    {"GET", "/q/{ticket}/events", own_ticket_events, .title = "我的号有变动时的提醒",
     .kind = ROUTE_STREAM, .open_key = true},
    {"POST", "/q/{ticket}/{step}", own_ticket_step, .title = "我的号：到了、回来了、退掉、评价",
     .open_key = true},
    {"GET", "/api/v1/queues", lane_api, .title = "各窗口在等几位", .out = &lane_shape},
    {"GET", "/print/service/{slug}", guide_sheet_page, .title = "一件事怎么办，A4",
     .kind = ROUTE_INLINE, .shared = true},
    {"GET", "/print/services.pdf", guide_book, .title = "整本办事指南，PDF", .mem_max = 128u << 20,
     .shared = true},
    {"GET", "/api/v1/services", guide_api, .title = "办事指南", .out = &service_shape,
     .shared = true},
    {"GET", "/k/queue", counter_page, .roles = ROLES_COUNTER, .title = "窗口叫号"},
    {"POST", "/k/queue/next", counter_next, .roles = ROLES_COUNTER, .title = "叫下一位"},
    {"POST", "/k/queue/take", counter_take, .roles = ROLES_COUNTER, .title = "替人取号"},
    {"POST", "/k/ticket/{ticket}/rate", ask_do, .roles = ROLES_COUNTER,
     .title = "问一声办得怎么样"},
    {"POST", "/k/ticket/{ticket}/{step}", counter_step, .roles = ROLES_COUNTER,
     .title = "窗口：一个号办一步", .in = &ticket_move_shape},
    {"GET", "/k/ticket/{ticket}", counter_paper, .roles = ROLES_COUNTER,
     .title = "回执、一次性告知单", .kind = ROUTE_INLINE},
    {"GET", "/k/accepted", accepted_page, .roles = ROLES_COUNTER, .title = "收下的，等结果"},
    {"GET", "/k/ask", ask_page, .roles = ROLES_COUNTER, .title = "问一声办得怎么样"},
    {"GET", "/k/counters/{code}", lanes_page, .roles = ROLES_COUNTER, .title = "服务点的窗口",
     .kind = ROUTE_INLINE},
    {"POST", "/k/counters/{code}", lanes_do, .roles = ROLES_COUNTER, .title = "服务点的窗口",
     .in = &lane_shape},
    {"POST", "/k/counters/{code}/screen", screen_do, .roles = ROLES_COUNTER,
     .title = "开一块叫号屏"},
    {"GET", "/k/visitors", visitors_page, .roles = ROLES_COUNTER | ROLE_LEADER,
     .title = "来了多少人"},
    {"GET", "/k/visitors.csv", visitors_csv, .roles = ROLES_COUNTER | ROLE_LEADER,
     .title = "来了多少人，CSV"},
    {"GET", "/s/{slug}/errand", errand_ask_page, .title = "请人代办", .kind = ROUTE_INLINE},
    {"POST", "/s/{slug}/errand", errand_ask_do, .title = "请人代办", .in = &errand_shape},
    {"GET", "/errand/{errand}", errand_own_page, .title = "帮我代办的事", .kind = ROUTE_INLINE,
     .open_key = true},
    {"POST", "/errand/{errand}/{step}", errand_own_step, .title = "帮我代办的事：不办了、评价",
     .open_key = true},
    {"GET", "/k/errands", errand_list_page, .roles = ROLES_ERRAND, .title = "帮办代办"},
    {"GET", "/k/errand/{errand}", errand_desk_page, .roles = ROLES_ERRAND, .title = "一件帮办",
     .kind = ROUTE_INLINE},
    {"GET", "/k/errand/{errand}/paper", errand_paper_page, .roles = ROLES_ERRAND,
     .title = "委托书、收条、签收单", .kind = ROUTE_INLINE},
    {"POST", "/k/errand/{errand}/open", errand_desk_open, .roles = ROLES_ERRAND,
     .title = "帮办：看电话（留痕）"},
    {"POST", "/k/errand/{errand}/{step}", errand_desk_step, .roles = ROLES_ERRAND,
     .title = "帮办：走一步", .in = &errand_move_shape},
    {"GET", "/k/services", keep_list_page, .roles = ROLES_GUIDE, .title = "办事指南清单"},
    {"GET", "/k/service/{service}", keep_page, .roles = ROLES_GUIDE, .title = "写、改一份办事指南",
     .kind = ROUTE_INLINE},
    {"POST", "/k/service/{service}", keep_do, .roles = ROLES_GUIDE, .title = "写、改一份办事指南",
     .in = &service_shape},
    {"POST", "/k/service/{service}/{step}", keep_step, .roles = ROLES_GUIDE,
     .title = "办事指南：上架、不办了、核过"},
    {"GET", "/k/services/import", keep_import_page, .roles = ROLES_GUIDE, .title = "导入办事清单",
     .kind = ROUTE_INLINE},
    {"POST", "/k/services/import", keep_import_do, .roles = ROLES_GUIDE, .title = "导入办事清单",
     .body_max = 3u << 20, .prepare = keep_import_prepare, .mem_max = 128u << 20},
    {"POST", "/k/services/import/{list}/undo", keep_import_back, .roles = ROLES_GUIDE,
     .title = "撤回导入的清单", .mem_max = 64u << 20},
};

static const struct shape *const shapes[] = {
    &service_shape, &lane_shape,         &ticket_shape,       &ticket_move_shape, &visitors_shape,
    &errand_shape,  &errand_paper_shape, &errand_event_shape, &errand_move_shape};

static const struct shell_menu menu[] = {
    {"guides", "/s", "办事怎么办", "doc", 0},
    {"queue", "/k/queue", "窗口", "bell", ROLES_COUNTER},
    {"visitors", "/k/visitors", "来访", "chart", ROLE_LEADER},
    {"errands", "/k/errands", "帮办", "walk", ROLES_ERRAND},
    {"keep", "/k/services", "指南", "doc", ROLES_GUIDE, .is_extra = true},
};

/* Neither has four digits: a booked time is nobody's by name, papers are signed for. */
static enum err show_number(struct cx *cx, const struct req *rq, struct reply *rp,
                            struct str number, struct str word)
{
    (void)rq;
    (void)rp;
    (void)word;
    return fail_field(cx, "number",
                      str_starts(number, S("Q"))
                          ? "这是约时间的号，到服务点报到时用；改时间、取消，请扫小票上的码"
                          : "这是请人代办的号，看进度请扫收条上的码；收条找不到，请打社区电话");
}

static const struct sealed_table sealed[] = {
    {&errand_shape, &service_sql_errand_sealed_some, &service_sql_errand_sealed_put}};

const struct feature service_feature = {.name = "service",
                                        .seen = &errand_seen,
                                        .subject = &errand_subject,
                                        .subject_parts = errand_parts,
                                        .nsubject_parts = COUNT(errand_parts),
                                        .keeps = errand_keeps,
                                        .nkeeps = COUNT(errand_keeps),
                                        .routes = routes,
                                        .nroutes = COUNT(routes),
                                        .shapes = shapes,
                                        .nshapes = COUNT(shapes),
                                        .queries = service_sql_all,
                                        .nqueries = &service_sql_count,
                                        .sealed = sealed,
                                        .nsealed = COUNT(sealed),

                                        .jobs = "service.",
                                        .job = service_job,
                                        .menu = menu,
                                        .nmenu = COUNT(menu),
                                        .ties = &service_ties,
                                        .letters = "QP",
                                        .show = show_number};
