/*
 * job -- work for later: reminders, escalations, reviews. A job is a row written in the
 * transaction that makes it necessary; its claim and its effect are one transaction, so that it
 * never fires twice and never gets lost. Owns the table job.
 *
 * A job is never taken back: the function that runs it looks whether it still applies.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOB_H
#define JOB_H

#include "db/db.h"

typedef enum err (*job_fn)(struct cx *cx, struct str kind, int64_t subject_id, struct str arg);

struct job_kind {
    const char *prefix; /* "need.": jobs whose kind starts with it */
    job_fn run;
};

/* Writes a job to run at `run_at`. A key that is there already (done or not) is left as it is,
 * and that is OK: so a job may be put again by whoever is not sure. */
enum err job_put(struct cx *cx, const char *kind, struct str key, int64_t subject_id,
                 struct str arg, int64_t run_at);

/* Runs up to `limit` jobs of cx->community that are due at cx->now, oldest first, inside the
 * caller's writing transaction; `*done` = how many were claimed. `kinds` is main's table, since
 * main alone knows every feature. Each job acts as the system (every place in scope, no person). A
 * job that fails is undone alone, and tried again after 1, 2, 4 ... minutes, at most 8 times; then
 * it stays as done with its fault in column `failed`. Memory is given back after each job; one that
 * asks for more than the arena's limit fails alone. ERR_BUSY and ERR_UNKNOWN end the batch: roll
 * back and run again. */
enum err job_run(struct cx *cx, const struct job_kind *kinds, size_t nkinds, int limit, int *done);
/* The job that would run first waits half a minute, and others go before it: one that is busy again
 * and again (keys that are locked, a process that does not answer) holds up nobody else. That was
 * no try. In the caller's writing transaction. */
enum err job_put_off(struct cx *cx);

/* When the next job of cx->community is due; 0 = none waits. */
enum err job_next(struct cx *cx, int64_t *at);
/* Jobs that gave up: for the page of the administrator and the check at start. */
enum err job_dead(struct cx *cx, int64_t *count);
/* Forgets jobs done before `before`. */
enum err job_clean(struct cx *cx, int64_t before);

extern const struct feature job_feature;

#endif
