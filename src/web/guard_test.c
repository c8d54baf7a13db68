/* What the doors let through, row by row: heads, origins, addresses, and connections without a
 * slot. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/bare_test.h"
#include <string.h>

static int setup(void **state)
{
    (void)state;
    return bare_start(1);
}

struct line {
    const char *name, *value;
};

static void heads_are_let_through_or_not(void **state)
{
    static const struct {
        struct line lines[3];
        bool http10, good;
    } rows[] = {
        {{{"Host", "a"}}, false, true},
        {{{"host", "[::1]:80"}, {"X", "a\tb"}}, false, true},
        {{{"Host", "a"}, {"Content-Length", "0"}}, false, true},
        {{{"Host", "a"}, {"Transfer-Encoding", "Chunked"}}, false, true},
        {{{"X", ""}}, true, true},
        {{{"X", ""}}, false, false},
        {{{"Host", ""}}, false, false},
        {{{"Host", "a b"}}, false, false},
        {{{"Host", "a@b"}}, false, false},
        {{{"Host", "a"}, {"Host", "a"}}, false, false},
        {{{"Host", "a"}, {"Host", "a"}}, true, false},
        {{{"Host", "a"}, {"X Y", "a"}}, false, false},
        {{{"Host", "a"}, {"X\x7f", "a"}}, false, false},
        {{{"Host", "a"}, {"X:", "a"}}, false, false},
        {{{"Host", "a"}, {"", "a"}}, false, false},
        {{{"Host", "a"}, {"X", "a\x01"}}, false, false},
        {{{"Host", "a"}, {"X", "a\x7f"}}, false, false},
        {{{"Host", "a"}, {"Content-Length", ""}}, false, false},
        {{{"Host", "a"}, {"Content-Length", "+1"}}, false, false},
        {{{"Host", "a"}, {"Content-Length", "1:"}}, false, false},
        {{{"Host", "a"}, {"Content-Length", "1234567890123456789"}}, false, false},
        {{{"Host", "a"}, {"Content-Length", "1"}, {"Content-Length", "1"}}, false, false},
        {{{"Host", "a"}, {"Content-Length", "1"}, {"Transfer-Encoding", "chunked"}}, false, false},
        {{{"Host", "a"}, {"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}},
         false,
         false},
        {{{"Host", "a"}, {"Transfer-Encoding", "identity"}}, false, false},
        {{{"Host", "a"}, {"Transfer-Encoding", "chunked"}}, true, false},
        {{{"Host", "a"}, {"Cookie", "a=1"}, {"Accept", "b"}}, false, true},
        {{{"Host", "a"}, {"Accept", "a"}, {"Accept", "b"}}, false, true},
        {{{"Host", "a"}, {"Cookie", "a=1"}, {"cookie", "b=2"}}, false, false},
        {{{"Host", "a"}, {"Cookie", ""}, {"Cookie", ""}}, false, false},
        {{{"Host", "a"}, {"Authorization", "a"}, {"Authorization", "b"}}, false, false},
        {{{"Host", "a"}, {"Origin", "https://a"}, {"Origin", "https://b"}}, false, false},
        {{{"Host", "a"}, {"Content-Type", "a"}, {"Content-Type", "a"}}, false, false},
        {{{"Host", "a"}, {"Idempotency-Key", "a"}, {"Idempotency-Key", "b"}}, false, false},
        {{{"Host", "a"}, {"Sec-Fetch-Site", "none"}, {"Sec-Fetch-Site", "none"}}, false, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct task *t = task_take(here.sv);
        t->rq.http10 = rows[i].http10;
        for (size_t k = 0; k < 3 && rows[i].lines[k].name; k++)
            *PUSH(&t->mem, &t->rq.headers) =
                (struct pair){str_c(rows[i].lines[k].name), str_c(rows[i].lines[k].value)};
        if (!guard_head(&t->rq) != rows[i].good)
            fail_msg("row %zu: %s", i, guard_head(&t->rq) ? guard_head(&t->rq) : "let through");
        task_give(t);
    }
    char host[300];
    memset(host, 'a', sizeof host);
    struct pair too_long = {S("Host"), str_n(host, 256)}, longest = {S("Host"), str_n(host, 255)};
    struct req rq = {.headers = {&too_long, 1, 1}};
    assert_non_null(guard_head(&rq));
    rq.headers.at = &longest;
    assert_null(guard_head(&rq));
}

static void an_unsafe_request_comes_from_here(void **state)
{
    static const struct {
        struct line lines[3];
        bool proxied, good;
    } rows[] = {
        {{{"Host", "a"}}, false, true},
        {{{"Sec-Fetch-Site", "none"}}, false, true},
        {{{"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://b"}, {"Host", "a"}}, false, true},
        {{{"Sec-Fetch-Site", "same-site"}}, false, false},
        {{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://a"}, {"Host", "a"}}, false, false},
        {{{"Origin", "https://A:1"}, {"Host", "a:1"}}, false, true},
        {{{"Origin", "https://b"}, {"Host", "a"}}, false, false},
        {{{"Origin", "null"}, {"Host", "a"}}, false, false},
        {{{"Origin", "https://b"}, {"X-Forwarded-Host", "b"}, {"Host", "a"}}, true, true},
        {{{"Origin", "https://b"}, {"X-Forwarded-Host", "b"}, {"Host", "a"}}, false, false},
        {{{"Origin", "https://b"}, {"X-Forwarded-Host", "c"}, {"Host", "a"}}, true, false},
        {{{"Origin", "null"}, {"X-Forwarded-Host", "b"}, {"Host", "a"}}, true, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct task *t = task_take(here.sv);
        t->rq.unsafe = true;
        t->rq.proxied = rows[i].proxied;
        for (size_t k = 0; k < 3 && rows[i].lines[k].name; k++)
            *PUSH(&t->mem, &t->rq.headers) =
                (struct pair){str_c(rows[i].lines[k].name), str_c(rows[i].lines[k].value)};
        enum err e = same_origin(&t->cx, &t->rq);
        if ((e == OK) != rows[i].good || t->refused != (e == OK ? 0 : 403))
            fail_msg("row %zu: %d", i, t->refused);
        t->rq.unsafe = false; /* reading is not asked */
        assert_int_equal(same_origin(&t->cx, &t->rq), OK);
        task_give(t);
    }
}

