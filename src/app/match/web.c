/* web -- matching for staff: why these people, what a need asks, asking, answers by phone. What
 * helper and resident see: web_own.c; runs, rules and gaps: web_figure.c; the board's panel:
 * match_panel.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/pages.h"
#include "base/id.h"
#include "base/time.h"
#include "base/utf8.h"
#include "match.html.h"
#include "match.sql.h"

/* A path of this site that the form came from, or the page of the need's reasons. */
static enum err go_back(struct cx *cx, const struct req *rq, struct reply *rp, int64_t need_id,
                        const char *done)
{
    struct str back = req_field(rq, "back");
    struct str to = str_starts(back, S("/d/")) ? back : match_path(cx, "/d/match/", need_id, "");
    const char *glue = str_find(to, S("?")) >= 0 ? "&" : "?";
    return reply_goto(cx, rp, "%.*s%sdone=%s", STR(to), glue, done);
}

static struct str notice_of(const struct req *rq)
{
    static const struct flow_reason words[] = {{"helper_ask", "问出去了，等他回话"},
                                               {"bar", "记下了，这件不问他"},
                                               {"help", "记下了，正在找合适的人"},
                                               {"dispatch", "派出去了，等那边接"},
                                               {"helper_said", "记下了"},
                                               {NULL, NULL}};
    return str_c(flow_label(words, req_query(rq, "done")));
}

/* ---- why these people ---- */

static struct str why_run(struct cx *cx, int64_t run_id)
{
    struct match_run run;
    if (match_run_get(cx, run_id, &run) != OK) {
        fault_clear(cx);
        return S("");
    }
    return str_c(flow_label(match_reasons, run.reason));
}

/* How much he was ahead of the next, and whether the next is wanted elsewhere. */
static struct str runner_words(struct cx *cx, const struct match_proposal *p)
{
    const char *kind;
    if (!str_is(p->target, "volunteer"))
        return S("");
    if (p->runner_id == 0)
        return S("后面没有别的帮手。");
    struct str name = match_target_name(cx, S("volunteer"), p->runner_id, &kind);
    bool is_wanted = p->runner_price > p->price && p->runner_score > p->score;
    if (is_wanted)
        return arena_printf(cx->mem, "后面是%.*s：这件上更合适，可别处也正要他，先让给那边。",
                            STR(name));
    if (p->score > p->runner_score)
        return arena_printf(cx->mem, "后面是%.*s：这件上差 %lld 分。", STR(name),
                            (long long)(p->score - p->runner_score + POINT / 2) / POINT);
    return arena_printf(cx->mem, "后面是%.*s：差不多合适。", STR(name));
}

static enum err add_past(struct cx *cx, const struct match_proposal *p, match_past_list *out)
{
    struct match_past *x = PUSH(cx->mem, out);
    TRY(match_card_of(cx, p, &x->card));
    x->by_run = why_run(cx, p->run_id);
    x->runner = runner_words(cx, p);
    return OK;
}

enum { PAST_MAX = 40 };

static enum err find_past(struct cx *cx, int64_t id, match_past_list *now, match_past_list *past)
{
    match_proposal_list all = {0};
    TRY(match_proposals(cx, id, true, &all));
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].until_at == 0)
            TRY(add_past(cx, &all.at[i], now));
        else if (past->n < PAST_MAX)
            TRY(add_past(cx, &all.at[i], past));
    return OK;
}

static enum err find_whys(struct cx *cx, int64_t id, match_why_list *out)
{
    match_miss_list all = {0};
    TRY(match_misses(cx, id, &all));
    for (size_t i = 0; i < all.n && i < PAST_MAX; i++) {
        struct match_why w = {.m = all.at[i], .words = match_miss_words(cx, &all.at[i])};
        struct str rest = w.m.others, one;
        struct need n;
        int64_t other;
        while (str_split(&rest, ' ', &one)) {
            if (!str_int(one, &other))
                continue;
            if (need_get(cx, other, &n) == OK)
                *PUSH(cx->mem, &w.others) = (struct match_served){n.number, n.id};
            fault_clear(cx);
        }
        *PUSH(cx->mem, out) = w;
    }
    return OK;
}

/* The steps, without the names of those who were asked: that somebody said no is nobody's business,
 * and of one who was asked alone the step would say it. */
