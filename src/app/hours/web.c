/* web -- the room's routes. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hours/hours_own.h"
#include "hours.sql.h"

static const struct shape *const shapes[] = {
    &hours_shape,       &hours_said_shape, &hours_event_shape, &hours_sum_shape,
    &hours_total_shape, &hours_draw_shape, &hours_call_shape,  &cert_shape,
    &cert_asked_shape,  &cert_line_shape,  &cert_checked_shape};

const struct feature hours_feature = {.name = "hours",
                                      .shapes = shapes,
                                      .nshapes = COUNT(shapes),
                                      .queries = hours_sql_all,
                                      .nqueries = &hours_sql_count};
