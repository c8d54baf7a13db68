/* form_test -- what clients may write into heads and bodies, row by row. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit.h"
#include "base/env.h"
#include "web/inner.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static struct arena mem;
static struct cx cx;

static int setup(void **state)
{
    (void)state;
    arena_init(&mem, 4 << 20);
    cx_init(&cx, &mem, &env_system);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    cx_end(&cx);
    arena_free(&mem);
    return 0;
}

static void a_parameter_of_a_header_is_found(void **state)
{
    static const struct {
        const char *value, *want; /* of "b" */
    } rows[] = {
        {"", NULL},
        {"x/y", NULL},
        {"x/y;", NULL},
        {"x/y; b", NULL},
        {"x/y; b; c=1", NULL},
        {"x/y; b; b=1", "1"},
        {"x/y; a=1; b=2", "2"},
        {"x/y; B = 2 ; c=3", "2"},
        {"x/y; b=", ""},
        {"x/y; a=\"b=1;\"; b=2", "2"},
        {"x/y; b=\"2;3\"", "2;3"},
        {"x/y; b=\"2", "2"},
        {"x/y; b=\"a\\\"c\\\\d\"", "a\"c\\d"},
        {"x/y; b=\"a\\c\"", "a\\c"},
        {"x/y; b=\"a\\", "a\\"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str got = header_param(&mem, str_c(rows[i].value), "b");
        bool same = rows[i].want ? got.p && str_is(got, rows[i].want) : !got.p;
        if (!same)
            fail_msg("%s: %.*s", rows[i].value, STR(got));
    }
}

static void a_form_is_read_strictly(void **state)
{
    static const struct {
        const char *text, *want; /* of the first field; NULL: refused */
    } rows[] = {
        {"a=b", "b"},    {"a=%41+%5a", "A Z"}, {"&&a=1", "1"},  {"a=%4", NULL},
        {"a=%", NULL},   {"a=%4g", NULL},      {"a=%g4", NULL}, {"a=%:1", NULL},
        {"a=%/1", NULL}, {"a=%`1", NULL},      {"a=%@1", NULL}, {"a=%00", NULL},
        {"a=%ff", NULL}, {"%ff=a", NULL},      {"=a", NULL},    {"%e6%b1%89=%E6%B1%89", "汉"},
        {"a", ""},
    };
    char name[300];
    struct str long_name = str_n(memset(name, 'n', sizeof name), sizeof name);
    pair_list out = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        pair_list own = {0};
        fault_clear(&cx);
        enum err e = form_read(&cx, str_c(rows[i].text), 10, &own);
        if (e != (rows[i].want ? OK : ERR_INPUT) ||
            (rows[i].want && !str_is(own.at[0].value, rows[i].want)))
            fail_msg("%s: %d", rows[i].text, e);
    }
    const struct pair bad[] = {
        {S(""), S("v")},     {long_name, S("v")},        {S("\xff"), S("v")},
        {S("n"), S("\xff")}, {str_n("a\0b", 3), S("v")}, {S("n"), str_n("a\0b", 3)}};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(form_add(&cx, &out, bad[i].name, bad[i].value), ERR_INPUT);
        fault_clear(&cx);
    }
    assert_int_equal(out.n, 0);
    for (size_t i = 0; i < FIELDS_MAX; i++)
        assert_int_equal(form_add(&cx, &out, S("n"), S("")), OK);
    assert_int_equal(form_add(&cx, &out, S("n"), S("")), ERR_INPUT);
}

#define PART(head, data) "--x\r\n" head "\r\n\r\n" data "\r\n"
#define FIELD_HEAD       "Content-Disposition: form-data; name=\"n\""

