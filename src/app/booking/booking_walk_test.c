/*
 * booking_walk_test -- random people book, book series, move, give back, wait, draw lots, close
 * rooms, come and stay away while the clock runs; after each step what the store holds is what the
 * bookings say: no overlap, nothing lost, nothing left behind. BOOKING_STEPS (1500), WALK_SEED (1).
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_test.h"
#include <stdlib.h>
#include <string.h>

enum {
    LIVE_MOST = 6000, /* bookings that are not yet long over */
    HOLD_MOST = 8000,
    SPACES = 3,
    DAYS_AHEAD = 12,
    OVER_DAYS = 3, /* one is looked at so long after it ended */
    STEPS_MOST = 64
};

struct known {
    int64_t id, party_id, series_id, to_at;
    enum booking_state state;
    size_t events;
};

struct hold {
    int64_t space_id, holder_id, from_at, to_at;
};

static struct {
    struct house h;
    uint64_t seed;
    struct known live[LIVE_MOST];
    size_t n;
    struct hold want[HOLD_MOST], have[HOLD_MOST];
    size_t nwant, nhave;
    int64_t spaces[SPACES];
    long booked, series, refused, moved, blocks, entered, seen;
    long taken[STEPS_MOST]; /* by row of the table */
    const char *doing;
} walk;

static uint32_t rnd(uint32_t below)
{
    walk.seed = walk.seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(walk.seed >> 33) % below;
}

static bool one_in(uint32_t n)
{
    return rnd(n) == 0;
}

/* ---- what must always hold ---- */

static void keep(const struct booking *b)
{
    if (walk.n == LIVE_MOST)
        fail_msg("more than %d bookings at a time", LIVE_MOST);
    walk.live[walk.n++] = (struct known){.id = b->id,
                                         .party_id = b->party_id,
                                         .series_id = b->series_id,
                                         .to_at = b->to_at,
                                         .state = BOOKING_NONE};
}

static void want(int64_t space_id, int64_t holder_id, int64_t from_at, int64_t to_at)
{
    if (walk.nwant == HOLD_MOST)
        fail_msg("more than %d holders at a time", HOLD_MOST);
    walk.want[walk.nwant++] = (struct hold){space_id, holder_id, from_at, to_at};
}

static enum booking_state state_of(struct str code)
{
    for (int s = 0; booking_state_codes[s]; s++)
        if (str_is(code, booking_state_codes[s]))
            return (enum booking_state)s;
    fail_msg("no state is called %.*s", STR(code));
    return BOOKING_NONE;
}

