/* match_test -- who fits and why, the run, asking within caps, the road of an offer, what comes by
 * itself. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/match_own.h"
#include "app/need/need_test.h"
#include "base/id.h"
#include "match.sql.h"
#include <stdio.h>
#include <string.h>

static const struct job_kind all_jobs[] = {{"need.", need_job}, {"match.", match_job}};

struct helper {
    struct volunteer v;
    struct str key;
};

/* ---- the town's library ---- */

static void leaf(struct town *t, struct skill s)
{
    s.active = true;
    MUST(t->cx, skill_put(t->cx, &s));
}

static struct town *make(void)
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

static struct helper help_of(struct town *t, const char *kind, const char *name, const char *code,
                             int64_t place_id)
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

static struct helper help_from(struct town *t, const char *name, const char *code, int64_t place_id)
{
    return help_of(t, "person", name, code, place_id);
}

/* Free on a weekday (0 = Monday) between two hours. */
static void is_free(struct town *t, struct helper *h, int day, int from, int to)
{
    struct week w = {0};
    week_set(&w, day, from * 2, to * 2, true);
    MUST(t->cx, volunteer_set_week(t->cx, h->v.id, h->key, &w));
}

static void edit(struct town *t, struct helper *h, int64_t week_max, int64_t ask_max)
{
    struct volunteer v;
    MUST(t->cx, volunteer_by_key(t->cx, h->v.id, h->key, &v));
    v.week_max = week_max;
    v.ask_max = ask_max;
    MUST(t->cx, volunteer_edit(t->cx, h->key, &v));
}

static void jobs(struct town *t)
{
    int done;
    int64_t dead;
    do
        MUST(t->cx, job_run(t->cx, all_jobs, COUNT(all_jobs), 50, &done));
    while (done > 0);
    MUST(t->cx, job_dead(t->cx, &dead));
    assert_int_equal(dead, 0);
}

static void later(struct town *t, int64_t ms)
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
static void want(struct town *t, const char *text)
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

static struct match_help *help(struct town *t)
{
    static struct match_help h;
    act(t, "dispatcher");
    MUST(t->cx, match_help_get(t->cx, t->n.id, &h));
    return &h;
}

static void set_help(struct town *t, struct match_help *h)
{
    act(t, "dispatcher");
    MUST(t->cx, match_help_put(t->cx, t->n.id, h));
    jobs(t);
}

static match_proposal_list proposals(struct town *t)
{
    match_proposal_list all = {0};
    act(t, "dispatcher");
    MUST(t->cx, match_proposals(t->cx, t->n.id, false, &all));
    return all;
}

static bool says(struct town *t, const struct match_proposal *p, const char *words, bool is_doubt)
{
    match_term_list terms = {0};
    match_terms(t->cx, p->terms, &terms);
    for (size_t i = 0; i < terms.n; i++)
        if (str_find(terms.at[i].words, str_c(words)) >= 0 && terms.at[i].is_doubt == is_doubt)
            return true;
    return false;
}

static struct match_offer asked(struct town *t, int64_t volunteer_id)
{
    match_offer_list list = {0};
    act(t, "dispatcher");
    MUST(t->cx,
         match_ask(t->cx, t->n.id, &(struct match_ask){.volunteer_id = volunteer_id}, &list));
    assert_int_equal(list.n, 1);
    MUST(t->cx, need_load(t->cx, t->n.id, &t->n));
    return list.at[0];
}

