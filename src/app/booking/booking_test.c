/* booking_test -- no time is ever held twice: single bookings, series, moves; who waits moves up,
 * who stays away is told in private, names are forgotten. Closures and lots: booking_lot_test.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_test.h"
#include "tests/drawing.h"
#include "booking.sql.h"

static void statements_and_shapes_are_right(void **state)
{
    (void)state;
    struct town *t = town_make();
    MUST(t->cx, db_verify(t->cx, booking_sql_all, booking_sql_count));
    for (size_t i = 0; i < booking_feature.nshapes; i++)
        assert_null(shape_fault(booking_feature.shapes[i]));
}

static void the_drawing_is_the_table(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct out o;
    out_init(&o, t->cx->mem);
    steps_draw(&o, &booking_steps);
    readme_holds(__FILE__, out_text(&o));
}

/* ---- the rule ---- */

static void a_quarter_is_held_once(void **state)
{
    (void)state;
    struct house h = open_house();
    int64_t from = at(&h, 3, 14), to = at(&h, 3, 16);
    bool taken;
    MUST(h.cx, booking_claim(h.cx, h.hall.id, from, to, 1, &taken));
    assert_true(taken);
    MUST(h.cx, booking_claim(h.cx, h.hall.id, to - BOOKING_SLOT, to + MS_HOUR, 2, &taken));
    assert_false(taken);
    is_held_by(&h, h.hall.id, to, to + MS_HOUR, 0); /* not even a part of it */
    is_held_by(&h, h.hall.id, from, to, 1);
    MUST(h.cx, booking_claim(h.cx, h.hall.id, to, to + MS_HOUR, 2, &taken));
    assert_true(taken); /* they touch, and that is fine */
    MUST(h.cx, booking_claim(h.cx, h.room.id, from, to, 3, &taken));
    assert_true(taken);
    MUST(h.cx, booking_let_go(h.cx, h.hall.id, from, to + MS_HOUR, 1));
    is_held_by(&h, h.hall.id, from, to, 0);
    is_held_by(&h, h.hall.id, to, to + MS_HOUR, 2); /* what is another's stays */
}

static void shift(struct house *h, int64_t from, int64_t to, int64_t from2, int64_t to2, bool want)
{
    const struct booking_choice a = {h->hall, from, to}, b = {h->hall, from2, to2};
    bool taken;
    MUST(h->cx, booking_shift(h->cx, 1, &a, &b, &taken));
    assert_int_equal(taken, want);
    is_held_by(h, h->hall.id, want ? from2 : from, want ? to2 : to, 1);
}

static void a_time_moves_over_itself_or_stays(void **state)
{
    (void)state;
    struct house h = open_house();
    int64_t a = at(&h, 3, 14), b = at(&h, 3, 16);
    bool taken;
    MUST(h.cx, booking_claim(h.cx, h.hall.id, a, b, 1, &taken));
    MUST(h.cx, booking_claim(h.cx, h.hall.id, at(&h, 3, 17), at(&h, 3, 18), 2, &taken));
    MUST(h.cx, booking_claim(h.cx, h.hall.id, at(&h, 3, 11), at(&h, 3, 12), 3, &taken));
    shift(&h, a, b, a + MS_HOUR, b + MS_HOUR, true);
    shift(&h, a + MS_HOUR, b + MS_HOUR, a - MS_HOUR, b - MS_HOUR, true);
    shift(&h, a - MS_HOUR, b - MS_HOUR, at(&h, 3, 12), at(&h, 3, 17), true); /* longer */
    shift(&h, at(&h, 3, 12), at(&h, 3, 17), a, b, true);                     /* shorter */
    shift(&h, a, b, at(&h, 3, 15), at(&h, 3, 17.25), false);
    shift(&h, a, b, at(&h, 3, 11.75), at(&h, 3, 15), false);
    shift(&h, a, b, at(&h, 3, 11.75), at(&h, 3, 17.25), false); /* on both sides */
    shift(&h, a, b, at(&h, 3, 13), at(&h, 3, 17.25), false);    /* free before, taken behind */
    is_held_by(&h, h.hall.id, at(&h, 3, 17), at(&h, 3, 18), 2);
    is_held_by(&h, h.hall.id, at(&h, 3, 11), at(&h, 3, 12), 3);
}

static void who_comes_second_reads_what_else_is_free(void **state)
{
    (void)state;
    struct house h = open_house();
    struct guest one = book(&h, ask_for(&h.room, at(&h, 5, 14), 2)), two;
    stands(&h, one.b.id, BOOKING_BOOKED);
    struct booking_ask ask = ask_for(&h.room, at(&h, 5, 15), 2);
    ask.contact = S("0551-0000 0002");
    assert_int_equal(try_book(&h, ask, &two), ERR_CONFLICT);
    struct str why = h.cx->fault.message;
    assert_true(str_find(why, S("还空着的：")) >= 0);
    assert_true(str_find(why, S("3 月 21 日 周六 15:00–17:00 球场")) >= 0); /* the smaller one */
    assert_true(str_find(why, S("3 月 21 日 周六 16:00–18:00；")) >= 0);
    assert_true(str_find(why, S("3 月 22 日 周日 15:00–17:00")) >= 0);
    fault_clear(h.cx);
    is_held_by(&h, h.room.id, one.b.from_at, one.b.to_at, one.b.id);
    ask.wait = true;
    two = book(&h, ask);
    stands(&h, two.b.id, BOOKING_WAITING);
}

