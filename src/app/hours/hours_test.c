/* hours_test -- who says what of a service and when it counts, corrections, the sample,
 * certificates from asking to revoking, the paper. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hours/hours_test.h"
#include "base/id.h"
#include "base/time.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- */

static void statements_and_shapes_are_right(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    MUST(cx, db_verify(cx, hours_feature.queries, *hours_feature.nqueries));
    for (size_t i = 0; i < hours_feature.nshapes; i++)
        assert_null(shape_fault(hours_feature.shapes[i]));
}

static void both_sides_say_and_it_counts(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国");
    struct match_offer o = arranged(t, &a);
    struct hours h;
    struct hours_said said = lasted(t, 90, 10, a.key);
    MUST(t->cx, hours_say(t->cx, o.id, OFFER_BY_HELPER, &said, &h));
    assert_int_equal(h.state, HOURS_WAITING);
    assert_int_equal(h.minutes, 90);
    assert_true(str_is(h.what, "陪聊天"));
    assert_int_equal(offer_state(t, o.id), OFFER_SERVED);
    assert_int_equal(sum_of(t, &a).minutes, 0); /* one side is not enough */
    jobs(t);
    said = (struct hours_said){.thanks = S("谢谢小周"), .minutes = 80, .key = t->key};
    MUST(t->cx, hours_agree(t->cx, o.id, &said, &h));
    assert_int_equal(h.state, HOURS_CONFIRMED);
    assert_true(str_is(h.confirm_kind, "link"));
    assert_int_equal(h.minutes, 90); /* 10 minutes apart: as the helper said */
    assert_int_equal(offer_state(t, o.id), OFFER_CONFIRMED);
    assert_int_equal(sum_of(t, &a).minutes, 90);
    assert_int_equal(sum_of(t, &a).times, 1);
    jobs(t);
    EXPECT(t->cx, hours_agree(t->cx, o.id, &said, &h), ERR_CONFLICT);
    said = lasted(t, 60, 10, a.key);
    EXPECT(t->cx, hours_say(t->cx, o.id, OFFER_BY_HELPER, &said, &h), ERR_CONFLICT);
    assert_int_equal(sum_of(t, &a).minutes, 90);
}

static void more_than_half_an_hour_apart_a_person_looks(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国");
    struct match_offer o = arranged(t, &a);
    struct hours h;
    hours_event_list story = {0};
    struct hours_said said = lasted(t, 120, 10, a.key);
    MUST(t->cx, hours_say(t->cx, o.id, OFFER_BY_HELPER, &said, &h));
    said = (struct hours_said){.minutes = 89, .key = t->key};
    MUST(t->cx, hours_agree(t->cx, o.id, &said, &h));
    assert_true(h.is_flagged);
    assert_int_equal(h.state, HOURS_WAITING);
    assert_int_equal(queue(t, "flagged"), 1);
    said = lasted(t, 90, 10, S(""));
    act(t, "leader");
    EXPECT(t->cx, hours_step(t->cx, h.id, S("correct"), &said, &h), ERR_DENIED);
    act(t, "verifier");
    EXPECT(t->cx, hours_step(t->cx, h.id, S("correct"), &said, &h), ERR_INPUT); /* why? */
    said.text = S("两边都问过，是一个半小时");
    MUST(t->cx, hours_step(t->cx, h.id, S("correct"), &said, &h));
    assert_false(h.is_flagged);
    assert_int_equal(h.minutes, 90);
    MUST(t->cx, hours_story(t->cx, h.id, &story));
    assert_int_equal(story.n, 4); /* said, the other side, differs, corrected: none is gone */
    assert_int_equal(story.at[0].minutes, 120);
    assert_int_equal(story.at[3].minutes, 90);
    assert_int_equal(sum_of(t, &a).minutes, 90);
}

