/* web_need -- one need as the resident sees it: the sentence on top, what happened, what can be
 * done; and the slip to print. The other pages of residents are in web.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/pages.h"
#include "base/time.h"
#include "base/utf8.h"
#include "need.html.h"
#include "print/qr.h"

/* ---- words ---- */

struct str need_took(struct cx *cx, int64_t ms)
{
    long long minutes = ms < MS_MINUTE ? 1 : ms / MS_MINUTE;
    if (minutes < 60)
        return arena_printf(cx->mem, "%lld 分钟", minutes);
    if (minutes < 24 * 60)
        return arena_printf(cx->mem, minutes % 60 ? "%lld 小时 %lld 分" : "%lld 小时", minutes / 60,
                            minutes % 60);
    long long hours = minutes / 60;
    return arena_printf(cx->mem, hours % 24 ? "%lld 天 %lld 小时" : "%lld 天", hours / 24,
                        hours % 24);
}

struct html need_phrases(struct cx *cx, struct str sentence)
{
    struct out o;
    struct str comma = S("，");
    out_init(&o, cx->mem);
    while (sentence.n) {
        ptrdiff_t at = str_find(sentence, comma);
        size_t n = at < 0 ? sentence.n : (size_t)at + comma.n;
        out_c(&o, "<span class=\"ph\">");
        out_html(&o, str_cut(sentence, 0, n));
        out_c(&o, "</span>");
        sentence = str_cut(sentence, n, sentence.n - n);
    }
    return (struct html){out_text(&o)};
}

struct str need_headline(struct cx *cx, const struct need *n, struct str owner)
{
    struct str who = owner.n ? owner : S("承办的人");
    switch (n->state) {
    case NEED_CLARIFY:
        return S("想问您一句，等您回话");
    case NEED_ACCEPTED:
        return S("接下了，正在找能办的人");
    case NEED_DISPATCHED:
        return arena_printf(cx->mem,
                            n->is_secret ? "交给了%.*s，有话由我们转" : "交给了%.*s，会先和您联系",
                            STR(who));
    case NEED_OBJECTED:
        return S("正在定由谁来办，定了就告诉您");
    case NEED_HANDLING:
        return arena_printf(cx->mem, "%.*s正在办", STR(who));
    case NEED_EXTENDING:
        return arena_printf(cx->mem, "%.*s说要多些时间，正在看该不该", STR(who));
    case NEED_PARKED:
        return S("现在还办不成，到日子再看");
    case NEED_REPORTED:
        return arena_printf(cx->mem, "%.*s说办好了，正在核实", STR(who));
    case NEED_VERIFIED:
        return S("核实过了，马上答复您");
    case NEED_DONE:
        return arena_printf(cx->mem, "办好了，用了 %.*s",
                            STR(need_took(cx, n->closed_at - n->created_at)));
    case NEED_CANNOT:
        return S("这件事暂时办不了，原因写在答复里");
    case NEED_REFERRED:
        return S("转给了能办的单位，由他们答复您");
    case NEED_MERGED:
        return S("和另一件一样的事，并在一起办");
    case NEED_WITHDRAWN:
        return S("您说不用办了，先到这里");
    case NEED_REFUSED:
        return S("这件事我们不能受理，原因写在答复里");
    case NEED_REDO:
        return S("没办好，正在重新办");
    default:
        return S("收到了，有人看过就告诉您由谁办");
    }
}

/* ---- what happened ---- */

/* Why, in words for the resident. Reasons of other steps are among the staff. */
static const char *reason_of(const struct need_event *e)
{
    static const char *const told[] = {"extend", "park",    "refuse",       "refer",
                                       "split",  "contact", "contact_again"};
    const struct flow_step *s = flow_find(e->step);
    if (str_is(e->step, "rate") || str_is(e->step, "call_back"))
        return flow_label(ratings, e->reason);
    for (size_t i = 0; s && i < COUNT(told); i++)
        if (str_is(e->step, told[i]))
            return flow_label(s->reasons, e->reason);
    return "";
}

