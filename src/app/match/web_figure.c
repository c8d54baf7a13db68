/* web_figure -- how a run came out, the rules and a trial of others, what help is missing. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/pages.h"
#include "base/time.h"
#include "base/utf8.h"
#include "match.html.h"
#include "text/csv.h"
#include <stdlib.h>

enum { FIGURE_DAYS = 28, ASKS_MAX = 5, MOVED_MAX = 20 };

static struct str number(struct cx *cx, int64_t n)
{
    return arena_printf(cx->mem, "%lld", (long long)n);
}

static struct str of(struct cx *cx, int64_t part, int64_t whole)
{
    return arena_printf(cx->mem, "%lld / %lld", (long long)part, (long long)whole);
}

static void figure(struct cx *cx, match_figure_list *out, const char *name, struct str value,
                   const char *about)
{
    *PUSH(cx->mem, out) = (struct match_figure){name, value, str_c(about)};
}

/* ---- a run ---- */

static struct str thousandth(struct cx *cx, int64_t n)
{
    return arena_printf(cx->mem, "%lld.%03lld", (long long)(n / 1000), (long long)(n % 1000));
}

/* Upwards, so that it is never less than the truth. */
static struct str gap_words(struct cx *cx, const struct match_run *r)
{
    int64_t best = r->objective + r->gap;
    int64_t tenths = best > 0 ? (1000 * r->gap + best - 1) / best : 0;
    return arena_printf(cx->mem, "%lld.%lld%%", (long long)tenths / 10, (long long)tenths % 10);
}

static enum err fill_figures(struct cx *cx, struct match_run_view *v)
{
    const struct match_run *r = &v->run;
    match_figure_list *f = &v->figures;
    struct match_figures m;
    TRY(match_figures(cx, r->at - FIGURE_DAYS * MS_DAY, &m));
    figure(cx, f, "人手够的需求", of(cx, r->served, r->needs), "要几个人就有几个人");
    figure(cx, f, "排上的人次", of(cx, r->matched, r->wanted),
           "只算帮手；派人去看、派给单位的不算");
    figure(cx, f, "用到的帮手", of(cx, r->used, r->providers), "这一次排到事的人");
    figure(cx, f, "忙闲不均", thousandth(cx, r->gini), "0 是人人一样多，1 是全在一个人身上");
    figure(cx, f, "近四周一位答应要问几次",
           m.yes ? arena_printf(cx->mem, "%lld.%lld", (long long)(m.asks / m.yes),
                                (long long)(m.asks * 10 / m.yes % 10))
                 : S("还没有"),
           "问得少，才不打扰人");
    figure(cx, f, "近四周多久有人答应",
           m.yes ? arena_printf(cx->mem, "%lld 小时", (long long)(m.wait_ms / m.yes / MS_HOUR))
                 : S("还没有"),
           "从问出去到答应");
    figure(cx, f, "常来的还是同一位", of(cx, m.same, m.repeats), "每周、每月都要的那些");
    figure(cx, f, "这一次换了建议", number(cx, r->changed), "没变的不动");
    return OK;
}

static void fill_misses(struct cx *cx, const match_part_list *parts, struct match_run_view *v)
{
    static const struct flow_reason words[] = {{"skill", "没有人会，或证件、保险还没看过"},
                                               {"far", "会的人不到那里去，或都问过了"},
                                               {"time", "时间对不上"},
                                               {"full", "这周都排满了，不多打扰"},
                                               {"price", "先帮了更急的，或该歇歇了"},
                                               {NULL, NULL}};
    for (size_t i = 0; i < parts->n; i++)
        if (str_is(parts->at[i].kind, "miss"))
            *PUSH(cx->mem, &v->misses) = (struct match_figure){
                flow_label(words, parts->at[i].code), number(cx, parts->at[i].wanted), S("")};
}

static struct str part_name(struct cx *cx, const struct match_part *p, const skill_list *skills,
                            const grid_list *grids)
{
    int64_t id = 0;
    if (str_is(p->kind, "level"))
        return p->code.n
                   ? arena_printf(cx->mem, "%.*s %s", STR(p->code), flow_label(levels, p->code))
                   : S("还没定级");
    for (size_t i = 0; i < skills->n && str_is(p->kind, "skill"); i++)
        if (str_eq(skills->at[i].code, p->code))
            return skills->at[i].name;
    for (size_t i = 0; i < grids->n && str_int(p->code, &id); i++)
        if (grids->at[i].id == id)
            return grids->at[i].name;
    return p->code;
}

