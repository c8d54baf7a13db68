/* visit_back_test -- coming back: nobody at home is nobody told, what was promised stands beside
 * what is wished, and who is left alone is so as long as anybody of the door has said. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/visit/visit_test.h"
#include "base/id.h"
#include "visit.sql.h"
#include <string.h>

static struct visit plan(struct town *t)
{
    struct visit v;
    act(t, "grid_worker");
    MUST(t->cx, visit_plan(t->cx, S("YL-07-2"), S("502"), 0, &v));
    return v;
}

static struct visit_saved save(struct town *t, struct visit_said said)
{
    struct visit_saved out;
    act(t, "grid_worker");
    MUST(t->cx, visit_save(t->cx, id_uuid(t->cx), &said, &out));
    return out;
}
#define SAVE(t, ...) save((t), (struct visit_said){__VA_ARGS__})

static struct door door_of(struct town *t, int64_t id)
{
    struct door d;
    MUST(t->cx, door_load(t->cx, id, &d));
    return d;
}

static size_t due(struct town *t, struct visit_stop *first)
{
    visit_stop_list all = {0};
    act(t, "grid_worker");
    MUST(t->cx, visit_today(t->cx, VISIT_PACK_MOST, &all));
    if (all.n && first)
        *first = all.at[0];
    return all.n;
}

static size_t told(struct town *t, int64_t door_id, const char *step)
{
    visit_event_list all = {0};
    size_t n = 0;
    act(t, "grid_worker");
    MUST(t->cx, visit_story(t->cx, door_id, &all));
    for (size_t i = 0; i < all.n; i++)
        n += str_is(all.at[i].step, step);
    return n;
}

/* A need of the door is answered: somebody goes there today to tell. */
static struct visit to_tell(struct town *t)
{
    struct visit v = plan(t);
    struct visit_saved s =
        SAVE(t, .visit_id = v.id, .outcome = S("needs"), .needs = S("楼道灯不亮"));
    MUST(t->cx, need_load(t->cx, s.needs.at[0].id, &t->n));
    GO(t, "dispatcher", "accept", .duty_id = t->lamp.id, .level = S("L2"));
    GO(t, "dispatcher", "answer_now", .text = S("已经请物业换了灯泡，今天就亮。"),
       .answer_code = S("done"));
    jobs(t);
    assert_int_equal(due(t, NULL), 1);
    return v;
}

static void nobody_at_home_is_nobody_told(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = to_tell(t);
    struct visit_stop stop = {0};
    int64_t today = time_day(t->cx->now);
    struct visit_saved s = SAVE(t, .visit_id = v.id, .outcome = S("away"));
    assert_int_equal(s.v.id, v.id);
    assert_int_equal(s.v.state, VISIT_FOLLOW);
    assert_int_equal(s.v.plan_day, today + 2);
    assert_int_equal(told(t, v.door_id, "told"), 0);
    assert_int_equal(due(t, NULL), 0);
    for (int i = 0; i < 2; i++) { /* it does not give up the answer after two times either */
        test_advance(2 * MS_DAY);
        assert_int_equal(due(t, &stop), 1);
        assert_int_equal(stop.v.id, v.id);
        assert_int_equal(stop.answers.n, 1);
        (void)SAVE(t, .door_id = v.door_id, .outcome = S("away"));
    }
    test_advance(2 * MS_DAY);
    (void)SAVE(t, .visit_id = v.id, .outcome = S("well"));
    assert_int_equal(told(t, v.door_id, "told"), 1);
    MUST(t->cx, visit_load(t->cx, v.id, &v));
    assert_int_equal(v.state, VISIT_DONE);
}

/* They read it by its number, or are called. */
static void who_would_not_be_disturbed_was_not_told(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = to_tell(t);
    struct visit_saved s = SAVE(t, .visit_id = v.id, .outcome = S("quiet"));
    assert_int_equal(s.v.id, v.id);
    assert_int_equal(s.v.state, VISIT_CALLED_OFF);
    assert_int_equal(told(t, v.door_id, "told"), 0);
    assert_true(door_of(t, v.door_id).quiet_until >= time_day(t->cx->now) + VISIT_QUIET_DAYS);
}

