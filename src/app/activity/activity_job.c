/* activity_job -- what comes by itself: an offer that nobody answered, a reminder, forgetting; what
 * is told to the outside. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/activity_own.h"
#include "app/outbox/outbox.h"
#include "activity.sql.h"
#include <stdarg.h>
#include <stdio.h>

enum { TOLD_MOST = 600 };

enum err activity_tell(struct cx *cx, const char *topic, const struct activity *a,
                       const char *format, ...)
{
    char words[TOLD_MOST];
    va_list ap;
    va_start(ap, format);
    vsnprintf(words, sizeof words, format, ap);
    va_end(ap);
    return outbox_put(cx, topic, a->id,
                      arena_printf(cx->mem, "活动“%.*s”（%.*s）：%s", STR(a->title),
                                   STR(activity_when(cx, a)), words));
}

static enum err lapse(struct cx *cx, int64_t seat_id)
{
    struct activity_seat s;
    TRY(seat_load(cx, seat_id, &s));
    if (s.state != SEAT_OFFERED || s.offer_until > cx->now)
        return OK;
    TRY(activity_release(cx, &s));
    s.tell = false;
    TRY(seat_go(cx, &s, "lapse", SEAT_BY_SYSTEM, S("")));
    return activity_rise(cx, s.activity_id);
}

/* A job that was put for another time of the date, which has moved since, does nothing. */
static bool is_of(const struct activity *a, struct str arg)
{
    int64_t from_at;
    return str_int(arg, &from_at) && from_at == a->from_at;
}

static enum err remind(struct cx *cx, const struct activity *a)
{
    struct activity_counts c;
    if (a->state != ACTIVITY_OPEN)
        return OK;
    TRY(activity_count(cx, a->id, &c));
    return activity_tell(cx, "activity.remind", a, "明天见，在 %.*s%s%.*s，%lld 人有位置",
                         STR(a->site_name), a->room.n ? " " : "", STR(a->room),
                         (long long)a->taken);
}

/* Names, contacts and what was typed go; places, heads and ratings stay. */
static enum err forget(struct cx *cx, const struct activity *a, struct str arg)
{
    int64_t id = a->id, before = cx->now - ACTIVITY_KEPT_DAYS * MS_DAY, one;
    bool held;
    TRY(db_run(cx, &activity_sql_forget, ARGS(A(id), A(before), AS("nothing", value_blob(S("")))),
               NULL));
    TRY(db_run(cx, &activity_sql_forget_words, ARGS(A(id), A(before)), NULL));
    TRY(db_run(cx, &activity_sql_forget_story, ARGS(A(id), A(before)), NULL));
    TRY(db_number(cx, &activity_sql_forget_held, &one, ARGS(A(id))));
    return one ? keep_wait(cx, "activity", one, "activity.forget", id, arg, &held) : OK;
}

enum err activity_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg)
{
    struct activity a;
    if (str_is(kind, "activity.lapse"))
        return lapse(cx, subject_id);
    if (str_is(kind, "activity.erase"))
        return activity_erase(cx, subject_id);
    TRY(activity_load(cx, subject_id, &a));
    if (!is_of(&a, arg))
        return OK;
    if (str_is(kind, "activity.remind"))
        return remind(cx, &a);
    if (str_is(kind, "activity.forget"))
        return forget(cx, &a, arg);
    return fail(cx, ERR_MISSING, "没有这种任务");
}