/* Each state that a booking had follows from the one before by a step of the table. */
static void check_story(struct known *k, const struct booking *b)
{
    booking_event_list all = {0};
    enum booking_state at = BOOKING_NONE;
    MUST(walk.h.cx, booking_story(walk.h.cx, k->id, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct step *st = steps_find(&booking_steps, all.at[i].step);
        enum booking_state to = state_of(all.at[i].to_state);
        if (state_of(all.at[i].from_state) != at || (st && st->to != to) ||
            (st && !(st->from & BOOKING_IN(at))) || (!st && to != at))
            fail_msg("after %s: %.*s from %s to %s, but it was %s", walk.doing, STR(all.at[i].step),
                     all.at[i].from_state.p, all.at[i].to_state.p, booking_state_codes[at]);
        if (i >= k->events && st)
            walk.taken[st - booking_steps.at]++;
        at = to;
    }
    if (at != b->state)
        fail_msg("after %s: it is %s, its story ends with %s", walk.doing,
                 booking_state_codes[b->state], booking_state_codes[at]);
    k->events = all.n;
    k->state = b->state;
}

static void want_bookings(void)
{
    size_t kept = 0;
    for (size_t i = 0; i < walk.n; i++) {
        struct arena_mark mark = arena_mark(walk.h.cx->mem);
        struct known k = walk.live[i];
        struct booking b = reread(&walk.h, k.id);
        k.to_at = b.to_at;
        if (b.state != k.state || one_in(50))
            check_story(&k, &b);
        if ((BOOKING_HOLDING & BOOKING_IN(b.state)) != 0)
            want(b.space_id, b.id, b.from_at, b.to_at);
        if (b.to_at + OVER_DAYS * MS_DAY > walk.h.cx->now)
            walk.live[kept++] = k;
        arena_rewind(walk.h.cx->mem, mark);
    }
    walk.n = kept;
}

static void want_others(void)
{
    struct cx *cx = walk.h.cx;
    booking_lot_list lots = {0};
    for (int s = 0; s < SPACES; s++) {
        booking_block_list blocks = {0};
        MUST(cx, booking_blocks(cx, walk.spaces[s], &blocks));
        for (size_t i = 0; i < blocks.n; i++)
            want(walk.spaces[s], blocks.at[i].id, blocks.at[i].from_at, blocks.at[i].to_at);
    }
    MUST(cx, booking_lots(cx, 0, &lots));
    for (size_t i = 0; i < lots.n; i++)
        want(lots.at[i].space_id, lots.at[i].id, lots.at[i].from_at, lots.at[i].to_at);
}

static int by_place(const void *a, const void *b)
{
    const struct hold *x = a, *y = b;
    if (x->space_id != y->space_id)
        return x->space_id < y->space_id ? -1 : 1;
    return (x->from_at > y->from_at) - (x->from_at < y->from_at);
}

static void read_rows(void)
{
    struct cx *cx = walk.h.cx;
    int64_t from = cx->now - 110 * MS_DAY, to = cx->now + 430 * MS_DAY;
    walk.nhave = 0;
    for (int s = 0; s < SPACES; s++) {
        booking_run_list runs = {0};
        MUST(cx, booking_runs(cx, walk.spaces[s], from, to, &runs));
        for (size_t i = 0; i < runs.n; i++)
            walk.have[walk.nhave++] = (struct hold){runs.at[i].space_id, runs.at[i].holder_id,
                                                    runs.at[i].from_at, runs.at[i].to_at};
    }
}

static void tell(const char *what, const struct hold *x)
{
    booking_event_list all = {0};
    struct arena_mark mark = arena_mark(walk.h.cx->mem);
    if (booking_story(walk.h.cx, x->holder_id, &all) == OK)
        for (size_t i = 0; i < all.n; i++)
            print_error("  %.*s -> %.*s\n", STR(all.at[i].step), STR(all.at[i].to_state));
    print_error("  now %.*s\n", STR(booking_when(walk.h.cx, walk.h.cx->now, walk.h.cx->now + 1)));
    fail_msg("after %s: %s %lld has %lld %.*s", walk.doing, what, (long long)x->holder_id,
             (long long)x->space_id, STR(booking_when(walk.h.cx, x->from_at, x->to_at)));
    arena_rewind(walk.h.cx->mem, mark);
}

/* The heart: rows and bookings say the same, and no two of them touch. */
static void audit(void)
{
    struct arena_mark mark = arena_mark(walk.h.cx->mem);
    walk.nwant = 0;
    want_bookings();
    want_others();
    read_rows();
    qsort(walk.want, walk.nwant, sizeof *walk.want, by_place);
    qsort(walk.have, walk.nhave, sizeof *walk.have, by_place);
    for (size_t i = 0; i < walk.nwant || i < walk.nhave; i++) {
        const struct hold *w = &walk.want[i], *x = &walk.have[i];
        if (i && i < walk.nwant && w->space_id == w[-1].space_id && w->from_at < w[-1].to_at)
            tell("two overlap:", w);
        if (i >= walk.nhave || (i < walk.nwant && by_place(w, x) < 0))
            tell("no row, but", w);
        if (i >= walk.nwant || by_place(w, x) > 0)
            tell("rows, but not", x);
        if (w->holder_id != x->holder_id || w->to_at != x->to_at)
            tell("other rows than", w);
    }
    arena_rewind(walk.h.cx->mem, mark);
}

/* ---- what people do ---- */

/* What came of it is one of these; anything else is a fault of the program. */
static bool went(enum err e)
{
    if (e != OK && e != ERR_CONFLICT && e != ERR_INPUT && e != ERR_MISSING && e != ERR_DENIED)
        fail_msg("%s: %d %.*s", walk.doing, e, STR(walk.h.cx->fault.message));
    fault_clear(walk.h.cx);
    walk.refused += e != OK;
    return e == OK;
}

static int64_t some_time(void)
{
    int64_t day = rnd(DAYS_AHEAD);
    return time_day_start(time_day(walk.h.cx->now) + day) + (30 + rnd(52)) * BOOKING_SLOT;
}

static struct booking_ask some_ask(void)
{
    int64_t from = some_time();
    static const char *const contacts[] = {"0551-0000 0001", "0551-0000 0002", "0551-0000 0003",
                                           "0551-0000 0004", "0551-0000 0005"};
    return (struct booking_ask){.space_id = walk.spaces[rnd(SPACES)],
                                .from_at = from,
                                .to_at = from + (2 + rnd(14)) * BOOKING_SLOT,
                                .kind = one_in(3) ? BOOKING_GROUP : BOOKING_PERSON,
                                .name = S("王奶奶"),
                                .contact = str_c(contacts[rnd(COUNT(contacts))]),
                                .group_name = S("棋友会"),
                                .purpose = BOOKING_REHEARSAL,
                                .heads = 1 + rnd(12),
                                .wait = one_in(4),
                                .part = one_in(2)};
}

static void anybody(void)
{
    if (one_in(4))
        act(walk.h.t, "area_staff");
    else
        act_nobody(walk.h.t);
}

static void do_book(bool series)
{
    struct guest g;
    struct booking_ask ask = some_ask();
    walk.doing = series ? "a series" : "a booking";
    anybody();
    if (series) {
        ask.kind = BOOKING_GROUP;
        ask.weeks = 1 + rnd(2);
    }
    if (!went(try_book(&walk.h, ask, &g)))
        return;
    *(series ? &walk.series : &walk.booked) += 1;
    for (size_t i = 0; i < g.all.n; i++)
        keep(&g.all.at[i]);
}

static struct known *some_known(void)
{
    return walk.n ? &walk.live[rnd((uint32_t)walk.n)] : NULL;
}

static void do_party(void)
{
    static const char *const steps[] = {"give",    "give", "move",  "move",    "move",
                                        "confirm", "come", "leave", "give_all"};
    struct known *k = some_known();
    struct booking_party p;
    struct booking out;
    if (!k)
        return;
    walk.doing = one_in(15) ? "give_all" : steps[rnd(COUNT(steps))];
    struct booking_move m = {.code = S("KB7Q"),
                             .from_at = some_time(),
                             .space_id = one_in(3) ? walk.spaces[rnd(SPACES)] : 0};
    if (one_in(2)) { /* over itself */
        struct booking b = reread(&walk.h, k->id);
        m.from_at = b.from_at + ((int64_t)rnd(9) - 4) * BOOKING_SLOT;
        m.to_at = one_in(2) ? m.from_at + (2 + rnd(14)) * BOOKING_SLOT : 0;
        m.space_id = 0;
    }
    act_nobody(walk.h.t);
    MUST(walk.h.cx, booking_party_load(walk.h.cx, k->party_id, &p));
    bool done = went(booking_party_step(walk.h.cx, &p, k->id, str_c(walk.doing), &m, &out));
    walk.moved += done && strcmp(walk.doing, "move") == 0;
}

static void do_staff(void)
{
    static const char *const steps[] = {"approve", "approve", "refuse", "shut",  "come",
                                        "come",    "absent",  "excuse", "check", "confirm",
                                        "move",    "told",    "leave",  "give"};
    struct known *k = some_known();
    if (!k)
        return;
    walk.doing = steps[rnd(COUNT(steps))];
    went(by_staff(&walk.h, k->id, walk.doing,
                  (struct booking_move){.text = S("有别的用处"), .from_at = some_time()}));
}

/* One in these states, as last seen, that ends in [from, to). */
static struct known *some_in(unsigned states, int64_t from, int64_t to)
{
    size_t start = walk.n ? rnd((uint32_t)walk.n) : 0;
    for (size_t i = 0; i < walk.n; i++) {
        struct known *k = &walk.live[(start + i) % walk.n];
        if ((states & BOOKING_IN(k->state)) && k->to_at >= from && k->to_at < to)
            return k;
    }
    return NULL;
}

/* Coming, leaving, staying away: what only happens around the hour itself. */
static void do_door(void)
{
    static const struct {
        const char *step;
        unsigned states;
    } doors[] = {{"come", BOOKING_IN(BOOKING_BOOKED)},   {"come", BOOKING_IN(BOOKING_BOOKED)},
                 {"absent", BOOKING_IN(BOOKING_BOOKED)}, {"absent", BOOKING_IN(BOOKING_DONE)},
                 {"leave", BOOKING_IN(BOOKING_USING)},   {"leave", BOOKING_IN(BOOKING_USING)},
                 {"come", BOOKING_IN(BOOKING_ABSENT)},   {"excuse", BOOKING_IN(BOOKING_ABSENT)},
                 {"check", BOOKING_IN(BOOKING_DONE)}};
    size_t i = rnd(COUNT(doors));
    struct known *k =
        some_in(doors[i].states, walk.h.cx->now - MS_DAY, walk.h.cx->now + 100 * MS_MINUTE);
    walk.doing = doors[i].step;
    if (k)
        went(by_staff(&walk.h, k->id, walk.doing, (struct booking_move){0}));
}

/* Who was moved up says yes. */
static void do_confirm(void)
{
    struct known *k = some_in(BOOKING_IN(BOOKING_OFFERED), 0, INT64_MAX);
    walk.doing = "confirm";
    if (k)
        went(by_staff(&walk.h, k->id, walk.doing, (struct booking_move){0}));
}

static void do_series(void)
{
    static const char *const steps[] = {"approve", "approve", "refuse", "renew", "renew", "end"};
    booking_series_list all = {0};
    booking_days taken = {0};
    booking_list dates = {0};
    struct booking_series s;
    act(walk.h.t, "area_staff");
    MUST(walk.h.cx, booking_series_all(walk.h.cx, &all));
    if (!all.n)
        return;
    walk.doing = steps[rnd(COUNT(steps))];
    int64_t party = all.at[rnd((uint32_t)all.n)].party_id, id = 0;
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].party_id == party)
            id = all.at[i].id;
    if (!went(booking_series_step(walk.h.cx, id, str_c(walk.doing), one_in(2), S("轮换"), &taken,
                                  &s)) ||
        strcmp(walk.doing, "renew") != 0)
        return;
    MUST(walk.h.cx, booking_of_party(walk.h.cx, party, &dates));
    for (size_t i = 0; i < dates.n; i++) {
        bool known = false;
        for (size_t k = 0; k < walk.n && !known; k++)
            known = walk.live[k].id == dates.at[i].id;
        if (!known && dates.at[i].to_at + OVER_DAYS * MS_DAY > walk.h.cx->now)
            keep(&dates.at[i]);
    }
}