static void a_part_is_whole_or_the_body_is_refused(void **state)
{
    static const struct {
        const char *type, *body;
        size_t fields, files;
        bool good;
    } rows[] = {
        {"x", PART(FIELD_HEAD, "v") "--x--", 1, 0, true},
        {"x", "before\r\n" PART(FIELD_HEAD, "v") "--x--", 1, 0, true},
        {"x", PART(FIELD_HEAD "; filename=\"a/b\\c.txt\"", "v") "--x--", 0, 1, true},
        {"x", PART(FIELD_HEAD "; filename=\"a\\b/c.txt\"", "v") "--x--", 0, 1, true},
        {"x", PART(FIELD_HEAD "; filename=\"\"", "") "--x--", 0, 0, true},
        {"x", PART(FIELD_HEAD "; filename=\"\"", "v") "--x--", 0, 1, true},
        {"x", PART(FIELD_HEAD "\r\nContent-Type: text/plain\r\nX: y", "v") "--x--", 1, 0, true},
        {"x", PART(FIELD_HEAD "\r\nContent-Transfer-Encoding: 8bit", "v") "--x--", 1, 0, true},
        {"x", PART(FIELD_HEAD "\r\nContent-Transfer-Encoding: binary", "v") "--x--", 1, 0, true},
        {"x", PART(FIELD_HEAD "\r\nContent-Transfer-Encoding: base64", "v") "--x--", 0, 0, false},
        /* said twice: the first counts */
        {"x", PART(FIELD_HEAD "\r\nContent-Disposition: attachment", "v") "--x--", 1, 0, true},
        {"x", PART(FIELD_HEAD "\r\nContent-Type: a/b\r\nContent-Type: c/d", "v") "--x--", 1, 0,
         true},
        {"x", PART(FIELD_HEAD "\r\n folded", "v") "--x--", 0, 0, false},
        {"x", PART(FIELD_HEAD "\r\n\tfolded", "v") "--x--", 0, 0, false},
        {"x", PART(FIELD_HEAD "\r\nno colon", "v") "--x--", 0, 0, false},
        {"x", PART("Content-Disposition: form-data", "v") "--x--", 0, 0, false},
        {"x", PART("Content-Disposition: attachment; name=\"n\"", "v") "--x--", 0, 0, false},
        {"x", PART("X: y", "v") "--x--", 0, 0, false},
        {"x", "--x\r\n\r\n\r\nv\r\n--x--", 0, 0, false},
        {"x", PART(FIELD_HEAD "; filename=\"\xff\"", "v") "--x--", 0, 0, false},
        {"x", PART(FIELD_HEAD, "v"), 0, 0, false},
        {"x", "--x\r\n" FIELD_HEAD "\r\n", 0, 0, false},
        {"x", "--x\r\n" FIELD_HEAD "\r\n\r\n--x--", 1, 0, true}, /* an empty one */
        {"x", "--x\r\n\r\nX: y\r\n\r\nv\r\n--x--", 0, 0, false},
        {"x", "--x?", 0, 0, false},
        {"x", "nothing", 0, 0, false},
        {"", PART(FIELD_HEAD, "v") "--x--", 0, 0, false},
        {"\"a b\"", "--a b--", 0, 0, false},
        {"\"\x7f\"", "--\x7f--", 0, 0, false},
        {"0123456789012345678901234567890123456789012345678901234567890123456789x", "", 0, 0,
         false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        pair_list fields = {0};
        upload_list files = {0};
        struct str type = arena_printf(&mem, "multipart/form-data; boundary=%s", rows[i].type);
        fault_clear(&cx);
        enum err e = multipart_read(&cx, type, str_c(rows[i].body), &fields, &files);
        if ((e == OK) != rows[i].good ||
            (e == OK && (fields.n != rows[i].fields || files.n != rows[i].files)))
            fail_msg("row %zu: %d, %zu fields, %zu files", i, e, fields.n, files.n);
        if (files.n && files.at[0].filename.n)
            assert_true(str_is(files.at[0].filename, "c.txt")); /* no path of another machine */
    }
    struct out many;
    pair_list fields = {0};
    upload_list files = {0};
    out_init(&many, &mem);
    for (int i = 0; i <= UPLOADS_MAX; i++)
        out_c(&many, PART(FIELD_HEAD "; filename=\"f\"", "v"));
    out_c(&many, "--x--");
    fault_clear(&cx);
    struct str type = S("multipart/form-data; boundary=x");
    assert_int_equal(multipart_read(&cx, type, out_text(&many), &fields, &files), ERR_INPUT);
    assert_int_equal(files.n, UPLOADS_MAX);
    out_init(&many, &mem);
    for (int i = 0; i <= FIELDS_MAX + UPLOADS_MAX; i++) /* forms whose file nobody chose */
        out_c(&many, PART(FIELD_HEAD "; filename=\"\"", ""));
    out_c(&many, "--x--");
    files = (upload_list){0};
    fault_clear(&cx);
    assert_int_equal(multipart_read(&cx, type, out_text(&many), &fields, &files), ERR_INPUT);
    assert_true(str_find(cx.fault.message, S("太多")) > 0 && files.n == 0);
    static const char zero[] =
        "--x\r\nContent-Disposition: form-data; name=\"n\"\0\r\n\r\nv\r\n--x--";
    fault_clear(&cx);
    assert_int_equal(multipart_read(&cx, type, str_n(zero, sizeof zero - 1), &fields, &files),
                     ERR_INPUT);
}

static void json_is_read_strictly(void **state)
{
    static const struct {
        const char *text, *want; /* of the last field; NULL: refused */
    } rows[] = {
        {"{\"a\":\"b\"}", "b"},  {"{\"a\":-7}", "-7"},
        {"{\"a\":true}", "1"},   {"{\"a\":false}", "0"},
        {"{\"a\":null}", ""},    {"{\"a\":[1,\"2\"]}", "2"},
        {"{\"a\":1.5}", NULL},   {"{\"a\":{\"b\":1}}", NULL},
        {"{\"a\":[[1]]}", NULL}, {"[1]", NULL},
        {"\"a\"", NULL},         {"{\"a\":1,\"a\":2}", NULL},
        {"{\"a\":1", NULL},      {"{\"a\":\"\\u0000\"}", NULL},
        {"{\"\":1}", NULL},
    };
    struct out many;
    pair_list all = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        pair_list own = {0};
        fault_clear(&cx);
        enum err e = json_read(&cx, str_c(rows[i].text), &own);
        if (e != (rows[i].want ? OK : ERR_INPUT) ||
            (rows[i].want && !str_is(own.at[own.n - 1].value, rows[i].want)))
            fail_msg("%s: %d", rows[i].text, e);
    }
    out_init(&many, &mem);
    out_c(&many, "{\"a\":[1");
    for (size_t i = 0; i < FIELDS_MAX; i++)
        out_c(&many, ",1");
    fault_clear(&cx);
    assert_int_equal(json_read(&cx, out_text(&many), &all), ERR_INPUT);
    assert_true(str_find(cx.fault.message, S("太多")) >= 0); /* the parser has not seen it */
    fault_clear(&cx);
    assert_int_equal(form_add(&cx, &all, S("\xff"), S("1")), ERR_INPUT);
}

