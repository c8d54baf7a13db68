/* volunteer_test -- the small town that the tests of this folder share. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VOLUNTEER_TEST_H
#define VOLUNTEER_TEST_H

#include "tests/harness.h"
#include "app/job/job.h"
#include "app/volunteer/volunteer_own.h"
#include "base/time.h"

struct town {
    struct cx *cx;
    struct place top, west, east;
    struct grid grid_west, grid_east;
    struct volunteer v;
    struct str key;
};

static const struct job_kind jobs[] = {{"volunteer.", volunteer_job}};

static inline void assert_str(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("got %.*s, want %s", STR(got), want);
}

static inline struct place add_place(struct cx *cx, int64_t parent_id, const char *tier,
                                     const char *code, const char *name)
{
    struct place p = {.parent_id = parent_id,
                      .tier = str_c(tier),
                      .kind = S("home"),
                      .code = str_c(code),
                      .name = str_c(name),
                      .full_name = str_c(name),
                      .gb_code = S("")};
    MUST(cx, place_add(cx, &p));
    return p;
}

static inline struct grid add_grid(struct cx *cx, int64_t area_id, int64_t number, int64_t place_id)
{
    struct grid g = {.area_id = area_id,
                     .number = number,
                     .kind = S("basic"),
                     .name = arena_printf(cx->mem, "第 %lld 网格", (long long)number)};
    MUST(cx, place_grid_add(cx, &g));
    MUST(cx, place_grid_serves(cx, g.id, place_id));
    return g;
}

static inline void add_skill(struct cx *cx, struct skill s)
{
    s.active = true;
    MUST(cx, skill_put(cx, &s));
}

static inline void add_taxonomy(struct cx *cx)
{
    add_skill(cx, (struct skill){.code = S("repair"), .name = S("修修补补")});
    add_skill(cx, (struct skill){.code = S("tap"),
                                 .parent_code = S("repair"),
                                 .name = S("修水管"),
                                 .words = S("漏水 水龙头")});
    add_skill(cx, (struct skill){.code = S("wire"),
                                 .parent_code = S("repair"),
                                 .name = S("修电路"),
                                 .words = S("跳闸 没电"),
                                 .needs_credential = true,
                                 .adults_only = true,
                                 .risk = 2});
    add_skill(cx, (struct skill){.code = S("care"), .name = S("陪伴")});
    add_skill(cx, (struct skill){.code = S("chat"),
                                 .parent_code = S("care"),
                                 .name = S("陪聊天"),
                                 .words = S("说说话")});
}

static inline void wear(struct town *t, const char *role, const struct grid *g,
                        const struct place *p)
{
    const struct hat hat = {.post_id = 7,
                            .person_id = 9,
                            .name = S("值守甲"),
                            .role = str_c(role),
                            .grid_id = g ? g->id : 0,
                            .place_id = p ? p->id : t->top.id,
                            .place_path = p ? p->path : t->top.path};
    MUST(t->cx, account_wear(t->cx, &hat));
}

static inline struct volunteer person(const char *name, int64_t place_id)
{
    return (struct volunteer){.name = str_c(name),
                              .contact = S("0551-0000 1234"),
                              .place_id = place_id,
                              .agrees_match = true,
                              .wont = S("不爬高")};
}

static inline volunteer_code_list codes(struct cx *cx, const char *a, const char *b)
{
    volunteer_code_list list = {0};
    *PUSH(cx->mem, &list) = str_c(a);
    if (b)
        *PUSH(cx->mem, &list) = str_c(b);
    return list;
}

/* Registers as nobody; the context stays so. */
static inline void enter(struct town *t, struct volunteer v, const char *a, const char *b)
{
    volunteer_code_list list = codes(t->cx, a, b);
    bool again;
    account_nobody(t->cx, 1);
    t->v = v;
    MUST(t->cx, volunteer_add(t->cx, &t->v, &list, &t->key, &again));
    assert_false(again);
}

static inline struct town make(void)
{
    struct town t = {.cx = test_cx()};
    struct cx *cx = t.cx;
    MUST(cx, place_community_add(cx, &(struct community){.id = 1,
                                                         .code = S("T"),
                                                         .name = S("试社区"),
                                                         .short_name = S("试"),
                                                         .phone = S("0551-0000 0000"),
                                                         .hours = S("[[510,720]]")}));
    t.top = add_place(cx, 0, "community", "T", "试社区");
    t.west = add_place(cx, t.top.id, "building", "W-1", "西楼");
    t.east = add_place(cx, t.top.id, "building", "E-1", "东楼");
    t.grid_west = add_grid(cx, t.top.id, 1, t.west.id);
    t.grid_east = add_grid(cx, t.top.id, 2, t.east.id);
    add_taxonomy(cx);
    account_nobody(cx, 1);
    return t;
}

static inline struct volunteer stored(struct town *t)
{
    struct volunteer v;
    MUST(t->cx, volunteer_load(t->cx, t->v.id, &v));
    return v;
}

static inline int run_jobs(struct town *t, int64_t days)
{
    int done = 0;
    test_advance(days * MS_DAY);
    MUST(t->cx, job_run(t->cx, jobs, COUNT(jobs), 100, &done));
    int64_t dead;
    MUST(t->cx, job_dead(t->cx, &dead));
    assert_int_equal(dead, 0);
    return done;
}

#endif