/* ---- who may, and how long ---- */

static void what_is_wrong_is_told_under_its_field(void **state)
{
    (void)state;
    struct house h = open_house();
    struct booking_ask good = ask_for(&h.room, at(&h, 5, 14), 2), a;
    act_nobody(h.t);
#define BAD(field, ...)                                                                            \
    a = good;                                                                                      \
    __VA_ARGS__;                                                                                   \
    bad(&h, a, field)
    BAD("from_at", a.from_at += MS_MINUTE);
    BAD("to_at", a.to_at = a.from_at);
    BAD("to_at", a.to_at = a.from_at + BOOKING_SLOT);
    BAD("to_at", a.to_at += 3 * MS_HOUR);
    BAD("from_at", a = ask_for(&h.room, at(&h, 0, 9), 1));  /* an hour ago */
    BAD("from_at", a = ask_for(&h.room, at(&h, 61, 9), 1)); /* too far ahead */
    BAD("from_at", a = ask_for(&h.room, at(&h, 5, 20), 2)); /* until after it closes */
    BAD("heads", a.heads = 13);
    BAD("name", a.name = S(" "));
    BAD("contact", a.contact = S("问我邻居"));
    BAD("contact", a.contact = S("1395510123"));
    BAD("title", a.purpose = BOOKING_OTHER);
    BAD("group_name", a.kind = BOOKING_GROUP);
    BAD("adult", a.has_minors = true);
    BAD("weeks", a.weeks = 1);
    BAD("client_key", a.client_key = S("7"));
#undef BAD
    act(h.t, "leader");
    struct site_notice n = {.site_id = h.site.id,
                            .from_day = time_day(good.from_at) + 7,
                            .to_day = time_day(good.from_at) + 7,
                            .reason = S("设备检修")};
    MUST(h.cx, site_notice_put(h.cx, &n));
    act_nobody(h.t);
    bad(&h, ask_for(&h.room, good.from_at + 7 * MS_DAY, 1), "from_at");
}

static void large_ones_are_looked_at_within_a_working_day(void **state)
{
    (void)state;
    struct house h = open_house();
    struct booking_ask ask = ask_for(&h.hall, at(&h, 5, 14), 2);
    ask.heads = 40;
    struct guest g = book(&h, ask);
    stands(&h, g.b.id, BOOKING_REVIEW);
    assert_int_equal(g.b.due_at, at(&h, 1, 17.5)); /* Tuesday, close of business */
    booking_list all = {0};
    act(h.t, "area_staff");
    MUST(h.cx, booking_to_review(h.cx, &all));
    assert_int_equal(all.n, 1);
    assert_true(str_is(all.at[0].name, "王**") || str_is(all.at[0].name, "王***"));
    MUST(h.cx, STAFF(&h, g.b.id, "approve"));
    stands(&h, g.b.id, BOOKING_BOOKED);
    EXPECT(h.cx, STAFF(&h, g.b.id, "approve"), ERR_CONFLICT);
    ask.from_at += MS_DAY;
    ask.to_at += MS_DAY;
    g = book(&h, ask);
    EXPECT(h.cx, STAFF(&h, g.b.id, "refuse"), ERR_INPUT);
    MUST(h.cx, STAFF(&h, g.b.id, "refuse", .text = S("那天要换灯管")));
    is_held_by(&h, h.hall.id, ask.from_at, ask.to_at, 0);
    assert_true(reread(&h, g.b.id).tell);
    act(h.t, "grid_worker");
    struct booking out;
    EXPECT(h.cx, booking_own(h.cx, g.b.id, &out), ERR_MISSING);
}

static void what_nobody_answers_is_not_left_open(void **state)
{
    (void)state;
    struct house h = open_house();
    struct booking_ask ask = ask_for(&h.hall, at(&h, 5, 14), 2);
    ask.heads = 40;
    struct guest g = book(&h, ask);
    go_to(&h, ask.from_at);
    stands(&h, g.b.id, BOOKING_REFUSED);
    assert_true(reread(&h, g.b.id).reason.n > 0);
    is_held_by(&h, h.hall.id, ask.from_at, ask.to_at, 0);
}

static void a_telephone_has_its_share_of_a_month(void **state)
{
    (void)state;
    struct house h = open_house();
    struct guest g, one = book(&h, ask_for(&h.room, at(&h, 4, 14), 1));
    struct guest two = book(&h, ask_for(&h.room, at(&h, 5, 14), 1));
    act_nobody(h.t);
    assert_int_equal(try_book(&h, ask_for(&h.room, at(&h, 6, 14), 1), &g), ERR_INPUT);
    struct str said = h.cx->fault.fields.at[0].message;
    fault_clear(h.cx);
    struct booking_ask other = ask_for(&h.room, at(&h, 6, 14), 1);
    other.contact = S("05510000 0001 "); /* the same digits */
    EXPECT(h.cx, try_book(&h, other, &g), ERR_INPUT);
    MUST(h.cx, try_book(&h, ask_for(&h.room, at(&h, 20, 14), 1), &g)); /* next month */
    MUST(h.cx, P(&h, &one, "give")); /* early enough: does not count */
    assert_false(reread(&h, one.b.id).is_late);
    one = book(&h, ask_for(&h.room, at(&h, 6, 14), 1));
    go_to(&h, two.b.from_at - 20 * MS_HOUR);
    MUST(h.cx, P(&h, &two, "give"));
    assert_true(reread(&h, two.b.id).is_late); /* counts all the same */
    act_nobody(h.t);
    EXPECT(h.cx, try_book(&h, ask_for(&h.room, at(&h, 7, 14), 1), &g), ERR_INPUT);
    g = book(&h, ask_for(&h.room, at(&h, 1, 18), 1)); /* what stands idle does not count */
    assert_true(g.b.is_idle);
    act(h.t, "area_staff"); /* by telephone one gets it */
    MUST(h.cx, try_book(&h, ask_for(&h.room, at(&h, 8, 14), 1), &g));
    assert_true(str_find(said, S("请打")) >= 0);
}

