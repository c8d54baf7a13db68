/* match_offer -- asking: who may be asked right now, how many, and what is written with it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/job/job.h"
#include "app/match/match_own.h"
#include "base/id.h"
#include "base/time.h"
#include "match.sql.h"

int64_t match_week_from(int64_t at)
{
    int64_t day = time_day(at);
    return time_day_start(day - (day + 3) % 7);
}

int64_t match_due(const struct cx *cx, const struct match_weights *w, const struct need *n)
{
    int64_t wait = w->offer_hours * MS_HOUR;
    if (str_is(n->level, "L1"))
        wait /= 4;
    return cx->now + wait;
}

enum err match_tell_desk(struct cx *cx, int64_t need_id, struct str text, bool is_public)
{
    struct need n;
    TRY(need_peek(cx, need_id, &n));
    TRY(need_remark(cx, need_id, text, is_public));
    return outbox_put(cx, "match.desk", need_id,
                      arena_printf(cx->mem, "%.*s：%.*s", STR(n.number), STR(text)));
}

/* ---- the need that somebody is asked for ---- */

/* The best row by the need's words, else the first that volunteers lead. */
enum err match_find_row(struct cx *cx, const struct need *n, struct need_move *m)
{
    duty_fit_list fits = {0};
    duty_list all = {0};
    TRY(duty_suggest(cx, n->text, 1, &fits));
    if (fits.n == 0)
        TRY(duty_all(cx, &all));
    const struct duty *d = fits.n ? &fits.at[0].duty : NULL;
    for (size_t i = 0; i < all.n && !d; i++)
        if (str_is(all.at[i].lead_kind, "volunteers"))
            d = &all.at[i];
    if (!d)
        return fail(cx, ERR_CONFLICT, "先受理，定了类别再找人");
    m->duty_id = d->id;
    m->level = d->level;
    return OK;
}

/* A received need is accepted; one without an owner goes to the volunteers' team, which then stands
 * for it in the loop. */
static enum err own(struct cx *cx, struct need *n)
{
    struct need_move accept = {0};
    org_list teams = {0};
    if (n->state == NEED_RECEIVED) {
        TRY(match_find_row(cx, n, &accept));
        TRY(need_step(cx, n->id, S("accept"), &accept, n));
    }
    if (n->state == NEED_ACCEPTED || n->state == NEED_REDO) {
        TRY(org_serving(cx, S("volunteers"), n->place_id, &teams));
        if (teams.n == 0)
            return OK;
        const struct need_move dispatch = {.org_id = teams.at[0].id};
        return need_step(cx, n->id, S("dispatch"), &dispatch, n);
    }
    return OK;
}

static enum err may_ask(struct cx *cx, const struct need *n, const struct match_help *h)
{
    if (match_is_over(n, h))
        return fail(cx, ERR_CONFLICT, "这件已经答复了，不用再找人");
    if (n->state == NEED_CLARIFY || n->state == NEED_PARKED)
        return fail(cx, ERR_CONFLICT, "这件现在停着，等接着办了再找人");
    if (!n->agrees_match)
        return fail(cx, ERR_CONFLICT, "本人没有同意找志愿者；要先问过本人");
    if (h->is_paused)
        return fail(cx, ERR_CONFLICT, "先问问本人还要不要帮忙，再找人");
    return OK;
}

/* ---- how many ---- */

/* A few at first count as the estimate says. */
enum err match_enough(struct cx *cx, const struct match_weights *w, const struct match_help *h,
                      int64_t *count)
{
    struct odds {
        int64_t yes, n;
    } o;
    static const struct field fields[] = {FIELD(struct odds, yes, ""), FIELD(struct odds, n, "")};
    static const struct shape shape = SHAPE("odds", struct odds, fields);
    TRY(db_one(
        cx, &match_sql_odds, &shape, &o,
        ARGS(AS("since", cx->now - MATCH_ODDS_DAYS * MS_DAY), AS("skill_code", h->skill_code))));
    int64_t yes = 100 * o.yes + 4 * w->odds, all = 100 * (o.n + 4); /* in hundredths */
    double missing = 1.0, no = 1.0 - (double)yes / (double)all;
    *count = 0;
    while (*count < w->asks_most && 100.0 * missing > (double)(100 - w->certain)) {
        missing *= no;
        (*count)++;
    }
    return OK;
}

