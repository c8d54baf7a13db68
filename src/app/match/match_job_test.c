/* match_job_test -- what comes by itself: the chain after a no, the next time, still wanted,
 * helpers who leave, what is forgotten. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/match_test.h"
#include "app/outbox/outbox.h"
#include "app/volunteer/volunteer_own.h"
#include "match.sql.h"
#include <string.h>

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

/* What only one of them would like is nobody's promise; each may take it back, at any time. */
static void the_same_next_time_needs_both(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    struct match_offer o;
    volunteer_id_list own = {0};
    edit(t, &a, 5, 5);
    want(t, "水龙头漏水，每周来看一次");
    struct match_help h = *help(t);
    h.every = S("week");
    set_help(t, &h);
    o = asked(t, a.v.id);
    STEP(t, &o, "accept", OFFER_BY_HELPER, a.key);
    STEP(t, &o, "agree", OFFER_BY_ASKER, t->key);
    EXPECT(t->cx, match_wish(t->cx, o.id, OFFER_BY_HELPER, a.key, true, &o), ERR_CONFLICT);
    STEP(t, &o, "confirm", OFFER_BY_ASKER, t->key); /* he has not said a word yet */
    act_nobody(t);
    EXPECT(t->cx, match_wish(t->cx, o.id, OFFER_BY_HELPER, t->key, true, &o), ERR_MISSING);
    MUST(t->cx, match_wish(t->cx, o.id, OFFER_BY_HELPER, a.key, true, &o));
    MUST(t->cx, match_adopters(t->cx, t->n.id, &own));
    assert_int_equal(own.n, 0);
    MUST(t->cx, match_wish(t->cx, o.id, OFFER_BY_ASKER, t->key, true, &o));
    MUST(t->cx, match_wish(t->cx, o.id, OFFER_BY_ASKER, t->key, true, &o));
    MUST(t->cx, match_adopters(t->cx, t->n.id, &own));
    assert_true(own.n == 1 && own.at[0] == a.v.id);
    struct need_event last = {0};
    said(t, "helper", &last);
    assert_true(last.is_public && str_find(last.text, S("下回先问周师傅")) >= 0);
    act_nobody(t);
    MUST(t->cx, match_wish(t->cx, o.id, OFFER_BY_HELPER, a.key, false, &o));
    own = (volunteer_id_list){0};
    MUST(t->cx, match_adopters(t->cx, t->n.id, &own));
    assert_true(own.n == 0 && !o.again_volunteer && o.again_resident);
}

