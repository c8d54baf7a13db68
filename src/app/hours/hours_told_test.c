/* hours_told_test -- who reads what of a record of service and of a certificate, and that nothing
 * of them ends where nobody can go on. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hours/hours_test.h"

static struct hours on_paper(struct town *t, struct helper *a, int64_t minutes, int64_t ago)
{
    struct hours h;
    struct hours_said said = lasted(t, minutes, ago, S(""));
    said.volunteer_id = a->v.id;
    said.what = S("捡垃圾");
    said.paper_number = S("A-1");
    act(t, "clerk");
    MUST(t->cx, hours_add(t->cx, &said, &h));
    return h;
}

static void words_of_thanks_are_for_the_helper_alone(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国");
    struct match_offer o = arranged(t, &a);
    struct hours h;
    hours_list all = {0}, mine = {0};
    struct hours_sum sum;
    struct hours_said said = lasted(t, 60, 10, a.key);
    MUST(t->cx, hours_say(t->cx, o.id, OFFER_BY_HELPER, &said, &h));
    said = (struct hours_said){.thanks = S("谢谢小周"), .key = t->key};
    MUST(t->cx, hours_agree(t->cx, o.id, &said, &h));
    static const char *const readers[] = {"clerk", "dispatcher", "duty_lead", "verifier", "leader"};
    for (size_t i = 0; i < COUNT(readers); i++) {
        act(t, readers[i]);
        all.n = 0;
        MUST(t->cx, hours_get(t->cx, h.id, &h));
        MUST(t->cx, hours_find(t->cx, S("all"), &all));
        assert_true(all.n == 1 && !all.at[0].thanks.n && !h.thanks.n);
    }
    act_nobody(t);
    MUST(t->cx, hours_mine(t->cx, a.v.id, a.key, &mine, &sum));
    assert_true(str_is(mine.at[0].thanks, "谢谢小周"));
}

static void the_helper_reads_why_it_does_not_count(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国"), b = help_from(t, "吴乙");
    struct hours h = on_paper(t, &a, 60, 10);
    hours_event_list why = {0};
    struct hours_said said = lasted(t, 30, 10, S(""));
    said.text = S("签到表上是半小时");
    MUST(t->cx, hours_step(t->cx, h.id, S("correct"), &said, &h));
    said.text = S("和上周那张重了");
    MUST(t->cx, hours_step(t->cx, h.id, S("refuse"), &said, &h));
    act_nobody(t);
    MUST(t->cx, hours_reasons(t->cx, a.v.id, a.key, &why));
    assert_int_equal(why.n, 2);
    assert_true(why.at[1].hours_id == h.id && str_is(why.at[1].text, "和上周那张重了"));
    why.n = 0;
    MUST(t->cx, hours_reasons(t->cx, b.v.id, b.key, &why));
    assert_int_equal(why.n, 0);
    EXPECT(t->cx, hours_reasons(t->cx, a.v.id, b.key, &why), ERR_MISSING);
}

/* ---- nothing stays where nobody can go on ---- */

static void what_was_refused_is_settled_whatever_a_call_says(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国");
    struct hours h = on_paper(t, &a, 60, 10);
    struct hours_draw d;
    struct hours_call out;
    hours_call_list calls = {0};
    const struct hours_call differs = {.outcome = S("differs"), .note = S("没有这回事")};
    const struct hours_said why = {.text = S("重复录了")};
    test_advance(31 * MS_DAY);
    jobs(t);
    act(t, "verifier");
    MUST(t->cx, hours_calls(t->cx, 0, &d, &calls));
    MUST(t->cx, hours_step(t->cx, h.id, S("refuse"), &why, &h));
    MUST(t->cx, hours_called(t->cx, calls.at[0].id, &differs, &out));
    assert_int_equal(queue(t, "flagged"), 0);
    /* one that was flagged before that was so is put away by refusing once more */
    MUST(t->cx, hours_load(t->cx, h.id, &h));
    h.is_flagged = true;
    MUST(t->cx, hours_save(t->cx, &h));
    act(t, "verifier");
    MUST(t->cx, hours_step(t->cx, h.id, S("refuse"), &why, &h));
    assert_int_equal(queue(t, "flagged"), 0);
    act(t, "verifier");
    EXPECT(t->cx, hours_step(t->cx, h.id, S("refuse"), &why, &h), ERR_CONFLICT);
}

static void staff_who_has_the_papers_goes_back_further(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国");
    struct hours h = on_paper(t, &a, 60, 10), old;
    struct hours_said said = lasted(t, 30, 10, S(""));
    test_advance((HOURS_OLD_DAYS + 1) * MS_DAY);
    said.text = S("少半小时");
    act(t, "clerk");
    MUST(t->cx, hours_step(t->cx, h.id, S("correct"), &said, &h));
    old = on_paper(t, &a, 60, (HOURS_OLD_DAYS + 3) * 24 * 60);
    assert_int_equal(old.state, HOURS_CONFIRMED);
    said = lasted(t, 60, (HOURS_OLD_YEARS + 1) * 366 * 24 * 60, S(""));
    said.volunteer_id = a.v.id;
    said.what = said.paper_number = S("年份写错了");
    EXPECT(t->cx, hours_add(t->cx, &said, &h), ERR_INPUT);
    act_nobody(t);
    said = lasted(t, 60, (HOURS_OLD_DAYS + 5) * 24 * 60, a.key);
    said.volunteer_id = a.v.id;
    said.what = S("捡垃圾");
    EXPECT(t->cx, hours_add(t->cx, &said, &h), ERR_INPUT); /* to the counter, with the papers */
}

