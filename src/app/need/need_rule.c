/* need_rule -- what each step checks and changes beyond the table; run by need_step.c only. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_rule.h"
#include "app/job/job.h"
#include "app/outbox/outbox.h"
#include "base/id.h"
#include "base/time.h"
#include "base/utf8.h"
#include "need.sql.h"

static bool step_is(const struct flow_step *s, const char *code)
{
    return str_is(str_c(s->code), code);
}

bool need_rating_is_grade(struct str r)
{
    return flow_label(ratings, r)[0] != 0 && !str_is(r, "not_asked") && !str_is(r, "no_answer") &&
           !str_is(r, "declined");
}

/* ---- barred by what the need already went through ---- */

static const char *barred_handling(struct cx *cx, const struct need *n, const struct flow_step *s)
{
    /* whoever it was given to may still say that he takes it, till the resident was contacted */
    if (step_is(s, "take") && n->state != NEED_DISPATCHED && cx->who.person_id &&
        n->owner_person == cx->who.person_id)
        return "已经是您在办";
    if (step_is(s, "contact") && n->owner_org == 0 && n->owner_person == 0)
        return "还没有派给谁，请先派遣";
    if (step_is(s, "object") && n->final_owner)
        return "这件已经是最终指定，不能再退";
    if (step_is(s, "object") && n->returns >= NEED_RETURNS_MAX)
        return "已经退回过两次，不能再退";
    if (step_is(s, "take_back") && n->returns >= NEED_RETURNS_MAX)
        return "已经退回过两次，只能由值班长指定单位";
    if (step_is(s, "extend") && n->extended)
        return "已经延期过一次；还办不成可以申请挂账";
    if (step_is(s, "extend") && n->due_at <= cx->now)
        return "已经到期，不能再申请延期";
    if (step_is(s, "no_reply") && n->review_at > cx->now)
        return "请补充后还没有满 7 天";
    return NULL;
}

const char *need_barred(struct cx *cx, const struct need *n, const struct flow_step *s)
{
    if ((step_is(s, "rate") || step_is(s, "call_back")) && need_rating_is_grade(n->rating))
        return "已经评价过了";
    if (step_is(s, "supervise") && n->supervised)
        return "已经在督办";
    if (step_is(s, "unsupervise") && !n->supervised)
        return "没有在督办";
    if ((step_is(s, "relay") || step_is(s, "relay_back")) && !n->is_secret)
        return "这件可以直接联系，不用转话";
    if (step_is(s, "recuse"))
        return "要回避，请在“和我有关系”里说一声";
    return barred_handling(cx, n, s);
}

/* ---- intake ---- */

static struct need_limits limits(const struct moving *v)
{
    return need_limits_of(v->duty.id ? &v->duty : NULL, v->n->level);
}

static enum err classify(struct moving *v)
{
    struct need *n = v->n;
    n->duty_id = v->duty.id;
    if (v->m->kind.n)
        n->kind = v->m->kind;
    n->level = v->m->level.n ? v->m->level : v->duty.level;
    if (flow_label(levels, n->level)[0] == 0)
        n->level = S("L2"); /* rows without a level, such as praise */
    if (flow_label(categories, v->duty.category)[0])
        n->category = v->duty.category;
    TRY(need_guard_late(v->cx, n));
    return n->is_secret ? shield_words(v->cx, n->id, v->said.text, &v->said.text) : OK;
}

static enum err apply_accept(struct moving *v)
{
    struct need *n = v->n;
    TRY(classify(v));
    struct str words = v->said.text;
    n->title = utf8_count(words) >= 2 ? utf8_head(words, 60) : v->duty.name;
    struct need_limits l = limits(v);
    v->first_promise = !v->clocks.known[CLOCK_DONE];
    need_clock_relimit(&v->clocks, CLOCK_DISPATCH, l.dispatch_amount, l.dispatch_unit);
    need_clock_start(v->cx, &v->clocks, CLOCK_DONE, l.done_amount, l.done_unit);
    v->said.reason = v->duty.code;
    v->said.text = n->title;
    return OK;
}

