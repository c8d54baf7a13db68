/* web -- what everybody reads: the live face of a place, its people, what was done there. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/board/pages.h"
#include "base/out.h"
#include "base/time.h"
#include "board.html.h"
#include "board.sql.h"

enum {
    LINES_MAX = 100, /* newest needs of a place that are looked at */
    OPEN_MAX = 6,    /* needs on a building's page */
    CLOSED_MAX = 3,
    DONE_MAX = 50
};

enum err board_needs(struct cx *cx, const struct place *place, need_line_list *open, size_t nopen,
                     need_line_list *closed, size_t nclosed)
{
    need_list list = {0};
    TRY(need_public(cx, place, LINES_MAX, &list));
    for (size_t i = 0; i < list.n; i++) {
        const struct need *n = &list.at[i];
        if (need_is_closed(n->state)) {
            if (closed->n < nclosed)
                *PUSH(cx->mem, closed) = need_line(cx, n);
        } else if (open->n < nopen) {
            *PUSH(cx->mem, open) = need_line(cx, n);
        }
    }
    return OK;
}

/* ---- which paper this is ---- */

static void out_changes(struct out *o, const board_change_list *changes)
{
    for (size_t i = 0; i < changes->n; i++)
        out_printf(o, "%s%.*s", i ? "；" : "", STR(changes->at[i]));
}

/* Of the code that was scanned, else of the newest paper there is. Empty when there is none. */
static enum err paper_words(struct cx *cx, const struct board_face *f, struct str version,
                            struct board_building_view *v)
{
    struct board_print last, scanned;
    board_change_list changes = {0};
    struct out o;
    TRY(board_last(cx, f->board.id, &last));
    v->is_scanned = version.n > 0;
    out_init(&o, cx->mem);
    if (v->is_scanned && str_eq(version, board_version(f))) {
        out_printf(&o, "您看到的这张纸是现在这一版（%.*s）。", STR(version));
        v->paper = out_text(&o);
        return OK;
    }
    TRY(board_print_of(cx, f->board.id, version, &scanned));
    const struct board_print *p = scanned.id ? &scanned : v->is_scanned ? NULL : &last;
    if (!v->is_scanned && (!last.id || board_paper(f, &last) == PAPER_FRESH)) {
        if (last.id)
            out_printf(&o, "墙上的纸是第 %lld 版，%.*s印的，和这一页一样。", (long long)last.number,
                       STR(filter_date(cx, last.printed_at)));
        v->paper = out_text(&o);
        return OK;
    }
    v->is_old = true;
    if (p) {
        TRY(board_changes(cx, f, p->lines, &changes));
        out_printf(&o, "%s是第 %lld 版，%.*s印的，有的地方旧了（",
                   v->is_scanned ? "您看到的这张纸" : "墙上的纸", (long long)p->number,
                   STR(filter_date(cx, p->printed_at)));
        out_changes(&o, &changes);
        out_c(&o, "）。");
    } else {
        out_c(&o, "您看到的这张纸不是现在这一版。");
    }
    if (last.id && v->is_scanned && last.number != (p ? p->number : 0))
        out_printf(&o, "最新印的是第 %lld 版。", (long long)last.number);
    out_c(&o, "以这一页为准。");
    v->paper = out_text(&o);
    return OK;
}

/* ---- pages ---- */

static enum err building_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct board_building_view v = {.community = shell_community(cx), .phrases = need_asked_most()};
    struct civil c = time_civil(cx->now);
    int64_t month = time_of(c.year, c.month, 1, 0, 0), end = INT64_MAX;
    struct place place;
    TRY(place_by_code(cx, req_part(rq, "code"), &place));
    TRY(place_ahead(cx, place.id));
    TRY(need_public_ahead(cx, &place, LINES_MAX));
    TRY(need_month_ahead(cx, &place, month, end));
    TRY(board_face(cx, place.code, &v.face));
    TRY(place_children(cx, place.id, &v.below));
    TRY(board_needs(cx, &place, &v.open, OPEN_MAX, &v.closed, CLOSED_MAX));
    TRY(need_month(cx, &place, month, end, &v.sums));
    TRY(paper_words(cx, &v.face, req_query(rq, "v"), &v));
    TRY(shell_news(cx, place.path, &v.news));
    TRY(shell_near(cx, place.path, &v.near));
    shell_links(cx, &v.links);
    v.page = shell_page(rq, SHELL_WIDE, place.full_name, "home");
    v.page.has_hero = true;
    v.page.place = place.code;
    shell_mode_keep(cx, rq, rp);
    board_building_html(reply_html(rp), cx, &v);
    return OK;
}

static struct shell_page page_below(struct cx *cx, const struct req *rq, const struct place *place,
                                    const char *title)
{
    struct shell_page page = shell_page(rq, SHELL_PHONE, str_c(title), "home");
    page.place = place->code;
    page.back = arena_cstr(cx->mem, arena_printf(cx->mem, "/b/%.*s", STR(place->code)));
    return page;
}

