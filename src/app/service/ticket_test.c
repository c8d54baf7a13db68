/* ticket_test -- the queue at the counter: one order for who booked and who came, what came of
 * each, how many came; a random day holds. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/service_test.h"
#include "base/id.h"
#include "service.sql.h"
#include "tests/drawing.h"

struct desk {
    struct house h;
    struct cx *cx;
    struct lane lane;
    struct service guide;
};

static struct desk desk_make(void)
{
    struct desk d = {.h = house_make()};
    const int64_t sites[] = {d.h.centre.id}, days[] = {127};
    d.cx = d.h.cx;
    d.guide = add_guide(&d.h, "elder-card", "办老年优待证", "");
    MUST(d.cx, service_where_put(d.cx, d.guide.id, sites, days, 1));
    d.lane = (struct lane){.site_id = d.h.centre.id,
                           .code = S("general"),
                           .letter = S("a"),
                           .counters = 3,
                           .slot_minutes = 30,
                           .slot_places = 2,
                           .book_days = 7,
                           .is_open = true};
    MUST(d.cx, lane_put(d.cx, &d.lane));
    MUST(d.cx, lane_get(d.cx, d.lane.id, &d.lane));
    return d;
}

static struct ticket take(struct desk *d, struct str *key)
{
    struct ticket t;
    if (key)
        *key = S("");
    struct str mine = S("");
    MUST(d->cx, ticket_take(d->cx, d->lane.id, d->guide.id, S("screen"), &t, key ? key : &mine));
    test_advance(1);
    return t;
}

static struct ticket book(struct desk *d, int64_t at, struct str *key)
{
    struct ticket t;
    if (key)
        *key = S("");
    struct str mine = S("");
    MUST(d->cx, ticket_book(d->cx, d->lane.id, d->guide.id, at, &t, key ? key : &mine));
    return t;
}

static struct ticket next(struct desk *d, int64_t counter)
{
    struct ticket t = {0};
    bool found;
    MUST(d->cx, ticket_call_next(d->cx, d->lane.id, counter, &t, &found));
    return found ? t : (struct ticket){0};
}

static enum err step_of(struct desk *d, struct ticket *t, const char *step, struct ticket_move m)
{
    struct need n;
    return ticket_move(d->cx, t->id, str_c(step), &m, t, &n);
}
#define STEP(d, t, step, ...)                                                                      \
    MUST((d)->cx, step_of((d), (t), (step), (struct ticket_move){__VA_ARGS__}))

/* A Monday at ten; the centre is open until twelve, and from two to half past five. */
#define AT(hour, minute) time_of(2026, 3, 16, (hour), (minute))

static void a_number_is_taken_called_and_done(void **state)
{
    struct desk d = desk_make();
    struct str key;
    struct ticket seen;
    struct ticket_ahead ahead;
    (void)state;
    act_nobody(d.h.t);
    struct ticket a = take(&d, &key), b = take(&d, NULL);
    same(ticket_label(d.cx, &a), "A001");
    same(ticket_label(d.cx, &b), "A002");
    MUST(d.cx, ticket_by_key(d.cx, a.id, key, &seen));
    same(seen.title, "办老年优待证");
    EXPECT(d.cx, ticket_by_key(d.cx, b.id, key, &seen), ERR_MISSING);
    EXPECT(d.cx, ticket_get(d.cx, a.id, &seen), ERR_DENIED);
    MUST(d.cx, ticket_ahead(d.cx, &b, &ahead));
    assert_int_equal(ahead.before, 1);
    assert_int_equal(ahead.minutes, -1); /* nobody was served today */
    bool found;
    EXPECT(d.cx, ticket_call_next(d.cx, d.lane.id, 1, &seen, &found), ERR_DENIED);
    act(d.h.t, "clerk");
    EXPECT(d.cx, ticket_call_next(d.cx, d.lane.id, 4, &seen, &found), ERR_INPUT);
    seen = next(&d, 1);
    assert_int_equal(seen.id, a.id);
    EXPECT(d.cx, ticket_call_next(d.cx, d.lane.id, 1, &seen, &found), ERR_CONFLICT);
    assert_int_equal(next(&d, 2).id, b.id);
    assert_int_equal(next(&d, 3).id, 0); /* nobody waits */
    MUST(d.cx, ticket_get(d.cx, a.id, &a));
    test_advance(5 * MS_MINUTE);
    int64_t old = a.version;
    STEP(&d, &a, "serve", .version = a.version);
    assert_int_equal(step_of(&d, &a, "done", (struct ticket_move){.version = old}), ERR_CONFLICT);
    fault_clear(d.cx);
    STEP(&d, &a, "done", .said = S("制卡要等七天"));
    assert_true(a.state == TICKET_DONE && a.ended_at == d.cx->now);
    EXPECT(d.cx, step_of(&d, &a, "done", (struct ticket_move){0}), ERR_CONFLICT);
    EXPECT(d.cx, step_of(&d, &a, "fly", (struct ticket_move){0}), ERR_MISSING);
    EXPECT(d.cx, step_of(&d, &a, "take", (struct ticket_move){0}), ERR_MISSING);
}

