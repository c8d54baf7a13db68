/* road_test -- the road of one request where the tests over HTTP do not come: a server without
 * hooks, what a proxy may say, an hour later, a flood, a crowd. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/bare_test.h"
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static int64_t later; /* the clock of the server is so much ahead */

static int64_t shifted(struct env *e)
{
    (void)e;
    return env_system.monotonic(&env_system) + later;
}

static struct env clock_of_ours;

static int setup(void **state)
{
    (void)state;
    later = 0;
    clock_of_ours = env_system;
    clock_of_ours.monotonic = shifted;
    bare_env = &clock_of_ours;
    return bare_start(1);
}

static int call(const char *method, const char *body)
{
    static const char *const headers[] = {"Host", "localhost", "Content-Type", "application/json",
                                          NULL};
    int status;
    struct str head, text;
    struct web_call c = {.method = method, .target = "/", .headers = headers, .body = str_c(body)};
    web_call(here.sv, &here.mem, &c, &status, &head, &text);
    return status;
}

/* Each hook may be missing: then nobody is asked, and nothing is kept. */
static void a_server_without_hooks_answers(void **state)
{
    (void)state;
    assert_int_equal(call("GET", ""), 200);
    assert_int_equal(call("POST", "{\"a\":1}"), 200);
    assert_int_equal(call("DELETE", ""), 405);
}

