/* web_space -- staff's pages of a space: closing it for a time, times that are kept, hours, what it
 * is; limits of a site. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/pages.h"
#include "print/qr.h"
#include "booking.html.h"

static enum err space_here(struct cx *cx, const struct req *rq, struct booking_space *out)
{
    int64_t id;
    TRY(req_id(cx, rq, "space", &id));
    return booking_space_own(cx, id, out);
}

static struct str plan_path(struct cx *cx, int64_t id)
{
    return arena_printf(cx->mem, "/w/space/%lld", (long long)id);
}

/* ---- one space ---- */

static enum err find_waiting(struct cx *cx, int64_t id, booking_staff_rows *out)
{
    booking_list all = {0};
    TRY(booking_waiting(cx, id, &all));
    for (size_t i = 0; i < all.n; i++)
        *PUSH(cx->mem, out) = (struct booking_staff_row){
            all.at[i], booking_when(cx, all.at[i].from_at, all.at[i].to_at), "a"};
    return OK;
}

static struct str clock_of(struct cx *cx, int64_t minutes)
{
    return arena_printf(cx->mem, "%lld:%02lld", (long long)minutes / 60, (long long)minutes % 60);
}

static enum err find_kept(struct cx *cx, int64_t id, struct booking_plan_view *v)
{
    booking_window_list windows = {0};
    booking_block_list blocks = {0};
    TRY(booking_windows(cx, id, &windows));
    for (size_t i = 0; i < windows.n; i++) {
        const struct booking_window *w = &windows.at[i];
        *PUSH(cx->mem, &v->windows) = (struct booking_window_row){
            *w, arena_printf(cx->mem, "每%s %.*s–%.*s", site_day_labels[w->weekday],
                             STR(clock_of(cx, w->from_minute)), STR(clock_of(cx, w->till_minute)))};
    }
    TRY(booking_blocks(cx, id, &blocks));
    for (size_t i = 0; i < blocks.n; i++)
        *PUSH(cx->mem, &v->blocks) = (struct booking_block_row){
            blocks.at[i], booking_when(cx, blocks.at[i].from_at, blocks.at[i].to_at)};
    return OK;
}

static booking_options weekday_options(struct cx *cx, const struct req *rq)
{
    booking_options out = {0};
    for (int k = 1; k <= 7; k++) {
        struct str value = arena_printf(cx->mem, "%d", k % 7);
        *PUSH(cx->mem, &out) =
            (struct booking_option){value, str_c(site_day_labels[k % 7]),
                                    str_eq(value, shell_typed(rq, "weekday", S("1")))};
    }
    return out;
}

static enum err draw_plan(struct cx *cx, const struct req *rq, struct reply *rp,
                          const struct booking_space *s, int64_t lost)
{
    struct booking_plan_view v = {.rq = rq, .space = *s, .lost = lost};
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    TRY(find_kept(cx, s->id, &v));
    TRY(find_waiting(cx, s->id, &v.waiting));
    cx->fault = fault;
    v.weekdays = weekday_options(cx, rq);
    v.may_plan = (cx->who.role & ROLES_BOOKING_PLAN) != 0;
    v.address =
        arena_printf(cx->mem, "%.*s%.*s", STR(req_site(cx, rq)), STR(booking_path(cx, s->id)));
    v.page = booking_staff_page(cx, rq, s->name);
    v.page.back = arena_printf(cx->mem, "/w/rooms/%.*s", STR(s->site_code)).p;
    v.page.here = plan_path(cx, s->id);
    booking_plan_html(reply_html(rp), cx, &v);
    return OK;
}

enum err booking_plan_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_space s;
    TRY(space_here(cx, rq, &s));
    return draw_plan(cx, rq, rp, &s, 0);
}

/* Told first who loses his time; done when that was ticked. */
static enum err do_block(struct cx *cx, const struct req *rq, const struct booking_space *s,
                         int64_t *lost)
{
    struct booking_block b = {.space_id = s->id};
    enum err e = req_record(cx, rq, &booking_block_shape, &b);
    enum err from = booking_clock(cx, rq, "on", "from", &b.from_at);
    bool same_day = !req_field(rq, "until").n;
    enum err till = booking_clock(cx, rq, same_day ? "on" : "until", "till", &b.to_at);
    if (e != OK || from != OK || till != OK)
        return ERR_INPUT;
    if (!req_field(rq, "sure").n) {
        TRY(booking_block_put(cx, &b, true, lost));
        if (*lost)
            return fail_field(cx, "sure",
                              "那段时间有 %lld 个预订会被取消，确实要停用，勾上再点一次",
                              (long long)*lost);
    }
    return booking_block_put(cx, &b, false, lost);
}

