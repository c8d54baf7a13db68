/* need_turn -- what moves open needs without being a step of theirs: a post that changes hands, a
 * calendar that changes. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_rule.h"
#include "need.sql.h"

enum { SOME = 200 }; /* needs read at a time */

/* Calls `act` for every need of a question, a few at a time so that memory stays small. `q` wants
 * :after and :most. */
static enum err each(struct cx *cx, const struct query *q, const char *name, int64_t value,
                     enum err (*act)(struct cx *cx, struct need *n, void *arg), void *arg)
{
    int64_t after = 0, most = SOME;
    for (;;) {
        need_list some = {0};
        struct arena_mark mark = arena_mark(cx->mem);
        struct arg args[] = {A(after), A(most), {name, value_int(value)}};
        TRY(db_all(cx, q, &need_shape, &some, (struct args){args, name ? 3 : 2}));
        for (size_t i = 0; i < some.n; i++) {
            after = some.at[i].id;
            TRY(act(cx, &some.at[i], arg));
        }
        bool end = some.n < SOME;
        arena_rewind(cx->mem, mark);
        if (end)
            return OK;
    }
}

/* ---- a post changes hands ---- */

struct turn {
    holding_list live;   /* of the post: who may keep what he has */
    struct post_card to; /* who gets the rest; person_id 0 = nobody acts for the post */
    struct org unit;     /* the post's own */
    struct org above;    /* leads when the unit has nobody; id 0 = the unit has somebody */
    struct need_handed *told;
};

static bool keeps(const struct cx *cx, const struct turn *t, int64_t person)
{
    for (size_t i = 0; i < t->live.n; i++)
        if (t->live.at[i].person_id == person && holding_when(cx, &t->live.at[i]) == HOLDING_NOW)
            return true;
    return false;
}

static enum err say_turn(struct cx *cx, struct need *n, struct str text)
{
    TRY(need_save(cx, n));
    return need_say(cx, n,
                    &(struct need_said){.step = "handover",
                                        .from = n->state,
                                        .text = text,
                                        .is_public = true,
                                        .to_org = n->owner_org,
                                        .to_person = n->owner_person});
}

/* Where nobody there may have it, the desk finds another. In the other states it is with the centre
 * anyhow. */
static bool may_go_back(const struct need *n)
{
    return (flow_find(S("recuse"))->from & IN(n->state)) != 0;
}

static enum err back_to_desk(struct cx *cx, struct need *n, struct str why)
{
    const struct need_move m = {.text = why};
    return may_go_back(n) ? need_system_step(cx, n->id, "recuse", &m, n) : OK;
}

/* Who holds the post now may be the one that a complaint is about: then he is nobody here, and
 * where nobody else of the unit is left either, the desk has it back. */
static enum err hand_to_others(struct cx *cx, struct need *n, struct turn *t)
{
    bool may = n->owner_org != 0;
    if (may)
        TRY(need_guard_may(cx, n, n->owner_org, &may));
    if (may || !may_go_back(n)) {
        t->told->to_unit++;
        return say_turn(cx, n,
                        t->to.person_id ? S("岗位换人，由主办单位接着办")
                                        : S("岗位暂缺，由主办单位接着办"));
    }
    t->told->raised++;
    TRY(back_to_desk(cx, n, S("岗位换人，重新找能办的人")));
    return need_supervise(cx, n, "vacant", S("承办单位没有能办这件的人，请值班长看看由谁办"));
}

static enum err hand_on(struct cx *cx, struct need *n, void *arg)
{
    struct turn *t = arg;
    bool barred;
    if (n->owner_person && keeps(cx, t, n->owner_person))
        return OK;
    TRY(need_guard_bars(cx, n, t->to.person_id, &barred));
    n->owner_person = barred ? 0 : t->to.person_id;
    n->owner_post = barred ? 0 : t->to.post_id;
    if (n->owner_person) {
        t->told->to_person++;
        return say_turn(cx, n, S("岗位换人，由新的同志接着办"));
    }
    if (t->above.id && n->owner_org == t->unit.id)
        return OK; /* raise() comes for all of the unit's, this one too */
    return hand_to_others(cx, n, t);
}

static enum err go_up(struct cx *cx, struct need *n, const struct turn *t)
{
    n->owner_org = t->above.id;
    n->owner_post = n->owner_person = 0;
    return say_turn(cx, n,
                    arena_printf(cx->mem, "原单位暂时没有人，由%.*s接着办", STR(t->above.name)));
}

