/* match_test -- who fits and why, the run, asking within caps, the road of an offer, what comes by
 * itself. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/match_test.h"
#include "match.sql.h"
#include "tests/drawing.h"
#include <stdio.h>
#include <string.h>

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
    assert_true(str_is(tasks.at[0].where, "依澜雅居 7 栋"));
    STEP(t, &o, "accept", OFFER_BY_HELPER, a.key);
    assert_true(str_is(o.shown_name, "周师傅"));
    EXPECT(t->cx, match_contact(t->cx, o.id, a.key, &opened), ERR_CONFLICT);
    EXPECT(t->cx, step(t, &o, "agree", OFFER_BY_HELPER, a.key, false), ERR_MISSING);
    STEP(t, &o, "agree", OFFER_BY_ASKER, t->key);
    tasks = (match_task_list){0};
    MUST(t->cx, match_tasks(t->cx, a.v.id, a.key, &tasks));
    assert_true(str_is(tasks.at[0].where, "依澜雅居 7 栋 2 单元"));
    MUST(t->cx, match_contact(t->cx, o.id, a.key, &opened));
    assert_true(str_is(opened.contact, "13955101234"));
    assert_true(str_is(opened.door, "502"));
    MUST(t->cx, openings_of(t->cx, &need_seen, t->n.id, &seen));
    assert_int_equal(seen.n, 2);
    assert_true(str_is(seen.at[0].person_name, "周师傅"));
    STEP(t, &o, "served", OFFER_BY_HELPER, a.key);
    STEP(t, &o, "confirm", OFFER_BY_ASKER, t->key);
    EXPECT(t->cx, match_contact(t->cx, o.id, a.key, &opened), ERR_CONFLICT);
    assert_true(said(t, "helper", NULL) >= 5);
}

/* The one thing that the helper has to do. */
static struct match_task task(struct town *t, struct helper *h)
{
    match_task_list all = {0};
    act_nobody(t);
    MUST(t->cx, match_tasks(t->cx, h->v.id, h->key, &all));
    assert_int_equal(all.n, 1);
    return all.at[0];
}

static void the_way_in_is_for_whom_the_resident_agreed_to(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国", "tap", t->building.id);
    const struct consent_how how = {0};
    want(t, "家里漏水，请人看看");
    struct match_help h = *help(t);
    h.access = S("钥匙在门卫");
    set_help(t, &h);
    struct match_offer o = asked(t, a.v.id);
    STEP(t, &o, "accept", OFFER_BY_HELPER, a.key);
    assert_int_equal(task(t, &a).access.n, 0); /* the resident has not agreed to him */
    STEP(t, &o, "agree", OFFER_BY_ASKER, t->key);
    assert_true(str_is(task(t, &a).access, "钥匙在门卫"));
    STEP(t, &o, "served", OFFER_BY_HELPER, a.key);
    assert_true(str_is(task(t, &a).words, "家里漏水，请人看看"));
    MUST(t->cx, consent_set(t->cx, &need_consents, t->n.id, "match", false, &how));
    assert_int_equal(state_of(t, &o), OFFER_SERVED); /* what was done stays done */
    assert_int_equal(task(t, &a).access.n + task(t, &a).words.n, 0);
    jobs(t);
    assert_int_equal(help(t)->access.n, 0);
}

static void what_was_said_of_people_is_erased_with_its_need(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国", "tap", t->building.id),
                  b = help_from(t, "吴不去", "tap", t->building.id);
    match_pair_list barred = {0};
    want(t, "家里漏水，请人看看");
    struct match_help h = *help(t);
    h.access = S("钥匙在门卫");
    set_help(t, &h);
    MUST(t->cx, match_bar(t->cx, t->n.id, b.v.id));
    struct match_offer o = asked(t, a.v.id);
    STEP(t, &o, "accept", OFFER_BY_HELPER, a.key);
    STEP(t, &o, "agree", OFFER_BY_ASKER, t->key);
    STEP(t, &o, "served", OFFER_BY_HELPER, a.key);
    GO(t, "dispatcher", "withdraw", .text = S("本人电话里说不用了"));
    MUST(t->cx, match_held[0].erased(t->cx, t->n.id));
    MUST(t->cx, match_offer_load(t->cx, o.id, &o));
    assert_int_equal(o.shown_name.n, 0);
    assert_int_equal(help(t)->access.n, 0);
    MUST(t->cx, db_all(t->cx, &match_sql_pairs, &match_pair_shape, &barred,
                       ARGS(AS("first", t->n.id), AS("last", t->n.id))));
    for (size_t i = 0; i < barred.n; i++)
        assert_false(str_is(barred.at[i].state, "barred"));
    STEP(t, &o, "confirm", OFFER_BY_STAFF, S("")); /* his hours still come to their end */
}

