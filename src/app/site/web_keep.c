/* web_keep -- staff's pages of one site: closures, hours, itself, what is in it, what it lacks, the
 * menu. Each page is one form and one step. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/site/pages.h"
#include "base/time.h"
#include "site.html.h"

enum { WEEK = 7, HOURS_WANTED = 56, NAME_MAX_BYTES = 16 };

static enum err site_here(struct cx *cx, const struct req *rq, struct site *out)
{
    TRY(site_by_code(cx, req_part(rq, "code"), out));
    return site_reach(cx, out);
}

/* 0 = the site itself, or a part of it that the form or the address names. */
static enum err part_here(struct cx *cx, const struct req *rq, const struct site *s,
                          struct site_part *out)
{
    struct str typed = req_field(rq, "part");
    int64_t id = 0;
    *out = (struct site_part){.site_id = s->id};
    if (!typed.n)
        typed = req_query(rq, "part");
    if (!typed.n || str_is(typed, "0"))
        return OK;
    if (!str_int(typed, &id))
        return fail(cx, ERR_MISSING, "这里没有这一处");
    TRY(site_part_get(cx, id, out));
    return out->site_id == s->id ? OK : fail(cx, ERR_MISSING, "这里没有这一处");
}

static struct shell_page page_of(struct cx *cx, const struct req *rq, const struct site *s,
                                 const char *title, const char *step)
{
    struct shell_page page =
        site_page(cx, rq, arena_printf(cx->mem, "%.*s：%s", STR(s->name), title));
    struct str home = arena_printf(cx->mem, "/w/site/%.*s", STR(s->code));
    page.back = *step ? arena_cstr(cx->mem, home) : "/w/sites";
    page.here = *step ? arena_printf(cx->mem, "%.*s/%s", STR(home), step) : home;
    return page;
}

/* Told first how many lose what they have here; done when that was ticked. */
static enum err sure(struct cx *cx, const struct req *rq, int64_t lost)
{
    if (!lost || req_field(rq, "sure").n)
        return OK;
    return fail_field(cx, "sure",
                      "那时候有 %lld 个订好的场地会被取消；确实要改，勾上“知道了”再点一次",
                      (long long)lost);
}

/* ---- closures and other hours ---- */

