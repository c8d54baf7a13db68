/* match_test -- a small town with helpers for the tests of this folder; over need's own. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MATCH_TEST_H
#define MATCH_TEST_H

#include "app/match/match_own.h"
#include "app/need/need_test.h"
#include "base/id.h"

/* Hours stand below: that they are told is all that matters here. */
static inline enum err hours_told(struct cx *cx, struct str kind, int64_t subject_id,
                                  struct str arg)
{
    struct match_offer o;
    assert_true(str_is(kind, "hours.moved"));
    assert_true(str_is(arg, "helper") || str_is(arg, "asker") || str_is(arg, "staff"));
    return match_offer_load(cx, subject_id, &o);
}

static const struct job_kind all_jobs[] = {
    {"need.", need_job}, {"match.", match_job}, {"hours.", hours_told}};

struct helper {
    struct volunteer v;
    struct str key;
};

/* ---- the town's library ---- */

static inline void leaf(struct town *t, struct skill s)
{
    s.active = true;
    MUST(t->cx, skill_put(t->cx, &s));
}

static inline struct town *make(void)
{
    struct town *t = town_make();
    struct org team = {.tier = S(""),
                       .kind = S("volunteers"),
                       .code = S("ZY"),
                       .name = S("志愿服务队"),
                       .short_name = S("志愿队"),
                       .place_id = t->top.id,
                       .phone = S("")};
    MUST(t->cx, org_add(t->cx, &team));
    static struct duty care;
    care = (struct duty){.code = S("0801"),
                         .category = S("other"),
                         .name = S("找帮手"),
                         .lead_kind = S("volunteers"),
                         .level = S("L2"),
                         .done_amount = 5,
                         .done_unit = S("work_days")};
    MUST(t->cx, duty_add(t->cx, &care));
    leaf(t, (struct skill){.code = S("repair"), .name = S("修修补补")});
    leaf(t, (struct skill){.code = S("tap"),
                           .parent_code = S("repair"),
                           .name = S("修水管"),
                           .words = S("漏水 水龙头")});
    leaf(t, (struct skill){.code = S("wire"),
                           .parent_code = S("repair"),
                           .name = S("修电路"),
                           .words = S("跳闸"),
                           .needs_credential = true,
                           .adults_only = true,
                           .needs_two = true,
                           .risk = 1});
    return t;
}

static inline struct helper help_of(struct town *t, const char *kind, const char *name,
                                    const char *code, int64_t place_id)
{
    struct helper h = {.v = {.kind = str_c(kind),
                             .name = str_c(name),
                             .contact = S("0551-0000 1234"),
                             .place_id = place_id,
                             .agrees_match = true}};
    volunteer_code_list codes = {0};
    bool again;
    *PUSH(t->cx->mem, &codes) = str_c(code);
    act_nobody(t);
    MUST(t->cx, volunteer_add(t->cx, &h.v, &codes, &h.key, &again));
    return h;
}

static inline struct helper help_from(struct town *t, const char *name, const char *code,
                                      int64_t place_id)
{
    return help_of(t, "person", name, code, place_id);
}

/* Free on a weekday (0 = Monday) between two hours. */
static inline void is_free(struct town *t, struct helper *h, int day, int from, int to)
{
    struct week w = {0};
    week_set(&w, day, from * 2, to * 2, true);
    MUST(t->cx, volunteer_set_week(t->cx, h->v.id, h->key, &w));
}

static inline void edit(struct town *t, struct helper *h, int64_t week_max, int64_t ask_max)
{
    struct volunteer v;
    MUST(t->cx, volunteer_by_key(t->cx, h->v.id, h->key, &v));
    v.week_max = week_max;
    v.ask_max = ask_max;
    MUST(t->cx, volunteer_edit(t->cx, h->key, &v));
}

static inline void jobs(struct town *t)
{
    int done;
    int64_t dead;
    for (int second = 0; second < 2; second++) { /* runs of all wait for the second's end */
        do
            MUST(t->cx, job_run(t->cx, all_jobs, COUNT(all_jobs), 50, &done));
        while (done > 0);
        test_advance(MS_SECOND);
    }
    do
        MUST(t->cx, job_run(t->cx, all_jobs, COUNT(all_jobs), 50, &done));
    while (done > 0);
    MUST(t->cx, job_dead(t->cx, &dead));
    assert_int_equal(dead, 0);
}

