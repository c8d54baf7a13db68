/* booking_lot_test -- times that the centre keeps, that are kept for teams, that are drawn. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_test.h"
#include <sodium.h>
#include <string.h>

/* ---- the centre ---- */

static void who_loses_his_time_has_three_others(void **state)
{
    (void)state;
    struct house h = open_house();
    struct guest one = book(&h, ask_for(&h.room, at(&h, 6, 14), 2));
    struct guest two = book(&h, as(ask_for(&h.room, at(&h, 6, 14), 1), "0551-0000 0002"));
    struct guest three = book(&h, as(ask_for(&h.room, at(&h, 6, 10), 3), "0551-0000 0003"));
    struct guest four = book(&h, as(ask_for(&h.room, at(&h, 6, 10), 1), "0551-0000 0004"));
    struct booking_block k = {.space_id = h.room.id,
                              .from_at = at(&h, 6, 12),
                              .to_at = at(&h, 6, 18),
                              .reason = S("换灯管")};
    booking_choice_list others = {0};
    struct booking_plan p;
    int64_t lost;
    act(h.t, "area_staff");
    MUST(h.cx, booking_block_put(h.cx, &k, true, &lost));
    assert_int_equal(lost, 3);
    stands(&h, one.b.id, BOOKING_BOOKED); /* only counted */
    MUST(h.cx, booking_block_put(h.cx, &k, false, &lost));
    stands(&h, one.b.id, BOOKING_SHUT);
    stands(&h, two.b.id, BOOKING_SHUT);
    stands(&h, three.b.id, BOOKING_SHUT);
    stands(&h, four.b.id, BOOKING_OFFERED); /* three had his time */
    is_held_by(&h, h.room.id, k.from_at, k.to_at, k.id);
    assert_true(reread(&h, one.b.id).tell);
    MUST(h.cx, booking_plan(h.cx, &h.room, 0, &p));
    MUST(h.cx, booking_others(h.cx, &p, one.b.from_at, one.b.to_at, 8, &others));
    assert_int_equal(others.n, 3);
    MUST(h.cx,
         P(&h, &one, "move", .space_id = others.at[0].space.id, .from_at = others.at[0].from_at));
    stands(&h, one.b.id, BOOKING_BOOKED);
    act_nobody(h.t);
    struct guest five;
    EXPECT(h.cx, try_book(&h, ask_for(&h.room, at(&h, 6, 17.5), 1), &five), ERR_CONFLICT);
    act(h.t, "area_staff");
    EXPECT(h.cx, booking_block_put(h.cx, &k, false, &lost), ERR_CONFLICT);
    MUST(h.cx, booking_block_end(h.cx, k.id));
    is_held_by(&h, h.room.id, k.from_at, k.to_at, 0);
    act(h.t, "grid_worker");
    EXPECT(h.cx, booking_block_put(h.cx, &k, false, &lost), ERR_MISSING);
}

static void a_day_shows_what_is_free(void **state)
{
    (void)state;
    struct house h = open_house();
    struct booking_plan p;
    booking_stretch_list day = {0};
    struct booking_window w = {.space_id = h.room.id,
                               .weekday = time_civil(at(&h, 5, 9)).weekday,
                               .from_minute = 18 * 60,
                               .till_minute = 20 * 60};
    struct guest g = book(&h, ask_for(&h.room, at(&h, 5, 14), 2));
    act(h.t, "area_staff");
    MUST(h.cx, booking_window_put(h.cx, &w));
    EXPECT(h.cx, booking_window_put(h.cx, &w), ERR_INPUT);
    MUST(h.cx, booking_plan(h.cx, &h.room, 0, &p));
    MUST(h.cx, booking_day(h.cx, &p, time_day(g.b.from_at), &day));
    assert_int_equal(day.n, 5); /* 8, 14, 16, 18, 20 */
    assert_true(day.at[0].is_free && !day.at[1].is_free && day.at[2].is_free);
    assert_true(day.at[3].is_kept && !day.at[4].is_kept);
    assert_int_equal(day.at[1].to_at, g.b.to_at);
    bad(&h, (act_nobody(h.t), ask_for(&h.court, at(&h, 5, 7), 2)), "from_at");
    struct guest other;
    EXPECT(h.cx, try_book(&h, ask_for(&h.room, at(&h, 5, 17.5), 1), &other), ERR_INPUT);
    struct booking_ask team = as(ask_for(&h.room, at(&h, 5, 18), 1), "0551-0000 0003");
    team.kind = BOOKING_GROUP;
    team.group_name = S("棋友会");
    other = book(&h, team);
    go_to(&h, at(&h, 4, 10));
    MUST(h.cx, P(&h, &other, "give"));
    act_nobody(h.t); /* idle: for everybody */
    MUST(h.cx, try_book(&h, as(ask_for(&h.room, at(&h, 1, 18), 1), "0551-0000 0009"), &other));
}

