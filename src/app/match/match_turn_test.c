/* match_turn_test -- help that comes again: it goes on as long as it works, stops when it shall,
 * and never ends in silence; and whether help is still wanted. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/match_test.h"
#include "match.sql.h"

/* ---- a need that comes again every week, answered with a date ---- */

static void want_weekly(struct town *t, int64_t people)
{
    want(t, "水龙头漏水，每周来看一次");
    struct match_help h = *help(t);
    h.every = S("week");
    h.people = people;
    set_help(t, &h);
}

static void answer(struct town *t)
{
    MUST(t->cx, need_load(t->cx, t->n.id, &t->n));
    GO(t, "物一", "report", .text = S("每周三下午有人来看一次。"), .answer_code = S("scheduled"));
    GO(t, "verifier", "verify", 0);
    GO(t, "dispatcher", "close", 0);
}

static void dispatch(struct town *t)
{
    GO(t, "dispatcher", "accept", .duty_id = t->lamp.id, .level = S("L2"));
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_PROPERTY].id);
    GO(t, "物一", "contact", .outcome = S("reached"));
}

/* Those of a turn who are in this state. */
static size_t count(struct town *t, int64_t turn, enum offer_state state)
{
    match_offer_list all = {0};
    size_t n = 0;
    act(t, "dispatcher");
    MUST(t->cx, db_all(t->cx, &match_sql_offers_of, &match_offer_shape, &all,
                       ARGS(AS("need_id", t->n.id))));
    for (size_t i = 0; i < all.n; i++)
        n += all.at[i].turn == turn && all.at[i].state == state;
    return n;
}

/* The question of a turn to this helper; id 0 = he was not asked. */
static struct match_offer offer_of(struct town *t, int64_t turn, const struct helper *h)
{
    match_offer_list all = {0};
    act(t, "dispatcher");
    MUST(t->cx, db_all(t->cx, &match_sql_offers_of, &match_offer_shape, &all,
                       ARGS(AS("need_id", t->n.id))));
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].turn == turn && all.at[i].volunteer_id == h->v.id)
            return all.at[i];
    return (struct match_offer){0};
}

static bool was_said(struct town *t, const char *words)
{
    need_event_list all = {0};
    act(t, "dispatcher");
    MUST(t->cx, need_history(t->cx, t->n.id, false, &all));
    for (size_t i = 0; i < all.n; i++)
        if (str_find(all.at[i].text, str_c(words)) >= 0)
            return true;
    return false;
}

/* ---- still wanted? ---- */

static void who_is_helped_every_week_is_not_asked_whether_he_wants_it(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    edit(t, &a, 7, 7);
    want_weekly(t, 1);
    dispatch(t);
    struct match_offer o = arranged(t, &a);
    answer(t);
    for (int week = 0; week < 8; week++) {
        AGAIN(t, &o, "served", OFFER_BY_HELPER, a.key);
        AGAIN(t, &o, "confirm", OFFER_BY_ASKER, t->key);
        assert_int_equal(help(t)->turn, week + 1);
        later(t, 5 * MS_DAY);
        o = offer_of(t, week + 1, &a);
        assert_true(o.id != 0);
        STEP(t, &o, "accept", OFFER_BY_HELPER, a.key);
        STEP(t, &o, "agree", OFFER_BY_ASKER, t->key);
        later(t, 2 * MS_DAY);
    }
    assert_true(help(t)->asked_at == 0 && !help(t)->is_paused);
    assert_false(was_said(t, "还需要吗"));
}