static inline void later(struct town *t, int64_t ms)
{
    int64_t at = t->cx->now + ms, next;
    for (;;) {
        jobs(t);
        MUST(t->cx, job_next(t->cx, &next));
        if (next == 0 || next > at)
            break;
        if (next > t->cx->now)
            test_advance(next - t->cx->now);
    }
    test_advance(at - t->cx->now);
    jobs(t);
}

/* A need for help, as it comes in. */
static inline void want(struct town *t, const char *text)
{
    bool again;
    act_nobody(t);
    t->n = (struct need){.place_id = t->stairwell.id,
                         .text = str_c(text),
                         .name = S("王奶奶"),
                         .contact = S("13955101234"),
                         .door = S("502"),
                         .agrees_match = true};
    MUST(t->cx, need_open(t->cx, &t->n, &t->key, &again));
    jobs(t);
}

static inline struct match_help *help(struct town *t)
{
    static struct match_help h;
    act(t, "dispatcher");
    MUST(t->cx, match_help_get(t->cx, t->n.id, &h));
    return &h;
}

static inline void set_help(struct town *t, struct match_help *h)
{
    act(t, "dispatcher");
    MUST(t->cx, match_help_put(t->cx, t->n.id, h));
    jobs(t);
}

static inline match_proposal_list proposals(struct town *t)
{
    match_proposal_list all = {0};
    act(t, "dispatcher");
    MUST(t->cx, match_proposals(t->cx, t->n.id, false, &all));
    return all;
}

static inline bool says(struct town *t, const struct match_proposal *p, const char *words,
                        bool is_doubt)
{
    match_term_list terms = {0};
    match_terms(t->cx, p->terms, &terms);
    for (size_t i = 0; i < terms.n; i++)
        if (str_find(terms.at[i].words, str_c(words)) >= 0 && terms.at[i].is_doubt == is_doubt)
            return true;
    return false;
}

static inline struct match_offer asked(struct town *t, int64_t volunteer_id)
{
    match_offer_list list = {0};
    act(t, "dispatcher");
    MUST(t->cx,
         match_ask(t->cx, t->n.id, &(struct match_ask){.volunteer_id = volunteer_id}, &list));
    assert_int_equal(list.n, 1);
    MUST(t->cx, need_load(t->cx, t->n.id, &t->n));
    return list.at[0];
}

static inline enum err step(struct town *t, struct match_offer *o, const char *code, uint32_t by,
                            struct str key, bool again)
{
    struct offer_move m = {.key = key, .again = again};
    if (by == OFFER_BY_STAFF)
        act(t, "dispatcher");
    else
        act_nobody(t);
    return offer_move(t->cx, o->id, str_c(code), by, &m, o);
}
#define STEP(t, o, code, by, key)  MUST((t)->cx, step((t), (o), code, by, key, false))
#define AGAIN(t, o, code, by, key) MUST((t)->cx, step((t), (o), code, by, key, true))

/* Asked, and both said yes. */
static inline struct match_offer arranged(struct town *t, const struct helper *h)
{
    struct match_offer o = asked(t, h->v.id);
    STEP(t, &o, "accept", OFFER_BY_HELPER, h->key);
    STEP(t, &o, "agree", OFFER_BY_ASKER, t->key);
    return o;
}

static inline enum offer_state state_of(struct town *t, const struct match_offer *o)
{
    struct match_offer now;
    MUST(t->cx, match_offer_load(t->cx, o->id, &now));
    return now.state;
}

static inline struct str last_miss(struct town *t)
{
    match_miss_list all = {0};
    act(t, "dispatcher");
    MUST(t->cx, match_misses(t->cx, t->n.id, &all));
    return all.n && all.at[0].until_at == 0 ? all.at[0].reason : S("");
}

#define T(f) cmocka_unit_test_teardown(f, end)

#endif
