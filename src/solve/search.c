/*
 * search -- exact repair of what the auction has left: shortest augmenting paths over reduced
 * weights, from a need that lacks a provider, or from a provider that asks too much for a place
 * nobody takes. Both keep every other pair optimal at the prices they leave behind.
 *
 * Forward:  need -> provider it does not hold   costs  value + price - weight   (>= 0)
 *           provider -> need it serves          costs  weight - value - price   (>= 0)
 *           ends: a free place; or a need that gives up, at the cost of its value.
 * Back:     the same roads the other way; ends: the price falls to the ask, a place elsewhere
 *           becomes free, or an unmatched need takes it.
 *
 * The start's own value (or what the price is above the ask) bounds the search from the first
 * step: one to two hundred nodes in a city of a million.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/inner.h"
#include <string.h>

enum { NEAR = 1024 }; /* edges on their way into the lists, so that they stay in the cache */

/* ---- the two sides of a pair ---- */

void provider_lose(struct solver *s, uint32_t j, uint32_t edge)
{
    struct provider *p = &s->provider[j];
    struct hold *h = s->holds + p->holds_at;
    for (uint32_t k = 0; k < p->held; k++)
        if (h[k].edge == edge) {
            h[k] = h[--p->held];
            return;
        }
}

static void provider_take(struct solver *s, uint32_t j, uint32_t need, uint32_t edge)
{
    struct provider *p = &s->provider[j];
    s->holds[p->holds_at + p->held++] = (struct hold){0, need, edge};
}

/* One goes, another comes. */
static void provider_swap(struct solver *s, uint32_t j, uint32_t old, uint32_t need, uint32_t edge)
{
    struct provider *p = &s->provider[j];
    struct hold *h = s->holds + p->holds_at;
    for (uint32_t k = 0; k < p->held; k++)
        if (h[k].edge == old) {
            h[k] = (struct hold){0, need, edge};
            return;
        }
}

void pair_drop(struct solver *s, uint32_t need, uint32_t edge)
{
    provider_lose(s, s->edges[edge].provider, edge);
    need_lose(s, need, edge);
    touch(s, need);
}

/* ---- values ---- */

int32_t best_value(const struct solver *s, uint32_t need)
{
    const struct need *n = &s->need[need];
    const struct solve_edge *e = s->edges + n->first, *end = e + n->degree;
    int32_t best = 0;
    for (; e < end && e->weight > best; e++) {
        int32_t v = e->weight - s->price[e->provider];
        if (v > best && !need_holds(s, n, (uint32_t)(e - s->edges)))
            best = v;
    }
    return best;
}

bool drop_poor(struct solver *s, uint32_t i, void (*dropped)(void *arg, uint32_t provider),
               void *arg)
{
    struct need *n = &s->need[i];
    bool any = false;
    for (uint32_t k = 0; k < n->held;) {
        uint32_t edge = s->held[n->held_at + k], j = s->edges[edge].provider;
        if (s->edges[edge].weight - s->price[j] >= s->value[i]) {
            k++;
            continue;
        }
        pair_drop(s, i, edge);
        if (dropped)
            dropped(arg, j);
        s->value[i] = best_value(s, i); /* it may want this one back now */
        any = true;
        k = 0;
    }
    return any;
}

/* ---- the queue ---- */

/* Room for searches of `threads` threads over what the solver holds now. */
void search_prepare(struct solver *s, int threads)
{
    size_t units = solver_units(s) + 2;
    size_t nodes = (s->needs > s->providers ? s->needs : s->providers) + (size_t)2;
    pool_reserve(&s->need_label_pool, s->needs - s->need_label_pool.n);
    pool_reserve(&s->provider_label_pool, s->providers - s->provider_label_pool.n);
    s->need_label_pool.n = s->needs;
    s->provider_label_pool.n = s->providers;
    solver_views(s);
    if (units <= s->search_units && nodes <= s->search_nodes && s->search[threads - 1].s)
        return;
    bool grows = s->search_units > 0; /* one at a time comes again: keep half as much in reserve */
    units += grows ? units / 2 : 0;
    nodes += grows ? nodes / 2 : 0;
    uint32_t stamp = s->search[0].stamp;
    arena_free(&s->search_mem);
    arena_init(&s->search_mem, SIZE_MAX / 2);
    for (int t = 0; t < threads; t++) {
        struct search *r = &s->search[t];
        *r = (struct search){.s = s,
                             .stamp = stamp,
                             .heap_cap = 2 * nodes,
                             .need_to = NOBODY,
                             .provider_to = NOBODY};
        r->heap = arena_array(&s->search_mem, r->heap_cap, sizeof *r->heap);
        /* A hold is passed once; so is every provider that is settled. */
        size_t listed = units > nodes ? units : nodes;
        r->seen = arena_array(&s->search_mem, listed, sizeof *r->seen);
        r->done = arena_array(&s->search_mem, nodes, sizeof *r->done);
    }
    s->search_units = units;
    s->search_nodes = nodes;
}

