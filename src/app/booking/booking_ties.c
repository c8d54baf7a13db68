/* booking_ties -- what becomes of bookings when their site changes: it moves, it shuts, it is to
 * end.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_own.h"
#include "booking.sql.h"

static enum err busy(struct cx *cx, int64_t site_id, struct shell_offers *out)
{
    int64_t n, since = cx->now - MS_DAY; /* none lasts longer */
    TRY(db_number(cx, &booking_sql_at_site_coming, &n, ARGS(A(site_id), A(since))));
    if (n)
        *PUSH(cx->mem, out) =
            (struct shell_offer){.title = arena_printf(cx->mem, "订着的场地 %lld 个", (long long)n),
                                 .text = S("等到用完，或者换到别处、告诉他们取消"),
                                 .href = S("/w/rooms"),
                                 .icon = "cal"};
    return OK;
}

static enum err moved(struct cx *cx, int64_t site_id, struct str path)
{
    TRY(db_run(cx, &booking_sql_spaces_moved, ARGS(A(site_id), A(path)), NULL));
    TRY(db_run(cx, &booking_sql_bookings_moved, ARGS(A(site_id), A(path)), NULL));
    return db_run(cx, &booking_sql_series_moved, ARGS(A(site_id), A(path)), NULL);
}

/* ---- shut ---- */

/* What is looked at: spaces with their hours, and a stretch of time. */
struct view {
    booking_space_days spaces;
    int64_t from_at, to_at;
};

/* The plan as it will be when `n` is stored. */
static void with_notice(struct cx *cx, const struct site_notice *n, struct booking_plan *p)
{
    bool own = n->part_id == p->space.part_id;
    site_notice_list *to = own ? &p->hours.notices : &p->hours.over, more = {0};
    if (!own && n->part_id)
        return;
    for (size_t i = 0; i < to->n; i++) /* plans of other spaces share the list */
        *PUSH(cx->mem, &more) = to->at[i];
    *PUSH(cx->mem, &more) = *n;
    *to = more;
}

/* Why nobody can be there then; "" = it is open. */
static struct str shut_why(const struct view *v, int64_t space_id, int64_t from_at, int64_t to_at)
{
    for (size_t i = 0; i < v->spaces.n; i++) {
        const struct booking_plan *p = &v->spaces.at[i].plan;
        if (p->space.id != space_id)
            continue;
        if (p->hours.is_known && site_is_open(&p->hours, from_at, to_at))
            return S("");
        const struct site_notice *n = site_notice_of(&p->hours, time_day(from_at));
        return n ? n->reason : S("开放时间改了");
    }
    return S("");
}

static enum err cancel(struct cx *cx, int64_t id, struct str reason)
{
    struct booking b;
    TRY(booking_load(cx, id, &b));
    b.reason = reason;
    b.tell = true;
    TRY(booking_leave(cx, &b, "shut", BOOKING_BY_STAFF, reason));
    return booking_tell(cx, "booking.shut", &b, "站里取消：%.*s", STR(reason));
}

static enum err shut_lots(struct cx *cx, const struct view *v, int64_t space_id, bool dry,
                          int64_t *lost)
{
    booking_lot_list lots = {0};
    TRY(booking_lots(cx, space_id, &lots));
    for (size_t i = 0; i < lots.n; i++) {
        const struct booking_lot *l = &lots.at[i];
        if (l->from_at >= v->to_at || l->to_at <= v->from_at ||
            !shut_why(v, space_id, l->from_at, l->to_at).n)
            continue;
        *lost += l->entries;
        if (!dry)
            TRY(booking_lot_off(cx, l->id));
    }
    return OK;
}

/* Who is in there now stays: the people of the site see him. */
static enum err shut_all(struct cx *cx, int64_t site_id, const struct view *v, bool dry,
                         int64_t *lost)
{
    LIST(struct booking) held = {0};
    int64_t since = v->from_at - MS_DAY; /* none lasts longer */
    TRY(db_all(cx, &booking_sql_at_site_held, &booking_shape, &held,
               ARGS(A(site_id), A(since), AS("from_at", v->from_at), AS("to_at", v->to_at))));
    for (size_t i = 0; i < held.n; i++) {
        const struct booking *b = &held.at[i];
        struct str why = shut_why(v, b->space_id, b->from_at, b->to_at);
        *lost += why.n > 0;
        if (why.n && !dry)
            TRY(cancel(cx, b->id, why));
    }
    for (size_t i = 0; i < v->spaces.n; i++)
        TRY(shut_lots(cx, v, v->spaces.at[i].plan.space.id, dry, lost));
    return OK;
}

static enum err shut(struct cx *cx, int64_t site_id, const struct site_notice *n, bool dry,
                     int64_t *lost)
{
    struct view v = {.from_at = cx->now, .to_at = cx->now + BOOKING_STAFF_DAYS * MS_DAY};
    TRY(booking_site_plans(cx, site_id, &v.spaces));
    if (n) {
        int64_t begin = time_day_start(n->from_day);
        v.from_at = begin > cx->now ? begin : cx->now;
        v.to_at = time_day_start(n->to_day + 1);
        for (size_t i = 0; i < v.spaces.n; i++)
            with_notice(cx, n, &v.spaces.at[i].plan);
    }
    return shut_all(cx, site_id, &v, dry, lost);
}

enum err booking_hours_lost(struct cx *cx, const struct booking_space *s, bool dry, int64_t *lost)
{
    struct view v = {.from_at = cx->now, .to_at = cx->now + BOOKING_STAFF_DAYS * MS_DAY};
    *lost = 0;
    TRY(booking_plan(cx, s, 0, &PUSH(cx->mem, &v.spaces)->plan));
    return shut_all(cx, s->site_id, &v, dry, lost);
}

const struct site_ties booking_ties = {.busy = busy, .moved = moved, .shut = shut};
