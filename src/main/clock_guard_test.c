/* clock_guard_test -- a day back, more than a year ahead: nothing begins by such a clock. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "app/audit/audit.h"
#include "base/time.h"
#include "main/clock_guard.h"

static void a_store_does_not_begin_by_a_clock_that_cannot_be_right(void **state)
{
    static const struct {
        int64_t by;
        enum err e;
    } looks[] = {{0, OK},
                 {-CLOCK_BACK_HOURS * MS_HOUR, OK},
                 {-CLOCK_BACK_HOURS * MS_HOUR - 1, ERR_CONFLICT},
                 {-10 * 366 * MS_DAY, ERR_CONFLICT},
                 {CLOCK_AHEAD_DAYS * MS_DAY, OK},
                 {CLOCK_AHEAD_DAYS * MS_DAY + 1, ERR_CONFLICT},
                 {10 * 366 * MS_DAY, ERR_CONFLICT}};
    (void)state;
    for (int chained = 0; chained < 2; chained++) {
        struct cx *cx = test_cx();
        MUST(cx, clock_guard(cx)); /* nothing is there yet */
        int64_t now = cx->now, done;
        MUST(cx, audit_put(cx, S("POST /help"), S("/help"), 200));
        if (chained)
            MUST(cx, audit_chain(cx, 1, &done));
        for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
            cx->now = now + looks[i].by;
            EXPECT(cx, clock_guard(cx), looks[i].e);
        }
        test_end();
    }
}

static void a_leap_is_told_until_it_is_taken_back(void **state)
{
    int64_t last = 0, now = 1796000000000;
    (void)state;
    assert_true(clock_went_on(&last, now));
    assert_true(clock_went_on(&last, now + CLOCK_AHEAD_DAYS * MS_DAY));
    now += CLOCK_AHEAD_DAYS * MS_DAY;
    for (int i = 0; i < 2; i++)
        assert_false(clock_went_on(&last, now + CLOCK_AHEAD_DAYS * MS_DAY + 1));
    assert_true(clock_went_on(&last, now + 1));
    assert_true(clock_went_on(&last, now - 10 * 366 * MS_DAY)); /* nothing is due too early */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_does_not_begin_by_a_clock_that_cannot_be_right),
        cmocka_unit_test(a_leap_is_told_until_it_is_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