static enum err apply_ask(struct moving *v)
{
    v->n->review_at = v->cx->now + NEED_REPLY_DAYS * MS_DAY;
    return OK;
}

static enum err after_ask(struct moving *v)
{
    struct str arg = arena_printf(v->cx->mem, "%lld", (long long)v->n->review_at);
    return need_job_put(v->cx, "need.noreply", v->n, arg, v->n->review_at);
}

static enum err apply_clarify(struct moving *v)
{
    v->n->review_at = 0;
    v->slip = S("等您补充的时间不计入时限");
    return OK;
}

static enum err apply_no_reply(struct moving *v)
{
    v->n->review_at = 0;
    return OK;
}

/* Back at the beginning, after a refusal or out of a merged case. */
static void begin_again(struct moving *v)
{
    struct need *n = v->n;
    struct need_limits l = limits(v);
    n->answer = n->answer_code = S("");
    n->merged_into = n->owner_org = n->owner_post = n->owner_person = 0;
    need_clock_start(v->cx, &v->clocks, CLOCK_DISPATCH, l.dispatch_amount, l.dispatch_unit);
}

static enum err apply_reconsider(struct moving *v)
{
    begin_again(v);
    v->slip = S("重新受理");
    return OK;
}

/* ---- merging ---- */

static enum err joiners(struct cx *cx, int64_t id, need_list *out)
{
    return db_all(cx, &need_sql_joiners, &need_shape, out, ARGS(A(id)));
}

static enum err apply_merge(struct moving *v)
{
    struct cx *cx = v->cx;
    struct need *n = v->n, main_need;
    if (v->m->target_id == n->id)
        return fail_field(cx, "target_id", "不能并到自己");
    enum err e = need_load_scoped(cx, v->m->target_id, &main_need);
    if (e == ERR_MISSING) {
        fault_clear(cx);
        return fail_field(cx, "target_id", "没有这件主件");
    }
    TRY(e);
    if (need_is_closed(main_need.state))
        return fail_field(cx, "target_id", "主件已经是“%s”，请选一件还在办的",
                          need_state_labels[main_need.state]);
    n->merged_into = main_need.id;
    n->review_at = 0;
    n->answer =
        S("您反映的事和更早的一件是同一件，已并在一起办；您的编号继续有效，答复会同时告诉您。");
    n->answer_code = S("merged");
    if (main_need.promise_at > n->promise_at)
        n->promise_at = main_need.promise_at;
    v->slip = S("与主件同时答复");
    v->said.text = n->answer;
    return OK;
}

/* Those that joined the one that now joins another go along. */
static enum err after_merge(struct moving *v)
{
    need_list all = {0};
    struct need main_need;
    TRY(joiners(v->cx, v->n->id, &all));
    TRY(need_load(v->cx, v->n->merged_into, &main_need));
    for (size_t i = 0; i < all.n; i++) {
        struct need *j = &all.at[i];
        j->merged_into = v->n->merged_into;
        TRY(need_save(v->cx, j));
        TRY(need_say(v->cx, j,
                     &(struct need_said){
                         .step = "regroup", .from = j->state, .text = S("随主件并到另一件")}));
    }
    return need_joiners_follow(v->cx, &main_need, S("与主件同时答复"));
}

static enum err main_is_open(struct moving *v, bool *open)
{
    struct need main_need;
    TRY(need_load(v->cx, v->n->merged_into, &main_need));
    *open = !need_is_closed(main_need.state);
    return OK;
}

static enum err apply_split(struct moving *v)
{
    bool open;
    TRY(main_is_open(v, &open));
    if (!open && !v->system)
        return fail(v->cx, ERR_CONFLICT, "主件已经答复，不能再拆；没解决可以评价“不满意”");
    begin_again(v);
    v->slip = S("单独办理这件事");
    return OK;
}

