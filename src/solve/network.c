/* network -- a minimum cost flow that is a matching, as a matching. See file.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/file_inner.h"
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 32 };

/* What a node is for. */
enum role { NOTHING, NEED, PROVIDER, SLOT, CHOICE, SINK };

struct node {
    enum role role;
    uint32_t number;   /* as need or provider, from 0; CHOICE: of its need, from 1 */
    uint32_t provider; /* SLOT, CHOICE: the node it leads to */
    uint32_t bit;      /* SLOT: which slot of its provider; PROVIDER: how many it has */
    int64_t capacity;
};

struct network {
    struct solve_reader *r;
    struct node *node; /* from 1 on */
    struct solve_file *out;
    struct pair_made {
        uint32_t need, provider, slots;
        int32_t cost;
    } * pairs;
    size_t n;
    uint32_t needs, providers, stay_out; /* needs that may stay unmatched */
    bool transit;
};

static enum err refuse(struct cx *cx, const struct arc *a, const char *why)
{
    return fail(cx, ERR_INPUT, "第 %u 行：%s", a->line, why);
}

static int64_t flow_of(const struct solve_reader *r, uint32_t node)
{
    return node <= r->flow.n ? ((const int64_t *)r->flow.at)[node - 1] : 0;
}

/* Sources are needs. What takes flow is a provider, or, if there are nodes between, the sink. */
static enum err ends(struct cx *cx, struct network *w)
{
    struct solve_reader *r = w->r;
    int64_t sum = 0;
    uint32_t takers = 0;
    for (uint32_t v = 1; v <= r->nodes; v++) {
        int64_t flow = flow_of(r, v);
        sum += flow;
        if (flow > 0)
            w->node[v] = (struct node){.role = NEED, .number = w->needs++};
        else if (flow < 0)
            takers++;
        else if (r->format == MIN)
            w->transit = true;
        else
            w->node[v] = (struct node){.role = PROVIDER, .capacity = 1};
    }
    if (r->format == MIN && sum != 0)
        return fail(cx, ERR_INPUT, "流出 %lld 多于流入：各点流量加起来要是 0", (long long)sum);
    if (w->transit && takers > 1)
        return fail(cx, ERR_INPUT, "中间有转接点时只能有一个终点，这里有 %u 个", takers);
    for (uint32_t v = 1; v <= r->nodes; v++)
        if (flow_of(r, v) < 0)
            w->node[v] =
                (struct node){.role = w->transit ? SINK : PROVIDER, .capacity = -flow_of(r, v)};
    return OK;
}

static enum err no_matching(struct cx *cx, const struct arc *a)
{
    return refuse(cx, a, "这不是需求和服务者之间的撮合：只认 需求→（时段→）服务者→终点");
}

/* A need that wants several has a node of its own for each provider, before the slots: so that
 * it gets each but once. */
static enum err choices(struct cx *cx, struct network *w)
{
    const struct arc *a = w->r->arcs.at, *end = a + w->r->arcs.n;
    for (const struct arc *k = a; k < end; k++) {
        struct node *from = &w->node[k->from], *to = &w->node[k->to];
        if (to->role != SLOT || from->role == NEED)
            continue;
        if (from->role == NOTHING)
            *from = (struct node){.role = CHOICE, .provider = to->provider};
        if (from->role != CHOICE || from->provider != to->provider)
            return no_matching(cx, k);
    }
    for (const struct arc *k = a; k < end; k++) {
        const struct node *from = &w->node[k->from];
        struct node *to = &w->node[k->to];
        if (to->role != CHOICE)
            continue;
        if (from->role != NEED || to->number || k->cap != 1 || k->cost != 0)
            return no_matching(cx, k);
        to->number = from->number + 1;
    }
    return OK;
}

/* Nodes between: to the sink from a provider, to a provider from a slot. */
static enum err between(struct cx *cx, struct network *w)
{
    const struct arc *a = w->r->arcs.at, *end = a + w->r->arcs.n;
    for (const struct arc *k = a; k < end; k++) {
        struct node *from = &w->node[k->from];
        if (w->node[k->to].role != SINK || from->role == NEED)
            continue;
        if (k->cost != 0 || from->role == SINK)
            return refuse(cx, k, "到终点的边费用要是 0");
        from->role = PROVIDER;
        from->capacity += k->cap;
    }
    for (const struct arc *k = a; k < end; k++) {
        struct node *from = &w->node[k->from], *to = &w->node[k->to];
        if (from->role == NEED || to->role != PROVIDER)
            continue;
        if (from->role != NOTHING || k->cap != 1 || k->cost != 0)
            return no_matching(cx, k);
        if (to->bit == SLOTS)
            return refuse(cx, k, "一位服务者最多 32 个时段");
        *from = (struct node){.role = SLOT, .provider = k->to, .bit = to->bit++};
    }
    return choices(cx, w);
}

