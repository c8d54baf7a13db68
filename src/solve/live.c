/*
 * live -- one change at a time. Prices, values and pairs stay; what a change has made wrong is put
 * right where it stands:
 *
 *   a need lacks somebody    its value is what it could get now, then search_forward()
 *   a place became free      search_back()
 *   a pair became poor       it is dropped, which is both of the above
 *
 * Each search ends optimal for all pairs but those still waiting, so the order does not matter.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/inner.h"
#include <stdlib.h>
#include <string.h>

enum { SPARE_EDGES = 1 << 16, LEAST_ROOM = 4 };

void touch(struct solver *s, uint32_t need)
{
    if (!s->live)
        return;
    pool_reserve(&s->touched_pool, 1);
    ((uint32_t *)s->touched_pool.at)[s->touched_pool.n++] = need;
}

static struct need_room *room_of(const struct solver *s, uint32_t i)
{
    return (struct need_room *)s->room_pool.at + i;
}

/* ---- the beginning ---- */

static void own_edges(struct solver *s)
{
    if (s->edge_pool.at)
        return;
    pool_reserve(&s->edge_pool, s->nedges);
    memcpy(s->edge_pool.at, s->edges, s->nedges * sizeof *s->edges);
    s->edge_pool.n = s->nedges;
    solver_views(s);
}

static enum err live_begin(struct cx *cx, struct solver *s)
{
    if (!s->ran)
        return fail(cx, ERR_INPUT, "还没有运行撮合，先运行");
    s->touched_pool.n = s->freed_pool.n = 0;
    if (s->live)
        return OK;
    own_edges(s);
    turn_round(s);
    search_prepare(s, 1);
    pool_reserve(&s->room_pool, s->needs);
    s->room_pool.n = s->needs;
    for (uint32_t i = 0; i < s->needs; i++)
        *room_of(s, i) = (struct need_room){s->need[i].degree, s->need[i].wanted, false};
    s->live = true;
    return OK;
}

static enum err begin_need(struct cx *cx, struct solver *s, uint32_t need)
{
    TRY(live_begin(cx, s));
    if (need >= s->needs || room_of(s, need)->gone)
        return fail(cx, ERR_INPUT, "没有第 %u 项需求", need + 1);
    return OK;
}

static enum err begin_provider(struct cx *cx, struct solver *s, uint32_t provider)
{
    TRY(live_begin(cx, s));
    if (provider >= s->providers)
        return fail(cx, ERR_INPUT, "没有第 %u 位服务者", provider + 1);
    return OK;
}

/* ---- edges by provider ---- */

static struct back *back_find(struct solver *s, uint32_t j, uint32_t need)
{
    struct back *b = s->back + s->range[j].first;
    while (b->need != need)
        b++;
    return b;
}

static void back_remove(struct solver *s, uint32_t j, uint32_t need)
{
    struct back_range *range = &s->range[j];
    *back_find(s, j, need) = s->back[range->first + --range->n];
}

static void back_add(struct solver *s, uint32_t j, uint32_t need, int32_t weight)
{
    struct back_range *range = &s->range[j];
    if (range->n == range->room) {
        uint32_t room = range->room < LEAST_ROOM ? LEAST_ROOM : 2 * range->room;
        pool_reserve(&s->back_pool, room);
        solver_views(s);
        uint32_t first = (uint32_t)s->back_pool.n;
        memcpy(s->back + first, s->back + range->first, range->n * sizeof *s->back);
        s->back_pool.n += room;
        range->first = first;
        range->room = room;
    }
    s->back[range->first + range->n++] = (struct back){need, weight};
}

/* ---- edges by need ---- */

static struct solve_edge *own_edge(struct solver *s, uint32_t edge)
{
    return (struct solve_edge *)s->edge_pool.at + edge;
}

static uint32_t find_edge(const struct solver *s, uint32_t i, uint32_t j)
{
    const struct need *n = &s->need[i];
    for (uint32_t k = 0; k < n->degree; k++)
        if (s->edges[n->first + k].provider == j)
            return n->first + k;
    return NOBODY;
}