/* ---- waiting ---- */

static void who_waits_moves_up_by_himself(void **state)
{
    (void)state;
    struct house h = open_house();
    struct booking_ask ask = ask_for(&h.room, at(&h, 6, 14), 2);
    struct guest one = book(&h, ask), two = book(&h, as(ask, "0551-0000 0002"));
    struct guest three = book(&h, as(ask_for(&h.room, at(&h, 6, 15), 2), "0551-0000 0003"));
    struct guest four = book(&h, as(ask_for(&h.room, at(&h, 6, 14), 1), "0551-0000 0004"));
    int64_t ahead;
    MUST(h.cx, booking_ahead(h.cx, &four.b, &ahead));
    assert_int_equal(ahead, 1); /* three is not in his way */
    MUST(h.cx, P(&h, &one, "give"));
    stands(&h, two.b.id, BOOKING_OFFERED);
    stands(&h, three.b.id, BOOKING_WAITING);
    stands(&h, four.b.id, BOOKING_WAITING);
    is_held_by(&h, h.room.id, ask.from_at, ask.to_at, two.b.id);
    assert_true(reread(&h, two.b.id).tell);
    go_to(&h, h.cx->now + 25 * MS_HOUR); /* nobody answers: two others fit beside each other */
    stands(&h, two.b.id, BOOKING_LAPSED);
    stands(&h, three.b.id, BOOKING_OFFERED);
    stands(&h, four.b.id, BOOKING_OFFERED);
    EXPECT(h.cx, P(&h, &two, "confirm"), ERR_CONFLICT);
    MUST(h.cx, P(&h, &three, "confirm"));
    stands(&h, three.b.id, BOOKING_BOOKED);
    is_held_by(&h, h.room.id, at(&h, 5, 15), at(&h, 5, 17), three.b.id);
}

/* What somebody would have looked at is looked at when it comes by waiting as well. */
static void waiting_is_no_way_round_the_answer(void **state)
{
    (void)state;
    struct house h = open_house();
    struct booking_ask ask = ask_for(&h.hall, at(&h, 9, 14), 2), big = as(ask, "0551-0000 0002"),
                       other = as(ask, "0551-0000 0003");
    big.heads = 50;
    other.purpose = BOOKING_OTHER;
    other.title = S("拍照");
    struct guest one = book(&h, ask), two = book(&h, big), three = book(&h, other);
    MUST(h.cx, P(&h, &one, "give"));
    stands(&h, two.b.id, BOOKING_OFFERED);
    MUST(h.cx, P(&h, &two, "confirm"));
    stands(&h, two.b.id, BOOKING_REVIEW);
    is_held_by(&h, h.hall.id, ask.from_at, ask.to_at, two.b.id);
    assert_true(reread(&h, two.b.id).due_at > h.cx->now);
    go_to(&h, h.cx->now + 25 * MS_HOUR); /* he has answered: it does not lapse */
    stands(&h, two.b.id, BOOKING_REVIEW);
    MUST(h.cx, STAFF(&h, two.b.id, "refuse", .text = S("那天要开会")));
    stands(&h, three.b.id, BOOKING_OFFERED);
    MUST(h.cx, STAFF(&h, three.b.id, "confirm")); /* who writes it down has looked */
    stands(&h, three.b.id, BOOKING_BOOKED);
}

static void nobody_moves_up_at_the_last_moment(void **state)
{
    (void)state;
    struct house h = open_house();
    struct booking_ask ask = ask_for(&h.room, at(&h, 3, 14), 1);
    struct guest one = book(&h, ask), two = book(&h, as(ask, "0551-0000 0002"));
    go_to(&h, ask.from_at - 2 * MS_HOUR);
    MUST(h.cx, P(&h, &one, "give"));
    stands(&h, two.b.id, BOOKING_WAITING);
    is_held_by(&h, h.room.id, ask.from_at, ask.to_at, 0); /* it is for whoever comes by */
    go_to(&h, ask.from_at);
    stands(&h, two.b.id, BOOKING_LAPSED);
}

/* ---- another time ---- */