/* What the resident reads of it: from the table, or of the few acts that are no step. */
static const char *words_of(const struct need_event *e)
{
    static const struct flow_reason others[] = {{"slip", "说好的日子改了"},
                                                {"handover", "经办的人换了"},
                                                {"regroup", "随着一样的事并在一起办"},
                                                {"passed_on", "一样的那件事有了答复"},
                                                {"undecided", "负责人没有按时决定"},
                                                {"helper", "找帮手的事"},
                                                {"photo", "改了照片"},
                                                {NULL, NULL}};
    const struct flow_step *s = flow_find(e->step);
    if (s)
        return s->done ? s->done : "";
    return flow_label(others, e->step);
}

/* Newest first. An act without words for the resident shows only when it carries some. */
static void tell_story(struct cx *cx, const need_event_list *events, story_list *stories)
{
    for (size_t i = events->n; i-- > 0;) {
        const struct need_event *e = &events->at[i];
        const char *what = words_of(e), *why = reason_of(e);
        struct str text = e->is_public ? e->text : S("");
        if (!*what && !text.n)
            continue;
        if (*why)
            text = text.n ? arena_printf(cx->mem, "%s。%.*s", why, STR(text)) : str_c(why);
        *PUSH(cx->mem, stories) =
            (struct story){*what ? str_c(what) : S("有了新情况"), text, e->at};
    }
}

/* Each promise that moved, with its reason, as the rules wrote it down. */
static void find_slips(struct cx *cx, const need_event_list *events, story_list *slips)
{
    for (size_t i = 0; i < events->n; i++)
        if (str_is(events->at[i].step, "slip") && events->at[i].is_public)
            *PUSH(cx->mem, slips) = (struct story){S(""), events->at[i].text, events->at[i].at};
}

/* What was passed on to him last, and whether he has answered since: while the desk waits for him,
 * by whatever he says. */
static struct str relayed(const need_event_list *events, bool *waits)
{
    *waits = false;
    for (size_t i = events->n; i-- > 0;) {
        if (str_is(events->at[i].step, "relay_back") || str_is(events->at[i].step, "clarify"))
            return S("");
        if (!str_is(events->at[i].step, "relay"))
            continue;
        *waits = true;
        return events->at[i].text;
    }
    return S("");
}

/* How far it had come before it ended. */
static int reached(const need_event_list *events)
{
    int most = 1;
    for (size_t i = 0; i < events->n; i++) {
        int s = 0;
        while (need_state_codes[s] && !str_is(events->at[i].from_state, need_state_codes[s]))
            s++;
        if (need_state_codes[s] && !need_is_closed(s) && need_progress(s) > most)
            most = need_progress(s);
    }
    return most;
}

/* What the resident was asked last. */
static struct str question(const need_event_list *events)
{
    for (size_t i = events->n; i-- > 0;)
        if (str_is(events->at[i].step, "ask") && events->at[i].is_public)
            return events->at[i].text;
    return S("");
}

/* ---- the page ---- */

static struct str link_of(struct cx *cx, int64_t id, struct str key)
{
    struct out o;
    out_init(&o, cx->mem);
    out_printf(&o, "/n/%lld?k=", (long long)id);
    out_url(&o, key);
    return out_text(&o);
}

static struct str subject_of(const struct need *n)
{
    return n->title.n ? n->title : utf8_head(n->text, 16);
}

static enum err find_owner(struct cx *cx, const struct need *n, struct need_need_view *v)
{
    struct org org;
    if (!n->owner_org)
        return OK;
    TRY(org_get(cx, n->owner_org, &org));
    v->owner = org.short_name.n ? org.short_name : org.name;
    if (!n->is_secret) /* who calls there has said who he is */
        v->owner_phone = org.phone;
    return OK;
}

static enum err find_steps(struct cx *cx, const struct need *n, struct need_need_view *v)
{
    flow_step_list steps = {0};
    if (!v->key.n)
        return OK;
    TRY(need_steps(cx, n, true, &steps));
    for (size_t i = 0; i < steps.n; i++) {
        struct str code = str_c(steps.at[i]->code);
        v->may_rate |= str_is(code, "rate");
        v->may_add |= str_is(code, "add");
        v->may_clarify |= str_is(code, "clarify");
        v->may_withdraw |= str_is(code, "withdraw");
        v->may_thank |= str_is(code, "thank");
        v->may_relay |= str_is(code, "relay_back");
    }
    return OK;
}

