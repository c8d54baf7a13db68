/* seen_test -- an opening is one row with its purpose; what is unusual is told once, without a
 * name, and closed with a sentence. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "app/audit/audit.h"
#include "app/outbox/outbox.h"
#include "app/seen/seen.h"
#include "base/time.h"
#include "main/gather.h"
#include <string.h>

enum { ZHANG = 7, LI = 8, OFFICER = 9 };

static const char *what(struct str code)
{
    return str_is(code, "contact") ? "电话" : str_is(code, "door") ? "门牌" : "";
}

static const char *why(struct str code)
{
    return str_is(code, "visit") ? "约定上门" : "";
}

static const struct seen_kind kind = {"thing", "事情", what, why};
static const struct seen_kind other = {"other", "别的", what, why};

static void act(struct cx *cx, int64_t person, const char *name, uint32_t role)
{
    cx->who.person_id = person;
    cx->who.name = str_c(name);
    cx->who.role = role;
}

static enum err look(struct cx *cx, int64_t id, const char *code)
{
    return opening_put(
        cx, &kind,
        &(struct seen_look){.subject_id = id, .what = str_c(code), .purpose = S("visit")});
}

static void looks(struct cx *cx, int64_t first, int n)
{
    for (int i = 0; i < n; i++)
        MUST(cx, look(cx, first + i, "contact"));
}

static seen_alert_list alerts(struct cx *cx, bool closed)
{
    seen_alert_list all = {0};
    MUST(cx, seen_alerts(cx, closed, &all));
    return all;
}

/* Messages of the topic that wait, with a paused adapter none would: so one is switched on. */
static int64_t told(struct cx *cx, struct str *text)
{
    outbox_list all = {0};
    MUST(cx, outbox_find(cx, OUTBOX_WAITING, 100, &all));
    if (all.n)
        *text = all.at[0].text;
    return (int64_t)all.n;
}

static void listen(struct cx *cx)
{
    struct adapter a = {.kind = ADAPTER_HTTP,
                        .name = S("网关"),
                        .url = S("https://gateway.example/in"),
                        .topics = S("privacy.unusual")};
    MUST(cx, adapter_save(cx, &a));
    MUST(cx, adapter_switch(cx, a.id, true));
}

static void an_opening_is_a_row_with_its_purpose(void **state)
{
    struct cx *cx = test_cx();
    opening_list all = {0};
    seen_line_list lines = {0};
    (void)state;
    act(cx, ZHANG, "张三", ROLE_DISPATCHER);
    EXPECT(cx,
           opening_put(
               cx, &kind,
               &(struct seen_look){.subject_id = 1, .what = S("contact"), .purpose = S("curious")}),
           ERR_INPUT);
    MUST(cx, look(cx, 1, "contact"));
    assert_true(str_is(cx->why, "约定上门")); /* for the record of the act */
    test_advance(MS_MINUTE);
    MUST(cx, look(cx, 1, "door"));
    MUST(cx, look(cx, 2, "door"));
    act(cx, 0, "", 0);
    MUST(cx, opening_put(cx, &kind,
                         &(struct seen_look){.subject_id = 1,
                                             .what = S("door"),
                                             .purpose = S("visit"),
                                             .name = S("周师傅")}));
    MUST(cx, openings_of(cx, &kind, 1, &all));
    assert_int_equal(all.n, 3);
    assert_true(str_is(all.at[0].role, "volunteer") && str_is(all.at[0].person_name, "周师傅"));
    assert_true(str_is(all.at[1].what, "door") && str_is(all.at[2].what, "contact"));
    assert_true(str_is(all.at[2].role, "dispatcher") && str_is(all.at[2].subject, "thing"));
    all.n = 0;
    MUST(cx, openings_of(cx, &other, 1, &all)); /* the same number of another kind */
    assert_int_equal(all.n, 0);
    MUST(cx, openings_told(cx, &kind, 1, &lines));
    assert_true(str_is(lines.at[2].who, "派遣员张三") && str_is(lines.at[2].what, "电话") &&
                str_is(lines.at[2].why, "约定上门"));
    test_end();
}

