/* web_staff -- staff's pages: what is to be answered and told, a site's calendar by day and week,
 * one booking, one series. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/pages.h"
#include "booking.html.h"

enum { WEEK = 7, ENDING_DAYS = 45 };

struct shell_page booking_staff_page(const struct cx *cx, const struct req *rq, struct str title)
{
    bool field = cx->who.role & ROLE_AREA_STAFF;
    struct shell_page page = shell_page(rq, field ? SHELL_WORK : SHELL_DESK, title, "rooms");
    if (req_query(rq, "done").n) {
        page.notice = S("好，记下了");
        page.notice_level = "g";
    }
    return page;
}

enum err booking_site_own(struct cx *cx, const struct req *rq, struct site *out)
{
    TRY(site_by_code(cx, req_part(rq, "code"), out));
    return site_reach(cx, out);
}

/* ---- what is to be done ---- */

static const char *level_of(enum booking_state s)
{
    static const char *const tags[BOOKING_STATES] = {
        [BOOKING_REVIEW] = "a",  [BOOKING_BOOKED] = "g",  [BOOKING_WAITING] = "a",
        [BOOKING_OFFERED] = "a", [BOOKING_DRAWING] = "a", [BOOKING_USING] = "t",
        [BOOKING_SHUT] = "x"};
    return tags[s] ? tags[s] : "";
}

static void rows_of(struct cx *cx, const booking_list *all, booking_staff_rows *out)
{
    for (size_t i = 0; i < all->n; i++)
        *PUSH(cx->mem, out) = (struct booking_staff_row){
            all->at[i], booking_when(cx, all->at[i].from_at, all->at[i].to_at),
            level_of(all->at[i].state)};
}

struct str booking_series_when(struct cx *cx, const struct booking_series *s)
{
    int64_t from = time_day_start(s->first_day) + s->from_minute * MS_MINUTE;
    struct civil c = time_civil(from);
    struct str day = str_c(site_day_labels[c.weekday]);
    return arena_printf(cx->mem, "%s%.*s %.*s", s->weeks == 2 ? "隔周 " : "每", STR(day),
                        STR(booking_hours_text(cx, from, from + s->minutes * MS_MINUTE)));
}

static enum err find_sites(struct cx *cx, booking_places *out)
{
    site_list sites = {0};
    booking_space_list spaces = {0};
    TRY(site_all(cx, &sites));
    TRY(booking_spaces(cx, 0, &spaces));
    for (size_t i = 0; i < sites.n; i++) {
        const struct site *s = &sites.at[i];
        if (!booking_in_reach(cx, s->path))
            continue;
        struct booking_place *p = PUSH(cx->mem, out);
        *p = (struct booking_place){.code = s->code, .name = s->name};
        for (size_t k = 0; k < spaces.n; k++)
            p->spaces += spaces.at[k].site_id == s->id;
    }
    return OK;
}

enum err booking_desk_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_desk_view v = {0};
    booking_list review = {0}, tell = {0};
    booking_series_list series = {0};
    TRY(booking_to_review(cx, &review));
    TRY(booking_to_tell(cx, &tell));
    TRY(booking_series_all(cx, &series));
    TRY(find_sites(cx, &v.sites));
    rows_of(cx, &review, &v.review);
    rows_of(cx, &tell, &v.tell);
    for (size_t i = 0; i < series.n; i++)
        *PUSH(cx->mem, &v.series) =
            (struct booking_series_row){series.at[i], booking_series_when(cx, &series.at[i]),
                                        series.at[i].until_day < time_day(cx->now) + ENDING_DAYS};
    v.may_plan = (cx->who.role & ROLES_BOOKING_PLAN) != 0;
    v.page = booking_staff_page(cx, rq, S("场地"));
    booking_desk_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- the calendar ---- */

static struct str who_of(const struct booking *b)
{
    return b->group_name.n ? b->group_name : b->name.n ? b->name : b->number;
}

static struct booking_item item_of(struct cx *cx, const struct booking *b)
{
    return (struct booking_item){.space_id = b->space_id,
                                 .id = b->id,
                                 .from_at = b->from_at,
                                 .hours = booking_hours_text(cx, b->from_at, b->to_at),
                                 .who = who_of(b),
                                 .tag = str_c(booking_state_labels[b->state]),
                                 .level = level_of(b->state)};
}

