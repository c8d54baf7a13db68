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

/* The calendar of cx->community, read from the store and built in cx->mem (44 KiB): call it once
 * per request, only where a limit is computed. Hours that cannot be read mean the default hours. */
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

/* Units as stored: minutes, hours, work_hours, work_days, days. False if unknown. */
bool clock_unit_read(struct str code, enum limit_unit *out);

/* [[510,720],[840,1050]] into `out` (room for WORKTIME_SPANS_MAX); 0 when it cannot be read. */
size_t clock_hours_read(struct str json, struct worktime_span *out);

extern const struct feature clock_feature;

#endif