static void who_booked_and_who_came_stand_in_one_queue(void **state)
{
    struct desk d = desk_make();
    struct str early_key;
    (void)state;
    struct ticket early = book(&d, AT(10, 30), &early_key), late = book(&d, AT(10, 30), NULL),
                  later = book(&d, AT(11, 30), NULL), walk = take(&d, NULL);
    test_advance(AT(10, 20) - d.cx->now);
    act_nobody(d.h.t);
    MUST(d.cx, ticket_own(d.cx, early.id, early_key, S("arrive"), &early));
    MUST(d.cx, ticket_arrive(d.cx, d.h.centre.id, later.booking, &later));
    assert_int_equal(early.number, 2);
    struct ticket walk_2 = take(&d, NULL);
    act(d.h.t, "clerk");
    assert_int_equal(next(&d, 1).id, walk.id); /* before the booked time nobody passes */
    test_advance(AT(10, 31) - d.cx->now);
    struct ticket walk_3 = take(&d, NULL);
    test_advance(AT(10, 45) - d.cx->now);
    MUST(d.cx, ticket_arrive(d.cx, d.h.centre.id, str_cut(late.booking, 2, 20), &late));
    assert_int_equal(next(&d, 2).id, early.id);  /* booked for 10:30, was there */
    assert_int_equal(next(&d, 3).id, walk_2.id); /* came at 10:20 */
    STEP(&d, &walk, "done", 0);
    assert_int_equal(next(&d, 1).id, walk_3.id); /* 10:31 */
    STEP(&d, &walk_2, "done", 0);
    assert_int_equal(next(&d, 3).id, late.id); /* a quarter late: from 10:45 */
    MUST(d.cx, ticket_get(d.cx, early.id, &early));
    STEP(&d, &early, "done", 0);
    assert_int_equal(next(&d, 2).id, later.id); /* nobody else waits: before his time */
    EXPECT(d.cx, ticket_arrive(d.cx, d.h.station.id, late.booking, &late), ERR_INPUT);
    EXPECT(d.cx, ticket_arrive(d.cx, d.h.centre.id, S("Q-260316-0001-0"), &late), ERR_INPUT);
    EXPECT(d.cx, ticket_arrive(d.cx, d.h.centre.id, S("hello"), &late), ERR_INPUT);
}

static void who_missed_his_call_comes_behind_three(void **state)
{
    struct desk d = desk_make();
    struct str key;
    (void)state;
    struct ticket away = take(&d, &key);
    for (int i = 0; i < 4; i++)
        take(&d, NULL);
    away = next(&d, 1);
    STEP(&d, &away, "recall", 0);
    assert_int_equal(away.calls, 2);
    STEP(&d, &away, "pass", 0);
    MUST(d.cx, ticket_own(d.cx, away.id, key, S("back"), &away));
    for (int n = 2; n <= 4; n++) {
        struct ticket t = next(&d, 1);
        assert_int_equal(t.number, n);
        STEP(&d, &t, "done", 0);
    }
    assert_int_equal(next(&d, 1).id, away.id);
}