static struct booking_item of_block(struct cx *cx, const struct booking_block *k)
{
    bool one_day = time_day(k->from_at) == time_day(k->to_at - 1);
    return (struct booking_item){.space_id = k->space_id,
                                 .from_at = k->from_at,
                                 .hours = one_day ? booking_hours_text(cx, k->from_at, k->to_at)
                                                  : booking_when(cx, k->from_at, k->to_at),
                                 .who = k->reason,
                                 .tag = str_c(booking_block_labels[k->kind]),
                                 .level = "x"};
}

static void add_sorted(struct cx *cx, booking_items *out, struct booking_item item)
{
    PUSH(cx->mem, out);
    size_t k = out->n - 1;
    for (; k > 0 && out->at[k - 1].from_at > item.from_at; k--)
        out->at[k] = out->at[k - 1];
    out->at[k] = item;
}

/* What a calendar is made of: read once, whatever the number of spaces and bookings. */
struct source {
    booking_list bookings;
    booking_block_list blocks;
};

static enum err read_source(struct cx *cx, int64_t site_id, int64_t day, int days, struct source *s)
{
    int64_t from_at = time_day_start(day), to_at = time_day_start(day + days);
    TRY(booking_at_site(cx, site_id, from_at, to_at, &s->bookings));
    return booking_site_blocks(cx, site_id, from_at, to_at, &s->blocks);
}

static void fill_day(struct cx *cx, const struct source *s, int64_t space_id, int64_t day,
                     booking_items *out)
{
    int64_t start = time_day_start(day), end = start + MS_DAY;
    for (size_t i = 0; i < s->bookings.n; i++) {
        const struct booking *b = &s->bookings.at[i];
        if (b->space_id == space_id && b->from_at < end && b->to_at > start)
            add_sorted(cx, out, item_of(cx, b));
    }
    for (size_t i = 0; i < s->blocks.n; i++) {
        const struct booking_block *k = &s->blocks.at[i];
        if (k->space_id == space_id && k->from_at < end && k->to_at > start)
            add_sorted(cx, out, of_block(cx, k));
    }
}

/* What is still free of the day: one books for somebody from there. */
static void fill_free(struct cx *cx, const struct booking_space_day *d, booking_items *out)
{
    for (size_t i = 0; i < d->stretches.n; i++) {
        const struct booking_stretch *s = &d->stretches.at[i];
        if (s->is_free || s->lot_id)
            add_sorted(cx, out,
                       (struct booking_item){.space_id = d->plan.space.id,
                                             .from_at = s->from_at,
                                             .hours = booking_hours_text(cx, s->from_at, s->to_at),
                                             .at = s->is_free ? booking_iso(cx, s->from_at) : S(""),
                                             .tag = s->is_free ? S("空") : S("抽签"),
                                             .level = s->is_free ? "" : "a",
                                             .is_free = s->is_free});
    }
}

static int64_t calendar_day(const struct cx *cx, const struct req *rq)
{
    int64_t day, today = time_day(cx->now);
    if (!time_read_date(req_query(rq, "d"), &day) || day < today - BOOKING_STAFF_DAYS ||
        day > today + BOOKING_STAFF_DAYS)
        return today;
    return day;
}