static enum err draw_notices(struct cx *cx, const struct req *rq, struct reply *rp,
                             const struct site *s)
{
    struct site_keep_view v = {.rq = rq};
    site_notice_list all = {0};
    site_part_list parts = {0};
    if (str_is(req_part(rq, "step"), "end"))
        TRY(site_busy(cx, s->id, &v.busy));
    TRY(site_whole(cx, s, &v.whole, &v.parts));
    TRY(site_notices(cx, s->id, time_day(cx->now), true, &all));
    for (size_t i = 0; i < v.parts.n; i++)
        *PUSH(cx->mem, &parts) = v.parts.at[i].part;
    site_tell(cx, &all, &parts, &v.told);
    v.may_plan = (cx->who.role & ROLES_SITE_PLAN) != 0;
    v.address = arena_printf(cx->mem, "%.*s/site/%.*s", STR(req_site(cx, rq)), STR(s->code));
    v.page = page_of(cx, rq, s, "停开和改时间", "");
    site_keep_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err do_notice(struct cx *cx, const struct req *rq, const struct site *s)
{
    struct site_notice n = {.site_id = s->id};
    struct site_part part;
    TRY(part_here(cx, rq, s, &part));
    n.part_id = part.id;
    enum err from = req_day(cx, rq, "from_day", &n.from_day);
    enum err to = req_day(cx, rq, "to_day", &n.to_day);
    enum err e = req_record(cx, rq, &site_notice_shape, &n);
    if (from == OK && !n.from_day)
        e = fail_field(cx, "from_day", "请填从哪天起");
    if (!n.to_day)
        n.to_day = n.from_day;
    if (str_is(req_field(rq, "how"), "hours")) {
        if (!site_day_read(req_field(rq, "hours"), false, &n.hours) || !n.hours.nspans)
            e = fail_field(cx, "hours",
                           "看不懂这个时间，写成 9:00-12:00 或 9:00-12:00 14:00-16:00");
    } else if (!str_is(req_field(rq, "how"), "closed")) {
        e = fail_field(cx, "how", "请选一下是停开，还是改时间");
    }
    if (from != OK || to != OK || e != OK)
        return ERR_INPUT;
    int64_t lost;
    TRY(site_lost(cx, s->id, &n, &lost));
    TRY(sure(cx, rq, lost));
    return site_notice_put(cx, &n);
}

static enum err do_lift(struct cx *cx, const struct req *rq, const struct site *s)
{
    site_notice_list all = {0};
    int64_t id = 0;
    str_int(req_field(rq, "notice"), &id);
    TRY(site_notices(cx, s->id, time_day(cx->now), false, &all));
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].id == id)
            return site_notice_end(cx, id);
    return fail(cx, ERR_CONFLICT, "这一条已经撤回，或者过去了，请刷新看看");
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
                           const struct site *s)
{
    struct site_hours_view v = {.rq = rq, .site = *s};
    struct site_week w;
    TRY(part_here(cx, rq, s, &v.part));
    TRY(site_week_of(cx, s->id, v.part.id, &w, &v.has_own));
    for (size_t i = 0; i < COUNT(day_names); i++) {
        const char *name = day_names[i].name;
        struct str stored =
            v.has_own || v.part.id ? site_day_text(cx, &w.days[day_names[i].day]) : S("");
        *PUSH(cx->mem, &v.days) =
            (struct site_hours_field){.name = name,
                                      .label = site_day_labels[day_names[i].day],
                                      .typed = shell_typed(rq, name, stored),
                                      .may_follow = day_names[i].day > SITE_SATURDAY};
    }
    v.minutes = site_week_minutes(&w);
    v.is_short = v.has_own && !v.part.id && v.minutes < HOURS_WANTED * 60;
    v.page = page_of(cx, rq, s, "开放时间", "hours");
    site_hours_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err put_week(struct cx *cx, const struct req *rq, const struct site *s, int64_t part_id,
                         const struct site_week *w)
{
    int64_t lost;
    TRY(site_week_try(cx, s->id, part_id, w, &lost));
    TRY(sure(cx, rq, lost));
    return lost ? site_week_put(cx, s->id, part_id, w) : OK;
}

static enum err do_hours(struct cx *cx, const struct req *rq, const struct site *s)
{
    struct site_week w = {0};
    struct site_part part;
    enum err e = OK;
    TRY(part_here(cx, rq, s, &part));
    if (part.id && req_field(rq, "same").n)
        return put_week(cx, rq, s, part.id, NULL);
    for (size_t i = 0; i < COUNT(day_names); i++) {
        enum site_day_kind day = day_names[i].day;
        if (!site_day_read(req_field(rq, day_names[i].name), day > SITE_SATURDAY, &w.days[day]))
            e = fail_field(cx, day_names[i].name,
                           "%s看不懂，写成 8:30-12:00 14:00-17:30，不开就写“不开”",
                           site_day_labels[day]);
    }
    return e == OK ? put_week(cx, rq, s, part.id, &w) : e;
}

/* ---- itself ---- */

static enum err draw_edit(struct cx *cx, const struct req *rq, struct reply *rp,
                          const struct site *s)
{
    struct site_edit_view v = {.rq = rq, .site = *s};
    TRY(site_tiers(cx, &v.tiers));
    v.may_plan = (cx->who.role & ROLES_SITE_PLAN) != 0;
    v.page = page_of(cx, rq, s, "资料", "edit");
    site_edit_html(reply_html(rp), cx, &v);
    return OK;
}

/* Its code is printed in QR codes and its level is for those who plan: neither is taken here. */
static enum err do_edit(struct cx *cx, const struct req *rq, const struct site *s)
{
    struct site changed = *s;
    enum err place = req_field(rq, "place").n ? site_read_place(cx, rq, &changed) : OK;
    enum err e = req_record(cx, rq, &site_shape, &changed);
    changed.code = s->code;
    changed.tier = s->tier;
    TRY(place);
    TRY(e);
    return site_put(cx, &changed);
}

static enum err do_end(struct cx *cx, const struct site *s)
{
    if (!(cx->who.role & ROLES_SITE_PLAN))
        return fail(cx, ERR_DENIED, "撤并服务点由值班长、负责人或管理员来办");
    return site_end(cx, s->id);
}

/* ---- what is in it ---- */

static enum err draw_parts(struct cx *cx, const struct req *rq, struct reply *rp,
                           const struct site *s)
{
    struct site_parts_view v = {.rq = rq};
    TRY(part_here(cx, rq, s, &v.one));
    TRY(site_whole(cx, s, &v.whole, &v.parts));
    v.page = page_of(cx, rq, s, "里面有什么", "parts");
    site_parts_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err do_part(struct cx *cx, const struct req *rq, const struct site *s)
{
    struct site_part p;
    TRY(part_here(cx, rq, s, &p));
    TRY(req_record(cx, rq, &site_part_shape, &p));
    if (!req_field(rq, "kind").n)
        return fail_field(cx, "kind", "请选一下是哪一类");
    return site_part_put(cx, &p);
}

static enum err do_part_end(struct cx *cx, const struct req *rq, const struct site *s)
{
    struct site_part p;
    TRY(part_here(cx, rq, s, &p));
    return p.id ? site_part_end(cx, p.id) : fail(cx, ERR_INPUT, "页面不完整，请刷新再办");
}

/* ---- what it should have ---- */

static enum err draw_checks(struct cx *cx, const struct req *rq, struct reply *rp,
                            const struct site *s)
{
    struct site_checks_view v = {.rq = rq, .site = *s};
    int64_t asked = 0;
    if (!str_int(req_field(rq, "item"), &asked))
        str_int(req_query(rq, "item"), &asked);
    TRY(site_checks(cx, s->id, &v.checks));
    for (size_t i = 0; i < v.checks.n; i++)
        if (v.checks.at[i].item_id == asked)
            v.one = v.checks.at[i];
    v.due = v.one.due_day ? str_cut(filter_iso(cx, time_day_start(v.one.due_day)), 0, 10) : S("");
    v.may_plan = (cx->who.role & ROLES_SITE_PLAN) != 0;
    v.page = page_of(cx, rq, s, "要有什么", "check");
    site_checks_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err do_check(struct cx *cx, const struct req *rq, const struct site *s)
{
    struct site_check c = {.site_id = s->id};
    str_int(req_field(rq, "item"), &c.item_id);
    enum err day = req_day(cx, rq, "due_day", &c.due_day);
    TRY(req_record(cx, rq, &site_check_shape, &c));
    TRY(day);
    return site_check_put(cx, &c);
}

/* ---- the menu ---- */

/* The Monday that ?week= days from now lies behind: 0 this week, 7 the next. */
static int64_t monday(const struct cx *cx, const struct req *rq)
{
    int64_t today = time_day(cx->now), ahead = 0;
    int weekday = time_civil(cx->now).weekday;
    if (!str_int(req_field(rq, "week"), &ahead))
        str_int(req_query(rq, "week"), &ahead);
    return today - (weekday + 6) % WEEK + (ahead == WEEK ? WEEK : 0);
}

static enum err canteen_here(struct cx *cx, const struct req *rq, const struct site *s,
                             struct site_part *out)
{
    TRY(part_here(cx, rq, s, out));
    return out->id && out->kind == SITE_CANTEEN ? OK : fail(cx, ERR_MISSING, "这里没有这个食堂");
}

static struct str meal_name(struct cx *cx, int day, int meal)
{
    return arena_printf(cx->mem, "d%d%s", day, site_meal_codes[meal]);
}

static enum err draw_menu(struct cx *cx, const struct req *rq, struct reply *rp,
                          const struct site *s)
{
    struct site_menu_view v = {.rq = rq, .site = *s};
    struct site_view canteen = {.site = *s};
    int64_t from = monday(cx, rq);
    TRY(canteen_here(cx, rq, s, &v.part));
    canteen.part = v.part;
    TRY(site_plan(cx, s->id, v.part.id, from, &canteen.plan));
    TRY(site_menu_days_of(cx, &canteen, from, WEEK, &v.days));
    for (int d = 0; d < WEEK; d++)
        for (int m = 0; m < SITE_MEALS; m++) {
            struct site_menu *meal = &v.days.at[d].meals.at[m];
            const char *name = arena_cstr(cx->mem, meal_name(cx, d, m));
            meal->dishes = shell_typed(rq, name, meal->dishes);
        }
    v.is_next = from > time_day(cx->now);
    v.page = page_of(cx, rq, s, "菜单", "menu");
    site_menu_html(reply_html(rp), cx, &v);
    return OK;
}

/* Of the week before, where nothing is said yet. */
static enum err copy_menu(struct cx *cx, int64_t part_id, int64_t from)
{
    site_menu_list old = {0}, there = {0};
    TRY(site_menu(cx, part_id, from - WEEK, from - 1, &old));
    TRY(site_menu(cx, part_id, from, from + WEEK - 1, &there));
    for (size_t i = 0; i < old.n; i++) {
        struct site_menu m = old.at[i];
        bool taken = false;
        m.day += WEEK;
        for (size_t k = 0; k < there.n; k++)
            taken |= there.at[k].day == m.day && there.at[k].meal == m.meal;
        if (!taken)
            TRY(site_menu_put(cx, &m));
    }
    return OK;
}

static enum err do_menu(struct cx *cx, const struct req *rq, const struct site *s)
{
    struct site_part part;
    int64_t from = monday(cx, rq);
    const struct field *dishes = shape_field(&site_menu_shape, S("dishes"));
    TRY(canteen_here(cx, rq, s, &part));
    if (req_field(rq, "copy").n)
        return copy_menu(cx, part.id, from);
    for (int d = 0; d < WEEK; d++)
        for (int meal = 0; meal < SITE_MEALS; meal++) {
            struct site_menu m = {
                .part_id = part.id, .day = from + d, .meal = (enum site_meal)meal};
            const char *name = arena_cstr(cx->mem, meal_name(cx, d, meal));
            if (!req_field_count(rq, name))
                continue; /* not in the form: what stands there stays */
            TRY(field_read(cx, dishes, &m, req_field(rq, name)));
            TRY(site_menu_put(cx, &m));
        }
    return OK;
}

/* ---- which page, which step ---- */

typedef enum err (*draw_fn)(struct cx *cx, const struct req *rq, struct reply *rp,
                            const struct site *s);
typedef enum err (*step_fn)(struct cx *cx, const struct req *rq, const struct site *s);

static const struct step {
    const char *name;
    step_fn run;
    draw_fn draw; /* the page that has its form */
    const char *page;
} steps[] = {
    {"notice", do_notice, draw_notices, ""},    {"lift", do_lift, draw_notices, ""},
    {"hours", do_hours, draw_hours, "/hours"},  {"edit", do_edit, draw_edit, "/edit"},
    {"part", do_part, draw_parts, "/parts"},    {"gone", do_part_end, draw_parts, "/parts"},
    {"check", do_check, draw_checks, "/check"}, {"menu", do_menu, draw_menu, "/menu"},
};

static const struct {
    const char *page;
    draw_fn draw;
} pages[] = {{"", draw_notices},    {"hours", draw_hours},  {"edit", draw_edit},
             {"parts", draw_parts}, {"check", draw_checks}, {"menu", draw_menu}};

enum err site_keep_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct site s;
    TRY(site_here(cx, rq, &s));
    for (size_t i = 0; i < COUNT(pages); i++)
        if (str_is(req_part(rq, "page"), pages[i].page))
            return pages[i].draw(cx, rq, rp, &s);
    return fail(cx, ERR_MISSING, "没有这一页");
}

/* Where one came from, with what the page was asked for. */
static enum err go_back(struct cx *cx, const struct req *rq, struct reply *rp, const struct site *s,
                        const struct step *step)
{
    struct str part = req_field(rq, "part"), week = req_field(rq, "week");
    int64_t id = 0, ahead = 0;
    bool of_part = step->run == do_hours || step->run == do_menu;
    str_int(part, &id);
    str_int(week, &ahead);
    return reply_goto(cx, rp, "/w/site/%.*s%s?done=1&part=%lld&week=%lld", STR(s->code), step->page,
                      (long long)(of_part ? id : 0), (long long)ahead);
}

enum err site_keep_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct site s;
    struct str name = req_part(rq, "step");
    TRY(site_here(cx, rq, &s));
    if (str_is(name, "end")) {
        enum err e = do_end(cx, &s);
        if (e == ERR_CONFLICT)
            TRY(draw_notices(cx, rq, rp, &s));
        TRY(e);
        return reply_goto(cx, rp, "/w/sites?done=1");
    }
    for (size_t i = 0; i < COUNT(steps); i++) {
        if (!str_is(name, steps[i].name))
            continue;
        enum err e = steps[i].run(cx, rq, &s);
        if (e == ERR_INPUT || e == ERR_CONFLICT)
            TRY(steps[i].draw(cx, rq, rp, &s));
        TRY(e);
        return go_back(cx, rq, rp, &s, &steps[i]);
    }
    return fail(cx, ERR_MISSING, "没有这一步");
}
