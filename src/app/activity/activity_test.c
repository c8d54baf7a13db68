/* activity_test -- places are never given twice, who waits moves up by itself, codes turn, names
 * are forgotten, and a random walk over all of it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/activity_test.h"
#include "app/activity/pages.h"
#include "tests/drawing.h"
#include "base/id.h"
#include "activity.sql.h"

/* What stands in activity.taken is what the seats say. */
static void adds_up(struct hall *h, int64_t id)
{
    struct activity a;
    activity_seat_list all = {0};
    int64_t heads = 0, guides = 0;
    act(h->t, "area_staff");
    MUST(h->t->cx, activity_load(h->t->cx, id, &a));
    MUST(h->t->cx, activity_seats(h->t->cx, id, &all));
    for (size_t i = 0; i < all.n; i++)
        if (SEATS_TAKING & SEAT_IN(all.at[i].state)) {
            heads += all.at[i].heads;
            guides += all.at[i].wants_guide;
        }
    assert_int_equal(a.taken, heads);
    assert_int_equal(a.guides_taken, guides);
    assert_true(!a.capacity || a.taken <= a.capacity);
    assert_true(a.guides_taken <= a.guides);
}

/* ---- dates ---- */

static void statements_and_shapes_are_right(void **state)
{
    (void)state;
    struct town *t = town_make();
    MUST(t->cx, db_verify(t->cx, activity_sql_all, activity_sql_count));
    for (size_t i = 0; i < activity_feature.nshapes; i++)
        assert_null(shape_fault(activity_feature.shapes[i]));
}

static void the_drawing_is_the_table(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct out o;
    out_init(&o, t->cx->mem);
    steps_draw(&o, &seat_steps);
    readme_holds(__FILE__, out_text(&o));
}

static void a_draft_is_for_staff_alone(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = draft(&h, 3, 10), read;
    const struct activity_filter f = {.from_at = cx->now};
    activity_list all = {0};
    MUST(cx, activity_get(cx, a.id, &read));
    act_nobody(h.t);
    EXPECT(cx, activity_get(cx, a.id, &read), ERR_MISSING);
    MUST(cx, activity_find(cx, &f, &all));
    assert_int_equal(all.n, 0);
    EXPECT(cx, activity_step(cx, a.id, S("publish"), &(struct activity_move){0}, &read),
           ERR_MISSING);
    step(&h, &a, "publish", (struct activity_move){0});
    act_nobody(h.t);
    MUST(cx, activity_get(cx, a.id, &read));
    assert_true(str_is(read.programme_name, "匠人微课堂"));
    MUST(cx, activity_find(cx, &f, &all));
    assert_int_equal(all.n, 1);
    struct activity other = draft(&h, 4, 10);
    step(&h, &other, "cancel", (struct activity_move){0}); /* nobody had seen it */
    EXPECT(cx, activity_get(cx, other.id, &read), ERR_MISSING);
}

static void what_is_wrong_with_a_date_is_told(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = draft(&h, 3, 10), b = a;
    b.from_at = cx->now - MS_HOUR;
    EXPECT(cx, activity_put(cx, &b, false), ERR_INPUT);
    b = a;
    b.to_at = b.from_at;
    EXPECT(cx, activity_put(cx, &b, false), ERR_INPUT);
    b = a;
    b.from_at += 8 * MS_HOUR; /* 22:00, the site is closed */
    b.to_at += 8 * MS_HOUR;
    EXPECT(cx, activity_put(cx, &b, false), ERR_INPUT);
    MUST(cx, activity_put(cx, &b, true));
    EXPECT(cx, activity_put(cx, &a, false), ERR_CONFLICT); /* the version that stood before */
    b.programme_id = 1;
    EXPECT(cx, activity_put(cx, &b, true), ERR_INPUT);
    act(h.t, "grid_worker");
    EXPECT(cx, activity_put(cx, &b, true), ERR_DENIED);
}

