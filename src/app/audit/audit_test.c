/* audit_test -- records are chained with their act, and nothing can be done to a chain unseen. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "app/audit/audit.h"
#include "base/time.h"
#include "db/engine.h"
#include <string.h>

enum { CHAIN = 12, TRIALS = 100000, BLIND_TRIALS = 1000, ENOUGH = 100 };

static void act(struct cx *cx, const char *action, const char *object, const char *why)
{
    if (why)
        audit_why(cx, str_c(why));
    MUST(cx, audit_put(cx, str_c(action), str_c(object), 303));
}

/* As the server's thread does where many write. */
static void chain(struct cx *cx)
{
    int64_t done;
    do
        MUST(cx, audit_chain(cx, ENOUGH, &done));
    while (done == ENOUGH);
}

static struct audit_walk verify(struct cx *cx)
{
    struct audit_walk w;
    audit_walk_begin(&w, cx->community);
    MUST(cx, audit_verify(cx, &w));
    return w;
}

/* What the store says to a statement that nobody may send. */
static enum err store_says(struct cx *cx, const char *sql)
{
    MUST(cx, db_savepoint(cx));
    enum err e = cx->db->engine->script(cx, cx->db, sql);
    fault_clear(cx);
    MUST(cx, db_release(cx, e == OK));
    return e;
}

static void an_act_has_a_record_with_its_reason(void **state)
{
    struct cx *cx = test_cx();
    audit_record_list all = {0};
    const struct audit_filter begins = {.object = S("/d/need/7")};
    (void)state;
    cx->who.person_id = 7;
    cx->who.role = 1;
    act(cx, "POST /d/need/{need}/open", "/d/need/7/open", "回电话");
    act(cx, "POST /d/need/{need}/accept", "/d/need/8/accept", NULL);
    audit_detail(cx, S("王某某，派遣员"));
    act(cx, "POST /a/posts", "/a/posts", NULL);
    chain(cx);
    MUST(cx, audit_page(cx, &(struct audit_filter){0}, &all));
    assert_int_equal(all.n, 3);
    assert_int_equal(all.at[0].seq, 3);
    assert_true(str_is(all.at[0].detail, "王某某，派遣员"));
    assert_int_equal(all.at[0].detail_hash.n, AUDIT_HASH);
    assert_true(str_is(all.at[2].reason, "回电话"));
    assert_true(str_is(all.at[1].reason, "")); /* of the act before it alone */
    assert_true(str_is(all.at[2].role, "grid_worker"));
    all.n = 0;
    MUST(cx, audit_page(cx, &begins, &all));
    assert_int_equal(all.n, 1);
    act(cx, "job need.clock", "7", NULL);
    chain(cx);
    all.n = 0;
    MUST(cx, audit_page(cx, &(struct audit_filter){.people = true}, &all));
    assert_int_equal(all.n, 3);
    all.n = 0;
    MUST(cx, audit_page(cx, &(struct audit_filter){.person_id = 8}, &all));
    assert_int_equal(all.n, 0);
    MUST(cx, audit_page(cx, &(struct audit_filter){.before = 3, .most = 1}, &all));
    assert_int_equal(all.at[0].seq, 2);
    struct audit_walk w = verify(cx);
    assert_null(w.why);
    assert_int_equal(w.seq, 4);
    test_end();
}

static void a_day_is_found_in_the_chain(void **state)
{
    struct cx *cx = test_cx();
    int64_t seq, day[4];
    (void)state;
    MUST(cx, audit_seq_before(cx, cx->now, &seq));
    assert_int_equal(seq, 0); /* nothing was done yet */
    for (int i = 0; i < 4; i++) {
        day[i] = cx->now;
        for (int k = 0; k <= i; k++)
            act(cx, "POST /a/posts", "/a/posts", NULL);
        test_advance(MS_DAY);
    }
    chain(cx);
    for (int i = 0; i < 4; i++) { /* 1, 2, 3, 4 acts */
        MUST(cx, audit_seq_before(cx, day[i], &seq));
        assert_int_equal(seq, i * (i + 1) / 2);
    }
    MUST(cx, audit_seq_before(cx, cx->now, &seq));
    assert_int_equal(seq, 10);
    audit_record_list all = {0};
    MUST(cx, audit_page(cx, &(struct audit_filter){.after = 3, .before = 7}, &all));
    assert_int_equal(all.n, 3);
    act(cx, "POST /login", "/login", NULL);
    chain(cx);
    all.n = 0;
    MUST(cx, audit_page(cx, &(struct audit_filter){.after = 10, .no_logins = true}, &all));
    assert_int_equal(all.n, 0);
    MUST(cx, audit_page(cx, &(struct audit_filter){.kinds = {S("POST /log%")}}, &all));
    assert_int_equal(all.n, 1);
    act(cx, "POST /hat", "/hat", NULL);
    act(cx, "POST /totp/on", "/totp/on", NULL);
    struct audit_filter f = {
        .kinds = {S("POST /log%"), S("POST /hat%"), S("POST /password"), S("POST /totp/%")}};
    for (int chained = 0; chained < 2; chained++) { /* and while they wait to be */
        all.n = 0;
        MUST(cx, audit_page(cx, &f, &all));
        assert_int_equal(all.n, 3);
        chain(cx);
    }
    act(cx, "POST /w/seat/{seat}/{step}", "/w/seat/7/open", NULL);
    all.n = 0;
    MUST(cx, audit_page(cx, &(struct audit_filter){.kinds = {S("%/contact")}, .ends = S("%/open")},
                        &all));
    assert_int_equal(all.n, 1);
    f = (struct audit_filter){.person_id = all.at[0].person_id, .object = S("/hat")};
    all.n = 0;
    MUST(cx, audit_page(cx, &f, &all));
    assert_int_equal(all.n, 1);
    test_end();
}

