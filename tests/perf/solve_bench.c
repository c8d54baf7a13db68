/*
 * solve_bench -- figures of src/solve, one line of "name value" pairs each; tests/perf/solve.py
 * runs it.
 *
 *   solve_bench make KIND NEEDS FILE     makes a problem (balanced, scarce, single)
 *   solve_bench run FILE THREADS sorted|shuffled   solves it: processor seconds of each part
 *   solve_bench events FILE N            N single changes of each sort, microseconds
 *   solve_bench nearby NEEDS             the best 20 of as many providers, and whether they are
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/env.h"
#include "tests/perf/city.h"
#include "tests/perf/peak.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEED = 1, CHECKED = 10000 };

static void must(struct cx *cx, enum err e)
{
    if (e == OK)
        return;
    fprintf(stderr, "%.*s\n", STR(cx->fault.message));
    exit(2);
}

static void make(struct cx *cx, enum city_kind kind, uint32_t needs, const char *path)
{
    struct city c;
    struct nearby *nb;
    struct solve_problem p;
    city_people(cx, &c, kind, needs, SEED);
    must(cx, nearby_open(cx, c.skills, c.entries, c.nentries, &nb));
    must(cx, city_problem(cx, &c, nb, &p));
    nearby_close(nb);
    city_write(&p, path);
    uint64_t wanted = 0, places = 0;
    for (uint32_t i = 0; i < p.needs; i++)
        wanted += p.wanted[i];
    for (uint32_t j = 0; j < p.providers; j++)
        places += p.capacity[j];
    printf("needs %u providers %u edges %llu wanted %llu places %llu\n", p.needs, p.providers,
           (unsigned long long)p.first[p.needs], (unsigned long long)wanted,
           (unsigned long long)places);
}

/* With unsorted copies of the edges, as they would come from anywhere else. */
static struct solve_edge *shuffled(struct cx *cx, const struct solve_problem *p)
{
    size_t n = p->first[p->needs];
    struct solve_edge *e = arena_array(cx->mem, n + 1, sizeof *e);
    uint64_t seed = 1;
    memcpy(e, p->edges, n * sizeof *e);
    for (uint32_t i = 0; i < p->needs; i++)
        for (uint64_t k = p->first[i + 1]; k > p->first[i] + 1; k--) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            uint64_t other = p->first[i] + (seed >> 33) % (k - p->first[i]);
            struct solve_edge x = e[k - 1];
            e[k - 1] = e[other];
            e[other] = x;
        }
    return e;
}

static void run(struct cx *cx, const char *path, int threads, bool sorted)
{
    struct solve_problem p = city_map(path);
    struct solver *s;
    struct solve_result r;
    if (!sorted)
        p.edges = shuffled(cx, &p);
    double a = city_seconds();
    must(cx, solve_open(cx, &p, &(struct solve_options){.threads = threads, .sorted = sorted}, &s));
    double b = city_seconds(), wall = city_wall();
    must(cx, solve_run(cx, s));
    wall = city_wall() - wall;
    double c = city_seconds();
    must(cx, solve_result(cx, s, &r));
    double d = city_seconds();
    struct solve_proof proof = solve_certify(cx->mem, &p, &r);
    double e = city_seconds();
    printf("load %.6f run %.6f wall %.6f result %.6f proof %.6f objective %lld gap %lld optimal %d "
           "matched %zu rss %.0f\n",
           b - a, c - b, wall, d - c, e - d, (long long)r.objective, (long long)r.gap,
           proof.optimal, r.matched, peak_mb());
    solve_close(s);
}

/* ---- events ---- */

static int by_time(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static uint32_t any(uint64_t *seed, uint32_t n)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((*seed >> 33) % n);
}

static uint32_t matched_need(const struct solver *s, const struct solve_problem *p, uint64_t *seed,
                             struct solve_pair *pair)
{
    for (;;) {
        uint32_t i = any(seed, p->needs);
        if (solve_pairs_of(s, i, pair, 1))
            return i;
    }
}

enum event { DECLINE, CANCEL, ARRIVE, LEAVE, RETURN, EVENTS };

struct act {
    struct cx *cx;
    struct solver *s;
    const struct solve_problem *p;
    uint64_t seed;
    uint32_t need, provider; /* the last that went */
};

/* One event; what it takes is timed, what chooses it is not. */
static double act(struct act *a, enum event event)
{
    struct solve_pair pair = {0};
    const struct solve_problem *p = a->p;
    uint32_t i = a->need;
    if (event == DECLINE || event == CANCEL || event == LEAVE)
        i = matched_need(a->s, p, &a->seed, &pair);
    double from = city_seconds();
    switch (event) {
    case DECLINE:
        must(a->cx, solve_decline(a->cx, a->s, i, pair.provider));
        break;
    case CANCEL:
        must(a->cx, solve_need_cancel(a->cx, a->s, i));
        break;
    case ARRIVE:
        must(a->cx, solve_need_add(a->cx, a->s, p->wanted[i], p->edges + p->first[i],
                                   p->first[i + 1] - p->first[i], &i));
        break;
    case LEAVE:
        a->provider = pair.provider;
        must(a->cx, solve_provider_capacity(a->cx, a->s, a->provider, 0));
        break;
    default:
        must(a->cx, solve_provider_capacity(a->cx, a->s, a->provider, p->capacity[a->provider]));
    }
    double took = city_seconds() - from;
    a->need = i;
    return took;
}

