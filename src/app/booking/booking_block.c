/* booking_block -- the centre keeps a time for itself. Who had it loses it and is told; closures
 * are held in the same rows as bookings, so neither is ever made into the other. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_own.h"
#include "app/outbox/outbox.h"
#include "base/id.h"
#include "booking.sql.h"

enum err booking_blocks(struct cx *cx, int64_t space_id, booking_block_list *out)
{
    return db_all(cx, &booking_sql_blocks, &booking_block_shape, out, ARGS(A(space_id)));
}

enum err booking_site_blocks(struct cx *cx, int64_t site_id, int64_t from_at, int64_t to_at,
                             booking_block_list *out)
{
    return db_all(cx, &booking_sql_site_blocks, &booking_block_shape, out,
                  ARGS(A(site_id), A(from_at), A(to_at)));
}

static enum err check(struct cx *cx, const struct booking_block *b)
{
    booking_block_list all = {0};
    enum err e = shape_check(cx, &booking_block_shape, b);
    if (b->from_at % BOOKING_SLOT || b->to_at % BOOKING_SLOT)
        e = fail_field(cx, "from", "场地按刻钟排，请选整点、一刻、半点或三刻");
    else if (b->to_at <= b->from_at || b->to_at <= cx->now)
        e = fail_field(cx, "till", "结束要在开始后面，也要在现在后面");
    else if (b->to_at - b->from_at > BOOKING_BLOCK_DAYS * MS_DAY ||
             b->from_at > cx->now + BOOKING_STAFF_DAYS * MS_DAY)
        e = fail_field(cx, "till", "一次最多 %d 天，长的请分开填", BOOKING_BLOCK_DAYS);
    TRY(e);
    TRY(booking_blocks(cx, b->space_id, &all));
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].from_at < b->to_at && all.at[i].to_at > b->from_at)
            return fail(cx, ERR_CONFLICT, "%.*s 已经停用了（%.*s），请先撤掉那一条",
                        STR(booking_when(cx, all.at[i].from_at, all.at[i].to_at)),
                        STR(all.at[i].reason));
    return OK;
}

static enum err shut(struct cx *cx, const struct booking_block *k, struct booking *b)
{
    bool held = BOOKING_HOLDING & BOOKING_IN(b->state);
    b->reason = k->reason;
    b->tell = true;
    TRY(booking_go(cx, b, "shut", BOOKING_BY_STAFF, k->reason));
    if (held)
        TRY(booking_let_go(cx, b->space_id, b->from_at, b->to_at, b->id));
    return booking_tell(cx, "booking.shut", b, "站里取消：%.*s", STR(k->reason));
}

static enum err lots_off(struct cx *cx, const struct booking_block *k)
{
    booking_lot_list lots = {0};
    TRY(booking_lots(cx, k->space_id, &lots));
    for (size_t i = 0; i < lots.n; i++)
        if (lots.at[i].from_at < k->to_at && lots.at[i].to_at > k->from_at)
            TRY(booking_lot_off(cx, lots.at[i].id));
    return OK;
}

static enum err in_the_way(struct cx *cx, const struct booking_block *k, booking_list *out)
{
    LIST(struct booking) ids = {0};
    int64_t since = k->from_at - MS_DAY; /* none lasts longer */
    TRY(db_all(cx, &booking_sql_in_the_way, &booking_shape, &ids,
               ARGS(AS("space_id", k->space_id), A(since), AS("from_at", k->from_at),
                    AS("to_at", k->to_at))));
    for (size_t i = 0; i < ids.n; i++)
        TRY(booking_load(cx, ids.at[i].id, PUSH(cx->mem, out)));
    return OK;
}

enum err booking_block_put(struct cx *cx, struct booking_block *k, bool dry, int64_t *lost)
{
    struct booking_space s;
    booking_list all = {0};
    bool taken;
    int64_t from_at = k->from_at, to_at = k->to_at;
    TRY(booking_space_own(cx, k->space_id, &s));
    TRY(check(cx, k));
    TRY(in_the_way(cx, k, &all));
    *lost = (int64_t)all.n;
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].state == BOOKING_USING && all.at[i].to_at > cx->now)
            return fail(cx, ERR_CONFLICT, "现在里面有人在用，请等用完，或者从 %.*s 起停用",
                        STR(filter_when(cx, all.at[i].to_at)));
    if (dry)
        return OK;
    for (size_t i = 0; i < all.n; i++) {
        if (all.at[i].state == BOOKING_USING)
            continue; /* it is over, and only not yet put away */
        from_at = all.at[i].from_at < from_at ? all.at[i].from_at : from_at;
        to_at = all.at[i].to_at > to_at ? all.at[i].to_at : to_at;
        TRY(shut(cx, k, &all.at[i]));
    }
    TRY(lots_off(cx, k));
    k->id = id_new(cx);
    k->by_name = cx->who.name;
    TRY(db_put(cx, &booking_sql_block_add, &booking_block_shape, k, NO_ARGS));
    TRY(booking_claim(cx, k->space_id, k->from_at, k->to_at, k->id, &taken));
    if (!taken)
        return fail(cx, ERR_BUSY, "现在人多，请再试一次");
    TRY(booking_job_put(cx, "booking.reopen", k->id, k->to_at, k->to_at));
    return booking_rise(cx, k->space_id, from_at, to_at);
}

static enum err load(struct cx *cx, int64_t id, struct booking_block *out)
{
    bool found;
    TRY(db_find(cx, &booking_sql_block, &booking_block_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这一条");
}

enum err booking_block_end(struct cx *cx, int64_t id)
{
    struct booking_block k;
    struct booking_space s;
    TRY(load(cx, id, &k));
    TRY(booking_space_own(cx, k.space_id, &s));
    TRY(booking_or_faster(cx, db_change(cx, &booking_sql_block_end, ARGS(A(id)))));
    TRY(booking_let_go(cx, k.space_id, k.from_at, k.to_at, id));
    TRY(booking_lots_of(cx, k.space_id));
    return booking_rise(cx, k.space_id, k.from_at, k.to_at);
}

enum err booking_block_over(struct cx *cx, int64_t id)
{
    struct booking_block k;
    TRY(load(cx, id, &k));
    TRY(booking_let_go(cx, k.space_id, k.from_at, k.to_at, id));
    return booking_lots_of(cx, k.space_id);
}
