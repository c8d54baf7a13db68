/* booking_ties_test -- what becomes of bookings when their site is to end. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_test.h"

static void a_site_ends_when_nobody_has_anything_there(void **state)
{
    (void)state;
    struct house h = open_house();
    struct guest other, g = book(&h, ask_for(&h.room, at(&h, 10, 14), 2));
    struct shell_offers busy = {0};
    act(h.t, "leader");
    assert_int_equal(site_end(h.cx, h.site.id), ERR_CONFLICT);
    assert_true(str_find(h.cx->fault.message, S("订着的场地 1 个")) >= 0);
    fault_clear(h.cx);
    MUST(h.cx, site_busy(h.cx, h.site.id, &busy));
    assert_int_equal(busy.n, 1);
    MUST(h.cx, P(&h, &g, "give"));
    act(h.t, "leader");
    MUST(h.cx, site_end(h.cx, h.site.id));
    act_nobody(h.t);
    EXPECT(h.cx, try_book(&h, ask_for(&h.room, at(&h, 11, 14), 2), &other), ERR_MISSING);
    stands(&h, g.b.id, BOOKING_GIVEN); /* read all the same */
}

/* Ended by an older program: who has a room there can still give it back. */
static void what_was_had_at_an_ended_site_is_given_back(void **state)
{
    (void)state;
    struct house h = open_house();
    struct guest g = book(&h, ask_for(&h.room, at(&h, 10, 14), 2));
    site_ties_set(NULL, 0);
    act(h.t, "leader");
    MUST(h.cx, site_end(h.cx, h.site.id));
    MUST(h.cx, P(&h, &g, "give"));
    is_held_by(&h, h.room.id, g.b.from_at, g.b.to_at, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_site_ends_when_nobody_has_anything_there),
        TEST(what_was_had_at_an_ended_site_is_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
