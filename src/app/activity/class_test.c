/* class_test -- a place for a child, who may fetch it, the afternoon with its alarms, who may open
 * what, and that all is deleted after the term but heads. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/activity_test.h"
#include "app/subject/keep.h"
#include "base/id.h"
#include "class.sql.h"
#include "seal/seal.h"

/* A term of Monday to Friday, 16:00 to 18:00, from today (a Monday) for three weeks; 居一 is on
 * duty. */
struct room {
    struct hall h;
    struct cx *cx;
    struct class_term term;
    struct str card;
    struct str word_hash; /* made once: it is slow */
};

static int64_t minute(struct room *r, int days, int hour, int minutes)
{
    int64_t monday = r->term.from_day;
    return time_day_start(monday + days) + hour * MS_HOUR + minutes * MS_MINUTE;
}

static void teacher(struct room *r)
{
    act(r->h.t, "area_staff");
}

static struct room open_room(int64_t places)
{
    struct room r = {.h = open_hall()};
    const struct town_post *staff = town_post("area_staff");
    r.cx = r.h.t->cx;
    act(r.h.t, "leader");
    r.term = (struct class_term){.site_id = r.h.site.id,
                                 .name = S("秋季班"),
                                 .room = S("一楼"),
                                 .from_day = time_day(r.cx->now),
                                 .to_day = time_day(r.cx->now) + 20,
                                 .weekdays = 0x3e,
                                 .from_minute = 16 * 60,
                                 .to_minute = 18 * 60,
                                 .places = places,
                                 .agreement = S("按时接；三次晚接，坐下来谈一谈。")};
    MUST(r.cx, class_term_put(r.cx, &r.term, &r.card));
    assert_int_equal(r.card.n, CLASS_CARD_LETTERS);
    MUST(r.cx, class_term_publish(r.cx, r.term.id, &r.term));
    MUST(r.cx,
         class_duty_put(r.cx, r.term.id, staff->person_id, r.term.from_day, r.term.to_day, true));
    MUST(r.cx, account_hash_password(r.cx, S("小白兔"), &r.word_hash));
    return r;
}

struct kid {
    struct class_child c;
    struct str key;
};

static enum err ask_place(struct room *r, const char *name, struct class_join j, struct kid *out)
{
    class_pickup_list pickups = {0};
    bool again;
    j.term_id = r->term.id;
    j.name = str_c(name);
    j.guardian = j.guardian.n ? j.guardian : S("蔡奶奶");
    j.contact = j.contact.n ? j.contact : S("0551-0000 0022");
    *PUSH(r->cx->mem, &pickups) =
        (struct class_pickup){.label = S("外婆"), .word_hash = r->word_hash};
    act_nobody(r->h.t);
    return class_sign_up(r->cx, &j, &pickups, &out->c, &out->key, &again);
}

static struct kid sign_up(struct room *r, const char *name)
{
    struct kid k;
    MUST(r->cx, ask_place(r, name, (struct class_join){.agrees = true}, &k));
    return k;
}

static void is_child(struct room *r, const struct kid *k, enum class_state want)
{
    struct class_child c;
    MUST(r->cx, class_child_load(r->cx, k->c.id, &c));
    if (c.state != want)
        fail_msg("%s, not %s", class_state_codes[c.state], class_state_codes[want]);
}

static struct class_day day_now(struct room *r, const struct kid *k)
{
    struct class_day d;
    MUST(r->cx, class_day_of(r->cx, &k->c, time_day(r->cx->now), &d));
    return d;
}

static enum err arrive(struct room *r, const struct kid *k, const char *how, const char *word)
{
    struct class_pickup by;
    teacher(r);
    MUST(r->cx, class_whose_word(r->cx, k->c.id, str_c(word), &by));
    return class_arrive(r->cx, k->c.id, &(struct class_act){.how = str_c(how)}, &by);
}

static enum err collect(struct room *r, const struct kid *k, const char *how, const char *word,
                        const char *text, const char *second)
{
    struct class_pickup by;
    teacher(r);
    MUST(r->cx, class_whose_word(r->cx, k->c.id, str_c(word), &by));
    return class_collect(
        r->cx, k->c.id,
        &(struct class_act){.how = str_c(how), .text = str_c(text), .second = str_c(second)}, &by);
}

/* ---- terms, the rota ---- */

static void statements_and_shapes_are_right(void **state)
{
    (void)state;
    struct town *t = town_make();
    MUST(t->cx, db_verify(t->cx, class_sql_all, class_sql_count));
    for (size_t i = 0; i < class_feature.nshapes; i++)
        assert_null(shape_fault(class_feature.shapes[i]));
}