static void heap_up(struct search *r, size_t at, uint64_t key)
{
    uint64_t *h = r->heap;
    while (at) {
        size_t up = (at - 1) / 4;
        if (h[up] <= key)
            break;
        h[at] = h[up];
        at = up;
    }
    h[at] = key;
}

/* Drops entries that a shorter way has replaced; at most one per node is left, which is half of
 * the room. */
static void heap_sweep(struct search *r)
{
    size_t n = r->heap_n;
    r->heap_n = 0;
    for (size_t k = 0; k < n; k++) {
        uint64_t key = r->heap[k];
        if (r->heap_of[(uint32_t)key].dist == (int32_t)(key >> 32))
            heap_up(r, r->heap_n++, key);
    }
}

static void heap_push(struct search *r, int32_t dist, uint32_t node)
{
    if (r->heap_n == r->heap_cap)
        heap_sweep(r);
    heap_up(r, r->heap_n++, (uint64_t)(uint32_t)dist << 32 | node);
}

static uint64_t heap_pop(struct search *r)
{
    uint64_t *h = r->heap, least = h[0];
    size_t n = --r->heap_n;
    if (n == 0)
        return least;
    uint64_t key = h[n];
    size_t at = 0;
    for (;;) {
        size_t down = 4 * at + 1, end = down + 4 < n ? down + 4 : n;
        if (down >= n)
            break;
        size_t best = down;
        for (size_t k = down + 1; k < end; k++)
            if (h[k] < h[best])
                best = k;
        if (h[best] >= key)
            break;
        h[at] = h[best];
        at = best;
    }
    h[at] = key;
    return least;
}

/* The nearest node not yet settled, or NOBODY when none is nearer than the limit. */
static uint32_t nearest(struct search *r, int32_t *dist)
{
    while (r->heap_n) {
        uint64_t key = heap_pop(r);
        *dist = (int32_t)(key >> 32);
        if (*dist >= r->limit)
            break;
        if (r->heap_of[(uint32_t)key].dist == *dist)
            return (uint32_t)key;
    }
    return NOBODY;
}

static void begin(struct search *r, const struct label *heap_of)
{
    struct solver *s = r->s;
    if (++r->stamp == 0) { /* once in four thousand million searches */
        memset(s->need_label, 0, s->needs * sizeof *s->need_label);
        memset(s->provider_label, 0, s->providers * sizeof *s->provider_label);
        r->stamp = 1;
    }
    r->heap_n = r->seen_n = r->done_n = 0;
    r->heap_of = heap_of;
    r->end_need = r->end_provider = NOBODY;
}

static inline bool farther(const struct search *r, const struct label *l, int32_t dist)
{
    return l->stamp != r->stamp || l->dist > dist;
}

/* ---- forward ---- */