static void what_one_click_showed_is_told_once(void **state)
{
    struct cx *cx = test_cx();
    seen_line_list lines = {0};
    (void)state;
    act(cx, ZHANG, "张三", ROLE_DISPATCHER);
    MUST(cx, look(cx, 1, "contact"));
    MUST(cx, look(cx, 1, "door"));
    MUST(cx, openings_told(cx, &kind, 1, &lines));
    assert_int_equal(lines.n, 1);
    assert_true(str_find(lines.at[0].what, S("电话")) >= 0 &&
                str_find(lines.at[0].what, S("门牌")) >= 0 &&
                str_find(lines.at[0].what, S("、")) > 0);
    test_advance(MS_MINUTE);
    MUST(cx, look(cx, 1, "door")); /* another time is another opening */
    lines.n = 0;
    MUST(cx, openings_told(cx, &kind, 1, &lines));
    assert_int_equal(lines.n, 2);
    test_end();
}

static void a_list_is_bounded(void **state)
{
    struct cx *cx = test_cx();
    opening_list all = {0};
    (void)state;
    act(cx, ZHANG, "张三", ROLE_DISPATCHER);
    for (int i = 0; i < OPENINGS_MOST + 5; i++)
        MUST(cx, look(cx, 1, "contact"));
    MUST(cx, openings_of(cx, &kind, 1, &all));
    assert_int_equal(all.n, OPENINGS_MOST);
    test_end();
}

static void what_belongs_together_is_forgotten_together(void **state)
{
    struct cx *cx = test_cx();
    opening_list all = {0};
    int64_t n;
    (void)state;
    act(cx, ZHANG, "张三", ROLE_GRID_WORKER);
    for (int64_t child = 1; child <= 3; child++)
        MUST(cx, opening_put(cx, &kind,
                             &(struct seen_look){.subject_id = child,
                                                 .under_id = child < 3 ? 40 : 41,
                                                 .what = S("contact"),
                                                 .purpose = S("visit")}));
    MUST(cx, look(cx, 4, "contact")); /* under nothing */
    MUST(cx, openings_count(cx, &kind, 40, &n));
    assert_int_equal(n, 2);
    MUST(cx, openings_count(cx, &other, 40, &n));
    assert_int_equal(n, 0);
    MUST(cx, openings_count(cx, &kind, 0, &n));
    assert_int_equal(n, 0);
    MUST(cx, openings_forget(cx, &other, 40));
    MUST(cx, openings_forget(cx, &kind, 0));
    MUST(cx, openings_forget(cx, &kind, 40));
    for (int64_t child = 1; child <= 4; child++)
        MUST(cx, openings_of(cx, &kind, child, &all));
    assert_int_equal(all.n, 2);
    test_end();
}

static void more_than_the_rule_says_is_told_once_without_a_name(void **state)
{
    struct cx *cx = test_cx();
    struct str text = S("");
    (void)state;
    listen(cx);
    act(cx, ZHANG, "张三", ROLE_DISPATCHER);
    looks(cx, 1, SEEN_MOST);
    assert_int_equal(alerts(cx, false).n, 0); /* as many as the rule says are not more */
    looks(cx, 1, 3);
    seen_alert_list all = alerts(cx, false);
    assert_int_equal(all.n, 1);
    assert_true(all.at[0].person_id == ZHANG && str_is(all.at[0].person_name, "张三"));
    assert_true(all.at[0].times == SEEN_MOST + 3 && all.at[0].things == SEEN_MOST);
    assert_int_equal(told(cx, &text), 1);
    assert_true(str_find(text, S("张三")) < 0);
    looks(cx, 1, 3); /* the same day: no second one */
    assert_int_equal(alerts(cx, false).n, 1);
    act(cx, LI, "李四", ROLE_CLERK);
    looks(cx, 1, SEEN_MOST + 1);
    assert_int_equal(alerts(cx, false).n, 2);
    assert_int_equal(told(cx, &text), 1); /* somebody has been told already */
    test_advance(MS_DAY);
    act(cx, ZHANG, "张三", ROLE_DISPATCHER);
    looks(cx, 1, SEEN_MOST);
    assert_int_equal(alerts(cx, false).n, 2); /* a day begins anew */
    test_end();
}