static struct hold *hold_of(struct solver *s, uint32_t j, uint32_t need)
{
    struct hold *h = s->holds + s->provider[j].holds_at;
    while (h->need != need)
        h++;
    return h;
}

/* Pair k of need i is edge `edge` from now on; its provider is still the same. */
static void renumber(struct solver *s, uint32_t i, uint32_t k, uint32_t j, uint32_t edge)
{
    s->held[s->need[i].held_at + k] = edge;
    hold_of(s, j, i)->edge = edge;
}

/* Moves an edge to another place of its list; the pairs of those between follow. */
static void move_edge(struct solver *s, uint32_t i, uint32_t from, uint32_t to)
{
    struct solve_edge *e = own_edge(s, 0), moved = e[from];
    uint32_t low = from < to ? from : to, high = from < to ? to : from;
    if (from < to)
        memmove(e + from, e + from + 1, (to - from) * sizeof *e);
    else
        memmove(e + to + 1, e + to, (from - to) * sizeof *e);
    e[to] = moved;
    for (uint32_t k = 0; k < s->need[i].held; k++) {
        uint32_t old = s->held[s->need[i].held_at + k];
        if (old < low || old > high)
            continue;
        uint32_t edge = old == from ? to : from < to ? old - 1 : old + 1;
        renumber(s, i, k, e[edge].provider, edge);
    }
}

static void remove_edge(struct solver *s, uint32_t i, uint32_t edge)
{
    struct need *n = &s->need[i];
    back_remove(s, s->edges[edge].provider, i);
    move_edge(s, i, edge, n->first + n->degree - 1);
    n->degree--;
}

/* Edges of lists that have moved away are taken out when they are a third of all. */
static void compact(struct solver *s)
{
    if (s->waste < SPARE_EDGES || s->waste < s->edge_pool.n / 3)
        return;
    struct pool fresh;
    pool_open(&fresh, sizeof(struct solve_edge));
    pool_reserve(&fresh, s->edge_pool.n - s->waste + SPARE_EDGES);
    for (uint32_t i = 0; i < s->needs; i++) {
        struct need *n = &s->need[i];
        uint32_t first = (uint32_t)fresh.n, old = n->first;
        memcpy((struct solve_edge *)fresh.at + first, s->edges + old,
               n->degree * sizeof(struct solve_edge));
        fresh.n += n->degree;
        room_of(s, i)->edges = n->degree;
        for (uint32_t k = 0; k < n->held; k++) {
            uint32_t edge = s->held[n->held_at + k];
            renumber(s, i, k, s->edges[edge].provider, edge - old + first);
        }
        n->first = first;
    }
    pool_close(&s->edge_pool);
    s->edge_pool = fresh;
    s->waste = 0;
    solver_views(s);
}

/* ---- putting right ---- */

static void freed(void *arg, uint32_t provider)
{
    struct solver *s = arg;
    pool_reserve(&s->freed_pool, 1);
    ((uint32_t *)s->freed_pool.at)[s->freed_pool.n++] = provider;
}

static void settle_need(struct solver *s, uint32_t i)
{
    struct need *n = &s->need[i];
    s->value[i] = n->wanted ? best_value(s, i) : NEVER;
    drop_poor(s, i, freed, s);
    for (uint32_t k = n->held; k < n->wanted && s->value[i] > 0; k++)
        search_forward(&s->search[0], i);
}

static void settle_freed(struct solver *s)
{
    const uint32_t *list = s->freed_pool.at;
    for (size_t k = 0; k < s->freed_pool.n; k++)
        while (too_dear(s, list[k]))
            search_back(&s->search[0], list[k]);
}

static void drop_and_free(struct solver *s, uint32_t i, uint32_t edge)
{
    uint32_t j = s->edges[edge].provider;
    pair_drop(s, i, edge);
    freed(s, j);
}

/* ---- needs ---- */

