/* clock_test -- the calendar as rows: lists that people paste, what they change, years to come. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "app/clock/clock.h"
#include "base/time.h"
#include "web/web.h"

static int64_t day_of(int year, int month, int day)
{
    return time_day(time_of(year, month, day, 12, 0));
}

static bool is_workday(struct cx *cx, int year, int month, int day)
{
    const struct worktime *cal;
    MUST(cx, clock_calendar(cx, &cal));
    return worktime_is_workday(cal, time_of(year, month, day, 12, 0));
}

static calendar_change_list read(struct cx *cx, const char *text)
{
    calendar_change_list all = {0};
    MUST(cx, clock_read_changes(cx, str_c(text), &all));
    return all;
}

static void store(struct cx *cx, const char *text)
{
    calendar_change_list all = read(cx, text), effective = {0};
    MUST(cx, clock_effective(cx, &all, &effective));
    MUST(cx, clock_change(cx, &effective));
}

static void a_pasted_list_is_read(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    calendar_change_list c = read(cx, "# 2027 年\r\n2027-02-06 休 春节\r\n\r\n"
                                      "2027/2/8至2027年2月12日，放假　春节\n"
                                      " 2027.2.14班\n2027-03-01 还原");
    assert_int_equal(c.n, 8);
    assert_true(c.at[0].day == day_of(2027, 2, 6) && c.at[0].act == CLOCK_REST);
    assert_true(str_is(c.at[0].name, "春节") && str_is(c.at[3].name, "春节"));
    assert_true(c.at[5].day == day_of(2027, 2, 12));
    assert_true(c.at[6].act == CLOCK_WORK && str_is(c.at[6].name, "调休上班"));
    assert_true(c.at[7].act == CLOCK_RESTORE);
    test_end();
}

static void what_cannot_be_read_names_its_line(void **state)
{
    static const struct {
        const char *text, *told;
    } bad[] = {{"", "一行一天"},
               {"\n\n# 只有说明", "一行一天"},
               {"春节 休", "第 1 行：日期没看懂"},
               {"2027-02-06 休\n2027-02-30 休", "第 2 行：日期没看懂"},
               {"2027-02-06 睡觉", "第 1 行：日期后面"},
               {"2027-02-06 至 明天 休", "第 1 行：“至”后面的日期"},
               {"2027-02-12 至 2027-02-06 休", "写反了"},
               {"2027-01-01 至 2027-03-06 休", "超过一个月"},
               {"2017-12-31 休", "年份"},
               {"2029-01-01 休", "年份"},
               {"2027-02-06 休\n2027-02-06 班", "第 2 行：这一天"},
               {"2027-02-06 休 一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一",
                "名称太长"},
               {"2027-02-06 \xff", "读不出"}};
    struct cx *cx = test_cx();
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        calendar_change_list all = {0};
        assert_int_equal(clock_read_changes(cx, str_c(bad[i].text), &all), ERR_INPUT);
        if (str_find(cx->fault.fields.at[0].message, str_c(bad[i].told)) < 0)
            fail_msg("%zu: %.*s", i, STR(cx->fault.fields.at[0].message));
        fault_clear(cx);
    }
    test_end();
}

/* A time of which the program's table will not know the years to come. */
static void live_later(struct cx *cx, int month)
{
    test_advance(time_of(2040, month, 1, 0, 0) - cx->now);
}

static void only_what_differs_is_stored(void **state)
{
    struct cx *cx = test_cx();
    calendar_line_list lines = {0};
    (void)state;
    live_later(cx, 3);
    store(cx, "2041-07-06 至 2041-07-12 休 检修\n2041-07-13 班\n2041-07-15 班");
    MUST(cx, clock_year(cx, 2041, &lines)); /* 6 and 7 are a weekend, 15 is a Monday */
    assert_int_equal(lines.n, 6);
    assert_true(lines.at[0].id == day_of(2041, 7, 8) && !lines.at[0].is_work);
    assert_true(lines.at[5].is_work && lines.at[5].is_own);
    assert_true(!is_workday(cx, 2041, 7, 8) && is_workday(cx, 2041, 7, 13));
    store(cx, "2041-07-08 还原\n2041-07-16 还原");
    assert_true(is_workday(cx, 2041, 7, 8));
    test_end();
}

static void the_programs_table_is_named_and_may_be_overruled(void **state)
{
    struct cx *cx = test_cx();
    calendar_line_list before = {0}, after = {0};
    const struct worktime *thought;
    (void)state;
    MUST(cx, clock_year(cx, 2026, &before));
    assert_true(before.n > 20 && str_is(before.at[0].name, "元旦") && !before.at[0].is_own);
    calendar_change_list change = read(cx, "2026-10-01 上班 抢修");
    MUST(cx, clock_calendar_if(cx, &change, &thought));
    assert_true(worktime_is_workday(thought, time_of(2026, 10, 1, 12, 0)));
    assert_false(is_workday(cx, 2026, 10, 1)); /* only thought of */
    MUST(cx, clock_change(cx, &change));
    assert_true(is_workday(cx, 2026, 10, 1));
    MUST(cx, clock_year(cx, 2026, &after));
    assert_int_equal(after.n, before.n); /* it is like a Monday to Friday now, but told */
    store(cx, "2026-10-01 还原");
    assert_false(is_workday(cx, 2026, 10, 1));
    test_end();
}

static void a_year_is_missing_from_november_on(void **state)
{
    struct cx *cx = test_cx();
    bool known;
    int year;
    (void)state;
    live_later(cx, 10);
    MUST(cx, clock_year_missing(cx, &year));
    assert_int_equal(year, 0);
    live_later(cx, 11);
    MUST(cx, clock_year_missing(cx, &year));
    assert_int_equal(year, 2041);
    store(cx, "2042-01-02 休 元旦"); /* a later year alone is not the next one */
    assert_false(is_workday(cx, 2042, 1, 2));
    MUST(cx, clock_year_known(cx, 2042, &known));
    assert_true(known);
    MUST(cx, clock_year_missing(cx, &year));
    assert_int_equal(year, 2041);
    store(cx, "2041-01-01 休 元旦");
    MUST(cx, clock_year_missing(cx, &year));
    assert_int_equal(year, 0);
    test_end();
}

static void statements_are_accepted(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    MUST(cx, db_verify(cx, clock_feature.queries, *clock_feature.nqueries));
    for (size_t i = 0; i < clock_feature.nshapes; i++)
        assert_null(shape_fault(clock_feature.shapes[i]));
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_are_accepted),
        cmocka_unit_test(a_pasted_list_is_read),
        cmocka_unit_test(what_cannot_be_read_names_its_line),
        cmocka_unit_test(only_what_differs_is_stored),
        cmocka_unit_test(the_programs_table_is_named_and_may_be_overruled),
        cmocka_unit_test(a_year_is_missing_from_november_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
