/* solve_test -- the solver against the slow truth, hard families, and a certificate that refuses.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/solve_test.h"
#include <math.h>
#include <string.h>

/* ---- the slow truth: every subset of the edges ---- */

struct truth {
    const struct solve_problem *p;
    uint32_t need, taken; /* of this need so far */
    uint32_t held[16];
};

static int64_t best_from(struct truth *t, uint64_t edge)
{
    const struct solve_problem *p = t->p;
    while (t->need < p->needs && edge == p->first[t->need + 1]) {
        t->need++;
        t->taken = 0;
    }
    if (t->need == p->needs)
        return 0;
    struct truth with = *t, without = *t;
    int64_t best = best_from(&without, edge + 1);
    uint32_t j = p->edges[edge].provider;
    if (t->taken < p->wanted[t->need] && t->held[j] < p->capacity[j]) {
        int64_t cost = p->lambda * ((int64_t)p->load[j] + with.held[j]);
        with.held[j]++;
        with.taken++;
        int64_t gain = p->edges[edge].weight - cost + best_from(&with, edge + 1);
        best = gain > best ? gain : best;
    }
    return best;
}

/* Solves, and lets the certificate decide: whether the pairs are allowed and the bound is met. */
static struct solve_result solved(struct made *m, const struct solve_options *o)
{
    struct solve_result r;
    if (solve(&context, &m->p, o, &r) != OK)
        fail_msg("refused: %.*s", STR(context.fault.message));
    struct solve_proof proof = solve_certify(&memory, &m->p, &r);
    assert_int_equal(proof.faults, 0);
    assert_int_equal(proof.objective, r.objective);
    assert_int_equal(r.gap, 0);
    assert_true(proof.optimal);
    return r;
}

static void small_cases_are_as_the_slow_truth_says(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int round = 0; round < 100000; round++) {
        struct arena_mark start = arena_mark(&memory);
        struct made m;
        made_any(&memory, &m, &seed, 4, 4, 3);
        struct solve_options o = {.threads = round % 50 == 0 ? 2 : 1};
        struct solve_result r = solved(&m, &o);
        assert_int_equal(r.objective, best_from(&(struct truth){.p = &m.p}, 0));
        arena_rewind(&memory, start);
    }
}

static void middling_cases_are_certified(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (int round = 0; round < 40000; round++) {
        struct arena_mark start = arena_mark(&memory);
        struct made m;
        if (round % 2)
            made_any(&memory, &m, &seed, 120, 60, 8);
        else
            made_any(&memory, &m, &seed, 20, 24, 5); /* hardly anything ties: one phase is all */
        solved(&m, &(struct solve_options){.threads = 1 + round / 2 % 4});
        arena_rewind(&memory, start);
    }
}

/* ---- shapes that hurt an auction ---- */

enum family { UNIFORM, TWO_WEIGHTS, PRICE_WAR, POPULAR, NEAR, BAND, PRODUCT, COUNT_ONLY, FAMILIES };

static void make_family(struct made *m, enum family family, uint32_t n, uint32_t degree,
                        int32_t top, uint64_t *seed)
{
    uint32_t providers = family == PRICE_WAR ? n - n / 10 : n;
    made_room(&memory, m, n, providers, (size_t)n * degree);
    double *at = arena_array(&memory, 4 * (size_t)n, sizeof *at);
    for (uint32_t k = 0; k < 4 * n; k++)
        at[k] = dice(seed, 1 << 30) / (double)(1 << 30);
    for (uint32_t j = 0; j < providers; j++)
        m->capacity[j] = 1;
    for (uint32_t i = 0; i < n; i++) {
        m->wanted[i] = 1;
        m->first[i + 1] = m->first[i];
        for (uint32_t k = 0; k < degree; k++) {
            uint32_t j = dice(seed, providers);
            int32_t w = 1 + (int32_t)dice(seed, (uint32_t)top);
            if (family == TWO_WEIGHTS)
                w = dice(seed, 2) ? top : top / 100 + 1;
            else if (family == COUNT_ONLY)
                w = 1 + (int32_t)dice(seed, 2);
            else if (family == PRICE_WAR) /* nearly all alike, and too few places */
                w = top - (int32_t)dice(seed, 3);
            else if (family == POPULAR)
                j = (uint32_t)(providers * pow(at[dice(seed, 4 * n)], 4));
            else if (family == NEAR)
                w = 1 +
                    (int32_t)(top *
                              (1 - hypot(at[i] - at[2 * n + j], at[n + i] - at[3 * n + j]) / 1.5));
            else if (family == BAND) { /* long chains */
                j = (i + dice(seed, 2 * degree) + providers - degree) % providers;
                w = top - (int32_t)dice(seed, (uint32_t)top / 10 + 1);
            } else if (family == PRODUCT)
                w = 1 + (int32_t)((i % 1000 + 1.0) * ((j * 7919u) % 1000 + 1) * top / 1e6);
            made_edge(m, i, j, w);
        }
    }
}