static void a_booking_moves_or_stays_as_it_was(void **state)
{
    (void)state;
    struct house h = open_house();
    struct guest one = book(&h, ask_for(&h.room, at(&h, 6, 14), 2));
    struct guest two = book(&h, as(ask_for(&h.room, at(&h, 6, 17), 2), "0551-0000 0002"));
    struct guest three = book(&h, as(ask_for(&h.room, at(&h, 6, 14), 1), "0551-0000 0003"));
    EXPECT(h.cx, P(&h, &one, "move", .from_at = at(&h, 6, 16)), ERR_CONFLICT);
    is_held_by(&h, h.room.id, one.b.from_at, one.b.to_at, one.b.id);
    EXPECT(h.cx, P(&h, &one, "move", .from_at = at(&h, 6, 20)), ERR_INPUT); /* it closes */
    MUST(h.cx, P(&h, &one, "move", .from_at = at(&h, 6, 15)));              /* over itself */
    is_held_by(&h, h.room.id, at(&h, 6, 15), at(&h, 6, 17), one.b.id);
    stands(&h, three.b.id, BOOKING_OFFERED); /* what fell free goes on */
    MUST(h.cx, P(&h, &one, "move", .space_id = h.court.id, .from_at = at(&h, 6, 17)));
    is_held_by(&h, h.court.id, at(&h, 6, 17), at(&h, 6, 19), one.b.id);
    is_held_by(&h, h.room.id, at(&h, 6, 15), at(&h, 6, 17), 0);
    stands(&h, two.b.id, BOOKING_BOOKED);
    EXPECT(h.cx, by_party(&h, &two, one.b.id, "give", (struct booking_move){0}), ERR_MISSING);
    EXPECT(h.cx, P(&h, &one, "approve"), ERR_MISSING);
}

/* ---- series ---- */

static struct booking_ask weekly(struct house *h, int days, double hour)
{
    struct booking_ask ask = ask_for(&h->hall, at(h, days, hour), 2);
    ask.kind = BOOKING_GROUP;
    ask.group_name = S("夕阳红合唱队");
    ask.weeks = 1;
    return ask;
}

static void a_series_that_meets_somebody_in_week_three(void **state)
{
    (void)state;
    struct house h = open_house();
    struct booking_ask ask = weekly(&h, 3, 14); /* Thursday 19 March, until 30 June: 15 dates */
    struct guest g, one = book(&h, as(ask_for(&h.hall, at(&h, 17, 15), 1), "0551-0000 0002"));
    act_nobody(h.t);
    assert_int_equal(try_book(&h, ask, &g), ERR_CONFLICT);
    assert_true(str_find(h.cx->fault.message, S("有 1 次")) >= 0);
    assert_true(str_find(h.cx->fault.message, S("4 月 2 日 周四")) >= 0);
    assert_true(str_find(h.cx->fault.message, S("其余 14 次空着")) >= 0);
    fault_clear(h.cx);
    assert_int_equal(g.all.n, 0);
    assert_int_equal(g.taken.n, 1);
    assert_int_equal(g.taken.at[0], time_day(one.b.from_at));
    is_held_by(&h, h.hall.id, h.cx->now, one.b.from_at, 0); /* nothing of it is held */
    ask.part = true;
    MUST(h.cx, try_book(&h, ask, &g));
    assert_int_equal(g.all.n, 14);
    assert_int_equal(g.taken.n, 1);
    for (size_t i = 0; i < g.all.n; i++) {
        stands(&h, g.all.at[i].id, BOOKING_REVIEW);
        is_held_by(&h, h.hall.id, g.all.at[i].from_at, g.all.at[i].to_at, g.all.at[i].id);
    }
    is_held_by(&h, h.hall.id, one.b.from_at, one.b.to_at, one.b.id);
    EXPECT(h.cx, STAFF(&h, g.b.id, "approve"), ERR_CONFLICT); /* one for all */
    booking_series_list all = {0};
    booking_days taken = {0};
    struct booking_series s;
    act(h.t, "area_staff");
    MUST(h.cx, booking_series_all(h.cx, &all));
    assert_int_equal(all.n, 1);
    assert_int_equal(all.at[0].held, 14);
    MUST(h.cx, booking_series_step(h.cx, all.at[0].id, S("approve"), false, S(""), &taken, &s));
    stands(&h, g.all.at[13].id, BOOKING_BOOKED);
    MUST(h.cx, by_party(&h, &g, g.all.at[2].id, "give", (struct booking_move){0}));
    stands(&h, g.all.at[3].id, BOOKING_BOOKED); /* one date alone */
    MUST(h.cx, by_party(&h, &g, g.all.at[4].id, "give_all", (struct booking_move){0}));
    stands(&h, g.all.at[3].id, BOOKING_BOOKED);
    stands(&h, g.all.at[13].id, BOOKING_GIVEN);
    is_held_by(&h, h.hall.id, g.all.at[13].from_at, g.all.at[13].to_at, 0);
}

