/* need_step -- runs one step of the table: who may, from where, with what; the single way a state
 * changes. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/job/job.h"
#include "app/need/need_rule.h"
#include "app/outbox/outbox.h"
#include "base/time.h"
#include "base/utf8.h"
#include "need.sql.h"

/* ---- who ---- */

enum err need_my_org(struct cx *cx, int64_t *org_id)
{
    hat_list hats = {0};
    *org_id = cx->who.scope_org;
    if (*org_id != 0 || cx->who.person_id == 0)
        return OK;
    TRY(account_hats(cx, cx->who.person_id, &hats));
    for (size_t i = 0; i < hats.n; i++)
        if (hats.at[i].post_id == cx->who.post_id)
            *org_id = hats.at[i].org_id;
    return OK;
}

static enum err is_owner(struct cx *cx, const struct need *n, bool *yes)
{
    int64_t org;
    *yes = (cx->who.role & (ROLES_CENTRE | ROLE_LEADER)) != 0 ||
           (n->owner_person != 0 && n->owner_person == cx->who.person_id) ||
           (n->owner_post != 0 && n->owner_post == cx->who.post_id);
    if (*yes || n->owner_org == 0)
        return OK;
    TRY(need_my_org(cx, &org));
    *yes = org == n->owner_org;
    return OK;
}

static enum err may(struct moving *v)
{
    struct cx *cx = v->cx;
    const struct flow_step *s = v->step;
    bool owner = true;
    if (v->system)
        return OK;
    if (v->resident)
        return s->resident ? OK : fail(cx, ERR_DENIED, "“%s”要由工作人员来办", s->label);
    if ((s->roles & cx->who.role) == 0)
        return fail(cx, ERR_DENIED, "您的岗位不能“%s”", s->label);
    if (s->wants & WANT_OWNER)
        TRY(is_owner(cx, v->n, &owner));
    if (!owner)
        return fail(cx, ERR_DENIED, "这件事不由您的单位承办，不能“%s”", s->label);
    if ((s->wants & WANT_OTHER_PERSON) && v->n->handler_person == cx->who.person_id)
        return fail(cx, ERR_DENIED, "这件是您办的，“%s”要由别人来做", s->label);
    return OK;
}

/* ---- which ---- */

/* Whoever was asked and says a word has answered, whichever button it was: else he would be told
 * after seven days that nothing came from him. */
static const struct flow_step *as_meant(const struct flow_step *s, const struct need *n)
{
    struct str step = str_c(s->code);
    bool answers = str_is(step, "add") || str_is(step, "relay_back");
    return answers && n->state == NEED_CLARIFY ? flow_find(S("clarify")) : s;
}

/* ---- from where ---- */

static enum err in_place(struct moving *v)
{
    struct cx *cx = v->cx;
    const struct need *n = v->n;
    if ((v->step->from & IN(n->state)) == 0 || n->state == NEED_DRAFT)
        return fail(cx, ERR_CONFLICT, "这件现在是“%s”，不能“%s”；可能别人刚办过，请刷新再看",
                    need_state_labels[n->state], v->step->label);
    if (v->m->version != 0 && v->m->version != n->version)
        return fail(cx, ERR_CONFLICT, "您打开这一页以后，别人先办了一步，请刷新看看再办");
    const char *why = need_barred(cx, n, v->step);
    return why && !v->system ? fail(cx, ERR_CONFLICT, "%s", why) : OK;
}

/* ---- with what ---- */

static bool answer_code_fits(const struct flow_step *s, struct str code)
{
    if (s->to == NEED_REPORTED) /* the handler says how it ended; the centre closes it so */
        return flow_answer_fits(NEED_DONE, code) || flow_answer_fits(NEED_CANNOT, code) ||
               flow_answer_fits(NEED_REFERRED, code);
    return flow_answer_fits(s->to, code);
}

/* Words and code of the answer; what was reported stands when nothing new is said. */
static void want_answer(struct moving *v)
{
    struct need *n = v->n;
    const char *only = flow_answer_only(v->step->to);
    struct str text = v->m->text.n ? str_trim(v->m->text) : n->answer;
    struct str code = v->m->answer_code.n ? v->m->answer_code : only ? str_c(only) : n->answer_code;
    if (!answer_code_fits(v->step, code)) /* faults in the order of the form */
        fail_field(v->cx, "answer_code", "请选怎么答复的");
    if (utf8_count(text) < 10)
        fail_field(v->cx, "text", "答复是给居民看的，请至少写 10 个字");
    n->answer = text;
    n->answer_code = code;
    v->said.text = text;
}

