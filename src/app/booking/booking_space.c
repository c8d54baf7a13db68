/* booking_space -- what spaces there are: limits, hours, times that are kept or drawn; a plan of
 * all that says whether a time could be booked. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_own.h"
#include "base/id.h"
#include "booking.sql.h"

enum { DAY_MINUTES = 24 * 60, HEADS_MOST = 5000, AHEAD_MOST = 200 };

/* What holds where nobody has said otherwise. */
static const struct booking_rule usual = {.per_month = 2,
                                          .early_minutes = 30,
                                          .free_hours = 24,
                                          .idle_hours = 48,
                                          .confirm_hours = 24,
                                          .draw_days = 7,
                                          .absences = 3,
                                          .absence_days = 90,
                                          .phone_days = 30};

enum err booking_or_faster(struct cx *cx, enum err e)
{
    if (e != ERR_CONFLICT)
        return e;
    fault_clear(cx);
    return fail(cx, ERR_CONFLICT, "别人刚刚先改了一步，请刷新看看再改");
}

bool booking_in_reach(const struct cx *cx, struct str place_path)
{
    return (cx->who.role & ROLES_BOOKING) && cx->who.scope_hi.n > 0 &&
           str_starts(place_path, cx->who.scope_lo);
}

/* ---- spaces ---- */

enum err booking_spaces(struct cx *cx, int64_t site_id, booking_space_list *out)
{
    return db_all(cx, &booking_sql_spaces, &booking_space_shape, out, ARGS(A(site_id)));
}

enum err booking_space_find(struct cx *cx, int64_t id, struct booking_space *out, bool *found)
{
    return db_find(cx, &booking_sql_space, &booking_space_shape, out, found, ARGS(A(id)));
}

enum err booking_space_get(struct cx *cx, int64_t id, struct booking_space *out)
{
    bool found;
    TRY(booking_space_find(cx, id, out, &found));
    return found ? OK
                 : fail(cx, ERR_MISSING, "没有这个场地，可能已经不外借了；所有场地在“订场地”里");
}

enum err booking_space_own(struct cx *cx, int64_t id, struct booking_space *out)
{
    TRY(booking_space_get(cx, id, out));
    return booking_in_reach(cx, out->place_path) ? OK
                                                 : fail(cx, ERR_MISSING, "这个场地不归您这里管");
}

static enum err may_plan(struct cx *cx)
{
    return cx->who.role & ROLES_BOOKING_PLAN
               ? OK
               : fail(cx, ERR_DENIED, "场地和规矩由居民区工作人员、值班长或社区负责人来定");
}

static bool is_code(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= 'a' && s.p[i] <= 'z') ||
              (s.p[i] >= '0' && s.p[i] <= '9')))
            return false;
    return s.n == 0 || s.n >= 4;
}

static void range(struct cx *cx, const char *field, int64_t v, int64_t lo, int64_t hi)
{
    if (v < lo || v > hi)
        fail_field(cx, field, "请填 %lld 到 %lld 的数", (long long)lo, (long long)hi);
}

static void quarters(struct cx *cx, const char *field, int64_t v)
{
    if (v % BOOKING_SLOT_MINUTES)
        fail_field(cx, field, "请填 %d 的倍数，场地按刻钟排", BOOKING_SLOT_MINUTES);
}

static enum err check_space(struct cx *cx, const struct booking_space *s)
{
    shape_check(cx, &booking_space_shape, s);
    range(cx, "capacity", s->capacity, 1, HEADS_MOST);
    range(cx, "least_minutes", s->least_minutes, BOOKING_SLOT_MINUTES, s->most_minutes);
    range(cx, "most_minutes", s->most_minutes, BOOKING_SLOT_MINUTES, DAY_MINUTES);
    quarters(cx, "least_minutes", s->least_minutes);
    quarters(cx, "most_minutes", s->most_minutes);
    range(cx, "ahead_days", s->ahead_days, 1, AHEAD_MOST);
    range(cx, "auto_heads", s->auto_heads, 0, HEADS_MOST);
    range(cx, "auto_minutes", s->auto_minutes, 0, DAY_MINUTES);
    if (!is_code(s->door_code))
        fail_field(cx, "door_code", "四到八位字母或数字");
    return cx->fault.fields.n ? ERR_INPUT : OK;
}