static enum err find_story(struct cx *cx, int64_t id, match_line_list *out)
{
    match_event_list all = {0};
    TRY(db_all(cx, &match_sql_events, &match_event_shape, &all, ARGS(AS("need_id", id))));
    for (size_t i = all.n; i-- > 0;) {
        const struct match_event *e = &all.at[i];
        const struct offer_step *s = offer_find_step(e->step);
        if (!s)
            continue;
        bool came_to_nothing = s->to == OFFER_DECLINED || s->to == OFFER_EXPIRED ||
                               (s->to == OFFER_RELEASED && str_is(e->from_state, "asked"));
        if (came_to_nothing) {
            *PUSH(cx->mem, out) = (struct match_line){S("这次没约上"), e->at};
            continue;
        }
        *PUSH(cx->mem, out) = (struct match_line){
            e->by_name.n ? arena_printf(cx->mem, "%s（%.*s）", s->label, STR(e->by_name))
                         : str_c(s->label),
            e->at};
    }
    return OK;
}

static enum err why_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_panel panel = {0};
    struct match_why_view v = {.panel = &panel};
    struct need n;
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(need_get(cx, id, &n));
    panel.back = match_path(cx, "/d/match/", id, "");
    TRY(match_fill_panel(cx, &n, &panel));
    TRY(find_past(cx, id, &v.now, &v.past));
    TRY(find_whys(cx, id, &v.whys));
    TRY(find_story(cx, id, &v.story));
    for (size_t i = 0; i < panel.cards.n; i++)
        if (panel.cards.at[i].may_ask)
            *PUSH(cx->mem, &v.others) =
                (struct match_choice){.value = filter_id(cx, panel.cards.at[i].p.target_id),
                                      .label = panel.cards.at[i].name};
    v.subject = n.title.n ? n.title : utf8_head(n.text, 16);
    v.page = shell_page(rq, SHELL_DESK, S("找谁，为什么"), "board");
    v.page.notice = notice_of(rq);
    v.page.notice_level = "g";
    reply_header(rp, "Cache-Control", S("no-store"));
    match_why_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- what a need asks ---- */

static struct str day_text(struct cx *cx, int64_t day)
{
    struct civil c = time_civil(time_day_start(day));
    return day ? arena_printf(cx->mem, "%04d-%02d-%02d", c.year, c.month, c.day) : S("");
}

static enum err find_choices(struct cx *cx, const struct req *rq, struct match_help_view *v)
{
    skill_list all = {0};
    struct week w;
    bool sent = req_field(rq, "skill_code").n > 0 || req_field(rq, "people").n > 0;
    TRY(skill_all(cx, false, &all));
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].parent_code.n)
            *PUSH(cx->mem, &v->skills) = (struct match_choice){
                all.at[i].code, all.at[i].name, str_eq(all.at[i].code, v->h.skill_code)};
    for (const struct flow_reason *e = match_every; e->code; e++)
        *PUSH(cx->mem, &v->everys) =
            (struct match_choice){str_c(e->code), str_c(e->label), str_is(v->h.every, e->code)};
    week_read(v->h.week, &w);
    for (size_t i = 0; i < WEEK_CHOICES; i++) {
        bool on = week_has_choice(&w, week_choices[i].code);
        for (size_t k = 0; sent && k < req_field_count(rq, "times"); k++)
            on |= str_is(req_field_nth(rq, "times", k), week_choices[i].code);
        *PUSH(cx->mem, &v->weeks) =
            (struct match_choice){str_c(week_choices[i].code), str_c(week_choices[i].label), on};
    }
    return OK;
}

static enum err draw_help(struct cx *cx, const struct req *rq, struct reply *rp,
                          struct match_help_view *v)
{
    struct fault fault = cx->fault; /* reading must not hide it */
    struct need other;
    cx->fault = (struct fault){0};
    TRY(find_choices(cx, rq, v));
    v->from_day = shell_typed(rq, "from_day", day_text(cx, v->h.from_day));
    v->to_day = shell_typed(rq, "to_day", day_text(cx, v->h.to_day));
    v->again = req_field(rq, "again");
    if (!v->again.n && v->h.again_id && need_get(cx, v->h.again_id, &other) == OK)
        v->again = other.number;
    cx->fault = fault;
    v->page = shell_page(rq, SHELL_DESK, S("要什么帮助"), "board");
    reply_header(rp, "Cache-Control", S("no-store"));
    match_help_html(reply_html(rp), cx, v);
    return OK;
}

