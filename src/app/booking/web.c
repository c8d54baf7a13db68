/* web -- what everybody reads. The table of routes. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_own.h"
#include "app/outbox/outbox.h"
#include "booking.sql.h"

static const struct shape *const shapes[] = {
    &booking_space_shape,   &booking_window_shape, &booking_rule_shape,  &booking_party_shape,
    &booking_shape,         &booking_ask_shape,    &booking_move_shape,  &booking_event_shape,
    &booking_opening_shape, &booking_series_shape, &booking_block_shape, &booking_lot_shape};

static void topics(struct cx *cx, struct outbox_topics *out)
{
    static const struct outbox_topic all[] = {
        {S("booking.moved"), "场地候补轮到了"},  {S("booking.answered"), "场地申请有了答复"},
        {S("booking.shut"), "场地预订取消"},     {S("booking.late"), "场地申请到期没答复"},
        {S("booking.remind"), "场地前一天提醒"}, {S("booking.quarter"), "固定时间快到期"}};
    for (size_t i = 0; i < COUNT(all); i++)
        *PUSH(cx->mem, out) = all[i];
}

const struct feature booking_feature = {.name = "booking",
                                        .shapes = shapes,
                                        .nshapes = COUNT(shapes),
                                        .queries = booking_sql_all,
                                        .nqueries = &booking_sql_count,
                                        .jobs = "booking.",
                                        .job = booking_job,
                                        .topics = topics};
