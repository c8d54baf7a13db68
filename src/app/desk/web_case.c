/* web_case -- one need with all that can be done with it: what the page shows, read in one go.
 * The requests themselves are in web_need.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/desk/pages.h"

enum { SAME_MAX = 5, PROPOSALS_MAX = 4, FITS_MAX = 3, UNITS_MAX = 8 };

/* ---- the choices of selects ---- */

desk_reason_list desk_reasons(const struct flow_reason *list)
{
    desk_reason_list out = {.at = list};
    while (list && list[out.n].code)
        out.n++;
    return out;
}

static void choose(struct cx *cx, struct desk_group *g, int64_t id, struct str label)
{
    *PUSH(cx->mem, &g->of) = (struct desk_choice){filter_id(cx, id), label};
}

/* The whole catalogue by category, in the order of the code list. */
static enum err find_duties(struct cx *cx, struct desk_case *c)
{
    duty_list all = {0};
    TRY(duty_all(cx, &all));
    for (const struct flow_reason *k = categories; k->code; k++) {
        struct desk_group *g = PUSH(cx->mem, &c->duties);
        *g = (struct desk_group){.label = str_c(k->label)};
        for (size_t i = 0; i < all.n; i++)
            if (str_is(all.at[i].category, k->code))
                choose(cx, g, all.at[i].id,
                       arena_printf(cx->mem, "%.*s（%.*s）", STR(all.at[i].name),
                                    STR(str_c(flow_label(levels, all.at[i].level)))));
        if (!g->of.n)
            c->duties.n--;
    }
    return OK;
}

static const struct flow_reason org_kinds[] = {{"committee", "社区和居民区"},
                                               {"group", "楼栋服务组"},
                                               {"branch", "网格支部"},
                                               {"property", "物业"},
                                               {"sanitation", "环卫保洁"},
                                               {"utility", "水电气"},
                                               {"market", "市场"},
                                               {"volunteers", "志愿服务"},
                                               {"mediation", "调解"},
                                               {"clerk", "服务窗口"},
                                               {"centre", "服务中心"},
                                               {"department", "部门"},
                                               {"unit", "共建单位"},
                                               {NULL, NULL}};

static struct str org_name(const struct org *o)
{
    return o->short_name.n ? o->short_name : o->name;
}

/* Units that serve the place, nearest first within each kind. */
static enum err find_orgs(struct cx *cx, struct desk_case *c)
{
    org_list units = {0};
    TRY(org_serving(cx, S(""), c->n.place_id, &units));
    for (const struct flow_reason *k = org_kinds; k->code; k++) {
        struct desk_group *g = NULL;
        for (size_t i = 0, n = 0; i < units.n && n < UNITS_MAX; i++) {
            if (!str_is(units.at[i].kind, k->code))
                continue;
            if (!g) {
                g = PUSH(cx->mem, &c->orgs);
                *g = (struct desk_group){.label = str_c(k->label)};
            }
            choose(cx, g, units.at[i].id, org_name(&units.at[i]));
            n++;
        }
    }
    return OK;
}

/* Codes that may stand in the answer of a step. What is reported may end in several ways. */
static desk_reason_list answers_of(struct cx *cx, const struct flow_step *s)
{
    LIST(struct flow_reason) fit = {0};
    for (const struct flow_reason *a = answer_codes; a->code; a++) {
        struct str code = str_c(a->code);
        bool fits = s->to == NEED_REPORTED ? flow_answer_fits(NEED_DONE, code) ||
                                                 flow_answer_fits(NEED_CANNOT, code) ||
                                                 flow_answer_fits(NEED_REFERRED, code)
                                           : flow_answer_fits(s->to, code);
        if (fits)
            *PUSH(cx->mem, &fit) = *a;
    }
    return (desk_reason_list){.at = fit.at, .n = fit.n};
}

/* ---- accepting and dispatching with one key ---- */

static int64_t asked_id(const struct desk_case *c, const char *name)
{
    int64_t id = 0;
    struct str typed = req_field(c->rq, name);
    if (!str_int(typed.n ? typed : req_query(c->rq, name), &id))
        return 0;
    return id;
}

