/*
 * solve -- exact matching of needs with providers: arrays in, arrays out, integers only, no store.
 *
 *     maximise   sum w(i,j) x(i,j)  -  lambda * sum over providers of S + (S+1) + ... + (S+L-1)
 *     x is 0 or 1;   need i takes at most wanted(i) different providers;   provider j at most
 * capacity(j)
 *
 * L is what provider j gets in this run, S what it carries already: lambda is the price of asking
 * the same person once more (fairness); the usual L(L-1)/2 is S = 0. Leaving a need unmatched is
 * allowed, and costs its weight.
 *
 * The answer is optimal and proves it: one price per provider and one value per need are a bound
 * on every possible matching, and the bound is met exactly, in integers. solve_certify() checks
 * that without trusting anything of the run; anybody can do it again with a pocket calculator.
 *
 * How: an auction in which every provider sells all its places at one price (Bertsekas 1988), with
 * falling bid increments (epsilon scaling), then shortest augmenting paths from both sides for
 * what ties have left (Edmonds and Karp 1972; Jonker and Volgenant 1987). The prices stay, so
 * that one change afterwards (a decline, a new need) costs one or two short searches. README.md
 * tells more, with figures.
 *
 * Everything is measured in the unit of the weights. One thread gives the same pairs on every run.
 * A solver is used by one thread at a time; the threads it starts have ended when a call returns.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOLVE_SOLVE_H
#define SOLVE_SOLVE_H

#include "base/cx.h"

enum {
    SOLVE_MAX_WEIGHT = (1 << 28) - 1, /* of a weight and of lambda; keeps every price in 32 bits */
    SOLVE_MAX_WANTED = 65535,         /* providers of one need, places of one provider */
    SOLVE_MAX_LOAD = 1 << 28,
    SOLVE_THREADS = 8,
    SOLVE_LARGE = 150000 /* needs from which on two threads are used unless told otherwise */
};

struct solve_edge {
    uint32_t provider;
    int32_t weight; /* 1 .. SOLVE_MAX_WEIGHT */
};

/* Needs and providers are 0 .. n-1. Number neighbours with neighbouring numbers (along a curve
 * through the places): three to five times faster than shuffled numbers in a city. */
struct solve_problem {
    uint32_t needs, providers;
    const uint64_t *first;          /* needs + 1: edges of need i are [first[i], first[i+1]) */
    const struct solve_edge *edges; /* no provider twice in one need */
    const uint32_t *wanted;         /* by need; NULL = 1 each */
    const uint32_t *capacity;       /* by provider; NULL = 1 each */
    const uint32_t *load;           /* carried already, by provider; NULL = nothing */
    int64_t lambda;
};

struct solve_options {
    int threads; /* 0 = one, or two from SOLVE_LARGE needs on */
    bool sorted; /* the edges of each need fall in weight: they are used in place, not copied,
                  * and must outlive the solver (refused if they do not fall) */
    bool (*stop)(void *arg); /* asked now and then; true ends the run with ERR_BUSY */
    void *stop_arg;
};

struct solve_pair {
    uint32_t need, provider;
    int32_t weight;
};

struct solve_result {
    struct solve_pair *pairs; /* by need, ascending */
    size_t matched;
    const int32_t *price; /* by provider: what one more place there is worth. SOLVE_CLOSED = none */
    const int32_t *value; /* by need: what one more provider would bring it. Who has all it wants
                           * may stand higher: up to what the least of its pairs brings it */
    int64_t objective, bound; /* equal when the certificate holds */
    int64_t gap;              /* bound - objective */
};
#define SOLVE_CLOSED INT32_C(0x3fffffff)

/* What a check of prices and pairs against the problem has found. */
struct solve_proof {
    int64_t objective, bound;
    uint64_t faults; /* rules broken: a pair that is no edge, too many of one need, ... */
    bool optimal;    /* no fault, and objective == bound */
};

struct solver;

/* ---- from a list of pairs ---- */

/* Groups pairs in any order by need, in cx->mem: fills needs, first and edges. ERR_INPUT when an
 * index is not below `needs`. O(pairs + needs). */
enum err solve_group(struct cx *cx, uint32_t needs, const struct solve_pair *pairs, size_t n,
                     struct solve_problem *out);

/* ---- one run ---- */

/* Checks the problem and copies what it keeps into memory of its own (about 8 bytes an edge, 40 a
 * need, 60 a provider; in place without the edges). ERR_INPUT with a sentence that names the need
 * or provider. O(edges * log degree). */
