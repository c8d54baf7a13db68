/* booking_ties_test -- what becomes of bookings when their site shuts for days, changes its hours,
 * moves, is to end. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_test.h"

static struct site_notice closed(const struct house *h, int day)
{
    int64_t that = time_day(at(h, day, 1));
    return (struct site_notice){
        .site_id = h->site.id, .from_day = that, .to_day = that, .reason = S("停电检修")};
}

static size_t to_tell(struct house *h)
{
    booking_list all = {0};
    act(h->t, "area_staff");
    MUST(h->cx, booking_to_tell(h->cx, &all));
    return all.n;
}

/* By a closure of the site, as by one of the room. */
static void who_finds_it_shut_is_told(void **state)
{
    (void)state;
    struct house h = open_house();
    struct guest hit = book(&h, ask_for(&h.room, at(&h, 10, 14), 2));
    struct guest waits = book(&h, as(ask_for(&h.room, at(&h, 10, 14), 1), "0551-0000 0002"));
    struct guest other = book(&h, as(ask_for(&h.room, at(&h, 11, 14), 2), "0551-0000 0003"));
    struct site_notice n = closed(&h, 10);
    int64_t lost;
    stands(&h, waits.b.id, BOOKING_WAITING);
    act(h.t, "clerk");
    MUST(h.cx, site_lost(h.cx, h.site.id, &n, &lost));
    assert_int_equal(lost, 2);
    stands(&h, hit.b.id, BOOKING_BOOKED); /* only counted */
    MUST(h.cx, site_notice_put(h.cx, &n));
    stands(&h, hit.b.id, BOOKING_SHUT);
    stands(&h, waits.b.id, BOOKING_SHUT);
    stands(&h, other.b.id, BOOKING_BOOKED);
    assert_true(str_is(reread(&h, hit.b.id).reason, "停电检修"));
    is_held_by(&h, h.room.id, hit.b.from_at, hit.b.to_at, 0);
    assert_int_equal(to_tell(&h), 2);
    MUST(h.cx, STAFF(&h, hit.b.id, "told"));
    assert_int_equal(to_tell(&h), 1);
    MUST(h.cx, P(&h, &hit, "move", .from_at = at(&h, 12, 14))); /* one of the others, at once */
    stands(&h, hit.b.id, BOOKING_BOOKED);
    go_to(&h, at(&h, 11, 9));
    stands(&h, waits.b.id, BOOKING_SHUT); /* not "done", and nobody was reminded */
}

static void shorter_hours_take_what_lies_outside(void **state)
{
    (void)state;
    struct house h = open_house();
    struct guest late = book(&h, ask_for(&h.room, at(&h, 10, 18), 2));
    struct guest early = book(&h, as(ask_for(&h.room, at(&h, 10, 9), 2), "0551-0000 0002"));
    struct guest other = book(&h, as(ask_for(&h.hall, at(&h, 10, 18), 2), "0551-0000 0003"));
    struct guest seven = book(&h, as(ask_for(&h.room, at(&h, 10, 18), 1), "0551-0000 0004"));
    struct site_week week = {0};
    int64_t lost;
    for (int d = 0; d < SITE_DAY_KINDS; d++)
        assert_true(site_day_read(S("8:00-19:00"), false, &week.days[d]));
    act(h.t, "area_staff");
    MUST(h.cx, booking_week_try(h.cx, h.room.id, &week, &lost));
    assert_int_equal(lost, 1);
    stands(&h, late.b.id, BOOKING_BOOKED);
    MUST(h.cx, booking_week_put(h.cx, h.room.id, &week));
    stands(&h, late.b.id, BOOKING_SHUT);
    stands(&h, early.b.id, BOOKING_BOOKED);
    stands(&h, other.b.id, BOOKING_BOOKED);  /* its hours are the site's */
    stands(&h, seven.b.id, BOOKING_OFFERED); /* until seven it is open */
    act(h.t, "leader");
    MUST(h.cx, site_week_put(h.cx, h.site.id, 0, &week));
    stands(&h, other.b.id, BOOKING_SHUT);
    assert_int_equal(to_tell(&h), 3);
}