static uint32_t place_in(const struct solve_edge *list, uint32_t n, uint32_t provider)
{
    uint32_t at = 0;
    while (at < n && list[at].provider != provider)
        at++;
    return at;
}

/* Pairs stay where the new list, which will begin at `first`, has the same provider. */
static void move_pairs(struct solver *s, uint32_t i, const struct solve_edge *list, uint32_t first,
                       uint32_t degree)
{
    struct need *n = &s->need[i];
    const uint32_t *held = s->held + n->held_at;
    for (uint32_t k = 0; k < n->held;)
        if (place_in(list, degree, s->edges[held[k]].provider) == degree)
            drop_and_free(s, i, held[k]); /* another pair stands at k now */
        else
            k++;
    for (uint32_t k = 0; k < n->held; k++) {
        uint32_t j = s->edges[held[k]].provider;
        renumber(s, i, k, j, first + place_in(list, degree, j));
    }
}

/* Gives need i other edges; what it holds is kept where it can be. */
static void replace_list(struct solver *s, uint32_t i, const struct solve_edge *sorted,
                         uint32_t degree)
{
    struct need *n = &s->need[i];
    struct need_room *room = room_of(s, i);
    uint32_t first = n->first;
    for (uint32_t k = 0; k < n->degree; k++)
        back_remove(s, s->edges[n->first + k].provider, i);
    if (degree > room->edges) {
        pool_reserve(&s->edge_pool, degree);
        solver_views(s);
        first = (uint32_t)s->edge_pool.n;
        s->edge_pool.n += degree;
        s->waste += room->edges;
        room->edges = degree;
    }
    move_pairs(s, i, sorted, first, degree);
    if (degree)
        memcpy(own_edge(s, first), sorted, degree * sizeof *sorted);
    n->first = first;
    n->degree = degree;
    for (uint32_t k = 0; k < degree; k++)
        back_add(s, sorted[k].provider, i, sorted[k].weight);
    s->nedges = s->edge_pool.n;
}

static void set_wanted(struct solver *s, uint32_t i, uint32_t wanted)
{
    struct need *n = &s->need[i];
    struct need_room *room = room_of(s, i);
    if (wanted > room->held) {
        pool_reserve(&s->held_pool, wanted);
        solver_views(s);
        uint32_t at = (uint32_t)s->held_pool.n;
        memcpy(s->held + at, s->held + n->held_at, n->held * sizeof *s->held);
        s->held_pool.n += wanted;
        n->held_at = at;
        room->held = wanted;
    }
    n->wanted = (uint16_t)wanted;
    while (n->held > wanted) {
        uint32_t worst = 0;
        int32_t least = NEVER;
        for (uint32_t k = 0; k < n->held; k++) {
            const struct solve_edge *e = &s->edges[s->held[n->held_at + k]];
            if (e->weight - s->price[e->provider] < least) {
                least = e->weight - s->price[e->provider];
                worst = s->held[n->held_at + k];
            }
        }
        drop_and_free(s, i, worst);
    }
}

/* A sorted, checked copy in cx->mem. */
static enum err take_edges(struct cx *cx, const struct solver *s, uint32_t need,
                           const struct solve_edge *edges, size_t n, uint32_t wanted,
                           struct solve_edge **out)
{
    if (wanted > SOLVE_MAX_WANTED)
        return fail(cx, ERR_INPUT, "一项需求最多要 %d 人", SOLVE_MAX_WANTED);
    if (s->edge_pool.n + n >= NOBODY)
        return fail(cx, ERR_INPUT, "配对太多，不能超过 %u", NOBODY - 1);
    *out = arena_array(cx->mem, n + 1, sizeof **out);
    if (n)
        memcpy(*out, edges, n * sizeof *edges);
    sort_edges(*out, n);
    for (size_t k = 0; k < n; k++) {
        const struct solve_edge *e = &(*out)[k];
        if (e->provider >= s->providers || e->weight < 1 || e->weight > SOLVE_MAX_WEIGHT)
            return fail(cx, ERR_INPUT, "第 %u 项需求的配对不对：服务者 %u，分数 %d", need + 1,
                        e->provider + 1, e->weight);
        for (size_t other = 0; other < k; other++)
            if ((*out)[other].provider == e->provider)
                return fail(cx, ERR_INPUT, "第 %u 项需求把第 %u 位服务者写了两次，留一次", need + 1,
                            e->provider + 1);
    }
    return OK;
}

