/* match_run -- one run: the problem solved with its proof, proposals and prices written down, and
 * for a need that nobody is there for, why. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/job/job.h"
#include "app/match/match_own.h"
#include "base/env.h"
#include "base/id.h"
#include "base/time.h"
#include "match.sql.h"
#include <stdlib.h>
#include <string.h>

/* ---- solving ---- */

void match_lay_out(struct cx *cx, const struct build *b, struct solve_edge *edges,
                   struct solve_problem *p)
{
    uint64_t *first = arena_array(cx->mem, b->nneeds + 1, sizeof *first);
    uint32_t *wanted = arena_array(cx->mem, b->nneeds + 1, sizeof *wanted);
    uint32_t *capacity = arena_array(cx->mem, b->nproviders + 1, sizeof *capacity);
    uint32_t *load = arena_array(cx->mem, b->nproviders + 1, sizeof *load);
    for (uint32_t i = 0; i < b->nneeds; i++) {
        const struct wanting *n = &b->needs[i];
        wanted[i] = n->wanted;
        first[i + 1] = first[i] + n->n;
        for (size_t k = 0; k < n->n; k++)
            edges[first[i] + k] = (struct solve_edge){n->at[k].provider, n->at[k].score};
    }
    for (uint32_t j = 0; j < b->nproviders; j++) {
        const struct provider *v = &b->providers[j];
        capacity[j] = v->capacity;
        load[j] = v->offer ? (uint32_t)v->usage.load : 0; /* fairness is among volunteers */
    }
    *p = (struct solve_problem){.needs = b->nneeds,
                                .providers = b->nproviders,
                                .first = first,
                                .edges = edges,
                                .wanted = wanted,
                                .capacity = capacity,
                                .load = load,
                                .lambda = b->weights.fair * POINT};
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

int64_t match_gini(int64_t *load, size_t n)
{
    int64_t sum = 0, weighted = 0;
    qsort(load, n, sizeof *load, by_number);
    for (size_t j = 0; j < n; j++) {
        sum += load[j];
        weighted += (int64_t)(j + 1) * load[j];
    }
    if (sum == 0)
        return 0;
    return (2000 * weighted / sum - 1000 * (int64_t)(n + 1)) / (int64_t)n;
}

/* Of volunteers, with what this run adds. */
static int64_t gini_of(struct cx *cx, const struct build *b, const uint32_t *given)
{
    size_t n = b->nproviders - b->hands.n;
    int64_t *load = arena_array(cx->mem, n + 1, sizeof *load);
    for (size_t j = 0; j < n; j++)
        load[j] = b->providers[j].usage.load + given[j];
    return match_gini(load, n);
}

/* Helpers alone count as found: who is sent to have a look is no helper. */
static void count_picks(const struct build *b, const struct solve_problem *p,
                        const struct solve_result *r, uint32_t *given, struct solved *out)
{
    int64_t way = 0;
    for (size_t k = 0; k < r->matched; k++) {
        const struct wanting *n = &b->needs[r->pairs[k].need];
        bool is_helper = b->providers[r->pairs[k].provider].offer != NULL;
        out->count[r->pairs[k].need] += is_helper;
        out->matched += is_helper;
        given[r->pairs[k].provider]++;
        for (size_t c = 0; c < n->n; c++)
            if (n->at[c].provider == r->pairs[k].provider) {
                out->is_pick[p->first[r->pairs[k].need] + c] = true;
                way += is_helper ? n->at[c].metres : 0;
            }
    }
    for (uint32_t j = 0; j + (uint32_t)b->hands.n < b->nproviders; j++)
        out->used += given[j] > 0;
    out->metres = out->matched ? way / (int64_t)out->matched : 0;
}

/* Solves, and as long as somebody would be wanted twice in one hour, without that pair. */
static enum err find_in_time(struct cx *cx, const struct build *b, struct solver *s,
                             struct solve_result *r, int64_t *bound)
{
    struct solve_pair clash;
    bool clashes;
    TRY(solve_run(cx, s));
    TRY(solve_result(cx, s, r));
    *bound = r->bound;
    for (;;) {
        TRY(match_agree_times(cx, b, r, &clash, &clashes));
        if (!clashes)
            return OK;
        TRY(solve_decline(cx, s, clash.need, clash.provider));
        TRY(solve_result(cx, s, r));
    }
}

enum err match_find(struct cx *cx, const struct build *b, struct solved *out)
{
    struct solve_problem p;
    struct solve_result r;
    struct solver *s = NULL;
    struct solve_edge *edges = arena_array(cx->mem, b->edges + 1, sizeof *edges);
    uint32_t *given = arena_array(cx->mem, b->nproviders + 1, sizeof *given);
    int64_t bound = 0;
    match_lay_out(cx, b, edges, &p);
    enum err e = solve_open(cx, &p, &(struct solve_options){.threads = 1}, &s);
    if (e == OK)
        e = find_in_time(cx, b, s, &r, &bound);
    solve_close(s);
    TRY(e);
    *out = (struct solved){.price = r.price,
                           .objective = r.objective,
                           .gap = bound - r.objective,
                           .count = arena_array(cx->mem, b->nneeds + 1, sizeof *out->count),
                           .is_pick = arena_array(cx->mem, b->edges + 1, sizeof *out->is_pick)};
    count_picks(b, &p, &r, given, out);
    out->gini = gini_of(cx, b, given);
    return OK;
}

/* ---- proposals of one need ---- */

enum { MISSES = 5 };
static const char *const miss_reasons[MISSES] = {"skill", "far", "time", "full", "price"};

/* A need on its way into the store. */
struct writing {
    struct cx *cx;
    const struct build *b;
    const struct solved *s;
    struct match_run *run;
    match_proposal_list now; /* those that hold, by need */
    match_miss_list misses;
    match_part_list parts;
    int64_t missed[MISSES]; /* needs nobody is there for, by why */
    size_t first;           /* of the need's candidates in s->is_pick */
    uint32_t i;
};

/* Of this many people wanted, so many were found, by one thing. */
static void count_part(struct writing *v, const char *kind, struct str code, int64_t wanted,
                       int64_t served)
{
    for (size_t i = 0; i < v->parts.n; i++) {
        struct match_part *p = &v->parts.at[i];
        if (str_is(p->kind, kind) && str_eq(p->code, code)) {
            p->wanted += wanted;
            p->served += served;
            return;
        }
    }
    *PUSH(v->cx->mem, &v->parts) = (struct match_part){str_c(kind), code, wanted, served};
}

struct ranked {
    const struct candidate *c;
    bool is_pick;
    int64_t price;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    int64_t dx = x->c->score - x->price, dy = y->c->score - y->price;
    if (x->is_pick != y->is_pick)
        return x->is_pick ? -1 : 1;
    if (dx != dy)
        return dx > dy ? -1 : 1;
    return x->c->provider < y->c->provider ? -1 : x->c->provider > y->c->provider;
}

/* Of the few that are shown one is somebody who can be sent, if there is one. */
static void keep_place(struct ranked *r, size_t count)
{
    size_t h = 0;
    while (h < count && r[h].c->offer)
        h++;
    if (h < MATCH_SHOWN || h == count)
        return;
    struct ranked hand = r[h];
    for (; h >= MATCH_SHOWN; h--)
        r[h] = r[h - 1];
    r[h] = hand;
}

/* Those who may be asked, best first: picks of the run, then by points less what is lost elsewhere.
 */
static size_t rank(const struct writing *v, const struct wanting *n, struct ranked *out)
{
    size_t count = 0;
    for (size_t k = 0; k < n->n; k++) {
        int64_t price = v->s->price[n->at[k].provider];
        if (n->at[k].is_asked)
            continue;
        out[count++] = (struct ranked){.c = &n->at[k],
                                       .is_pick = v->s->is_pick[v->first + k],
                                       .price = price >= SOLVE_CLOSED ? 0 : price};
    }
    if (count)
        qsort(out, count, sizeof *out, by_rank);
    keep_place(out, count);
    return count;
}

/* Behind a helper; who is sent has nobody behind him. */
static const struct ranked *next_helper(const struct ranked *r, size_t count, size_t k)
{
    for (size_t i = k + 1; r[k].c->offer && i < count; i++)
        if (r[i].c->offer)
            return &r[i];
    return NULL;
}

static void fill(const struct writing *v, const struct wanting *n, const struct ranked *r,
                 size_t count, match_proposal_list *out)
{
    struct cx *cx = v->cx;
    for (size_t k = 0; k < count && k < MATCH_SHOWN; k++) {
        const struct candidate *c = r[k].c;
        const struct provider *p = &v->b->providers[c->provider];
        const struct ranked *next = next_helper(r, count, k);
        *PUSH(cx->mem, out) =
            (struct match_proposal){.run_id = v->run->id,
                                    .need_id = n->wait->id,
                                    .turn = n->wait->turn,
                                    .place = (int64_t)k + 1,
                                    .target = p->target,
                                    .target_id = p->id,
                                    .is_pick = r[k].is_pick,
                                    .score = c->score,
                                    .price = r[k].price,
                                    .terms = match_write_terms(cx, v->b, n, c),
                                    .runner_id = next ? v->b->providers[next->c->provider].id : 0,
                                    .runner_score = next ? next->c->score : 0,
                                    .runner_price = next ? next->price : 0,
                                    .visit_at = c->visit_at,
                                    .leave_at = c->leave_at,
                                    .weights_id = v->b->weights.id,
                                    .at = v->cx->now};
    }
}

static size_t first_proposal(const match_proposal_list *l, int64_t need_id)
{
    size_t lo = 0, hi = l->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (l->at[mid].need_id < need_id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static bool same(const struct match_proposal *a, const struct match_proposal *b)
{
    return a->turn == b->turn && str_eq(a->target, b->target) && a->target_id == b->target_id &&
           a->is_pick == b->is_pick && a->visit_at == b->visit_at && str_eq(a->terms, b->terms);
}

static bool all_same(const match_proposal_list *now, size_t at, const match_proposal_list *next,
                     int64_t need_id)
{
    size_t k = 0;
    for (; at + k < now->n && now->at[at + k].need_id == need_id; k++)
        if (k >= next->n || !same(&now->at[at + k], &next->at[k]))
            return false;
    return k == next->n;
}

static enum err write_proposals(struct writing *v, const struct wanting *n,
                                const match_proposal_list *next)
{
    struct cx *cx = v->cx;
    size_t at = first_proposal(&v->now, n->wait->id);
    if (all_same(&v->now, at, next, n->wait->id))
        return OK;
    v->run->changed++;
    TRY(db_run(cx, &match_sql_proposals_end, ARGS(AS("need_id", n->wait->id)), NULL));
    for (size_t k = 0; k < next->n; k++) {
        next->at[k].id = id_new(cx);
        TRY(db_put(cx, &match_sql_proposal_insert, &match_proposal_shape, &next->at[k], NO_ARGS));
    }
    return OK;
}

/* ---- why nobody ---- */

/* Needs that were given somebody whom this one wanted. */
static struct str served_instead(const struct writing *v, const struct wanting *n)
{
    struct out o;
    size_t first = 0, told = 0;
    out_init(&o, v->cx->mem);
    for (uint32_t i = 0; i < v->b->nneeds && told < 5; i++) {
        const struct wanting *m = &v->b->needs[i];
        bool took = false;
        for (size_t k = 0; k < m->n && m != n; k++)
            for (size_t c = 0; c < n->n && v->s->is_pick[first + k]; c++)
                took |= n->at[c].offer && n->at[c].provider == m->at[k].provider;
        if (took)
            out_printf(&o, told++ ? " %lld" : "%lld", (long long)m->wait->id);
        first += m->n;
    }
    return out_text(&o);
}

static struct match_miss miss_of(const struct writing *v, const struct wanting *n)
{
    struct match_miss m = {.run_id = v->run->id, .need_id = n->wait->id, .able = n->able};
    m.reason = n->able == 0     ? S("skill")
               : n->near == 0   ? S("far")
               : n->timely == 0 ? S("time")
               : n->open == 0   ? S("full")
                                : S("price");
    m.others = str_is(m.reason, "price") ? served_instead(v, n) : S("");
    return m;
}

static const struct match_miss *miss_now(const struct writing *v, int64_t need_id)
{
    for (size_t i = 0; i < v->misses.n; i++)
        if (v->misses.at[i].need_id == need_id)
            return &v->misses.at[i];
    return NULL;
}

static enum err write_miss(struct writing *v, const struct wanting *n, bool is_missed)
{
    struct cx *cx = v->cx;
    const struct match_miss *was = miss_now(v, n->wait->id);
    struct match_miss m = is_missed ? miss_of(v, n) : (struct match_miss){0};
    for (int r = 0; r < MISSES; r++)
        v->missed[r] += is_missed && str_is(m.reason, miss_reasons[r]);
    if (was && is_missed && str_eq(was->reason, m.reason) && str_eq(was->others, m.others) &&
        was->able == m.able)
        return OK;
    if (was)
        TRY(db_run(cx, &match_sql_misses_end, ARGS(AS("need_id", n->wait->id)), NULL));
    if (!is_missed)
        return OK;
    m.id = id_new(cx);
    return db_put(cx, &match_sql_miss_insert, &match_miss_shape, &m, NO_ARGS);
}

/* ---- a run ---- */

static enum err write_needs(struct writing *v, struct ranked *scratch)
{
    const struct build *b = v->b;
    for (v->i = 0; v->i < b->nneeds; v->i++) {
        const struct wanting *n = &b->needs[v->i];
        struct arena_mark mark = arena_mark(v->cx->mem);
        match_proposal_list next = {0};
        bool is_missed = true;
        for (size_t k = 0; k < n->n; k++) /* somebody is asked, or given by the run */
            is_missed &= !n->at[k].is_asked && !(v->s->is_pick[v->first + k] && n->at[k].offer);
        fill(v, n, scratch, rank(v, n, scratch), &next);
        TRY(write_proposals(v, n, &next));
        TRY(write_miss(v, n, is_missed));
        v->run->wanted += n->wanted;
        v->run->served += v->s->count[v->i] >= n->wanted;
        v->first += n->n;
        arena_rewind(v->cx->mem, mark);
    }
    return OK;
}

/* Needs that wait no longer hold no proposal. */
static enum err end_others(struct writing *v)
{
    struct cx *cx = v->cx;
    int64_t last = 0;
    for (size_t k = 0; k < v->now.n; k++) {
        int64_t need_id = v->now.at[k].need_id;
        bool waits = false;
        if (need_id == last)
            continue;
        last = need_id;
        for (uint32_t i = 0; i < v->b->nneeds; i++)
            waits |= v->b->needs[i].wait->id == need_id;
        if (!waits)
            TRY(db_run(cx, &match_sql_proposals_end, ARGS(A(need_id)), NULL));
    }
    for (size_t k = 0; k < v->misses.n; k++) {
        int64_t need_id = v->misses.at[k].need_id;
        bool waits = false;
        for (uint32_t i = 0; i < v->b->nneeds; i++)
            waits |= v->b->needs[i].wait->id == need_id;
        if (!waits)
            TRY(db_run(cx, &match_sql_misses_end, ARGS(A(need_id)), NULL));
    }
    return OK;
}

static enum err write_prices(struct writing *v)
{
    struct cx *cx = v->cx;
    int64_t run_id = v->run->id;
    for (uint32_t j = 0; j < v->b->nproviders; j++) {
        int64_t price = v->s->price[j], id = v->b->providers[j].id;
        if (price > 0 && price < SOLVE_CLOSED)
            TRY(db_run(cx, &match_sql_price_put, ARGS(A(id), A(run_id), A(price)), NULL));
    }
    return db_run(cx, &match_sql_price_clean, ARGS(A(run_id)), NULL);
}

static enum err write_parts(struct writing *v)
{
    struct cx *cx = v->cx;
    for (uint32_t i = 0; i < v->b->nneeds; i++) {
        const struct wanting *n = &v->b->needs[i];
        int64_t wanted = n->wanted, served = v->s->count[i];
        count_part(v, "level", n->wait->level, wanted, served);
        count_part(v, "skill", n->wait->skill_code, wanted, served);
        count_part(v, "grid", filter_id(cx, n->wait->grid_id), wanted, served);
    }
    for (int r = 0; r < MISSES; r++)
        if (v->missed[r])
            count_part(v, "miss", str_c(miss_reasons[r]), v->missed[r], 0);
    for (size_t i = 0; i < v->parts.n; i++)
        TRY(db_put(cx, &match_sql_part_insert, &match_part_shape, &v->parts.at[i],
                   ARGS(AS("id", id_new(cx)), AS("run_id", v->run->id))));
    return OK;
}

enum err match_solve(struct cx *cx, const char *reason, struct match_run *out)
{
    struct match_weights w;
    struct build b;
    struct solved s;
    int64_t started = cx->env->monotonic(cx->env);
    struct writing v = {.cx = cx, .b = &b, .s = &s, .run = out};
    TRY(match_weights_now(cx, &w));
    TRY(match_build(cx, &w, 0, MATCH_EDGES, 0, &b));
    TRY(match_find(cx, &b, &s));
    *out = (struct match_run){.id = id_new(cx),
                              .reason = str_c(reason),
                              .weights_id = w.id,
                              .needs = b.nneeds,
                              .providers = (int64_t)(b.nproviders - b.hands.n),
                              .edges = (int64_t)b.edges,
                              .matched = (int64_t)s.matched,
                              .objective = s.objective,
                              .gap = s.gap,
                              .used = s.used,
                              .gini = s.gini,
                              .at = cx->now};
    TRY(db_all(cx, &match_sql_proposals_now, &match_proposal_shape, &v.now, NO_ARGS));
    TRY(db_all(cx, &match_sql_misses_now, &match_miss_shape, &v.misses, NO_ARGS));
    TRY(write_needs(&v, arena_array(cx->mem, b.nproviders + 1, sizeof(struct ranked))));
    TRY(end_others(&v));
    TRY(write_prices(&v));
    if (match_run_is_full(out)) /* of the many small ones only the total is kept */
        TRY(write_parts(&v));
    out->took_us = (cx->env->monotonic(cx->env) - started) * 1000;
    return db_put(cx, &match_sql_run_insert, &match_run_shape, out, NO_ARGS);
}

enum err match_later(struct cx *cx, int64_t need_id, const char *reason)
{
    int64_t mark = id_new(cx), at = cx->now;
    if (need_id == 0) { /* nobody waits for it: all that change within a second share a run */
        mark = cx->now / MS_SECOND + 1;
        at = mark * MS_SECOND;
    }
    struct str key =
        arena_printf(cx->mem, "match.run %lld %lld", (long long)need_id, (long long)mark);
    return job_put(cx, "match.run", key, need_id, str_c(reason), at);
}

/* ---- reading ---- */

bool match_run_is_full(const struct match_run *r)
{
    return str_is(r->reason, "night") || str_is(r->reason, "demand");
}

enum err match_run_get(struct cx *cx, int64_t id, struct match_run *out)
{
    bool found;
    TRY(db_find(cx, &match_sql_run, &match_run_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "还没有排过");
}

enum err match_runs(struct cx *cx, match_run_list *out)
{
    return db_all(cx, &match_sql_runs, &match_run_shape, out, NO_ARGS);
}

enum err match_parts(struct cx *cx, int64_t run_id, match_part_list *out)
{
    return db_all(cx, &match_sql_parts, &match_part_shape, out, ARGS(A(run_id)));
}

enum err match_proposals(struct cx *cx, int64_t need_id, bool all, match_proposal_list *out)
{
    struct need n;
    TRY(need_get(cx, need_id, &n));
    return db_all(cx, &match_sql_proposals_of, &match_proposal_shape, out,
                  ARGS(A(need_id), A(all)));
}

enum err match_misses(struct cx *cx, int64_t need_id, match_miss_list *out)
{
    struct need n;
    TRY(need_get(cx, need_id, &n));
    return db_all(cx, &match_sql_misses_of, &match_miss_shape, out, ARGS(A(need_id)));
}

struct str match_miss_words(struct cx *cx, const struct match_miss *m)
{
    long long able = (long long)m->able;
    if (str_is(m->reason, "skill"))
        return S("眼下没有人登记会做这一样，或证件、保险还没看过");
    if (str_is(m->reason, "far"))
        return arena_printf(cx->mem, "会的有 %lld 位，都不到这个网格来，或已经问过", able);
    if (str_is(m->reason, "time"))
        return arena_printf(cx->mem, "会的有 %lld 位，时间都对不上", able);
    if (str_is(m->reason, "full"))
        return arena_printf(cx->mem, "会的有 %lld 位，这周都排满了，不多打扰", able);
    return m->others.n ? S("会的人先去帮了更急的那几件") : S("会的人近来都帮得多，先让他们歇歇");
}

enum err match_figures(struct cx *cx, int64_t since, struct match_figures *out)
{
    return db_one(cx, &match_sql_asks_per_fill, &match_figures_shape, out, ARGS(A(since)));
}
