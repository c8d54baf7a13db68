/* web -- what everybody reads: which places there are and which is open, one place, the canteens.
 * Lines for the first page. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/site/pages.h"
#include "base/time.h"
#include "site.html.h"
#include "site.sql.h"

enum { FOUND_MAX = 8, WEEK = 7, NEWS_DAYS = 7, NEWS_NOTICES = 40, NOTICES_SHOWN = 10 };

/* ---- where somebody asks from ---- */

enum err site_asker(struct cx *cx, struct str typed, struct place *out, place_list *choices)
{
    *out = (struct place){0};
    typed = str_trim(typed);
    if (!typed.n)
        return OK;
    enum err e = place_by_code(cx, typed, out);
    if (e != ERR_MISSING)
        return e;
    fault_clear(cx);
    TRY(place_search(cx, typed, S(""), FOUND_MAX, choices));
    if (choices->n == 1) {
        *out = choices->at[0];
        choices->n = 0;
    }
    return OK;
}

/* ---- all sites ---- */

static bool read_kind(struct str code, enum site_part_kind *out)
{
    for (int i = 0; site_part_codes[i]; i++)
        if (str_is(code, site_part_codes[i])) {
            *out = (enum site_part_kind)i;
            return true;
        }
    return false;
}

/* Those that share more than the community with the asker are near. */
static void part_near(struct cx *cx, const site_view_list *all, struct site_list_view *v)
{
    for (size_t i = 0; i < all->n; i++) {
        *PUSH(cx->mem, all->at[i].near > 1 ? &v->near : &v->far) = all->at[i];
        v->open += all->at[i].now.is_open;
    }
}

static enum err list_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct site_list_view v = {.typed = str_trim(req_query(rq, "b")), .kind = req_query(rq, "f")};
    site_view_list all = {0};
    enum site_part_kind kind;
    TRY(site_asker(cx, v.typed, &v.asker, &v.choices));
    v.has_kind = read_kind(v.kind, &kind);
    if (v.has_kind) {
        v.kind_label = site_part_labels[kind];
        TRY(site_part_views(cx, kind, v.asker.path, &all));
    } else {
        TRY(site_views(cx, v.asker.path, &all));
    }
    part_near(cx, &all, &v);
    TRY(site_kinds(cx, &v.kinds));
    v.page = shell_page(rq, SHELL_WIDE,
                        v.has_kind ? arena_printf(cx->mem, "哪里有%s", v.kind_label) : S("服务点"),
                        "home");
    v.page.back = "/";
    v.page.place = v.asker.code;
    shell_mode_keep(cx, rq, rp);
    site_list_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- one site ---- */

static struct str part_name(const site_part_list *parts, int64_t id)
{
    for (size_t i = 0; i < parts->n; i++)
        if (parts->at[i].id == id)
            return parts->at[i].name;
    return S("");
}

void site_tell(struct cx *cx, const site_notice_list *all, const site_part_list *parts,
               site_told_list *out)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct site_notice *n = &all->at[i];
        struct str where = part_name(parts, n->part_id);
        if (n->to_day < time_day(cx->now) || (n->part_id && !where.n))
            continue; /* over, or of a part that is no longer there */
        *PUSH(cx->mem, out) = (struct site_told){
            .id = n->id,
            .days = site_days_text(cx, n->from_day, n->to_day),
            .what = n->hours.nspans
                        ? arena_printf(cx->mem, "改为 %.*s", STR(site_day_text(cx, &n->hours)))
                        : S("停开"),
            .reason = n->reason,
            .late_why = n->late_why,
            .where = where,
            .announced = site_days_text(cx, time_day(n->announced_at), time_day(n->announced_at)),
            .is_closed = !n->hours.nspans,
            .is_ended = n->ended_at > 0};
    }
}

static enum err paper_words(struct cx *cx, const struct req *rq, struct site_one_view *v)
{
    struct str version = req_query(rq, "v");
    v->is_scanned = version.n > 0;
    if (v->is_scanned)
        v->is_old = !str_eq(version, site_paper_version(cx, &v->whole, &v->parts));
    return OK;
}

/* The week ahead, day by day, with what its notices and holidays change. */
static void days_ahead(struct cx *cx, struct site_one_view *v)
{
    int64_t today = time_day(cx->now);
    for (int i = 0; i < WEEK; i++) {
        struct site_day d = site_day_of(&v->whole.plan, today + i);
        enum site_day_kind kind = site_day_kind(v->whole.plan.calendar, today + i);
        struct str label = site_days_text(cx, today + i, today + i);
        struct site_line *l = PUSH(cx->mem, &v->ahead);
        l->days = i == 0 ? arena_printf(cx->mem, "今天 %.*s", STR(label))
                  : kind > SITE_SATURDAY
                      ? arena_printf(cx->mem, "%.*s（%s）", STR(label), site_day_labels[kind])
                      : label;
        l->hours = site_day_text(cx, &d);
    }
}

