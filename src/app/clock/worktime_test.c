/* worktime_test -- hand-checked dates, then random ones against a model that walks minute by
 * minute. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/clock/worktime.h"
#include "calendar_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define SEED   UINT64_C(20240209)

enum {
    CASES = 10000,     /* of every random test */
    MODEL_YEARS = 140, /* the model knows 1970..2109 */
    MODEL_DAYS = MODEL_YEARS * 366,
    PAUSES = 4
};

/* What all tests share; `work` is the model's own calendar, made by walking from 1970 on. */
struct fixture {
    struct worktime cal;
    uint8_t work[MODEL_DAYS];
    struct worktime_span spans[WORKTIME_SPANS_MAX];
    int span_count;
    uint64_t random;
};

static int month_length(int year, int month)
{
    if (month == 2)
        return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Beijing wall clock to instant, by counting days. */
static int64_t at(int year, int month, int day, int hour, int minute)
{
    int64_t days = day - 1;
    for (int y = 1970; y < year; y++)
        days += month_length(y, 2) == 29 ? 366 : 365;
    for (int m = 1; m < month; m++)
        days += month_length(year, m);
    return days * DAY + hour * HOUR + minute * MINUTE - 8 * HOUR;
}

static void model_hours(struct fixture *f, const struct worktime_span *spans, int count)
{
    assert_true(worktime_set_hours(&f->cal, spans, (size_t)count));
    memcpy(f->spans, spans, (size_t)count * sizeof *spans);
    f->span_count = count;
}

static uint8_t model_kind(int year, int month, int day, int weekday)
{
    for (size_t i = 0; i < sizeof calendar_table / sizeof *calendar_table; i++)
        if (calendar_table[i].year == year && calendar_table[i].month == month &&
            calendar_table[i].day == day)
            return (uint8_t)calendar_table[i].work;
    return weekday < 5;
}

static void model_init(struct fixture *f)
{
    static const struct worktime_span hours[] = {{510, 720}, {840, 1050}};
    worktime_default(&f->cal);
    model_hours(f, hours, 2);
    f->random = SEED;
    int i = 0, weekday = 3; /* 1970-01-01 was a Thursday */
    for (int y = 1970; y < 1970 + MODEL_YEARS; y++)
        for (int m = 1; m <= 12; m++)
            for (int d = 1; d <= month_length(y, m); d++, weekday = (weekday + 1) % 7)
                f->work[i++] = model_kind(y, m, d, weekday);
}

/* ---- the model: no arithmetic cleverer than a step ---- */

/* Is the minute that begins at `t` worked? */
static bool model_is_work(const struct fixture *f, int64_t t)
{
    int64_t minute = t / MINUTE + 8 * 60;
    if (!f->work[minute / 1440])
        return false;
    for (int i = 0; i < f->span_count; i++)
        if (minute % 1440 >= f->spans[i].from && minute % 1440 < f->spans[i].till)
            return true;
    return false;
}

static int64_t model_between(const struct fixture *f, int64_t a, int64_t b)
{
    int64_t total = 0;
    for (int64_t t = a - a % MINUTE; t < b; t += MINUTE)
        if (model_is_work(f, t))
            total += (t + MINUTE < b ? t + MINUTE : b) - (t > a ? t : a);
    return total;
}

static int64_t model_add(const struct fixture *f, int64_t a, int64_t work_ms)
{
    for (int64_t t = a - a % MINUTE; work_ms > 0; t += MINUTE) {
        if (!model_is_work(f, t))
            continue;
        int64_t from = t > a ? t : a;
        if (work_ms <= t + MINUTE - from)
            return from + work_ms;
        work_ms -= t + MINUTE - from;
    }
    return a;
}

/* The end of day `day` (its close of business, or midnight); 0 if the unit has none there. */
static int64_t model_end(const struct fixture *f, int64_t day, bool work)
{
    if (!work)
        return (day + 1) * DAY - 8 * HOUR;
    return f->work[day] ? day * DAY - 8 * HOUR + f->spans[f->span_count - 1].till * MINUTE : 0;
}

/* Ends of days in (a, b]. */
static int64_t model_ends(const struct fixture *f, int64_t a, int64_t b, bool work)
{
    int64_t n = 0;
    for (int64_t day = (a + 8 * HOUR) / DAY - 1; day <= (b + 8 * HOUR) / DAY; day++) {
        int64_t end = model_end(f, day, work);
        n += end > a && end <= b;
    }
    return n;
}

/* The n-th end of a day after `a`; its own day is left out if `skip`. */
static int64_t model_nth_end(const struct fixture *f, int64_t a, int64_t n, bool work, bool skip)
{
    for (int64_t day = (a + 8 * HOUR) / DAY + skip;; day++)
        if (model_end(f, day, work) > a && --n == 0)
            return model_end(f, day, work);
}

static int64_t model_due(const struct fixture *f, int64_t start, struct limit limit)
{
    switch (limit.unit) {
    case LIMIT_MINUTES:
        return start + limit.amount * MINUTE;
    case LIMIT_HOURS:
        return start + limit.amount * HOUR;
    case LIMIT_WORK_HOURS:
        return model_add(f, start, limit.amount * HOUR);
    default:
        return model_nth_end(f, start, limit.amount, limit.unit == LIMIT_WORK_DAYS, true);
    }
}

/* What was left at the pause is left at the resumption. */
static int64_t model_resume(const struct fixture *f, int64_t due, int64_t pause, int64_t resume,
                            enum limit_unit unit)
{
    if (unit == LIMIT_MINUTES || unit == LIMIT_HOURS)
        return resume + (due - pause);
    if (unit == LIMIT_WORK_HOURS)
        return model_add(f, resume, model_between(f, pause, due));
    bool work = unit == LIMIT_WORK_DAYS;
    return model_nth_end(f, resume, model_ends(f, pause, due, work), work, false);
}

/* ---- random ---- */

/* splitmix64, 0 .. below-1 */
static int64_t dice(struct fixture *f, int64_t below)
{
    uint64_t z = (f->random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (int64_t)((z ^ (z >> 31)) % (uint64_t)below);
}

/* 2016..2029, two years before and three after the table; often on an edge of the day. */
static int64_t any_time(struct fixture *f)
{
    int64_t day = at(2016, 1, 1, 0, 0) + dice(f, 14 * 365) * DAY;
    const struct worktime_span *s = &f->spans[dice(f, f->span_count)];
    switch (dice(f, 6)) {
    case 0:
        return day + s->from * MINUTE - dice(f, 2);
    case 1:
        return day + s->till * MINUTE - dice(f, 2);
    case 2:
        return day - dice(f, 2);
    default:
        return day + dice(f, DAY);
    }
}

/* Mostly short, sometimes weeks, so that the model stays quick. */
static int64_t any_length(struct fixture *f)
{
    return dice(f, dice(f, 8) == 0 ? 25 * DAY : dice(f, 2) == 0 ? 3 * DAY : 6 * HOUR);
}

static void any_hours(struct fixture *f)
{
    static const struct worktime_span two[] = {{510, 720}, {840, 1050}}, round[] = {{0, 1440}},
                                      four[] = {{0, 1}, {420, 700}, {700, 715}, {1380, 1440}};
    switch (dice(f, 4)) {
    case 0:
        model_hours(f, round, 1);
        break;
    case 1:
        model_hours(f, four, 4);
        break;
    default:
        model_hours(f, two, 2);
    }
}

static struct limit any_limit(struct fixture *f)
{
    static const int most[] = {3000, 100, 30, 15, 15};
    enum limit_unit unit = (enum limit_unit)dice(f, 5);
    return (struct limit){1 + (int)dice(f, most[unit]), unit};
}

/* Fails with the two numbers that made the case, for a debugger's sake. */
static void same(int64_t got, int64_t want, const char *what, int64_t x, int64_t y)
{
    if (got != want)
        fail_msg("%s (%lld, %lld): got %lld, want %lld", what, (long long)x, (long long)y,
                 (long long)got, (long long)want);
}

static void random_hours_agree_with_minute_steps(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < CASES; i++) {
        any_hours(f);
        int64_t a = any_time(f), b = a + any_length(f), t = any_time(f);
        same(worktime_between(&f->cal, a, b), model_between(f, a, b), "between", a, b);
        same(worktime_between(&f->cal, b, a), -model_between(f, a, b), "backwards", b, a);
        same(worktime_is_work(&f->cal, t), model_is_work(f, t), "is_work", t, 0);
        int64_t work_ms = any_length(f) / 4;
        int64_t end = worktime_add(&f->cal, a, work_ms);
        same(end, model_add(f, a, work_ms), "add", a, work_ms);
        same(worktime_between(&f->cal, a, end), work_ms, "what add adds", a, work_ms);
    }
}

static void random_days_agree_with_day_steps(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < CASES; i++) {
        any_hours(f);
        int64_t a = any_time(f), n = 1 + dice(f, dice(f, 5) == 0 ? 2000 : 30);
        same(worktime_add_days(&f->cal, a, n), model_nth_end(f, a, n, true, true), "add_days", a,
             n);
        same(worktime_is_workday(&f->cal, a), f->work[(a + 8 * HOUR) / DAY], "is_workday", a, 0);
        struct limit limit = any_limit(f);
        same(limit_due(&f->cal, a, limit), model_due(f, a, limit), "limit_due", a, limit.unit);
    }
}