/* What was just done, told once on the page that follows. */
static struct str notice_of(const struct req *rq)
{
    static const struct flow_reason words[] = {
        {"add", "补充的话收到了，办事的人会看到"},
        {"clarify", "您的回话收到了，我们接着办"},
        {"relay_back", "您的回话送到了，办事的人不知道您是谁"},
        {"withdraw", "好的，这件事不办了。以后有事随时再说"},
        {"rate", "您的评价收到了，谢谢"},
        {"unsolved", "知道了，我们重新办，会先和您联系"},
        {"thank", "您的谢意会转给办事的人"},
        {"photo", "照片改好了，办事的人看得到"},
        {NULL, NULL}};
    return str_c(flow_label(words, req_query(rq, "done")));
}

/* What the date of `n` is a promise of: the first one is of the dispatch. */
static const char *promised(const struct need *n)
{
    return need_progress(n->state) == 1 ? "告诉您由谁来办" : "办好";
}

enum err need_show(struct cx *cx, const struct req *rq, struct reply *rp, const struct need *n,
                   struct str key)
{
    need_event_list events = {0};
    struct need_need_view v = {.community = shell_community(cx), .n = *n, .key = key};
    v.page = shell_page(rq, SHELL_WIDE, S("办到哪一步了"), "find");
    TRY(need_history(cx, n->id, true, &events));
    TRY(find_owner(cx, n, &v));
    TRY(find_steps(cx, n, &v));
    TRY(openings_told(cx, &need_seen, n->id, &v.seen));
    find_slips(cx, &events, &v.slips);
    bool waits;
    v.question = question(&events);
    v.asked = relayed(&events, &waits);
    v.may_relay &= waits;
    tell_story(cx, &events, &v.stories);
    v.headline = need_headline(cx, n, v.owner);
    v.subject = subject_of(n);
    v.is_closed = need_is_closed(n->state);
    v.is_answered = v.is_closed;
    v.is_paused = !v.is_closed && !need_clocks_run(n->state);
    v.is_late = n->promise_at && n->promise_at < (v.is_closed ? n->closed_at : cx->now);
    v.is_new = key.n && req_query(rq, "new").n;
    v.is_withdrawn = n->state == NEED_WITHDRAWN;
    v.step = v.is_withdrawn ? reached(&events) + 1 : need_progress(n->state);
    v.may_thank &= !v.is_withdrawn || v.step > 3; /* there was somebody to thank */
    v.promised = promised(n);
    v.margin =
        need_took(cx, v.is_late ? n->closed_at - n->promise_at : n->promise_at - n->closed_at);
    v.shown_contact = n->contact.n ? n->contact : n->name;
    v.shown_door = n->door;
    v.photos =
        (struct need_photo_card){.need_id = n->id,
                                 .key = key,
                                 .action = arena_printf(cx->mem, "/n/%lld/photo", (long long)n->id),
                                 .may_add = v.may_add || v.may_clarify};
    if (key.n)
        TRY(need_photos(cx, n->id, key, &v.photos.all));
    v.photos.may_remove = v.photos.may_add;
    v.page.title = v.headline;
    v.page.back = "/";
    v.page.is_private = true;
    v.page.here = key.n ? link_of(cx, n->id, key) : S("/find");
    struct str not_taken = need_photo_said(cx, rq);
    v.page.notice = not_taken.n ? not_taken : notice_of(rq);
    v.page.notice_level = not_taken.n ? "x" : "g";
    reply_header(rp, "Cache-Control", S("no-store"));
    need_need_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err by_key(struct cx *cx, const struct req *rq, struct str key, struct need *n)
{
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    return need_by_key(cx, id, key, n);
}

enum err need_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need n = {0};
    TRY(by_key(cx, rq, req_query(rq, "k"), &n));
    return need_show(cx, rq, rp, &n, req_query(rq, "k"));
}

/* ---- what the resident does ---- */

struct act {
    const char *step; /* of the URL */
    const char *does; /* of the table in flow.c */
    const char *title, *label, *hint, *button, *button_class;
};

