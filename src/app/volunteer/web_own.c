/* web_own -- what a volunteer sees and changes of himself, by the secret of his link. The days on
 * which he is away staff write down for him on the same page below /d/volunteer. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/pages.h"
#include "base/time.h"
#include "print/qr.h"
#include "volunteer.html.h"

static bool is_staff(const struct req *rq)
{
    return str_starts(req_path(rq), S("/d/"));
}

/* The link's holder: from the query of a page, from the body of a form. On staff's routes, whoever
 * the caller may reach. */
static enum err by_key(struct cx *cx, const struct req *rq, struct str key, struct volunteer *v)
{
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    return is_staff(rq) ? volunteer_get(cx, id, v) : volunteer_by_key(cx, id, key, v);
}

static struct str key_of(const struct req *rq)
{
    if (is_staff(rq))
        return S("");
    return str_is(req_method(rq), "GET") ? req_query(rq, "k") : req_field(rq, "k");
}

static struct str base_of(struct cx *cx, const struct req *rq, int64_t id)
{
    return arena_printf(cx->mem, is_staff(rq) ? "/d/volunteer/%lld" : "/v/%lld", (long long)id);
}

/* A page below his own, or below his card: back to it, out of search engines and caches. */
static struct shell_page page_below(struct cx *cx, const struct req *rq, struct reply *rp,
                                    const char *title, const struct volunteer *v, struct str key)
{
    struct shell_page p = is_staff(rq) ? volunteer_staff_page(cx, rq, str_c(title))
                                       : shell_page(rq, SHELL_PHONE, str_c(title), "find");
    p.here = is_staff(rq) ? base_of(cx, rq, v->id) : volunteer_link(cx, v->id, "", key);
    p.back = arena_cstr(cx->mem, p.here);
    p.is_private = true;
    reply_header(rp, "Cache-Control", S("no-store"));
    return p;
}

static enum err go_home(struct cx *cx, const struct req *rq, struct reply *rp, int64_t id,
                        struct str key, const char *done)
{
    if (is_staff(rq))
        return reply_goto(cx, rp, "/d/volunteer/%lld?done=change", (long long)id);
    return reply_goto(cx, rp, "%.*s&done=%s", STR(volunteer_link(cx, id, "", key)), done);
}

/* ---- his page ---- */

static struct str notice_of(const struct req *rq)
{
    static const struct volunteer_code words[] = {{"pause", "好的，先歇一歇。想帮了点“接着帮”"},
                                                  {"resume", "欢迎回来"},
                                                  {"confirm", "谢谢您，还记着您"},
                                                  {"edit", "改好了"},
                                                  {"skills", "记下来了"},
                                                  {"times", "时间记下来了"},
                                                  {NULL, NULL}};
    return str_c(volunteer_label(words, req_query(rq, "done")));
}

static enum err show(struct cx *cx, const struct req *rq, struct reply *rp,
                     const struct volunteer *v, struct str key)
{
    struct volunteer_own_view view = {.community = shell_community(cx),
                                      .v = *v,
                                      .key = key,
                                      .is_new = key.n && req_query(rq, "new").n,
                                      .is_asked = v->asked_at != 0};
    volunteer_id_list grids = {0};
    struct week w;
    week_read(v->week, &w);
    view.when = week_words(cx, &w);
    TRY(volunteer_skills(cx, v->id, &view.skills));
    TRY(volunteer_aways(cx, v->id, &view.aways));
    TRY(volunteer_grids(cx, v->id, &grids));
    view.grids = str_is(v->reach, "grid") ? (int64_t)grids.n : 0;
    TRY(volunteer_story(cx, v->id, &view.story));
    TRY(openings_told(cx, &volunteer_seen, v->id, &view.seen));
    view.page = shell_page(rq, SHELL_WIDE, S("我的志愿登记"), "find");
    view.page.back = "/";
    view.page.is_private = true;
    view.page.here = key.n ? volunteer_link(cx, v->id, "", key) : S("/find");
    view.page.notice = notice_of(rq);
    view.page.notice_level = "g";
    reply_header(rp, "Cache-Control", S("no-store"));
    volunteer_own_html(reply_html(rp), cx, &view);
    return OK;
}

enum err volunteer_own_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    TRY(by_key(cx, rq, key_of(rq), &v));
    return show(cx, rq, rp, &v, key_of(rq));
}

enum err volunteer_show_by_word(struct cx *cx, const struct req *rq, struct reply *rp,
                                struct str number, struct str word)
{
    struct volunteer v;
    TRY(volunteer_by_word(cx, number, word, &v));
    return show(cx, rq, rp, &v, S(""));
}