/* Runs a clock through pauses. `level` has the last limit from the start, `raised` gets it in
 * the middle; both must end alike. The model tells the due instant as long as that is ahead.
 * Returns whether it was to the end. */
static bool play(struct fixture *f, int64_t start, const int64_t *turns, int pauses,
                 struct limit first, struct limit last)
{
    struct clock raised, level;
    clock_start(&f->cal, &raised, start, first);
    clock_start(&f->cal, &level, start, last);
    int64_t due = model_due(f, start, last);
    bool in_time = true;
    for (int i = 0; i < pauses; i++) {
        int64_t pause = turns[2 * i], resume = turns[2 * i + 1];
        assert_true(clock_pause(&raised, pause));
        assert_true(clock_pause(&level, pause));
        struct clock_state before = clock_state(&f->cal, &level, pause);
        if (in_time)
            same(before.is_overdue, pause >= due, "overdue at the pause", start, pause);
        in_time = in_time && pause < due;
        if (in_time)
            due = model_resume(f, due, pause, resume, last.unit);
        if (i == pauses / 2)
            clock_relimit(&f->cal, &raised, last);
        assert_true(clock_resume(&f->cal, &raised, resume));
        assert_true(clock_resume(&f->cal, &level, resume));
        struct clock_state after = clock_state(&f->cal, &level, resume);
        same(after.is_overdue, before.is_overdue, "a pause changed the verdict", start, pause);
        if (last.unit != LIMIT_WORK_DAYS && last.unit != LIMIT_DAYS)
            same(after.left_ms, before.left_ms, "a pause changed what is left", start, pause);
    }
    if (pauses == 0)
        clock_relimit(&f->cal, &raised, last);
    same(raised.due_at, level.due_at, "relimit is not as from the start", start, last.unit);
    if (in_time)
        same(level.due_at, due, "due after pauses", start, last.unit);
    return in_time;
}