static void events(struct cx *cx, const char *path, int n)
{
    static const char *const names[] = {"decline", "cancel", "arrive", "leave", "return"};
    static const enum event series[][2] = {{DECLINE, DECLINE}, {CANCEL, ARRIVE}, {LEAVE, RETURN}};
    struct solve_problem p = city_map(path);
    struct act a = {.cx = cx, .p = &p, .seed = 7};
    struct solve_proof proof;
    bool cold;
    double *took[EVENTS];
    int count[EVENTS] = {0};
    for (int k = 0; k < EVENTS; k++)
        took[k] = arena_array(cx->mem, 2 * (size_t)n, sizeof **took);
    must(cx, solve_open(cx, &p, &(struct solve_options){.sorted = true}, &a.s));
    must(cx, solve_run(cx, a.s));
    act(&a, DECLINE); /* turns the edges round */
    for (size_t k = 0; k < COUNT(series); k++)
        for (int round = 0; round < n; round++)
            for (int half = 0; half < 2; half++) {
                enum event event = series[k][half];
                took[event][count[event]++] = act(&a, event) * 1e6;
            }
    must(cx, solve_check(cx, a.s, &proof, &cold));
    for (int k = 0; k < EVENTS; k++) {
        double sum = 0;
        for (int i = 0; i < count[k]; i++)
            sum += took[k][i];
        qsort(took[k], (size_t)count[k], sizeof **took, by_time);
        printf("%s mean %.2f p50 %.2f p99 %.2f\n", names[k], sum / count[k], took[k][count[k] / 2],
               took[k][count[k] * 99LL / 100]);
    }
    printf("optimal %d cold %d rss %.0f\n", proof.optimal, cold, peak_mb());
    solve_close(a.s);
}

/* ---- candidates ---- */

static int by_score(const void *a, const void *b)
{
    const struct solve_edge *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return (x->provider > y->provider) - (x->provider < y->provider);
}

static void nearby_figures(struct cx *cx, uint32_t needs)
{
    struct city c;
    struct nearby *nb;
    struct solve_edge best[NEARBY_MAX_BEST];
    size_t found, wrong = 0;
    city_people(cx, &c, BALANCED, needs, SEED);
    double built = city_seconds();
    must(cx, nearby_open(cx, c.skills, c.entries, c.nentries, &nb));
    built = city_seconds() - built;
    double *took = arena_array(cx->mem, needs, sizeof *took), sum = 0;
    for (uint32_t i = 0; i < needs; i++) {
        c.asks[i].best = 20;
        double from = city_seconds();
        must(cx, nearby_best(cx, nb, &c.asks[i], best, &found));
        took[i] = (city_seconds() - from) * 1e6;
        sum += took[i];
    }
    struct solve_edge *all = arena_array(cx->mem, c.nentries + 1, sizeof *all);
    uint32_t step = needs / CHECKED ? needs / CHECKED : 1, checked = 0;
    for (uint32_t i = 0; i < needs && checked < CHECKED; i += step, checked++) {
        size_t n = 0;
        for (size_t k = 0; k < c.nentries; k++) {
            if (c.entries[k].skill != c.asks[i].skill)
                continue;
            int64_t score = nearby_score(&c.asks[i], &c.entries[k]);
            if (score >= 1)
                all[n++] = (struct solve_edge){c.entries[k].id, (int32_t)score};
        }
        qsort(all, n, sizeof *all, by_score);
        must(cx, nearby_best(cx, nb, &c.asks[i], best, &found));
        wrong += found != (n < 20 ? n : 20) || memcmp(best, all, found * sizeof *best) != 0;
    }
    qsort(took, needs, sizeof *took, by_time);
    printf("entries %zu build_ms %.1f mean %.2f p50 %.2f p99 %.2f checked %u wrong %zu\n",
           c.nentries, built * 1e3, sum / needs, took[needs / 2], took[needs * 99ULL / 100],
           checked, wrong);
    nearby_close(nb);
}

int main(int argc, char **argv)
{
    static const char *const kinds[] = {"balanced", "scarce", "single"};
    struct arena mem;
    struct cx cx;
    const char *what = argc > 2 ? argv[1] : "";
    arena_init(&mem, SIZE_MAX / 2);
    cx_init(&cx, &mem, &env_system);
    if (strcmp(what, "make") == 0 && argc == 5) {
        for (size_t k = 0; k < COUNT(kinds); k++)
            if (strcmp(argv[2], kinds[k]) == 0)
                make(&cx, (enum city_kind)k, (uint32_t)strtoul(argv[3], NULL, 10), argv[4]);
    } else if (strcmp(what, "run") == 0 && argc == 5) {
        run(&cx, argv[2], (int)strtol(argv[3], NULL, 10), strcmp(argv[4], "sorted") == 0);
    } else if (strcmp(what, "events") == 0 && argc == 4) {
        events(&cx, argv[2], (int)strtol(argv[3], NULL, 10));
    } else if (strcmp(what, "nearby") == 0) {
        nearby_figures(&cx, (uint32_t)strtoul(argv[2], NULL, 10));
    } else {
        fputs("see the head of tests/perf/solve_bench.c\n", stderr);
        return 2;
    }
    arena_free(&mem);
    return 0;
}
