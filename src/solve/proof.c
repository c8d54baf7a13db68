/*
 * proof -- the certificate: a bound on every matching, from prices and values alone, and what the
 * pairs really add up to. Weak duality: for any prices and values >= 0,
 *
 *     weight of a matching <=  sum over needs      wanted * value
 *                            + sum over providers  of max(0, price - lambda (S + k)), place k = 0
 * ...
 *                            + sum over edges      of max(0, weight - value - price)
 *
 * so equality proves both sides. Nothing of the solver's own state is believed.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/inner.h"

/* No place that costs more than any weight is taken in an optimum; kept from overflowing. */
static int64_t place_cost(int64_t lambda, uint32_t load, uint32_t k)
{
    int64_t cost = lambda * ((int64_t)load + k);
    return cost < NEVER ? cost : NEVER;
}

static void count_provider(struct solve_proof *proof, int64_t lambda, int32_t price,
                           uint32_t capacity, uint32_t load, uint32_t held)
{
    proof->faults += held > capacity || price < 0;
    for (uint32_t k = 0; k < held; k++)
        proof->objective -= place_cost(lambda, load, k);
    for (uint32_t k = 0; k < capacity; k++) {
        int64_t left = price - place_cost(lambda, load, k);
        if (left <= 0)
            break;
        if (lambda == 0) { /* every place leaves the same */
            proof->bound += left * capacity;
            break;
        }
        proof->bound += left;
    }
}

/* The terms of a need and of its edges. */
static void count_need(struct solve_proof *proof, const struct solve_edge *edges, size_t first,
                       size_t n, uint32_t wanted, int32_t value, const int32_t *price,
                       const struct provider *provider, const uint32_t *capacity)
{
    if (value < 0)
        proof->faults++;
    proof->bound += (int64_t)value * wanted;
    for (size_t k = first; k < first + n && wanted; k++) {
        uint32_t j = edges[k].provider;
        int64_t more = (int64_t)edges[k].weight - value - price[j];
        if (more > 0 && (provider ? provider[j].capacity : capacity ? capacity[j] : 1) > 0)
            proof->bound += more;
    }
}

static struct solve_proof verdict(struct solve_proof proof)
{
    proof.optimal = !proof.faults && proof.objective == proof.bound;
    return proof;
}

/* The pairs of one need: edges that exist, with their weight, nobody twice, not too many. */
static void count_pairs(struct solve_proof *proof, const struct solve_problem *p, uint32_t i,
                        const struct solve_pair *pair, size_t n, uint32_t *held)
{
    proof->faults += n > (p->wanted ? p->wanted[i] : 1);
    for (size_t k = 0; k < n; k++) {
        uint64_t at = p->first[i];
        while (at < p->first[i + 1] && p->edges[at].provider != pair[k].provider)
            at++;
        if (at == p->first[i + 1] || p->edges[at].weight != pair[k].weight) {
            proof->faults++;
            continue;
        }
        for (size_t other = 0; other < k; other++)
            proof->faults += pair[other].provider == pair[k].provider;
        proof->objective += p->edges[at].weight;
        held[pair[k].provider]++;
    }
}

struct solve_proof solve_certify(struct arena *mem, const struct solve_problem *p,
                                 const struct solve_result *r)
{
    struct solve_proof proof = {0};
    struct arena_mark start = arena_mark(mem);
    uint32_t *held = arena_array(mem, (size_t)p->providers + 1, sizeof *held);
    size_t at = 0;
    for (uint32_t i = 0; i < p->needs; i++) {
        size_t from = at;
        while (at < r->matched && r->pairs[at].need == i)
            at++;
        count_pairs(&proof, p, i, r->pairs + from, at - from, held);
        count_need(&proof, p->edges, p->first[i], p->first[i + 1] - p->first[i],
                   p->wanted ? p->wanted[i] : 1, r->value[i], r->price, NULL, p->capacity);
    }
    proof.faults += r->matched - at; /* not in order, or of no need */
    for (uint32_t j = 0; j < p->providers; j++)
        count_provider(&proof, p->lambda, r->price[j], p->capacity ? p->capacity[j] : 1,
                       p->load ? p->load[j] : 0, held[j]);
    arena_rewind(mem, start);
    return verdict(proof);
}

struct solve_proof solver_proof(struct arena *mem, const struct solver *s)
{
    struct solve_proof proof = {0};
    struct arena_mark start = arena_mark(mem);
    uint32_t *held = arena_array(mem, (size_t)s->providers + 1, sizeof *held);
    for (uint32_t i = 0; i < s->needs; i++) {
        const struct need *n = &s->need[i];
        proof.faults += n->held > n->wanted;
        for (uint32_t k = 0; k < n->held; k++) {
            uint32_t edge = s->held[n->held_at + k];
            if (edge < n->first || edge >= n->first + n->degree) {
                proof.faults++;
                continue;
            }
            for (uint32_t other = 0; other < k; other++)
                proof.faults += s->held[n->held_at + other] == edge;
            proof.objective += s->edges[edge].weight;
            held[s->edges[edge].provider]++;
        }
        count_need(&proof, s->edges, n->first, n->degree, n->wanted, s->value[i], s->price,
                   s->provider, NULL);
    }
    for (uint32_t j = 0; j < s->providers; j++) {
        const struct provider *p = &s->provider[j];
        proof.faults += held[j] != p->held;
        count_provider(&proof, s->lambda, s->price[j], p->capacity, p->load, held[j]);
    }
    arena_rewind(mem, start);
    return verdict(proof);
}
