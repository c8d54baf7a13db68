/* plain -- see plain.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/plain.h"

static struct {
    struct env_fake env;
    struct arena mem;
    struct cx cx;
} world;

int plain_setup(void **state)
{
    env_fake_init(&world.env, TEST_NOW, 7);
    arena_init(&world.mem, 1 << 20);
    cx_init(&world.cx, &world.mem, &world.env.env);
    *state = &world.cx;
    return 0;
}

int plain_teardown(void **state)
{
    cx_end(*state);
    arena_free(&world.mem);
    return 0;
}
