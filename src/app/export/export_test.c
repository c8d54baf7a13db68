/* export_test -- who may take a list along, what is in it, the second yes, and whose a leaked one
 * is. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/export/export.h"
#include "app/need/need_test.h"
#include "app/twice/twice.h"
#include "base/time.h"

static struct export_ask ask_of(const char *sheet)
{
    return (struct export_ask){.sheet = str_c(sheet), .purpose = S("report"), .why = S("报给街道")};
}

static void several(struct town *t, int n)
{
    for (int i = 0; i < n; i++)
        ask(t, "灯不亮");
}

static struct str bytes_of(struct town *t, int64_t id)
{
    struct str bytes;
    MUST(t->cx, export_file(t->cx, id, &bytes));
    return bytes;
}

static struct export made(struct town *t, const char *who)
{
    struct export_ask ask = ask_of("needs");
    struct export e;
    bool waits;
    act(t, who);
    MUST(t->cx, export_make(t->cx, &ask, &e, &waits));
    assert_false(waits);
    return e;
}

static void only_for_whom_it_is_and_with_a_purpose(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct export_ask ask = ask_of("needs");
    struct export e;
    bool waits;
    several(t, 1);
    act(t, "dispatcher");
    EXPECT(t->cx, export_make(t->cx, &ask, &e, &waits), ERR_DENIED);
    act(t, "leader");
    ask.purpose = S("fun");
    EXPECT(t->cx, export_make(t->cx, &ask, &e, &waits), ERR_INPUT);
    ask = ask_of("people");
    EXPECT(t->cx, export_make(t->cx, &ask, &e, &waits), ERR_INPUT);
    ask = ask_of("volunteers");
    EXPECT(t->cx, export_make(t->cx, &ask, &e, &waits), ERR_INPUT); /* there are none */
}

static void it_holds_what_the_caller_sees(void **state)
{
    (void)state;
    struct town *t = town_make();
    bool again;
    several(t, 1);
    act_nobody(t);
    struct need n = {.place_id = t->stairwell.id,
                     .kind = S("complaint"),
                     .text = S("我叫钱十五，13800000001。=cmd|calc"),
                     .name = S("钱十五"),
                     .contact = S("13800000001")};
    MUST(t->cx, need_open(t->cx, &n, &t->key, &again));
    struct export e = made(t, "leader");
    struct str bytes = bytes_of(t, e.id);
    assert_int_equal(e.rows_count, 2);
    assert_true(str_find(bytes, S("139****1234")) >= 0); /* masked as in a list */
    assert_true(str_find(bytes, S("13955101234")) < 0);
    assert_true(str_find(bytes, S("钱十五")) < 0 && str_find(bytes, S("13800000001")) < 0);
    assert_true(str_find(bytes, S("社区负责人书一")) >= 0); /* the mark that is seen */
    act(t, "duty_lead");
    EXPECT(t->cx, export_file(t->cx, e.id, &bytes), ERR_MISSING);
    act(t, "leader");
    test_advance(EXPORT_HOURS * MS_HOUR);
    EXPECT(t->cx, export_file(t->cx, e.id, &bytes), ERR_MISSING);
    MUST(t->cx, export_clean(t->cx));
}

/* Rows `from` to `to` of a file, without the last row's mark: as somebody would pass it on. */
static struct str part_of(struct cx *cx, struct str bytes, int from, int to)
{
    struct out o;
    struct str line;
    out_init(&o, cx->mem);
    for (int i = 0; str_split(&bytes, '\n', &line); i++)
        if (i >= from && i < to) {
            out_str(&o, line);
            out_c(&o, "\n");
        }
    return out_text(&o);
}

static void a_leaked_file_tells_whose_it_was(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct export e[6];
    several(t, 80);
    for (int i = 0; i < 6; i++)
        e[i] = made(t, i % 2 ? "leader" : "duty_lead");
    struct str files[6];
    for (int i = 0; i < 6; i++) {
        act(t, i % 2 ? "leader" : "duty_lead");
        files[i] = bytes_of(t, e[i].id);
    }
    act_nobody(t);
    for (int i = 0; i < 6; i++) {
        export_trace_list whole = {0}, part = {0}, few = {0};
        MUST(t->cx, export_trace(t->cx, files[i], &whole));
        assert_int_equal(whole.n, 1);
        assert_true(whole.at[0].is_exact && whole.at[0].e.id == e[i].id);
        MUST(t->cx, export_trace(t->cx, part_of(t->cx, files[i], 5, 77), &part));
        assert_int_equal(part.n, 1);
        assert_true(!part.at[0].is_exact && part.at[0].e.id == e[i].id);
        MUST(t->cx, export_trace(t->cx, part_of(t->cx, files[i], 5, 9), &few));
        assert_int_equal(few.n, 0); /* four rows say nothing */
    }
}

