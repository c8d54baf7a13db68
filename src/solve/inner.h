/* inner -- what the parts of the solver share. Included by src/solve alone. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOLVE_INNER_H
#define SOLVE_INNER_H

#include "solve/solve.h"
#include <limits.h>

#define NOBODY UINT32_MAX
#define NEVER  SOLVE_CLOSED /* a price nobody pays */

/* A growing array with memory of its own, given back when it moves. */
struct pool {
    struct arena mem;
    void *at;
    size_t n, cap, size;
};

/* A place that is taken. The holds of a provider are a heap by bid while the auction runs. */
struct hold {
    int32_t bid;
    uint32_t need, edge;
};

struct need {
    uint32_t first, degree; /* its edges, falling in weight */
    uint32_t held_at;       /* its pairs: edge numbers in s->held */
    uint16_t wanted, held;
};

struct provider {
    uint32_t holds_at;
    int32_t reserve; /* no place is sold below this in the present phase */
    uint32_t load;   /* carried before this run */
    uint16_t capacity, held;
    uint16_t room; /* places from holds_at on */
    uint8_t lock;
};

/* An edge seen from its provider. */
struct back {
    uint32_t need;
    int32_t weight;
};
struct back_range {
    uint32_t first, n, room;
    int32_t reach; /* what is not listed costs no less than the price and this: turn_near() */
};
struct need_room {
    uint32_t edges, held; /* places from first and held_at on */
    bool gone;            /* cancelled; its number waits for another need */
};

struct label {
    int32_t dist;
    uint32_t stamp; /* of the search that set it */
    uint32_t edge;  /* that led here */
    uint32_t other; /* the node that led here, when the edge does not say it */
};

/* One thread's search: shortest paths over reduced weights. */
struct search {
    struct solver *s;
    uint32_t stamp;
    int32_t limit; /* the best way to end so far */
    int32_t known; /* back: what is not listed leads to no nearer end than this */
    uint32_t end_need, end_provider;
    uint64_t *heap; /* dist << 32 | node; 4-ary, stale entries are skipped */
    size_t heap_n, heap_cap;
    const struct label *heap_of;
    uint32_t *seen, *done; /* nodes whose duals move */
    size_t seen_n, done_n;
    /* A search that would leave this range changes nothing and says so. */
    uint32_t need_from, need_to, provider_from, provider_to;
    uint64_t nodes;
};

struct solver {
    struct arena self; /* this struct lives in it */
    uint32_t needs, providers;
    int64_t lambda;
    struct solve_options options;
    int threads;
    int32_t heaviest;

    struct pool edge_pool, need_pool, value_pool, held_pool, provider_pool, price_pool, hold_pool;
    const struct solve_edge *edges; /* edge_pool, or the caller's */
    size_t nedges;
    struct need *need;
    int32_t *value;
    uint32_t *held;
    struct provider *provider;
    int32_t *price;
    struct hold *holds;

    /* turned round: made when a search from a provider needs it */
    struct pool back_pool, range_pool;
    struct back *back;
    struct back_range *range;
    bool turned; /* all of them; turn_near() lists some */

    struct pool need_label_pool, provider_label_pool;
    struct label *need_label, *provider_label;
    struct search search[SOLVE_THREADS];
    struct arena search_mem;
    size_t search_units, search_nodes; /* what the searches have room for */

    /* changes afterwards */
    bool ran, live;
    struct pool room_pool, spare_pool, touched_pool, freed_pool;
    size_t waste; /* edges in edge_pool that belong to nobody */
    int64_t settled;
    uint64_t cold_runs;

    uint8_t *need_lock; /* several threads only */
    uint64_t bids;
};

/* ---- load.c ---- */

void pool_open(struct pool *p, size_t size);
void pool_close(struct pool *p);
/* Room for `more` beyond n; contents are kept, new bytes are zero. */
void pool_reserve(struct pool *p, size_t more);
/* The typed pointers above, after pools have moved. */
void solver_views(struct solver *s);
/* Units that could be placed at most. */
size_t solver_units(const struct solver *s);
void sort_edges(struct solve_edge *e, size_t n);
enum err check_edges(struct cx *cx, const struct solver *s, const struct solve_edge *e, size_t n,
                     uint32_t need, uint32_t *seen, uint32_t mark);

