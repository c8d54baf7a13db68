/* activity_test -- a town with one site that is open from 8 to 21, for the tests of this folder. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ACTIVITY_TEST_H
#define ACTIVITY_TEST_H

#include "app/activity/class_own.h"
#include "app/need/need_test.h"

static const struct job_kind all_jobs[] = {
    {"need.", need_job}, {"activity.", activity_job}, {"class.", class_job}};

static inline void jobs(struct town *t)
{
    int done = 50;
    while (done == 50)
        MUST(t->cx, job_run(t->cx, all_jobs, COUNT(all_jobs), 50, &done));
}

/* The clock goes on to `at`, stopping where a job is due. */
static inline void go_to(struct town *t, int64_t at)
{
    for (;;) {
        int64_t next;
        jobs(t);
        MUST(t->cx, job_next(t->cx, &next));
        if (!next || next > at)
            break;
        test_advance(next > t->cx->now ? next - t->cx->now : 0);
    }
    test_advance(at - t->cx->now);
    jobs(t);
}

struct hall {
    struct town *t;
    struct site site;
    struct activity_programme programme;
};

static inline struct hall open_hall(void)
{
    struct hall h = {.t = town_make()};
    struct cx *cx = h.t->cx;
    struct site_week week = {0};
    MUST(cx, place_tier_add(cx, "site", 0, S("centre"), S("社区中心")));
    act(h.t, "leader");
    h.site = (struct site){.place_id = h.t->estate.id,
                           .code = S("HH-ZX"),
                           .name = S("海恒社区中心"),
                           .address = S("东门旁")};
    MUST(cx, site_put(cx, &h.site));
    for (int d = 0; d < SITE_DAY_KINDS; d++)
        assert_true(site_day_read(S("8:00-21:00"), false, &week.days[d]));
    MUST(cx, site_week_put(cx, h.site.id, 0, &week));
    h.programme = (struct activity_programme){
        .code = S("jiangren"), .name = S("匠人微课堂"), .about = S("跟手艺人学一样")};
    MUST(cx, activity_programme_put(cx, &h.programme));
    return h;
}

#endif