static void a_lot_of_a_day_on_which_it_is_shut_is_not_drawn(void **state)
{
    (void)state;
    struct house h = open_house();
    booking_lot_list lots = {0};
    struct booking_window w = {.space_id = h.court.id,
                               .kind = BOOKING_LOT,
                               .weekday = 6,
                               .from_minute = 14 * 60,
                               .till_minute = 17 * 60};
    struct booking_ask ask = ask_for(&h.court, 0, 1);
    struct guest g = {0};
    bool again;
    act(h.t, "area_staff");
    MUST(h.cx, booking_window_put(h.cx, &w));
    MUST(h.cx, booking_lots(h.cx, h.court.id, &lots));
    act_nobody(h.t);
    MUST(h.cx, booking_lot_enter(h.cx, lots.at[0].id, &ask, &g.p, &g.key, &g.b, &again));
    struct site_notice n = closed(&h, 12); /* that Saturday */
    act(h.t, "leader");
    MUST(h.cx, site_notice_put(h.cx, &n));
    stands(&h, g.b.id, BOOKING_SHUT);
    MUST(h.cx, booking_lot_get(h.cx, lots.at[0].id, &lots.at[0]));
    assert_int_equal(lots.at[0].state, BOOKING_LOT_OFF);
    MUST(h.cx, booking_lot_get(h.cx, lots.at[1].id, &lots.at[1]));
    assert_int_equal(lots.at[1].state, BOOKING_LOT_OPEN);
}

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

static void rooms_move_with_their_site(void **state)
{
    (void)state;
    struct house h = open_house();
    struct place other;
    struct site s;
    struct booking_ask ask = ask_for(&h.hall, at(&h, 5, 14), 2);
    booking_list review = {0};
    booking_series_list series = {0};
    ask.heads = 30;
    struct guest before = book(&h, ask);
    ask = as(ask_for(&h.hall, at(&h, 6, 9), 2), "0551-0000 0002");
    ask.kind = BOOKING_GROUP;
    ask.group_name = S("夕阳红合唱队");
    ask.weeks = 1;
    book(&h, ask);
    town_place(h.t, &other, &h.t->top, "estate", "ZZ", "别的小区");
    act(h.t, "leader");
    MUST(h.cx, site_get(h.cx, h.site.id, &s));
    s.place_id = other.id;
    MUST(h.cx, site_put(h.cx, &s));
    ask = as(ask_for(&h.hall, at(&h, 7, 14), 2), "0551-0000 0003");
    ask.heads = 30;
    struct guest after = book(&h, ask);
    act_at(&h, &h.t->estate); /* where it was */
    MUST(h.cx, booking_to_review(h.cx, &review));
    assert_int_equal(review.n, 0);
    EXPECT(h.cx, booking_own(h.cx, after.b.id, &after.b), ERR_MISSING);
    act_at(&h, &other); /* where it is */
    MUST(h.cx, booking_to_review(h.cx, &review));
    assert_int_equal(review.n, 2);
    MUST(h.cx, booking_own(h.cx, before.b.id, &before.b));
    MUST(h.cx, booking_series_all(h.cx, &series));
    assert_int_equal(series.n, 1);
    MUST(h.cx, booking_space_own(h.cx, h.hall.id, &h.hall));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_finds_it_shut_is_told),
        TEST(shorter_hours_take_what_lies_outside),
        TEST(a_lot_of_a_day_on_which_it_is_shut_is_not_drawn),
        TEST(a_site_ends_when_nobody_has_anything_there),
        TEST(what_was_had_at_an_ended_site_is_given_back),
        TEST(rooms_move_with_their_site),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
