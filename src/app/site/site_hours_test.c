/* site_hours_test -- what is open when: weekdays, breaks, midnight, holidays, weekend days worked,
 * notices; what people type and what they read. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/plain.h"
#include "app/site/site_hours.h"
#include "base/time.h"
#include <stdlib.h>
#include <string.h>

/* The ordinary week of these tests: Monday to Friday with a break at noon, Saturday the morning. */
static struct site_day day(const char *typed)
{
    struct site_day d;
    if (!site_day_read(str_c(typed), true, &d))
        fail_msg("cannot be read: %s", typed);
    return d;
}

static const struct worktime *calendar(struct cx *cx)
{
    struct worktime *c = NEW(cx->mem, struct worktime);
    worktime_default(c);
    return c;
}

static struct site_plan plan(struct cx *cx, const char *weekday, const char *saturday,
                             const char *sunday, const char *holiday, const char *makeup)
{
    struct site_plan p = {.calendar = calendar(cx), .is_known = true};
    for (int d = 1; d <= 5; d++)
        p.week.days[d] = day(weekday);
    p.week.days[SITE_SATURDAY] = day(saturday);
    p.week.days[SITE_SUNDAY] = day(sunday);
    p.week.days[SITE_HOLIDAY] = day(holiday);
    p.week.days[SITE_MAKEUP] = day(makeup);
    return p;
}

static struct site_plan office(struct cx *cx)
{
    return plan(cx, "8:30-12:00 14:00-17:30", "9:00-12:00", "不开", "不开",
                "8:30-12:00 14:00-17:30");
}

static int64_t at(const char *when)
{
    int64_t t;
    if (!time_read(str_c(when), &t))
        fail_msg("no time: %s", when);
    return t;
}

static int64_t on(const char *date)
{
    return time_day(at(date));
}

static void says(struct cx *cx, const struct site_plan *p, const char *when, const char *words)
{
    cx->now = at(when);
    struct site_now now = site_open_now(p, cx->now);
    struct str got = site_words(cx, &now);
    if (!str_is(got, words))
        fail_msg("%s: %.*s, not %s", when, STR(got), words);
}

/* ---- open now ---- */

static void an_ordinary_day(void **state)
{
    struct cx *cx = *state;
    struct site_plan p = office(cx);
    says(cx, &p, "2026-03-16 08:29", "还没开，8:30 开");
    says(cx, &p, "2026-03-16 08:30", "开着，到 12:00");
    says(cx, &p, "2026-03-16 11:59", "开着，到 12:00");
    says(cx, &p, "2026-03-16 12:00", "现在休息，14:00 开");
    says(cx, &p, "2026-03-16 14:00", "开着，到 17:30");
    says(cx, &p, "2026-03-16 17:30", "今天关门了，明天 8:30 开");
    says(cx, &p, "2026-03-16 23:59", "今天关门了，明天 8:30 开");
    says(cx, &p, "2026-03-17 00:00", "还没开，8:30 开");
    says(cx, &p, "2026-03-20 18:00", "今天关门了，明天 9:00 开"); /* Friday evening */
    says(cx, &p, "2026-03-21 12:00", "今天关门了，后天 8:30 开");
    says(cx, &p, "2026-03-22 10:00", "今天不开，明天 8:30 开"); /* Sunday */
}

static void nobody_entered_hours(void **state)
{
    struct cx *cx = *state;
    struct site_plan p = {.calendar = calendar(cx)};
    says(cx, &p, "2026-03-16 10:00", "开放时间还没登记");
    assert_false(site_is_open(&p, at("2026-03-16 10:00"), at("2026-03-16 11:00")));
}