/* Some time after `t`, every third time exactly at a close or midnight. */
static int64_t any_turn(struct fixture *f, int64_t t)
{
    int64_t turn = t + any_length(f) / 2;
    if (dice(f, 3) != 0)
        return turn;
    int64_t midnight = turn - (turn + 8 * HOUR) % DAY;
    int64_t edge = midnight + (dice(f, 3) ? f->spans[f->span_count - 1].till * MINUTE : 0);
    return edge > t ? edge : turn;
}

static void random_clocks_keep_what_was_left(void **state)
{
    struct fixture *f = *state;
    int in_time = 0;
    for (int played = 0; in_time < CASES; played++) {
        assert_true(played < 4 * CASES);
        any_hours(f);
        int64_t start = any_time(f), turns[2 * PAUSES], t = start;
        int pauses = (int)dice(f, PAUSES + 1);
        for (int j = 0; j < 2 * pauses; j++)
            turns[j] = t = any_turn(f, t);
        struct limit first = any_limit(f), last = any_limit(f);
        in_time += play(f, start, turns, pauses, first, last);
    }
}

/* ---- by hand ---- */

static struct fixture *plain(void **state)
{
    static const struct worktime_span hours[] = {{510, 720}, {840, 1050}};
    struct fixture *f = *state;
    model_hours(f, hours, 2);
    return f;
}

