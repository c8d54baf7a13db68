/*
 * clock -- the working calendar of one community: the program's table of Chinese holidays, the
 * community's own days (calendar_day) and its working hours (community.hours). Owns calendar_day.
 * The arithmetic is worktime.h.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLOCK_H
#define CLOCK_H

#include "app/clock/worktime.h"
#include "db/db.h"

/* The calendar of cx->community, read from the store; lives as long as cx->mem (44 KiB of it when
 * it differs from the program's): call it once per request, only where a limit is computed. Hours
 * that cannot be read mean the default hours. */
enum err clock_calendar(struct cx *cx, const struct worktime **out);

struct calendar_day {
    int64_t id; /* days since 1970-01-01 in Beijing */
    bool is_work;
    struct str name; /* 国庆节, or why */
};
typedef LIST(struct calendar_day) calendar_day_list;
extern const struct shape calendar_day_shape;

enum err clock_days(struct cx *cx, calendar_day_list *out);
/* Makes a day a working day or a day of rest for this community. Limits that run keep their due
 * time until need_recompute() (app/need) is called in the same transaction. */
enum err clock_day_put(struct cx *cx, int64_t day, bool is_work, struct str name);

/* ---- keeping the calendar ---- */

enum { CLOCK_CHANGES_MAX = 400, CLOCK_FIRST_YEAR = 2018, CLOCK_YEARS_AHEAD = 2 };

enum clock_act { CLOCK_REST, CLOCK_WORK, CLOCK_RESTORE };
/* What is to become of a day. RESTORE: the community's own row goes, the program's table counts. */
struct calendar_change {
    int64_t day;
    enum clock_act act;
    struct str name;
};
typedef LIST(struct calendar_change) calendar_change_list;

/* Reads what a person typed or pasted, one day or range per line:
 *     2027-02-06 休 春节
 *     2027-02-08 至 2027-02-12 休 春节
 *     2027年2月14日 班
 *     2027-03-01 还原
 * 休 放假 休息, 班 上班 补班, 还原 删除 取消; 2027/2/6 and full-width signs too; empty lines and
 * those that begin with # are passed over. ERR_INPUT under the field "days" names the line: no such
 * date, an unknown word, a day twice, a year before the program's table or later than
 * CLOCK_YEARS_AHEAD after this one, more than CLOCK_CHANGES_MAX days. `text` is any bytes. */
enum err clock_read_changes(struct cx *cx, struct str text, calendar_change_list *out);
/* Of `all`, those that would change the calendar as it is; a weekend in a range of holidays is
 * none. */
enum err clock_effective(struct cx *cx, const calendar_change_list *all, calendar_change_list *out);
/* The calendar as it would be; nothing is stored. */
enum err clock_calendar_if(struct cx *cx, const calendar_change_list *changes,
                           const struct worktime **out);
/* Stores them. Open limits: see clock_day_put(). */
enum err clock_change(struct cx *cx, const calendar_change_list *changes);

/* A day of a year that differs from Monday to Friday, or that the community has a row of. */
struct calendar_line {
    int64_t id; /* as in calendar_day */
    int64_t at; /* its midnight */
    bool is_work, is_own;
    struct str name;
};
typedef LIST(struct calendar_line) calendar_line_list;
extern const struct shape calendar_line_shape;
enum err clock_year(struct cx *cx, int year, calendar_line_list *out);
/* Are the holidays of this year entered, in the program's table or by the community? */
enum err clock_year_known(struct cx *cx, int year, bool *known);
/* From 1 November on, when next year's are not: that year; else 0. */
enum err clock_year_missing(struct cx *cx, int *year);

/* Units as stored: minutes, hours, work_hours, work_days, days. False if unknown. */
bool clock_unit_read(struct str code, enum limit_unit *out);

/* [[510,720],[840,1050]] into `out` (room for WORKTIME_SPANS_MAX); 0 when it cannot be read. */
size_t clock_hours_read(struct str json, struct worktime_span *out);

extern const struct feature clock_feature;

#endif