static void a_date_is_moved_after_its_series_was_answered_and_answered_alone(void **state)
{
    (void)state;
    struct house h = open_house();
    struct booking_ask ask = weekly(&h, 3, 14);
    booking_days taken = {0};
    booking_list review = {0};
    struct booking_series s;
    ask.heads = 30;
    struct guest g = book(&h, ask);
    int64_t second = g.all.at[1].id, later = g.all.at[1].from_at + MS_DAY;
    EXPECT(h.cx, by_party(&h, &g, second, "move", (struct booking_move){.from_at = later}),
           ERR_CONFLICT);
    EXPECT(h.cx, STAFF(&h, second, "move", .from_at = later), ERR_CONFLICT);
    stands(&h, second, BOOKING_REVIEW);
    act(h.t, "area_staff");
    MUST(h.cx, booking_to_review(h.cx, &review));
    assert_int_equal(review.n, 0); /* it is answered as a whole */
    MUST(h.cx, booking_series_step(h.cx, g.b.series_id, S("approve"), false, S(""), &taken, &s));
    MUST(h.cx, by_party(&h, &g, second, "move", (struct booking_move){.from_at = later}));
    stands(&h, second, BOOKING_REVIEW);
    act(h.t, "area_staff");
    MUST(h.cx, booking_to_review(h.cx, &review));
    assert_int_equal(review.n, 1); /* ... and afterwards a date by itself */
    assert_int_equal(review.at[0].id, second);
    MUST(h.cx, STAFF(&h, second, "approve"));
    stands(&h, second, BOOKING_BOOKED);
    is_held_by(&h, h.hall.id, later, later + 2 * MS_HOUR, second);
}

static void what_was_refused_as_a_series_is_not_had_date_by_date(void **state)
{
    (void)state;
    struct house h = open_house();
    booking_days taken = {0};
    struct booking_series s;
    struct guest g = book(&h, weekly(&h, 3, 14)); /* eight heads, two hours: alone at once */
    int64_t third = g.all.at[2].id, later = g.all.at[2].from_at + BOOKING_SLOT;
    EXPECT(h.cx, by_party(&h, &g, third, "move", (struct booking_move){.from_at = later}),
           ERR_CONFLICT);
    act(h.t, "area_staff");
    MUST(h.cx,
         booking_series_step(h.cx, g.b.series_id, S("refuse"), false, S("有别的团队"), &taken, &s));
    MUST(h.cx, by_party(&h, &g, third, "move", (struct booking_move){.from_at = later}));
    stands(&h, third, BOOKING_REVIEW);
    MUST(h.cx, STAFF(&h, third, "approve"));
}

static void a_series_is_looked_at_again_each_quarter(void **state)
{
    (void)state;
    struct house h = open_house();
    struct guest g, other;
    booking_days taken = {0};
    booking_list all = {0};
    struct booking_series s;
    int64_t id;
    act(h.t, "area_staff");
    MUST(h.cx, try_book(&h, weekly(&h, 3, 14), &g)); /* by staff: at once */
    stands(&h, g.all.at[14].id, BOOKING_BOOKED);
    assert_int_equal(g.all.n, 15);
    id = g.b.series_id;
    EXPECT(h.cx, booking_series_step(h.cx, id, S("renew"), false, S(""), &taken, &s), ERR_CONFLICT);
    go_to(&h, at(&h, 90, 9)); /* 14 June */
    act(h.t, "area_staff");
    struct booking_ask ask = ask_for(&h.hall, at(&h, 18, 15), 2); /* Thursday 2 July */
    MUST(h.cx, try_book(&h, ask, &other));
    EXPECT(h.cx, booking_series_step(h.cx, id, S("renew"), false, S(""), &taken, &s), ERR_CONFLICT);
    assert_int_equal(taken.n, 1);
    taken.n = 0;
    MUST(h.cx, booking_series_step(h.cx, id, S("renew"), true, S(""), &taken, &s));
    assert_int_equal(s.until_day, booking_series_until(time_day(ask.from_at)));
    assert_int_equal(taken.n, 1);
    MUST(h.cx, booking_of_party(h.cx, g.p.id, &all));
    assert_int_equal(all.n, 15 + 12); /* thirteen Thursdays from July to September, but one */
    for (size_t i = 15; i < all.n; i++)
        is_held_by(&h, h.hall.id, all.at[i].from_at, all.at[i].to_at, all.at[i].id);
    MUST(h.cx, booking_series_step(h.cx, id, S("end"), false, S("厅要改造"), &taken, &s));
    is_held_by(&h, h.hall.id, all.at[16].from_at, all.at[26].to_at, 0);
    stands(&h, all.at[26].id, BOOKING_SHUT);
    EXPECT(h.cx, booking_series_step(h.cx, id, S("renew"), true, S(""), &taken, &s), ERR_CONFLICT);
}

/* ---- coming, staying away ---- */

static void who_is_there_says_so(void **state)
{
    (void)state;
    struct house h = open_house();
    struct guest g = book(&h, ask_for(&h.room, at(&h, 3, 14), 2));
    EXPECT(h.cx, P(&h, &g, "come", .code = S("KB7Q")), ERR_CONFLICT);
    go_to(&h, g.b.from_at - 30 * MS_MINUTE);
    EXPECT(h.cx, P(&h, &g, "come", .code = S("XXXX")), ERR_MISSING);
    MUST(h.cx, P(&h, &g, "come", .code = S(" kb7q ")));
    stands(&h, g.b.id, BOOKING_USING);
    MUST(h.cx, P(&h, &g, "come", .code = S("KB7Q"))); /* pressed twice */
    EXPECT(h.cx, STAFF(&h, g.b.id, "absent"), ERR_CONFLICT);
    go_to(&h, g.b.from_at + MS_HOUR);
    EXPECT(h.cx, P(&h, &g, "give"), ERR_CONFLICT);
    MUST(h.cx, P(&h, &g, "leave"));
    is_held_by(&h, h.room.id, g.b.from_at, g.b.to_at, 0); /* the rest is free */
    MUST(h.cx, STAFF(&h, g.b.id, "check", .text = S("收拾干净了")));
    stands(&h, g.b.id, BOOKING_CLOSED);
    struct booking_party p;
    for (int i = 0; i < 10; i++)
        EXPECT(h.cx, booking_by_word(h.cx, g.p.number, S("xxxx"), &p), ERR_MISSING);
    EXPECT(h.cx, booking_by_word(h.cx, g.p.number, g.p.word, &p), ERR_DENIED);
}