static void put_list(struct solver *s, uint32_t need, const struct solve_edge *sorted, size_t n,
                     uint32_t wanted)
{
    replace_list(s, need, sorted, (uint32_t)n);
    set_wanted(s, need, wanted < n ? wanted : (uint32_t)n);
    search_prepare(s, 1);
    touch(s, need);
    settle_need(s, need);
    settle_freed(s);
    compact(s);
}

static uint32_t new_number(struct solver *s)
{
    if (s->spare_pool.n)
        return ((uint32_t *)s->spare_pool.at)[--s->spare_pool.n];
    pool_reserve(&s->need_pool, 1);
    pool_reserve(&s->value_pool, 1);
    pool_reserve(&s->room_pool, 1);
    s->need_pool.n++;
    s->value_pool.n++;
    s->room_pool.n++;
    solver_views(s);
    uint32_t i = s->needs++;
    s->need[i] = (struct need){0};
    *room_of(s, i) = (struct need_room){0};
    return i;
}

enum err solve_need_add(struct cx *cx, struct solver *s, uint32_t wanted,
                        const struct solve_edge *edges, size_t n, uint32_t *need)
{
    struct arena_mark start = arena_mark(cx->mem);
    struct solve_edge *sorted;
    TRY(live_begin(cx, s));
    if (s->needs + 1 >= NOBODY)
        return fail(cx, ERR_INPUT, "需求太多");
    TRY(take_edges(cx, s, s->needs, edges, n, wanted, &sorted));
    *need = new_number(s);
    room_of(s, *need)->gone = false;
    put_list(s, *need, sorted, n, wanted);
    arena_rewind(cx->mem, start);
    return OK;
}

enum err solve_need_change(struct cx *cx, struct solver *s, uint32_t need, uint32_t wanted,
                           const struct solve_edge *edges, size_t n)
{
    struct arena_mark start = arena_mark(cx->mem);
    struct solve_edge *sorted;
    TRY(begin_need(cx, s, need));
    TRY(take_edges(cx, s, need, edges, n, wanted, &sorted));
    put_list(s, need, sorted, n, wanted);
    arena_rewind(cx->mem, start);
    return OK;
}

enum err solve_need_cancel(struct cx *cx, struct solver *s, uint32_t need)
{
    TRY(begin_need(cx, s, need));
    put_list(s, need, NULL, 0, 0);
    room_of(s, need)->gone = true;
    pool_reserve(&s->spare_pool, 1);
    ((uint32_t *)s->spare_pool.at)[s->spare_pool.n++] = need;
    return OK;
}

/* ---- pairs ---- */

static enum err begin_pair(struct cx *cx, struct solver *s, uint32_t need, uint32_t provider,
                           uint32_t *edge)
{
    TRY(begin_need(cx, s, need));
    *edge = find_edge(s, need, provider);
    if (*edge == NOBODY)
        return fail(cx, ERR_INPUT, "第 %u 项需求和第 %u 位服务者之间没有配对", need + 1,
                    provider + 1);
    return OK;
}

enum err solve_decline(struct cx *cx, struct solver *s, uint32_t need, uint32_t provider)
{
    uint32_t edge;
    TRY(begin_pair(cx, s, need, provider, &edge));
    bool held = need_holds(s, &s->need[need], edge);
    if (held)
        drop_and_free(s, need, edge);
    remove_edge(s, need, edge);
    if (s->need[need].wanted > s->need[need].degree)
        s->need[need].wanted = (uint16_t)s->need[need].degree;
    if (held)
        settle_need(s, need);
    else if (!s->need[need].wanted)
        s->value[need] = NEVER;
    settle_freed(s);
    return OK;
}

