/* booking_series -- the same time every week: answered as a whole, looked at again before each
 * quarter, ended. Booking one is booking.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_own.h"
#include "booking.sql.h"

enum { SHOWN_DAYS = 30, WEEK = 7 };

/* ---- reading ---- */

struct count {
    struct str state;
    int64_t count;
};
static const struct field count_fields[] = {
    FIELD(struct count, state, "状态"),
    FIELD(struct count, count, "几次"),
};
static const struct shape count_shape = SHAPE("booking_count", struct count, count_fields);

/* What its dates came to. */
static enum err count_dates(struct cx *cx, struct booking_series *s)
{
    LIST(struct count) all = {0};
    TRY(db_all(cx, &booking_sql_series_count, &count_shape, &all, ARGS(AS("series_id", s->id))));
    for (size_t i = 0; i < all.n; i++) {
        struct str state = all.at[i].state;
        int64_t *to = str_is(state, "booked") || str_is(state, "review") ? &s->held
                      : str_is(state, "given")                           ? &s->given
                      : str_is(state, "absent")                          ? &s->absent
                      : str_is(state, "using") || str_is(state, "done") || str_is(state, "closed")
                          ? &s->came
                          : NULL;
        if (to)
            *to += all.at[i].count;
    }
    return OK;
}

enum err booking_series_all(struct cx *cx, booking_series_list *out)
{
    int64_t since = time_day(cx->now) - SHOWN_DAYS;
    TRY(db_all(cx, &booking_sql_series_all, &booking_series_shape, out, ARGS(A(since))));
    for (size_t i = 0; i < out->n; i++)
        TRY(count_dates(cx, &out->at[i]));
    shape_hide(cx, &booking_series_shape, out->at, out->n);
    return OK;
}

static enum err load(struct cx *cx, int64_t id, struct booking_series *out)
{
    bool found;
    TRY(db_find(cx, &booking_sql_series, &booking_series_shape, out, &found, ARGS(A(id))));
    if (!found || !booking_in_reach(cx, out->place_path))
        return fail(cx, ERR_MISSING, "没有这个固定时间，或者不归您这里");
    return OK;
}

enum err booking_series_get(struct cx *cx, int64_t id, struct booking_series *out)
{
    TRY(load(cx, id, out));
    TRY(count_dates(cx, out));
    shape_hide(cx, &booking_series_shape, out, 1);
    return OK;
}

/* ---- steps ---- */

static enum err save(struct cx *cx, struct booking_series *s, enum booking_series_state state)
{
    s->state = state;
    s->changed_name = cx->who.name;
    TRY(booking_or_faster(
        cx, db_save(cx, &booking_sql_series_save, &booking_series_shape, s, NO_ARGS)));
    s->version++;
    return OK;
}

/* `step` for each date that begins after `since`; those that are not in its states stay. */
static enum err each_date(struct cx *cx, int64_t series_id, int64_t since, const char *step,
                          unsigned by, struct str text)
{
    LIST(struct booking) dates = {0};
    bool told = false;
    TRY(db_all(cx, &booking_sql_series_dates, &booking_shape, &dates,
               ARGS(A(series_id), A(since))));
    for (size_t i = 0; i < dates.n; i++) {
        struct booking b;
        TRY(booking_load(cx, dates.at[i].id, &b));
        if (!(steps_find(&booking_steps, str_c(step))->from & BOOKING_IN(b.state)))
            continue;
        if (by == BOOKING_BY_STAFF) {
            b.tell = !told; /* once for all of them */
            b.reason = text;
            told = true;
        }
        TRY(booking_leave_or_stay(cx, &b, step, by, text));
    }
    return OK;
}

enum err booking_give_series(struct cx *cx, const struct booking *b)
{
    struct booking_series s;
    bool found;
    TRY(each_date(cx, b->series_id, b->from_at, "give", BOOKING_BY_PARTY, S("")));
    TRY(db_find(cx, &booking_sql_series, &booking_series_shape, &s, &found,
                ARGS(AS("id", b->series_id))));
    s.until_day = time_day(b->from_at) - 1;
    return found && s.state != BOOKING_SERIES_ENDED ? save(cx, &s, BOOKING_SERIES_ENDED) : OK;
}

