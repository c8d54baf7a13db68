/* visit_test -- the jobs of visits and needs, for the tests of this folder. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VISIT_TEST_H
#define VISIT_TEST_H

#include "app/need/need_test.h"
#include "app/visit/visit_own.h"

static const struct job_kind all_jobs[] = {{"need.", need_job}, {"visit.", visit_job}};

static inline void jobs(struct town *t)
{
    int done = 50;
    while (done == 50)
        MUST(t->cx, job_run(t->cx, all_jobs, COUNT(all_jobs), 50, &done));
}

#endif