static enum err do_unblock(struct cx *cx, const struct req *rq, const struct booking_space *s)
{
    booking_block_list all = {0};
    int64_t id = 0;
    str_int(req_field(rq, "block"), &id);
    TRY(booking_blocks(cx, s->id, &all));
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].id == id)
            return booking_block_end(cx, id);
    return fail(cx, ERR_CONFLICT, "这一条已经撤回，或者过去了，请刷新看看");
}

static enum err do_window(struct cx *cx, const struct req *rq, const struct booking_space *s)
{
    struct booking_window w = {.space_id = s->id};
    struct site_day day;
    TRY(req_record(cx, rq, &booking_window_shape, &w));
    if (!site_day_read(req_field(rq, "hours"), false, &day) || day.nspans != 1)
        return fail_field(cx, "hours", "看不懂这个时间，写成 14:00-17:00");
    w.from_minute = day.spans[0].from;
    w.till_minute = day.spans[0].till;
    return booking_window_put(cx, &w);
}

static enum err do_unwindow(struct cx *cx, const struct req *rq, const struct booking_space *s)
{
    booking_window_list all = {0};
    int64_t id = 0;
    str_int(req_field(rq, "window"), &id);
    TRY(booking_windows(cx, s->id, &all));
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].id == id)
            return booking_window_end(cx, id);
    return fail(cx, ERR_CONFLICT, "这一段已经去掉了，请刷新看看");
}

/* ---- hours ---- */

static const struct {
    const char *name;
    enum site_day_kind day;
} day_names[SITE_DAY_KINDS] = {{"day1", 1},           {"day2", 2},
                               {"day3", 3},           {"day4", 4},
                               {"day5", 5},           {"day6", SITE_SATURDAY},
                               {"day0", SITE_SUNDAY}, {"day7", SITE_HOLIDAY},
                               {"day8", SITE_MAKEUP}};

static enum err draw_hours(struct cx *cx, const struct req *rq, struct reply *rp,
                           const struct booking_space *s)
{
    struct booking_hours_view v = {.rq = rq, .space = *s};
    struct site_week w;
    TRY(booking_week_of(cx, s->id, &w, &v.has_own));
    for (size_t i = 0; i < COUNT(day_names); i++) {
        struct str stored = v.has_own ? site_day_text(cx, &w.days[day_names[i].day]) : S("");
        *PUSH(cx->mem, &v.days) =
            (struct booking_hours_field){.name = day_names[i].name,
                                         .label = site_day_labels[day_names[i].day],
                                         .typed = shell_typed(rq, day_names[i].name, stored),
                                         .may_follow = day_names[i].day > SITE_SATURDAY};
    }
    v.page = booking_staff_page(cx, rq, S("场地的开放时间"));
    v.page.back = plan_path(cx, s->id).p;
    v.page.here = arena_printf(cx->mem, "/w/space/%lld/hours", (long long)s->id);
    booking_hours_html(reply_html(rp), cx, &v);
    return OK;
}

enum err booking_hours_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_space s;
    TRY(space_here(cx, rq, &s));
    return draw_hours(cx, rq, rp, &s);
}

/* Told first who loses his time, as do_block() does. */
static enum err put_week(struct cx *cx, const struct req *rq, int64_t space_id,
                         const struct site_week *w)
{
    int64_t lost;
    TRY(booking_week_try(cx, space_id, w, &lost));
    if (lost && !req_field(rq, "sure").n)
        return fail_field(cx, "sure", "那些时间有 %lld 个预订会被取消，确实要改，勾上再点一次",
                          (long long)lost);
    return lost ? booking_week_put(cx, space_id, w) : OK;
}

static enum err do_hours(struct cx *cx, const struct req *rq, const struct booking_space *s)
{
    struct site_week w = {0};
    enum err e = OK;
    if (req_field(rq, "same").n)
        return put_week(cx, rq, s->id, NULL);
    for (size_t i = 0; i < COUNT(day_names); i++) {
        enum site_day_kind day = day_names[i].day;
        if (!site_day_read(req_field(rq, day_names[i].name), day > SITE_SATURDAY, &w.days[day]))
            e = fail_field(cx, day_names[i].name,
                           "%s看不懂，写成 8:30-12:00 14:00-21:00，不开就写“不开”",
                           site_day_labels[day]);
    }
    return e == OK ? put_week(cx, rq, s->id, &w) : e;
}

/* ---- steps ---- */

