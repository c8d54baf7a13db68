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
/* ---- a need that was raised at a door is erased ---- */

/* What was promised with it goes, from the visit and from the door. */
static enum err erase_promise(struct cx *cx, struct visit *v, struct door *d)
{
    if (d->promise.n && str_eq(d->promise, v->promise)) {
        d->promise = S("");
        d->promised_at = 0;
        TRY(door_keep(cx, d));
    }
    v->promise = S("");
    TRY(visit_keep(cx, v));
    return db_run(cx, &visit_sql_erase_events, ARGS(AS("visit_id", v->id)), NULL);
}

/* Nothing is left to come back for. */
static enum err stay_away(struct cx *cx, const struct door *d)
{
    visit_need_list raised = {0};
    visit_list open = {0};
    TRY(db_all(cx, &visit_sql_needs_of_door, &visit_need_shape, &raised,
               ARGS(AS("door_id", d->id))));
    if (raised.n || d->promise.n || d->next_day > time_day(cx->now))
        return OK;
    TRY(db_all(cx, &visit_sql_open_of_door, &visit_shape, &open, ARGS(AS("door_id", d->id))));
    for (size_t i = 0; i < open.n; i++) {
        if (open.at[i].state != VISIT_FOLLOW)
            continue;
        TRY(visit_go(cx, &open.at[i], "call_off", VISIT_BY_SYSTEM, S("")));
        TRY(visit_keep(cx, &open.at[i]));
    }
    return OK;
}

/* Nothing ties it to a door any more. A promise that holds for another matter of the same visit
 * goes with that one. */
static enum err need_erased(struct cx *cx, int64_t id)
{
    struct visit v;
    struct door d;
    bool found;
    int64_t beside = 0;
    TRY(db_find(cx, &visit_sql_mine_visits, &visit_shape, &v, &found, ARGS(A(id))));
    if (!found)
        return OK;
    TRY(door_load(cx, v.door_id, &d));
    TRY(db_number(cx, &visit_sql_needs_beside, &beside, ARGS(A(id), AS("visit_id", v.id))));
    if (beside == 0)
        TRY(erase_promise(cx, &v, &d));
    TRY(db_run(cx, &visit_sql_need_forget, ARGS(A(id)), NULL));
    return stay_away(cx, &d);
}

const struct subject_part visit_parts[] = {{"need", tables, COUNT(tables), need_erased}};

const struct keep_rule visit_keeps[] = {
    {"visit", "上门时答应的话", &visit_sql_old, &visit_sql_forget},
    {"visit", "上门经过里的话", &visit_sql_events_old, &visit_sql_events_forget},
    {"visit", "门上记着的答应过的话", &visit_sql_doors_old, &visit_sql_doors_forget},
    {"visit", "门上两种说法", &visit_sql_hints_old, &visit_sql_hints_forget},
    {"visit", "哪件事是哪家说的", &visit_sql_raised_old, &visit_sql_raised_forget},
    {"visit", "很久没有上门的门牌", &visit_sql_gone_old, &visit_sql_gone_forget}};