/* A later need may name the earlier one; who was liked there by both has a reason more. */
static void whom_both_liked_is_told_as_a_reason(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    edit(t, &a, 5, 5);
    want(t, "水龙头漏水");
    const int64_t first = t->n.id;
    struct match_offer o = asked(t, a.v.id);
    STEP(t, &o, "accept", OFFER_BY_HELPER, a.key);
    STEP(t, &o, "agree", OFFER_BY_ASKER, t->key);
    AGAIN(t, &o, "served", OFFER_BY_HELPER, a.key);
    struct str key = t->key;
    want(t, "水龙头又漏水");
    struct match_help h = *help(t);
    h.again_id = first;
    set_help(t, &h);
    assert_false(says(t, &proposals(t).at[0], "上回就是他", false));
    act_nobody(t);
    MUST(t->cx, match_wish(t->cx, o.id, OFFER_BY_ASKER, key, true, &o));
    set_help(t, help(t));
    assert_true(says(t, &proposals(t).at[0], "上回就是他", false));
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

static void who_leaves_leaves_nobody_waiting(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    struct helper b = help_from(t, "吴乙", "tap", t->building.id);
    struct volunteer v;
    struct need_event last = {0};
    match_offer_list list = {0};
    want(t, "家里漏水，请人看看");
    struct match_offer o = asked(t, a.v.id);
    STEP(t, &o, "accept", OFFER_BY_HELPER, a.key);
    STEP(t, &o, "agree", OFFER_BY_ASKER, t->key);
    act_nobody(t);
    MUST(t->cx, volunteer_step(t->cx, a.v.id, a.key, S("leave"), 0, &v));
    later(t, MS_DAY); /* the night looks */
    assert_int_equal(state_of(t, &o), OFFER_RELEASED);
    act(t, "dispatcher");
    MUST(t->cx, match_offers(t->cx, t->n.id, &list));
    assert_int_equal(list.n, 2);
    assert_true(list.at[1].volunteer_id == b.v.id);
    assert_true(said(t, "helper", &last) > 2);
    act_nobody(t);
    MUST(t->cx,
         volunteer_step(t->cx, b.v.id, b.key, S("pause"), 0, &v)); /* a question, no promise */
    later(t, MS_DAY);
    assert_int_equal(state_of(t, &list.at[1]), OFFER_RELEASED);
    assert_int_equal(help(t)->rung, 3);
}

static void who_said_no_is_forgotten(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    match_offer_list list = {0};
    match_event_list events = {0};
    want(t, "家里漏水，请人看看");
    struct match_offer o = asked(t, a.v.id);
    STEP(t, &o, "decline", OFFER_BY_HELPER, a.key);
    GO(t, "dispatcher", "withdraw", .text = S("本人电话里说不用了"));
    later(t, 80 * MS_DAY);
    assert_int_equal(state_of(t, &o), OFFER_DECLINED);
    later(t, 12 * MS_DAY);
    act(t, "dispatcher");
    MUST(t->cx, match_offers(t->cx, t->n.id, &list));
    assert_int_equal(list.n, 0);
    MUST(t->cx, db_all(t->cx, &match_sql_events, &match_event_shape, &events,
                       ARGS(AS("need_id", t->n.id))));
    for (size_t i = 0; i < events.n; i++)
        assert_false(str_is(events.at[i].step, "decline"));
}

/* Nobody agrees to an hour that is past: the helper would be written down as one who was to come.
 */
static void an_hour_that_is_past_cannot_be_agreed_to(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    struct match_ask ask = {.volunteer_id = a.v.id, .visit_at = t->cx->now + MS_DAY};
    match_offer_list list = {0};
    want(t, "家里漏水，请人看看");
    act(t, "dispatcher");
    MUST(t->cx, match_ask(t->cx, t->n.id, &ask, &list));
    struct match_offer o = list.at[0];
    STEP(t, &o, "accept", OFFER_BY_HELPER, a.key);
    test_advance(MS_DAY + MS_HOUR);
    EXPECT(t->cx, step(t, &o, "agree", OFFER_BY_ASKER, t->key, false), ERR_CONFLICT);
    EXPECT(t->cx, step(t, &o, "agree", OFFER_BY_STAFF, S(""), false), ERR_CONFLICT);
    assert_int_equal(state_of(t, &o), OFFER_ACCEPTED);
    struct need_event last = {0};
    jobs(t); /* it keeps nobody waiting, and nobody away */
    assert_int_equal(state_of(t, &o), OFFER_RELEASED);
    said(t, "helper", &last);
    assert_true(last.is_public && str_find(last.text, S("值班的同志打电话")) >= 0);
    assert_int_equal(arranged(t, &a).id, o.id);
}

/* Declining leaves no mark: staff reads whom it need not ask again, and not why. */
static void who_said_no_reads_like_who_was_not_needed(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id),
                  b = help_from(t, "吴乙", "tap", t->building.id);
    match_offer_list list = {0};
    want(t, "家里漏水，请人看看");
    struct match_offer o = asked(t, a.v.id), p = asked(t, b.v.id);
    STEP(t, &o, "decline", OFFER_BY_HELPER, a.key);
    later(t, 49 * MS_HOUR); /* the other says nothing */
    assert_int_equal(state_of(t, &o), OFFER_DECLINED);
    assert_int_equal(state_of(t, &p), OFFER_EXPIRED);
    act(t, "dispatcher");
    MUST(t->cx, match_offers(t->cx, t->n.id, &list));
    assert_int_equal(list.n, 2);
    for (size_t i = 0; i < list.n; i++)
        assert_true(list.at[i].state == OFFER_RELEASED && list.at[i].ended_at == 0);
    struct match_help h = *help(t);
    h.every = S("week");
    h.turn = 1;
    MUST(t->cx, match_help_save(t->cx, &h));
    list.n = 0;
    MUST(t->cx, match_offers(t->cx, t->n.id, &list));
    assert_int_equal(list.n, 0); /* of a turn that is over nobody need be told */
}

static void messages_leave(struct town *t)
{
    struct adapter robot = {.kind = ADAPTER_HTTP,
                            .name = S("值班群"),
                            .url = S("https://example.com/"),
                            .topics = S("*")};
    act(t, "admin");
    MUST(t->cx, adapter_save(t->cx, &robot));
    MUST(t->cx, adapter_switch(t->cx, robot.id, true));
}