static void times_are_booked_within_hours_and_places(void **state)
{
    struct desk d = desk_make();
    slot_list slots = {0};
    struct ticket t;
    struct str key, other = S("");
    (void)state;
    MUST(d.cx, lane_slots(d.cx, &d.lane, 0, 100, &slots));
    assert_int_equal(slots.at[0].at, AT(10, 30));
    assert_int_equal(slots.at[2].at, AT(11, 30));
    assert_int_equal(slots.at[3].at, AT(14, 0)); /* not over lunch */
    assert_int_equal(slots.n, 10 + 14 * 4 + 14); /* today, Tuesday to Friday, and the next Monday */
    book(&d, AT(11, 30), &key);
    t = book(&d, AT(11, 30), &key);
    assert_int_equal(t.slot_no, 2);
    EXPECT(d.cx, ticket_book(d.cx, d.lane.id, 0, AT(11, 30), &t, &other), ERR_CONFLICT);
    static const int64_t wrong[] = {0, 1, INT64_MAX / 2};
    for (size_t i = 0; i < COUNT(wrong); i++)
        EXPECT(d.cx, ticket_book(d.cx, d.lane.id, 0, wrong[i], &t, &other), ERR_INPUT);
    EXPECT(d.cx, ticket_book(d.cx, d.lane.id, 0, AT(12, 0), &t, &other), ERR_INPUT);
    EXPECT(d.cx, ticket_book(d.cx, d.lane.id, 0, AT(11, 40), &t, &other), ERR_INPUT);
    EXPECT(d.cx, ticket_book(d.cx, d.lane.id, 0, AT(11, 30) + 9 * MS_DAY, &t, &other), ERR_INPUT);
    EXPECT(d.cx, ticket_book(d.cx, 1, 0, AT(11, 30), &t, &other), ERR_MISSING);
    slots = (slot_list){0};
    MUST(d.cx, lane_slots(d.cx, &d.lane, 0, 100, &slots));
    assert_int_equal(slots.at[2].at, AT(14, 0)); /* 11:30 is full */
    t = book(&d, AT(14, 0), &key);
    MUST(d.cx, ticket_own(d.cx, t.id, key, S("leave"), &t));
    t = book(&d, AT(14, 0), &key); /* the place is somebody else's now */
    assert_int_equal(t.slot_no, 1);
    d.lane.is_open = false;
    MUST(d.cx, lane_put(d.cx, &d.lane));
    EXPECT(d.cx, ticket_book(d.cx, d.lane.id, 0, AT(14, 30), &t, &other), ERR_INPUT);
    EXPECT(d.cx, ticket_take(d.cx, d.lane.id, 0, S("phone"), &t, &other), ERR_INPUT);
}

/* What is done there on Wednesdays alone is booked for a Wednesday. */
static void times_are_of_days_on_which_it_is_done(void **state)
{
    struct desk d = desk_make();
    const int64_t sites[] = {d.h.centre.id}, wednesday[] = {1 << 3};
    slot_list slots = {0};
    struct ticket t;
    struct str key = S("");
    struct service other = add_guide(&d.h, "else", "别处办的事", "");
    (void)state;
    MUST(d.cx, service_where_put(d.cx, d.guide.id, sites, wednesday, 1));
    MUST(d.cx, lane_slots(d.cx, &d.lane, d.guide.id, 100, &slots));
    assert_int_equal(slots.n, 14);
    for (size_t i = 0; i < slots.n; i++)
        assert_int_equal(time_civil(slots.at[i].at).weekday, 3);
    EXPECT(d.cx, ticket_book(d.cx, d.lane.id, d.guide.id, AT(11, 30), &t, &key), ERR_INPUT);
    MUST(d.cx, ticket_book(d.cx, d.lane.id, d.guide.id, AT(11, 30) + 2 * MS_DAY, &t, &key));
    key = S("");
    EXPECT(d.cx, ticket_book(d.cx, d.lane.id, other.id, AT(11, 30), &t, &key), ERR_INPUT);
}

