/* worktime -- the arithmetic behind worktime.h; the calendar's facts are in calendar.tsv. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/clock/worktime.h"
#include "calendar_table.h" /* made from calendar.tsv by tools/calendar2c */

#define MINUTE_MS  INT64_C(60000)
#define HOUR_MS    (60 * MINUTE_MS)
#define DAY_MS     (24 * HOUR_MS)
#define BEIJING_MS (8 * HOUR_MS)

/* No instant we meet is further from 1970 than 8000 years; products below stay far from overflow.
 */
#define DAYS_MAX INT64_C(2922000)
#define TIME_MAX (DAYS_MAX * DAY_MS)

_Static_assert(CALENDAR_LAST_YEAR - CALENDAR_FIRST_YEAR < WORKTIME_YEARS_MAX,
               "calendar.tsv holds more years than a calendar");
_Static_assert(WORKTIME_DAYS_MAX <= UINT16_MAX, "before[] counts in 16 bits");

static const struct worktime_span default_hours[] = {{8 * 60 + 30, 12 * 60},
                                                     {14 * 60, 17 * 60 + 30}};

static int64_t clamp(int64_t x, int64_t most)
{
    return x > most ? most : x < -most ? -most : x;
}

/* Division that rounds down; before 1970 C's own rounds up. `by` > 0. */
static int64_t floor_div(int64_t x, int64_t by)
{
    return x / by - (x % by < 0);
}

static int64_t day_of(int64_t t)
{
    return floor_div(clamp(t, TIME_MAX) + BEIJING_MS, DAY_MS);
}

/* Beijing midnight at which `day` begins. */
static int64_t midnight(int64_t day)
{
    return clamp(day, 2 * DAYS_MAX) * DAY_MS - BEIJING_MS;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* 1 January of a year since 1970. */
static int32_t new_year(int year)
{
    int y = year - 1;
    return 365 * (year - 1970) + (y / 4 - y / 100 + y / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400);
}

/* ---- working days as ranks ----
 *
 * rank(day) = number of working days before `day`, counted from a Monday before 1970 (negative
 * earlier). nth(k) is its inverse: the working day with k working days before it. In the table the
 * rank comes from before[], outside it from whole weeks.
 */

/* Monday-Friday days before `day`. 1969-12-29, day -3, is a Monday. */
static int64_t week_rank(int64_t day)
{
    int64_t week = floor_div(day + 3, 7);
    int64_t weekday = day + 3 - 7 * week;
    return 5 * week + (weekday < 5 ? weekday : 5);
}

static int64_t week_nth(int64_t k)
{
    int64_t week = floor_div(k, 5);
    return 7 * week + (k - 5 * week) - 3;
}

static int64_t rank(const struct worktime *cal, int64_t day)
{
    int64_t i = day - cal->first_day;
    if (i <= 0)
        return week_rank(day);
    int64_t base = week_rank(cal->first_day);
    if (i <= cal->days)
        return base + cal->before[i];
    return base + cal->before[cal->days] + week_rank(day) - week_rank(cal->first_day + cal->days);
}

static int64_t nth(const struct worktime *cal, int64_t k)
{
    int64_t in_table = k - week_rank(cal->first_day);
    if (in_table < 0)
        return week_nth(k);
    int64_t past_table = in_table - cal->before[cal->days];
    if (past_table >= 0)
        return week_nth(week_rank(cal->first_day + cal->days) + past_table);
    int32_t low = 0, high = cal->days - 1; /* the first i with before[i + 1] > in_table */
    while (low < high) {
        int32_t mid = low + (high - low) / 2;
        if (cal->before[mid + 1] > in_table)
            high = mid;
        else
            low = mid + 1;
    }
    return cal->first_day + low;
}

static bool is_workday(const struct worktime *cal, int64_t day)
{
    return rank(cal, day + 1) > rank(cal, day);
}

/* Close of business on a working day. */
static int64_t close_of(const struct worktime *cal, int64_t day)
{
    return midnight(day) + cal->spans[cal->span_count - 1].till * MINUTE_MS;
}

/* Working time up to `t`, counted from the Monday of rank 0. */
static int64_t work_until(const struct worktime *cal, int64_t t)
{
    int64_t day = day_of(t);
    int64_t total = rank(cal, day) * cal->open_ms;
    if (!is_workday(cal, day))
        return total;
    int64_t in_day = clamp(t, TIME_MAX) - midnight(day);
    for (int32_t i = 0; i < cal->span_count; i++) {
        int64_t from = cal->spans[i].from * MINUTE_MS, till = cal->spans[i].till * MINUTE_MS;
        if (in_day > from)
            total += (in_day < till ? in_day : till) - from;
    }
    return total;
}

/* Closes of business up to and including `t`, as a rank. */
static int64_t closes_until(const struct worktime *cal, int64_t t)
{
    int64_t day = day_of(t);
    bool is_closed = is_workday(cal, day) && clamp(t, TIME_MAX) >= close_of(cal, day);
    return rank(cal, day) + is_closed;
}

/* ---- making a calendar ---- */

static void count_from(struct worktime *cal, int32_t i)
{
    for (; i < cal->days; i++)
        cal->before[i + 1] = (uint16_t)(cal->before[i] + cal->work[i]);
}

/* Appends one year, Monday to Friday. */
static bool add_year(struct worktime *cal, int year)
{
    int32_t from = cal->days, more = 365 + is_leap(year);
    if (from + more > WORKTIME_DAYS_MAX)
        return false;
    for (int32_t i = from; i < from + more; i++) {
        int64_t day = cal->first_day + i;
        cal->work[i] = week_rank(day + 1) > week_rank(day);
    }
    cal->days += more;
    count_from(cal, from);
    return true;
}

bool worktime_init(struct worktime *cal, int first_year, int last_year)
{
    if (first_year < 1970 || last_year < first_year || last_year > 9000 ||
        last_year - first_year >= WORKTIME_YEARS_MAX)
        return false;
    cal->first_day = new_year(first_year);
    cal->days = 0;
    cal->before[0] = 0;
    for (int year = first_year; year <= last_year; year++)
        add_year(cal, year);
    return worktime_set_hours(cal, default_hours, sizeof default_hours / sizeof *default_hours);
}

/* Sets a day of the table without counting anew; -1 when the table does not reach so far. */
static int32_t set_day(struct worktime *cal, int year, int month, int day, bool work)
{
    static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1970 || year > 9000 || month < 1 || month > 12 || day < 1 ||
        day > lengths[month - 1] + (month == 2 && is_leap(year)))
        return -1;
    int32_t i = new_year(year) - cal->first_day;
    if (i < 0 || i > cal->days || (i == cal->days && !add_year(cal, year)))
        return -1;
    for (int m = 1; m < month; m++)
        i += lengths[m - 1] + (m == 2 && is_leap(year));
    i += day - 1;
    cal->work[i] = work;
    return i;
}

