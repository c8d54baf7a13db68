/* match_days_test -- when somebody can: times that meet, days away, papers that last until the
 * visit. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/match_test.h"
#include "match.sql.h"

/* Who is there today and away on the day is asked for another day; away on all of them, for none.
 */
static void days_away_are_hours_taken(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周甲", "tap", t->building.id);
    struct week w = {0};
    int64_t today = time_day(t->cx->now);
    for (int day = 0; day < 7; day++)
        week_set(&w, day, 9 * 2, 11 * 2, true);
    MUST(t->cx, volunteer_set_week(t->cx, a.v.id, a.key, &w));
    MUST(t->cx, volunteer_add_away(t->cx, a.v.id, a.key, today + 1, today + 12));
    want(t, "家里漏水，请人看看");
    struct match_help h = *help(t);
    h.week = week_text(t->cx, &w);
    set_help(t, &h);
    assert_true(proposals(t).n && str_is(proposals(t).at[0].target, "volunteer"));
    assert_int_equal(time_day(asked(t, a.v.id).visit_at), today + 13);
    act_nobody(t);
    MUST(t->cx, volunteer_add_away(t->cx, a.v.id, a.key, today + 13, today + 20));
    want(t, "水龙头又漏水"); /* at no hour that was named, but not today */
    h = *help(t);
    h.from_day = today + 2;
    set_help(t, &h);
    for (size_t i = 0; i < proposals(t).n; i++)
        assert_false(str_is(proposals(t).at[i].target, "volunteer"));
}

/* What the law wants of a helper it wants on the day of the visit, not on the day of the question.
 */
static void insurance_and_papers_last_until_the_visit(void **state)
{
    (void)state;
    struct town *t = make();
    leaf(t, (struct skill){.code = S("high"),
                           .parent_code = S("repair"),
                           .name = S("擦高窗"),
                           .words = S("高窗"),
                           .needs_insurance = true,
                           .needs_training = true});
    struct helper a = help_from(t, "周甲", "high", t->building.id);
    match_offer_list list = {0};
    struct match_ask ask = {.volunteer_id = a.v.id, .visit_at = t->cx->now + 12 * MS_DAY};
    int64_t day = MS_DAY, now = t->cx->now;
    for (int round = 0; round < 3; round++) {
        act(t, "clerk"); /* insurance that ends before, then a paper that does, then neither */
        MUST(t->cx, volunteer_insure(t->cx, a.v.id, now + (round == 0 ? 9 : 30) * day));
        MUST(t->cx, volunteer_verify(t->cx, a.v.id, S("high"), now + (round == 1 ? 9 : 20) * day));
        want(t, "请人擦一下高窗");
        struct match_help h = *help(t);
        h.from_day = time_day(now) + 10;
        set_help(t, &h);
        proposals(t);
        act(t, "dispatcher");
        if (round < 2) {
            EXPECT(t->cx, match_ask(t->cx, t->n.id, &ask, &list), ERR_CONFLICT);
            assert_true(str_is(last_miss(t), "time"));
            continue;
        }
        ask.visit_at = now + 25 * day; /* nor may a person ask for a day after that */
        EXPECT(t->cx, match_ask(t->cx, t->n.id, &ask, &list), ERR_CONFLICT);
        ask.visit_at = now + 12 * day;
        MUST(t->cx, match_ask(t->cx, t->n.id, &ask, &list));
    }
}

static void times_that_meet(void **state)
{
    struct week w = {0};
    struct match_wait n = {.halves = 2};
    int64_t from, to, now = TEST_NOW; /* Monday 10:00 */
    (void)state;
    week_set(&w, 0, 20, 32, true); /* Monday 10-16 */
    assert_true(match_meet(&w, &n, NULL, 0, 0, now, &from, &to));
    assert_true(from == now + 4 * MS_HOUR && to == from + MS_HOUR);
    struct match_visit busy = {1, from, from + MS_HOUR};
    assert_true(match_meet(&w, &n, &busy, 1, 0, now, &from, &to));
    assert_true(from == now + 5 * MS_HOUR);
    n.halves = 5; /* nothing that long is left today: next Monday */
    assert_true(match_meet(&w, &n, NULL, 0, 0, now, &from, &to));
    assert_true(from == now + 7 * MS_DAY);
    n.to_day = time_day(now) + 3;
    assert_false(match_meet(&w, &n, NULL, 0, 0, now, &from, &to));
    n = (struct match_wait){.halves = 2, .from_day = time_day(now) + 7};
    assert_true(match_meet(&w, &n, NULL, 0, 0, now, &from, &to));
    assert_true(from == now + 7 * MS_DAY);
    assert_true(match_meet(&w, &n, NULL, 0, to, now, &from, &to));
    assert_false(match_meet(&w, &n, NULL, 0, to - 1, now, &from, &to));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(days_away_are_hours_taken, end),
        cmocka_unit_test_teardown(insurance_and_papers_last_until_the_visit, end),
        cmocka_unit_test(times_that_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
