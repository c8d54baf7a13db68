/* web -- what everybody reads: what is on, one date. Lines for the first page. The table of routes.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/keyring/keyring.h"
#include "app/activity/pages.h"
#include "activity.html.h"
#include "activity.sql.h"

enum { LIST_MOST = 20, OTHERS_MOST = 3, OTHERS_ASKED = 12, NEWS_DAYS = 7, NEWS_MOST = 12 };

/* ---- what pages share ---- */

struct shell_page activity_page(const struct req *rq, struct str title)
{
    struct shell_page page = shell_page(rq, SHELL_PHONE, title, "activities");
    page.back = "/e";
    return page;
}

activity_line_list activity_lines(struct cx *cx, struct str text)
{
    activity_line_list out = {0};
    struct str line;
    while (str_split(&text, '\n', &line))
        if (str_trim(line).n)
            *PUSH(cx->mem, &out) = str_trim(line);
    return out;
}

bool activity_may_join(const struct cx *cx, const struct activity *a)
{
    return a->state == ACTIVITY_OPEN && a->capacity && cx->now < a->close_at;
}

struct str activity_places(struct cx *cx, const struct activity *a, const char **level)
{
    *level = "";
    if (a->state == ACTIVITY_CANCELLED) {
        *level = "x";
        return S("取消了");
    }
    if (cx->now >= a->to_at)
        return S("办完了");
    if (cx->now >= a->from_at) {
        *level = "t";
        return S("正在办");
    }
    if (!a->capacity)
        return S("不用报名");
    if (cx->now >= a->close_at)
        return S("报名截止");
    *level = a->taken < a->capacity ? "g" : "a";
    if (a->taken >= a->capacity)
        return S("满了，可排候补");
    return arena_printf(cx->mem, "还有 %lld 个位置", (long long)(a->capacity - a->taken));
}

static struct str day_words(struct cx *cx, int64_t day)
{
    static const char *const near[] = {"今天", "明天", "后天"};
    int64_t ahead = day - time_day(cx->now);
    struct str text = site_days_text(cx, day, day);
    return ahead >= 0 && ahead < (int64_t)COUNT(near)
               ? arena_printf(cx->mem, "%s %.*s", near[ahead], STR(text))
               : text;
}

static struct str hours_words(struct cx *cx, const struct activity *a)
{
    struct civil from = time_civil(a->from_at), to = time_civil(a->to_at);
    return arena_printf(cx->mem, "%d:%02d–%d:%02d", from.hour, from.minute, to.hour, to.minute);
}

enum err activity_rows_of(struct cx *cx, const activity_list *all, activity_rows *out)
{
    site_view_list sites = {0};
    int64_t day = -1;
    if (all->n)
        TRY(site_views(cx, S(""), &sites));
    for (size_t i = 0; i < all->n; i++) {
        struct activity_row *r = PUSH(cx->mem, out);
        r->a = all->at[i];
        r->hours = hours_words(cx, &r->a);
        r->places = activity_places(cx, &r->a, &r->level);
        if (time_day(r->a.from_at) != day)
            r->day = day_words(cx, time_day(r->a.from_at));
        day = time_day(r->a.from_at);
        r->is_today = day == time_day(cx->now) && cx->now < r->a.to_at;
        for (size_t k = 0; k < sites.n; k++)
            if (sites.at[k].site.id == r->a.site_id) {
                const struct site_view *s = &sites.at[k];
                r->site = s->now;
                r->is_shut = r->a.state != ACTIVITY_CANCELLED && cx->now < r->a.from_at &&
                             s->plan.is_known && !site_is_open(&s->plan, r->a.from_at, r->a.to_at);
            }
    }
    return OK;
}

enum err activity_others(struct cx *cx, const struct activity *a, activity_rows *out)
{
    activity_list all = {0}, fit = {0};
    const struct activity_filter f = {.programme_id = a->series_id ? 0 : a->programme_id,
                                      .series_id = a->series_id,
                                      .from_at = cx->now,
                                      .limit = OTHERS_ASKED};
    TRY(activity_find(cx, &f, &all));
    for (size_t i = 0; i < all.n && fit.n < OTHERS_MOST; i++)
        if (all.at[i].id != a->id && activity_may_join(cx, &all.at[i]))
            *PUSH(cx->mem, &fit) = all.at[i];
    return activity_rows_of(cx, &fit, out);
}

/* ---- what is on ---- */

