/* visit_test -- wishes are honoured, a visit is stored once whatever happened meanwhile, the day is
 * in walking order, and a random walk over all of it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/visit/visit_test.h"
#include "tests/drawing.h"
#include "base/id.h"
#include "visit.sql.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct visit plan(struct town *t, const char *door)
{
    struct visit v;
    act(t, "grid_worker");
    MUST(t->cx, visit_plan(t->cx, S("YL-07-2"), str_c(door), 0, &v));
    return v;
}

static struct str key(struct town *t)
{
    return id_uuid(t->cx);
}

static struct visit_saved save(struct town *t, struct str k, struct visit_said said,
                               const char *need)
{
    struct visit_saved out;
    said.needs = need ? str_c(need) : S("");
    MUST(t->cx, visit_save(t->cx, k, &said, &out));
    return out;
}
#define SAVE(t, k, need, ...) save((t), (k), (struct visit_said){__VA_ARGS__}, need)

static size_t due(struct town *t)
{
    visit_stop_list all = {0};
    act(t, "grid_worker");
    MUST(t->cx, visit_today(t->cx, VISIT_PACK_MOST, &all));
    return all.n;
}

static struct door door_of(struct town *t, const struct visit *v)
{
    struct door d;
    MUST(t->cx, door_load(t->cx, v->door_id, &d));
    return d;
}

/* ---- wishes ---- */

static void statements_and_shapes_are_right(void **state)
{
    (void)state;
    struct town *t = town_make();
    MUST(t->cx, db_verify(t->cx, visit_sql_all, visit_sql_count));
    const struct shape *shapes[] = {&door_shape,      &door_wish_shape,  &door_hint_shape,
                                    &visit_shape,     &visit_said_shape, &visit_event_shape,
                                    &visit_need_shape};
    for (size_t i = 0; i < COUNT(shapes); i++)
        assert_null(shape_fault(shapes[i]));
}

static void who_asked_to_be_left_alone_is(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    struct door d;
    assert_int_equal(due(t), 1);
    act_nobody(t);
    struct door_wish quiet = {.place = S("yl-07-2"), .door = S(" 502 "), .want = S("quiet")};
    MUST(t->cx, visit_wish(t->cx, &quiet, &d));
    assert_true(d.quiet_until == time_day(t->cx->now) + VISIT_QUIET_DAYS);
    assert_int_equal(due(t), 0);
    MUST(t->cx, visit_load(t->cx, v.id, &v));
    assert_int_equal(v.state, VISIT_CALLED_OFF);
    act(t, "grid_worker");
    EXPECT(t->cx, visit_plan(t->cx, S("YL-07-2"), S("502"), 0, &v), ERR_CONFLICT);
    door_list wishing = {0};
    MUST(t->cx, visit_doors(t->cx, &wishing));
    assert_int_equal(wishing.n, 1);
    test_advance((VISIT_QUIET_DAYS + 1) * MS_DAY);
    plan(t, "502");
    assert_int_equal(due(t), 1);
}

static void who_asks_is_visited_though_he_was_quiet(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct door d;
    act_nobody(t);
    struct door_wish w = {.place = S("YL-07-2"), .door = S("502"), .want = S("quiet")};
    MUST(t->cx, visit_wish(t->cx, &w, &d));
    w.want = S("visit");
    w.text = S("想说说装电梯的事");
    MUST(t->cx, visit_wish(t->cx, &w, &d));
    assert_int_equal(d.quiet_until, 0);
    MUST(t->cx, visit_wish(t->cx, &w, &d)); /* twice is once */
    test_advance(MS_DAY);
    visit_stop_list all = {0};
    act(t, "grid_worker");
    MUST(t->cx, visit_today(t->cx, 30, &all));
    assert_int_equal(all.n, 1);
    assert_int_equal(all.at[0].v.state, VISIT_ACCEPTED);
    assert_true(str_find(all.at[0].d.promise, S("装电梯")) >= 0);
    assert_true(str_find(all.at[0].d.promise, S("先问一声")) >= 0);
    w.want = S("come");
    EXPECT(t->cx, visit_wish(t->cx, &w, &d), ERR_INPUT);
    w = (struct door_wish){.place = S("没有这里"), .door = S("502"), .want = S("quiet")};
    EXPECT(t->cx, visit_wish(t->cx, &w, &d), ERR_INPUT);
    w = (struct door_wish){.place = S("TOP"), .door = S("502"), .want = S("quiet")};
    EXPECT(t->cx, visit_wish(t->cx, &w, &d), ERR_INPUT);
}

