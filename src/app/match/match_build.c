/* match_build -- the problem of a run, read from the store: who waits, who could help, which of
 * them fit (filters of safety and of what both agreed to), and how well, in points. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/match_own.h"
#include "base/time.h"
#include "match.sql.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

static int by_code(const void *a, const void *b)
{
    const struct str *x = a, *y = b;
    size_t n = x->n < y->n ? x->n : y->n;
    int order = n ? memcmp(x->p, y->p, n) : 0;
    return order ? order : x->n < y->n ? -1 : x->n > y->n;
}

/* The leaves that are asked for, each once, in order: nobody else's offers are read. */
static enum err read_offers(struct cx *cx, struct build *b)
{
    volunteer_code_list codes = {0};
    size_t n = 0;
    for (size_t i = 0; i < b->waits.n; i++)
        *PUSH(cx->mem, &codes) = b->waits.at[i].skill_code;
    if (codes.n == 0)
        return OK;
    qsort(codes.at, codes.n, sizeof *codes.at, by_code);
    for (size_t i = 0; i < codes.n; i++)
        if (n == 0 || !str_eq(codes.at[n - 1], codes.at[i]))
            codes.at[n++] = codes.at[i];
    codes.n = n;
    return volunteer_offers_of(cx, time_day(cx->now), &codes, &b->offers);
}

static int by_hour(const void *a, const void *b)
{
    const struct match_visit *x = a, *y = b;
    if (x->volunteer_id != y->volunteer_id)
        return x->volunteer_id < y->volunteer_id ? -1 : 1;
    return x->visit_at < y->visit_at ? -1 : x->visit_at > y->visit_at;
}

/* Hours that are taken: promised, asked for, or of days away. */
static enum err read_visits(struct cx *cx, struct build *b)
{
    volunteer_away_list aways = {0};
    TRY(db_all(cx, &match_sql_visits, &match_visit_shape, &b->visits, NO_ARGS));
    TRY(volunteer_aways_all(cx, time_day(cx->now), &aways));
    for (size_t i = 0; i < aways.n; i++)
        *PUSH(cx->mem, &b->visits) =
            (struct match_visit){aways.at[i].volunteer_id, time_day_start(aways.at[i].from_day),
                                 time_day_start(aways.at[i].to_day + 1)};
    if (aways.n)
        qsort(b->visits.at, b->visits.n, sizeof *b->visits.at, by_hour);
    return OK;
}

static enum err read_all(struct cx *cx, int64_t only, int64_t since_at, struct build *b)
{
    int64_t all = since_at != 0, since = since_at;
    int64_t first = only, last = only ? only : INT64_MAX;
    int64_t week_ago = cx->now - 7 * MS_DAY, month_ago = cx->now - MATCH_LOAD_DAYS * MS_DAY;
    int64_t week_from = match_week_from(cx->now), week_to = week_from + 7 * MS_DAY;
    TRY(db_all(cx, &match_sql_waiting, &match_wait_shape, &b->waits,
               ARGS(A(first), A(last), A(all), A(since))));
    TRY(place_grid_points(cx, &b->points));
    TRY(read_offers(cx, b));
    TRY(volunteer_reaches(cx, &b->reaches));
    TRY(db_all(cx, &match_sql_liked, &match_pair_shape, &b->liked, ARGS(A(first), A(last))));
    TRY(db_all(cx, &match_sql_usage, &match_usage_shape, &b->usages,
               ARGS(A(week_ago), A(month_ago), A(week_from), A(week_to),
                    AS("since", cx->now - 5 * 7 * MS_DAY))));
    if (all) /* a trial starts with everybody fresh */
        return OK;
    TRY(db_all(cx, &match_sql_pairs, &match_pair_shape, &b->pairs, ARGS(A(first), A(last))));
    TRY(read_visits(cx, b));
    if (only) /* of one need helpers are checked; who could be sent is no question */
        return OK;
    return match_read_hands(cx, b);
}

/* ---- those who can help ---- */