static void what_is_closed_and_not_his_counts_apart(void **state)
{
    struct cx *cx = test_cx();
    seen_day_list days = {0};
    (void)state;
    act(cx, ZHANG, "张三", ROLE_GRID_WORKER);
    for (int i = 0; i <= SEEN_ASIDE; i++) {
        assert_int_equal(alerts(cx, false).n, 0);
        MUST(cx, opening_put(cx, &kind,
                             &(struct seen_look){.subject_id = i + 1,
                                                 .what = S("contact"),
                                                 .purpose = S("visit"),
                                                 .aside = true}));
    }
    assert_int_equal(alerts(cx, false).at[0].aside, SEEN_ASIDE + 1);
    MUST(cx, seen_days(cx, &days));
    assert_true(days.n == 1 && days.at[0].aside == SEEN_ASIDE + 1);
    test_end();
}

/* A whole file is more than one look. */
static void what_is_printed_whole_counts_with_it(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    gather(cx);
    act(cx, ZHANG, "张三", ROLE_CLERK);
    for (int i = 0; i <= SEEN_ASIDE; i++) {
        assert_int_equal(alerts(cx, false).n, 0);
        MUST(cx, opening_put_copy(cx, S("need"), i + 1));
    }
    assert_int_equal(alerts(cx, false).at[0].aside, SEEN_ASIDE + 1);
    seen_kinds_set(NULL, 0);
    test_end();
}

static void an_alert_is_closed_with_a_sentence_by_one(void **state)
{
    struct cx *cx = test_cx();
    const struct seen_close said = {S("停水，逐户通知")}, nothing = {S("")};
    (void)state;
    act(cx, ZHANG, "张三", ROLE_DISPATCHER);
    looks(cx, 1, SEEN_MOST + 1);
    int64_t id = alerts(cx, false).at[0].id;
    EXPECT(cx, seen_alert_close(cx, id, &said), ERR_DENIED); /* not he himself */
    act(cx, OFFICER, "护一", ROLE_PRIVACY_OFFICER);
    EXPECT(cx, seen_alert_close(cx, id, &nothing), ERR_INPUT);
    EXPECT(cx, seen_alert_close(cx, id + 1, &said), ERR_MISSING);
    MUST(cx, seen_alert_close(cx, id, &said));
    EXPECT(cx, seen_alert_close(cx, id, &said), ERR_CONFLICT);
    assert_int_equal(alerts(cx, false).n, 0);
    seen_alert_list closed = alerts(cx, true);
    assert_true(closed.n == 1 && str_is(closed.at[0].said, "停水，逐户通知") &&
                str_is(closed.at[0].closed_name, "护一"));
    test_advance((SEEN_USUAL_DAYS + 1) * MS_DAY);
    assert_int_equal(alerts(cx, true).n, 0);
    test_end();
}

static void the_rule_is_data(void **state)
{
    struct cx *cx = test_cx();
    struct seen_rule r;
    (void)state;
    MUST(cx, seen_rule_get(cx, &r));
    assert_true(r.most == SEEN_MOST && r.aside == SEEN_ASIDE && r.at == 0);
    r.most = 2;
    act(cx, ZHANG, "张三", ROLE_DISPATCHER);
    EXPECT(cx, seen_rule_put(cx, &r), ERR_DENIED);
    act(cx, OFFICER, "护一", ROLE_PRIVACY_OFFICER);
    EXPECT(cx, seen_rule_put(cx, &(struct seen_rule){.most = 0, .aside = 1}), ERR_INPUT);
    MUST(cx, seen_rule_put(cx, &r));
    r.most = 3;
    MUST(cx, seen_rule_put(cx, &r)); /* the newest holds */
    MUST(cx, seen_rule_get(cx, &r));
    assert_true(r.most == 3 && str_is(r.by_name, "护一") && r.at == cx->now);
    act(cx, ZHANG, "张三", ROLE_DISPATCHER);
    looks(cx, 1, 3);
    assert_int_equal(alerts(cx, false).n, 0);
    looks(cx, 1, 1);
    assert_int_equal(alerts(cx, false).n, 1);
    test_end();
}