static bool forward_need(struct search *r, uint32_t i)
{
    struct solver *s = r->s;
    const struct need *n = &s->need[i];
    int32_t at = s->need_label[i].dist + s->value[i];
    const struct solve_edge *e = s->edges + n->first, *end = e + n->degree;
    r->nodes++;
    for (; e < end; e++) {
        if (at - e->weight >= r->limit)
            break; /* so are all that follow */
        uint32_t j = e->provider, edge = (uint32_t)(e - s->edges);
        int32_t dist = at - e->weight + price_of(s, j);
        if (dist >= r->limit)
            continue;
        if (j < r->provider_from || j >= r->provider_to) {
            if (need_holds(s, n, edge))
                continue;
            return false;
        }
        struct label *l = &s->provider_label[j];
        if (!farther(r, l, dist) || need_holds(s, n, edge))
            continue;
        *l = (struct label){dist, r->stamp, edge, i};
        const struct provider *p = &s->provider[j];
        if (p->held < p->capacity) {
            int32_t dearer = ask_at(s, p, p->held) - s->price[j];
            int32_t end_dist = dist + (dearer > 0 ? dearer : 0);
            if (end_dist < r->limit) {
                r->limit = end_dist;
                r->end_provider = j;
            }
            if (dearer <= 0)
                continue; /* nothing beyond it can be nearer */
        }
        heap_push(r, dist, j);
    }
    return true;
}

static bool forward_provider(struct search *r, uint32_t j, int32_t at)
{
    struct solver *s = r->s;
    const struct provider *p = &s->provider[j];
    const struct hold *h = s->holds + p->holds_at;
    r->done[r->done_n++] = j;
    for (uint32_t k = 0; k < p->held; k++) {
        uint32_t i = h[k].need;
        int32_t dist = at + s->edges[h[k].edge].weight - value_of(s, i) - s->price[j];
        if (dist >= r->limit)
            continue;
        if (i < r->need_from || i >= r->need_to)
            return false;
        struct label *l = &s->need_label[i];
        if (!farther(r, l, dist))
            continue;
        *l = (struct label){dist, r->stamp, h[k].edge, j};
        if (dist + s->value[i] < r->limit) {
            r->limit = dist + s->value[i];
            r->end_need = i;
            r->end_provider = NOBODY;
        }
        r->seen[r->seen_n++] = i;
    }
    return true;
}

static void forward_duals(struct search *r)
{
    struct solver *s = r->s;
    for (size_t k = 0; k < r->seen_n; k++) {
        struct label *l = &s->need_label[r->seen[k]];
        if (l->stamp == r->stamp && l->dist < r->limit)
            value_set(s, r->seen[k], s->value[r->seen[k]] - (r->limit - l->dist));
        l->stamp = 0; /* it may be listed again */
    }
    for (size_t k = 0; k < r->done_n; k++) {
        uint32_t j = r->done[k];
        if (s->provider_label[j].dist < r->limit)
            price_set(s, j, s->price[j] + r->limit - s->provider_label[j].dist);
    }
}

/* From the end back to the start: each need on the way loses one provider and gains another. */
static void forward_pairs(struct search *r, uint32_t start)
{
    struct solver *s = r->s;
    uint32_t i = r->end_need, gained = NOBODY;
    if (r->end_provider != NOBODY) {
        const struct label *l = &s->provider_label[r->end_provider];
        i = l->other;
        gained = l->edge;
        provider_take(s, r->end_provider, i, gained);
    }
    for (;;) {
        uint32_t lost = i == start ? NOBODY : s->need_label[i].edge;
        touch(s, i);
        if (lost != NOBODY)
            need_lose(s, i, lost);
        if (gained != NOBODY)
            need_take(s, i, gained);
        if (lost == NOBODY)
            return;
        uint32_t j = s->edges[lost].provider;
        const struct label *l = &s->provider_label[j];
        provider_swap(s, j, lost, l->other, l->edge);
        i = l->other;
        gained = l->edge;
    }
}

bool search_forward(struct search *r, uint32_t start)
{
    struct solver *s = r->s;
    int32_t at = 0;
    if (s->value[start] <= 0)
        return true;
    begin(r, s->provider_label);
    r->limit = s->value[start];
    r->end_need = start;
    s->need_label[start] = (struct label){0, r->stamp, NOBODY, NOBODY};
    r->seen[r->seen_n++] = start;
    for (size_t next = 0;;) {
        for (; next < r->seen_n; next++)
            if (s->need_label[r->seen[next]].dist < r->limit && !forward_need(r, r->seen[next]))
                return false;
        uint32_t j = nearest(r, &at);
        if (j == NOBODY)
            break;
        if (!forward_provider(r, j, at))
            return false;
    }
    forward_duals(r);
    if (r->end_provider != NOBODY || r->end_need != start)
        forward_pairs(r, start);
    return true;
}

