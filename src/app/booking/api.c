/* api -- spaces, what is free, and booking as JSON. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/pages.h"

static const struct field stretch_fields[] = {
    FIELD(struct booking_stretch, from_at, "从", .data = DATA_PUBLIC),
    FIELD(struct booking_stretch, to_at, "到", .data = DATA_PUBLIC),
    FIELD(struct booking_stretch, is_free, "空着", .data = DATA_PUBLIC),
    FIELD(struct booking_stretch, is_kept, "先留给团队和单位", .data = DATA_PUBLIC),
    FIELD(struct booking_stretch, lot_id, "抽签", .data = DATA_PUBLIC),
    FIELD(struct booking_stretch, what, "停用的原因", .data = DATA_PUBLIC),
};
const struct shape booking_stretch_shape =
    SHAPE("booking_stretch", struct booking_stretch, stretch_fields);

/* What is shown once. `key` opens /booked/{id}?k=. */
struct booked {
    int64_t id;
    struct str number, word, key;
    struct str state; /* booked, review, waiting: of the first date */
    int64_t dates;
};
static const struct field booked_fields[] = {
    FIELD(struct booked, id, "预订", .data = DATA_PUBLIC),
    FIELD(struct booked, number, "编号", .data = DATA_PUBLIC),
    FIELD(struct booked, word, "四位数字", .data = DATA_PUBLIC),
    FIELD(struct booked, key, "链接里的钥匙", .data = DATA_PUBLIC),
    FIELD(struct booked, state, "订上没有", .data = DATA_PUBLIC),
    FIELD(struct booked, dates, "几次", .data = DATA_PUBLIC),
};
const struct shape booking_booked_shape = SHAPE("booked", struct booked, booked_fields);

enum err booking_api_spaces(struct cx *cx, const struct req *rq, struct reply *rp)
{
    booking_space_list all = {0};
    struct site s = {0};
    if (req_query(rq, "site").n)
        TRY(site_by_code(cx, req_query(rq, "site"), &s));
    TRY(booking_spaces(cx, s.id, &all));
    shape_hide(cx, &booking_space_shape, all.at, all.n);
    return reply_list(cx, rp, &booking_space_shape, &all, S(""));
}

enum err booking_api_free(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_space s;
    struct booking_plan p;
    booking_stretch_list all = {0};
    int64_t id;
    TRY(req_id(cx, rq, "space", &id));
    TRY(booking_space_get(cx, id, &s));
    TRY(booking_plan(cx, &s, 0, &p));
    TRY(booking_day(cx, &p, booking_day_asked(cx, rq, BOOKING_STAFF_DAYS), &all));
    return reply_list(cx, rp, &booking_stretch_shape, &all, S(""));
}

enum err booking_api_book(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_ask a = {0};
    struct booking_party p;
    booking_list all = {0};
    booking_days taken = {0};
    struct booked out = {0};
    bool again;
    TRY(req_record(cx, rq, &booking_ask_shape, &a));
    TRY(req_id(cx, rq, "space", &a.space_id));
    TRY(booking_book(cx, &a, &p, &out.key, &all, &taken, &again));
    out.id = p.id;
    out.number = p.number;
    out.word = p.word;
    out.state = str_c(booking_state_codes[all.at[0].state]);
    out.dates = (int64_t)all.n;
    reply_status(rp, 201);
    return reply_record(cx, rp, &booking_booked_shape, &out);
}