static long left; /* allocations of jansson until one fails; 0 = none does */
static json_malloc_t get;
static json_free_t give;

static void *sparing(size_t n)
{
    return left && --left == 0 ? NULL : get(n);
}

/* No memory is no mistake of the person who typed, unless it was missing for one of his texts:
 * that jansson calls an invalid one. What is read is read whole in any case. */
static void json_without_memory_is_none(void **state)
{
    enum err e = ERR_BUSY;
    int busy = 0;
    (void)state;
    json_get_alloc_funcs(&get, &give);
    json_set_alloc_funcs(sparing, give);
    for (long n = 1; e != OK; n++) {
        pair_list own = {0};
        fault_clear(&cx);
        left = n;
        e = json_read(&cx, S("{\"a\":\"b\",\"c\":[1,\"d\",true]}"), &own);
        bool failed = left == 0;
        left = 0;
        assert_int_equal(e != OK, failed);
        busy += e == ERR_BUSY;
        assert_int_equal(own.n, e == OK ? 4 : 0);
    }
    json_set_alloc_funcs(get, give);
    assert_true(busy > 2);
}

/* Only a body that says what it is, in our encoding, becomes fields. */
static void a_body_is_what_it_says(void **state)
{
    static const struct {
        const char *type, *body;
        bool unsafe;
        enum err err;
        size_t fields;
    } rows[] = {
        {"application/x-www-form-urlencoded", "a=1", true, OK, 1},
        {"application/x-www-form-urlencoded; charset=UTF-8", "a=1", true, OK, 1},
        {"application/x-www-form-urlencoded; charset=utf8", "a=1", true, OK, 1},
        {"application/x-www-form-urlencoded; charset=gbk", "a=1", true, ERR_INPUT, 0},
        {"application/x-www-form-urlencoded", "a=1", false, OK, 0},
        {"application/x-www-form-urlencoded", "", true, OK, 0},
        {"Application/JSON", "{\"a\":1}", true, OK, 1},
        {"multipart/form-data; boundary=x", PART(FIELD_HEAD, "v") "--x--", true, OK, 1},
        {"text/plain", "a=1", true, OK, 0},
        {"", "a=1", true, OK, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pair type = {S("Content-Type"), str_c(rows[i].type)};
        struct req rq = {
            .headers = {&type, 1, 1}, .unsafe = rows[i].unsafe, .body = str_c(rows[i].body)};
        fault_clear(&cx);
        assert_int_equal(body_read(&cx, &rq), rows[i].err);
        assert_int_equal(rq.fields.n, rows[i].fields);
    }
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {CASE(a_parameter_of_a_header_is_found),
                                       CASE(a_form_is_read_strictly),
                                       CASE(a_part_is_whole_or_the_body_is_refused),
                                       CASE(json_is_read_strictly),
                                       CASE(json_without_memory_is_none),
                                       CASE(a_body_is_what_it_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
