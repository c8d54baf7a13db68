/* booking_test -- a house with three rooms for the tests of this folder, and the audit that holds
 * after every step: what the store says is what the bookings say. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BOOKING_TEST_H
#define BOOKING_TEST_H

#include "tests/unit.h"
#include "app/booking/booking_own.h"
#include "app/need/need_test.h"
#include "base/id.h"

static const struct job_kind booking_jobs[] = {{"need.", need_job}, {"booking.", booking_job}};

struct house {
    struct town *t;
    struct cx *cx;
    struct site site;
    struct booking_space hall, room, court; /* 60, 12 and 20 heads */
};

static inline struct booking_space add_space(struct house *h, const char *name, int64_t capacity)
{
    struct booking_space s = {.site_id = h->site.id,
                              .name = str_c(name),
                              .floor = S("三楼"),
                              .capacity = capacity,
                              .least_minutes = 30,
                              .most_minutes = 240,
                              .ahead_days = 60,
                              .auto_heads = 10,
                              .auto_minutes = 180,
                              .door_code = S("KB7Q")};
    MUST(h->cx, booking_space_put(h->cx, &s));
    return s;
}

static inline struct house open_house(void)
{
    static const struct site_ties *const ties[] = {&booking_ties};
    struct house h = {.t = town_make()};
    struct site_week week = {0};
    site_ties_set(ties, COUNT(ties));
    h.cx = h.t->cx;
    MUST(h.cx, place_tier_add(h.cx, "site", 0, S("centre"), S("社区中心")));
    act(h.t, "leader");
    h.site = (struct site){.place_id = h.t->estate.id,
                           .code = S("HH-ZX"),
                           .name = S("海恒社区中心"),
                           .address = S("东门旁")};
    MUST(h.cx, site_put(h.cx, &h.site));
    for (int d = 0; d < SITE_DAY_KINDS; d++)
        assert_true(site_day_read(S("8:00-21:00"), false, &week.days[d]));
    MUST(h.cx, site_week_put(h.cx, h.site.id, 0, &week));
    h.hall = add_space(&h, "多功能厅", 60);
    h.room = add_space(&h, "议事室", 12);
    h.court = add_space(&h, "球场", 20);
    return h;
}

/* So many days from today, at this hour (in quarters: 14.25). */
static inline int64_t at(const struct house *h, int days, double hour)
{
    return time_day_start(time_day(h->cx->now) + days) + (int64_t)(hour * 4) * BOOKING_SLOT;
}

static inline struct booking_ask ask_for(const struct booking_space *s, int64_t from_at,
                                         double hours)
{
    return (struct booking_ask){.space_id = s->id,
                                .from_at = from_at,
                                .to_at = from_at + (int64_t)(hours * 4) * BOOKING_SLOT,
                                .name = S("王奶奶"),
                                .contact = S("0551-0000 0001"),
                                .purpose = BOOKING_REHEARSAL,
                                .heads = 8};
}

/* In the boots of the area's staff, but that they serve at `place`. */
static inline void act_at(struct house *h, const struct place *place)
{
    const struct town_post *p = town_post("area_staff");
    const struct hat hat = {.post_id = p->post_id,
                            .person_id = p->person_id,
                            .name = S("外一"),
                            .role = S("area_staff"),
                            .org_id = h->t->org[p->org].id,
                            .place_id = place->id,
                            .place_path = place->path};
    MUST(h->cx, account_wear(h->cx, &hat));
}

struct guest {
    struct booking_party p;
    struct str key;
    booking_list all;
    booking_days taken;
    struct booking b; /* the first */
};

static inline enum err try_book(struct house *h, struct booking_ask ask, struct guest *g)
{
    bool again;
    *g = (struct guest){0};
    enum err e = booking_book(h->cx, &ask, &g->p, &g->key, &g->all, &g->taken, &again);
    if (e == OK)
        g->b = g->all.at[0];
    return e;
}

/* As a resident. */
static inline struct guest book(struct house *h, struct booking_ask ask)
{
    struct guest g;
    act_nobody(h->t);
    MUST(h->cx, try_book(h, ask, &g));
    return g;
}

static inline struct booking reread(struct house *h, int64_t id)
{
    struct booking b;
    MUST(h->cx, booking_load(h->cx, id, &b));
    return b;
}

static inline void stands(struct house *h, int64_t id, enum booking_state want)
{
    struct booking b = reread(h, id);
    if (b.state != want)
        fail_msg("%s, not %s", booking_state_codes[b.state], booking_state_codes[want]);
}

static inline enum err by_party(struct house *h, const struct guest *g, int64_t id,
                                const char *code, struct booking_move m)
{
    struct booking out;
    act_nobody(h->t);
    return booking_party_step(h->cx, &g->p, id, str_c(code), &m, &out);
}
#define P(h, g, code, ...) by_party((h), (g), (g)->b.id, code, (struct booking_move){__VA_ARGS__})

static inline enum err by_staff(struct house *h, int64_t id, const char *code,
                                struct booking_move m)
{
    struct booking out;
    act(h->t, "area_staff");
    return booking_staff_step(h->cx, id, str_c(code), &m, &out);
}
#define STAFF(h, id, code, ...) by_staff((h), (id), code, (struct booking_move){__VA_ARGS__})

static inline void jobs(struct house *h)
{
    int done = 50;
    while (done == 50)
        MUST(h->cx, job_run(h->cx, booking_jobs, COUNT(booking_jobs), 50, &done));
}

/* The clock goes on to `when`, stopping where a job is due. */
static inline void go_to(struct house *h, int64_t when)
{
    for (;;) {
        int64_t next;
        jobs(h);
        MUST(h->cx, job_next(h->cx, &next));
        if (!next || next > when)
            break;
        test_advance(next > h->cx->now ? next - h->cx->now : 0);
    }
    test_advance(when - h->cx->now);
    jobs(h);
}

/* Is [from, to) held by exactly this one? 0: by nobody. */
static inline void is_held_by(struct house *h, int64_t space_id, int64_t from, int64_t to,
                              int64_t holder)
{
    booking_run_list runs = {0};
    MUST(h->cx, booking_runs(h->cx, space_id, from, to, &runs));
    if (!holder) {
        assert_int_equal(runs.n, 0);
        return;
    }
    assert_int_equal(runs.n, 1);
    assert_int_equal(runs.at[0].holder_id, holder);
    assert_int_equal(runs.at[0].from_at, from);
    assert_int_equal(runs.at[0].to_at, to);
}

/* Is refused for this field, and nothing is held. */
static inline void bad(struct house *h, struct booking_ask ask, const char *field)
{
    struct guest g;
    assert_int_equal(try_book(h, ask, &g), ERR_INPUT);
    bool found = false;
    for (size_t i = 0; i < h->cx->fault.fields.n; i++)
        found |= str_is(str_c(h->cx->fault.fields.at[i].field), field);
    if (!found)
        fail_msg("no fault under %s", field);
    fault_clear(h->cx);
    is_held_by(h, ask.space_id, h->cx->now, h->cx->now + 90 * MS_DAY, 0);
}

/* By another telephone, who waits if it is taken. */
static inline struct booking_ask as(struct booking_ask ask, const char *contact)
{
    ask.contact = str_c(contact);
    ask.wait = true;
    return ask;
}

#define TEST(f) cmocka_unit_test_teardown(f, end)

#endif
