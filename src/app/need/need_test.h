/*
 * need_test -- a small invented town for the tests of this folder: one estate with a building and a
 * stairwell, one grid, two handling units, a person in every post of the loop.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NEED_TEST_H
#define NEED_TEST_H

#include "tests/unit.h"
#include "app/job/job.h"
#include "app/need/need_own.h"
#include "base/time.h"
#include "tests/harness.h"

/* Who acts in the tests: a role, the post's reach. */
struct town_post {
    const char *role, *name;
    int org; /* index into town.org */
    int64_t post_id, person_id;
};

enum { ORG_CENTRE, ORG_PROPERTY, ORG_CLEANERS, ORG_GRID, ORGS };

struct town {
    struct cx *cx;
    struct place top, estate, building, stairwell;
    struct grid grid;
    struct org org[ORGS];
    struct duty lamp, lift, idea; /* L2 of 2 working days, L0, L4 */
    struct need n;                /* the one a test moves */
    struct str key;
};

static struct town_post town_posts[] = {
    {.role = "dispatcher", .name = "派一", .org = ORG_CENTRE},
    {.role = "duty_lead", .name = "值一", .org = ORG_CENTRE},
    {.role = "verifier", .name = "核一", .org = ORG_CENTRE},
    {.role = "leader", .name = "书一", .org = ORG_CENTRE},
    {.role = "clerk", .name = "窗一", .org = ORG_CENTRE},
    {.role = "area_staff", .name = "居一", .org = ORG_CENTRE},
    {.role = "grid_worker", .name = "网一", .org = ORG_GRID},
    {.role = "building_leader", .name = "楼一", .org = ORG_GRID},
    {.role = "admin", .name = "管一", .org = ORG_CENTRE},
    {.role = "security", .name = "安一", .org = ORG_CENTRE},
    {.role = "auditor", .name = "审一", .org = ORG_CENTRE},
    {.role = "handler", .name = "物一", .org = ORG_PROPERTY},
    {.role = "handler", .name = "洁一", .org = ORG_CLEANERS},
    {.role = "handler", .name = "物二", .org = ORG_PROPERTY},
    {.role = "privacy_officer", .name = "护一", .org = ORG_CENTRE},
};

static const struct job_kind town_jobs[] = {{"need.", need_job}};

static inline const struct town_post *town_post(const char *name)
{
    for (size_t i = 0; i < COUNT(town_posts); i++)
        if (str_is(str_c(name), town_posts[i].role) || str_is(str_c(name), town_posts[i].name))
            return &town_posts[i];
    fail_msg("nobody is %s", name);
    return NULL;
}

/* From now on the context acts as the first of this role, or as the person of this name. */
static inline void act(struct town *t, const char *who)
{
    const struct town_post *p = town_post(who);
    const struct hat hat = {.post_id = p->post_id,
                            .person_id = p->person_id,
                            .name = str_c(p->name),
                            .role = str_c(p->role),
                            .org_id = t->org[p->org].id,
                            .place_id = t->top.id,
                            .grid_id = t->grid.id,
                            .place_path = t->top.path};
    MUST(t->cx, account_wear(t->cx, &hat));
}

static inline void act_nobody(struct town *t)
{
    account_nobody(t->cx, 1);
}

static inline void town_place(struct town *t, struct place *p, const struct place *above,
                              const char *tier, const char *code, const char *name)
{
    *p = (struct place){.parent_id = above ? above->id : 0,
                        .tier = str_c(tier),
                        .kind = S("home"),
                        .code = str_c(code),
                        .name = str_c(name),
                        .full_name = str_c(name),
                        .gb_code = S("")};
    MUST(t->cx, place_add(t->cx, p));
}

static inline void town_org(struct town *t, int i, const char *kind, const char *code)
{
    t->org[i] = (struct org){.tier = S(""),
                             .kind = str_c(kind),
                             .code = str_c(code),
                             .name = str_c(code),
                             .short_name = str_c(code),
                             .place_id = t->top.id,
                             .phone = S("")};
    MUST(t->cx, org_add(t->cx, &t->org[i]));
}

