/* fuzz_booking -- what is typed to book a space: a day asked for, a date with a clock, another time
 * that was picked, and the form as a whole. What is let through can be held by quarters. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "app/booking/booking_own.h"
#include "app/booking/pages.h"
#include "base/time.h"
#include "base/utf8.h"
#include "web/inner.h"

static void days_and_clocks(struct cx *cx, const struct req *rq)
{
    int64_t today = time_day(cx->now), day = booking_day_asked(cx, rq, 400), at, space;
    must(day >= today && day <= today + 400);
    if (booking_clock(cx, rq, "on", "from", &at) == OK)
        must(utf8_valid(booking_when(cx, at, at + MS_HOUR)));
    fault_clear(cx);
    if (booking_picked(rq, &space, &at))
        must(at > 0 && utf8_valid(booking_when(cx, at, at + MS_DAY)));
}

/* Staff within reach: a resident's share of a month is a question to the store. */
static void the_form(struct cx *cx, const struct req *rq, const struct booking_plan *p)
{
    struct booking_ask a = {0};
    if (req_record(cx, rq, &booking_ask_shape, &a) != OK)
        return;
    if (booking_check(cx, p, &a) != OK) {
        must(cx->fault.fields.n > 0);
        return;
    }
    must(a.from_at % BOOKING_SLOT == 0 && a.to_at % BOOKING_SLOT == 0 && a.to_at > a.from_at);
    must(a.to_at - a.from_at <= MS_DAY && a.from_at >= cx->now - BOOKING_SLOT);
    must(a.heads >= 1 && a.heads <= p->space.capacity && a.name.n + a.channel.n > 0);
    must(a.kind == BOOKING_PERSON ? !a.group_name.n && !a.weeks : a.group_name.n > 0);
    must(!a.has_minors || a.adult.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    struct cx *cx = fuzz_begin(&f);
    struct task t = {.mem = *cx->mem};
    struct req rq = {.task = &t};
    struct booking_plan p = {.space = {.place_path = S("1.2."),
                                       .capacity = 30,
                                       .least_minutes = 30,
                                       .most_minutes = 240,
                                       .ahead_days = 30}};
    struct worktime calendar;
    worktime_default(&calendar);
    p.hours.calendar = &calendar;
    p.hours.is_known = true;
    for (int d = 0; d < 7; d++)
        p.hours.week.days[d] = (struct site_day){.nspans = 1, .spans = {{8 * 60, 22 * 60}}};
    cx->now = INT64_C(1773626400000);
    cx->who =
        (struct who){.person_id = 1, .role = ROLE_CLERK, .scope_lo = S("1."), .scope_hi = S("1/")};
    if (form_read(cx, str_n((const char *)data, n), FIELDS_MAX, &rq.fields) == OK) {
        rq.query = rq.fields;
        days_and_clocks(cx, &rq);
        the_form(cx, &rq, &p);
    }
    return fuzz_end(&f);
}
