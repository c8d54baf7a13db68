/* web_staff -- staff's pages: planning dates, keeping one, its list of who comes, codes, posters.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/pages.h"
#include "print/qr.h"
#include "activity.html.h"

enum { SHOWN = 40, SCREEN_SECONDS = 30, PAST_DAYS = 2 * 365 };

static struct shell_page staff_page(const struct cx *cx, const struct req *rq, struct str title)
{
    bool field = cx->who.role & ROLE_AREA_STAFF;
    struct shell_page page = shell_page(rq, field ? SHELL_WORK : SHELL_DESK, title, "events");
    if (req_query(rq, "done").n) {
        page.notice = S("好，记下了");
        page.notice_level = "g";
    }
    return page;
}

static struct str keep_path(struct cx *cx, int64_t id)
{
    return arena_printf(cx->mem, "/w/activity/%lld", (long long)id);
}

/* ---- the list ---- */

enum err activity_staff_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity_staff_view v = {.past = req_query(rq, "past").n > 0};
    struct activity_filter f = {.drafts = true, .backwards = v.past, .limit = SHOWN};
    activity_list all = {0};
    int64_t today = time_day_start(time_day(cx->now));
    if (!str_int(req_query(rq, "after"), &f.after_id))
        f.after_id = 0;
    f.from_at = v.past ? today - PAST_DAYS * MS_DAY : today;
    if (v.past)
        f.to_at = today;
    TRY(activity_find(cx, &f, &all));
    TRY(activity_rows_of(cx, &all, &v.rows));
    if (all.n == SHOWN)
        v.next = all.at[all.n - 1].id;
    v.may_programme = (cx->who.role & ROLES_PROGRAMME) != 0;
    v.page = staff_page(cx, rq, S("活动"));
    activity_staff_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- planning ---- */

static enum err find_choices(struct cx *cx, struct activity_edit_view *v)
{
    activity_programme_list programmes = {0};
    site_list sites = {0};
    TRY(activity_programmes(cx, false, &programmes));
    for (size_t i = 0; i < programmes.n; i++)
        *PUSH(cx->mem, &v->programmes) = (struct activity_choice){
            programmes.at[i].id, programmes.at[i].name, programmes.at[i].id == v->a.programme_id};
    TRY(site_all(cx, &sites));
    for (size_t i = 0; i < sites.n; i++) {
        const struct site *s = &sites.at[i];
        site_part_list parts = {0};
        if (!cx->who.scope_hi.n || !str_starts(s->path, cx->who.scope_lo))
            continue;
        *PUSH(cx->mem, &v->places) =
            (struct activity_choice){s->id, s->name, v->a.site_id == s->id && !v->a.part_id};
        TRY(site_parts(cx, s->id, &parts));
        for (size_t k = 0; k < parts.n; k++)
            *PUSH(cx->mem, &v->places) = (struct activity_choice){
                parts.at[k].id,
                arena_printf(cx->mem, "%.*s：%.*s", STR(s->name), STR(parts.at[k].name)),
                v->a.part_id == parts.at[k].id};
    }
    return OK;
}

static struct str clock_text(struct cx *cx, int64_t at)
{
    struct civil c = time_civil(at);
    return at ? arena_printf(cx->mem, "%02d:%02d", c.hour, c.minute) : S("");
}

static enum err draw_edit(struct cx *cx, const struct req *rq, struct reply *rp,
                          const struct activity *a)
{
    struct activity_edit_view v = {.rq = rq, .a = *a};
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    TRY(find_choices(cx, &v));
    cx->fault = fault;
    v.on = shell_typed(rq, "on", a->from_at ? str_cut(filter_time(cx, a->from_at), 0, 10) : S(""));
    v.from = shell_typed(rq, "from", clock_text(cx, a->from_at));
    v.till = shell_typed(rq, "till", clock_text(cx, a->to_at));
    v.action = a->id ? arena_printf(cx->mem, "/w/activity/%lld/edit", (long long)a->id)
                     : S("/w/activities/new");
    v.page = staff_page(cx, rq, a->id ? S("改活动") : S("排活动"));
    v.page.back = a->id ? keep_path(cx, a->id).p : "/w/activities";
    v.page.here = v.action;
    activity_edit_html(reply_html(rp), cx, &v);
    return OK;
}

/* The one that is changed, or a new one. */
static enum err find_edited(struct cx *cx, const struct req *rq, struct activity *a)
{
    int64_t id;
    *a = (struct activity){.party_most = 4, .capacity = 30, .confirm_hours = 24};
    if (!req_part(rq, "activity").n)
        return OK;
    TRY(req_id(cx, rq, "activity", &id));
    return activity_own(cx, id, a);
}

enum err activity_edit_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity a;
    TRY(find_edited(cx, rq, &a));
    return draw_edit(cx, rq, rp, &a);
}