static void spring_festival_2024(void **state)
{
    /* Rest 10-17 February; Sunday 4 and Sunday 18 are worked; Friday 9 was a working day. */
    const struct worktime *cal = &plain(state)->cal;
    assert_true(worktime_is_workday(cal, at(2024, 2, 4, 0, 0)));
    assert_true(worktime_is_workday(cal, at(2024, 2, 9, 23, 59)));
    for (int day = 10; day <= 17; day++)
        assert_false(worktime_is_workday(cal, at(2024, 2, day, 12, 0)));
    assert_true(worktime_is_workday(cal, at(2024, 2, 18, 12, 0)));
    int64_t friday = at(2024, 2, 9, 16, 30);
    assert_int_equal(worktime_add(cal, friday, HOUR), at(2024, 2, 9, 17, 30));
    assert_int_equal(worktime_add(cal, friday, HOUR + 1), at(2024, 2, 18, 8, 30) + 1);
    assert_int_equal(worktime_add_days(cal, friday, 1), at(2024, 2, 18, 17, 30));
    assert_int_equal(worktime_add_days(cal, friday, 5), at(2024, 2, 22, 17, 30));
    assert_int_equal(worktime_between(cal, friday, at(2024, 2, 18, 9, 0)), HOUR + HOUR / 2);
    assert_int_equal(worktime_between(cal, at(2024, 2, 10, 0, 0), at(2024, 2, 18, 0, 0)), 0);
}

static void national_day_make_up_days(void **state)
{
    /* 2024: rest 1-7 October, Sunday 29 September and Saturday 12 October worked. */
    const struct worktime *cal = &plain(state)->cal;
    int64_t saturday = at(2024, 9, 28, 10, 0);
    assert_int_equal(worktime_add_days(cal, saturday, 1), at(2024, 9, 29, 17, 30));
    assert_int_equal(worktime_add_days(cal, saturday, 2), at(2024, 9, 30, 17, 30));
    assert_int_equal(worktime_add_days(cal, saturday, 3), at(2024, 10, 8, 17, 30));
    assert_int_equal(worktime_add_days(cal, saturday, 7), at(2024, 10, 12, 17, 30));
    assert_int_equal(worktime_add_days(cal, saturday, 8), at(2024, 10, 14, 17, 30));
    /* 2023: rest 29 September - 6 October, Saturday 7 and Sunday 8 October worked. */
    assert_int_equal(worktime_add_days(cal, at(2023, 9, 28, 9, 0), 2), at(2023, 10, 8, 17, 30));
    /* 2020: prolonged by 31 January; Saturday 1 February not worked in the end. */
    assert_int_equal(worktime_add_days(cal, at(2020, 1, 23, 9, 0), 1), at(2020, 2, 3, 17, 30));
}

static void edges_of_a_day(void **state)
{
    const struct worktime *cal = &plain(state)->cal;
    assert_false(worktime_is_work(cal, at(2024, 3, 12, 8, 30) - 1));
    assert_true(worktime_is_work(cal, at(2024, 3, 12, 8, 30)));
    assert_true(worktime_is_work(cal, at(2024, 3, 12, 12, 0) - 1));
    assert_false(worktime_is_work(cal, at(2024, 3, 12, 12, 0)));
    assert_false(worktime_is_work(cal, at(2024, 3, 12, 17, 30)));
    int64_t t = at(2024, 3, 12, 11, 0);
    assert_int_equal(worktime_add(cal, t, 0), t);
    assert_int_equal(worktime_add(cal, t, -5), t);
    assert_int_equal(worktime_add_days(cal, t, 0), t);
    assert_int_equal(worktime_add(cal, t, HOUR), at(2024, 3, 12, 12, 0));
    assert_int_equal(worktime_add(cal, at(2024, 3, 12, 12, 0), 1), at(2024, 3, 12, 14, 0) + 1);
    assert_int_equal(worktime_add(cal, t, 7 * HOUR), at(2024, 3, 13, 11, 0));
}

