/* web -- the room's routes. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/volunteer_own.h"
#include "volunteer.sql.h"

static const struct shape *const shapes[] = {
    &skill_shape,           &volunteer_shape,         &volunteer_skill_shape,
    &volunteer_event_shape, &volunteer_opening_shape, &skill_supply_shape};

const struct feature volunteer_feature = {.name = "volunteer",
                                          .shapes = shapes,
                                          .nshapes = COUNT(shapes),
                                          .queries = volunteer_sql_all,
                                          .nqueries = &volunteer_sql_count};
