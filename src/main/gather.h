/* gather -- what features offer to rooms that do not know them, handed on once: entries of the
 * navigation, what matters this week, names of messages, work for later. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_GATHER_H
#define MAIN_GATHER_H

#include "app/job/job.h"

typedef LIST(struct job_kind) job_kind_list;

/* At start, before threads: shell and outbox know all features afterwards. What it makes
 * lives in cx->mem, which must outlast the server. */
void gather(struct cx *cx);
/* Which feature does what kind of work for later. */
void gather_jobs(struct cx *cx, job_kind_list *out);

#endif