static enum err answer(struct cx *cx, struct booking_series *s, bool yes, struct str text)
{
    if (s->state != BOOKING_SERIES_ASKED)
        return fail(cx, ERR_CONFLICT, "这个已经答复过了，请刷新看看");
    if (!yes && !text.n)
        return fail_field(cx, "text", "请写为什么，订的人要看");
    TRY(each_date(cx, s->id, cx->now, yes ? "approve" : "refuse", BOOKING_BY_STAFF, text));
    return save(cx, s, yes ? BOOKING_SERIES_ON : BOOKING_SERIES_ENDED);
}

static enum err end(struct cx *cx, struct booking_series *s, struct str text)
{
    int64_t tomorrow = time_day_start(time_day(cx->now) + 1);
    if (s->state == BOOKING_SERIES_ENDED)
        return fail(cx, ERR_CONFLICT, "这个固定时间已经结束了");
    if (!text.n)
        return fail_field(cx, "text", "请写为什么，订的人要看");
    TRY(each_date(cx, s->id, tomorrow, "shut", BOOKING_BY_STAFF, text));
    if (s->until_day > time_day(cx->now))
        s->until_day = time_day(cx->now);
    return save(cx, s, BOOKING_SERIES_ENDED);
}

/* What was typed the last time. */
static struct booking_ask ask_of(const struct booking_party *p, const struct booking *last)
{
    return (struct booking_ask){.kind = p->kind,
                                .name = p->name,
                                .contact = p->contact,
                                .group_name = p->group_name,
                                .purpose = last->purpose,
                                .title = last->title,
                                .heads = last->heads,
                                .wish = last->wish,
                                .has_minors = last->has_minors,
                                .adult = last->adult};
}

static enum err renew(struct cx *cx, struct booking_series *s, bool part, booking_days *taken)
{
    struct booking_space space;
    struct booking_plan p;
    struct booking_party party;
    booking_list old = {0}, got = {0};
    int64_t day = s->first_day, until = booking_series_until(s->until_day + 1);
    TRY(booking_party_load(cx, s->party_id, &party));
    TRY(booking_of_party(cx, s->party_id, &old));
    if (s->state != BOOKING_SERIES_ON || party.forgotten_at || !old.n)
        return fail(cx, ERR_CONFLICT, "这个固定时间已经结束了，要用请重新订");
    if (s->until_day > time_day(cx->now) + 2 * BOOKING_RENEW_DAYS)
        return fail(cx, ERR_CONFLICT, "还早，到期前 %d 天再续", 2 * BOOKING_RENEW_DAYS);
    while (day <= s->until_day || day <= time_day(cx->now))
        day += s->weeks * WEEK;
    TRY(booking_space_own(cx, s->space_id, &space));
    TRY(booking_plan(cx, &space, 0, &p));
    int64_t from_at = time_day_start(day) + s->from_minute * MS_MINUTE;
    const struct booking_choice first = {space, from_at, from_at + s->minutes * MS_MINUTE};
    TRY(booking_claim_dates(cx, &p, s->weeks, &first, until, &got, taken));
    TRY(booking_dates_or_none(cx, &p, part, &got, taken));
    TRY(shape_open(cx, &booking_party_shape, &party, 1, NULL));
    const struct booking_ask ask = ask_of(&party, &old.at[old.n - 1]);
    for (size_t i = 0; i < got.n; i++) {
        got.at[i].series_id = s->id;
        got.at[i].rank = got.at[i].id;
        got.at[i].state = BOOKING_BOOKED;
        TRY(booking_add(cx, &space, &ask, &party, &got.at[i]));
    }
    s->until_day = until;
    TRY(booking_job_put(cx, "booking.renew", s->id, until,
                        time_day_start(until - BOOKING_RENEW_DAYS)));
    return save(cx, s, BOOKING_SERIES_ON);
}

enum err booking_series_step(struct cx *cx, int64_t id, struct str step, bool part, struct str text,
                             booking_days *taken, struct booking_series *out)
{
    enum err e = load(cx, id, out);
    text = str_trim(text);
    if (e != OK)
        return e;
    if (str_is(step, "approve"))
        return answer(cx, out, true, S(""));
    if (str_is(step, "refuse"))
        return answer(cx, out, false, text);
    if (str_is(step, "renew"))
        return renew(cx, out, part, taken);
    if (str_is(step, "end"))
        return end(cx, out, text);
    return fail(cx, ERR_MISSING, "没有这一步");
}
