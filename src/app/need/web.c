/* web -- the pages of residents: community, asking, looking up, rates. One need by itself
 * is in web_need.c. Handlers read, call the rule, show. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/keyring/keyring.h"
#include "app/need/need_own.h"
#include "app/need/pages.h"
#include "app/volunteer/volunteer.h"
#include "base/id.h"
#include "base/time.h"
#include "need.html.h"
#include "need.sql.h"

enum {
    FOUND_MAX = 12 /* places of a search */
};

/* What people ask most; the text is what the form starts with. */
static const struct phrase phrases[] = {
    {"wrench", "水电坏了", "家里水电坏了，"},
    {"med", "陪老人看病", "想有人陪老人去看病，"},
    {"child", "放学没人接", "孩子放学没人接，"},
    {"scale", "邻里有矛盾", "邻里有点矛盾，想请人调解，"},
    {NULL, "不知道该找谁", "不知道该找谁，"},
};

phrase_list need_asked_most(void)
{
    return (phrase_list){.at = phrases, .n = COUNT(phrases), .cap = COUNT(phrases)};
}

/* ---- the community ---- */

static int64_t month_start(int64_t at, int back)
{
    struct civil c = time_civil(at);
    int months = c.year * 12 + c.month - 1 - back;
    return time_of(months / 12, months % 12 + 1, 1, 0, 0);
}

static enum err find_places(struct cx *cx, const struct req *rq, struct need_home_view *v)
{
    int64_t parent = 0;
    if (v->q.n)
        return place_search(cx, v->q, S(""), FOUND_MAX, &v->found);
    if (req_query(rq, "p").n) {
        TRY(req_id(cx, rq, "p", &parent));
        TRY(place_line(cx, parent, &v->line));
    }
    TRY(place_children(cx, parent, &v->below));
    /* the top is the community itself: everybody knows where he lives, show what is below */
    if (!parent && v->below.n == 1) {
        parent = v->below.at[0].id;
        v->below = (place_list){0};
        TRY(place_children(cx, parent, &v->below));
    }
    return OK;
}

static enum err home_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need_home_view v = {.community = shell_community(cx),
                               .q = str_trim(req_query(rq, "q")),
                               .phrases = need_asked_most()};
    struct place place;
    if (v.q.n && place_by_code(cx, v.q, &place) == OK)
        return reply_goto(cx, rp, "/b/%.*s", STR(place.code));
    fault_clear(cx);
    TRY(find_places(cx, rq, &v));
    TRY(need_rates(cx, month_start(cx->now, 0), cx->now, &v.month));
    v.satisfied = need_percent(cx, v.month.satisfied, v.month.rated);
    TRY(shell_news(cx, S(""), &v.news));
    shell_links(cx, &v.links);
    v.page = shell_page(rq, SHELL_WIDE, S(""), "home");
    v.page.has_hero = true;
    shell_mode_keep(cx, rq, rp);
    need_home_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- as neighbours see it ---- */

struct need_line need_line(struct cx *cx, const struct need *n)
{
    static const char *const tags[] = {"", "刚收到", "正在找人", "正在办", "正在核实", "办好了"};
    struct need_line l = {.id = n->id,
                          .changed_at = n->changed_at,
                          .title = n->title.n ? n->title : S("一件新提的事"),
                          .step = need_progress(n->state),
                          .is_done = n->state == NEED_DONE,
                          .tag_class = "t"};
    l.tag = str_c(tags[l.step]);
    l.note = arena_printf(cx->mem, "%.*s 提出", STR(filter_when(cx, n->created_at)));
    if (!need_is_closed(n->state))
        return l;
    l.tag_class = l.is_done ? "g" : "";
    if (n->state == NEED_CANNOT)
        l.tag = S("暂时办不了，说明了原因");
    else if (n->state == NEED_REFERRED)
        l.tag = S("转给了能办的单位");
    else if (n->state == NEED_MERGED)
        l.tag = S("并在一起办");
    else if (n->state == NEED_WITHDRAWN)
        l.tag = S("本人说不用办了");
    else if (n->state == NEED_REFUSED)
        l.tag = S("不能受理，说明了原因");
    if (l.is_done)
        l.note =
            arena_printf(cx->mem, "用了 %.*s", STR(need_took(cx, n->closed_at - n->created_at)));
    return l;
}

/* ---- asking ---- */

static void draw_help(struct cx *cx, const struct req *rq, struct reply *rp,
                      struct need_help_view *v)
{
    struct str category = req_field(rq, "category");
    if (!category.n)
        category = req_query(rq, "c");
    v->category = flow_label(categories, category)[0] ? category : S("");
    v->phrases = need_asked_most();
    v->page = shell_page(rq, SHELL_PHONE, S("我有困难"), "help");
    v->page.has_foot = true;
    v->page.back = v->has_place
                       ? arena_cstr(cx->mem, arena_printf(cx->mem, "/b/%.*s", STR(v->place.code)))
                       : "/";
    need_help_html(reply_html(rp), cx, v);
}