enum err booking_plan_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_space s;
    struct str step = req_part(rq, "step");
    int64_t lost = 0;
    enum err e;
    TRY(space_here(cx, rq, &s));
    if (str_is(step, "block"))
        e = do_block(cx, rq, &s, &lost);
    else if (str_is(step, "unblock"))
        e = do_unblock(cx, rq, &s);
    else if (str_is(step, "window"))
        e = do_window(cx, rq, &s);
    else if (str_is(step, "unwindow"))
        e = do_unwindow(cx, rq, &s);
    else if (str_is(step, "hours"))
        e = do_hours(cx, rq, &s);
    else if (str_is(step, "end"))
        e = booking_space_end(cx, s.id);
    else
        return fail(cx, ERR_MISSING, "没有这一步");
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(str_is(step, "hours") ? draw_hours(cx, rq, rp, &s) : draw_plan(cx, rq, rp, &s, lost));
    TRY(e);
    if (str_is(step, "end"))
        return reply_goto(cx, rp, "/w/rooms/%.*s?done=1", STR(s.site_code));
    return reply_goto(cx, rp, "/w/space/%lld?done=1", (long long)s.id);
}

/* ---- what it is ---- */

/* The one that is changed, or a new one of the site. */
static enum err find_edited(struct cx *cx, const struct req *rq, struct booking_space *s)
{
    struct site site;
    if (req_part(rq, "space").n)
        return space_here(cx, rq, s);
    TRY(booking_site_own(cx, rq, &site));
    *s = (struct booking_space){.site_id = site.id,
                                .site_code = site.code,
                                .site_name = site.name,
                                .capacity = 20,
                                .least_minutes = 30,
                                .most_minutes = 240,
                                .ahead_days = 30,
                                .auto_heads = 15,
                                .auto_minutes = 180};
    return OK;
}

static enum err draw_edit(struct cx *cx, const struct req *rq, struct reply *rp,
                          const struct booking_space *s)
{
    struct booking_edit_view v = {.rq = rq, .space = *s};
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    TRY(site_parts(cx, s->site_id, &v.parts));
    cx->fault = fault;
    v.action = s->id ? arena_printf(cx->mem, "/w/space/%lld/edit", (long long)s->id)
                     : arena_printf(cx->mem, "/w/rooms/%.*s/new", STR(s->site_code));
    v.page = booking_staff_page(cx, rq, s->id ? S("改场地") : S("加一个场地"));
    v.page.back = s->id ? plan_path(cx, s->id).p
                        : arena_printf(cx->mem, "/w/rooms/%.*s", STR(s->site_code)).p;
    v.page.here = v.action;
    booking_edit_html(reply_html(rp), cx, &v);
    return OK;
}

enum err booking_edit_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_space s;
    TRY(find_edited(cx, rq, &s));
    return draw_edit(cx, rq, rp, &s);
}

enum err booking_edit_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_space s;
    TRY(find_edited(cx, rq, &s));
    enum err e = req_record(cx, rq, &booking_space_shape, &s);
    if (!str_int(req_field(rq, "part"), &s.part_id))
        s.part_id = 0;
    if (e == OK)
        e = booking_space_put(cx, &s);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_edit(cx, rq, rp, &s));
    TRY(e);
    return reply_goto(cx, rp, "/w/space/%lld?done=1", (long long)s.id);
}

/* ---- limits of a site ---- */

static enum err draw_rules(struct cx *cx, const struct req *rq, struct reply *rp,
                           const struct site *s, const struct booking_rule *r)
{
    struct booking_rules_view v = {.rq = rq, .site = *s, .rule = *r};
    v.page = booking_staff_page(cx, rq, S("订场地的规矩"));
    v.page.back = arena_printf(cx->mem, "/w/rooms/%.*s", STR(s->code)).p;
    v.page.here = arena_printf(cx->mem, "/w/rooms/%.*s/rules", STR(s->code));
    booking_rules_html(reply_html(rp), cx, &v);
    return OK;
}

enum err booking_rules_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct site s;
    struct booking_rule r;
    TRY(booking_site_own(cx, rq, &s));
    TRY(booking_rule_of(cx, s.id, &r));
    return draw_rules(cx, rq, rp, &s, &r);
}

enum err booking_rules_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct site s;
    struct booking_rule r;
    TRY(booking_site_own(cx, rq, &s));
    TRY(booking_rule_of(cx, s.id, &r));
    enum err e = req_record(cx, rq, &booking_rule_shape, &r);
    if (e == OK)
        e = booking_rule_put(cx, &r);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_rules(cx, rq, rp, &s, &r));
    TRY(e);
    return reply_goto(cx, rp, "/w/rooms/%.*s?done=1", STR(s.code));
}
