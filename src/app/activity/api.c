/* api -- dates and signing up as JSON. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/pages.h"

/* What is shown once. `key` opens /joined/{id}?k=. */
struct joined {
    int64_t id;
    struct str number, word, key;
    struct str state; /* held, waiting: of the date that was asked for */
    int64_t ahead;    /* parties that wait before this one */
    int64_t seats;    /* dates signed up for */
};
static const struct field joined_fields[] = {
    FIELD(struct joined, id, "报名", .data = DATA_PUBLIC),
    FIELD(struct joined, number, "编号", .data = DATA_PUBLIC),
    FIELD(struct joined, word, "四位数字", .data = DATA_PUBLIC),
    FIELD(struct joined, key, "链接里的钥匙", .data = DATA_PUBLIC),
    FIELD(struct joined, state, "有没有位置", .data = DATA_PUBLIC),
    FIELD(struct joined, ahead, "候补前面几组", .data = DATA_PUBLIC),
    FIELD(struct joined, seats, "报了几场", .data = DATA_PUBLIC),
};
const struct shape activity_joined_shape = SHAPE("joined", struct joined, joined_fields);

enum err activity_api_list(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity_filter f = {.from_at = time_day_start(time_day(cx->now)),
                                .limit = ACTIVITY_SHOWN_MOST};
    activity_list all = {0};
    struct str code = req_query(rq, "programme"), next = S("");
    if (code.n) {
        struct activity_programme p;
        TRY(activity_programme_by_code(cx, code, &p));
        f.programme_id = p.id;
    }
    if (!str_int(req_query(rq, "after"), &f.after_id))
        f.after_id = 0;
    TRY(activity_find(cx, &f, &all));
    if (all.n == ACTIVITY_SHOWN_MOST)
        next = filter_id(cx, all.at[all.n - 1].id);
    shape_hide(cx, &activity_shape, all.at, all.n);
    return reply_list(cx, rp, &activity_shape, &all, next);
}

enum err activity_api_join(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity_join j = {0};
    struct activity_party p;
    activity_seat_list seats = {0};
    struct joined out = {0};
    bool again;
    TRY(req_record(cx, rq, &activity_join_shape, &j));
    TRY(req_id(cx, rq, "activity", &j.activity_id));
    TRY(activity_sign_up(cx, &j, &p, &out.key, &seats, &again));
    const struct activity_seat *s = &seats.at[0];
    out.id = p.id;
    out.number = p.number;
    out.word = p.word;
    out.state = str_c(seat_state_codes[s->state]);
    out.seats = (int64_t)seats.n;
    if (s->state == SEAT_WAITING)
        TRY(activity_ahead(cx, s, &out.ahead));
    reply_status(rp, 201);
    return reply_record(cx, rp, &activity_joined_shape, &out);
}