const char *worktime_name(int year, int month, int day)
{
    for (size_t i = 0; i < sizeof calendar_table / sizeof *calendar_table; i++)
        if (calendar_table[i].year == year && calendar_table[i].month == month &&
            calendar_table[i].day == day)
            return calendar_table[i].name;
    return 0;
}

bool worktime_mark(struct worktime *cal, int year, int month, int day, bool work)
{
    int32_t i = set_day(cal, year, month, day, work);
    if (i >= 0)
        count_from(cal, i);
    return i >= 0;
}

void worktime_default(struct worktime *cal)
{
    worktime_init(cal, CALENDAR_FIRST_YEAR, CALENDAR_LAST_YEAR);
    for (size_t i = 0; i < sizeof calendar_table / sizeof *calendar_table; i++)
        set_day(cal, calendar_table[i].year, calendar_table[i].month, calendar_table[i].day,
                calendar_table[i].work);
    count_from(cal, 0);
}

bool worktime_set_hours(struct worktime *cal, const struct worktime_span *spans, size_t count)
{
    if (count < 1 || count > WORKTIME_SPANS_MAX)
        return false;
    int last = 0, minutes = 0;
    for (size_t i = 0; i < count; i++) {
        if (spans[i].from < last || spans[i].till <= spans[i].from || spans[i].till > 24 * 60)
            return false;
        last = spans[i].till;
        minutes += spans[i].till - spans[i].from;
    }
    for (size_t i = 0; i < count; i++)
        cal->spans[i] = spans[i];
    cal->span_count = (int32_t)count;
    cal->open_ms = minutes * MINUTE_MS;
    return true;
}

/* ---- asking it ---- */

bool worktime_is_known(const struct worktime *cal, int64_t t)
{
    int64_t i = day_of(t) - cal->first_day;
    return i >= 0 && i < cal->days;
}

bool worktime_is_workday(const struct worktime *cal, int64_t t)
{
    return is_workday(cal, day_of(t));
}

