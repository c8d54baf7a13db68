/* hours -- two years of service of the sample's volunteers, as a clerk would have entered it from
 * sheets of paper: some come often, most now and then, many have not been yet. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hours/hours.h"
#include "app/sample/town.h"
#include "base/time.h"

enum { DAYS = 730, OFTEN = 26, RESTING_DAYS = 2 };

static const char *const whats[] = {
    "小区捡拾垃圾（示例）", "清理楼道（示例）",     "陪老人聊天（示例）", "四点半课堂看护（示例）",
    "图书角整理（示例）",   "路口文明劝导（示例）", "帮厨送餐（示例）",   "修修补补便民日（示例）",
    "防诈骗宣传（示例）",   "绿地浇水（示例）"};

static void clock_to(struct town *t, int64_t at)
{
    t->env.at = at;
    t->cx->now = at;
}

/* One sheet: in the morning, the afternoon or the evening of a day, and entered the day after. */
static enum err serve(struct town *t, int64_t volunteer_id, int64_t day, int sheet)
{
    static const int hours_of[] = {9, 14, 19};
    struct cx *cx = t->cx;
    struct hours h;
    int64_t from = time_day_start(day) + hours_of[town_pick(t, 3)] * MS_HOUR;
    struct hours_said said = {.volunteer_id = volunteer_id,
                              .what = str_c(whats[town_pick(t, COUNT(whats))]),
                              .started_at = from,
                              .ended_at = from + (45 + 5 * town_pick(t, 22)) * MS_MINUTE,
                              .paper_number = arena_printf(cx->mem, "示例-%d", sheet)};
    clock_to(t, time_day_start(day + 1) + 9 * MS_HOUR);
    return hours_add(cx, &said, &h);
}

/* How often he has been there: a third not yet, a few nearly every month. */
static int64_t how_often(struct town *t)
{
    int64_t luck = town_pick(t, 100);
    return luck < 35   ? 0
           : luck < 80 ? 1 + town_pick(t, 4)
           : luck < 95 ? 4 + town_pick(t, 8)
                       : 12 + town_pick(t, OFTEN - 12);
}

static enum err draw_months(struct town *t, int64_t end)
{
    struct civil now = time_civil(end), c = time_civil(end - DAYS * MS_DAY);
    clock_to(t, end);
    while (c.year * 12 + c.month < now.year * 12 + now.month) {
        TRY(hours_draw_month(t->cx, c.year * 100 + c.month));
        c.year += c.month == 12;
        c.month = c.month % 12 + 1;
    }
    return OK;
}

enum err town_hours(struct town *t, int64_t end)
{
    struct cx *cx = t->cx;
    int64_t last = time_day(end) - RESTING_DAYS;
    TRY(account_wear(cx, &t->clerk));
    for (size_t i = 0; i < t->nhelpers; i++) {
        struct arena_mark mark = arena_mark(cx->mem);
        int64_t n = how_often(t), step = n ? (DAYS - 30) / n : 0;
        for (int64_t k = 0; k < n; k++)
            TRY(serve(t, t->helpers[i], last - k * step - town_pick(t, step), (int)(i + 1)));
        arena_rewind(cx->mem, mark);
    }
    TRY(draw_months(t, end));
    clock_to(t, end);
    account_nobody(cx, cx->community);
    return OK;
}
