/* router_test -- tables of routes that must not start, and that each path finds the one meant. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit.h"
#include "web/inner.h"
#include <string.h>

static struct arena mem;
static struct cx cx;

static int setup(void **state)
{
    (void)state;
    arena_init(&mem, 1 << 20);
    cx_init(&cx, &mem, &env_system);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&mem);
    return 0;
}

static enum err page(struct cx *c, const struct req *rq, struct reply *rp)
{
    (void)c;
    (void)rq;
    (void)rp;
    return OK;
}

static enum err start_with(const struct route *routes, size_t n)
{
    const struct feature f = {.name = "x", .routes = routes, .nroutes = n};
    const struct feature *const all[] = {&f};
    struct router r;
    fault_clear(&cx);
    return router_make(&cx, &r, all, 1);
}

static void ambiguous_routes_do_not_start(void **state)
{
    static const struct field named[] = {{.name = "id"}}, nameless[] = {{.name = "text"}};
    static const struct shape whole = {.name = "whole", .fields = named, .nfields = 1},
                              loose = {.name = "loose", .fields = nameless, .nfields = 1};
    (void)state;
    const struct route same[] = {{"GET", "/a/{x}", page, .title = "t"},
                                 {"GET", "/a/{y}", page, .title = "t"}};
    const struct route crossed[] = {{"GET", "/a/{x}/c", page, .title = "t"},
                                    {"GET", "/a/b/{y}", page, .title = "t"}};
    const struct route nested[] = {{"GET", "/a/{x}/c", page, .title = "t"},
                                   {"GET", "/a/b/c", page, .title = "t"},
                                   {"POST", "/a/b/{x}", page, .title = "t"}};
    const struct route bad[] = {{"GET", "a", page, .title = "t"},
                                {"GET", "/a//b", page, .title = "t"},
                                {"GET", "/a/{X}", page, .title = "t"},
                                {"GET", "/{a}/{a}", page, .title = "t"},
                                {"PATCH", "/a", page, .title = "t"},
                                {"GET", "/a", NULL, .title = "t"},
                                {"GET", "/a", page},
                                {"GET", "/s/a.css", page, .title = "t"},
                                {"GET", "/a", page, .title = "t", .keeps = true},
                                {"POST", "/a", page, .title = "t", .kind = ROUTE_STREAM},
                                {NULL, "/a", page, .title = "t"},
                                {"GET", NULL, page, .title = "t"},
                                {"GET", "/a", page, .title = ""},
                                {"GET", "/a", page, .title = "t", .prepare = page},
                                {"GET", "/a", page, .title = "t", .body_max = 1},
                                {"GET", "/a", page, .title = "t", .seals = &whole},
                                {"POST", "/a", page, .title = "t", .seals = &loose},
                                {"GET", "/a", page, .title = "t", .open_key = "k", .roles = 1},
                                {"GET", "/{ab", page, .title = "t"},
                                {"GET", "/{a!}", page, .title = "t"},
                                {"GET", "/{a:}", page, .title = "t"},
                                {"GET", "/{a~}", page, .title = "t"},
                                {"GET", "/a b", page, .title = "t"},
                                {"GET", "/é", page, .title = "t"}};
    const struct route good = {"GET", "/a-1/{b_2}", page, .title = "t", .open_key = "k"};
    const struct route sealed = {"POST", "/a", page, .title = "t", .seals = &whole};
    assert_int_equal(start_with(same, 2), ERR_INPUT);
    assert_int_equal(start_with(crossed, 2), ERR_INPUT);
    const struct route page_of_s[] = {{"GET", "/s/{x}", page, .title = "t"},
                                      {"GET", "/s/a", page, .title = "t"}};
    assert_int_equal(start_with(nested, 3), OK);
    assert_int_equal(start_with(&good, 1), OK);
    assert_int_equal(start_with(&sealed, 1), OK);
    assert_int_equal(start_with(page_of_s, 2), OK);
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(start_with(&bad[i], 1), ERR_INPUT);
}

/* A shape that would lose a field, and a route that is not in the table. */
static void what_is_not_whole_does_not_start(void **state)
{
    static const struct field fields[] = {{.name = NULL}};
    static const struct shape bad = {.name = "bad", .fields = fields, .nfields = 1};
    static const struct shape *const shapes[] = {&bad};
    const struct feature f = {.name = "x", .shapes = shapes, .nshapes = 1};
    const struct feature *const all[] = {&f};
    const struct route route = {"GET", "/a", page, .title = "t"};
    const struct feature other = {.name = "y", .routes = &route, .nroutes = 1};
    const struct feature *const good[] = {&other};
    struct router r;
    (void)state;
    fault_clear(&cx);
    assert_int_equal(router_make(&cx, &r, all, 1), ERR_INPUT);
    assert_true(str_find(cx.fault.message, S("shape bad")) >= 0);
    fault_clear(&cx);
    assert_int_equal(router_make(&cx, &r, good, 1), OK);
    assert_non_null(router_row(&r, &route));
    assert_null(router_row(&r, &(struct route){0}));
}

/* "method path -> index of the route, or -1" over a table that was given in no order. */
static void the_most_literal_wins(void **state)
{
    static const struct route table[] = {
        {"GET", "/{a}/{b}", page, .title = "0"},   {"GET", "/x/{b}", page, .title = "1"},
        {"POST", "/x/y", page, .title = "2"},      {"GET", "/", page, .title = "3"},
        {"GET", "/x", page, .title = "4"},         {"GET", "/x/{b}/z", page, .title = "5"},
        {"GET", "/x/y/{c}/z", page, .title = "6"},
    };
    static const struct {
        const char *method, *path;
        int want;
    } cases[] = {{"GET", "/q/r", 0},     {"GET", "/x/y", 1},     {"HEAD", "/x/y", 1},
                 {"POST", "/x/y", 2},    {"GET", "/", 3},        {"GET", "/x", 4},
                 {"GET", "/x/1/z", 5},   {"GET", "/x/y/1/z", 6}, {"GET", "/x/y/1/q", -1},
                 {"POST", "/q/r", -1},   {"GET", "", -1},        {"GET", "x", -1},
                 {"GET", "/x/y/z/", -1}, {"DELETE", "/x/y", -1}, {"get", "/x", -1},
                 {"GET", "/x/%2F", -1},  {"GET", "/x/%1F", -1},  {"GET", "/x/%7F", -1},
                 {"GET", "/x/%7E", 1}};
    const struct feature f = {.name = "x", .routes = table, .nroutes = COUNT(table)};
    const struct feature *const all[] = {&f};
    struct router r;
    (void)state;
    assert_int_equal(router_make(&cx, &r, all, 1), OK);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct task t = {.rq = {.method = str_c(cases[i].method), .path = str_c(cases[i].path)}};
        t.rq.task = &t;
        t.rp.mem = &mem;
        fault_clear(&cx);
        enum err e = router_find(&cx, &r, &t.rq);
        int got = e == OK ? (int)(t.rq.route - table) : -1;
        if (got != cases[i].want)
            fail_msg("%s %s gave %d", cases[i].method, cases[i].path, got);
    }
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {CASE(ambiguous_routes_do_not_start),
                                       CASE(what_is_not_whole_does_not_start),
                                       CASE(the_most_literal_wins)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