static enum err number_providers(struct cx *cx, struct network *w)
{
    for (uint32_t v = 1; v <= w->r->nodes; v++) {
        struct node *n = &w->node[v];
        if (n->role != PROVIDER)
            continue;
        n->number = w->providers++;
        if (n->capacity > SOLVE_MAX_WANTED)
            return fail(cx, ERR_INPUT, "第 %u 点能接 %lld，最多 %d", v, (long long)n->capacity,
                        SOLVE_MAX_WANTED);
    }
    return OK;
}

static enum err pair(struct cx *cx, struct network *w, const struct arc *a)
{
    const struct node *from = &w->node[a->from], *to = &w->node[a->to];
    if (from->role == CHOICE && from->number) {
        w->pairs[w->n++] = (struct pair_made){from->number - 1, w->node[to->provider].number,
                                              UINT32_C(1) << to->bit, a->cost};
        return OK;
    }
    if ((from->role == SLOT && to->role == PROVIDER) ||
        (from->role == PROVIDER && to->role == SINK))
        return OK; /* seen by between() */
    if (from->role != NEED)
        return no_matching(cx, a);
    if (to->role == CHOICE)
        return OK;
    int64_t wanted = flow_of(w->r, a->from);
    if (to->role == SINK) {
        if (a->cost != 0 || a->cap < wanted)
            return refuse(cx, a, "需求直接到终点的边，费用要是 0，上限不能小于流量");
        w->stay_out++;
        return OK;
    }
    if (a->cap == 0)
        return OK;
    if (to->role != PROVIDER && to->role != SLOT)
        return refuse(cx, a, "这条边不通到服务者");
    if (wanted > 1 && a->cap > 1)
        return refuse(cx, a, "同一位服务者对同一项需求只能算一次，上限要是 1");
    uint32_t slots = to->role == SLOT ? UINT32_C(1) << to->bit : 0;
    if (to->role == SLOT)
        to = &w->node[to->provider];
    w->pairs[w->n++] = (struct pair_made){from->number, to->number, slots, a->cost};
    return OK;
}

/* Pairs of one need with one provider through several slots become one; the last place of a
 * provider in `pairs` is kept in `last`. */
static enum err merge(struct cx *cx, struct network *w)
{
    size_t *last = arena_array(cx->mem, (size_t)w->providers + 1, sizeof *last), n = 0;
    for (size_t k = 0; k < w->n; k++) {
        struct pair_made p = w->pairs[k];
        struct pair_made *old = last[p.provider] ? &w->pairs[last[p.provider] - 1] : NULL;
        if (!old || old->need != p.need) {
            w->pairs[n++] = p;
            last[p.provider] = n;
        } else if (!p.slots || !old->slots) {
            return fail(cx, ERR_INPUT, "第 %u 个需求和同一位服务者之间有两条边，留一条",
                        p.need + 1);
        } else if (old->cost != p.cost) {
            return fail(cx, ERR_INPUT, "第 %u 个需求和同一位服务者在不同时段费用不同，要一样",
                        p.need + 1);
        } else {
            old->slots |= p.slots;
        }
    }
    w->n = n;
    return OK;
}

/* Grouped by need; within a need the cheaper ones first. */
static void by_need(struct cx *cx, struct network *w)
{
    struct pair_made *sorted = arena_array(cx->mem, w->n + 1, sizeof *sorted);
    uint64_t *first = arena_array(cx->mem, (size_t)w->needs + 2, sizeof *first);
    for (size_t k = 0; k < w->n; k++)
        first[w->pairs[k].need + 1]++;
    for (uint32_t i = 0; i < w->needs; i++)
        first[i + 1] += first[i];
    uint64_t *next = arena_array(cx->mem, (size_t)w->needs + 1, sizeof *next);
    memcpy(next, first, w->needs * sizeof *next);
    for (size_t k = 0; k < w->n; k++)
        sorted[next[w->pairs[k].need]++] = w->pairs[k];
    w->pairs = sorted;
    w->out->p.first = first;
}