static void a_proxy_is_believed_what_it_added_last(void **state)
{
    static const struct {
        const char *peer, *trusted, *chain, *proto, *want;
        bool secure;
    } rows[] = {
        {"10.0.0.1", NULL, "192.0.2.1", "https", "10.0.0.1", false},
        {"10.0.0.2", "10.0.0.1", "192.0.2.1", "https", "10.0.0.2", false},
        {"10.0.0.1", "10.0.0.1", "192.0.2.1", "https", "192.0.2.1", true},
        {"10.0.0.1", "10.0.0.1", "192.0.2.9, 192.0.2.1", "http", "192.0.2.1", false},
        {"10.0.0.1", "10.0.0.1", "192.0.2.1, ", "http", "192.0.2.1", false},
        {"10.0.0.1", "10.0.0.1", "", "http", "10.0.0.1", false},
        {"10.0.0.1", "10.0.0.1", NULL, NULL, "10.0.0.1", false},
        {"10.0.0.1", "10.0.0.1", "0123456789012345678901234567890123456789012345678901234567890123",
         "http", "10.0.0.1", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct task *t = task_take(here.sv);
        here.sv->opt.trusted_proxy = rows[i].trusted;
        t->rq.method = S("GET");
        t->rq.path = S("/");
        t->rq.peer = str_c(rows[i].peer);
        *PUSH(&t->mem, &t->rq.headers) = (struct pair){S("Host"), S("a")};
        if (rows[i].chain)
            *PUSH(&t->mem, &t->rq.headers) =
                (struct pair){S("X-Forwarded-For"), str_c(rows[i].chain)};
        if (rows[i].proto)
            *PUSH(&t->mem, &t->rq.headers) =
                (struct pair){S("X-Forwarded-Proto"), str_c(rows[i].proto)};
        assert_true(road_head(t));
        if (!str_is(t->rq.peer, rows[i].want) || t->rq.secure != rows[i].secure)
            fail_msg("row %zu: %.*s", i, STR(t->rq.peer));
        task_give(t);
    }
    here.sv->opt.trusted_proxy = NULL;
}

/* HAProxy appends lines of its own to those that the client sent. */
static void of_several_lines_the_last_is_the_proxys(void **state)
{
    static const char *const lines[][2] = {
        {"Host", "a"},
        {"X-Forwarded-For", "203.0.113.9"},
        {"X-Forwarded-Proto", "https"},
        {"x-forwarded-for", "192.0.2.1"},
        {"x-forwarded-proto", "http"},
    };
    (void)state;
    struct task *t = task_take(here.sv);
    here.sv->opt.trusted_proxy = "10.0.0.1";
    t->rq.method = S("GET");
    t->rq.path = S("/");
    t->rq.peer = S("10.0.0.1");
    for (size_t i = 0; i < COUNT(lines); i++)
        *PUSH(&t->mem, &t->rq.headers) = (struct pair){str_c(lines[i][0]), str_c(lines[i][1])};
    assert_true(road_head(t));
    assert_true(str_is(t->rq.peer, "192.0.2.1"));
    assert_false(t->rq.secure);
    task_give(t);
    here.sv->opt.trusted_proxy = NULL;
}

/* Of a body that does not say its length, what came is counted. */
static void a_body_is_measured_when_it_is_here(void **state)
{
    (void)state;
    struct task *t = task_take(here.sv);
    t->rq.method = S("POST");
    t->rq.path = S("/");
    t->rq.length = -1;
    *PUSH(&t->mem, &t->rq.headers) = (struct pair){S("Host"), S("a")};
    assert_true(road_head(t));
    size_t n = road_body_max(t) + 1;
    t->rq.body = str_n(arena_alloc(&here.mem, n), n);
    assert_false(road_body(t));
    assert_int_equal(t->refused, 413);
    road_finish(t);
    assert_int_equal(t->rp.status, 413);
    int64_t counted = t->rp.sent.n;
    road_finish(t); /* once */
    assert_int_equal(t->rp.sent.n, counted);
    task_give(t);
}

/* Who writes waits for the writer where there is one; files are read before, by others. */
static void each_route_has_its_place(void **state)
{
    static const struct route pages = {"GET", "/", bare_page, .title = "a"},
                              quick = {"GET", "/", bare_page, .title = "a", .kind = ROUTE_INLINE},
                              saves = {"POST", "/", bare_page, .title = "a"},
                              looks = {"POST", "/", bare_page, .title = "a", .prepare = bare_page};
    static const struct {
        const struct route *route;
        bool file;
        enum where one, many; /* writers */
    } rows[] = {{NULL, false, AT_ONCE, AT_ONCE},   {&pages, false, IN_POOL, IN_POOL},
                {&quick, false, AT_ONCE, IN_POOL}, {&saves, false, IN_WRITER, IN_POOL},
                {&looks, false, IN_POOL, IN_POOL}, {&looks, true, WITH_FILES, WITH_FILES}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        for (int one = 0; one < 2; one++) {
            struct task *t = task_take(here.sv);
            here.sv->hooks.one_writer = one;
            t->rq.route = rows[i].route;
            t->rq.unsafe = rows[i].route && str_is(str_c(rows[i].route->method), "POST");
            if (rows[i].file)
                *PUSH(&t->mem, &t->rq.uploads) = (struct upload){.field = S("f")};
            assert_int_equal(road_where(t), one ? rows[i].one : rows[i].many);
            task_give(t);
        }
}

/* After an hour of silence everybody may again as much as at first, and no more. */
static void an_hour_later_a_bucket_is_full(void **state)
{
    (void)state;
    here.sv->opt.anonymous_burst = 2;
    struct task *t = task_take(here.sv);
    t->rq.peer = S("192.0.2.1");
    for (int hour = 0; hour < 2; hour++, later += INT64_C(3600000))
        for (int i = 0; i < 4; i++) {
            t->bucket_paid = false;
            assert_int_equal(bucket_pay(&t->cx, t), i < 2 ? OK : ERR_BUSY);
        }
    task_give(t);
}

static enum err paid_by(struct task *t, unsigned n)
{
    char peer[16];
    snprintf(peer, sizeof peer, "10.%u.%u.%u", n >> 16 & 255, n >> 8 & 255, n & 255);
    t->rq.peer = str_c(peer);
    t->bucket_paid = false;
    enum err e = bucket_pay(&t->cx, t);
    t->rq.peer = S("");
    return e;
}

/* A flood from more addresses than are kept apart blocks nobody who is new, and who has spent what
 * he had is the last to be forgotten. */
static void a_flood_forgets_and_blocks_nobody_new(void **state)
{
    enum { ADDRESSES = 3 * 4096 };
    unsigned still = 0;
    (void)state;
    here.sv->opt.anonymous_burst = 2;
    here.sv->opt.anonymous_per_minute = 1; /* the flood may take its time */
    struct task *t = task_take(here.sv);
    for (int i = 0; i < 3; i++)
        assert_int_equal(paid_by(t, 0), i < 2 ? OK : ERR_BUSY);
    for (unsigned n = 1; n < ADDRESSES; n++)
        assert_int_equal(paid_by(t, n), OK);
    assert_int_equal(paid_by(t, 0), ERR_BUSY); /* all others had more left than he */
    later += INT64_C(60000);
    assert_int_equal(paid_by(t, 0), OK); /* one a minute */
    assert_int_equal(paid_by(t, 0), ERR_BUSY);
    for (unsigned n = ADDRESSES - 100; n < ADDRESSES; n++)
        still += paid_by(t, n) == OK && paid_by(t, n) == OK && paid_by(t, n) == ERR_BUSY;
    assert_int_equal(still, 100); /* full again, not more than full */
    /* Those beside them are full by now. */
    for (unsigned n = ADDRESSES; n < ADDRESSES + 200; n++) {
        later += n % 100 ? 0 : INT64_C(3600000);
        still += paid_by(t, n) == OK && paid_by(t, n) == OK && paid_by(t, n) == ERR_BUSY;
    }
    assert_int_equal(still, 300);
    task_give(t);
}

/* In a crowd who is being answered is left alone, and who is late is cut. */
static void a_crowd_cuts_only_who_is_late(void **state)
{
    int busy[2], late[2];
    char byte;
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, busy), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, late), 0);
    struct guard_slot *b = guard_enter(here.sv, busy[0]);
    guard_work(b);
    here.sv->opt.head_ms = 1;
    struct guard_slot *l = guard_enter(here.sv, late[0]);
    assert_int_equal(read(late[1], &byte, 1), 0); /* until the sweep has cut it */
    assert_int_equal(recv(busy[1], &byte, 1, MSG_DONTWAIT), -1);
    assert_int_equal(errno, EAGAIN);
    guard_leave(here.sv, b);
    guard_leave(here.sv, l);
    for (int i = 0; i < 2; i++) {
        close(busy[i]);
        close(late[i]);
    }
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, bare_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_server_without_hooks_answers),
        CASE(a_proxy_is_believed_what_it_added_last),
        CASE(of_several_lines_the_last_is_the_proxys),
        CASE(a_body_is_measured_when_it_is_here),
        CASE(each_route_has_its_place),
        CASE(an_hour_later_a_bucket_is_full),
        CASE(a_flood_forgets_and_blocks_nobody_new),
        CASE(a_crowd_cuts_only_who_is_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