static void want_rating(struct moving *v)
{
    const char *known = flow_label(ratings, v->m->rating);
    if (known[0] == 0 || (v->resident && !need_rating_is_grade(v->m->rating)))
        fail_field(v->cx, "rating", "请选满意不满意");
}

static void want_codes(struct moving *v)
{
    const struct need_move *m = v->m;
    uint32_t w = v->step->wants;
    bool known = flow_label(v->step->reasons, m->reason)[0] != 0;
    if (((w & WANT_REASON) || (v->step->reasons && m->reason.n)) && !known)
        fail_field(v->cx, "reason", "请选一个原因");
    if ((w & WANT_TEXT) && utf8_count(str_trim(m->text)) < 2)
        fail_field(v->cx, "text", "请写一句说明");
    if (utf8_count(m->text) > 1000)
        fail_field(v->cx, "text", "最多 1000 字");
    if ((w & WANT_DATE) && m->until_at <= v->cx->now)
        fail_field(v->cx, "until_at", "请填一个以后的日期");
    if ((w & WANT_OUTCOME) && flow_label(contact_outcomes, m->outcome)[0] == 0)
        fail_field(v->cx, "outcome", "请选联系结果");
    if (w & WANT_RATING)
        want_rating(v);
    if ((w & WANT_NUMBER) && str_trim(m->refer_number).n == 0)
        fail_field(v->cx, "refer_number", "请填对方系统的编号");
    if ((w & WANT_TARGET) && m->target_id == 0)
        fail_field(v->cx, "target_id", "请选主件");
    if ((w & WANT_DUTY) && m->level.n && flow_label(levels, m->level)[0] == 0)
        fail_field(v->cx, "level", "没有这个等级");
    if ((w & WANT_DUTY) && m->kind.n && flow_label(kinds, m->kind)[0] == 0)
        fail_field(v->cx, "kind", "没有这个类型");
}

/* A row that a move names: ERR_INPUT under the field rather than "not there". */
static enum err named(struct cx *cx, enum err e, const char *field, const char *message)
{
    if (e != ERR_MISSING)
        return e;
    fault_clear(cx);
    return fail_field(cx, field, "%s", message);
}

static enum err want_rows(struct moving *v)
{
    const struct need_move *m = v->m;
    uint32_t w = v->step->wants;
    int64_t duty_id = (w & (WANT_DUTY | WANT_ROW)) ? m->duty_id : v->n->duty_id;
    if (duty_id || (w & (WANT_DUTY | WANT_ROW)))
        TRY(named(v->cx, duty_get(v->cx, duty_id, &v->duty), "duty_id", "请选派单目录里的一条"));
    if (w & WANT_ORG)
        TRY(named(v->cx, org_get(v->cx, m->org_id, &v->org), "org_id", "请选单位"));
    return w & WANT_ORG ? need_guard_unit(v) : OK;
}

static enum err wanted(struct moving *v)
{
    want_codes(v);
    if (v->step->wants & WANT_ANSWER)
        want_answer(v);
    if (v->cx->fault.fields.n)
        return ERR_INPUT;
    return want_rows(v);
}

/* ---- the promise ---- */

/* What the resident is told follows the clock that runs: first the dispatch, then the answer. */
int64_t need_promise_of(const struct moving *v)
{
    const struct need_clocks *c = &v->clocks;
    const struct need *n = v->n;
    if (need_is_closed(n->state))
        return n->promise_at;
    if (need_clock_lives(c, CLOCK_DONE)) {
        bool still = c->at[CLOCK_DONE].paused_at != 0;
        return still ? need_clock_due_if(c, CLOCK_DONE, n->review_at) : c->at[CLOCK_DONE].due_at;
    }
    if (!need_clock_lives(c, CLOCK_DISPATCH) || c->at[CLOCK_DISPATCH].paused_at != 0)
        return n->promise_at;
    int64_t due = c->at[CLOCK_DISPATCH].due_at;
    return c->known[CLOCK_DONE] && due < n->promise_at ? n->promise_at : due;
}