static void a_series_leaves_out_closed_days(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = draft(&h, 8, 10);
    int64_t first = time_day(a.from_at);
    activity_days made = {0}, skipped = {0};
    act(h.t, "leader");
    struct site_notice n = {.site_id = h.site.id,
                            .from_day = first + 14,
                            .to_day = first + 14,
                            .reason = S("设备检修")};
    MUST(cx, site_notice_put(cx, &n));
    act(h.t, "area_staff");
    EXPECT(cx, activity_repeat(cx, a.id, 1, first + 70, &made, &skipped), ERR_INPUT);
    EXPECT(cx, activity_repeat(cx, a.id, 7, first, &made, &skipped), ERR_INPUT);
    MUST(cx, activity_repeat(cx, a.id, 7, first + 28, &made, &skipped));
    assert_int_equal(made.n, 3);
    assert_int_equal(skipped.n, 1);
    assert_int_equal(skipped.at[0], first + 14);
    EXPECT(cx, activity_repeat(cx, a.id, 7, first + 28, &made, &skipped), ERR_CONFLICT);
    step(&h, &a, "publish", (struct activity_move){.series = true});
    activity_list all = {0};
    MUST(cx, activity_find(cx, &(struct activity_filter){.series_id = a.id, .limit = 3}, &all));
    assert_int_equal(all.n, 3);
    MUST(cx, activity_find(
                 cx, &(struct activity_filter){.series_id = a.id, .after_id = all.at[2].id}, &all));
    assert_int_equal(all.n, 4);
    for (size_t i = 0; i < all.n; i++)
        assert_int_equal(all.at[i].state, ACTIVITY_OPEN);
    activity_seat_list seats = {0};
    struct activity_party p;
    struct str key;
    bool again;
    act_nobody(h.t);
    const struct activity_join j = {
        .activity_id = all.at[1].id, .name = S("王奶奶"), .series = true};
    MUST(cx, activity_sign_up(cx, &j, &p, &key, &seats, &again));
    assert_int_equal(seats.n, 3); /* this one and the two after it */
    step(&h, &all.at[2], "cancel", (struct activity_move){.reason = S("老师出差"), .series = true});
    seats.n = 0;
    MUST(cx, activity_seats_of(cx, p.id, &seats));
    assert_int_equal(seats.at[0].state, SEAT_HELD);
    assert_int_equal(seats.at[1].state, SEAT_OFF);
    assert_int_equal(seats.at[2].state, SEAT_OFF);
    assert_true(seats.at[2].tell);
}

/* ---- places ---- */

static void who_comes_too_late_waits_and_moves_up(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct activity a = on(&h, 5, 3);
    struct guest one = join(&h, &a, "赵奶奶", 2), two = join(&h, &a, "钱师傅", 1);
    struct guest three = join(&h, &a, "孙老师", 2), four = join(&h, &a, "李先生", 1);
    int64_t ahead;
    is_at(&h, &one, SEAT_HELD);
    is_at(&h, &three, SEAT_WAITING);
    MUST(h.t->cx, activity_ahead(h.t->cx, &four.s, &ahead));
    assert_int_equal(ahead, 1);
    MUST(h.t->cx, P(&h, &two, "give"));
    is_at(&h, &three, SEAT_WAITING); /* two do not fit into one place: who fits is next */
    is_at(&h, &four, SEAT_OFFERED);
    adds_up(&h, a.id);
    MUST(h.t->cx, P(&h, &four, "confirm"));
    is_at(&h, &four, SEAT_HELD);
    MUST(h.t->cx, P(&h, &one, "give"));
    is_at(&h, &three, SEAT_OFFERED);
    assert_true(read_seat(&h, &three).tell);
    EXPECT(h.t->cx, P(&h, &one, "confirm"), ERR_CONFLICT);
    MUST(h.t->cx, P(&h, &one, "again")); /* full again: she waits */
    is_at(&h, &one, SEAT_WAITING);
    go_to(h.t, h.t->cx->now + 25 * MS_HOUR); /* nobody answers */
    is_at(&h, &three, SEAT_LAPSED);
    is_at(&h, &one, SEAT_OFFERED);
    EXPECT(h.t->cx, P(&h, &three, "confirm"), ERR_CONFLICT);
    adds_up(&h, a.id);
}