static void start_in_a_weekend(void **state)
{
    const struct worktime *cal = &plain(state)->cal;
    int64_t saturday = at(2024, 3, 9, 10, 0);
    assert_int_equal(worktime_add(cal, saturday, 2 * HOUR), at(2024, 3, 11, 10, 30));
    assert_int_equal(worktime_add_days(cal, saturday, 1), at(2024, 3, 11, 17, 30));
    /* Monday, before, in and after hours: the day of the start is not counted. */
    assert_int_equal(worktime_add_days(cal, at(2024, 3, 11, 0, 0), 1), at(2024, 3, 12, 17, 30));
    assert_int_equal(worktime_add_days(cal, at(2024, 3, 11, 10, 0), 1), at(2024, 3, 12, 17, 30));
    assert_int_equal(worktime_add_days(cal, at(2024, 3, 11, 20, 0), 1), at(2024, 3, 12, 17, 30));
}

static void the_units_of_a_limit(void **state)
{
    const struct worktime *cal = &plain(state)->cal;
    int64_t friday = at(2024, 3, 8, 17, 0);
    assert_int_equal(limit_due(cal, friday, (struct limit){30, LIMIT_MINUTES}),
                     at(2024, 3, 8, 17, 30));
    assert_int_equal(limit_due(cal, friday, (struct limit){24, LIMIT_HOURS}),
                     at(2024, 3, 9, 17, 0));
    assert_int_equal(limit_due(cal, friday, (struct limit){4, LIMIT_WORK_HOURS}),
                     at(2024, 3, 11, 12, 0));
    assert_int_equal(limit_due(cal, friday, (struct limit){5, LIMIT_WORK_DAYS}),
                     at(2024, 3, 15, 17, 30));
    assert_int_equal(limit_due(cal, friday, (struct limit){7, LIMIT_DAYS}), at(2024, 3, 16, 0, 0));
    assert_int_equal(limit_due(cal, friday, (struct limit){0, LIMIT_DAYS}), friday);
}

static void year_end(void **state)
{
    const struct worktime *cal = &plain(state)->cal;
    /* 2024-12-31 is a Tuesday, New Year's Day rests, Thursday is worked. */
    int64_t t = at(2024, 12, 31, 17, 0);
    assert_int_equal(worktime_add(cal, t, HOUR), at(2025, 1, 2, 9, 0));
    assert_int_equal(worktime_add_days(cal, t, 1), at(2025, 1, 2, 17, 30));
    /* 2018: Saturday 29 December is worked, 30 December - 1 January rest. */
    assert_int_equal(worktime_add_days(cal, at(2018, 12, 28, 9, 0), 2), at(2019, 1, 2, 17, 30));
    /* Across the far edge of the table: 2027-01-01, a Friday, counts as worked until announced. */
    assert_int_equal(worktime_add_days(cal, at(2026, 12, 31, 9, 0), 1), at(2027, 1, 1, 17, 30));
    assert_true(worktime_is_known(cal, at(2026, 12, 31, 23, 59)));
    assert_false(worktime_is_known(cal, at(2027, 1, 1, 0, 0)));
    /* Across the near edge: 2017-12-29 was a Friday, 2018-01-01 a Monday at rest. */
    assert_int_equal(worktime_add_days(cal, at(2017, 12, 29, 9, 0), 1), at(2018, 1, 2, 17, 30));
}

static void years_outside_the_table(void **state)
{
    const struct worktime *cal = &plain(state)->cal;
    /* 2049-10-01 is a Friday; nobody has announced that it rests. */
    assert_int_equal(worktime_add_days(cal, at(2049, 9, 30, 9, 0), 2), at(2049, 10, 4, 17, 30));
    assert_int_equal(worktime_add_days(cal, at(1999, 12, 31, 9, 0), 1), at(2000, 1, 3, 17, 30));
    /* Before 1970: 1969-12-31 was a Wednesday, 1900-01-01 (25567 days earlier) a Monday. */
    assert_int_equal(worktime_add_days(cal, at(1970, 1, 1, 9, 0) - DAY, 1), at(1970, 1, 1, 17, 30));
    int64_t monday = at(1970, 1, 1, 9, 0) - 25567 * DAY;
    assert_int_equal(worktime_add_days(cal, monday, 5), monday + 7 * DAY + 8 * HOUR + HOUR / 2);
    assert_int_equal(worktime_add(cal, monday, 7 * HOUR), monday + DAY);
    /* From one side to the other: whole weeks less what the table takes away. */
    int64_t a = at(2017, 1, 2, 0, 0), b = at(2028, 1, 3, 0, 0); /* Mondays, 574 weeks */
    int64_t lost = 0;
    for (size_t i = 0; i < sizeof calendar_table / sizeof *calendar_table; i++)
        lost += calendar_table[i].work ? -1 : 1;
    assert_int_equal(b - a, 574 * 7 * DAY);
    assert_int_equal(worktime_between(cal, a, b), (574 * 5 - lost) * 7 * HOUR);
}

