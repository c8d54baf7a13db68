/* cache_test -- kept pages: shown again while nothing changed, and never to the wrong person. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit.h"
#include "web/inner.h"
#include <stdio.h>
#include <string.h>

static struct {
    struct arena mem, answers;
    struct cx cx;
    struct server *sv;
    struct env_fake world;
    int made; /* handlers that ran */
    struct str head, body;
} here;

static enum err page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    here.made++;
    if (req_query(rq, "m").n)
        reply_cookie(rp, "mode", req_query(rq, "m"), 60);
    if (str_is(req_query(rq, "q"), "missing"))
        return fail(cx, ERR_MISSING, "nothing here");
    out_printf(reply_html(rp), "<p>%d %.*s %.*s", here.made, STR(req_query(rq, "q")),
               STR(req_site(cx, rq)));
    for (int i = 0; str_is(req_query(rq, "q"), "long") && i < 10000; i++)
        out_printf(reply_html(rp), "%d", i);
    return OK;
}

/* Writes for the community named in ?to=. */
static enum err save(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t to;
    TRY(req_id(cx, rq, "to", &to));
    cx->community = to;
    if (str_is(req_query(rq, "how"), "refused"))
        return fail(cx, ERR_CONFLICT, "no");
    out_c(reply_json(rp), "{}");
    return OK;
}

static const struct route routes[] = {
    {"GET", "/page", page, .title = "page", .kind = ROUTE_INLINE, .shared = true},
    {"GET", "/own", page, .title = "own", .kind = ROUTE_INLINE},
    {"POST", "/save", save, .title = "save"},
};
static const struct feature feature = {.name = "test", .routes = routes, .nroutes = COUNT(routes)};
static const struct feature *const features[] = {&feature};

static enum err on_who(void *arg, struct cx *cx, const struct req *rq)
{
    (void)arg;
    cx->community = str_is(req_query(rq, "c"), "2") ? 2 : 1;
    if (str_is(req_cookie(rq, "who"), "staff"))
        cx->who.person_id = 5;
    return OK;
}