static void four_digits_at_the_door_are_the_other_side(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国");
    struct match_offer o = arranged(t, &a);
    struct hours h;
    struct hours_said said = lasted(t, 30, 5, a.key);
    said.word = str_is(t->n.word, "0000") ? S("1111") : S("0000");
    MUST(t->cx, hours_say(t->cx, o.id, OFFER_BY_HELPER, &said, &h));
    assert_int_equal(h.state, HOURS_WAITING); /* what was typed is kept, and does not count */
    said.word = t->n.word;
    said.again = true;
    MUST(t->cx, hours_say(t->cx, o.id, OFFER_BY_HELPER, &said, &h));
    assert_int_equal(h.state, HOURS_CONFIRMED);
    assert_true(str_is(h.confirm_kind, "code"));
    assert_int_equal(offer_state(t, o.id), OFFER_CONFIRMED);
    MUST(t->cx, match_offer_load(t->cx, o.id, &o));
    assert_true(o.again_volunteer && !o.again_resident); /* that is the resident's to say */
}

/* Ten wrong words in an hour, then the right one does not help either. */
static void words_cannot_be_guessed(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国");
    struct match_offer o = arranged(t, &a);
    struct hours h;
    struct hours_said said = lasted(t, 30, 5, a.key);
    said.word = str_is(t->n.word, "0000") ? S("1111") : S("0000");
    for (int i = 0; i < 10; i++)
        MUST(t->cx, hours_say(t->cx, o.id, OFFER_BY_HELPER, &said, &h));
    said.word = t->n.word;
    MUST(t->cx, hours_say(t->cx, o.id, OFFER_BY_HELPER, &said, &h));
    assert_int_equal(h.state, HOURS_WAITING);
}

static void the_resident_may_speak_first(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国"), b = help_from(t, "吴乙");
    struct match_offer o = arranged(t, &a);
    struct hours h;
    struct hours_said said = {.minutes = 60, .key = t->key};
    MUST(t->cx, hours_agree(t->cx, o.id, &said, &h));
    assert_int_equal(h.state, HOURS_OPEN);
    jobs(t);
    said = lasted(t, 75, 5, a.key);
    MUST(t->cx, hours_say(t->cx, o.id, OFFER_BY_HELPER, &said, &h));
    assert_int_equal(h.state, HOURS_CONFIRMED);
    /* by match's own doors, without a word about the time: more than was arranged is looked at */
    o = arranged(t, &b);
    MUST(t->cx, offer_move(t->cx, o.id, S("confirm"), OFFER_BY_ASKER,
                           &(struct offer_move){.key = t->key}, &o));
    jobs(t);
    bool found;
    MUST(t->cx, hours_of_offer(t->cx, o.id, &h, &found));
    assert_true(found);
    assert_int_equal(h.state, HOURS_OPEN);
    said = lasted(t, 300, 5, b.key);
    MUST(t->cx, hours_say(t->cx, o.id, OFFER_BY_HELPER, &said, &h));
    assert_true(h.is_flagged);
}

static void what_goes_through_matching_counts_too(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国");
    struct match_offer o = arranged(t, &a);
    struct hours h;
    bool found;
    struct hours_said said = lasted(t, 45, 5, a.key);
    MUST(t->cx, hours_say(t->cx, o.id, OFFER_BY_HELPER, &said, &h));
    MUST(t->cx, offer_move(t->cx, o.id, S("confirm"), OFFER_BY_ASKER,
                           &(struct offer_move){.key = t->key}, &o));
    jobs(t);
    MUST(t->cx, hours_of_offer(t->cx, o.id, &h, &found));
    assert_int_equal(h.state, HOURS_CONFIRMED);
    assert_true(str_is(h.confirm_kind, "link"));
}