enum err booking_space_put(struct cx *cx, struct booking_space *s)
{
    struct site site;
    TRY(may_plan(cx));
    if (s->id) {
        struct booking_space old;
        TRY(booking_space_own(cx, s->id, &old));
        s->site_id = old.site_id;
    }
    TRY(site_get(cx, s->site_id, &site));
    TRY(site_reach(cx, &site));
    TRY(check_space(cx, s));
    if (s->part_id) {
        struct site_part part;
        TRY(site_part_get(cx, s->part_id, &part));
        if (part.site_id != s->site_id)
            return fail_field(cx, "part_id", "这一处不在这个服务点里，请重新选");
    }
    s->place_path = site.path;
    s->changed_name = cx->who.name;
    if (s->id) {
        TRY(booking_or_faster(
            cx, db_save(cx, &booking_sql_space_save, &booking_space_shape, s, NO_ARGS)));
        return booking_space_get(cx, s->id, s);
    }
    booking_space_list all = {0};
    TRY(booking_spaces(cx, s->site_id, &all));
    if (all.n >= BOOKING_SPACES_MOST)
        return fail(cx, ERR_INPUT, "一个服务点最多 %d 个场地", BOOKING_SPACES_MOST);
    s->id = id_new(cx);
    TRY(db_put(cx, &booking_sql_space_add, &booking_space_shape, s, NO_ARGS));
    return booking_space_get(cx, s->id, s);
}

enum err booking_space_end(struct cx *cx, int64_t id)
{
    struct booking_space s;
    int64_t held, first = cx->now / BOOKING_SLOT, space_id = id;
    TRY(may_plan(cx));
    TRY(booking_space_own(cx, id, &s));
    TRY(db_number(cx, &booking_sql_held, &held, ARGS(A(space_id), A(first))));
    if (held)
        return fail(cx, ERR_CONFLICT, "后面还有人订着，先停用到那以后，或者等用完再撤");
    return booking_or_faster(
        cx, db_change(cx, &booking_sql_space_end, ARGS(A(id), AS("changed_name", cx->who.name))));
}

/* ---- hours ---- */

struct hours_row {
    int64_t day;
    struct str spans;
};
static const struct field hours_fields[] = {
    FIELD(struct hours_row, day, "哪天"),
    FIELD(struct hours_row, spans, "开放时间"),
};
static const struct shape hours_shape = SHAPE("booking_hours", struct hours_row, hours_fields);

enum err booking_week_of(struct cx *cx, int64_t space_id, struct site_week *out, bool *has_own)
{
    LIST(struct hours_row) rows = {0};
    *out = (struct site_week){0};
    out->days[SITE_HOLIDAY].as_weekday = out->days[SITE_MAKEUP].as_weekday = true;
    TRY(db_all(cx, &booking_sql_hours, &hours_shape, &rows, ARGS(A(space_id))));
    for (size_t i = 0; i < rows.n; i++)
        if (rows.at[i].day >= 0 && rows.at[i].day < SITE_DAY_KINDS)
            site_day_load(rows.at[i].spans, &out->days[rows.at[i].day]);
    *has_own = rows.n > 0;
    return OK;
}

static enum err put_week(struct cx *cx, int64_t space_id, const struct site_week *w, bool dry,
                         int64_t *lost)
{
    struct booking_space s;
    TRY(may_plan(cx));
    TRY(booking_space_own(cx, space_id, &s));
    TRY(db_run(cx, &booking_sql_hours_clear, ARGS(A(space_id)), NULL));
    for (int64_t day = 0; w && day < SITE_DAY_KINDS; day++) {
        if (w->days[day].as_weekday)
            continue;
        int64_t id = id_new(cx);
        struct str spans = site_day_stored(cx, &w->days[day]);
        TRY(db_run(cx, &booking_sql_hours_add, ARGS(A(id), A(space_id), A(day), A(spans)), NULL));
    }
    return booking_hours_lost(cx, &s, dry, lost);
}

enum err booking_week_put(struct cx *cx, int64_t space_id, const struct site_week *w)
{
    int64_t lost;
    return put_week(cx, space_id, w, false, &lost);
}

enum err booking_week_try(struct cx *cx, int64_t space_id, const struct site_week *w, int64_t *lost)
{
    return put_week(cx, space_id, w, true, lost);
}

/* ---- windows ---- */

enum err booking_windows(struct cx *cx, int64_t space_id, booking_window_list *out)
{
    return db_all(cx, &booking_sql_windows, &booking_window_shape, out, ARGS(A(space_id)));
}

/* Else it would be drawn before anybody can enter. */
static enum err check_draw(struct cx *cx, const struct booking_space *s)
{
    struct booking_rule r;
    TRY(booking_rule_of(cx, s->site_id, &r));
    return s->ahead_days > r.draw_days
               ? OK
               : fail_field(cx, "kind", "提前 %lld 天抽签，场地却最多提前 %lld 天订；请先改一个",
                            (long long)r.draw_days, (long long)s->ahead_days);
}