static void nobody_is_invited_more_than_twice_a_year(void **state)
{
    (void)state;
    struct town *t = town_make();
    for (int i = 0; i < VISIT_YEAR_MOST; i++) {
        struct visit v = plan(t, "502");
        EXPECT(t->cx, visit_plan(t->cx, S("YL-07-2"), S("502"), 0, &v), ERR_CONFLICT);
        SAVE(t, key(t), NULL, .visit_id = v.id, .outcome = S("well"));
    }
    struct visit v;
    EXPECT(t->cx, visit_plan(t->cx, S("YL-07-2"), S("502"), 0, &v), ERR_CONFLICT);
    test_advance(366 * MS_DAY);
    plan(t, "502");
}

static void an_invitation_waits_a_week(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    struct door d;
    struct str k, none;
    EXPECT(t->cx, visit_move(t->cx, v.id, S("offer"), S("loud"), 0, &v, &k), ERR_INPUT);
    MUST(t->cx, visit_move(t->cx, v.id, S("offer"), S("slip"), 0, &v, &k));
    assert_int_equal(k.n, 26);
    EXPECT(t->cx, visit_by_key(t->cx, v.id, S("wrong"), &v, &d), ERR_MISSING);
    MUST(t->cx, visit_load(t->cx, v.id, &v));
    test_advance(VISIT_ANSWER_DAYS * MS_DAY);
    jobs(t);
    MUST(t->cx, visit_by_key(t->cx, v.id, k, &v, &d));
    assert_int_equal(v.state, VISIT_NO_ANSWER);
    EXPECT(t->cx, visit_answer(t->cx, v.id, k, S("accept"), &v, &d), ERR_CONFLICT);

    struct visit other = plan(t, "601");
    MUST(t->cx, visit_move(t->cx, other.id, S("offer"), S("slip"), 0, &other, &k));
    act_nobody(t);
    MUST(t->cx, visit_answer(t->cx, other.id, k, S("accept"), &other, &d));
    MUST(t->cx, visit_answer(t->cx, other.id, k, S("decline"), &other, &d));
    assert_true(door_is_quiet(&d, time_day(t->cx->now) + 300));
    act(t, "clerk");
    EXPECT(t->cx, visit_move(t->cx, other.id, S("accept"), S(""), 0, &other, &none), ERR_DENIED);
}

/* ---- at the door ---- */

static void a_visit_is_stored_once(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    struct str k = key(t);
    struct visit_saved first = SAVE(t, k, "想有人陪着去医院", .visit_id = v.id,
                                    .outcome = S("needs"), .contact = S("13955101234"));
    assert_int_equal(first.needs.n, 1);
    assert_int_equal(first.needs.at[0].word.n, 4);
    assert_int_equal(first.v.state, VISIT_FOLLOW);
    struct visit_saved second = SAVE(t, k, "想有人陪着去医院", .visit_id = v.id,
                                     .outcome = S("needs"), .contact = S("13955101234"));
    assert_true(second.again);
    assert_int_equal(second.v.id, first.v.id);
    assert_true(str_eq(second.needs.at[0].number, first.needs.at[0].number));
    assert_int_equal(second.needs.at[0].word.n, 0); /* told once */
    struct visit_saved out;
    const struct visit_said said = {.visit_id = v.id, .outcome = S("well")};
    EXPECT(t->cx, visit_save(t->cx, S("no uuid"), &said, &out), ERR_INPUT);
    act(t, "clerk");
    EXPECT(t->cx, visit_save(t->cx, key(t), &said, &out), ERR_DENIED);
}

static void nobody_home_twice_and_no_more(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    struct str k = key(t);
    SAVE(t, k, NULL, .visit_id = v.id, .outcome = S("away"));
    SAVE(t, k, NULL, .visit_id = v.id, .outcome = S("away")); /* the same, sent again */
    MUST(t->cx, visit_load(t->cx, v.id, &v));
    assert_int_equal(v.state, VISIT_AWAY);
    assert_int_equal(v.tries, 1);
    assert_int_equal(due(t), 0);
    test_advance(2 * MS_DAY);
    assert_int_equal(due(t), 1);
    SAVE(t, key(t), NULL, .visit_id = v.id, .outcome = S("away"));
    SAVE(t, k, NULL, .visit_id = v.id, .outcome = S("away")); /* even later */
    MUST(t->cx, visit_load(t->cx, v.id, &v));
    assert_int_equal(v.state, VISIT_NOT_HOME);
    assert_int_equal(v.tries, VISIT_TRIES);
}

