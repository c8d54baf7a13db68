/*
 * upkeep -- what is done once a day, at three in the morning: answers kept by Idempotency-Key and
 * jobs that are done are forgotten after 90 days. It is a job like others: it puts one for each
 * cleaning and that of the next day, and of several servers one runs it.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_UPKEEP_H
#define MAIN_UPKEEP_H

#include "app/job/job.h"

#define UPKEEP_JOBS "upkeep." /* the prefix of its kinds */

/* Puts the job of the next night for cx->community, if it is not there yet. */
enum err upkeep_plan(struct cx *cx);
/* The same for every community of the store, in one transaction, and the notice of privacy as this
 * program says it; at start. */
enum err upkeep_plan_all(struct cx *cx);
/* After keyring_turn(), in its transaction: all sealed fields of cx->community are sealed anew, 500
 * rows at a time, beside everything else. `kid` is of the newest key. */
enum err upkeep_reseal(struct cx *cx, int64_t kid);
/* After keyring_destroy(): the server that is running forgets the key, too. */
enum err upkeep_reload(struct cx *cx, int64_t kid);
/* How many fields of all features are under a key of cx->community. */
enum err upkeep_under(struct cx *cx, int64_t kid, int64_t *n);
/* The same at once, in the caller's transaction. */
enum err upkeep_reseal_now(struct cx *cx);
/* A job_fn. */
enum err upkeep_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg);

#endif