static enum err week_lanes(struct cx *cx, const struct source *s, struct booking_calendar_view *v)
{
    booking_space_list all = {0};
    TRY(booking_spaces(cx, v->site.id, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct booking_lane *lane = PUSH(cx->mem, &v->lanes);
        lane->space = all.at[i];
        for (int d = 0; d < WEEK; d++) {
            struct booking_cell *cell = PUSH(cx->mem, &lane->days);
            cell->label = site_days_text(cx, v->day + d, v->day + d);
            fill_day(cx, s, lane->space.id, v->day + d, &cell->items);
        }
    }
    return OK;
}

static enum err day_lanes(struct cx *cx, const struct source *s, struct booking_calendar_view *v)
{
    booking_space_days all = {0};
    TRY(booking_site_day(cx, v->site.id, v->day, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct booking_lane *lane = PUSH(cx->mem, &v->lanes);
        lane->space = all.at[i].plan.space;
        fill_day(cx, s, lane->space.id, v->day, &lane->items);
        fill_free(cx, &all.at[i], &lane->items);
    }
    return OK;
}

enum err booking_calendar_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_calendar_view v = {.is_week = req_query(rq, "w").n > 0};
    struct source s = {0};
    TRY(booking_site_own(cx, rq, &v.site));
    v.day = calendar_day(cx, rq);
    int days = v.is_week ? WEEK : 1;
    TRY(read_source(cx, v.site.id, v.day, days, &s));
    TRY(v.is_week ? week_lanes(cx, &s, &v) : day_lanes(cx, &s, &v));
    v.when = site_days_text(cx, v.day, v.day + days - 1);
    v.iso = booking_iso_day(cx, v.day);
    v.before = booking_iso_day(cx, v.day - days);
    v.after = booking_iso_day(cx, v.day + days);
    for (int d = 0; d < days; d++)
        *PUSH(cx->mem, &v.heads) = site_days_text(cx, v.day + d, v.day + d);
    v.may_plan = (cx->who.role & ROLES_BOOKING_PLAN) != 0;
    v.page = booking_staff_page(cx, rq, arena_printf(cx->mem, "%.*s：场地", STR(v.site.name)));
    v.page.back = "/w/rooms";
    v.page.here = arena_printf(cx->mem, "/w/rooms/%.*s?d=%.*s%s", STR(v.site.code), STR(v.iso),
                               v.is_week ? "&w=1" : "");
    reply_header(rp, "Cache-Control", S("no-store"));
    booking_calendar_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- one booking ---- */

booking_purpose_rows booking_opening_purposes(void)
{
    size_t n = 0;
    while (opening_purposes[n].code)
        n++;
    return (booking_purpose_rows){.at = opening_purposes, .n = n, .cap = n};
}

const char *booking_step_label(struct str code)
{
    const struct step *s = steps_find(&booking_steps, code);
    return s ? s->label : str_is(code, "told") ? "告诉了" : "";
}

static bool may(const struct booking_keep_view *v, const char *step)
{
    return steps_find(&booking_steps, str_c(step))->from & BOOKING_IN(v->b.state);
}

static void say_may(const struct cx *cx, struct booking_keep_view *v)
{
    bool before = cx->now < v->b.from_at, over = cx->now >= v->b.to_at;
    bool alone = !v->b.series_asked; /* a series is answered as a whole, and moved after that */
    v->may_answer = may(v, "approve") && alone;
    v->may_confirm = may(v, "confirm") && cx->now < v->b.offer_until;
    v->may_give = before && may(v, "give");
    v->may_shut = before && may(v, "shut");
    v->may_move = before && may(v, "move") && (alone || v->b.state != BOOKING_REVIEW);
    v->may_come = !over && cx->now >= v->b.from_at - MS_HOUR && may(v, "come");
    v->may_absent = !v->b.came_at && may(v, "absent") &&
                    cx->now >= v->b.from_at + BOOKING_ABSENT_MINUTES * MS_MINUTE;
    v->may_leave = may(v, "leave");
    v->may_excuse = may(v, "excuse");
    v->may_check = may(v, "check");
}

static enum err draw_keep(struct cx *cx, const struct req *rq, struct reply *rp, int64_t id,
                          const struct booking_party *open)
{
    struct booking_keep_view v = {.rq = rq};
    struct fault fault = cx->fault;
    booking_choice_list others = {0};
    cx->fault = (struct fault){0};
    TRY(booking_own(cx, id, &v.b));
    TRY(booking_story(cx, id, &v.story));
    TRY(booking_absences_of(cx, v.b.party_id, v.b.site_id, &v.absences));
    say_may(cx, &v);
    struct booking_space s;
    bool found = false;
    if (v.may_move)
        TRY(booking_space_find(cx, v.b.space_id, &s, &found));
    if (found) {
        struct booking_plan p;
        TRY(booking_plan(cx, &s, 0, &p));
        TRY(booking_others(cx, &p, v.b.from_at, v.b.to_at, v.b.heads, &others));
        booking_other_buttons(cx, &others, v.b.space_id, &v.others);
    }
    cx->fault = fault;
    if (open) {
        v.open = *open;
        if (open->contact.n)
            v.tel = arena_printf(cx->mem, "tel:%.*s", STR(open->contact));
    }
    v.level = level_of(v.b.state);
    v.may_open = cx->who.sees[DATA_CONTACT] >= SEE_LOGGED;
    v.when = booking_when(cx, v.b.from_at, v.b.to_at);
    v.page = booking_staff_page(cx, rq, v.b.number);
    v.page.back = arena_printf(cx->mem, "/w/rooms/%.*s?d=%.*s", STR(v.b.site_code),
                               STR(booking_iso_day(cx, time_day(v.b.from_at))))
                      .p;
    v.page.here = arena_printf(cx->mem, "/w/booking/%lld", (long long)id);
    reply_header(rp, "Cache-Control", S("no-store"));
    booking_keep_html(reply_html(rp), cx, &v);
    return OK;
}

enum err booking_keep_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "booking", &id));
    return draw_keep(cx, rq, rp, id, NULL);
}