bool worktime_is_work(const struct worktime *cal, int64_t t)
{
    int64_t at = clamp(t, TIME_MAX);
    return work_until(cal, at + 1) > work_until(cal, at);
}

int64_t worktime_between(const struct worktime *cal, int64_t a, int64_t b)
{
    return work_until(cal, b) - work_until(cal, a);
}

int64_t worktime_add(const struct worktime *cal, int64_t t, int64_t work_ms)
{
    if (work_ms <= 0)
        return t;
    /* The last ms to be worked lies on the day of rank k, `left` ms of working time into it. */
    int64_t last = work_until(cal, t) + clamp(work_ms, TIME_MAX) - 1;
    int64_t k = floor_div(last, cal->open_ms);
    int64_t left = last - k * cal->open_ms + 1;
    int32_t i = 0;
    for (; i < cal->span_count - 1; i++) {
        int64_t length = (cal->spans[i].till - cal->spans[i].from) * MINUTE_MS;
        if (left <= length)
            break;
        left -= length;
    }
    return clamp(midnight(nth(cal, k)) + cal->spans[i].from * MINUTE_MS + left, TIME_MAX);
}

int64_t worktime_add_days(const struct worktime *cal, int64_t t, int64_t n)
{
    if (n <= 0)
        return t;
    int64_t k = rank(cal, day_of(t) + 1) + clamp(n, DAYS_MAX) - 1;
    return clamp(close_of(cal, nth(cal, k)), TIME_MAX);
}

/* ---- limits and clocks ---- */

/* A limit from `start`, put off by what the pauses took in its unit. */
static int64_t due_after(const struct worktime *cal, int64_t start, struct limit limit,
                         const struct clock_pauses *pauses)
{
    int64_t amount = limit.amount, unit_ms = HOUR_MS;
    if (amount <= 0)
        return start;
    switch (limit.unit) {
    case LIMIT_WORK_HOURS:
        return worktime_add(cal, start, amount * HOUR_MS + pauses->work_ms);
    case LIMIT_WORK_DAYS:
        return worktime_add_days(cal, start, amount + pauses->work_days);
    case LIMIT_DAYS:
        return clamp(midnight(day_of(start) + amount + pauses->days + 1), TIME_MAX);
    case LIMIT_MINUTES:
        unit_ms = MINUTE_MS;
        break;
    case LIMIT_HOURS:
        break;
    }
    return clamp(clamp(start, TIME_MAX) + amount * unit_ms + pauses->ms, TIME_MAX);
}

int64_t limit_due(const struct worktime *cal, int64_t start, struct limit limit)
{
    return due_after(cal, start, limit, &(struct clock_pauses){0});
}

void clock_start(const struct worktime *cal, struct clock *c, int64_t now, struct limit limit)
{
    *c = (struct clock){.started_at = now};
    clock_relimit(cal, c, limit);
}

bool clock_pause(struct clock *c, int64_t now)
{
    if (c->paused_at != 0)
        return false;
    c->paused_at = now > c->started_at ? now : c->started_at;
    return true;
}

bool clock_resume(const struct worktime *cal, struct clock *c, int64_t now)
{
    if (c->paused_at == 0)
        return false;
    int64_t from = c->paused_at, till = now > from ? now : from;
    c->pauses.ms += clamp(till, TIME_MAX) - clamp(from, TIME_MAX);
    c->pauses.work_ms += worktime_between(cal, from, till);
    c->pauses.work_days += closes_until(cal, till) - closes_until(cal, from);
    c->pauses.days += day_of(till) - day_of(from);
    c->paused_at = 0;
    clock_relimit(cal, c, c->limit);
    return true;
}

void clock_relimit(const struct worktime *cal, struct clock *c, struct limit limit)
{
    c->limit = limit;
    c->due_at = due_after(cal, c->started_at, limit, &c->pauses);
}

struct clock_state clock_state(const struct worktime *cal, const struct clock *c, int64_t now)
{
    bool is_paused = c->paused_at != 0;
    int64_t at = is_paused ? c->paused_at : now;
    bool in_work = c->limit.unit == LIMIT_WORK_HOURS || c->limit.unit == LIMIT_WORK_DAYS;
    return (struct clock_state){
        .is_paused = is_paused,
        .is_overdue = at >= c->due_at,
        .left_ms = in_work ? worktime_between(cal, at, c->due_at)
                           : clamp(c->due_at, TIME_MAX) - clamp(at, TIME_MAX),
    };
}