/* Nobody said from when to when: after a week staff asks, and what they hear counts. */
static void what_nobody_speaks_of_comes_to_staff(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国");
    struct match_offer o = arranged(t, &a);
    struct hours h;
    bool found;
    MUST(t->cx, offer_move(t->cx, o.id, S("served"), OFFER_BY_HELPER,
                           &(struct offer_move){.key = a.key}, &o));
    jobs(t);
    assert_int_equal(queue(t, "waiting"), 0);
    test_advance(HOURS_WAIT_DAYS * MS_DAY + MS_HOUR);
    assert_int_equal(queue(t, "waiting"), 1);
    MUST(t->cx, hours_of_offer(t->cx, o.id, &h, &found));
    act(t, "dispatcher");
    EXPECT(t->cx, hours_step(t->cx, h.id, S("confirm"), &(struct hours_said){0}, &h),
           ERR_CONFLICT); /* how long was it? */
    struct hours_said said = lasted(t, 60, 8 * 24 * 60, S(""));
    said.text = S("电话里问的");
    MUST(t->cx, hours_step(t->cx, h.id, S("correct"), &said, &h));
    assert_int_equal(queue(t, "waiting"), 0);
    assert_int_equal(sum_of(t, &a).minutes, 60);
}

static void times_that_cannot_be_are_refused(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国"), b = help_from(t, "吴乙");
    struct match_offer o = arranged(t, &a);
    struct hours h;
    const struct hours_said wrong[] = {
        {.key = a.key},
        lasted(t, -5, 60, a.key),
        lasted(t, 60, -30, a.key), /* ends in half an hour */
        lasted(t, 12 * 60 + 1, 5, a.key),
        lasted(t, 60, (HOURS_OLD_DAYS + 1) * 24 * 60, a.key),
        {.started_at = INT64_MIN, .ended_at = t->cx->now, .key = a.key},
        {.started_at = 1, .ended_at = INT64_MAX, .key = a.key},
    };
    for (size_t i = 0; i < COUNT(wrong); i++)
        EXPECT(t->cx, hours_say(t->cx, o.id, OFFER_BY_HELPER, &wrong[i], &h), ERR_INPUT);
    assert_int_equal(offer_state(t, o.id), OFFER_INTRODUCED);
    struct hours_said said = lasted(t, 60, 5, b.key);
    EXPECT(t->cx, hours_say(t->cx, o.id, OFFER_BY_HELPER, &said, &h), ERR_MISSING); /* not his */
    said.key = a.key;
    MUST(t->cx, hours_say(t->cx, o.id, OFFER_BY_HELPER, &said, &h));
    /* one more that overlaps by a minute, and one that only touches */
    said = lasted(t, 30, 64, a.key);
    said.volunteer_id = a.v.id;
    said.what = S("捡拾垃圾");
    EXPECT(t->cx, hours_add(t->cx, &said, &h), ERR_INPUT);
    said = lasted(t, 30, 65, a.key);
    said.volunteer_id = a.v.id;
    said.what = S("捡拾垃圾");
    MUST(t->cx, hours_add(t->cx, &said, &h));
    assert_int_equal(h.state, HOURS_WAITING);
}

static void by_hand_and_on_paper(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国");
    struct hours h;
    struct hours_said own = lasted(t, 60, 5, a.key);
    own.volunteer_id = a.v.id;
    EXPECT(t->cx, hours_add(t->cx, &own, &h), ERR_INPUT); /* what? */
    own.what = S("给孩子讲安全课");
    MUST(t->cx, hours_add(t->cx, &own, &h));
    assert_int_equal(queue(t, "waiting"), 1);
    act(t, "clerk");
    MUST(t->cx, hours_step(t->cx, h.id, S("confirm"),
                           &(struct hours_said){.paper_number = S("2026-17")}, &h));
    assert_true(str_is(h.confirm_kind, "paper"));
    EXPECT(t->cx, hours_step(t->cx, h.id, S("confirm"), &(struct hours_said){0}, &h), ERR_CONFLICT);
    struct hours_said team = lasted(t, 120, 90, S(""));
    team.volunteer_id = a.v.id;
    team.what = S("清理楼道");
    EXPECT(t->cx, hours_add(t->cx, &team, &h), ERR_INPUT); /* on which paper? */
    team.paper_number = S("2026-18");
    act(t, "grid_worker");
    EXPECT(t->cx, hours_add(t->cx, &team, &h), ERR_DENIED);
    act(t, "dispatcher");
    MUST(t->cx, hours_add(t->cx, &team, &h));
    assert_int_equal(h.state, HOURS_CONFIRMED);
    assert_int_equal(sum_of(t, &a).minutes, 180);
    act(t, "dispatcher");
    EXPECT(t->cx, hours_step(t->cx, h.id, S("refuse"), &(struct hours_said){0}, &h), ERR_INPUT);
    MUST(t->cx, hours_step(t->cx, h.id, S("refuse"),
                           &(struct hours_said){.text = S("签到表上没有他")}, &h));
    EXPECT(t->cx, hours_step(t->cx, h.id, S("erase"), &(struct hours_said){0}, &h), ERR_MISSING);
    assert_int_equal(sum_of(t, &a).minutes, 60);
    /* what is refused stands in nobody's way */
    act(t, "dispatcher");
    MUST(t->cx, hours_add(t->cx, &team, &h));
}

