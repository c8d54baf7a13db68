/*
 * need_walk_test -- random people take random steps, legal and not, while the clock jumps and jobs
 * run; after each step the need must still make sense. WALK_STEPS (2000) and WALK_SEED (1).
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_test.h"
#include "need.sql.h"
#include <stdlib.h>
#include <string.h>

enum { NEEDS_MAX = 20000, RECENT = 10, STEPS_MAX = 64 };

struct walker {
    struct town *t;
    uint64_t seed;
    struct {
        int64_t id, version;
        size_t events;
        char key[32];
    } at[NEEDS_MAX];
    size_t n;
    long tried[STEPS_MAX], taken[STEPS_MAX]; /* by row of the table */
};

static struct walker walk;

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

static const char *doing; /* for messages */

#define HOLDS(n, what)                                                                             \
    do {                                                                                           \
        if (!(what))                                                                               \
            fail_msg("after %s, need in %s: %s", doing, need_state_codes[(n)->state], #what);      \
    } while (0)

static void check_owner(const struct need *n)
{
    const uint32_t owned = IN(NEED_DISPATCHED) | IN(NEED_OBJECTED) | IN(NEED_HANDLING) |
                           IN(NEED_EXTENDING) | IN(NEED_PARKED) | IN(NEED_REPORTED);
    const uint32_t unowned = IN(NEED_RECEIVED) | IN(NEED_CLARIFY) | IN(NEED_ACCEPTED);
    if (owned & IN(n->state))
        HOLDS(n, n->owner_org != 0 || n->owner_person != 0);
    if (unowned & IN(n->state))
        HOLDS(n, n->owner_org == 0 && n->owner_person == 0);
    HOLDS(n, n->returns <= NEED_RETURNS_MAX);
    HOLDS(n, (n->state == NEED_MERGED) == (n->merged_into != 0) || n->state == NEED_REDO);
    HOLDS(n, n->merged_into != n->id);
}

static void check_answer(const struct need *n)
{
    bool closed = need_is_closed(n->state);
    HOLDS(n, closed == (n->closed_at != 0));
    if (closed)
        HOLDS(n, n->answer.n >= 10 && flow_answer_fits(n->state, n->answer_code));
}

static void check_clocks(struct cx *cx, const struct need *n)
{
    struct need_clocks c;
    int64_t due = 0;
    MUST(cx, need_clocks_load(cx, n->id, &c));
    for (int k = 0; k < CLOCK_KINDS; k++) {
        bool runs = need_clock_lives(&c, k) && c.at[k].paused_at == 0;
        if (!need_clocks_run(n->state))
            HOLDS(n, !runs);
        else if (need_clock_lives(&c, k))
            HOLDS(n, runs);
        if (need_is_closed(n->state))
            HOLDS(n, !need_clock_lives(&c, k));
        if (runs && (due == 0 || c.at[k].due_at < due))
            due = c.at[k].due_at;
    }
    HOLDS(n, n->due_at == due);
    if (n->state == NEED_PARKED)
        HOLDS(n, n->review_at > 0 && n->review_at <= cx->now + NEED_PARK_DAYS * MS_DAY);
}

static bool in_table(const struct need_event *e)
{
    const struct flow_step *s = flow_find(e->step);
    for (int from = 0; s && from < NEED_STATES; from++)
        if (str_is(e->from_state, need_state_codes[from]))
            return (s->from & IN(from)) && str_is(e->to_state, need_state_codes[s->to]);
    return false;
}

/* The history alone tells the state, the date told, and who checked whom. */
static size_t check_history(struct cx *cx, const struct need *n)
{
    need_event_list all = {0};
    struct str state = S("draft");
    int64_t promise = 0, reporter = -1;
    bool accepted = false;
    MUST(cx, db_all(cx, &need_sql_events, &need_event_shape, &all,
                    ARGS(AS("need_id", n->id), AS("public_only", false))));
    for (size_t i = 0; i < all.n; i++) {
        const struct need_event *e = &all.at[i];
        HOLDS(n, str_eq(e->from_state, state));
        if (!str_eq(e->from_state, e->to_state))
            HOLDS(n, in_table(e));
        state = e->to_state;
        bool moved = promise != 0 && e->promise_at != promise;
        bool told =
            str_is(e->step, "slip") || (i + 1 < all.n && str_is(all.at[i + 1].step, "slip"));
        bool first = str_is(e->step, "accept") && !accepted;
        if (moved)
            HOLDS(n, told || first);
        if (str_is(e->step, "slip"))
            HOLDS(n, e->is_public && e->text.n > 0 && e->reason.n > 0);
        promise = e->promise_at;
        accepted |= str_is(e->step, "accept");
        if (str_is(e->step, "report"))
            reporter = e->by_person;
        if (str_is(e->step, "verify") || str_is(e->step, "rework"))
            HOLDS(n, e->by_person != reporter);
    }
    HOLDS(n, str_is(state, need_state_codes[n->state]));
    HOLDS(n, promise == n->promise_at && promise != 0);
    return all.n;
}

static void check(size_t i)
{
    struct cx *cx = walk.t->cx;
    struct need n;
    MUST(cx, need_load(cx, walk.at[i].id, &n));
    check_owner(&n);
    check_answer(&n);
    check_clocks(cx, &n);
    size_t events = check_history(cx, &n);
    HOLDS(&n, n.version >= walk.at[i].version && events >= walk.at[i].events);
    HOLDS(&n, (n.version == walk.at[i].version) <= (events >= walk.at[i].events));
    walk.at[i].version = n.version;
    walk.at[i].events = events;
}

/* ---- random moves ---- */

static struct str some_text(void)
{
    static const char *const texts[] = {"",
                                        "好",
                                        "已经去看过了",
                                        "这是一句够长的话，写给居民看的。",
                                        "换了新的零件，现在都好了，请您放心。",
                                        "先答复您到这里，能办的单位也告诉您了。",
                                        "材料这两天就到，到了马上来装，请您等等。"};
    return str_c(texts[rnd(COUNT(texts))]);
}

static struct str some_code(const struct flow_reason *list)
{
    size_t n = 0;
    while (list && list[n].code)
        n++;
    return n == 0 || one_in(12) ? S("") : str_c(list[rnd((uint32_t)n)].code);
}

static struct need_move some_move(const struct need *n, const struct flow_step *s)
{
    struct town *t = walk.t;
    const int64_t rows[] = {t->lamp.id, t->lamp.id, t->lamp.id, t->lift.id, t->lift.id,
                            t->idea.id, t->idea.id, 1,          0};
    struct need_move m = {
        .reason = some_code(s->reasons),
        .text = some_text(),
        .answer_code = one_in(3) ? S("") : some_code(answer_codes),
        .level = one_in(2) ? S("") : some_code(levels),
        .duty_id = rows[rnd(COUNT(rows))],
        .org_id = one_in(20) ? 7 : t->org[one_in(2) ? rnd(ORGS) : ORG_PROPERTY].id,
        .target_id = walk.at[walk.n - 1 - rnd(walk.n < RECENT ? (uint32_t)walk.n : RECENT)].id,
        .until_at = t->cx->now + ((int64_t)rnd(105) - 2) * MS_DAY,
        .outcome = some_code(contact_outcomes),
        .rating = one_in(3) ? S("dissatisfied") : some_code(ratings),
        .refer_number = one_in(4) ? S("") : S("A-17"),
        .version = one_in(20)  ? n->version - 1
                   : one_in(2) ? n->version
                               : 0};
    if (s->to == NEED_EXTENDING && !one_in(3))
        m.until_at = n->due_at + (int64_t)rnd(48) * MS_HOUR;
    for (int i = 0; i < 20 && !one_in(8) && !flow_answer_fits(s->to, m.answer_code); i++)
        m.answer_code =
            s->to == NEED_REPORTED || need_is_closed(s->to) ? some_code(answer_codes) : S("done");
    if (one_in(12))
        m.person_id = town_posts[rnd(COUNT(town_posts))].person_id;
    return m;
}

/* Mostly a step that leads on from here, else any row of the table. */
static const struct flow_step *some_step(const struct need *n)
{
    const uint32_t early = IN(NEED_RECEIVED) | IN(NEED_CLARIFY) | IN(NEED_ACCEPTED);
    static const char *const judged[] = {"rate", "call_back", "redo", "uphold"};
    static const char *const again[] = {"dispatch", "contact", "report", "verify", "close"};
    if ((n->state == NEED_DONE || n->state == NEED_CANNOT) && !one_in(3))
        return flow_find(str_c(judged[rnd(COUNT(judged))]));
    for (size_t i = 0; n->redos && i < COUNT(again) && !one_in(6); i++) /* else nobody gets there */
        if (flow_find(str_c(again[i]))->from & IN(n->state))
            return flow_find(str_c(again[i]));
    int tries = one_in(6) ? 200 : 0;
    for (; tries < 200; tries++) {
        const struct flow_step *s = &flow_steps[rnd((uint32_t)flow_step_count)];
        bool ends = need_is_closed(s->to) && (s->from & early);
        bool stays = s->to == NEED_DRAFT || s->to == NEED_CLARIFY;
        if ((s->from & IN(n->state)) && (!stays || one_in(4)) && (!ends || one_in(12)))
            return s;
    }
    return &flow_steps[rnd((uint32_t)flow_step_count)];
}

/* Mostly somebody whose step it is, of the owning unit where that matters; false = the resident. */
static bool some_person(const struct need *n, const struct flow_step *s)
{
    struct town *t = walk.t;
    const char *name = town_posts[rnd(COUNT(town_posts))].name;
    if (s->resident && (s->roles == 0 || one_in(2)))
        return false;
    int tries = one_in(8) ? 40 : 0;
    for (; tries < 40; tries++) {
        const struct town_post *p = &town_posts[rnd(COUNT(town_posts))];
        bool owns = t->org[p->org].id == n->owner_org;
        name = p->name;
        if ((role_of_code(str_c(p->role))->bit & s->roles) && (!(s->wants & WANT_OWNER) || owns))
            break;
    }
    act(t, name);
    return true;
}

static void open_one(void)
{
    struct town *t = walk.t;
    static const char *const texts[] = {"灯不亮", "电梯困住了人", "楼上漏水", "想有个读书的地方"};
    ask_so(t, texts[rnd(COUNT(texts))], one_in(6));
    walk.at[walk.n].id = t->n.id;
    memcpy(walk.at[walk.n].key, t->key.p, t->key.n);
    walk.n++;
    doing = "open";
    check(walk.n - 1);
}

/* Somebody says whether he has a part in it: that alone hands it back. */
static enum err declare(const struct need *n, struct need *out)
{
    static const char *const answers[] = {"none", "subject", "unit", "neighbour", "other"};
    struct cx *cx = walk.t->cx;
    enum err e = need_declare(cx, n->id, str_c(answers[rnd(COUNT(answers))]));
    return e == OK ? need_load(cx, n->id, out) : e;
}

static enum err step_of_staff(const struct need *n, const struct flow_step *s, struct need *out)
{
    struct need_move m = some_move(n, s);
    return str_is(str_c(s->code), "recuse") ? declare(n, out)
                                            : need_step(walk.t->cx, n->id, str_c(s->code), &m, out);
}

static enum err step_of_resident(const struct need *n, const struct flow_step *s, struct str key,
                                 struct need *out)
{
    struct need_move m = some_move(n, s);
    return need_resident_step(walk.t->cx, n->id, key, str_c(s->code), &m, out);
}

static void step_one(void)
{
    struct town *t = walk.t;
    struct cx *cx = t->cx;
    struct need n, out = {0};
    size_t recent = walk.n < RECENT ? walk.n : RECENT;
    size_t i = walk.n - 1 - (rnd((uint32_t)(one_in(6) && walk.n > 40 ? 40 : recent)));
    MUST(cx, need_load(cx, walk.at[i].id, &n));
    const struct flow_step *s = some_step(&n);
    bool resident = !some_person(&n, s);
    if (resident)
        act_nobody(t);
    doing = s->code;
    walk.tried[s - flow_steps]++;
    MUST(cx, db_savepoint(cx)); /* as a request: all or nothing */
    enum err e = resident ? step_of_resident(&n, s, str_c(walk.at[i].key), &out)
                          : step_of_staff(&n, s, &out);
    if (e != OK) {
        assert_true(e == ERR_INPUT || e == ERR_DENIED || e == ERR_MISSING || e == ERR_CONFLICT);
        assert_true(cx->fault.message.n > 0);
    }
    fault_clear(cx);
    MUST(cx, db_release(cx, e == OK));
    check(i);
    if (e == OK && walk.at[i].version == n.version) {
        HOLDS(&n, str_is(str_c(s->code), "recuse")); /* whoever has no part in it changes nothing */
    } else if (e == OK) {
        walk.taken[s - flow_steps]++;
        HOLDS(&n, s->from & IN(n.state));
    }
}

static int64_t some_time(void)
{
    if (one_in(200))
        return (int64_t)rnd(20) * MS_DAY;
    return one_in(4) ? (int64_t)rnd(1440) * MS_MINUTE : (int64_t)rnd(60) * MS_MINUTE;
}

static void check_all(void)
{
    doing = "jobs";
    for (size_t i = walk.n > RECENT ? walk.n - RECENT : 0; i < walk.n; i++)
        check(i);
}

static long number_of(const char *name, long preset)
{
    const char *v = getenv(name);
    return v ? strtol(v, NULL, 10) : preset;
}

/* Everything that happens is told to somebody outside. */
static void listen(struct cx *cx)
{
    struct adapter a = {
        .kind = ADAPTER_HTTP, .name = S("听"), .url = S("https://example.com/"), .topics = S("*")};
    MUST(cx, adapter_save(cx, &a));
    MUST(cx, adapter_switch(cx, a.id, true));
}

/* Of ask(), open_one() and some_text(): who asked, and what anybody wrote. */
static const char *const private_words[] = {
    "王奶奶", "13955101234",  "灯不亮",     "电梯困住",     "楼上漏水",
    "读书",   "已经去看过了", "写给居民看", "换了新的零件", "先答复您"};

/* Every topic that was written has a name to choose it by, and no text holds what is private. */
static void judge_messages(struct cx *cx)
{
    outbox_topic_list named = {0};
    outbox_list all = {0};
    need_topics(cx, &named);
    MUST(cx, outbox_find(cx, OUTBOX_WAITING, 100000, &all));
    assert_true(all.n > walk.n);
    for (size_t i = 0; i < all.n; i++) {
        bool is_named = false;
        for (size_t k = 0; k < named.n && !is_named; k++)
            is_named = str_eq(named.at[k].code, all.at[i].topic);
        if (!is_named)
            fail_msg("%.*s is not in need_topics()", STR(all.at[i].topic));
        for (size_t k = 0; k < COUNT(private_words); k++)
            if (str_find(all.at[i].text, str_c(private_words[k])) >= 0)
                fail_msg("it leaves the house: %.*s", STR(all.at[i].text));
    }
    print_message("%zu messages\n", all.n);
}

static void a_random_walk_keeps_every_promise(void **state)
{
    (void)state;
    long steps = number_of("WALK_STEPS", 2000);
    walk = (struct walker){.t = town_make(), .seed = (uint64_t)number_of("WALK_SEED", 1)};
    struct cx *cx = walk.t->cx;
    listen(cx);
    for (long i = 0; i < steps; i++) {
        struct arena_mark mark = arena_mark(cx->mem);
        if (walk.n < 6 || (one_in(16) && walk.n < NEEDS_MAX))
            open_one();
        step_one();
        test_advance(some_time());
        if (one_in(5))
            run_jobs(walk.t);
        if (one_in(20))
            check_all();
        if (i % 50 == 49)
            test_commit(cx);
        arena_rewind(cx->mem, mark);
    }
    long taken = 0;
    for (size_t s = 0; s < flow_step_count; s++) {
        taken += walk.taken[s];
        print_message("%-14s tried %6ld taken %6ld\n", flow_steps[s].code, walk.tried[s],
                      walk.taken[s]);
        if (steps >= 100000 && walk.taken[s] == 0 && flow_steps[s].from != IN(NEED_DRAFT) &&
            strcmp(flow_steps[s].code, "no_reply") != 0) /* the system comes first */
            fail_msg("%s was never taken", flow_steps[s].code);
    }
    print_message("%ld steps, %ld taken, %zu needs\n", steps, taken, walk.n);
    assert_true(taken > steps / 20);
    judge_messages(cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_random_walk_keeps_every_promise, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
