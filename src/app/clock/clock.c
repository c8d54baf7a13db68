/* clock -- builds a community's calendar from its rows; no arithmetic of its own. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/clock/clock.h"
#include "base/time.h"
#include "clock.sql.h"
#include "web/web.h"
#include <pthread.h>

static const struct field day_fields[] = {
    FIELD(struct calendar_day, id, "日", .data = DATA_PUBLIC),
    FIELD(struct calendar_day, is_work, "上班", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct calendar_day, name, "名称", .ask = true, .max = 30, .data = DATA_PUBLIC),
};
const struct shape calendar_day_shape = SHAPE("calendar_day", struct calendar_day, day_fields);

static const char *const units[] = {[LIMIT_MINUTES] = "minutes",
                                    [LIMIT_HOURS] = "hours",
                                    [LIMIT_WORK_HOURS] = "work_hours",
                                    [LIMIT_WORK_DAYS] = "work_days",
                                    [LIMIT_DAYS] = "days"};

bool clock_unit_read(struct str code, enum limit_unit *out)
{
    for (size_t i = 0; i < COUNT(units); i++)
        if (str_is(code, units[i])) {
            *out = (enum limit_unit)i;
            return true;
        }
    return false;
}

size_t clock_hours_read(struct str json, struct worktime_span *out)
{
    int numbers[2 * WORKTIME_SPANS_MAX];
    size_t n = 0;
    int depth = 0;
    for (size_t i = 0; i < json.n; i++) {
        char c = json.p[i];
        if (c == '[')
            depth++;
        else if (c == ']')
            depth--;
        else if (c >= '0' && c <= '9') {
            int v = 0;
            for (; i < json.n && json.p[i] >= '0' && json.p[i] <= '9' && v < 10000; i++)
                v = 10 * v + json.p[i] - '0';
            i--;
            if (n == COUNT(numbers) || depth != 2)
                return 0;
            numbers[n++] = v;
        } else if (c != ',' && c != ' ' && c != '\n')
            return 0;
    }
    if (depth != 0 || n == 0 || n % 2 != 0)
        return 0;
    for (size_t i = 0; i < n; i += 2)
        out[i / 2] =
            (struct worktime_span){.from = (int16_t)numbers[i], .till = (int16_t)numbers[i + 1]};
    return n / 2;
}

static bool is_weekday(int64_t day)
{
    int weekday = time_civil(time_day_start(day)).weekday;
    return weekday >= 1 && weekday <= 5;
}

/* A calendar grows by whole years, one after the other: those that nobody has entered are worked
 * Monday to Friday. */
static void mark(struct worktime *cal, int64_t day, bool is_work)
{
    struct civil c = time_civil(time_day_start(day));
    struct civil last = time_civil(time_day_start(cal->first_day + cal->days - 1));
    for (int year = last.year + 1; year < c.year; year++)
        worktime_mark(cal, year, 1, 1, is_weekday(time_day(time_of(year, 1, 1, 12, 0))));
    worktime_mark(cal, c.year, c.month, c.day, is_work);
}

static const struct calendar_change *change_of(const calendar_change_list *changes, int64_t day)
{
    for (size_t i = 0; changes && i < changes->n; i++)
        if (changes->at[i].day == day)
            return &changes->at[i];
    return NULL;
}

/* The calendar of the program's table: 44 KiB, worked out once and read by all threads. */
static struct worktime of_table;

static void make(void)
{
    worktime_default(&of_table);
}

static const struct worktime *table_calendar(void)
{
    static pthread_once_t made = PTHREAD_ONCE_INIT;
    pthread_once(&made, make);
    return &of_table;
}

enum err clock_calendar(struct cx *cx, const struct worktime **out)
{
    return clock_calendar_if(cx, NULL, out);
}

enum err clock_calendar_if(struct cx *cx, const calendar_change_list *changes,
                           const struct worktime **out)
{
    struct calendar_day hours;
    calendar_day_list days = {0};
    struct worktime_span spans[WORKTIME_SPANS_MAX];
    bool found;
    *out = table_calendar();
    TRY(db_find(cx, &clock_sql_hours, &calendar_day_shape, &hours, &found, NO_ARGS));
    size_t n = found ? clock_hours_read(hours.name, spans) : 0;
    TRY(clock_days(cx, &days));
    if (!n && !days.n && !changes)
        return OK;
    struct worktime *cal = NEW(cx->mem, struct worktime);
    *cal = **out;
    if (n)
        worktime_set_hours(cal, spans, n);
    for (size_t i = 0; i < days.n; i++)
        if (!change_of(changes, days.at[i].id))
            mark(cal, days.at[i].id, days.at[i].is_work);
    for (size_t i = 0; changes && i < changes->n; i++)
        if (changes->at[i].act != CLOCK_RESTORE)
            mark(cal, changes->at[i].day, changes->at[i].act == CLOCK_WORK);
    *out = cal;
    return OK;
}

