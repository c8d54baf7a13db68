/* load -- checks a problem and brings it into the solver's order. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/inner.h"
#include <stdlib.h>
#include <string.h>

enum { SHORT_LIST = 64 }; /* up to here insertion beats qsort */

/* ---- memory ---- */

void pool_open(struct pool *p, size_t size)
{
    *p = (struct pool){.size = size};
    arena_init(&p->mem, SIZE_MAX / 2);
}

void pool_close(struct pool *p)
{
    arena_free(&p->mem);
    *p = (struct pool){.size = p->size};
}

void pool_reserve(struct pool *p, size_t more)
{
    if (p->at && p->n + more <= p->cap)
        return;
    size_t cap = p->n ? p->n + more + p->n / 2 : more;
    cap = cap ? cap : 1; /* at is never NULL: an empty list is a list */
    struct arena mem;
    arena_init(&mem, SIZE_MAX / 2);
    void *at = arena_array(&mem, cap, p->size);
    if (p->n)
        memcpy(at, p->at, p->n * p->size);
    arena_free(&p->mem);
    p->mem = mem;
    p->at = at;
    p->cap = cap;
}

static void pool_take(struct pool *p, size_t n)
{
    pool_reserve(p, n);
    p->n += n;
}

void solver_views(struct solver *s)
{
    if (s->edge_pool.at)
        s->edges = s->edge_pool.at;
    s->need = s->need_pool.at;
    s->value = s->value_pool.at;
    s->held = s->held_pool.at;
    s->provider = s->provider_pool.at;
    s->price = s->price_pool.at;
    s->holds = s->hold_pool.at;
    s->back = s->back_pool.at;
    s->range = s->range_pool.at;
    s->need_label = s->need_label_pool.at;
    s->provider_label = s->provider_label_pool.at;
}

size_t solver_units(const struct solver *s)
{
    return s->held_pool.n;
}

/* ---- checks ---- */

static int by_weight(const void *a, const void *b)
{
    const struct solve_edge *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return (x->provider > y->provider) - (x->provider < y->provider);
}

/* Stable, so that the same input gives the same order. */
void sort_edges(struct solve_edge *e, size_t n)
{
    if (n > SHORT_LIST) {
        qsort(e, n, sizeof *e, by_weight);
        return;
    }
    for (size_t k = 1; k < n; k++) {
        struct solve_edge x = e[k];
        size_t at = k;
        for (; at > 0 && e[at - 1].weight < x.weight; at--)
            e[at] = e[at - 1];
        e[at] = x;
    }
}

/* `seen` has a word per provider; `mark` is new for every list. */
enum err check_edges(struct cx *cx, const struct solver *s, const struct solve_edge *e, size_t n,
                     uint32_t need, uint32_t *seen, uint32_t mark)
{
    for (size_t k = 0; k < n; k++) {
        if (e[k].provider >= s->providers)
            return fail(cx, ERR_INPUT, "第 %u 项需求写了第 %u 位服务者，一共只有 %u 位", need + 1,
                        e[k].provider + 1, s->providers);
        if (e[k].weight < 1 || e[k].weight > SOLVE_MAX_WEIGHT)
            return fail(cx, ERR_INPUT, "第 %u 项需求的分数是 %d，要在 1 到 %d 之间", need + 1,
                        e[k].weight, SOLVE_MAX_WEIGHT);
        if (seen[e[k].provider] == mark)
            return fail(cx, ERR_INPUT, "第 %u 项需求把第 %u 位服务者写了两次，留一次", need + 1,
                        e[k].provider + 1);
        seen[e[k].provider] = mark;
    }
    return OK;
}