static void two_at_one_door_are_both_kept(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    SAVE(t, key(t), NULL, .visit_id = v.id, .outcome = S("well"));
    struct visit_saved late = SAVE(t, key(t), NULL, .visit_id = v.id, .outcome = S("well"));
    assert_true(late.v.id != v.id);
    assert_int_equal(late.notes.n, 1);
    assert_true(str_find(late.notes.at[0], S("两笔都留着")) >= 0);
}

static void a_field_told_differently_keeps_both(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    struct door d = door_of(t, &v);
    int64_t base = d.rev, day = time_day(t->cx->now);
    door_hint_list hints = {0};
    SAVE(t, key(t), NULL, .visit_id = v.id, .outcome = S("well"), .base_rev = base,
         .says_next = true, .next_day = day + 10);
    struct visit_saved same = SAVE(t, key(t), NULL, .visit_id = v.id, .outcome = S("well"),
                                   .base_rev = base, .says_next = true, .next_day = day + 10);
    assert_int_equal(same.notes.n, 1); /* only that two were there */
    struct visit_saved other = SAVE(t, key(t), NULL, .visit_id = v.id, .outcome = S("well"),
                                    .base_rev = base, .says_next = true, .next_day = day + 20);
    assert_int_equal(other.notes.n, 2);
    MUST(t->cx, visit_hints(t->cx, d.id, &hints));
    assert_int_equal(hints.n, 1);
    assert_true(hints.at[0].ours == day + 20 && hints.at[0].theirs == day + 10);
    d = door_of(t, &v);
    assert_true(d.next_day == day + 10);
    EXPECT(t->cx, visit_settle(t->cx, hints.at[0].id, S("both")), ERR_INPUT);
    MUST(t->cx, visit_settle(t->cx, hints.at[0].id, S("ours")));
    MUST(t->cx, visit_settle(t->cx, hints.at[0].id, S("theirs"))); /* settled is settled */
    d = door_of(t, &v);
    assert_true(d.next_day == day + 20);
    hints.n = 0;
    MUST(t->cx, visit_hints(t->cx, d.id, &hints));
    assert_int_equal(hints.n, 0);
}

static void a_promise_opens_the_next_visit(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    SAVE(t, key(t), NULL, .visit_id = v.id, .outcome = S("well"), .promise = S("装扶手"));
    struct door d = door_of(t, &v);
    assert_true(str_is(d.promise, "装扶手"));
    test_advance(VISIT_FOLLOW_DAYS * MS_DAY);
    assert_int_equal(due(t), 1);
    struct visit_saved next =
        SAVE(t, key(t), NULL, .door_id = d.id, .outcome = S("well"), .kept = S("done"));
    assert_int_equal(next.v.state, VISIT_DONE);
    d = door_of(t, &v);
    assert_int_equal(d.promise.n, 0);
    MUST(t->cx, visit_load(t->cx, v.id, &v));
    assert_int_equal(v.state, VISIT_DONE); /* what was to be come back to is */
    assert_int_equal(due(t), 0);
}

static void the_answer_is_told_in_person(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    struct visit_saved saved =
        SAVE(t, key(t), "楼道灯不亮", .visit_id = v.id, .outcome = S("needs"));
    int64_t id = saved.needs.at[0].id;
    EXPECT(t->cx, visit_told(t->cx, id), ERR_CONFLICT);
    MUST(t->cx, need_load(t->cx, id, &t->n));
    GO(t, "dispatcher", "accept", .duty_id = t->lamp.id);
    GO(t, "dispatcher", "answer_now", .text = S("今天下午已经换好了新的灯"),
       .answer_code = S("done"));
    struct visit_stop s;
    act(t, "grid_worker");
    MUST(t->cx, visit_stop(t->cx, v.id, &s));
    assert_int_equal(s.answers.n, 1);
    MUST(t->cx, visit_told(t->cx, id));
    MUST(t->cx, visit_told(t->cx, id)); /* pressed twice */
    MUST(t->cx, visit_load(t->cx, v.id, &v));
    assert_int_equal(v.state, VISIT_DONE);
    EXPECT(t->cx, visit_told(t->cx, v.id), ERR_MISSING);
}

static struct visit open_at(struct town *t, const struct visit *v)
{
    struct visit out;
    bool found;
    MUST(t->cx, visit_open_of(t->cx, v->door_id, &out, &found));
    assert_true(found);
    return out;
}