/* ---- wishes of whoever comes along ---- */

static struct door wish(struct town *t, const char *who, struct door_wish w)
{
    struct door d;
    w.place = S("YL-07-2");
    w.door = S("502");
    if (who)
        act(t, who);
    else
        act_nobody(t);
    MUST(t->cx, visit_wish(t->cx, &w, &d));
    return d;
}
#define WISH(t, who, ...) wish((t), (who), (struct door_wish){__VA_ARGS__})

static void nobody_in_the_street_makes_it_shorter(void **state)
{
    (void)state;
    struct town *t = town_make();
    int64_t today = time_day(t->cx->now);
    struct visit v;
    int64_t door = WISH(t, NULL, .want = S("quiet"), .until_day = today + 3000).id;
    struct door d = WISH(t, NULL, .want = S("quiet"), .until_day = today);
    assert_int_equal(d.quiet_until, today); /* he does not learn what they said before */
    assert_int_equal(door_of(t, door).quiet_until, today + 3000);
    test_advance(MS_DAY);
    act(t, "grid_worker");
    EXPECT(t->cx, visit_plan(t->cx, S("YL-07-2"), S("502"), 0, &v), ERR_CONFLICT);
    (void)WISH(t, NULL, .want = S("quiet"), .until_day = today + 3100);
    assert_int_equal(door_of(t, door).quiet_until, today + 3100);
    (void)WISH(t, "grid_worker", .want = S("quiet"), .until_day = today + 40);
    assert_int_equal(door_of(t, door).quiet_until, today + 40); /* they told him so */
}

/* "No" without a day is a year, and less than what they said at length. */
static void a_no_at_the_door_makes_it_no_shorter(void **state)
{
    (void)state;
    struct town *t = town_make();
    int64_t today = time_day(t->cx->now);
    struct visit v = plan(t);
    act(t, "grid_worker");
    struct door d = door_of(t, v.door_id);
    d.quiet_until = today + 3000;
    MUST(t->cx, door_keep(t->cx, &d));
    (void)SAVE(t, .visit_id = v.id, .outcome = S("quiet"));
    assert_int_equal(door_of(t, v.door_id).quiet_until, today + 3000);
}

static bool promises(struct town *t, int64_t door, const char *words)
{
    return str_find(door_of(t, door).promise, str_c(words)) >= 0;
}

static void a_wish_stands_beside_what_was_promised(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct visit v = plan(t);
    (void)SAVE(t, .visit_id = v.id, .outcome = S("well"), .promise = S("周五陪他去办老年卡"));
    int64_t at = door_of(t, v.door_id).promised_at;
    test_advance(MS_HOUR);
    (void)WISH(t, NULL, .want = S("visit"), .text = S("推销"));
    assert_true(promises(t, v.door_id, "周五陪他去办老年卡；他请您来，想说：推销"));
    assert_int_equal(door_of(t, v.door_id).promised_at, at);
    (void)WISH(t, NULL, .want = S("visit"), .text = S("问装电梯"));
    assert_true(promises(t, v.door_id, "周五陪他去办老年卡；他请您来，想说：问装电梯"));
    assert_false(promises(t, v.door_id, "推销"));
    (void)WISH(t, "grid_worker", .want = S("quiet"), .until_day = time_day(t->cx->now) + 5);
    (void)WISH(t, NULL, .want = S("visit"), .text = S("还是要问"));
    assert_true(promises(t, v.door_id, "先问一声是不是。周五陪他去办老年卡；他请您来，想说：还是"));
    (void)WISH(t, NULL, .want = S("visit"), .text = S("再问"));
    assert_true(promises(t, v.door_id, "先问一声是不是。周五陪他去办老年卡；他请您来，想说：再问"));
}

int main(void)
{
#define T(f) cmocka_unit_test_teardown(f, end)
    const struct CMUnitTest tests[] = {
        T(nobody_at_home_is_nobody_told),          T(who_would_not_be_disturbed_was_not_told),
        T(nobody_in_the_street_makes_it_shorter),  T(a_no_at_the_door_makes_it_no_shorter),
        T(a_wish_stands_beside_what_was_promised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
