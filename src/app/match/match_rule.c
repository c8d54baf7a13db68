/* match_rule -- the rules as data, and what would be different under others. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/match_own.h"
#include "base/time.h"
#include "match.sql.h"

enum { TRIAL_DAYS = 30, GRID_LEAST = 3 };

/* ---- the rules ---- */

static const struct match_weights built_in = {.skill = 40,
                                              .near = 25,
                                              .timely = 20,
                                              .rested = 15,
                                              .again = 10,
                                              .urgent = 30,
                                              .wait = 15,
                                              .fair = 6,
                                              .keep = 5,
                                              .look = 15,
                                              .lead = 20,
                                              .far_m = 3000,
                                              .offer_hours = 48,
                                              .asks_most = 3,
                                              .certain = 90,
                                              .odds = 50};

enum err match_weights_now(struct cx *cx, struct match_weights *out)
{
    bool found;
    TRY(db_find(cx, &match_sql_weights, &match_weights_shape, out, &found, ARGS(AS("most", 1))));
    if (!found) {
        *out = built_in;
        out->note = out->by_name = S("");
    }
    return OK;
}

enum err match_weights_all(struct cx *cx, match_weights_list *out)
{
    return db_all(cx, &match_sql_weights, &match_weights_shape, out, ARGS(AS("most", 50)));
}

static void within(struct cx *cx, const char *field, int64_t v, int64_t from, int64_t to)
{
    if (v < from || v > to)
        fail_field(cx, field, "请填 %lld 到 %lld", (long long)from, (long long)to);
}

static enum err check_weights(struct cx *cx, const struct match_weights *w, bool is_trial)
{
    static const char *const points[] = {"skill", "near", "timely", "rested", "again", "urgent",
                                         "wait",  "fair", "keep",   "look",   "lead"};
    for (size_t i = 0; i < COUNT(points); i++)
        within(cx, points[i], field_get_int(shape_field(&match_weights_shape, str_c(points[i])), w),
               0, 100);
    within(cx, "far_m", w->far_m, 200, 20000);
    within(cx, "offer_hours", w->offer_hours, 1, 168);
    within(cx, "asks_most", w->asks_most, 1, 5);
    within(cx, "certain", w->certain, 50, 99);
    within(cx, "odds", w->odds, 5, 95);
    if (!is_trial && str_trim(w->note).n == 0)
        fail_field(cx, "note", "请写一句为什么改");
    return cx->fault.fields.n ? ERR_INPUT : OK;
}

/* ---- a trial ---- */

/* One of two problems that list the same needs, and how it was solved. */
struct side {
    struct build b;
    struct solved s;
};

/* `a` gives the need `i` these people, `b` does not. */
static void find_gone(struct cx *cx, const struct side *a, size_t fa, const struct side *b,
                      size_t fb, uint32_t i, volunteer_id_list *out)
{
    const struct wanting *x = &a->b.needs[i], *y = &b->b.needs[i];
    for (size_t k = 0; k < x->n; k++) {
        bool kept = !a->s.is_pick[fa + k];
        for (size_t c = 0; c < y->n && !kept; c++)
            kept = b->s.is_pick[fb + c] && y->at[c].provider == x->at[k].provider;
        if (!kept)
            *PUSH(cx->mem, out) = a->b.providers[x->at[k].provider].id;
    }
}

static int64_t find_others(struct cx *cx, const struct side *now, const struct side *then,
                           match_other_list *out)
{
    size_t fn = 0, ft = 0;
    int64_t count = 0;
    for (uint32_t i = 0; i < now->b.nneeds && i < then->b.nneeds; i++) {
        struct match_other o = {.need_id = now->b.needs[i].wait->id};
        find_gone(cx, now, fn, then, ft, i, &o.now);
        find_gone(cx, then, ft, now, fn, i, &o.then);
        if (o.now.n || o.then.n) {
            count++;
            if (out)
                *PUSH(cx->mem, out) = o;
        }
        fn += now->b.needs[i].n;
        ft += then->b.needs[i].n;
    }
    return count;
}

