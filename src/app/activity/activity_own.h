/* activity_own -- what the files of this folder share; no other folder includes it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ACTIVITY_OWN_H
#define ACTIVITY_OWN_H

#include "app/activity/activity.h"
#include "app/job/job.h"
#include "base/time.h"

/* Without a look at state and reach. */
enum err activity_load(struct cx *cx, int64_t id, struct activity *out);
enum err seat_load(struct cx *cx, int64_t id, struct activity_seat *out);
enum err party_load(struct cx *cx, int64_t id, struct activity_party *out);
const struct seat_step *seat_find_step(struct str code);

/* A number of the day: E-YYMMDD-NNNN-C. */
enum err activity_next_number(struct cx *cx, char prefix, struct str *out);
struct str activity_four_digits(struct cx *cx);
/* Counts a wrong try about a number; ERR_DENIED when there were too many in this hour. */
enum err activity_tries_left(struct cx *cx, struct str number);
enum err activity_try_wrong(struct cx *cx, struct str number);

/* Takes `step` from s->state and stores it; ERR_CONFLICT with a sentence when it does not lead on
 * from there, or somebody was faster. */
enum err seat_go(struct cx *cx, struct activity_seat *s, const char *step, unsigned by,
                 struct str text);
/* A place for `s` in `a` if there is one, else `*taken` is false: one statement, so that two never
 * take the same. */
enum err activity_take(struct cx *cx, int64_t id, const struct activity_seat *s, bool *taken);
/* What `s` has is free again; whoever waits and fits is moved up. */
enum err activity_release(struct cx *cx, const struct activity_seat *s);
enum err activity_rise(struct cx *cx, int64_t id);
/* Puts the jobs of an open date: reminding, forgetting. */
enum err activity_plan_jobs(struct cx *cx, const struct activity *a);
/* Tells the outbox; text without a name. */
enum err activity_tell(struct cx *cx, const char *topic, const struct activity *a,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));
/* 3 月 14 日 周六 14:00–16:00 */
struct str activity_when(struct cx *cx, const struct activity *a);
/* Is `code` the one of now, or of just before? */
bool activity_code_fits(struct cx *cx, int64_t activity_id, struct str seed, struct str code);
/* A code, a word of who fetches, the word of a card as they are compared: as utf8_plain(), and
 * without hyphens. */
struct str activity_plain(struct cx *cx, struct str typed);
/* The seed of its codes, 32 bytes. */
enum err activity_seed(struct cx *cx, int64_t id, struct str *out);

#endif
