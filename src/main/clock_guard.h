/*
 * clock_guard -- a clock that cannot be right. What is due is done by it and what is over is
 * deleted by it, so a server does not begin by one that a day before the newest record of the
 * store, or more than a year behind it, was never right; and a step of more than a year while it
 * runs does no jobs. Whoever starts it looks at the clock first (--clock-right).
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_CLOCK_GUARD_H
#define MAIN_CLOCK_GUARD_H

#include "base/cx.h"

enum { CLOCK_BACK_HOURS = 24, CLOCK_AHEAD_DAYS = 400 };

/* Of one community, by its newest record. ERR_CONFLICT with a sentence for who starts it. */
enum err clock_guard(struct cx *cx);
/* `*last`: of the look before, 0 = the first. False: the clock has leapt; `*last` stays. */
bool clock_went_on(int64_t *last, int64_t now);

#endif