/* The one with the smallest share of what it wanted; of a grid that is told, as what to mend. */
static void mark_worst(match_part_rows *rows)
{
    struct match_part_row *worst = NULL;
    for (size_t i = 0; i < rows->n; i++) {
        struct match_part_row *r = &rows->at[i];
        if (r->served < r->wanted &&
            (!worst || r->served * worst->wanted < worst->served * r->wanted))
            worst = r;
    }
    if (worst)
        worst->is_worst = true;
}

static enum err fill_tables(struct cx *cx, struct match_run_view *v)
{
    static const struct flow_reason kinds_of[] = {
        {"level", "按急不急"}, {"skill", "按要会什么"}, {"grid", "按网格"}, {NULL, NULL}};
    match_part_list parts = {0};
    skill_list skills = {0};
    grid_list grids = {0};
    TRY(match_parts(cx, v->run.id, &parts));
    fill_misses(cx, &parts, v);
    TRY(skill_all(cx, true, &skills));
    TRY(place_grids(cx, &grids));
    for (const struct flow_reason *k = kinds_of; k->code; k++) {
        struct match_part_table t = {.title = k->label};
        for (size_t i = 0; i < parts.n; i++)
            if (str_is(parts.at[i].kind, k->code))
                *PUSH(cx->mem, &t.rows) =
                    (struct match_part_row){part_name(cx, &parts.at[i], &skills, &grids),
                                            parts.at[i].wanted, parts.at[i].served, false};
        mark_worst(&t.rows);
        if (t.rows.n)
            *PUSH(cx->mem, &v->tables) = t;
    }
    return OK;
}

/* What waits for a yes, of a helper or of the resident. */
static enum err fill_waiting(struct cx *cx, struct match_run_view *v)
{
    match_offer_list all = {0};
    struct need n;
    TRY(match_waiting(cx, &all));
    for (size_t i = 0; i < all.n; i++) {
        if (need_get(cx, all.at[i].need_id, &n) != OK) {
            fault_clear(cx);
            continue;
        }
        *PUSH(cx->mem, &v->waiting) = (struct match_wait_row){
            all.at[i], n.number, n.title.n ? n.title : utf8_head(n.text, 16), n.place_text};
    }
    return OK;
}

static enum err draw_run(struct cx *cx, const struct req *rq, struct reply *rp, int64_t id)
{
    struct match_run_view v = {.may_run = (cx->who.role & (ROLES_RULES | ROLE_DISPATCHER)) != 0};
    TRY(match_runs(cx, &v.runs));
    for (size_t i = 0; i < v.runs.n && !id; i++) /* the last that tells all */
        if (match_run_is_full(&v.runs.at[i]))
            id = v.runs.at[i].id;
    enum err e = match_run_get(cx, id, &v.run);
    if (e != OK && (e != ERR_MISSING || id))
        return e;
    fault_clear(cx);
    v.has_run = e == OK;
    TRY(fill_waiting(cx, &v));
    if (v.has_run) {
        v.gap = gap_words(cx, &v.run);
        TRY(fill_figures(cx, &v));
        TRY(fill_tables(cx, &v));
    }
    v.page = shell_page(rq, SHELL_DESK, S("排得怎样"), "match");
    if (req_query(rq, "done").n)
        v.page.notice = S("重新排过了");
    v.page.notice_level = "g";
    reply_header(rp, "Cache-Control", S("no-store"));
    match_run_html(reply_html(rp), cx, &v);
    return OK;
}

/* ?id= names an earlier run; without it the last one. */
enum err match_run_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id = 0;
    if (req_query(rq, "id").n && !str_int(req_query(rq, "id"), &id))
        return fail(cx, ERR_MISSING, "没有这一次");
    return draw_run(cx, rq, rp, id);
}

enum err match_run_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_run run;
    (void)rq;
    TRY(match_solve(cx, "demand", &run));
    return reply_goto(cx, rp, "/d/match/run?done=1");
}

/* ---- the rules ---- */

static void compare(struct cx *cx, match_figure_list *out, const char *name, struct str now,
                    struct str then)
{
    *PUSH(cx->mem, out) = (struct match_figure){name, now, then};
}