enum err volunteer_slip_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer_slip_view view = {.community = shell_community(cx)};
    struct str key = key_of(rq), site = req_site(cx, rq);
    TRY(by_key(cx, rq, key, &view.v));
    view.page = page_below(cx, rq, rp, "登记纸条", &view.v, key);
    view.qr = qr_svg(cx, arena_printf(cx->mem, "%.*s%.*s", STR(site), STR(view.page.here)),
                     S("看登记的二维码"));
    view.shown_url = arena_printf(cx->mem, "%.*s/find", STR(site));
    volunteer_slip_html(reply_html(rp), cx, &view);
    return OK;
}

/* ---- when ---- */

static enum err draw_times(struct cx *cx, const struct req *rq, struct reply *rp,
                           const struct volunteer *v, struct str key)
{
    struct volunteer_times_view view = {.v = *v,
                                        .base = base_of(cx, rq, v->id),
                                        .key = key,
                                        .from = req_field(rq, "from"),
                                        .to = req_field(rq, "to")};
    struct week w;
    struct fault fault = cx->fault;
    week_read(v->week, &w);
    view.when = week_words(cx, &w);
    view.times = volunteer_week_ticks(cx, NULL, &w);
    view.days = volunteer_days(cx, &w);
    TRY(volunteer_aways(cx, v->id, &view.aways));
    cx->fault = fault;
    view.page = page_below(cx, rq, rp, is_staff(rq) ? "哪几天出门" : "什么时候有空", v, key);
    volunteer_times_html(reply_html(rp), cx, &view);
    return OK;
}

enum err volunteer_times_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    TRY(by_key(cx, rq, key_of(rq), &v));
    return draw_times(cx, rq, rp, &v, key_of(rq));
}

enum err volunteer_times_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    struct str key = key_of(rq);
    struct week old, w;
    TRY(by_key(cx, rq, key, &v));
    week_read(v.week, &old);
    enum err e = OK;
    if (str_is(req_field(rq, "how"), "fine"))
        e = volunteer_fine_week(cx, rq, &old, &w);
    else
        w = volunteer_week_of(rq);
    if (e == OK)
        e = volunteer_set_week(cx, v.id, key, &w);
    if (e == ERR_INPUT)
        TRY(draw_times(cx, rq, rp, &v, key));
    TRY(e);
    return go_home(cx, rq, rp, v.id, key, "times");
}

enum err volunteer_away_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    struct str key = key_of(rq);
    int64_t from, to;
    TRY(by_key(cx, rq, key, &v));
    enum err e = volunteer_read_day(cx, rq, "from", &from);
    if (e == OK)
        e = volunteer_read_day(cx, rq, "to", &to);
    if (e == OK && !from)
        e = fail_field(cx, "from", "请写从哪天");
    if (e == OK && !to)
        e = fail_field(cx, "to", "请写到哪天");
    if (e == OK)
        e = volunteer_add_away(cx, v.id, key, time_day(from), time_day(to));
    if (e == ERR_INPUT)
        TRY(draw_times(cx, rq, rp, &v, key));
    TRY(e);
    return go_home(cx, rq, rp, v.id, key, "times");
}

enum err volunteer_back_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    struct str key = key_of(rq);
    int64_t away;
    TRY(by_key(cx, rq, key, &v));
    if (!str_int(req_field(rq, "away"), &away))
        return fail(cx, ERR_MISSING, "没有这一段");
    TRY(volunteer_drop_away(cx, v.id, key, away));
    return go_home(cx, rq, rp, v.id, key, "times");
}

/* ---- what ---- */

static enum err draw_skills(struct cx *cx, const struct req *rq, struct reply *rp,
                            const struct volunteer *v, struct str key)
{
    struct volunteer_skills_view view = {.v = *v, .key = key};
    volunteer_skill_list has = {0};
    struct fault fault = cx->fault;
    TRY(volunteer_skills(cx, v->id, &has));
    TRY(volunteer_groups(cx, rq, &has, &view.choices));
    view.mine = volunteer_mine(cx, &has, &view.choices);
    cx->fault = fault;
    view.page = page_below(cx, rq, rp, "能帮什么", v, key);
    view.page.has_foot = true;
    volunteer_skills_html(reply_html(rp), cx, &view);
    return OK;
}

enum err volunteer_skills_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    TRY(by_key(cx, rq, key_of(rq), &v));
    return draw_skills(cx, rq, rp, &v, key_of(rq));
}

enum err volunteer_skills_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    struct str key = key_of(rq);
    volunteer_code_list codes = {0};
    int64_t *levels;
    TRY(by_key(cx, rq, key, &v));
    volunteer_ticked(cx, rq, &codes, &levels);
    enum err e = volunteer_set_skills(cx, v.id, key, &codes, levels);
    if (e == ERR_INPUT)
        TRY(draw_skills(cx, rq, rp, &v, key));
    TRY(e);
    return go_home(cx, rq, rp, v.id, key, "skills");
}

