/* visit_mine -- what is held of a door where a need was raised: told, put right, deleted at his
 * wish. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/visit/visit_own.h"
#include "visit.sql.h"

static const struct subject_table tables[] = {
    {"door", &visit_sql_mine_doors, &door_shape},
    {"door_hint", &visit_sql_mine_hints, &door_hint_shape},
    {"visit", &visit_sql_mine_visits, &visit_shape},
    {"visit_event", &visit_sql_mine_events, &visit_event_shape, .steps = &visit_steps},
    {"visit_need", &visit_sql_mine_needs, NULL},
};
const struct subject_part visit_parts[] = {{"need", tables, COUNT(tables)}};

const struct keep_rule visit_keeps[] = {
    {"visit", "上门时答应的话", &visit_sql_old, &visit_sql_forget},
    {"visit", "上门经过里的话", &visit_sql_events_old, &visit_sql_events_forget},
    {"visit", "门上记着的答应过的话", &visit_sql_doors_old, &visit_sql_doors_forget}};