/* The need is closed; what goes on after its end can be said to be wanted, by either. */
static void what_goes_on_after_the_end_can_be_started_again(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    edit(t, &a, 7, 7);
    want_weekly(t, 1);
    dispatch(t);
    struct match_offer o = arranged(t, &a);
    answer(t);
    AGAIN(t, &o, "served", OFFER_BY_HELPER, a.key);
    STEP(t, &o, "confirm", OFFER_BY_ASKER, t->key);
    later(t, 5 * MS_DAY);
    o = offer_of(t, 1, &a);
    STEP(t, &o, "decline", OFFER_BY_HELPER, a.key);
    later(t, 46 * MS_DAY);
    assert_true(help(t)->is_paused);
    struct helper b = help_from(t, "吴乙", "tap", t->building.id);
    edit(t, &b, 7, 7);
    act_nobody(t);
    MUST(t->cx, match_still(t->cx, t->n.id, t->key));
    jobs(t);
    assert_false(help(t)->is_paused);
    assert_true(offer_of(t, 1, &b).state == OFFER_ASKED); /* the turn that rested is asked for */
    later(t, 46 * MS_DAY);
    assert_true(help(t)->is_paused);
    set_help(t, help(t)); /* or staff, at his word */
    assert_false(help(t)->is_paused);
    struct match_help h = *help(t);
    h.every = S(""); /* once is enough now: then it is over with the need */
    set_help(t, &h);
    act(t, "dispatcher");
    EXPECT(t->cx, match_help_put(t->cx, t->n.id, &h), ERR_CONFLICT);
    act_nobody(t);
    EXPECT(t->cx, match_still(t->cx, t->n.id, t->key), ERR_CONFLICT);
}

static void a_helper_who_was_found_meanwhile_is_an_answer(void **state)
{
    (void)state;
    struct town *t = make();
    want(t, "家里漏水，没人会修");
    later(t, 31 * MS_DAY);
    assert_true(help(t)->asked_at != 0);
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    struct match_offer o = asked(t, a.v.id);
    STEP(t, &o, "accept", OFFER_BY_HELPER, a.key); /* the resident has not said a word */
    later(t, 15 * MS_DAY);
    assert_false(help(t)->is_paused);
    assert_false(was_said(t, "先不找人了"));
    STEP(t, &o, "cannot", OFFER_BY_HELPER, a.key);
    later(t, 31 * MS_DAY); /* it comes to nothing: asked anew */
    assert_true(help(t)->asked_at != 0);
}

/* ---- the next time ---- */

static void two_come_again_though_one_alone_made_it_his_own(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id),
                  b = help_from(t, "吴乙", "tap", t->building.id);
    edit(t, &a, 7, 7);
    edit(t, &b, 7, 7);
    want_weekly(t, 2);
    struct match_offer o = arranged(t, &a), p = arranged(t, &b);
    AGAIN(t, &o, "served", OFFER_BY_HELPER, a.key);
    STEP(t, &p, "served", OFFER_BY_HELPER, b.key);
    AGAIN(t, &o, "confirm", OFFER_BY_ASKER, t->key);
    STEP(t, &p, "confirm", OFFER_BY_ASKER, t->key);
    assert_int_equal(help(t)->turn, 1);
    jobs(t);
    assert_int_equal(count(t, 1, OFFER_ASKED), 0); /* its time has not come */
    later(t, 5 * MS_DAY);
    assert_int_equal(count(t, 1, OFFER_ASKED), 2); /* whose own it is, and one more */
    assert_true(offer_of(t, 1, &a).state == OFFER_ASKED);
    assert_true(was_said(t, "下一回快到了，接着问了 1 位"));
    assert_false(was_said(t, "不凑巧")); /* nobody said no */
}

/* A yes to a need that wants two is no end of the looking. */
static void one_yes_of_two_goes_on_to_the_next(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id),
                  b = help_from(t, "吴乙", "tap", t->building.id);
    want_weekly(t, 2);
    struct match_offer o = asked(t, a.v.id);
    STEP(t, &o, "accept", OFFER_BY_HELPER, a.key);
    jobs(t);
    struct match_offer p = offer_of(t, 0, &b);
    assert_true(p.state == OFFER_ASKED);
    assert_true(was_said(t, "人还不够，接着问了 1 位"));
    STEP(t, &p, "accept", OFFER_BY_HELPER, b.key);
    jobs(t);
    assert_int_equal(count(t, 0, OFFER_ACCEPTED), 2);
    assert_false(was_said(t, "值班的同志"));
}