static enum err one_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct site_one_view v = {0};
    struct site s;
    site_notice_list notices = {0};
    site_part_list parts = {0};
    TRY(site_by_code(cx, req_part(rq, "code"), &s));
    TRY(site_whole(cx, &s, &v.whole, &v.parts));
    TRY(site_notices(cx, s.id, time_day(cx->now), false, &notices));
    for (size_t i = 0; i < v.parts.n; i++)
        *PUSH(cx->mem, &parts) = v.parts.at[i].part;
    site_tell(cx, &notices, &parts, &v.told);
    if (v.told.n > NOTICES_SHOWN)
        v.told.n = NOTICES_SHOWN;
    site_week_lines(cx, &v.whole.plan.week, &v.week);
    days_ahead(cx, &v);
    TRY(paper_words(cx, rq, &v));
    TRY(shell_here(cx, s.id, &v.here));
    v.phone = s.phone.n ? s.phone : shell_community(cx)->phone;
    v.page = shell_page(rq, SHELL_WIDE, s.name, "home");
    v.page.back = "/site";
    v.page.place = s.place_code;
    shell_mode_keep(cx, rq, rp);
    site_one_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- canteens ---- */

enum err site_menu_days_of(struct cx *cx, const struct site_view *v, int64_t from_day, int days,
                           site_menu_days *out)
{
    site_menu_list meals = {0};
    int64_t today = time_day(cx->now);
    TRY(site_menu(cx, v->part.id, from_day, from_day + days - 1, &meals));
    for (int i = 0; i < days; i++) {
        struct site_day hours = site_day_of(&v->plan, from_day + i);
        struct site_menu_day *d = PUSH(cx->mem, out);
        d->day = from_day + i;
        d->label = site_days_text(cx, d->day, d->day);
        if (d->day == today)
            d->label = arena_printf(cx->mem, "今天 %.*s", STR(d->label));
        d->hours = site_day_text(cx, &hours);
        d->is_closed = !hours.nspans;
        for (int m = 0; m < SITE_MEALS; m++)
            *PUSH(cx->mem, &d->meals) =
                (struct site_menu){.part_id = v->part.id, .day = d->day, .meal = (enum site_meal)m};
        for (size_t k = 0; k < meals.n; k++)
            if (meals.at[k].day == d->day)
                d->meals.at[meals.at[k].meal] = meals.at[k];
    }
    return OK;
}

static bool has_menu(const site_menu_days *days)
{
    for (size_t i = 0; i < days->n; i++)
        for (size_t m = 0; m < days->at[i].meals.n; m++)
            if (days->at[i].meals.at[m].dishes.n)
                return true;
    return false;
}

static enum err canteen_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct site_canteen_view v = {.typed = str_trim(req_query(rq, "b"))};
    site_view_list all = {0};
    TRY(site_asker(cx, v.typed, &v.asker, &v.choices));
    TRY(site_part_views(cx, SITE_CANTEEN, v.asker.path, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct site_canteen *c = PUSH(cx->mem, &v.canteens);
        c->v = all.at[i];
        TRY(site_menu_days_of(cx, &c->v, time_day(cx->now), WEEK, &c->days));
        c->has_menu = has_menu(&c->days);
        c->ask = arena_printf(cx->mem, "老人不方便出门，想请人把%.*s的午饭送到家，",
                              STR(c->v.part.name));
    }
    v.page = shell_page(rq, SHELL_WIDE, S("社区食堂"), "home");
    v.page.back = "/";
    v.page.place = v.asker.code;
    shell_mode_keep(cx, rq, rp);
    site_canteen_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- lines for the first page ---- */

static const struct site *site_of(const site_list *all, int64_t id)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].id == id)
            return &all->at[i];
    return NULL;
}

static struct str page_of(struct cx *cx, const struct site *s)
{
    return arena_printf(cx->mem, "/site/%.*s", STR(s->code));
}

