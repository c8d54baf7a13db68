/*
 * noted -- what a request sees and cannot write: that its session is in use (a page only reads),
 * that somebody who is signed in was refused (what a refused request wrote is undone). Kept in
 * memory and written by a clerk within a second or two; a server that is killed loses that much.
 *
 * A refusal is a record of the audit, once a minute for each person and route. Which page of others
 * somebody tried to open is told to the auditor alone, and counted nowhere.
 * GB/T 22239-2019 8.1.4.1 b, 8.1.4.3 a.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_NOTED_H
#define MAIN_NOTED_H

#include "main/clerk.h"

struct noted;

/* Lives in cx->mem. The next two are called from any thread and never wait for the store. */
void noted_new(struct cx *cx, struct noted **out);
/* When cx->who.session_till says so. */
void noted_use(struct noted *n, const struct cx *cx);
void noted_refusal(struct noted *n, const struct cx *cx, const struct req *rq);

/* Writes what there is, a transaction for each community; what cannot be written now stays. */
void noted_pass(struct clerk *k, struct arena *mem);

#endif
