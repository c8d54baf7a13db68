/* booking_own -- what the files of this folder share; no other folder includes it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BOOKING_OWN_H
#define BOOKING_OWN_H

#include "app/booking/booking.h"
#include "app/number/number.h"
#include "app/job/job.h"
#include "app/subject/subject.h"
#include "base/time.h"

#define BOOKING_SLOT (BOOKING_SLOT_MINUTES * MS_MINUTE)

/* ---- booking_slot.c: the rule ---- */

/* All of [from_at, to_at) for `holder`, or nothing of it: `*taken` says which. */
enum err booking_claim(struct cx *cx, int64_t space_id, int64_t from_at, int64_t to_at,
                       int64_t holder, bool *taken);
enum err booking_let_go(struct cx *cx, int64_t space_id, int64_t from_at, int64_t to_at,
                        int64_t holder);
/* What `holder` has becomes another time, perhaps elsewhere; `*taken` false: all is as it was. */
enum err booking_shift(struct cx *cx, int64_t holder, const struct booking_choice *from,
                       const struct booking_choice *to, bool *taken);
/* Is it within the hours, ahead of now, and (by `kind`) not kept for others? Of what is held, see
 * `runs`. */
bool booking_fits(const struct booking_plan *p, int64_t now, const booking_run_list *runs,
                  int64_t from_at, int64_t to_at, enum booking_kind kind);
/* The kept window that [from_at, to_at) touches; NULL = none, or it stands idle by now. */
const struct booking_window *booking_kept(const struct booking_plan *p, int64_t now,
                                          int64_t from_at, int64_t to_at);
/* "12 月 1 日 周二 14:00–16:00 三楼多功能厅；…", "" when there is nothing else. */
struct str booking_other_words(struct cx *cx, const booking_choice_list *all, int64_t space_id);

/* ---- booking_day.c ---- */

/* Of all spaces of a site, in as many questions whatever their number; no stretches. */
enum err booking_site_plans(struct cx *cx, int64_t site_id, booking_space_days *out);

/* ---- booking.c ---- */

/* As booking_space_get(), but that it, or its site, is gone is no fault. */
enum err booking_space_find(struct cx *cx, int64_t id, struct booking_space *out, bool *found);
/* Without a look at the reach. */
enum err booking_load(struct cx *cx, int64_t id, struct booking *out);
enum err booking_party_load(struct cx *cx, int64_t id, struct booking_party *out);
enum err booking_loads(struct cx *cx, const struct query *q, struct args args, booking_list *out);
/* Takes `step` from b->state and stores it; ERR_CONFLICT with a sentence when it does not lead on
 * from there, or somebody was faster. */
enum err booking_go(struct cx *cx, struct booking *b, const char *step, unsigned by,
                    struct str text);
/* Stores `b` and a line of history, its state as it is. */
enum err booking_remark(struct cx *cx, struct booking *b, const char *step, unsigned by,
                        struct str text);
/* Leaves its time by `step`, from now on if it has begun; who waits is moved up. */
enum err booking_leave(struct cx *cx, struct booking *b, const char *step, unsigned by,
                       struct str text);
/* As booking_leave() when `step` gives the time up, as booking_go() when it keeps it; jobs of what
 * is booked now are put. */
enum err booking_leave_or_stay(struct cx *cx, struct booking *b, const char *step, unsigned by,
                               struct str text);
/* A clearer sentence than the store's. */
enum err booking_or_faster(struct cx *cx, enum err e);
/* Who may book what: the faults of fields. */
enum err booking_check(struct cx *cx, const struct booking_plan *p, struct booking_ask *ask);
/* Of one that is there already, at another time: who it is was checked before. */
enum err booking_check_again(struct cx *cx, const struct booking_plan *p, struct booking_ask *ask);
/* A new party with number, word and key. */
enum err booking_add_party(struct cx *cx, const struct booking_space *s,
                           const struct booking_ask *ask, struct booking_party *p, struct str *key);
/* A row for one date in `state`, with its line of history and its jobs; does not claim. */
enum err booking_add(struct cx *cx, const struct booking_space *s, const struct booking_ask *ask,
                     const struct booking_party *party, struct booking *b);
/* The same form sent twice is one party. */
enum err booking_sent_before(struct cx *cx, const struct booking_ask *ask,
                             struct booking_party *out, bool *again);