static void hard_families_are_certified(void **state)
{
    (void)state;
    uint64_t seed = 3;
    static const int32_t tops[] = {100, 10000, 1000000};
    for (int family = 0; family < FAMILIES; family++)
        for (size_t top = 0; top < COUNT(tops); top++)
            for (int round = 0; round < 4; round++) {
                struct arena_mark start = arena_mark(&memory);
                struct made m;
                make_family(&m, (enum family)family, 300u << round, 8, tops[top], &seed);
                m.p.lambda = round % 2 ? tops[top] / 50 : 0;
                solved(&m, &(struct solve_options){.threads = round == 3 ? 2 : 1});
                arena_rewind(&memory, start);
            }
}

/* Two hundred wanted, hundreds of places, the heaviest weights that are allowed. */
static void large_numbers_do_not_overflow(void **state)
{
    (void)state;
    uint64_t seed = 4;
    for (int round = 0; round < 200; round++) {
        struct arena_mark start = arena_mark(&memory);
        struct made m;
        made_any(&memory, &m, &seed, 40, 40, 20);
        for (uint64_t k = 0; k < m.first[m.p.needs]; k++)
            m.edges[k].weight = SOLVE_MAX_WEIGHT - (int32_t)dice(&seed, 1u << (round % 28));
        for (uint32_t j = 0; j < m.p.providers; j++) {
            m.capacity[j] = dice(&seed, 2) ? SOLVE_MAX_WANTED : 1;
            m.load[j] = dice(&seed, 4) ? m.load[j] : SOLVE_MAX_LOAD;
        }
        for (uint32_t i = 0; i < m.p.needs; i++)
            m.wanted[i] = dice(&seed, 3) ? 1 : SOLVE_MAX_WANTED;
        m.p.lambda = round % 3 ? dice(&seed, SOLVE_MAX_WEIGHT) : SOLVE_MAX_WEIGHT;
        solved(&m, NULL);
        arena_rewind(&memory, start);
    }
}

static void one_thread_gives_the_same_pairs_again(void **state)
{
    (void)state;
    uint64_t seed = 5;
    struct made m;
    make_family(&m, NEAR, 3000, 12, 20, &seed);
    struct solve_result a = solved(&m, &(struct solve_options){.threads = 1});
    struct solve_result b = solved(&m, &(struct solve_options){.threads = 1});
    assert_int_equal(a.matched, b.matched);
    assert_memory_equal(a.pairs, b.pairs, a.matched * sizeof *a.pairs);
    assert_memory_equal(a.price, b.price, m.p.providers * sizeof *a.price);
}

static void several_threads_find_the_same_optimum(void **state)
{
    (void)state;
    uint64_t seed = 11;
    static const enum family families[] = {NEAR, POPULAR, BAND};
    for (size_t k = 0; k < COUNT(families); k++) {
        struct arena_mark start = arena_mark(&memory);
        struct made m;
        make_family(&m, families[k], 20000, 6, 10000, &seed);
        int64_t one = solved(&m, &(struct solve_options){.threads = 1}).objective;
        for (int threads = 2; threads <= 4; threads++)
            assert_int_equal(solved(&m, &(struct solve_options){.threads = threads}).objective,
                             one);
        arena_rewind(&memory, start);
    }
}

