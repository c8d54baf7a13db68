/* fuzz -- what the drivers share: a context over memory, and a check that stops the fuzzer. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "base/cx.h"
#include "base/env.h"
#include <stdlib.h>

static inline void must(bool holds)
{
    if (!holds)
        abort();
}

struct fuzz {
    struct env_fake env;
    struct arena mem;
    struct cx cx;
};

static inline struct cx *fuzz_begin(struct fuzz *f)
{
    env_fake_init(&f->env, 1, 1);
    arena_init(&f->mem, 64 << 20);
    cx_init(&f->cx, &f->mem, &f->env.env);
    return &f->cx;
}

/* What a driver returns. */
static inline int fuzz_end(struct fuzz *f)
{
    cx_end(&f->cx);
    arena_free(&f->mem);
    return 0;
}

#endif