/* How many messages of this question say so. */
static size_t said_to(struct town *t, int64_t offer_id, const char *words)
{
    outbox_list all = {0};
    size_t n = 0;
    act(t, "admin");
    MUST(t->cx, outbox_find(t->cx, OUTBOX_WAITING, 100, &all));
    for (size_t i = 0; i < all.n; i++)
        n += all.at[i].subject_id == offer_id && str_find(all.at[i].text, str_c(words)) >= 0;
    return n;
}

static struct helper minor_of(struct town *t, const char *name)
{
    struct helper h = {.v = {.name = str_c(name),
                             .contact = S("0551-0000 1234"),
                             .place_id = t->building.id,
                             .birth_year = time_civil(t->cx->now).year - 16,
                             .guardian_name = S("妈妈"),
                             .guardian_contact = S("0551-0000 7777"),
                             .guardian_agreed_at = t->cx->now,
                             .week_max = 5,
                             .ask_max = 5,
                             .agrees_match = true}};
    volunteer_code_list codes = {0};
    bool again;
    *PUSH(t->cx->mem, &codes) = S("tap");
    act_nobody(t);
    MUST(t->cx, volunteer_add(t->cx, &h.v, &codes, &h.key, &again));
    act(t, "clerk");
    MUST(t->cx, volunteer_step(t->cx, h.v.id, S(""), S("accept"), 0, &h.v));
    return h;
}

static void a_minor_goes_nowhere_without_his_guardian(void **state)
{
    (void)state;
    enum { ASKED, ACCEPTED, AGREED, NEEDS };
    struct town *t = make();
    struct helper a = minor_of(t, "小满");
    const struct consent_how how = {.channel = S("self"), .is_guardian = true};
    struct match_offer o[NEEDS];
    struct str key[NEEDS];
    int64_t id[NEEDS];
    struct need opened;
    struct match_task task;
    messages_leave(t);
    for (int i = 0; i < NEEDS; i++) {
        want(t, "家里漏水，请人看看");
        key[i] = t->key;
        id[i] = t->n.id;
        o[i] = asked(t, a.v.id);
        if (i >= ACCEPTED)
            STEP(t, &o[i], "accept", OFFER_BY_HELPER, a.key);
        if (i == AGREED)
            STEP(t, &o[i], "agree", OFFER_BY_ASKER, t->key);
    }
    act_nobody(t);
    MUST(t->cx, match_contact(t->cx, o[AGREED].id, a.key, &opened));
    MUST(t->cx, consent_set(t->cx, &volunteer_consents, a.v.id, "guardian", false, &how));

    /* at once, whatever still stands open */
    EXPECT(t->cx, match_contact(t->cx, o[AGREED].id, a.key, &opened), ERR_CONFLICT);
    MUST(t->cx, match_task_get(t->cx, a.v.id, a.key, o[AGREED].id, &task));
    assert_false(task.is_open);
    assert_int_equal(task.words.n, 0);
    EXPECT(t->cx, step(t, &o[ASKED], "accept", OFFER_BY_HELPER, a.key, false), ERR_CONFLICT);
    EXPECT(t->cx, step(t, &o[ASKED], "accept", OFFER_BY_STAFF, S(""), false), ERR_CONFLICT);
    EXPECT(t->cx, step(t, &o[ACCEPTED], "agree", OFFER_BY_ASKER, key[ACCEPTED], false),
           ERR_CONFLICT);

    jobs(t);
    for (int i = 0; i < NEEDS; i++) {
        assert_int_equal(state_of(t, &o[i]), OFFER_RELEASED);
        assert_int_equal(said_to(t, o[i].id, "不用跑了"), 1);
        need_event_list all = {0};
        size_t told = 0;
        act(t, "dispatcher");
        MUST(t->cx, need_history(t->cx, id[i], true, &all));
        for (size_t k = 0; k < all.n; k++)
            told += str_find(all.at[k].text, S("答应的人来不了了，正在再找")) >= 0;
        assert_int_equal(told, i != ASKED);
    }
}

