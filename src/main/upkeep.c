/* upkeep -- see upkeep.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/upkeep.h"
#include "app/account/account.h"
#include "app/consent/consent.h"
#include "app/export/export.h"
#include "app/idem/idem.h"
#include "app/number/number.h"
#include "app/outbox/outbox.h"
#include "app/place/place.h"
#include "app/keyring/keyring.h"
#include "base/log.h"
#include "app/subject/keep.h"
#include "base/time.h"
#include "main/features.h"

#define RESEAL    UPKEEP_JOBS "reseal"
#define RELOAD    UPKEEP_JOBS "keys"
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
        if (e == OK)
            e = notice_keep(cx);
    }
    if (e == OK)
        return db_commit(cx);
    db_rollback(cx);
    return e;
}

/* ---- another key ---- */

enum { RESEALED = 500 }; /* rows in a transaction */

static const struct sealed_table *sealed_table(int64_t nth)
{
    for (size_t i = 0; i < feature_count; i++) {
        if (nth < (int64_t)features[i]->nsealed)
            return &features[i]->sealed[nth];
        nth -= (int64_t)features[i]->nsealed;
    }
    return NULL;
}

static enum err plan_reseal(struct cx *cx, int64_t kid, int64_t table, int64_t after)
{
    struct str arg = arena_printf(cx->mem, "%lld %lld", (long long)table, (long long)after);
    struct str key = arena_printf(cx->mem, "%s %lld %.*s", RESEAL, (long long)kid, STR(arg));
    return job_put(cx, RESEAL, key, kid, arg, cx->now);
}

enum err upkeep_reseal(struct cx *cx, int64_t kid)
{
    return plan_reseal(cx, kid, 0, 0);
}

enum err upkeep_reload(struct cx *cx, int64_t kid)
{
    return job_put(cx, RELOAD, arena_printf(cx->mem, "%s %lld", RELOAD, (long long)kid), kid, S(""),
                   cx->now);
}

enum err upkeep_under(struct cx *cx, int64_t kid, int64_t *n)
{
    const struct sealed_table *t;
    *n = 0;
    for (int64_t i = 0; (t = sealed_table(i)); i++)
        TRY(keyring_count(cx, t, kid, n));
    return OK;
}

/* Some rows, and where it goes on: in one transaction. */
static enum err reseal(struct cx *cx, int64_t kid, struct str arg)
{
    struct str first;
    int64_t table, after, n, lost = 0;
    if (!str_split(&arg, ' ', &first) || !str_int(first, &table) || !str_int(arg, &after))
        return fail(cx, ERR_STORE, "重新封存到哪里，这条记录读不出");
    const struct sealed_table *t = sealed_table(table);
    if (!t)
        return OK;
    TRY(keyring_reload(cx, keyring_of(cx)));
    TRY(keyring_reseal(cx, t, RESEALED, &after, &n, &lost));
    if (lost)
        log_warn("reseal: %lld envelopes of %s do not open", (long long)lost, t->shape->name);
    return n < RESEALED ? plan_reseal(cx, kid, table + 1, 0) : plan_reseal(cx, kid, table, after);
}

enum err upkeep_reseal_now(struct cx *cx)
{
    const struct sealed_table *t;
    for (int64_t i = 0; (t = sealed_table(i)); i++) {
        int64_t after = 0, lost = 0;
        for (int64_t n = RESEALED; n == RESEALED;)
            TRY(keyring_reseal(cx, t, RESEALED, &after, &n, &lost));
        if (lost)
            return fail(cx, ERR_STORE, "%s 里有 %lld 处没能封存", t->shape->name, (long long)lost);
    }
    return OK;
}

/* ---- the night ---- */

static enum err forget_jobs(struct cx *cx)
{
    return job_clean(cx, cx->now - JOBS_KEPT);
}

static const struct {
    const char *kind;
    enum err (*clean)(struct cx *cx);
} cleanings[] = {
    {UPKEEP_JOBS "idem", idem_clean},     {UPKEEP_JOBS "job", forget_jobs},
    {UPKEEP_JOBS "outbox", outbox_clean}, {UPKEEP_JOBS "number", number_clean},
    {UPKEEP_JOBS "export", export_clean}, {UPKEEP_JOBS "keep", keep_night},
};

/* Each cleaning is a job of its own: one that fails undoes no other, and the next night is planned
 * whatever becomes of this one. */
static enum err begin_night(struct cx *cx)
{
    long long day = time_day(cx->now - HOUR);
    for (size_t i = 0; i < COUNT(cleanings); i++)
        TRY(job_put(cx, cleanings[i].kind, arena_printf(cx->mem, "%s:%lld", cleanings[i].kind, day),
                    0, S(""), cx->now));
    return upkeep_plan(cx);
}

/* What a job asks of the keys while they are locked is no try: it waits. */
static enum err is_unlocked(struct cx *cx)
{
    return keyring_is_locked(cx, keyring_of(cx)) ? fail(cx, ERR_BUSY, "钥匙锁着") : OK;
}

enum err upkeep_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg)
{
    if (str_is(kind, RESEAL) || str_is(kind, RELOAD))
        TRY(is_unlocked(cx));
    if (str_is(kind, RESEAL))
        return reseal(cx, subject_id, arg);
    if (str_is(kind, RELOAD))
        return keyring_reload(cx, keyring_of(cx));
    for (size_t i = 0; i < COUNT(cleanings); i++)
        if (str_is(kind, cleanings[i].kind))
            return cleanings[i].clean(cx);
    return begin_night(cx);
}