/* ---- back ---- */

static bool back_provider(struct search *r, uint32_t j)
{
    struct solver *s = r->s;
    int32_t at = s->provider_label[j].dist + s->price[j];
    const struct back *b = s->back + s->range[j].first, *end = b + s->range[j].n;
    int64_t known = (int64_t)at + s->range[j].reach;
    r->known = known < r->known ? (int32_t)known : r->known;
    r->nodes++;
    for (; b < end; b++) {
        uint32_t i = b->need;
        int32_t dist = at + value_of(s, i) - b->weight;
        if (dist >= r->limit)
            continue;
        if (i < r->need_from || i >= r->need_to)
            return false;
        struct label *l = &s->need_label[i];
        if (!farther(r, l, dist))
            continue;
        const struct need *n = &s->need[i];
        bool has = false;
        for (uint32_t k = 0; k < n->held && !has; k++)
            has = s->edges[s->held[n->held_at + k]].provider == j;
        if (has)
            continue;
        *l = (struct label){dist, r->stamp, NOBODY, j};
        if (n->held < n->wanted) {
            r->limit = dist;
            r->end_need = i;
            r->end_provider = NOBODY;
            continue;
        }
        heap_push(r, dist, i);
    }
    return true;
}

static bool back_need(struct search *r, uint32_t i, int32_t at)
{
    struct solver *s = r->s;
    const struct need *n = &s->need[i];
    r->done[r->done_n++] = i;
    for (uint32_t k = 0; k < n->held; k++) {
        uint32_t edge = s->held[n->held_at + k], j = s->edges[edge].provider;
        int32_t dist = at + s->edges[edge].weight - s->value[i] - price_of(s, j);
        if (dist >= r->limit)
            continue;
        if (j < r->provider_from || j >= r->provider_to)
            return false;
        struct label *l = &s->provider_label[j];
        if (!farther(r, l, dist))
            continue;
        *l = (struct label){dist, r->stamp, edge, i};
        const struct provider *p = &s->provider[j];
        int32_t end_dist = dist + s->price[j] - ask_at(s, p, (uint32_t)p->held - 1);
        if (end_dist < r->limit) {
            r->limit = end_dist;
            r->end_provider = j;
            r->end_need = NOBODY;
        }
        r->seen[r->seen_n++] = j;
    }
    return true;
}

static void back_duals(struct search *r)
{
    struct solver *s = r->s;
    for (size_t k = 0; k < r->done_n; k++) {
        uint32_t i = r->done[k];
        if (s->need_label[i].dist < r->limit)
            value_set(s, i, s->value[i] + r->limit - s->need_label[i].dist);
    }
    for (size_t k = 0; k < r->seen_n; k++) {
        struct label *l = &s->provider_label[r->seen[k]];
        if (l->stamp == r->stamp && l->dist < r->limit)
            price_set(s, r->seen[k], s->price[r->seen[k]] - (r->limit - l->dist));
        l->stamp = 0;
    }
}

static uint32_t edge_to(const struct solver *s, uint32_t i, uint32_t j)
{
    const struct need *n = &s->need[i];
    uint32_t edge = n->first;
    while (s->edges[edge].provider != j)
        edge++;
    return edge;
}

static void back_pairs(struct search *r, uint32_t start)
{
    struct solver *s = r->s;
    uint32_t i = r->end_need;
    if (r->end_provider != NOBODY) {
        const struct label *l = &s->provider_label[r->end_provider];
        i = l->other;
        provider_lose(s, r->end_provider, l->edge);
        need_lose(s, i, l->edge);
    }
    for (;;) {
        uint32_t j = s->need_label[i].other, gained = edge_to(s, i, j);
        touch(s, i);
        need_take(s, i, gained);
        if (j == start) {
            provider_take(s, j, i, gained);
            return;
        }
        const struct label *l = &s->provider_label[j];
        provider_swap(s, j, l->edge, i, gained);
        i = l->other;
        need_lose(s, i, l->edge);
    }
}