static void a_term_says_when_and_what_is_signed(void **state)
{
    (void)state;
    struct room r = open_room(2);
    struct class_term t = r.term;
    class_term_list all = {0};
    struct str card;
    const struct worktime *calendar;
    MUST(r.cx, clock_calendar(r.cx, &calendar));
    assert_true(str_is(class_when(r.cx, &t), "周一至周五 16:00–18:00"));
    t.id = t.version = 0;
    EXPECT(r.cx, class_term_put(r.cx, &t, &card), ERR_CONFLICT); /* the form sent again */
    t.room = S("二楼");
    MUST(r.cx, class_term_put(r.cx, &t, &card));
    t = r.term;
    const struct class_term weekend = {.weekdays = 0x41, .from_minute = 840, .to_minute = 1050};
    assert_true(str_is(class_when(r.cx, &weekend), "周六、周日 14:00–17:30"));
    assert_true(class_is_day(&t, calendar, t.from_day));
    assert_false(class_is_day(&t, calendar, t.from_day + 5));
    assert_int_equal(class_next_day(&t, calendar, t.from_day + 5), t.from_day + 7);
    assert_int_equal(class_next_day(&t, calendar, t.to_day + 1), 0);
    act_nobody(r.h.t);
    MUST(r.cx, class_terms(r.cx, &all));
    assert_int_equal(all.n, 1);
    EXPECT(r.cx, class_term_put(r.cx, &t, &card), ERR_DENIED);
    act(r.h.t, "leader");
    t.to_minute = t.from_minute;
    EXPECT(r.cx, class_term_put(r.cx, &t, &card), ERR_INPUT);
    t = r.term;
    t.agreement = S("另一份");
    MUST(r.cx, class_term_put(r.cx, &t, &card)); /* nobody has signed yet */
    struct kid k = sign_up(&r, "小雨");
    MUST(r.cx, class_term_load(r.cx, t.id, &t));
    assert_true(str_eq(k.c.agreed_hash, t.agreement_hash));
    assert_true(str_eq(t.agreement_hash, seal_sm3(r.cx, S("另一份"))));
    act(r.h.t, "leader");
    t.agreement = S("悄悄换掉");
    EXPECT(r.cx, class_term_put(r.cx, &t, &card), ERR_INPUT);
}

static void the_rota_is_made_by_somebody_else(void **state)
{
    (void)state;
    struct room r = open_room(2);
    const struct town_post *staff = town_post("area_staff");
    class_duty_list all = {0};
    class_term_list mine = {0};
    teacher(&r);
    EXPECT(r.cx,
           class_duty_put(r.cx, r.term.id, staff->person_id, r.term.from_day, r.term.to_day, true),
           ERR_INPUT);
    EXPECT(r.cx,
           class_duty_put(r.cx, r.term.id, town_post("handler")->person_id, r.term.from_day,
                          r.term.to_day, true),
           ERR_INPUT);
    MUST(r.cx, class_rota(r.cx, r.term.id, r.term.from_day, &all));
    assert_int_equal(all.n, 15); /* three weeks of working days */
    MUST(r.cx, class_my_terms(r.cx, &mine));
    assert_int_equal(mine.n, 1);
    act(r.h.t, "leader");
    MUST(r.cx, class_duty_put(r.cx, r.term.id, staff->person_id, r.term.from_day, r.term.from_day,
                              false));
    teacher(&r);
    EXPECT(r.cx, class_on_duty(r.cx, r.term.id), ERR_DENIED);
}

/* ---- places ---- */

static void who_comes_too_late_waits(void **state)
{
    (void)state;
    struct room r = open_room(1);
    struct kid one = sign_up(&r, "小雨"), two = sign_up(&r, "小风"), three = sign_up(&r, "小雪");
    int64_t ahead;
    is_child(&r, &one, CHILD_PLACED);
    is_child(&r, &three, CHILD_WAITING);
    MUST(r.cx, class_ahead(r.cx, &three.c, &ahead));
    assert_int_equal(ahead, 1);
    MUST(r.cx, class_quit(r.cx, &one.c));
    is_child(&r, &two, CHILD_OFFERED);
    go_to(r.h.t, r.cx->now + CLASS_CONFIRM_HOURS * MS_HOUR);
    is_child(&r, &two, CHILD_LAPSED);
    is_child(&r, &three, CHILD_OFFERED);
    MUST(r.cx, class_child_load(r.cx, three.c.id, &three.c));
    MUST(r.cx, class_confirm(r.cx, &three.c));
    EXPECT(r.cx, class_confirm(r.cx, &three.c), ERR_CONFLICT);
    MUST(r.cx, class_child_load(r.cx, one.c.id, &one.c));
    assert_false(one.c.name.n || one.c.contact.n || one.c.guardian.n); /* who left is nobody */
    class_pickup_list none = {0};
    MUST(r.cx, class_pickups(r.cx, one.c.id, &none));
    assert_int_equal(none.n, 0);
    MUST(r.cx, class_term_load(r.cx, r.term.id, &r.term));
    assert_int_equal(r.term.taken, 1);
    /* a backup from before may show both again, and is brought back where no keys are */
    r.cx->vault = NULL;
    MUST(r.cx, class_subject.erase(r.cx, three.c.id));
    subject_erased_list noted = {0};
    MUST(r.cx, subject_erased_all(r.cx, &noted));
    assert_true(noted.n == 2 && noted.at[0].subject_id == one.c.id &&
                noted.at[1].subject_id == three.c.id && str_is(noted.at[1].subject, "child"));
}