enum err activity_list_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity_list_view v = {.past = req_query(rq, "past").n > 0};
    struct activity_filter f = {.said = v.past, .limit = LIST_MOST};
    activity_list all = {0};
    struct str code = req_query(rq, "p");
    TRY(activity_programmes(cx, false, &v.programmes));
    if (code.n)
        TRY(activity_programme_by_code(cx, code, &v.one));
    v.site_code = req_query(rq, "s");
    if (v.site_code.n) {
        struct site s;
        TRY(site_by_code(cx, v.site_code, &s));
        f.site_id = s.id;
        v.site_code = s.code;
        v.site_name = s.name;
    }
    if (!str_int(req_query(rq, "after"), &f.after_id))
        f.after_id = 0;
    f.programme_id = v.one.id;
    if (!v.past) { /* also what began yesterday and goes on */
        f.from_at = cx->now - MS_DAY;
        f.over_at = cx->now;
    }
    TRY(activity_find(cx, &f, &all));
    TRY(activity_rows_of(cx, &all, &v.rows));
    if (all.n == LIST_MOST)
        v.next = all.at[all.n - 1].id;
    v.page = shell_page(rq, SHELL_WIDE,
                        v.past     ? S("讲过什么")
                        : v.one.id ? v.one.name
                                   : S("活动"),
                        "activities");
    v.page.back = v.one.id || v.past || v.site_code.n ? "/e" : "/";
    shell_mode_keep(cx, rq, rp);
    activity_list_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- one date ---- */

enum err activity_one_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity_one_view v = {0};
    struct activity_counts counts;
    struct site s;
    struct site_view whole;
    int64_t id;
    TRY(req_id(cx, rq, "activity", &id));
    TRY(activity_get(cx, id, &v.a));
    TRY(site_was(cx, v.a.site_id, &s));
    TRY(site_whole(cx, &s, &whole, NULL));
    TRY(activity_count(cx, id, &counts));
    v.site = whole.now;
    v.address = s.address;
    v.way = s.way;
    v.phone = s.phone.n ? s.phone : shell_community(cx)->phone;
    v.when = activity_when(cx, &v.a);
    v.places = activity_places(cx, &v.a, &v.level);
    v.may_join = activity_may_join(cx, &v.a);
    v.is_now = v.a.state == ACTIVITY_OPEN && cx->now < v.a.to_at &&
               cx->now >= v.a.from_at - ACTIVITY_EARLY_MINUTES * MS_MINUTE;
    v.rated = counts.rated;
    v.content = counts.ratings[0] + counts.ratings[1];
    v.is_staff = (cx->who.role & ROLES_ACTIVITY) && str_starts(v.a.place_path, cx->who.scope_lo);
    TRY(activity_others(cx, &v.a, &v.others));
    v.page = shell_page(rq, SHELL_WIDE, v.a.title, "activities");
    v.page.back = "/e";
    shell_mode_keep(cx, rq, rp);
    activity_one_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- the first page ---- */