/* ---- one question ---- */

struct asking {
    struct cx *cx;
    const struct match_help *h;
    const struct need *n;
    struct match_weights w;
    struct build b;
    match_proposal_list proposals;
    int64_t visit_at; /* wished by the one who asks; 0 = as it fits */
};

enum err match_thank(struct cx *cx, const struct match_offer *o)
{
    int64_t asks;
    TRY(db_number(cx, &match_sql_asks_of, &asks,
                  ARGS(AS("need_id", o->need_id), AS("offer_id", o->id))));
    return outbox_put(cx, "match.thanks", o->id,
                      asks > 1 ? S("这回也不用跑了，让您等了两次，谢谢您愿意帮忙")
                               : S("这次不用跑了，谢谢您愿意帮忙"));
}

enum err match_say(struct cx *cx, const struct match_offer *o, const char *step,
                   enum offer_state from, uint32_t by)
{
    struct str kind = by == OFFER_BY_HELPER  ? S("volunteer")
                      : by == OFFER_BY_ASKER ? S("resident")
                      : cx->who.person_id    ? S("staff")
                                             : S("system");
    bool staff = by != OFFER_BY_HELPER && by != OFFER_BY_ASKER;
    if (by == OFFER_BY_SYSTEM) /* follows from what somebody else said */
        kind = S("system");
    return db_run(cx, &match_sql_event_insert,
                  ARGS(AS("id", id_new(cx)), AS("offer_id", o->id), AS("need_id", o->need_id),
                       A(step), AS("from_state", offer_state_codes[from]),
                       AS("to_state", offer_state_codes[o->state]), AS("by_kind", kind),
                       AS("by_person", staff ? cx->who.person_id : 0),
                       AS("by_name", staff ? cx->who.name : S(""))),
                  NULL);
}

enum err match_watch(struct cx *cx, const struct match_offer *o, int64_t at)
{
    struct str version = arena_printf(cx->mem, "%lld", (long long)o->version);
    struct str key = arena_printf(cx->mem, "match.due %lld %lld %lld", (long long)o->id,
                                  (long long)o->version, (long long)at);
    return job_put(cx, "match.due", key, o->id, version, at);
}

static int64_t proposal_of(const struct asking *a, int64_t volunteer_id)
{
    for (size_t i = 0; i < a->proposals.n; i++)
        if (str_is(a->proposals.at[i].target, "volunteer") &&
            a->proposals.at[i].target_id == volunteer_id)
            return a->proposals.at[i].id;
    return 0;
}