static void what_must_be_said_is_asked_for(void **state)
{
    (void)state;
    struct room r = open_room(3);
    struct kid k;
    class_pickup_list words = {0};
    EXPECT(r.cx, ask_place(&r, "小雨", (struct class_join){0}, &k), ERR_INPUT);
    EXPECT(r.cx, ask_place(&r, "", (struct class_join){.agrees = true}, &k), ERR_INPUT);
    EXPECT(r.cx,
           ask_place(&r, "小雨", (struct class_join){.agrees = true, .note = S("花生过敏")}, &k),
           ERR_INPUT);
    EXPECT(r.cx,
           ask_place(&r, "小雨", (struct class_join){.agrees = true, .contact = S("1395510")}, &k),
           ERR_INPUT);
    EXPECT(r.cx,
           ask_place(&r, "小雨", (struct class_join){.agrees = true, .contact = S("138")}, &k),
           ERR_INPUT);
    EXPECT(
        r.cx,
        ask_place(&r, "小雨", (struct class_join){.agrees = true, .second_contact = S("138")}, &k),
        ERR_INPUT);
    *PUSH(r.cx->mem, &words) = (struct class_pickup){.label = S("外婆"), .word = S("外婆来了")};
    EXPECT(r.cx, class_check_words(r.cx, &words), ERR_INPUT);
    words.at[0] = (struct class_pickup){.label = S("Nana"), .word = S("ｎａｎａ 1")};
    EXPECT(r.cx, class_check_words(r.cx, &words), ERR_INPUT);
    words.at[0] = (struct class_pickup){.label = S("外婆"), .word = S("7")};
    EXPECT(r.cx, class_check_words(r.cx, &words), ERR_INPUT);
    words.at[0].word = S(" Moon 42 ");
    *PUSH(r.cx->mem, &words) = (struct class_pickup){.label = S(""), .word = S("")};
    MUST(r.cx, class_check_words(r.cx, &words));
    MUST(r.cx, class_hash_words(r.cx, &words));
    assert_int_equal(words.n, 1);
    k = sign_up(&r, "小雨");
    MUST(r.cx, class_repick(r.cx, &k.c, &words));
    struct class_pickup by;
    MUST(r.cx, class_whose_word(r.cx, k.c.id, S("小白兔"), &by));
    assert_int_equal(by.id, 0); /* the old word opens nothing */
    MUST(r.cx, class_whose_word(r.cx, k.c.id, S("ｍｏｏｎ－４２"), &by));
    assert_true(str_is(by.label, "外婆"));
}

/* ---- an afternoon ---- */

static void a_child_goes_with_who_says_the_word(void **state)
{
    (void)state;
    struct room r = open_room(3);
    struct kid k = sign_up(&r, "小雨");
    class_lines lines = {0};
    go_to(r.h.t, minute(&r, 0, 15, 50));
    act(r.h.t, "leader");
    EXPECT(r.cx, class_today(r.cx, r.term.id, &lines), ERR_DENIED);
    teacher(&r);
    MUST(r.cx, class_today(r.cx, r.term.id, &lines));
    assert_int_equal(lines.n, 1);
    assert_int_equal(lines.at[0].day.state, DAY_EXPECTED);
    EXPECT(r.cx, collect(&r, &k, "word", "小白兔", "", ""), ERR_CONFLICT);
    EXPECT(r.cx, arrive(&r, &k, "word", "大灰狼"), ERR_MISSING);
    MUST(r.cx, arrive(&r, &k, "word", "小白兔"));
    EXPECT(r.cx, arrive(&r, &k, "alone", ""), ERR_CONFLICT);
    assert_true(str_is(day_now(&r, &k).in_by, "外婆"));
    go_to(r.h.t, minute(&r, 0, 18, 0));
    EXPECT(r.cx, collect(&r, &k, "word", "小黑兔", "", ""), ERR_MISSING);
    EXPECT(r.cx, collect(&r, &k, "called", "", "舅舅", ""), ERR_INPUT);
    MUST(r.cx, collect(&r, &k, "word", " 小白兔 ", "", ""));
    struct class_day d = day_now(&r, &k);
    assert_int_equal(d.state, DAY_OUT);
    assert_true(str_is(d.out_by, "外婆") && str_is(d.out_how, "word") && !d.alarm.n);
    go_to(r.h.t, minute(&r, 0, 22, 0));
    class_sum_list sums = {0};
    act(r.h.t, "leader");
    MUST(r.cx, class_sums(r.cx, r.term.id, &sums));
    assert_int_equal(sums.n, 1);
    assert_true(sums.at[0].expected == 1 && sums.at[0].came == 1 && sums.at[0].late == 0);
}

