/* web -- what everybody reads: which sites have spaces, what is free on a day, one space, a lot.
 * A line for a site's page. The table of routes. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/keyring/keyring.h"
#include "app/booking/pages.h"
#include "app/outbox/outbox.h"
#include "booking.html.h"
#include "booking.sql.h"

enum { DAYS_SHOWN = 14, DAYS_NEAR = 7, START_STEP = 30, STARTS_MOST = 40, LOTS_SHOWN = 4 };

/* ---- what pages share ---- */

struct str booking_iso_day(struct cx *cx, int64_t day)
{
    return str_cut(filter_iso(cx, time_day_start(day)), 0, sizeof "2026-03-14" - 1);
}

struct str booking_iso(struct cx *cx, int64_t at)
{
    return str_cut(filter_iso(cx, at), 0, sizeof "2026-03-14T14:00" - 1);
}

struct str booking_path(struct cx *cx, int64_t space_id)
{
    return arena_printf(cx->mem, "/book/%lld", (long long)space_id);
}

int64_t booking_day_asked(struct cx *cx, const struct req *rq, int64_t most)
{
    int64_t day, today = time_day(cx->now);
    if (!time_read_date(req_query(rq, "d"), &day) || day < today || day > today + most)
        return today;
    return day;
}

static void day_options(struct cx *cx, int64_t chosen, int days, booking_options *near_days,
                        booking_options *later)
{
    static const char *const near[] = {"今天", "明天", "后天"};
    int64_t today = time_day(cx->now), first = chosen < today + days ? today : chosen - 1;
    for (int64_t day = first; day < first + days; day++) {
        struct civil c = time_civil(time_day_start(day));
        *PUSH(cx->mem, day < first + DAYS_NEAR ? near_days : later) =
            (struct booking_option){.value = booking_iso_day(cx, day),
                                    .label = day - today < (int64_t)COUNT(near)
                                                 ? str_c(near[day - today])
                                                 : arena_printf(cx->mem, "%d/%d %s", c.month, c.day,
                                                                site_day_labels[c.weekday]),
                                    .is_on = day == chosen};
    }
}

bool booking_has_chosen(const booking_options *all)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].is_on)
            return true;
    return false;
}

enum err booking_clock(struct cx *cx, const struct req *rq, const char *on, const char *from,
                       int64_t *out)
{
    int64_t day;
    TRY(req_day(cx, rq, on, &day));
    if (!day)
        return fail_field(cx, on, "请选哪天");
    struct str text = arena_printf(cx->mem, "%.*s %.*s", STR(booking_iso_day(cx, day)),
                                   STR(str_trim(req_field(rq, from))));
    return time_read(text, out) && str_trim(req_field(rq, from)).n
               ? OK
               : fail_field(cx, from, "请填几点几分，比如 14:30");
}

booking_names booking_move_faults(void)
{
    static const char *const names[] = {"from_at", "to_at", "heads", "title", "contact"};
    return (booking_names){.at = names, .n = COUNT(names), .cap = COUNT(names)};
}

void booking_other_buttons(struct cx *cx, const booking_choice_list *all, int64_t space_id,
                           booking_others_list *out)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct booking_choice *c = &all->at[i];
        *PUSH(cx->mem, out) = (struct booking_other){
            .value =
                arena_printf(cx->mem, "%lld,%lld", (long long)c->space.id, (long long)c->from_at),
            .when = booking_when(cx, c->from_at, c->to_at),
            .where = c->space.id == space_id ? S("") : c->space.name};
    }
}

bool booking_picked(const struct req *rq, int64_t *space_id, int64_t *from_at)
{
    static const int64_t year_10000 = INT64_C(253402300800000); /* one can reckon with it */
    struct str rest = req_field(rq, "pick"), space;
    return str_split(&rest, ',', &space) && str_int(space, space_id) && str_int(rest, from_at) &&
           *from_at > 0 && *from_at < year_10000;
}

/* ---- sites that have spaces ---- */

static enum err add_place(struct cx *cx, const struct booking_space *s, const site_view_list *sites,
                          booking_places *out)
{
    for (size_t i = 0; i < out->n; i++)
        if (str_eq(out->at[i].code, s->site_code)) {
            out->at[i].spaces++;
            if (s->capacity > out->at[i].capacity)
                out->at[i].capacity = s->capacity;
            return OK;
        }
    for (size_t i = 0; i < sites->n; i++)
        if (sites->at[i].site.id == s->site_id)
            *PUSH(cx->mem, out) = (struct booking_place){.code = s->site_code,
                                                         .name = s->site_name,
                                                         .now = sites->at[i].now,
                                                         .spaces = 1,
                                                         .capacity = s->capacity};
    return OK;
}

