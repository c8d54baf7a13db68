/* activity_ties -- what becomes of dates and terms when their site changes: it moves, it is to end.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/class_own.h"
#include "activity.sql.h"
#include "class.sql.h"

static enum err busy(struct cx *cx, int64_t site_id, struct shell_offers *out)
{
    int64_t dates, terms, today = time_day(cx->now);
    TRY(db_number(cx, &activity_sql_at_site_coming, &dates, ARGS(A(site_id))));
    if (dates)
        *PUSH(cx->mem, out) = (struct shell_offer){
            .title = arena_printf(cx->mem, "没有办完的活动 %lld 场", (long long)dates),
            .text = S("草稿也算；等到办完，或者改到别处、取消"),
            .href = S("/w/activities"),
            .icon = "cal"};
    TRY(db_number(cx, &class_sql_terms_at_site, &terms, ARGS(A(site_id), A(today))));
    if (terms)
        *PUSH(cx->mem, out) = (struct shell_offer){
            .title = arena_printf(cx->mem, "没有结束的四点半课堂 %lld 期", (long long)terms),
            .text = S("等到期满，或者改到别处"),
            .href = S("/w/class"),
            .icon = "child"};
    return OK;
}

static enum err moved(struct cx *cx, int64_t site_id, struct str path)
{
    TRY(db_run(cx, &activity_sql_dates_moved, ARGS(A(site_id), A(path)), NULL));
    return db_run(cx, &class_sql_terms_moved, ARGS(A(site_id), A(path)), NULL);
}

const struct site_ties activity_ties = {.busy = busy, .moved = moved};