static void without_the_word_a_second_adult_stands_by(void **state)
{
    (void)state;
    struct room r = open_room(3);
    struct kid k = sign_up(&r, "小雨");
    go_to(r.h.t, minute(&r, 0, 16, 5));
    MUST(r.cx, arrive(&r, &k, "teacher", ""));
    for (int i = 0; i < 10; i++)
        EXPECT(r.cx, collect(&r, &k, "word", "猜一个", "", ""), ERR_MISSING);
    EXPECT(r.cx, collect(&r, &k, "word", "小白兔", "", ""), ERR_DENIED); /* somebody is guessing */
    MUST(r.cx, collect(&r, &k, "called", "", "舅舅来接，奶奶电话里说可以", "门卫老李"));
    assert_true(str_find(day_now(&r, &k).out_by, S("门卫老李在场")) >= 0);
}

static void who_is_not_there_is_missed(void **state)
{
    (void)state;
    struct room r = open_room(5);
    struct kid here = sign_up(&r, "小雨"), ill = sign_up(&r, "小风"), gone = sign_up(&r, "小雪");
    act_nobody(r.h.t);
    EXPECT(r.cx, class_excuse(r.cx, &ill.c, r.term.from_day + 5), ERR_INPUT); /* a Saturday */
    MUST(r.cx, class_excuse(r.cx, &ill.c, r.term.from_day));
    MUST(r.cx, class_excuse(r.cx, &ill.c, r.term.from_day)); /* pressed twice */
    go_to(r.h.t, minute(&r, 0, 16, 0));
    EXPECT(r.cx, class_excuse(r.cx, &gone.c, r.term.from_day), ERR_INPUT);
    MUST(r.cx, arrive(&r, &here, "teacher", ""));
    go_to(r.h.t, minute(&r, 0, 16, 19));
    assert_false(day_now(&r, &gone).alarm.n);
    go_to(r.h.t, minute(&r, 0, 16, 20));
    assert_true(str_is(day_now(&r, &gone).alarm, "late"));
    assert_false(day_now(&r, &ill).alarm.n || day_now(&r, &here).alarm.n);
    class_lines lines = {0};
    teacher(&r);
    MUST(r.cx, class_today(r.cx, r.term.id, &lines));
    assert_int_equal(lines.at[0].id, gone.c.id); /* alarms first */
    EXPECT(r.cx, class_called(r.cx, gone.c.id, S("")), ERR_INPUT);
    MUST(r.cx, class_called(r.cx, gone.c.id, S("奶奶说今天不来了")));
    go_to(r.h.t, minute(&r, 0, 18, 14));
    assert_false(day_now(&r, &here).alarm.n);
    go_to(r.h.t, minute(&r, 0, 18, 15));
    assert_true(str_is(day_now(&r, &here).alarm, "left"));
    MUST(r.cx, collect(&r, &here, "word", "小白兔", "", ""));
    go_to(r.h.t, minute(&r, 0, 23, 0));
    class_sum_list sums = {0};
    act(r.h.t, "leader");
    MUST(r.cx, class_sums(r.cx, r.term.id, &sums));
    assert_true(sums.at[0].expected == 3 && sums.at[0].came == 1 && sums.at[0].excused == 1 &&
                sums.at[0].absent == 1 && sums.at[0].late == 1);
}

static void a_holiday_has_no_alarm(void **state)
{
    (void)state;
    struct room r = open_room(5);
    struct kid k = sign_up(&r, "小雨");
    act(r.h.t, "leader");
    MUST(r.cx, clock_day_put(r.cx, r.term.from_day, false, S("停课")));
    go_to(r.h.t, minute(&r, 0, 23, 0));
    assert_false(day_now(&r, &k).id);
    go_to(r.h.t, minute(&r, 1, 16, 20));
    assert_true(str_is(day_now(&r, &k).alarm, "late"));
}

/* A server that was off for days goes on with the day it wakes up in. */
static void days_without_a_server_are_skipped(void **state)
{
    (void)state;
    struct room r = open_room(5);
    struct kid k = sign_up(&r, "小雨");
    test_advance(minute(&r, 3, 12, 0) - r.cx->now);
    go_to(r.h.t, minute(&r, 3, 16, 30));
    assert_true(str_is(day_now(&r, &k).alarm, "late"));
    class_day_list days = {0};
    MUST(r.cx, class_days(r.cx, k.c.id, &days));
    for (size_t i = 0; i < days.n; i++) {
        assert_int_equal(days.at[i].state, DAY_EXPECTED); /* nobody is absent for that */
        assert_true(days.at[i].day == time_day(r.cx->now) || !days.at[i].alarm.n);
    }
}