/* Declining leaves no mark, in the copy that the asker takes home either. */
static void a_copy_does_not_say_who_declined(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国", "tap", t->building.id),
                  b = help_from(t, "吴不去", "tap", t->building.id),
                  c = help_from(t, "郑来不了", "tap", t->building.id);
    match_offer_list offers = {0};
    match_event_list events = {0};
    const struct subject_table *held = match_held[0].at;
    want(t, "家里漏水，请人看看");
    struct match_offer no = asked(t, b.v.id), late, o;
    STEP(t, &no, "decline", OFFER_BY_HELPER, b.key);
    late = asked(t, c.v.id);
    STEP(t, &late, "accept", OFFER_BY_HELPER, c.key);
    STEP(t, &late, "cannot", OFFER_BY_HELPER, c.key);
    o = asked(t, a.v.id);
    STEP(t, &o, "accept", OFFER_BY_HELPER, a.key);
    for (size_t i = 0; i < match_held[0].n; i++) {
        if (!strcmp(held[i].table, "match_offer"))
            MUST(t->cx, db_all(t->cx, held[i].rows, held[i].shape, &offers,
                               ARGS(AS("id", t->n.id), AS("subject", S("need")))));
        if (!strcmp(held[i].table, "match_event"))
            MUST(t->cx, db_all(t->cx, held[i].rows, held[i].shape, &events,
                               ARGS(AS("id", t->n.id), AS("subject", S("need")))));
    }
    assert_int_equal(offers.n, 1);
    assert_true(str_is(offers.at[0].shown_name, "周师傅"));
    assert_int_equal(offers.at[0].volunteer_id, 0);
    assert_int_equal(events.n, 2);
    for (size_t i = 0; i < events.n; i++)
        assert_true(events.at[i].offer_id == o.id);
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
    assert_true(str_find(opened.contact, t->n.number) >= 0); /* what to tell the centre */
    assert_true(str_find(opened.contact, S("13955101234")) < 0);
}

/* Who has the post is one of the few that are proposed, and is sent instead of asked. */
static void whose_matter_it_is_is_sent(void **state)
{
    (void)state;
    struct town *t = make();
    const int64_t unit = t->org[ORG_PROPERTY].id;
    want(t, "楼道路灯不亮，家里又漏水，请人看看");
    match_proposal_list all = proposals(t);
    assert_int_equal(all.n, 2); /* the grid has no branch that its worker could be sent from */
    assert_true(str_is(all.at[0].target, "org") && all.at[0].target_id == unit);
    assert_true(says(t, &all.at[0], "“楼道灯不亮”归它主办", false));
    assert_true(says(t, &all.at[0], "照原话猜的", true));
    assert_true(says(t, &all.at[0], "这里在它的服务范围里", false));
    assert_true(str_is(all.at[1].target, "leader"));
    assert_true(says(t, &all.at[1], "先去看看", true));
    assert_true(all.at[0].runner_id == 0);
    assert_true(str_is(last_miss(t), "skill")); /* it stays known that no helper is there */
    act(t, "clerk");
    EXPECT(t->cx, match_send(t->cx, t->n.id, S("org"), unit), ERR_DENIED);
    act(t, "dispatcher");
    EXPECT(t->cx, match_send(t->cx, t->n.id, S("worker"), 0), ERR_CONFLICT);
    EXPECT(t->cx, match_send(t->cx, t->n.id, S("org"), unit + 1), ERR_CONFLICT);
    EXPECT(t->cx, match_send(t->cx, t->n.id, S("somebody"), 0), ERR_INPUT);
    is_in(t, NEED_RECEIVED);
    MUST(t->cx, match_send(t->cx, t->n.id, S("org"), unit));
    MUST(t->cx, need_load(t->cx, t->n.id, &t->n));
    is_in(t, NEED_DISPATCHED);
    assert_true(t->n.owner_org == unit && t->n.duty_id == t->lamp.id);
    EXPECT(t->cx, match_send(t->cx, t->n.id, S("leader"), 0), ERR_CONFLICT); /* it is there */
    jobs(t);
    assert_int_equal(proposals(t).n, 0);
}

static void a_leader_has_two_hands(void **state)
{
    (void)state;
    struct town *t = make();
    for (int i = 0; i < MATCH_LEADER_MOST; i++) {
        want(t, "家里漏水，请人看看");
        assert_true(says(t, &proposals(t).at[0], i ? "手上有" : "手上没有别的事",
                         i + 1 == MATCH_LEADER_MOST));
        MUST(t->cx, match_send(t->cx, t->n.id, S("leader"), proposals(t).at[0].target_id));
        MUST(t->cx, need_load(t->cx, t->n.id, &t->n));
        is_in(t, NEED_DISPATCHED);
        assert_true(t->n.owner_person != 0 && t->n.owner_org == t->org[ORG_GRID].id);
    }
    want(t, "家里漏水，请人看看");
    assert_int_equal(proposals(t).n, 0);
}

