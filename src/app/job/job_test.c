/* job_test -- a batch takes the memory of its largest job; one that asks for too much fails alone,
 * one that is busy waits alone. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "app/audit/audit.h"
#include "app/job/job.h"
#include "base/time.h"

enum { ROOM = 4 << 20, PIECE = 1 << 20 };

static void note(void *arg)
{
    ++*(int *)arg;
}

static int closed;

/* "3": takes three pieces of memory; "endless": takes what there is. */
static enum err eat(struct cx *cx, struct str kind, int64_t subject_id, struct str arg)
{
    int64_t pieces;
    (void)kind;
    (void)subject_id;
    cx_defer(cx, note, &closed);
    if (!str_int(arg, &pieces))
        pieces = INT64_MAX;
    for (int64_t i = 0; i < pieces; i++)
        arena_alloc(cx->mem, PIECE);
    return OK;
}

static enum err be_busy(struct cx *cx, struct str kind, int64_t subject_id, struct str arg)
{
    (void)kind;
    (void)subject_id;
    (void)arg;
    return fail(cx, ERR_BUSY, "busy");
}

/* Says why, and all else that a record may say, before it fails. */
static enum err say_why(struct cx *cx, struct str kind, int64_t subject_id, struct str arg)
{
    (void)kind;
    (void)subject_id;
    (void)arg;
    audit_why(cx, arena_printf(cx->mem, "a secret"));
    audit_detail(cx, S("another"));
    audit_by_resident(cx);
    return fail(cx, ERR_STORE, "no");
}

static const struct job_kind kinds[] = {{"eat", eat}, {"busy", be_busy}, {"why", say_why}};

static void put(struct cx *cx, const char *key, const char *arg)
{
    MUST(cx, job_put(cx, "eat", str_c(key), 0, str_c(arg), cx->now));
}

static void memory_is_given_back_after_each(void **state)
{
    struct cx *cx = test_cx();
    size_t was = cx->mem->limit;
    int done;
    (void)state;
    closed = 0;
    for (int i = 0; i < 10; i++) /* together they would take ten times the room */
        put(cx, arena_printf(cx->mem, "job %d", i).p, "3");
    cx->mem->limit = cx->mem->used + ROOM;
    MUST(cx, job_run(cx, kinds, COUNT(kinds), 20, &done));
    cx->mem->limit = was;
    assert_int_equal(done, 10);
    assert_int_equal(closed, 10);
    test_end();
}

static void one_that_asks_for_too_much_fails_alone(void **state)
{
    struct cx *cx = test_cx();
    size_t was = cx->mem->limit;
    int64_t next, dead;
    int done;
    (void)state;
    closed = 0;
    put(cx, "before", "1");
    put(cx, "endless", "endless");
    put(cx, "after", "1");
    cx->mem->limit = cx->mem->used + ROOM;
    MUST(cx, job_run(cx, kinds, COUNT(kinds), 20, &done));
    assert_int_equal(done, 3);
    assert_int_equal(closed, 3);
    MUST(cx, job_next(cx, &next)); /* it is tried again, and gives up in the end */
    assert_true(next == cx->now + MS_MINUTE);
    for (int i = 0; i < 8; i++) {
        test_advance(3 * MS_HOUR);
        MUST(cx, job_run(cx, kinds, COUNT(kinds), 20, &done));
    }
    cx->mem->limit = was;
    MUST(cx, job_dead(cx, &dead));
    assert_int_equal(dead, 1);
    test_end();
}

static void what_a_failed_one_said_is_of_no_other(void **state)
{
    struct cx *cx = test_cx();
    const struct audit_filter all = {.most = 10};
    audit_record_list records = {0};
    int done;
    (void)state;
    MUST(cx, job_put(cx, "why", S("why"), 0, S(""), cx->now - 1));
    put(cx, "after", "1");
    MUST(cx, job_run(cx, kinds, COUNT(kinds), 20, &done));
    assert_int_equal(done, 2);
    MUST(cx, audit_page(cx, &all, &records));
    assert_int_equal(records.n, 1);
    assert_true(str_is(records.at[0].action, "job eat"));
    assert_true(records.at[0].reason.n == 0 && records.at[0].detail.n == 0);
    assert_false(cx->by_resident);
    test_end();
}

/* As the clerk does it: what is busy is undone, then waits, and is not counted as tried. */
static void one_that_is_busy_lets_others_go_first(void **state)
{
    struct cx *cx = test_cx();
    int64_t next, dead;
    int done;
    (void)state;
    MUST(cx, job_put(cx, "busy", S("busy"), 0, S(""), cx->now - 1));
    put(cx, "after", "1");
    for (int i = 0; i < 20; i++) {
        test_commit(cx);
        EXPECT(cx, job_run(cx, kinds, COUNT(kinds), 1, &done), ERR_BUSY);
        db_rollback(cx);
        MUST(cx, db_begin(cx, true));
        MUST(cx, job_put_off(cx));
        MUST(cx, job_run(cx, kinds, COUNT(kinds), 1, &done));
        assert_int_equal(done, i == 0);
        MUST(cx, job_next(cx, &next));
        assert_true(next == cx->now + 30 * MS_SECOND);
        test_advance(30 * MS_SECOND);
    }
    MUST(cx, job_dead(cx, &dead));
    assert_int_equal(dead, 0);
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_given_back_after_each),
        cmocka_unit_test(one_that_asks_for_too_much_fails_alone),
        cmocka_unit_test(what_a_failed_one_said_is_of_no_other),
        cmocka_unit_test(one_that_is_busy_lets_others_go_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