static void the_third_time_people_talk_and_nothing_else_happens(void **state)
{
    (void)state;
    struct room r = open_room(5);
    struct kid k = sign_up(&r, "小雨"), late = sign_up(&r, "小风");
    class_talk_list talks = {0};
    for (int d = 0; d < 3; d++) {
        go_to(r.h.t, minute(&r, d, 16, 0));
        MUST(r.cx, arrive(&r, &late, "alone", ""));
        go_to(r.h.t, minute(&r, d, 18, 40));
        MUST(r.cx, collect(&r, &late, "word", "小白兔", "", ""));
        MUST(r.cx, class_talks(r.cx, r.term.id, &talks));
        assert_int_equal(talks.n, d == 2);
    }
    go_to(r.h.t, minute(&r, 3, 10, 0));
    talks.n = 0;
    teacher(&r);
    MUST(r.cx, class_talks(r.cx, r.term.id, &talks));
    assert_int_equal(talks.n, 2);
    is_child(&r, &k, CHILD_PLACED); /* three absences: still hers */
    EXPECT(r.cx, class_talked(r.cx, talks.at[0].id, S("")), ERR_INPUT);
    MUST(r.cx, class_talked(r.cx, talks.at[0].id, S("奶奶说这周住院，下周照常")));
    EXPECT(r.cx, class_talked(r.cx, talks.at[0].id, S("又谈了一次")), ERR_CONFLICT);
    act(r.h.t, "leader");
    EXPECT(r.cx, class_talks(r.cx, r.term.id, &talks), ERR_DENIED);
    EXPECT(r.cx, class_talked(r.cx, talks.at[1].id, S("没有当班")), ERR_DENIED);
    EXPECT(r.cx, class_talked(r.cx, 1, S("没有这一条")), ERR_DENIED);
}

/* The guardian leaves the term (or takes the consent back, or has it deleted) while the child is in
 * the room: nobody is lost from sight, and then nothing of who it was stays. */
static void who_leaves_while_it_is_here_is_fetched_first(void **state)
{
    (void)state;
    struct room r = open_room(2);
    struct kid k = sign_up(&r, "小雨"), other = sign_up(&r, "小风"), next = sign_up(&r, "小雪");
    struct class_record rec;
    class_lines lines = {0};
    class_pickup_list words = {0};
    const struct consent_how how = {.is_guardian = true};
    go_to(r.h.t, minute(&r, 0, 16, 0));
    MUST(r.cx, arrive(&r, &k, "word", "小白兔"));
    MUST(r.cx, arrive(&r, &other, "teacher", ""));
    go_to(r.h.t, minute(&r, 0, 17, 0));
    act_nobody(r.h.t);
    MUST(r.cx, consent_set(r.cx, &class_consents, k.c.id, "class", false, &how));
    is_child(&r, &k, CHILD_LEFT);
    is_child(&r, &next, CHILD_OFFERED); /* from tomorrow on the place is another's */
    go_to(r.h.t, minute(&r, 0, 18, 15));
    teacher(&r);
    MUST(r.cx, class_today(r.cx, r.term.id, &lines));
    assert_int_equal(lines.n, 2);
    assert_true(str_is(lines.at[0].day.alarm, "left") && lines.at[0].name.n);
    MUST(r.cx, class_open(r.cx, k.c.id, S("contact"), S("left"), S(""), &rec));
    assert_true(str_is(rec.c.contact, "0551-0000 0022"));
    MUST(r.cx, class_called(r.cx, k.c.id, S("奶奶说外婆在路上")));
    MUST(r.cx, collect(&r, &k, "word", "小白兔", "", ""));
    struct class_day d = day_now(&r, &k);
    assert_int_equal(d.state, DAY_OUT);
    assert_false(d.in_by.n || d.out_by.n || d.called.n);
    MUST(r.cx, class_child_load(r.cx, k.c.id, &k.c));
    MUST(r.cx, class_pickups(r.cx, k.c.id, &words));
    assert_false(k.c.name.n || k.c.contact.n || k.c.guardian.n || words.n);
    lines.n = 0;
    MUST(r.cx, class_today(r.cx, r.term.id, &lines));
    assert_int_equal(lines.n, 1);
    EXPECT(r.cx, class_called(r.cx, k.c.id, S("又打了一次")), ERR_CONFLICT);
    /* nobody writes down who fetched the other one: it goes all the same, a day later */
    act_nobody(r.h.t);
    MUST(r.cx, class_child_load(r.cx, other.c.id, &other.c));
    MUST(r.cx, class_quit(r.cx, &other.c));
    go_to(r.h.t, minute(&r, 1, 11, 59));
    MUST(r.cx, class_child_load(r.cx, other.c.id, &other.c));
    assert_true(other.c.contact.n);
    go_to(r.h.t, minute(&r, 1, 12, 0));
    MUST(r.cx, class_child_load(r.cx, other.c.id, &other.c));
    assert_false(other.c.name.n || other.c.contact.n);
}

