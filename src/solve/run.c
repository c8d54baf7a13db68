/*
 * run -- a solve from scratch: phases of the auction, then the repair.
 *
 *  1. One phase with eps 0. If hardly any need ties, that was all: two bids a need.
 *  2. Else the phase is given up and eps falls in steps. Between two of them all pairs are
 *     dissolved and prices lowered a little: a place that is dear and free would be no optimum,
 *     and the few that stay so are what search_back() is for.
 *  3. Weights that are nearly all alike leave ties everywhere even so. Then the auction counts in
 *     fractions of a weight, in which ties break, and prices are rounded afterwards: all in the
 *     same direction at a fraction that no price is near, so that nearly every pair stays right.
 *  4. Shortest paths for the rest: exact.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/inner.h"
#include <pthread.h>
#include <string.h>

enum {
    FIRST_STEP = 25, /* eps begins at the heaviest weight / 25 ... */
    STEP = 16,       /* ... and is divided by this */
    LEAST_EPS = 8,   /* below it, 0 is next */
    LOWER = 3,       /* prices are lowered by this many eps between two phases */
    FEW = 5,         /* percent of units that may tie */
    CONTESTED = 8,   /* fewer places than units and an eighth more: one phase will not do */
    TRIES_FIRST = 12,
    TRIES_LAST = 48,
    FINE_STEP = 4,     /* the same steps in fractions ... */
    FINEST = 256,      /* ... down to this one: the repair does the rest cheaper */
    NEAR_STEP = 2,     /* edges cheaper than the first eps are near; else so many times as far */
    FRACTIONS = 1024,  /* buckets that look for the fraction no price is near */
    SMALL_REPAIR = 16, /* not worth a second thread */
    ASK_STOP = 256
};

struct run {
    struct solver *s;
    int32_t unit; /* of the prices: 1 = weights */
    uint8_t *tries;
    uint32_t *list, *later;
    bool stopped;
};

static bool stop_asked(struct solver *s)
{
    return s->options.stop && s->options.stop(s->options.stop_arg);
}

/* Runs `body` on t threads, the caller's being one of them. */
static void together(void *(*body)(void *), void *args, size_t size, int threads)
{
    pthread_t thread[SOLVE_THREADS];
    bool started[SOLVE_THREADS] = {false};
    for (int t = 1; t < threads; t++)
        started[t] = pthread_create(&thread[t], NULL, body, (char *)args + (size_t)t * size) == 0;
    body(args);
    for (int t = 1; t < threads; t++)
        if (started[t])
            pthread_join(thread[t], NULL);
        else
            body((char *)args + (size_t)t * size); /* no thread to be had: one after another */
}

/* ---- auction ---- */

static void *auction_thread(void *arg)
{
    auction_run(arg);
    return NULL;
}

/* Everybody is free again; prices come down by `lower`, in the unit of the coming phase. */
static void dissolve(struct run *r, int32_t unit, int64_t lower)
{
    struct solver *s = r->s;
    int64_t finer = unit / r->unit;
    for (uint32_t j = 0; j < s->providers; j++) {
        struct provider *p = &s->provider[j];
        int64_t price = s->price[j] < NEVER ? s->price[j] * finer - lower : 0;
        int64_t ask = (int64_t)ask_at(s, p, 0) * unit;
        p->held = 0;
        p->reserve = (int32_t)(price > 0 ? price : 0);
        ask = ask > p->reserve ? ask : p->reserve;
        s->price[j] = p->capacity && ask < NEVER ? (int32_t)ask : NEVER;
    }
    for (uint32_t i = 0; i < s->needs; i++)
        s->need[i].held = 0;
    r->unit = unit;
}