static void an_answer_puts_its_door_on_the_list(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    struct visit_saved saved =
        SAVE(t, key(t), "楼道灯不亮", .visit_id = v.id, .outcome = S("needs"));
    int64_t id = saved.needs.at[0].id, today = time_day(t->cx->now);
    assert_int_equal(due(t), 0); /* in a week */
    MUST(t->cx, need_load(t->cx, id, &t->n));
    GO(t, "dispatcher", "accept", .duty_id = t->lamp.id);
    GO(t, "dispatcher", "answer_now", .text = S("今天下午已经换好了新的灯"),
       .answer_code = S("done"));
    jobs(t);
    assert_int_equal(due(t), 1);
    assert_true(open_at(t, &v).plan_day == today);
    MUST(t->cx, visit_told(t->cx, id));
    assert_int_equal(due(t), 0);
    /* It was not solved: done again, and answered again. */
    MUST(t->cx, need_load(t->cx, id, &t->n));
    GO(t, "clerk", "call_back", .rating = S("dissatisfied"), .text = S("又不亮了"));
    jobs(t);
    assert_int_equal(due(t), 0);
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_PROPERTY].id);
    GO(t, "物一", "contact", .outcome = S("reached"));
    GO(t, "物一", "report", .text = S("整条线路都换过了，灯亮了"), .answer_code = S("done"));
    GO(t, "verifier", "verify", 0);
    GO(t, "dispatcher", "close", 0);
    jobs(t);
    assert_int_equal(due(t), 1);
    struct visit again = open_at(t, &v);
    assert_true(str_is(again.reason, "answer"));
    assert_int_equal(again.state, VISIT_FOLLOW);
}

static void an_answer_waits_where_nobody_is_wished(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    struct visit_saved saved =
        SAVE(t, key(t), "楼道灯不亮", .visit_id = v.id, .outcome = S("needs"));
    struct door_wish quiet = {.place = S("YL-07-2"), .door = S("502"), .want = S("quiet")};
    struct door d;
    act_nobody(t);
    MUST(t->cx, visit_wish(t->cx, &quiet, &d));
    MUST(t->cx, need_load(t->cx, saved.needs.at[0].id, &t->n));
    GO(t, "dispatcher", "accept", .duty_id = t->lamp.id);
    GO(t, "dispatcher", "answer_now", .text = S("今天下午已经换好了新的灯"),
       .answer_code = S("done"));
    jobs(t);
    assert_int_equal(due(t), 0);
}

/* A promise that was made with two matters holds until the second is over; then nobody comes. */
static void what_was_promised_is_erased_with_its_need(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    struct visit_saved saved = SAVE(t, key(t), "楼道灯不亮\n想请人修水龙头", .visit_id = v.id,
                                    .outcome = S("needs"), .promise = S("带女儿的药来"));
    visit_event_list story = {0};
    struct visit_stop s;
    for (size_t i = 0; i < 2; i++) {
        MUST(t->cx, need_load(t->cx, saved.needs.at[i].id, &t->n));
        GO(t, "grid_worker", "withdraw", .text = S("本人说不用了"));
        jobs(t);
        act(t, "clerk");
        MUST(t->cx, visit_parts[0].erased(t->cx, t->n.id));
        MUST(t->cx, visit_load(t->cx, v.id, &v));
        assert_true(str_is(v.promise, i == 0 ? "带女儿的药来" : ""));
        assert_int_equal(v.state, i == 0 ? VISIT_FOLLOW : VISIT_CALLED_OFF);
    }
    struct door d = door_of(t, &v);
    assert_true(d.promise.n == 0 && d.promised_at == 0);
    test_advance((VISIT_FOLLOW_DAYS + 1) * MS_DAY);
    assert_int_equal(due(t), 0);
    act(t, "grid_worker");
    MUST(t->cx, visit_stop(t->cx, v.id, &s));
    assert_int_equal(s.answers.n + s.raised.n, 0);
    MUST(t->cx, visit_story(t->cx, v.door_id, &story));
    assert_true(story.n > 0);
    MUST(t->cx, visit_parts[0].erased(t->cx, t->n.id)); /* again: nothing */
}

static void night(struct town *t)
{
    int64_t before = t->cx->now - keep_class_of(S("visit"))->days * MS_DAY;
    for (size_t i = 0; i < COUNT(visit_keeps); i++)
        MUST(t->cx,
             db_run(t->cx, visit_keeps[i].forget,
                    ARGS(A(before), AS("most", (int64_t)100), AS("nothing", value_blob(S("")))),
                    NULL));
}

/* Three years after the last visit the door is nobody's: number, place and what two remembered of
 * it. Who asked to be left alone for longer is, for that his door must be known. */