static void do_block(void)
{
    struct booking_block k = {.space_id = walk.spaces[rnd(SPACES)],
                              .from_at = some_time(),
                              .kind = one_in(2) ? BOOKING_PUBLIC : BOOKING_CLOSURE,
                              .reason = S("换灯管")};
    int64_t lost;
    walk.doing = "a closure";
    k.to_at = k.from_at + (one_in(30) ? 4 * 96 : 2 + rnd(30)) * BOOKING_SLOT;
    act(walk.h.t, "area_staff");
    walk.blocks += went(booking_block_put(walk.h.cx, &k, false, &lost));
}

static void do_unblock(void)
{
    booking_block_list all = {0};
    walk.doing = "a closure taken back";
    act(walk.h.t, "area_staff");
    MUST(walk.h.cx, booking_blocks(walk.h.cx, walk.spaces[rnd(SPACES)], &all));
    if (all.n)
        went(booking_block_end(walk.h.cx, all.at[rnd((uint32_t)all.n)].id));
}

static void do_enter(void)
{
    booking_lot_list all = {0};
    struct guest g;
    bool again;
    struct booking_ask ask = some_ask();
    walk.doing = "entering a lot";
    act_nobody(walk.h.t);
    MUST(walk.h.cx, booking_lots(walk.h.cx, 0, &all));
    if (all.n && went(booking_lot_enter(walk.h.cx, all.at[rnd((uint32_t)all.n)].id, &ask, &g.p,
                                        &g.key, &g.b, &again))) {
        walk.entered++;
        keep(&g.b);
    }
}