enum err solve_open(struct cx *cx, const struct solve_problem *p, const struct solve_options *o,
                    struct solver **out);
/* Finds the optimum from scratch. ERR_BUSY when `stop` said so; the solver may be run again. */
enum err solve_run(struct cx *cx, struct solver *s);
/* Pairs, prices and the certificate. The arrays are in cx->mem. O(edges). */
enum err solve_result(struct cx *cx, struct solver *s, struct solve_result *out);
void solve_close(struct solver *s); /* NULL is fine */

/* Open, run, result, close. */
enum err solve(struct cx *cx, const struct solve_problem *p, const struct solve_options *o,
               struct solve_result *out);

/* Checks `r` against `p` alone. Memory for the loads is taken from `mem`. O(edges). */
struct solve_proof solve_certify(struct arena *mem, const struct solve_problem *p,
                                 const struct solve_result *r);

/* ---- afterwards: one change at a time, exact after each ---- */

/* Every function below leaves the solver optimal again. The solver must have run. Cost: one or two
 * short searches, see README.md. Those that take indices answer ERR_INPUT to one that is not
 * there. The first change copies edges that were used in place, and turns them round: O(edges). */

/* A new need. Its number (perhaps one of a need that has left) goes to *need. */
enum err solve_need_add(struct cx *cx, struct solver *s, uint32_t wanted,
                        const struct solve_edge *edges, size_t n, uint32_t *need);
/* The edges and the number wanted are others now; pairs that are still edges are kept if that is
 * best. */
enum err solve_need_change(struct cx *cx, struct solver *s, uint32_t need, uint32_t wanted,
                           const struct solve_edge *edges, size_t n);
enum err solve_need_cancel(struct cx *cx, struct solver *s, uint32_t need);
/* A provider declines: this pair is no longer possible. */
enum err solve_decline(struct cx *cx, struct solver *s, uint32_t need, uint32_t provider);
/* Another weight for one pair, which must be an edge. An asked pair carries a bonus this way, so
 * that a later change does not move it without a reason. */
enum err solve_weight(struct cx *cx, struct solver *s, uint32_t need, uint32_t provider,
                      int32_t weight);
/* The people have agreed: a pair of the present matching is frozen. It leaves the problem: one
 * wanted less, one place less, one load more; solve_settled() adds up what left this way. */
enum err solve_accept(struct cx *cx, struct solver *s, uint32_t need, uint32_t provider);
/* A new provider without edges (solve_need_change brings them). */
enum err solve_provider_add(struct cx *cx, struct solver *s, uint32_t capacity, uint32_t load,
                            uint32_t *provider);
/* Other places, accepted pairs not counted: 0 = the provider leaves; its edges wait for its
 * return. */
enum err solve_provider_capacity(struct cx *cx, struct solver *s, uint32_t provider,
                                 uint32_t capacity);

/* Who takes this need at present; the array is good until the next change. n may be 0. */
size_t solve_pairs_of(const struct solver *s, uint32_t need, struct solve_pair *out, size_t room);
/* Needs whose pairs the last change has touched (each perhaps more than once; until the next). */
const uint32_t *solve_touched(const struct solver *s, size_t *n);
/* Weight of accepted pairs, less lambda times the loads they stood on. */
int64_t solve_settled(const struct solver *s);
/* Checks the state as it stands against every edge. When the certificate does not hold, the
 * solver runs from scratch, *cold is true and the count of solve_cold_runs() goes up. */
enum err solve_check(struct cx *cx, struct solver *s, struct solve_proof *proof, bool *cold);
uint64_t solve_cold_runs(const struct solver *s);

/* For a need that has just come in: sorts the people it could be offered to by weight less their
 * price, best first, so that what others lose by it is taken into account. Those for whom it is
 * negative are worth more elsewhere; closed providers stand last. O(n log n). */
enum err solve_rank(struct cx *cx, const struct solver *s, struct solve_edge *edges, size_t n);

/* ---- time windows ---- */

/* A provider cannot serve two needs in one slot. slots[k] are the slots (bits) in which edge k of
 * the problem could happen; 0 = no slot is needed. Solves without the clashes, then forbids the
 * cheapest of those that clash at one provider and re-optimises, until none is left: nearly
 * optimal, and the bound of the first run says how nearly: out->gap. `p` is not changed. */
enum err solve_windows(struct cx *cx, const struct solve_problem *p, const uint32_t *slots,
                       const struct solve_options *o, struct solve_result *out);

#endif