static void a_door_is_forgotten_but_not_the_wish_for_quiet(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502"), quiet = plan(t, "503");
    struct door d;
    SAVE(t, key(t), NULL, .visit_id = v.id, .outcome = S("well"));
    SAVE(t, key(t), NULL, .visit_id = quiet.id, .outcome = S("quiet"), .says_quiet = true,
         .quiet_until = time_day(t->cx->now) + 3000);
    MUST(t->cx, visit_load(t->cx, v.id, &v));
    assert_true(v.closed_at > 0 && v.person_id);
    test_advance(1094 * MS_DAY);
    night(t);
    assert_true(door_of(t, &v).door.n && door_of(t, &v).place_text.n);
    test_advance(30 * MS_DAY);
    night(t);
    EXPECT(t->cx, door_load(t->cx, v.door_id, &d), ERR_MISSING);
    assert_true(str_is(door_of(t, &quiet).door, "503"));
    MUST(t->cx, visit_load(t->cx, v.id, &v)); /* that somebody came is counted */
    assert_true(str_is(v.outcome, "well") && !v.person_name.n && !v.person_id);
    test_advance(2000 * MS_DAY);
    night(t);
    EXPECT(t->cx, door_load(t->cx, quiet.door_id, &d), ERR_MISSING);
}

static void what_they_took_back_is_not_told(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    struct visit_saved saved =
        SAVE(t, key(t), "楼道灯不亮", .visit_id = v.id, .outcome = S("needs"));
    struct visit_stop s;
    MUST(t->cx, need_load(t->cx, saved.needs.at[0].id, &t->n));
    GO(t, "grid_worker", "withdraw", .text = S("本人说灯自己亮了"));
    jobs(t);
    act(t, "grid_worker");
    MUST(t->cx, visit_stop(t->cx, v.id, &s));
    assert_int_equal(s.answers.n + s.raised.n, 0);
    assert_int_equal(due(t), 0);
}

/* Two of one door's needs, the second merged into the first: told when the first is answered. */
static void what_joined_another_is_told_with_it(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    struct visit_saved saved =
        SAVE(t, key(t), "楼道灯不亮\n二楼的路灯，灯不亮", .visit_id = v.id, .outcome = S("needs"));
    struct visit_stop s;
    need_list same = {0};
    act(t, "dispatcher");
    MUST(t->cx, need_likely_same(t->cx, &saved.needs.at[1], 5, &same));
    assert_int_equal(same.n, 1); /* the dispatcher sees that it may be one */
    assert_int_equal(same.at[0].id, saved.needs.at[0].id);
    MUST(t->cx, need_load(t->cx, saved.needs.at[1].id, &t->n));
    GO(t, "dispatcher", "merge", .target_id = saved.needs.at[0].id, .reason = S("same_thing"));
    jobs(t);
    act(t, "grid_worker");
    MUST(t->cx, visit_stop(t->cx, v.id, &s));
    assert_int_equal(s.raised.n, 2);
    EXPECT(t->cx, visit_told(t->cx, saved.needs.at[1].id), ERR_CONFLICT);
    MUST(t->cx, need_load(t->cx, saved.needs.at[0].id, &t->n));
    GO(t, "dispatcher", "accept", .duty_id = t->lamp.id);
    GO(t, "dispatcher", "answer_now", .text = S("今天下午已经换好了新的灯"),
       .answer_code = S("done"));
    jobs(t);
    assert_int_equal(due(t), 1);
    MUST(t->cx, visit_stop(t->cx, v.id, &s));
    assert_int_equal(s.answers.n, 2);
}

static void the_day_they_wish_is_kept(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502"), other;
    int64_t day = time_day(t->cx->now) + 20;
    struct visit_saved s = SAVE(t, key(t), NULL, .visit_id = v.id, .outcome = S("well"),
                                .says_next = true, .next_day = day);
    assert_int_equal(s.v.state, VISIT_FOLLOW); /* an appointment, though nothing was promised */
    assert_true(s.v.plan_day == day);
    MUST(t->cx, visit_move(t->cx, v.id, S("call_off"), S(""), 0, &v, &(struct str){0}));
    EXPECT(t->cx, visit_plan(t->cx, S("YL-07-2"), S("502"), day - 1, &other), ERR_CONFLICT);
    MUST(t->cx, visit_plan(t->cx, S("YL-07-2"), S("502"), day, &other));
}

