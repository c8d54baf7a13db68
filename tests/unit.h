/* unit -- cmocka as our tests use it; stands before every other header of ours. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* 2026-03-16 (Monday) 10:00 in Beijing: where the clock of tests stands. */
#define TEST_NOW INT64_C(1773626400000)

/* cmocka's fail() would hide the house's own (base/err.h). */
#undef fail
#undef fail_msg
#define fail_msg(...)                                                                              \
    do {                                                                                           \
        print_error("ERROR: " __VA_ARGS__);                                                        \
        print_error("\n");                                                                         \
        _fail(__FILE__, __LINE__);                                                                 \
    } while (0)

#endif