/* Of ten people wanted. */
static struct str tenths(struct cx *cx, int64_t thousandths)
{
    return arena_printf(cx->mem, "%lld.%lld", (long long)(thousandths / 100),
                        (long long)(thousandths / 10 % 10));
}

static struct str names_of(struct cx *cx, const volunteer_id_list *ids)
{
    struct out o;
    const char *kind;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < ids->n; i++)
        out_printf(&o, "%s%.*s", i ? "、" : "",
                   STR(match_target_name(cx, S("volunteer"), ids->at[i], &kind)));
    return ids->n ? out_text(&o) : S("没有人");
}

/* Those the caller reaches. */
static void fill_moved(struct cx *cx, const match_other_list *others, struct match_weights_view *v)
{
    for (size_t i = 0; i < others->n && v->moved.n < MOVED_MAX; i++) {
        const struct match_other *o = &others->at[i];
        struct need n;
        if (need_get(cx, o->need_id, &n) == OK)
            *PUSH(cx->mem, &v->moved) =
                (struct match_moved_row){n.id, n.title.n ? n.title : utf8_head(n.text, 16),
                                         names_of(cx, &o->now), names_of(cx, &o->then)};
        fault_clear(cx);
    }
}

static void fill_trial(struct cx *cx, struct match_weights_view *v)
{
    const struct match_trial *t = &v->trial;
    match_figure_list *f = &v->figures;
    v->is_tried = true;
    compare(cx, f, "人手够的需求", of(cx, t->served_now, t->needs),
            of(cx, t->served_new, t->needs));
    if (t->urgent)
        compare(cx, f, "其中急的", of(cx, t->urgent_now, t->urgent),
                of(cx, t->urgent_new, t->urgent));
    compare(cx, f, "最差的网格，要 10 个人有几个", tenths(cx, t->worst_now),
            tenths(cx, t->worst_new));
    compare(cx, f, "用到的帮手", number(cx, t->used_now), number(cx, t->used_new));
    compare(cx, f, "忙闲不均", thousandth(cx, t->gini_now), thousandth(cx, t->gini_new));
    compare(cx, f, "平均路程（米）", number(cx, t->metres_now), number(cx, t->metres_new));
}

static enum err draw_weights(struct cx *cx, const struct req *rq, struct reply *rp,
                             struct match_weights_view *v)
{
    for (size_t i = 0; i < match_weights_shape.nfields; i++) {
        const struct field *f = &match_weights_shape.fields[i];
        if (f->ask && !field_is_id(f))
            *PUSH(cx->mem, &v->fields) =
                (struct match_choice){.value = str_c(f->name), .label = str_c(f->label)};
    }
    v->may_change = (cx->who.role & ROLES_RULES) != 0;
    TRY(match_weights_all(cx, &v->all));
    v->page = shell_page(rq, SHELL_DESK, S("怎么排的规则"), "match");
    if (req_query(rq, "done").n)
        v->page.notice = S("改好了，下一次就按新规则排");
    v->page.notice_level = "g";
    reply_header(rp, "Cache-Control", S("no-store"));
    match_weights_html(reply_html(rp), cx, v);
    return OK;
}

enum err match_weights_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_weights_view v = {0};
    TRY(match_weights_now(cx, &v.w));
    v.w.note = S("");
    return draw_weights(cx, rq, rp, &v);
}

enum err match_weights_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_weights_view v = {0};
    match_other_list others = {0};
    bool saves = str_is(req_field(rq, "act"), "save");
    TRY(match_weights_now(cx, &v.w));
    v.w.note = S("");
    enum err e = req_record(cx, rq, &match_weights_shape, &v.w);
    if (e == OK)
        e = saves ? match_weights_put(cx, &v.w) : match_try(cx, &v.w, &v.trial, &others);
    if (e == OK && saves)
        return reply_goto(cx, rp, "/d/match/weights?done=1");
    if (e == OK) {
        fill_trial(cx, &v);
        fill_moved(cx, &others, &v);
    }
    if (e != OK && e != ERR_INPUT && e != ERR_CONFLICT)
        return e;
    struct fault fault = cx->fault; /* reading must not hide it */
    TRY(draw_weights(cx, rq, rp, &v));
    cx->fault = fault;
    return e;
}

