/*
 * harness -- a context over an empty store for unit tests: SQLite in memory, or the database
 * that TEST_PG names. The clock stands at a known Monday and moves only by test_advance().
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include "tests/unit.h"
#include "base/env.h"
#include "db/db.h"

/* Opens the store, runs the migrations, begins a writing transaction; community 1, nobody signed
 * in. One at a time; test_end() closes it, so every test starts from an empty store. */
struct cx *test_cx(void);
void test_end(void);
/* Another connection to the same store (races), with a context of its own. */
struct cx *test_other(void);
/* Moves the clock of all contexts and reads it into cx->now. */
void test_advance(int64_t ms);
/* Commits and begins anew. */
void test_commit(struct cx *cx);

/* Expects OK and prints the fault otherwise. */
#define MUST(cx, call)                                                                             \
    do {                                                                                           \
        enum err must_err_ = (call);                                                               \
        if (must_err_ != OK)                                                                       \
            fail_msg("%s: %d %.*s", #call, must_err_, STR((cx)->fault.message));                   \
    } while (0)
/* Expects one failure and forgets it. */
#define EXPECT(cx, call, want)                                                                     \
    do {                                                                                           \
        assert_int_equal((call), (want));                                                          \
        fault_clear(cx);                                                                           \
    } while (0)

#endif