static enum err raise_up(struct cx *cx, struct need *n, void *arg)
{
    struct turn *t = arg;
    bool may;
    TRY(need_guard_may(cx, n, t->above.id, &may));
    if (may)
        TRY(go_up(cx, n, t));
    else
        TRY(back_to_desk(cx, n, S("原单位暂时没有人，重新找能办的人")));
    t->told->raised++;
    return need_supervise(cx, n, "vacant", S("承办单位没有人在岗，请值班长看看由谁办"));
}

/* Who leads when a unit has nobody left: the nearest unit above with somebody who handles needs,
 * else that of the duty lead or a dispatcher. Nobody anywhere: the unit keeps it. */
static enum err find_above(struct cx *cx, struct turn *t)
{
    static const char *const desk[] = {"duty_lead", "dispatcher"};
    struct org found;
    TRY(org_staffed(cx, t->unit.id, ROLES_OWN, &found));
    for (size_t i = 0; i < COUNT(desk) && !found.id; i++) {
        post_card_list cards = {0};
        TRY(org_holders(cx, desk[i], t->unit.place_id, &cards));
        for (size_t k = 0; k < cards.n && !found.id; k++) {
            struct post post;
            TRY(org_post(cx, cards.at[k].post_id, &post));
            if (post.org_id)
                TRY(org_get(cx, post.org_id, &found));
        }
    }
    if (found.id != t->unit.id)
        t->above = found;
    return OK;
}

static enum err find_turn(struct cx *cx, int64_t post_id, struct turn *t)
{
    struct post post;
    holding_list all = {0};
    TRY(org_post(cx, post_id, &post));
    TRY(org_holdings(cx, post_id, &all));
    t->live = all;
    TRY(org_acting(cx, &post, &t->to));
    t->told->person_name = t->to.person_name;
    if (t->to.person_id || !post.org_id)
        return OK;
    TRY(org_get(cx, post.org_id, &t->unit));
    TRY(find_above(cx, t));
    t->told->above_name = t->above.name;
    return OK;
}

enum err need_handover(struct cx *cx, int64_t post_id, struct need_handed *out)
{
    struct turn t = {.told = out};
    *out = (struct need_handed){0};
    TRY(find_turn(cx, post_id, &t));
    TRY(each(cx, &need_sql_of_post, "post_id", post_id, hand_on, &t));
    if (!t.above.id)
        return OK;
    return each(cx, &need_sql_of_unit, "org_id", t.unit.id, raise_up, &t);
}

enum err need_count_of_post(struct cx *cx, int64_t post_id, int64_t *count)
{
    return db_number(cx, &need_sql_count_of_post, count, ARGS(A(post_id)));
}

/* ---- another calendar ---- */

struct reckoning {
    const struct worktime *cal;
    int64_t moved;
    bool only_look;
};

/* Every date that moves is told with its reason. */
static enum err reckon(struct cx *cx, struct need *n, void *arg)
{
    static const struct flow_step calendar = {.code = "calendar", .label = "作息日历有变"};
    static const struct need_move nothing = {0};
    struct reckoning *r = arg;
    struct moving v = {
        .cx = cx, .n = n, .m = &nothing, .step = &calendar, .before = *n, .system = true};
    TRY(need_clocks_load_by(cx, r->cal, n->id, &v.clocks));
    for (int k = 0; k < CLOCK_KINDS; k++)
        if (need_clock_lives(&v.clocks, k))
            need_clock_relimit(&v.clocks, k, v.clocks.at[k].amount, v.clocks.at[k].unit);
    n->due_at = need_clocks_due(&v.clocks);
    n->promise_at = need_promise_of(&v);
    if (n->promise_at == v.before.promise_at && n->due_at == v.before.due_at)
        return OK;
    r->moved++;
    if (r->only_look)
        return OK;
    TRY(need_clocks_settle(cx, &v.clocks, n));
    TRY(need_save(cx, n));
    TRY(need_say_slip(&v));
    return need_joiners_follow(cx, n, S("作息日历有变"));
}

enum err need_recompute(struct cx *cx, int64_t *moved)
{
    struct reckoning r = {0};
    TRY(clock_calendar(cx, &r.cal));
    TRY(each(cx, &need_sql_open_ids, NULL, 0, reckon, &r));
    if (moved)
        *moved = r.moved;
    return OK;
}

enum err need_would_move(struct cx *cx, const struct worktime *cal, int64_t *moved)
{
    struct reckoning r = {.cal = cal, .only_look = true};
    TRY(each(cx, &need_sql_open_ids, NULL, 0, reckon, &r));
    *moved = r.moved;
    return OK;
}