/* Months later nobody is told that there may be room. */
static void who_waits_reads_that_it_is_over(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = on(&h, 1, 1);
    struct guest in = join(&h, &a, "赵奶奶", 1), waits = join(&h, &a, "钱师傅", 1);
    struct activity_own_seat o = {.a = a, .s = waits.s};
    is_at(&h, &in, SEAT_HELD);
    MUST(cx, activity_seat_say(cx, &o));
    assert_true(str_is(o.head, "候补第 1"));
    go_to(h.t, a.from_at - MS_MINUTE);
    MUST(cx, activity_seat_say(cx, &o));
    assert_true(str_find(o.text, S("有空位就能进")) >= 0);
    go_to(h.t, a.to_at + MS_MINUTE);
    o.s = read_seat(&h, &waits);
    MUST(cx, activity_seat_say(cx, &o));
    assert_true(str_is(o.head, "没有轮到") && str_find(o.text, S("办完了")) >= 0);
}

static void nobody_is_moved_up_at_the_last_moment(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct activity a = on(&h, 2, 1);
    struct guest one = join(&h, &a, "赵奶奶", 1), two = join(&h, &a, "钱师傅", 1);
    go_to(h.t, a.from_at - 4 * MS_HOUR);
    MUST(h.t->cx, P(&h, &one, "give"));
    is_at(&h, &two, SEAT_OFFERED);
    assert_int_equal(read_seat(&h, &two).offer_until, a.from_at - 2 * MS_HOUR);
    struct guest three = join(&h, &a, "孙老师", 1);
    go_to(h.t, a.from_at - 2 * MS_HOUR);
    is_at(&h, &two, SEAT_LAPSED);
    is_at(&h, &three, SEAT_WAITING); /* the place is for who comes by */
    go_to(h.t, a.from_at);
    act_nobody(h.t);
    activity_seat_list seats = {0};
    struct activity_party p;
    struct str key;
    bool again;
    EXPECT(h.t->cx,
           activity_sign_up(h.t->cx,
                            &(struct activity_join){.activity_id = a.id, .name = S("李先生")}, &p,
                            &key, &seats, &again),
           ERR_CONFLICT);
    EXPECT(h.t->cx, P(&h, &three, "give"), ERR_CONFLICT);
}

static void more_places_move_people_up(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = on(&h, 5, 1);
    struct guest one = join(&h, &a, "赵奶奶", 1), two = join(&h, &a, "钱师傅", 1);
    act(h.t, "area_staff");
    MUST(cx, activity_load(cx, a.id, &a));
    a.capacity = 0;
    EXPECT(cx, activity_put(cx, &a, false), ERR_INPUT);
    a.capacity = 2;
    a.party_most = 2;
    MUST(cx, activity_put(cx, &a, false));
    is_at(&h, &two, SEAT_OFFERED);
    a.capacity = 1;
    EXPECT(cx, activity_put(cx, &a, false), ERR_INPUT);
    MUST(cx, activity_load(cx, a.id, &a));
    a.room = S("二楼");
    MUST(cx, activity_put(cx, &a, false));
    assert_true(read_seat(&h, &one).tell);
    MUST(cx, STAFF(&h, &one, "told"));
    assert_false(read_seat(&h, &one).tell);
    adds_up(&h, a.id);
}

static void groups_have_a_guide_while_there_is_one(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = draft(&h, 5, 60);
    a.party_most = 40;
    a.guides = 1;
    MUST(cx, activity_put(cx, &a, false));
    step(&h, &a, "publish", (struct activity_move){0});
    struct activity_join j = {.activity_id = a.id,
                              .name = S("周老师"),
                              .group_name = S("海恒小学"),
                              .heads = 20,
                              .wants_guide = true};
    activity_seat_list seats = {0};
    struct guest one, two;
    bool again;
    act_nobody(h.t);
    MUST(cx, activity_sign_up(cx, &j, &one.p, &one.key, &seats, &again));
    one.s = seats.at[0];
    is_at(&h, &one, SEAT_HELD);
    EXPECT(cx, activity_sign_up(cx, &j, &two.p, &two.key, &seats, &again), ERR_INPUT);
    j.heads = 41;
    EXPECT(cx, activity_sign_up(cx, &j, &two.p, &two.key, &seats, &again), ERR_INPUT);
    MUST(cx, STAFF(&h, &one, "guide", .text = S("陈讲解")));
    assert_true(str_is(read_seat(&h, &one).guide, "陈讲解"));
    adds_up(&h, a.id);
}

