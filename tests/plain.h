/*
 * plain -- a context without a store, for tests of what needs memory and a clock alone. The clock
 * stands at a known Monday.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_PLAIN_H
#define TESTS_PLAIN_H

#include "tests/unit.h"
#include "base/cx.h"
#include "base/env.h"

/* Gives the test its context as `*state`; memory is 1 MiB. One at a time. */
int plain_setup(void **state);
int plain_teardown(void **state);
#define PLAIN(f) cmocka_unit_test_setup_teardown(f, plain_setup, plain_teardown)

#endif
