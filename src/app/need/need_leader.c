/* need_leader -- what is put to the leader after it was done again in vain: he has days to decide
 * whether the answer stands; when they are over it does, and who asked is told what he can do. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_rule.h"
#include "app/outbox/outbox.h"
#include "base/time.h"
#include "need.sql.h"

enum err need_ask_leader(struct cx *cx, struct need *n)
{
    struct str arg = arena_printf(cx->mem, "%lld", (long long)cx->now);
    int64_t end = cx->now + NEED_LEADER_DAYS * MS_DAY;
    TRY(need_say(cx, n,
                 &(struct need_said){.step = "ask_leader",
                                     .from = n->state,
                                     .text = S("重办后仍不满意或没解决，请负责人决定"),
                                     .is_public = true}));
    TRY(need_job_put(cx, "need.leader_soon", n, arg, end - NEED_LEADER_SOON * MS_DAY));
    TRY(need_job_put(cx, "need.leader_over", n, arg, end));
    return outbox_put(
        cx, "need.ask_leader", n->id,
        arena_printf(cx->mem, "%.*s 重办后居民仍不满意或没解决，请负责人决定", STR(n->number)));
}

static enum err last(struct cx *cx, int64_t need_id, const char *step, int64_t *at)
{
    struct need_event e;
    bool found;
    TRY(db_find(cx, &need_sql_event_last, &need_event_shape, &e, &found,
                ARGS(A(need_id), AS("step", step))));
    *at = found ? e.at : 0;
    return OK;
}

/* What was put to him since the answer of `closed_at`, and when it was decided or given up; 0 = it
 * was not. */
struct put {
    int64_t asked, upheld, over;
};

static enum err find_put(struct cx *cx, int64_t need_id, int64_t closed_at, struct put *out)
{
    TRY(last(cx, need_id, "ask_leader", &out->asked));
    TRY(last(cx, need_id, "uphold", &out->upheld));
    TRY(last(cx, need_id, "undecided", &out->over));
    if (out->asked < closed_at)
        out->asked = 0;
    if (out->upheld < out->asked)
        out->upheld = 0;
    if (out->over < out->asked)
        out->over = 0;
    return OK;
}

enum err need_put_to_leader(struct moving *v)
{
    struct put p;
    if (v->system)
        return OK;
    TRY(find_put(v->cx, v->n->id, v->before.closed_at, &p));
    if (!p.asked)
        return fail(v->cx, ERR_CONFLICT, "居民没有对这次答复表示不满意");
    if (p.upheld)
        return fail(v->cx, ERR_CONFLICT, "负责人已经决定维持答复");
    if (p.over)
        return fail(v->cx, ERR_CONFLICT, "已经过了 %d 天，也告诉居民了；请居民重新提一件",
                    NEED_LEADER_DAYS);
    return OK;
}

/* Does it still wait for him, as it was put at that time? */
static enum err waits(struct cx *cx, const struct need *n, int64_t asked_at, bool *yes)
{
    struct put p;
    TRY(find_put(cx, n->id, n->closed_at, &p));
    *yes = need_is_closed(n->state) && p.asked == asked_at && !p.upheld && !p.over;
    return OK;
}

enum err need_leader_soon(struct cx *cx, struct need *n, int64_t asked_at)
{
    post_card_list cards = {0};
    const struct post_card *card;
    bool yes;
    TRY(waits(cx, n, asked_at, &yes));
    if (!yes)
        return OK;
    TRY(org_holders(cx, "leader", n->place_id, &cards));
    TRY(need_guard_first(cx, n, &cards, &card));
    TRY(need_say(cx, n,
                 &(struct need_said){
                     .step = "remind",
                     .from = n->state,
                     .reason = S("ask_leader"),
                     .text = arena_printf(cx->mem, "还有 %d 天，请负责人决定", NEED_LEADER_SOON),
                     .to_person = card ? card->person_id : 0}));
    return outbox_put(
        cx, "need.ask_leader", n->id,
        arena_printf(cx->mem, "%.*s 还有 %d 天，请负责人决定", STR(n->number), NEED_LEADER_SOON));
}

/* No request ends without an answer: the last one stands, and he reads what he can do. */
enum err need_leader_over(struct cx *cx, struct need *n, int64_t asked_at)
{
    bool yes;
    TRY(waits(cx, n, asked_at, &yes));
    if (!yes)
        return OK;
    TRY(need_say(cx, n,
                 &(struct need_said){
                     .step = "undecided",
                     .from = n->state,
                     .text = arena_printf(cx->mem,
                                          "负责人 %d 天里没有作出决定，先以这次的答复为准。还没办好"
                                          "的，请重新说一件，写上编号 %.*s，我们接着办；也可以打"
                                          "社区电话",
                                          NEED_LEADER_DAYS, STR(n->number)),
                     .is_public = true}));
    return outbox_put(cx, "need.ask_leader", n->id,
                      arena_printf(cx->mem, "%.*s 过了 %d 天没有决定，已经告诉居民可以重新提",
                                   STR(n->number), NEED_LEADER_DAYS));
}