/* The store refuses what a check before the write could not see. */
static void the_store_holds_a_place_once(void **state)
{
    struct desk d = desk_make();
    struct ticket t = book(&d, AT(11, 30), NULL);
    (void)state;
    t.id++;
    struct ticket out;
    for (int64_t slot_no = 1; slot_no <= 2; slot_no++) {
        t.slot_no = slot_no;
        MUST(d.cx, db_put(d.cx, &service_sql_ticket_insert, &ticket_shape, &t,
                          ARGS(AS("key_hash", value_blob(id_secret_hash(d.cx, id_uuid(d.cx)))))));
        enum err e = ticket_get(d.cx, t.id, &out);
        assert_int_equal(e, slot_no == 1 ? ERR_MISSING : OK);
        fault_clear(d.cx);
    }
}

static void the_same_form_sent_twice_is_one_ticket(void **state)
{
    struct desk d = desk_make();
    struct str key = id_uuid(d.cx), form = id_uuid(d.cx), same_key = key;
    struct ticket a, b;
    (void)state;
    MUST(d.cx, ticket_take(d.cx, d.lane.id, 0, S("phone"), &a, &key));
    MUST(d.cx, ticket_take(d.cx, d.lane.id, 0, S("phone"), &b, &key));
    assert_true(a.id == b.id && str_eq(key, same_key));
    MUST(d.cx, ticket_book(d.cx, d.lane.id, 0, AT(11, 30), &a, &form));
    MUST(d.cx, ticket_book(d.cx, d.lane.id, 0, AT(11, 30), &b, &form));
    assert_int_equal(a.id, b.id);
    MUST(d.cx, ticket_by_key(d.cx, a.id, form, &b));
    EXPECT(d.cx, ticket_book(d.cx, d.lane.id, 0, AT(14, 0), &b, &form), ERR_CONFLICT);
    EXPECT(d.cx, ticket_book(d.cx, d.lane.id, d.guide.id, AT(11, 30), &b, &form), ERR_CONFLICT);
    EXPECT(d.cx, ticket_take(d.cx, d.lane.id, 0, S("phone"), &b, &form), ERR_CONFLICT);
}

static void every_end_says_what_to_do(void **state)
{
    struct desk d = desk_make();
    struct need need;
    (void)state;
    /* missing: everything at once */
    take(&d, NULL);
    struct ticket t = next(&d, 1);
    EXPECT(d.cx, step_of(&d, &t, "missing", (struct ticket_move){.missing = S(" \n")}), ERR_INPUT);
    STEP(&d, &t, "missing", .missing = S("户口簿原件\n照片 2 张"));
    same(t.missing, "户口簿原件\n照片 2 张");
    /* referred: where to */
    take(&d, NULL);
    t = next(&d, 1);
    EXPECT(d.cx, step_of(&d, &t, "refer", (struct ticket_move){0}), ERR_INPUT);
    STEP(&d, &t, "refer", .said = S("去区政务中心 3 楼，0551-0000 0001"));
    /* accepted: a date, by the working calendar */
    take(&d, NULL);
    t = next(&d, 1);
    STEP(&d, &t, "accept", .work_days = -1);
    assert_int_equal(t.due_at, time_of(2026, 3, 23, 17, 30));
    assert_true(t.state == TICKET_ACCEPTED);
    ticket_list accepted = {0};
    MUST(d.cx, ticket_accepted(d.cx, &accepted));
    assert_int_equal(accepted.n, 1);
    test_advance(3 * MS_DAY);
    EXPECT(d.cx, step_of(&d, &t, "result_no", (struct ticket_move){0}), ERR_INPUT);
    STEP(&d, &t, "result", .said = S("证好了，来拿"));
    assert_true(t.state == TICKET_DONE);
    /* cannot: becomes a need with a number and a word */
    take(&d, NULL);
    t = next(&d, 1);
    EXPECT(d.cx, step_of(&d, &t, "cannot", (struct ticket_move){0}), ERR_INPUT);
    MUST(d.cx, ticket_move(d.cx, t.id, S("cannot"),
                           &(struct ticket_move){.said = S("系统里查不到档案"),
                                                 .name = S("王奶奶"),
                                                 .contact = S("13955101234")},
                           &t, &need));
    assert_true(t.need_id == need.id && need.number.n && need.word.n == 4);
    struct need read;
    MUST(d.cx, need_peek(d.cx, t.need_id, &read));
    holds(read.text, "系统里查不到档案");
    holds(read.text, "办老年优待证");
    same(read.channel, "counter");
    assert_true(read.state == NEED_RECEIVED);
    struct ticket_move other = {.service_id = 5};
    take(&d, NULL);
    t = next(&d, 1);
    EXPECT(d.cx, step_of(&d, &t, "accept", (struct ticket_move){.work_days = 0}), ERR_INPUT);
    STEP(&d, &t, "done", .service_id = other.service_id); /* it was said before: not looked at */
}