enum err need_say_slip(struct moving *v)
{
    struct cx *cx = v->cx;
    int64_t was = v->before.promise_at;
    struct str reason = v->slip_reason.n ? v->slip_reason
                        : v->m->reason.n ? v->m->reason
                                         : str_c(v->step->code);
    if (was == 0 || was == v->n->promise_at || v->first_promise)
        return OK;
    struct str text = arena_printf(
        cx->mem, "承诺日期由 %.*s 改为 %.*s：%.*s", STR(need_when(cx, was)),
        STR(need_when(cx, v->n->promise_at)),
        STR(v->slip.n ? v->slip : str_c(v->step->done ? v->step->done : v->step->label)));
    return need_say(cx, v->n,
                    &(struct need_said){.step = "slip",
                                        .from = v->n->state,
                                        .reason = reason,
                                        .text = text,
                                        .is_public = true});
}

/* ---- the step ---- */

static const struct need_rule *rule_of(const struct flow_step *s)
{
    for (size_t i = 0; i < need_rule_count; i++)
        if (str_is(str_c(s->code), need_rules[i].step))
            return &need_rules[i];
    return NULL;
}

static enum err store(struct moving *v)
{
    struct cx *cx = v->cx;
    struct need *n = v->n;
    TRY(need_clocks_settle(cx, &v->clocks, n));
    n->promise_at = need_promise_of(v);
    TRY(need_save(cx, n));
    TRY(need_say(cx, n, &v->said));
    TRY(need_say_slip(v));
    if (n->promise_at != v->before.promise_at)
        TRY(need_joiners_follow(cx, n, v->slip.n ? v->slip : str_c(v->step->label)));
    if (n->state == v->before.state)
        return OK;
    TRY(need_tell_door(cx, n));
    /* helpers are looked for by its level and until it is over; others are sent until it is with
     * somebody */
    if (n->agrees_match &&
        (need_is_closed(n->state) || n->state == NEED_ACCEPTED || n->state == NEED_DISPATCHED))
        TRY(job_put(
            cx, "match.moved",
            arena_printf(cx->mem, "match.moved %lld %lld", (long long)n->id, (long long)n->version),
            n->id, S(""), cx->now));
    struct str topic = arena_printf(cx->mem, "need.%s", v->step->code), where;
    TRY(need_where(cx, n, &where));
    return outbox_put(
        cx, arena_cstr(cx->mem, topic), n->id,
        arena_printf(cx->mem, "%.*s %s：%.*s", STR(n->number), v->step->label, STR(where)));
}

static enum err run(struct moving *v)
{
    struct cx *cx = v->cx;
    struct need *n = v->n;
    v->step = as_meant(v->step, n);
    const struct need_rule *rule = rule_of(v->step);
    struct need_move covered;
    TRY(need_guard_words(v, &covered));
    v->before = *n;
    v->said = (struct need_said){.step = v->step->code,
                                 .from = n->state,
                                 .reason = v->m->reason,
                                 .text = str_trim(v->m->text),
                                 .is_public = v->step->done != NULL,
                                 .by_resident = v->resident};
    TRY(may(v));
    TRY(in_place(v));
    TRY(wanted(v));
    TRY(need_clocks_load(cx, n->id, &v->clocks));
    if (v->step->to != NEED_DRAFT) {
        n->state = v->step->to;
        bool closes = need_is_closed(n->state);
        n->closed_at = closes ? cx->now : 0;
    }
    if (rule && rule->apply)
        TRY(rule->apply(v));
    TRY(store(v));
    return rule && rule->after ? rule->after(v) : OK;
}

static enum err find_step(struct cx *cx, struct str code, const struct flow_step **out)
{
    *out = flow_find(code);
    if (*out == NULL || (*out)->from == IN(NEED_DRAFT))
        return fail(cx, ERR_MISSING, "没有这一步");
    return OK;
}

enum err need_step(struct cx *cx, int64_t id, struct str step, const struct need_move *m,
                   struct need *out)
{
    struct moving v = {.cx = cx, .m = m, .n = out};
    TRY(find_step(cx, step, &v.step));
    size_t one = 1;
    TRY(need_load_scoped(cx, id, out));
    TRY(need_cleared(cx, out));
    TRY(run(&v));
    TRY(need_load(cx, id, out)); /* what follows a step may have moved it again */
    return need_hide(cx, out, &one);
}

