/* solve_test -- seeded problems for the tests of this folder, and the slow truth beside them. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOLVE_SOLVE_TEST_H
#define SOLVE_SOLVE_TEST_H

#include "tests/unit.h"
#include "base/env.h"
#include "solve/solve.h"

/* One context for the whole program; tests take their memory back themselves. */
static struct env_fake world;
static struct arena memory;
static struct cx context;

static inline int setup(void **state)
{
    env_fake_init(&world, 1, 7);
    arena_init(&memory, (size_t)1 << 30);
    cx_init(&context, &memory, &world.env);
    *state = &context;
    return 0;
}

static inline int teardown(void **state)
{
    cx_end(*state);
    arena_free(&memory);
    return 0;
}

/* SplitMix64 (Steele, Lea, Flood 2014): the same numbers everywhere. */
static inline uint32_t dice(uint64_t *seed, uint32_t sides)
{
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)(((z ^ (z >> 31)) >> 32) * sides >> 32);
}

struct made {
    struct solve_problem p;
    uint64_t *first;
    struct solve_edge *edges;
    uint32_t *wanted, *capacity, *load;
};

static inline void made_room(struct arena *mem, struct made *m, uint32_t needs, uint32_t providers,
                             size_t edges)
{
    m->first = arena_array(mem, (size_t)needs + 1, sizeof *m->first);
    m->edges = arena_array(mem, edges + 1, sizeof *m->edges);
    m->wanted = arena_array(mem, (size_t)needs + 1, sizeof *m->wanted);
    m->capacity = arena_array(mem, (size_t)providers + 1, sizeof *m->capacity);
    m->load = arena_array(mem, (size_t)providers + 1, sizeof *m->load);
    m->p = (struct solve_problem){needs,     providers,   m->first, m->edges,
                                  m->wanted, m->capacity, m->load,  0};
}

/* Adds an edge to the last need begun, unless the provider is there already. */
static inline void made_edge(struct made *m, uint32_t need, uint32_t provider, int32_t weight)
{
    uint64_t *end = &m->first[need + 1];
    for (uint64_t k = m->first[need]; k < *end; k++)
        if (m->edges[k].provider == provider)
            return;
    m->edges[(*end)++] = (struct solve_edge){provider, weight};
}

/* Sizes up to the given ones, several wanted, several places, none at all, loads, lambda, ties. */
static inline void made_any(struct arena *mem, struct made *m, uint64_t *seed, uint32_t needs,
                            uint32_t providers, uint32_t degree)
{
    needs = dice(seed, needs + 1);
    providers = 1 + dice(seed, providers);
    uint32_t heaviest = dice(seed, 2) ? 4 : 1 + dice(seed, 1000);
    made_room(mem, m, needs, providers, (size_t)needs * degree);
    for (uint32_t i = 0; i < needs; i++) {
        m->wanted[i] = dice(seed, 4) ? 1 : dice(seed, 4);
        m->first[i + 1] = m->first[i];
        for (uint32_t k = dice(seed, degree + 1); k > 0; k--)
            made_edge(m, i, dice(seed, providers), 1 + (int32_t)dice(seed, heaviest));
    }
    for (uint32_t j = 0; j < providers; j++) {
        m->capacity[j] = dice(seed, 3) ? 1 : dice(seed, 4);
        m->load[j] = dice(seed, 3) ? 0 : dice(seed, 3);
    }
    m->p.lambda = dice(seed, 2) ? 0 : dice(seed, heaviest / 2 + 2);
}

#endif