static void a_door_that_moved_to_another_grid_is_both_workers(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    struct grid other = {.area_id = t->top.id,
                         .number = 24,
                         .name = S("第 24 网格"),
                         .kind = S("basic"),
                         .gb_code = S("")};
    visit_event_list story = {0};
    visit_stop_list all = {0};
    MUST(t->cx, place_grid_add(t->cx, &other));
    MUST(t->cx, place_grid_serves(t->cx, other.id, t->stairwell.id));
    struct visit_saved s =
        SAVE(t, key(t), NULL, .visit_id = v.id, .outcome = S("well"), .promise = S("装扶手"));
    assert_int_equal(s.notes.n, 1);
    assert_true(str_find(s.notes.at[0], S("第 24 网格")) >= 0);
    test_advance(VISIT_FOLLOW_DAYS * MS_DAY);
    assert_int_equal(due(t), 0);
    t->cx->who.scope_grid = other.id; /* the other grid's worker */
    MUST(t->cx, visit_today(t->cx, 30, &all));
    assert_int_equal(all.n, 1);
    assert_true(str_is(all.at[0].d.promise, "装扶手"));
    MUST(t->cx, visit_story(t->cx, v.door_id, &story));
    assert_true(str_find(story.at[0].text, S("第 24 网格")) >= 0);
}

/* ---- a slip that was printed before ---- */

static void a_need_goes_onto_its_slip(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    need_paper_list papers = {0};
    struct visit_saved out;
    struct need n;
    EXPECT(t->cx, need_paper_make(t->cx, 0, &papers), ERR_INPUT);
    EXPECT(t->cx, need_paper_make(t->cx, NEED_PAPER_MOST + 1, &papers), ERR_INPUT);
    MUST(t->cx, need_paper_make(t->cx, 3, &papers));
    const struct need_paper *p = papers.at;
    EXPECT(t->cx, need_by_word(t->cx, p[0].number, p[0].word, &n), ERR_CONFLICT);
    EXPECT(t->cx, need_by_word(t->cx, p[0].number, S("x"), &n), ERR_MISSING);
    struct visit_said said = {.visit_id = v.id, .outcome = S("needs"), .needs = S("楼道灯不亮")};
    said.slips = S("H-000000-0001-1");
    EXPECT(t->cx, visit_save(t->cx, key(t), &said, &out), ERR_INPUT);
    said.slips = arena_printf(t->cx->mem, "%.*s %.*s %.*s", STR(p[0].number), STR(p[1].number),
                              STR(p[2].number)); /* two too many */
    EXPECT(t->cx, visit_save(t->cx, key(t), &said, &out), ERR_INPUT);
    said.needs = S("楼道灯不亮\n想请人修水龙头\n还有一件\n再有一件");
    MUST(t->cx, visit_save(t->cx, key(t), &said, &out));
    assert_int_equal(out.notes.n, 0);
    for (size_t i = 0; i < 3; i++) {
        assert_true(str_eq(out.needs.at[i].number, p[i].number));
        assert_int_equal(out.needs.at[i].word.n, 0);
        MUST(t->cx, need_by_word(t->cx, p[i].number, p[i].word, &n));
        assert_int_equal(n.id, out.needs.at[i].id);
    }
    assert_int_equal(out.needs.at[3].word.n, 4);
    /* The same slip for another need: it comes in, with a number of its own. */
    said = (struct visit_said){.door_id = v.door_id,
                               .outcome = S("needs"),
                               .needs = S("窗户关不上"),
                               .slips = p[0].number};
    MUST(t->cx, visit_save(t->cx, key(t), &said, &out));
    assert_false(str_eq(out.needs.at[0].number, p[0].number));
    assert_int_equal(out.needs.at[0].word.n, 4);
    assert_true(str_find(out.notes.at[out.notes.n - 1], S("先前记过一件")) >= 0);
    struct need other = {.place_id = t->stairwell.id, .text = S("再来一件"), .paper = p[0].number};
    bool again;
    EXPECT(t->cx, need_open(t->cx, &other, &t->key, &again), ERR_INPUT);
    act(t, "admin");
    EXPECT(t->cx, need_paper_make(t->cx, 2, &papers), ERR_DENIED);
}

/* ---- a job in hand at the door ---- */

