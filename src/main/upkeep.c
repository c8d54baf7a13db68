/* upkeep -- see upkeep.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/upkeep.h"
#include "app/account/account.h"
#include "app/idem/idem.h"
#include "app/need/need.h"
#include "app/outbox/outbox.h"
#include "app/place/place.h"
#include "base/time.h"

#define JOBS_KEPT (90 * MS_DAY)
#define HOUR      (3 * MS_HOUR) /* of the night, in Beijing */

enum err upkeep_plan(struct cx *cx)
{
    int64_t day = time_day(cx->now - HOUR) + 1;
    return job_put(cx, UPKEEP_JOBS "night", arena_printf(cx->mem, "upkeep:%lld", (long long)day), 0,
                   S(""), time_day_start(day) + HOUR);
}

enum err upkeep_plan_all(struct cx *cx)
{
    community_list all = {0};
    TRY(db_begin(cx, true));
    enum err e = place_communities(cx, &all);
    for (size_t i = 0; i < all.n && e == OK; i++) {
        account_nobody(cx, all.at[i].id);
        e = upkeep_plan(cx);
    }
    if (e == OK)
        return db_commit(cx);
    db_rollback(cx);
    return e;
}

enum err upkeep_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg)
{
    (void)kind;
    (void)subject_id;
    (void)arg;
    TRY(idem_clean(cx));
    TRY(job_clean(cx, cx->now - JOBS_KEPT));
    TRY(outbox_clean(cx));
    TRY(need_photos_forget(cx));
    return upkeep_plan(cx);
}
