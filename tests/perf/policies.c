/*
 * policies -- what the exact matching is worth beside what people do without it, on the same pairs
 * with the same points:
 *
 *   exact         solve(): the best of all, with its proof
 *   greedy        the best-looking pair first, then the next
 *   first come    needs in the order they came in, each gets its best free helper
 *
 * and, while needs come in one by one and each is answered at once, in many orders:
 *
 *   online by prices   the best by points less the price of yesterday's run (other needs)
 *   online             the best by points alone
 *
 * as a share of the optimum that knows all of today. Yesterday and today are halves of the needs,
 * drawn by seed, and each has half of everybody's places: as scarce as the whole.
 *
 *   policies --db URL [--seed N]
 *
 * Three towns: the store's community; the same while every third helper rests and the others come
 * once each; a generated town of 1,500 needs whose places are about as many as are wanted (city.h).
 * Exit 1 when a rule that must hold does not: no cap broken, nobody better than exact, gap 0.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account.h"
#include "app/match/match_own.h"
#include "base/id.h"
#include "main/boot.h"
#include "tests/perf/city.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ORDERS = 20, CANDIDATES = 4096, GRID_SHOWN = 3, RESTS = 3, CITY = 1500, GRID_M = 250 };

struct town {
    const char *name;
    struct solve_problem p;
    const int64_t *grid;  /* by need */
    const int64_t *since; /* by need: when it came in */
};

/* Who was given what. */
struct outcome {
    bool *is_pick;   /* by edge */
    uint32_t *count; /* by need */
    uint32_t *given; /* by provider */
    int64_t weight;  /* less lambda for each time somebody is asked once more */
    uint64_t people;
};

static int broken; /* rules that did not hold */

static void must_hold(bool holds, const char *town, const char *what)
{
    if (holds)
        return;
    printf("BROKEN %s: %s\n", town, what);
    broken++;
}

static void must(struct cx *cx, enum err e)
{
    if (e == OK)
        return;
    fprintf(stderr, "%.*s\n", STR(cx->fault.message));
    exit(2);
}

/* ---- rules of all policies ---- */

static struct outcome start(struct cx *cx, const struct solve_problem *p)
{
    return (struct outcome){.is_pick = arena_array(cx->mem, p->first[p->needs] + 1, sizeof(bool)),
                            .count = arena_array(cx->mem, (size_t)p->needs + 1, sizeof(uint32_t)),
                            .given =
                                arena_array(cx->mem, (size_t)p->providers + 1, sizeof(uint32_t))};
}

/* What it costs to ask this helper once more. */
static int64_t load_cost(const struct solve_problem *p, const struct outcome *o, uint32_t j)
{
    return p->lambda * ((p->load ? p->load[j] : 0) + (int64_t)o->given[j]);
}

static int64_t worth(const struct solve_problem *p, const struct outcome *o, uint64_t edge)
{
    return p->edges[edge].weight - load_cost(p, o, p->edges[edge].provider);
}

static bool is_free(const struct solve_problem *p, const struct outcome *o, uint64_t edge)
{
    uint32_t j = p->edges[edge].provider;
    return !o->is_pick[edge] && o->given[j] < p->capacity[j];
}

static void take(const struct solve_problem *p, struct outcome *o, uint32_t need, uint64_t edge)
{
    o->weight += worth(p, o, edge);
    o->is_pick[edge] = true;
    o->count[need]++;
    o->given[p->edges[edge].provider]++;
    o->people++;
}

/* ---- policies ---- */

static struct outcome exact(struct cx *cx, const struct town *t, const int32_t **price)
{
    struct solve_result r;
    struct outcome o = start(cx, &t->p);
    must(cx, solve(cx, &t->p, &(struct solve_options){.threads = 1}, &r));
    for (size_t k = 0; k < r.matched; k++)
        for (uint64_t e = t->p.first[r.pairs[k].need]; e < t->p.first[r.pairs[k].need + 1]; e++)
            if (t->p.edges[e].provider == r.pairs[k].provider)
                take(&t->p, &o, r.pairs[k].need, e);
    must_hold(r.gap == 0 && solve_certify(cx->mem, &t->p, &r).optimal, t->name, "the proof");
    must_hold(o.weight == r.objective, t->name, "the objective, counted again");
    if (price)
        *price = r.price;
    return o;
}