/* The choice of the form is a site or a part of one. */
static enum err read_where(struct cx *cx, const struct req *rq, struct activity *a)
{
    struct site_part part;
    struct site s;
    int64_t id = 0;
    if (!str_int(req_field(rq, "where"), &id))
        return fail_field(cx, "where", "请选在哪里");
    enum err e = site_get(cx, id, &s);
    if (e == OK) {
        a->site_id = id;
        a->part_id = 0;
        return OK;
    }
    fault_clear(cx);
    e = site_part_get(cx, id, &part);
    if (e == ERR_MISSING) {
        fault_clear(cx);
        return fail_field(cx, "where", "没有这个地方，可能已经撤了，请重新选");
    }
    TRY(e);
    a->site_id = part.site_id;
    a->part_id = id;
    return OK;
}

static enum err read_clock(struct cx *cx, const struct req *rq, const char *name, int64_t *out)
{
    struct str text = arena_printf(cx->mem, "%.*s %.*s", STR(str_trim(req_field(rq, "on"))),
                                   STR(str_trim(req_field(rq, name))));
    return time_read(text, out) ? OK : fail_field(cx, name, "请填几点几分，比如 14:30");
}

static enum err read_times(struct cx *cx, const struct req *rq, struct activity *a)
{
    int64_t day;
    TRY(req_day(cx, rq, "on", &day));
    if (!day)
        return fail_field(cx, "on", "请选哪天");
    enum err from = read_clock(cx, rq, "from", &a->from_at);
    enum err till = read_clock(cx, rq, "till", &a->to_at);
    a->close_at = 0;
    return from != OK ? from : till;
}

enum err activity_edit_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity a;
    TRY(find_edited(cx, rq, &a));
    enum err e = req_record(cx, rq, &activity_shape, &a);
    enum err where = read_where(cx, rq, &a), times = read_times(cx, rq, &a);
    e = e != OK ? e : where != OK ? where : times;
    if (e == OK)
        e = activity_put(cx, &a, req_field(rq, "anyway").n > 0);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_edit(cx, rq, rp, &a));
    TRY(e);
    return reply_goto(cx, rp, "/w/activity/%lld?done=1", (long long)a.id);
}

/* ---- one date ---- */

static void say(struct cx *cx, const struct activity *a, struct activity_staff_seat *s)
{
    static const char *const tags[SEAT_STATES] = {
        [SEAT_HELD] = "g", [SEAT_CAME] = "g", [SEAT_OFFERED] = "a", [SEAT_WAITING] = "a"};
    unsigned in = SEAT_IN(s->s.state);
    bool before = cx->now < a->from_at;
    bool open =
        cx->now >= a->from_at - ACTIVITY_EARLY_MINUTES * MS_MINUTE && a->state == ACTIVITY_OPEN;
    s->label = seat_state_labels[s->s.state];
    s->level = tags[s->s.state] ? tags[s->s.state] : "";
    s->may_come = open && (steps_find(&seat_steps, S("come"))->from & in);
    s->may_absent = open && s->s.state == SEAT_CAME;
    s->may_give = before && (steps_find(&seat_steps, S("give"))->from & in);
    s->may_confirm = s->s.state == SEAT_OFFERED && cx->now < s->s.offer_until;
    s->may_again = activity_may_join(cx, a) && (steps_find(&seat_steps, S("rejoin"))->from & in);
}

static enum err find_shut(struct cx *cx, const struct activity *a, bool *out)
{
    struct site_plan plan;
    TRY(site_plan(cx, a->site_id, a->part_id, 0, &plan));
    *out = a->state != ACTIVITY_CANCELLED && cx->now < a->from_at && plan.is_known &&
           !site_is_open(&plan, a->from_at, a->to_at);
    return OK;
}

static struct str repeated_words(struct cx *cx, const struct req *rq)
{
    struct out o;
    struct str skipped = req_query(rq, "skipped"), part;
    int64_t made = 0, day;
    if (!str_int(req_query(rq, "made"), &made))
        return S("");
    out_init(&o, cx->mem);
    out_printf(&o, "又排出 %lld 场草稿", (long long)made);
    const char *sep = "；不开门跳过了 ";
    while (str_split(&skipped, ',', &part))
        if (str_int(part, &day)) {
            out_c(&o, sep);
            out_str(&o, site_days_text(cx, day, day));
            sep = "、";
        }
    return out_text(&o);
}