/* 2026: 1 to 7 October are holidays, with a weekend in them; 10 October, a Saturday, is worked. */
static void holidays_and_days_worked(void **state)
{
    struct cx *cx = *state;
    struct site_plan p = office(cx);
    assert_int_equal(site_day_kind(p.calendar, on("2026-09-30")), 3);
    assert_int_equal(site_day_kind(p.calendar, on("2026-10-01")), SITE_HOLIDAY);
    assert_int_equal(site_day_kind(p.calendar, on("2026-10-03")),
                     SITE_HOLIDAY); /* Saturday in it */
    assert_int_equal(site_day_kind(p.calendar, on("2026-10-04")), SITE_HOLIDAY);
    assert_int_equal(site_day_kind(p.calendar, on("2026-10-07")), SITE_HOLIDAY);
    assert_int_equal(site_day_kind(p.calendar, on("2026-10-08")), 4);
    assert_int_equal(site_day_kind(p.calendar, on("2026-10-10")), SITE_MAKEUP);
    assert_int_equal(site_day_kind(p.calendar, on("2026-10-11")), SITE_SUNDAY);
    assert_int_equal(site_day_kind(p.calendar, on("2026-02-14")), SITE_MAKEUP);
    assert_int_equal(site_day_kind(p.calendar, on("2026-02-15")), SITE_HOLIDAY); /* its first day */
    says(cx, &p, "2026-09-30 18:00", "今天关门了，10 月 8 日 周四 8:30 开");
    says(cx, &p, "2026-10-03 10:00", "今天不开，周四 8:30 开");
    says(cx, &p, "2026-10-07 23:59", "今天不开，明天 8:30 开");
    says(cx, &p, "2026-10-10 14:30", "开着，到 17:30");
    says(cx, &p, "2026-10-11 14:30", "今天不开，明天 8:30 开");
    p.week.days[SITE_HOLIDAY] = day("照星期");
    says(cx, &p, "2026-10-01 09:00", "开着，到 12:00");
    says(cx, &p, "2026-10-03 09:00", "开着，到 12:00");
    p.week.days[SITE_MAKEUP] = day("照星期");
    says(cx, &p, "2026-10-10 14:30", "今天关门了，后天 8:30 开"); /* as any Saturday */
}

/* A day of rest that the community gave itself counts as a holiday, a Saturday beside it too. */
static void days_of_its_own(void **state)
{
    struct cx *cx = *state;
    struct site_plan p = office(cx);
    struct worktime *c = NEW(cx->mem, struct worktime);
    worktime_default(c);
    assert_true(worktime_mark(c, 2026, 3, 20, false)); /* a Friday */
    p.calendar = c;
    says(cx, &p, "2026-03-20 10:00", "今天不开，周一 8:30 开");
    assert_int_equal(site_day_kind(c, on("2026-03-21")), SITE_HOLIDAY);
    assert_int_equal(site_day_kind(c, on("2026-03-22")), SITE_HOLIDAY);
    assert_int_equal(site_day_kind(c, on("2026-03-28")), SITE_SATURDAY);
}

static void over_midnight(void **state)
{
    struct cx *cx = *state;
    struct site_plan p = plan(cx, "18:00-2:00", "18:00-2:00", "不开", "照星期", "照星期");
    says(cx, &p, "2026-03-16 23:30", "开着，到 明天 2:00");
    says(cx, &p, "2026-03-17 00:30", "开着，到 2:00");
    says(cx, &p, "2026-03-17 02:00", "现在休息，18:00 开");
    says(cx, &p, "2026-03-22 01:59", "开着，到 2:00"); /* of Saturday, though Sunday is closed */
    says(cx, &p, "2026-03-22 02:00", "今天关门了，明天 18:00 开");
    says(cx, &p, "2026-03-23 00:30", "还没开，18:00 开");
    struct site_plan q = plan(cx, "9:00-24:00", "9:00-24:00", "9:00-24:00", "照星期", "照星期");
    says(cx, &q, "2026-03-16 23:59", "开着，到 24:00");
    says(cx, &q, "2026-03-17 00:00", "还没开，9:00 开");
}

