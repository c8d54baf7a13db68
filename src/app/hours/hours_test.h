/* hours_test -- a town with a kind of help, a team and people who help, for the tests of this
 * folder. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOURS_TEST_H
#define HOURS_TEST_H

#include "app/hours/hours_own.h"
#include "app/need/need_test.h"
#include "base/time.h"

static const struct job_kind all_jobs[] = {
    {"need.", need_job}, {"match.", match_job}, {"hours.", hours_job}};

struct helper {
    struct volunteer v;
    struct str key;
};

static inline struct town *make(void)
{
    struct town *t = town_make();
    struct skill group = {.code = S("care"), .name = S("陪伴"), .active = true};
    struct skill leaf = {.code = S("chat"),
                         .parent_code = S("care"),
                         .name = S("陪聊天"),
                         .words = S("说说话"),
                         .active = true};
    struct org team = {.tier = S(""),
                       .kind = S("volunteers"),
                       .code = S("ZY"),
                       .name = S("志愿服务队"),
                       .short_name = S("志愿队"),
                       .place_id = t->top.id,
                       .phone = S("")};
    static struct duty care;
    MUST(t->cx, skill_put(t->cx, &group));
    MUST(t->cx, skill_put(t->cx, &leaf));
    MUST(t->cx, org_add(t->cx, &team));
    care = (struct duty){.code = S("0801"),
                         .category = S("other"),
                         .name = S("找帮手"),
                         .lead_kind = S("volunteers"),
                         .level = S("L2"),
                         .done_amount = 5,
                         .done_unit = S("work_days")};
    MUST(t->cx, duty_add(t->cx, &care));
    return t;
}

static inline struct helper help_from(struct town *t, const char *name)
{
    struct helper h = {.v = {.name = str_c(name),
                             .contact = S("0551-0000 1234"),
                             .place_id = t->building.id,
                             .agrees_match = true}};
    volunteer_code_list codes = {0};
    bool again;
    *PUSH(t->cx->mem, &codes) = S("chat");
    act_nobody(t);
    MUST(t->cx, volunteer_add(t->cx, &h.v, &codes, &h.key, &again));
    return h;
}

static inline void jobs(struct town *t)
{
    int done;
    int64_t dead;
    do
        MUST(t->cx, job_run(t->cx, all_jobs, COUNT(all_jobs), 50, &done));
    while (done > 0);
    MUST(t->cx, job_dead(t->cx, &dead));
    assert_int_equal(dead, 0);
    act_nobody(t);
}

/* A need whose asker and helper have both said yes. */
static inline struct match_offer arranged(struct town *t, struct helper *h)
{
    struct match_offer o;
    match_offer_list list = {0};
    bool again;
    act_nobody(t);
    t->n = (struct need){.place_id = t->stairwell.id,
                         .text = S("一个人闷得慌，想有人来说说话"),
                         .kind = S("wish"),
                         .name = S("王奶奶"),
                         .contact = S("13955101234"),
                         .door = S("502"),
                         .agrees_match = true};
    MUST(t->cx, need_open(t->cx, &t->n, &t->key, &again));
    jobs(t);
    act(t, "dispatcher");
    MUST(t->cx, match_ask(t->cx, t->n.id, &(struct match_ask){.volunteer_id = h->v.id}, &list));
    act_nobody(t);
    MUST(t->cx, offer_move(t->cx, list.at[0].id, S("accept"), OFFER_BY_HELPER,
                           &(struct offer_move){.key = h->key}, &o));
    MUST(t->cx, offer_move(t->cx, o.id, S("agree"), OFFER_BY_ASKER,
                           &(struct offer_move){.key = t->key}, &o));
    jobs(t);
    return o;
}

/* `minutes` that ended `ago` minutes ago. */
static inline struct hours_said lasted(struct town *t, int64_t minutes, int64_t ago, struct str key)
{
    return (struct hours_said){.started_at = t->cx->now - (ago + minutes) * MS_MINUTE,
                               .ended_at = t->cx->now - ago * MS_MINUTE,
                               .key = key};
}

static inline enum offer_state offer_state(struct town *t, int64_t id)
{
    struct match_offer o;
    MUST(t->cx, match_offer_load(t->cx, id, &o));
    return o.state;
}

static inline struct hours_sum sum_of(struct town *t, struct helper *h)
{
    hours_list all = {0};
    struct hours_sum sum;
    act_nobody(t);
    MUST(t->cx, hours_mine(t->cx, h->v.id, h->key, &all, &sum));
    return sum;
}

static inline size_t queue(struct town *t, const char *list)
{
    hours_list all = {0};
    act(t, "verifier");
    MUST(t->cx, hours_find(t->cx, str_c(list), &all));
    act_nobody(t);
    return all.n;
}

#endif