static void a_job_is_told_with_the_visit_whoever_has_it_now(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    struct visit_saved saved =
        SAVE(t, key(t), "楼道灯不亮", .visit_id = v.id, .outcome = S("needs"));
    int64_t id = saved.needs.at[0].id;
    need_event_list events = {0};
    struct visit_saved out;
    MUST(t->cx, need_load(t->cx, id, &t->n));
    GO(t, "dispatcher", "accept", .duty_id = t->lamp.id);
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_GRID].id,
       .person_id = town_post("grid_worker")->person_id);
    act(t, "grid_worker");
    struct visit_said said = {
        .door_id = v.door_id, .outcome = S("well"), .job_id = id, .job_text = S(" ")};
    EXPECT(t->cx, visit_save(t->cx, key(t), &said, &out), ERR_INPUT);
    said.job_text = S("明天下午来换灯");
    said.job_id = v.id; /* of no need */
    EXPECT(t->cx, visit_save(t->cx, key(t), &said, &out), ERR_INPUT);
    said.job_id = id;
    MUST(t->cx, visit_save(t->cx, key(t), &said, &out));
    MUST(t->cx, need_load(t->cx, id, &t->n));
    assert_int_equal(t->n.state, NEED_HANDLING);
    assert_true(t->n.contacted_at > 0);
    GO(t, "grid_worker", "report", .text = S("今天下午换了新的灯，整个楼道都亮着"),
       .answer_code = S("done"));
    GO(t, "verifier", "verify", 0);
    GO(t, "dispatcher", "close", 0);
    act(t, "grid_worker"); /* saved without a net, before he knew */
    said.job_text = S("后天再来看看");
    MUST(t->cx, visit_save(t->cx, key(t), &said, &out));
    assert_true(str_find(out.notes.at[out.notes.n - 1], S("已由派一办结")) >= 0);
    MUST(t->cx, need_history(t->cx, id, false, &events));
    assert_true(str_find(events.at[events.n - 1].text, S("后天再来看看")) >= 0);
    MUST(t->cx, need_load(t->cx, id, &t->n));
    assert_int_equal(t->n.state, NEED_DONE);
}

static void bad_words_are_told_under_their_fields(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t, "502");
    struct visit_saved out;
    struct str k = key(t);
    struct visit_said said = {.visit_id = v.id, .outcome = S("fine")};
    EXPECT(t->cx, visit_save(t->cx, k, &said, &out), ERR_INPUT);
    said.outcome = S("needs");
    EXPECT(t->cx, visit_save(t->cx, k, &said, &out), ERR_INPUT);
    said.needs = S("灯\n");
    EXPECT(t->cx, visit_save(t->cx, k, &said, &out), ERR_INPUT);
    said.needs = S("灯不亮\n灯不亮\n灯不亮\n灯不亮\n灯不亮\n灯不亮\n灯不亮");
    EXPECT(t->cx, visit_save(t->cx, k, &said, &out), ERR_INPUT);
    said = (struct visit_said){.visit_id = v.id, .outcome = S("well"), .kept = S("perhaps")};
    EXPECT(t->cx, visit_save(t->cx, k, &said, &out), ERR_INPUT);
    said = (struct visit_said){.visit_id = 12345, .outcome = S("well")};
    EXPECT(t->cx, visit_save(t->cx, k, &said, &out), ERR_MISSING);
    MUST(t->cx, visit_load(t->cx, v.id, &v));
    assert_int_equal(v.state, VISIT_PLANNED);
}

/* ---- the day ---- */

static void doors_are_in_walking_order(void **state)
{
    static const char *const doors[] = {"102", "1201", "502", "501", "302"};
    static const char *const way[] = {"1201", "502", "501", "302", "102"};
    (void)state;
    struct town *t = town_make();
    for (size_t i = 0; i < COUNT(doors); i++)
        plan(t, doors[i]);
    visit_stop_list all = {0};
    MUST(t->cx, visit_today(t->cx, 30, &all));
    assert_int_equal(all.n, COUNT(way));
    for (size_t i = 0; i < all.n; i++)
        assert_true(str_is(all.at[i].d.door, way[i]));
    assert_int_equal(door_floor(S("1203")), 12);
    assert_int_equal(door_floor(S("12")), 0);
    assert_int_equal(door_floor(S("东 502")), 0);
}

/* ---- anything at any time ---- */

struct walker {
    struct town *t;
    struct str keys[40];
    size_t nkeys;
};