static void always_open(void **state)
{
    struct cx *cx = *state;
    struct site_plan p = plan(cx, "全天", "全天", "全天", "照星期", "照星期");
    says(cx, &p, "2026-03-16 00:00", "全天开着");
    says(cx, &p, "2026-10-01 12:00", "全天开着");
    assert_true(site_is_open(&p, at("2026-03-16 20:00"), at("2026-03-18 06:00")));
    p.week.days[SITE_SUNDAY] = day("不开");
    says(cx, &p, "2026-03-17 12:00", "开着，到 周日 0:00");
    says(cx, &p, "2026-03-22 00:00", "今天不开，明天 0:00 开");
}

static struct site_notice notice(const char *from, const char *to, const char *hours,
                                 const char *reason)
{
    struct site_notice n = {.from_day = on(from), .to_day = on(to), .reason = str_c(reason)};
    n.hours = day(hours);
    return n;
}

static void closed_by_notice(void **state)
{
    struct cx *cx = *state;
    struct site_plan p = office(cx);
    *PUSH(cx->mem, &p.notices) = notice("2026-03-17", "2026-03-18", "不开", "电梯检修");
    says(cx, &p, "2026-03-16 17:30", "今天关门了，周四 8:30 开");
    says(cx, &p, "2026-03-17 10:00", "今天不开（电梯检修），后天 8:30 开");
    says(cx, &p, "2026-03-18 23:59", "今天不开（电梯检修），明天 8:30 开");
    says(cx, &p, "2026-03-19 08:30", "开着，到 12:00");
    /* told later: the first of the two days is open for the morning after all */
    *PUSH(cx->mem, &p.notices) = notice("2026-03-17", "2026-03-17", "9:00-11:00", "上午抢修好了");
    says(cx, &p, "2026-03-17 10:00", "开着，到 11:00");
    says(cx, &p, "2026-03-17 11:00", "今天关门了（上午抢修好了），后天 8:30 开");
    /* on a Sunday that is closed otherwise */
    *PUSH(cx->mem, &p.notices) = notice("2026-03-22", "2026-03-22", "13:00-16:00", "开放日");
    says(cx, &p, "2026-03-22 09:00", "还没开（开放日），13:00 开");
    says(cx, &p, "2026-03-22 13:00", "开着，到 16:00");
    /* for longer than anybody looks ahead */
    *PUSH(cx->mem, &p.notices) = notice("2026-04-01", "2026-12-31", "不开", "改造");
    says(cx, &p, "2026-04-01 10:00", "停开（改造），什么时候再开另行告知");
    says(cx, &p, "2026-12-31 10:00", "今天不开（改造），明天 8:30 开");
}

/* The canteen has its own hours; when the house is closed, it is. */
static void a_part_within_its_house(void **state)
{
    struct cx *cx = *state;
    struct site_plan p =
        plan(cx, "11:00-13:00 17:00-18:30", "11:00-13:00", "11:00-13:00", "照星期", "照星期");
    *PUSH(cx->mem, &p.over) = notice("2026-03-17", "2026-03-17", "9:00-12:00", "下午停电");
    *PUSH(cx->mem, &p.over) = notice("2026-03-18", "2026-03-18", "不开", "消防演练");
    *PUSH(cx->mem, &p.notices) = notice("2026-03-18", "2026-03-19", "11:00-12:00", "换灶");
    says(cx, &p, "2026-03-17 11:30", "开着，到 12:00");
    says(cx, &p, "2026-03-17 17:30", "今天关门了（下午停电），后天 11:00 开");
    says(cx, &p, "2026-03-18 11:30", "今天不开（消防演练），明天 11:00 开");
    says(cx, &p, "2026-03-19 12:00", "今天关门了（换灶），明天 11:00 开");
}

/* ---- whole intervals ---- */