/* `*asked` false: he was asked meanwhile, or a cap is reached. */
static enum err ask_one(struct asking *a, const struct candidate *c, match_offer_list *out,
                        bool *asked)
{
    struct cx *cx = a->cx;
    const struct volunteer_offer *v = c->offer;
    struct match_offer before;
    bool again;
    int64_t changed = 0, week_ago = cx->now - 7 * MS_DAY;
    struct match_offer o = {.id = id_new(cx),
                            .need_id = a->h->id,
                            .turn = a->h->turn,
                            .volunteer_id = v->volunteer_id,
                            .proposal_id = proposal_of(a, v->volunteer_id),
                            .state = OFFER_ASKED,
                            .version = 1,
                            .visit_at = a->visit_at ? a->visit_at : c->visit_at,
                            .leave_at = a->visit_at ? a->visit_at + a->h->halves * 30 * MS_MINUTE
                                                    : c->leave_at,
                            .relay = a->h->relay,
                            .asked_name = cx->who.person_id ? cx->who.name : S("系统"),
                            .asked_at = cx->now,
                            .due_at = match_due(cx, &a->w, a->n)};
    int64_t asks_most = a->w.asks_most * (int64_t)a->b.needs[0].wanted;
    int64_t until = match_until(v);
    if (a->visit_at && until && o.leave_at > until) /* what is proposed ends before */
        return fail(cx, ERR_CONFLICT, "到那时他的保险或证件已经到期，请先续上，或改个时间");
    if (o.visit_at && o.due_at > o.visit_at - 2 * MS_HOUR)
        o.due_at = o.visit_at - 2 * MS_HOUR;
    if (o.due_at < cx->now + 30 * MS_MINUTE)
        o.due_at = cx->now + 30 * MS_MINUTE;
    TRY(db_find(
        cx, &match_sql_offer_before, &match_offer_shape, &before, &again,
        ARGS(AS("need_id", o.need_id), AS("turn", o.turn), AS("volunteer_id", o.volunteer_id))));
    if (again) { /* it is the same question to the same helper: his link goes on */
        o.id = before.id;
        o.version = before.version + 1;
    }
    TRY(db_run(cx, again ? &match_sql_offer_again : &match_sql_offer_insert,
               ARGS(AS("id", o.id), AS("need_id", o.need_id), AS("turn", o.turn),
                    AS("volunteer_id", o.volunteer_id), AS("proposal_id", o.proposal_id),
                    AS("visit_at", o.visit_at), AS("leave_at", o.leave_at), AS("relay", o.relay),
                    AS("asked_name", o.asked_name), AS("due_at", o.due_at), A(week_ago),
                    AS("ask_max", v->ask_max), AS("people", a->h->people), A(asks_most)),
               &changed));
    *asked = changed == 1;
    if (!*asked)
        return OK;
    *PUSH(cx->mem, out) = o;
    TRY(volunteer_count_on(cx, o.volunteer_id));
    TRY(match_say(cx, &o, "ask", again ? OFFER_RELEASED : OFFER_NONE, OFFER_BY_STAFF));
    TRY(match_watch(cx, &o, o.due_at));
    struct str where;
    TRY(need_where(cx, a->n, &where));
    return outbox_put(
        cx, "match.asked", o.id,
        arena_printf(cx->mem,
                     "%s：%.*s，%.*s。去不去都行，请在 %.*s "
                     "前打开登记时收藏的那一页回个话",
                     again ? "上次说不用跑的那件事，还是想请您帮忙" : "有一件您能帮上的事",
                     STR(where), STR(o.visit_at ? filter_when(cx, o.visit_at) : S("时间再约")),
                     STR(filter_when(cx, o.due_at))));
}

static const struct candidate *candidate_of(const struct asking *a, int64_t volunteer_id)
{
    const struct wanting *n = a->b.needs;
    for (size_t k = 0; a->b.nneeds && k < n->n; k++)
        if (n->at[k].offer && n->at[k].offer->volunteer_id == volunteer_id)
            return &n->at[k];
    return NULL;
}

static bool is_kind(const struct candidate *c, const char *kind)
{
    bool person = str_is(c->offer->kind, "person");
    return *kind == 0 || (str_is(str_c(kind), "group") ? !person : person);
}

/* Those of the proposals that hold, best first; then, for a kind, the others who could. */
static enum err ask_first(struct asking *a, const char *kind, int64_t most, match_offer_list *out)
{
    const struct wanting *n = a->b.needs;
    int64_t count = 0;
    bool asked;
    for (size_t i = 0; i < a->proposals.n && count < most; i++) {
        const struct match_proposal *p = &a->proposals.at[i];
        const struct candidate *c =
            str_is(p->target, "volunteer") ? candidate_of(a, p->target_id) : NULL;
        if (!c || c->is_asked || !is_kind(c, kind))
            continue;
        TRY(ask_one(a, c, out, &asked));
        count += asked;
    }
    for (size_t k = 0; *kind && k < n->n && count < most; k++) {
        const struct candidate *c = &n->at[k];
        if (!c->offer || c->is_asked || !is_kind(c, kind))
            continue;
        TRY(ask_one(a, c, out, &asked)); /* refused when he was asked just now */
        count += asked;
    }
    return OK;
}