/* Closures and other hours that begin in the coming days, or hold today. */
static enum err news_of_notices(struct cx *cx, struct shell_offers *out)
{
    site_list sites = {0};
    site_notice_list all = {0};
    site_part_list parts = {0};
    site_told_list told = {0};
    int64_t today = time_day(cx->now);
    TRY(site_notices(cx, 0, today, false, &all));
    if (!all.n)
        return OK;
    TRY(site_all(cx, &sites));
    for (size_t i = 0; i < all.n; i++) {
        const struct site_notice *n = &all.at[i];
        const struct site *s = site_of(&sites, n->site_id);
        if (!s || n->from_day >= today + NEWS_DAYS || n->from_day < today - NEWS_DAYS)
            continue; /* not yet, or known for long */
        struct site_part part = {.name = S("")};
        if (n->part_id && site_part_get(cx, n->part_id, &part) != OK) {
            fault_clear(cx); /* it is gone, and so is what was said of it */
            continue;
        }
        const site_notice_list one = {.at = &all.at[i], .n = 1, .cap = 1};
        told.n = 0;
        parts.n = 0;
        *PUSH(cx->mem, &parts) = part;
        site_tell(cx, &one, &parts, &told);
        *PUSH(cx->mem, out) = (struct shell_offer){
            .title = arena_printf(cx->mem, "%.*s%s%.*s", STR(s->name), part.name.n ? " " : "",
                                  STR(part.name)),
            .text = arena_printf(cx->mem, "%.*s：%.*s", STR(told.at[0].days), STR(n->reason)),
            .href = page_of(cx, s),
            .icon = "clock",
            .tag = told.at[0].what,
            .level = "a",
            .at = time_day_start(n->from_day),
            .path = s->path};
        if (out->n >= NEWS_NOTICES)
            break;
    }
    return OK;
}