enum err need_resident_step(struct cx *cx, int64_t id, struct str key, struct str step,
                            const struct need_move *m, struct need *out)
{
    struct moving v = {.cx = cx, .m = m, .n = out, .resident = true};
    TRY(find_step(cx, step, &v.step));
    TRY(need_key_check(cx, id, key));
    TRY(need_load(cx, id, out));
    TRY(run(&v));
    return need_by_key(cx, id, key, out);
}

enum err need_system_step(struct cx *cx, int64_t id, const char *step, const struct need_move *m,
                          struct need *out)
{
    struct who caller = cx->who;
    struct moving v = {.cx = cx, .m = m, .n = out, .system = true};
    TRY(find_step(cx, str_c(step), &v.step));
    TRY(need_load(cx, id, out));
    cx->who.person_id = cx->who.post_id = 0; /* the history says: the system */
    enum err e = run(&v);
    cx->who = caller;
    return e;
}

/* Has the caller said that he takes it, since it was dispatched last? */
static bool has_taken(const struct cx *cx, const need_event_list *events)
{
    bool taken = false;
    for (size_t i = 0; i < events->n; i++) {
        const struct need_event *e = &events->at[i];
        if (str_is(e->step, "take"))
            taken = e->by_person == cx->who.person_id;
        else if (str_is(e->to_state, "dispatched") && !str_is(e->from_state, "dispatched"))
            taken = false;
    }
    return taken;
}

/* What the table cannot tell: steps that answer somebody are offered only while he waits. */
static enum err is_offered(struct cx *cx, const struct need *n, const struct flow_step *s,
                           bool *yes)
{
    struct str step = str_c(s->code);
    need_assist_list open = {0};
    need_event_list events = {0};
    bool parks = str_is(step, "park_no"), asks = str_is(step, "ask_park");
    bool takes = str_is(step, "take") && n->owner_person == cx->who.person_id;
    *yes = true;
    if (str_is(step, "add")) { /* one button: the answer */
        *yes = n->state != NEED_CLARIFY;
    } else if (need_assist_is_step(step)) {
        TRY(need_assist_open(cx, n->id, step, &open));
        *yes = open.n > 0;
    } else if (parks || asks || takes) {
        TRY(need_events(cx, n->id, &events));
        bool waits = need_asked_to_park(&events).id != 0;
        *yes = takes ? !has_taken(cx, &events) : waits == parks;
    }
    return OK;
}

enum err need_steps(struct cx *cx, const struct need *n, bool as_resident, flow_step_list *out)
{
    bool owner, offered;
    if (!as_resident && n->must_declare)
        return OK;
    TRY(is_owner(cx, n, &owner));
    for (size_t i = 0; i < flow_step_count; i++) {
        const struct flow_step *s = &flow_steps[i];
        bool may_role = as_resident ? s->resident : (s->roles & cx->who.role) != 0;
        if (!may_role || (s->from & IN(n->state)) == 0 || need_barred(cx, n, s))
            continue;
        if (!as_resident && (s->wants & WANT_OWNER) && !owner)
            continue;
        if (!as_resident && (s->wants & WANT_OTHER_PERSON) && n->handler_person != 0 &&
            n->handler_person == cx->who.person_id)
            continue;
        TRY(is_offered(cx, n, s, &offered));
        if (offered)
            *PUSH(cx->mem, out) = s;
    }
    return OK;
}

/* ---- what is not a step of a person ---- */

enum err need_supervise(struct cx *cx, struct need *n, const char *reason, struct str text)
{
    if (n->supervised)
        return OK;
    n->supervised = true;
    TRY(need_save(cx, n));
    TRY(need_say(cx, n,
                 &(struct need_said){.step = "supervise",
                                     .from = n->state,
                                     .reason = str_c(reason),
                                     .text = text,
                                     .is_public = true}));
    return outbox_put(cx, "need.supervise", n->id,
                      arena_printf(cx->mem, "%.*s 督办：%.*s", STR(n->number), STR(text)));
}
