/* seal_test -- what the tests of this folder share: tools, a key, places, questions, bytes from
 * hex. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SEAL_SEAL_TEST_H
#define SEAL_SEAL_TEST_H

#include "tests/unit.h"
#include "seal/seal_own.h"
#include <string.h>

struct world {
    struct env_fake env;
    struct arena mem;
    struct cx cx;
    struct sealer *t;
};

static inline struct cx *world_begin(struct world *w, const struct seal_suite *module)
{
    env_fake_init(&w->env, TEST_NOW, 7);
    arena_init(&w->mem, 512 << 20);
    cx_init(&w->cx, &w->mem, &w->env.env);
    assert_int_equal(sealer_new(&w->cx, module, &w->t), OK);
    return &w->cx;
}

static inline void world_end(struct world *w)
{
    cx_end(&w->cx);
    arena_free(&w->mem);
}

/* A question as the process with the keys answers it: its bytes go there and back. */
static inline enum seal_answer world_ask(struct world *w, struct seal_counter *counter,
                                         struct seal_message *m)
{
    struct out ask, answer;
    out_init(&ask, &w->mem);
    out_init(&answer, &w->mem);
    talk_ask(&ask, m);
    counter_answer(&w->cx, counter, out_text(&ask), &answer);
    return talk_answered(&w->cx, out_text(&answer), m, NULL);
}

static inline struct str hex(struct world *w, const char *z)
{
    size_t n = strlen(z) / 2;
    unsigned char *p = arena_alloc(&w->mem, n + 1);
    for (size_t i = 0; i < 2 * n; i++)
        p[i / 2] = (unsigned char)(p[i / 2] << 4 | (z[i] <= '9' ? z[i] - '0' : z[i] - 'a' + 10));
    return seal_bytes(p, n);
}

#define assert_bytes(got, want)                                                                    \
    do {                                                                                           \
        struct str want_ = (want);                                                                 \
        assert_memory_equal(got, want_.p, want_.n);                                                \
    } while (0)
#define assert_str(a, b)                                                                           \
    do {                                                                                           \
        struct str a_ = (a), b_ = (b);                                                             \
        if (!str_eq(a_, b_))                                                                       \
            fail_msg("%.*s, not %.*s", STR(a_), STR(b_));                                          \
    } while (0)

/* A key whose bytes count from `first`. */
static inline struct seal_key test_key(struct world *w, const struct seal_suite *suite, int kid,
                                       unsigned char first)
{
    struct seal_key k = {.kid = kid, .suite = suite};
    for (size_t i = 0; i < sizeof k.dek; i++)
        k.dek[i] = (unsigned char)(first + i);
    assert_true(suite->prepare(w->t, &k));
    return k;
}

static inline struct seal_where where(int64_t community, const char *table, const char *column,
                                      int64_t row)
{
    return (struct seal_where){community, str_c(table), str_c(column), row};
}

#endif
