/* activity_own -- what the files of this folder share; no other folder includes it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ACTIVITY_OWN_H
#define ACTIVITY_OWN_H

#include "app/activity/activity.h"
#include "app/job/job.h"
#include "app/number/number.h"
#include "app/subject/subject.h"
#include "base/time.h"

/* Without a look at state and reach. */
enum err activity_load(struct cx *cx, int64_t id, struct activity *out);
enum err seat_load(struct cx *cx, int64_t id, struct activity_seat *out);
enum err party_load(struct cx *cx, int64_t id, struct activity_party *out);

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

/* Of who signed up, at his wish: places to come are given back, then it goes. */
enum err activity_erase(struct cx *cx, int64_t id);
/* What becomes of all this when its site changes. */
extern const struct site_ties activity_ties;

/* What is held of people, for their own page. */
extern const struct subject_kind activity_subject;
extern const struct subject_part activity_parts[1];
extern const struct keep_rule activity_keeps[1];

#endif