static void absent(struct house *h, struct guest *g)
{
    go_to(h, g->b.from_at + 20 * MS_MINUTE);
    MUST(h->cx, STAFF(h, g->b.id, "absent"));
    is_held_by(h, h->room.id, g->b.from_at, g->b.to_at, 0);
}

static void staying_away_is_between_him_and_the_site(void **state)
{
    (void)state;
    struct house h = open_house();
    struct booking_absences gone;
    struct guest g[3], other;
    for (int i = 0; i < 3; i++) {
        g[i] = book(&h, ask_for(&h.room, at(&h, 1, 14), 1)); /* idle: does not count */
        EXPECT(h.cx, STAFF(&h, g[i].b.id, "absent"), ERR_CONFLICT);
        absent(&h, &g[i]);
    }
    MUST(h.cx, booking_absences_of(h.cx, g[0].p.id, h.site.id, &gone));
    assert_int_equal(gone.count, 3);
    assert_int_equal(gone.by_phone_till, g[2].b.from_at + 30 * MS_DAY);
    act_nobody(h.t);
    assert_int_equal(try_book(&h, ask_for(&h.room, at(&h, 5, 14), 1), &other), ERR_INPUT);
    struct str said = h.cx->fault.fields.at[0].message;
    fault_clear(h.cx);
    struct booking_ask ask = ask_for(&h.room, at(&h, 5, 9), 1);
    for (int i = 0; i < 3; i++) { /* another, who has had his share, reads the very same */
        enum err e = try_book(&h, as(ask, "0551-0000 0002"), &other);
        ask.from_at += MS_HOUR;
        ask.to_at += MS_HOUR;
        assert_int_equal(e, i < 2 ? OK : ERR_INPUT);
    }
    assert_true(str_eq(said, h.cx->fault.fields.at[0].message));
    fault_clear(h.cx);
    MUST(h.cx, STAFF(&h, g[1].b.id, "excuse", .text = S("住院了")));
    act_nobody(h.t);
    MUST(h.cx, try_book(&h, ask_for(&h.room, at(&h, 5, 14), 1), &other));
    go_to(&h, g[2].b.from_at + 30 * MS_MINUTE);
    MUST(h.cx, STAFF(&h, g[2].b.id, "come")); /* he is only late, and nobody took it */
    is_held_by(&h, h.room.id, g[2].b.from_at, g[2].b.to_at, g[2].b.id);
}

static void names_are_forgotten(void **state)
{
    (void)state;
    struct house h = open_house();
    struct booking_ask ask = ask_for(&h.room, at(&h, 1, 14), 1);
    ask.title = S("排练《茉莉花》");
    struct guest g = book(&h, ask), gone = book(&h, ask_for(&h.hall, at(&h, 1, 14), 1));
    struct booking_absences absences;
    struct booking_party p;
    MUST(h.cx, booking_by_key(h.cx, g.p.id, g.key, &p));
    EXPECT(h.cx, booking_by_key(h.cx, g.p.id, gone.key, &p), ERR_MISSING);
    MUST(h.cx, booking_by_word(h.cx, g.p.number, g.p.word, &p));
    go_to(&h, g.b.from_at + 20 * MS_MINUTE);
    MUST(h.cx, STAFF(&h, gone.b.id, "absent"));
    go_to(&h, g.b.to_at + 29 * MS_DAY);
    MUST(h.cx, booking_by_key(h.cx, g.p.id, g.key, &p));
    assert_true(p.contact.n > 0);
    go_to(&h, g.b.to_at + 30 * MS_DAY);
    EXPECT(h.cx, booking_by_key(h.cx, g.p.id, g.key, &p), ERR_MISSING);
    EXPECT(h.cx, booking_by_word(h.cx, g.p.number, g.p.word, &p), ERR_MISSING);
    MUST(h.cx, booking_party_load(h.cx, g.p.id, &p));
    assert_true(!p.name.n && !p.contact.n && p.forgotten_at);
    assert_int_equal(reread(&h, g.b.id).title.n, 0);
    stands(&h, g.b.id, BOOKING_DONE); /* that it was used stays */
    MUST(h.cx, booking_absences_of(h.cx, gone.p.id, h.site.id, &absences));
    assert_int_equal(absences.count, 1);
    MUST(h.cx, booking_absences_of(h.cx, g.p.id, h.site.id, &absences));
    assert_int_equal(absences.count, 0); /* nothing is kept of who came */
    go_to(&h, g.b.to_at + 130 * MS_DAY);
    MUST(h.cx, booking_absences_of(h.cx, gone.p.id, h.site.id, &absences));
    assert_int_equal(absences.count, 0);
}

static size_t to_tell(struct house *h)
{
    booking_list all = {0};
    act(h->t, "area_staff");
    MUST(h->cx, booking_to_tell(h->cx, &all));
    return all.n;
}