static enum err draw_keep(struct cx *cx, const struct req *rq, struct reply *rp, int64_t id)
{
    struct activity_keep_view v = {.rq = rq};
    activity_seat_list seats = {0};
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    TRY(activity_own(cx, id, &v.a));
    TRY(activity_count(cx, id, &v.counts));
    TRY(activity_seats(cx, id, &seats));
    TRY(find_shut(cx, &v.a, &v.is_shut));
    cx->fault = fault;
    for (size_t i = 0; i < seats.n; i++) {
        struct activity_staff_seat *s = PUSH(cx->mem, &v.seats);
        s->s = seats.at[i];
        say(cx, &v.a, s);
    }
    v.when = activity_when(cx, &v.a);
    v.is_over = cx->now >= v.a.to_at;
    v.has_begun = cx->now >= v.a.from_at;
    v.in_series = v.a.series_id != 0;
    v.may_see_need = (cx->who.role & (ROLES_CENTRE | ROLE_LEADER)) != 0;
    v.until = req_field(rq, "until_on");
    v.page = staff_page(cx, rq, v.a.title);
    v.page.back = "/w/activities";
    v.page.here = keep_path(cx, id);
    struct str repeated = repeated_words(cx, rq);
    if (repeated.n) {
        v.page.notice = repeated;
        v.page.notice_level = "g";
    }
    reply_header(rp, "Cache-Control", S("no-store"));
    activity_keep_html(reply_html(rp), cx, &v);
    return OK;
}

enum err activity_keep_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "activity", &id));
    return draw_keep(cx, rq, rp, id);
}

static enum err repeat(struct cx *cx, const struct req *rq, struct reply *rp, int64_t id)
{
    activity_days made = {0}, skipped = {0};
    struct out o;
    int64_t days = 0, until = 0;
    if (!str_int(req_field(rq, "days"), &days))
        days = 0;
    TRY(req_day(cx, rq, "until_on", &until));
    TRY(activity_repeat(cx, id, days, until, &made, &skipped));
    out_init(&o, cx->mem);
    for (size_t i = 0; i < skipped.n; i++)
        out_printf(&o, "%s%lld", i ? "," : "", (long long)skipped.at[i]);
    return reply_goto(cx, rp, "/w/activity/%lld?made=%zu&skipped=%.*s", (long long)id, made.n,
                      STR(out_text(&o)));
}

/* One tick on the list: "come:1234". */
static enum err tick(struct cx *cx, const struct req *rq, struct reply *rp, int64_t id)
{
    struct activity_seat s;
    const struct seat_move m = {0};
    struct str what = req_field(rq, "do"), step;
    int64_t seat = 0;
    if (!str_split(&what, ':', &step) || !str_int(what, &seat))
        return fail(cx, ERR_MISSING, "没有这个报名");
    TRY(activity_staff_step(cx, seat, step, &m, &s));
    return reply_goto(cx, rp, "/w/activity/%lld?done=1", (long long)id);
}

enum err activity_keep_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity_move m = {0};
    struct activity a;
    struct str step = req_part(rq, "step");
    int64_t id;
    TRY(req_id(cx, rq, "activity", &id));
    TRY(activity_own(cx, id, &a));
    enum err e = OK;
    if (str_is(step, "repeat")) {
        e = repeat(cx, rq, rp, id);
    } else if (str_is(step, "sheet")) {
        e = tick(cx, rq, rp, id);
    } else {
        e = req_record(cx, rq, &activity_move_shape, &m);
        if (e == OK)
            e = activity_step(cx, id, step, &m, &a);
        if (e == OK && a.state == ACTIVITY_DRAFT && str_is(step, "cancel"))
            e = reply_goto(cx, rp, "/w/activities?done=1");
        else if (e == OK)
            e = reply_goto(cx, rp, "/w/activity/%lld?done=1", (long long)id);
    }
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_keep(cx, rq, rp, id));
    return e;
}

/* ---- one party ---- */

activity_purpose_rows activity_purposes(void)
{
    size_t n = 0;
    while (opening_purposes[n].code)
        n++;
    return (activity_purpose_rows){.at = opening_purposes, .n = n, .cap = n};
}

const char *activity_step_label(struct str code)
{
    const struct step *s = steps_find(&seat_steps, code);
    return s                       ? s->label
           : str_is(code, "told")  ? "告诉了"
           : str_is(code, "guide") ? "讲解员"
           : str_is(code, "rate")  ? "说了感觉"
                                   : "";
}

static enum err draw_seat(struct cx *cx, const struct req *rq, struct reply *rp, int64_t id,
                          const struct activity_party *open)
{
    struct activity_seat_view v = {.rq = rq};
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    TRY(seat_load(cx, id, &v.s.s));
    TRY(activity_own(cx, v.s.s.activity_id, &v.a));
    TRY(activity_story(cx, id, &v.story));
    cx->fault = fault;
    shape_hide(cx, &activity_seat_shape, &v.s.s, 1);
    say(cx, &v.a, &v.s);
    if (open) {
        v.s.open = *open;
        if (open->contact.n)
            v.s.tel = arena_printf(cx->mem, "tel:%.*s", STR(open->contact));
    }
    v.may_open = cx->who.sees[DATA_CONTACT] >= SEE_LOGGED;
    v.when = activity_when(cx, &v.a);
    v.page = staff_page(cx, rq, v.s.s.number);
    v.page.back = keep_path(cx, v.a.id).p;
    v.page.here = arena_printf(cx->mem, "/w/seat/%lld", (long long)id);
    reply_header(rp, "Cache-Control", S("no-store"));
    activity_seat_html(reply_html(rp), cx, &v);
    return OK;
}