static void the_store_changes_and_deletes_none(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    act(cx, "POST /help", "/help", NULL);
    chain(cx);
    assert_int_not_equal(store_says(cx, "UPDATE audit SET reason = 'x'"), OK);
    assert_int_not_equal(store_says(cx, "DELETE FROM audit"), OK);
    assert_null(verify(cx).why);
    test_end();
}

/* Somebody who may drop triggers: the chain tells. */
static void what_is_forced_is_found(void **state)
{
    struct cx *cx = test_cx();
    const bool one = conn_engine(cx->db) == ENGINE_SQLITE;
    (void)state;
    for (int i = 0; i < 5; i++)
        act(cx, "POST /help", arena_cstr(cx->mem, arena_printf(cx->mem, "/n/%d", i)), NULL);
    chain(cx);
    struct audit_walk end = verify(cx);
    const struct audit_mark mark = {.seq = 5};
    struct audit_mark marks[] = {mark};
    memcpy(marks[0].h, end.h, sizeof end.h);
    assert_int_equal(OK, store_says(cx, one ? "DROP TRIGGER audit_no_update"
                                            : "DROP TRIGGER audit_no_change ON audit"));
    if (one)
        assert_int_equal(OK, store_says(cx, "DROP TRIGGER audit_no_delete"));
    assert_int_equal(OK, store_says(cx, "UPDATE audit SET person_id = 9 WHERE seq = 3"));
    struct audit_walk w = verify(cx);
    assert_non_null(w.why);
    assert_int_equal(w.seq, 2); /* 3 is the first that is wrong */
    assert_int_equal(OK, store_says(cx, "DELETE FROM audit WHERE seq >= 3"));
    assert_null(verify(cx).why); /* the chain alone does not know its end; a checkpoint does */
    audit_walk_begin(&w, cx->community);
    w.marks = marks;
    w.nmarks = 1;
    MUST(cx, audit_verify(cx, &w));
    assert_non_null(w.why);
    test_end();
}

static void a_detail_is_erased_and_the_chain_holds(void **state)
{
    struct cx *cx = test_cx();
    audit_record_list all = {0};
    (void)state;
    audit_detail(cx, S("附记"));
    act(cx, "POST /a/posts", "/a/posts", NULL);
    act(cx, "POST /a/posts", "/a/posts", NULL);
    chain(cx);
    assert_int_equal(OK, store_says(cx, "UPDATE audit_detail SET text = '别的'"));
    assert_int_equal(verify(cx).seq, 0);
    assert_non_null(verify(cx).why);
    MUST(cx, audit_page(cx, &(struct audit_filter){0}, &all));
    MUST(cx, audit_erase(cx, all.at[1].id));
    assert_null(verify(cx).why);
    test_end();
}

static void what_nobody_chains_is_told(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    if (conn_engine(cx->db) != ENGINE_SQLITE) {
        act(cx, "POST /help", "/help", NULL);
        assert_null(verify(cx).why); /* its turn comes */
        cx->now += AUDIT_INBOX_MS + 1;
        assert_non_null(verify(cx).why);
        chain(cx);
        assert_null(verify(cx).why);
    }
    test_end();
}

/* ---- trials: a chain in memory, and everything that somebody might do to it ---- */

struct dice {
    uint64_t s;
};
static size_t roll(struct dice *d, size_t n)
{
    d->s ^= d->s << 13;
    d->s ^= d->s >> 7;
    d->s ^= d->s << 17;
    return (size_t)(d->s % n);
}

static void make_chain(struct cx *cx, struct audit_record *all)
{
    struct audit_walk w;
    audit_walk_begin(&w, cx->community);
    for (size_t i = 0; i < CHAIN; i++) {
        all[i] = (struct audit_record){.seq = (int64_t)i + 1,
                                       .id = (int64_t)(1000 + i),
                                       .at = TEST_NOW + (int64_t)i,
                                       .person_id = (int64_t)i % 3,
                                       .role = S("clerk"),
                                       .action = S("POST /d/need/{need}/open"),
                                       .object = arena_printf(cx->mem, "/d/need/%zu/open", i),
                                       .reason = S("回电话"),
                                       .detail_hash = S(""),
                                       .outcome = 303};
        all[i].h = audit_link(cx, cx->community, &all[i], w.h);
        assert_true(audit_walk_step(cx, &w, &all[i]));
    }
}