/* He who is helped need not press a button for it to come again; nor is it forgotten that he has
 * not said a word. */
static void help_comes_again_without_a_button(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    match_offer_list waits = {0};
    edit(t, &a, 7, 7);
    want_weekly(t, 1);
    dispatch(t);
    struct match_offer o = arranged(t, &a);
    answer(t);
    MUST(t->cx, match_waiting(t->cx, &waits));
    assert_int_equal(waits.n, 0); /* they have just agreed */
    STEP(t, &o, "served", OFFER_BY_HELPER, a.key);
    MUST(t->cx, match_wish(t->cx, o.id, OFFER_BY_HELPER, a.key, true, &o));
    later(t, 2 * MS_DAY);
    act(t, "dispatcher");
    MUST(t->cx, match_waiting(t->cx, &waits));
    assert_true(waits.n == 1 && waits.at[0].id == o.id);
    assert_int_equal(help(t)->turn, 0);
    later(t, 3 * MS_DAY);
    assert_true(was_said(t, "居民还没说，请回访"));
    assert_int_equal(help(t)->turn, 1);
    struct match_offer next = offer_of(t, 1, &a);
    assert_true(next.state == OFFER_ASKED);
    act_nobody(t); /* his word comes late: it counts, and starts no turn twice */
    MUST(t->cx, offer_move(t->cx, o.id, S("confirm"), OFFER_BY_ASKER,
                           &(struct offer_move){.key = t->key, .again = true}, &o));
    assert_int_equal(help(t)->turn, 1);
    assert_true(was_said(t, "下回先问周师傅"));
    STEP(t, &next, "accept", OFFER_BY_HELPER, a.key);
    STEP(t, &next, "agree", OFFER_BY_ASKER, t->key);
    later(t, 4 * MS_DAY); /* neither says how it was: somebody is told, and it stays on the list */
    waits = (match_offer_list){0};
    act(t, "dispatcher");
    MUST(t->cx, match_waiting(t->cx, &waits));
    assert_true(waits.n == 1 && waits.at[0].id == next.id);
    assert_int_equal(waits.at[0].state, OFFER_INTRODUCED);
}

/* A next time is no reason to look for people whom nobody wants to be asked. */
static void a_turn_stops_when_consent_is_taken_back(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    const struct consent_how how = {.channel = S("self")};
    edit(t, &a, 7, 7);
    want_weekly(t, 1);
    struct match_offer o = arranged(t, &a);
    STEP(t, &o, "served", OFFER_BY_HELPER, a.key);
    STEP(t, &o, "confirm", OFFER_BY_ASKER, t->key);
    act_nobody(t);
    MUST(t->cx, consent_set(t->cx, &need_consents, t->n.id, "match", false, &how));
    later(t, 10 * MS_DAY);
    assert_int_equal(offer_of(t, 1, &a).id, 0);
    assert_false(was_said(t, "值班的同志"));
    act_nobody(t);
    MUST(t->cx, consent_set(t->cx, &need_consents, t->n.id, "match", true, &how));
    jobs(t);
    assert_true(offer_of(t, 1, &a).state == OFFER_ASKED); /* he agrees again: it goes on */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(who_is_helped_every_week_is_not_asked_whether_he_wants_it),
        T(what_goes_on_after_the_end_can_be_started_again),
        T(a_helper_who_was_found_meanwhile_is_an_answer),
        T(two_come_again_though_one_alone_made_it_his_own),
        T(one_yes_of_two_goes_on_to_the_next),
        T(help_comes_again_without_a_button),
        T(a_turn_stops_when_consent_is_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