static void who_was_never_told_does_not_stay_on_the_list(void **state)
{
    (void)state;
    struct house h = open_house();
    struct booking_ask ask = ask_for(&h.hall, at(&h, 5, 14), 2);
    ask.heads = 30;
    struct guest g = book(&h, ask);
    MUST(h.cx, STAFF(&h, g.b.id, "approve"));
    assert_int_equal(to_tell(&h), 1);
    go_to(&h, g.b.from_at + 6 * MS_DAY);
    assert_int_equal(to_tell(&h), 1);
    go_to(&h, g.b.from_at + 8 * MS_DAY);
    assert_int_equal(to_tell(&h), 0);
    assert_true(reread(&h, g.b.id).tell);
    go_to(&h, g.b.to_at + 30 * MS_DAY); /* his telephone is forgotten */
    assert_false(reread(&h, g.b.id).tell);
}

/* Who serves elsewhere is a resident here. */
static void staff_of_another_area_have_the_limits_of_everybody(void **state)
{
    (void)state;
    struct house h = open_house();
    struct place other;
    struct guest g;
    struct booking_ask large = ask_for(&h.hall, at(&h, 5, 14), 2);
    large.heads = 60;
    large.channel = S("phone");
    town_place(h.t, &other, &h.t->top, "estate", "ZZ", "别的小区");
    act_at(&h, &other);
    bad(&h, ask_for(&h.hall, at(&h, 200, 8), 2), "from_at");
    bad(&h, ask_for(&h.hall, at(&h, 5, 8), 13), "to_at");
    MUST(h.cx, try_book(&h, large, &g));
    stands(&h, g.b.id, BOOKING_REVIEW);
    assert_true(str_is(g.p.channel, "web"));
    act_at(&h, &h.t->estate);
    large.from_at += MS_DAY;
    large.to_at += MS_DAY;
    MUST(h.cx, try_book(&h, large, &g));
    stands(&h, g.b.id, BOOKING_BOOKED); /* those of the hall book at once */
}

/* The party says: delete it. */
static void what_is_still_to_come_is_not_deleted(void **state)
{
    (void)state;
    struct house h = open_house();
    struct guest g = book(&h, ask_for(&h.room, at(&h, 1, 14), 2));
    struct booking_party p;
    EXPECT(h.cx, booking_subject.erase(h.cx, g.p.id), ERR_CONFLICT);
    go_to(&h, g.b.from_at);
    MUST(h.cx, P(&h, &g, "come", .code = S("KB7Q")));
    stands(&h, g.b.id, BOOKING_USING);
    EXPECT(h.cx, booking_subject.erase(h.cx, g.p.id), ERR_CONFLICT);
    MUST(h.cx, P(&h, &g, "leave"));
    MUST(h.cx, booking_subject.erase(h.cx, g.p.id));
    MUST(h.cx, booking_party_load(h.cx, g.p.id, &p));
    assert_int_equal(p.contact.n, 0);
}

static void what_was_said_of_him_is_forgotten(void **state)
{
    (void)state;
    struct house h = open_house();
    booking_event_list events = {0};
    struct guest g = book(&h, ask_for(&h.room, at(&h, 1, 14), 2));
    struct booking_ask large = ask_for(&h.hall, at(&h, 3, 14), 2);
    large.heads = 50;
    struct guest no = book(&h, as(large, "0551-0000 0002"));
    MUST(h.cx, STAFF(&h, no.b.id, "refuse", .text = S("王奶奶上次没付钱")));
    assert_true(reread(&h, no.b.id).reason.n > 0);
    go_to(&h, g.b.from_at);
    MUST(h.cx, P(&h, &g, "come", .code = S("KB7Q")));
    MUST(h.cx, P(&h, &g, "leave"));
    MUST(h.cx, STAFF(&h, g.b.id, "check", .text = S("王奶奶打翻了茶")));
    assert_true(reread(&h, g.b.id).condition_note.n > 0);
    MUST(h.cx, booking_subject.erase(h.cx, g.p.id));
    MUST(h.cx, booking_subject.erase(h.cx, no.p.id));
    assert_int_equal(reread(&h, g.b.id).condition_note.n, 0);
    assert_int_equal(reread(&h, no.b.id).reason.n, 0);
    MUST(h.cx, booking_story(h.cx, g.b.id, &events));
    MUST(h.cx, booking_story(h.cx, no.b.id, &events));
    assert_true(events.n > 4); /* that it happened stays */
    for (size_t i = 0; i < events.n; i++)
        assert_int_equal(events.at[i].text.n, 0);
}

static void who_looked_is_written_down(void **state)
{
    (void)state;
    struct house h = open_house();
    struct guest g = book(&h, ask_for(&h.room, at(&h, 3, 14), 1));
    struct booking_party p;
    opening_list all = {0};
    act(h.t, "area_staff");
    EXPECT(h.cx, booking_open(h.cx, g.b.id, S("curious"), &p), ERR_INPUT);
    MUST(h.cx, booking_open(h.cx, g.b.id, str_c(opening_purposes[0].code), &p));
    assert_true(str_is(p.contact, "0551-0000 0001"));
    assert_int_equal(p.word.n, 0);
    act(h.t, "leader");
    EXPECT(h.cx, booking_open(h.cx, g.b.id, str_c(opening_purposes[0].code), &p),
           h.cx->who.sees[DATA_CONTACT] < SEE_LOGGED ? ERR_DENIED : OK);
    MUST(h.cx, openings_of(h.cx, &booking_seen, g.p.id, &all));
    assert_true(all.n >= 1);
}

