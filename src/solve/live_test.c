/* live_test -- series of changes: after each one exactly as good as a run from scratch. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/solve_test.h"
#include "solve/inner.h"
#include <string.h>

/* What the solver should know, kept the plain way: a weight for every need and provider. */
enum { NEEDS = 40, PROVIDERS = 24 };
struct mirror {
    uint32_t needs, providers;
    int32_t weight[NEEDS][PROVIDERS]; /* 0 = no edge */
    uint32_t wanted[NEEDS], capacity[PROVIDERS], load[PROVIDERS];
    bool gone[NEEDS];
    int64_t lambda, settled;
    int32_t heaviest;
};

static size_t row(const struct mirror *m, uint32_t i, struct solve_edge *out)
{
    size_t n = 0;
    for (uint32_t j = 0; j < m->providers; j++)
        if (m->weight[i][j])
            out[n++] = (struct solve_edge){j, m->weight[i][j]};
    return n;
}

static struct solve_problem problem_of(const struct mirror *m)
{
    uint64_t *first = arena_array(&memory, NEEDS + 1, sizeof *first);
    struct solve_edge *edges = arena_array(&memory, NEEDS * PROVIDERS, sizeof *edges);
    for (uint32_t i = 0; i < m->needs; i++)
        first[i + 1] = first[i] + row(m, i, edges + first[i]);
    return (struct solve_problem){m->needs,  m->providers, first,   edges,
                                  m->wanted, m->capacity,  m->load, m->lambda};
}

static void fill_need(struct mirror *m, uint32_t i, uint64_t *seed)
{
    m->gone[i] = false;
    m->wanted[i] = dice(seed, 4) ? 1 : dice(seed, 4);
    for (uint32_t j = 0; j < PROVIDERS; j++)
        m->weight[i][j] = j < m->providers && dice(seed, 5) == 0
                              ? 1 + (int32_t)dice(seed, (uint32_t)m->heaviest)
                              : 0;
}

static void fill(struct mirror *m, uint64_t *seed)
{
    *m =
        (struct mirror){.needs = 1 + dice(seed, NEEDS / 2), .providers = 1 + dice(seed, PROVIDERS)};
    m->heaviest = dice(seed, 2) ? 5 : 1000;
    m->lambda = dice(seed, 2) ? 0 : dice(seed, (uint32_t)m->heaviest / 2 + 1);
    for (uint32_t j = 0; j < m->providers; j++) {
        m->capacity[j] = dice(seed, 3) ? 1 : dice(seed, 4);
        m->load[j] = dice(seed, 3);
    }
    for (uint32_t i = 0; i < m->needs; i++)
        fill_need(m, i, seed);
}

static void check(enum err e)
{
    if (e != OK)
        fail_msg("refused: %.*s", STR(context.fault.message));
}

static void change_need(struct mirror *m, struct solver *s, uint64_t *seed)
{
    struct solve_edge edges[PROVIDERS];
    uint32_t i = dice(seed, m->needs);
    if (m->gone[i] || dice(seed, 3) == 0) {
        for (i = 0; i < m->needs && !m->gone[i]; i++)
            ;
        if (i == NEEDS)
            return;
        fill_need(m, i, seed);
        uint32_t got;
        check(solve_need_add(&context, s, m->wanted[i], edges, row(m, i, edges), &got));
        if (i == m->needs) /* none had left: a new number */
            m->needs++;
        else if (got != i) { /* another one that had left */
            memcpy(m->weight[got], m->weight[i], sizeof m->weight[i]);
            m->wanted[got] = m->wanted[i];
            memset(m->weight[i], 0, sizeof m->weight[i]);
            m->gone[i] = true;
            m->gone[got] = false;
        }
        return;
    }
    if (dice(seed, 2)) {
        check(solve_need_cancel(&context, s, i));
        m->gone[i] = true;
        m->wanted[i] = 0;
        memset(m->weight[i], 0, sizeof m->weight[i]);
        assert_int_equal(solve_need_cancel(&context, s, i), ERR_INPUT);
        fault_clear(&context);
    } else {
        fill_need(m, i, seed);
        check(solve_need_change(&context, s, i, m->wanted[i], edges, row(m, i, edges)));
    }
}

