/* booking_mine -- what is held of who books: told, put right, deleted at his wish. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_own.h"
#include "booking.sql.h"

static enum err by_key(struct cx *cx, int64_t id, struct str key)
{
    struct booking_party p;
    return booking_by_key(cx, id, key, &p);
}

static enum err by_word(struct cx *cx, struct str number, struct str word, int64_t *id)
{
    struct booking_party p = {0};
    TRY(booking_by_word(cx, number, word, &p));
    *id = p.id;
    return OK;
}

static enum err erase(struct cx *cx, int64_t id)
{
    int64_t coming;
    TRY(db_number(cx, &booking_sql_mine_coming, &coming, ARGS(A(id))));
    return coming ? fail(cx, ERR_CONFLICT, "还有订着的场地，退了或者用完以后才能删")
                  : booking_forget(cx, id);
}

static const struct subject_fix fixes[] = {{"name", "称呼", &booking_sql_fix_name},
                                           {"contact", "电话", &booking_sql_fix_contact}};
const struct subject_kind booking_subject = {.code = "booking",
                                             .label = "订场地",
                                             .find = &booking_sql_mine_find,
                                             .number = &booking_sql_mine_number,
                                             .since = &booking_sql_mine_since,
                                             .by_key = by_key,
                                             .by_word = by_word,
                                             .shape = &booking_party_shape,
                                             .fixes = fixes,
                                             .nfixes = COUNT(fixes),
                                             .erase = erase};

static const struct subject_table tables[] = {
    {"booking_party", &booking_sql_mine, &booking_party_shape},
    {"booking", &booking_sql_mine_dates, &booking_shape},
    {"booking_series", &booking_sql_mine_series, NULL},
    {"booking_event", &booking_sql_mine_events, &booking_event_shape, .steps = &booking_steps},
};
const struct subject_part booking_parts[] = {{"booking", tables, COUNT(tables)}};

const struct keep_rule booking_keeps[] = {{"booking", "订场地的称呼、电话", NULL, NULL}};
