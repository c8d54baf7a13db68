/*
 * window -- nobody can be in two places at once. The optimum without that rule is a bound; where it
 * breaks the rule, pairs are forbidden one by one, each followed by an exact repair.
 *
 * Cheap is the need that loses least by going elsewhere at present prices, not the lightest: that
 * comes sixteen times closer to the optimum. At one provider the needs that can have slots of their
 * own form a matroid, so taking them by falling loss, each if the others can still be seated
 * (Kuhn's augmenting paths over at most 32 slots), leaves out the cheapest.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/inner.h"
#include <string.h>

enum { SLOTS = 32 };

struct seat {
    uint32_t need, slots;
    int32_t loss; /* of the need, without this provider */
};

struct windows {
    struct cx *cx;
    const struct solve_problem *p;
    const uint32_t *slots;
    struct solver *s;
    uint8_t *waiting; /* by provider: stands in the queue */
    uint32_t *queue;  /* a ring with a place for each */
    uint32_t head, n;
    struct seat *seats; /* of the provider looked at */
};

static uint32_t slots_of(const struct windows *w, uint32_t i, uint32_t j)
{
    uint64_t k = w->p->first[i];
    while (w->p->edges[k].provider != j)
        k++;
    return w->slots[k];
}

static void look_at(struct windows *w, uint32_t j)
{
    if (w->waiting[j])
        return;
    w->waiting[j] = 1;
    w->queue[(w->head + w->n++) % w->p->providers] = j;
}

/* Seats `who` if the others can move up: breadth first over slots. */
static bool seat(const struct seat *seats, int owner[SLOTS], int who)
{
    int from[SLOTS], queue[SLOTS], n = 0;
    uint32_t seen = seats[who].slots;
    for (int t = 0; t < SLOTS; t++)
        if (seen >> t & 1) {
            from[t] = -1;
            queue[n++] = t;
        }
    for (int k = 0; k < n; k++) {
        int t = queue[k];
        if (owner[t] < 0) {
            for (; from[t] >= 0; t = from[t])
                owner[t] = owner[from[t]];
            owner[t] = who;
            return true;
        }
        uint32_t fresh = seats[owner[t]].slots & ~seen;
        seen |= fresh;
        for (int u = 0; u < SLOTS; u++)
            if (fresh >> u & 1) {
                from[u] = t;
                queue[n++] = u;
            }
    }
    return false;
}

static bool dearer(const struct seat *a, const struct seat *b)
{
    return a->loss != b->loss ? a->loss > b->loss : a->need < b->need;
}

/* A need that has no slot left at this provider, or NOBODY. */
static uint32_t clash(struct windows *w, uint32_t j)
{
    const struct provider *p = &w->s->provider[j];
    int owner[SLOTS];
    for (int t = 0; t < SLOTS; t++)
        owner[t] = -1;
    int n = 0;
    for (uint32_t k = 0; k < p->held; k++) {
        const struct hold *h = &w->s->holds[p->holds_at + k];
        struct seat x = {h->need, slots_of(w, h->need, j),
                         w->s->edges[h->edge].weight - best_value(w->s, h->need)};
        if (!x.slots)
            continue; /* at any time */
        int at = n++;
        for (; at > 0 && dearer(&x, &w->seats[at - 1]); at--)
            w->seats[at] = w->seats[at - 1];
        w->seats[at] = x;
    }
    for (int k = 0; n > 1 && k < n; k++)
        if (!seat(w->seats, owner, k))
            return w->seats[k].need;
    return NOBODY;
}

static enum err clear(struct windows *w)
{
    for (uint32_t j = 0; j < w->p->providers; j++)
        look_at(w, j);
    while (w->n) {
        uint32_t j = w->queue[w->head], need;
        w->head = (w->head + 1) % w->p->providers;
        w->n--;
        w->waiting[j] = 0;
        while ((need = clash(w, j)) != NOBODY) {
            size_t n;
            TRY(solve_decline(w->cx, w->s, need, j));
            const uint32_t *touched = solve_touched(w->s, &n);
            for (size_t k = 0; k < n; k++) {
                const struct need *t = &w->s->need[touched[k]];
                for (uint32_t h = 0; h < t->held; h++)
                    look_at(w, w->s->edges[w->s->held[t->held_at + h]].provider);
            }
            const struct solve_options *o = &w->s->options;
            if (o->stop && o->stop(o->stop_arg))
                return fail(w->cx, ERR_BUSY, "撮合被叫停，没有结果；可以再运行");
        }
    }
    return OK;
}

static enum err windows(struct windows *w, struct solve_result *out)
{
    struct solve_result after;
    TRY(solve_run(w->cx, w->s));
    TRY(solve_result(w->cx, w->s, out)); /* prices and values of the bound */
    w->waiting = arena_array(w->cx->mem, (size_t)w->p->providers + 1, sizeof *w->waiting);
    w->queue = arena_array(w->cx->mem, (size_t)w->p->providers + 1, sizeof *w->queue);
    uint32_t most = 1;
    for (uint32_t j = 0; j < w->p->providers; j++)
        most = w->s->provider[j].capacity > most ? w->s->provider[j].capacity : most;
    w->seats = arena_array(w->cx->mem, most, sizeof *w->seats);
    if (w->p->providers)
        TRY(clear(w));
    TRY(solve_result(w->cx, w->s, &after));
    out->pairs = after.pairs;
    out->matched = after.matched;
    out->objective = after.objective;
    out->gap = out->bound - out->objective;
    return OK;
}

enum err solve_windows(struct cx *cx, const struct solve_problem *p, const uint32_t *slots,
                       const struct solve_options *o, struct solve_result *out)
{
    struct windows w = {.cx = cx, .p = p, .slots = slots};
    TRY(solve_open(cx, p, o, &w.s));
    enum err e = windows(&w, out);
    solve_close(w.s);
    return e;
}