/* One pair: declined, weighed anew or accepted. */
static void change_pair(struct mirror *m, struct solver *s, uint64_t *seed)
{
    uint32_t i = dice(seed, m->needs), j = dice(seed, m->providers);
    struct solve_pair held;
    if (dice(seed, 3) && solve_pairs_of(s, i, &held, 1)) /* rather somebody who is concerned */
        j = held.provider;
    if (m->gone[i])
        return;
    if (!m->weight[i][j]) {
        assert_int_equal(solve_decline(&context, s, i, j), ERR_INPUT);
        fault_clear(&context);
        return;
    }
    struct solve_pair pairs[PROVIDERS];
    size_t n = solve_pairs_of(s, i, pairs, PROVIDERS);
    bool has = false;
    for (size_t k = 0; k < n; k++)
        has = has || pairs[k].provider == j;
    switch (dice(seed, 3)) {
    case 0:
        check(solve_decline(&context, s, i, j));
        m->weight[i][j] = 0;
        break;
    case 1:
        m->weight[i][j] = 1 + (int32_t)dice(seed, (uint32_t)m->heaviest + 50);
        check(solve_weight(&context, s, i, j, m->weight[i][j]));
        break;
    default:
        assert_int_equal(solve_accept(&context, s, i, j), has ? OK : ERR_CONFLICT);
        fault_clear(&context);
        if (has) {
            m->settled += m->weight[i][j] - m->lambda * m->load[j];
            m->weight[i][j] = 0;
            m->load[j]++;
            m->capacity[j]--;
            m->wanted[i]--;
        }
    }
}

static void change_provider(struct mirror *m, struct solver *s, uint64_t *seed)
{
    uint32_t j = dice(seed, m->providers);
    if (dice(seed, 6) == 0 && m->providers < PROVIDERS) {
        j = m->providers++;
        m->capacity[j] = dice(seed, 3);
        m->load[j] = dice(seed, 3);
        uint32_t got;
        check(solve_provider_add(&context, s, m->capacity[j], m->load[j], &got));
        assert_int_equal(got, j);
        return;
    }
    m->capacity[j] = dice(seed, 2) ? 0 : dice(seed, 6);
    check(solve_provider_capacity(&context, s, j, m->capacity[j]));
}

static void as_good_as_cold(const struct mirror *m, struct solver *s)
{
    struct solve_problem p = problem_of(m);
    struct solve_result cold, live;
    check(solve(&context, &p, NULL, &cold));
    check(solve_result(&context, s, &live));
    struct solve_proof proof = solve_certify(&memory, &p, &live);
    assert_int_equal(proof.faults, 0);
    assert_int_equal(live.objective, cold.objective);
    assert_int_equal(live.gap, 0);
    assert_int_equal(solve_settled(s), m->settled);
}

static void one_series(uint64_t *seed, int events)
{
    struct mirror m;
    fill(&m, seed);
    struct solve_problem p = problem_of(&m);
    struct solver *s;
    struct solve_edge a[PROVIDERS];
    size_t n = 0;
    check(solve_open(&context, &p, NULL, &s));
    assert_int_equal(solve_need_change(&context, s, 0, 1, a, 0), ERR_INPUT); /* not run yet */
    fault_clear(&context);
    check(solve_run(&context, s));
    for (int k = 0; k < events; k++) {
        switch (dice(seed, 4)) {
        case 0:
            change_need(&m, s, seed);
            break;
        case 1:
            change_provider(&m, s, seed);
            break;
        default:
            change_pair(&m, s, seed);
        }
        solve_touched(s, &n);
        assert_true(n <= 64 * NEEDS);
        if (k % 4 == 3)
            as_good_as_cold(&m, s);
    }
    as_good_as_cold(&m, s);
    solve_close(s);
}

