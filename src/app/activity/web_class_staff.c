/* web_class_staff -- the afternoon for who is on duty; terms, rota and card for who plans them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/class_pages.h"
#include "activity.html.h"

enum { DAY_MINUTES = 24 * 60, REFRESH_SECONDS = 60 };

static struct shell_page staff_page(const struct cx *cx, const struct req *rq, struct str title,
                                    const char *tab)
{
    bool field = cx->who.role & ROLES_CLASS;
    struct shell_page page = shell_page(rq, field ? SHELL_WORK : SHELL_DESK, title, tab);
    page.is_private = true;
    if (req_query(rq, "done").n) {
        page.notice = S("好，记下了");
        page.notice_level = "g";
    }
    return page;
}

activity_purpose_rows class_choices(const struct flow_reason *all)
{
    size_t n = 0;
    while (all[n].code)
        n++;
    return (activity_purpose_rows){.at = all, .n = n, .cap = n};
}

/* ---- today ---- */

struct class_row class_row(struct cx *cx, const struct class_term *t, const struct class_line *l)
{
    static const char *const tags[] = {"", "t", "g", "a", "x"};
    struct class_row r = {.l = *l, .text = class_day_text(cx, &l->day), .alarm = S("")};
    r.level = tags[l->day.state];
    if (str_is(l->day.alarm, "late") && l->day.state == DAY_EXPECTED)
        r.alarm = arena_printf(cx->mem, "过了 %d 分钟还没到，打监护人的电话", CLASS_LATE_MINUTES);
    if (l->day.state == DAY_IN &&
        cx->now >= class_ends(t, l->day.day) + CLASS_LEFT_MINUTES * MS_MINUTE)
        r.alarm = arena_printf(cx->mem, "过了 %d 分钟没人接，打电话；两个大人都不要走",
                               CLASS_LEFT_MINUTES);
    return r;
}

static enum err find_today(struct cx *cx, struct activity_class_today_view *v)
{
    class_lines lines = {0};
    const struct worktime *calendar;
    int64_t day = time_day(cx->now);
    TRY(class_term_load(cx, v->t.id, &v->t));
    TRY(clock_calendar(cx, &calendar));
    v->is_day = class_is_day(&v->t, calendar, day);
    v->when = class_when(cx, &v->t);
    TRY(class_today(cx, v->t.id, &lines));
    for (size_t i = 0; i < lines.n; i++) {
        struct class_row r = class_row(cx, &v->t, &lines.at[i]);
        *PUSH(cx->mem, &v->rows) = r;
        if (r.alarm.n)
            *PUSH(cx->mem, &v->alarms) = r;
        v->expected += r.l.day.state == DAY_EXPECTED;
        v->here += r.l.day.state == DAY_IN;
        v->gone += r.l.day.state == DAY_OUT;
    }
    TRY(class_rota(cx, v->t.id, day, &v->others));
    for (size_t i = 0; i < v->others.n; i++)
        if (v->others.at[i].day == day && v->others.at[i].person_id != cx->who.person_id)
            v->second = arena_printf(cx->mem, "%.*s%s%.*s", STR(v->second), v->second.n ? "、" : "",
                                     STR(v->others.at[i].person_name));
    return class_talks(cx, v->t.id, &v->talks);
}

static enum err draw_today(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity_class_today_view v = {.rq = rq, .second = S("")};
    struct fault fault = cx->fault;
    int64_t id = 0;
    cx->fault = (struct fault){0};
    TRY(class_my_terms(cx, &v.terms));
    v.on_duty = v.terms.n > 0;
    if (v.on_duty) {
        v.t = v.terms.at[0];
        for (size_t i = 0; i < v.terms.n && str_int(req_query(rq, "t"), &id); i++)
            if (v.terms.at[i].id == id)
                v.t = v.terms.at[i];
        TRY(find_today(cx, &v));
    }
    cx->fault = fault;
    v.page = staff_page(cx, rq, S("今天的四点半课堂"), "classday");
    v.page.here = S("/k/class");
    reply_header(rp, "Cache-Control", S("no-store"));
    if (str_is(req_method(rq), "GET")) /* nothing is typed on a page that was just opened */
        reply_header(rp, "Refresh", arena_printf(cx->mem, "%d", REFRESH_SECONDS));
    activity_class_today_html(reply_html(rp), cx, &v);
    return OK;
}

