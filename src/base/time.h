/* time -- civil time in Beijing (UTC+8, no summer time since 1991) from ms since 1970 UTC. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include "base/str.h"
#include <stdbool.h>
#include <stdint.h>

#define MS_SECOND  INT64_C(1000)
#define MS_MINUTE  (60 * MS_SECOND)
#define MS_HOUR    (60 * MS_MINUTE)
#define MS_DAY     (24 * MS_HOUR)
#define MS_BEIJING (8 * MS_HOUR)

struct civil {
    int year, month, day; /* 1..12, 1..31 */
    int hour, minute, second;
    int weekday; /* 0 = Sunday */
};

int64_t time_day(int64_t at);        /* days since 1970-01-01 in Beijing */
int64_t time_day_start(int64_t day); /* ms UTC of that day's 00:00 in Beijing */
struct civil time_civil(int64_t at);
int64_t time_of(int year, int month, int day, int hour, int minute);
bool time_read_date(struct str s, int64_t *day); /* 2026-03-14 */
/* A date (its 00:00), a date and a time of day, or RFC 3339; without an offset in Beijing time:
 * 2026-03-14, 2026-03-14 15:40, 2026-03-14T15:40:00+08:00, 2026-03-14T07:40:00.000Z. */
bool time_read(struct str s, int64_t *at);

#endif
