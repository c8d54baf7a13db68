/* hours_list_test -- hours of somebody who came with a list. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hours/hours_own.h"
#include "app/need/need_test.h"
#include "app/volunteer/volunteer_own.h"
#include "base/time.h"

/* Hours belong to somebody: his list cannot take him back any more. */
static void who_has_hours_stays_when_his_list_is_taken_back(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct skill group = {.code = S("care"), .name = S("陪伴"), .active = true};
    struct skill leaf = {
        .code = S("chat"), .parent_code = S("care"), .name = S("陪聊天"), .active = true};
    struct volunteer_sheet sheet;
    volunteer_list found = {0};
    csv_rows rows = {0};
    struct str next;
    struct hours h;
    int64_t id, taken;
    MUST(t->cx, skill_put(t->cx, &group));
    MUST(t->cx, skill_put(t->cx, &leaf));
    MUST(t->cx, csv_read(t->cx,
                         S("姓名,手机号,特长,小区\n老王,0551-0000 0001,陪聊天,YL-07\n"
                           "老李,0551-0000 0002,陪聊天,YL-07\n"),
                         true, &rows));
    act(t, "clerk");
    MUST(t->cx, volunteer_read_sheet(t->cx, &rows, &sheet));
    MUST(t->cx, volunteer_apply_sheet(t->cx, &rows, &sheet, S("名单.csv"), &id));
    MUST(t->cx, volunteer_search(t->cx, &(struct volunteer_filter){0}, &found, &next));
    assert_int_equal(found.n, 2);
    struct hours_said team = {.volunteer_id = found.at[0].id,
                              .what = S("清理楼道"),
                              .paper_number = S("2026-18"),
                              .started_at = t->cx->now - 3 * MS_HOUR,
                              .ended_at = t->cx->now - MS_HOUR};
    act(t, "dispatcher");
    MUST(t->cx, hours_add(t->cx, &team, &h));
    act(t, "clerk");
    MUST(t->cx, volunteer_import_undo(t->cx, id, &taken));
    assert_int_equal(taken, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(who_has_hours_stays_when_his_list_is_taken_back, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