static void do_nothing(void)
{
    walk.doing = "time going by";
    go_to(&walk.h, walk.h.cx->now + rnd(120) * MS_MINUTE);
}

static void one_step(void)
{
    uint32_t dice = rnd(100);
    if (dice < 40)
        do_book(false);
    else if (dice < 42)
        do_book(true);
    else if (dice < 62)
        do_party();
    else if (dice < 72)
        do_staff();
    else if (dice < 80)
        do_door();
    else if (dice < 82)
        do_confirm();
    else if (dice < 84)
        do_series();
    else if (dice < 85)
        do_block();
    else if (dice < 87)
        do_unblock();
    else if (dice < 90)
        do_enter();
    else
        do_nothing();
}

/* ---- all of it ---- */

static long number_of(const char *name, long preset)
{
    const char *v = getenv(name);
    return v ? strtol(v, NULL, 10) : preset;
}

static void set_up(void)
{
    struct house *h = &walk.h;
    struct booking_rule r;
    struct booking_window lot = {.space_id = h->court.id,
                                 .kind = BOOKING_LOT,
                                 .weekday = 6,
                                 .from_minute = 14 * 60,
                                 .till_minute = 17 * 60};
    struct booking_window team = {
        .space_id = h->hall.id, .weekday = 3, .from_minute = 18 * 60, .till_minute = 20 * 60};
    act(h->t, "area_staff");
    MUST(h->cx, booking_rule_of(h->cx, h->site.id, &r));
    r.per_month = 0;
    r.phone_days = 0;
    r.draw_days = 3;
    MUST(h->cx, booking_rule_put(h->cx, &r));
    MUST(h->cx, booking_window_put(h->cx, &lot));
    MUST(h->cx, booking_window_put(h->cx, &team));
    walk.spaces[0] = h->hall.id;
    walk.spaces[1] = h->room.id;
    walk.spaces[2] = h->court.id;
}

