/*
 * auction -- needs bid for places, every provider sells all of its places at one price.
 *
 * A provider keeps the best bids it has places for; its price is the lowest of them, or what the
 * next free place costs (its reserve, or lambda times its load) if that is less. A need bids for
 * the best weight less price that it sees, as much as leaves it no worse than its second choice
 * (at least: staying unmatched, worth 0), and eps more. Whom it displaces bids again. Prices only
 * rise within a phase, so a list that falls in weight is read until the weight alone is no better
 * than the second choice: four edges of twenty in a city that has enough providers.
 *
 * With eps 0 a need that only ties is left to the shortest paths of search.c.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/inner.h"
#include <sched.h>

enum {
    RING = 16, /* bidders on their way: their lists are fetched while others bid */
    SPINS = 100,
    MASKED = 64,       /* edges of which a word says whether the need has them */
    ASK_STOP = 1 << 16 /* bids between two questions whether to stop */
};

struct offers {
    const struct solve_edge *best, *other;
    int32_t value, second; /* of them, at present prices */
};

static inline void lock(uint8_t *l)
{
    for (int spins = 0; __atomic_exchange_n(l, 1, __ATOMIC_ACQUIRE); spins++)
        if (spins > SPINS)
            sched_yield(); /* the holder may have lost its processor */
}

static inline void unlock(uint8_t *l)
{
    __atomic_store_n(l, 0, __ATOMIC_RELEASE);
}

/* The best two of a list. `several`: what the need has already is left out; for lists up to MASKED.
 * `ties`: a second one that is as good as the best is named too. */
static inline struct offers look(const struct solver *s, const struct need *n, int32_t unit,
                                 bool ties, bool several)
{
    struct offers o = {0};
    const int32_t *price = s->price; /* in a register: it is read for every edge */
    const struct solve_edge *begin = s->edges + n->first, *end = begin + n->degree;
    uint64_t has = 0;
    for (uint32_t k = 0; several && k < n->held; k++)
        has |= (uint64_t)1 << (s->held[n->held_at + k] - n->first);
    uint64_t rest = has;
    for (const struct solve_edge *e = begin; e < end; e++) {
        int32_t w = e->weight * unit;
        if (w <= o.second)
            break;
        int32_t v = w - __atomic_load_n(&price[e->provider], __ATOMIC_RELAXED);
        v = several && rest & 1 ? 0 : v;
        rest >>= 1;
        bool better = v > o.value;
        int32_t lower = better ? o.value : v;
        o.best = better ? e : o.best;
        o.value = better ? v : o.value;
        o.second = o.second > lower ? o.second : lower;
    }
    if (ties && o.best && o.value == o.second)
        for (const struct solve_edge *e = begin; e < end && !o.other; e++)
            if (e != o.best && e->weight * unit - price_of(s, e->provider) == o.second &&
                (!several || !(has >> (e - begin) & 1)))
                o.other = e;
    return o;
}

/* The same for a need that has some providers already and may not take them twice. Not inlined:
 * there are few, and the many want the registers. */
static __attribute__((noinline)) struct offers
look_further(const struct solver *s, const struct need *n, int32_t unit, bool ties)
{
    if (n->degree <= MASKED)
        return look(s, n, unit, ties, true);
    struct offers o = {0};
    const struct solve_edge *e = s->edges + n->first, *end = e + n->degree;
    for (; e < end; e++) {
        int32_t w = e->weight * unit;
        if (w <= o.second)
            break;
        int32_t v = w - price_of(s, e->provider);
        if (v <= o.second || need_holds(s, n, (uint32_t)(e - s->edges)))
            continue;
        if (v > o.value) {
            o.second = o.value;
            o.other = o.best;
            o.value = v;
            o.best = e;
        } else {
            o.second = v;
            o.other = e;
        }
    }
    return o;
}

static inline void heap_rise(struct hold *h, uint32_t at)
{
    struct hold x = h[at];
    while (at) {
        uint32_t up = (at - 1) / 2;
        if (h[up].bid <= x.bid)
            break;
        h[at] = h[up];
        at = up;
    }
    h[at] = x;
}

static inline void heap_replace_least(struct hold *h, uint32_t n, struct hold x)
{
    uint32_t at = 0;
    for (;;) {
        uint32_t down = 2 * at + 1;
        if (down >= n)
            break;
        if (down + 1 < n && h[down + 1].bid < h[down].bid)
            down++;
        if (h[down].bid >= x.bid)
            break;
        h[at] = h[down];
        at = down;
    }
    h[at] = x;
}

static inline int32_t place_ask(const struct solver *s, const struct provider *p, int32_t unit)
{
    if (p->held >= p->capacity)
        return NEVER;
    int64_t ask = s->lambda ? (int64_t)ask_at(s, p, p->held) * unit : 0;
    ask = ask > p->reserve ? ask : p->reserve;
    return ask < NEVER ? (int32_t)ask : NEVER;
}

/* The pair of a need that wants several is changed under the need's lock: its units may be on
 * their way in different threads. False: another unit has this provider meanwhile. */
static inline bool take(struct auction *a, uint32_t i, uint32_t edge, bool together)
{
    struct solver *s = a->s;
    bool shared = together && s->need[i].wanted > 1, fine = true;
    if (shared) {
        lock(&s->need_lock[i]);
        fine = !need_holds(s, &s->need[i], edge);
    }
    if (fine)
        need_take(s, i, edge);
    if (shared)
        unlock(&s->need_lock[i]);
    return fine;
}

