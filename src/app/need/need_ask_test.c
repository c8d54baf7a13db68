/* need_ask_test -- what is asked of the resident: a question, with which the clocks stand until he
 * says whatever, and a yes to what is noted of his health. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_test.h"
#include "app/shield/shield.h"

static void a_question_stops_the_clock(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need_event e = {0};
    ask(t, "灯坏了");
    GO(t, "dispatcher", "ask", .text = S("请问是几楼的灯？"));
    is_in(t, NEED_CLARIFY);
    assert_int_equal(t->n.due_at, 0);
    NOT(t, ERR_CONFLICT, "dispatcher", "no_reply", .text = S("一直没有联系上您，先到这里。"),
        .answer_code = S("no-contact"));
    int64_t was = t->n.promise_at;
    live_until(t, t->cx->now + 2 * MS_DAY);
    GO(t, NULL, "clarify", .text = S("三楼"));
    is_in(t, NEED_RECEIVED);
    assert_true(t->n.promise_at == was + 2 * MS_DAY);
    assert_true(t->n.due_at == t->n.promise_at);
    assert_int_equal(said(t, "slip", &e), 1);
    assert_true(e.is_public && e.promise_at == t->n.promise_at);
    assert_false(t->n.supervised);
}

static void no_reply_ends_after_seven_days(void **state)
{
    (void)state;
    struct town *t = town_make();
    ask(t, "灯坏了");
    GO(t, "dispatcher", "ask", .text = S("请问是几楼的灯？"));
    live_until(t, t->cx->now + 7 * MS_DAY - 1);
    GO(t, "dispatcher", "note", .text = S("还在等"));
    is_in(t, NEED_CLARIFY);
    live_until(t, t->cx->now + 1);
    GO(t, NULL, "thank", .text = S("知道了"));
    is_in(t, NEED_CANNOT);
    assert_true(str_is(t->n.answer_code, "no-contact"));
    assert_true(t->n.answer.n > 10);
}

/* Eight days after a word of his: nobody tells him that he was not heard. */
static void goes_on(struct town *t)
{
    struct need_event e = {0};
    is_in(t, NEED_RECEIVED);
    assert_int_equal(t->n.review_at, 0);
    assert_true(t->n.due_at > t->cx->now && t->n.due_at == t->n.promise_at);
    assert_int_equal(said(t, "clarify", &e), 1);
    assert_int_equal(said(t, "add", NULL) + said(t, "relay_back", NULL), 0); /* one act, one line */
    assert_true(e.is_public && str_is(e.text, "三楼那一盏"));
    live_until(t, t->cx->now + 8 * MS_DAY);
    GO(t, "clerk", "note", .text = S("还没有受理"));
    is_in(t, NEED_RECEIVED);
    assert_int_equal(said(t, "no_reply", NULL), 0);
    assert_int_equal(said(t, "overdue", NULL), 1);
}

static void asked(struct town *t)
{
    ask(t, "灯坏了");
    GO(t, "dispatcher", "ask", .text = S("请问是几楼的灯？"));
    live_until(t, t->cx->now + MS_DAY);
}

static void a_word_added_answers_the_question(void **state)
{
    (void)state;
    static const char *const by[] = {NULL,          "clerk",           "dispatcher",
                                     "grid_worker", "building_leader", "duty_lead"};
    struct town *t = town_make();
    for (size_t i = 0; i < COUNT(by); i++) {
        asked(t);
        GO(t, by[i], "add", .text = S("三楼那一盏"));
        goes_on(t);
    }
    asked(t);
    NOT(t, ERR_INPUT, NULL, "add", .text = S(" "));
    NOT(t, ERR_DENIED, "verifier", "add", .text = S("三楼那一盏"));
    is_in(t, NEED_CLARIFY);
}

static void a_word_passed_back_answers_the_question(void **state)
{
    (void)state;
    struct town *t = town_make();
    act_nobody(t);
    bool again;
    t->n = (struct need){.place_id = t->stairwell.id,
                         .text = S("灯坏了"),
                         .contact = S("13955101234"),
                         .is_secret = true};
    MUST(t->cx, need_open(t->cx, &t->n, &t->key, &again));
    act(t, "dispatcher");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("none")));
    act(t, "clerk");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("none")));
    GO(t, "dispatcher", "ask", .text = S("请问是几楼的灯？"));
    GO(t, "dispatcher", "relay", .text = S("是楼道里的，还是门口的？"));
    GO(t, NULL, "relay_back", .text = S("三楼那一盏"));
    goes_on(t);
}

static void only_a_question_is_answered_by_a_word(void **state)
{
    (void)state;
    struct town *t = town_make();
    ask(t, "灯坏了");
    GO(t, NULL, "add", .text = S("三楼那一盏"));
    is_in(t, NEED_RECEIVED);
    assert_int_equal(said(t, "clarify", NULL), 0);
    assert_int_equal(said(t, "add", NULL), 1);
}

/* Is this step among those that the page offers? */
static bool is_offered(struct town *t, const char *who, const char *step)
{
    flow_step_list steps = {0};
    if (who)
        act(t, who);
    else
        act_nobody(t);
    MUST(t->cx, need_steps(t->cx, &t->n, !who, &steps));
    for (size_t i = 0; i < steps.n; i++)
        if (str_is(str_c(steps.at[i]->code), step))
            return true;
    return false;
}

