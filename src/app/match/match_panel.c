/* match_panel -- people proposed and asked, as the board and the page of a need show them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/pages.h"
#include "base/time.h"
#include "match.html.h"
#include "match.sql.h"

enum { WHY_MAX = 4, SOON_DAYS = 60 };

struct str match_path(struct cx *cx, const char *base, int64_t id, const char *tail)
{
    return arena_printf(cx->mem, "%s%lld%s", base, (long long)id, tail);
}

struct str match_visit_words(struct cx *cx, int64_t from_at, int64_t to_at)
{
    struct civil to = time_civil(to_at);
    if (!from_at)
        return S("时间再约");
    return arena_printf(cx->mem, "%.*s–%d:%02d", STR(filter_when(cx, from_at)), to.hour, to.minute);
}

/* ---- who ---- */

/* Whoever acts for a post now. */
static struct str acting_name(struct cx *cx, int64_t post_id)
{
    struct post post;
    struct post_card who = {0};
    if (org_post(cx, post_id, &post) != OK || org_acting(cx, &post, &who) != OK)
        fault_clear(cx);
    return who.person_name;
}

static struct str unit_name(struct cx *cx, int64_t org_id)
{
    struct org org;
    if (org_get(cx, org_id, &org) != OK) {
        fault_clear(cx);
        return S("");
    }
    return org.short_name.n ? org.short_name : org.name;
}

/* One who is sent; a post without a name is called by what it is. */
static struct str hand_name(struct cx *cx, struct str target, int64_t id, const char **kind)
{
    static const struct flow_reason kinds_of[] = {
        {"worker", "网格员"}, {"leader", "楼栋长"}, {"org", "主办单位"}, {NULL, NULL}};
    struct str name = str_is(target, "org") ? unit_name(cx, id) : acting_name(cx, id);
    *kind = flow_label(kinds_of, target);
    return name.n ? name : str_c(*kind);
}

struct str match_target_name(struct cx *cx, struct str target, int64_t id, const char **kind)
{
    static const struct flow_reason kinds_of[] = {{"person", "志愿者"},
                                                  {"team", "志愿队"},
                                                  {"unit", "共建单位"},
                                                  {"merchant", "商户"},
                                                  {NULL, NULL}};
    struct volunteer v;
    if (!str_is(target, "volunteer"))
        return hand_name(cx, target, id, kind);
    *kind = "志愿者";
    if (volunteer_get(cx, id, &v) != OK) { /* beyond the caller's reach: a helper without a name */
        fault_clear(cx);
        return S("一位志愿者");
    }
    *kind = flow_label(kinds_of, v.kind);
    return v.name.n ? v.name : v.number;
}

/* A paper that ends soon is a doubt. */
static enum err add_expiry(struct cx *cx, const struct match_proposal *p, struct str skill,
                           match_term_list *out)
{
    volunteer_skill_list all = {0};
    if (!str_is(p->target, "volunteer") || volunteer_skills(cx, p->target_id, &all) != OK) {
        fault_clear(cx);
        return OK;
    }
    for (size_t i = 0; i < all.n; i++) {
        const struct volunteer_skill *s = &all.at[i];
        if (str_eq(s->skill_code, skill) && s->is_verified && s->expires_at &&
            s->expires_at < cx->now + SOON_DAYS * MS_DAY)
            *PUSH(cx->mem, out) =
                (struct match_term){.code = S("skill"),
                                    .is_doubt = true,
                                    .words = arena_printf(cx->mem, "证件 %.*s 到期",
                                                          STR(filter_date(cx, s->expires_at)))};
    }
    return OK;
}

static const char *fit_of(const struct match_proposal *p)
{
    if (str_is(p->target, "org"))
        return "归它管";
    if (!str_is(p->target, "volunteer"))
        return "先去看看";
    if (p->is_pick)
        return p->place == 1 ? "最合适" : "合适";
    return p->place <= 2 ? "合适" : "可以";
}

enum err match_card_of(struct cx *cx, const struct match_proposal *p, struct match_card *out)
{
    match_term_list terms = {0};
    *out = (struct match_card){.p = *p, .fit = fit_of(p)};
    out->name = match_target_name(cx, p->target, p->target_id, &out->kind);
    match_terms(cx, p->terms, &terms);
    for (size_t i = 0; i < terms.n && out->why.n < WHY_MAX; i++)
        if (terms.at[i].words.n)
            *PUSH(cx->mem, &out->why) = terms.at[i];
    out->may_ask = str_is(p->target, "volunteer");
    return OK;
}

static bool is_unsent(const struct need *n)
{
    return n->state == NEED_RECEIVED || n->state == NEED_ACCEPTED;
}

static struct str send_value(struct cx *cx, struct str target, int64_t id)
{
    return arena_printf(cx->mem, "%.*s-%lld", STR(target), (long long)id);
}

static enum err fill_cards(struct cx *cx, struct match_panel *v)
{
    static const char *const keys[] = {"1", "2", "3", "4"};
    match_proposal_list all = {0};
    TRY(match_proposals(cx, v->n.id, false, &all));
    for (size_t i = 0; i < all.n && v->cards.n < MATCH_SHOWN; i++) {
        bool is_hand = !str_is(all.at[i].target, "volunteer");
        if (is_hand && !is_unsent(&v->n)) /* since the last run it was sent */
            continue;
        struct match_card *c = PUSH(cx->mem, &v->cards);
        TRY(match_card_of(cx, &all.at[i], c));
        TRY(add_expiry(cx, &c->p, v->help.skill_code, &c->why));
        c->key = keys[v->cards.n - 1];
        c->may_ask = c->may_ask && v->may_ask;
        if (is_hand && v->may_ask)
            c->send = send_value(cx, c->p.target, c->p.target_id);
        v->askable += c->may_ask;
    }
    return OK;
}