/* What was written about who has left goes too: who brought and fetched it, what was said. */
static void what_was_written_of_days_goes_with_who_leaves(void **state)
{
    (void)state;
    struct room r = open_room(3);
    struct kid k = sign_up(&r, "小雨");
    class_talk_list talks = {0};
    class_day_list days = {0};
    struct class_talk t;
    for (int d = 0; d < 3; d++) {
        go_to(r.h.t, minute(&r, d, 16, 0));
        MUST(r.cx, arrive(&r, &k, "word", "小白兔"));
        go_to(r.h.t, minute(&r, d, 18, 40));
        MUST(r.cx, class_called(r.cx, k.c.id, S("奶奶说在路上")));
        MUST(r.cx, collect(&r, &k, "word", "小白兔", "", ""));
    }
    MUST(r.cx, class_talks(r.cx, r.term.id, &talks));
    assert_int_equal(talks.n, 1);
    MUST(r.cx, class_talked(r.cx, talks.at[0].id, S("奶奶说这周住院")));
    act_nobody(r.h.t);
    MUST(r.cx, class_child_load(r.cx, k.c.id, &k.c));
    MUST(r.cx, class_quit(r.cx, &k.c));
    MUST(r.cx, class_days(r.cx, k.c.id, &days));
    assert_int_equal(days.n, 3);
    for (size_t i = 0; i < days.n; i++)
        assert_false(days.at[i].in_by.n || days.at[i].out_by.n || days.at[i].called.n);
    MUST(r.cx,
         db_one(r.cx, &class_sql_talk, &class_talk_shape, &t, ARGS(AS("id", talks.at[0].id))));
    assert_false(t.text.n);
}

/* ---- records ---- */

static void a_note_opens_with_the_card_in_the_room_alone(void **state)
{
    (void)state;
    struct room r = open_room(5);
    struct kid k;
    struct class_record rec;
    struct str text;
    MUST(r.cx,
         ask_place(&r, "小雨",
                   (struct class_join){
                       .agrees = true, .agrees_note = true, .note = S("花生过敏，药在书包里")},
                   &k));
    MUST(r.cx, class_child_load(r.cx, k.c.id, &k.c));
    assert_true(k.c.note.n > 0 && str_find(k.c.note, S("花生")) < 0);
    MUST(r.cx, class_term_load(r.cx, r.term.id, &r.term));
    assert_true(class_unseal(r.cx, &r.term, r.card, k.c.id, k.c.note, &text));
    assert_false(class_unseal(r.cx, &r.term, r.card, k.c.id + 1, k.c.note, &text)); /* another's */
    assert_false(class_unseal(r.cx, &r.term, S("ABCDEFGHJKLMNPQR"), k.c.id, k.c.note, &text));
    EXPECT(r.cx, class_open(r.cx, k.c.id, S("note"), S("unwell"), r.card, &rec), ERR_DENIED);
    act(r.h.t, "leader");
    EXPECT(r.cx, class_open(r.cx, k.c.id, S("contact"), S("unwell"), r.card, &rec), ERR_DENIED);
    teacher(&r);
    EXPECT(r.cx, class_open(r.cx, k.c.id, S("note"), S("curious"), r.card, &rec), ERR_INPUT);
    EXPECT(r.cx, class_open(r.cx, k.c.id, S("note"), S("unwell"), S("wrong"), &rec), ERR_INPUT);
    MUST(r.cx, class_open(r.cx, k.c.id, S("contact"), S("late"), S(""), &rec));
    assert_true(str_is(rec.c.guardian, "蔡奶奶") && !rec.note.n && !rec.c.word.n);
    struct str small = arena_printf(r.cx->mem, " %.*s-%.*s ", 4, r.card.p, 12, r.card.p + 4);
    MUST(r.cx, class_open(r.cx, k.c.id, S("note"), S("unwell"), small, &rec));
    assert_true(str_is(rec.note, "花生过敏，药在书包里"));
    opening_list seen = {0};
    MUST(r.cx, openings_of(r.cx, &class_seen, k.c.id, &seen));
    assert_int_equal(seen.n, 3); /* contact; note, and contact with it */
    assert_true(str_is(seen.at[0].person_name, "居一"));
    struct str card;
    act(r.h.t, "leader");
    EXPECT(r.cx, class_card(r.cx, r.term.id, r.term.version + 1, &card), ERR_CONFLICT);
    MUST(r.cx, class_card(r.cx, r.term.id, r.term.version, &card));
    MUST(r.cx, class_child_load(r.cx, k.c.id, &k.c));
    assert_true(!k.c.note.n && k.c.note_at < 0); /* asked to be written anew */
    act_nobody(r.h.t);
    EXPECT(r.cx, class_renote(r.cx, &k.c, S("花生过敏"), false), ERR_INPUT);
    MUST(r.cx, class_renote(r.cx, &k.c, S("花生过敏"), true));
    teacher(&r);
    act(r.h.t, "leader");
    struct str other;
    EXPECT(r.cx, class_card(r.cx, r.term.id, r.term.version, &other), ERR_CONFLICT); /* once more */
    teacher(&r);
    MUST(r.cx, class_open(r.cx, k.c.id, S("note"), S("unwell"), card, &rec));
    assert_true(str_is(rec.note, "花生过敏"));
}