static void hours_are_shown_with_one_decimal(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    assert_true(str_is(hours_words(cx, 0), "0.0"));
    assert_true(str_is(hours_words(cx, 2), "0.0"));
    assert_true(str_is(hours_words(cx, 3), "0.1"));
    assert_true(str_is(hours_words(cx, 90), "1.5"));
    assert_true(str_is(hours_words(cx, 7080), "118.0"));
}

/* ---- the sample ---- */

static void fill_month(struct town *t, struct helper *h, int n)
{
    act(t, "clerk");
    for (int i = 0; i < n; i++) {
        struct hours out;
        struct hours_said said = lasted(t, 20, 5 + i * 30, S(""));
        said.volunteer_id = h->v.id;
        said.what = S("清理楼道");
        said.paper_number = S("2026-1");
        MUST(t->cx, hours_add(t->cx, &said, &out));
    }
}

static void a_few_of_each_month_are_called(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国");
    struct hours_draw d;
    hours_call_list calls = {0};
    struct hours_call out;
    int64_t month = hours_month(t->cx->now), next;
    fill_month(t, &a, 40);
    EXPECT(t->cx, hours_draw_month(t->cx, month), ERR_CONFLICT); /* not over yet */
    while (hours_month(t->cx->now) == month) {
        jobs(t);
        MUST(t->cx, job_next(t->cx, &next));
        test_advance(next > t->cx->now ? next - t->cx->now : MS_HOUR);
    }
    jobs(t);
    MUST(t->cx, hours_calls(t->cx, 0, &d, &calls));
    assert_int_equal(d.id, month);
    assert_int_equal(d.total, 40);
    assert_int_equal(d.picked, 2); /* 1.2: rounded up */
    assert_int_equal(calls.n, 2);
    assert_true(calls.at[0].hours_id != calls.at[1].hours_id);
    MUST(t->cx, hours_draw_month(t->cx, month)); /* again: nothing */
    calls.n = 0;
    MUST(t->cx, hours_calls(t->cx, month, &d, &calls));
    assert_int_equal(calls.n, 2);
    act(t, "verifier");
    EXPECT(t->cx, hours_called(t->cx, calls.at[0].id, &(struct hours_call){0}, &out), ERR_INPUT);
    EXPECT(t->cx,
           hours_called(t->cx, calls.at[0].id, &(struct hours_call){.outcome = S("differs")}, &out),
           ERR_INPUT); /* what differs? */
    MUST(t->cx, hours_called(t->cx, calls.at[0].id,
                             &(struct hours_call){.outcome = S("not_reached")}, &out));
    MUST(t->cx,
         hours_called(t->cx, calls.at[0].id,
                      &(struct hours_call){.outcome = S("differs"), .note = S("说没来过")}, &out));
    EXPECT(t->cx,
           hours_called(t->cx, calls.at[0].id, &(struct hours_call){.outcome = S("agreed")}, &out),
           ERR_CONFLICT);
    assert_int_equal(queue(t, "flagged"), 1);
    assert_int_equal(sum_of(t, &a).times, 39); /* does not count until somebody has looked */
    act(t, "leader");
    EXPECT(t->cx,
           hours_called(t->cx, calls.at[1].id, &(struct hours_call){.outcome = S("agreed")}, &out),
           ERR_DENIED);
}

