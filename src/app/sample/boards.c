/* boards -- what hangs on the walls of the sample: a board at every home building, estate, station
 * and some stalls, zones and pledges with those who took them on, print runs of last month; since
 * then a few boards have changed, and a few were never printed. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/board/board.h"
#include "app/sample/town.h"
#include "base/time.h"

enum { STALLS_MAX = 12, PRINTED_DAYS_AGO = 26, CHANGED_EACH = 23, UNPRINTED_EACH = 31 };

static const struct {
    const char *kind, *title, *duties, *pledge;
} zones[] = {{"zone", "楼道整洁（示例）", "看一看、扫一扫，堵了的报上来", "每周走一遍"},
             {"post", "邻里调解（示例）", "邻里有矛盾，坐下来说", "一天内上门"},
             {"zone", "防火巡查（示例）", "充电、堆物、消防通道", "看到就说"},
             {"post", "政策宣传（示例）", "医保、养老、办事怎么办", "说得清、带得到"}};

static enum err add_board(struct town *t, int64_t place_id, const char *kind, const char *duties,
                          board_list *out)
{
    struct board *b = PUSH(t->cx->mem, out);
    *b = (struct board){
        .place_id = place_id, .kind = str_c(kind), .duties = str_c(duties), .phone = S("")};
    return board_put(t->cx, b);
}

/* Two zones of an estate; each third is still to be taken on. */
static enum err add_zones(struct town *t, size_t estate)
{
    struct cx *cx = t->cx;
    for (size_t k = 0; k < 2; k++) {
        size_t i = (estate + k) % COUNT(zones);
        struct zone z = {.place_id = t->estates.at[estate].place_id,
                         .kind = str_c(zones[i].kind),
                         .title = str_c(zones[i].title),
                         .duties = str_c(zones[i].duties),
                         .pledge = str_c(zones[i].pledge)};
        TRY(zone_add(cx, &z));
        struct volunteer v;
        int64_t who = t->helpers[town_pick(t, (int64_t)t->nhelpers)];
        TRY(volunteer_get(cx, who, &v));
        if ((estate + k) % 3 && v.state == VOLUNTEER_ACTIVE)
            TRY(zone_claim(cx, z.id, who, S(""), true));
    }
    return OK;
}

static enum err add_stall(struct town *t, int64_t place_id, board_list *out)
{
    struct zone pledge = {.place_id = place_id,
                          .kind = S("pledge"),
                          .title = S("放心摊位（示例）"),
                          .duties = S("明码标价，足斤足两"),
                          .pledge = S("不新鲜当场换")};
    TRY(add_board(t, place_id, "stall", "", out));
    return zone_add(t->cx, &pledge);
}

static enum err print_all(struct town *t, const board_list *all)
{
    struct cx *cx = t->cx;
    for (size_t i = 0; i < all->n; i++) {
        struct arena_mark mark = arena_mark(cx->mem);
        struct board_face f;
        struct board_print run;
        if (i % UNPRINTED_EACH == UNPRINTED_EACH - 1)
            continue;
        TRY(board_face_of(cx, &all->at[i], &f));
        TRY(board_print_add(cx, &f, i % 4 ? S("a3") : S("a4"), &run));
        if (i % 5)
            TRY(board_hang(cx, all->at[i].id, run.number, S("示例网格员"), 0));
        arena_rewind(cx->mem, mark);
    }
    return OK;
}

/* There is another number to complain at: the paper there is old. */
static enum err change_some(struct town *t, const board_list *all)
{
    struct cx *cx = t->cx;
    for (size_t i = 7; i < all->n; i += CHANGED_EACH) {
        struct board b;
        TRY(board_at(cx, all->at[i].place_id, &b));
        b.phone = S("0551-0000 0019");
        TRY(board_put(cx, &b));
    }
    return OK;
}

enum err town_boards(struct town *t, int64_t end)
{
    struct cx *cx = t->cx;
    board_list all = {0};
    t->env.at = cx->now = end - PRINTED_DAYS_AGO * MS_DAY;
    TRY(account_wear(cx, &t->leader));
    for (size_t i = 0; i < t->buildings.n; i++)
        TRY(add_board(t, t->buildings.at[i].place_id, "stairwell",
                      "上门问需求，帮着代办，楼里的事有人管（示例）", &all));
    for (size_t i = 0; i < t->estates.n; i++) {
        TRY(add_board(t, t->estates.at[i].place_id, "estate",
                      "网格员每天走一遍\n楼栋长听大家说\n说的事都有编号、有答复（示例）", &all));
        TRY(add_zones(t, i));
    }
    for (int a = 0; a < AREAS; a++)
        TRY(add_board(t, t->areas[a].place_id, "station", "政务代办、帮扶、活动报名（示例）",
                      &all));
    for (size_t i = 0; i < t->stalls.n && i < STALLS_MAX; i++)
        TRY(add_stall(t, t->stalls.at[i].place_id, &all));
    TRY(print_all(t, &all));
    t->env.at = cx->now = end;
    TRY(change_some(t, &all));
    account_nobody(cx, cx->community);
    return OK;
}