enum err booking_window_put(struct cx *cx, struct booking_window *w)
{
    struct booking_space s;
    booking_window_list all = {0};
    TRY(may_plan(cx));
    TRY(booking_space_own(cx, w->space_id, &s));
    range(cx, "weekday", w->weekday, 0, 6);
    if (w->from_minute < 0 || w->till_minute > DAY_MINUTES || w->from_minute >= w->till_minute)
        fail_field(cx, "hours", "结束要在开始后面，写成 14:00-17:00");
    quarters(cx, "hours", w->from_minute);
    quarters(cx, "hours", w->till_minute);
    TRY(booking_windows(cx, w->space_id, &all));
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].weekday == w->weekday && all.at[i].from_minute < w->till_minute &&
            all.at[i].till_minute > w->from_minute)
            fail_field(cx, "hours", "和已有的一段重叠了，请先去掉那一段");
    if (all.n >= BOOKING_WINDOWS_MOST)
        fail_field(cx, "hours", "一个场地最多 %d 段", BOOKING_WINDOWS_MOST);
    if (cx->fault.fields.n)
        return ERR_INPUT;
    if (w->kind == BOOKING_LOT)
        TRY(check_draw(cx, &s));
    w->id = id_new(cx);
    TRY(db_put(cx, &booking_sql_window_add, &booking_window_shape, w, NO_ARGS));
    return w->kind == BOOKING_LOT ? booking_lots_open(cx, w) : OK;
}

enum err booking_window_end(struct cx *cx, int64_t id)
{
    struct booking_space s;
    struct booking_window w;
    bool found;
    LIST(struct booking_lot) empty = {0};
    TRY(may_plan(cx));
    TRY(db_find(cx, &booking_sql_window, &booking_window_shape, &w, &found, ARGS(A(id))));
    if (!found)
        return fail(cx, ERR_CONFLICT, "这一段已经去掉了，请刷新看看");
    TRY(booking_space_own(cx, w.space_id, &s));
    TRY(booking_or_faster(cx, db_change(cx, &booking_sql_window_end, ARGS(A(id)))));
    TRY(db_all(cx, &booking_sql_lots_empty, &booking_lot_shape, &empty, ARGS(AS("window_id", id))));
    for (size_t i = 0; i < empty.n; i++)
        TRY(booking_lot_off(cx, empty.at[i].id));
    return OK;
}

/* ---- limits ---- */

enum err booking_rule_of(struct cx *cx, int64_t site_id, struct booking_rule *out)
{
    bool found;
    TRY(db_find(cx, &booking_sql_rule, &booking_rule_shape, out, &found, ARGS(A(site_id))));
    if (!found) {
        *out = usual;
        out->site_id = site_id;
    }
    return OK;
}

enum err booking_rule_put(struct cx *cx, const struct booking_rule *r)
{
    struct site site;
    TRY(may_plan(cx));
    TRY(site_get(cx, r->site_id, &site));
    TRY(site_reach(cx, &site));
    range(cx, "per_month", r->per_month, 0, 100);
    range(cx, "early_minutes", r->early_minutes, 0, 120);
    range(cx, "free_hours", r->free_hours, 0, 7 * 24);
    range(cx, "idle_hours", r->idle_hours, 0, 14 * 24);
    range(cx, "confirm_hours", r->confirm_hours, 1, 7 * 24);
    range(cx, "draw_days", r->draw_days, 1, 60);
    range(cx, "absences", r->absences, 1, 20);
    range(cx, "absence_days", r->absence_days, 1, BOOKING_COUNTED_DAYS - BOOKING_KEPT_DAYS);
    range(cx, "phone_days", r->phone_days, 0, BOOKING_KEPT_DAYS);
    if (cx->fault.fields.n)
        return ERR_INPUT;
    const struct query *q = r->version ? &booking_sql_rule_save : &booking_sql_rule_add;
    return booking_or_faster(cx, db_save(cx, q, &booking_rule_shape, r, NO_ARGS));
}

/* ---- all together ---- */

enum err booking_plan(struct cx *cx, const struct booking_space *s, int64_t since_day,
                      struct booking_plan *out)
{
    struct site_week own;
    bool has_own;
    *out = (struct booking_plan){.space = *s};
    TRY(site_plan(cx, s->site_id, s->part_id, since_day, &out->hours));
    TRY(booking_week_of(cx, s->id, &own, &has_own));
    if (has_own) { /* what the site announces holds for it all the same */
        out->hours.week = own;
        out->hours.is_known = true;
    }
    TRY(booking_rule_of(cx, s->site_id, &out->rule));
    return booking_windows(cx, s->id, &out->windows);
}