/* Needs with all their people, of all or of the urgent ones. */
static int64_t served(const struct side *x, bool only_urgent)
{
    int64_t n = 0;
    for (uint32_t i = 0; i < x->b.nneeds; i++)
        if (!only_urgent || str_is(x->b.needs[i].wait->level, "L1"))
            n += x->s.count[i] >= x->b.needs[i].wanted;
    return n;
}

/* Needs come in the order of grids. */
static int64_t worst_grid(const struct side *x)
{
    int64_t worst = 1000;
    for (uint32_t i = 0, n; i < x->b.nneeds; i += n) {
        int64_t wanted = 0, found = 0, grid_id = x->b.needs[i].wait->grid_id;
        for (n = 0; i + n < x->b.nneeds && x->b.needs[i + n].wait->grid_id == grid_id; n++) {
            wanted += x->b.needs[i + n].wanted;
            found += x->s.count[i + n];
        }
        if (wanted >= GRID_LEAST && 1000 * found / wanted < worst)
            worst = 1000 * found / wanted;
    }
    return worst;
}

static enum err solve_side(struct cx *cx, const struct match_weights *w, struct side *out)
{
    TRY(match_build(cx, w, 0, MATCH_EDGES, cx->now - TRIAL_DAYS * MS_DAY, &out->b));
    return match_find(cx, &out->b, &out->s);
}

enum err match_try(struct cx *cx, const struct match_weights *w, struct match_trial *out,
                   match_other_list *others)
{
    struct match_weights now;
    struct side a, b;
    if ((cx->who.role & ROLES_RULES) == 0)
        return fail(cx, ERR_DENIED, "规则由值班长和社区负责人来定");
    TRY(check_weights(cx, w, true));
    TRY(match_weights_now(cx, &now));
    TRY(solve_side(cx, &now, &a));
    TRY(solve_side(cx, w, &b));
    *out = (struct match_trial){.needs = a.b.nneeds,
                                .served_now = served(&a, false),
                                .served_new = served(&b, false),
                                .urgent_now = served(&a, true),
                                .urgent_new = served(&b, true),
                                .worst_now = worst_grid(&a),
                                .worst_new = worst_grid(&b),
                                .used_now = a.s.used,
                                .used_new = b.s.used,
                                .gini_now = a.s.gini,
                                .gini_new = b.s.gini,
                                .metres_now = a.s.metres,
                                .metres_new = b.s.metres,
                                .others = find_others(cx, &a, &b, others),
                                .gap = a.s.gap + b.s.gap};
    for (uint32_t i = 0; i < a.b.nneeds; i++) {
        out->wanted += a.b.needs[i].wanted;
        out->urgent += str_is(a.b.needs[i].wait->level, "L1");
    }
    return OK;
}

/* ---- changed ---- */

enum err match_weights_put(struct cx *cx, struct match_weights *w)
{
    struct match_weights now;
    struct match_trial trial;
    if ((cx->who.role & ROLES_RULES) == 0)
        return fail(cx, ERR_DENIED, "规则由值班长和社区负责人来定");
    TRY(check_weights(cx, w, false));
    TRY(match_weights_now(cx, &now));
    if (w->id != now.id)
        return fail(cx, ERR_CONFLICT, "别人刚刚改过规则，请刷新看看再改");
    TRY(match_try(cx, w, &trial, NULL));
    w->tried = trial.needs;
    w->others = trial.others;
    w->served_now = trial.served_now;
    w->served_new = trial.served_new;
    w->id = now.id + 1;
    w->by_person = cx->who.person_id;
    w->by_name = cx->who.name;
    w->at = cx->now;
    TRY(db_put(cx, &match_sql_weights_insert, &match_weights_shape, w, NO_ARGS));
    return match_later(cx, 0, "changed");
}