/* One phase; how many units are stuck. With more than `enough` it ends early. */
static uint64_t phase(struct run *r, int32_t eps, int tries, uint64_t enough)
{
    struct solver *s = r->s;
    struct auction a[SOLVE_THREADS];
    uint64_t stuck = 0;
    if (eps == 0)
        memset(r->tries, 0, s->needs);
    for (int t = 0; t < s->threads; t++)
        a[t] = (struct auction){.s = s,
                                .from = (uint32_t)((uint64_t)s->needs * t / s->threads),
                                .to = (uint32_t)((uint64_t)s->needs * (t + 1) / s->threads),
                                .eps = eps,
                                .unit = r->unit,
                                .tries_max = (uint32_t)tries,
                                .enough = enough / (uint64_t)s->threads,
                                .tries = r->tries,
                                .together = s->threads > 1};
    together(auction_thread, a, sizeof *a, s->threads);
    for (int t = 0; t < s->threads; t++) {
        s->bids += a[t].bids;
        stuck += a[t].stuck;
        r->stopped = r->stopped || a[t].stopped;
    }
    return stuck;
}

/* A fraction of the unit that no price is near, by counting. */
static int32_t quiet_fraction(const struct run *r)
{
    const struct solver *s = r->s;
    uint32_t count[FRACTIONS] = {1}; /* 0 is where free places and the unmatched stand */
    int32_t width = r->unit > FRACTIONS ? r->unit / FRACTIONS : 1, buckets = r->unit / width;
    for (uint32_t j = 0; j < s->providers; j++)
        if (s->price[j] < NEVER)
            count[s->price[j] % r->unit / width]++;
    int32_t best = buckets - 1, best_run = 0, quiet = 0;
    for (int32_t k = 0; k < buckets; k++) {
        quiet = count[k] ? 0 : quiet + 1;
        if (quiet > best_run) {
            best_run = quiet;
            best = k - quiet / 2;
        }
    }
    return best * width + width / 2 + 1;
}

/* Back to whole weights: up from the quiet fraction on, else down. */
static void whole_prices(struct run *r)
{
    struct solver *s = r->s;
    int32_t cut = quiet_fraction(r);
    for (uint32_t j = 0; j < s->providers; j++)
        if (s->price[j] < NEVER)
            s->price[j] = s->price[j] / r->unit + (s->price[j] % r->unit >= cut);
        else if (s->provider[j].capacity) /* too dear to be counted in fractions */
            s->price[j] = ask_at(s, &s->provider[j], 0);
    r->unit = 1;
}

/* Ties are broken in fractions of a weight, as fine as 32 bits allow but no finer than helps. */
static void fractions(struct run *r)
{
    int32_t unit = 1;
    while (unit < SOLVE_MAX_WEIGHT / r->s->heaviest / 2)
        unit *= 2;
    dissolve(r, unit, 0);
    for (int32_t eps = unit / FINE_STEP; !r->stopped; eps /= FINE_STEP) {
        eps = eps > 1 ? eps : 1;
        phase(r, eps, 0, UINT64_MAX);
        if (eps == 1 || eps <= unit / FINEST)
            return;
        dissolve(r, unit, (int64_t)LOWER * eps);
    }
}

/* True when pairs may be left that are worth less than another choice. */
static bool auctions(struct run *r)
{
    struct solver *s = r->s;
    uint64_t units = solver_units(s), few = units * FEW / 100 + 1;
    dissolve(r, 1, NEVER);
    if (s->hold_pool.n >= units + units / CONTESTED &&
        (phase(r, 0, TRIES_FIRST, few) <= few || r->stopped))
        return s->threads > 1;
    int32_t eps = s->heaviest / FIRST_STEP;
    dissolve(r, 1, NEVER);
    for (; eps >= LEAST_EPS && !r->stopped; eps /= STEP) {
        phase(r, eps, 0, UINT64_MAX);
        dissolve(r, 1, (int64_t)LOWER * eps);
    }
    if (r->stopped || phase(r, 0, TRIES_LAST, few) <= few)
        return s->threads > 1;
    fractions(r);
    if (!r->stopped)
        whole_prices(r);
    return true;
}