static inline void town_people(struct town *t)
{
    for (size_t i = 0; i < COUNT(town_posts); i++) {
        struct town_post *tp = &town_posts[i];
        struct person person = {.name = str_c(tp->name), .duty_phone = S(""), .login = S("")};
        struct post post = {.role = str_c(tp->role),
                            .title = str_c(role_of_code(str_c(tp->role))->label),
                            .org_id = t->org[tp->org].id,
                            .place_id = t->top.id,
                            .grid_id = t->grid.id};
        person.active = true;
        MUST(t->cx, account_add(t->cx, &person, S("")));
        MUST(t->cx, org_post_add(t->cx, &post));
        MUST(t->cx, org_appoint(t->cx, post.id, person.id, false, true));
        tp->post_id = post.id;
        tp->person_id = person.id;
    }
}

static inline void town_duty(struct town *t, struct duty *d, const char *code, const char *name,
                             const char *level, int64_t amount, const char *unit)
{
    *d = (struct duty){.code = str_c(code),
                       .category = S("housing"),
                       .name = str_c(name),
                       .lead_kind = S("property"),
                       .level = str_c(level),
                       .done_amount = amount,
                       .done_unit = str_c(unit),
                       .may_publish = true,
                       .words = S("路灯，灯不亮 电梯、困住")};
    MUST(t->cx, duty_add(t->cx, d));
}

static inline struct town *town_make(void)
{
    static struct town t;
    t = (struct town){.cx = test_cx()};
    const struct community c = {.id = 1,
                                .code = S("demo"),
                                .name = S("示例社区"),
                                .short_name = S("示例"),
                                .phone = S("0551-00000000"),
                                .hours = S("[[510,720],[840,1050]]"),
                                .is_sample = true};
    MUST(t.cx, place_community_add(t.cx, &c));
    MUST(t.cx, place_tier_add(t.cx, "place", 0, S("community"), S("社区")));
    MUST(t.cx, place_tier_add(t.cx, "place", 1, S("estate"), S("小区")));
    MUST(t.cx, place_tier_add(t.cx, "place", 2, S("building"), S("楼栋")));
    MUST(t.cx, place_tier_add(t.cx, "place", 3, S("stairwell"), S("单元")));
    town_place(&t, &t.top, NULL, "community", "TOP", "示例社区");
    town_place(&t, &t.estate, &t.top, "estate", "YL", "依澜雅居");
    town_place(&t, &t.building, &t.estate, "building", "YL-07", "依澜雅居 7 栋");
    town_place(&t, &t.stairwell, &t.building, "stairwell", "YL-07-2", "依澜雅居 7 栋 2 单元");
    t.grid = (struct grid){.area_id = t.top.id,
                           .number = 23,
                           .name = S("第 23 网格"),
                           .kind = S("basic"),
                           .gb_code = S("")};
    MUST(t.cx, place_grid_add(t.cx, &t.grid));
    MUST(t.cx, place_grid_serves(t.cx, t.grid.id, t.building.id));
    town_org(&t, ORG_CENTRE, "centre", "ZX");
    town_org(&t, ORG_PROPERTY, "property", "WY");
    town_org(&t, ORG_CLEANERS, "sanitation", "BJ");
    town_org(&t, ORG_GRID, "branch", "WG");
    town_people(&t);
    town_duty(&t, &t.lamp, "0101", "楼道灯不亮", "L2", 2, "work_days");
    town_duty(&t, &t.lift, "0104", "电梯停运困人", "L0", 24, "hours");
    town_duty(&t, &t.idea, "9001", "建议", "L4", 13, "work_days");
    return &t;
}