enum err solve_weight(struct cx *cx, struct solver *s, uint32_t need, uint32_t provider,
                      int32_t weight)
{
    uint32_t edge;
    TRY(begin_pair(cx, s, need, provider, &edge));
    if (weight < 1 || weight > SOLVE_MAX_WEIGHT)
        return fail(cx, ERR_INPUT, "分数是 %d，要在 1 到 %d 之间", weight, SOLVE_MAX_WEIGHT);
    const struct need *n = &s->need[need];
    uint32_t to = edge;
    while (to > n->first && s->edges[to - 1].weight < weight)
        to--;
    while (to + 1 < n->first + n->degree && s->edges[to + 1].weight > weight)
        to++;
    own_edge(s, edge)->weight = weight;
    back_find(s, provider, need)->weight = weight;
    move_edge(s, need, edge, to);
    if (weight > s->heaviest)
        s->heaviest = weight;
    settle_need(s, need);
    settle_freed(s);
    return OK;
}

enum err solve_accept(struct cx *cx, struct solver *s, uint32_t need, uint32_t provider)
{
    uint32_t edge;
    TRY(begin_pair(cx, s, need, provider, &edge));
    if (!need_holds(s, &s->need[need], edge))
        return fail(cx, ERR_CONFLICT, "第 %u 项需求现在没有配给第 %u 位服务者，先看新的结果",
                    need + 1, provider + 1);
    struct provider *p = &s->provider[provider];
    struct need *n = &s->need[need];
    s->settled += s->edges[edge].weight - s->lambda * p->load;
    pair_drop(s, need, edge);
    remove_edge(s, need, edge);
    p->load++;
    p->capacity--;
    if (p->capacity == 0)
        s->price[provider] = NEVER;
    n->wanted--;
    if (n->wanted > n->degree)
        n->wanted = (uint16_t)n->degree;
    if (n->wanted == 0)
        s->value[need] = NEVER;
    return OK;
}

/* ---- providers ---- */

static void provider_room(struct solver *s, uint32_t j, uint32_t room)
{
    struct provider *p = &s->provider[j];
    if (room <= p->room)
        return;
    pool_reserve(&s->hold_pool, room);
    solver_views(s);
    uint32_t at = (uint32_t)s->hold_pool.n;
    memcpy(s->holds + at, s->holds + p->holds_at, p->held * sizeof *s->holds);
    s->hold_pool.n += room;
    p->holds_at = at;
    p->room = (uint16_t)room;
}

/* What somebody would pay for a place here. */
static int32_t best_offer(const struct solver *s, uint32_t j)
{
    const struct back *b = s->back + s->range[j].first;
    int32_t best = ask_at(s, &s->provider[j], 0);
    for (uint32_t k = 0; k < s->range[j].n; k++)
        if (b[k].weight - s->value[b[k].need] > best)
            best = b[k].weight - s->value[b[k].need];
    return best;
}

/* The hold that is worth least beyond what its need could get elsewhere. */
static struct hold poorest(const struct solver *s, const struct provider *p)
{
    const struct hold *h = s->holds + p->holds_at, *least = h;
    for (const struct hold *k = h + 1; k < h + p->held; k++)
        if (s->edges[k->edge].weight - s->value[k->need] <
            s->edges[least->edge].weight - s->value[least->need])
            least = k;
    return *least;
}

enum err solve_provider_add(struct cx *cx, struct solver *s, uint32_t capacity, uint32_t load,
                            uint32_t *provider)
{
    TRY(live_begin(cx, s));
    if (capacity > SOLVE_MAX_WANTED || load > SOLVE_MAX_LOAD || s->providers + 1 >= NOBODY)
        return fail(cx, ERR_INPUT, "一位服务者最多接 %d 件、已有 %d 件", SOLVE_MAX_WANTED,
                    SOLVE_MAX_LOAD);
    pool_reserve(&s->provider_pool, 1);
    pool_reserve(&s->price_pool, 1);
    pool_reserve(&s->range_pool, 1);
    s->provider_pool.n++;
    s->price_pool.n++;
    s->range_pool.n++;
    solver_views(s);
    uint32_t j = s->providers++;
    s->provider[j] = (struct provider){.load = load, .capacity = (uint16_t)capacity};
    s->range[j] = (struct back_range){.reach = INT32_MAX};
    provider_room(s, j, capacity);
    s->price[j] = capacity ? ask_at(s, &s->provider[j], 0) : NEVER;
    search_prepare(s, 1);
    *provider = j;
    return OK;
}