static enum err check_sizes(struct cx *cx, const struct solve_problem *p)
{
    if (p->needs >= NOBODY || p->providers >= NOBODY || p->first[p->needs] >= NOBODY)
        return fail(cx, ERR_INPUT, "需求、服务者或配对太多，各不能超过 %u", NOBODY - 1);
    if (p->first[0] != 0)
        return fail(cx, ERR_INPUT, "配对要从 0 数起");
    if (p->lambda < 0 || p->lambda > SOLVE_MAX_WEIGHT)
        return fail(cx, ERR_INPUT, "均衡系数要在 0 到 %d 之间", SOLVE_MAX_WEIGHT);
    uint64_t units = 0, places = 0;
    for (uint32_t i = 0; i < p->needs; i++) {
        if (p->first[i] > p->first[i + 1])
            return fail(cx, ERR_INPUT, "第 %u 项需求的配对范围颠倒了", i + 1);
        if (p->wanted && p->wanted[i] > SOLVE_MAX_WANTED)
            return fail(cx, ERR_INPUT, "第 %u 项需求要 %u 人，最多 %d 人", i + 1, p->wanted[i],
                        SOLVE_MAX_WANTED);
        units += p->wanted ? p->wanted[i] : 1;
    }
    for (uint32_t j = 0; j < p->providers; j++) {
        if (p->capacity && p->capacity[j] > SOLVE_MAX_WANTED)
            return fail(cx, ERR_INPUT, "第 %u 位服务者能接 %u 件，最多 %d 件", j + 1,
                        p->capacity[j], SOLVE_MAX_WANTED);
        if (p->load && p->load[j] > SOLVE_MAX_LOAD)
            return fail(cx, ERR_INPUT, "第 %u 位服务者已有 %u 件，最多 %d 件", j + 1, p->load[j],
                        SOLVE_MAX_LOAD);
        places += p->capacity ? p->capacity[j] : 1;
    }
    if (units >= NOBODY || places >= NOBODY)
        return fail(cx, ERR_INPUT, "要的人次或能接的件数太多，各不能超过 %u", NOBODY - 1);
    return OK;
}

/* ---- filling ---- */

static void load_needs(struct solver *s, const struct solve_problem *p)
{
    uint32_t units = 0;
    for (uint32_t i = 0; i < p->needs; i++) {
        uint32_t degree = (uint32_t)(p->first[i + 1] - p->first[i]);
        uint32_t wanted = p->wanted ? p->wanted[i] : 1;
        if (wanted > degree)
            wanted = degree; /* there are not more different providers */
        s->need[i] = (struct need){(uint32_t)p->first[i], degree, units, (uint16_t)wanted, 0};
        units += wanted;
    }
    pool_take(&s->held_pool, units);
}

static void load_providers(struct solver *s, const struct solve_problem *p)
{
    uint32_t places = 0;
    for (uint32_t j = 0; j < p->providers; j++) {
        uint16_t capacity = (uint16_t)(p->capacity ? p->capacity[j] : 1);
        s->provider[j] = (struct provider){.holds_at = places,
                                           .load = p->load ? p->load[j] : 0,
                                           .capacity = capacity,
                                           .room = capacity};
        places += capacity;
    }
    pool_take(&s->hold_pool, places);
}

static enum err load_edges(struct cx *cx, struct solver *s, const struct solve_problem *p)
{
    struct arena_mark start = arena_mark(cx->mem);
    uint32_t *seen = arena_array(cx->mem, (size_t)p->providers + 1, sizeof *seen);
    struct solve_edge *copy = s->edge_pool.at;
    for (uint32_t i = 0; i < p->needs; i++) {
        size_t n = p->first[i + 1] - p->first[i];
        if (n == 0)
            continue;
        const struct solve_edge *from = p->edges + p->first[i];
        enum err e = check_edges(cx, s, from, n, i, seen, i + 1);
        for (size_t k = 1; k < n && e == OK && !copy; k++)
            if (from[k - 1].weight < from[k].weight)
                e = fail(cx, ERR_INPUT, "第 %u 项需求的配对没有按分数从高到低排", i + 1);
        if (e != OK)
            return e;
        if (copy) {
            memcpy(copy + p->first[i], from, n * sizeof *copy);
            sort_edges(copy + p->first[i], n);
            from = copy + p->first[i];
        }
        if (from->weight > s->heaviest)
            s->heaviest = from->weight;
    }
    arena_rewind(cx->mem, start);
    return OK;
}

static int threads_for(const struct solve_problem *p, const struct solve_options *o)
{
    if (o->threads > 0)
        return o->threads < SOLVE_THREADS ? o->threads : SOLVE_THREADS;
    return p->needs >= SOLVE_LARGE ? 2 : 1;
}