static void open_all_the_way(void **state)
{
    struct cx *cx = *state;
    struct site_plan p = office(cx);
    struct site_opening o;
    assert_true(site_is_open(&p, at("2026-03-16 08:30"), at("2026-03-16 12:00")));
    assert_false(site_is_open(&p, at("2026-03-16 08:30"), at("2026-03-16 12:01")));
    assert_false(site_is_open(&p, at("2026-03-16 08:29"), at("2026-03-16 09:00")));
    assert_false(site_is_open(&p, at("2026-03-16 11:00"), at("2026-03-16 15:00")));
    assert_false(site_is_open(&p, at("2026-03-16 11:00"), at("2026-03-16 11:00")));
    assert_false(site_is_open(&p, at("2026-10-02 09:00"), at("2026-10-02 10:00")));
    assert_true(site_opening_after(&p, at("2026-03-16 12:00"), &o));
    assert_int_equal(o.from_at, at("2026-03-16 14:00"));
    assert_int_equal(o.to_at, at("2026-03-16 17:30"));
}

/* Minute by minute over a year, beside the plainest way to say it: is the minute in a span of its
 * day, or in the tail of the day before? */
static bool plainly(const struct site_plan *p, int64_t t)
{
    int64_t today = time_day(t), minute = (t - time_day_start(today)) / MS_MINUTE;
    for (int back = 0; back < 2; back++) {
        struct site_day d = site_day_of(p, today - back);
        for (int i = 0; i < d.nspans; i++)
            if (d.spans[i].from <= minute + back * 1440 && minute + back * 1440 < d.spans[i].till)
                return true;
    }
    return false;
}

static void as_the_plain_way(void **state)
{
    struct cx *cx = *state;
    struct site_plan p = plan(cx, "0:00-0:30 8:30-12:00 20:00-1:00", "22:00-24:00", "0:00-3:00",
                              "10:00-10:01", "不开");
    *PUSH(cx->mem, &p.notices) = notice("2026-05-03", "2026-05-09", "23:59-0:01", "试");
    *PUSH(cx->mem, &p.over) = notice("2026-06-01", "2026-06-02", "0:00-9:00", "试");
    int64_t end = at("2026-12-31 00:00"), checked = 0;
    for (int64_t t = at("2026-01-01 00:00"); t < end; t += 7 * MS_MINUTE, checked++) {
        struct site_now now = site_open_now(&p, t);
        if (now.is_open != plainly(&p, t))
            fail_msg("open at %lld?", (long long)t);
        int64_t change = now.is_open ? now.until_at : now.next_at;
        if (change && (change <= t || plainly(&p, change) == now.is_open ||
                       plainly(&p, change - MS_MINUTE) != now.is_open))
            fail_msg("the change after %lld", (long long)t);
    }
    assert_true(checked > 70000);
}

/* ---- what people type and read ---- */

static void typed_hours(void **state)
{
    struct cx *cx = *state;
    static const struct {
        const char *typed, *text;
    } good[] = {{"8:30-12:00 14:00-17:30", "8:30–12:00，14:00–17:30"},
                {"８：３０－１２：００，１４：００至１７：３０", "8:30–12:00，14:00–17:30"},
                {"8点半到12点、14点到17点30", "8:30–12:00，14:00–17:30"},
                {"08:30 — 20:00", "8:30–20:00"},
                {"9:00-24:00", "9:00–24:00"},
                {"18:00-2:00", "18:00–次日 2:00"},
                {"18:00–次日 2:00", "18:00–次日 2:00"},
                {"8:00 到次日8点", "8:00–次日 8:00"},
                {"0:00-24:00", "全天"},
                {"全天", "全天"},
                {"休", "不开"},
                {"不开", "不开"},
                {"", "照星期"},
                {" 照星期 ", "照星期"}};
    static const char *const bad[] = {"8:30",
                                      "8:30-",
                                      "-12:00",
                                      "8-12",
                                      "8:60-9:00",
                                      "25:00-26:00",
                                      "24:00-25:00",
                                      "8:30-12:00-",
                                      "上午",
                                      "8:30-12:00 11:00-13:00",
                                      "12:00-9:00 8:00-9:00",
                                      "9:00-10:00 10:30-11:00 11:30-12:00 12:30-13:00 13:30-14:00",
                                      "99999999999999999999:00-1:00",
                                      "8:30-12:00x",
                                      "\xff\xfe",
                                      "9:00-9:00 9:00-9:00",
                                      "8:00-次日 8:01",
                                      "8:00-次 9:00"};
    for (size_t i = 0; i < COUNT(good); i++) {
        struct site_day d, again;
        if (!site_day_read(str_c(good[i].typed), true, &d))
            fail_msg("cannot be read: %s", good[i].typed);
        if (!str_is(site_day_text(cx, &d), good[i].text))
            fail_msg("%s: %.*s", good[i].typed, STR(site_day_text(cx, &d)));
        assert_true(site_day_load(site_day_stored(cx, &d), &again));
        again.as_weekday = d.as_weekday;
        assert_memory_equal(&d, &again, sizeof d);
        assert_true(site_day_read(site_day_text(cx, &d), true, &again));
        assert_memory_equal(&d, &again, sizeof d);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct site_day d;
        if (site_day_read(str_c(bad[i]), true, &d))
            fail_msg("was read: %s", bad[i]);
    }
    struct site_day d;
    assert_false(site_day_read(S(""), false, &d));
    assert_false(site_day_load(S("5-"), &d));
    assert_false(site_day_load(S("600-500"), &d));
}