enum err class_today_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_today(cx, rq, rp);
}

enum err class_talk_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "talk", &id));
    enum err e = class_talked(cx, id, req_field(rq, "text"));
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_today(cx, rq, rp));
    TRY(e);
    return reply_goto(cx, rp, "/k/class?done=1");
}

/* ---- one child ---- */

static enum err draw_child(struct cx *cx, const struct req *rq, struct reply *rp, int64_t id,
                           const struct class_record *open)
{
    struct activity_class_child_view v = {.rq = rq};
    struct class_line l;
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    TRY(class_line_of(cx, id, &l));
    TRY(class_term_load(cx, l.day.term_id, &v.t));
    cx->fault = fault;
    v.r = class_row(cx, &v.t, &l);
    if (open) {
        v.is_open = true;
        v.open = *open;
        v.tel = arena_printf(cx->mem, "tel:%.*s", STR(open->c.contact));
        if (open->c.second_contact.n)
            v.second_tel = arena_printf(cx->mem, "tel:%.*s", STR(open->c.second_contact));
    }
    v.page = staff_page(cx, rq, l.name, "classday");
    v.page.back = "/k/class";
    v.page.here = arena_printf(cx->mem, "/k/class/%lld", (long long)id);
    reply_header(rp, "Cache-Control", S("no-store"));
    activity_class_child_html(reply_html(rp), cx, &v);
    return OK;
}

enum err class_child_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "child", &id));
    return draw_child(cx, rq, rp, id, NULL);
}

/* Whose word it is, which is slow to find out. */
enum err class_child_prepare(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct class_line l;
    struct class_pickup *by = NEW(cx->mem, struct class_pickup);
    int64_t id;
    (void)rp;
    req_keep(rq, by);
    if (!str_is(req_field(rq, "how"), "word"))
        return OK;
    TRY(req_id(cx, rq, "child", &id));
    TRY(class_line_of(cx, id, &l));
    return class_whose_word(cx, id, req_field(rq, "word"), by);
}

static enum err child_step(struct cx *cx, const struct req *rq, int64_t id,
                           struct class_record *open)
{
    struct class_act a = {0};
    struct str step = req_part(rq, "step");
    TRY(req_record(cx, rq, &class_act_shape, &a));
    if (str_is(step, "arrive"))
        return class_arrive(cx, id, &a, req_kept(rq));
    if (str_is(step, "collect"))
        return class_collect(cx, id, &a, req_kept(rq));
    if (str_is(step, "called"))
        return class_called(cx, id, a.text);
    if (str_is(step, "open"))
        return class_open(cx, id, req_field(rq, "what"), req_field(rq, "purpose"),
                          req_field(rq, "card"), open);
    return fail(cx, ERR_MISSING, "没有这一步");
}

enum err class_child_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct class_record open = {0};
    struct class_line l;
    struct str step = req_part(rq, "step");
    int64_t id;
    TRY(req_id(cx, rq, "child", &id));
    TRY(class_line_of(cx, id, &l)); /* on duty */
    enum err e = child_step(cx, rq, id, &open);
    bool counted = (e == ERR_MISSING || e == ERR_DENIED) &&
                   (str_is(step, "arrive") || str_is(step, "collect"));
    if (counted) {
        struct str why = cx->fault.message;
        fault_clear(cx);
        fail_field(cx, "word", "%.*s", STR(why));
    }
    if (e == ERR_INPUT || e == ERR_CONFLICT || counted)
        TRY(draw_child(cx, rq, rp, id, NULL));
    if (counted) {
        activity_end_try(cx, rp, e);
        return OK;
    }
    TRY(e);
    if (str_is(step, "open"))
        return draw_child(cx, rq, rp, id, &open);
    if (str_is(step, "called"))
        return reply_goto(cx, rp, "/k/class/%lld?done=1", (long long)id);
    return reply_goto(cx, rp, "/k/class?t=%lld&done=1", (long long)l.day.term_id);
}

/* ---- terms ---- */