/* ---- repair ---- */

struct share {
    struct search *search;
    const uint32_t *list;
    size_t n;
    uint32_t *later; /* searches that left the range of this thread */
    size_t later_n;
    bool back, stopped;
};

static bool repair_one(struct search *r, uint32_t node, bool back)
{
    if (!back)
        return search_forward(r, node);
    while (too_dear(r->s, node))
        if (!search_back(r, node))
            return false;
    return true;
}

static void *repair_thread(void *arg)
{
    struct share *w = arg;
    struct search *r = w->search;
    uint32_t from = w->back ? r->provider_from : r->need_from;
    uint32_t to = w->back ? r->provider_to : r->need_to;
    for (size_t k = 0; k < w->n && !w->stopped; k++) {
        uint32_t node = w->list[k];
        if (node >= from && node < to && !repair_one(r, node, w->back))
            w->later[w->later_n++] = node;
        if (k % ASK_STOP == 0)
            w->stopped = stop_asked(r->s);
    }
    return NULL;
}

/* Each thread has a range of needs and providers of its own; what leads out of it is done alone
 * afterwards. What even then cannot be done is left in the list; returns how many that are. */
static size_t repair(struct run *r, size_t n, bool back)
{
    struct solver *s = r->s;
    int threads = n < SMALL_REPAIR ? 1 : s->threads;
    struct share w[SOLVE_THREADS];
    uint32_t stamp = s->search[0].stamp;
    size_t later = 0, left = 0;
    for (int t = 0; t < threads; t++) {
        struct search *q = &s->search[t];
        q->stamp = stamp;
        q->need_from = (uint32_t)((uint64_t)s->needs * t / threads);
        q->need_to = (uint32_t)((uint64_t)s->needs * (t + 1) / threads);
        q->provider_from = (uint32_t)((uint64_t)s->providers * t / threads);
        q->provider_to = (uint32_t)((uint64_t)s->providers * (t + 1) / threads);
        w[t] = (struct share){q, r->list, n, r->later + (size_t)t * n, 0, back, false};
    }
    together(repair_thread, w, sizeof *w, threads);
    struct search *q = &s->search[0];
    for (int t = 0; t < threads; t++) {
        q->stamp = s->search[t].stamp > q->stamp ? s->search[t].stamp : q->stamp;
        r->stopped = r->stopped || w[t].stopped;
    }
    q->need_from = q->provider_from = 0;
    q->need_to = q->provider_to = NOBODY;
    for (int t = 0; t < threads; t++)
        for (size_t k = 0; k < w[t].later_n && !r->stopped; k++, later++) {
            if (!repair_one(q, w[t].later[k], back))
                r->list[left++] = w[t].later[k];
            if (later % ASK_STOP == 0)
                r->stopped = stop_asked(s);
        }
    return left;
}

/* Places that are dear and free. Edges that are far from any choice are not turned round: fewer
 * than a third are near enough at first, and nearly always that will do. */
static void repair_dear(struct run *r)
{
    struct solver *s = r->s;
    size_t n = 0;
    for (uint32_t j = 0; j < s->providers; j++)
        if (too_dear(s, j))
            r->list[n++] = j;
    if (!n)
        return;
    for (int32_t within = s->heaviest / FIRST_STEP; n && !r->stopped; within *= NEAR_STEP) {
        if (within && within <= s->heaviest / NEAR_STEP)
            turn_near(s, within);
        else
            turn_round(s);
        n = repair(r, n, true);
    }
    turn_forget(s);
}