static const struct act acts[] = {
    {"add", "add", "补充一句", "想起什么了？", "办事的人会看到这句话", "就这句", "t"},
    {"clarify", "clarify", "回一句", "您的回话", "说清楚了，我们马上接着办", "回话", "t"},
    {"relay_back", "relay_back", "回一句", "您的回话", "我们替您送到；不要写电话、门牌和姓名",
     "回话", "t"},
    {"withdraw", "withdraw", "不用办了", "说一句原因就行", "比如：自己解决了。以后有事随时再说",
     "不用办了", "o"},
    {"thank", "thank", "说声谢谢", "想对办事的人说的话", "会转给他们", "送出去", "t"},
    {"rate", "rate", "评一评", NULL, NULL, NULL, NULL},
    {"unsolved", "rate", "没解决", NULL, NULL, NULL, NULL},
};

static const struct act *act_of(const struct req *rq)
{
    struct str step = req_part(rq, "step");
    for (size_t i = 0; i < COUNT(acts); i++)
        if (str_is(step, acts[i].step))
            return &acts[i];
    return NULL;
}

static void draw_act(struct cx *cx, const struct req *rq, struct reply *rp, const struct act *a,
                     const struct need *n, struct str key)
{
    struct need_step_view v = {.n = *n,
                               .key = key,
                               .step = a->step,
                               .title = a->title,
                               .hint = a->hint,
                               .label = a->label,
                               .button = a->button,
                               .button_class = a->button_class,
                               .is_rate = str_is(str_c(a->does), "rate"),
                               .text = req_field(rq, "text"),
                               .rating_note = req_field(rq, "text"),
                               .rating = req_field(rq, "rating"),
                               .reason = req_field(rq, "reason")};
    if (str_is(str_c(a->step), "unsolved"))
        v.reason = S("not_solved");
    v.page = shell_page(rq, SHELL_PHONE, str_c(a->title), "find");
    v.page.here = link_of(cx, n->id, key);
    v.page.back = arena_cstr(cx->mem, v.page.here);
    v.page.is_private = true;
    reply_header(rp, "Cache-Control", S("no-store"));
    need_step_html(reply_html(rp), cx, &v);
}

enum err need_step_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    const struct act *a = act_of(rq);
    struct need n = {0};
    if (!a)
        return fail(cx, ERR_MISSING, "没有这一步");
    TRY(by_key(cx, rq, req_query(rq, "k"), &n));
    draw_act(cx, rq, rp, a, &n, req_query(rq, "k"));
    return OK;
}

enum err need_step_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    const struct act *a = act_of(rq);
    struct str key = req_field(rq, "k");
    struct need n = {0}, after;
    if (!a)
        return fail(cx, ERR_MISSING, "没有这一步");
    TRY(by_key(cx, rq, key, &n));
    struct need_move m = {.text = req_field(rq, "text"),
                          .rating = req_field(rq, "rating"),
                          .reason = req_field(rq, "reason")};
    if (str_is(str_c(a->step), "unsolved"))
        m.reason = S("not_solved");
    enum err e = need_resident_step(cx, n.id, key, str_c(a->does), &m, &after);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        draw_act(cx, rq, rp, a, &n, key);
    TRY(e);
    bool is_redo = after.state == NEED_REDO;
    return reply_goto(cx, rp, "%.*s&done=%s", STR(link_of(cx, n.id, key)),
                      is_redo ? "unsolved" : a->step);
}

/* ---- the slip ---- */

enum err need_slip_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need_slip_view v = {.community = shell_community(cx)};
    struct str key = req_query(rq, "k");
    TRY(by_key(cx, rq, key, &v.n));
    TRY(openings_told(cx, &need_seen, v.n.id, &v.seen));
    struct str site = req_site(cx, rq);
    v.page = shell_page(rq, SHELL_PHONE, S("进度纸条"), "find");
    v.page.here = link_of(cx, v.n.id, key);
    v.page.back = arena_cstr(cx->mem, v.page.here);
    v.page.is_private = true;
    v.qr = qr_svg(cx, arena_printf(cx->mem, "%.*s%.*s", STR(site), STR(v.page.here)),
                  S("看进度的二维码"));
    v.shown_url = arena_printf(cx->mem, "%.*s/find", STR(site));
    v.promised = promised(&v.n);
    reply_header(rp, "Cache-Control", S("no-store"));
    need_slip_html(reply_html(rp), cx, &v);
    return OK;
}