enum err class_terms_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity_class_terms_view v = {0};
    class_term_list all = {0}, mine = {0};
    TRY(class_terms_own(cx, &all));
    for (size_t i = 0; i < all.n; i++)
        *PUSH(cx->mem, &v.terms) = class_offer(cx, &all.at[i]);
    TRY(class_my_terms(cx, &mine));
    v.on_duty = mine.n > 0;
    v.page = staff_page(cx, rq, S("四点半课堂"), "classes");
    activity_class_terms_html(reply_html(rp), cx, &v);
    return OK;
}

static struct str day_text(struct cx *cx, int64_t day)
{
    return day ? str_cut(filter_time(cx, time_day_start(day)), 0, sizeof "2026-03-14" - 1) : S("");
}

static struct str minute_text(struct cx *cx, int64_t minute)
{
    return minute ? arena_printf(cx->mem, "%02lld:%02lld", (long long)minute / 60,
                                 (long long)minute % 60)
                  : S("");
}

static enum err draw_edit(struct cx *cx, const struct req *rq, struct reply *rp,
                          const struct class_term *t)
{
    static const char *const names[] = {"周日", "周一", "周二", "周三", "周四", "周五", "周六"};
    struct activity_class_edit_view v = {.rq = rq, .t = *t};
    site_list sites = {0};
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    TRY(site_all(cx, &sites));
    cx->fault = fault;
    for (size_t i = 0; i < sites.n; i++)
        if (cx->who.scope_hi.n && str_starts(sites.at[i].path, cx->who.scope_lo))
            *PUSH(cx->mem, &v.places) = (struct activity_choice){sites.at[i].id, sites.at[i].name,
                                                                 sites.at[i].id == t->site_id};
    for (int d = 0; d < 7; d++)
        *PUSH(cx->mem, &v.weekdays) =
            (struct activity_choice){d, str_c(names[d]), t->weekdays >> d & 1};
    v.from_on = shell_typed(rq, "from_on", day_text(cx, t->from_day));
    v.to_on = shell_typed(rq, "to_on", day_text(cx, t->to_day));
    v.from = shell_typed(rq, "from", minute_text(cx, t->from_minute));
    v.till = shell_typed(rq, "till", minute_text(cx, t->to_minute));
    v.action =
        t->id ? arena_printf(cx->mem, "/w/class/%lld/edit", (long long)t->id) : S("/w/class/new");
    v.page = staff_page(cx, rq, t->id ? S("改一期") : S("开一期"), "classes");
    v.page.back = t->id ? arena_printf(cx->mem, "/w/class/%lld", (long long)t->id).p : "/w/class";
    v.page.here = v.action;
    activity_class_edit_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err find_edited(struct cx *cx, const struct req *rq, struct class_term *t)
{
    int64_t id;
    *t = (struct class_term){
        .weekdays = 0x3e, .from_minute = 16 * 60, .to_minute = 18 * 60 + 30, .places = 16};
    if (!req_part(rq, "term").n)
        return OK;
    TRY(req_id(cx, rq, "term", &id));
    return class_term_own(cx, id, t);
}

enum err class_edit_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct class_term t;
    TRY(find_edited(cx, rq, &t));
    return draw_edit(cx, rq, rp, &t);
}

static enum err read_minute(struct cx *cx, const struct req *rq, const char *name, int64_t *out)
{
    struct str text = str_trim(req_field(rq, name)), hour;
    int64_t h = -1, m = -1;
    if (!str_split(&text, ':', &hour) || !str_int(hour, &h) || !str_int(text, &m) || h < 0 ||
        h > 23 || m < 0 || m > 59)
        return fail_field(cx, name, "请填几点几分，比如 16:30");
    *out = h * 60 + m;
    return OK;
}

static enum err read_term(struct cx *cx, const struct req *rq, struct class_term *t)
{
    enum err e = req_record(cx, rq, &class_term_shape, t);
    enum err all[] = {
        req_day(cx, rq, "from_on", &t->from_day), req_day(cx, rq, "to_on", &t->to_day),
        read_minute(cx, rq, "from", &t->from_minute), read_minute(cx, rq, "till", &t->to_minute)};
    t->weekdays = 0;
    for (int d = 0; d < 7; d++)
        if (req_field(rq, arena_printf(cx->mem, "wd%d", d).p).n)
            t->weekdays |= INT64_C(1) << d;
    for (size_t i = 0; i < COUNT(all); i++)
        e = all[i] != OK ? all[i] : e;
    return e;
}