static void the_same_form_is_one_party(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = on(&h, 5, 9);
    struct activity_join j = {.activity_id = a.id, .name = S("赵奶奶"), .client_key = id_uuid(cx)};
    struct activity_party p, q;
    struct str key;
    activity_seat_list seats = {0};
    bool again;
    act_nobody(h.t);
    MUST(cx, activity_sign_up(cx, &j, &p, &key, &seats, &again));
    MUST(cx, activity_sign_up(cx, &j, &q, &key, &seats, &again));
    assert_true(again && p.id == q.id && !key.n);
    j.name = S("钱师傅");
    EXPECT(cx, activity_sign_up(cx, &j, &q, &key, &seats, &again), ERR_CONFLICT);
    j = (struct activity_join){.activity_id = a.id, .name = S("  "), .contact = S("1395510123")};
    assert_int_equal(activity_sign_up(cx, &j, &q, &key, &seats, &again), ERR_INPUT);
    assert_int_equal(cx->fault.fields.n, 2);
    fault_clear(cx);
}

static void a_child_is_signed_up_by_its_guardian(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = draft(&h, 5, 9);
    a.for_children = true;
    MUST(cx, activity_put(cx, &a, false));
    step(&h, &a, "publish", (struct activity_move){0});
    struct activity_join j = {.activity_id = a.id, .name = S("小雨")};
    struct activity_party p;
    struct str key;
    activity_seat_list seats = {0};
    bool again;
    act_nobody(h.t);
    EXPECT(cx, activity_sign_up(cx, &j, &p, &key, &seats, &again), ERR_INPUT);
    j.guardian = true;
    MUST(cx, activity_sign_up(cx, &j, &p, &key, &seats, &again));
    assert_int_equal(p.guardian_at, cx->now);
}

static void helpers_are_looked_for_as_for_any_need(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = on(&h, 5, 9), out;
    struct need n;
    act(h.t, "area_staff");
    EXPECT(cx, activity_step(cx, a.id, S("help"), &(struct activity_move){.text = S("人")}, &out),
           ERR_INPUT);
    step(&h, &a, "help", (struct activity_move){.text = S("要两个人教剪纸")});
    MUST(cx, need_get(cx, a.help_need, &n));
    assert_true(n.agrees_match && n.place_id == h.site.place_id &&
                str_find(n.text, S("要两个人教剪纸")) >= 0);
    EXPECT(
        cx,
        activity_step(cx, a.id, S("help"), &(struct activity_move){.text = S("再要三个人")}, &out),
        ERR_CONFLICT);
}

static bool is_told(struct cx *cx, int64_t need_id, const char *part)
{
    need_event_list all = {0};
    MUST(cx, need_history(cx, need_id, true, &all));
    for (size_t i = 0; i < all.n; i++)
        if (str_find(all.at[i].text, str_c(part)) >= 0)
            return true;
    return false;
}