enum err match_ask_some(struct cx *cx, const struct match_help *h, const struct need *n,
                        const struct match_ask *ask, const char *kind, match_offer_list *out)
{
    struct asking a = {.cx = cx, .h = h, .n = n, .visit_at = ask->visit_at};
    int64_t count = ask->first, all = 0;
    TRY(match_weights_now(cx, &a.w));
    TRY(match_build(cx, &a.w, h->id, (size_t)-1, 0, &a.b));
    TRY(db_all(cx, &match_sql_proposals_of, &match_proposal_shape, &a.proposals,
               ARGS(AS("need_id", h->id), A(all))));
    if (a.b.nneeds == 0)
        return OK;
    if (ask->volunteer_id == 0) {
        if (count == 0)
            TRY(match_enough(cx, &a.w, h, &count));
        return ask_first(&a, kind, count < a.w.asks_most ? count : a.w.asks_most, out);
    }
    const struct candidate *c = candidate_of(&a, ask->volunteer_id);
    bool asked;
    return c && !c->is_asked ? ask_one(&a, c, out, &asked) : OK;
}

enum err match_ask(struct cx *cx, int64_t need_id, const struct match_ask *ask,
                   match_offer_list *out)
{
    struct match_help h;
    struct need n;
    bool found;
    TRY(need_get(cx, need_id, &n));
    if ((cx->who.role & ROLES_ASK) == 0)
        return fail(cx, ERR_DENIED, "您的岗位不能找志愿者");
    TRY(match_help_load(cx, need_id, &h, &found));
    if (!found)
        return fail(cx, ERR_CONFLICT, "先填这件要什么帮助，再找人");
    if (ask->first < 0 || ask->first > 5)
        return fail_field(cx, "first", "一次最多问 5 位");
    if (ask->visit_at && ask->visit_at < cx->now)
        return fail_field(cx, "visit_at", "请填一个以后的时间");
    TRY(may_ask(cx, &n, &h));
    TRY(own(cx, &n));
    TRY(match_ask_some(cx, &h, &n, ask, "", out));
    if (out->n == 0)
        return fail(cx, ERR_CONFLICT,
                    ask->volunteer_id ? "这一位现在不能问：人手够了，或已经问过，或这周问得够多了"
                                      : "眼下没有可以问的人：都问过了，或人手已经够了");
    if (h.rung) {
        h.rung = 0;
        TRY(match_help_save(cx, &h));
    }
    TRY(need_remark(cx, need_id,
                    arena_printf(cx->mem, "正在问 %lld 位合适的帮手", (long long)out->n), true));
    return OK;
}

/* ---- reading ---- */

enum err match_waiting(struct cx *cx, match_offer_list *out)
{
    return db_all(cx, &match_sql_waiting_board, &match_offer_shape, out,
                  ARGS(AS("introduced_before", cx->now - MATCH_AFTER_DAYS * MS_DAY)));
}

enum err match_offer_load(struct cx *cx, int64_t id, struct match_offer *out)
{
    bool found;
    TRY(db_find(cx, &match_sql_offer, &match_offer_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这一问");
}

enum err match_offers(struct cx *cx, int64_t need_id, match_offer_list *out)
{
    struct need n;
    struct match_help h = {0};
    match_offer_list all = {0};
    bool found;
    TRY(need_get(cx, need_id, &n));
    TRY(match_help_load(cx, need_id, &h, &found));
    TRY(db_all(cx, &match_sql_offers_of, &match_offer_shape, &all, ARGS(A(need_id))));
    for (size_t i = 0; i < all.n; i++) {
        struct match_offer o = all.at[i];
        bool came_to_nothing = o.state > OFFER_CONFIRMED;
        if (came_to_nothing && o.turn != h.turn)
            continue;
        if (came_to_nothing) { /* the hour of the end would tell one from the other */
            o.state = OFFER_RELEASED;
            o.ended_at = 0;
        }
        *PUSH(cx->mem, out) = o;
    }
    return OK;
}

enum err match_bar(struct cx *cx, int64_t need_id, int64_t volunteer_id)
{
    struct need n;
    struct volunteer v;
    TRY(need_get(cx, need_id, &n));
    if ((cx->who.role & ROLES_ASK) == 0)
        return fail(cx, ERR_DENIED, "您的岗位不能找志愿者");
    TRY(volunteer_get(cx, volunteer_id, &v));
    TRY(db_run(cx, &match_sql_bar_put, ARGS(AS("id", id_new(cx)), A(need_id), A(volunteer_id)),
               NULL));
    return match_later(cx, need_id, "changed");
}
