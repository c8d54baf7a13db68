/* booking_job -- what comes by itself: reminding, ending, an answer that nobody gave, forgetting;
 * what is told to the outside. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_own.h"
#include "app/outbox/outbox.h"
#include "app/subject/subject.h"
#include "booking.sql.h"
#include <stdarg.h>
#include <stdio.h>

enum { TOLD_MOST = 600, REMIND_HOUR = 17 /* of the day before */ };

enum err booking_job_put(struct cx *cx, const char *kind, int64_t id, int64_t arg, int64_t run_at)
{
    struct str text = arena_printf(cx->mem, "%lld", (long long)arg);
    return job_put(cx, kind, arena_printf(cx->mem, "%s %lld %.*s", kind, (long long)id, STR(text)),
                   id, text, run_at);
}

enum err booking_tell(struct cx *cx, const char *topic, const struct booking *b, const char *format,
                      ...)
{
    char words[TOLD_MOST];
    va_list ap;
    va_start(ap, format);
    vsnprintf(words, sizeof words, format, ap);
    va_end(ap);
    return outbox_put(cx, topic, b->id,
                      arena_printf(cx->mem, "场地 %.*s %.*s %.*s：%s", STR(b->site_name),
                                   STR(b->space_name), STR(booking_when(cx, b->from_at, b->to_at)),
                                   words));
}

enum err booking_plan_jobs(struct cx *cx, const struct booking *b)
{
    int64_t remind = time_day_start(time_day(b->from_at) - 1) + REMIND_HOUR * MS_HOUR;
    TRY(booking_job_put(cx, "booking.end", b->id, b->to_at, b->to_at));
    if (b->state == BOOKING_BOOKED)
        return remind > cx->now ? booking_job_put(cx, "booking.remind", b->id, b->from_at, remind)
                                : OK;
    if (b->state == BOOKING_REVIEW)
        TRY(booking_job_put(cx, "booking.due", b->id, b->due_at, b->due_at));
    return booking_job_put(cx, "booking.begin", b->id, b->from_at, b->from_at);
}

/* ---- about a booking ---- */

/* Nobody looked at it, nobody moved it up. */
static enum err begin(struct cx *cx, struct booking *b)
{
    if (b->state == BOOKING_REVIEW) {
        b->reason = S("我们没来得及答复，对不起。下次请打电话催我们");
        b->tell = true;
        return booking_leave(cx, b, "unanswered", BOOKING_BY_SYSTEM, S(""));
    }
    if (b->state == BOOKING_WAITING || b->state == BOOKING_DRAWING)
        return booking_go(cx, b, "pass", BOOKING_BY_SYSTEM, S(""));
    return OK;
}

static enum err finish(struct cx *cx, struct booking *b)
{
    TRY(booking_let_go(cx, b->space_id, b->from_at, b->to_at, b->id));
    TRY(booking_job_put(cx, "booking.forget", b->party_id, b->to_at,
                        b->to_at + BOOKING_KEPT_DAYS * MS_DAY));
    if (steps_find(&booking_steps, S("end"))->from & BOOKING_IN(b->state))
        return booking_go(cx, b, "end", BOOKING_BY_SYSTEM, S(""));
    return OK;
}

static enum err lapse(struct cx *cx, struct booking *b)
{
    if (b->state != BOOKING_OFFERED || b->offer_until > cx->now)
        return OK;
    b->tell = false;
    return booking_leave(cx, b, "lapse", BOOKING_BY_SYSTEM, S(""));
}

static enum err of_booking(struct cx *cx, struct str kind, int64_t id, int64_t arg)
{
    struct booking b;
    TRY(booking_load(cx, id, &b));
    if (str_is(kind, "booking.lapse"))
        return b.offer_until == arg ? lapse(cx, &b) : OK;
    if (str_is(kind, "booking.end"))
        return b.to_at == arg ? finish(cx, &b) : OK;
    if (str_is(kind, "booking.due"))
        return b.due_at == arg && b.state == BOOKING_REVIEW
                   ? booking_tell(cx, "booking.late", &b, "申请到期了还没有答复")
                   : OK;
    if (b.from_at != arg) /* it was moved */
        return OK;
    if (str_is(kind, "booking.begin"))
        return begin(cx, &b);
    if (str_is(kind, "booking.remind"))
        return b.state == BOOKING_BOOKED ? booking_tell(cx, "booking.remind", &b, "明天见") : OK;
    return fail(cx, ERR_MISSING, "没有这种任务");
}

/* ---- forgetting ---- */

enum err booking_forget(struct cx *cx, int64_t id)
{
    TRY(db_run(cx, &booking_sql_forget, ARGS(A(id), AS("nothing", value_blob(S("")))), NULL));
    TRY(db_run(cx, &booking_sql_forget_words, ARGS(A(id), AS("nothing", value_blob(S("")))), NULL));
    return db_run(cx, &booking_sql_forget_story, ARGS(A(id)), NULL);
}

/* When its time is over; while somebody says that it must stay, asked again later. */
static enum err forget(struct cx *cx, int64_t party_id)
{
    int64_t last, id = party_id;
    bool held;
    TRY(db_number(cx, &booking_sql_last_of_party, &last, ARGS(A(id))));
    if (last + BOOKING_KEPT_DAYS * MS_DAY > cx->now)
        return OK; /* there is a later one */
    TRY(keep_wait(cx, "booking", id, "booking.forget", id, S("0"), &held));
    if (held)
        return OK;
    TRY(booking_forget(cx, id));
    return booking_job_put(cx, "booking.count", party_id, last,
                           last + BOOKING_COUNTED_DAYS * MS_DAY);
}

static enum err forget_count(struct cx *cx, int64_t party_id)
{
    return db_run(cx, &booking_sql_forget_count,
                  ARGS(AS("id", party_id), AS("nothing", value_blob(S("")))), NULL);
}

/* A month before the quarter ends. */
static enum err renew(struct cx *cx, int64_t series_id, int64_t until_day)
{
    struct booking_series s;
    bool found;
    TRY(db_find(cx, &booking_sql_series, &booking_series_shape, &s, &found,
                ARGS(AS("id", series_id))));
    if (!found || s.state != BOOKING_SERIES_ON || s.until_day != until_day)
        return OK;
    return outbox_put(cx, "booking.quarter", series_id,
                      arena_printf(cx->mem,
                                   "场地 %.*s %.*s 的固定时间（%.*s）到 %.*s 为止，请看续不续",
                                   STR(s.site_name), STR(s.space_name), STR(s.number),
                                   STR(site_days_text(cx, until_day, until_day))));
}

enum err booking_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg)
{
    int64_t n = 0;
    str_int(arg, &n);
    if (str_is(kind, "booking.forget"))
        return forget(cx, subject_id);
    if (str_is(kind, "booking.count"))
        return forget_count(cx, subject_id);
    if (str_is(kind, "booking.renew"))
        return renew(cx, subject_id, n);
    if (str_is(kind, "booking.lots"))
        return booking_lots_week(cx, subject_id);
    if (str_is(kind, "booking.draw"))
        return booking_lot_draw(cx, subject_id);
    if (str_is(kind, "booking.reopen"))
        return booking_block_over(cx, subject_id);
    return of_booking(cx, kind, subject_id, n);
}