static enum err act(struct cx *cx, const struct req *rq, int64_t id)
{
    struct booking b;
    struct booking_move m = {0};
    struct str step = req_part(rq, "step");
    TRY(req_record(cx, rq, &booking_move_shape, &m));
    if (str_is(step, "move")) {
        m.to_at = 0;
        if (!booking_picked(rq, &m.space_id, &m.from_at)) {
            m.space_id = 0;
            TRY(booking_clock(cx, rq, "on", "from", &m.from_at));
        }
    }
    return booking_staff_step(cx, id, step, &m, &b);
}

enum err booking_keep_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_party open;
    int64_t id;
    bool is_open = str_is(req_part(rq, "step"), "open");
    TRY(req_id(cx, rq, "booking", &id));
    enum err e = is_open ? booking_open(cx, id, req_field(rq, "purpose"), &open) : act(cx, rq, id);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_keep(cx, rq, rp, id, NULL));
    TRY(e);
    if (is_open)
        return draw_keep(cx, rq, rp, id, &open);
    return reply_goto(cx, rp, "/w/booking/%lld?done=1", (long long)id);
}

/* ---- one series ---- */

static enum err draw_series(struct cx *cx, const struct req *rq, struct reply *rp, int64_t id,
                            bool may_part)
{
    struct booking_series_view v = {.rq = rq, .may_part = may_part};
    struct fault fault = cx->fault;
    booking_list all = {0};
    cx->fault = (struct fault){0};
    TRY(booking_series_get(cx, id, &v.s));
    TRY(booking_of_party(cx, v.s.party_id, &all));
    cx->fault = fault;
    shape_hide(cx, &booking_shape, all.at, all.n);
    rows_of(cx, &all, &v.rows);
    v.when = booking_series_when(cx, &v.s);
    v.until = time_day_start(v.s.until_day);
    v.next = time_day_start(booking_series_until(v.s.until_day + 1));
    v.may_renew = v.s.state == BOOKING_SERIES_ON &&
                  v.s.until_day <= time_day(cx->now) + 2 * BOOKING_RENEW_DAYS;
    v.page = booking_staff_page(cx, rq, S("固定时间"));
    v.page.back = "/w/rooms";
    v.page.here = arena_printf(cx->mem, "/w/series/%lld", (long long)id);
    reply_header(rp, "Cache-Control", S("no-store"));
    booking_series_html(reply_html(rp), cx, &v);
    return OK;
}

enum err booking_series_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "series", &id));
    return draw_series(cx, rq, rp, id, false);
}

enum err booking_series_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_series s;
    booking_days taken = {0};
    int64_t id;
    TRY(req_id(cx, rq, "series", &id));
    enum err e = booking_series_step(cx, id, req_part(rq, "step"), req_field(rq, "part").n > 0,
                                     req_field(rq, "text"), &taken, &s);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_series(cx, rq, rp, id, taken.n > 0));
    TRY(e);
    return reply_goto(cx, rp, "/w/series/%lld?done=1", (long long)id);
}
