/* upkeep_test -- what is old goes in the night, what is young stays, and the next night is planned.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "main/upkeep.h"
#include "app/idem/idem.h"
#include "base/time.h"
#include "db/engine.h"

enum { NIGHT = 7 }; /* its jobs: one for each cleaning, and the one that puts them */

static const struct job_kind kinds[] = {{UPKEEP_JOBS, upkeep_job}};

/* Runs what is due, and what that makes due; how many jobs that were. */
static int run_due(struct cx *cx)
{
    int all = 0, done;
    do {
        MUST(cx, job_run(cx, kinds, COUNT(kinds), 10, &done));
        all += done;
    } while (done);
    return all;
}

static struct str asked(struct cx *cx)
{
    return idem_hash(cx, S("POST"), S("/api/v1/needs"), S("{}"));
}

static bool is_kept(struct cx *cx, struct str key)
{
    struct idem_answer kept;
    bool found;
    MUST(cx, idem_find(cx, key, asked(cx), &kept, &found));
    return found;
}

static void old_answers_go_in_the_night(void **state)
{
    struct cx *cx = test_cx();
    int64_t next;
    (void)state;
    MUST(cx, upkeep_plan(cx));
    MUST(cx, upkeep_plan(cx)); /* a second server */
    MUST(cx, job_next(cx, &next));
    assert_true(next == time_of(2026, 3, 17, 3, 0));
    MUST(cx, idem_keep(cx, S("old"), asked(cx), 201, S("{}")));
    test_advance(89 * MS_DAY);
    MUST(cx, idem_keep(cx, S("young"), asked(cx), 201, S("{}")));
    assert_int_equal(run_due(cx), NIGHT);
    assert_true(is_kept(cx, S("old")) && is_kept(cx, S("young")));
    MUST(cx, job_next(cx, &next));
    assert_true(next == time_of(2026, 6, 14, 3, 0));
    test_advance(2 * MS_DAY);
    assert_int_equal(run_due(cx), NIGHT);
    assert_true(!is_kept(cx, S("old")) && is_kept(cx, S("young")));
    test_end();
}

/* A job put again under its key is left as it is, so one that can be put again was forgotten. */
static bool is_forgotten(struct cx *cx, struct str key)
{
    int64_t next;
    MUST(cx, job_put(cx, UPKEEP_JOBS "again", key, 0, S(""), 1));
    MUST(cx, job_next(cx, &next));
    return next == 1;
}

static void done_jobs_are_forgotten(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    MUST(cx, job_put(cx, UPKEEP_JOBS "once", S("a"), 0, S(""), cx->now));
    assert_int_equal(run_due(cx), NIGHT);
    assert_false(is_forgotten(cx, S("a")));
    test_advance(91 * MS_DAY);
    assert_int_equal(run_due(cx), NIGHT); /* the night after the first */
    assert_true(is_forgotten(cx, S("a")));
    test_end();
}

static void script(struct cx *cx, const char *text)
{
    MUST(cx, cx->db->engine->script(cx, cx->db, text));
}

static void a_cleaning_that_fails_undoes_no_other(void **state)
{
    struct cx *cx = test_cx();
    int64_t next, dead;
    (void)state;
    MUST(cx, upkeep_plan(cx));
    MUST(cx, idem_keep(cx, S("old"), asked(cx), 201, S("{}")));
    test_advance(91 * MS_DAY);
    int64_t night = time_day_start(time_day(cx->now)) + MS_DAY + 3 * MS_HOUR;
    script(cx, "ALTER TABLE export_file RENAME TO away");
    for (int i = 0; i < 8; i++, test_advance(MS_MINUTE << (i - 1)))
        run_due(cx);
    MUST(cx, job_dead(cx, &dead));
    assert_int_equal(dead, 1);
    assert_false(is_kept(cx, S("old")));
    MUST(cx, job_next(cx, &next));
    assert_true(next == night);
    script(cx, "ALTER TABLE away RENAME TO export_file");
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(old_answers_go_in_the_night),
        cmocka_unit_test(done_jobs_are_forgotten),
        cmocka_unit_test(a_cleaning_that_fails_undoes_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
