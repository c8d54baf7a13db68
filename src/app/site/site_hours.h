/* site_hours -- opening hours as pure arithmetic; no store, no now(). */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A week of hours, one row for holidays and one for weekend days that are worked, and notices that
 * hold for some days instead. Days are days since 1970-01-01 in Beijing, instants ms since 1970.
 * Nothing here allocates but the texts; every question costs at most SITE_SCAN_DAYS days.
 *
 * Which row a day takes:
 * - weekdays[0..6], 0 = Sunday, by its day of the week;
 * - SITE_HOLIDAY, when the day lies in a run of days of rest that holds a Monday to Friday: 国庆节
 *   with the weekend in it, or a day that the community gave itself;
 * - SITE_MAKEUP, when a Saturday or Sunday is worked (调休上班).
 * The last two may say "as the weekday".
 */
#ifndef SITE_HOURS_H
#define SITE_HOURS_H

#include "app/clock/clock.h"

enum { SITE_SPANS_MAX = 4, SITE_SCAN_DAYS = 62, SITE_NOTICE_DAYS = 7 };
enum site_day_kind { SITE_SUNDAY, SITE_SATURDAY = 6, SITE_HOLIDAY, SITE_MAKEUP, SITE_DAY_KINDS };

/* [from, till) in minutes after midnight: 0 <= from < 1440, from < till <= from + 1440. A till
 * beyond 1440 is of the next day (18:00-2:00). */
struct site_span {
    int16_t from, till;
};

struct site_day {
    bool as_weekday;                        /* only of SITE_HOLIDAY and SITE_MAKEUP */
    int nspans;                             /* 0 = closed */
    struct site_span spans[SITE_SPANS_MAX]; /* rising, not overlapping */
};

struct site_week {
    struct site_day days[SITE_DAY_KINDS];
};

/* For the days [from_day, to_day] these hours hold; none = closed. */
struct site_notice {
    int64_t id, site_id, part_id; /* part_id 0 = the whole site */
    int64_t from_day, to_day;
    struct str spans;    /* as stored, see site_day_stored(); "" = closed */
    struct str reason;   /* why, for everybody */
    struct str late_why; /* why a closure was told less than SITE_NOTICE_DAYS ahead, else "" */
    int64_t announced_at, ended_at; /* ended_at: taken back; 0 = holds */
    struct str by_name;
    struct site_day hours; /* of `spans`; filled by whoever loads it */
};
typedef LIST(struct site_notice) site_notice_list;

/* When something is open: all that is needed to answer. Read only. */
struct site_plan {
    const struct worktime *calendar;
    bool is_known; /* false: nobody has entered hours; it is never open then */
    struct site_week week;
    /* Those that hold, in the order of their announcement: of two for one day the later counts.
     * `over` are of the whole site where the plan is that of a part: it is open in none but the
     * hours that they leave. */
    site_notice_list notices, over;
};

struct site_opening {
    int64_t from_at, to_at;
};

/* ---- questions ---- */

enum site_day_kind site_day_kind(const struct worktime *calendar, int64_t day);
/* The hours of a day, notices counted in. */
struct site_day site_day_of(const struct site_plan *p, int64_t day);
/* The notice that this day has its hours from; NULL = none. */
const struct site_notice *site_notice_of(const struct site_plan *p, int64_t day);
/* The first opening that ends after `at`; false when there is none within SITE_SCAN_DAYS. Spans
 * that touch or overlap are one, across midnight too. to_at is exact up to SITE_SCAN_DAYS ahead,
 * from_at as far back as the day before `at`. */
bool site_opening_after(const struct site_plan *p, int64_t at, struct site_opening *out);
/* Is it open all the way from `from_at` to `to_at`? At most SITE_SCAN_DAYS apart. */
bool site_is_open(const struct site_plan *p, int64_t from_at, int64_t to_at);

struct site_now {
    bool is_known, is_open;
    int64_t until_at;              /* open: it closes then; 0 = not within SITE_SCAN_DAYS */
    int64_t next_at;               /* closed: it opens then; 0 = not within SITE_SCAN_DAYS */
    bool opened_today;             /* closed: it was open today already */
    const struct site_notice *why; /* closed: the notice that today's hours are from */
};
/* The opening instant is open, the closing instant is not. */
struct site_now site_open_now(const struct site_plan *p, int64_t at);

/* Minutes of an ordinary week. */
int site_week_minutes(const struct site_week *w);

/* ---- words ---- */

/* 开着，到 17:30 / 今天不开，明天 8:30 开 / 现在休息，14:00 开 / 停开（设备检修），12 月 3 日 周四
 * 8:30 开. Read at cx->now. */
struct str site_words(struct cx *cx, const struct site_now *now);
/* 8:30–12:00，14:00–17:30; 不开; 全天; 照星期. */
struct str site_day_text(struct cx *cx, const struct site_day *d);
/* 12 月 3 日 周四; 12 月 3 日 周四至 5 日 周六; with the year unless it is this one. */
struct str site_days_text(struct cx *cx, int64_t from_day, int64_t to_day);
/* The week as people say it: equal days together. */
struct site_line {
    struct str days, hours; /* 周一至周五; 8:30–12:00，14:00–17:30 */
};
typedef LIST(struct site_line) site_line_list;
void site_week_lines(struct cx *cx, const struct site_week *w, site_line_list *out);
extern const char *const site_day_labels[SITE_DAY_KINDS]; /* 周日 … 节假日 调休上班日 */

/* Reads what a person typed, and what site_day_text() writes: 8:30-12:00 14:00-17:30,
 * 8点半到12点、14：00至17：30, 全天, 不开; empty and 照星期 only with `may_follow`. False when it
 * cannot be read; `typed` is any bytes. */
bool site_day_read(struct str typed, bool may_follow, struct site_day *out);
/* 510-720,840-1050; "" = closed. A day that follows the weekday is not stored. */
struct str site_day_stored(struct cx *cx, const struct site_day *d);
bool site_day_load(struct str stored, struct site_day *out);

#endif