/* ---- where to ---- */

static enum err draw_grids(struct cx *cx, const struct req *rq, struct reply *rp,
                           const struct volunteer *v, struct str key)
{
    struct volunteer_grids_view view = {.v = *v, .key = key};
    struct fault fault = cx->fault;
    TRY(volunteer_areas(cx, rq, v, &view.areas));
    cx->fault = fault;
    view.page = page_below(cx, rq, rp, "还愿意去哪里", v, key);
    view.page.has_foot = true;
    volunteer_grids_html(reply_html(rp), cx, &view);
    return OK;
}

enum err volunteer_grids_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    TRY(by_key(cx, rq, key_of(rq), &v));
    return draw_grids(cx, rq, rp, &v, key_of(rq));
}

enum err volunteer_grids_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    struct str key = key_of(rq);
    volunteer_id_list grids = {0};
    TRY(by_key(cx, rq, key, &v));
    volunteer_ticked_grids(cx, rq, &grids);
    enum err e = volunteer_set_grids(cx, v.id, key, &grids);
    if (e == ERR_INPUT)
        TRY(draw_grids(cx, rq, rp, &v, key));
    TRY(e);
    return go_home(cx, rq, rp, v.id, key, "edit");
}

/* ---- the rest of what was registered ---- */

static void draw_edit(struct cx *cx, const struct req *rq, struct reply *rp,
                      const struct volunteer *v, struct str key, const struct volunteer_where *at)
{
    struct volunteer_edit_view view = {.rq = rq, .v = *v, .key = key, .at = *at};
    view.page = page_below(cx, rq, rp, "改登记", v, key);
    volunteer_edit_html(reply_html(rp), cx, &view);
}

enum err volunteer_edit_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    struct volunteer_where nowhere = {0};
    TRY(by_key(cx, rq, key_of(rq), &v));
    draw_edit(cx, rq, rp, &v, key_of(rq), &nowhere);
    return OK;
}

enum err volunteer_edit_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v, c;
    struct volunteer_where at = {0};
    struct str key = key_of(rq);
    int64_t version = 0;
    TRY(by_key(cx, rq, key, &v));
    c = v;
    enum err e = req_record(cx, rq, &volunteer_shape, &c);
    c.place_id = v.place_id;
    if (req_field(rq, "place").n || req_field(rq, "where").n) {
        enum err moved = volunteer_find_place(cx, rq, &at);
        e = e != OK ? e : moved;
        c.place_id = at.place.id;
    }
    c.version = str_int(req_field(rq, "version"), &version) ? version : 0;
    if (e == OK)
        e = volunteer_edit(cx, key, &c);
    if (e == ERR_INPUT || e == ERR_CONFLICT) {
        c.version = v.version; /* pressed again, it is meant */
        if (e == ERR_CONFLICT)
            volunteer_tick(&c, &v);
        draw_edit(cx, rq, rp, &c, key, &at);
    }
    TRY(e);
    return go_home(cx, rq, rp, v.id, key, "edit");
}

/* ---- resting and leaving ---- */

static void draw_step(struct cx *cx, const struct req *rq, struct reply *rp,
                      const struct volunteer *v, struct str key)
{
    bool leave = str_is(req_part(rq, "step"), "leave");
    struct volunteer_step_view view = {
        .v = *v, .key = key, .is_leave = leave, .until = req_field(rq, "until")};
    view.page = page_below(cx, rq, rp, leave ? "退出" : "歇一歇", v, key);
    volunteer_step_html(reply_html(rp), cx, &view);
}

enum err volunteer_step_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    struct str step = req_part(rq, "step");
    TRY(by_key(cx, rq, key_of(rq), &v));
    if (!str_is(step, "leave") && !str_is(step, "pause"))
        return fail(cx, ERR_MISSING, "没有这一步");
    draw_step(cx, rq, rp, &v, key_of(rq));
    return OK;
}

enum err volunteer_step_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v, after;
    struct str key = key_of(rq), step = req_part(rq, "step");
    bool leave = str_is(step, "leave");
    int64_t until = 0;
    TRY(by_key(cx, rq, key, &v));
    enum err e = volunteer_read_day(cx, rq, "until", &until);
    if (e == OK && leave && !req_field(rq, "sure").n)
        e = fail_field(cx, "sure", "真要退出，请先点上这一行");
    if (e == OK)
        e = volunteer_step(cx, v.id, key, step, until, &after);
    if (e == ERR_INPUT)
        draw_step(cx, rq, rp, &v, key);
    TRY(e);
    if (leave) /* a hold keeps what would be gone */
        return reply_goto(cx, rp, "/give?left=%s", after.place_id ? "kept" : "1");
    return go_home(cx, rq, rp, v.id, key, arena_cstr(cx->mem, step));
}