static void number_and_word_or_the_link_open_it(void **state)
{
    (void)state;
    struct room r = open_room(5);
    struct kid k = sign_up(&r, "小雨");
    struct class_child c;
    assert_true(str_starts(k.c.number, S("K-")));
    MUST(r.cx, class_by_key(r.cx, k.c.id, k.key, &c));
    EXPECT(r.cx, class_by_key(r.cx, k.c.id, S("wrong"), &c), ERR_MISSING);
    MUST(r.cx, class_by_word(r.cx, k.c.number, k.c.word, &c));
    struct kid other = sign_up(&r, "小风");
    bool yes;
    MUST(r.cx, class_word_fits(r.cx, k.c.id, k.c.number, k.c.word, &yes));
    assert_true(yes);
    MUST(r.cx, class_word_fits(r.cx, other.c.id, k.c.number, k.c.word, &yes));
    assert_false(yes); /* a pass to one child is none to another */
    struct str wrong = str_is(k.c.word, "0000") ? S("1111") : S("0000");
    for (int i = 0; i < 10; i++)
        EXPECT(r.cx, class_by_word(r.cx, k.c.number, wrong, &c), ERR_MISSING);
    EXPECT(r.cx, class_by_word(r.cx, k.c.number, k.c.word, &c), ERR_DENIED);
    MUST(r.cx, class_word_fits(r.cx, k.c.id, k.c.number, k.c.word, &yes));
    assert_false(yes); /* nobody learns here that he guessed right */
}

/* ---- forgetting ---- */

static int64_t rows(struct room *r)
{
    struct class_forgotten f;
    MUST(r->cx, class_forget(r->cx, r->term.id, true, &f));
    return f.children + f.pickups + f.days + f.openings + f.talks + f.duties;
}

static void after_the_term_all_is_deleted_but_heads(void **state)
{
    (void)state;
    struct room r = open_room(5);
    struct kid k = sign_up(&r, "小雨"), other = sign_up(&r, "小风");
    struct class_record rec;
    struct class_forgotten dry;
    class_sum_list before = {0}, after = {0};
    go_to(r.h.t, minute(&r, 0, 16, 0));
    MUST(r.cx, arrive(&r, &k, "word", "小白兔"));
    MUST(r.cx, class_open(r.cx, k.c.id, S("contact"), S("start"), S(""), &rec));
    go_to(r.h.t, time_day_start(r.term.to_day + CLASS_KEPT_DAYS + 1) - MS_MINUTE);
    MUST(r.cx, class_forget(r.cx, r.term.id, true, &dry));
    assert_true(dry.children == 2 && dry.pickups == 2 && dry.openings == 1 && dry.days == 30 &&
                dry.talks == 0 && dry.duties == 15);
    act(r.h.t, "leader");
    MUST(r.cx, class_sums(r.cx, r.term.id, &before));
    assert_int_equal(before.n,
                     1); /* on the other days nobody was written down: there was no class */
    struct keep_hold hold = {.subject = S("child"),
                             .subject_id = other.c.id,
                             .number = other.c.number,
                             .reason = S("法院在审")};
    keep_hold_list holds = {0};
    MUST(r.cx, keep_hold_put(r.cx, &hold));
    go_to(r.h.t, time_day_start(r.term.to_day + CLASS_KEPT_DAYS + 1));
    /* the held child alone, and who was on duty */
    MUST(r.cx, class_forget(r.cx, r.term.id, true, &dry));
    assert_true(dry.children == 1 && dry.pickups == 1 && dry.openings == 0 && dry.days == 15 &&
                dry.duties == 15);
    MUST(r.cx, class_by_key(r.cx, other.c.id, other.key, &k.c));
    go_to(r.h.t, r.cx->now + 10 * MS_DAY);
    assert_true(rows(&r) > 0);
    MUST(r.cx, keep_holds(r.cx, &holds));
    MUST(r.cx, keep_hold_end(r.cx, holds.at[0].id));
    go_to(r.h.t, r.cx->now + MS_DAY);
    assert_int_equal(rows(&r), 0);
    struct class_child c;
    EXPECT(r.cx, class_by_key(r.cx, other.c.id, other.key, &c), ERR_MISSING);
    act(r.h.t, "leader");
    MUST(r.cx, class_sums(r.cx, r.term.id, &after));
    assert_int_equal(after.n, before.n);
    assert_memory_equal(after.at, before.at, before.n * sizeof *before.at);
    MUST(r.cx, class_term_load(r.cx, r.term.id, &r.term));
    assert_true(r.term.state == TERM_FORGOTTEN && !r.term.lock_private.n && r.term.taken == 0);
    go_to(r.h.t, r.cx->now + 100 * MS_DAY); /* nothing comes again */
}