static void somebody_else_asks_how_it_was(void **state)
{
    struct desk d = desk_make();
    struct str key;
    ticket_list list = {0};
    (void)state;
    struct ticket t = take(&d, &key), other = take(&d, NULL);
    EXPECT(d.cx, ticket_rate(d.cx, t.id, key, S("satisfied"), &t), ERR_CONFLICT);
    t = next(&d, 1);
    STEP(&d, &t, "done", 0);
    other = next(&d, 1);
    STEP(&d, &other, "done", 0);
    EXPECT(d.cx, ticket_rate(d.cx, t.id, S(""), S("satisfied"), &t), ERR_DENIED); /* served it */
    MUST(d.cx, ticket_to_ask(d.cx, &list));
    assert_int_equal(list.n, 0);
    act(d.h.t, "area_staff");
    MUST(d.cx, ticket_to_ask(d.cx, &list));
    assert_int_equal(list.n, 2);
    EXPECT(d.cx, ticket_rate(d.cx, other.id, S(""), S("not_asked"), &other), ERR_INPUT);
    MUST(d.cx, ticket_rate(d.cx, other.id, S(""), S("basic"), &other));
    same(other.rated_how, "asked");
    act_nobody(d.h.t);
    EXPECT(d.cx, ticket_rate(d.cx, t.id, S("wrong"), S("basic"), &t), ERR_MISSING);
    MUST(d.cx, ticket_rate(d.cx, t.id, key, S("dissatisfied"), &t));
    EXPECT(d.cx, ticket_rate(d.cx, t.id, key, S("satisfied"), &t), ERR_CONFLICT);
}

/* What was said at a counter is for those who work there. */
static void lists_stay_in_reach(void **state)
{
    struct desk d = desk_make();
    ticket_list list = {0};
    struct place far;
    (void)state;
    town_place(d.h.t, &far, &d.h.t->top, "estate", "ZY", "紫云苑");
    take(&d, NULL);
    struct ticket t = next(&d, 1);
    STEP(&d, &t, "accept", .work_days = 3, .said = S("等三天"));
    struct hat hat = {.post_id = 71,
                      .person_id = 72,
                      .name = S("居二"),
                      .role = S("area_staff"),
                      .place_id = far.id,
                      .place_path = far.path};
    MUST(d.cx, account_wear(d.cx, &hat));
    EXPECT(d.cx, ticket_get(d.cx, t.id, &t), ERR_MISSING);
    MUST(d.cx, ticket_accepted(d.cx, &list));
    MUST(d.cx, ticket_to_ask(d.cx, &list));
    assert_int_equal(list.n, 0);
    hat.place_path = d.h.t->estate.path;
    MUST(d.cx, account_wear(d.cx, &hat));
    MUST(d.cx, ticket_accepted(d.cx, &list));
    MUST(d.cx, ticket_to_ask(d.cx, &list));
    assert_int_equal(list.n, 2);
}