static struct outcome greedy(struct cx *cx, const struct town *t)
{
    const struct solve_problem *p = &t->p;
    struct outcome o = start(cx, p);
    for (;;) {
        int64_t best = 0;
        uint64_t edge = 0;
        uint32_t need = 0;
        for (uint32_t i = 0; i < p->needs; i++)
            for (uint64_t e = p->first[i]; e < p->first[i + 1] && o.count[i] < p->wanted[i]; e++)
                if (is_free(p, &o, e) && worth(p, &o, e) > best) {
                    best = worth(p, &o, e);
                    edge = e;
                    need = i;
                }
        if (best == 0)
            return o;
        take(p, &o, need, edge);
    }
}

/* In the given order; `price` by provider or NULL. A price says what a place of his is worth to
 * others, what it costs to ask him included: it chooses between helpers, and is no reason to leave
 * somebody without one. */
static struct outcome one_by_one(struct cx *cx, const struct town *t, const uint32_t *order,
                                 const int32_t *price)
{
    const struct solve_problem *p = &t->p;
    struct outcome o = start(cx, p);
    for (uint32_t k = 0; k < p->needs; k++) {
        uint32_t i = order[k];
        while (o.count[i] < p->wanted[i]) {
            int64_t best = INT64_MIN;
            uint64_t edge = UINT64_MAX;
            for (uint64_t e = p->first[i]; e < p->first[i + 1]; e++) {
                uint32_t j = p->edges[e].provider;
                int64_t cost = load_cost(p, &o, j);
                if (price && price[j] < SOLVE_CLOSED && price[j] > cost)
                    cost = price[j];
                if (!is_free(p, &o, e) || worth(p, &o, e) <= 0 || p->edges[e].weight - cost <= best)
                    continue;
                best = p->edges[e].weight - cost;
                edge = e;
            }
            if (edge == UINT64_MAX)
                break;
            take(p, &o, i, edge);
        }
    }
    return o;
}

/* ---- figures ---- */

struct grid_count {
    int64_t grid;
    uint64_t wanted, found;
};
typedef LIST(struct grid_count) grid_counts;

static struct grid_count *grid_of(struct cx *cx, grid_counts *all, int64_t grid)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].grid == grid)
            return &all->at[i];
    struct grid_count *g = PUSH(cx->mem, all);
    *g = (struct grid_count){.grid = grid};
    return g;
}

static void show(struct cx *cx, const struct town *t, const char *policy, const struct outcome *o,
                 int64_t best)
{
    const struct solve_problem *p = &t->p;
    int64_t *load = arena_array(cx->mem, (size_t)p->providers + 1, sizeof *load);
    uint64_t wanted = 0, whole = 0;
    grid_counts grids = {0};
    struct grid_count worst = {0};
    for (uint32_t i = 0; i < p->needs; i++) {
        struct grid_count *g = grid_of(cx, &grids, t->grid[i]);
        g->wanted += p->wanted[i];
        g->found += o->count[i];
        wanted += p->wanted[i];
        whole += o->count[i] == p->wanted[i];
        must_hold(o->count[i] <= p->wanted[i], t->name, "more people than wanted");
    }
    for (size_t i = 0; i < grids.n; i++)
        if (grids.at[i].wanted >= GRID_SHOWN &&
            (worst.wanted == 0 ||
             grids.at[i].found * worst.wanted < worst.found * grids.at[i].wanted))
            worst = grids.at[i];
    for (uint32_t j = 0; j < p->providers; j++) {
        load[j] = (p->load ? p->load[j] : 0) + (int64_t)o->given[j];
        must_hold(o->given[j] <= p->capacity[j], t->name, "more than a helper agreed to");
    }
    must_hold(o->weight <= best, t->name, "nothing is better than exact");
    printf("%-10s needs with everybody %4llu of %4u  people %4llu of %4llu  points %5.1f %%  "
           "worst grid %lld: %llu of %llu  Gini %.3f\n",
           policy, (unsigned long long)whole, p->needs, (unsigned long long)o->people,
           (unsigned long long)wanted, 100.0 * (double)o->weight / (double)(best ? best : 1),
           (long long)worst.grid, (unsigned long long)worst.found, (unsigned long long)worst.wanted,
           (double)match_gini(load, p->providers) / 1000.0);
}

/* ---- one by one ---- */

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static void shuffle(uint32_t *order, uint32_t n, uint64_t *seed)
{
    for (uint32_t k = 0; k < n; k++)
        order[k] = k;
    for (uint32_t k = n; k > 1; k--) {
        uint32_t other = (uint32_t)(next(seed) % k), x = order[k - 1];
        order[k - 1] = order[other];
        order[other] = x;
    }
}