/* Proposed units, each with the people who could handle it. */
static enum err find_units(struct cx *cx, struct desk_case *c)
{
    need_proposal_list proposals = {0};
    TRY(need_propose(cx, &c->n, c->send.duty_id, PROPOSALS_MAX, &proposals));
    for (size_t i = 0; i < proposals.n; i++) {
        struct desk_unit *u = PUSH(cx->mem, &c->send.units);
        *u = (struct desk_unit){.proposal = proposals.at[i]};
        TRY(need_people(cx, u->proposal.org.id, c->n.place_id, &u->people, &u->person));
        u->field = desk_person_field(cx, u->proposal.org.id);
    }
    return OK;
}

static enum err find_send(struct cx *cx, bool accepts, struct desk_case *c)
{
    struct desk_send *s = &c->send;
    struct duty duty;
    s->is_shown = true;
    s->has_duty = accepts;
    s->title = req_field(c->rq, "text");
    s->level = req_field(c->rq, "level");
    s->kind = req_field(c->rq, "kind").n ? req_field(c->rq, "kind") : c->n.kind;
    s->action = arena_printf(cx->mem, "%s%lld/%s", c->base, (long long)c->n.id,
                             accepts ? "quick" : "dispatch");
    s->look = c->has_keys
                  ? arena_printf(cx->mem, "%.*s&id=%lld&duty_id=", STR(c->back), (long long)c->n.id)
                  : arena_printf(cx->mem, "%s%lld?duty_id=", c->base, (long long)c->n.id);
    s->duty_id = accepts ? asked_id(c, "duty_id") : c->n.duty_id;
    if (accepts)
        TRY(duty_suggest(cx, c->n.text, FITS_MAX, &s->fits));
    if (!s->duty_id && s->fits.n)
        s->duty_id = s->fits.at[0].duty.id;
    if (!s->duty_id)
        return OK;
    enum err e = duty_get(cx, s->duty_id, &duty);
    if (e == ERR_MISSING) { /* a row that is no more: the list is there */
        fault_clear(cx);
        s->duty_id = 0;
        return OK;
    }
    TRY(e);
    if (accepts && !s->level.n)
        s->level = duty.level;
    return find_units(cx, c);
}

/* ---- steps ---- */

static bool is_among(const char *const *only, const char *code)
{
    for (; only && *only; only++)
        if (str_is(str_c(*only), code))
            return true;
    return !only;
}

static void add_step(struct cx *cx, const struct flow_step *s, const struct desk_bad *bad,
                     struct desk_case *c)
{
    bool is_bad = bad && str_is(bad->step, s->code);
    struct desk_step_view *v = PUSH(cx->mem, &c->steps);
    *v = (struct desk_step_view){.step = s,
                                 .n = &c->n,
                                 .c = c,
                                 .is_bad = is_bad,
                                 .is_open = is_bad || str_is(req_query(c->rq, "step"), s->code)};
    v->pre = is_bad ? S("") : arena_printf(cx->mem, "%lld-%s-", (long long)c->n.id, s->code);
    if (s->wants & WANT_ANSWER)
        v->answers = answers_of(cx, s);
}

/* What is to be done first stands first, unfolded when no other form was asked for. */
static void put_first(struct desk_case *c)
{
    static const char *const first[] = {"contact", "report", "verify", "close", "clarify"};
    bool is_any_open = c->send.is_shown;
    for (size_t i = 0; i < c->steps.n; i++)
        is_any_open |= c->steps.at[i].is_open;
    for (size_t k = 0; k < COUNT(first); k++)
        for (size_t i = 0; i < c->steps.n; i++)
            if (str_is(str_c(c->steps.at[i].step->code), first[k])) {
                struct desk_step_view v = c->steps.at[i];
                for (; i > 0; i--)
                    c->steps.at[i] = c->steps.at[i - 1];
                v.is_open |= !is_any_open;
                c->steps.at[0] = v;
                return;
            }
}

