/* nearby_test -- the best few, compared with looking at everybody. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/solve_test.h"
#include "solve/nearby.h"
#include <stdlib.h>
#include <string.h>

enum { SKILLS = 4, BEST = 20 };

static struct nearby_entry any_entry(uint64_t *seed, uint32_t id, uint32_t width, uint32_t height)
{
    return (struct nearby_entry){(int32_t)dice(seed, width) - 500,
                                 (int32_t)dice(seed, height) - 500,
                                 dice(seed, 1 << 21) & dice(seed, 1 << 21),
                                 id,
                                 (int32_t)dice(seed, 40) * 50,
                                 (uint16_t)(dice(seed, SKILLS * SKILLS) / SKILLS),
                                 dice(seed, 10) ? 100 : 250};
}

static int by_score(const void *a, const void *b)
{
    const struct solve_edge *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return (x->provider > y->provider) - (x->provider < y->provider);
}

/* Everybody's score, the best first. */
static size_t slowly(const struct nearby_query *q, const struct nearby_entry *e, size_t n,
                     struct solve_edge *out)
{
    size_t found = 0;
    for (size_t k = 0; k < n; k++) {
        int64_t score = e[k].skill == q->skill ? nearby_score(q, &e[k]) : -1;
        if (score >= 1)
            out[found++] = (struct solve_edge){e[k].id, (int32_t)score};
    }
    qsort(out, found, sizeof *out, by_score);
    return found < q->best ? found : q->best;
}

static void same_as_everybody(const struct nearby *nb, const struct nearby_entry *e, size_t n,
                              uint32_t width, uint32_t height, uint64_t *seed, int queries)
{
    struct arena_mark start = arena_mark(&memory);
    struct solve_edge *all = arena_array(&memory, n + 1, sizeof *all), got[BEST];
    for (int round = 0; round < queries; round++) {
        struct nearby_favour favour[2] = {{0}};
        size_t found, nfavours = n && dice(seed, 3) == 0 ? 1 + dice(seed, 2) : 0;
        for (size_t k = 0; k < nfavours; k++) {
            const struct nearby_entry *f = &e[dice(seed, (uint32_t)n)];
            favour[k] = (struct nearby_favour){f->id, f->x, f->y, 300};
        }
        if (nfavours == 2 && favour[0].id == favour[1].id)
            nfavours = 1;
        struct nearby_query q = {(int32_t)dice(seed, width + 400) - 700,
                                 (int32_t)dice(seed, height + 400) - 700,
                                 dice(seed, 4) ? 1u << dice(seed, 21) : 0,
                                 1 + dice(seed, 900),
                                 (int32_t)dice(seed, 4000),
                                 (uint16_t)dice(seed, SKILLS),
                                 (uint16_t)(1 + dice(seed, BEST)),
                                 favour,
                                 nfavours};
        size_t want = slowly(&q, e, n, all);
        assert_int_equal(nearby_best(&context, nb, &q, got, &found), OK);
        assert_int_equal(found, want);
        if (want)
            assert_memory_equal(got, all, want * sizeof *all);
    }
    arena_rewind(&memory, start);
}

static void the_best_are_the_best_of_all(void **state)
{
    (void)state;
    uint64_t seed = 31;
    static const uint32_t shapes[][2] = {{2000, 2000}, {9000, 3}, {1, 1}, {300, 5000}};
    static const size_t sizes[] = {0, 1, 7, 300, 5000};
    for (size_t shape = 0; shape < COUNT(shapes); shape++)
        for (size_t size = 0; size < COUNT(sizes); size++) {
            struct arena_mark start = arena_mark(&memory);
            struct nearby_entry *e = arena_array(&memory, sizes[size] + 1, sizeof *e);
            struct nearby *nb;
            for (uint32_t k = 0; k < sizes[size]; k++)
                e[k] = any_entry(&seed, k, shapes[shape][0], shapes[shape][1]);
            assert_int_equal(nearby_open(&context, SKILLS, e, sizes[size], &nb), OK);
            same_as_everybody(nb, e, sizes[size], shapes[shape][0], shapes[shape][1], &seed, 300);
            nearby_close(nb);
            arena_rewind(&memory, start);
        }
}

/* From nobody to many, farther out than at first, and back. */
static void coming_and_going_change_the_answer(void **state)
{
    (void)state;
    enum { MANY = 4000 };
    uint64_t seed = 32;
    struct nearby_entry *e = arena_array(&memory, MANY, sizeof *e);
    struct nearby *nb;
    size_t n = 0;
    uint32_t next = 0;
    assert_int_equal(nearby_open(&context, SKILLS, NULL, 0, &nb), OK);
    for (int round = 0; round < 20000; round++) {
        bool grows = round < 10000 ? dice(&seed, 3) > 0 : dice(&seed, 3) == 0;
        if (grows && n < MANY) {
            e[n] = any_entry(&seed, next++, 200 + (uint32_t)round / 5, 1500);
            assert_int_equal(nearby_add(&context, nb, &e[n++]), OK);
        } else if (n) {
            size_t k = dice(&seed, (uint32_t)n);
            assert_int_equal(nearby_remove(&context, nb, &e[k]), OK);
            assert_int_equal(nearby_remove(&context, nb, &e[k]), ERR_MISSING);
            fault_clear(&context);
            e[k] = e[--n];
        }
        if (round % 50 == 0)
            same_as_everybody(nb, e, n, 4000, 1500, &seed, 4);
    }
    nearby_close(nb);
}

static void bad_entries_are_named(void **state)
{
    (void)state;
    struct nearby *nb;
    struct nearby_entry e[] = {{.stretch = 100}, {.skill = SKILLS, .stretch = 100}};
    struct solve_edge out[BEST];
    size_t found;
    assert_int_equal(nearby_open(&context, SKILLS, e, 2, &nb), ERR_INPUT);
    assert_true(str_find(context.fault.message, S("第 2 条技能号")) >= 0);
    fault_clear(&context);
    e[1] = (struct nearby_entry){.x = INT32_MAX};
    assert_int_equal(nearby_open(&context, SKILLS, e, 2, &nb), ERR_INPUT);
    fault_clear(&context);
    e[1] = (struct nearby_entry){.base = -1};
    assert_int_equal(nearby_open(&context, SKILLS, e, 2, &nb), ERR_INPUT);
    fault_clear(&context);
    assert_int_equal(nearby_open(&context, SKILLS, e, 1, &nb), OK);
    struct nearby_query q = {.reach = 0, .best = 1};
    assert_int_equal(nearby_best(&context, nb, &q, out, &found), ERR_INPUT);
    fault_clear(&context);
    q = (struct nearby_query){.reach = 5, .best = NEARBY_MAX_BEST + 1};
    assert_int_equal(nearby_best(&context, nb, &q, out, &found), ERR_INPUT);
    fault_clear(&context);
    nearby_close(nb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_best_are_the_best_of_all, setup, teardown),
        cmocka_unit_test_setup_teardown(coming_and_going_change_the_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(bad_entries_are_named, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