/* ---- lots ---- */

static struct booking_lot open_lot(struct house *h)
{
    booking_lot_list lots = {0};
    struct booking_window w = {.space_id = h->court.id,
                               .kind = BOOKING_LOT,
                               .weekday = 6,
                               .from_minute = 14 * 60,
                               .till_minute = 17 * 60};
    act(h->t, "area_staff");
    MUST(h->cx, booking_window_put(h->cx, &w));
    MUST(h->cx, booking_lots(h->cx, h->court.id, &lots));
    assert_int_equal(lots.n, 8); /* Saturdays from the 28th on: of the 21st it is too late */
    for (size_t i = 0; i < lots.n; i++)
        is_held_by(h, h->court.id, lots.at[i].from_at, lots.at[i].to_at, lots.at[i].id);
    assert_int_equal(lots.at[0].from_at, at(h, 12, 14));
    assert_int_equal(lots.at[0].draw_at, at(h, 5, 12));
    assert_int_equal(lots.at[0].seed.n, 0);
    assert_int_equal(lots.at[0].seed_hash.n, 64);
    return lots.at[0];
}

static struct guest enter(struct house *h, int64_t lot, int nth)
{
    struct guest g = {0};
    bool again;
    struct booking_ask ask = ask_for(&h->court, 0, 1);
    ask.contact = arena_printf(h->cx->mem, "0551-0000 %04d", nth);
    act_nobody(h->t);
    MUST(h->cx, booking_lot_enter(h->cx, lot, &ask, &g.p, &g.key, &g.b, &again));
    stands(h, g.b.id, BOOKING_DRAWING);
    return g;
}

