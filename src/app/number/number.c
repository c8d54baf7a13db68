/* number -- see number.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/number/number.h"
#include "base/env.h"
#include "base/id.h"
#include "base/time.h"
#include "base/utf8.h"
#include "number.sql.h"

enum { SHOWN = 30 };

enum err number_next(struct cx *cx, char letter, struct str *out)
{
    int64_t nth, day = time_day(cx->now);
    TRY(db_number(cx, &number_sql_next, &nth, ARGS(A(day), AS("prefix", str_n(&letter, 1)))));
    *out = id_number(cx, letter, cx->now, nth);
    return OK;
}

struct str number_word(struct cx *cx)
{
    uint32_t r;
    cx->env->random(cx->env, &r, sizeof r);
    return arena_printf(cx->mem, "%04u", r % 10000);
}

enum err number_read(struct cx *cx, struct str typed, struct str *out)
{
    if (id_number_read(cx, typed, out))
        return OK;
    return fail(cx, ERR_INPUT, "编号 %.*s 不对，请再看一遍", STR(utf8_head(*out, SHOWN)));
}

static enum err tries_of(struct cx *cx, struct str number, int64_t *tries)
{
    int64_t hour = cx->now / MS_HOUR;
    *tries = 0;
    enum err e = db_number(cx, &number_sql_tries, tries, ARGS(A(hour), A(number)));
    if (e == ERR_MISSING)
        fault_clear(cx);
    return e == ERR_MISSING ? OK : e;
}

/* No number begins like this. */
static struct str caller(struct cx *cx)
{
    return arena_printf(cx->mem, "@%016llx", (unsigned long long)cx->who.from);
}

enum err number_tries_left(struct cx *cx, struct str number)
{
    int64_t tries, by_caller = 0;
    TRY(tries_of(cx, number, &tries));
    if (cx->who.from)
        TRY(tries_of(cx, caller(cx), &by_caller));
    return tries < NUMBER_TRIES && by_caller < NUMBER_TRIES_CALLER
               ? OK
               : fail(cx, ERR_DENIED, "错了太多次，请一小时后再试，或打服务电话");
}

enum err number_wrong(struct cx *cx, struct str number)
{
    int64_t hour = cx->now / MS_HOUR;
    if (cx->who.from)
        TRY(db_run(cx, &number_sql_try_put, ARGS(A(hour), AS("number", caller(cx))), NULL));
    return db_run(cx, &number_sql_try_put, ARGS(A(hour), A(number)), NULL);
}

enum err number_clean(struct cx *cx)
{
    int64_t hour = cx->now / MS_HOUR;
    return db_run(cx, &number_sql_try_clean, ARGS(A(hour)), NULL);
}

struct str number_key(struct str typed)
{
    for (size_t i = 0; i < typed.n; i++) {
        char c = typed.p[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
            return S("");
    }
    return typed;
}

const struct feature number_feature = {
    .name = "number", .queries = number_sql_all, .nqueries = &number_sql_count};
