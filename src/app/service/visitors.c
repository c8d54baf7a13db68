/* visitors -- how many came, for what and how it ended: counted from tickets, kept as numbers. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/service_own.h"
#include "base/time.h"
#include "service.sql.h"

struct left_over {
    int64_t id;
};
static const struct field left_over_fields[] = {FIELD(struct left_over, id, "号")};
static const struct shape left_over_shape =
    SHAPE("service_left_over", struct left_over, left_over_fields);

static const struct field item_fields[] = {
    FIELD(struct visitors_item, service_id, "办什么"),
    FIELD(struct visitors_item, n, "几位"),
    FIELD(struct visitors_item, title, "办什么"),
};
static const struct shape item_shape = SHAPE("service_day_item", struct visitors_item, item_fields);

enum err visitors_count(struct cx *cx, int64_t lane_id, int64_t day, struct visitors *out)
{
    *out = (struct visitors){0};
    TRY(db_one(cx, &service_sql_day_count, &visitors_shape, out, ARGS(A(lane_id), A(day))));
    out->lane_id = lane_id;
    out->day = day;
    return OK;
}

static void add(struct visitors *sum, const struct visitors *v)
{
    for (size_t i = 0; i < visitors_shape.nfields; i++) {
        const struct field *f = &visitors_shape.fields[i];
        if (f->offset > offsetof(struct visitors, day))
            field_set_int(f, sum, field_get_int(f, sum) + field_get_int(f, v));
    }
}

/* Today, as it stands now. */
static enum err today(struct cx *cx, int64_t site_id, struct visitors *out)
{
    lane_list lanes = {0};
    *out = (struct visitors){.site_id = site_id, .day = time_day(cx->now)};
    TRY(lanes_of(cx, site_id, &lanes));
    for (size_t i = 0; i < lanes.n; i++) {
        struct visitors one;
        TRY(visitors_count(cx, lanes.at[i].id, out->day, &one));
        add(out, &one);
    }
    return OK;
}

enum err visitors_days(struct cx *cx, int64_t site_id, int64_t from_day, int64_t to_day,
                       visitors_list *out)
{
    int64_t day = time_day(cx->now);
    if (from_day <= day && day <= to_day)
        TRY(today(cx, site_id, PUSH(cx->mem, out)));
    return db_all(cx, &service_sql_days, &visitors_shape, out,
                  ARGS(A(site_id), A(from_day), A(to_day)));
}

enum err visitors_sum(struct cx *cx, int64_t site_id, int64_t from_day, int64_t to_day,
                      struct visitors *out)
{
    struct visitors now;
    int64_t day = time_day(cx->now);
    *out = (struct visitors){0};
    TRY(db_one(cx, &service_sql_sum, &visitors_shape, out,
               ARGS(A(site_id), A(from_day), A(to_day))));
    if (from_day > day || day > to_day)
        return OK;
    TRY(today(cx, site_id, &now));
    add(out, &now);
    return OK;
}

enum err visitors_items(struct cx *cx, int64_t site_id, int64_t from_day, int64_t to_day,
                        visitors_item_list *out)
{
    return db_all(cx, &service_sql_items, &item_shape, out,
                  ARGS(A(site_id), A(from_day), A(to_day)));
}

enum err visitors_put(struct cx *cx, const struct visitors *v)
{
    return db_put(cx, &service_sql_day_put, &visitors_shape, v, NO_ARGS);
}

/* ---- a day is over ---- */

static enum err put_items(struct cx *cx, int64_t site_id, int64_t day)
{
    visitors_item_list items = {0};
    TRY(db_all(cx, &service_sql_day_items, &item_shape, &items, ARGS(A(site_id), A(day))));
    for (size_t i = 0; i < items.n; i++)
        TRY(db_run(cx, &service_sql_day_item_put,
                   ARGS(A(site_id), A(day), AS("service_id", items.at[i].service_id),
                        AS("n", items.at[i].n)),
                   NULL));
    return OK;
}

enum err ticket_day_over(struct cx *cx, int64_t day)
{
    LIST(struct left_over) left = {0};
    lane_list lanes = {0};
    int64_t site_id = 0, old = day - TICKET_KEEP_DAYS;
    TRY(db_all(cx, &service_sql_left_over, &left_over_shape, &left, ARGS(A(day))));
    for (size_t i = 0; i < left.n; i++)
        TRY(ticket_shut(cx, left.at[i].id));
    TRY(lanes_of(cx, 0, &lanes));
    for (size_t i = 0; i < lanes.n; i++) {
        struct visitors v;
        TRY(visitors_count(cx, lanes.at[i].id, day, &v));
        v.site_id = lanes.at[i].site_id;
        if (v.taken || v.missed)
            TRY(visitors_put(cx, &v));
        if (lanes.at[i].site_id != site_id)
            TRY(put_items(cx, site_id = lanes.at[i].site_id, day));
    }
    TRY(db_run(cx, &service_sql_forget_who, ARGS(A(day)), NULL));
    TRY(db_run(cx, &service_sql_tickets_drop,
               ARGS(AS("day", old), AS("ended_at", time_day_start(old))), NULL));
    return db_run(cx, &service_sql_counts_drop, ARGS(AS("day", old)), NULL);
}