/* Whoever leaves under a hold is shown to nobody; his data go when the hold ends. */
static void a_child_that_leaves_under_a_hold_goes_when_it_ends(void **state)
{
    (void)state;
    struct room r = open_room(5);
    struct kid k;
    struct class_record rec;
    class_pickup_list who = {0};
    MUST(r.cx,
         ask_place(&r, "小雨",
                   (struct class_join){.agrees = true, .agrees_note = true, .note = S("花生过敏")},
                   &k));
    struct keep_hold hold = {
        .subject = S("child"), .subject_id = k.c.id, .number = k.c.number, .reason = S("法院在审")};
    keep_hold_list holds = {0};
    MUST(r.cx, keep_hold_put(r.cx, &hold));
    MUST(r.cx, keep_holds(r.cx, &holds));
    act_nobody(r.h.t);
    MUST(r.cx,
         consent_set(r.cx, &class_consents, k.c.id, "health", false, &(struct consent_how){0}));
    teacher(&r);
    MUST(r.cx, class_open(r.cx, k.c.id, S("note"), S("unwell"), r.card, &rec));
    assert_true(rec.c.note.n && !rec.note.n); /* it is there, and nobody reads it */
    act_nobody(r.h.t);
    MUST(r.cx, class_child_load(r.cx, k.c.id, &k.c));
    MUST(r.cx, class_quit(r.cx, &k.c));
    is_child(&r, &k, CHILD_LEFT);
    teacher(&r);
    EXPECT(r.cx, class_open(r.cx, k.c.id, S("contact"), S("unwell"), r.card, &rec), ERR_CONFLICT);
    go_to(r.h.t, r.cx->now + 3 * MS_DAY);
    MUST(r.cx, class_child_load(r.cx, k.c.id, &k.c));
    assert_true(k.c.name.n && k.c.contact.n && k.c.guardian.n && k.c.note.n);
    MUST(r.cx, keep_hold_end(r.cx, holds.at[0].id));
    go_to(r.h.t, r.cx->now + MS_DAY);
    MUST(r.cx, class_child_load(r.cx, k.c.id, &k.c));
    assert_false(k.c.name.n || k.c.contact.n || k.c.guardian.n || k.c.note.n);
    MUST(r.cx, class_pickups(r.cx, k.c.id, &who));
    assert_int_equal(who.n, 0);
}

static void a_site_with_dates_and_terms_moves_and_does_not_end(void **state)
{
    static const struct site_ties *const ties[] = {&activity_ties};
    struct room r = open_room(2);
    struct activity a = {.programme_id = r.h.programme.id,
                         .site_id = r.h.site.id,
                         .title = S("学剪纸"),
                         .from_at = time_day_start(time_day(r.cx->now) + 5) + 14 * MS_HOUR,
                         .to_at = time_day_start(time_day(r.cx->now) + 5) + 16 * MS_HOUR,
                         .party_most = 1,
                         .confirm_hours = 24};
    struct shell_offers busy = {0};
    struct site s;
    struct place other;
    (void)state;
    site_ties_set(ties, COUNT(ties));
    act(r.h.t, "area_staff");
    MUST(r.cx, activity_put(r.cx, &a, false));
    town_place(r.h.t, &other, &r.h.t->top, "estate", "ZZ", "别的小区");
    act(r.h.t, "leader");
    assert_int_equal(site_end(r.cx, r.h.site.id), ERR_CONFLICT);
    assert_true(
        str_find(r.cx->fault.message, S("没有办完的活动 1 场、没有结束的四点半课堂 1 期")) >= 0);
    fault_clear(r.cx);
    MUST(r.cx, site_get(r.cx, r.h.site.id, &s));
    s.place_id = other.id;
    MUST(r.cx, site_put(r.cx, &s));
    MUST(r.cx, class_term_load(r.cx, r.term.id, &r.term));
    assert_true(str_eq(r.term.place_path, other.path));
    MUST(r.cx, activity_load(r.cx, a.id, &a));
    assert_true(str_eq(a.place_path, other.path));
    go_to(r.h.t, time_day_start(r.term.to_day + 1));
    act(r.h.t, "leader");
    MUST(r.cx, site_busy(r.cx, r.h.site.id, &busy));
    assert_int_equal(busy.n, 0);
    MUST(r.cx, site_end(r.cx, r.h.site.id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(statements_and_shapes_are_right, end),
        cmocka_unit_test_teardown(a_term_says_when_and_what_is_signed, end),
        cmocka_unit_test_teardown(the_rota_is_made_by_somebody_else, end),
        cmocka_unit_test_teardown(who_comes_too_late_waits, end),
        cmocka_unit_test_teardown(what_must_be_said_is_asked_for, end),
        cmocka_unit_test_teardown(a_child_goes_with_who_says_the_word, end),
        cmocka_unit_test_teardown(without_the_word_a_second_adult_stands_by, end),
        cmocka_unit_test_teardown(who_is_not_there_is_missed, end),
        cmocka_unit_test_teardown(a_holiday_has_no_alarm, end),
        cmocka_unit_test_teardown(days_without_a_server_are_skipped, end),
        cmocka_unit_test_teardown(the_third_time_people_talk_and_nothing_else_happens, end),
        cmocka_unit_test_teardown(who_leaves_while_it_is_here_is_fetched_first, end),
        cmocka_unit_test_teardown(what_was_written_of_days_goes_with_who_leaves, end),
        cmocka_unit_test_teardown(a_note_opens_with_the_card_in_the_room_alone, end),
        cmocka_unit_test_teardown(number_and_word_or_the_link_open_it, end),
        cmocka_unit_test_teardown(after_the_term_all_is_deleted_but_heads, end),
        cmocka_unit_test_teardown(a_child_that_leaves_under_a_hold_goes_when_it_ends, end),
        cmocka_unit_test_teardown(a_site_with_dates_and_terms_moves_and_does_not_end, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