enum err booking_list_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_list_view v = {0};
    booking_space_list spaces = {0};
    site_view_list sites = {0};
    TRY(booking_spaces(cx, 0, &spaces));
    TRY(site_views(cx, S(""), &sites));
    if (!str_int(req_query(rq, "n"), &v.heads) || v.heads < 0)
        v.heads = 0;
    for (size_t i = 0; i < spaces.n; i++)
        if (spaces.at[i].capacity >= v.heads)
            TRY(add_place(cx, &spaces.at[i], &sites, &v.places));
    v.page = shell_page(rq, SHELL_PHONE, S("订场地"), "home");
    v.page.back = "/";
    shell_mode_keep(cx, rq, rp);
    booking_list_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- the spaces of a site on a day ---- */

static struct str free_words(struct cx *cx, const struct booking_space_day *d, bool *now)
{
    struct out o;
    const char *sep = "";
    int64_t from = 0, to = 0;
    out_init(&o, cx->mem);
    for (size_t i = 0; i <= d->stretches.n; i++) {
        const struct booking_stretch *s = i < d->stretches.n ? &d->stretches.at[i] : NULL;
        if (s && s->is_free && to == s->from_at) {
            to = s->to_at; /* kept or not, it is free */
            continue;
        }
        if (to > from && to - from >= d->plan.space.least_minutes * MS_MINUTE) {
            out_c(&o, sep);
            out_str(&o, booking_hours_text(cx, from, to));
            *now |= from <= cx->now && cx->now < to;
            sep = "，";
        }
        from = s && s->is_free ? s->from_at : 0;
        to = s && s->is_free ? s->to_at : 0;
    }
    return out_text(&o);
}