static void open_pools(struct solver *s, const struct solve_problem *p)
{
    pool_open(&s->edge_pool, sizeof(struct solve_edge));
    pool_open(&s->need_pool, sizeof(struct need));
    pool_open(&s->value_pool, sizeof(int32_t));
    pool_open(&s->held_pool, sizeof(uint32_t));
    pool_open(&s->provider_pool, sizeof(struct provider));
    pool_open(&s->price_pool, sizeof(int32_t));
    pool_open(&s->hold_pool, sizeof(struct hold));
    pool_open(&s->back_pool, sizeof(struct back));
    pool_open(&s->range_pool, sizeof(struct back_range));
    pool_open(&s->need_label_pool, sizeof(struct label));
    pool_open(&s->provider_label_pool, sizeof(struct label));
    pool_open(&s->room_pool, sizeof(struct need_room));
    pool_open(&s->spare_pool, sizeof(uint32_t));
    pool_open(&s->touched_pool, sizeof(uint32_t));
    pool_open(&s->freed_pool, sizeof(uint32_t));
    arena_init(&s->search_mem, SIZE_MAX / 2);
    pool_take(&s->need_pool, p->needs);
    pool_take(&s->value_pool, p->needs);
    pool_take(&s->provider_pool, p->providers);
    pool_take(&s->price_pool, p->providers);
}

enum err solve_open(struct cx *cx, const struct solve_problem *p, const struct solve_options *o,
                    struct solver **out)
{
    static const struct solve_options plain = {0};
    *out = NULL;
    if (!o)
        o = &plain;
    TRY(check_sizes(cx, p));
    /* The solver lives in a pool of one, so that it needs no memory of the caller's. */
    struct pool self;
    pool_open(&self, sizeof(struct solver));
    pool_take(&self, 1);
    struct solver *s = self.at;
    *s = (struct solver){.needs = p->needs,
                         .providers = p->providers,
                         .lambda = p->lambda,
                         .options = *o,
                         .threads = threads_for(p, o),
                         .nedges = p->first[p->needs]};
    open_pools(s, p);
    s->self = self.mem;
    if (o->sorted && s->nedges)
        s->edges = p->edges;
    else
        pool_take(&s->edge_pool, s->nedges);
    solver_views(s);
    enum err e = load_edges(cx, s, p);
    if (e != OK) {
        solve_close(s);
        return e;
    }
    load_needs(s, p);
    load_providers(s, p);
    solver_views(s);
    *out = s;
    return OK;
}

void solve_close(struct solver *s)
{
    if (!s)
        return;
    struct pool *all[] = {&s->edge_pool,       &s->need_pool,           &s->value_pool,
                          &s->held_pool,       &s->provider_pool,       &s->price_pool,
                          &s->hold_pool,       &s->back_pool,           &s->range_pool,
                          &s->need_label_pool, &s->provider_label_pool, &s->room_pool,
                          &s->spare_pool,      &s->touched_pool,        &s->freed_pool};
    for (size_t k = 0; k < COUNT(all); k++)
        pool_close(all[k]);
    arena_free(&s->search_mem);
    struct arena self = s->self;
    arena_free(&self);
}

/* Counting sort by need: the order within a need stays. */
enum err solve_group(struct cx *cx, uint32_t needs, const struct solve_pair *pairs, size_t n,
                     struct solve_problem *out)
{
    uint64_t *first = arena_array(cx->mem, (size_t)needs + 2, sizeof *first);
    struct solve_edge *edges = arena_array(cx->mem, n + 1, sizeof *edges);
    for (size_t k = 0; k < n; k++) {
        if (pairs[k].need >= needs)
            return fail(cx, ERR_INPUT, "写了第 %u 项需求，一共只有 %u 项", pairs[k].need + 1,
                        needs);
        first[pairs[k].need + 2]++;
    }
    for (uint32_t i = 0; i < needs; i++)
        first[i + 2] += first[i + 1];
    for (size_t k = 0; k < n; k++)
        edges[first[pairs[k].need + 1]++] = (struct solve_edge){pairs[k].provider, pairs[k].weight};
    out->needs = needs;
    out->first = first;
    out->edges = edges;
    return OK;
}