/* So many are asked at once as make it likely enough that one says yes. */
static enum err fill_first(struct cx *cx, struct match_panel *v)
{
    if (v->askable < 2)
        return OK;
    TRY(match_enough(cx, &v->weights, &v->help, &v->first));
    if (v->first > v->askable)
        v->first = v->askable;
    return OK;
}

/* The building's leader, when he is not among the four. */
static enum err fill_leader(struct cx *cx, struct match_panel *v)
{
    struct post_card leader;
    bool is_shown = false;
    for (size_t i = 0; i < v->cards.n; i++)
        is_shown |= str_is(v->cards.at[i].p.target, "leader");
    if (is_shown || !v->may_ask || !is_unsent(&v->n))
        return OK;
    TRY(match_leader(cx, v->n.place_id, &leader));
    if (leader.person_id) {
        v->leader = leader.person_name;
        v->send_leader = send_value(cx, S("leader"), leader.post_id);
    }
    return OK;
}

static enum err fill_asked(struct cx *cx, struct match_panel *v)
{
    match_offer_list all = {0};
    const char *kind;
    TRY(match_offers(cx, v->n.id, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct match_asked a = {.o = all.at[i]};
        if (a.o.turn != v->help.turn)
            continue;
        a.name = match_target_name(cx, S("volunteer"), a.o.volunteer_id, &kind);
        for (size_t k = 0; k < offer_step_count; k++)
            if ((offer_steps[k].by & OFFER_BY_STAFF) &&
                (offer_steps[k].from & OFFER_IN(a.o.state)) &&
                !(offer_steps[k].to == OFFER_INTRODUCED && offer_is_late(&a.o, cx->now)))
                *PUSH(cx->mem, &a.steps) = &offer_steps[k];
        v->filled += offer_is_yes(a.o.state);
        *PUSH(cx->mem, &v->asked) = a;
    }
    return OK;
}

static enum err fill_own(struct cx *cx, struct match_panel *v)
{
    volunteer_id_list own = {0};
    const char *kind;
    if (v->help.every.n)
        TRY(match_adopters(cx, v->n.id, &own));
    for (size_t i = 0; i < own.n; i++)
        v->own = arena_printf(cx->mem, "%.*s%s%.*s", STR(v->own), i ? "、" : "",
                              STR(match_target_name(cx, S("volunteer"), own.at[i], &kind)));
    return OK;
}

static enum err fill_miss(struct cx *cx, struct match_panel *v)
{
    match_miss_list all = {0};
    TRY(match_misses(cx, v->n.id, &all));
    if (all.n && all.at[0].until_at == 0)
        v->miss = match_miss_words(cx, &all.at[0]);
    return OK;
}

static struct str when_words(struct cx *cx, const struct match_help *h)
{
    struct week w;
    struct str hours = h->halves % 2
                           ? arena_printf(cx->mem, "%lld.5 小时", (long long)h->halves / 2)
                           : arena_printf(cx->mem, "%lld 小时", (long long)h->halves / 2);
    bool said = week_read(h->week, &w) && week_count(&w) > 0;
    return arena_printf(cx->mem, "%.*s，%.*s", STR(said ? week_words(cx, &w) : S("时间再约")),
                        STR(hours));
}

enum err match_fill_panel(struct cx *cx, const struct need *n, struct match_panel *v)
{
    struct skill leaf;
    v->n = *n;
    v->may_ask = (cx->who.role & ROLES_ASK) != 0 && n->agrees_match;
    TRY(match_help_load(cx, n->id, &v->help, &v->has_help));
    v->may_set = (cx->who.role & ROLES_HELP) != 0 && n->agrees_match && !match_is_over(n, &v->help);
    if (!v->has_help)
        return OK;
    TRY(match_weights_now(cx, &v->weights));
    TRY(skill_get(cx, v->help.skill_code, &leaf));
    v->skill = leaf.name;
    v->when = when_words(cx, &v->help);
    TRY(fill_own(cx, v));
    TRY(fill_asked(cx, v));
    v->may_ask &= v->filled < v->help.people;
    TRY(fill_cards(cx, v));
    TRY(fill_first(cx, v));
    TRY(fill_leader(cx, v));
    return fill_miss(cx, v);
}

enum err match_panel(struct cx *cx, const struct need *n, struct str back, bool has_keys,
                     const struct match_panel **out)
{
    *out = NULL;
    if (!n->agrees_match || (cx->who.role & ROLES_MATCH) == 0 || str_is(n->kind, "complaint") ||
        str_is(n->kind, "report"))
        return OK;
    struct match_panel *v = NEW(cx->mem, struct match_panel);
    v->back = back;
    v->has_keys = has_keys;
    TRY(match_fill_panel(cx, n, v));
    *out = v;
    return OK;
}

void match_panel_draw(struct out *o, struct cx *cx, const struct match_panel *p)
{
    match_panel_html(o, cx, p);
}