/* ---- what is missing ---- */

struct gap_range {
    int64_t grid_id, from, to;
};

static enum err read_range(struct cx *cx, const struct req *rq, struct gap_range *r)
{
    struct str from = req_query(rq, "from"), to = req_query(rq, "to");
    struct str grid = req_query(rq, "grid_id");
    *r = (struct gap_range){.to = time_day(cx->now), .from = time_day(cx->now) - 27};
    if (from.n && !time_read_date(from, &r->from))
        fail_field(cx, "from", "日期写成 2026-03-14");
    if (to.n && !time_read_date(to, &r->to))
        fail_field(cx, "to", "日期写成 2026-03-14");
    if (grid.n && !str_int(grid, &r->grid_id))
        fail_field(cx, "grid_id", "没有这个网格");
    return cx->fault.fields.n ? ERR_INPUT : OK;
}

static struct str day_text(struct cx *cx, int64_t day)
{
    struct civil c = time_civil(time_day_start(day));
    return arena_printf(cx->mem, "%04d-%02d-%02d", c.year, c.month, c.day);
}

/* More wait than can help: what units and merchants of the joint conference may be asked for. */
static void fill_asks(struct cx *cx, struct match_gaps_view *v)
{
    for (size_t i = 0; i < v->gaps.n && v->asks.n < ASKS_MAX; i++) {
        const struct match_gap *g = &v->gaps.at[i];
        if (g->waiting == 0 || g->offered > g->people)
            continue;
        *PUSH(cx->mem, &v->asks) = (struct match_figure){
            arena_cstr(cx->mem, g->name),
            arena_printf(cx->mem, "%lld 件还在等，要 %lld 个人", (long long)g->waiting,
                         (long long)g->people),
            arena_printf(cx->mem, "登记能帮的 %lld 位", (long long)g->offered)};
    }
}

enum err match_gaps_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_gaps_view v = {0};
    struct gap_range r;
    grid_list grids = {0};
    enum err e = read_range(cx, rq, &r);
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    if (e == OK)
        TRY(match_gaps(cx, r.grid_id, r.from, r.to, &v.gaps));
    fill_asks(cx, &v);
    TRY(place_grids(cx, &grids));
    for (size_t i = 0; i < grids.n; i++)
        *PUSH(cx->mem, &v.grids) = (struct match_choice){
            filter_id(cx, grids.at[i].id), grids.at[i].name, grids.at[i].id == r.grid_id};
    v.from = e == OK ? day_text(cx, r.from) : req_query(rq, "from");
    v.to = e == OK ? day_text(cx, r.to) : req_query(rq, "to");
    v.csv = arena_printf(cx->mem, "/d/match/gaps.csv?from=%.*s&to=%.*s&grid_id=%lld",
                         STR(day_text(cx, r.from)), STR(day_text(cx, r.to)), (long long)r.grid_id);
    cx->fault = fault;
    v.page = shell_page(rq, SHELL_DESK, S("缺什么帮助"), "match");
    reply_header(rp, "Cache-Control", S("no-store"));
    match_gaps_html(reply_html(rp), cx, &v);
    return e;
}

/* The columns are those of the shape. */
enum err match_gaps_csv(struct cx *cx, const struct req *rq, struct reply *rp)
{
    const struct shape *s = &match_gap_shape;
    match_gap_list gaps = {0};
    struct gap_range r;
    TRY(read_range(cx, rq, &r));
    TRY(match_gaps(cx, r.grid_id, r.from, r.to, &gaps));
    csv_rows rows = {0};
    for (size_t i = 0; i <= gaps.n; i++) {
        struct csv_row *row = PUSH(cx->mem, &rows);
        *row = (struct csv_row){.number = (int)i + 1};
        for (size_t f = 0; f < s->nfields; f++)
            *PUSH(cx->mem, &row->cells) =
                i ? field_text(cx, &s->fields[f], &gaps.at[i - 1]) : str_c(s->fields[f].label);
    }
    reply_header(rp, "Content-Disposition", S("attachment; filename=\"gaps.csv\""));
    reply_header(rp, "Cache-Control", S("no-store"));
    out_str(reply_bytes(rp, "text/csv; charset=utf-8"), csv_file(cx, &rows));
    return OK;
}