/* ---- auction.c ---- */

struct auction {
    struct solver *s;
    uint32_t from, to; /* the needs this thread begins with */
    int32_t eps;
    int32_t unit;           /* the auction counts in 1/unit of a weight */
    uint32_t tries_max;     /* with eps 0: bids of one need before it is left to the repair */
    uint64_t stuck, enough; /* units left so; beyond `enough` the phase is given up */
    uint8_t *tries;
    bool together; /* several threads: take the locks */
    bool stopped;
    uint64_t bids;
};
void auction_run(struct auction *a);

/* Prices and values are read by threads that do not own them. A stale one is on the safe side: all
 * move one way within a phase. */
static inline int32_t price_of(const struct solver *s, uint32_t j)
{
    return __atomic_load_n(&s->price[j], __ATOMIC_RELAXED);
}

static inline void price_set(struct solver *s, uint32_t j, int32_t price)
{
    __atomic_store_n(&s->price[j], price, __ATOMIC_RELAXED);
}

static inline int32_t value_of(const struct solver *s, uint32_t i)
{
    return __atomic_load_n(&s->value[i], __ATOMIC_RELAXED);
}

static inline void value_set(struct solver *s, uint32_t i, int32_t value)
{
    __atomic_store_n(&s->value[i], value, __ATOMIC_RELAXED);
}

/* What the next free place costs when `held` are taken, in weights. */
static inline int32_t ask_at(const struct solver *s, const struct provider *p, uint32_t held)
{
    int64_t fair = s->lambda * ((int64_t)p->load + held);
    return fair < NEVER ? (int32_t)fair : NEVER;
}

/* ---- search.c ---- */

void search_prepare(struct solver *s, int threads);
/* Places one unit of a need, or lowers its value to 0. False: it would have left the range. */
bool search_forward(struct search *r, uint32_t need);
/* A provider with a free place above its ask: fills it, or lowers the price to the ask. False also
 * when edges that are not listed could matter. */
bool search_back(struct search *r, uint32_t provider);
static inline bool too_dear(const struct solver *s, uint32_t j)
{
    const struct provider *p = &s->provider[j];
    return p->held < p->capacity && s->price[j] > ask_at(s, p, p->held);
}
void turn_round(struct solver *s);
/* Lists the edges that cost less than `within` at present values and prices. While values only
 * rise a search from a provider needs no other, or says false. */
void turn_near(struct solver *s, int32_t within);
void turn_forget(struct solver *s); /* gives back what turn_near() has listed */
/* The best a need could get from somebody it does not hold; at least 0. */
int32_t best_value(const struct solver *s, uint32_t need);
/* Gives up every pair that is worth less than the need's value; true if there was one. */
bool drop_poor(struct solver *s, uint32_t need, void (*dropped)(void *arg, uint32_t provider),
               void *arg);

/* ---- pairs: both sides of a hold change together ---- */

static inline bool need_holds(const struct solver *s, const struct need *n, uint32_t edge)
{
    for (uint32_t k = 0; k < n->held; k++)
        if (s->held[n->held_at + k] == edge)
            return true;
    return false;
}

static inline void need_lose(struct solver *s, uint32_t i, uint32_t edge)
{
    struct need *n = &s->need[i];
    uint32_t *held = s->held + n->held_at;
    for (uint32_t k = 0; k < n->held; k++)
        if (held[k] == edge) {
            held[k] = held[--n->held];
            return;
        }
}

static inline void need_take(struct solver *s, uint32_t i, uint32_t edge)
{
    struct need *n = &s->need[i];
    s->held[n->held_at + n->held++] = edge;
}

void provider_lose(struct solver *s, uint32_t j, uint32_t edge);
void pair_drop(struct solver *s, uint32_t need, uint32_t edge);

/* ---- live.c ---- */

void touch(struct solver *s, uint32_t need);

/* ---- proof.c ---- */

/* The problem as it stands in the solver now, checked. */
struct solve_proof solver_proof(struct arena *mem, const struct solver *s);

#endif