static inline void lose(struct auction *a, uint32_t i, uint32_t edge, bool together)
{
    struct solver *s = a->s;
    bool shared = together && s->need[i].wanted > 1;
    if (shared)
        lock(&s->need_lock[i]);
    need_lose(s, i, edge);
    if (shared)
        unlock(&s->need_lock[i]);
}

enum sale { REFUSED, SOLD, DISPLACED, RACED };

/* Locks are taken provider first, then one need, and none while waiting for a provider: no two
 * threads can wait for each other. */
static inline enum sale buy(struct auction *a, uint32_t i, const struct solve_edge *e, int32_t bid,
                            uint32_t *out, bool together)
{
    struct solver *s = a->s;
    uint32_t j = e->provider, edge = (uint32_t)(e - s->edges);
    struct provider *p = &s->provider[j];
    enum sale sale = REFUSED;
    if (together)
        lock(&p->lock);
    struct hold *heap = s->holds + p->holds_at, mine = {bid, i, edge};
    int32_t lowest = p->held ? heap[0].bid : NEVER, ask = place_ask(s, p, a->unit);
    if (ask <= lowest ? bid >= ask && ask < NEVER : bid > lowest) {
        if (!take(a, i, edge, together)) {
            sale = RACED;
        } else if (ask <= lowest) {
            heap[p->held] = mine;
            heap_rise(heap, p->held++);
            sale = SOLD;
        } else {
            struct hold old = heap[0];
            heap_replace_least(heap, p->held, mine);
            lose(a, old.need, old.edge, together);
            *out = old.need;
            sale = DISPLACED;
        }
        ask = place_ask(s, p, a->unit);
        int32_t price = heap[0].bid < ask ? heap[0].bid : ask;
        price_set(s, j, price);
    }
    if (together)
        unlock(&p->lock);
    return sale;
}

/* One unit of need i bids. NOBODY: it is settled. i: stuck. Else: who has to bid again now. */
static inline uint32_t bid_once(struct auction *a, uint32_t i, bool together)
{
    struct solver *s = a->s;
    const struct need *n = &s->need[i];
    bool shared = together && n->wanted > 1;
    if (shared)
        lock(&s->need_lock[i]);
    bool ties = a->eps == 0;
    struct offers o = n->wanted == 1 || !n->held ? look(s, n, a->unit, ties, false)
                                                 : look_further(s, n, a->unit, ties);
    if (shared)
        unlock(&s->need_lock[i]);
    a->bids++;
    if (!o.best)
        return NOBODY; /* better unmatched */
    for (;;) {
        uint32_t displaced = NOBODY;
        int32_t bid = o.best->weight * a->unit - o.second + a->eps;
        switch (buy(a, i, o.best, bid, &displaced, together)) {
        case SOLD:
            return NOBODY;
        case DISPLACED:
            return displaced;
        case RACED:
            return i;
        case REFUSED: /* with eps: another thread was faster; without: a tie */
            if (a->eps || !o.other || o.value != o.second)
                return i;
            o.best = o.other; /* as good: perhaps there is a place */
            o.other = NULL;
        }
    }
}

static inline void fetch(const struct solver *s, uint32_t i)
{
    const struct solve_edge *e = s->edges + s->need[i].first;
    __builtin_prefetch(e);
    __builtin_prefetch(e + 8);
}

static bool stop_now(struct auction *a)
{
    const struct solve_options *o = &a->s->options;
    if (a->bids % ASK_STOP == 0 && o->stop && o->stop(o->stop_arg))
        a->stopped = true;
    return a->stopped;
}

/* With eps 0: has this need bid in vain often enough? Counts its bids. */
static inline bool tired(struct auction *a, uint32_t i, bool together)
{
    const struct need *n = &a->s->need[i];
    bool shared = together && n->wanted > 1;
    if (shared)
        lock(&a->s->need_lock[i]);
    bool enough = a->tries[i] >= a->tries_max && (n->wanted == 1 || n->held == 0);
    if (!enough && a->tries[i] < UINT8_MAX)
        a->tries[i]++;
    if (shared)
        unlock(&a->s->need_lock[i]);
    return enough;
}

static inline void run(struct auction *a, bool together)
{
    struct solver *s = a->s;
    uint32_t ring[RING], head = 0, n = 0, next = a->from, units = 0;
    while (a->stuck <= a->enough && !stop_now(a)) {
        while (n < RING / 2 && next < a->to) {
            if (units < s->need[next].wanted) {
                ring[(head + n++) % RING] = next;
                units++;
                fetch(s, next);
            } else {
                next++;
                units = 0;
            }
        }
        if (!n)
            return;
        uint32_t i = ring[head];
        head = (head + 1) % RING;
        n--;
        if (a->eps == 0 && tired(a, i, together)) {
            a->stuck++;
            continue;
        }
        uint32_t again = bid_once(a, i, together);
        if (again == NOBODY)
            continue;
        if (again == i && a->eps == 0) {
            a->stuck++;
            continue;
        }
        ring[(head + n++) % RING] = again;
        fetch(s, again);
    }
}

/* Two bodies, so that a single thread pays for no lock. */
void auction_run(struct auction *a)
{
    if (a->together)
        run(a, true);
    else
        run(a, false);
}