enum err activity_seat_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "seat", &id));
    return draw_seat(cx, rq, rp, id, NULL);
}

enum err activity_seat_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity_seat s;
    struct activity_party open;
    struct seat_move m = {0};
    struct str step = req_part(rq, "step");
    int64_t id;
    bool is_open = str_is(step, "open");
    TRY(req_id(cx, rq, "seat", &id));
    enum err e = req_record(cx, rq, &seat_move_shape, &m);
    if (e == OK)
        e = is_open ? activity_open(cx, id, req_field(rq, "purpose"), &open)
                    : activity_staff_step(cx, id, step, &m, &s);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_seat(cx, rq, rp, id, NULL));
    TRY(e);
    if (is_open)
        return draw_seat(cx, rq, rp, id, &open);
    return reply_goto(cx, rp, "/w/seat/%lld?done=1", (long long)id);
}

/* ---- codes and paper ---- */

enum err activity_screen_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity_screen_view v = {0};
    int64_t id;
    TRY(req_id(cx, rq, "activity", &id));
    TRY(activity_own(cx, id, &v.a));
    TRY(activity_code(cx, id, cx->now, &v.code));
    v.until = str_cut(filter_time(cx, v.code.to_at), sizeof "2026-03-14 " - 1, 5);
    v.url = arena_printf(cx->mem, "%.*s/e/%lld/in?c=%.*s", STR(req_site(cx, rq)), (long long)id,
                         STR(v.code.code));
    v.qr = qr_svg(cx, v.url, S("签到的二维码"));
    v.page = staff_page(cx, rq, S("签到码"));
    v.page.back = keep_path(cx, id).p;
    reply_header(rp, "Cache-Control", S("no-store"));
    reply_header(rp, "Refresh", arena_printf(cx->mem, "%d", SCREEN_SECONDS));
    activity_screen_html(reply_html(rp), cx, &v);
    return OK;
}

enum err activity_codes_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity_codes_view v = {0};
    int64_t id;
    TRY(req_id(cx, rq, "activity", &id));
    TRY(activity_own(cx, id, &v.a));
    TRY(activity_codes(cx, id, &v.codes));
    v.when = activity_when(cx, &v.a);
    v.page = shell_page(rq, SHELL_PRINT, S("签到码"), "events");
    reply_header(rp, "Cache-Control", S("no-store"));
    activity_codes_html(reply_html(rp), cx, &v);
    return OK;
}

enum err activity_poster_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity a;
    struct str pdf;
    int64_t id;
    TRY(req_id(cx, rq, "activity", &id));
    TRY(activity_own(cx, id, &a));
    TRY(activity_poster(cx, &a, req_site(cx, rq), &pdf));
    reply_header(rp, "Content-Disposition", S("inline; filename=\"poster.pdf\""));
    out_str(reply_bytes(rp, "application/pdf"), pdf);
    return OK;
}

/* ---- programmes ---- */

static enum err draw_programmes(struct cx *cx, const struct req *rq, struct reply *rp,
                                const struct activity_programme *one)
{
    struct activity_programmes_view v = {.rq = rq, .one = *one};
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    TRY(activity_programmes(cx, true, &v.all));
    cx->fault = fault;
    if (!one->id && !one->ordinal)
        v.one.ordinal = (int64_t)v.all.n + 1;
    v.page = staff_page(cx, rq, S("活动项目"));
    v.page.back = "/w/activities";
    v.page.here = S("/w/programmes");
    activity_programmes_html(reply_html(rp), cx, &v);
    return OK;
}

enum err activity_programmes_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity_programme p = {0};
    struct str code = req_query(rq, "code");
    if (code.n)
        TRY(activity_programme_by_code(cx, code, &p));
    return draw_programmes(cx, rq, rp, &p);
}

enum err activity_programmes_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity_programme p = {0};
    if (!str_int(req_field(rq, "id"), &p.id))
        p.id = 0;
    enum err e = req_record(cx, rq, &activity_programme_shape, &p);
    if (e == OK)
        e = activity_programme_put(cx, &p);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_programmes(cx, rq, rp, &p));
    TRY(e);
    return reply_goto(cx, rp, "/w/programmes?done=1");
}
