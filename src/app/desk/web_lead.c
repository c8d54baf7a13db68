/* web_lead -- what waits for the decision of the duty lead or the leader, what is late, what was
 * promised. Whole community only: nobody and no grid is put in an order. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/desk/pages.h"
#include "base/time.h"
#include "desk.html.h"

enum { SHOWN_MAX = 10, WHISTLE_DAYS = 30 };

/* ---- decisions ---- */

struct kind {
    const char *what, *waits_for;
    const char *asked, *or_asked; /* the steps that asked for it; the second may be NULL */
    const char *const *answers;   /* the steps that decide it */
};

static const char *const on_object[] = {"redirect", "overrule", "take_back", NULL};
static const char *const on_extend[] = {"extend_ok", "extend_no", NULL};
static const char *const on_park[] = {"park", "park_no", NULL};
static const char *const on_redo[] = {"redo", "uphold", NULL};

static const struct kind objection = {"申请退回", "等值班长定", "object", NULL, on_object};
static const struct kind extension = {"申请延期", "等值班长定", "extend", NULL, on_extend};
static const struct kind parking = {"申请挂账", "等社区负责人定", "ask_park", NULL, on_park};
static const struct kind second_redo = {"重办过，居民还不满意或没解决", "等社区负责人定", "rate",
                                        "call_back", on_redo};

static struct str words_of(struct cx *cx, const struct need_event *e)
{
    struct str label = desk_why(e);
    if (label.n && e->text.n)
        return arena_printf(cx->mem, "%.*s，%.*s", STR(label), STR(e->text));
    return label.n ? label : e->text;
}

static enum err decide(struct cx *cx, const struct req *rq, const struct need *n,
                       const struct kind *k, const struct need_event *asked,
                       struct desk_lead_view *v)
{
    need_list one = {0};
    desk_item_list items = {0};
    struct desk_case *c = NEW(cx->mem, struct desk_case);
    *PUSH(cx->mem, &one) = *n;
    TRY(desk_items(cx, &one, "/d/need/", &items));
    *c = (struct desk_case){.n = *n, .rq = rq, .base = "/d/need/", .back = S("/l/desk")};
    TRY(desk_case_steps(cx, k->answers, NULL, c));
    desk_decision_list *list = c->steps.n ? &v->decisions : &v->others;
    *PUSH(cx->mem, list) = (struct desk_decision){.item = items.at[0],
                                                  .what = k->what,
                                                  .waits_for = k->waits_for,
                                                  .who = desk_who(cx, asked),
                                                  .why = words_of(cx, asked),
                                                  .at = asked->at,
                                                  .c = c};
    return OK;
}

static struct need_event last_of(const need_event_list *events, const char *step)
{
    for (size_t i = step ? events->n : 0; i-- > 0;)
        if (str_is(events->at[i].step, step))
            return events->at[i];
    return (struct need_event){0};
}

static enum err find_asked(struct cx *cx, const struct req *rq, enum need_state state,
                           const struct kind *k, struct desk_lead_view *v)
{
    need_list needs = {0};
    struct need_filter f = {.state = str_c(need_state_codes[state])};
    TRY(desk_all(cx, f, DESK_LIST_MAX, &needs));
    for (size_t i = 0; i < needs.n; i++) {
        need_event_list events = {0};
        TRY(need_history(cx, needs.at[i].id, false, &events));
        struct need_event asked = last_of(&events, k->asked);
        TRY(decide(cx, rq, &needs.at[i], k, &asked, v));
    }
    return OK;
}

/* What waits in no state of its own: asked for, then decided, while the state stays as it is. */
static enum err find_waiting(struct cx *cx, const struct req *rq, enum need_wait what,
                             const struct kind *k, struct desk_lead_view *v)
{
    struct str next = S("");
    do {
        need_list needs = {0};
        TRY(need_waiting(cx, what, next, DESK_LIST_MAX, &needs, &next));
        for (size_t i = 0; i < needs.n; i++) {
            need_event_list events = {0};
            TRY(need_history(cx, needs.at[i].id, false, &events));
            struct need_event asked = last_of(&events, k->asked),
                              called = last_of(&events, k->or_asked);
            TRY(decide(cx, rq, &needs.at[i], k, called.at > asked.at ? &called : &asked, v));
        }
    } while (next.n);
    return OK;
}