static enum err help_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_help_view v = {0};
    skill_fit_list fits = {0};
    int64_t id;
    bool found;
    TRY(req_id(cx, rq, "id", &id));
    TRY(need_get(cx, id, &v.n));
    TRY(match_help_load(cx, id, &v.h, &found));
    if (!found) {
        v.h = (struct match_help){.people = 1, .halves = 2};
        TRY(skill_suggest(cx, v.n.text, 1, &fits));
        if (fits.n)
            v.h.skill_code = fits.at[0].skill.code;
    }
    return draw_help(cx, rq, rp, &v);
}

static void read_date(struct cx *cx, const struct req *rq, const char *field, int64_t *day)
{
    struct str typed = str_trim(req_field(rq, field));
    *day = 0;
    if (typed.n && !time_read_date(typed, day))
        fail_field(cx, field, "日期写成 2026-03-14");
}

static void read_count(struct cx *cx, const struct req *rq, const char *field, int64_t *n)
{
    if (!str_int(str_trim(req_field(rq, field)), n))
        fail_field(cx, field, "请填一个数");
}

/* An earlier need by the number that people know. */
static enum err read_again(struct cx *cx, const struct req *rq, struct match_help *h)
{
    struct str typed = str_trim(req_field(rq, "again")), number, next;
    need_list found = {0};
    h->again_id = 0;
    if (!typed.n)
        return OK;
    if (!id_number_read(cx, typed, &number)) {
        fail_field(cx, "again", "编号里有一位不对，请再看一遍");
        return OK;
    }
    TRY(need_search(cx, &(struct need_filter){.text = number, .limit = 1}, &found, &next));
    if (found.n == 0)
        fail_field(cx, "again", "没找到 %.*s 这一件", STR(number));
    else
        h->again_id = found.at[0].id;
    return OK;
}

/* The week of the form is made of its simple choices; what was said exactly stays when they fit. */
static void read_week(struct cx *cx, const struct req *rq, struct match_help *h)
{
    struct week typed = {0}, was;
    week_read(h->week, &was);
    bool same = true;
    for (size_t i = 0; i < req_field_count(rq, "times"); i++)
        week_choose(&typed, arena_cstr(cx->mem, req_field_nth(rq, "times", i)));
    for (size_t i = 0; i < WEEK_CHOICES; i++)
        same &= week_has_choice(&typed, week_choices[i].code) ==
                week_has_choice(&was, week_choices[i].code);
    if (!same || week_count(&typed) == 0)
        h->week = week_count(&typed) ? week_text(cx, &typed) : S("");
}

static enum err help_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_help_view v = {0};
    int64_t id;
    bool found;
    TRY(req_id(cx, rq, "id", &id));
    TRY(need_get(cx, id, &v.n));
    TRY(match_help_load(cx, id, &v.h, &found));
    v.h.skill_code = req_field(rq, "skill_code");
    v.h.every = req_field(rq, "every");
    v.h.access = str_trim(req_field(rq, "access"));
    v.h.two_first = req_field(rq, "two_first").n > 0;
    v.h.relay = req_field(rq, "relay").n > 0;
    read_count(cx, rq, "people", &v.h.people);
    read_count(cx, rq, "halves", &v.h.halves);
    read_date(cx, rq, "from_day", &v.h.from_day);
    read_date(cx, rq, "to_day", &v.h.to_day);
    read_week(cx, rq, &v.h);
    TRY(read_again(cx, rq, &v.h));
    if (!str_int(req_field(rq, "version"), &v.h.version))
        v.h.version = 0;
    enum err e = cx->fault.fields.n ? ERR_INPUT : match_help_put(cx, id, &v.h);
    if (e == ERR_INPUT || e == ERR_CONFLICT) {
        TRY(draw_help(cx, rq, rp, &v));
        return e;
    }
    TRY(e);
    return reply_goto(cx, rp, "/d/match/%lld?done=help", (long long)id);
}

/* ---- asking, and what is said by phone ---- */

static int64_t number_of(const struct req *rq, const char *field)
{
    int64_t n = 0;
    return str_int(req_field(rq, field), &n) ? n : 0;
}

