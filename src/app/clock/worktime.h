/* worktime -- working days, working hours and deadlines as pure arithmetic; no store, no now(). */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instants are int64 ms since 1970 UTC. Days are days since 1970-01-01 in Beijing time (UTC+8, no
 * daylight saving since 1991). Nothing here allocates, fails or keeps state; the caller owns every
 * struct. Instants more than 8000 years from 1970 are pulled to that edge, so nothing overflows.
 * Costs: all questions O(log days of the table); worktime_mark O(days of the table).
 *
 * The law followed: 民法典 (Civil Code) articles 201-204.
 *
 * - 201 开始的当日不计入，自下一日开始计算: in days, the day of the start is not counted.
 * - 201 按照小时计算期间的，自法律规定或者当事人约定的时间开始计算: hours run from the start.
 * - 203 截止时间为二十四时；有业务时间的，停止业务活动的时间为截止时间: working days end at the
 *   close of business of the last day, natural days at 24:00.
 * - 203 also moves a last day that is a holiday to the day after the holiday. Natural days do not
 *   use that: as our own promise (204: agreed otherwise) they end on the day itself, never later
 *   than the law would have it. Whoever wants holidays left out takes working days.
 */
#ifndef WORKTIME_H
#define WORKTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WORKTIME_YEARS_MAX = 40, /* years a calendar can hold */
    WORKTIME_DAYS_MAX = WORKTIME_YEARS_MAX * 366,
    WORKTIME_SPANS_MAX = 4 /* intervals of one working day */
};

/* Working hours [from, till) in minutes after Beijing midnight; till may be 1440. */
struct worktime_span {
    int16_t from, till;
};

/*
 * Which days are worked, and when. Read only after boot, so threads may share it. About 44 KiB:
 * keep it in the boot arena. Days outside the table are worked Monday to Friday.
 *
 *     before[i] = number of working days among work[0..i-1]
 */
struct worktime {
    int32_t first_day;               /* day of work[0]: the 1 January of a year */
    int32_t days;                    /* whole years */
    uint8_t work[WORKTIME_DAYS_MAX]; /* 0 rest, 1 work */
    uint16_t before[WORKTIME_DAYS_MAX + 1];
    struct worktime_span spans[WORKTIME_SPANS_MAX];
    int32_t span_count;
    int64_t open_ms; /* working time of one working day, never 0 */
};

/* The calendar of calendar.tsv, with working hours 08:30-12:00 and 14:00-17:30. */
void worktime_default(struct worktime *cal);

/* A plain calendar, Monday to Friday, default hours, its table covering the years first..last.
 * False, and `cal` untouched, unless 1970 <= first <= last <= 9000 and the years fit. */
bool worktime_init(struct worktime *cal, int first_year, int last_year);

/* Makes one day a working day or a day of rest (next year's notice, a local closing day).
 * A date in the year right after the table adds that year to it. False, and nothing changed, if
 * there is no such date, or it is in any other year outside the table, or the table is full.
 * Limits given before keep their old due_at until clock_relimit is called on them. */
bool worktime_mark(struct worktime *cal, int year, int month, int day, bool work);

/* Replaces the working hours. False, and nothing changed, unless there are 1..4 spans that are not
 * empty, within 0..1440, rising and not overlapping. The same hours hold for all working days. */
bool worktime_set_hours(struct worktime *cal, const struct worktime_span *spans, size_t count);

/* The name of a day of calendar.tsv (春节); NULL = the table does not name it. O(rows). */
const char *worktime_name(int year, int month, int day);

/* Is the year of `t` in the table? Otherwise its holidays are not announced yet (or not held here):
 * show a deadline there as provisional. */
bool worktime_is_known(const struct worktime *cal, int64_t t);

/* Is the Beijing day of `t` worked? Whatever the hour. */
bool worktime_is_workday(const struct worktime *cal, int64_t t);

/* Is `t` inside working hours? The opening instant is, the closing instant is not. */
bool worktime_is_work(const struct worktime *cal, int64_t t);