/* What who was helped has said goes with his need; the service stays the helper's. */
static void words_of_who_was_helped_are_erased_with_his_need(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国");
    struct match_offer o = arranged(t, &a);
    struct hours h;
    struct hours_draw d;
    const struct hours_call call = {.outcome = S("differs"), .note = S("她说腿疼，记不清了")};
    hours_call_list calls = {0};
    hours_event_list story = {0};
    struct hours_said said = lasted(t, 90, 10, a.key);
    MUST(t->cx, hours_say(t->cx, o.id, OFFER_BY_HELPER, &said, &h));
    said = (struct hours_said){.thanks = S("谢谢小周"), .minutes = 90, .key = t->key};
    MUST(t->cx, hours_agree(t->cx, o.id, &said, &h));
    test_advance(31 * MS_DAY);
    MUST(t->cx, hours_draw_month(t->cx, hours_month(h.confirmed_at)));
    MUST(t->cx, hours_calls(t->cx, 0, &d, &calls));
    act(t, "verifier");
    MUST(t->cx, hours_called(t->cx, calls.at[0].id, &call, &calls.at[0]));
    MUST(t->cx, hours_parts[1].erased(t->cx, t->n.id));
    MUST(t->cx, hours_load(t->cx, h.id, &h));
    assert_true(h.thanks.n == 0 && h.minutes == 90);
    MUST(t->cx, hours_calls(t->cx, 0, &d, &calls));
    assert_true(str_is(calls.at[1].outcome, "differs") && calls.at[1].note.n == 0);
    MUST(t->cx, hours_story(t->cx, h.id, &story));
    for (size_t i = 0; i < story.n; i++)
        assert_true(str_find(story.at[i].text, S("腿疼")) < 0);
}

/* ---- certificates ---- */

static struct cert ask_cert(struct town *t, struct helper *h)
{
    struct cert c;
    int64_t today = time_day(t->cx->now);
    act_nobody(t);
    MUST(t->cx, cert_ask(t->cx,
                         &(struct cert_asked){.volunteer_id = h->v.id,
                                              .from_day = today - 60,
                                              .to_day = today,
                                              .key = h->key},
                         &c));
    return c;
}

static void step(struct town *t, const char *who, struct cert *c, const char *code,
                 const char *reason)
{
    act(t, who);
    MUST(t->cx,
         cert_step(t->cx, c->id, str_c(code), &(struct cert_asked){.reason = str_c(reason)}, c));
}

static void refused_step(struct town *t, const char *who, struct cert *c, const char *code,
                         enum err want)
{
    struct cert out;
    act(t, who);
    EXPECT(t->cx, cert_step(t->cx, c->id, str_c(code), &(struct cert_asked){0}, &out), want);
}

static struct cert issued(struct town *t, struct helper *h)
{
    struct cert c = ask_cert(t, h);
    step(t, "clerk", &c, "check", "");
    step(t, "leader", &c, "issue", "");
    return c;
}