/* A date that moves tells its helpers; one that does not take place looks for none. */
static void helpers_are_told_and_no_longer_looked_for(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = on(&h, 5, 9), b = on(&h, 6, 9);
    struct need n;
    step(&h, &a, "help", (struct activity_move){.text = S("要两个人教剪纸")});
    act(h.t, "clerk");
    MUST(cx, activity_step(cx, b.id, S("help"),
                           &(struct activity_move){.text = S("要两个人教剪纸")}, &b));
    act(h.t, "area_staff");
    a.room = S("地下室");
    MUST(cx, activity_put(cx, &a, true));
    act(h.t, "dispatcher");
    assert_true(is_told(cx, a.help_need, "地下室"));
    step(&h, &a, "cancel", (struct activity_move){.reason = S("老师病了")});
    act(h.t, "dispatcher");
    MUST(cx, need_get(cx, a.help_need, &n));
    assert_false(n.agrees_match); /* he may not take it back; nobody is asked any more */
    assert_true(is_told(cx, a.help_need, "老师病了"));
    act(h.t, "clerk");
    MUST(cx,
         activity_step(cx, b.id, S("cancel"), &(struct activity_move){.reason = S("停电")}, &b));
    MUST(cx, need_get(cx, b.help_need, &n));
    assert_int_equal(n.state, NEED_WITHDRAWN);
}

/* ---- whose it is ---- */

static void number_and_word_or_the_link_open_it(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = on(&h, 5, 9);
    struct guest g = join(&h, &a, "赵奶奶", 1);
    struct activity_party p;
    assert_true(str_starts(g.p.number, S("E-")));
    MUST(cx, activity_by_key(cx, g.p.id, g.key, &p));
    MUST(cx, shape_open(cx, &activity_party_shape, &p, 1, NULL));
    assert_true(str_is(p.name, "赵奶奶"));
    EXPECT(cx, activity_by_key(cx, g.p.id, S(""), &p), ERR_MISSING);
    EXPECT(cx, activity_by_key(cx, g.p.id, S("wrong"), &p), ERR_MISSING);
    MUST(cx, activity_by_word(cx, g.p.number, g.p.word, &p));
    struct str wrong = str_is(g.p.word, "0000") ? S("1111") : S("0000");
    for (int i = 0; i < 10; i++)
        EXPECT(cx, activity_by_word(cx, g.p.number, wrong, &p), ERR_MISSING);
    EXPECT(cx, activity_by_word(cx, g.p.number, g.p.word, &p), ERR_DENIED);
    test_advance(MS_HOUR);
    MUST(cx, activity_by_word(cx, g.p.number, g.p.word, &p));
    struct guest other = join(&h, &a, "钱师傅", 1);
    struct activity_seat s;
    EXPECT(cx, activity_party_step(cx, &p, other.s.id, S("give"), &(struct seat_move){0}, &s),
           ERR_MISSING);
}

static void names_are_masked_and_an_opening_is_logged(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = on(&h, 5, 9);
    struct guest g = join(&h, &a, "赵奶奶", 1);
    activity_seat_list all = {0};
    opening_list openings = {0};
    struct activity_party p;
    act(h.t, "area_staff");
    MUST(cx, activity_seats(cx, a.id, &all));
    assert_false(str_is(all.at[0].name, "赵奶奶"));
    EXPECT(cx, activity_open(cx, g.s.id, S("curious"), &p), ERR_INPUT);
    MUST(cx, activity_open(cx, g.s.id, S("contact_back"), &p));
    assert_true(str_is(p.contact, "0551-0000 0001") && !p.word.n);
    MUST(cx, openings_of(cx, &activity_seen, g.p.id, &openings));
    assert_int_equal(openings.n, 1);
    assert_true(str_is(openings.at[0].person_name, "居一"));
    act(h.t, "grid_worker");
    EXPECT(cx, activity_open(cx, g.s.id, S("contact_back"), &p), ERR_MISSING);
}

/* ---- the day ---- */

static struct str code_now(struct hall *h, const struct activity *a)
{
    struct activity_code c;
    act(h->t, "area_staff");
    MUST(h->t->cx, activity_code(h->t->cx, a->id, h->t->cx->now, &c));
    return c.code;
}