static struct str flipped(struct cx *cx, struct str s, struct dice *d)
{
    char *p = arena_alloc(cx->mem, s.n + 1);
    memcpy(p, s.p, s.n);
    size_t i = roll(d, s.n);
    p[i] = (char)(p[i] ^ 1 << roll(d, 8));
    return str_n(p, s.n);
}

/* One bit of one field of one record. */
static void flip(struct cx *cx, struct audit_record *r, struct dice *d)
{
    struct str *texts[] = {&r->role, &r->action, &r->object, &r->reason, &r->h};
    int64_t *numbers[] = {&r->seq,        &r->id,      &r->at,     &r->person_id,
                          &r->session_id, &r->post_id, &r->outcome};
    size_t k = roll(d, COUNT(texts) + COUNT(numbers));
    if (k < COUNT(texts))
        *texts[k] = flipped(cx, *texts[k], d);
    else
        *numbers[k - COUNT(texts)] ^= INT64_C(1) << roll(d, 62);
}

enum trial { FLIP, DROP, SWAP, TWICE, CUT, FORGE, TRIAL_KINDS };

/* Does something to a chain of *n; returns the index of the first record that is wrong then. */
static size_t tamper(struct cx *cx, struct audit_record *all, size_t *n, struct dice *d)
{
    enum trial kind = (enum trial)roll(d, TRIAL_KINDS);
    size_t i = roll(d, *n - 1), k;
    struct audit_record was = all[i];
    switch (kind) {
    case FLIP:
        i = roll(d, *n);
        flip(cx, &all[i], d);
        return i;
    case DROP: /* the last one would be CUT */
        memmove(&all[i], &all[i + 1], (*n - i - 1) * sizeof *all);
        --*n;
        return i;
    case SWAP:
        k = i + 1 + roll(d, *n - i - 1);
        all[i] = all[k];
        all[k] = was;
        return i;
    case TWICE:
        memmove(&all[i + 1], &all[i], (*n - i) * sizeof *all);
        ++*n;
        return i + 1;
    case CUT:
        *n = i + 1;
        return i + 1;
    default: /* one record is replaced, and its own link made anew */
        all[i].person_id += 1;
        struct audit_walk w;
        audit_walk_begin(&w, cx->community);
        for (size_t m = 0; m < i; m++)
            (void)audit_walk_step(cx, &w, &all[m]);
        all[i].h = audit_link(cx, cx->community, &all[i], w.h);
        return i + 1;
    }
}

/* Planted: a walk that looks at numbers alone. */
static bool blind_step(struct audit_walk *w, const struct audit_record *r)
{
    if (r->seq != w->seq + 1)
        w->why = "number";
    w->seq += !w->why;
    return !w->why;
}

/* True when it was found, and at the right record. */
static bool trial(struct cx *cx, const struct audit_record *whole, struct dice *d, bool blind)
{
    struct audit_record all[CHAIN + 1];
    struct audit_mark mark = {.seq = CHAIN};
    struct audit_walk w;
    size_t n = CHAIN;
    memcpy(all, whole, CHAIN * sizeof *all);
    memcpy(mark.h, whole[CHAIN - 1].h.p, AUDIT_HASH);
    size_t wrong = tamper(cx, all, &n, d);
    audit_walk_begin(&w, cx->community);
    w.marks = &mark;
    w.nmarks = blind ? 0 : 1;
    for (size_t i = 0; i < n && !w.why; i++)
        (void)(blind ? blind_step(&w, &all[i]) : audit_walk_step(cx, &w, &all[i]));
    bool ends = audit_walk_end(&w);
    return !ends && w.seq == (int64_t)wrong;
}

static int found(struct cx *cx, const struct audit_record *whole, int trials, bool blind)
{
    struct dice d = {UINT64_C(0x9e3779b97f4a7c15)};
    struct arena_mark mark = arena_mark(cx->mem);
    int n = 0;
    for (int i = 0; i < trials; i++) {
        n += trial(cx, whole, &d, blind);
        arena_rewind(cx->mem, mark);
    }
    return n;
}

static void whatever_is_done_to_a_chain_is_found(void **state)
{
    struct cx *cx = test_cx();
    struct audit_record whole[CHAIN];
    (void)state;
    make_chain(cx, whole);
    assert_int_equal(found(cx, whole, TRIALS, false), TRIALS);
    assert_in_range(found(cx, whole, BLIND_TRIALS, true), 1, BLIND_TRIALS * 3 / 4);
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_act_has_a_record_with_its_reason),
        cmocka_unit_test(a_day_is_found_in_the_chain),
        cmocka_unit_test(the_store_changes_and_deletes_none),
        cmocka_unit_test(what_is_forced_is_found),
        cmocka_unit_test(a_detail_is_erased_and_the_chain_holds),
        cmocka_unit_test(what_nobody_chains_is_told),
        cmocka_unit_test(whatever_is_done_to_a_chain_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