/* What is cooked today, at the nearest canteen that is still to serve. */
static enum err news_of_menu(struct cx *cx, struct str path, struct shell_offers *out)
{
    site_view_list all = {0};
    int64_t today = time_day(cx->now);
    TRY(site_part_views(cx, SITE_CANTEEN, path, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct site_view *v = &all.at[i];
        site_menu_list meals = {0};
        if (!v->now.is_open && time_day(v->now.next_at) != today)
            continue;
        TRY(site_menu(cx, v->part.id, today, today, &meals));
        for (size_t k = 0; k < meals.n; k++)
            if (meals.at[k].meal == SITE_LUNCH) {
                *PUSH(cx->mem, out) = (struct shell_offer){
                    .title = v->part.name,
                    .text = arena_printf(cx->mem, "今天午饭：%.*s", STR(meals.at[k].dishes)),
                    .href = S("/canteen"),
                    .icon = "bowl",
                    .tag = v->words,
                    .level = site_level(&v->now),
                    .at = cx->now,
                    .path = v->site.path};
                return OK;
            }
    }
    return OK;
}

static enum err news(struct cx *cx, struct str path, struct shell_offers *out)
{
    TRY(news_of_notices(cx, out));
    return news_of_menu(cx, path, out);
}

static enum err near(struct cx *cx, struct str path, struct shell_offers *out)
{
    site_view_list all = {0};
    TRY(site_views(cx, path, &all));
    for (size_t i = 0; i < all.n && i < SHELL_NEAR_MAX; i++) {
        const struct site_view *v = &all.at[i];
        *PUSH(cx->mem, out) = (struct shell_offer){.title = v->site.name,
                                                   .text = v->site.address,
                                                   .href = page_of(cx, &v->site),
                                                   .icon = "pin",
                                                   .tag = v->words,
                                                   .level = site_level(&v->now),
                                                   .at = cx->now,
                                                   .path = v->site.path};
    }
    return OK;
}

/* ---- as JSON ---- */

/* A site with its state. */
struct site_state_line {
    int64_t id;
    struct str code, name, tier_name, address, phone, place_code;
    bool has_ramp, has_lift, has_toilet, has_low_desk, has_nursery;
    bool is_open;
    int64_t until_at, next_at;
    struct str words;
};
static const struct field state_fields[] = {
    FIELD(struct site_state_line, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct site_state_line, code, "代码", .data = DATA_PUBLIC),
    FIELD(struct site_state_line, name, "名称", .data = DATA_PUBLIC),
    FIELD(struct site_state_line, tier_name, "级别", .data = DATA_PUBLIC),
    FIELD(struct site_state_line, address, "地址", .data = DATA_PUBLIC),
    FIELD(struct site_state_line, phone, "电话", .data = DATA_PUBLIC),
    FIELD(struct site_state_line, place_code, "地点代码", .data = DATA_PUBLIC),
    FIELD(struct site_state_line, has_ramp, "有坡道", .data = DATA_PUBLIC),
    FIELD(struct site_state_line, has_lift, "有电梯", .data = DATA_PUBLIC),
    FIELD(struct site_state_line, has_toilet, "有无障碍厕所", .data = DATA_PUBLIC),
    FIELD(struct site_state_line, has_low_desk, "有低位窗口", .data = DATA_PUBLIC),
    FIELD(struct site_state_line, has_nursery, "有母婴室", .data = DATA_PUBLIC),
    FIELD(struct site_state_line, is_open, "现在开着", .data = DATA_PUBLIC),
    FIELD(struct site_state_line, until_at, "开到几时", .data = DATA_PUBLIC),
    FIELD(struct site_state_line, next_at, "下次几时开", .data = DATA_PUBLIC),
    FIELD(struct site_state_line, words, "一句话", .data = DATA_PUBLIC),
};
static const struct shape state_shape = SHAPE("site_state", struct site_state_line, state_fields);

static enum err api_list(struct cx *cx, const struct req *rq, struct reply *rp)
{
    site_view_list all = {0};
    LIST(struct site_state_line) lines = {0};
    struct place asker = {0};
    if (req_query(rq, "place").n)
        TRY(place_by_code(cx, req_query(rq, "place"), &asker));
    TRY(site_views(cx, asker.path, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct site *s = &all.at[i].site;
        const struct site_now *now = &all.at[i].now;
        *PUSH(cx->mem, &lines) = (struct site_state_line){.id = s->id,
                                                          .code = s->code,
                                                          .name = s->name,
                                                          .tier_name = s->tier_name,
                                                          .address = s->address,
                                                          .phone = s->phone,
                                                          .place_code = s->place_code,
                                                          .has_ramp = s->has_ramp,
                                                          .has_lift = s->has_lift,
                                                          .has_toilet = s->has_toilet,
                                                          .has_low_desk = s->has_low_desk,
                                                          .has_nursery = s->has_nursery,
                                                          .is_open = now->is_open,
                                                          .until_at = now->until_at,
                                                          .next_at = now->next_at,
                                                          .words = all.at[i].words};
    }
    return reply_list(cx, rp, &state_shape, &lines, S(""));
}

/* ---- the table ---- */

static const struct route routes[] = {
    {"GET", "/site", list_page, .title = "服务点", .kind = ROUTE_INLINE, .shared = true},
    {"GET", "/site/{code}", one_page, .title = "一个服务点", .kind = ROUTE_INLINE, .shared = true},
    {"GET", "/site/{code}/feed.ics", site_feed, .title = "开放时间和停开，日历订阅",
     .shared = true},
    {"GET", "/canteen", canteen_page, .title = "社区食堂", .kind = ROUTE_INLINE, .shared = true},
    {"GET", "/w/sites", site_staff_page, .roles = ROLES_SITE, .title = "服务点（工作页面）"},
    {"GET", "/w/sites/new", site_new_page, .roles = ROLES_SITE_PLAN, .title = "加一个服务点",
     .kind = ROUTE_INLINE},
    {"POST", "/w/sites/new", site_new_do, .roles = ROLES_SITE_PLAN, .title = "加一个服务点",
     .in = &site_shape},
    {"GET", "/w/sites/items", site_items_page, .roles = ROLES_SITE_PLAN, .title = "服务点要有什么",
     .kind = ROUTE_INLINE},
    {"POST", "/w/sites/items", site_items_do, .roles = ROLES_SITE_PLAN, .title = "服务点要有什么",
     .in = &site_item_shape},
    {"GET", "/w/site/{code}", site_keep_page, .roles = ROLES_SITE, .title = "服务点停开和改时间",
     .kind = ROUTE_INLINE},
    {"GET", "/w/site/{code}/{page}", site_keep_page, .roles = ROLES_SITE,
     .title = "服务点的资料、开放时间、里面有什么、清单、菜单", .kind = ROUTE_INLINE},
    {"POST", "/w/site/{code}/{step}", site_keep_do, .roles = ROLES_SITE,
     .title = "改服务点：资料、开放时间、停开、里面有什么、清单、菜单"},
    {"GET", "/print/site/{code}", site_paper, .roles = ROLES_SITE, .title = "开放时间打印"},
    {"GET", "/api/v1/sites", api_list, .title = "服务点和现在开不开", .out = &state_shape},
};

static const struct shape *const shapes[] = {
    &site_shape,       &site_part_shape, &site_notice_shape, &site_item_shape,
    &site_check_shape, &site_menu_shape, &state_shape};

static const struct shell_menu menu[] = {
    {"site", "/site", "服务点", "pin", 0},
    {"canteen", "/canteen", "社区食堂", "bowl", 0},
    {"sites", "/w/sites", "服务点", "pin", ROLES_SITE},
};

const struct feature site_feature = {.name = "site",
                                     .routes = routes,
                                     .nroutes = COUNT(routes),
                                     .shapes = shapes,
                                     .nshapes = COUNT(shapes),
                                     .queries = site_sql_all,
                                     .nqueries = &site_sql_count,
                                     .menu = menu,
                                     .nmenu = COUNT(menu),
                                     .news = news,
                                     .near = near};