static int dearer(const void *a, const void *b)
{
    const struct pair_made *x = a, *y = b;
    if (x->cost != y->cost)
        return x->cost > y->cost ? 1 : -1;
    return (x->provider > y->provider) - (x->provider < y->provider);
}

static void edges(struct cx *cx, struct network *w, bool windows)
{
    struct solve_file *out = w->out;
    struct solve_edge *e = arena_array(cx->mem, w->n + 1, sizeof *e);
    const uint64_t *first = out->p.first;
    out->slots = windows ? arena_array(cx->mem, w->n + 1, sizeof *out->slots) : NULL;
    for (uint32_t i = 0; i < w->needs; i++)
        qsort(w->pairs + first[i], first[i + 1] - first[i], sizeof *w->pairs, dearer);
    for (size_t k = 0; k < w->n; k++) {
        e[k] = (struct solve_edge){w->pairs[k].provider, (int32_t)(out->base - w->pairs[k].cost)};
        if (windows)
            out->slots[k] = w->pairs[k].slots;
    }
    out->edges = e;
    out->p.edges = e;
}

/* Whom nobody is obliged to take is taken only at a gain. */
static void drop_dear(struct network *w)
{
    size_t n = 0;
    for (size_t k = 0; k < w->n; k++)
        if (w->pairs[k].cost < 0)
            w->pairs[n++] = w->pairs[k];
    w->n = n;
}

static void sizes(struct cx *cx, struct network *w)
{
    uint32_t *wanted = arena_array(cx->mem, (size_t)w->needs + 1, sizeof *wanted);
    uint32_t *capacity = arena_array(cx->mem, (size_t)w->providers + 1, sizeof *capacity);
    for (uint32_t v = 1; v <= w->r->nodes; v++) {
        const struct node *n = &w->node[v];
        if (n->role == NEED)
            wanted[n->number] = (uint32_t)flow_of(w->r, v);
        else if (n->role == PROVIDER)
            capacity[n->number] = (uint32_t)n->capacity;
    }
    w->out->p.needs = w->needs;
    w->out->p.providers = w->providers;
    w->out->p.wanted = wanted;
    w->out->p.capacity = capacity;
}

enum err network_read(struct cx *cx, struct solve_reader *r, struct solve_file *out)
{
    struct network w = {.r = r, .out = out};
    const struct arc *a = r->arcs.at;
    bool windows = false;
    w.node = arena_array(cx->mem, (size_t)r->nodes + 1, sizeof *w.node);
    w.pairs = arena_array(cx->mem, r->arcs.n + 1, sizeof *w.pairs);
    TRY(ends(cx, &w));
    if (w.transit)
        TRY(between(cx, &w));
    TRY(number_providers(cx, &w));
    for (size_t k = 0; k < r->arcs.n; k++) {
        if (!w.transit && w.node[a[k].from].role != NEED)
            return refuse(cx, &a[k], "边要从左边的点出发");
        TRY(pair(cx, &w, &a[k]));
    }
    out->cost = true;
    out->complete = w.stay_out == 0;
    if (w.stay_out && w.stay_out != w.needs)
        return fail(cx, ERR_INPUT, "有的需求可以不配、有的不可以，这里只认全可以或全不可以");
    by_need(cx, &w);
    TRY(merge(cx, &w));
    if (!out->complete)
        drop_dear(&w);
    by_need(cx, &w);
    out->cheapest = out->dearest = w.n ? w.pairs[0].cost : 0;
    for (size_t k = 0; k < w.n; k++) {
        out->cheapest = w.pairs[k].cost < out->cheapest ? w.pairs[k].cost : out->cheapest;
        out->dearest = w.pairs[k].cost > out->dearest ? w.pairs[k].cost : out->dearest;
        windows = windows || w.pairs[k].slots;
    }
    if (windows && out->complete)
        return fail(cx, ERR_INPUT, "有时段的问题里，每项需求都要有到终点的边（可以不配）");
    out->base = out->complete ? (int64_t)out->dearest + 1 : 0;
    if (out->base - out->cheapest > SOLVE_MAX_WEIGHT)
        return fail(cx, ERR_INPUT, "费用相差太大，不能保证算准");
    edges(cx, &w, windows);
    sizes(cx, &w);
    return OK;
}
