/* clock -- builds a community's calendar from its rows; no arithmetic of its own. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/clock/clock.h"
#include "base/time.h"
#include "clock.sql.h"
#include "web/web.h"

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

enum err clock_calendar(struct cx *cx, const struct worktime **out)
{
    struct worktime *cal = NEW(cx->mem, struct worktime);
    struct calendar_day hours;
    calendar_day_list days = {0};
    struct worktime_span spans[WORKTIME_SPANS_MAX];
    bool found;
    worktime_default(cal);
    TRY(db_find(cx, &clock_sql_hours, &calendar_day_shape, &hours, &found, NO_ARGS));
    size_t n = found ? clock_hours_read(hours.name, spans) : 0;
    if (n)
        worktime_set_hours(cal, spans, n);
    TRY(clock_days(cx, &days));
    for (size_t i = 0; i < days.n; i++) {
        struct civil c = time_civil(time_day_start(days.at[i].id));
        worktime_mark(cal, c.year, c.month, c.day, days.at[i].is_work);
    }
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

static const struct shape *const shapes[] = {&calendar_day_shape};

const struct feature clock_feature = {.name = "clock",
                                      .shapes = shapes,
                                      .nshapes = COUNT(shapes),
                                      .queries = clock_sql_all,
                                      .nqueries = &clock_sql_count};
