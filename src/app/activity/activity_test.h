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

/* ---- a date, and people who sign up ---- */

static inline struct activity draft(struct hall *h, int64_t days, int64_t capacity)
{
    int64_t day = time_day(h->t->cx->now) + days;
    struct activity a = {.programme_id = h->programme.id,
                         .site_id = h->site.id,
                         .room = S("三楼"),
                         .title = S("学剪纸"),
                         .from_at = time_day_start(day) + 14 * MS_HOUR,
                         .to_at = time_day_start(day) + 16 * MS_HOUR,
                         .capacity = capacity,
                         .party_most = capacity < 6 && capacity ? capacity : 6,
                         .confirm_hours = 24};
    act(h->t, "area_staff");
    MUST(h->t->cx, activity_put(h->t->cx, &a, false));
    return a;
}

static inline void step(struct hall *h, struct activity *a, const char *code,
                        struct activity_move m)
{
    act(h->t, "area_staff");
    MUST(h->t->cx, activity_step(h->t->cx, a->id, str_c(code), &m, a));
}

static inline struct activity on(struct hall *h, int64_t days, int64_t capacity)
{
    struct activity a = draft(h, days, capacity);
    step(h, &a, "publish", (struct activity_move){0});
    return a;
}

struct guest {
    struct activity_party p;
    struct str key;
    struct activity_seat s;
};

static inline struct guest join(struct hall *h, const struct activity *a, const char *name,
                                int64_t heads)
{
    struct guest g;
    activity_seat_list seats = {0};
    bool again;
    const struct activity_join j = {
        .activity_id = a->id, .name = str_c(name), .contact = S("0551-0000 0001"), .heads = heads};
    act_nobody(h->t);
    MUST(h->t->cx, activity_sign_up(h->t->cx, &j, &g.p, &g.key, &seats, &again));
    assert_false(again);
    assert_int_equal(seats.n, 1);
    g.s = seats.at[0];
    return g;
}

static inline struct activity_seat read_seat(struct hall *h, const struct guest *g)
{
    struct activity_seat s;
    MUST(h->t->cx, seat_load(h->t->cx, g->s.id, &s));
    return s;
}

static inline enum err by_party(struct hall *h, const struct guest *g, const char *code,
                                struct seat_move m)
{
    struct activity_seat out;
    act_nobody(h->t);
    return activity_party_step(h->t->cx, &g->p, g->s.id, str_c(code), &m, &out);
}
#define P(h, g, code, ...) by_party((h), (g), code, (struct seat_move){__VA_ARGS__})

static inline enum err by_staff(struct hall *h, const struct guest *g, const char *code,
                                struct seat_move m)
{
    struct activity_seat out;
    act(h->t, "area_staff");
    return activity_staff_step(h->t->cx, g->s.id, str_c(code), &m, &out);
}
#define STAFF(h, g, code, ...) by_staff((h), (g), code, (struct seat_move){__VA_ARGS__})

static inline void is_at(struct hall *h, const struct guest *g, enum seat_state want)
{
    struct activity_seat s = read_seat(h, g);
    if (s.state != want)
        fail_msg("%s, not %s", seat_state_codes[s.state], seat_state_codes[want]);
}

#endif