enum err solve_provider_capacity(struct cx *cx, struct solver *s, uint32_t provider,
                                 uint32_t capacity)
{
    TRY(begin_provider(cx, s, provider));
    if (capacity > SOLVE_MAX_WANTED)
        return fail(cx, ERR_INPUT, "一位服务者最多接 %d 件", SOLVE_MAX_WANTED);
    provider_room(s, provider, capacity);
    struct provider *p = &s->provider[provider];
    bool back_again = p->capacity == 0 && capacity > 0;
    p->capacity = (uint16_t)capacity;
    while (p->held > capacity) {
        struct hold h = poorest(s, p);
        pair_drop(s, h.need, h.edge);
    }
    if (capacity == 0)
        s->price[provider] = NEVER;
    if (back_again)
        s->price[provider] = best_offer(s, provider);
    size_t dropped = s->touched_pool.n; /* so far only those that lost their pair */
    for (size_t k = 0; k < dropped; k++)
        settle_need(s, ((const uint32_t *)s->touched_pool.at)[k]);
    freed(s, provider);
    settle_freed(s);
    return OK;
}

/* ---- asking ---- */

size_t solve_pairs_of(const struct solver *s, uint32_t need, struct solve_pair *out, size_t room)
{
    size_t n = need < s->needs ? s->need[need].held : 0;
    for (size_t k = 0; k < n && k < room; k++) {
        const struct solve_edge *e = &s->edges[s->held[s->need[need].held_at + k]];
        out[k] = (struct solve_pair){need, e->provider, e->weight};
    }
    return n;
}

const uint32_t *solve_touched(const struct solver *s, size_t *n)
{
    *n = s->touched_pool.n;
    return s->touched_pool.at;
}

int64_t solve_settled(const struct solver *s)
{
    return s->settled;
}

uint64_t solve_cold_runs(const struct solver *s)
{
    return s->cold_runs;
}

enum err solve_check(struct cx *cx, struct solver *s, struct solve_proof *proof, bool *cold)
{
    if (!s->ran)
        return fail(cx, ERR_INPUT, "还没有运行撮合，先运行");
    *proof = solver_proof(cx->mem, s);
    *cold = !proof->optimal;
    if (proof->optimal)
        return OK;
    s->cold_runs++;
    TRY(solve_run(cx, s));
    s->touched_pool.n = 0;
    for (uint32_t i = 0; i < s->needs; i++)
        touch(s, i);
    *proof = solver_proof(cx->mem, s);
    return OK;
}

struct ranked {
    struct solve_edge edge;
    int32_t worth;
};

static int by_worth(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->worth != y->worth)
        return x->worth < y->worth ? 1 : -1;
    return (x->edge.provider > y->edge.provider) - (x->edge.provider < y->edge.provider);
}

enum err solve_rank(struct cx *cx, const struct solver *s, struct solve_edge *edges, size_t n)
{
    struct arena_mark start = arena_mark(cx->mem);
    struct ranked *r = arena_array(cx->mem, n + 1, sizeof *r);
    for (size_t k = 0; k < n; k++) {
        if (edges[k].provider >= s->providers)
            return fail(cx, ERR_INPUT, "没有第 %u 位服务者", edges[k].provider + 1);
        r[k] = (struct ranked){edges[k], edges[k].weight - s->price[edges[k].provider]};
    }
    qsort(r, n, sizeof *r, by_worth);
    for (size_t k = 0; k < n; k++)
        edges[k] = r[k].edge;
    arena_rewind(cx->mem, start);
    return OK;
}