/* "" without digits */
enum err booking_contact_key(struct cx *cx, struct str contact, struct str *out);
bool booking_by_rule(const struct booking_plan *p, int64_t now, const struct booking_ask *ask);
/* In review: until when somebody answers. */
enum err booking_due(struct cx *cx, int64_t from_at, int64_t *due_at);
/* Claims the dates of a series from `first` on until `until_day`; those that are taken, or closed,
 * stand in `taken`. Then: all, or the free ones with `part`; else nothing is held and ERR_CONFLICT
 * names the taken ones. */
enum err booking_claim_dates(struct cx *cx, const struct booking_plan *p, int64_t weeks,
                             const struct booking_choice *first, int64_t until_day,
                             booking_list *got, booking_days *taken);
enum err booking_dates_or_none(struct cx *cx, const struct booking_plan *p, bool part,
                               booking_list *got, const booking_days *taken);
/* By the hash of a telephone number. */
enum err booking_absences_by(struct cx *cx, struct str contact_key, const struct booking_rule *r,
                             struct booking_absences *out);
/* Does the post of the caller reach it? */
bool booking_in_reach(const struct cx *cx, struct str place_path);

/* ---- booking_step.c ---- */

/* Who waits for a time that touches [from_at, to_at) and finds all of his free is offered it. */
enum err booking_rise(struct cx *cx, int64_t space_id, int64_t from_at, int64_t to_at);
/* One that is offered: does the party have it when it says yes, or does somebody look at it first?
 * What was entered in a lot is had, as by who won it. */
enum err booking_had_at_once(struct cx *cx, const struct booking *b, bool *yes);

/* ---- booking_series.c ---- */

/* This date and all later ones of its series are given back; the series ends. */
enum err booking_give_series(struct cx *cx, const struct booking *b);

/* ---- booking_block.c ---- */

/* Of all spaces of a site, that touch [from_at, to_at). */
enum err booking_site_blocks(struct cx *cx, int64_t site_id, int64_t from_at, int64_t to_at,
                             booking_block_list *out);
enum err booking_block_over(struct cx *cx, int64_t id);

/* ---- booking_lot.c ---- */

/* The lots of a window until as far ahead as one books, and a week more, for they are opened again
 * each Monday: no time may be had by booking before its lot is there. Those that are there stay. */
enum err booking_lots_open(struct cx *cx, const struct booking_window *w);
/* The same of a window that may have ended; of all windows of a space. */
enum err booking_lots_week(struct cx *cx, int64_t window_id);
enum err booking_lots_of(struct cx *cx, int64_t space_id);
enum err booking_lot_draw(struct cx *cx, int64_t id);
/* It is not drawn: its time is free, who entered is to be told. */
enum err booking_lot_off(struct cx *cx, int64_t id);

/* ---- booking_job.c ---- */

enum err booking_plan_jobs(struct cx *cx, const struct booking *b);
/* A job of this kind about `id`; of two with the same `arg` the second does nothing. */
enum err booking_job_put(struct cx *cx, const char *kind, int64_t id, int64_t arg, int64_t run_at);
/* Tells the outbox; text without a name. */
enum err booking_tell(struct cx *cx, const char *topic, const struct booking *b, const char *format,
                      ...) __attribute__((format(printf, 4, 5)));

/* ---- booking_ties.c ---- */

extern const struct site_ties booking_ties;
/* How many of a space lie outside its hours as they are stored now; unless `dry` they are
 * cancelled, and stand where people are told. */
enum err booking_hours_lost(struct cx *cx, const struct booking_space *s, bool dry, int64_t *lost);

/* ---- words ---- */

struct str booking_when(struct cx *cx, int64_t from_at,
                        int64_t to_at); /* 3 月 14 日 周六 14:00–16:00 */
struct str booking_hours_text(struct cx *cx, int64_t from_at, int64_t to_at); /* 14:00–16:00 */

/* Who it was and what was typed go now; spaces, times and states stay. */
enum err booking_forget(struct cx *cx, int64_t party_id);
/* What is held of people, for their own page. */
extern const struct subject_kind booking_subject;
extern const struct subject_part booking_parts[1];
extern const struct keep_rule booking_keeps[1];

#endif
