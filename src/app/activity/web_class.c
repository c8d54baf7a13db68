/* web_class -- the 4:30 class: what everybody reads, asking for a place, the guardian's page. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/class_own.h"
#include "class.sql.h"

static const struct shape *const shapes[] = {
    &class_term_shape, &class_duty_shape,    &class_child_shape, &class_pickup_shape,
    &class_join_shape, &class_opening_shape, &class_day_shape,   &class_act_shape,
    &class_talk_shape, &class_sum_shape};

static void topics(struct cx *cx, struct outbox_topics *out)
{
    static const struct outbox_topic all[] = {{S("class.moved"), "四点半课堂候补轮到了"},
                                              {S("class.late"), "四点半课堂有孩子没到"},
                                              {S("class.left"), "四点半课堂有孩子没人接"}};
    for (size_t i = 0; i < COUNT(all); i++)
        *PUSH(cx->mem, out) = all[i];
}

const struct feature class_feature = {.name = "class",
                                      .shapes = shapes,
                                      .nshapes = COUNT(shapes),
                                      .queries = class_sql_all,
                                      .nqueries = &class_sql_count,
                                      .jobs = "class.",
                                      .job = class_job,
                                      .topics = topics};