/* The needs order[0 .. n-1] as a town of their own, with half of everybody's places; of an odd one
 * out every other helper keeps it. */
static struct town half(struct cx *cx, const struct town *t, const uint32_t *order, uint32_t n)
{
    struct town out = *t;
    uint64_t *first = arena_array(cx->mem, (size_t)n + 1, sizeof *first), edges = 0;
    uint32_t *wanted = arena_array(cx->mem, (size_t)n + 1, sizeof *wanted);
    uint32_t *places = arena_array(cx->mem, (size_t)t->p.providers + 1, sizeof *places);
    int64_t *grid = arena_array(cx->mem, (size_t)n + 1, sizeof *grid);
    for (uint32_t j = 0; j < t->p.providers; j++)
        places[j] = (t->p.capacity[j] + j % 2) / 2;
    for (uint32_t k = 0; k < n; k++)
        edges += t->p.first[order[k] + 1] - t->p.first[order[k]];
    struct solve_edge *at = arena_array(cx->mem, edges + 1, sizeof *at);
    for (uint32_t k = 0; k < n; k++) {
        uint64_t from = t->p.first[order[k]], many = t->p.first[order[k] + 1] - from;
        memcpy(at + first[k], t->p.edges + from, many * sizeof *at);
        first[k + 1] = first[k] + many;
        wanted[k] = t->p.wanted[order[k]];
        grid[k] = t->grid[order[k]];
    }
    out.p.needs = n;
    out.p.first = first;
    out.p.edges = at;
    out.p.wanted = wanted;
    out.p.capacity = places;
    out.grid = grid;
    return out;
}

struct share {
    double sum, least;
};

static void add_share(struct share *s, uint64_t part_, uint64_t whole)
{
    double x = whole ? (double)part_ / (double)whole : 1.0;
    s->sum += x;
    if (x < s->least)
        s->least = x;
}

static void show_share(const char *policy, const struct share *points, const struct share *people)
{
    printf("%-16s points %5.1f %% (worst order %5.1f %%)  people %5.1f %% (worst %5.1f %%)\n",
           policy, 100 * points->sum / ORDERS, 100 * points->least, 100 * people->sum / ORDERS,
           100 * people->least);
}

static void online(struct cx *cx, const struct town *t, uint64_t seed)
{
    struct share points[2] = {{0, 9}, {0, 9}}, people[2] = {{0, 9}, {0, 9}};
    uint32_t n = t->p.needs, *order = arena_array(cx->mem, (size_t)n + 1, sizeof *order);
    uint32_t *as_it_comes = arena_array(cx->mem, (size_t)n + 1, sizeof *as_it_comes);
    for (uint32_t k = 0; k < n; k++)
        as_it_comes[k] = k;
    for (int round = 0; round < ORDERS; round++) {
        struct arena_mark mark = arena_mark(cx->mem);
        const int32_t *price;
        shuffle(order, n, &seed);
        struct town yesterday = half(cx, t, order, n / 2);
        struct town today = half(cx, t, order + n / 2, n - n / 2);
        exact(cx, &yesterday, &price);
        struct outcome best = exact(cx, &today, NULL);
        for (int by_price = 0; by_price < 2; by_price++) {
            struct outcome o = one_by_one(cx, &today, as_it_comes, by_price ? price : NULL);
            must_hold(o.weight <= best.weight, t->name, "nothing online is better than exact");
            add_share(&points[by_price], (uint64_t)o.weight, (uint64_t)best.weight);
            add_share(&people[by_price], o.people, best.people);
        }
        arena_rewind(cx->mem, mark);
    }
    show_share("online by prices", &points[1], &people[1]);
    show_share("online", &points[0], &people[0]);
}

static int by_since(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return x[0] != y[0] ? (x[0] < y[0] ? -1 : 1) : x[1] < y[1] ? -1 : x[1] > y[1];
}