static void who_left_the_minutes_empty_takes_it_as_the_helper_says(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国");
    struct match_offer o = arranged(t, &a);
    struct hours h;
    MUST(t->cx, hours_agree(t->cx, o.id, &(struct hours_said){.key = t->key}, &h));
    assert_int_equal(h.state, HOURS_OPEN);
    struct hours_said said = lasted(t, 60, 10, a.key);
    MUST(t->cx, hours_say(t->cx, o.id, OFFER_BY_HELPER, &said, &h));
    assert_true(h.state == HOURS_CONFIRMED && !h.is_flagged && h.minutes == 60);
}

/* ---- certificates ---- */

static struct cert issued(struct town *t, struct helper *a, bool agrees_shown)
{
    struct cert c;
    const struct cert_asked ask = {.volunteer_id = a->v.id,
                                   .from_day = time_day(t->cx->now) - 30,
                                   .to_day = time_day(t->cx->now),
                                   .agrees_shown = agrees_shown,
                                   .key = a->key},
                            none = {0};
    on_paper(t, a, 60, 10);
    act_nobody(t);
    MUST(t->cx, cert_ask(t->cx, &ask, &c));
    act(t, "clerk");
    MUST(t->cx, cert_step(t->cx, c.id, S("check"), &none, &c));
    act(t, "leader");
    MUST(t->cx, cert_step(t->cx, c.id, S("issue"), &none, &c));
    act_nobody(t);
    return c;
}

static struct str name_shown(struct town *t, struct helper *to, int64_t id)
{
    cert_list shown = {0};
    act_nobody(t);
    MUST(t->cx, cert_shown(t->cx, to->v.id, to->key, &shown));
    for (size_t i = 0; i < shown.n; i++)
        if (shown.at[i].id == id)
            return shown.at[i].name;
    fail_msg("not shown");
    return S("");
}

static void an_objection_stands_on_a_list_until_it_is_answered(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国"), b = help_from(t, "吴乙");
    struct cert c = issued(t, &a, false);
    cert_list all = {0};
    act(t, "clerk");
    MUST(t->cx, cert_objected(t->cx, &all));
    assert_int_equal(all.n, 0);
    act_nobody(t);
    EXPECT(t->cx, cert_objected(t->cx, &all), ERR_DENIED);
    MUST(t->cx, cert_object(t->cx, c.id, b.v.id, b.key, S("那天他没来")));
    act(t, "clerk");
    MUST(t->cx, cert_objected(t->cx, &all));
    assert_true(all.n == 1 && all.at[0].id == c.id);
    MUST(t->cx, cert_step(t->cx, c.id, S("answer"),
                          &(struct cert_asked){.reason = S("签到表上有他")}, &c));
    all.n = 0;
    MUST(t->cx, cert_objected(t->cx, &all));
    assert_int_equal(all.n, 0);
}

static void that_a_name_is_shown_is_taken_back(void **state)
{
    (void)state;
    struct town *t = make();
    struct helper a = help_from(t, "周建国"), b = help_from(t, "吴乙"), d = help_from(t, "郑丁");
    struct cert c = issued(t, &a, true), e = issued(t, &d, true);
    assert_true(str_is(name_shown(t, &b, c.id), "周建国"));
    EXPECT(t->cx, cert_unname(t->cx, a.v.id, b.key), ERR_MISSING);
    MUST(t->cx, cert_unname(t->cx, a.v.id, a.key));
    assert_int_equal(name_shown(t, &b, c.id).n, 0);
    assert_true(name_shown(t, &b, e.id).n > 0);
    MUST(t->cx, hours_parts[0].erased(t->cx, d.v.id)); /* and with all that is held of him */
    assert_int_equal(name_shown(t, &b, e.id).n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(words_of_thanks_are_for_the_helper_alone, end),
        cmocka_unit_test_teardown(the_helper_reads_why_it_does_not_count, end),
        cmocka_unit_test_teardown(what_was_refused_is_settled_whatever_a_call_says, end),
        cmocka_unit_test_teardown(staff_who_has_the_papers_goes_back_further, end),
        cmocka_unit_test_teardown(who_left_the_minutes_empty_takes_it_as_the_helper_says, end),
        cmocka_unit_test_teardown(an_objection_stands_on_a_list_until_it_is_answered, end),
        cmocka_unit_test_teardown(that_a_name_is_shown_is_taken_back, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
