/* visit_today -- the worker's day: which doors, in which order, and what to tell at each. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/visit/visit_own.h"
#include "visit.sql.h"
#include <stdlib.h>
#include <string.h>

enum { DUE_MOST = 200 };

static int by_text(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : a.n < b.n ? -1 : a.n > b.n;
}

/* Along the tree, in each stairwell from the top down: the way a person walks it. */
static int by_way(const void *a, const void *b)
{
    const struct visit_stop *x = a, *y = b;
    int order = by_text(x->d.place_path, y->d.place_path);
    int64_t fx = door_floor(x->d.door), fy = door_floor(y->d.door);
    if (order)
        return order;
    if (fx != fy)
        return fx > fy ? -1 : 1;
    return -by_text(x->d.door, y->d.door);
}

enum err visit_is_answered(struct cx *cx, const struct need *n, bool *yes)
{
    struct need main_need;
    *yes = need_is_closed(n->state);
    if (n->state != NEED_MERGED) /* what joined another is answered with it */
        return OK;
    TRY(need_peek(cx, n->merged_into, &main_need));
    *yes = need_is_closed(main_need.state);
    return OK;
}

/* Needs that were raised here and are not come back to yet. Those beyond the caller's reach, as
 * after a change of grids, are not his to tell. */
static enum err find_needs(struct cx *cx, struct visit_stop *s)
{
    visit_need_list raised = {0};
    TRY(db_all(cx, &visit_sql_needs_of_door, &visit_need_shape, &raised,
               ARGS(AS("door_id", s->d.id))));
    for (size_t i = 0; i < raised.n; i++) {
        struct need n;
        bool is_answered;
        enum err e = need_get(cx, raised.at[i].id, &n);
        if (e == ERR_MISSING) {
            fault_clear(cx);
            continue;
        }
        TRY(e);
        TRY(visit_is_answered(cx, &n, &is_answered));
        *PUSH(cx->mem, is_answered ? &s->answers : &s->raised) = n;
    }
    return OK;
}

enum err visit_stop(struct cx *cx, int64_t visit_id, struct visit_stop *out)
{
    *out = (struct visit_stop){0};
    TRY(visit_get(cx, visit_id, &out->v));
    TRY(door_load(cx, out->v.door_id, &out->d));
    return find_needs(cx, out);
}

enum err visit_today(struct cx *cx, int most, visit_stop_list *out)
{
    visit_list due = {0};
    int64_t day = time_day(cx->now);
    TRY(db_all(cx, &visit_sql_due, &visit_shape, &due, ARGS(A(day), AS("most", DUE_MOST))));
    for (size_t i = 0; i < due.n; i++) {
        struct visit_stop s = {.v = due.at[i]};
        TRY(door_load(cx, s.v.door_id, &s.d));
        *PUSH(cx->mem, out) = s;
    }
    if (out->n)
        qsort(out->at, out->n, sizeof *out->at, by_way);
    if (out->n > (size_t)most)
        out->n = (size_t)most;
    for (size_t i = 0; i < out->n; i++)
        TRY(find_needs(cx, &out->at[i]));
    return OK;
}

enum err visit_done_today(struct cx *cx, int64_t *count)
{
    return db_number(cx, &visit_sql_saved_since, count,
                     ARGS(AS("since_at", time_day_start(time_day(cx->now)))));
}

enum err visit_saved_today(struct cx *cx, int most, visit_stop_list *out)
{
    visit_list saved = {0};
    TRY(db_all(cx, &visit_sql_saved_doors, &visit_shape, &saved,
               ARGS(AS("since_at", time_day_start(time_day(cx->now))), AS("most", (int64_t)most))));
    for (size_t i = 0; i < saved.n; i++) {
        struct visit_stop s = {.v = saved.at[i]};
        TRY(door_load(cx, s.v.door_id, &s.d));
        *PUSH(cx->mem, out) = s;
    }
    return OK;
}

enum err visit_story(struct cx *cx, int64_t door_id, visit_event_list *out)
{
    struct door d;
    TRY(visit_door(cx, door_id, &d));
    return db_all(cx, &visit_sql_story, &visit_event_shape, out, ARGS(A(door_id)));
}

/* ---- told in person ---- */

/* Everything that was raised is told, and nothing is promised: the visit is done. What is still
 * promised or under way waits for the day that was set for it. */
static enum err end_if_told(struct cx *cx, const struct door *d)
{
    struct visit_stop s = {.d = *d};
    visit_list open = {0};
    TRY(find_needs(cx, &s));
    if (s.answers.n)
        return OK;
    TRY(db_all(cx, &visit_sql_open_of_door, &visit_shape, &open, ARGS(AS("door_id", d->id))));
    for (size_t i = 0; i < open.n; i++) {
        struct visit *v = &open.at[i];
        if (v->state != VISIT_FOLLOW)
            continue;
        if (s.raised.n || d->promise.n)
            v->plan_day = visit_back_day(cx, d, v->follow_at);
        else
            TRY(visit_go(cx, v, "told", VISIT_BY_STAFF, S("")));
        TRY(visit_keep(cx, v));
    }
    return OK;
}

enum err visit_told(struct cx *cx, int64_t need_id)
{
    struct visit_need raised;
    struct door d;
    struct need n;
    bool found, is_answered;
    int64_t changed = 0;
    if (!(cx->who.role & ROLES_VISIT))
        return fail(cx, ERR_DENIED, "您的岗位不记走访");
    TRY(db_find(cx, &visit_sql_need_of, &visit_need_shape, &raised, &found,
                ARGS(AS("id", need_id))));
    if (!found)
        return fail(cx, ERR_MISSING, "这件不是走访时提的");
    TRY(visit_door(cx, raised.door_id, &d));
    TRY(need_get(cx, need_id, &n));
    TRY(visit_is_answered(cx, &n, &is_answered));
    if (!is_answered)
        return fail(cx, ERR_CONFLICT, "这件还没有答复，有了答复再告诉");
    TRY(db_run(cx, &visit_sql_need_told, ARGS(AS("id", need_id), AS("told_by", cx->who.name)),
               &changed));
    if (changed == 0) /* pressed twice */
        return OK;
    TRY(need_remark(cx, need_id, S("当面告诉了您办得怎样"), true));
    return end_if_told(cx, &d);
}