static void a_day_ends_as_numbers(void **state)
{
    struct desk d = desk_make();
    struct visitors v, sum;
    visitors_list days = {0};
    visitors_item_list items = {0};
    const int64_t day = time_day(TEST_NOW);
    struct str key;
    (void)state;
    struct ticket missed = book(&d, AT(11, 30), &key), t;
    take(&d, NULL);
    test_advance(10 * MS_MINUTE);
    t = next(&d, 1);
    STEP(&d, &t, "done", 0);
    take(&d, NULL); /* never called */
    take(&d, NULL);
    struct ticket open = next(&d, 1);
    STEP(&d, &open, "serve", 0); /* nobody wrote down how it ended */
    MUST(d.cx, visitors_sum(d.cx, d.h.centre.id, day, day, &sum));
    assert_int_equal(sum.taken, 3); /* live */
    test_advance(AT(23, 59) - d.cx->now);
    run_service_jobs(&d.h);
    MUST(d.cx, ticket_get(d.cx, missed.id, &missed));
    assert_true(missed.state == TICKET_BOOKED); /* the day is not over */
    test_advance(MS_HOUR);
    run_service_jobs(&d.h);
    MUST(d.cx, ticket_get(d.cx, missed.id, &missed));
    assert_true(missed.state == TICKET_MISSED);
    MUST(d.cx, ticket_get(d.cx, open.id, &open));
    assert_true(open.state == TICKET_DONE && open.served_by == 0);
    MUST(d.cx, visitors_days(d.cx, d.h.centre.id, day, day, &days));
    assert_int_equal(days.n, 1);
    v = days.at[0];
    assert_int_equal(v.taken, 3);
    assert_int_equal(v.done, 2);
    assert_int_equal(v.gone, 1);
    assert_int_equal(v.missed, 1);
    assert_int_equal(v.waited, 2);
    assert_int_equal(v.wait_minutes, 10);
    MUST(d.cx, visitors_items(d.cx, d.h.centre.id, day, day, &items));
    assert_int_equal(items.n, 1);
    assert_int_equal(items.at[0].n, 3);
    MUST(d.cx, ticket_day_over(d.cx, day)); /* once more is the same */
    MUST(d.cx, visitors_sum(d.cx, 0, day, day, &sum));
    assert_int_equal(sum.taken, 3);
    /* tickets are forgotten, numbers stay */
    test_advance((TICKET_KEEP_DAYS + 2) * MS_DAY);
    take(&d, NULL);
    MUST(d.cx, ticket_day_over(d.cx, time_day(d.cx->now)));
    EXPECT(d.cx, ticket_get(d.cx, missed.id, &missed), ERR_MISSING);
    MUST(d.cx, visitors_sum(d.cx, 0, day, day, &sum));
    assert_int_equal(sum.taken, 3);
}