/* Of four one is somebody to be sent, however many helpers there are; asking is for helpers. */
static void one_of_the_four_can_be_sent(void **state)
{
    (void)state;
    struct town *t = make();
    match_offer_list list = {0};
    for (int i = 0; i < 6; i++)
        help_from(t, "周甲", "tap", t->building.id);
    want(t, "家里漏水，请人看看");
    match_proposal_list all = proposals(t);
    assert_int_equal(all.n, MATCH_SHOWN);
    for (size_t i = 0; i < all.n; i++)
        assert_true(str_is(all.at[i].target, i + 1 < all.n ? "volunteer" : "leader"));
    act(t, "dispatcher");
    MUST(t->cx, match_ask(t->cx, t->n.id, &(struct match_ask){.first = 3}, &list));
    assert_int_equal(list.n, 3);
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

/* A need that wants an hour on Tuesday from nine to `until`. */
static void want_on_tuesday(struct town *t, int until)
{
    struct week w = {0};
    want(t, "家里漏水");
    struct match_help h = *help(t);
    week_set(&w, 1, 18, (unsigned)until * 2, true);
    h.week = week_text(t->cx, &w);
    h.to_day = time_day(t->cx->now) + 2;
    set_help(t, &h);
}

/* The hour in which he is proposed first for a need of the last run; 0 = he is not. */
static int64_t picked(struct town *t, int64_t need_id, int64_t volunteer_id)
{
    match_proposal_list all = {0};
    MUST(t->cx, match_proposals(t->cx, need_id, false, &all));
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].is_pick && all.at[i].target_id == volunteer_id)
            return all.at[i].visit_at;
    return 0;
}

static void one_run_wants_nobody_twice_in_one_hour(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    int64_t needs[3];
    struct match_run run;
    edit(t, &a, 5, 5);
    is_free(t, &a, 1, 9, 11);
    for (int i = 0; i < 3; i++) {
        want_on_tuesday(t, 11);
        needs[i] = t->n.id;
    }
    jobs(t);
    act(t, "dispatcher");
    int64_t at[3], found = 0;
    for (int i = 0; i < 3; i++) {
        at[i] = picked(t, needs[i], a.v.id);
        found += at[i] != 0;
    }
    assert_int_equal(found, 2); /* three hours do not fit into two */
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < i; k++)
            assert_true(at[i] == 0 || at[i] != at[k]);
    MUST(t->cx, match_run_get(t->cx, 0, &run));
    assert_int_equal(run.matched, 2); /* who may have a look at the third is no helper */
    assert_true(run.gap > 0);         /* what the hours may have cost is told */
}

static void an_hour_asked_for_is_not_asked_for_again(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    match_offer_list list = {0};
    edit(t, &a, 5, 5);
    is_free(t, &a, 1, 9, 10);
    want_on_tuesday(t, 10);
    struct match_offer first = asked(t, a.v.id);
    assert_true(first.visit_at != 0);
    want_on_tuesday(t, 10);
    act(t, "dispatcher");
    const struct match_ask him = {.volunteer_id = a.v.id};
    EXPECT(t->cx, match_ask(t->cx, t->n.id, &him, &list), ERR_CONFLICT);
    STEP(t, &first, "decline", OFFER_BY_HELPER, a.key);
    jobs(t);
    assert_true(asked(t, a.v.id).visit_at == first.visit_at);
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
    MUST(t->cx, match_try(t->cx, &w, &trial, NULL));
    assert_int_equal(trial.needs, 1);
    assert_int_equal(trial.served_new, 1);
    assert_int_equal(trial.gap, 0);
    assert_int_equal(trial.worst_now, 1000);                /* no grid wants three */
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
    assert_true(all.at[0].tried == 1 && all.at[0].served_new == 1); /* what its trial said stays */
    assert_int_equal(proposals(t).at[0].weights_id, 1);
    act(t, "leader");
    w.id = 1;
    w.far_m = 1;
    EXPECT(t->cx, match_weights_put(t->cx, &w), ERR_INPUT);
}