static void a_question_has_one_button(void **state)
{
    (void)state;
    struct town *t = town_make();
    const struct flow_step *add = flow_find(S("add")), *clarify = flow_find(S("clarify"));
    assert_true(add->roles == clarify->roles && add->wants == clarify->wants &&
                add->resident == clarify->resident);
    ask(t, "灯坏了");
    assert_true(is_offered(t, NULL, "add") && is_offered(t, "clerk", "add"));
    asked(t);
    assert_true(is_offered(t, NULL, "clarify") && is_offered(t, "clerk", "clarify"));
    assert_false(is_offered(t, NULL, "add") || is_offered(t, "clerk", "add"));
}

/* A word about his health is kept for a yes to that alone, and goes with it, on either side of the
 * wall of complaints. */
static void health_is_noted_by_a_yes_of_its_own(void **state)
{
    (void)state;
    static const char *const asked[] = {"help", "complaint"};
    struct town *t = town_make();
    struct cx *cx = t->cx;
    for (size_t i = 0; i < COUNT(asked); i++) {
        struct need n = {.place_id = t->stairwell.id,
                         .kind = str_c(asked[i]),
                         .text = S("灯坏了"),
                         .contact = S("13955101234"),
                         .note = S("腿不好")};
        struct shield_identity who;
        bool again, found, done;
        EXPECT(cx, need_open(cx, &n, &t->key, &again), ERR_INPUT);
        fault_clear(cx);
        n.agrees_note = true;
        MUST(cx, need_open(cx, &n, &t->key, &again));
        int64_t id = n.id;
        MUST(cx, consent_holds(cx, &need_consents, id, "note", &done));
        assert_true(done);
        MUST(cx, need_by_key(cx, id, t->key, &n));
        assert_true(str_is(n.note, "腿不好"));
        MUST(cx, consent_set(cx, &need_consents, id, "note", false, &(struct consent_how){0}));
        MUST(cx, need_by_key(cx, id, t->key, &n));
        assert_true(!n.note.n && str_is(n.contact, "13955101234"));
        MUST(cx, shield_find(cx, id, &who, &found));
        assert_true(found == (i == 1) && (!found || !who.note.n));
        EXPECT(cx, need_subject.fix_apart(cx, id, S("note"), S("耳朵不好"), &done), ERR_CONFLICT);
        fault_clear(cx);
    }
}

/* A hold keeps what he took back; nobody reads it meanwhile, and it goes when the hold ends. */
static void a_hold_keeps_a_word_of_health_that_was_taken_back(void **state)
{
    (void)state;
    static const char *const asked[] = {"help", "complaint"};
    struct town *t = town_make();
    struct cx *cx = t->cx;
    int64_t id[COUNT(asked)];
    struct str key[COUNT(asked)];
    struct need n;
    keep_hold_list holds = {0};
    bool again, done, found;
    struct shield_identity who;
    for (size_t i = 0; i < COUNT(asked); i++) {
        n = (struct need){.place_id = t->stairwell.id,
                          .kind = str_c(asked[i]),
                          .text = S("灯坏了"),
                          .contact = S("13955101234"),
                          .note = S("腿不好"),
                          .agrees_note = true};
        act_nobody(t);
        MUST(cx, need_open(cx, &n, &key[i], &again));
        id[i] = n.id;
        struct keep_hold hold = {
            .subject = S("need"), .subject_id = n.id, .number = n.number, .reason = S("法院在审")};
        MUST(cx, keep_hold_put(cx, &hold));
        MUST(cx, consent_set(cx, &need_consents, n.id, "note", false, &(struct consent_how){0}));
        MUST(cx, need_by_key(cx, n.id, key[i], &n));
        assert_true(!n.note.n && str_is(n.contact, "13955101234"));
        EXPECT(cx, need_subject.fix_apart(cx, n.id, S("note"), S("耳朵不好"), &done), ERR_CONFLICT);
    }
    live_until(t, cx->now + 2 * MS_DAY);
    MUST(cx, need_load(cx, id[0], &n));
    MUST(cx, shield_find(cx, id[1], &who, &found));
    assert_true(n.note.n && str_is(who.note, "腿不好"));
    MUST(cx, keep_holds(cx, &holds));
    for (size_t i = 0; i < holds.n; i++)
        MUST(cx, keep_hold_end(cx, holds.at[i].id));
    live_until(t, cx->now + 2 * MS_DAY);
    MUST(cx, need_load(cx, id[0], &n));
    MUST(cx, shield_find(cx, id[1], &who, &found));
    assert_true(!n.note.n && !who.note.n && str_is(who.contact, "13955101234"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_question_stops_the_clock, end),
        cmocka_unit_test_teardown(no_reply_ends_after_seven_days, end),
        cmocka_unit_test_teardown(a_word_added_answers_the_question, end),
        cmocka_unit_test_teardown(a_word_passed_back_answers_the_question, end),
        cmocka_unit_test_teardown(only_a_question_is_answered_by_a_word, end),
        cmocka_unit_test_teardown(a_question_has_one_button, end),
        cmocka_unit_test_teardown(health_is_noted_by_a_yes_of_its_own, end),
        cmocka_unit_test_teardown(a_hold_keeps_a_word_of_health_that_was_taken_back, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