/* Shown by the answer itself: the word stands nowhere else. */
static enum err draw_card(struct cx *cx, const struct req *rq, struct reply *rp,
                          const struct class_term *t, struct str card)
{
    struct activity_class_card_view v = {.t = *t};
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < card.n; i += 4) {
        out_c(&o, i ? " " : "");
        out_str(&o, str_cut(card, i, 4));
    }
    v.card = out_text(&o);
    v.page = staff_page(cx, rq, S("值班卡"), "classes");
    v.page.back = arena_printf(cx->mem, "/w/class/%lld", (long long)t->id).p;
    v.page.here = arena_printf(cx->mem, "/w/class/%lld", (long long)t->id);
    reply_header(rp, "Cache-Control", S("no-store"));
    activity_class_card_html(reply_html(rp), cx, &v);
    return OK;
}

enum err class_edit_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct class_term t;
    struct str card;
    TRY(find_edited(cx, rq, &t));
    enum err e = read_term(cx, rq, &t);
    if (e == OK)
        e = class_term_put(cx, &t, &card);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_edit(cx, rq, rp, &t));
    TRY(e);
    if (card.n)
        return draw_card(cx, rq, rp, &t, card);
    return reply_goto(cx, rp, "/w/class/%lld?done=1", (long long)t.id);
}

/* ---- one term ---- */

static enum err draw_term(struct cx *cx, const struct req *rq, struct reply *rp, int64_t id)
{
    struct activity_class_term_view v = {.rq = rq};
    struct class_term t;
    post_card_list teachers = {0};
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    TRY(class_term_own(cx, id, &t));
    v.c = class_offer(cx, &t);
    TRY(class_count(cx, id, &v.counts));
    TRY(class_sums(cx, id, &v.sums));
    TRY(class_rota(cx, id, time_day(cx->now), &v.rota));
    TRY(class_forget(cx, id, true, &v.gone));
    TRY(class_teachers(cx, &t, &teachers));
    cx->fault = fault;
    for (size_t i = 0; i < teachers.n; i++)
        if (teachers.at[i].person_id)
            *PUSH(cx->mem, &v.teachers) = (struct activity_choice){
                teachers.at[i].person_id, teachers.at[i].person_name, i == 0};
    int64_t gone = t.to_day + 1 + CLASS_KEPT_DAYS;
    v.gone_on = site_days_text(cx, gone, gone);
    v.page = staff_page(cx, rq, t.name, "classes");
    v.page.back = "/w/class";
    v.page.here = arena_printf(cx->mem, "/w/class/%lld", (long long)id);
    activity_class_term_html(reply_html(rp), cx, &v);
    return OK;
}

enum err class_term_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "term", &id));
    return draw_term(cx, rq, rp, id);
}

static enum err put_duty(struct cx *cx, const struct req *rq, int64_t term_id)
{
    int64_t person = 0, from, to;
    if (!str_int(req_field(rq, "person_id"), &person))
        return fail_field(cx, "person_id", "请选谁");
    TRY(req_day(cx, rq, "duty_on", &from));
    TRY(req_day(cx, rq, "duty_to", &to));
    if (!from)
        return fail_field(cx, "duty_on", "请选从哪天");
    return class_duty_put(cx, term_id, person, from, to ? to : from,
                          !str_is(req_field(rq, "there"), "0"));
}

enum err class_term_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct class_term t;
    struct str step = req_part(rq, "step"), card = S("");
    int64_t id, version = 0;
    TRY(req_id(cx, rq, "term", &id));
    TRY(class_term_own(cx, id, &t));
    str_int(req_field(rq, "version"), &version);
    enum err e = str_is(step, "publish") ? class_term_publish(cx, id, &t)
                 : str_is(step, "duty")  ? put_duty(cx, rq, id)
                 : str_is(step, "card")  ? class_card(cx, id, version, &card)
                                         : fail(cx, ERR_MISSING, "没有这一步");
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_term(cx, rq, rp, id));
    TRY(e);
    if (card.n)
        return draw_card(cx, rq, rp, &t, card);
    return reply_goto(cx, rp, "/w/class/%lld?done=1", (long long)id);
}