static enum err find_same(struct cx *cx, struct desk_case *c)
{
    need_list same = {0};
    TRY(need_likely_same(cx, &c->n, SAME_MAX, &same));
    return desk_items(cx, &same, c->base, &c->same);
}

/* A step about a unit that was whistled to the place offers those units only. */
static enum err find_step_orgs(struct cx *cx, struct desk_case *c)
{
    for (size_t i = 0; i < c->steps.n; i++) {
        struct desk_step_view *v = &c->steps.at[i];
        need_assist_list open = {0};
        struct org org;
        v->orgs = c->orgs;
        if (!str_is(str_c(v->step->code), "whistle_rate"))
            continue;
        v->orgs = (desk_group_list){0};
        struct desk_group *g = PUSH(cx->mem, &v->orgs);
        *g = (struct desk_group){.label = S("吹过哨的")};
        TRY(need_assist_open(cx, c->n.id, S("whistle_rate"), &open));
        for (size_t k = 0; k < open.n; k++) {
            TRY(org_get(cx, open.at[k].org_id, &org));
            choose(cx, g, org.id, org_name(&org));
        }
    }
    return OK;
}

enum err desk_case_steps(struct cx *cx, const char *const *only, const struct desk_bad *bad,
                         struct desk_case *c)
{
    flow_step_list all = {0};
    uint32_t wants = 0;
    bool accepts = false, dispatches = false;
    TRY(need_steps(cx, &c->n, false, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct flow_step *s = all.at[i];
        struct str code = str_c(s->code);
        if (!is_among(only, s->code))
            continue;
        c->may_merge |= str_is(code, "merge");
        accepts |= !only && str_is(code, "accept");
        dispatches |= !only && str_is(code, "dispatch");
        if (!str_is(code, "whistle_rate")) /* it names units of its own */
            wants |= s->wants;
        if (only || (!str_is(code, "accept") && !str_is(code, "dispatch")))
            add_step(cx, s, bad, c);
    }
    /* who may accept but not dispatch (the counter) gets the plain form */
    bool sends = dispatches || (accepts && (flow_find(S("dispatch"))->roles & cx->who.role));
    if (accepts && !sends)
        add_step(cx, flow_find(S("accept")), bad, c);
    if (sends)
        TRY(find_send(cx, accepts, c));
    c->send.is_bad = bad && (str_is(bad->step, "quick") || str_is(bad->step, "dispatch"));
    c->send.pre = c->send.is_bad ? S("") : S("send-");
    if (wants & (WANT_DUTY | WANT_ROW))
        TRY(find_duties(cx, c));
    if (wants & WANT_ORG || sends)
        TRY(find_orgs(cx, c));
    TRY(find_step_orgs(cx, c));
    return wants & WANT_TARGET ? find_same(cx, c) : OK;
}

/* ---- facts and history ---- */

static void fact(struct cx *cx, struct desk_case *c, const char *label, struct str text)
{
    if (text.n)
        *PUSH(cx->mem, &c->facts) = (struct desk_fact){label, text};
}

static enum err find_owner(struct cx *cx, struct desk_case *c)
{
    struct org org;
    struct person person;
    const struct need *n = &c->n;
    if (n->owner_org) {
        TRY(org_get(cx, n->owner_org, &org));
        fact(cx, c, "主办",
             org.phone.n ? arena_printf(cx->mem, "%.*s　%.*s", STR(org.name), STR(org.phone))
                         : org.name);
    }
    if (n->owner_person) {
        TRY(account_person(cx, n->owner_person, &person));
        fact(cx, c, "承办人", person.name);
    }
    return OK;
}

static enum err find_kind(struct cx *cx, struct desk_case *c)
{
    struct duty duty;
    const struct need *n = &c->n;
    fact(cx, c, "类型", str_c(flow_label(kinds, n->kind)));
    if (!n->duty_id) {
        fact(cx, c, "类别", str_c(flow_label(categories, n->category)));
        return OK;
    }
    TRY(duty_get(cx, n->duty_id, &duty));
    fact(cx, c, "目录",
         arena_printf(cx->mem, "%s · %.*s · %s", flow_label(categories, n->category),
                      STR(duty.name), flow_label(levels, n->level)));
    if (!need_is_closed(n->state)) {
        fact(cx, c, "算办好", duty.closing);
        fact(cx, c, "答复参考", duty.answer_hint);
    }
    return OK;
}

static struct str times(struct cx *cx, const struct need *n)
{
    if (!n->returns && !n->reworks && !n->redos)
        return S("");
    return arena_printf(cx->mem, "退回 %lld 次，返工 %lld 次，重办 %lld 次", (long long)n->returns,
                        (long long)n->reworks, (long long)n->redos);
}

/* One side of a whistle about the other: "单位帮得：到得晚了（等了两小时）" */
static void put_rating(struct out *o, const char *label, const char *step, struct str code,
                       struct str note)
{
    if (!code.n)
        return;
    out_printf(o, "；%s%s", label, flow_label(flow_find(str_c(step))->reasons, code));
    if (note.n)
        out_printf(o, "（%.*s）", STR(note));
}

struct str desk_whistle_words(struct cx *cx, const struct need_assist *a)
{
    struct out o;
    out_init(&o, cx->mem);
    out_str(&o, a->asked);
    if (a->acked_at)
        out_printf(&o, "；%.*s 应哨", STR(filter_when(cx, a->acked_at)));
    else if (need_is_whistle(a))
        out_printf(&o, "；还没有应哨，期限 %.*s", STR(filter_when(cx, a->due_at)));
    if (a->answered_at)
        out_printf(&o, "；答复：%.*s", STR(a->answer));
    put_rating(&o, "对应哨的评价：", "whistle_rate", a->help_rating, a->help_note);
    put_rating(&o, "单位对吹哨的评价：", "whistle_back", a->call_rating, a->call_note);
    return out_text(&o);
}

static enum err find_helps(struct cx *cx, struct desk_case *c)
{
    need_assist_list all = {0};
    TRY(need_helps(cx, c->n.id, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct org org;
        TRY(org_get(cx, all.at[i].org_id, &org));
        fact(cx, c, need_is_whistle(&all.at[i]) ? "吹哨" : "协办",
             arena_printf(cx->mem, "%.*s：%.*s", STR(org_name(&org)),
                          STR(desk_whistle_words(cx, &all.at[i]))));
    }
    return OK;
}

static enum err find_facts(struct cx *cx, struct desk_case *c)
{
    struct grid grid = {0};
    struct need other;
    const struct need *n = &c->n;
    if (n->grid_id)
        TRY(place_grid(cx, n->grid_id, &grid));
    fact(cx, c, "哪里",
         grid.name.n ? arena_printf(cx->mem, "%.*s · %.*s", STR(n->place_text), STR(grid.name))
                     : n->place_text);
    TRY(find_kind(cx, c));
    TRY(find_owner(cx, c));
    fact(cx, c, "对居民说好", filter_when(cx, n->promise_at));
    fact(cx, c, "第一次联系", filter_when(cx, n->contacted_at));
    fact(cx, c, "复核日", n->review_at ? filter_date(cx, n->review_at) : S(""));
    fact(cx, c, "来回", times(cx, n));
    fact(cx, c, "对方编号", n->source_number);
    fact(cx, c, "转去的编号", n->refer_number);
    TRY(find_helps(cx, c));
    if (n->merged_into && need_get(cx, n->merged_into, &other) == OK)
        fact(cx, c, "并入", other.number);
    if (n->agrees_match)
        fact(cx, c, "本人同意", S("邻居、志愿者也可以来帮"));
    return OK;
}

static struct str step_label(struct str code)
{
    static const struct flow_reason others[] = {{"slip", "承诺日期有变"},
                                                {"handover", "换人接着办"},
                                                {"calendar", "作息日历有变"},
                                                {"helper", "找帮手"},
                                                {"photo", "改了照片"},
                                                {"undecided", "负责人没有按时决定"},
                                                {NULL, NULL}};
    const struct flow_step *s = flow_find(code);
    const char *other = flow_label(others, code);
    return s ? str_c(s->label) : *other ? str_c(other) : S("有变动");
}

struct str desk_why(const struct need_event *e)
{
    const struct flow_step *s = flow_find(e->step);
    if (!e->reason.n || !s)
        return S("");
    if (str_is(e->step, "open"))
        return str_c(flow_label(channels, e->reason));
    return str_c(flow_label(s->reasons, e->reason));
}

struct str desk_who(struct cx *cx, const struct need_event *e)
{
    const struct role *r = role_of_code(e->by_role);
    return r ? arena_printf(cx->mem, "%.*s（%s）", STR(e->by_name), r->label) : e->by_name;
}

static enum err find_events(struct cx *cx, struct desk_case *c, bool is_late)
{
    need_event_list all = {0};
    TRY(need_history(cx, c->n.id, false, &all));
    for (size_t i = all.n; i-- > 0;) {
        const struct need_event *e = &all.at[i];
        *PUSH(cx->mem, &c->events) = (struct desk_event){.what = step_label(e->step),
                                                         .why = desk_why(e),
                                                         .text = e->text,
                                                         .who = desk_who(cx, e),
                                                         .at = e->at,
                                                         .is_public = e->is_public};
    }
    if (c->n.state == NEED_HANDLING)
        c->asked = need_asked_to_park(&all);
    if (is_late && c->events.n) {
        const struct desk_event *last = &c->events.at[0];
        c->faster = arena_printf(cx->mem, "%.*s%.*s办了“%.*s”", STR(last->who),
                                 STR(filter_when(cx, last->at)), STR(last->what));
    }
    return OK;
}

/* Does the list hold the step that came back? */
static bool has_step(const struct desk_case *c, struct str code)
{
    if (str_is(code, "quick"))
        return c->send.is_shown && c->send.has_duty;
    if (str_is(code, "dispatch") && c->send.is_shown)
        return true;
    for (size_t i = 0; i < c->steps.n; i++)
        if (str_is(code, c->steps.at[i].step->code))
            return true;
    return false;
}

/* ---- a complaint ---- */

void desk_parts(struct cx *cx, bool all, desk_choice_list *out)
{
    static const char *const codes[] = {"none", "subject", "unit", "neighbour", "other"};
    for (size_t i = all ? 0 : 1; i < COUNT(codes); i++)
        *PUSH(cx->mem, out) =
            (struct desk_choice){str_c(codes[i]), str_c(shield_answer_label(str_c(codes[i])))};
}

static enum err find_guard(struct cx *cx, struct desk_case *c)
{
    int64_t about = 0;
    struct org org;
    c->may_guard =
        (cx->who.role & (ROLE_DISPATCHER | ROLE_DUTY_LEAD)) && !need_is_closed(c->n.state);
    c->may_declare = (cx->who.role & ROLES_OWN) != 0;
    desk_parts(cx, false, &c->parts);
    if ((cx->who.role & ROLES_BOARD) == 0)
        return OK;
    TRY(shield_answers(cx, c->n.id, &c->answers));
    TRY(shield_about(cx, c->n.id, &about));
    if (about) {
        TRY(org_get(cx, about, &org));
        c->about = org_name(&org);
        c->about_id = filter_id(cx, about);
    }
    if (!c->may_guard)
        return OK;
    TRY(place_line(cx, c->n.place_id, &c->line));
    return c->orgs.n ? OK : find_orgs(cx, c);
}

enum err desk_case(struct cx *cx, const struct desk_bad *bad, struct desk_case *c)
{
    const struct need *n = &c->n;
    c->subject = desk_subject(cx, n);
    TRY(find_facts(cx, c));
    TRY(find_events(cx, c, bad && bad->err == ERR_CONFLICT));
    TRY(desk_case_steps(cx, NULL, bad, c));
    put_first(c);
    c->photos = (struct need_photo_card){.need_id = n->id,
                                         .action = desk_path(cx, c->base, n->id, "/photo"),
                                         .may_add = !c->has_keys && !need_is_closed(n->state) &&
                                                    cx->who.sees[DATA_TEXT] == SEE_PLAIN};
    TRY(need_photos(cx, n->id, S(""), &c->photos.all));
    if (c->photos.may_add)
        TRY(need_photos_may_go(cx, n, S(""), &c->photos.may_remove));
    if (str_is(str_c(c->base), "/d/need/"))
        TRY(match_panel(cx, n,
                        c->has_keys
                            ? arena_printf(cx->mem, "%.*s&id=%lld", STR(c->back), (long long)n->id)
                            : desk_path(cx, c->base, n->id, ""),
                        c->has_keys, &c->match));
    c->may_open_contact = (n->contact.n || n->name.n) && cx->who.sees[DATA_CONTACT] == SEE_LOGGED;
    c->may_open_door = n->door.n && cx->who.sees[DATA_DOOR] == SEE_LOGGED;
    if (n->is_secret)
        TRY(find_guard(cx, c));
    if (bad && bad->step.n && !has_step(c, bad->step))
        c->kept = req_field(c->rq, "text");
    return OK;
}

/* ---- paths and words of forms ---- */

struct str desk_path(struct cx *cx, const char *base, int64_t id, const char *tail)
{
    return arena_printf(cx->mem, "%s%lld%s", base, (long long)id, tail);
}

const char *desk_person_field(struct cx *cx, int64_t org_id)
{
    return arena_cstr(cx->mem, arena_printf(cx->mem, "person-%lld", (long long)org_id));
}

struct str desk_step_path(struct cx *cx, const struct desk_step_view *v)
{
    return arena_printf(cx->mem, "%s%lld/%s", v->c->base, (long long)v->n->id, v->step->code);
}

struct str desk_look(struct cx *cx, const struct desk_send *s, int64_t duty_id)
{
    return arena_printf(cx->mem, "%.*s%lld", STR(s->look), (long long)duty_id);
}

const char *desk_text_label(const struct flow_step *s)
{
    if (s->wants & WANT_ANSWER)
        return "写给居民的答复";
    if (str_is(str_c(s->code), "accept"))
        return "给邻居看的标题";
    if (s->wants & WANT_OUTCOME)
        return "说了什么";
    if (s->wants & WANT_RATING)
        return "居民怎么说";
    if (str_is(str_c(s->code), "ask"))
        return "要问居民什么";
    return s->done ? "写给居民看的话" : "内部说明";
}

const char *desk_date_label(const struct flow_step *s)
{
    return s->to == NEED_PARKED ? "复核日" : "改到哪天办好";
}

struct str desk_key(struct cx *cx, const char *key)
{
    char c = key[0];
    return arena_printf(cx->mem, "%c", c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

struct str desk_value(const struct desk_step_view *v, const char *field, struct str stored)
{
    return v->is_bad ? req_field(v->c->rq, field) : stored;
}

bool desk_is(const struct desk_step_view *v, const char *field, struct str value, struct str stored)
{
    return str_eq(desk_value(v, field, stored), value);
}

struct str desk_text(const struct desk_step_view *v)
{
    return desk_value(v, "text", v->step->wants & WANT_ANSWER ? v->n->answer : S(""));
}

struct str desk_tel(struct cx *cx, struct str contact)
{
    struct out o;
    size_t digits = 0;
    out_init(&o, cx->mem);
    out_c(&o, "tel:");
    for (size_t i = 0; i < contact.n; i++) {
        char ch = contact.p[i];
        if (ch >= '0' && ch <= '9') {
            out_raw(&o, &ch, 1);
            digits++;
        } else if (ch != '-' && ch != ' ' && ch != '+') {
            return S("");
        }
    }
    return digits >= 7 && digits <= 15 ? out_text(&o) : S("");
}

struct str desk_subject(struct cx *cx, const struct need *n)
{
    return n->title.n ? n->title : filter_max(cx, n->text, 24);
}