/* However an address is written it has its own limit; who has none is not asked. */
static void addresses_are_told_apart(void **state)
{
    static char text[80];
    memset(text, ':', sizeof text - 1);
    const char *peers[] = {"192.0.2.1", "::ffff:192.0.2.7", "2001:db8::1", "no:address", text};
    (void)state;
    here.sv->opt.anonymous_burst = 1;
    struct task *t = task_take(here.sv);
    for (size_t i = 0; i < COUNT(peers); i++)
        for (int k = 0; k < 2; k++) {
            t->rq.peer = str_c(peers[i]);
            t->bucket_paid = false;
            assert_int_equal(bucket_pay(&t->cx, t), k ? ERR_BUSY : OK);
        }
    assert_int_equal(bucket_pay(&t->cx, t), OK); /* asked already */
    t->bucket_paid = false;
    here.sv->opt.anonymous_burst = -1;
    assert_int_equal(bucket_pay(&t->cx, t), OK);
    here.sv->opt.anonymous_burst = 1;
    t->rq.peer = S("");
    for (int k = 0; k < 3; k++) {
        assert_int_equal(bucket_pay(&t->cx, t), OK);
        assert_int_equal(req_place_pays(&t->cx, &t->rq, 1, 0), OK);
    }
    task_give(t);
}

/* More connections than slots: those without one are served, and nobody watches over them. */
static void a_connection_may_have_no_slot(void **state)
{
    struct guard_slot *slots[65];
    (void)state;
    for (size_t i = 0; i < COUNT(slots); i++)
        assert_non_null(slots[i] = guard_enter(here.sv, -1));
    struct guard_slot *none = guard_enter(here.sv, -1);
    assert_null(none);
    assert_int_equal(guard_count(here.sv), COUNT(slots));
    guard_body(here.sv, none, 1);
    guard_reply(here.sv, none, 1);
    guard_work(none);
    guard_know(none);
    guard_next(here.sv, none);
    guard_cut(here.sv, none);
    guard_tell(here.sv, none, "a");
    guard_leave(here.sv, none);
    assert_int_equal(guard_count(here.sv), COUNT(slots));
    for (size_t i = 0; i < COUNT(slots); i++)
        guard_leave(here.sv, slots[i]);
    assert_int_equal(guard_count(here.sv), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_are_let_through_or_not),
        cmocka_unit_test(an_unsafe_request_comes_from_here),
        cmocka_unit_test(addresses_are_told_apart),
        cmocka_unit_test(a_connection_may_have_no_slot),
    };
    return cmocka_run_group_tests(tests, setup, bare_stop);
}
