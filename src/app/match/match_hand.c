/* match_hand -- who is sent without being asked, because it is his post: the worker of the grid and
 * the leader of the building, who have a look, and the unit that leads by the duty catalogue. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/match_own.h"
#include "match.sql.h"

/* ---- in a run ---- */

enum err match_read_hands(struct cx *cx, struct build *b)
{
    TRY(db_all(cx, &match_sql_hands, &match_hand_shape, &b->hands, NO_ARGS));
    TRY(db_all(cx, &match_sql_units, &match_hand_shape, &b->hands, NO_ARGS));
    return duty_all(cx, &b->duties);
}

/* The row by which a unit would lead: the one it was accepted by, else what its words say. */
static void find_duty(struct cx *cx, const struct build *b, struct wanting *n)
{
    n->is_guessed = n->wait->duty_id == 0;
    if (n->is_guessed)
        n->duty = duty_best(cx, &b->duties, n->wait->text);
    for (size_t i = 0; i < b->duties.n && !n->is_guessed; i++)
        if (b->duties.at[i].id == n->wait->duty_id)
            n->duty = &b->duties.at[i];
}

static bool is_for(const struct match_hand *h, const struct wanting *n)
{
    if (str_is(h->target, "worker"))
        return h->grid_id == n->wait->grid_id && n->wait->grid_id != 0;
    if (str_is(h->target, "org") && (!n->duty || !str_eq(h->kind, n->duty->lead_kind)))
        return false;
    return str_starts(n->wait->place_path, h->place_path);
}

/* Of two of a kind that serve the place the one with the smaller reach; then the first. */
static bool is_nearer(const struct match_hand *h, const struct match_hand *than)
{
    return !than || h->place_path.n > than->place_path.n;
}

void match_add_hands(struct cx *cx, const struct build *b, struct wanting *n)
{
    static const char *const targets[MATCH_HANDS] = {"org", "worker", "leader"};
    uint32_t first = b->nproviders - (uint32_t)b->hands.n;
    if (!n->wait->is_unsent || b->hands.n == 0)
        return;
    find_duty(cx, b, n);
    for (int t = 0; t < MATCH_HANDS; t++) {
        const struct match_hand *best = NULL;
        for (size_t i = 0; i < b->hands.n; i++) {
            const struct match_hand *h = &b->hands.at[i];
            if (h->org_id && str_is(h->target, targets[t]) && is_for(h, n) && is_nearer(h, best))
                best = h;
        }
        uint32_t at = best ? first + (uint32_t)(best - b->hands.at) : 0;
        if (best && b->providers[at].capacity > 0)
            n->at[n->n++] = (struct candidate){.provider = at};
    }
}

void match_hand_terms(struct cx *cx, struct out *o, const struct build *b, const struct wanting *n,
                      const struct candidate *c)
{
    const struct provider *p = &b->providers[c->provider];
    const struct match_hand *h = p->hand;
    int32_t points = c->points[TERM_SKILL];
    struct str load =
        h->load ? arena_printf(cx->mem, "手上有 %lld 件", (long long)h->load) : S("手上没有别的事");
    if (str_is(h->target, "org")) {
        match_term_line(o, TERM_SKILL, points, false,
                        arena_printf(cx->mem, "“%.*s”归它主办", STR(n->duty->name)));
        if (n->is_guessed)
            match_term_line(o, TERM_SKILL, 0, true, S("还没受理，归哪一类是照原话猜的"));
        match_term_line(o, TERM_NEAR, 0, false,
                        h->place_path.n ? S("这里在它的服务范围里") : S("全社区都由它服务"));
        match_term_line(o, TERM_RESTED, 0, false, load);
        return;
    }
    match_term_line(o, TERM_SKILL, points, true, S("不一定会修会陪，可以先去看看、安顿好"));
    match_term_line(o, TERM_NEAR, 0, false,
                    str_is(h->target, "worker") ? S("就管这个网格") : S("就管这一栋"));
    match_term_line(o, TERM_RESTED, 0, p->capacity <= 1, load);
}

/* ---- sending ---- */

static enum err find_worker(struct cx *cx, const struct need *n, int64_t *post_id,
                            struct need_move *out)
{
    struct grid grid;
    post_card_list workers = {0};
    TRY(place_grid_of(cx, n->place_id, &grid));
    if (grid.org_id)
        TRY(org_holders(cx, "grid_worker", n->place_id, &workers));
    if (grid.org_id && workers.n == 0)
        TRY(org_holders(cx, "grid_deputy", n->place_id, &workers));
    for (size_t i = 0; i < workers.n && !out->person_id; i++) {
        *out = (struct need_move){.org_id = grid.org_id, .person_id = workers.at[i].person_id};
        *post_id = workers.at[i].post_id;
    }
    return out->person_id ? OK : fail(cx, ERR_CONFLICT, "这里眼下没有网格员可以去看");
}

enum err match_leader(struct cx *cx, int64_t place_id, struct post_card *out)
{
    post_card_list leaders = {0};
    *out = (struct post_card){0};
    TRY(org_holders(cx, "building_leader", place_id, &leaders));
    for (size_t i = 0; i < leaders.n && !out->person_id; i++)
        if (leaders.at[i].person_id && leaders.at[i].org_id)
            *out = leaders.at[i];
    return OK;
}

static enum err find_leader(struct cx *cx, const struct need *n, int64_t *post_id,
                            struct need_move *out)
{
    struct post_card leader;
    TRY(match_leader(cx, n->place_id, &leader));
    if (!leader.person_id)
        return fail(cx, ERR_CONFLICT, "这一栋眼下没有楼栋长");
    *post_id = leader.post_id;
    *out = (struct need_move){.org_id = leader.org_id, .person_id = leader.person_id};
    return OK;
}

static enum err find_unit(struct cx *cx, const struct need *n, int64_t *org_id,
                          struct need_move *out)
{
    need_proposal_list units = {0};
    struct need_move row = {.duty_id = n->duty_id};
    if (row.duty_id == 0)
        TRY(match_find_row(cx, n, &row));
    TRY(need_propose(cx, n, row.duty_id, 1, &units));
    if (units.n == 0)
        return fail(cx, ERR_CONFLICT, "派单目录里这一类眼下没有服务到这里的单位");
    *org_id = units.at[0].org.id;
    *out = (struct need_move){.org_id = *org_id};
    return OK;
}

enum err match_send(struct cx *cx, int64_t need_id, struct str target, int64_t target_id)
{
    struct need n;
    struct need_move accept = {0}, send = {0};
    int64_t found = 0;
    TRY(need_get(cx, need_id, &n));
    if ((cx->who.role & ROLES_ASK) == 0)
        return fail(cx, ERR_DENIED, "您的岗位不能派人");
    if (str_is(target, "worker"))
        TRY(find_worker(cx, &n, &found, &send));
    else if (str_is(target, "leader"))
        TRY(find_leader(cx, &n, &found, &send));
    else if (str_is(target, "org"))
        TRY(find_unit(cx, &n, &found, &send));
    else
        return fail(cx, ERR_INPUT, "请选派给谁");
    if (target_id && target_id != found)
        return fail(cx, ERR_CONFLICT, "您打开这一页以后，管这里的换了人，请刷新看看再派");
    if (n.state == NEED_RECEIVED) {
        TRY(match_find_row(cx, &n, &accept));
        TRY(need_step(cx, need_id, S("accept"), &accept, &n));
    }
    return need_step(cx, need_id, S("dispatch"), &send, &n);
}
