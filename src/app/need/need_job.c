/* need_job -- what happens by itself: reminders, overdue, escalation, reviews, call-backs. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_own.h"
#include "app/outbox/outbox.h"
#include "base/time.h"
#include "need.sql.h"

/* Who is told when a limit is over, and one working day later each: from the door upwards. */
static const char *const ladder[] = {"building_leader", "grid_worker", "area_staff", "leader"};

static const struct {
    const char *soon, *over, *late; /* before it; for the resident; for whoever is told */
} clock_words[] = {
    [CLOCK_DISPATCH] = {"快到派遣时限", "没有按时派出去", "派遣超时"},
    [CLOCK_CONTACT] = {"快到首次联系时限", "承办单位没有按时联系您", "首次联系超时"},
    [CLOCK_DONE] = {"快到办理时限", "没有按承诺的日期办好", "办理超时"},
};

/* The job's own words: "done 1773626400000 2". */
struct due_arg {
    enum need_clock_kind clock;
    int64_t due_at, rung;
};

static bool read_arg(struct str arg, struct due_arg *out)
{
    struct str kind, due, rung = S("0");
    if (!str_split(&arg, ' ', &kind) || !str_split(&arg, ' ', &due))
        return false;
    str_split(&arg, ' ', &rung);
    *out = (struct due_arg){.clock = CLOCK_KINDS};
    for (int k = 0; k < CLOCK_KINDS; k++)
        if (str_is(kind, need_clock_codes[k]))
            out->clock = (enum need_clock_kind)k;
    return out->clock != CLOCK_KINDS && str_int(due, &out->due_at) && str_int(rung, &out->rung);
}

/* Does the clock still run towards this very time? Otherwise it was met, moved or stands still. */
static bool still(const struct need_clocks *c, const struct due_arg *a)
{
    return need_clock_lives(c, a->clock) && c->at[a->clock].paused_at == 0 &&
           c->at[a->clock].due_at == a->due_at;
}

static enum err run_remind(struct cx *cx, struct need *n, const struct due_arg *a)
{
    TRY(need_say(
        cx, n,
        &(struct need_said){.step = "remind",
                            .from = n->state,
                            .reason = str_c(need_clock_codes[a->clock]),
                            .text = arena_printf(cx->mem, "%s %.*s", clock_words[a->clock].soon,
                                                 STR(need_when(cx, a->due_at))),
                            .to_org = n->owner_org,
                            .to_person = n->owner_person}));
    return outbox_put(cx, "need.remind", n->id,
                      arena_printf(cx->mem, "%.*s %s %.*s", STR(n->number),
                                   clock_words[a->clock].soon, STR(need_when(cx, a->due_at))));
}

/* Tells the named person of this rung, or of the next one that is not vacant: of a complaint nobody
 * who has a part in it, he would read the answer he is asked for. */
static enum err tell_rung(struct cx *cx, struct need *n, const struct need_clocks *c,
                          const struct due_arg *a)
{
    for (int64_t rung = a->rung; rung < (int64_t)COUNT(ladder); rung++) {
        post_card_list cards = {0};
        TRY(org_holders(cx, ladder[rung], n->place_id, &cards));
        const struct post_card *card;
        TRY(need_guard_first(cx, n, &cards, &card));
        if (card == NULL)
            continue;
        TRY(need_say(
            cx, n,
            &(struct need_said){.step = "escalate",
                                .from = n->state,
                                .reason = str_c(ladder[rung]),
                                .text = arena_printf(cx->mem, "请%.*s %.*s 过问", STR(card->title),
                                                     STR(card->person_name)),
                                .to_person = card->person_id}));
        TRY(outbox_put(cx, "need.escalate", n->id,
                       arena_printf(cx->mem, "%.*s %s（时限 %.*s），请%.*s 过问", STR(n->number),
                                    clock_words[a->clock].late, STR(need_when(cx, a->due_at)),
                                    STR(card->title))));
        if (rung + 1 == (int64_t)COUNT(ladder))
            return OK;
        struct str arg = arena_printf(cx->mem, "%s %lld %lld", need_clock_codes[a->clock],
                                      (long long)a->due_at, (long long)(rung + 1));
        int64_t at = worktime_add_days(c->cal, cx->now, 1); /* a due time may come round again */
        return need_job_put_anew(cx, "need.escalate", n, arg, at, at);
    }
    return OK;
}

static enum err run_due(struct cx *cx, struct need *n, const struct need_clocks *c,
                        const struct due_arg *a)
{
    struct str words = str_c(clock_words[a->clock].over);
    TRY(need_say(cx, n,
                 &(struct need_said){.step = "overdue",
                                     .from = n->state,
                                     .reason = str_c(need_clock_codes[a->clock]),
                                     .text = arena_printf(cx->mem, "%.*s，已请人过问", STR(words)),
                                     .is_public = true,
                                     .to_org = n->owner_org,
                                     .to_person = n->owner_person}));
    TRY(need_supervise(cx, n, "overdue", words));
    return tell_rung(cx, n, c, a);
}

static enum err run_clock(struct cx *cx, struct str kind, struct need *n, struct str arg)
{
    struct need_clocks c;
    struct due_arg a;
    if (!read_arg(arg, &a))
        return fail(cx, ERR_INPUT, "任务参数不对");
    TRY(need_clocks_load(cx, n->id, &c));
    if (!still(&c, &a))
        return OK;
    if (str_is(kind, "need.remind"))
        return run_remind(cx, n, &a);
    if (str_is(kind, "need.due"))
        return run_due(cx, n, &c, &a);
    return tell_rung(cx, n, &c, &a);
}

/* ---- jobs that carry a time or an id ---- */

