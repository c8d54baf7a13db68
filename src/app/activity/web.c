/* web -- what everybody reads: what is on, one date, signing up. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/activity_own.h"
#include "activity.sql.h"

static const struct shape *const shapes[] = {
    &activity_shape,      &activity_programme_shape, &activity_party_shape,
    &activity_seat_shape, &activity_move_shape,      &activity_join_shape,
    &seat_move_shape,     &activity_event_shape,     &activity_opening_shape};

static void topics(struct cx *cx, struct outbox_topics *out)
{
    static const struct outbox_topic all[] = {{S("activity.moved"), "候补轮到了"},
                                              {S("activity.changed"), "活动改了时间地点"},
                                              {S("activity.cancelled"), "活动取消"},
                                              {S("activity.remind"), "活动前一天提醒"}};
    for (size_t i = 0; i < COUNT(all); i++)
        *PUSH(cx->mem, out) = all[i];
}

const struct feature activity_feature = {.name = "activity",
                                         .shapes = shapes,
                                         .nshapes = COUNT(shapes),
                                         .queries = activity_sql_all,
                                         .nqueries = &activity_sql_count,
                                         .jobs = "activity.",
                                         .job = activity_job,
                                         .topics = topics};