static void many_rows_want_a_second_yes(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct export_ask ask = ask_of("needs"), again;
    struct export e;
    export_wait_list waiting = {0};
    twice_list asked = {0};
    bool waits;
    ask.from_on = time_day(t->cx->now) - 400;
    several(t, EXPORT_ALONE + 1);
    act(t, "leader");
    MUST(t->cx, export_make(t->cx, &ask, &e, &waits));
    assert_true(waits);
    export_list all = {0};
    MUST(t->cx, export_all(t->cx, &all));
    assert_int_equal(all.n, 0);
    MUST(t->cx, twice_all(t->cx, &asked));
    assert_int_equal(asked.n, 1);
    const struct twice w = asked.at[0];
    EXPECT(t->cx, twice_decide(t->cx, w.id, true, S("")), ERR_DENIED); /* his own */
    act(t, "privacy_officer");
    MUST(t->cx, twice_decide(t->cx, w.id, true, S("")));
    EXPECT(t->cx, export_again(t->cx, w.id, &again), ERR_MISSING); /* not hers to make */
    act(t, "leader");
    MUST(t->cx, export_waiting(t->cx, &waiting));
    assert_true(waiting.n == 1 && waiting.at[0].is_approved && waiting.at[0].id == w.id);
    MUST(t->cx, export_again(t->cx, w.id, &again)); /* from the proposal alone */
    assert_true(str_eq(again.sheet, ask.sheet) && str_eq(again.purpose, ask.purpose));
    assert_true(again.from_on == ask.from_on && again.to_on == 0 && str_eq(again.why, ask.why));
    MUST(t->cx, export_make(t->cx, &again, &e, &waits));
    assert_false(waits);
    assert_true(str_eq(e.twice_number, w.number));
    EXPECT(t->cx, export_again(t->cx, w.id, &again), ERR_MISSING);
    MUST(t->cx, export_make(t->cx, &ask, &e, &waits));
    assert_true(waits); /* it was used up */
}

/* Asks for the needs for `purpose`; true: it waits for a second yes. */
static bool waits_for(struct town *t, const char *who, const char *purpose, struct export *e)
{
    struct export_ask ask = ask_of("needs");
    bool waits;
    ask.purpose = str_c(purpose);
    act(t, who);
    MUST(t->cx, export_make(t->cx, &ask, e, &waits));
    return waits;
}

static void a_second_yes_is_for_who_asked_and_what_for(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct export e, other;
    twice_list all = {0};
    several(t, EXPORT_ALONE + 1);
    assert_true(waits_for(t, "leader", "report", &e));
    act(t, "privacy_officer");
    MUST(t->cx, twice_all(t->cx, &all));
    assert_int_equal(all.n, 1);
    assert_true(str_find(all.at[0].object, S("上级要的报表：报给街道")) > 0); /* he reads it */
    MUST(t->cx, twice_decide(t->cx, all.at[0].id, true, S("")));
    assert_true(waits_for(t, "duty_lead", "report", &other)); /* it is not his */
    assert_false(str_eq(other.twice_number, e.twice_number));
    assert_true(waits_for(t, "leader", "meeting", &other)); /* nor for that */
    assert_false(waits_for(t, "leader", "report", &other));
    assert_true(str_eq(other.twice_number, e.twice_number));
}

static void many_small_ones_are_one_large_one(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct export e;
    several(t, EXPORT_ALONE / 2 + 1);
    assert_false(waits_for(t, "leader", "report", &e));
    assert_true(waits_for(t, "leader", "report", &e));
    assert_false(waits_for(t, "duty_lead", "report", &e)); /* each for himself */
    test_advance(MS_DAY);
    assert_false(waits_for(t, "leader", "report", &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(only_for_whom_it_is_and_with_a_purpose, end),
        cmocka_unit_test_teardown(it_holds_what_the_caller_sees, end),
        cmocka_unit_test_teardown(a_leaked_file_tells_whose_it_was, end),
        cmocka_unit_test_teardown(many_rows_want_a_second_yes, end),
        cmocka_unit_test_teardown(a_second_yes_is_for_who_asked_and_what_for, end),
        cmocka_unit_test_teardown(many_small_ones_are_one_large_one, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