/* Statutory days: 11 a year, 13 since 2025; 2020 rested two more (31 January, 1 February). */
static void the_table_adds_up(void **state)
{
    (void)state;
    int lost[CALENDAR_LAST_YEAR + 1] = {0};
    for (size_t i = 0; i < sizeof calendar_table / sizeof *calendar_table; i++)
        lost[calendar_table[i].year] += calendar_table[i].work ? -1 : 1;
    for (int year = 2018; year <= 2026; year++)
        assert_int_equal(lost[year], year == 2020 || year >= 2025 ? 13 : 11);
}

static void nothing_overflows(void **state)
{
    const struct worktime *cal = &plain(state)->cal;
    static const int64_t times[] = {INT64_MIN, INT64_MIN + 1, -1, 0, INT64_MAX - 1, INT64_MAX};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        worktime_is_work(cal, times[i]);
        for (size_t j = 0; j < sizeof times / sizeof *times; j++) {
            worktime_between(cal, times[i], times[j]);
            worktime_add(cal, times[i], times[j]);
            worktime_add_days(cal, times[i], times[j]);
            struct clock c;
            for (int unit = LIMIT_MINUTES; unit <= LIMIT_DAYS; unit++) {
                clock_start(cal, &c, times[i], (struct limit){INT32_MAX, (enum limit_unit)unit});
                clock_pause(&c, times[j]);
                clock_resume(cal, &c, INT64_MAX);
                clock_state(cal, &c, times[j]);
                clock_relimit(cal, &c, (struct limit){INT32_MIN, (enum limit_unit)unit});
            }
        }
    }
    assert_true(worktime_add(cal, 0, INT64_MAX) > at(9000, 1, 1, 0, 0));
}

static void a_pause_over_a_holiday(void **state)
{
    const struct worktime *cal = &plain(state)->cal;
    struct clock c;
    /* 5 working days from Monday 5 February 2024: 6 7 8 9 18. */
    clock_start(cal, &c, at(2024, 2, 5, 10, 0), (struct limit){5, LIMIT_WORK_DAYS});
    assert_int_equal(c.due_at, at(2024, 2, 18, 17, 30));
    /* Asked back on Thursday 8th at 15:00, answered on Sunday 18th at 9:00: the closes of the 8th
     * and the 9th fell into the pause, so two working days later. */
    assert_true(clock_pause(&c, at(2024, 2, 8, 15, 0)));
    assert_false(clock_pause(&c, at(2024, 2, 9, 15, 0)));
    assert_true(clock_state(cal, &c, at(2024, 3, 30, 9, 0)).is_paused);
    assert_false(clock_state(cal, &c, at(2024, 3, 30, 9, 0)).is_overdue);
    assert_true(clock_resume(cal, &c, at(2024, 2, 18, 9, 0)));
    assert_false(clock_resume(cal, &c, at(2024, 2, 19, 9, 0)));
    assert_int_equal(c.due_at, at(2024, 2, 20, 17, 30));
    /* The same pause in other units. */
    clock_relimit(cal, &c, (struct limit){28, LIMIT_WORK_HOURS}); /* 24 before, 4 after */
    assert_int_equal(c.due_at, at(2024, 2, 18, 15, 0));
    clock_relimit(cal, &c, (struct limit){10, LIMIT_DAYS}); /* 15th, ten midnights paused */
    assert_int_equal(c.due_at, at(2024, 2, 26, 0, 0));
    clock_relimit(cal, &c, (struct limit){96, LIMIT_HOURS}); /* 9th 10:00 + 9 days 18 hours */
    assert_int_equal(c.due_at, at(2024, 2, 19, 4, 0));
}