static void days_parts_and_what_is_usual(void **state)
{
    struct cx *cx = test_cx();
    seen_day_list days = {0};
    seen_part_list parts = {0};
    seen_usual_list usual = {0};
    (void)state;
    act(cx, ZHANG, "张三", ROLE_DISPATCHER);
    looks(cx, 1, 5); /* too old for the days, in what is usual */
    test_advance((SEEN_DAYS + 1) * MS_DAY);
    looks(cx, 1, 2);
    test_advance(MS_DAY);
    act(cx, LI, "李四", ROLE_CLERK);
    looks(cx, 1, 1);
    test_advance(MS_MINUTE);
    act(cx, ZHANG, "张三", ROLE_DISPATCHER);
    looks(cx, 1, 3);
    MUST(cx, look(cx, 1, "door"));
    act(cx, 0, "", 0);
    MUST(cx, opening_put(cx, &kind,
                         &(struct seen_look){.subject_id = 1,
                                             .what = S("door"),
                                             .purpose = S("visit"),
                                             .name = S("周师傅")}));
    MUST(cx, seen_days(cx, &days));
    assert_int_equal(days.n, 3);
    assert_true(days.at[0].person_id == ZHANG && days.at[0].times == 4 && days.at[0].things == 3);
    assert_true(days.at[1].person_id == LI && days.at[2].times == 2);
    assert_int_equal(days.at[0].day, time_day(cx->now));
    MUST(cx, seen_parts(cx, &parts));
    assert_int_equal(parts.n, 4);
    assert_true(parts.at[0].times == 3 && str_is(parts.at[0].what, "contact"));
    MUST(cx, seen_usual(cx, &usual));
    assert_int_equal(usual.n, 2);
    for (size_t i = 0; i < usual.n; i++)
        if (usual.at[i].person_id == ZHANG)
            assert_true(usual.at[i].times == 11 && usual.at[i].days == 3);
    test_end();
}

/* Every room that opens something hands its kind over, and all have a name of their own. */
static void rooms_hand_over_what_they_open(void **state)
{
    static const char *const all[] = {"need",     "volunteer", "booking",
                                      "activity", "child",     "errand"};
    struct cx *cx = test_cx();
    (void)state;
    gather(cx);
    for (size_t i = 0; i < COUNT(all); i++) {
        const struct seen_kind *k = seen_kind_of(str_c(all[i]));
        assert_non_null(k);
        assert_true(*k->label && *k->what(S("contact")));
        assert_string_equal(k->why(S("curious")), "");
    }
    assert_null(seen_kind_of(S("thing")));
    seen_kinds_set(NULL, 0);
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_opening_is_a_row_with_its_purpose),
        cmocka_unit_test(what_one_click_showed_is_told_once),
        cmocka_unit_test(a_list_is_bounded),
        cmocka_unit_test(what_belongs_together_is_forgotten_together),
        cmocka_unit_test(more_than_the_rule_says_is_told_once_without_a_name),
        cmocka_unit_test(what_is_closed_and_not_his_counts_apart),
        cmocka_unit_test(what_is_printed_whole_counts_with_it),
        cmocka_unit_test(an_alert_is_closed_with_a_sentence_by_one),
        cmocka_unit_test(the_rule_is_data),
        cmocka_unit_test(days_parts_and_what_is_usual),
        cmocka_unit_test(rooms_hand_over_what_they_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