static int by_id(const void *a, const void *b)
{
    const struct provider *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* First row of a list that is ordered by an id (the first member, or the one at `at`). */
static size_t first_of(const void *rows, size_t n, size_t size, size_t at, int64_t id)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int64_t v = *(const int64_t *)((const char *)rows + mid * size + at);
        if (v < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}
#define FIRST(list, T, m, id)                                                                      \
    first_of((list).at, (list).n, sizeof(struct T), offsetof(struct T, m), (id))

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* How much more he may be given: his own weekly measure, and what he may still be asked. */
static uint32_t capacity_of(const struct provider *p, bool is_trial)
{
    const struct match_usage *u = &p->usage;
    int64_t times = p->offer->week_max - (is_trial ? 0 : u->taken);
    int64_t asks = p->offer->ask_max - (is_trial ? 0 : u->asked);
    if (is_trial) /* a month of needs against a month of weeks */
        return (uint32_t)least(4 * times, SOLVE_MAX_WANTED);
    asks = (asks < 0 ? 0 : asks) + u->open_asks;
    int64_t c = least(times, asks);
    return c < 0 ? 0 : (uint32_t)least(c, SOLVE_MAX_WANTED);
}

static void settle(struct build *b, struct provider *p)
{
    size_t i = FIRST(b->usages, match_usage, volunteer_id, p->id);
    if (i < b->usages.n && b->usages.at[i].volunteer_id == p->id)
        p->usage = b->usages.at[i];
    week_read(p->offer->week, &p->week);
    p->said_week = week_count(&p->week) > 0;
    p->grids_at = FIRST(b->reaches, volunteer_reach, volunteer_id, p->id);
    for (i = p->grids_at; i < b->reaches.n && b->reaches.at[i].volunteer_id == p->id; i++)
        p->grids_n++;
    p->visits_at = FIRST(b->visits, match_visit, volunteer_id, p->id);
    for (i = p->visits_at; i < b->visits.n && b->visits.at[i].volunteer_id == p->id; i++)
        p->visits_n++;
    p->capacity = capacity_of(p, b->is_trial);
}

/* What a post may be given more in a run; a unit whose matter it is has no such measure. */
static uint32_t room_of(const struct match_hand *h)
{
    int64_t most = str_is(h->target, "worker")   ? MATCH_WORKER_MOST
                   : str_is(h->target, "leader") ? MATCH_LEADER_MOST
                                                 : h->load + SOLVE_MAX_WANTED;
    return h->org_id == 0 || h->load >= most ? 0 : (uint32_t)(most - h->load);
}

static void find_providers(struct cx *cx, struct build *b)
{
    size_t n = b->offers.n + b->hands.n;
    uint32_t k = 0;
    b->providers = arena_array(cx->mem, n + 1, sizeof *b->providers);
    for (size_t i = 0; i < b->offers.n; i++)
        b->providers[i] = (struct provider){.target = S("volunteer"),
                                            .id = b->offers.at[i].volunteer_id,
                                            .offer = &b->offers.at[i]};
    qsort(b->providers, b->offers.n, sizeof *b->providers, by_id);
    for (size_t i = 0; i < b->offers.n; i++)
        if (k == 0 || b->providers[k - 1].id != b->providers[i].id)
            b->providers[k++] = b->providers[i];
    for (uint32_t i = 0; i < k; i++)
        settle(b, &b->providers[i]);
    for (size_t i = 0; i < b->hands.n; i++) {
        const struct match_hand *h = &b->hands.at[i];
        b->providers[k++] = (struct provider){.target = h->target,
                                              .id = h->id,
                                              .hand = h,
                                              .usage = {.load = h->load},
                                              .capacity = room_of(h)};
    }
    b->nproviders = k;
}

static uint32_t provider_of(const struct build *b, int64_t volunteer_id)
{
    uint32_t lo = 0, hi = b->nproviders - (uint32_t)b->hands.n;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (b->providers[mid].id < volunteer_id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* ---- does he fit? ---- */

static bool reaches(const struct build *b, const struct provider *p, const struct wanting *n)
{
    if (str_is(p->offer->reach, "community") || p->offer->grid_id == n->wait->grid_id)
        return true;
    if (str_is(p->offer->reach, "area"))
        return p->offer->area_id == n->area_id;
    for (size_t i = 0; i < p->grids_n; i++)
        if (b->reaches.at[p->grids_at + i].grid_id == n->wait->grid_id)
            return true;
    return false;
}

/* The next half-hour on or after `at`. */
static int64_t next_half(int64_t at)
{
    int64_t half = 30 * MS_MINUTE;
    return (at + half - 1) / half * half;
}

static bool clashes(const struct match_visit *busy, size_t n, int64_t from, int64_t to,
                    int64_t *until)
{
    for (size_t i = 0; i < n; i++)
        if (busy[i].visit_at < to && busy[i].leave_at > from) {
            *until = busy[i].leave_at;
            return true;
        }
    return false;
}

int64_t match_until(const struct volunteer_offer *o)
{
    return o->insured_until && o->expires_at ? least(o->insured_until, o->expires_at)
                                             : o->insured_until + o->expires_at;
}

/* The days among which a time is looked for. */
static void days_of(const struct match_wait *n, int64_t now, int64_t *first, int64_t *last)
{
    *first = time_day(next_half(now + MATCH_LEAD_HOURS * MS_HOUR));
    *last = time_day(now) + MATCH_DAYS;
    if (n->from_day > *first)
        *first = n->from_day;
    if (n->from_day > time_day(now)) /* far ahead: so many days from then */
        *last = n->from_day + MATCH_DAYS;
    if (n->to_day && n->to_day < *last)
        *last = n->to_day;
}

bool match_meet(const struct week *both, const struct match_wait *n, const struct match_visit *busy,
                size_t nbusy, int64_t until, int64_t now, int64_t *from_at, int64_t *to_at)
{
    int64_t early = next_half(now + MATCH_LEAD_HOURS * MS_HOUR), span = n->halves * 30 * MS_MINUTE;
    int64_t day, last;
    days_of(n, now, &day, &last);
    for (; day <= last; day++) {
        struct week_span s = {0, 0};
        int weekday = (int)((day + 3) % 7); /* 1970-01-01 was a Thursday */
        int64_t start = time_day_start(day), free_at;
        while (week_next(both, weekday, s.to, &s)) {
            int64_t at = start + s.from * 30 * MS_MINUTE, end = start + s.to * 30 * MS_MINUTE;
            if (at < early)
                at = early;
            while (at + span <= end) {
                if (until && at + span > until)
                    return false;
                if (!clashes(busy, nbusy, at, at + span, &free_at)) {
                    *from_at = at;
                    *to_at = at + span;
                    return true;
                }
                at = next_half(free_at);
            }
        }
    }
    return false;
}

/* Where no hour was named: he is not away, and may do it, on one of the days that it may be. */
static bool is_there(const struct build *b, const struct provider *p, const struct match_wait *n,
                     int64_t until, int64_t now)
{
    int64_t day, last;
    days_of(n, now, &day, &last);
    for (; day <= last; day++) {
        int64_t from = time_day_start(day), to = from + MS_DAY;
        bool is_away = until && to > until;
        for (size_t i = 0; i < p->visits_n; i++) {
            const struct match_visit *v = &b->visits.at[p->visits_at + i];
            is_away |= v->visit_at <= from && v->leave_at >= to;
        }
        if (!is_away)
            return true;
    }
    return false;
}

/* Sets the time. False when both said when, and there is no common time; or he is not there at all.
 */
static bool has_time(const struct build *b, const struct provider *p, const struct wanting *n,
                     int64_t now, struct candidate *c)
{
    struct week both = p->week;
    int64_t until = match_until(c->offer);
    if (!n->said_week || !p->said_week) /* nobody promises an hour that was not named */
        return is_there(b, p, n->wait, until, now);
    both = week_meet(&n->week, &p->week);
    return match_meet(&both, n->wait, b->visits.at + p->visits_at, p->visits_n, until, now,
                      &c->visit_at, &c->leave_at);
}

static const struct match_pair *pair_of(const match_pair_list *pairs, int64_t need_id,
                                        int64_t volunteer_id)
{
    size_t lo = 0, hi = pairs->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        const struct match_pair *p = &pairs->at[mid];
        if (p->need_id < need_id || (p->need_id == need_id && p->volunteer_id < volunteer_id))
            lo = mid + 1;
        else
            hi = mid;
    }
    const struct match_pair *p = lo < pairs->n ? &pairs->at[lo] : NULL;
    return p && p->need_id == need_id && p->volunteer_id == volunteer_id ? p : NULL;
}

/* ---- how well? ---- */

static int32_t part(int64_t points, int64_t percent)
{
    return (int32_t)(points * POINT * percent / 100);
}

static int64_t metres(const struct wanting *n, int64_t x, int64_t y)
{
    double dx = (double)(n->x - x), dy = (double)(n->y - y);
    return (int64_t)sqrt(dx * dx + dy * dy);
}

static bool same_building(const struct match_wait *w, const struct volunteer_offer *o)
{
    return o->place_id == w->place_id || (w->above_id && o->place_id == w->above_id);
}

static int64_t near_percent(const struct build *b, const struct wanting *n, struct candidate *c)
{
    const struct volunteer_offer *o = c->offer;
    c->metres = metres(n, o->x, o->y);
    if (same_building(n->wait, o))
        return 100;
    if (o->grid_id == n->wait->grid_id)
        return 85;
    int64_t left = 100 - c->metres * 100 / b->weights.far_m;
    return left < 0 ? 0 : left * 70 / 100;
}

static int64_t rested_percent(const struct provider *p, int64_t now)
{
    if (p->usage.load == 0 || p->usage.last_at < now - 14 * MS_DAY)
        return 100;
    int64_t left = 70 - 20 * p->usage.load;
    return left < 0 ? 0 : left;
}

static int64_t urgent_percent(struct str level)
{
    return str_is(level, "L1") ? 100 : str_is(level, "L2") ? 60 : 30;
}

/* Points of the need are the same for whoever goes: they decide who is served, not by whom. */
static void rate(const struct build *b, const struct wanting *n, int64_t now, struct candidate *c)
{
    static const int64_t by_level[] = {60, 60, 80, 100};
    const struct match_weights *w = &b->weights;
    const struct provider *p = &b->providers[c->provider];
    int64_t days = (now - n->wait->since_at) / MS_DAY;
    if (c->offer) {
        int64_t level = c->offer->level < 0 || c->offer->level > 3 ? 1 : c->offer->level;
        c->points[TERM_SKILL] = part(w->skill, c->offer->is_verified ? 100 : by_level[level]);
        c->points[TERM_NEAR] = part(w->near, near_percent(b, n, c));
        c->points[TERM_TIMELY] = part(w->timely, c->visit_at ? 100 : 40);
        c->points[TERM_RESTED] = part(w->rested, rested_percent(p, now));
        c->points[TERM_AGAIN] = part(w->again, c->is_liked ? 100 : 0);
        c->points[TERM_KEEP] = part(w->keep, c->is_asked ? 100 : 0);
        c->points[TERM_URGENT] = part(w->urgent, urgent_percent(n->wait->level));
        c->points[TERM_WAIT] = part(least(days, w->wait), 100);
    } else { /* who is sent is the way out when nobody fits: it stills no urgency */
        bool leads = str_is(p->target, "org");
        c->points[TERM_SKILL] = part(leads ? w->lead : w->look, 100);
    }
    c->score = 1; /* an edge is worth something */
    for (int t = 0; t < TERMS; t++)
        c->score += c->points[t];
}

static int by_score(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->provider < y->provider ? -1 : x->provider > y->provider;
}

/* ---- one need ---- */

static size_t first_offer(const volunteer_offer_list *offers, struct str code)
{
    size_t lo = 0, hi = offers->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (by_code(&offers->at[mid].skill_code, &code) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Filters of safety stand in volunteer_offers() (consent, age, credential, insurance, away); here
 * follow conflict of interest, reach, time and caps. */
static bool fits(const struct build *b, struct wanting *n, int64_t now, struct candidate *c)
{
    const struct provider *p = &b->providers[c->provider];
    const struct match_pair *pair = pair_of(&b->pairs, n->wait->id, p->id);
    n->able++;
    c->is_asked = pair && str_is(pair->state, "asked");
    if (pair && !c->is_asked) /* said no, or shall not come, or comes already */
        return false;
    if (c->offer->org_id && c->offer->org_id == n->wait->owner_org) /* its own matter */
        return false;
    if (!reaches(b, p, n))
        return false;
    n->near++;
    if (!has_time(b, p, n, now, c) && !c->is_asked) /* his hour is taken: by this question */
        return false;
    n->timely++;
    bool may_be_asked = p->capacity > 0 && (b->is_trial || p->usage.asked < p->offer->ask_max);
    if (!c->is_asked && !may_be_asked)
        return false;
    n->open++;
    c->is_liked = pair_of(&b->liked, n->wait->id, p->id) != NULL;
    return true;
}

static void find_candidates(struct cx *cx, struct build *b, struct wanting *n, size_t most,
                            struct candidate *scratch)
{
    size_t count = 0;
    for (size_t i = first_offer(&b->offers, n->wait->skill_code);
         i < b->offers.n && str_eq(b->offers.at[i].skill_code, n->wait->skill_code); i++) {
        struct candidate c = {.provider = provider_of(b, b->offers.at[i].volunteer_id),
                              .offer = &b->offers.at[i]};
        if (!fits(b, n, cx->now, &c))
            continue;
        rate(b, n, cx->now, &c);
        scratch[count++] = c;
    }
    qsort(scratch, count, sizeof *scratch, by_score);
    size_t kept = count < most ? count : most;
    n->at = arena_array(cx->mem, kept + MATCH_HANDS, sizeof *n->at);
    for (size_t i = 0; i < kept; i++)
        n->at[i] = scratch[i];
    n->n = kept;
    match_add_hands(cx, b, n);
    for (size_t i = kept; i < n->n; i++)
        rate(b, n, cx->now, &n->at[i]);
    qsort(n->at, n->n, sizeof *n->at, by_score);
    b->edges += n->n;
}

/* How many are still missing: those who said yes are not wanted again, those asked are. */
static uint32_t still_wanted(const struct build *b, const struct match_wait *w)
{
    int64_t left = w->people;
    for (size_t i = FIRST(b->pairs, match_pair, need_id, w->id);
         i < b->pairs.n && b->pairs.at[i].need_id == w->id; i++) {
        struct str s = b->pairs.at[i].state;
        if (str_is(s, "accepted") || str_is(s, "introduced") || str_is(s, "served") ||
            str_is(s, "confirmed"))
            left--;
    }
    return left < 0 ? 0 : (uint32_t)left;
}

static void place_need(const struct build *b, struct wanting *n)
{
    for (size_t i = 0; i < b->points.n; i++)
        if (b->points.at[i].grid_id == n->wait->grid_id) {
            n->x = b->points.at[i].x;
            n->y = b->points.at[i].y;
            n->area_id = b->points.at[i].area_id;
            return;
        }
}

enum err match_build(struct cx *cx, const struct match_weights *w, int64_t only, size_t most,
                     int64_t since_at, struct build *b)
{
    *b = (struct build){.weights = *w, .is_trial = since_at != 0};
    TRY(read_all(cx, only, since_at, b));
    find_providers(cx, b);
    b->needs = arena_array(cx->mem, b->waits.n + 1, sizeof *b->needs);
    struct candidate *scratch =
        arena_array(cx->mem, b->nproviders + b->offers.n + 1, sizeof *scratch);
    for (size_t i = 0; i < b->waits.n; i++) {
        struct wanting n = {.wait = &b->waits.at[i]};
        n.wanted = still_wanted(b, n.wait);
        if (n.wanted == 0)
            continue;
        week_read(n.wait->week, &n.week);
        n.said_week = week_count(&n.week) > 0;
        place_need(b, &n);
        find_candidates(cx, b, &n, most, scratch);
        b->needs[b->nneeds++] = n;
    }
    return OK;
}

/* ---- in words ---- */

static struct str skill_words(const struct candidate *c)
{
    if (c->offer->is_verified)
        return S("会这一样，证件或培训看过了");
    return c->offer->level >= 3   ? S("干这一行的，拿手")
           : c->offer->level == 2 ? S("这一样拿手")
                                  : S("会这一样");
}

static struct str near_words(struct cx *cx, const struct build *b, const struct wanting *n,
                             const struct candidate *c, bool *is_doubt)
{
    if (same_building(n->wait, c->offer))
        return S("就在同一栋");
    if (c->offer->grid_id == n->wait->grid_id)
        return S("同一个网格");
    *is_doubt = c->metres > b->weights.far_m / 2;
    int64_t minutes = c->metres / 70 < 1 ? 1 : c->metres / 70;
    return arena_printf(cx->mem, *is_doubt ? "有点远，走路要 %lld 分钟" : "走 %lld 分钟",
                        (long long)minutes);
}

static struct str time_words(struct cx *cx, const struct build *b, const struct wanting *n,
                             const struct candidate *c, bool *is_doubt)
{
    if (c->visit_at)
        return arena_printf(cx->mem, "%.*s 有空", STR(filter_when(cx, c->visit_at)));
    *is_doubt = !b->providers[c->provider].said_week;
    if (*is_doubt)
        return S("没说过什么时候有空，要先问");
    return n->said_week ? S("") : S("时间可以再约");
}

static struct str load_words(struct cx *cx, const struct build *b, const struct candidate *c,
                             bool *is_doubt)
{
    const struct provider *p = &b->providers[c->provider];
    const struct match_usage *u = &p->usage;
    *is_doubt = u->taken + 1 >= p->offer->week_max && u->taken > 0;
    if (*is_doubt)
        return arena_printf(cx->mem, "这周已经有 %lld 次，他说一周最多 %lld 次",
                            (long long)u->taken, (long long)p->offer->week_max);
    if (u->load == 0)
        return S("四周里没派过");
    if (u->last_at < cx->now - 14 * MS_DAY)
        return S("两周没派过");
    return arena_printf(cx->mem, "四周里帮过 %lld 次", (long long)u->load);
}

void match_term_line(struct out *o, enum match_term_kind t, int32_t points, bool is_doubt,
                     struct str words)
{
    if (points == 0 && words.n == 0)
        return;
    out_printf(o, "%s %d %s %.*s\n", match_term_codes[t], points, is_doubt ? "-" : "+", STR(words));
}

static void helper_terms(struct cx *cx, struct out *o, const struct build *b,
                         const struct wanting *n, const struct candidate *c)
{
    bool far = false, unsaid = false, busy = false;
    struct str near = near_words(cx, b, n, c, &far);
    struct str when = time_words(cx, b, n, c, &unsaid);
    struct str load = load_words(cx, b, c, &busy);
    match_term_line(o, TERM_SKILL, c->points[TERM_SKILL], false, skill_words(c));
    match_term_line(o, TERM_NEAR, c->points[TERM_NEAR], far, near);
    match_term_line(o, TERM_TIMELY, c->points[TERM_TIMELY], unsaid, when);
    match_term_line(o, TERM_RESTED, c->points[TERM_RESTED], busy, load);
    match_term_line(o, TERM_AGAIN, c->points[TERM_AGAIN], false,
                    c->is_liked ? S("上回就是他，两边都说还愿意") : S(""));
    match_term_line(o, TERM_URGENT, c->points[TERM_URGENT], false, S(""));
    match_term_line(o, TERM_WAIT, c->points[TERM_WAIT], false, S(""));
    match_term_line(o, TERM_KEEP, c->points[TERM_KEEP], false, S(""));
}

struct str match_write_terms(struct cx *cx, const struct build *b, const struct wanting *n,
                             const struct candidate *c)
{
    struct out o;
    out_init(&o, cx->mem);
    if (c->offer)
        helper_terms(cx, &o, b, n, c);
    else
        match_hand_terms(cx, &o, b, n, c);
    return out_text(&o);
}

void match_terms(struct cx *cx, struct str terms, match_term_list *out)
{
    struct str row, code, points, sign;
    while (str_split(&terms, '\n', &row)) {
        struct match_term t = {0};
        if (!str_split(&row, ' ', &code) || !str_split(&row, ' ', &points) ||
            !str_split(&row, ' ', &sign) || !str_int(points, &t.points))
            continue;
        t.code = code;
        t.is_doubt = str_is(sign, "-");
        t.words = row;
        *PUSH(cx->mem, out) = t;
    }
}