/* Others were faster, and then could not come: whom nobody has sent away is asked again. */
static void who_was_not_needed_can_be_asked_again(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id),
                  b = help_from(t, "吴乙", "tap", t->building.id);
    match_offer_list list = {0};
    messages_leave(t);
    want(t, "家里漏水，请人看看");
    struct match_offer o = asked(t, a.v.id), p = asked(t, b.v.id);
    STEP(t, &o, "accept", OFFER_BY_STAFF, S("")); /* whoever wrote the other's yes down */
    assert_int_equal(state_of(t, &p), OFFER_RELEASED);
    STEP(t, &o, "cannot", OFFER_BY_HELPER, a.key);
    jobs(t);
    assert_int_equal(state_of(t, &p), OFFER_ASKED); /* by the chain, as the next one */
    assert_int_equal(said_to(t, p.id, "有一件您能帮上的事"), 1);
    assert_int_equal(said_to(t, p.id, "还是想请您帮忙"), 1);
    STEP(t, &p, "accept", OFFER_BY_HELPER, b.key);
    STEP(t, &p, "other", OFFER_BY_ASKER, t->key); /* a person wants another: that holds */
    jobs(t);
    assert_int_equal(state_of(t, &p), OFFER_RELEASED);
    act(t, "dispatcher");
    EXPECT(t->cx, match_ask(t->cx, t->n.id, &(struct match_ask){.volunteer_id = b.v.id}, &list),
           ERR_CONFLICT);
    EXPECT(t->cx, match_ask(t->cx, t->n.id, &(struct match_ask){.volunteer_id = a.v.id}, &list),
           ERR_CONFLICT);
}

/* Nobody is sent back and forth: twice is enough, and the second time is not told like the first.
 */
static void nobody_is_asked_a_third_time(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id),
                  b = help_from(t, "吴乙", "tap", t->building.id),
                  c = help_from(t, "郑丙", "tap", t->building.id);
    messages_leave(t);
    want(t, "家里漏水，请人看看");
    struct match_offer o = asked(t, a.v.id), p = asked(t, b.v.id), q = asked(t, c.v.id);
    STEP(t, &o, "accept", OFFER_BY_STAFF, S(""));
    STEP(t, &o, "cannot", OFFER_BY_HELPER, a.key);
    jobs(t);
    assert_int_equal(state_of(t, &p), OFFER_ASKED);
    assert_int_equal(state_of(t, &q), OFFER_ASKED);
    STEP(t, &q, "accept", OFFER_BY_STAFF, S(""));
    assert_int_equal(state_of(t, &p), OFFER_RELEASED);
    assert_int_equal(said_to(t, p.id, "这次不用跑了"), 1);
    assert_int_equal(said_to(t, p.id, "让您等了两次"), 1);
    STEP(t, &q, "cannot", OFFER_BY_HELPER, c.key);
    jobs(t);
    assert_int_equal(state_of(t, &p), OFFER_RELEASED);
}

static void who_agrees_again_may_have_the_same_helper(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    const struct consent_how how = {.channel = S("self")};
    want(t, "家里漏水，请人看看");
    struct match_offer o = arranged(t, &a);
    act_nobody(t);
    MUST(t->cx, consent_set(t->cx, &need_consents, t->n.id, "match", false, &how));
    jobs(t);
    assert_int_equal(state_of(t, &o), OFFER_RELEASED);
    act_nobody(t);
    MUST(t->cx, consent_set(t->cx, &need_consents, t->n.id, "match", true, &how));
    jobs(t);
    assert_true(str_is(proposals(t).at[0].target, "volunteer"));
    struct match_offer again = arranged(t, &a);
    assert_true(again.id == o.id && again.introduced_at >= o.introduced_at);
    later(t, MS_DAY);
    assert_int_equal(state_of(t, &o), OFFER_INTRODUCED);
}

/* Returns the list's id. */
static int64_t two_of_a_list(struct town *t, volunteer_list *found)
{
    struct volunteer_sheet sheet;
    csv_rows rows = {0};
    struct str next;
    int64_t id;
    MUST(t->cx, csv_read(t->cx,
                         S("姓名,手机号,特长,小区\n老王,0551-0000 0001,修水管,YL-07\n"
                           "老李,0551-0000 0002,修水管,YL-07\n"),
                         true, &rows));
    act(t, "clerk");
    MUST(t->cx, volunteer_read_sheet(t->cx, &rows, &sheet));
    MUST(t->cx, volunteer_apply_sheet(t->cx, &rows, &sheet, S("名单.csv"), &id));
    MUST(t->cx, volunteer_search(t->cx, &(struct volunteer_filter){0}, found, &next));
    assert_int_equal(found->n, 2);
    return id;
}