static void a_pause_within_one_day_moves_no_day(void **state)
{
    const struct worktime *cal = &plain(state)->cal;
    struct clock c;
    clock_start(cal, &c, at(2024, 3, 11, 10, 0), (struct limit){1, LIMIT_WORK_DAYS});
    clock_pause(&c, at(2024, 3, 12, 9, 0));
    clock_resume(cal, &c, at(2024, 3, 12, 17, 0));
    assert_int_equal(c.due_at, at(2024, 3, 12, 17, 30));
    struct clock_state s = clock_state(cal, &c, at(2024, 3, 12, 17, 0));
    assert_false(s.is_overdue);
    assert_int_equal(s.left_ms, HOUR / 2);
    /* But over the close: a working day later, else it would be late on its return. */
    clock_pause(&c, at(2024, 3, 12, 17, 0));
    clock_resume(cal, &c, at(2024, 3, 12, 20, 0));
    assert_int_equal(c.due_at, at(2024, 3, 13, 17, 30));
}

static void late_stays_late(void **state)
{
    const struct worktime *cal = &plain(state)->cal;
    struct clock c;
    clock_start(cal, &c, at(2024, 3, 11, 10, 0), (struct limit){1, LIMIT_WORK_DAYS});
    assert_false(clock_state(cal, &c, at(2024, 3, 12, 17, 30) - 1).is_overdue);
    assert_true(clock_state(cal, &c, at(2024, 3, 12, 17, 30)).is_overdue);
    clock_pause(&c, at(2024, 3, 12, 18, 0));
    clock_resume(cal, &c, at(2024, 3, 15, 18, 0));
    assert_true(clock_state(cal, &c, at(2024, 3, 15, 18, 0)).is_overdue);
    /* Paused at the very due instant: nothing was left, nothing is given. */
    clock_start(cal, &c, at(2024, 3, 11, 10, 0), (struct limit){1, LIMIT_WORK_DAYS});
    clock_pause(&c, at(2024, 3, 12, 17, 30));
    clock_resume(cal, &c, at(2024, 3, 13, 9, 0));
    assert_int_equal(c.due_at, at(2024, 3, 12, 17, 30));
    /* Natural hours: overdue by one hour before the pause and after it. */
    clock_start(cal, &c, at(2024, 3, 11, 10, 0), (struct limit){2, LIMIT_HOURS});
    clock_pause(&c, at(2024, 3, 11, 13, 0));
    assert_int_equal(clock_state(cal, &c, at(2024, 3, 14, 0, 0)).left_ms, -HOUR);
    clock_resume(cal, &c, at(2024, 3, 11, 20, 0));
    assert_int_equal(clock_state(cal, &c, at(2024, 3, 11, 20, 0)).left_ms, -HOUR);
    /* A higher level with more time, from the start and without the pause. */
    clock_relimit(cal, &c, (struct limit){5, LIMIT_HOURS});
    assert_int_equal(c.due_at, at(2024, 3, 11, 22, 0));
    /* Due at once is due at once, however long the pause. */
    clock_relimit(cal, &c, (struct limit){0, LIMIT_WORK_DAYS});
    assert_int_equal(c.due_at, c.started_at);
}

static void clock_going_backwards(void **state)
{
    const struct worktime *cal = &plain(state)->cal;
    struct clock c;
    clock_start(cal, &c, at(2024, 3, 11, 10, 0), (struct limit){2, LIMIT_HOURS});
    clock_pause(&c, at(2024, 3, 11, 9, 0));
    assert_int_equal(c.paused_at, at(2024, 3, 11, 10, 0));
    clock_resume(cal, &c, at(2024, 3, 11, 8, 0));
    assert_int_equal(c.due_at, at(2024, 3, 11, 12, 0));
}

