/* site_menu -- what canteens cook. No orders and no money: who wants a meal brought raises a need.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/site/site_own.h"
#include "base/id.h"
#include "base/time.h"
#include "site.sql.h"

enum { AHEAD_DAYS = 31, BACK_DAYS = 31 };

const char *const site_meal_codes[] = {"breakfast", "lunch", "dinner", NULL};
const char *const site_meal_labels[] = {"早饭", "午饭", "晚饭", NULL};

static const struct field menu_fields[] = {
    FIELD(struct site_menu, part_id, "食堂", .data = DATA_PUBLIC),
    FIELD(struct site_menu, day, "哪天", .data = DATA_PUBLIC),
    FIELD(struct site_menu, meal, "哪一顿", .codes = site_meal_codes, .labels = site_meal_labels,
          .data = DATA_PUBLIC),
    FIELD(struct site_menu, dishes, "吃什么", .ask = true, .max = 120, .data = DATA_PUBLIC),
};
const struct shape site_menu_shape = SHAPE("site_menu", struct site_menu, menu_fields);

enum err site_menu(struct cx *cx, int64_t part_id, int64_t from_day, int64_t to_day,
                   site_menu_list *out)
{
    return db_all(cx, &site_sql_menu, &site_menu_shape, out,
                  ARGS(A(part_id), A(from_day), A(to_day)));
}

enum err site_menu_put(struct cx *cx, const struct site_menu *m)
{
    struct site s;
    struct site_part part;
    int64_t today = time_day(cx->now);
    TRY(site_part_get(cx, m->part_id, &part));
    TRY(site_get(cx, part.site_id, &s));
    TRY(site_reach(cx, &s));
    if (part.kind != SITE_CANTEEN)
        return fail(cx, ERR_INPUT, "只有食堂才有菜单");
    if (m->day < today - BACK_DAYS || m->day > today + AHEAD_DAYS)
        return fail(cx, ERR_INPUT, "菜单最多写到一个月以后");
    if (!m->dishes.n)
        return db_run(cx, &site_sql_menu_drop,
                      ARGS(AS("part_id", m->part_id), AS("day", m->day),
                           AS("meal", site_meal_codes[m->meal])),
                      NULL);
    int64_t id = id_new(cx);
    return db_put(cx, &site_sql_menu_put, &site_menu_shape, m, ARGS(A(id)));
}