/* ---- lists and numbers ---- */

static enum err find_lists(struct cx *cx, struct desk_lead_view *v)
{
    need_list overdue = {0}, soon = {0}, promised = {0}, parked = {0}, supervised = {0};
    struct need_counts counts;
    TRY(need_count(cx, NULL, &counts));
    v->overdue_count = counts.overdue;
    TRY(desk_all(cx, (struct need_filter){.state = S("open"), .overdue = true}, SHOWN_MAX,
                 &overdue));
    TRY(desk_all(cx, (struct need_filter){.state = S("open"), .promised_to = cx->now + 2 * MS_DAY},
                 DESK_LIST_MAX, &soon));
    for (size_t i = 0; i < soon.n; i++)
        if (need_clocks_run(soon.at[i].state))
            *PUSH(cx->mem, &promised) = soon.at[i];
    TRY(desk_all(cx, (struct need_filter){.state = S("parked")}, DESK_LIST_MAX, &parked));
    TRY(desk_all(cx, (struct need_filter){.state = S("open"), .supervised = true}, DESK_LIST_MAX,
                 &supervised));
    TRY(desk_items(cx, &overdue, "/d/need/", &v->overdue));
    TRY(desk_items(cx, &promised, "/d/need/", &v->promised));
    TRY(desk_items(cx, &parked, "/d/need/", &v->parked));
    return desk_items(cx, &supervised, "/d/need/", &v->supervised);
}

static enum err find_rates(struct cx *cx, struct desk_lead_view *v)
{
    struct civil c = time_civil(cx->now);
    struct need_rates *m = &v->month;
    TRY(need_rates(cx, time_of(c.year, c.month, 1, 0, 0), cx->now, m));
    need_three_rates(cx, m, &v->rates);
    return OK;
}

static enum err find_whistles(struct cx *cx, struct desk_lead_view *v)
{
    need_assist_list all = {0};
    TRY(need_whistles(cx, cx->now - WHISTLE_DAYS * MS_DAY, SHOWN_MAX, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct need n;
        struct org org;
        TRY(need_get(cx, all.at[i].need_id, &n));
        TRY(org_get(cx, all.at[i].org_id, &org));
        *PUSH(cx->mem, &v->whistles) =
            (struct desk_whistle){.a = all.at[i],
                                  .subject = desk_subject(cx, &n),
                                  .unit = org.short_name.n ? org.short_name : org.name,
                                  .words = desk_whistle_words(cx, &all.at[i])};
    }
    return OK;
}

/* Whose decision the others are: one line tells it, when it is the same for all. */
static const char *waits_of(const desk_decision_list *others)
{
    const char *who = others->n ? others->at[0].waits_for : "";
    for (size_t i = 1; i < others->n; i++)
        if (!str_is(str_c(who), others->at[i].waits_for))
            return "等别人定";
    return who;
}

enum err desk_lead_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct desk_lead_view v = {0};
    TRY(find_asked(cx, rq, NEED_OBJECTED, &objection, &v));
    TRY(find_asked(cx, rq, NEED_EXTENDING, &extension, &v));
    TRY(find_waiting(cx, rq, NEED_WAITS_PARK, &parking, &v));
    TRY(find_waiting(cx, rq, NEED_WAITS_LEADER, &second_redo, &v));
    v.others_wait = waits_of(&v.others);
    TRY(find_lists(cx, &v));
    TRY(find_whistles(cx, &v));
    TRY(find_rates(cx, &v));
    v.page = shell_page(rq, SHELL_DESK, S("等您定的事"), "decide");
    v.page.notice = desk_done(cx, rq);
    v.page.notice_level = "g";
    reply_header(rp, "Cache-Control", S("no-store"));
    desk_lead_html(reply_html(rp), cx, &v);
    return OK;
}