static void one_step(struct walker *w)
{
    static const char *const doors[] = {"101", "202", "303"};
    static const char *const outcomes[] = {"well", "needs", "away", "quiet", "x"};
    static const char *const steps[] = {"offer",    "accept",   "decline",
                                        "not_home", "call_off", "follow"};
    struct town *t = w->t;
    struct cx *cx = t->cx;
    struct visit v;
    struct door d;
    struct str k, door = str_c(doors[rand() % 3]);
    visit_stop_list due_now = {0};
    act(t, "grid_worker");
    switch (rand() % 6) {
    case 0:
        (void)visit_plan(cx, S("YL-07-2"), door, 0, &v);
        break;
    case 1: {
        struct door_wish wish = {.place = S("YL-07-2"),
                                 .door = door,
                                 .want = rand() % 2 ? S("visit") : S("quiet"),
                                 .until_day = time_day(cx->now) + rand() % 20};
        act_nobody(t);
        (void)visit_wish(cx, &wish, &d);
        break;
    }
    case 2:
        test_advance(rand() % 4 * MS_DAY);
        jobs(t);
        break;
    case 3:
        MUST(cx, visit_today(cx, 30, &due_now));
        if (due_now.n)
            (void)visit_move(cx, due_now.at[0].v.id, str_c(steps[rand() % 6]), S("slip"), 0, &v,
                             &k);
        break;
    default: {
        struct visit_saved out;
        bool old = w->nkeys && rand() % 3 == 0;
        MUST(cx, visit_today(cx, 30, &due_now));
        struct visit_said said = {.outcome = str_c(outcomes[rand() % 5]),
                                  .promise = rand() % 3 ? S("") : S("再来"),
                                  .kept = rand() % 3 ? S("") : S("done")};
        if (due_now.n == 0)
            break;
        said.visit_id = due_now.at[rand() % (int)due_now.n].v.id;
        k = old ? w->keys[rand() % (int)w->nkeys] : id_uuid(cx);
        if (str_is(said.outcome, "needs"))
            said.needs = S("想请人修灯");
        enum err e = visit_save(cx, k, &said, &out);
        assert_true(!old || (e == OK && out.again));
        if (e == OK && !old && w->nkeys < COUNT(w->keys))
            w->keys[w->nkeys++] = k;
    }
    }
    fault_clear(cx);
}

static void look(struct town *t)
{
    visit_stop_list all = {0};
    int64_t today = time_day(t->cx->now);
    act(t, "grid_worker");
    MUST(t->cx, visit_today(t->cx, 30, &all));
    for (size_t i = 0; i < all.n; i++) {
        assert_false(door_is_quiet(&all.at[i].d, today));
        assert_int_equal(all.at[i].v.closed_at, 0);
        assert_true(all.at[i].v.tries <= VISIT_TRIES);
        assert_true(!visit_is_closed(all.at[i].v.state));
    }
}

static void a_random_walk(void **state)
{
    const char *most = getenv("WALK_STEPS");
    int walks = most ? (int)(strtol(most, NULL, 10) / 60) : 12;
    (void)state;
    srand(1);
    for (int i = 0; i < walks; i++) {
        struct walker w = {.t = town_make()};
        for (int k = 0; k < 60; k++) {
            one_step(&w);
            look(w.t);
        }
        test_end();
    }
    town_make();
}

static void the_drawing_is_the_table(void **state)
{
    struct out o;
    (void)state;
    out_init(&o, test_cx()->mem);
    steps_draw(&o, &visit_steps);
    readme_holds(__FILE__, out_text(&o));
}

static int close_town(void **state)
{
    (void)state;
    test_end();
    return 0;
}
#define T(f) cmocka_unit_test_teardown(f, close_town)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(statements_and_shapes_are_right),
        T(who_asked_to_be_left_alone_is),
        T(who_asks_is_visited_though_he_was_quiet),
        T(nobody_is_invited_more_than_twice_a_year),
        T(an_invitation_waits_a_week),
        T(a_visit_is_stored_once),
        T(nobody_home_twice_and_no_more),
        T(two_at_one_door_are_both_kept),
        T(a_field_told_differently_keeps_both),
        T(a_promise_opens_the_next_visit),
        T(the_answer_is_told_in_person),
        T(an_answer_puts_its_door_on_the_list),
        T(an_answer_waits_where_nobody_is_wished),
        T(what_was_promised_is_erased_with_its_need),
        T(a_door_is_forgotten_but_not_the_wish_for_quiet),
        T(what_they_took_back_is_not_told),
        T(what_joined_another_is_told_with_it),
        T(the_day_they_wish_is_kept),
        T(a_door_that_moved_to_another_grid_is_both_workers),
        T(a_need_goes_onto_its_slip),
        T(a_job_is_told_with_the_visit_whoever_has_it_now),
        T(bad_words_are_told_under_their_fields),
        T(doors_are_in_walking_order),
        T(a_random_walk),
        T(the_drawing_is_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
