/* job -- the queue in the store; what a kind does is not known here. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/job/job.h"
#include "app/audit/audit.h"
#include "base/id.h"
#include "base/log.h"
#include "base/time.h"
#include "job.sql.h"
#include "web/web.h"
#include <setjmp.h>

enum { TRIES_MAX = 8 };
#define PUT_OFF_MS (30 * MS_SECOND)

struct job {
    int64_t id;
    struct str kind;
    int64_t subject_id;
    struct str arg;
    int64_t tries;
};
typedef LIST(struct job) job_list;

static const struct field job_fields[] = {
    FIELD(struct job, id, "编号"),         FIELD(struct job, kind, "种类"),
    FIELD(struct job, subject_id, "对象"), FIELD(struct job, arg, "参数"),
    FIELD(struct job, tries, "次数"),
};
static const struct shape job_shape = SHAPE("job", struct job, job_fields);

enum err job_put(struct cx *cx, const char *kind, struct str job_key, int64_t subject_id,
                 struct str arg, int64_t run_at)
{
    int64_t id = id_new(cx);
    return db_run(cx, &job_sql_put,
                  ARGS(A(id), A(kind), A(job_key), A(subject_id), A(arg), A(run_at)), NULL);
}

struct kinds {
    const struct job_kind *at;
    size_t n;
};

static enum err run_kind(struct cx *cx, struct kinds kinds, const struct job *j)
{
    for (size_t i = 0; i < kinds.n; i++)
        if (str_starts(j->kind, str_c(kinds.at[i].prefix)))
            return kinds.at[i].run(cx, j->kind, j->subject_id, j->arg);
    return fail(cx, ERR_MISSING, "没有这种任务");
}

/* A job that asks for more memory than there is fails like any other, alone. */
static enum err run_within(struct cx *cx, struct kinds kinds, const struct job *j)
{
    struct arena_mark mark = arena_mark(cx->mem);
    struct cx_closer *closers = cx->closers;
    jmp_buf full, *was = cx->mem->on_full;
    enum err e;
    cx->mem->on_full = &full;
    if (setjmp(full) == 0) {
        e = run_kind(cx, kinds, j);
    } else {
        cx_close_to(cx, closers);
        arena_rewind(cx->mem, mark);
        fault_clear(cx);
        e = fail(cx, ERR_STORE, "这项任务要的内存超过了 %zu MB", cx->mem->limit >> 20);
    }
    cx->mem->on_full = was;
    return e;
}

/* Claims and runs one job within a savepoint; a fault of the job is stored with it. */
static enum err run_one(struct cx *cx, struct kinds kinds, const struct job *j)
{
    TRY(db_savepoint(cx));
    enum err e = db_change(cx, &job_sql_claim, ARGS(AS("id", j->id)));
    if (e == OK)
        e = run_within(cx, kinds, j);
    if (e == OK)
        e = audit_put(cx, arena_printf(cx->mem, "job %.*s", STR(j->kind)),
                      arena_printf(cx->mem, "%lld", (long long)j->subject_id), 0);
    if (e == ERR_BUSY || e == ERR_UNKNOWN)
        return e;
    if (e == OK)
        return db_release(cx, true);
    struct str failed = cx->fault.message.n ? cx->fault.message : S("?");
    log_warn("job id=%lld kind=%.*s tries=%lld err=%d at=%s:%d", (long long)j->id, STR(j->kind),
             (long long)j->tries, e, cx->fault.file ? cx->fault.file : "", cx->fault.line);
    fault_clear(cx);
    audit_forget(cx);
    TRY(db_release(cx, false));
    int64_t tries = j->tries + 1;
    int64_t done_at = tries >= TRIES_MAX ? cx->now : 0;
    int64_t run_at = cx->now + (MS_MINUTE << (tries - 1));
    return db_run(cx, &job_sql_failed,
                  ARGS(AS("id", j->id), A(done_at), A(tries), A(run_at), A(failed)), NULL);
}

enum err job_run(struct cx *cx, const struct job_kind *kinds, size_t nkinds, int limit, int *done)
{
    job_list due = {0};
    int64_t most = limit;
    struct who caller = cx->who;
    *done = 0;
    TRY(db_all(cx, &job_sql_due, &job_shape, &due, ARGS(A(most))));
    cx->who = (struct who){
        .name = S("系统"), .role_label = S("系统"), .scope_lo = S(""), .scope_hi = S("\x7f")};
    enum err e = OK;
    struct arena_mark mark = arena_mark(cx->mem);
    struct cx_closer *closers = cx->closers;
    for (size_t i = 0; i < due.n; i++) {
        e = run_one(cx, (struct kinds){kinds, nkinds}, &due.at[i]);
        if (e != OK)
            break;
        (*done)++;
        cx_close_to(cx, closers);
        arena_rewind(cx->mem, mark); /* a batch takes the memory of its largest job */
    }
    cx->who = caller;
    return e;
}

enum err job_put_off(struct cx *cx)
{
    job_list first = {0};
    int64_t most = 1, run_at = cx->now + PUT_OFF_MS;
    TRY(db_all(cx, &job_sql_due, &job_shape, &first, ARGS(A(most))));
    if (!first.n)
        return OK;
    log_info("job id=%lld kind=%.*s is put off", (long long)first.at[0].id, STR(first.at[0].kind));
    return db_run(cx, &job_sql_later, ARGS(AS("id", first.at[0].id), A(run_at)), NULL);
}

enum err job_next(struct cx *cx, int64_t *at)
{
    return db_number(cx, &job_sql_next, at, NO_ARGS);
}

enum err job_dead(struct cx *cx, int64_t *count)
{
    return db_number(cx, &job_sql_dead, count, NO_ARGS);
}

enum err job_clean(struct cx *cx, int64_t before)
{
    return db_run(cx, &job_sql_clean, ARGS(A(before)), NULL);
}

static const struct shape *const shapes[] = {&job_shape};

const struct feature job_feature = {.name = "job",
                                    .shapes = shapes,
                                    .nshapes = COUNT(shapes),
                                    .queries = job_sql_all,
                                    .nqueries = &job_sql_count};
