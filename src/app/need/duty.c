/* duty -- the catalogue of who leads what; suggestion by everyday words. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_own.h"
#include "base/id.h"
#include "need.sql.h"
#include "text/words.h"

enum { LIMIT_ROWS = 20 };

enum err duty_all(struct cx *cx, duty_list *out)
{
    return db_all(cx, &need_sql_duties, &duty_shape, out, NO_ARGS);
}

enum err duty_get(struct cx *cx, int64_t id, struct duty *out)
{
    bool found;
    TRY(db_find(cx, &need_sql_duty_get, &duty_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "派单目录里没有这一条");
}

static void check_unit(struct cx *cx, const char *field, int64_t amount, struct str unit)
{
    enum limit_unit u;
    if (amount < 0 || amount > 1000)
        fail_field(cx, field, "请填 0 到 1000");
    else if (amount > 0 && !clock_unit_read(unit, &u))
        fail_field(cx, field, "没有这个时间单位");
}

enum err duty_add(struct cx *cx, struct duty *d)
{
    for (size_t i = 0; i < duty_shape.nfields; i++) { /* NULL texts become empty ones */
        const struct field *f = &duty_shape.fields[i];
        if (f->type == FIELD_STR && field_get_str(f, d).p == NULL)
            field_set_str(f, d, S(""));
    }
    check_unit(cx, "contact_amount", d->contact_amount, d->contact_unit);
    check_unit(cx, "done_amount", d->done_amount, d->done_unit);
    if (flow_label(categories, d->category)[0] == 0)
        fail_field(cx, "category", "没有这个类别");
    if (d->level.n && flow_label(levels, d->level)[0] == 0)
        fail_field(cx, "level", "没有这个等级");
    TRY(shape_check(cx, &duty_shape, d));
    if (cx->fault.fields.n)
        return ERR_INPUT;
    if (d->id == 0)
        d->id = id_new(cx);
    return db_put(cx, &need_sql_duty_put, &duty_shape, d, NO_ARGS);
}

const struct duty *duty_best(struct cx *cx, const duty_list *all, struct str text)
{
    const struct duty *best = NULL;
    struct str why;
    int most = 0;
    for (size_t i = 0; i < all->n; i++) {
        int score = words_fit(cx, all->at[i].words, text, &why);
        if (score > most) {
            most = score;
            best = &all->at[i];
        }
    }
    return best;
}

enum err duty_suggest(struct cx *cx, struct str text, int limit, duty_fit_list *out)
{
    duty_list all = {0};
    limit = limit < 1 ? 5 : limit > LIMIT_ROWS ? LIMIT_ROWS : limit;
    TRY(duty_all(cx, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct duty_fit f = {.duty = all.at[i]};
        f.score = words_fit(cx, all.at[i].words, text, &f.why);
        if (f.score == 0)
            continue;
        size_t at = out->n; /* insertion keeps the best first; equal ones by code */
        while (at > 0 && out->at[at - 1].score < f.score)
            at--;
        if (at >= (size_t)limit)
            continue;
        if (out->n < (size_t)limit)
            (void)PUSH(cx->mem, out);
        for (size_t k = out->n - 1; k > at; k--)
            out->at[k] = out->at[k - 1];
        out->at[at] = f;
    }
    return OK;
}
