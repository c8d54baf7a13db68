/* visit_back_test -- coming back: nobody at home is nobody told, what was promised stands beside
 * what is wished, and who is left alone is so as long as anybody of the door has said. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_test.h"
#include "app/visit/visit_own.h"
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

int main(void)
{
#define T(f) cmocka_unit_test_teardown(f, end)
    const struct CMUnitTest tests[] = {
        T(nobody_in_the_street_makes_it_shorter),
        T(a_no_at_the_door_makes_it_no_shorter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