static void ten_thousand_series_stay_exact(void **state)
{
    (void)state;
    uint64_t seed = 11;
    for (int round = 0; round < 10000; round++) {
        struct arena_mark start = arena_mark(&memory);
        one_series(&seed, 12);
        arena_rewind(&memory, start);
    }
}

static void long_series_reuse_what_was_left(void **state)
{
    (void)state;
    uint64_t seed = 12;
    for (int round = 0; round < 20; round++) {
        struct arena_mark start = arena_mark(&memory);
        one_series(&seed, 2000);
        arena_rewind(&memory, start);
    }
}

/* Lists that move leave holes, which are taken out while the pairs stay. */
static void holes_are_taken_out(void **state)
{
    (void)state;
    enum { MANY = 2000, ROUNDS = 120 };
    uint64_t seed = 13;
    struct made m;
    struct solver *s;
    struct solve_proof proof;
    struct solve_edge edges[ROUNDS + 2];
    bool cold;
    made_room(&memory, &m, MANY, MANY, 0);
    for (uint32_t j = 0; j < MANY; j++)
        m.capacity[j] = 1;
    check(solve_open(&context, &m.p, NULL, &s));
    check(solve_run(&context, s));
    for (uint32_t round = 0; round < ROUNDS; round++)
        for (uint32_t i = round % 2; i < MANY; i += 2) {
            uint32_t n = round / 2 + 2; /* longer each time: it needs another place */
            for (uint32_t k = 0; k < n; k++)
                edges[k] = (struct solve_edge){(i + 7 * k) % MANY, 1 + (int32_t)dice(&seed, 99)};
            check(solve_need_change(&context, s, i, 1, edges, n));
            s->search[0].heap_cap = MANY + 2; /* the least a queue may have: it is swept often */
        }
    check(solve_check(&context, s, &proof, &cold));
    assert_true(proof.optimal && !cold);
    assert_int_equal(solve_cold_runs(s), 0);
    solve_close(s);
}

/* Should a price ever be wrong, the certificate says so and the solver begins anew. */
static void a_wrong_price_leads_to_a_cold_run(void **state)
{
    (void)state;
    uint64_t seed = 14;
    struct mirror m;
    struct solver *s;
    struct solve_proof proof;
    size_t touched;
    bool cold;
    do
        fill(&m, &seed);
    while (m.needs < 10 || m.providers < 10);
    struct solve_problem p = problem_of(&m);
    check(solve_open(&context, &p, NULL, &s));
    check(solve_run(&context, s));
    check(solve_provider_capacity(&context, s, 0, m.capacity[0] = 2));
    check(solve_check(&context, s, &proof, &cold));
    assert_true(proof.optimal && !cold);
    uint32_t j = 0;
    while (s->provider[j].held == 0)
        j++;
    s->price[j] += 7;
    check(solve_check(&context, s, &proof, &cold));
    assert_true(proof.optimal && cold);
    assert_int_equal(solve_cold_runs(s), 1);
    solve_touched(s, &touched);
    assert_int_equal(touched, m.needs); /* anything may have changed */
    as_good_as_cold(&m, s);
    check(solve_provider_capacity(&context, s, j, m.capacity[j] = 0));
    as_good_as_cold(&m, s);
    solve_close(s);
}