static void compare(struct cx *cx, const struct town *t, uint64_t seed)
{
    uint32_t n = t->p.needs, *order = arena_array(cx->mem, (size_t)n + 1, sizeof *order);
    int64_t(*since)[2] = arena_array(cx->mem, (size_t)n + 1, sizeof *since);
    for (uint32_t i = 0; i < n; i++) {
        since[i][0] = t->since[i];
        since[i][1] = i;
    }
    qsort(since, n, sizeof *since, by_since);
    for (uint32_t i = 0; i < n; i++)
        order[i] = (uint32_t)since[i][1];
    struct outcome best = exact(cx, t, NULL), first = one_by_one(cx, t, order, NULL);
    struct outcome pairs = greedy(cx, t);
    printf("== %s: %u needs, %u helpers, %llu pairs\n", t->name, n, t->p.providers,
           (unsigned long long)t->p.first[n]);
    show(cx, t, "exact", &best, best.weight);
    show(cx, t, "greedy", &pairs, best.weight);
    show(cx, t, "first come", &first, best.weight);
    online(cx, t, seed);
}

/* ---- the towns ---- */

/* Everybody who asked for help in the store, against the library of today. */
static struct town community(struct cx *cx, const struct build *b, bool is_scarce)
{
    struct town t = {.name = is_scarce ? "sample community, a third rests, the others once each"
                                       : "sample community"};
    struct solve_edge *edges = arena_array(cx->mem, b->edges + 1, sizeof *edges);
    int64_t *grid = arena_array(cx->mem, (size_t)b->nneeds + 1, sizeof *grid);
    int64_t *since = arena_array(cx->mem, (size_t)b->nneeds + 1, sizeof *since);
    uint32_t *capacity = arena_array(cx->mem, (size_t)b->nproviders + 1, sizeof *capacity);
    match_lay_out(cx, b, edges, &t.p);
    for (uint32_t i = 0; i < b->nneeds; i++) {
        grid[i] = b->needs[i].wait->grid_id;
        since[i] = b->needs[i].wait->since_at;
    }
    for (uint32_t j = 0; j < b->nproviders; j++) /* of one week */
        capacity[j] = is_scarce ? j % RESTS != 0 : (uint32_t)b->providers[j].offer->week_max;
    t.grid = grid;
    t.since = since;
    t.p.capacity = capacity;
    return t;
}

static void number_grids(struct cx *cx, struct town *t)
{
    grid_list grids = {0};
    int64_t *number = arena_array(cx->mem, (size_t)t->p.needs + 1, sizeof *number);
    must(cx, place_grids(cx, &grids));
    for (uint32_t i = 0; i < t->p.needs; i++)
        for (size_t k = 0; k < grids.n; k++)
            if (grids.at[k].id == t->grid[i])
                number[i] = grids.at[k].number;
    t->grid = number;
}

static struct town city(struct cx *cx, uint64_t seed)
{
    struct town t = {.name = "generated, scarce"};
    struct city c;
    struct nearby *nb;
    int64_t *grid = arena_array(cx->mem, CITY, sizeof *grid);
    int64_t *since = arena_array(cx->mem, CITY, sizeof *since);
    city_people(cx, &c, SCARCE, CITY, seed);
    must(cx, nearby_open(cx, c.skills, c.entries, c.nentries, &nb));
    must(cx, city_problem(cx, &c, nb, &t.p));
    nearby_close(nb);
    for (uint32_t i = 0; i < CITY; i++) {
        grid[i] = c.asks[i].y / GRID_M * 100 + c.asks[i].x / GRID_M;
        since[i] = (int64_t)next(&seed);
    }
    t.grid = grid;
    t.since = since;
    return t;
}

static enum err run(struct cx *cx, uint64_t seed)
{
    community_list all = {0};
    struct match_weights w;
    struct build b;
    TRY(place_communities(cx, &all));
    if (all.n == 0)
        return fail(cx, ERR_MISSING, "the store holds no community");
    account_nobody(cx, all.at[0].id);
    TRY(match_weights_now(cx, &w));
    TRY(match_build(cx, &w, 0, CANDIDATES, 1, &b));
    for (int is_scarce = 0; is_scarce < 2; is_scarce++) {
        struct town t = community(cx, &b, is_scarce);
        number_grids(cx, &t);
        compare(cx, &t, seed);
    }
    struct town t = city(cx, seed);
    compare(cx, &t, seed);
    return OK;
}

int main(int argc, char **argv)
{
    struct boot b;
    int status = 2;
    if (boot(&b, argc, argv)) {
        enum err e = db_begin(&b.cx, false);
        if (e == OK)
            e = run(&b.cx, (uint64_t)b.options.seed);
        status = e == OK ? broken != 0 : boot_fault(&b.cx);
        if (db_in_transaction(&b.cx))
            db_rollback(&b.cx);
    }
    boot_end(&b);
    return status;
}