enum err booking_rooms_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_rooms_view v = {0};
    struct site_view whole;
    booking_space_days all = {0};
    TRY(site_by_code(cx, req_part(rq, "code"), &v.site));
    TRY(site_whole(cx, &v.site, &whole, NULL));
    v.now = whole.now;
    v.day = booking_day_asked(cx, rq, BOOKING_STAFF_DAYS);
    TRY(booking_site_day(cx, v.site.id, v.day, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct booking_row *r = PUSH(cx->mem, &v.rows);
        r->space = all.at[i].plan.space;
        r->hours = free_words(cx, &all.at[i], &r->is_free_now);
        r->is_shut = all.at[i].stretches.n == 0;
    }
    day_options(cx, v.day, DAYS_SHOWN, &v.days, &v.later);
    v.when = site_days_text(cx, v.day, v.day);
    v.is_today = v.day == time_day(cx->now);
    v.iso = booking_iso_day(cx, v.day);
    v.page =
        shell_page(rq, SHELL_PHONE, arena_printf(cx->mem, "%.*s的场地", STR(v.site.name)), "home");
    v.page.back = "/book";
    v.page.place = v.site.place_code;
    shell_mode_keep(cx, rq, rp);
    booking_rooms_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- one space ---- */

static struct str piece_words(struct cx *cx, const struct booking_stretch *s)
{
    if (s->is_free)
        return s->is_kept ? S("先留给团队和单位") : S("空着");
    if (s->lot_id)
        return S("抽签");
    return s->what.n ? arena_printf(cx->mem, "停用：%.*s", STR(s->what)) : S("订了");
}

static void starts_of(struct cx *cx, const struct booking_plan *p, struct booking_piece *piece)
{
    const struct booking_stretch *s = &piece->s;
    int64_t step = START_STEP * MS_MINUTE, at = (s->from_at + step - 1) / step * step;
    if (at > s->from_at + BOOKING_SLOT)
        at = s->from_at;
    for (; s->is_free && at + p->space.least_minutes * MS_MINUTE <= s->to_at; at += step) {
        struct civil c = time_civil(at);
        if (at > cx->now && piece->starts.n < STARTS_MOST)
            *PUSH(cx->mem, &piece->starts) = (struct booking_option){
                .value = booking_iso(cx, at),
                .label = arena_printf(cx->mem, "%d:%02d", c.hour, c.minute)};
    }
}

enum err booking_space_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_space_view v = {0};
    struct booking_plan p;
    struct site site;
    struct site_view whole;
    booking_stretch_list all = {0};
    int64_t id;
    TRY(req_id(cx, rq, "space", &id));
    TRY(booking_space_get(cx, id, &v.space));
    TRY(site_get(cx, v.space.site_id, &site));
    TRY(site_whole(cx, &site, &whole, NULL));
    v.now = whole.now;
    TRY(booking_plan(cx, &v.space, 0, &p));
    v.rule = p.rule;
    v.day = booking_day_asked(cx, rq, v.space.ahead_days);
    TRY(booking_day(cx, &p, v.day, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct booking_piece *piece = PUSH(cx->mem, &v.pieces);
        piece->s = all.at[i];
        piece->hours = booking_hours_text(cx, piece->s.from_at, piece->s.to_at);
        piece->words = piece_words(cx, &piece->s);
        starts_of(cx, &p, piece);
    }
    if (p.windows.n)
        TRY(booking_lots(cx, id, &v.lots));
    if (v.lots.n > LOTS_SHOWN)
        v.lots.n = LOTS_SHOWN;
    int64_t days = v.space.ahead_days + 1;
    day_options(cx, v.day, days < DAYS_SHOWN ? (int)days : DAYS_SHOWN, &v.days, &v.later);
    v.when = site_days_text(cx, v.day, v.day);
    v.phone = site.phone.n ? site.phone : shell_community(cx)->phone;
    v.is_staff = booking_in_reach(cx, v.space.place_path);
    v.page = shell_page(rq, SHELL_PHONE, v.space.name, "home");
    v.page.back = arena_printf(cx->mem, "/site/%.*s/rooms?d=%.*s", STR(site.code),
                               STR(booking_iso_day(cx, v.day)))
                      .p;
    v.page.place = site.place_code;
    shell_mode_keep(cx, rq, rp);
    booking_space_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- a lot ---- */

enum err booking_lot_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_lot_view v = {0};
    int64_t id;
    TRY(req_id(cx, rq, "lot", &id));
    TRY(booking_lot_get(cx, id, &v.lot));
    TRY(booking_lot_order(cx, &v.lot, &v.order));
    v.when = booking_when(cx, v.lot.from_at, v.lot.to_at);
    v.is_open = v.lot.state == BOOKING_LOT_OPEN && v.lot.draw_at > cx->now;
    v.page = shell_page(rq, SHELL_PHONE, S("抽签"), "home");
    v.page.back = booking_path(cx, v.lot.space_id).p;
    booking_lot_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- a line for the site's page ---- */

static enum err here(struct cx *cx, int64_t site_id, struct shell_offers *out)
{
    booking_space_list all = {0};
    struct out names;
    TRY(booking_spaces(cx, site_id, &all));
    if (!all.n)
        return OK;
    out_init(&names, cx->mem);
    for (size_t i = 0; i < all.n && i < 3; i++)
        out_printf(&names, "%s%.*s", i ? "、" : "", STR(all.at[i].name));
    *PUSH(cx->mem, out) = (struct shell_offer){
        .title = S("订场地"),
        .text =
            arena_printf(cx->mem, "%.*s%s，不用登录", STR(out_text(&names)), all.n > 3 ? "等" : ""),
        .href = arena_printf(cx->mem, "/site/%.*s/rooms", STR(all.at[0].site_code)),
        .icon = "key",
        .at = cx->now,
        .path = all.at[0].place_path};
    return OK;
}

/* ---- the table ---- */

static const struct route routes[] = {
    {"GET", "/book", booking_list_page, .title = "订场地", .kind = ROUTE_INLINE, .shared = true},
    {"GET", "/site/{code}/rooms", booking_rooms_page, .title = "一个服务点的场地，哪天空着",
     .kind = ROUTE_INLINE, .shared = true},
    {"GET", "/book/find", booking_find_page, .title = "我订的场地", .kind = ROUTE_INLINE},
    {"POST", "/book/find", booking_find_do, .title = "凭编号和四位数字看预订", .open_key = true},
    {"GET", "/book/{space}", booking_space_page, .title = "一个场地", .kind = ROUTE_INLINE},
    {"GET", "/book/{space}/new", booking_new_page, .title = "订场地", .kind = ROUTE_INLINE},
    {"POST", "/book/{space}/new", booking_new_do, .title = "订场地", .in = &booking_ask_shape},
    {"GET", "/book/{space}/feed.ics", booking_ics, .title = "一个场地什么时候有人，日历订阅",
     .shared = true},
    {"GET", "/lot/{lot}", booking_lot_page, .title = "抽签：指纹、种子、结果",
     .kind = ROUTE_INLINE},
    {"GET", "/lot/{lot}/new", booking_lot_new_page, .title = "报名抽签", .kind = ROUTE_INLINE},
    {"POST", "/lot/{lot}/new", booking_lot_new_do, .title = "报名抽签", .in = &booking_ask_shape},
    {"GET", "/booked/{party}", booking_own_page, .title = "我订的场地", .kind = ROUTE_INLINE,
     .open_key = true},
    {"POST", "/booked/{party}/{step}", booking_own_do, .title = "要、不用了、换时间、到了、走了",
     .open_key = true, .in = &booking_move_shape},
    {"GET", "/booked/{party}/feed.ics", booking_own_ics, .title = "我订的场地，日历订阅",
     .open_key = true},
    {"GET", "/w/rooms", booking_desk_page, ROLES_BOOKING, "场地：要答复的，要告诉的"},
    {"GET", "/w/rooms/{code}", booking_calendar_page, ROLES_BOOKING, "一个服务点的场地，按天按周",
     .kind = ROUTE_INLINE},
    {"GET", "/w/rooms/{code}/rules", booking_rules_page, ROLES_BOOKING_PLAN, "订场地的规矩"},
    {"POST", "/w/rooms/{code}/rules", booking_rules_do, ROLES_BOOKING_PLAN, "改订场地的规矩",
     .in = &booking_rule_shape},
    {"GET", "/w/rooms/{code}/new", booking_edit_page, ROLES_BOOKING_PLAN, "加一个场地"},
    {"POST", "/w/rooms/{code}/new", booking_edit_do, ROLES_BOOKING_PLAN, "加一个场地",
     .in = &booking_space_shape},
    {"GET", "/w/space/{space}", booking_plan_page, ROLES_BOOKING, "管一个场地"},
    {"GET", "/w/space/{space}/edit", booking_edit_page, ROLES_BOOKING_PLAN, "改一个场地"},
    {"POST", "/w/space/{space}/edit", booking_edit_do, ROLES_BOOKING_PLAN, "改一个场地",
     .in = &booking_space_shape},
    {"GET", "/w/space/{space}/hours", booking_hours_page, ROLES_BOOKING_PLAN, "场地的开放时间"},
    {"POST", "/w/space/{space}/{step}", booking_plan_do, ROLES_BOOKING,
     "停用、撤回停用、留时段、开放时间、撤掉场地", .in = &booking_block_shape},
    {"GET", "/w/booking/{booking}", booking_keep_page, ROLES_BOOKING, "一个预订"},
    {"POST", "/w/booking/{booking}/{step}", booking_keep_do, ROLES_BOOKING,
     "同意、不同意、换、来了、没来、取消、看电话", .in = &booking_move_shape},
    {"GET", "/w/series/{series}", booking_series_page, ROLES_BOOKING, "一个固定时间"},
    {"POST", "/w/series/{series}/{step}", booking_series_do, ROLES_BOOKING,
     "答复固定时间，续到下一季度，结束"},
    {"GET", "/api/v1/spaces", booking_api_spaces, .title = "场地", .out = &booking_space_shape},
    {"GET", "/api/v1/spaces/{space}/day", booking_api_free, .title = "一个场地一天里的空和满",
     .out = &booking_stretch_shape},
    {"POST", "/api/v1/spaces/{space}/book", booking_api_book, .title = "订场地",
     .in = &booking_ask_shape, .out = &booking_booked_shape, .keeps = true},
};

static const struct shape *const shapes[] = {
    &booking_space_shape,  &booking_window_shape, &booking_rule_shape, &booking_party_shape,
    &booking_shape,        &booking_ask_shape,    &booking_move_shape, &booking_event_shape,
    &booking_series_shape, &booking_block_shape,  &booking_lot_shape,  &booking_booked_shape,
    &booking_stretch_shape};

static const struct shell_menu menu[] = {
    {"book", "/book", "订场地", "key", 0},
    {"rooms", "/w/rooms", "场地", "key", ROLES_BOOKING},
};

static void topics(struct cx *cx, struct outbox_topics *out)
{
    static const struct outbox_topic all[] = {
        {S("booking.moved"), "场地候补轮到了"},  {S("booking.answered"), "场地申请有了答复"},
        {S("booking.shut"), "场地预订取消"},     {S("booking.late"), "场地申请到期没答复"},
        {S("booking.remind"), "场地前一天提醒"}, {S("booking.quarter"), "固定时间快到期"}};
    for (size_t i = 0; i < COUNT(all); i++)
        *PUSH(cx->mem, out) = all[i];
}

static const struct sealed_table sealed[] = {
    {&booking_party_shape, &booking_sql_sealed_some, &booking_sql_sealed_put},
    {&booking_shape, &booking_sql_adult_sealed_some, &booking_sql_adult_sealed_put}};

const struct feature booking_feature = {.name = "booking",
                                        .seen = &booking_seen,
                                        .subject = &booking_subject,
                                        .subject_parts = booking_parts,
                                        .nsubject_parts = COUNT(booking_parts),
                                        .keeps = booking_keeps,
                                        .nkeeps = COUNT(booking_keeps),
                                        .routes = routes,
                                        .nroutes = COUNT(routes),
                                        .shapes = shapes,
                                        .nshapes = COUNT(shapes),
                                        .queries = booking_sql_all,
                                        .nqueries = &booking_sql_count,
                                        .sealed = sealed,
                                        .nsealed = COUNT(sealed),

                                        .menu = menu,
                                        .nmenu = COUNT(menu),
                                        .jobs = "booking.",
                                        .job = booking_job,
                                        .topics = topics,
                                        .here = here,
                                        .ties = &booking_ties,
                                        .letters = "B",
                                        .show = booking_show};