/* Whoever was asked is counted on; the rest of his list can still be taken back. */
static void a_list_takes_back_nobody_who_was_asked(void **state)
{
    (void)state;
    struct town *t = make();
    volunteer_list found = {0};
    int64_t taken, id = two_of_a_list(t, &found);
    want(t, "家里漏水，请人看看");
    struct match_offer o = asked(t, found.at[0].id);
    STEP(t, &o, "accept", OFFER_BY_STAFF, S(""));
    STEP(t, &o, "agree", OFFER_BY_ASKER, t->key);
    act(t, "clerk");
    MUST(t->cx, volunteer_import_undo(t->cx, id, &taken));
    assert_int_equal(taken, 1);
    later(t, 2 * MS_DAY);
    assert_int_equal(state_of(t, &o), OFFER_INTRODUCED);
    STEP(t, &o, "cannot", OFFER_BY_STAFF, S("")); /* and staff can still speak for him */
}

/* Whom an earlier list took with it leaves nobody waiting either. */
static void who_is_not_there_any_more_comes_to_nobody(void **state)
{
    (void)state;
    struct town *t = make();
    volunteer_list found = {0};
    int64_t taken, list_id = two_of_a_list(t, &found), zero = 0;
    want(t, "家里漏水，请人看看");
    struct match_offer o = {.id = id_new(t->cx)};
    MUST(t->cx,
         db_run(t->cx, &match_sql_offer_insert, /* as it was asked before lists heard of it */
                ARGS(AS("id", o.id), AS("need_id", t->n.id), AS("turn", zero),
                     AS("volunteer_id", found.at[0].id), AS("proposal_id", zero),
                     AS("visit_at", zero), AS("leave_at", zero), AS("relay", false),
                     AS("asked_name", ""), AS("due_at", t->cx->now + 9 * MS_DAY),
                     AS("week_ago", zero), AS("ask_max", 3), AS("people", 1), AS("asks_most", 3)),
                NULL));
    act(t, "clerk");
    MUST(t->cx, volunteer_import_undo(t->cx, list_id, &taken));
    assert_int_equal(taken, 2);
    later(t, MS_DAY);
    assert_int_equal(state_of(t, &o), OFFER_RELEASED);
}

/* Nobody has to press anything for a door to be shut again. */
static void the_way_in_is_shut_after_the_end(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    struct match_task task;
    struct need opened;
    edit(t, &a, 5, 5);
    want(t, "家里漏水，请人看看");
    struct match_offer o = arranged(t, &a);
    STEP(t, &o, "served", OFFER_BY_HELPER, a.key);
    later(t, 6 * MS_DAY);
    act_nobody(t);
    MUST(t->cx, match_contact(t->cx, o.id, a.key, &opened)); /* something was left there */
    MUST(t->cx, match_task_get(t->cx, a.v.id, a.key, o.id, &task));
    assert_true(task.is_open && task.words.n);
    later(t, 2 * MS_DAY);
    act_nobody(t);
    EXPECT(t->cx, match_contact(t->cx, o.id, a.key, &opened), ERR_CONFLICT);
    MUST(t->cx, match_task_get(t->cx, a.v.id, a.key, o.id, &task));
    assert_true(!task.is_open && task.words.n == 0);
    want(t, "水龙头又漏水");
    o = arranged(t, &a);
    STEP(t, &o, "served", OFFER_BY_HELPER, a.key);
    GO(t, "dispatcher", "withdraw", .text = S("本人电话里说好了"));
    act_nobody(t);
    EXPECT(t->cx, match_contact(t->cx, o.id, a.key, &opened), ERR_CONFLICT);
    assert_int_equal(state_of(t, &o), OFFER_SERVED); /* his hours still come to their end */
}

/* ---- the night ---- */

struct row {
    int64_t from_at;
};
typedef LIST(struct row) row_list;
static const struct field row_fields[] = {FIELD(struct row, from_at, "从")};
static const struct shape row_shape = SHAPE("row", struct row, row_fields);

/* How many rows of a table the page of his data tells of this need. */
static size_t told(struct town *t, const char *table, int64_t need_id)
{
    const struct subject_part *p = &match_held[0];
    for (size_t i = 0; i < p->n; i++)
        if (!strcmp(p->at[i].table, table)) {
            row_list all = {0};
            MUST(t->cx, db_all(t->cx, p->at[i].rows, &row_shape, &all, ARGS(AS("id", need_id))));
            return all.n;
        }
    fail_msg("%s is not told", table);
    return 0;
}

