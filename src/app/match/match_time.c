/* match_time -- the hours of a run: relaxed first, then made to fit one helper at a time. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/match_own.h"
#include <stdlib.h>

/* A pair that needs an hour of its own. */
struct timed {
    struct solve_pair pair;
    struct candidate *c;
    int64_t from_at, to_at;
};
typedef LIST(struct timed) timed_list;

static int by_provider(const void *a, const void *b)
{
    const struct timed *x = a, *y = b;
    if (x->pair.provider != y->pair.provider)
        return x->pair.provider < y->pair.provider ? -1 : 1;
    if (x->pair.weight != y->pair.weight)
        return x->pair.weight > y->pair.weight ? -1 : 1;
    return x->pair.need < y->pair.need ? -1 : x->pair.need > y->pair.need;
}

/* Those already asked hold their hour in build.visits. */
static void find_timed(struct cx *cx, const struct build *b, const struct solve_result *r,
                       timed_list *out)
{
    for (size_t k = 0; k < r->matched; k++) {
        const struct wanting *n = &b->needs[r->pairs[k].need];
        for (size_t c = 0; c < n->n; c++)
            if (n->at[c].provider == r->pairs[k].provider && n->at[c].visit_at &&
                !n->at[c].is_asked)
                *PUSH(cx->mem, out) = (struct timed){.pair = r->pairs[k], .c = &n->at[c]};
    }
    if (out->n)
        qsort(out->at, out->n, sizeof *out->at, by_provider);
}

/* The hours of one helper; `room` for those he has and these. NULL, or who finds none. */
static struct timed *fit(struct cx *cx, const struct build *b, struct timed *at, size_t n,
                         struct match_visit *busy)
{
    const struct provider *p = &b->providers[at->pair.provider];
    size_t nbusy = p->visits_n;
    for (size_t i = 0; i < nbusy; i++)
        busy[i] = b->visits.at[p->visits_at + i];
    for (size_t k = 0; k < n; k++) {
        const struct wanting *w = &b->needs[at[k].pair.need];
        struct week both = week_meet(&w->week, &p->week);
        int64_t until = match_until(at[k].c->offer);
        if (!match_meet(&both, w->wait, busy, nbusy, until, cx->now, &at[k].from_at, &at[k].to_at))
            return &at[k];
        busy[nbusy++] = (struct match_visit){.visit_at = at[k].from_at, .leave_at = at[k].to_at};
    }
    return NULL;
}

enum err match_agree_times(struct cx *cx, const struct build *b, const struct solve_result *r,
                           struct solve_pair *clash, bool *clashes)
{
    timed_list all = {0};
    *clashes = false;
    if (b->is_trial)
        return OK;
    find_timed(cx, b, r, &all);
    struct match_visit *busy = arena_array(cx->mem, all.n + b->visits.n + 1, sizeof *busy);
    for (size_t i = 0, n; i < all.n; i += n) {
        for (n = 1; i + n < all.n && all.at[i + n].pair.provider == all.at[i].pair.provider;)
            n++;
        const struct timed *without = fit(cx, b, &all.at[i], n, busy);
        if (without) {
            *clash = without->pair;
            *clashes = true;
            return OK;
        }
    }
    for (size_t i = 0; i < all.n; i++) {
        all.at[i].c->visit_at = all.at[i].from_at;
        all.at[i].c->leave_at = all.at[i].to_at;
    }
    return OK;
}
