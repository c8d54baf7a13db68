/* api -- posts, people and the calendar as JSON under /api/v1. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/admin/admin.h"
#include "base/time.h"

static enum err api_people(struct cx *cx, const struct req *rq, struct reply *rp)
{
    person_list people = {0};
    TRY(account_people(cx, req_query(rq, "q"), req_query(rq, "all").n > 0, 200, &people));
    return reply_list(cx, rp, &person_shape, &people, S(""));
}

static enum err api_holdings(struct cx *cx, const struct req *rq, struct reply *rp)
{
    holding_list all = {0};
    struct post post;
    int64_t id;
    TRY(req_id(cx, rq, "post", &id));
    TRY(org_post(cx, id, &post));
    TRY(org_holdings(cx, id, &all));
    return reply_list(cx, rp, &holding_shape, &all, S(""));
}

static enum err api_appoint(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct appointment a = {0};
    struct admin_turn t;
    TRY(req_id(cx, rq, "post", &a.post_id));
    TRY(req_record(cx, rq, &appointment_shape, &a));
    TRY(admin_appoint(cx, &a, &t));
    reply_status(rp, 201);
    return reply_record(cx, rp, &admin_turn_shape, &t);
}

/* What ends a holding: the day, or nothing for now. */
struct ending {
    int64_t to_at;
};
static const struct field ending_fields[] = {
    FIELD(struct ending, to_at, "到哪一天为止", .ask = true, .data = DATA_ADMIN,
          .hint = "不填就是现在"),
};
static const struct shape ending_shape = SHAPE("ending", struct ending, ending_fields);

static enum err api_end(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct ending ending = {0};
    struct admin_turn t;
    int64_t id;
    TRY(req_id(cx, rq, "holding", &id));
    TRY(req_record(cx, rq, &ending_shape, &ending));
    TRY(admin_end(cx, id, ending.to_at, &t));
    return reply_record(cx, rp, &admin_turn_shape, &t);
}

static enum err api_calendar(struct cx *cx, const struct req *rq, struct reply *rp)
{
    calendar_line_list lines = {0};
    int64_t year = time_civil(cx->now).year;
    struct str typed = req_query(rq, "year");
    if (typed.n && (!str_int(typed, &year) || year < 1970 || year > 9000))
        return fail(cx, ERR_INPUT, "年份请写四位数字，例如 2027");
    TRY(clock_year(cx, (int)year, &lines));
    return reply_list(cx, rp, &calendar_line_shape, &lines, S(""));
}

/* The days as lines of text, and what they did. */
struct calendar_put {
    struct str days;
    bool only_look; /* nothing is stored */
    int64_t changed, moved;
};
static const struct field put_fields[] = {
    FIELD(struct calendar_put, days, "日子", .ask = true, .required = true, .lines = true,
          .max = 20000, .data = DATA_ADMIN, .hint = "一行一天：2027-02-06 休 春节"),
    FIELD(struct calendar_put, only_look, "只看看", .ask = true, .data = DATA_ADMIN),
    FIELD(struct calendar_put, changed, "改了几天", .data = DATA_ADMIN),
    FIELD(struct calendar_put, moved, "改了期限的件数", .data = DATA_ADMIN),
};
static const struct shape calendar_put_shape =
    SHAPE("calendar_put", struct calendar_put, put_fields);

static enum err api_calendar_put(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct calendar_put p = {0};
    calendar_change_list all = {0}, effective = {0};
    const struct worktime *cal;
    TRY(req_record(cx, rq, &calendar_put_shape, &p));
    TRY(clock_read_changes(cx, p.days, &all));
    TRY(clock_effective(cx, &all, &effective));
    p.changed = (int64_t)effective.n;
    if (p.only_look) {
        TRY(clock_calendar_if(cx, &effective, &cal));
        TRY(need_would_move(cx, cal, &p.moved));
    } else {
        TRY(admin_calendar(cx, &effective, &p.moved));
    }
    return reply_record(cx, rp, &calendar_put_shape, &p);
}

static const struct route routes[] = {
    {"GET", "/api/v1/people", api_people, ROLE_ADMIN, "人员", .out = &person_shape},
    {"GET", "/api/v1/posts/{post}/holdings", api_holdings, ROLE_ADMIN, "一个岗位的任职记录",
     .out = &holding_shape},
    {"POST", "/api/v1/posts/{post}/holdings", api_appoint, ROLE_ADMIN, "安排任职",
     .in = &appointment_shape, .out = &admin_turn_shape, .keeps = true},
    {"POST", "/api/v1/holdings/{holding}/end", api_end, ROLE_ADMIN, "结束任职", .in = &ending_shape,
     .out = &admin_turn_shape, .keeps = true},
    {"GET", "/api/v1/calendar", api_calendar, .title = "一年里与周一到周五不同的日子",
     .out = &calendar_line_shape},
    {"PUT", "/api/v1/calendar", api_calendar_put, ROLE_ADMIN, "改工作日历",
     .in = &calendar_put_shape, .out = &calendar_put_shape},
};
static const struct shape *const shapes[] = {&appointment_shape, &holding_shape, &admin_turn_shape,
                                             &ending_shape, &calendar_put_shape};

const struct feature admin_api_feature = {.name = "admin_api",
                                          .routes = routes,
                                          .nroutes = COUNT(routes),
                                          .shapes = shapes,
                                          .nshapes = COUNT(shapes)};