static void marking_a_new_year(void **state)
{
    struct fixture *f = plain(state);
    struct worktime *cal = &f->cal;
    struct clock c;
    clock_start(cal, &c, at(2026, 12, 31, 9, 0), (struct limit){1, LIMIT_WORK_DAYS});
    assert_false(worktime_mark(cal, 2028, 1, 1, false)); /* not before 2027 */
    assert_false(worktime_mark(cal, 2017, 12, 31, true));
    assert_false(worktime_mark(cal, 2027, 2, 29, true));
    assert_false(worktime_mark(cal, 2027, 13, 1, true));
    assert_false(worktime_mark(cal, 2027, 0, 1, true));
    assert_false(worktime_mark(cal, 2027, 1, 0, true));
    assert_false(worktime_is_known(cal, at(2027, 6, 1, 0, 0)));
    assert_true(worktime_mark(cal, 2027, 1, 1, false));
    assert_true(worktime_is_known(cal, at(2027, 12, 31, 23, 0)));
    assert_false(worktime_is_known(cal, at(2028, 1, 1, 0, 0)));
    clock_relimit(cal, &c, c.limit);
    assert_int_equal(c.due_at, at(2027, 1, 4, 17, 30));
    assert_true(worktime_mark(cal, 2024, 2, 29, false));
    assert_false(worktime_is_workday(cal, at(2024, 2, 29, 9, 0)));
    assert_true(worktime_is_workday(cal, at(2024, 3, 1, 9, 0)));
    int year = 2027;
    while (worktime_mark(cal, year + 1, 6, 1, true))
        year++;
    assert_int_equal(year, 2018 + WORKTIME_YEARS_MAX - 1);
    worktime_default(cal); /* as the others want it */
}

static void hours_and_years_that_make_no_sense(void **state)
{
    struct worktime *cal = &plain(state)->cal;
    static const struct worktime_span empty[] = {{510, 510}}, back[] = {{510, 500}},
                                      over[] = {{510, 720}, {719, 800}}, late[] = {{0, 1441}},
                                      early[] = {{-1, 10}},
                                      five[] = {{0, 1}, {2, 3}, {4, 5}, {6, 7}, {8, 9}};
    assert_false(worktime_set_hours(cal, empty, 1));
    assert_false(worktime_set_hours(cal, back, 1));
    assert_false(worktime_set_hours(cal, over, 2));
    assert_false(worktime_set_hours(cal, late, 1));
    assert_false(worktime_set_hours(cal, early, 1));
    assert_false(worktime_set_hours(cal, five, 5));
    assert_false(worktime_set_hours(cal, five, 0));
    assert_int_equal(cal->open_ms, 7 * HOUR);
    assert_false(worktime_init(cal, 1969, 1980));
    assert_false(worktime_init(cal, 2020, 2019));
    assert_false(worktime_init(cal, 2000, 2000 + WORKTIME_YEARS_MAX));
    assert_false(worktime_init(cal, 2000, INT32_MAX));
    assert_true(worktime_init(cal, 2000, 2000));
    assert_true(worktime_is_workday(cal, at(2000, 5, 1, 9, 0))); /* a Monday, nothing marked */
    worktime_default(cal);
}

int main(void)
{
    struct fixture f = {0};
    model_init(&f);
    printf("worktime_test: seed %llu, %d cases of each random test\n", (unsigned long long)SEED,
           (int)CASES);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(the_table_adds_up, &f),
        cmocka_unit_test_prestate(edges_of_a_day, &f),
        cmocka_unit_test_prestate(spring_festival_2024, &f),
        cmocka_unit_test_prestate(national_day_make_up_days, &f),
        cmocka_unit_test_prestate(start_in_a_weekend, &f),
        cmocka_unit_test_prestate(the_units_of_a_limit, &f),
        cmocka_unit_test_prestate(year_end, &f),
        cmocka_unit_test_prestate(years_outside_the_table, &f),
        cmocka_unit_test_prestate(nothing_overflows, &f),
        cmocka_unit_test_prestate(a_pause_over_a_holiday, &f),
        cmocka_unit_test_prestate(a_pause_within_one_day_moves_no_day, &f),
        cmocka_unit_test_prestate(late_stays_late, &f),
        cmocka_unit_test_prestate(clock_going_backwards, &f),
        cmocka_unit_test_prestate(marking_a_new_year, &f),
        cmocka_unit_test_prestate(hours_and_years_that_make_no_sense, &f),
        cmocka_unit_test_prestate(random_hours_agree_with_minute_steps, &f),
        cmocka_unit_test_prestate(random_days_agree_with_day_steps, &f),
        cmocka_unit_test_prestate(random_clocks_keep_what_was_left, &f),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