/* Who has been asked is moved for a good reason only. */
static void a_bonus_keeps_the_asked_in_place(void **state)
{
    (void)state;
    static const struct solve_edge first[] = {{0, 10}, {1, 10}};
    uint64_t first_of[] = {0, 2};
    struct solve_problem p = {1, 2, first_of, first, NULL, NULL, NULL, 0};
    for (int bonus = 0; bonus <= 3; bonus += 3) {
        struct solver *s;
        struct solve_pair asked, now;
        uint32_t other;
        size_t touched;
        check(solve_open(&context, &p, NULL, &s));
        check(solve_run(&context, s));
        solve_pairs_of(s, 0, &asked, 1);
        check(solve_weight(&context, s, 0, asked.provider, 10 + bonus));
        struct solve_edge wish[] = {{asked.provider, 10}, {1 - asked.provider, 9}};
        check(solve_need_add(&context, s, 1, wish, COUNT(wish), &other));
        assert_int_equal(solve_pairs_of(s, 0, &now, 1), 1);
        assert_int_equal(now.provider, bonus ? asked.provider : 1 - asked.provider);
        solve_touched(s, &touched);
        assert_true(bonus || touched >= 2); /* the new one, and the one it moved */
        solve_close(s);
    }
}

static void the_price_of_others_counts_in_the_ranking(void **state)
{
    (void)state;
    /* 0 is the only one for need 0, which is worth 90; 1 is free. */
    static const struct solve_edge edges[] = {{0, 90}, {0, 80}};
    uint64_t first[] = {0, 1, 2};
    struct solve_problem p = {2, 3, first, edges, NULL, (uint32_t[]){1, 1, 0}, NULL, 0};
    struct solve_edge offers[] = {{2, 100}, {0, 99}, {1, 40}};
    struct solver *s;
    check(solve_open(&context, &p, NULL, &s));
    check(solve_run(&context, s));
    check(solve_rank(&context, s, offers, COUNT(offers)));
    assert_int_equal(offers[0].provider, 1);
    assert_int_equal(offers[1].provider, 0);
    assert_int_equal(offers[2].provider, 2); /* closed */
    offers[1].provider = 3;
    assert_int_equal(solve_rank(&context, s, offers, COUNT(offers)), ERR_INPUT);
    fault_clear(&context);
    solve_close(s);
}

static void a_search_says_when_it_needs_edges_that_are_not_listed(void **state)
{
    (void)state;
    /* Need 0 pays 10 for the only place and goes away: now need 1 should have it, 7 cheaper. */
    static const struct solve_edge edges[] = {{0, 10}, {0, 3}};
    uint64_t first[] = {0, 1, 2};
    struct solve_problem p = {2, 1, first, edges, NULL, NULL, NULL, 0};
    struct solver *s;
    struct solve_pair pair;
    check(solve_open(&context, &p, NULL, &s));
    check(solve_run(&context, s));
    pair_drop(s, 0, s->held[s->need[0].held_at]);
    s->need[0].wanted = 0;
    s->value[0] = NEVER;
    int32_t price = s->price[0];
    assert_in_range(price, 4, 10);
    turn_near(s, price - 3); /* need 1 costs exactly that: not below it */
    assert_false(search_back(&s->search[0], 0));
    assert_int_equal(s->price[0], price);
    assert_int_equal(solve_pairs_of(s, 1, &pair, 1), 0);
    turn_near(s, price - 2);
    assert_true(search_back(&s->search[0], 0));
    assert_int_equal(s->price[0], 3);
    assert_int_equal(solve_pairs_of(s, 1, &pair, 1), 1);
    solve_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ten_thousand_series_stay_exact, setup, teardown),
        cmocka_unit_test_setup_teardown(long_series_reuse_what_was_left, setup, teardown),
        cmocka_unit_test_setup_teardown(holes_are_taken_out, setup, teardown),
        cmocka_unit_test_setup_teardown(a_wrong_price_leads_to_a_cold_run, setup, teardown),
        cmocka_unit_test_setup_teardown(a_bonus_keeps_the_asked_in_place, setup, teardown),
        cmocka_unit_test_setup_teardown(the_price_of_others_counts_in_the_ranking, setup, teardown),
        cmocka_unit_test_setup_teardown(a_search_says_when_it_needs_edges_that_are_not_listed,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
