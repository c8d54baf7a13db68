/* keep -- see keep.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/subject/keep.h"
#include "app/job/job.h"
#include "app/subject/subject.h"
#include "base/id.h"
#include "base/time.h"
#include "base/utf8.h"
#include "subject.sql.h"

#include <string.h>

static const struct field hold_fields[] = {
    FIELD(struct keep_hold, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct keep_hold, subject, "哪一种", .data = DATA_PUBLIC),
    FIELD(struct keep_hold, subject_id, "哪一件", .data = DATA_PUBLIC),
    FIELD(struct keep_hold, number, "编号", .ask = true, .required = true, .max = 40,
          .data = DATA_PUBLIC, .hint = "写在纸条上的号，比如 H-261124-0001-5"),
    FIELD(struct keep_hold, reason, "为什么到了日子还要留着", .ask = true, .required = true,
          .data = DATA_TEXT, .hint = "比如：法院在审；他本人看得到"),
    FIELD(struct keep_hold, by_name, "谁定的", .data = DATA_STAFF),
    FIELD(struct keep_hold, at, "什么时候", .data = DATA_PUBLIC),
    FIELD(struct keep_hold, ended_at, "什么时候解除", .data = DATA_PUBLIC),
    FIELD(struct keep_hold, ended_name, "谁解除的", .data = DATA_STAFF),
};
const struct shape keep_hold_shape = SHAPE("keep_hold", struct keep_hold, hold_fields);

static const struct field sum_fields[] = {
    FIELD(struct keep_sum, month, "哪个月", .data = DATA_PUBLIC),
    FIELD(struct keep_sum, keep, "哪一类", .data = DATA_PUBLIC),
    FIELD(struct keep_sum, label, "什么", .data = DATA_PUBLIC),
    FIELD(struct keep_sum, n, "几条", .data = DATA_PUBLIC),
};
const struct shape keep_sum_shape = SHAPE("keep_sum", struct keep_sum, sum_fields);

static struct {
    const struct keep_rule *const *at;
    size_t n;
} rules; /* breach: of the whole process, set once before threads */

void keep_rules_set(const struct keep_rule *const *at, size_t n)
{
    rules.at = at;
    rules.n = n;
}

const struct keep_rule *keep_rule_nth(size_t i)
{
    return i < rules.n ? rules.at[i] : NULL;
}

/* ---- running ---- */

static enum err before_of(struct cx *cx, const struct keep_class *k, int64_t *before)
{
    int64_t days;
    TRY(keep_days(cx, k, &days));
    *before = cx->now - days * MS_DAY;
    return OK;
}

enum err keep_look(struct cx *cx, keep_lines *out)
{
    for (size_t i = 0; i < rules.n; i++) {
        const struct keep_rule *r = rules.at[i];
        struct keep_line line = {.rule = r, .keep = keep_class_of(str_c(r->keep))};
        int64_t before;
        TRY(before_of(cx, line.keep, &before));
        if (r->due)
            TRY(db_number(cx, r->due, &line.due, ARGS(A(before))));
        *PUSH(cx->mem, out) = line;
    }
    return OK;
}

enum err keep_night(struct cx *cx)
{
    struct civil c = time_civil(cx->now);
    for (size_t i = 0; i < rules.n; i++) {
        const struct keep_rule *r = rules.at[i];
        int64_t gone = 0, before;
        if (!r->forget)
            continue;
        TRY(before_of(cx, keep_class_of(str_c(r->keep)), &before));
        TRY(db_run(
            cx, r->forget,
            ARGS(A(before), AS("most", (int64_t)KEEP_MOST), AS("nothing", value_blob(S("")))),
            &gone));
        if (gone)
            TRY(db_run(cx, &subject_sql_done_put,
                       ARGS(AS("id", id_new(cx)), AS("month", (int64_t)c.year * 100 + c.month),
                            AS("keep", r->keep), AS("label", r->label), A(gone)),
                       NULL));
    }
    return OK;
}

enum err keep_report(struct cx *cx, keep_sums *out)
{
    struct civil c = time_civil(cx->now);
    int months = c.year * 12 + c.month - 1 - 11;
    return db_all(cx, &subject_sql_report, &keep_sum_shape, out,
                  ARGS(AS("from_month", (int64_t)(months / 12 * 100 + months % 12 + 1))));
}

/* ---- holds ---- */

enum err keep_holds(struct cx *cx, keep_hold_list *out)
{
    return db_all(cx, &subject_sql_holds, &keep_hold_shape, out, NO_ARGS);
}

enum err keep_hold_put(struct cx *cx, const struct keep_hold *h)
{
    TRY(shape_check(cx, &keep_hold_shape, h));
    return db_put(cx, &subject_sql_hold_put, &keep_hold_shape, h,
                  ARGS(AS("id", id_new(cx)), AS("by_name", cx->who.name)));
}

enum err keep_hold_end(struct cx *cx, int64_t id)
{
    return db_change(cx, &subject_sql_hold_end, ARGS(A(id), AS("by_name", cx->who.name)));
}

enum err keep_held(struct cx *cx, const char *subject, int64_t id, bool *yes)
{
    int64_t n;
    TRY(db_number(cx, &subject_sql_held, &n, ARGS(A(subject), A(id))));
    *yes = n > 0;
    return OK;
}

enum err keep_wait(struct cx *cx, const char *subject, int64_t id, const char *job, int64_t job_id,
                   struct str arg, bool *held)
{
    int64_t at = cx->now + MS_DAY;
    TRY(keep_held(cx, subject, id, held));
    if (!*held)
        return OK;
    return job_put(
        cx, job,
        arena_printf(cx->mem, "%s %lld held %lld", job, (long long)job_id, (long long)time_day(at)),
        job_id, arg, at);
}