static void a_certificate_takes_two_people(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国"), b = help_from(t, "吴乙");
    struct cert c, other;
    cert_list all = {0};
    int64_t today = time_day(t->cx->now);
    act_nobody(t);
    struct cert_asked asked = {
        .volunteer_id = a.v.id, .from_day = today - 60, .to_day = today, .key = a.key};
    EXPECT(t->cx, cert_ask(t->cx, &asked, &c), ERR_INPUT); /* nothing counts yet */
    fill_month(t, &a, 3);
    act_nobody(t);
    asked.to_day = today + 1;
    EXPECT(t->cx, cert_ask(t->cx, &asked, &c), ERR_INPUT);
    asked.to_day = today;
    asked.key = b.key;
    EXPECT(t->cx, cert_ask(t->cx, &asked, &c), ERR_MISSING);
    c = ask_cert(t, &a);
    asked.key = a.key;
    EXPECT(t->cx, cert_ask(t->cx, &asked, &other), ERR_CONFLICT); /* one at a time */
    refused_step(t, "leader", &c, "issue", ERR_CONFLICT);
    refused_step(t, "leader", &c, "check", ERR_DENIED);
    refused_step(t, "verifier", &c, "check", ERR_DENIED);
    refused_step(t, "clerk", &c, "refuse", ERR_INPUT);
    step(t, "clerk", &c, "check", "");
    assert_int_equal(c.minutes, 60);
    refused_step(t, "clerk", &c, "issue", ERR_DENIED);
    step(t, "leader", &c, "issue", "");
    struct civil now = time_civil(t->cx->now);
    assert_true(str_starts(c.number, arena_printf(t->cx->mem, "C-%d-000001-", now.year)));
    assert_int_equal(c.hash.n, 64);
    assert_true(str_is(c.handler_name, "窗一"));
    assert_true(str_is(c.head_name, "书一"));
    act_nobody(t);
    MUST(t->cx, cert_mine(t->cx, a.v.id, a.key, &all));
    assert_int_equal(all.n, 1);
    EXPECT(t->cx, cert_get(t->cx, c.id, b.key, &other), ERR_MISSING);
    EXPECT(t->cx, cert_get(t->cx, c.id, S(""), &other), ERR_DENIED);
    MUST(t->cx, cert_get(t->cx, c.id, a.key, &other));
    struct cert second = issued(t, &a);
    assert_true(str_find(second.number, S("-000002-")) > 0);
}

/* The days of showing are over. */
static void wait_shown(struct town *t)
{
    test_advance(CERT_SHOWN_DAYS * MS_DAY);
    jobs(t);
}

static void anybody_can_verify_and_learns_no_name(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国");
    fill_month(t, &a, 3);
    struct cert c = issued(t, &a);
    struct cert_checked v;
    struct out json;
    act_nobody(t);
    MUST(t->cx, cert_verify(t->cx, c.number, S(""), &v));
    assert_true(str_is(v.state, "shown"));
    wait_shown(t);
    act_nobody(t);
    MUST(t->cx, cert_verify(t->cx, c.number, S(""), &v));
    assert_true(str_is(v.state, "valid"));
    assert_false(v.has_hash);
    assert_int_equal(v.minutes, 60);
    out_init(&json, t->cx->mem);
    shape_json(t->cx, &json, &cert_checked_shape, &v);
    assert_true(str_find(out_text(&json), S("周建国")) < 0);
    MUST(t->cx, cert_verify(t->cx, c.number, str_cut(c.hash, 0, 16), &v));
    assert_true(v.is_same);
    char large[80];
    snprintf(large, sizeof large, "%.*s", STR(c.hash));
    for (char *p = large; *p; p++)
        *p = (char)(*p >= 'a' ? *p - 32 : *p);
    MUST(t->cx,
         cert_verify(t->cx, c.number, arena_printf(t->cx->mem, "%.8s %s", large, large + 8), &v));
    assert_true(v.is_same);
    MUST(t->cx, cert_verify(t->cx, c.number, str_cut(c.hash, 0, 15), &v)); /* too little to say */
    assert_false(v.is_same);
    large[3] = large[3] == '0' ? '1' : '0';
    MUST(t->cx, cert_verify(t->cx, c.number, str_c(large), &v));
    assert_true(v.has_hash && !v.is_same);
    EXPECT(t->cx, cert_verify(t->cx, S("C-2026-000009-9"), S(""), &v), ERR_INPUT);
    EXPECT(t->cx, cert_verify(t->cx, S(""), S(""), &v), ERR_INPUT);
    EXPECT(t->cx, cert_verify(t->cx, id_number_year(t->cx, 'C', t->cx->now, 77), S(""), &v),
           ERR_MISSING);
}

