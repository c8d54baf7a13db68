/* service_test -- what the tests of this folder share: the small town of need's tests with two
 * sites, a centre that is open on working days and a station that is open every day. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVICE_TEST_H
#define SERVICE_TEST_H

#include "app/need/need_test.h"
#include "app/service/pages.h"
#include "base/out.h"

struct house {
    struct town *t;
    struct cx *cx;
    struct site centre, station;
};

static inline void same(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("“%.*s”, not “%s”", STR(got), want);
}

static inline void holds(struct str text, const char *part)
{
    if (str_find(text, str_c(part)) < 0)
        fail_msg("“%.*s” has no “%s”", STR(text), part);
}

static inline struct site add_site(struct town *t, const char *code, int64_t tier,
                                   const char *working_day, const char *weekend)
{
    struct site s = {.place_id = t->estate.id,
                     .tier = tier,
                     .code = str_c(code),
                     .name = str_c(tier ? "御湖服务站" : "社区中心"),
                     .address = S("东门旁"),
                     .phone = S("0551-0000 0003")};
    struct site_week w = {0};
    for (int d = 0; d < SITE_DAY_KINDS; d++) {
        bool rests = d == SITE_SUNDAY || d == SITE_SATURDAY || d == SITE_HOLIDAY;
        assert_true(site_day_read(str_c(rests ? weekend : working_day), false, &w.days[d]));
    }
    MUST(t->cx, site_put(t->cx, &s));
    MUST(t->cx, site_week_put(t->cx, s.id, 0, &w));
    MUST(t->cx, site_get(t->cx, s.id, &s));
    return s;
}

/* TEST_NOW is a Monday at ten. */
static inline struct house house_make(void)
{
    struct house h = {.t = town_make()};
    h.cx = h.t->cx;
    MUST(h.cx, place_tier_add(h.cx, "site", 0, S("centre"), S("社区中心")));
    MUST(h.cx, place_tier_add(h.cx, "site", 1, S("station"), S("服务站")));
    act(h.t, "leader");
    h.centre = add_site(h.t, "ZX", 0, "8:30-12:00 14:00-17:30", "不开");
    h.station = add_site(h.t, "YHZ", 1, "10:30-20:00", "10:30-20:00");
    act(h.t, "clerk");
    return h;
}

static inline struct service add_guide(struct house *h, const char *slug, const char *title,
                                       const char *words)
{
    struct service s = {.slug = str_c(slug),
                        .title = str_c(title),
                        .words = str_c(words),
                        .event = S("elder"),
                        .dept = S("民政"),
                        .bring = S("1. 身份证原件\n（2）一寸照片 2 张\n\n3、申请表"),
                        .form_name = S("申请表"),
                        .fields = S("姓名\n住址\n为什么申请："),
                        .has_errand = true,
                        .work_days = 5};
    MUST(h->cx, service_put(h->cx, &s));
    MUST(h->cx, service_step(h->cx, s.id, S("on"), s.version, &s));
    return s;
}

static inline int run_service_jobs(struct house *h)
{
    const struct job_kind jobs[] = {{"need.", need_job},
                                    {service_feature.jobs, service_feature.job}};
    int done, all = 0;
    do {
        MUST(h->cx, job_run(h->cx, jobs, COUNT(jobs), 50, &done));
        all += done;
    } while (done);
    return all;
}

#endif