static enum err news(struct cx *cx, struct str path, struct shell_offers *out)
{
    activity_list all = {0};
    const struct activity_filter f = {
        .from_at = cx->now, .to_at = cx->now + NEWS_DAYS * MS_DAY, .limit = NEWS_MOST};
    (void)path;
    TRY(activity_find(cx, &f, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct activity *a = &all.at[i];
        struct shell_offer *o = PUSH(cx->mem, out);
        *o = (struct shell_offer){.title = a->title,
                                  .text = arena_printf(cx->mem, "%.*s，%.*s%s%.*s",
                                                       STR(activity_when(cx, a)), STR(a->site_name),
                                                       a->room.n ? " " : "", STR(a->room)),
                                  .href = activity_path(cx, a->id),
                                  .icon = "cal",
                                  .at = a->from_at,
                                  .path = a->place_path};
        o->tag = activity_places(cx, a, &o->level);
    }
    return OK;
}

struct str activity_path(struct cx *cx, int64_t id)
{
    return arena_printf(cx->mem, "/e/%lld", (long long)id);
}

/* ---- the table ---- */

static const struct route routes[] = {
    {"GET", "/e", activity_list_page, .title = "活动", .kind = ROUTE_INLINE, .shared = true},
    {"GET", "/e/{activity}", activity_one_page, .title = "一场活动", .kind = ROUTE_INLINE,
     .shared = true},
    {"GET", "/e/{activity}/join", activity_join_page, .title = "报名", .kind = ROUTE_INLINE},
    {"POST", "/e/{activity}/join", activity_join_do, .title = "报名", .in = &activity_join_shape},
    {"GET", "/e/{activity}/in", activity_in_page, .title = "签到", .kind = ROUTE_INLINE},
    {"POST", "/e/{activity}/in", activity_in_do, .title = "凭编号、四位数字和现场的码签到",
     .open_key = true},
    {"GET", "/joined/{party}", activity_own_page, .title = "我报的名", .kind = ROUTE_INLINE,
     .open_key = true},
    {"POST", "/joined/{party}/{step}", activity_own_do, .title = "回话、退、再报、签到、说感觉",
     .open_key = true, .in = &seat_move_shape},
    {"GET", "/joined/{party}/feed.ics", activity_own_ics, .title = "我报的名，日历订阅",
     .open_key = true},
    {"GET", "/e/feed.ics", activity_ics, .title = "活动，日历订阅", .shared = true},
    {"GET", "/e/programme/{code}/feed.ics", activity_ics, .title = "一个项目的活动，日历订阅",
     .shared = true},
    {"GET", "/e/site/{code}/feed.ics", activity_ics, .title = "一个服务点的活动，日历订阅",
     .shared = true},
    {"GET", "/e/feed.xml", activity_atom, .title = "活动，订阅（Atom）", .shared = true},
    {"GET", "/e/feed.json", activity_json, .title = "活动，订阅（JSON Feed）", .shared = true},
    {"GET", "/w/activities", activity_staff_page, ROLES_ACTIVITY, "活动（工作页面）"},
    {"GET", "/w/activities/new", activity_edit_page, ROLES_ACTIVITY, "排一场活动"},
    {"POST", "/w/activities/new", activity_edit_do, ROLES_ACTIVITY, "排一场活动",
     .in = &activity_shape},
    {"GET", "/w/activity/{activity}", activity_keep_page, ROLES_ACTIVITY, "管一场活动"},
    {"GET", "/w/activity/{activity}/edit", activity_edit_page, ROLES_ACTIVITY, "改一场活动"},
    {"POST", "/w/activity/{activity}/edit", activity_edit_do, ROLES_ACTIVITY, "改一场活动",
     .in = &activity_shape},
    {"POST", "/w/activity/{activity}/{step}", activity_keep_do, ROLES_ACTIVITY,
     "公布、取消、接着排、请人帮忙、点数、讲了什么", .in = &activity_move_shape},
    {"GET", "/w/activity/{activity}/screen", activity_screen_page, ROLES_ACTIVITY, "签到码上屏幕"},
    {"GET", "/w/activity/{activity}/codes", activity_codes_page, ROLES_ACTIVITY, "签到码印在纸上"},
    {"GET", "/print/activity/{activity}", activity_poster_page, ROLES_ACTIVITY, "活动海报"},
    {"GET", "/w/seat/{seat}", activity_seat_page, ROLES_ACTIVITY, "报名的一组"},
    {"POST", "/w/seat/{seat}/{step}", activity_seat_do, ROLES_ACTIVITY,
     "报名的一位：告诉了、到了、没来、退、看电话", .in = &seat_move_shape},
    {"GET", "/w/programmes", activity_programmes_page, ROLES_PROGRAMME, "活动项目"},
    {"POST", "/w/programmes", activity_programmes_do, ROLES_PROGRAMME, "加一个项目，改一个项目",
     .in = &activity_programme_shape},
    {"GET", "/api/v1/activities", activity_api_list, .title = "活动", .out = &activity_shape},
    {"POST", "/api/v1/activities/{activity}/join", activity_api_join, .title = "报名",
     .in = &activity_join_shape, .out = &activity_joined_shape, .keeps = true},
};

static const struct shape *const shapes[] = {
    &activity_shape,      &activity_programme_shape, &activity_party_shape,
    &activity_seat_shape, &activity_move_shape,      &activity_join_shape,
    &seat_move_shape,     &activity_event_shape,     &activity_joined_shape};

static const struct shell_menu menu[] = {
    {"activities", "/e", "活动", "cal", 0},
    {"events", "/w/activities", "活动", "cal", ROLES_ACTIVITY},
};

static void topics(struct cx *cx, struct outbox_topics *out)
{
    static const struct outbox_topic all[] = {{S("activity.moved"), "候补轮到了"},
                                              {S("activity.changed"), "活动改了时间地点"},
                                              {S("activity.cancelled"), "活动取消"},
                                              {S("activity.remind"), "活动前一天提醒"}};
    for (size_t i = 0; i < COUNT(all); i++)
        *PUSH(cx->mem, out) = all[i];
}

static const struct sealed_table sealed[] = {
    {&activity_party_shape, &activity_sql_sealed_some, &activity_sql_sealed_put}};

const struct feature activity_feature = {.name = "activity",
                                         .seen = &activity_seen,
                                         .consents = &activity_consents,
                                         .subject = &activity_subject,
                                         .subject_parts = activity_parts,
                                         .nsubject_parts = COUNT(activity_parts),
                                         .keeps = activity_keeps,
                                         .nkeeps = COUNT(activity_keeps),
                                         .routes = routes,
                                         .nroutes = COUNT(routes),
                                         .shapes = shapes,
                                         .nshapes = COUNT(shapes),
                                         .queries = activity_sql_all,
                                         .nqueries = &activity_sql_count,
                                         .sealed = sealed,
                                         .nsealed = COUNT(sealed),

                                         .menu = menu,
                                         .nmenu = COUNT(menu),
                                         .jobs = "activity.",
                                         .job = activity_job,
                                         .topics = topics,
                                         .news = news,
                                         .ties = &activity_ties,
                                         .letters = "E",
                                         .show = activity_show_number};