bool search_back(struct search *r, uint32_t start)
{
    struct solver *s = r->s;
    int32_t at = 0;
    begin(r, s->need_label);
    r->limit = s->price[start] - ask_at(s, &s->provider[start], s->provider[start].held);
    r->known = INT32_MAX;
    r->end_provider = start;
    s->provider_label[start] = (struct label){0, r->stamp, NOBODY, NOBODY};
    r->seen[r->seen_n++] = start;
    for (size_t next = 0;;) {
        for (; next < r->seen_n; next++)
            if (s->provider_label[r->seen[next]].dist < r->limit &&
                !back_provider(r, r->seen[next]))
                return false;
        uint32_t i = nearest(r, &at);
        if (i == NOBODY)
            break;
        if (!back_need(r, i, at))
            return false;
    }
    if (r->known < r->limit)
        return false;
    back_duals(r);
    if (r->end_need != NOBODY || r->end_provider != start)
        back_pairs(r, start);
    return true;
}

/* ---- edges by provider ---- */

void turn_forget(struct solver *s)
{
    if (s->turned)
        return;
    pool_close(&s->back_pool);
    pool_close(&s->range_pool);
    solver_views(s);
}

static void ranges_open(struct solver *s)
{
    turn_forget(s); /* before the other is made */
    pool_reserve(&s->range_pool, s->providers);
    s->range_pool.n = s->providers;
    solver_views(s);
}

/* `room` of each has been counted. */
static void ranges_place(struct solver *s)
{
    uint32_t first = 0;
    for (uint32_t j = 0; j < s->providers; j++) {
        s->range[j].first = first;
        first += s->range[j].room;
    }
    pool_reserve(&s->back_pool, first);
    s->back_pool.n = first;
    solver_views(s);
}

static inline void range_put(struct solver *s, uint32_t i, const struct solve_edge *e)
{
    struct back_range *range = &s->range[e->provider];
    s->back[range->first + range->n++] = (struct back){i, e->weight};
}

void turn_round(struct solver *s)
{
    if (s->turned)
        return;
    ranges_open(s);
    for (uint32_t i = 0; i < s->needs; i++)
        for (uint32_t k = 0; k < s->need[i].degree; k++)
            s->range[s->edges[s->need[i].first + k].provider].room++;
    for (uint32_t j = 0; j < s->providers; j++)
        s->range[j].reach = INT32_MAX;
    ranges_place(s);
    for (uint32_t i = 0; i < s->needs; i++)
        for (uint32_t k = 0; k < s->need[i].degree; k++)
            range_put(s, i, &s->edges[s->need[i].first + k]);
    s->turned = true;
}

struct near {
    uint32_t need, edge;
};

static void flush(struct solver *s, const struct near *near, size_t n, bool place)
{
    for (size_t k = 0; k < n; k++) {
        const struct solve_edge *e = &s->edges[near[k].edge];
        if (place)
            range_put(s, near[k].need, e);
        else
            s->range[e->provider].room++;
    }
}

/* Counts or places. No branch for an edge: most are too dear, but nobody could guess which. */
static void each_near(struct solver *s, int32_t within, bool place)
{
    struct near near[NEAR];
    size_t n = 0;
    const struct solve_edge *e = s->edges;
    const int32_t *price = s->price;
    for (uint32_t i = 0; i < s->needs; i++) {
        int32_t least = s->value[i] - within; /* prices are not below 0: no list is read beyond */
        uint32_t end = s->need[i].first + s->need[i].degree;
        for (uint32_t k = s->need[i].first; k < end && e[k].weight > least; k++) {
            near[n] = (struct near){i, k};
            n += e[k].weight - price[e[k].provider] > least;
            if (n == NEAR) {
                flush(s, near, n, place);
                n = 0;
            }
        }
    }
    flush(s, near, n, place);
}

void turn_near(struct solver *s, int32_t within)
{
    if (s->turned)
        return;
    ranges_open(s);
    each_near(s, within, false);
    for (uint32_t j = 0; j < s->providers; j++)
        s->range[j].reach = within - s->price[j];
    ranges_place(s);
    each_near(s, within, true);
}