static void one_checks_in_with_the_code_of_the_moment(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct activity a = on(&h, 1, 9);
    struct guest g = join(&h, &a, "赵奶奶", 3), late = join(&h, &a, "钱师傅", 1);
    struct str code = code_now(&h, &a);
    EXPECT(h.t->cx, P(&h, &g, "come", .code = code), ERR_CONFLICT); /* a day too early */
    go_to(h.t, a.from_at - 30 * MS_MINUTE);
    EXPECT(h.t->cx, P(&h, &g, "come", .code = code), ERR_MISSING); /* yesterday's */
    code = code_now(&h, &a);
    assert_int_equal(code.n, 6);
    test_advance(ACTIVITY_CODE_MINUTES * MS_MINUTE); /* the one before is still good */
    EXPECT(h.t->cx, P(&h, &g, "come", .code = code, .heads = 4), ERR_INPUT);
    char small[6];
    for (size_t i = 0; i < 6; i++)
        small[i] = (char)(code.p[i] >= 'A' ? code.p[i] + 32 : code.p[i]);
    MUST(h.t->cx, P(&h, &g, "come", .code = str_n(small, 6), .heads = 2));
    MUST(h.t->cx, P(&h, &g, "come", .code = code)); /* pressed twice */
    assert_int_equal(read_seat(&h, &g).came, 2);
    test_advance(ACTIVITY_CODE_MINUTES * MS_MINUTE);
    EXPECT(h.t->cx, P(&h, &late, "come", .code = code), ERR_MISSING);
    MUST(h.t->cx, STAFF(&h, &late, "come"));
    is_at(&h, &late, SEAT_CAME);
    activity_code_list all = {0};
    MUST(h.t->cx, activity_codes(h.t->cx, a.id, &all));
    assert_int_equal(all.n, 18); /* three hours */
    assert_false(str_eq(all.at[0].code, all.at[1].code));
}

static void what_came_of_it_is_counted_and_told(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = on(&h, 1, 20);
    struct guest g[6];
    struct activity_counts c;
    for (size_t i = 0; i < COUNT(g); i++)
        g[i] = join(&h, &a, "一位邻居", 1);
    EXPECT(cx, P(&h, &g[0], "rate", .rating = S("satisfied")), ERR_CONFLICT);
    struct activity out;
    act(h.t, "area_staff");
    EXPECT(
        cx,
        activity_step(cx, a.id, S("say"), &(struct activity_move){.text = S("讲了剪窗花")}, &out),
        ERR_CONFLICT);
    go_to(h.t, a.from_at + MS_MINUTE);
    for (size_t i = 0; i < 5; i++)
        MUST(cx, STAFF(&h, &g[i], "come"));
    for (size_t i = 0; i < 4; i++)
        MUST(cx, P(&h, &g[i], "rate", .rating = S("satisfied"), .text = S("学会了")));
    EXPECT(cx, P(&h, &g[0], "rate", .rating = S("basic")), ERR_CONFLICT);
    EXPECT(cx, P(&h, &g[4], "rate", .rating = S("declined")), ERR_INPUT);
    MUST(cx, activity_count(cx, a.id, &c));
    assert_int_equal(c.rated, 4);
    assert_int_equal(c.ratings[1], 0); /* too few to be told */
    MUST(cx, P(&h, &g[4], "rate", .rating = S("very_satisfied")));
    MUST(cx, activity_count(cx, a.id, &c));
    assert_int_equal(c.ratings[0], 1);
    assert_int_equal(c.ratings[1], 4);
    step(&h, &a, "count", (struct activity_move){.walk_ins = 3});
    step(&h, &a, "say", (struct activity_move){.text = S("讲了剪窗花")});
    is_at(&h, &g[5], SEAT_ABSENT);
    MUST(cx, activity_count(cx, a.id, &c));
    assert_int_equal(c.came, 5);
    assert_int_equal(c.absent, 1);
    activity_list said = {0};
    act_nobody(h.t);
    MUST(cx, activity_find(cx, &(struct activity_filter){.said = true}, &said));
    assert_int_equal(said.n, 1);
    assert_true(str_is(said.at[0].said, "讲了剪窗花"));
    adds_up(&h, a.id);
}

