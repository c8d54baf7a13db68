/* subject_erased -- what was deleted at somebody's wish is noted by kind and number, and erased
 * again in a store that was brought back from before (PIPL 47). */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/job/job.h"
#include "app/subject/subject.h"
#include "base/time.h"
#include "subject.sql.h"

#define AGAIN "subject.again"

static const struct field fields[] = {
    FIELD(struct subject_erased, subject, "哪一种", .data = DATA_PUBLIC),
    FIELD(struct subject_erased, subject_id, "哪一件", .data = DATA_PUBLIC),
    FIELD(struct subject_erased, at, "什么时候删的", .data = DATA_PUBLIC),
};
const struct shape subject_erased_shape = SHAPE("subject_erased", struct subject_erased, fields);

static enum err put(struct cx *cx, struct str subject, int64_t id, int64_t at)
{
    return db_run(cx, &subject_sql_erased_put, ARGS(A(subject), AS("subject_id", id), A(at)), NULL);
}

enum err subject_erased_note(struct cx *cx, const char *kind, int64_t id)
{
    TRY(subject_corrections_end(cx, kind, id));
    return put(cx, str_c(kind), id, cx->now);
}

enum err subject_erased_all(struct cx *cx, subject_erased_list *out)
{
    return db_all(cx, &subject_sql_erased, &subject_erased_shape, out, NO_ARGS);
}

enum err subject_erased_add(struct cx *cx, const subject_erased_list *of_another_store)
{
    for (size_t i = 0; i < of_another_store->n; i++) {
        const struct subject_erased *e = &of_another_store->at[i];
        TRY(put(cx, e->subject, e->subject_id, e->at));
    }
    return OK;
}

enum err subject_erase_noted(struct cx *cx, const struct subject_kind *kind, int64_t id)
{
    if (kind->consents)
        TRY(consent_end_all(cx, kind->consents, id, S("face"), NULL));
    TRY(subject_erase(cx, kind, id));
    return subject_erased_note(cx, kind->code, id);
}

static enum err later(struct cx *cx, struct str subject, int64_t id, int64_t at)
{
    struct str key = arena_printf(cx->mem, "%s %.*s %lld %lld", AGAIN, STR(subject), (long long)id,
                                  (long long)at);
    return job_put(cx, AGAIN, key, id, subject, at);
}

/* As the system: whoever brings a store back is nobody in it. */
static enum err one(struct cx *cx, const struct subject_erased *e, struct subject_again *out)
{
    const struct subject_kind *kind = subject_kind_of(e->subject);
    if (!kind || !kind->erase)
        return OK;
    TRY(db_savepoint(cx));
    enum err err = subject_erase_noted(cx, kind, e->subject_id);
    if (err == ERR_BUSY || err == ERR_UNKNOWN)
        return err;
    if (err != OK)
        fault_clear(cx);
    TRY(db_release(cx, err == OK));
    if (err == ERR_MISSING) /* it came after the backup */
        return OK;
    *(err == OK ? &out->gone : err == ERR_CONFLICT ? &out->open : &out->waits) += 1;
    return err == OK ? OK : later(cx, e->subject, e->subject_id, cx->now);
}

enum err subject_erase_again(struct cx *cx, struct subject_again *out)
{
    subject_erased_list all = {0};
    struct who caller = cx->who;
    TRY(db_run(cx, &subject_sql_erased_answered, NO_ARGS, NULL));
    TRY(subject_erased_all(cx, &all));
    cx->who = (struct who){
        .name = S("系统"), .role_label = S("系统"), .scope_lo = S(""), .scope_hi = S("\x7f")};
    enum err e = OK;
    struct arena_mark mark = arena_mark(cx->mem);
    for (size_t i = 0; i < all.n && e == OK; i++) {
        e = one(cx, &all.at[i], out);
        if (e == OK)
            arena_rewind(cx->mem, mark); /* a list of years takes the memory of one */
    }
    cx->who = caller;
    return e;
}

/* What is open again in a store that was brought back ends some day, and then goes. */
enum err subject_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg)
{
    const struct subject_kind *of = subject_kind_of(arg);
    (void)kind;
    if (!of || !of->erase)
        return OK;
    enum err e = subject_erase_noted(cx, of, subject_id);
    if (e != ERR_CONFLICT && e != ERR_MISSING)
        return e;
    fault_clear(cx);
    return e == ERR_MISSING ? OK : later(cx, arg, subject_id, cx->now + MS_DAY);
}