static void hex_of(const char *text, char out[65])
{
    unsigned char sum[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(sum, (const unsigned char *)text, strlen(text));
    sodium_bin2hex(out, 65, sum, sizeof sum);
}

static void a_draw_can_be_worked_out_by_anybody(void **state)
{
    (void)state;
    struct house h = open_house();
    struct booking_lot l = open_lot(&h);
    struct guest g[6], other;
    booking_drawn_list order = {0};
    char hex[65];
    for (int i = 0; i < 6; i++)
        g[i] = enter(&h, l.id, i);
    bool again;
    struct booking out;
    struct booking_ask ask = ask_for(&h.court, 0, 1);
    ask.contact = S("0551-0000 0001");
    EXPECT(h.cx, booking_lot_enter(h.cx, l.id, &ask, &other.p, &other.key, &out, &again),
           ERR_INPUT);
    EXPECT(h.cx, try_book(&h, as(ask_for(&h.court, l.from_at, 1), "0551-0000 0044"), &other),
           ERR_CONFLICT); /* it is the lot's: nobody waits in front of those who enter */
    EXPECT(h.cx, booking_subject.erase(h.cx, g[5].p.id), ERR_CONFLICT); /* he may yet win */
    MUST(h.cx, P(&h, &g[5], "give"));
    MUST(h.cx, booking_subject.erase(h.cx, g[5].p.id));
    go_to(&h, l.draw_at);
    MUST(h.cx, booking_lot_get(h.cx, l.id, &l));
    assert_int_equal(l.state, BOOKING_LOT_DRAWN);
    hex_of(arena_cstr(h.cx->mem, l.seed), hex);
    assert_true(str_is(l.seed_hash, hex)); /* the one that was promised */
    MUST(h.cx, booking_lot_order(h.cx, &l, &order));
    assert_int_equal(order.n, 5);
    for (size_t i = 0; i < order.n; i++) {
        hex_of(arena_cstr(h.cx->mem, arena_printf(h.cx->mem, "%.*s:%.*s", STR(l.seed),
                                                  STR(order.at[i].number))),
               hex);
        assert_true(str_is(order.at[i].hash, hex));
        assert_true(i == 0 || memcmp(order.at[i - 1].hash.p, hex, 64) < 0);
        assert_int_equal(order.at[i].state, i ? BOOKING_WAITING : BOOKING_BOOKED);
    }
    for (int i = 0; i < 5; i++)
        if (str_eq(g[i].p.number, order.at[0].number)) {
            is_held_by(&h, h.court.id, l.from_at, l.to_at, g[i].b.id);
            MUST(h.cx, P(&h, &g[i], "give"));
        }
    order.n = 0;
    MUST(h.cx, booking_lot_order(h.cx, &l, &order));
    assert_int_equal(order.at[1].state, BOOKING_OFFERED); /* the second drawn */
    ask.contact = S("0551-0000 0077");
    EXPECT(h.cx, booking_lot_enter(h.cx, l.id, &ask, &other.p, &other.key, &out, &again),
           ERR_CONFLICT);
}

static void a_lot_that_nobody_wants_is_free(void **state)
{
    (void)state;
    struct house h = open_house();
    struct booking_lot l = open_lot(&h);
    booking_lot_list lots = {0};
    go_to(&h, l.draw_at);
    is_held_by(&h, h.court.id, l.from_at, l.to_at, 0);
    MUST(h.cx, booking_lots(h.cx, h.court.id, &lots));
    assert_int_equal(lots.n, 8); /* one more at the end */
    struct guest g = enter(&h, lots.at[0].id, 1);
    struct booking_block k = {.space_id = h.court.id,
                              .from_at = lots.at[0].from_at,
                              .to_at = lots.at[0].to_at,
                              .kind = BOOKING_PUBLIC,
                              .reason = S("社区运动会")};
    int64_t lost;
    act(h.t, "area_staff");
    MUST(h.cx, booking_block_put(h.cx, &k, false, &lost));
    stands(&h, g.b.id, BOOKING_SHUT);
    is_held_by(&h, h.court.id, k.from_at, k.to_at, k.id);
    MUST(h.cx, booking_window_end(h.cx, l.window_id));
    lots.n = 0;
    MUST(h.cx, booking_lots(h.cx, h.court.id, &lots));
    assert_int_equal(lots.n, 0);
}

static bool has_lot(struct house *h, int64_t from_at)
{
    booking_lot_list lots = {0};
    bool has = false;
    MUST(h->cx, booking_lots(h->cx, h->court.id, &lots));
    for (size_t i = 0; i < lots.n; i++)
        has |= lots.at[i].from_at == from_at;
    return has;
}

/* Nobody has the newest Saturday by asking for it before its lot is there. */
static void lots_are_there_before_one_may_book(void **state)
{
    (void)state;
    struct house h = open_house();
    struct guest g;
    act(h.t, "area_staff");
    h.court.ahead_days = 30; /* from Thursday on one would have asked for a Saturday */
    MUST(h.cx, booking_space_put(h.cx, &h.court));
    struct booking_window w = {.space_id = h.court.id,
                               .kind = BOOKING_LOT,
                               .weekday = 6,
                               .from_minute = 14 * 60,
                               .till_minute = 17 * 60};
    MUST(h.cx, booking_window_put(h.cx, &w));
    for (int64_t day = 26; day <= 60; day += 7) {
        int64_t next = at(&h, 0, 14);
        while (time_civil(next).weekday != 6 || next <= h.cx->now + 30 * MS_DAY)
            next += MS_DAY;
        go_to(&h, next - 30 * MS_DAY + MS_MINUTE);
        assert_true(has_lot(&h, next));
        act_nobody(h.t);
        EXPECT(h.cx, try_book(&h, as(ask_for(&h.court, next, 3), "0551-0000 0009"), &g),
               ERR_CONFLICT);
        bool again;
        booking_lot_list lots = {0};
        MUST(h.cx, booking_lots(h.cx, h.court.id, &lots));
        struct booking_ask ask = ask_for(&h.court, 0, 1);
        struct booking out;
        ask.contact = arena_printf(h.cx->mem, "0551-0000 1%03lld", (long long)day);
        MUST(h.cx, booking_lot_enter(h.cx, lots.at[lots.n - 1].id, &ask, &g.p, &g.key, &out,
                                     &again)); /* also the last of them */
    }
}

static void a_closure_of_all_lots_does_not_end_them(void **state)
{
    (void)state;
    struct house h = open_house();
    open_lot(&h);
    struct booking_block k = {.space_id = h.court.id,
                              .from_at = at(&h, 1, 8),
                              .to_at = at(&h, 75, 20),
                              .reason = S("整修")};
    int64_t lost, saturday = at(&h, 12 + 11 * 7, 14);
    MUST(h.cx, booking_block_put(h.cx, &k, false, &lost));
    go_to(&h, at(&h, 74, 10));
    assert_false(has_lot(&h, saturday - 2 * 7 * MS_DAY)); /* day 75 */
    assert_true(has_lot(&h, saturday));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_loses_his_time_has_three_others), TEST(a_day_shows_what_is_free),
        TEST(a_draw_can_be_worked_out_by_anybody), TEST(a_lot_that_nobody_wants_is_free),
        TEST(lots_are_there_before_one_may_book),  TEST(a_closure_of_all_lots_does_not_end_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