static void a_random_walk_never_books_twice(void **state)
{
    (void)state;
    long steps = number_of("BOOKING_STEPS", 1500);
    memset(&walk, 0, sizeof walk);
    walk.h = open_house();
    walk.seed = (uint64_t)number_of("WALK_SEED", 1);
    set_up();
    for (long i = 0; i < steps; i++) {
        struct arena_mark mark = arena_mark(walk.h.cx->mem);
        one_step();
        if (one_in(10))
            audit();
        if (i % 50 == 49)
            test_commit(walk.h.cx);
        arena_rewind(walk.h.cx->mem, mark);
    }
    audit();
    for (size_t s = 0; s < booking_steps.n; s++) {
        print_message("%-12s %6ld\n", booking_steps.at[s].code, walk.taken[s]);
        if (steps >= 20000 && !walk.taken[s])
            fail_msg("%s was never taken", booking_steps.at[s].code);
    }
    print_message("%ld steps: %ld bookings, %ld series, %ld moves, %ld closures, %ld entered lots; "
                  "%ld refused; %ld days\n",
                  steps, walk.booked, walk.series, walk.moved, walk.blocks, walk.entered,
                  walk.refused, (long)((walk.h.cx->now - TEST_NOW) / MS_DAY));
    assert_true(walk.booked > steps / 20 && walk.refused > steps / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(a_random_walk_never_books_twice)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
