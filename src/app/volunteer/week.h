/*
 * week -- when somebody is free: the 7 x 48 half-hours of a week, Monday 00:00 first. Pure.
 *
 * Stored as text of 84 hexadecimal digits, 12 a day, two hours a digit, the earlier half-hour in
 * the higher bit: "f" = two hours, "c" = the first of them. Hex and not 0/1 because a row of 1,400
 * volunteers is read for every run of the matcher (84 bytes instead of 336), text and not bytes
 * because both engines, JSON and a person with a ruler can read it.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VOLUNTEER_WEEK_H
#define VOLUNTEER_WEEK_H

#include "base/cx.h"

enum { WEEK_DAYS = 7, DAY_HALVES = 48, WEEK_HALVES = 336, WEEK_TEXT = 84, DAY_SLOTS = 9 };

struct week {
    uint64_t bits[6]; /* bit h % 64 of word h / 64, h = day * 48 + half-hour; the rest is 0 */
};

/* False when it is not 84 hex digits; then `*out` is empty. Capitals are read too. */
bool week_read(struct str text, struct week *out);
struct str week_text(struct cx *cx, const struct week *w);

/* day 0 = Monday, half 0 = 00:00-00:30. Outside of the week: false. */
bool week_is_free(const struct week *w, int day, int half);
/* Sets or clears [from, to) of a day; `to` 48 = midnight. What lies outside is ignored. */
void week_set(struct week *w, int day, int from, int to, bool is_free);
struct week week_union(const struct week *a, const struct week *b);
struct week week_meet(const struct week *a, const struct week *b); /* both free */
int week_count(const struct week *w);                              /* half-hours */
/* Free during the whole of [from_at, to_at), which must lie within seven days: by Beijing time.
 * Half-hours that are only touched count too. */
bool week_covers(const struct week *w, int64_t from_at, int64_t to_at);

/* The next free span of a day at or after `from`; false when there is none. For a screen. */
struct week_span {
    int from, to;
};
bool week_next(const struct week *w, int day, int from, struct week_span *out);

/*
 * 63 bits for the matcher's index: bit day * 9 + slot is set when any half-hour of the slot is
 * free. Slots of a day begin at 0 8 10 12 14 16 18 20 22 o'clock. That two of them have a bit in
 * common is necessary for a meeting, not enough: week_meet() and week_covers() are exact.
 */
uint64_t week_slots(const struct week *w);

/* 周一到周五 19:00–21:00；周六、周日 全天. Empty week: 还没说. */
struct str week_words(struct cx *cx, const struct week *w);

/* The simple choices of a form. Codes: "work_day" 平日白天 (Mon-Fri 9-12, 14-18), "work_eve"
 * 平日晚上 (19-21), "end_day" 周末白天 (9-12, 14-18), "end_eve" 周末晚上 (19-21). */
struct week_choice {
    const char *code, *label, *note;
};
extern const struct week_choice week_choices[];
enum { WEEK_CHOICES = 4 };
void week_choose(struct week *w, const char *code);           /* adds its half-hours */
bool week_has_choice(const struct week *w, const char *code); /* all of them are free */

#endif