/* Who lives near and who has rested: the rules decide, and a trial names both before they hold. */
static void a_trial_names_who_would_go_instead(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper near = help_from(t, "钱近", "tap", t->building.id);
    struct helper rested = help_from(t, "赵闲", "tap", t->top.id);
    struct match_weights w;
    struct match_trial trial;
    match_other_list others = {0};
    act_nobody(t);
    MUST(t->cx, volunteer_by_key(t->cx, rested.v.id, rested.key, &rested.v));
    rested.v.reach = S("community");
    MUST(t->cx, volunteer_edit(t->cx, rested.key, &rested.v));
    want(t, "家里漏水");
    struct match_offer o = asked(t, near.v.id);
    STEP(t, &o, "accept", OFFER_BY_HELPER, near.key); /* he has helped in these weeks */
    act(t, "duty_lead");
    MUST(t->cx, match_weights_now(t->cx, &w));
    MUST(t->cx, match_try(t->cx, &w, &trial, &others));
    assert_true(others.n == 0 && trial.others == 0);
    w.near = 100;
    MUST(t->cx, match_try(t->cx, &w, &trial, &others));
    assert_true(others.n == 1 && trial.others == 1 && others.at[0].need_id == t->n.id);
    assert_true(others.at[0].now.n == 1 && others.at[0].now.at[0] == rested.v.id);
    assert_true(others.at[0].then.n == 1 && others.at[0].then.at[0] == near.v.id);
    assert_int_equal(trial.served_now, trial.served_new);
}

/* A trial looks back over a month, but not at what its asker does not want looked at any more. */
static void a_trial_leaves_out_who_took_his_consent_back(void **state)
{
    (void)state;
    struct town *t = make();
    const struct consent_how how = {.channel = S("self")};
    struct match_weights w;
    struct match_trial trial;
    help_from(t, "周甲", "tap", t->building.id);
    want(t, "家里漏水，请人看看");
    act(t, "duty_lead");
    MUST(t->cx, match_weights_now(t->cx, &w));
    MUST(t->cx, match_try(t->cx, &w, &trial, NULL));
    assert_int_equal(trial.needs, 1);
    act_nobody(t);
    MUST(t->cx, consent_set(t->cx, &need_consents, t->n.id, "match", false, &how));
    jobs(t);
    act(t, "duty_lead");
    MUST(t->cx, match_try(t->cx, &w, &trial, NULL));
    assert_int_equal(trial.needs, 0);
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

static void what_is_looked_for_goes_by_asked_against_offered(void **state)
{
    (void)state;
    struct town *t = make();
    volunteer_want_list wants = {0};
    help_from(t, "周甲", "tap", t->building.id);
    want(t, "家里跳闸了");
    act(t, "duty_lead");
    MUST(t->cx, match_tell_wants(t->cx));
    MUST(t->cx, volunteer_wants(t->cx, 0, 6, &wants));
    assert_int_equal(wants.n, 0); /* one asker alone is not pointed at */
    want(t, "家里又跳闸了");
    act(t, "duty_lead");
    MUST(t->cx, match_tell_wants(t->cx));
    MUST(t->cx, match_tell_wants(t->cx)); /* laid over those of before */
    MUST(t->cx, volunteer_wants(t->cx, 0, 6, &wants));
    assert_true(wants.n == 1 && str_is(wants.at[0].skill_code, "wire"));
}

static void the_drawing_is_the_table(void **state)
{
    struct out o;
    (void)state;
    out_init(&o, test_cx()->mem);
    offer_draw(&o);
    readme_holds(__FILE__, out_text(&o));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(statements_and_shapes_are_right),
        T(a_need_is_guessed_and_the_nearer_is_proposed_first),
        T(without_consent_nobody_is_proposed),
        T(what_is_missing_is_named),
        T(bad_help_is_told),
        T(both_say_yes_and_then_meet),
        T(the_way_in_is_for_whom_the_resident_agreed_to),
        T(what_was_said_of_people_is_erased_with_its_need),
        T(a_copy_does_not_say_who_declined),
        T(relay_shows_the_centres_number),
        T(whose_matter_it_is_is_sent),
        T(a_leader_has_two_hands),
        T(one_of_the_four_can_be_sent),
        T(the_first_yes_ends_the_other_questions),
        T(as_many_are_asked_as_certainty_wants),
        T(caps_hold),
        T(one_run_wants_nobody_twice_in_one_hour),
        T(an_hour_asked_for_is_not_asked_for_again),
        T(who_goes_short_is_told_for_whom),
        T(a_run_that_changes_nothing_writes_nothing),
        T(who_is_barred_is_not_proposed),
        T(rules_are_data_with_a_version),
        T(a_trial_names_who_would_go_instead),
        T(a_trial_leaves_out_who_took_his_consent_back),
        T(the_two_lists_stand_side_by_side),
        T(what_is_looked_for_goes_by_asked_against_offered),
        T(the_drawing_is_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