static void a_week_as_people_say_it(void **state)
{
    struct cx *cx = *state;
    struct site_plan p = office(cx);
    site_line_list lines = {0};
    site_week_lines(cx, &p.week, &lines);
    assert_int_equal(lines.n, 5);
    assert_true(str_is(lines.at[0].days, "周一至周五"));
    assert_true(str_is(lines.at[0].hours, "8:30–12:00，14:00–17:30"));
    assert_true(str_is(lines.at[1].days, "周六"));
    assert_true(str_is(lines.at[2].days, "周日"));
    assert_true(str_is(lines.at[2].hours, "不开"));
    assert_true(str_is(lines.at[3].days, "节假日"));
    assert_true(str_is(lines.at[4].days, "调休上班日"));
    assert_int_equal(site_week_minutes(&p.week), 5 * 7 * 60 + 3 * 60);
    lines.n = 0;
    p = plan(cx, "9:00-20:00", "9:00-20:00", "9:00-20:00", "照星期", "照星期");
    site_week_lines(cx, &p.week, &lines);
    assert_int_equal(lines.n, 1);
    assert_true(str_is(lines.at[0].days, "每天"));
    lines.n = 0;
    p = plan(cx, "9:00-20:00", "10:00-18:00", "10:00-18:00", "照星期", "照星期");
    site_week_lines(cx, &p.week, &lines);
    assert_true(str_is(lines.at[1].days, "周六、周日"));
}

static void several_days(void **state)
{
    struct cx *cx = *state;
    static const struct {
        const char *from, *to, *text;
    } days[] = {{"2026-12-03", "2026-12-03", "12 月 3 日 周四"},
                {"2026-12-03", "2026-12-05", "12 月 3 日 周四至 5 日 周六"},
                {"2026-11-30", "2026-12-01", "11 月 30 日 周一至 12 月 1 日 周二"},
                {"2026-12-31", "2027-01-01", "2026 年 12 月 31 日 周四至 2027 年 1 月 1 日 周五"},
                {"2027-01-04", "2027-01-04", "2027 年 1 月 4 日 周一"}};
    for (size_t i = 0; i < COUNT(days); i++) {
        struct str got = site_days_text(cx, on(days[i].from), on(days[i].to));
        if (!str_is(got, days[i].text))
            fail_msg("%.*s, not %s", STR(got), days[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAIN(an_ordinary_day),
        PLAIN(nobody_entered_hours),
        PLAIN(holidays_and_days_worked),
        PLAIN(days_of_its_own),
        PLAIN(over_midnight),
        PLAIN(always_open),
        PLAIN(closed_by_notice),
        PLAIN(a_part_within_its_house),
        PLAIN(open_all_the_way),
        PLAIN(as_the_plain_way),
        PLAIN(typed_hours),
        PLAIN(a_week_as_people_say_it),
        PLAIN(several_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