/* Opens a need as a resident; t->n and t->key are it. Secret: as a complaint is. */
static inline void ask_so(struct town *t, const char *text, bool secret)
{
    bool again;
    act_nobody(t);
    t->n = (struct need){.place_id = t->stairwell.id,
                         .text = str_c(text),
                         .name = S("王奶奶"),
                         .contact = S("13955101234"),
                         .door = S("502"),
                         .is_secret = secret};
    MUST(t->cx, need_open(t->cx, &t->n, &t->key, &again));
    assert_false(again);
}

static inline void ask(struct town *t, const char *text)
{
    ask_so(t, text, false);
}

/* One step of t->n as somebody; the need is read again afterwards, whatever happened. */
static inline enum err move(struct town *t, const char *who, const char *step, struct need_move m)
{
    struct need out = {0};
    enum err e;
    if (who) {
        act(t, who);
        e = need_step(t->cx, t->n.id, str_c(step), &m, &out);
    } else {
        act_nobody(t);
        e = need_resident_step(t->cx, t->n.id, t->key, str_c(step), &m, &out);
    }
    struct fault fault = t->cx->fault; /* reading must not hide it */
    t->cx->fault = (struct fault){0};
    MUST(t->cx, need_load(t->cx, t->n.id, &t->n));
    t->cx->fault = fault;
    return e;
}

#define M(...)                       ((struct need_move){__VA_ARGS__})
#define GO(t, who, step, ...)        MUST((t)->cx, move((t), who, step, M(__VA_ARGS__)))
#define NOT(t, want, who, step, ...) EXPECT((t)->cx, move((t), who, step, M(__VA_ARGS__)), want)

/* All jobs that are due now. */
static inline int run_jobs(struct town *t)
{
    int done, all = 0;
    do {
        MUST(t->cx, job_run(t->cx, town_jobs, COUNT(town_jobs), 50, &done));
        all += done;
    } while (done == 50);
    return all;
}

/* Moves the clock to `at`, stopping at every job on the way. */
static inline void live_until(struct town *t, int64_t at)
{
    for (;;) {
        int64_t next;
        run_jobs(t);
        MUST(t->cx, job_next(t->cx, &next));
        if (next == 0 || next > at)
            break;
        if (next > t->cx->now)
            test_advance(next - t->cx->now);
    }
    if (at > t->cx->now)
        test_advance(at - t->cx->now);
    run_jobs(t);
}

/* Events of one kind in the history. */
static inline size_t said(struct town *t, const char *step, struct need_event *last)
{
    need_event_list all = {0};
    size_t n = 0;
    act(t, "dispatcher");
    MUST(t->cx, need_history(t->cx, t->n.id, false, &all));
    for (size_t i = 0; i < all.n; i++)
        if (str_is(all.at[i].step, step)) {
            n++;
            if (last)
                *last = all.at[i];
        }
    return n;
}

/* How far a test has brought its need. */
static inline void to_accepted(struct town *t, const char *text)
{
    ask(t, text);
    GO(t, "dispatcher", "accept", .duty_id = t->lamp.id, .level = S("L2"));
}

static inline void to_dispatched(struct town *t, const char *text)
{
    to_accepted(t, text);
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_PROPERTY].id);
}

static inline void to_handling(struct town *t, const char *text)
{
    to_dispatched(t, text);
    GO(t, "物一", "contact", .outcome = S("reached"));
}

static inline void to_done(struct town *t, const char *text)
{
    to_handling(t, text);
    GO(t, "物一", "report", .text = S("换了新灯泡，楼道亮了。"), .answer_code = S("done"));
    GO(t, "verifier", "verify", 0);
    GO(t, "dispatcher", "close", 0);
}

static inline void is_in(const struct town *t, enum need_state s)
{
    if (t->n.state != s)
        fail_msg("state is %s, not %s", need_state_codes[t->n.state], need_state_codes[s]);
}

static inline int end(void **state)
{
    (void)state;
    test_end();
    return 0;
}

#endif