static enum err help_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need_help_view v = {.rq = rq, .text = req_query(rq, "t")};
    if (req_query(rq, "b").n) {
        v.has_place = place_by_code(cx, req_query(rq, "b"), &v.place) == OK;
        v.where = v.has_place ? S("") : req_query(rq, "b");
        fault_clear(cx); /* an old code: the form asks for the place */
    }
    draw_help(cx, rq, rp, &v);
    return OK;
}

/* A code, or words that fit one place. Else the form offers what fits, and the fault says so. */
static enum err find_place(struct cx *cx, const struct req *rq, struct need_help_view *v)
{
    struct str code = req_field(rq, "place");
    v->where = req_field(rq, "where");
    if (code.n) {
        TRY(place_by_code(cx, code, &v->place));
        v->has_place = true;
        return OK;
    }
    if (!v->where.n)
        return fail_field(cx, "where", "请写一下在哪里，小区和楼号就行");
    v->has_place = place_by_code(cx, v->where, &v->place) == OK;
    fault_clear(cx);
    if (v->has_place)
        return OK;
    TRY(place_search(cx, v->where, S(""), PLACE_FOUND, &v->choices));
    if (v->choices.n == 1) {
        v->place = v->choices.at[0];
        v->has_place = true;
        return OK;
    }
    bool is_many = place_to_choose(&v->choices);
    size_t n = v->choices.n;
    TRY(place_none_of_these(cx, &v->choices));
    return is_many ? fail_field(cx, "place", "对得上的有 %zu 栋，先点是哪一栋", n)
           : n     ? fail_field(cx, "place", "对得上的有 %zu 处，请点一处；都不是，请把楼号写全", n)
               : fail_field(cx, "where", "没找到这个地方，换个写法试试，或者点“都不是”");
}

static enum err read_help(struct cx *cx, const struct req *rq, struct need *n,
                          struct need_help_view *v)
{
    enum err place = find_place(cx, rq, v);
    n->place_id = v->place.id;
    enum err rest = req_record(cx, rq, &need_shape, n);
    v->text = req_field(rq, "text");
    v->door = req_field(rq, "door");
    v->name = req_field(rq, "name");
    v->contact = req_field(rq, "contact");
    v->is_secret = n->is_secret;
    v->agrees_share = n->agrees_share;
    v->agrees_match = n->agrees_match;
    return place != OK ? place : rest;
}

static enum err do_help(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need n = {.channel = S("web")};
    struct need_help_view v = {.rq = rq};
    struct str key = S("");
    need_photo_whys why = {0};
    bool again = false;
    enum err e = read_help(cx, rq, &n, &v);
    n.client_key = req_field(rq, "key");
    if (e == OK && (e = req_place_pays(cx, rq, v.place.id, v.place.doors)) != OK)
        draw_help(cx, rq, rp, &v);
    if (e == OK)
        e = need_open(cx, &n, &key, &again);
    if (e == ERR_CONFLICT) { /* came back to a form that was sent, and wrote something else */
        v.rq = NULL;         /* a key of its own, so that the next press is another need */
        fault_clear(cx);
        fail(cx, e, "刚才用这一页已经提过一件。要另提这一件，请再点一次“请人来帮”");
    }
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        draw_help(cx, rq, rp, &v);
    TRY(e);
    if (again)
        return reply_goto(cx, rp, "/find?again=1&n=%.*s&w=%.*s", STR(n.number), STR(n.word));
    TRY(need_photos_add(cx, rq, n.id, &why));
    return reply_goto(cx, rp, "/n/%lld?k=%.*s&new=1%.*s", (long long)n.id, STR(key),
                      STR(need_photo_query(cx, &why)));
}

/* ---- looking up ---- */

static void draw_find(struct cx *cx, const struct req *rq, struct reply *rp, struct str number,
                      struct str word)
{
    struct need_find_view v = {.community = shell_community(cx), .number = number, .word = word};
    v.page = shell_page(rq, SHELL_PHONE, S("办到哪一步了"), "find");
    v.is_again = req_query(rq, "again").n > 0;
    need_find_html(reply_html(rp), cx, &v);
}

static enum err find_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    draw_find(cx, rq, rp, req_query(rq, "n"), req_query(rq, "w"));
    return OK;
}

static enum err show_number(struct cx *cx, const struct req *rq, struct reply *rp,
                            struct str number, struct str word)
{
    struct need n = {0};
    TRY(need_by_word(cx, number, word, &n));
    return need_show(cx, rq, rp, &n, S(""));
}