enum err clock_days(struct cx *cx, calendar_day_list *out)
{
    return db_all(cx, &clock_sql_days, &calendar_day_shape, out, NO_ARGS);
}

enum err clock_day_put(struct cx *cx, int64_t day, bool is_work, struct str name)
{
    return db_run(cx, &clock_sql_put, ARGS(A(day), A(is_work), A(name)), NULL);
}

/* ---- keeping it ---- */

static const struct calendar_day *own(const calendar_day_list *days, int64_t day)
{
    for (size_t i = 0; i < days->n; i++)
        if (days->at[i].id == day)
            return &days->at[i];
    return NULL;
}

enum err clock_effective(struct cx *cx, const calendar_change_list *all, calendar_change_list *out)
{
    const struct worktime *cal;
    calendar_day_list days = {0};
    TRY(clock_calendar(cx, &cal));
    TRY(clock_days(cx, &days));
    for (size_t i = 0; i < all->n; i++) {
        const struct calendar_change *c = &all->at[i];
        bool is_work = worktime_is_workday(cal, time_day_start(c->day));
        bool differs = c->act == CLOCK_RESTORE ? own(&days, c->day) != NULL
                                               : is_work != (c->act == CLOCK_WORK);
        if (differs)
            *PUSH(cx->mem, out) = *c;
    }
    return OK;
}

enum err clock_change(struct cx *cx, const calendar_change_list *changes)
{
    for (size_t i = 0; i < changes->n; i++) {
        const struct calendar_change *c = &changes->at[i];
        if (c->act == CLOCK_RESTORE)
            TRY(db_run(cx, &clock_sql_drop, ARGS(AS("day", c->day)), NULL));
        else
            TRY(clock_day_put(cx, c->day, c->act == CLOCK_WORK, c->name));
    }
    return OK;
}

static const struct field line_fields[] = {
    FIELD(struct calendar_line, id, "日", .data = DATA_PUBLIC),
    FIELD(struct calendar_line, at, "日期", .data = DATA_PUBLIC),
    FIELD(struct calendar_line, is_work, "上班", .data = DATA_PUBLIC),
    FIELD(struct calendar_line, is_own, "本社区自己定的", .data = DATA_PUBLIC),
    FIELD(struct calendar_line, name, "名称", .data = DATA_PUBLIC),
};
const struct shape calendar_line_shape = SHAPE("calendar_line", struct calendar_line, line_fields);

enum err clock_year(struct cx *cx, int year, calendar_line_list *out)
{
    const struct worktime *cal;
    calendar_day_list days = {0};
    TRY(clock_calendar(cx, &cal));
    TRY(clock_days(cx, &days));
    int64_t first = time_day(time_of(year, 1, 1, 12, 0));
    int64_t end = time_day(time_of(year + 1, 1, 1, 12, 0));
    for (int64_t day = first; day < end; day++) {
        int64_t at = time_day_start(day);
        struct civil c = time_civil(at);
        const struct calendar_day *row = own(&days, day);
        bool is_work = worktime_is_workday(cal, at);
        if (is_work == is_weekday(day) && !row)
            continue;
        *PUSH(cx->mem, out) = (struct calendar_line){
            .id = day,
            .at = at,
            .is_work = is_work,
            .is_own = row != NULL,
            .name = row ? row->name : str_c(worktime_name(year, c.month, c.day))};
    }
    return OK;
}

enum err clock_year_known(struct cx *cx, int year, bool *known)
{
    calendar_day_list days = {0};
    *known = worktime_is_known(table_calendar(), time_of(year, 1, 1, 12, 0));
    TRY(clock_days(cx, &days));
    for (size_t i = 0; i < days.n; i++)
        *known |= time_civil(time_day_start(days.at[i].id)).year == year;
    return OK;
}

enum err clock_year_missing(struct cx *cx, int *year)
{
    struct civil now = time_civil(cx->now);
    bool known = true;
    if (now.month >= 11)
        TRY(clock_year_known(cx, now.year + 1, &known));
    *year = known ? 0 : now.year + 1;
    return OK;
}

static const struct shape *const shapes[] = {&calendar_day_shape, &calendar_line_shape};

const struct feature clock_feature = {.name = "clock",
                                      .shapes = shapes,
                                      .nshapes = COUNT(shapes),
                                      .queries = clock_sql_all,
                                      .nqueries = &clock_sql_count};