static void corrected_and_revoked_stay_in_the_register(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国");
    hours_list all = {0};
    struct hours h;
    struct hours_sum now;
    struct cert_checked v;
    struct str bytes;
    fill_month(t, &a, 3);
    struct cert c = issued(t, &a), old = c;
    refused_step(t, "clerk", &c, "correct", ERR_INPUT);
    act(t, "clerk");
    MUST(t->cx, hours_find(t->cx, S("all"), &all));
    MUST(t->cx, hours_step(t->cx, all.at[0].id, S("refuse"),
                           &(struct hours_said){.text = S("写重了")}, &h));
    MUST(t->cx, cert_now(t->cx, &c, &now));
    assert_int_equal(now.minutes, 40);
    step(t, "clerk", &c, "correct", "有一次写重了");
    assert_true(c.id != old.id);
    refused_step(t, "clerk", &old, "correct", ERR_INPUT);
    act_nobody(t);
    MUST(t->cx, cert_verify(t->cx, old.number, S(""), &v));
    assert_true(str_is(v.state, "shown")); /* until the new one is issued */
    step(t, "leader", &c, "issue", "");
    assert_int_equal(c.minutes, 40);
    MUST(t->cx, cert_verify(t->cx, old.number, S(""), &v));
    assert_true(str_is(v.state, "corrected"));
    assert_true(str_eq(v.next_number, c.number));
    refused_step(t, "clerk", &c, "revoke", ERR_DENIED);
    refused_step(t, "leader", &c, "revoke", ERR_INPUT);
    step(t, "leader", &c, "revoke", "弄错了人");
    MUST(t->cx, cert_verify(t->cx, c.number, S(""), &v));
    assert_true(str_is(v.state, "revoked"));
    EXPECT(t->cx, cert_pdf(t->cx, &c, &(struct cert_papers){0}, S("https://a.cn"), &bytes),
           ERR_CONFLICT);
    refused_step(t, "clerk", &c, "correct", ERR_CONFLICT);
}

static void object(struct town *t, const struct cert *c, const struct helper *h, const char *text,
                   enum err want)
{
    act_nobody(t);
    enum err e = cert_object(t->cx, c->id, h->v.id, h->key, str_c(text));
    assert_int_equal(e, want);
    if (e != OK)
        fault_clear(t->cx);
}

static void a_certificate_is_shown_to_the_team_before_it_holds(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国"), b = help_from(t, "老李");
    struct cert c;
    struct cert_checked v;
    cert_list shown = {0};
    cert_objection_list said = {0};
    fill_month(t, &a, 3);
    c = issued(t, &a);
    assert_false(cert_holds(t->cx, &c));
    act_nobody(t);
    MUST(t->cx, cert_shown(t->cx, b.v.id, b.key, &shown));
    assert_true(shown.n == 1 && shown.at[0].id == c.id);
    assert_int_equal(shown.at[0].name.n, 0); /* he did not say that his name may be read */
    EXPECT(t->cx, cert_shown(t->cx, b.v.id, a.key, &shown), ERR_MISSING);
    object(t, &c, &b, " ", ERR_INPUT);
    object(t, &c, &a, "时间不对", ERR_INPUT); /* his own */
    object(t, &c, &b, "那天他不在", OK);
    object(t, &c, &b, "那天他不在", ERR_CONFLICT);
    wait_shown(t);
    act_nobody(t);
    MUST(t->cx, cert_verify(t->cx, c.number, S(""), &v));
    assert_true(str_is(v.state, "shown")); /* the days are over, but nobody has answered */
    refused_step(t, "verifier", &c, "answer", ERR_DENIED);
    refused_step(t, "clerk", &c, "answer", ERR_INPUT);
    step(t, "clerk", &c, "answer", "签到表上有他");
    assert_true(cert_holds(t->cx, &c));
    refused_step(t, "clerk", &c, "answer", ERR_CONFLICT);
    act_nobody(t);
    MUST(t->cx, cert_verify(t->cx, c.number, S(""), &v));
    assert_true(str_is(v.state, "valid"));
    MUST(t->cx, cert_objections_mine(t->cx, b.v.id, b.key, &said));
    assert_true(said.n == 1 && str_is(said.at[0].answer, "签到表上有他"));
    EXPECT(t->cx, cert_objections(t->cx, c.id, &said), ERR_DENIED);
    object(t, &c, &b, "还有一次", ERR_MISSING); /* no longer shown */
}

