/* number_test -- a number is given once, wrong digits are counted by the hour. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "app/number/number.h"
#include "base/time.h"

static void a_number_is_of_its_day_and_letter(void **state)
{
    struct cx *cx = test_cx();
    struct str a, b, c, d;
    (void)state;
    MUST(cx, number_next(cx, 'H', &a));
    MUST(cx, number_next(cx, 'H', &b));
    MUST(cx, number_next(cx, 'B', &c));
    assert_true(str_starts(a, S("H-260316-0001-")));
    assert_true(str_starts(b, S("H-260316-0002-")));
    assert_true(str_starts(c, S("B-260316-0001-")));
    cx->now += MS_DAY;
    MUST(cx, number_next(cx, 'H', &d));
    assert_true(str_starts(d, S("H-260317-0001-")));
    assert_int_equal(number_word(cx).n, 4);
    test_end();
}

static void it_is_read_as_people_type_it(void **state)
{
    struct cx *cx = test_cx();
    struct str number, read;
    (void)state;
    MUST(cx, number_next(cx, 'B', &number));
    MUST(cx, number_read(cx, arena_printf(cx->mem, " %.*s ", STR(number)), &read));
    assert_true(str_eq(read, number));
    assert_int_equal(number_read(cx, S("B-260316-0001"), &read), ERR_INPUT);
    fault_clear(cx);
    test_end();
}

static void wrong_ones_close_it_for_the_hour(void **state)
{
    struct cx *cx = test_cx();
    const struct str a = S("H-260316-0001-1"), b = S("H-260316-0002-2");
    (void)state;
    for (int i = 0; i < NUMBER_TRIES; i++) {
        MUST(cx, number_tries_left(cx, a));
        MUST(cx, number_wrong(cx, a));
    }
    assert_int_equal(number_tries_left(cx, a), ERR_DENIED);
    fault_clear(cx);
    MUST(cx, number_tries_left(cx, b));
    MUST(cx, number_clean(cx)); /* this hour's stay */
    assert_int_equal(number_tries_left(cx, a), ERR_DENIED);
    fault_clear(cx);
    cx->now += MS_HOUR;
    MUST(cx, number_tries_left(cx, a));
    MUST(cx, number_clean(cx));
    cx->now -= MS_HOUR;
    MUST(cx, number_tries_left(cx, a)); /* forgotten */
    test_end();
}

/* One try with each of many numbers is as good as many with one. */
static void wrong_ones_close_all_to_who_tries_them(void **state)
{
    struct cx *cx = test_cx();
    struct str number;
    (void)state;
    cx->who.from = 7;
    for (int i = 0; i < NUMBER_TRIES_CALLER; i++) {
        MUST(cx, number_next(cx, 'H', &number));
        MUST(cx, number_tries_left(cx, number));
        MUST(cx, number_wrong(cx, number));
    }
    MUST(cx, number_next(cx, 'H', &number));
    EXPECT(cx, number_tries_left(cx, number), ERR_DENIED);
    cx->who.from = 8;
    MUST(cx, number_tries_left(cx, number));
    cx->who.from = 0; /* who is signed in is known by name */
    MUST(cx, number_tries_left(cx, number));
    cx->who.from = 7;
    cx->now += MS_HOUR;
    MUST(cx, number_tries_left(cx, number));
    test_end();
}

static void a_key_is_letters_and_digits(void **state)
{
    (void)state;
    assert_true(str_is(number_key(S("ABC234")), "ABC234"));
    assert_int_equal(number_key(S("ABC\"><")).n, 0);
    assert_int_equal(number_key(S("abc")).n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_of_its_day_and_letter),
        cmocka_unit_test(it_is_read_as_people_type_it),
        cmocka_unit_test(wrong_ones_close_it_for_the_hour),
        cmocka_unit_test(wrong_ones_close_all_to_who_tries_them),
        cmocka_unit_test(a_key_is_letters_and_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
