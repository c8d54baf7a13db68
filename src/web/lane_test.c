/* Strangers and those who are signed in: limits, and who stands before whom. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/bare_test.h"
#include <stdio.h>

static int setup(void **state)
{
    (void)state;
    return bare_start(0);
}

static void a_place_has_a_limit(void **state)
{
    (void)state;
    struct task *t = task_take(here.sv);
    here.sv->opt.anonymous_per_place = 3;
    t->rq.peer = S("192.0.2.9");
    t->cx.community = 1;
    const int64_t doors[] = {1, 4}; /* the second place lets all its doors report, twice */
    for (int64_t k = 0; k < 2; k++)
        for (int i = 0; i < 10; i++) {
            bool pays = i < (k ? 8 : 3);
            t->place_paid = false;
            t->refused = 0;
            assert_int_equal(req_place_pays(&t->cx, &t->rq, 100 + k, doors[k]),
                             pays ? OK : ERR_BUSY);
            assert_int_equal(t->refused, pays ? 0 : 429);
            assert_int_equal(req_place_pays(&t->cx, &t->rq, 100 + k, doors[k]), OK); /* asked */
        }
    t->place_paid = false;
    t->cx.community = 2;
    assert_int_equal(req_place_pays(&t->cx, &t->rq, 100, 1), OK);
    t->cx.community = 1;
    t->place_paid = false;
    t->cx.who.person_id = 1;
    assert_int_equal(req_place_pays(&t->cx, &t->rq, 100, 1), OK);
    t->cx.who.person_id = 0;
    t->cx.who.role = 1; /* a program with a token */
    t->place_paid = false;
    assert_int_equal(req_place_pays(&t->cx, &t->rq, 100, 1), OK);
    t->place_paid = false;
    t->cx.who.role = 0;
    here.sv->opt.anonymous_per_place = -1;
    assert_int_equal(req_place_pays(&t->cx, &t->rq, 100, 1), OK);
    task_give(t);
}

static void who_is_signed_in_stands_before_strangers(void **state)
{
    struct task a = {0}, b = {0}, c = {0}, d = {.known = true}, *out[8];
    struct queue q;
    (void)state;
    queue_init(&q, 2);
    assert_true(queue_put(&q, &a) && queue_put(&q, &b));
    assert_false(queue_put(&q, &c)); /* strangers fill their own lane only */
    assert_true(queue_put(&q, &d));
    assert_int_equal(queue_length(&q), 3);
    assert_int_equal(queue_take(&q, out, 8), 3);
    assert_true(out[0] == &d && out[1] == &a && out[2] == &b);
    struct task *const rest[] = {&a, &b};
    assert_false(queue_gives_way(&q, rest, 2));
    assert_true(queue_put(&q, &c) && queue_put(&q, &d));
    assert_true(queue_gives_way(&q, rest, 2));
    assert_true(queue_take_known(&q, out) && out[0] == &d);
    assert_int_equal(queue_take(&q, out, 8), 3);
    assert_true(out[0] == &a && out[1] == &b && out[2] == &c);
    queue_close(&q);
    assert_false(queue_put(&q, &d));
    assert_false(queue_take_known(&q, out));
    assert_int_equal(queue_take(&q, out, 8), 0);
}

/* Eight phones of the staff that never pause kept /healthz and every resident waiting without end.
 */
static void strangers_have_their_turn(void **state)
{
    struct task known[40] = {0}, stranger = {0}, *one;
    struct queue q;
    (void)state;
    queue_init(&q, 64);
    for (size_t i = 0; i < COUNT(known); i++) {
        known[i].known = true;
        assert_true(queue_put(&q, &known[i]));
    }
    assert_true(queue_put(&q, &stranger));
    for (size_t i = 0; i < 8; i++)
        assert_true(queue_take(&q, &one, 1) == 1 && one == &known[i]);
    assert_true(queue_take(&q, &one, 1) == 1 && one == &stranger);
    for (size_t i = 8; i < COUNT(known); i++) /* nobody waits: no turn is lost */
        assert_true(queue_take(&q, &one, 1) == 1 && one == &known[i]);
}

static void a_cookie_that_stood_for_somebody_is_known(void **state)
{
    struct pair cookie = {S("Cookie"), S("session=a")}, token = {S("Authorization"), S("Bearer b")};
    (void)state;
    struct task *t = task_take(here.sv);
    lane_learn(t);
    assert_false(lane_is_known(t)); /* nothing was brought */
    for (int i = 0; i < 2; i++) {
        t->rq.headers = (pair_list){i ? &token : &cookie, 1, 1};
        lane_learn(t);
        assert_false(lane_is_known(t));
        t->cx.who.person_id = 1;
        lane_learn(t);
        assert_true(lane_is_known(t));
        lane_learn(t); /* two requests at once: neither was known when it came */
        assert_true(lane_is_known(t));
        t->known = true;
        lane_learn(t);
        assert_true(lane_is_known(t));
        t->known = false;
        t->cx.who.person_id = 0; /* signed out */
        lane_learn(t);
        assert_false(lane_is_known(t));
    }
    t->cx.who.role = 1;
    struct pair many = {S("Cookie"), S("")};
    for (char name[8] = "a00000"; name[0] < 'z'; name[0]++) /* a full cell makes room */
        for (int i = 0; i < 2000; i++) {
            snprintf(name + 1, 6, "%05d", i);
            many.value = str_c(name);
            t->rq.headers = (pair_list){&many, 1, 1};
            lane_learn(t);
            assert_true(lane_is_known(t));
        }
    task_give(t);
}

static void *takes(void *alone)
{
    bool taken = turn_take(here.sv, alone != NULL);
    turn_give(here.sv, taken);
    return taken ? here.sv : NULL;
}

static bool another_takes(bool alone)
{
    void *taken;
    pthread_t other;
    assert_int_equal(pthread_create(&other, NULL, takes, alone ? here.sv : NULL), 0);
    assert_int_equal(pthread_join(other, &taken), 0);
    return taken != NULL;
}

static void who_met_others_writes_alone(void **state)
{
    (void)state;
    for (int alone = 0; alone < 2; alone++) {
        assert_true(turn_take(here.sv, alone));
        assert_int_equal(another_takes(false), !alone); /* after a while he goes anyway */
        assert_false(another_takes(true));
        turn_give(here.sv, true);
        turn_give(here.sv, false); /* of one who went anyway */
    }
    assert_true(another_takes(true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_has_a_limit),
        cmocka_unit_test(who_is_signed_in_stands_before_strangers),
        cmocka_unit_test(strangers_have_their_turn),
        cmocka_unit_test(a_cookie_that_stood_for_somebody_is_known),
        cmocka_unit_test(who_met_others_writes_alone),
    };
    return cmocka_run_group_tests(tests, setup, bare_stop);
}
