/* week_test -- half-hours of a week: text, spans, meeting, the index, words. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/plain.h"
#include "app/volunteer/week.h"
#include "base/time.h"
#include <string.h>

static void assert_str(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("got %.*s, want %s", STR(got), want);
}

static void text_goes_both_ways(void **state)
{
    struct cx *cx = *state;
    struct week w = {{0}}, back;
    week_set(&w, 0, 0, 1, true);   /* the earlier half-hour is the higher bit */
    week_set(&w, 6, 47, 48, true); /* and the last half-hour the lowest of all */
    struct str text = week_text(cx, &w);
    assert_int_equal(text.n, WEEK_TEXT);
    assert_int_equal(text.p[0], '8');
    assert_int_equal(text.p[WEEK_TEXT - 1], '1');
    assert_true(week_read(text, &back));
    assert_memory_equal(&w, &back, sizeof w);
    for (int day = 0; day < WEEK_DAYS; day++) /* every half-hour alone survives */
        for (int half = 0; half < DAY_HALVES; half++) {
            struct week one = {{0}};
            week_set(&one, day, half, half + 1, true);
            assert_true(week_read(week_text(cx, &one), &back));
            assert_true(week_is_free(&back, day, half));
            assert_int_equal(week_count(&back), 1);
        }
}

static void what_is_no_week_is_refused(void **state)
{
    (void)state;
    struct week w;
    char text[WEEK_TEXT];
    memset(text, '0', sizeof text);
    assert_true(week_read(str_n(text, WEEK_TEXT), &w));
    assert_false(week_read(str_n(text, WEEK_TEXT - 1), &w));
    assert_false(week_read(S(""), &w));
    text[0] = 'F';
    assert_true(week_read(str_n(text, WEEK_TEXT), &w));
    assert_int_equal(week_count(&w), 4);
    text[83] = 'g';
    assert_false(week_read(str_n(text, WEEK_TEXT), &w));
    assert_int_equal(week_count(&w), 0);
}

static void spans_stay_inside_the_week(void **state)
{
    (void)state;
    struct week w = {{0}}, other = {{0}};
    struct week_span s;
    week_set(&w, -1, 0, 48, true);
    week_set(&w, 7, 0, 48, true);
    assert_int_equal(week_count(&w), 0);
    week_set(&w, 3, -5, 99, true);
    assert_int_equal(week_count(&w), 48);
    week_set(&w, 3, 10, 20, false);
    assert_true(week_next(&w, 3, 0, &s));
    assert_true(s.from == 0 && s.to == 10);
    assert_true(week_next(&w, 3, s.to, &s));
    assert_true(s.from == 20 && s.to == 48);
    assert_false(week_next(&w, 3, s.to, &s));
    assert_false(week_is_free(&w, 3, 48));
    assert_false(week_is_free(&w, 7, 0));
    week_set(&other, 3, 5, 15, true);
    week_set(&other, 4, 0, 2, true);
    struct week both = week_meet(&w, &other), any = week_union(&w, &other);
    assert_int_equal(week_count(&both), 5);
    assert_int_equal(week_count(&any), 38 + 5 + 2);
}

static void covers_what_it_covers(void **state)
{
    (void)state;
    struct week w = {{0}};
    week_set(&w, 0, 38, 42, true); /* Monday 19-21 */
    assert_true(week_covers(&w, time_of(2026, 3, 16, 19, 0), time_of(2026, 3, 16, 21, 0)));
    assert_true(week_covers(&w, time_of(2026, 3, 16, 19, 10), time_of(2026, 3, 16, 20, 50)));
    assert_false(week_covers(&w, time_of(2026, 3, 16, 18, 59), time_of(2026, 3, 16, 20, 0)));
    assert_false(week_covers(&w, time_of(2026, 3, 16, 20, 0), time_of(2026, 3, 16, 21, 1)));
    assert_false(week_covers(&w, time_of(2026, 3, 17, 19, 0), time_of(2026, 3, 17, 20, 0)));
    assert_false(week_covers(&w, time_of(2026, 3, 16, 20, 0), time_of(2026, 3, 16, 20, 0)));
    week_set(&w, 6, 46, 48, true); /* Sunday 23 to Monday 1: over the end of the week */
    week_set(&w, 0, 0, 2, true);
    assert_true(week_covers(&w, time_of(2026, 3, 15, 23, 0), time_of(2026, 3, 16, 1, 0)));
}

static void the_index_never_hides_a_meeting(void **state)
{
    (void)state;
    uint64_t all = 0;
    for (int day = 0; day < WEEK_DAYS; day++)
        for (int half = 0; half < DAY_HALVES; half++) {
            struct week one = {{0}};
            week_set(&one, day, half, half + 1, true);
            uint64_t slots = week_slots(&one);
            assert_int_equal(__builtin_popcountll(slots), 1); /* each half-hour in one slot */
            assert_int_equal(__builtin_ctzll(slots) / DAY_SLOTS, day);
            all |= slots;
        }
    assert_true(all == (UINT64_C(1) << 63) - 1);
}

static void says_it_in_words(void **state)
{
    struct cx *cx = *state;
    struct week w = {{0}};
    assert_str(week_words(cx, &w), "还没说");
    week_choose(&w, "work_eve");
    assert_str(week_words(cx, &w), "周一到周五 19:00–21:00");
    week_set(&w, 5, 0, 48, true);
    week_set(&w, 6, 0, 48, true);
    assert_str(week_words(cx, &w), "周一到周五 19:00–21:00；周六、周日 全天");
    w = (struct week){{0}};
    week_set(&w, 1, 19, 24, true);
    week_set(&w, 1, 28, 30, true);
    week_set(&w, 3, 19, 24, true);
    week_set(&w, 3, 28, 30, true);
    assert_str(week_words(cx, &w), "周二、周四 9:30–12:00、14:00–15:00");
}

static void choices_can_be_read_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < WEEK_CHOICES; i++) {
        struct week w = {{0}};
        week_choose(&w, week_choices[i].code);
        for (size_t k = 0; k < WEEK_CHOICES; k++)
            assert_int_equal(week_has_choice(&w, week_choices[k].code), i == k);
    }
    struct week none = {{0}};
    week_choose(&none, "always");
    assert_int_equal(week_count(&none), 0);
    assert_false(week_has_choice(&none, "always"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAIN(text_goes_both_ways),
        PLAIN(what_is_no_week_is_refused),
        PLAIN(spans_stay_inside_the_week),
        PLAIN(covers_what_it_covers),
        PLAIN(the_index_never_hides_a_meeting),
        PLAIN(says_it_in_words),
        PLAIN(choices_can_be_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