static void edges_in_order_are_used_in_place(void **state)
{
    (void)state;
    struct made m;
    uint64_t seed = 6;
    make_family(&m, POPULAR, 50, 8, 100, &seed);
    struct solve_result copied = solved(&m, NULL), r;
    struct solve_options o = {.sorted = true};
    assert_int_equal(solve(&context, &m.p, &o, &r), ERR_INPUT);
    fault_clear(&context);
    for (uint32_t i = 0; i < m.p.needs; i++) /* few: by exchange */
        for (uint64_t a = m.first[i]; a < m.first[i + 1]; a++)
            for (uint64_t b = a + 1; b < m.first[i + 1]; b++)
                if (m.edges[a].weight < m.edges[b].weight) {
                    struct solve_edge x = m.edges[a];
                    m.edges[a] = m.edges[b];
                    m.edges[b] = x;
                }
    assert_int_equal(solved(&m, &o).objective, copied.objective);
}

/* ---- the certificate ---- */

static void a_planted_error_is_refused(void **state)
{
    (void)state;
    uint64_t seed = 8;
    struct made m;
    make_family(&m, NEAR, 500, 8, 10000, &seed);
    m.p.lambda = 30;
    struct solve_result r = solved(&m, NULL);
    int32_t *price = arena_array(&memory, m.p.providers, sizeof *price);
    int32_t *value = arena_array(&memory, m.p.needs, sizeof *value);
    memcpy(price, r.price, m.p.providers * sizeof *price);
    memcpy(value, r.value, m.p.needs * sizeof *value);
    struct solve_result bad = r;
    bad.price = price;
    bad.value = value;
    assert_true(solve_certify(&memory, &m.p, &bad).optimal);
    uint32_t served = r.pairs[7].provider;
    for (int by = -1; by <= 1; by += 2) { /* a price or a value: one more, one less */
        price[served] += by * 500;
        assert_false(solve_certify(&memory, &m.p, &bad).optimal);
        price[served] -= by * 500;
        value[r.pairs[7].need] += by;
        assert_false(solve_certify(&memory, &m.p, &bad).optimal);
        value[r.pairs[7].need] -= by;
    }
    bad.pairs = arena_array(&memory, r.matched + 1, sizeof *bad.pairs);
    memcpy(bad.pairs, r.pairs, r.matched * sizeof *r.pairs);
    bad.pairs[3].provider = (bad.pairs[3].provider + 1) % m.p.providers; /* another person */
    assert_false(solve_certify(&memory, &m.p, &bad).optimal);
    bad.pairs[3] = r.pairs[3];
    bad.pairs[3].weight++; /* a better score than there is */
    assert_true(solve_certify(&memory, &m.p, &bad).faults > 0);
    bad.pairs[3] = r.pairs[3];
    bad.pairs[r.matched] = r.pairs[r.matched - 1]; /* one pair twice */
    bad.matched = r.matched + 1;
    assert_true(solve_certify(&memory, &m.p, &bad).faults > 0);
    bad.matched = r.matched - 1; /* one pair fewer */
    assert_false(solve_certify(&memory, &m.p, &bad).optimal);
    bad.matched = r.matched;
    assert_true(solve_certify(&memory, &m.p, &bad).optimal);
}

/* ---- refused ---- */

static void wrong(struct made *m, const char *word)
{
    struct solve_result r;
    assert_int_equal(solve(&context, &m->p, NULL, &r), ERR_INPUT);
    if (str_find(context.fault.message, str_c(word)) < 0)
        fail_msg("\"%.*s\" does not say %s", STR(context.fault.message), word);
    fault_clear(&context);
}