/* "worker-73", or "worker" alone: whoever it is. */
static enum err send_do(struct cx *cx, int64_t need_id, struct str send)
{
    struct str target, rest = send;
    int64_t target_id = 0;
    if (!str_split(&rest, '-', &target) || (rest.n && !str_int(rest, &target_id)))
        return fail(cx, ERR_INPUT, "请选派给谁");
    return match_send(cx, need_id, target, target_id);
}

static enum err ask_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_ask ask = {.volunteer_id = number_of(rq, "volunteer_id"),
                            .first = number_of(rq, "first")};
    match_offer_list asked = {0};
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    if (req_field(rq, "send").n) {
        TRY(send_do(cx, id, req_field(rq, "send")));
        return go_back(cx, rq, rp, id, "dispatch");
    }
    TRY(match_ask(cx, id, &ask, &asked));
    return go_back(cx, rq, rp, id, "helper_ask");
}

static enum err bar_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(match_bar(cx, id, number_of(rq, "volunteer_id")));
    return go_back(cx, rq, rp, id, "bar");
}

static enum err offer_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct offer_move m = {.version = number_of(rq, "version")};
    struct match_offer o;
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(offer_move(cx, id, req_field(rq, "step"), OFFER_BY_STAFF, &m, &o));
    return go_back(cx, rq, rp, o.need_id, "helper_said");
}

/* ---- the table ---- */

static const struct route routes[] = {
    {"GET", "/d/match/run", match_run_page, ROLES_FIGURE, "排得怎样"},
    {"POST", "/d/match/run", match_run_do, ROLES_RULES | ROLE_DISPATCHER, "重新排一遍",
     .mem_max = MATCH_MEMORY},
    {"GET", "/d/match/weights", match_weights_page, ROLES_FIGURE, "怎么排的规则"},
    {"POST", "/d/match/weights", match_weights_do, ROLES_RULES, "试一试或改规则",
     .mem_max = MATCH_MEMORY},
    {"GET", "/d/match/gaps", match_gaps_page, ROLES_FIGURE, "缺什么帮助"},
    {"GET", "/d/match/gaps.csv", match_gaps_csv, ROLES_FIGURE, "缺什么帮助（表格）"},
    {"GET", "/d/match/{id}", why_page, ROLES_MATCH, "找谁，为什么"},
    {"GET", "/d/match/{id}/help", help_page, ROLES_HELP, "要什么帮助"},
    {"POST", "/d/match/{id}/help", help_do, ROLES_HELP, "填要什么帮助"},
    {"POST", "/d/match/{id}/ask", ask_do, ROLES_ASK, "问一问"},
    {"POST", "/d/match/{id}/bar", bar_do, ROLES_ASK, "这件不问他"},
    {"POST", "/d/offer/{id}", offer_do, ROLES_ASK, "电话里说的记下来"},
    {"GET", "/v/{id}/tasks", match_tasks_page, .title = "问到我的事", .open_key = true},
    {"GET", "/v/{id}/task/{offer}", match_task_page, .title = "问到我的一件事", .open_key = true},
    {"POST", "/v/{id}/task/{offer}/{step}", match_task_do, .title = "去不去，回个话",
     .open_key = true},
    {"GET", "/n/{id}/help", match_mine_page, .title = "谁来帮我", .open_key = true},
    {"POST", "/n/{id}/help/still", match_still_do, .title = "还需要帮忙", .open_key = true},
    {"POST", "/n/{id}/help/{offer}/{step}", match_mine_do, .title = "约不约，好不好",
     .open_key = true},
};

static const struct shape *const shapes[] = {
    &match_help_shape,  &match_weights_shape,  &match_trial_shape, &match_run_shape,
    &match_part_shape,  &match_proposal_shape, &match_miss_shape,  &match_ask_shape,
    &match_offer_shape, &offer_move_shape,     &match_task_shape,  &match_gap_shape,
    &match_event_shape};

const struct feature match_feature = {.name = "match",
                                      .subject_parts = match_held,
                                      .nsubject_parts = COUNT(match_held),
                                      .keeps = match_keeps,
                                      .nkeeps = COUNT(match_keeps),
                                      .routes = routes,
                                      .nroutes = COUNT(routes),
                                      .shapes = shapes,
                                      .nshapes = COUNT(shapes),
                                      .queries = match_sql_all,
                                      .nqueries = &match_sql_count,
                                      .jobs = "match.",
                                      .job = match_job,
                                      .topics = match_topics};