/* ---- the paper ---- */

static const char *ask_pdf(struct cx *cx, struct str pdf, const char *command)
{
    char path[] = "/tmp/linghang-cert-XXXXXX", line[200];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "wb");
    assert_int_equal(fwrite(pdf.p, 1, pdf.n, f), pdf.n);
    assert_int_equal(fclose(f), 0);
    snprintf(line, sizeof line, command, path);
    FILE *answer = popen(line, "r");
    assert_non_null(answer);
    char *text = arena_alloc(cx->mem, 20000);
    text[fread(text, 1, 19999, answer)] = 0;
    assert_int_equal(pclose(answer), 0);
    remove(path);
    return text;
}

static void the_paper_holds_what_it_must(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国");
    struct str one, two, blank;
    const struct cert_papers papers = {S("居民身份证"), S("11010519491231002X")};
    fill_month(t, &a, 3);
    struct cert c = issued(t, &a);
    const struct str site = S("https://linli.example.cn");
    MUST(t->cx, cert_pdf(t->cx, &c, &papers, site, &one));
    MUST(t->cx, cert_pdf(t->cx, &c, &papers, site, &two));
    assert_true(str_eq(one, two));
    const char *text = ask_pdf(t->cx, one, "pdftotext -layout %s -");
    const struct str wanted[] = {c.name,
                                 c.volunteer_number,
                                 S("11010519491231002X"),
                                 c.number,
                                 S("1.0"),
                                 S("清理楼道"),
                                 c.head_name,
                                 c.handler_name,
                                 c.issuer,
                                 c.phone,
                                 str_cut(c.hash, 0, 4),
                                 S("不含路上时间")};
    for (size_t i = 0; i < COUNT(wanted); i++)
        if (!strstr(text, arena_cstr(t->cx->mem, wanted[i])))
            fail_msg("%.*s is not on the paper:\n%s", STR(wanted[i]), text);
    MUST(t->cx, cert_pdf(t->cx, &c, &(struct cert_papers){0}, site, &blank));
    assert_null(strstr(ask_pdf(t->cx, blank, "pdftotext -layout %s -"), "11010519491231002X"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(statements_and_shapes_are_right, end),
        cmocka_unit_test_teardown(both_sides_say_and_it_counts, end),
        cmocka_unit_test_teardown(more_than_half_an_hour_apart_a_person_looks, end),
        cmocka_unit_test_teardown(four_digits_at_the_door_are_the_other_side, end),
        cmocka_unit_test_teardown(words_cannot_be_guessed, end),
        cmocka_unit_test_teardown(the_resident_may_speak_first, end),
        cmocka_unit_test_teardown(what_goes_through_matching_counts_too, end),
        cmocka_unit_test_teardown(what_nobody_speaks_of_comes_to_staff, end),
        cmocka_unit_test_teardown(times_that_cannot_be_are_refused, end),
        cmocka_unit_test_teardown(by_hand_and_on_paper, end),
        cmocka_unit_test_teardown(hours_are_shown_with_one_decimal, end),
        cmocka_unit_test_teardown(a_few_of_each_month_are_called, end),
        cmocka_unit_test_teardown(words_of_who_was_helped_are_erased_with_his_need, end),
        cmocka_unit_test_teardown(a_certificate_takes_two_people, end),
        cmocka_unit_test_teardown(a_certificate_is_shown_to_the_team_before_it_holds, end),
        cmocka_unit_test_teardown(anybody_can_verify_and_learns_no_name, end),
        cmocka_unit_test_teardown(corrected_and_revoked_stay_in_the_register, end),
        cmocka_unit_test_teardown(the_paper_holds_what_it_must, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