static void bad_input_is_named(void **state)
{
    (void)state;
    uint64_t seed = 9;
    struct made m;
    make_family(&m, UNIFORM, 20, 4, 100, &seed);
    struct solve_edge good = m.edges[0];
    m.edges[0].provider = 20;
    wrong(&m, "第 1 项需求写了第 21 位服务者");
    m.edges[0] = good;
    m.edges[0].weight = 0;
    wrong(&m, "分数是 0");
    m.edges[0].weight = -5;
    wrong(&m, "分数是 -5");
    m.edges[0].weight = SOLVE_MAX_WEIGHT + 1;
    wrong(&m, "268435455");
    m.edges[0] = m.edges[1];
    wrong(&m, "写了两次");
    m.edges[0] = good;
    m.wanted[2] = SOLVE_MAX_WANTED + 1;
    wrong(&m, "第 3 项需求要 65536 人");
    m.wanted[2] = 1;
    m.capacity[4] = UINT32_MAX;
    wrong(&m, "第 5 位服务者");
    m.capacity[4] = 1;
    m.p.lambda = -1;
    wrong(&m, "均衡系数");
    m.p.lambda = 0;
    m.first[3] = m.first[5];
    wrong(&m, "颠倒");
}

static bool at_once(void *arg)
{
    ++*(int *)arg;
    return true;
}

static void a_run_can_be_stopped_and_run_again(void **state)
{
    (void)state;
    uint64_t seed = 10;
    struct made m;
    struct solver *s;
    struct solve_result r;
    int asked = 0;
    make_family(&m, PRICE_WAR, 2000, 8, 10000, &seed);
    struct solve_options o = {.stop = at_once, .stop_arg = &asked};
    assert_int_equal(solve_open(&context, &m.p, &o, &s), OK);
    assert_int_equal(solve_run(&context, s), ERR_BUSY);
    assert_true(asked > 0);
    fault_clear(&context);
    assert_int_equal(solve_result(&context, s, &r), ERR_INPUT);
    fault_clear(&context);
    solve_close(s);
}

static void pairs_are_grouped_by_need(void **state)
{
    (void)state;
    static const struct solve_pair pairs[] = {{1, 0, 5}, {0, 1, 7}, {1, 1, 9}};
    struct solve_problem p = {.providers = 2};
    struct solve_result r;
    assert_int_equal(solve_group(&context, 2, pairs, COUNT(pairs), &p), OK);
    assert_int_equal(solve(&context, &p, NULL, &r), OK);
    assert_int_equal(r.objective, 12);
    assert_int_equal(r.matched, 2);
    assert_int_equal(solve_group(&context, 1, pairs, COUNT(pairs), &p), ERR_INPUT);
    fault_clear(&context);
}

static void nothing_to_do_is_fine(void **state)
{
    (void)state;
    struct made m;
    made_room(&memory, &m, 0, 0, 0);
    assert_int_equal(solved(&m, NULL).matched, 0);
    made_room(&memory, &m, 3, 2, 0);
    m.wanted[0] = m.wanted[2] = 1;
    m.capacity[1] = 3;
    assert_int_equal(solved(&m, NULL).objective, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(small_cases_are_as_the_slow_truth_says, setup, teardown),
        cmocka_unit_test_setup_teardown(middling_cases_are_certified, setup, teardown),
        cmocka_unit_test_setup_teardown(hard_families_are_certified, setup, teardown),
        cmocka_unit_test_setup_teardown(large_numbers_do_not_overflow, setup, teardown),
        cmocka_unit_test_setup_teardown(one_thread_gives_the_same_pairs_again, setup, teardown),
        cmocka_unit_test_setup_teardown(several_threads_find_the_same_optimum, setup, teardown),
        cmocka_unit_test_setup_teardown(edges_in_order_are_used_in_place, setup, teardown),
        cmocka_unit_test_setup_teardown(a_planted_error_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(bad_input_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(a_run_can_be_stopped_and_run_again, setup, teardown),
        cmocka_unit_test_setup_teardown(pairs_are_grouped_by_need, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_to_do_is_fine, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
