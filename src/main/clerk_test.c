/* clerk_test -- a clerk works until it is stopped; one that gets no thread says so. */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "tests/refuse.h"
#include "base/env.h"
#include "main/clerk.h"
#include <errno.h>

STAND_IN(int, EAGAIN, pthread_create,
         (pthread_t * out, const pthread_attr_t *attr, void *(*run)(void *), void *arg),
         (out, attr, run, arg))

static _Atomic int passes;

static void pass(struct clerk *k, struct arena *mem)
{
    (void)mem;
    if (++passes < 3)
        clerk_rouse(k); /* else the next one comes in a second */
}

static enum err started(struct clerk *k, long refused)
{
    struct arena mem;
    struct cx cx;
    arena_init(&mem, 1 << 20);
    cx_init(&cx, &mem, &env_system);
    passes = 0;
    *k = (struct clerk){.pass = pass};
    clerk_new(k, NULL);
    refuse_from(refused, false, REFUSE_NO);
    enum err e = clerk_start(&cx, k);
    if (e != OK)
        assert_true(str_find(cx.fault.message, S("线程不够")) >= 0);
    cx_end(&cx);
    arena_free(&mem);
    return e;
}

static void works_until_it_is_stopped(void **state)
{
    struct clerk k;
    (void)state;
    assert_int_equal(started(&k, 0), OK);
    assert_false(clerk_is_stopped(&k));
    while (passes < 3)
        sched_yield();
    clerk_stop(&k);
    assert_true(clerk_is_stopped(&k));
    assert_true(passes >= 3);
}

/* Who is stopped without ever having begun is not waited for. */
static void without_a_thread_it_says_so(void **state)
{
    struct clerk k;
    (void)state;
    assert_int_equal(started(&k, 1), ERR_STORE);
    clerk_stop(&k);
    assert_int_equal(passes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(works_until_it_is_stopped),
        cmocka_unit_test(without_a_thread_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