static void night(struct town *t)
{
    for (size_t i = 0; i < match_feature.nkeeps; i++) { /* as main takes them from the feature */
        const struct keep_rule *rule = &match_feature.keeps[i];
        int64_t before = t->cx->now - keep_class_of(str_c(rule->keep))->days * MS_DAY;
        int64_t most = 100, due, gone;
        MUST(t->cx, db_number(t->cx, rule->due, &due, ARGS(A(before))));
        MUST(t->cx, db_run(t->cx, rule->forget, ARGS(A(before), A(most)), &gone));
        assert_int_equal(due, gone); /* the dry run says what happens */
    }
}

/* A need that comes again every week, to which one shall not come. */
static void want_weekly(struct town *t, const struct helper *b)
{
    want(t, "水龙头漏水，每周来看一次");
    struct match_help h = *help(t);
    h.every = S("week");
    set_help(t, &h);
    MUST(t->cx, match_bar(t->cx, t->n.id, b->v.id));
}

static void adopt(struct town *t, const struct helper *a)
{
    struct match_offer o = asked(t, a->v.id);
    STEP(t, &o, "accept", OFFER_BY_HELPER, a->key);
    STEP(t, &o, "agree", OFFER_BY_ASKER, t->key);
    AGAIN(t, &o, "served", OFFER_BY_HELPER, a->key);
    AGAIN(t, &o, "confirm", OFFER_BY_ASKER, t->key);
    MUST(t->cx, need_load(t->cx, t->n.id, &t->n));
}

static void who_was_named_is_forgotten_half_a_year_after_the_end(void **state)
{
    (void)state;
    static const char *const tables[] = {"match_proposal", "match_bar", "match_adoption"};
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id),
                  b = help_from(t, "吴乙", "tap", t->building.id);
    struct match_figures before, after;
    int64_t since = t->cx->now - MS_DAY;
    edit(t, &a, 5, 5);
    want_weekly(t, &b);
    adopt(t, &a);
    const int64_t ended = t->n.id;
    GO(t, "dispatcher", "withdraw", .text = S("本人电话里说不用了"));
    want_weekly(t, &b);
    const int64_t goes_on = t->n.id;
    GO(t, "dispatcher", "accept", .duty_id = t->lamp.id, .level = S("L2"));
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_PROPERTY].id);
    GO(t, "物一", "contact", .outcome = S("reached"));
    adopt(t, &a);
    GO(t, "物一", "report", .text = S("每周三下午有人来看一次。"), .answer_code = S("scheduled"));
    GO(t, "verifier", "verify", 0);
    GO(t, "dispatcher", "close", 0);
    act(t, "leader");
    MUST(t->cx, match_figures(t->cx, since, &before));
    test_advance(179 * MS_DAY);
    night(t);
    for (size_t i = 0; i < COUNT(tables); i++)
        assert_true(told(t, tables[i], ended) > 0);
    test_advance(2 * MS_DAY);
    night(t);
    for (size_t i = 0; i < COUNT(tables); i++) {
        assert_int_equal(told(t, tables[i], ended), 0);
        assert_true(told(t, tables[i], goes_on) > 0); /* somebody goes there still */
    }
    act(t, "leader");
    MUST(t->cx, match_figures(t->cx, since, &after));
    assert_memory_equal(&before, &after, sizeof before); /* numbers alone */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_no_goes_on_to_the_next),
        T(a_team_comes_after_the_persons),
        T(a_need_that_recurs_stays_with_whom_both_liked),
        T(the_same_next_time_needs_both),
        T(whom_both_liked_is_told_as_a_reason),
        T(stale_help_is_asked_once_and_then_rests),
        T(who_leaves_leaves_nobody_waiting),
        T(who_said_no_is_forgotten),
        T(an_hour_that_is_past_cannot_be_agreed_to),
        T(who_said_no_reads_like_who_was_not_needed),
        T(who_was_not_needed_can_be_asked_again),
        T(nobody_is_asked_a_third_time),
        T(a_minor_goes_nowhere_without_his_guardian),
        T(who_agrees_again_may_have_the_same_helper),
        T(a_list_takes_back_nobody_who_was_asked),
        T(who_is_not_there_any_more_comes_to_nobody),
        T(the_way_in_is_shut_after_the_end),
        T(who_was_named_is_forgotten_half_a_year_after_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
