/* hours_call -- the monthly sample: drawn by a published seed, and what the calls found. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hours/hours_own.h"
#include "base/id.h"
#include "base/time.h"
#include "hours.sql.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct lot {
    unsigned char rank[16];
    int64_t id;
};
typedef LIST(struct lot) lot_list;
static const struct field lot_fields[] = {FIELD(struct lot, id, "时长记录")};
static const struct shape lot_shape = SHAPE("hours_lot", struct lot, lot_fields);

static int by_rank(const void *a, const void *b)
{
    return memcmp(((const struct lot *)a)->rank, ((const struct lot *)b)->rank,
                  sizeof(((struct lot *)0)->rank));
}

static void draw_lots(struct cx *cx, struct str seed, lot_list *lots)
{
    for (size_t i = 0; i < lots->n; i++) {
        struct str text = arena_printf(cx->mem, "%.*s %lld", STR(seed), (long long)lots->at[i].id);
        crypto_generichash(lots->at[i].rank, sizeof lots->at[i].rank, (const unsigned char *)text.p,
                           text.n, NULL, 0);
    }
    if (lots->n)
        qsort(lots->at, lots->n, sizeof *lots->at, by_rank);
}

enum err hours_draw_month(struct cx *cx, int64_t month)
{
    struct hours_draw d;
    lot_list lots = {0};
    bool found;
    int year = (int)(month / 100), m = (int)(month % 100);
    if (year < 2020 || year > 9999 || m < 1 || m > 12)
        return fail(cx, ERR_INPUT, "月份写成 202603 这样");
    int64_t to = m == 12 ? time_of(year + 1, 1, 1, 0, 0) : time_of(year, m + 1, 1, 0, 0);
    if (cx->now < to)
        return fail(cx, ERR_CONFLICT, "这个月还没过完");
    TRY(db_find(cx, &hours_sql_draw, &hours_draw_shape, &d, &found, ARGS(AS("id", month))));
    if (found)
        return OK;
    TRY(db_all(cx, &hours_sql_drawable, &lot_shape, &lots,
               ARGS(AS("from_at", time_of(year, m, 1, 0, 0)), AS("to_at", to))));
    struct str seed = id_secret(cx, 8);
    draw_lots(cx, seed, &lots);
    size_t picked = (lots.n * HOURS_DRAWN_PERCENT + 99) / 100;
    TRY(db_run(
        cx, &hours_sql_draw_insert,
        ARGS(AS("id", month), A(seed), AS("total", (int64_t)lots.n), AS("picked", (int64_t)picked)),
        NULL));
    for (size_t i = 0; i < picked; i++)
        TRY(db_run(cx, &hours_sql_call_insert,
                   ARGS(AS("id", id_new(cx)), A(month), AS("hours_id", lots.at[i].id)), NULL));
    return OK;
}

enum err hours_calls(struct cx *cx, int64_t month, struct hours_draw *draw, hours_call_list *out)
{
    bool found;
    TRY(db_find(cx, &hours_sql_draw, &hours_draw_shape, draw, &found, ARGS(AS("id", month))));
    if (!found)
        return fail(cx, ERR_MISSING, "还没有抽过；每月 1 日抽上个月的");
    size_t from = out->n;
    TRY(db_all(cx, &hours_sql_calls, &hours_call_shape, out, ARGS(AS("month", draw->id))));
    shape_hide(cx, &hours_call_shape, out->at + from, out->n - from);
    return OK;
}

enum err hours_called(struct cx *cx, int64_t id, const struct hours_call *said,
                      struct hours_call *out)
{
    struct hours h;
    bool found;
    int64_t changed = 0;
    if (!(cx->who.role & ROLES_HOURS))
        return fail(cx, ERR_DENIED, "您的岗位不打抽查电话");
    if (!*flow_label(hours_outcomes, said->outcome))
        return fail_field(cx, "outcome", "请选一样：对得上、没打通、对不上");
    if (str_is(said->outcome, "differs") && !str_trim(said->note).n)
        return fail_field(cx, "note", "请写一句哪里对不上");
    TRY(db_find(cx, &hours_sql_call, &hours_call_shape, out, &found, ARGS(A(id))));
    if (!found)
        return fail(cx, ERR_MISSING, "没有这条抽查");
    TRY(db_run(cx, &hours_sql_call_save,
               ARGS(A(id), AS("outcome", said->outcome), AS("note", str_trim(said->note)),
                    AS("by_person", cx->who.person_id), AS("by_name", cx->who.name)),
               &changed));
    if (changed != 1)
        return fail(cx, ERR_CONFLICT, "这条已经有结果了");
    if (str_is(said->outcome, "differs")) {
        TRY(hours_load(cx, out->hours_id, &h));
        h.is_flagged = h.state != HOURS_REFUSED; /* what does not count is settled */
        TRY(hours_tell(cx, &h, "differs", OFFER_BY_STAFF, false, str_trim(said->note)));
        TRY(hours_save(cx, &h));
    }
    return db_one(cx, &hours_sql_call, &hours_call_shape, out, ARGS(A(id)));
}