static void repairs(struct run *r, bool poor)
{
    struct solver *s = r->s;
    size_t n = 0;
    for (uint32_t i = 0; i < s->needs; i++) {
        const struct need *need = &s->need[i];
        if (!poor && need->wanted == 1 && need->held) {
            /* It has its best choice. Of the values that are right the largest needs no search for
             * the next best, and makes edges that nobody would take dear. */
            const struct solve_edge *e = &s->edges[s->held[need->held_at]];
            s->value[i] = e->weight - s->price[e->provider];
            continue;
        }
        s->value[i] = need->wanted ? best_value(s, i) : NEVER;
        /* A need that wants several bids for one against what it held of the others then; if such
         * a one is lost and only ties now, what it paid for the rest may be too much. */
        if (poor || need->wanted > 1)
            drop_poor(s, i, NULL, NULL);
        for (uint32_t k = need->held; k < need->wanted && s->value[i] > 0; k++)
            r->list[n++] = i;
    }
    repair(r, n, false);
    if (!r->stopped)
        repair_dear(r);
}

enum err solve_run(struct cx *cx, struct solver *s)
{
    struct arena_mark start = arena_mark(cx->mem);
    struct run r = {.s = s, .unit = 1};
    size_t listed = solver_units(s) > s->providers ? solver_units(s) : s->providers;
    bool poor = false;
    bool live = s->live;
    s->ran = s->live = false; /* touched needs are not told one by one */
    search_prepare(s, s->threads);
    r.tries = arena_alloc(cx->mem, s->needs);
    if (s->threads > 1) {
        s->need_lock = arena_alloc(cx->mem, s->needs);
        for (uint32_t j = 0; j < s->providers; j++)
            s->provider[j].lock = 0;
    }
    if (s->nedges)
        poor = auctions(&r);
    s->need_lock = NULL;
    r.list = arena_array(cx->mem, listed + 1, sizeof *r.list);
    r.later = arena_array(cx->mem, (listed + 1) * (size_t)s->threads, sizeof *r.later);
    if (!r.stopped && s->nedges)
        repairs(&r, poor);
    arena_rewind(cx->mem, start);
    if (r.stopped)
        return fail(cx, ERR_BUSY, "撮合被叫停，没有结果；可以再运行");
    s->ran = true;
    s->live = live;
    return OK;
}

/* ---- results ---- */

enum err solve_result(struct cx *cx, struct solver *s, struct solve_result *out)
{
    *out = (struct solve_result){0};
    if (!s->ran)
        return fail(cx, ERR_INPUT, "还没有运行撮合，先运行");
    int32_t *price = arena_array(cx->mem, (size_t)s->providers + 1, sizeof *price);
    int32_t *value = arena_array(cx->mem, (size_t)s->needs + 1, sizeof *value);
    if (s->providers)
        memcpy(price, s->price, s->providers * sizeof *price);
    size_t n = 0;
    for (uint32_t i = 0; i < s->needs; i++) {
        /* Who has all of its edges (or wanted none) could take no more: the same bound, and right
         * for a need that wants more than it has edges. */
        value[i] = s->need[i].held < s->need[i].degree && s->need[i].wanted ? s->value[i] : 0;
        n += s->need[i].held;
    }
    out->pairs = arena_array(cx->mem, n + 1, sizeof *out->pairs);
    for (uint32_t i = 0; i < s->needs; i++)
        out->matched += solve_pairs_of(s, i, out->pairs + out->matched, s->need[i].held);
    struct solve_proof proof = solver_proof(cx->mem, s);
    out->price = price;
    out->value = value;
    out->objective = proof.objective;
    out->bound = proof.bound;
    out->gap = proof.bound - proof.objective;
    if (proof.faults)
        return fail(cx, ERR_STORE, "撮合结果不合规则，有 %llu 处",
                    (unsigned long long)proof.faults);
    return OK;
}

enum err solve(struct cx *cx, const struct solve_problem *p, const struct solve_options *o,
               struct solve_result *out)
{
    struct solver *s;
    TRY(solve_open(cx, p, o, &s));
    enum err e = solve_run(cx, s);
    if (e == OK)
        e = solve_result(cx, s, out);
    solve_close(s);
    return e;
}