static void the_same_form_is_one_booking(void **state)
{
    (void)state;
    struct house h = open_house();
    struct booking_ask ask = ask_for(&h.room, at(&h, 3, 14), 1);
    struct guest g;
    booking_list all = {0};
    booking_days taken = {0};
    struct booking_party p;
    struct str key;
    bool again;
    ask.client_key = id_uuid(h.cx);
    g = book(&h, ask);
    MUST(h.cx, booking_book(h.cx, &ask, &p, &key, &all, &taken, &again));
    assert_true(again && p.id == g.p.id && !key.n && all.n == 1);
    ask.from_at += MS_DAY;
    ask.to_at += MS_DAY;
    EXPECT(h.cx, booking_book(h.cx, &ask, &p, &key, &all, &taken, &again), ERR_CONFLICT);
}

static void spaces_and_limits_are_the_planners(void **state)
{
    (void)state;
    struct house h = open_house();
    struct booking_space s = h.room;
    struct booking_rule r;
    act(h.t, "clerk");
    EXPECT(h.cx, booking_space_put(h.cx, &s), ERR_DENIED);
    act(h.t, "area_staff");
    s.most_minutes = 20;
    EXPECT(h.cx, booking_space_put(h.cx, &s), ERR_INPUT);
    s.most_minutes = 120;
    MUST(h.cx, booking_space_put(h.cx, &s));
    EXPECT(h.cx, booking_space_put(h.cx, &h.room), ERR_CONFLICT); /* an old version */
    MUST(h.cx, booking_rule_of(h.cx, h.site.id, &r));
    assert_int_equal(r.per_month, 2);
    r.per_month = 0;
    r.absence_days = 365;
    EXPECT(h.cx, booking_rule_put(h.cx, &r), ERR_INPUT);
    r.absence_days = 60;
    MUST(h.cx, booking_rule_put(h.cx, &r));
    MUST(h.cx, booking_rule_of(h.cx, h.site.id, &r));
    assert_int_equal(r.absence_days, 60);
    MUST(h.cx, booking_rule_put(h.cx, &r));
    EXPECT(h.cx, booking_rule_put(h.cx, &r), ERR_CONFLICT);
    struct guest g = book(&h, ask_for(&h.room, at(&h, 3, 14), 1));
    act(h.t, "area_staff");
    EXPECT(h.cx, booking_space_end(h.cx, h.room.id), ERR_CONFLICT);
    MUST(h.cx, P(&h, &g, "give"));
    act(h.t, "area_staff");
    MUST(h.cx, booking_space_end(h.cx, h.room.id));
    EXPECT(h.cx, booking_space_get(h.cx, h.room.id, &s), ERR_MISSING);
    stands(&h, g.b.id, BOOKING_GIVEN); /* its history is read all the same */
}

static void quarters_end_where_they_should(void **state)
{
    (void)state;
    struct cx *cx = test_cx();
    (void)cx;
    static const struct {
        const char *day, *until;
    } all[] = {{"2026-01-01", "2026-03-31"}, {"2026-03-10", "2026-03-31"},
               {"2026-03-11", "2026-06-30"}, {"2026-06-30", "2026-09-30"},
               {"2026-10-01", "2026-12-31"}, {"2026-12-20", "2027-03-31"}};
    for (size_t i = 0; i < COUNT(all); i++) {
        int64_t day, until;
        assert_true(time_read_date(str_c(all[i].day), &day));
        assert_true(time_read_date(str_c(all[i].until), &until));
        assert_int_equal(booking_series_until(day), until);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(statements_and_shapes_are_right),
        TEST(the_drawing_is_the_table),
        TEST(a_quarter_is_held_once),
        TEST(a_time_moves_over_itself_or_stays),
        TEST(who_comes_second_reads_what_else_is_free),
        TEST(what_is_wrong_is_told_under_its_field),
        TEST(large_ones_are_looked_at_within_a_working_day),
        TEST(what_nobody_answers_is_not_left_open),
        TEST(a_telephone_has_its_share_of_a_month),
        TEST(who_waits_moves_up_by_himself),
        TEST(waiting_is_no_way_round_the_answer),
        TEST(nobody_moves_up_at_the_last_moment),
        TEST(a_booking_moves_or_stays_as_it_was),
        TEST(a_series_that_meets_somebody_in_week_three),
        TEST(a_date_is_moved_after_its_series_was_answered_and_answered_alone),
        TEST(what_was_refused_as_a_series_is_not_had_date_by_date),
        TEST(a_series_is_looked_at_again_each_quarter),
        TEST(who_is_there_says_so),
        TEST(staying_away_is_between_him_and_the_site),
        TEST(names_are_forgotten),
        TEST(who_was_never_told_does_not_stay_on_the_list),
        TEST(staff_of_another_area_have_the_limits_of_everybody),
        TEST(what_is_still_to_come_is_not_deleted),
        TEST(what_was_said_of_him_is_forgotten),
        TEST(who_looked_is_written_down),
        TEST(the_same_form_is_one_booking),
        TEST(spaces_and_limits_are_the_planners),
        TEST(quarters_end_where_they_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