/* Working ms from `a` to `b`; negative if b < a. */
int64_t worktime_between(const struct worktime *cal, int64_t a, int64_t b);

/* The earliest instant at which `work_ms` of working time have passed since `t`. So it may be the
 * close of an interval (12:00) and is never the opening of the next (14:00), though as much has
 * passed by then. `t` itself if work_ms <= 0. */
int64_t worktime_add(const struct worktime *cal, int64_t t, int64_t work_ms);

/* The close of business on the n-th working day after the day of `t`, which is not counted at
 * whatever hour `t` is and whether or not that day is worked (民法典 201, 203). For n = 1: any time
 * on a Monday gives Tuesday 17:30, any time on a Sunday gives Monday 17:30. `t` itself if n <= 0.
 */
int64_t worktime_add_days(const struct worktime *cal, int64_t t, int64_t n);

/* ---- limits ---- */

enum limit_unit {
    LIMIT_MINUTES,    /* natural, night and holiday included */
    LIMIT_HOURS,      /* natural */
    LIMIT_WORK_HOURS, /* hours inside working hours */
    LIMIT_WORK_DAYS,  /* see worktime_add_days */
    LIMIT_DAYS        /* natural, to 24:00 of the last day: due_at is the midnight after it, so the
                         date to show is that of due_at - 1 */
};

struct limit {
    int amount; /* <= 0: due at the start, whatever the pauses */
    enum limit_unit unit;
};

/* When a limit that starts at `start` is used up. */
int64_t limit_due(const struct worktime *cal, int64_t start, struct limit limit);

/* ---- a clock that can be paused ---- */

/*
 * How much time has been spent in finished pauses, once for every kind of limit, so that a change
 * of level may also change the unit and still be exact.
 */
struct clock_pauses {
    int64_t ms;        /* natural */
    int64_t work_ms;   /* working time */
    int64_t work_days; /* closes of business inside the pauses */
    int64_t days;      /* midnights inside the pauses */
};

/*
 *     clock_start -> running --clock_pause--> paused --clock_resume--> running ...
 *
 * A pause moves the due instant by what it lasted in the unit of the limit: what was left at the
 * pause is left at the resumption. Minutes, hours: by its length. Working hours: by the working
 * time in it. Days: by one for every end of day (17:30 of a working day, or midnight) that falls
 * into (paused_at, now], so a pause within one day moves nothing.
 * This holds for an overdue clock as well: it stands still, and resumes overdue. A pause never
 * turns late into in time, nor in time into late. Whoever needs the instant first missed keeps it
 * before pausing.
 *
 * Calls come in the order of time; all members are plain numbers to be stored as columns.
 */
struct clock {
    int64_t started_at;
    int64_t paused_at; /* 0 = running */
    int64_t due_at;    /* while paused: as if resumed at once */
    struct limit limit;
    struct clock_pauses pauses;
};

struct clock_state {
    bool is_paused;
    bool is_overdue; /* from due_at on: at due_at itself nothing is left */
    int64_t left_ms; /* working ms if the limit is in working hours or days, else natural ms;
                        negative = overdue by, which may be 0 in working ms on the evening after */
};

/* Starts `c` at `now` (> 0). */
void clock_start(const struct worktime *cal, struct clock *c, int64_t now, struct limit limit);

/* False, and nothing changed, if already paused. `now` before the start counts as the start. */
bool clock_pause(struct clock *c, int64_t now);

/* False, and nothing changed, if not paused. `now` before the pause counts as no pause. */
bool clock_resume(const struct worktime *cal, struct clock *c, int64_t now);

/* Another limit from the same start, finished pauses left out as if it had been this limit from
 * the beginning. Running stays running, paused stays paused. With the clock's own limit: computes
 * due_at again after worktime_mark or worktime_set_hours. (Pauses keep the calendar they had.) */
void clock_relimit(const struct worktime *cal, struct clock *c, struct limit limit);

/* What is left at `now`; while paused, what was left at the pause. */
struct clock_state clock_state(const struct worktime *cal, const struct clock *c, int64_t now);

#endif