static enum err step(struct town *t, struct match_offer *o, const char *code, uint32_t by,
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

static enum offer_state state_of(struct town *t, const struct match_offer *o)
{
    struct match_offer now;
    MUST(t->cx, match_offer_load(t->cx, o->id, &now));
    return now.state;
}

static struct str last_miss(struct town *t)
{
    match_miss_list all = {0};
    act(t, "dispatcher");
    MUST(t->cx, match_misses(t->cx, t->n.id, &all));
    return all.n && all.at[0].until_at == 0 ? all.at[0].reason : S("");
}

/* ---- */

static void statements_and_shapes_are_right(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    MUST(cx, db_verify(cx, match_feature.queries, *match_feature.nqueries));
    for (size_t i = 0; i < match_feature.nshapes; i++)
        assert_null(shape_fault(match_feature.shapes[i]));
}

static void a_need_is_guessed_and_the_nearer_is_proposed_first(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper far = help_from(t, "赵远", "tap", t->top.id);
    struct helper near = help_from(t, "钱近", "tap", t->building.id);
    act_nobody(t);
    struct volunteer v;
    MUST(t->cx, volunteer_by_key(t->cx, far.v.id, far.key, &v));
    v.reach = S("community");
    MUST(t->cx, volunteer_edit(t->cx, far.key, &v));
    want(t, "家里漏水，想请人看看");
    assert_true(str_is(help(t)->skill_code, "tap"));
    match_proposal_list all = proposals(t);
    assert_true(all.n >= 2);
    assert_true(all.at[0].target_id == near.v.id);
    assert_true(all.at[0].is_pick);
    assert_true(says(t, &all.at[0], "就在同一栋", false));
    assert_true(says(t, &all.at[0], "没说过什么时候有空", true));
    assert_true(all.at[0].runner_id == all.at[1].target_id);
    for (size_t i = 0; i < all.n; i++)
        assert_true(all.at[i].place == (int64_t)i + 1);
    struct match_run run;
    MUST(t->cx, match_run_get(t->cx, 0, &run));
    assert_int_equal(run.gap, 0);
    assert_int_equal(run.needs, 1);
}

static void without_consent_nobody_is_proposed(void **state)
{
    (void)state;
    struct town *t = make();
    struct match_help h = {.skill_code = S("tap")}, read;
    match_offer_list list = {0};
    help_from(t, "钱近", "tap", t->building.id);
    ask(t, "家里漏水，想请人看看");
    jobs(t);
    act(t, "dispatcher");
    EXPECT(t->cx, match_help_get(t->cx, t->n.id, &read), ERR_MISSING);
    EXPECT(t->cx, match_help_put(t->cx, t->n.id, &h), ERR_CONFLICT);
    EXPECT(t->cx, match_ask(t->cx, t->n.id, &(struct match_ask){.first = 1}, &list), ERR_CONFLICT);
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper v = help_from(t, "孙电", "wire", t->building.id);
    want(t, "家里跳闸了");
    assert_true(str_is(last_miss(t), "skill")); /* a credential nobody has seen */
    act(t, "clerk");
    MUST(t->cx, volunteer_verify(t->cx, v.v.id, S("wire"), 0));
    is_free(t, &v, 1, 9, 11);
    struct match_help h = *help(t);
    assert_int_equal(h.people, 2); /* the leaf wants two */
    struct week w = {0};
    week_set(&w, 3, 18, 22, true);
    h.week = week_text(t->cx, &w);
    set_help(t, &h);
    assert_true(str_is(last_miss(t), "time"));
    h = *help(t);
    week_set(&w, 1, 18, 22, true);
    h.week = week_text(t->cx, &w);
    set_help(t, &h);
    assert_true(str_is(last_miss(t), ""));
    match_proposal_list all = proposals(t);
    assert_true(all.at[0].target_id == v.v.id);
    assert_true(all.at[0].visit_at == time_of(2026, 3, 17, 9, 0)); /* Tuesday */
    assert_true(all.at[0].leave_at == time_of(2026, 3, 17, 10, 0));
    assert_true(says(t, &all.at[0], "有空", false));
}

static void bad_help_is_told(void **state)
{
    (void)state;
    struct town *t = make();
    want(t, "家里漏水");
    struct match_help h = *help(t);
    h.skill_code = S("repair"); /* a group is no leaf */
    EXPECT(t->cx, match_help_put(t->cx, t->n.id, &h), ERR_INPUT);
    h = *help(t);
    h.people = 11;
    EXPECT(t->cx, match_help_put(t->cx, t->n.id, &h), ERR_INPUT);
    h = *help(t);
    h.week = S("zz");
    EXPECT(t->cx, match_help_put(t->cx, t->n.id, &h), ERR_INPUT);
    h = *help(t);
    h.version = 9;
    EXPECT(t->cx, match_help_put(t->cx, t->n.id, &h), ERR_CONFLICT);
    h = *help(t);
    h.two_first = true;
    set_help(t, &h);
    assert_int_equal(help(t)->people, 2);
    act(t, "leader");
    EXPECT(t->cx, match_help_put(t->cx, t->n.id, &h), ERR_DENIED);
}

/* The whole road; contact is there only after both said yes, and each opening is logged. */
static void both_say_yes_and_then_meet(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国", "tap", t->building.id);
    struct need opened;
    match_task_list tasks = {0};
    opening_list seen = {0};
    want(t, "家里漏水，请人看看");
    struct match_offer o = asked(t, a.v.id);
    is_in(t, NEED_DISPATCHED);
    act_nobody(t);
    EXPECT(t->cx, match_contact(t->cx, o.id, a.key, &opened), ERR_CONFLICT);
    EXPECT(t->cx, step(t, &o, "accept", OFFER_BY_HELPER, S("wrong"), false), ERR_MISSING);
    MUST(t->cx, match_tasks(t->cx, a.v.id, a.key, &tasks));
    assert_int_equal(tasks.n, 1);
    assert_int_equal(tasks.at[0].words.n, 0);
    STEP(t, &o, "accept", OFFER_BY_HELPER, a.key);
    assert_true(str_is(o.shown_name, "周师傅"));
    EXPECT(t->cx, match_contact(t->cx, o.id, a.key, &opened), ERR_CONFLICT);
    EXPECT(t->cx, step(t, &o, "agree", OFFER_BY_HELPER, a.key, false), ERR_MISSING);
    STEP(t, &o, "agree", OFFER_BY_ASKER, t->key);
    MUST(t->cx, match_contact(t->cx, o.id, a.key, &opened));
    assert_true(str_is(opened.contact, "13955101234"));
    assert_true(str_is(opened.door, "502"));
    MUST(t->cx, need_openings(t->cx, t->n.id, &seen));
    assert_int_equal(seen.n, 2);
    assert_true(str_is(seen.at[0].person_name, "周师傅"));
    STEP(t, &o, "served", OFFER_BY_HELPER, a.key);
    STEP(t, &o, "confirm", OFFER_BY_ASKER, t->key);
    EXPECT(t->cx, match_contact(t->cx, o.id, a.key, &opened), ERR_CONFLICT);
    assert_true(said(t, "helper", NULL) >= 5);
}

static void relay_shows_the_centres_number(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国", "tap", t->building.id);
    struct need opened;
    want(t, "家里漏水，请人看看");
    struct match_help h = *help(t);
    h.relay = true;
    set_help(t, &h);
    struct match_offer o = asked(t, a.v.id);
    STEP(t, &o, "accept", OFFER_BY_HELPER, a.key);
    STEP(t, &o, "agree", OFFER_BY_STAFF, S(""));
    act_nobody(t);
    MUST(t->cx, match_contact(t->cx, o.id, a.key, &opened));
    assert_true(str_find(opened.contact, S("转接")) >= 0);
    assert_true(str_find(opened.contact, S("13955101234")) < 0);
}

/* A no costs nothing: the next one is asked, then the team, then the duty desk; never silence. */
static void a_no_goes_on_to_the_next(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    struct helper b = help_from(t, "吴乙", "tap", t->building.id);
    match_offer_list list = {0};
    want(t, "家里漏水，请人看看");
    struct match_offer o = asked(t, a.v.id);
    STEP(t, &o, "decline", OFFER_BY_HELPER, a.key);
    jobs(t);
    act(t, "dispatcher");
    MUST(t->cx, match_offers(t->cx, t->n.id, &list));
    assert_int_equal(list.n, 2);
    assert_true(list.at[1].volunteer_id == b.v.id);
    assert_int_equal(list.at[1].state, OFFER_ASKED);
    assert_int_equal(help(t)->rung, 1);
    later(t, 49 * MS_HOUR); /* the second says nothing */
    assert_int_equal(state_of(t, &list.at[1]), OFFER_EXPIRED);
    assert_int_equal(help(t)->rung, 3);
    struct need_event last = {0};
    assert_true(said(t, "helper", &last) > 0);
    assert_true(last.is_public);
    assert_true(str_find(last.text, S("值班的同志")) >= 0);
    assert_true(str_is(last_miss(t), "far")); /* all who can were asked */
}

/* A team is asked when no person is left, though it stood below the four that were shown. */
static void a_team_comes_after_the_persons(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper h[5];
    match_offer_list list = {0};
    for (int i = 0; i < 4; i++)
        h[i] = help_from(t, "周甲", "tap", t->building.id);
    h[4] = help_of(t, "team", "修补队", "tap", t->building.id);
    want(t, "家里漏水，请人看看");
    struct match_offer o = asked(t, h[0].v.id);
    for (int round = 0; round < 8; round++) {
        list = (match_offer_list){0};
        act(t, "dispatcher");
        MUST(t->cx, match_offers(t->cx, t->n.id, &list));
        for (size_t i = 0; i < list.n; i++)
            if (list.at[i].state == OFFER_ASKED && list.at[i].volunteer_id != h[4].v.id)
                STEP(t, &list.at[i], "decline", OFFER_BY_STAFF, S(""));
        jobs(t);
    }
    assert_int_equal(state_of(t, &o), OFFER_DECLINED);
    assert_int_equal(help(t)->rung, 2);
    assert_int_equal(list.n, 5);
}

static void a_grid_worker_is_sent_to_look(void **state)
{
    (void)state;
    struct town *t = make();
    want(t, "家里漏水，请人看看");
    match_proposal_list all = proposals(t);
    assert_int_equal(all.n, 1);
    assert_true(str_is(all.at[0].target, "worker"));
    assert_true(says(t, &all.at[0], "先去看看", true));
    act(t, "clerk");
    EXPECT(t->cx, match_look(t->cx, t->n.id), ERR_DENIED);
    act(t, "dispatcher");
    EXPECT(t->cx, match_look(t->cx, t->n.id), ERR_CONFLICT); /* this grid has no branch */
}

static void the_first_yes_ends_the_other_questions(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper h[3] = {help_from(t, "周甲", "tap", t->building.id),
                          help_from(t, "吴乙", "tap", t->building.id),
                          help_from(t, "郑丙", "tap", t->building.id)};
    match_offer_list list = {0};
    want(t, "家里漏水，请人看看");
    act(t, "dispatcher");
    MUST(t->cx, match_ask(t->cx, t->n.id, &(struct match_ask){.first = 3}, &list));
    assert_int_equal(list.n, 3);
    const struct helper *who = &h[0];
    for (int i = 0; i < 3; i++)
        if (h[i].v.id == list.at[1].volunteer_id)
            who = &h[i];
    STEP(t, &list.at[1], "accept", OFFER_BY_HELPER, who->key);
    assert_int_equal(state_of(t, &list.at[0]), OFFER_RELEASED);
    assert_int_equal(state_of(t, &list.at[2]), OFFER_RELEASED);
    for (int i = 0; i < 3; i++)
        if (h[i].v.id == list.at[0].volunteer_id)
            EXPECT(t->cx, step(t, &list.at[0], "accept", OFFER_BY_HELPER, h[i].key, false),
                   ERR_CONFLICT);
    match_offer_list more = {0};
    act(t, "dispatcher");
    EXPECT(t->cx, match_ask(t->cx, t->n.id, &(struct match_ask){.first = 1}, &more), ERR_CONFLICT);
}

/* The smallest set: at odds of one half, four yes-or-no questions make 90 %, but at most three. */
static void as_many_are_asked_as_certainty_wants(void **state)
{
    (void)state;
    struct town *t = make();
    match_offer_list list = {0};
    struct match_weights w;
    for (int i = 0; i < 5; i++)
        help_from(t, "周甲", "tap", t->building.id);
    act(t, "duty_lead");
    MUST(t->cx, match_weights_now(t->cx, &w));
    w.note = S("先估得准一点");
    w.odds = 80;
    MUST(t->cx, match_weights_put(t->cx, &w));
    want(t, "家里漏水，请人看看");
    act(t, "dispatcher");
    MUST(t->cx, match_ask(t->cx, t->n.id, &(struct match_ask){0}, &list));
    assert_int_equal(list.n, 2); /* 1 - 0.2 * 0.2 = 96 % */
    EXPECT(t->cx, match_ask(t->cx, t->n.id, &(struct match_ask){.first = 6}, &list), ERR_INPUT);
}

static void caps_hold(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    match_offer_list list = {0};
    edit(t, &a, 1, 2);
    want(t, "家里漏水，第一件");
    struct match_offer o = asked(t, a.v.id);
    want(t, "水龙头坏了，第二件");
    struct match_offer p = asked(t, a.v.id);
    want(t, "又漏水，第三件"); /* asked twice this week is what he agreed to */
    act(t, "dispatcher");
    EXPECT(t->cx, match_ask(t->cx, t->n.id, &(struct match_ask){.volunteer_id = a.v.id}, &list),
           ERR_CONFLICT);
    assert_true(str_is(last_miss(t), "full"));
    STEP(t, &o, "accept", OFFER_BY_HELPER, a.key);
    EXPECT(t->cx, step(t, &p, "accept", OFFER_BY_HELPER, a.key, false), ERR_CONFLICT);
    assert_int_equal(state_of(t, &p), OFFER_ASKED);
}

static void nobody_is_promised_twice_in_one_hour(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    struct match_offer o[2];
    edit(t, &a, 5, 5);
    is_free(t, &a, 1, 9, 10);
    for (int i = 0; i < 2; i++) {
        struct week w = {0};
        want(t, "家里漏水");
        struct match_help h = *help(t);
        week_set(&w, 1, 18, 20, true);
        h.week = week_text(t->cx, &w);
        h.to_day = time_day(t->cx->now) + 2;
        set_help(t, &h);
        o[i] = asked(t, a.v.id);
    }
    assert_true(o[0].visit_at == o[1].visit_at);
    STEP(t, &o[0], "accept", OFFER_BY_HELPER, a.key);
    EXPECT(t->cx, step(t, &o[1], "accept", OFFER_BY_HELPER, a.key, false), ERR_CONFLICT);
}

/* Scarce: one helper, two needs; the more urgent is served and the other is told so. */
static void who_goes_short_is_told_for_whom(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    match_miss_list misses = {0};
    edit(t, &a, 1, 5);
    want(t, "水龙头有点漏水");
    int64_t first = t->n.id;
    GO(t, "dispatcher", "accept", .duty_id = t->idea.id, .level = S("L4"));
    want(t, "漏水漏得厉害");
    GO(t, "dispatcher", "accept", .duty_id = t->lamp.id, .level = S("L1"));
    int64_t urgent = t->n.id;
    act(t, "dispatcher");
    MUST(t->cx, match_later(t->cx, 0, "demand"));
    jobs(t);
    match_proposal_list all = proposals(t);
    assert_true(all.at[0].is_pick);
    t->n.id = first;
    all = proposals(t);
    assert_false(all.at[0].is_pick && str_is(all.at[0].target, "volunteer"));
    assert_true(str_is(last_miss(t), "price"));
    MUST(t->cx, match_misses(t->cx, first, &misses));
    int64_t other;
    assert_true(str_int(misses.at[0].others, &other) && other == urgent);
}

static void a_run_that_changes_nothing_writes_nothing(void **state)
{
    (void)state;
    struct town *t = make();
    struct match_run run;
    help_from(t, "周甲", "tap", t->building.id);
    want(t, "家里漏水");
    size_t before = proposals(t).n;
    MUST(t->cx, match_solve(t->cx, "demand", &run));
    assert_int_equal(run.changed, 0);
    match_proposal_list all = {0};
    act(t, "dispatcher");
    MUST(t->cx, match_proposals(t->cx, t->n.id, true, &all));
    assert_int_equal(all.n, before);
    GO(t, "dispatcher", "withdraw", .text = S("本人电话里说不用了"));
    jobs(t);
    assert_int_equal(proposals(t).n, 0);
    MUST(t->cx, match_run_get(t->cx, 0, &run));
    assert_int_equal(run.needs, 0);
}

static void who_is_barred_is_not_proposed(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    match_offer_list list = {0};
    want(t, "家里漏水");
    act(t, "dispatcher");
    MUST(t->cx, match_bar(t->cx, t->n.id, a.v.id));
    jobs(t);
    match_proposal_list all = proposals(t);
    for (size_t i = 0; i < all.n; i++)
        assert_true(all.at[i].target_id != a.v.id);
    EXPECT(t->cx, match_ask(t->cx, t->n.id, &(struct match_ask){.volunteer_id = a.v.id}, &list),
           ERR_CONFLICT);
}

static void a_need_that_recurs_stays_with_whom_both_liked(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    help_from(t, "吴乙", "tap", t->building.id);
    match_offer_list list = {0};
    edit(t, &a, 5, 5);
    want(t, "水龙头漏水，每周来看一次");
    struct match_help h = *help(t);
    h.every = S("week");
    set_help(t, &h);
    struct match_offer o = asked(t, a.v.id);
    STEP(t, &o, "accept", OFFER_BY_HELPER, a.key);
    STEP(t, &o, "agree", OFFER_BY_ASKER, t->key);
    AGAIN(t, &o, "served", OFFER_BY_HELPER, a.key);
    AGAIN(t, &o, "confirm", OFFER_BY_ASKER, t->key);
    assert_int_equal(help(t)->turn, 1);
    later(t, 5 * MS_DAY);
    act(t, "dispatcher");
    MUST(t->cx, match_offers(t->cx, t->n.id, &list));
    assert_int_equal(list.n, 2);
    assert_int_equal(list.at[0].turn, 1);
    assert_true(list.at[0].volunteer_id == a.v.id);
    assert_int_equal(list.at[0].state, OFFER_ASKED);
}

static void stale_help_is_asked_once_and_then_rests(void **state)
{
    (void)state;
    struct town *t = make();
    want(t, "家里漏水，没人会修");
    later(t, 31 * MS_DAY);
    assert_true(help(t)->asked_at != 0);
    assert_false(help(t)->is_paused);
    later(t, 15 * MS_DAY);
    assert_true(help(t)->is_paused);
    struct need_event last = {0};
    said(t, "helper", &last);
    assert_true(last.is_public);
    act_nobody(t);
    EXPECT(t->cx, match_still(t->cx, t->n.id, S("wrong")), ERR_MISSING);
    MUST(t->cx, match_still(t->cx, t->n.id, t->key));
    jobs(t);
    assert_false(help(t)->is_paused);
    later(t, 31 * MS_DAY); /* and so on: once a month, never twice for one word */
    assert_true(help(t)->asked_at != 0);
}

static void rules_are_data_with_a_version(void **state)
{
    (void)state;
    struct town *t = make();
    struct match_weights w, old;
    struct match_trial trial;
    match_weights_list all = {0};
    help_from(t, "周甲", "tap", t->building.id);
    want(t, "家里漏水");
    act(t, "duty_lead");
    MUST(t->cx, match_weights_now(t->cx, &w));
    assert_int_equal(w.id, 0);
    old = w;
    w.near = 60;
    MUST(t->cx, match_try(t->cx, &w, &trial));
    assert_int_equal(trial.needs, 1);
    assert_int_equal(trial.served_new, 1);
    assert_int_equal(trial.gap, 0);
    EXPECT(t->cx, match_weights_put(t->cx, &w), ERR_INPUT); /* no word why */
    w.note = S("居民说走得近的来得快");
    MUST(t->cx, match_weights_put(t->cx, &w));
    jobs(t);
    old.note = S("晚了一步");
    EXPECT(t->cx, match_weights_put(t->cx, &old), ERR_CONFLICT);
    act(t, "dispatcher");
    EXPECT(t->cx, match_weights_put(t->cx, &w), ERR_DENIED);
    MUST(t->cx, match_weights_all(t->cx, &all));
    assert_int_equal(all.n, 1);
    assert_int_equal(proposals(t).at[0].weights_id, 1);
    act(t, "leader");
    w.id = 1;
    w.far_m = 1;
    EXPECT(t->cx, match_weights_put(t->cx, &w), ERR_INPUT);
}

static void the_two_lists_stand_side_by_side(void **state)
{
    (void)state;
    struct town *t = make();
    match_gap_list gaps = {0};
    int64_t today;
    help_from(t, "周甲", "tap", t->building.id);
    want(t, "家里跳闸了");
    act(t, "duty_lead");
    today = time_day(t->cx->now);
    MUST(t->cx, match_gaps(t->cx, 0, today - 6, today, &gaps));
    assert_int_equal(gaps.n, 2);
    assert_true(str_is(gaps.at[0].skill_code, "wire")); /* waited for, nobody offers it */
    assert_int_equal(gaps.at[0].waiting, 1);
    assert_int_equal(gaps.at[0].offered, 0);
    assert_true(str_is(gaps.at[1].name, "修水管"));
    assert_int_equal(gaps.at[1].offered, 1);
}

static void times_that_meet(void **state)
{
    struct week w = {0};
    struct match_wait n = {.halves = 2};
    int64_t from, to, now = TEST_NOW; /* Monday 10:00 */
    (void)state;
    week_set(&w, 0, 20, 32, true); /* Monday 10-16 */
    assert_true(match_meet(&w, &n, NULL, 0, now, &from, &to));
    assert_true(from == now + 4 * MS_HOUR && to == from + MS_HOUR);
    struct match_visit busy = {1, from, from + MS_HOUR};
    assert_true(match_meet(&w, &n, &busy, 1, now, &from, &to));
    assert_true(from == now + 5 * MS_HOUR);
    n.halves = 5; /* nothing that long is left today: next Monday */
    assert_true(match_meet(&w, &n, NULL, 0, now, &from, &to));
    assert_true(from == now + 7 * MS_DAY);
    n.to_day = time_day(now) + 3;
    assert_false(match_meet(&w, &n, NULL, 0, now, &from, &to));
    n = (struct match_wait){.halves = 2, .from_day = time_day(now) + 7};
    assert_true(match_meet(&w, &n, NULL, 0, now, &from, &to));
    assert_true(from == now + 7 * MS_DAY);
}

/* README.md stands beside this file, whose name the compiler gives relative to where tests run. */
static void the_drawing_is_the_table(void **state)
{
    struct cx *cx = test_cx();
    struct out o;
    char name[512], *text = arena_alloc(cx->mem, 1 << 16);
    const char *slash = strrchr(__FILE__, '/');
    (void)state;
    snprintf(name, sizeof name, "%.*sREADME.md", slash ? (int)(slash - __FILE__ + 1) : 0, __FILE__);
    FILE *f = fopen(name, "rb");
    if (!f)
        fail_msg("cannot open %s", name);
    size_t n = fread(text, 1, 1 << 16, f);
    fclose(f);
    out_init(&o, cx->mem);
    offer_draw(&o);
    if (str_find(str_n(text, n), out_text(&o)) < 0)
        fail_msg("README.md does not hold the drawing:\n%.*s", STR(out_text(&o)));
}

#define T(f) cmocka_unit_test_teardown(f, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(statements_and_shapes_are_right),
        T(a_need_is_guessed_and_the_nearer_is_proposed_first),
        T(without_consent_nobody_is_proposed),
        T(what_is_missing_is_named),
        T(bad_help_is_told),
        T(both_say_yes_and_then_meet),
        T(relay_shows_the_centres_number),
        T(a_no_goes_on_to_the_next),
        T(a_team_comes_after_the_persons),
        T(a_grid_worker_is_sent_to_look),
        T(the_first_yes_ends_the_other_questions),
        T(as_many_are_asked_as_certainty_wants),
        T(caps_hold),
        T(nobody_is_promised_twice_in_one_hour),
        T(who_goes_short_is_told_for_whom),
        T(a_run_that_changes_nothing_writes_nothing),
        T(who_is_barred_is_not_proposed),
        T(a_need_that_recurs_stays_with_whom_both_liked),
        T(stale_help_is_asked_once_and_then_rests),
        T(rules_are_data_with_a_version),
        T(the_two_lists_stand_side_by_side),
        cmocka_unit_test(times_that_meet),
        T(the_drawing_is_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