static int setup(void **state)
{
    struct web_hooks hooks = {.who = on_who, .one_writer = true};
    struct web_options opt = {.features = features,
                              .nfeatures = 1,
                              .connection_limit = 8,
                              .anonymous_burst = -1,
                              .keep_ms = 20000,
                              .env = &here.world.env};
    (void)state;
    memset(&here, 0, sizeof here);
    env_fake_init(&here.world, 1000, 7);
    arena_init(&here.mem, 16 << 20);
    arena_init(&here.answers, 64 << 20);
    cx_init(&here.cx, &here.mem, &env_system);
    assert_int_equal(web_start(&here.cx, &opt, &hooks, &here.sv), OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    web_stop(here.sv);
    arena_free(&here.mem);
    arena_free(&here.answers);
    return 0;
}

static int call(const char *method, const char *target, const char *header, const char *value)
{
    const char *headers[] = {header, value, NULL};
    struct web_call c = {method, target, headers, S("")};
    int status;
    web_call(here.sv, &here.answers, &c, &status, &here.head, &here.body);
    return status;
}

static int get(const char *target)
{
    return call("GET", target, NULL, NULL);
}

/* How many handlers ran for this request. */
static int made_by(const char *target, const char *header, const char *value)
{
    int before = here.made;
    call("GET", target, header, value);
    return here.made - before;
}

static void shown_again(void **state)
{
    (void)state;
    assert_int_equal(get("/page?q=a"), 200);
    struct str head = here.head, body = here.body;
    assert_int_equal(get("/page?q=a"), 200);
    assert_int_equal(here.made, 1);
    assert_true(str_eq(here.body, body));
    /* all headers but the id of the request, which is the last */
    int64_t id = str_find(head, S("X-Request-Id"));
    assert_true(id > 0);
    assert_int_equal(str_find(here.head, S("X-Request-Id")), id);
    assert_memory_equal(here.head.p, head.p, (size_t)id);
    assert_false(str_eq(here.head, head));
}

static void depends_on_what_it_says(void **state)
{
    (void)state;
    get("/page?q=a");
    assert_int_equal(made_by("/page?q=b", NULL, NULL), 1);
    assert_int_equal(made_by("/page?q=a", "Cookie", "mode=elder"), 1);
    assert_int_equal(made_by("/page?q=a", "Cookie", "mode=elder"), 0);
    assert_int_equal(made_by("/page?q=a", "Accept-Encoding", "gzip"), 1);
    assert_int_equal(made_by("/page?q=a", NULL, NULL), 0);
    assert_int_equal(made_by("/own?q=a", NULL, NULL), 1);
    assert_int_equal(made_by("/own?q=a", NULL, NULL), 1);
}

/* A page that says its own address is not shown where it is called otherwise. */
static void one_name_is_not_told_to_another(void **state)
{
    (void)state;
    assert_int_equal(made_by("/page?q=a", "Host", "evil.example"), 1);
    assert_true(str_find(here.body, S("http://evil.example")) > 0);
    assert_int_equal(made_by("/page?q=a", NULL, NULL), 1);
    assert_true(str_find(here.body, S("http://localhost")) > 0);
    assert_int_equal(made_by("/page?q=a", "Host", "evil.example"), 0);
}

/* The page of the second line would be kept under the first. */
static void a_second_cookie_line_is_refused(void **state)
{
    const char *headers[] = {"Cookie", "", "Cookie", "mode=elder", NULL};
    struct web_call c = {"GET", "/page?q=a", headers, S("")};
    int status;
    (void)state;
    web_call(here.sv, &here.answers, &c, &status, &here.head, &here.body);
    assert_int_equal(status, 400);
    assert_int_equal(here.made, 0);
}

static void never_for_one_person(void **state)
{
    (void)state;
    get("/page?q=a");
    assert_int_equal(made_by("/page?q=a", "Cookie", "who=staff"), 1);
    assert_int_equal(made_by("/page?q=a", "Cookie", "who=staff"), 1);
    assert_int_equal(made_by("/page?q=a", "Authorization", "Bearer x"), 1);
    assert_int_equal(made_by("/page?m=elder", NULL, NULL), 1); /* sets a cookie */
    assert_int_equal(made_by("/page?m=elder", NULL, NULL), 1);
}

static void faults_and_giants_are_not_kept(void **state)
{
    (void)state;
    assert_int_equal(get("/page?q=missing"), 404);
    assert_int_equal(made_by("/page?q=missing", NULL, NULL), 1);
    assert_int_equal(made_by("/page?q=long", NULL, NULL), 1);
    assert_int_equal(made_by("/page?q=long", NULL, NULL), 1);
}

static void old_after_a_change(void **state)
{
    (void)state;
    get("/page?q=a");
    get("/page?q=a&c=2");
    assert_int_equal(call("POST", "/save?to=1&how=refused", NULL, NULL), 409);
    assert_int_equal(made_by("/page?q=a", NULL, NULL), 0);
    assert_int_equal(call("POST", "/save?to=1", NULL, NULL), 200);
    assert_int_equal(made_by("/page?q=a", NULL, NULL), 1);
    assert_int_equal(made_by("/page?q=a&c=2", NULL, NULL), 0); /* another community */
    web_changed(here.sv, 2);
    assert_int_equal(made_by("/page?q=a&c=2", NULL, NULL), 1);
    assert_int_equal(made_by("/page?q=a", NULL, NULL), 0);
}

static void old_after_a_time(void **state)
{
    (void)state;
    get("/page?q=a");
    here.world.at += 19999;
    assert_int_equal(made_by("/page?q=a", NULL, NULL), 0);
    here.world.at += 1;
    assert_int_equal(made_by("/page?q=a", NULL, NULL), 1);
}

/* A page whose transaction began before a change that was told before the page was kept. */
static void a_page_that_was_late(void **state)
{
    (void)state;
    struct task *t = task_take(here.sv);
    struct str path = S("/page");
    t->rq.method = S("GET");
    t->rq.path = path;
    *PUSH(&t->mem, &t->rq.headers) = (struct pair){S("Host"), S("localhost")};
    assert_true(road_head(t));
    assert_true(road_body(t));
    road_work(t);
    web_changed(here.sv, 1);
    road_finish(t);
    assert_int_equal(t->rp.status, 200);
    task_give(t);
    assert_int_equal(made_by("/page", NULL, NULL), 1);
}

/* Addresses that strangers make up push each other out; nothing grows and nothing is mixed up. */
static void bounded(void **state)
{
    (void)state;
    char target[40], want[40];
    for (int i = 0; i < 2000; i++) {
        snprintf(target, sizeof target, "/page?q=%d", i % 700);
        assert_int_equal(get(target), 200);
        snprintf(want, sizeof want, " %d", i % 700);
        assert_true(str_find(here.body, str_c(want)) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(shown_again, setup, teardown),
        cmocka_unit_test_setup_teardown(depends_on_what_it_says, setup, teardown),
        cmocka_unit_test_setup_teardown(one_name_is_not_told_to_another, setup, teardown),
        cmocka_unit_test_setup_teardown(a_second_cookie_line_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(never_for_one_person, setup, teardown),
        cmocka_unit_test_setup_teardown(faults_and_giants_are_not_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(old_after_a_change, setup, teardown),
        cmocka_unit_test_setup_teardown(old_after_a_time, setup, teardown),
        cmocka_unit_test_setup_teardown(a_page_that_was_late, setup, teardown),
        cmocka_unit_test_setup_teardown(bounded, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