static enum err people_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct board_people_view v = {0};
    TRY(board_face(cx, req_part(rq, "code"), &v.face));
    for (size_t i = 0; i < v.face.items.n; i++) {
        const struct board_item *item = &v.face.items.at[i];
        v.has_neighbours |= item->part == BOARD_NEIGHBOURS;
        v.has_zones |= item->part == BOARD_ZONES;
    }
    v.page = page_below(cx, rq, &v.face.place, "为您服务的人");
    board_people_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err done_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct board_done_view v = {0};
    need_line_list open = {0};
    struct board_month month = board_month(cx->now);
    TRY(place_by_code(cx, req_part(rq, "code"), &v.place));
    TRY(board_needs(cx, &v.place, &open, 0, &v.done, DONE_MAX));
    TRY(need_month(cx, &v.place, month.from_at, month.to_at, &v.sums));
    v.month = month.number % 100;
    v.page = page_below(cx, rq, &v.place, "都办了什么");
    board_done_html(reply_html(rp), cx, &v);
    return OK;
}

struct str board_code(const struct req *rq)
{
    struct str code = req_part(rq, "code");
    return str_ends(code, S(".pdf")) ? str_cut(code, 0, code.n - 4) : code;
}

/* ---- the table ---- */

static const struct route routes[] = {
    {"GET", "/b/{code}", building_page, .title = "楼栋首页", .kind = ROUTE_INLINE, .shared = true},
    {"GET", "/b/{code}/people", people_page, .title = "为这里服务的人", .kind = ROUTE_INLINE,
     .shared = true},
    {"GET", "/b/{code}/done", done_page, .title = "这里都办了什么", .kind = ROUTE_INLINE,
     .shared = true},
    {"GET", "/b/{code}/feed.xml", board_atom, .title = "这里的进展，Atom", .kind = ROUTE_INLINE,
     .shared = true},
    {"GET", "/b/{code}/feed.json", board_json, .title = "这里的进展，JSON Feed",
     .kind = ROUTE_INLINE, .shared = true},
    {"GET", "/w/boards", board_list_page, .roles = ROLES_WALL, .title = "公示栏",
     .mem_max = 96u << 20},
    {"POST", "/w/boards", board_list_do, .roles = ROLES_WALL, .title = "登记重印一批",
     .mem_max = 96u << 20},
    {"GET", "/w/board/{code}", board_wall_page, .roles = ROLES_WALL, .title = "一处公示栏",
     .kind = ROUTE_INLINE},
    {"POST", "/w/board/{code}/{step}", board_wall_do, .roles = ROLES_WALL,
     .title = "设公示栏、登记印和贴、加责任区", .in = &board_shape},
    {"GET", "/print/poster/{code}", board_poster, .roles = ROLES_WALL, .title = "公示栏打印"},
    {"GET", "/print/posters", board_posters, .roles = ROLES_WALL, .title = "公示栏打印一批",
     .mem_max = 96u << 20},
    {"GET", "/print/plate/{code}", board_plate, .roles = ROLES_WALL,
     .title = "名片、纸条、门牌打印"},
    {"GET", "/me/board", board_me_page, .roles = ROLES_STAFF, .title = "公示栏上的我",
     .kind = ROUTE_INLINE},
    {"POST", "/me/board", board_me_do, .roles = ROLES_STAFF, .title = "公示栏上的我：同意、撤回"},
    {"GET", "/v/{id}/board", board_own_page, .title = "公示栏上的我（志愿者）",
     .kind = ROUTE_INLINE, .open_key = true},
    {"POST", "/v/{id}/board", board_own_do, .title = "志愿者：公示栏同意、撤回、认领",
     .open_key = true},
    {"GET", "/api/v1/boards", board_api_list, .roles = ROLES_WALL, .title = "公示栏和墙上的纸",
     .mem_max = 96u << 20, .out = &board_paper_shape},
};

static const struct shape *const shapes[] = {&board_shape, &board_item_shape, &board_print_shape,
                                             &zone_shape, &board_paper_shape};

static const struct keep_rule rules[] = {
    {"volunteer", "退出的人认的责任区", &board_sql_claims_old, &board_sql_claims_forget}};

const struct feature board_feature = {.name = "board",
                                      .keeps = rules,
                                      .nkeeps = COUNT(rules),
                                      .subject_parts = board_parts,
                                      .nsubject_parts = COUNT(board_parts),
                                      .routes = routes,
                                      .nroutes = COUNT(routes),
                                      .shapes = shapes,
                                      .nshapes = COUNT(shapes),
                                      .queries = board_sql_all,
                                      .nqueries = &board_sql_count};