static void lanes_are_set_up_within_reach(void **state)
{
    struct desk d = desk_make();
    lane_list all = {0};
    struct str key, newer;
    (void)state;
    struct lane bad = {.site_id = d.h.centre.id, .code = S("general"), .letter = S("A")};
    assert_int_equal(lane_put(d.cx, &bad), ERR_INPUT);
    assert_int_equal(d.cx->fault.fields.n, 3); /* counters, and both are there already */
    fault_clear(d.cx);
    bad = (struct lane){.site_id = d.h.centre.id,
                        .code = S("social"),
                        .letter = S("7"),
                        .counters = 1,
                        .slot_minutes = 1,
                        .slot_places = 1,
                        .book_days = 99};
    assert_int_equal(lane_put(d.cx, &bad), ERR_INPUT);
    assert_int_equal(d.cx->fault.fields.n, 3);
    fault_clear(d.cx);
    struct lane found;
    MUST(d.cx, lane_for(d.cx, d.h.centre.id, S("civil"), &found)); /* the general one takes it */
    assert_int_equal(found.id, d.lane.id);
    MUST(d.cx, lane_for(d.cx, d.h.station.id, S("civil"), &found));
    assert_int_equal(found.id, 0);
    MUST(d.cx, lanes_of(d.cx, d.h.centre.id, &all));
    assert_int_equal(all.n, 1);
    MUST(d.cx, screen_make(d.cx, d.h.centre.id, &key));
    MUST(d.cx, screen_make(d.cx, d.h.centre.id, &newer));
    act_nobody(d.h.t);
    EXPECT(d.cx, screen_check(d.cx, d.h.centre.id, key), ERR_MISSING);
    MUST(d.cx, screen_check(d.cx, d.h.centre.id, newer));
    EXPECT(d.cx, screen_check(d.cx, d.h.station.id, newer), ERR_MISSING);
    EXPECT(d.cx, screen_make(d.cx, d.h.centre.id, &key), ERR_DENIED);
    EXPECT(d.cx, lane_put(d.cx, &d.lane), ERR_DENIED);
}

/* ---- the table ---- */

static void the_drawing_is_in_the_readme(void **state)
{
    struct cx *cx = test_cx();
    struct out o;
    (void)state;
    out_init(&o, cx->mem);
    steps_draw(&o, &ticket_steps);
    readme_holds(__FILE__, out_text(&o));
}

/* Whatever staff and guests press at a counter in whatever order: what the table does not allow is
 * refused and changes nothing, nobody has two numbers, and all who came are counted. */
static void a_random_day_holds(void **state)
{
    enum { ACTS = 3000, MANY = 200 };
    struct desk d = desk_make();
    uint64_t dice = 7;
    int64_t ids[MANY], n = 0, allowed = 0, refused = 0;
    (void)state;
    for (int i = 0; i < ACTS; i++) {
        dice = dice * 6364136223846793005u + 1442695040888963407u;
        unsigned pick = (unsigned)(dice >> 33);
        struct ticket t, before;
        struct need need;
        if (pick % 5 == 0 && n < MANY) {
            t = take(&d, NULL);
            ids[n++] = t.id;
            continue;
        }
        if (pick % 5 == 1) {
            bool found;
            enum err e = ticket_call_next(d.cx, d.lane.id, 1 + pick / 5 % 3, &t, &found);
            assert_true(e == OK || e == ERR_CONFLICT);
            fault_clear(d.cx);
            continue;
        }
        if (!n)
            continue;
        MUST(d.cx, ticket_get(d.cx, ids[pick / 5 % (unsigned)n], &before));
        const struct step *s = &ticket_steps.at[2 + pick / 11 % (ticket_steps.n - 2)];
        const struct ticket_move m = {
            .counter = 1 + pick / 7 % 3, .said = S("说明"), .missing = S("照片"), .work_days = 3};
        bool legal = (s->from & TICKET_IN(before.state)) && (s->by & TICKET_BY_STAFF);
        enum err e = ticket_move(d.cx, before.id, str_c(s->code), &m, &t, &need);
        bool is_busy = str_is(str_c(s->code), "call") && e == ERR_CONFLICT;
        if (!legal || is_busy) {
            assert_true(e == ERR_CONFLICT || e == ERR_DENIED || e == ERR_INPUT);
            fault_clear(d.cx);
            MUST(d.cx, ticket_get(d.cx, before.id, &t));
            assert_true(t.state == before.state && t.version == before.version);
            refused++;
            continue;
        }
        assert_int_equal(e, OK);
        assert_true(t.state == s->to);
        allowed++;
    }
    assert_true(allowed > 100 && refused > 100);
    struct visitors v;
    MUST(d.cx, visitors_count(d.cx, d.lane.id, time_day(d.cx->now), &v));
    assert_int_equal(v.taken, n);
    MUST(d.cx, ticket_day_over(d.cx, time_day(d.cx->now)));
    MUST(d.cx, visitors_count(d.cx, d.lane.id, time_day(d.cx->now), &v));
    assert_int_equal(v.done + v.accepted + v.missing + v.referred + v.cannot + v.gone, n);
}