/* Whoever leaves the letter out may mean any of them. */
static enum err look_up(struct cx *cx, const struct req *rq, struct reply *rp, struct str number,
                        struct str word)
{
    struct str typed = str_trim(req_field(rq, "number"));
    bool has_letter = typed.n && !(typed.p[0] >= '0' && typed.p[0] <= '9');
    return shell_show_number(cx, rq, rp, number, word, !has_letter);
}

static enum err do_find(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct str typed = req_field(rq, "number"), word = str_trim(req_field(rq, "word")), number;
    enum err e = OK;
    if (!id_number_read(cx, typed, &number))
        e = fail_field(cx, "number", "编号里有一位不对，请对照纸条再看一遍");
    if (word.n != 4)
        e = fail_field(cx, "word", "请填四位数字，和编号写在一起的");
    if (e == OK)
        e = look_up(cx, rq, rp, number, word);
    if (e == OK)
        return OK;
    if (e == ERR_INPUT)
        draw_find(cx, rq, rp, typed, word);
    if (e != ERR_MISSING && e != ERR_DENIED && e != ERR_CONFLICT)
        return e;
    /* the wrong try has been counted: it is kept only when this ends well */
    struct str why =
        e != ERR_MISSING ? cx->fault.message : S("编号和四位数字对不上，请对照纸条再看一遍");
    fault_clear(cx);
    fail_field(cx, "word", "%.*s", STR(why));
    draw_find(cx, rq, rp, typed, word);
    fault_clear(cx);
    reply_status(rp, e == ERR_DENIED ? 429 : 422);
    return OK;
}

/* ---- the three rates ---- */

static enum err rates_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need_rates_view v = {.community = shell_community(cx)};
    for (int back = 0; back < 2; back++) {
        int64_t from = month_start(cx->now, back);
        struct civil c = time_civil(from);
        struct rate_month *m = PUSH(cx->mem, &v.months);
        m->name = arena_printf(cx->mem, "%d 年 %d 月%s", c.year, c.month, back ? "" : "（到今天）");
        TRY(need_rates(cx, from, back ? month_start(cx->now, 0) : cx->now, &m->sum));
        need_three_rates(cx, &m->sum, &m->rows);
    }
    v.page = shell_page(rq, SHELL_WIDE, S("三率"), "home");
    need_rates_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- the table ---- */

static const struct route routes[] = {
    {"GET", "/", home_page, .title = "社区首页", .kind = ROUTE_INLINE, .shared = true},
    {"GET", "/help", help_page, .title = "我有困难", .kind = ROUTE_INLINE},
    {"POST", "/help", do_help, .title = "提出一件事", .in = &need_shape, .seals = &need_shape,
     .prepare = need_photos_prepare, .body_max = NEED_PHOTO_BODY},
    {"GET", "/find", find_page, .title = "凭编号查进度", .kind = ROUTE_INLINE},
    {"POST", "/find", do_find, .title = "凭编号和四位数字看进度", .open_key = true},
    {"GET", "/rates", rates_page, .title = "三率", .kind = ROUTE_INLINE, .shared = true},
    {"GET", "/n/{id}", need_page, .title = "一件事的进度", .kind = ROUTE_INLINE, .open_key = true},
    {"GET", "/n/{id}/slip", need_slip_page, .title = "进度纸条", .kind = ROUTE_INLINE,
     .open_key = true},
    {"GET", "/n/{id}/{step}", need_step_page, .title = "补充、评价、撤回", .kind = ROUTE_INLINE,
     .open_key = true},
    {"POST", "/n/{id}/{step}", need_step_do, .title = "补充、评价、撤回", .open_key = true,
     .in = &need_move_shape},
};

static const struct shape *const shapes[] = {&need_shape, &need_event_shape, &duty_shape,
                                             &need_move_shape, &opening_shape};

static const struct sealed_table sealed[] = {
    {&need_shape, &need_sql_sealed_some, &need_sql_sealed_put}};

const struct feature need_feature = {.name = "need",
                                     .seen = &need_seen,
                                     .consents = &need_consents,
                                     .subject = &need_subject,
                                     .subject_parts = need_parts,
                                     .nsubject_parts = COUNT(need_parts),
                                     .keeps = need_keeps,
                                     .nkeeps = COUNT(need_keeps),
                                     .routes = routes,
                                     .nroutes = COUNT(routes),
                                     .shapes = shapes,
                                     .nshapes = COUNT(shapes),
                                     .queries = need_sql_all,
                                     .nqueries = &need_sql_count,
                                     .sealed = sealed,
                                     .nsealed = COUNT(sealed),

                                     .jobs = "need.",
                                     .job = need_job,
                                     .topics = need_topics,
                                     .letters = "H",
                                     .show = show_number};