enum err need_joiners_follow(struct cx *cx, const struct need *n, struct str why)
{
    need_list all = {0};
    TRY(joiners(cx, n->id, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct need *j = &all.at[i];
        int64_t was = j->promise_at;
        if (was >= n->promise_at)
            continue;
        j->promise_at = n->promise_at;
        TRY(need_save(cx, j));
        TRY(need_say(
            cx, j,
            &(struct need_said){.step = "slip",
                                .from = j->state,
                                .reason = S("merged"),
                                .text = arena_printf(cx->mem, "承诺日期由 %.*s 改为 %.*s：%.*s",
                                                     STR(need_when(cx, was)),
                                                     STR(need_when(cx, j->promise_at)), STR(why)),
                                .is_public = true}));
    }
    return OK;
}

enum err need_pass_on(struct cx *cx, const struct need *n)
{
    need_list all = {0};
    TRY(joiners(cx, n->id, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct need *j = &all.at[i];
        j->answer = n->answer;
        j->refer_number = n->refer_number;
        j->closed_at = cx->now;
        TRY(need_save(cx, j));
        TRY(need_say(cx, j,
                     &(struct need_said){.step = "passed_on",
                                         .from = j->state,
                                         .reason = n->answer_code,
                                         .text = n->answer,
                                         .is_public = true}));
        TRY(need_tell_door(cx, j));
    }
    return OK;
}

/* ---- owners ---- */

/* The one post of the first kind that the unit has; its holder comes before his deputy. */
static const struct post_card *only_post(const post_card_list *people)
{
    static const char *const kinds_first[] = {"handler",         "grid_worker", "grid_deputy",
                                              "building_leader", "area_staff",  "clerk"};
    for (size_t k = 0; k < COUNT(kinds_first); k++) {
        const struct post_card *found = NULL;
        for (size_t i = 0; i < people->n; i++) {
            const struct post_card *p = &people->at[i];
            if (!str_is(p->role, kinds_first[k]))
                continue;
            if (found && found->post_id != p->post_id)
                return NULL;
            if (!found || found->is_deputy)
                found = p;
        }
        if (found)
            return found;
    }
    return NULL;
}

enum err need_people(struct cx *cx, int64_t org_id, int64_t place_id, post_card_list *out,
                     const struct post_card **first)
{
    post_card_list all = {0}, near = {0};
    uint32_t able = flow_find(S("report"))->roles;
    TRY(org_posts(cx, org_id, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct role *r = role_of_code(all.at[i].role);
        if (r && (r->bit & able) && all.at[i].person_id)
            *PUSH(cx->mem, out) = all.at[i];
    }
    TRY(org_people_of(cx, place_id, &near));
    for (size_t k = 0; k < near.n; k++) /* nearest first, a holder before his deputy */
        for (size_t i = 0; i < out->n; i++)
            if (out->at[i].post_id == near.at[k].post_id &&
                out->at[i].person_id == near.at[k].person_id) {
                *first = &out->at[i];
                return OK;
            }
    *first = only_post(out);
    return OK;
}

/* The unit leads from now on; a person only if he holds one of its posts. */
static enum err set_owner(struct moving *v)
{
    struct need *n = v->n;
    post_card_list people = {0};
    const struct post_card *person;
    TRY(need_people(v->cx, v->org.id, n->place_id, &people, &person));
    if (v->m->person_id)
        person = NULL;
    for (size_t i = 0; i < people.n && person == NULL; i++)
        if (v->m->person_id && people.at[i].person_id == v->m->person_id)
            person = &people.at[i];
    if (v->m->person_id && person == NULL)
        return fail_field(v->cx, "person_id", "这个人不在该单位，或者不办这类事");
    bool barred, may;
    TRY(need_guard_bars(v->cx, n, person ? person->person_id : 0, &barred));
    if (barred && v->m->person_id)
        return fail_field(v->cx, "person_id", "这个人要回避，请选别人");
    TRY(need_guard_may(v->cx, n, v->org.id, &may));
    if (!may)
        return fail_field(v->cx, "org_id", "这个单位能办的人都要回避，请派别的单位");
    if (barred) /* nobody was named: the unit finds another */
        person = NULL;
    n->owner_org = v->org.id;
    n->owner_person = person ? person->person_id : 0;
    n->owner_post = person ? person->post_id : 0;
    v->said.to_org = n->owner_org;
    v->said.to_person = n->owner_person;
    return OK;
}

static enum err apply_dispatch(struct moving *v)
{
    struct need_limits l = limits(v);
    TRY(set_owner(v));
    v->n->contacted_at = 0;
    need_clock_stop(v->cx, &v->clocks, CLOCK_DISPATCH);
    need_clock_start(v->cx, &v->clocks, CLOCK_CONTACT, l.contact_amount, l.contact_unit);
    return OK;
}

static enum err after_dispatch(struct moving *v)
{
    struct cx *cx = v->cx;
    if (!str_is(v->n->level, "L0"))
        return OK;
    return need_job_put(cx, "need.ack", v->n, arena_printf(cx->mem, "%lld", (long long)cx->now),
                        cx->now + NEED_ACK_MINUTES * MS_MINUTE);
}

static enum err apply_regrade(struct moving *v)
{
    TRY(classify(v));
    struct need_limits l = limits(v);
    need_clock_relimit(&v->clocks, CLOCK_DISPATCH, l.dispatch_amount, l.dispatch_unit);
    need_clock_relimit(&v->clocks, CLOCK_CONTACT, l.contact_amount, l.contact_unit);
    need_clock_relimit(&v->clocks, CLOCK_DONE, l.done_amount, l.done_unit);
    v->slip = S("重新定了类别和等级");
    v->said.text = v->m->text.n ? v->said.text : v->duty.name;
    return OK;
}

static enum err apply_object(struct moving *v)
{
    struct cx *cx = v->cx;
    struct need *n = v->n;
    int64_t last = worktime_add_days(v->clocks.cal, v->clocks.at[CLOCK_CONTACT].started_at, 1);
    if (cx->now > last)
        return fail(cx, ERR_CONFLICT, "派来已经超过 1 个工作日，不能再退");
    n->returns++;
    v->said.text =
        arena_printf(cx->mem, "引用目录“%.*s”：%.*s", STR(v->duty.name), STR(v->said.text));
    v->said.to_org = n->owner_org;
    return OK;
}

static enum err after_object(struct moving *v)
{
    if (v->n->returns < NEED_RETURNS_MAX)
        return OK;
    return need_supervise(v->cx, v->n, "two_returns", S("两次申请退回，由值班长指定，负责人督办"));
}

static enum err apply_redirect(struct moving *v)
{
    if (v->org.id == v->n->owner_org)
        return fail_field(v->cx, "org_id", "请改派别的单位；仍由它办，用“不同意退回”");
    v->n->final_owner = v->n->returns >= NEED_RETURNS_MAX;
    return apply_dispatch(v);
}

/* Nobody has it: the desk gives it to somebody else. */
static enum err apply_take_back(struct moving *v)
{
    struct need_limits l = limits(v);
    if (v->before.state == NEED_EXTENDING) /* nobody has granted it */
        v->n->extended = false;
    v->n->owner_org = v->n->owner_post = v->n->owner_person = v->n->review_at = 0;
    need_clock_stop(v->cx, &v->clocks, CLOCK_CONTACT);
    need_clock_start(v->cx, &v->clocks, CLOCK_DISPATCH, l.dispatch_amount, l.dispatch_unit);
    return OK;
}

static enum err apply_overrule(struct moving *v)
{
    v->n->final_owner = true;
    return OK;
}

/* ---- handling ---- */

static enum err apply_take(struct moving *v)
{
    v->n->owner_person = v->cx->who.person_id;
    v->n->owner_post = v->cx->who.post_id;
    v->said.to_person = v->n->owner_person;
    return OK;
}

static enum err apply_contact(struct moving *v)
{
    v->said.reason = v->m->outcome;
    if (v->n->contacted_at == 0)
        v->n->contacted_at = v->cx->now;
    need_clock_stop(v->cx, &v->clocks, CLOCK_CONTACT);
    return OK;
}

static enum err apply_extend(struct moving *v)
{
    struct need *n = v->n;
    struct need_clocks trial = v->clocks;
    int64_t due = v->clocks.at[CLOCK_DONE].due_at;
    if (v->m->until_at <= due)
        return fail_field(v->cx, "until_at", "要晚于现在的期限 %.*s", STR(need_when(v->cx, due)));
    if (!need_clock_extend(&trial, v->m->until_at))
        return fail_field(v->cx, "until_at", "最多再加一个原来的时限");
    n->extended = true;
    n->review_at = v->m->until_at; /* the date asked for, until somebody decides */
    return OK;
}

static enum err apply_extend_ok(struct moving *v)
{
    struct need_event asked;
    int64_t need_id = v->n->id;
    TRY(db_one(v->cx, &need_sql_event_last, &need_event_shape, &asked,
               ARGS(A(need_id), AS("step", "extend"))));
    if (!need_clock_extend(&v->clocks, v->n->review_at))
        return fail(v->cx, ERR_CONFLICT, "时限变过了，申请的日期已经超出，请不同意后重新申请");
    v->n->review_at = 0;
    v->slip = asked.text;
    v->slip_reason = asked.reason;
    return OK;
}

/* Nothing was extended: he may ask again, with another date or better reasons. */
static enum err apply_extend_no(struct moving *v)
{
    v->n->extended = false;
    v->n->review_at = 0;
    return OK;
}

static enum err apply_park(struct moving *v)
{
    if (v->m->until_at > v->cx->now + NEED_PARK_DAYS * MS_DAY)
        return fail_field(v->cx, "until_at", "复核日最多 %d 天后", NEED_PARK_DAYS);
    v->n->review_at = v->m->until_at;
    v->slip = v->said.text;
    return OK;
}

static enum err after_park(struct moving *v)
{
    struct str arg = arena_printf(v->cx->mem, "%lld", (long long)v->n->review_at);
    return need_job_put(v->cx, "need.review", v->n, arg, v->n->review_at);
}

struct need_event need_asked_to_park(const need_event_list *events)
{
    struct need_event asked = {0};
    for (size_t i = 0; i < events->n; i++) {
        const struct need_event *e = &events->at[i];
        bool decides = str_is(e->step, "park_no") || !str_eq(e->from_state, e->to_state);
        if (str_is(e->step, "ask_park"))
            asked = *e;
        else if (decides)
            asked = (struct need_event){0};
    }
    return asked;
}

/* The clocks never stood while the request waited: nothing moves but the word. */
static enum err apply_park_no(struct moving *v)
{
    need_event_list events = {0};
    TRY(need_events(v->cx, v->n->id, &events));
    struct need_event asked = need_asked_to_park(&events);
    if (asked.id == 0)
        return fail(v->cx, ERR_CONFLICT, "没有等着定的挂账申请");
    v->said.to_org = v->n->owner_org;
    v->said.to_person = asked.by_person;
    return OK;
}

static enum err after_park_no(struct moving *v)
{
    return outbox_put(v->cx, "need.park_no", v->n->id,
                      arena_printf(v->cx->mem, "%.*s 没有批准挂账，请接着办", STR(v->n->number)));
}

static enum err apply_unpark(struct moving *v)
{
    v->n->review_at = 0;
    v->slip = S("挂账结束，恢复办理");
    return OK;
}

/* ---- to the answer ---- */

static enum err apply_report(struct moving *v)
{
    v->n->handler_person = v->cx->who.person_id;
    v->said.reason = v->n->answer_code;
    return OK;
}

static enum err apply_rework(struct moving *v)
{
    v->n->reworks++;
    v->n->answer = v->n->answer_code = S("");
    return OK;
}

/* Who reported it may have said since that he has a part in it. */
static enum err after_rework(struct moving *v)
{
    static const struct need_move nothing = {0};
    bool may;
    TRY(need_guard_may(v->cx, v->n, v->n->owner_org, &may));
    return may ? OK : need_system_step(v->cx, v->n->id, "recuse", &nothing, v->n);
}

static enum err apply_close(struct moving *v)
{
    v->said.reason = v->n->answer_code;
    return OK;
}

static enum err apply_answer_now(struct moving *v)
{
    v->n->handler_person = v->cx->who.person_id;
    return apply_close(v);
}

static enum err apply_refer(struct moving *v)
{
    if (str_is(v->m->reason, "agreed") && !v->n->agrees_share)
        return fail_field(v->cx, "reason", "本人没有同意转交联系方式，只能转事情");
    v->n->refer_number = str_trim(v->m->refer_number);
    return OK;
}

/* Somebody else calls back on the next working day. */
static enum err call_back_later(struct moving *v)
{
    struct cx *cx = v->cx;
    int64_t at = worktime_add_days(v->clocks.cal, cx->now, 1);
    return need_job_put(cx, "need.callback", v->n,
                        arena_printf(cx->mem, "%lld", (long long)v->n->closed_at), at);
}

/* Answers reach those that joined. */
static enum err after_close(struct moving *v)
{
    TRY(need_pass_on(v->cx, v->n));
    return call_back_later(v);
}

/* What its own asker wants no more, or does not say more about, those that joined still want. */
static enum err part(struct moving *v, struct str why)
{
    need_list all = {0};
    const struct need_move m = {.text = why};
    struct need out;
    TRY(joiners(v->cx, v->n->id, &all));
    for (size_t i = 0; i < all.n; i++)
        TRY(need_system_step(v->cx, all.at[i].id, "split", &m, &out));
    return OK;
}

/* They were never asked: his silence is no answer to them. */
static enum err after_no_reply(struct moving *v)
{
    TRY(part(v, S("主件没有等到补充，单独办理这件")));
    return call_back_later(v);
}

static enum err after_withdraw(struct moving *v)
{
    return part(v, S("主件撤回，单独办理这件"));
}

static enum err after_refuse(struct moving *v)
{
    return need_pass_on(v->cx, v->n);
}

static enum err apply_withdraw(struct moving *v)
{
    struct need *n = v->n;
    if (!v->resident && utf8_count(v->said.text) < 2)
        return fail_field(v->cx, "text", "代为撤回，请写是谁、怎么说的");
    n->review_at = 0;
    n->answer = v->said.text.n ? arena_printf(v->cx->mem, "本人撤回：%.*s", STR(v->said.text))
                               : S("本人撤回了这件事。");
    n->answer_code = S("withdrawn");
    return OK;
}

/* ---- after it ---- */

static enum err apply_rate(struct moving *v)
{
    struct need *n = v->n;
    bool open = false;
    if (n->state == NEED_MERGED)
        TRY(main_is_open(v, &open));
    if (open)
        return fail(v->cx, ERR_CONFLICT, "主件还在办，答复以后再评价");
    n->rating = v->m->rating;
    n->rating_note = v->said.text;
    n->rated_by = v->resident ? S("resident") : S("callback");
    v->said.reason = n->rating;
    const char *solved = flow_label(v->step->reasons, v->m->reason);
    if (solved[0])
        v->said.text = arena_printf(v->cx->mem, "%s%s%.*s", solved, v->said.text.n ? "。" : "",
                                    STR(v->said.text));
    return OK;
}

static enum err after_rate(struct moving *v)
{
    struct cx *cx = v->cx;
    struct need *n = v->n, out;
    bool bad = str_is(n->rating, "dissatisfied") || str_is(n->rating, "very_dissatisfied") ||
               str_is(v->m->reason, "not_solved");
    if (!bad || cx->now > n->closed_at + NEED_REDO_DAYS * MS_DAY)
        return OK;
    if (n->redos == 0) {
        const struct need_move m = {.text = S("您不满意或没解决，自动重办一次")};
        return need_system_step(cx, n->id, "redo", &m, &out);
    }
    return need_ask_leader(cx, n);
}

static enum err apply_redo(struct moving *v)
{
    struct cx *cx = v->cx;
    struct need *n = v->n, main_need;
    TRY(need_put_to_leader(v));
    if (n->merged_into) {
        TRY(need_load(cx, n->merged_into, &main_need));
        /* a complaint may be about whoever led the other: the desk finds who does it again */
        n->owner_org = n->is_secret ? 0 : main_need.owner_org;
        n->owner_post = n->is_secret ? 0 : main_need.owner_post;
        n->owner_person = n->is_secret ? 0 : main_need.owner_person;
        n->duty_id = main_need.duty_id;
        n->level = main_need.level;
        n->title = n->title.n ? n->title : main_need.title;
        n->merged_into = 0;
        if (n->duty_id)
            TRY(duty_get(cx, n->duty_id, &v->duty));
    }
    n->redos++;
    n->extended = false;
    n->contacted_at = 0;
    n->answer = n->answer_code = n->rating = n->rating_note = n->rated_by = S("");
    struct need_limits l = limits(v);
    need_clock_start(cx, &v->clocks, CLOCK_CONTACT, l.contact_amount, l.contact_unit);
    need_clock_start(cx, &v->clocks, CLOCK_DONE, l.done_amount, l.done_unit);
    v->slip = S("重新办理");
    return OK;
}

static enum err after_redo(struct moving *v)
{
    if (v->n->redos < 2)
        return OK;
    return need_supervise(v->cx, v->n, "two_redos", S("第二次重办，负责人督办"));
}

static enum err apply_uphold(struct moving *v)
{
    return need_put_to_leader(v);
}

static enum err apply_supervise(struct moving *v)
{
    v->n->supervised = true;
    return OK;
}

static enum err apply_unsupervise(struct moving *v)
{
    v->n->supervised = false;
    return OK;
}

/* Whoever waits for it learns that there is a word, and not which. */
static enum err after_relay(struct moving *v)
{
    struct cx *cx = v->cx;
    struct str topic = arena_printf(cx->mem, "need.%s", v->step->code);
    return outbox_put(cx, arena_cstr(cx->mem, topic), v->n->id,
                      arena_printf(cx->mem, "%.*s %s：%.*s", STR(v->n->number),
                                   v->resident ? "本人回了话" : "有一句话转给本人",
                                   STR(v->n->place_text)));
}

const struct need_rule need_rules[] = {
    {"accept", apply_accept, NULL},
    {"ask", apply_ask, after_ask},
    {"clarify", apply_clarify, NULL},
    {"no_reply", apply_no_reply, after_no_reply},
    {"refuse", NULL, after_refuse},
    {"reconsider", apply_reconsider, NULL},
    {"merge", apply_merge, after_merge},
    {"split", apply_split, NULL},
    {"dispatch", apply_dispatch, after_dispatch},
    {"regrade", apply_regrade, NULL},
    {"answer_now", apply_answer_now, after_close},
    {"object", apply_object, after_object},
    {"redirect", apply_redirect, after_dispatch},
    {"overrule", apply_overrule, NULL},
    {"take_back", apply_take_back, NULL},
    {"recuse", apply_take_back, NULL},
    {"relay", NULL, after_relay},
    {"relay_back", NULL, after_relay},
    {"take", apply_take, NULL},
    {"contact", apply_contact, NULL},
    {"contact_again", apply_contact, NULL},
    {"extend", apply_extend, NULL},
    {"extend_ok", apply_extend_ok, NULL},
    {"extend_no", apply_extend_no, NULL},
    {"park", apply_park, after_park},
    {"park_no", apply_park_no, after_park_no},
    {"unpark", apply_unpark, NULL},
    {"ask_help", need_apply_ask_help, NULL},
    {"whistle", need_apply_whistle, NULL},
    {"whistle_ack", need_apply_whistle_ack, NULL},
    {"whistle_rate", need_apply_whistle_rate, NULL},
    {"whistle_back", need_apply_whistle_back, NULL},
    {"help_answer", need_apply_help_answer, NULL},
    {"report", apply_report, NULL},
    {"rework", apply_rework, after_rework},
    {"close", apply_close, after_close},
    {"cannot", apply_close, after_close},
    {"refer", apply_refer, after_close},
    {"rate", apply_rate, after_rate},
    {"call_back", apply_rate, after_rate},
    {"redo", apply_redo, after_redo},
    {"uphold", apply_uphold, NULL},
    {"withdraw", apply_withdraw, after_withdraw},
    {"supervise", apply_supervise, NULL},
    {"unsupervise", apply_unsupervise, NULL},
};
const size_t need_rule_count = COUNT(need_rules);