static struct ticket accepted(struct desk *d, struct str *key)
{
    act_nobody(d->h.t);
    take(d, key);
    act(d->h.t, "clerk");
    struct ticket t = next(d, 1);
    STEP(d, &t, "serve", .version = t.version);
    STEP(d, &t, "accept", .work_days = 5);
    return t;
}

static void a_site_ends_when_all_that_was_accepted_is_answered(void **state)
{
    static const struct site_ties *const ties[] = {&service_ties};
    struct desk d = desk_make();
    struct str key;
    struct shell_offers busy = {0};
    (void)state;
    site_ties_set(ties, COUNT(ties));
    struct ticket t = accepted(&d, &key);
    act_nobody(d.h.t);
    take(&d, NULL);
    act(d.h.t, "leader");
    assert_int_equal(site_end(d.cx, d.h.centre.id), ERR_CONFLICT);
    holds(d.cx->fault.message, "收下还没有结果的事 1 件、窗口排着、约着的号 1 个");
    fault_clear(d.cx);
    MUST(d.cx, ticket_day_over(d.cx, time_day(d.cx->now)));
    MUST(d.cx, site_busy(d.cx, d.h.centre.id, &busy));
    assert_int_equal(busy.n, 1);
    same(busy.at[0].href, "/k/accepted");
    act(d.h.t, "clerk");
    STEP(&d, &t, "result", .said = S("来拿证"));
    act(d.h.t, "leader");
    MUST(d.cx, site_end(d.cx, d.h.centre.id));
}

/* By an older program: what it accepted is listed, read and answered all the same. */
static void what_an_ended_site_accepted_is_answered(void **state)
{
    struct desk d = desk_make();
    struct str key;
    ticket_list all = {0};
    (void)state;
    struct ticket one = accepted(&d, &key), two = accepted(&d, &key);
    site_ties_set(NULL, 0);
    act(d.h.t, "leader");
    MUST(d.cx, site_end(d.cx, d.h.centre.id));
    act(d.h.t, "clerk");
    MUST(d.cx, ticket_accepted(d.cx, &all));
    assert_int_equal(all.n, 2);
    STEP(&d, &one, "result", .said = S("来拿证"));
    STEP(&d, &two, "result_no", .said = S("上面没有批"));
    assert_true(one.state == TICKET_DONE && two.need_id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_number_is_taken_called_and_done, end),
        cmocka_unit_test_teardown(who_booked_and_who_came_stand_in_one_queue, end),
        cmocka_unit_test_teardown(who_missed_his_call_comes_behind_three, end),
        cmocka_unit_test_teardown(times_are_booked_within_hours_and_places, end),
        cmocka_unit_test_teardown(times_are_of_days_on_which_it_is_done, end),
        cmocka_unit_test_teardown(the_store_holds_a_place_once, end),
        cmocka_unit_test_teardown(the_same_form_sent_twice_is_one_ticket, end),
        cmocka_unit_test_teardown(every_end_says_what_to_do, end),
        cmocka_unit_test_teardown(somebody_else_asks_how_it_was, end),
        cmocka_unit_test_teardown(lists_stay_in_reach, end),
        cmocka_unit_test_teardown(a_day_ends_as_numbers, end),
        cmocka_unit_test_teardown(lanes_are_set_up_within_reach, end),
        cmocka_unit_test_teardown(the_drawing_is_in_the_readme, end),
        cmocka_unit_test_teardown(a_random_day_holds, end),
        cmocka_unit_test_teardown(a_site_ends_when_all_that_was_accepted_is_answered, end),
        cmocka_unit_test_teardown(what_an_ended_site_accepted_is_answered, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