static enum err run_ack(struct cx *cx, struct need *n, int64_t dispatched_at)
{
    struct need_clocks c;
    struct need_event took;
    bool found;
    if (n->state != NEED_DISPATCHED)
        return OK;
    TRY(need_clocks_load(cx, n->id, &c));
    if (c.at[CLOCK_CONTACT].started_at != dispatched_at)
        return OK;
    TRY(db_find(cx, &need_sql_event_last, &need_event_shape, &took, &found,
                ARGS(AS("need_id", n->id), AS("step", "take"))));
    if (found && took.at >= dispatched_at)
        return OK;
    return need_supervise(cx, n, "not_taken", S("紧急事项 30 分钟没有人接手"));
}

static enum err run_noreply(struct cx *cx, struct need *n, int64_t at)
{
    const struct need_move m = {
        .text = S("请您补充的情况 7 天没有收到，先答复到这里。需要时请再提一次，或打服务电话。"),
        .answer_code = S("no-contact")};
    struct need out;
    if (n->state != NEED_CLARIFY || n->review_at != at)
        return OK;
    return need_system_step(cx, n->id, "no_reply", &m, &out);
}

static enum err run_review(struct cx *cx, struct need *n, int64_t at)
{
    const struct need_move m = {.text = S("到了复核日，恢复办理")};
    struct need out;
    if (n->state != NEED_PARKED || n->review_at != at)
        return OK;
    return need_system_step(cx, n->id, "unpark", &m, &out);
}

static enum err run_callback(struct cx *cx, struct need *n, int64_t closed_at)
{
    post_card_list cards = {0};
    const struct post_card *card;
    if (n->closed_at != closed_at || n->rating.n != 0)
        return OK;
    TRY(org_holders(cx, "verifier", n->place_id, &cards));
    TRY(need_guard_first(cx, n, &cards, &card));
    TRY(need_say(cx, n,
                 &(struct need_said){.step = "callback_due",
                                     .from = n->state,
                                     .text = S("该回访了"),
                                     .to_person = card ? card->person_id : 0}));
    return outbox_put(cx, "need.callback", n->id,
                      arena_printf(cx->mem, "%.*s 该回访了", STR(n->number)));
}

static enum err run_asked(struct cx *cx, struct need *n, int64_t assist_id)
{
    need_assist_list all = {0};
    if (need_is_closed(n->state))
        return OK;
    TRY(need_assists(cx, n->id, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct need_assist *a = &all.at[i];
        bool whistle = str_is(a->kind, "whistle");
        if (a->id != assist_id || (whistle ? a->acked_at : a->answered_at) != 0)
            continue;
        TRY(need_say(
            cx, n,
            &(struct need_said){.step = "remind",
                                .from = n->state,
                                .reason = a->kind,
                                .text = whistle ? S("1 个工作日没有应哨") : S("协办单位还没有答复"),
                                .to_org = a->org_id}));
        if (whistle)
            return need_supervise(cx, n, "whistle", S("吹哨后 1 个工作日没有单位应哨"));
    }
    return OK;
}

/* A hold kept what he says of his health after he took back his yes. */
static enum err run_note(struct cx *cx, struct need *n, int64_t arg)
{
    (void)arg;
    return need_note_drop(cx, n->id);
}

static const struct {
    const char *kind;
    enum err (*run)(struct cx *cx, struct need *n, int64_t arg);
} simple[] = {{"need.ack", run_ack},
              {"need.noreply", run_noreply},
              {"need.review", run_review},
              {"need.callback", run_callback},
              {"need.assist", run_asked},
              {"need.whistle", run_asked},
              {"need.note", run_note},
              {"need.leader_soon", need_leader_soon},
              {"need.leader_over", need_leader_over}};

enum err need_job(struct cx *cx, struct str kind, int64_t need_id, struct str arg)
{
    struct need n;
    int64_t number;
    TRY(need_load(cx, need_id, &n));
    if (str_is(kind, "need.remind") || str_is(kind, "need.due") || str_is(kind, "need.escalate"))
        return run_clock(cx, kind, &n, arg);
    for (size_t i = 0; i < COUNT(simple); i++)
        if (str_is(kind, simple[i].kind)) {
            if (!str_int(arg, &number))
                return fail(cx, ERR_INPUT, "任务参数不对");
            return simple[i].run(cx, &n, number);
        }
    return fail(cx, ERR_INPUT, "没有这种任务");
}

/* ---- what all this is called where messages are chosen ---- */

void need_topics(struct cx *cx, outbox_topic_list *out)
{
    static const struct outbox_topic own[] = {
        {{"need.*", 6}, "诉求的全部消息"},       {{"need.opened", 11}, "新诉求"},
        {{"need.remind", 11}, "快到期"},         {{"need.escalate", 13}, "超时过问"},
        {{"need.supervise", 14}, "督办"},        {{"need.callback", 13}, "该回访了"},
        {{"need.park_no", 12}, "没有批准挂账"},  {{"need.relay", 10}, "有话转给本人"},
        {{"need.relay_back", 15}, "本人回了话"}, {{"need.ask_leader", 15}, "重办后请负责人决定"}};
    for (size_t i = 0; i < COUNT(own); i++)
        *PUSH(cx->mem, out) = own[i];
    for (size_t i = 0; i < flow_step_count; i++) {
        const struct flow_step *f = &flow_steps[i];
        if (f->to == NEED_DRAFT || (f->from & IN(NEED_DRAFT)))
            continue; /* stays where it is: no message */
        *PUSH(cx->mem, out) =
            (struct outbox_topic){arena_printf(cx->mem, "need.%s", f->code), f->label};
    }
}