/* ---- everything at random ---- */

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static void a_random_walk_keeps_places_and_people(void **state)
{
    (void)state;
    enum { GUESTS = 300, STEPS = 1500 };
    static struct guest g[GUESTS];
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = draft(&h, 20, 30);
    uint64_t seed = 5;
    size_t n = 0, refused = 0;
    a.guides = 3;
    a.party_most = 8;
    a.confirm_hours = 3;
    MUST(cx, activity_put(cx, &a, false));
    step(&h, &a, "publish", (struct activity_move){0});
    for (int i = 0; i < STEPS; i++) {
        static const char *const codes[] = {"give", "confirm", "again", "give", "confirm"};
        struct arena_mark mark = arena_mark(cx->mem);
        uint64_t r = next_random(&seed);
        enum err e = OK;
        if (n < GUESTS && r % 4 == 0) {
            activity_seat_list seats = {0};
            bool again;
            struct guest *who = &g[n];
            const struct activity_join j = {.activity_id = a.id,
                                            .name = S("一位邻居"),
                                            .heads = 1 + (int64_t)(r / 8 % 8),
                                            .wants_guide = r / 64 % 5 == 0};
            act_nobody(h.t);
            e = activity_sign_up(cx, &j, &who->p, &who->key, &seats, &again);
            if (e == OK) {
                who->s.id = seats.at[0].id;
                n++;
            }
        } else if (n && r % 4 < 3) {
            e = by_party(&h, &g[r / 16 % n], codes[r / 8 % COUNT(codes)], (struct seat_move){0});
        } else if (r % 40 == 3) {
            act(h.t, "area_staff");
            MUST(cx, activity_load(cx, a.id, &a));
            a.capacity = 20 + (int64_t)(r / 64 % 20);
            e = activity_put(cx, &a, false);
        } else {
            go_to(h.t, cx->now + (int64_t)(r / 8 % 40) * MS_MINUTE);
        }
        assert_true(e == OK || e == ERR_CONFLICT || e == ERR_INPUT);
        refused += e != OK;
        fault_clear(cx);
        adds_up(&h, a.id);
        if (!n || g[n - 1].p.created_at != cx->now)
            arena_rewind(cx->mem, mark);
    }
    assert_true(n > 100 && refused > 100);
    step(&h, &a, "cancel", (struct activity_move){.reason = S("下暴雨")});
    adds_up(&h, a.id);
    for (size_t i = 0; i < n; i++) {
        struct activity_seat s = read_seat(&h, &g[i]);
        assert_true(s.state == SEAT_OFF || s.state == SEAT_GIVEN || s.state == SEAT_LAPSED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(statements_and_shapes_are_right, end),
        cmocka_unit_test_teardown(the_drawing_is_the_table, end),
        cmocka_unit_test_teardown(a_draft_is_for_staff_alone, end),
        cmocka_unit_test_teardown(what_is_wrong_with_a_date_is_told, end),
        cmocka_unit_test_teardown(a_series_leaves_out_closed_days, end),
        cmocka_unit_test_teardown(who_comes_too_late_waits_and_moves_up, end),
        cmocka_unit_test_teardown(who_waits_reads_that_it_is_over, end),
        cmocka_unit_test_teardown(nobody_is_moved_up_at_the_last_moment, end),
        cmocka_unit_test_teardown(more_places_move_people_up, end),
        cmocka_unit_test_teardown(groups_have_a_guide_while_there_is_one, end),
        cmocka_unit_test_teardown(the_same_form_is_one_party, end),
        cmocka_unit_test_teardown(a_child_is_signed_up_by_its_guardian, end),
        cmocka_unit_test_teardown(helpers_are_looked_for_as_for_any_need, end),
        cmocka_unit_test_teardown(helpers_are_told_and_no_longer_looked_for, end),
        cmocka_unit_test_teardown(number_and_word_or_the_link_open_it, end),
        cmocka_unit_test_teardown(names_are_masked_and_an_opening_is_logged, end),
        cmocka_unit_test_teardown(one_checks_in_with_the_code_of_the_moment, end),
        cmocka_unit_test_teardown(what_came_of_it_is_counted_and_told, end),
        cmocka_unit_test_teardown(a_random_walk_keeps_places_and_people, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
