/* web_test -- the road with fake hooks and no store: routes, forms, refusals, batches. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/fake_test.h"

/* ---- routes ---- */
static void finds_the_most_literal_route(void **state)
{
    (void)state;
    assert_int_equal(get("/n/12?q=%E7%81%AF+x&r"), 200);
    assert_true(says("note 12 q=灯 x"));
    assert_int_equal(get("/n/new"), 200);
    assert_true(says("new"));
    assert_int_equal(get("/"), 200);
    assert_int_equal(get("/n/abc"), 404);
    assert_int_equal(get("/n/12/"), 404);
    assert_int_equal(get("/n//"), 404);
    assert_int_equal(get("/nothing"), 404);
    assert_true(says("<h1>404"));
    assert_int_equal(get("/w/%e7%81%af+%2B"), 200);
    assert_true(says("灯++"));
    static const char *const bad[] = {"/w/%2f", "/w/%ff", "/w/%0", "/w/%00", "/w/%0a", "/w/"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(get(bad[i]), 404);
    assert_int_equal(get("http://other/n/1"), 404);
    assert_int_equal(get("/1/2/3/4/5/6/7/8/9/10/11/12/13/14"), 404);
    assert_int_equal(get("/n/1?q=%ff"), 400);
}

static void other_methods_are_405(void **state)
{
    (void)state;
    assert_int_equal(call("DELETE", "/n/12", NULL, S("")), 405);
    assert_true(head_says("Allow: GET, HEAD\n"));
    assert_int_equal(get("/n"), 405);
    assert_true(head_says("Allow: POST\n"));
    assert_int_equal(call("BREW", "/api/n", NULL, S("")), 405);
    assert_true(says("\"status\":405"));
    assert_int_equal(call("HEAD", "/n/12", NULL, S("")), 200);
    assert_int_equal(here.body.n, 0);
}

/* ---- forms ---- */
static void a_form_becomes_a_record(void **state)
{
    (void)state;
    assert_int_equal(post("/n", "title=%E6%8D%A2%E7%81%AF&urgent=on&other=1"), 303);
    assert_true(head_says("Location: /n/%E6%8D%A2%E7%81%AF/1\n"));
    assert_true(head_says("Set-Cookie: b=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=60\n"));
    assert_int_equal(post("/n", "title=x"), 303);
    assert_true(head_says("Location: /n/x/0\n"));
    assert_int_equal(post("/n", "title=%E4%B8%80%E4%BA%8C%E4%B8%89%E5%9B%9B%E4%BA%94%E5%85%AD"
                                "%E4%B8%83%E5%85%AB%E4%B9%9D%E5%8D%81%E5%8D%81"),
                     422);
    assert_true(says("<form>一二三"));
    assert_int_equal(post("/n", ""), 422);
}

static void wrong_encodings_are_refused(void **state)
{
    (void)state;
    assert_int_equal(post("/n", "title=%B5%C6"), 400); /* GBK */
    assert_int_equal(post("/n", "title=\xb5\xc6"), 400);
    assert_int_equal(post("/n", "title=%C0%80"), 400);
    assert_int_equal(post("/n", "title=a%00b"), 400);
    assert_int_equal(post("/n", "title=a%"), 400);
    assert_int_equal(post("/n", "title=a%4"), 400);
    assert_int_equal(post("/n", "title=a%zz"), 400);
    assert_int_equal(post("/n", "=a"), 400);
    assert_int_equal(call("POST", "/n",
                          H("Content-Type", "application/x-www-form-urlencoded; "
                                            "charset=gbk"),
                          S("title=a")),
                     400);
    assert_int_equal(call("POST", "/n",
                          H("Content-Type", "application/x-www-form-urlencoded; "
                                            "Charset=\"UTF-8\""),
                          S("title=a")),
                     303);
}

static void forms_have_limits(void **state)
{
    (void)state;
    struct out o;
    out_init(&o, &here.answers);
    for (int i = 0; i < 513; i++)
        out_c(&o, "a=&");
    assert_int_equal(call("POST", "/n", H(FORM), out_text(&o)), 400);
    while (o.n < (64 << 10) + 1)
        out_c(&o, "b");
    assert_int_equal(call("POST", "/n", H(FORM), str_cut(out_text(&o), 0, (64 << 10) + 1)), 413);
}

static void json_becomes_a_record(void **state)
{
    (void)state;
    const char *bad[] = {"{",
                         "[1]",
                         "1",
                         "{\"title\":\"a\",\"title\":\"b\"}",
                         "{\"title\":{\"a\":1}}",
                         "{\"title\":[[1]]}",
                         "{\"count\":1.5,\"title\":\"a\"}",
                         "{\"count\":99999999999999999999}",
                         "{\"title\":\"\xff\"}",
                         "{\"title\":\"\\u0000\"}",
                         "{\"title\":\"\\ud800\"}",
                         "{\"\":1}"};
    const char *const *h = H(JSON);
    assert_int_equal(call("POST", "/api/n", h,
                          S("{\"title\":\"\\u706f\",\"count\":"
                            "9007199254740993,\"urgent\":false}")),
                     201);
    assert_true(says("\"title\":\"灯\""));
    assert_true(says("9007199254740993"));
    assert_true(says("\"urgent\":false"));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(call("POST", "/api/n", h, str_c(bad[i])), 400);
    assert_int_equal(call("POST", "/api/n", h, S("{\"title\":\"a\",\"id\":5,\"nope\":1}")), 422);
    assert_true(says("\"field\":\"id\""));
    assert_true(says("\"field\":\"nope\""));
    assert_true(says("\"status\":422"));
    assert_true(says("\"detail\":"));
    assert_true(says("\"instance\":"));
    assert_true(head_says("Content-Type: application/problem+json\n"));
    assert_int_equal(call("POST", "/api/n", h, S("{}")), 422);
    assert_int_equal(call("POST", "/api/n", h, S("{\"title\":null}")), 422);
}

#define MULTI "Content-Type", "multipart/form-data; boundary=\"xYx\""

static void multipart_is_read(void **state)
{
    (void)state;
    struct str good =
        S("preamble\r\n--xYx\r\nContent-Disposition: form-data; name=\"tag\"\r\n\r\n"
          "a\r\n--xYx\r\ncontent-disposition: form-data; name=tag\r\n\r\n"
          "b\r\n\r\n--x\r\n--xYx\r\n"
          "Content-Disposition: form-data; name=\"file\"; filename=\"C:\\\\p\\\\灯;.jpg\"\r\n"
          "Content-Type: image/jpeg\r\n\r\n\x00\xff\r\n-\r\n--xYx\r\n"
          "Content-Disposition: form-data; name=\"none\"; filename=\"\"\r\n\r\n\r\n"
          "--xYx--\r\n");
    assert_int_equal(call("POST", "/upload", H(MULTI), good), 200);
    assert_true(says("2 b\n\n--x 5 灯;.jpg"));
    for (size_t n = 0; n + 10 < good.n; n++) /* cut short anywhere */
        assert_int_equal(call("POST", "/upload", H(MULTI), str_cut(good, 0, n)), n ? 400 : 200);
}

static void broken_multipart_is_refused(void **state)
{
    (void)state;
    const char *bad[] = {
        "--xYx\r\n\r\nno name\r\n--xYx--",
        "--xYx\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--xYx--",
        "--xYx\r\nContent-Disposition: attachment; name=a\r\n\r\nb\r\n--xYx--",
        ("--xYx\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64"
         "\r\n\r\nYg==\r\n--xYx--"),
        "--xYx\r\nContent-Disposition: form-data;\r\n name=a\r\n\r\nb\r\n--xYx--",
        "--xYx\r\nContent-Disposition: form-data; name=a\r\n\r\n\xb5\xc6\r\n--xYx--",
        "--xYx\r\nContent-Disposition: form-data; name=\"a\r\n\r\nb\r\n--xYxother",
        "--xYxContent-Disposition: form-data; name=a\r\n\r\nb\r\n--xYx--",
        "--other\r\n",
    };
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(call("POST", "/upload", H(MULTI), str_c(bad[i])), 400);
    assert_int_equal(call("POST", "/upload", H("Content-Type", "multipart/form-data"), S("x")),
                     400);
    struct out o;
    out_init(&o, &here.answers);
    for (int i = 0; i < 40; i++)
        out_c(&o, "--xYx\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\nb\r\n");
    out_c(&o, "--xYx--");
    assert_int_equal(call("POST", "/upload", H(MULTI), out_text(&o)), 400);
}

/* ---- who may ---- */
static void cookies_are_read(void **state)
{
    (void)state;
    assert_int_equal(call("GET", "/n/1", H("Cookie", "a=1; b=\"two\";c"), S("")), 200);
    assert_true(says("c=two"));
    assert_int_equal(call("GET", "/n/1", H("Cookie", "xb=1; b"), S("")), 200);
    assert_true(says("c="));
}

static void access_is_by_role(void **state)
{
    (void)state;
    assert_int_equal(get("/staff"), 401);
    assert_int_equal(call("GET", "/staff", H("Cookie", "who=resident"), S("")), 403);
    assert_int_equal(call("GET", "/staff", H("Cookie", "who=staff"), S("")), 200);
    assert_true(head_says("Cache-Control: no-store\n"));
    assert_int_equal(call("GET", "/api/staff", H("Authorization", "Bearer t"), S("")), 200);
    assert_int_equal(get("/api/staff"), 401);
    assert_true(head_says("WWW-Authenticate: Bearer\n"));
    assert_int_equal(call("GET", "/api/staff", H("Authorization", "Bearer other"), S("")), 403);
    assert_int_equal(fake.refused, 2); /* whoever is not signed in may sign in */
    assert_int_equal(get("/n/new"), 200);
    assert_true(head_says("Cache-Control: no-cache\n"));
    assert_true(head_says("frame-ancestors 'none'"));
    assert_true(head_says("X-Content-Type-Options: nosniff\n"));
}

static void unsafe_needs_the_token(void **state)
{
    (void)state;
    const char *const *staff = H(FORM, "Cookie", "who=staff");
    assert_int_equal(call("POST", "/staff", staff, S("")), 403);
    assert_int_equal(call("POST", "/staff", staff, S("csrf=token-of-forn")), 403);
    assert_int_equal(fake.refused, 0); /* he may: with the page of now */
    assert_int_equal(call("POST", "/staff", staff, S("csrf=token-of-form")), 200);
    assert_int_equal(
        call("POST", "/staff", H("Cookie", "who=staff", "X-CSRF-Token", "token-of-form"), S("")),
        200);
    assert_int_equal(call("POST", "/staff", H("Authorization", "Bearer t"), S("")), 200);
}

static void other_sites_are_refused(void **state)
{
    (void)state;
    struct str body = S("title=x");
    assert_int_equal(call("POST", "/n", H(FORM, "Origin", "https://evil.example"), body), 403);
    assert_int_equal(call("POST", "/n", H(FORM, "Origin", "null"), body), 403);
    assert_int_equal(call("POST", "/n", H(FORM, "Sec-Fetch-Site", "cross-site"), body), 403);
    assert_int_equal(call("POST", "/n", H(FORM, "Sec-Fetch-Site", "same-site"), body), 403);
    assert_int_equal(call("POST", "/n", H(FORM, "Origin", "http://Localhost"), body), 303);
    assert_int_equal(call("POST", "/n", H(FORM, "Origin", "http://a:81", "Host", "a:80"), body),
                     403);
    assert_int_equal(call("POST", "/n", H(FORM, "Sec-Fetch-Site", "same-origin"), body), 303);
    assert_int_equal(call("GET", "/n/1", H("Sec-Fetch-Site", "cross-site"), S("")), 200);
}

static void redirects_stay_here(void **state)
{
    (void)state;
    static const struct {
        const char *to, *lands;
    } cases[] = {{"/n/1?a=b%26c", "/n/1?a=b&c"},
                 {"//evil", "/"},
                 {"https://evil", "/"},
                 {"/%5Cevil", "/"},
                 {"/a%0D%0Ab", "/"},
                 {"", "/"},
                 {"/%E7%81%AF", "/%E7%81%AF"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char target[100], want[100];
        snprintf(target, sizeof target, "/to?to=%s", cases[i].to);
        snprintf(want, sizeof want, "Location: %s\n", cases[i].lands);
        assert_int_equal(get(target), 303);
        if (!head_says(want))
            fail_msg("%s gave %.*s", cases[i].to, STR(here.head));
    }
}

/* ---- failing and trying again ---- */
static void a_full_arena_is_503(void **state)
{
    (void)state;
    assert_int_equal(get("/big"), 503);
    assert_true(head_says("Retry-After: 3\n"));
    assert_int_equal(atomic_load(&fake.begins), atomic_load(&fake.ends));
    assert_int_equal(get("/n/1"), 200);
    assert_int_equal(get("/report"), 200); /* its answer is finished with the same allowance */
}

static void busy_is_tried_three_times(void **state)
{
    (void)state;
    fake.busy_for = 2;
    assert_int_equal(get("/busy"), 200);
    assert_int_equal(atomic_load(&fake.begins), 3);
    fake.busy_for = 100;
    assert_int_equal(get("/busy"), 503);
    assert_int_equal(atomic_load(&fake.begins), 6);
    assert_int_equal(atomic_load(&fake.ends), 6);
    fake.lasts = true;
    assert_int_equal(get("/busy"), 503);
    assert_int_equal(atomic_load(&fake.begins), 7);
}

static void answers_are_kept_by_key(void **state)
{
    (void)state;
    assert_int_equal(
        call("POST", "/api/n", H(JSON, "Idempotency-Key", "k"), S("{\"title\":\"a\"}")), 201);
    assert_int_equal(fake.kept_status, 201);
    assert_int_equal(fake.kept_bytes, here.body.n);
    assert_int_equal(call("POST", "/api/n", H(JSON, "Idempotency-Key", "seen"), S("{}")), 200);
    assert_true(says("again"));
}

static void slow_work_is_prepared_outside(void **state)
{
    (void)state;
    assert_int_equal(post("/login", "password=wrong"), 401);
    int kept = atomic_load(&fake.kept);
    assert_int_equal(post("/login", "password=right"), 200);
    assert_true(says("hashed"));
    assert_int_equal(atomic_load(&fake.begins), 3);
    if (here.sv->hooks.one_writer)
        assert_int_equal(atomic_load(&fake.kept), kept + 1);
}

static void a_failed_commit_is_told(void **state)
{
    (void)state;
    fake.commit_says = ERR_UNKNOWN;
    assert_int_equal(post("/n", "title=x"), 504);
    assert_false(head_says("Set-Cookie"));
    fake.commit_says = ERR_STORE;
    assert_int_equal(post("/n", "title=x"), 500);
    fake.commit_says = ERR_BUSY;
    int before = atomic_load(&fake.begins);
    assert_int_equal(post("/n", "title=x"), 503);
    int tries = here.sv->hooks.one_writer ? TRIES : TRIES_MANY;
    assert_int_equal(atomic_load(&fake.begins), before + tries);
}

/* Within the transaction the one, after its commit the other; neither of what changes nothing. */
static void an_act_is_recorded_and_its_commit_told(void **state)
{
    (void)state;
    assert_int_equal(get("/n/1"), 200);
    assert_int_equal(post("/n", "title=far too long for it"), 422);
    assert_true(atomic_load(&fake.recorded) == 0 && atomic_load(&fake.told) == 0);
    assert_int_equal(post("/n", "title=x"), 303);
    assert_true(atomic_load(&fake.recorded) == 1 && atomic_load(&fake.told) == 1);
    fake.commit_says = ERR_STORE;
    assert_int_equal(post("/n", "title=x"), 500);
    assert_int_equal(atomic_load(&fake.told), 1);
}

static void what_cannot_be_drawn_is_told_bare(void **state)
{
    (void)state;
    fake.fills = true;
    assert_int_equal(get("/nothing"), 503);
    assert_true(here.body.n > 0 && !says("<h1>"));
    fake.fills = false;
    assert_int_equal(get("/nothing"), 404);
}

static void what_is_shut_is_refused_before_it_begins(void **state)
{
    (void)state;
    fake.shut = true;
    int before = atomic_load(&fake.begins);
    assert_int_equal(post("/n", "title=x"), 503);
    assert_true(says("not today"));
    assert_int_equal(get("/n/1"), 200);
    assert_int_equal(atomic_load(&fake.begins), before + 1);
}

/* Half an answer is no form to show again, and a limit or a long wait is not tried again. */
static void what_fails_in_the_middle_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(post("/half", "v=1"), 422);
    assert_true(says("<h1>422</h1>no more"));
    int before = atomic_load(&fake.begins);
    assert_int_equal(post("/half", "v=limit"), 429);
    assert_int_equal(atomic_load(&fake.begins), before + 1);
    fake.commit_says = ERR_BUSY;
    fake.waits_ms = 60000;
    before = atomic_load(&fake.begins);
    assert_int_equal(post("/n", "title=x"), 503);
    if (!here.sv->hooks.one_writer)
        assert_int_equal(atomic_load(&fake.begins), before + 1);
}

/* Somebody runs alone for long: the others go on after a while. */
static void nobody_waits_for_ever(void **state)
{
    (void)state;
    bool taken = turn_take(here.sv, true);
    assert_true(taken);
    assert_int_equal(post("/staff", ""), 401);
    assert_int_equal(post("/count", "v=1"), 200);
    turn_give(here.sv, taken);
}

static void a_lost_batch_runs_again_one_by_one(void **state)
{
    (void)state;
    assert_int_equal(post("/count", "v=poison"), 500);
    assert_int_equal(post("/count", "v=1"), 200);
    assert_int_equal(post("/count", "v=bad"), 409);
    assert_int_equal(atomic_load(&fake.begins), atomic_load(&fake.ends));
}

static void lists_and_packing(void **state)
{
    (void)state;
    assert_int_equal(get("/api/n"), 200);
    assert_true(says("{\"items\":[{\"id\":\"1\""));
    assert_true(says("],\"next\":\"n\\\"1\"}"));
    size_t plain = here.body.n;
    assert_int_equal(call("GET", "/api/n", H("Accept-Encoding", "br, gzip;q=0.5"), S("")), 200);
    assert_true(head_says("Content-Encoding: gzip\n"));
    assert_true(here.body.n < plain && here.body.p[0] == '\x1f');
    assert_int_equal(call("GET", "/api/n", H("Accept-Encoding", "gzip;q=0"), S("")), 200);
    assert_int_equal(here.body.n, plain);
}

static void assets_are_for_ever(void **state)
{
    (void)state;
    assert_int_equal(get(asset_url("app.css")), 200);
    assert_true(head_says("Cache-Control: public, max-age=31536000, immutable\n"));
    assert_true(here.body.n > 100);
    assert_int_equal(call("GET", asset_url("app.css"), H("Accept-Encoding", "gzip"), S("")), 200);
    assert_true(head_says("Content-Encoding: gzip\n"));
    assert_int_equal(get("/s/app.00000000.css"), 404);
    assert_int_equal(post("/s/app.00000000.css", "a=1"), 404);
    assert_string_equal(asset_url("no.such"), "");
}

static void smuggling_is_refused(void **state)
{
    (void)state;
    struct str body = S("title=x");
    assert_int_equal(
        call("POST", "/n", H(FORM, "Content-Length", "7", "Transfer-Encoding", "chunked"), body),
        400);
    assert_int_equal(
        call("POST", "/n", H(FORM, "Content-Length", "7", "content-length", "7"), body), 400);
    assert_int_equal(call("POST", "/n", H(FORM, "Content-Length", "+7"), body), 400);
    assert_int_equal(call("POST", "/n", H(FORM, "Transfer-Encoding", "xchunked"), body), 400);
    assert_int_equal(call("GET", "/", H("Host", "a", "Host", "b"), S("")), 400);
    assert_int_equal(call("GET", "/", H("Host", "a/b"), S("")), 400);
    assert_int_equal(call("GET", "/", H("X", "a\nb"), S("")), 400);
}

static void anonymous_callers_have_a_limit(void **state)
{
    (void)state;
    struct task *t = task_take(here.sv);
    here.sv->opt.anonymous_burst = 5;
    here.sv->opt.anonymous_per_minute = 60;
    const char *peers[] = {"192.0.2.1", "2001:db8::1", "192.0.2.2"};
    for (size_t k = 0; k < COUNT(peers); k++)
        for (int i = 0; i < 7; i++) {
            t->rq.peer = str_c(peers[k]);
            t->bucket_paid = false;
            t->refused = 0;
            enum err e = bucket_pay(&t->cx, t);
            assert_int_equal(e, i < 5 ? OK : ERR_BUSY);
            assert_int_equal(t->refused, i < 5 ? 0 : 429);
        }
    t->rq.peer = S("2001:db8::2"); /* the same /64 */
    t->bucket_paid = false;
    assert_int_equal(bucket_pay(&t->cx, t), ERR_BUSY);
    task_give(t);
}

static void metrics_count(void **state)
{
    (void)state;
    struct out o;
    get("/n/1");
    get("/none");
    post("/n", "title=x");
    out_init(&o, &here.answers);
    web_metrics(here.sv, &o);
    struct str text = out_text(&o);
    assert_true(str_find(text, S("{method=\"GET\",route=\"/n/{id}\",status=\"2xx\"} 1\n")) >= 0);
    assert_true(str_find(text, S("{route=\"-\",status=\"4xx\"} 1\n")) >= 0);
    if (here.sv->hooks.one_writer)
        assert_true(str_find(text, S("linghang_write_batch_jobs_sum 1\n")) >= 0);
}

#define CASE(f)  cmocka_unit_test_setup_teardown(f, setup, teardown)
#define CASE2(f) cmocka_unit_test_setup_teardown(f, setup_many_writers, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {CASE(finds_the_most_literal_route),
                                       CASE(other_methods_are_405),
                                       CASE(a_form_becomes_a_record),
                                       CASE(wrong_encodings_are_refused),
                                       CASE(forms_have_limits),
                                       CASE(json_becomes_a_record),
                                       CASE(multipart_is_read),
                                       CASE(broken_multipart_is_refused),
                                       CASE(cookies_are_read),
                                       CASE(access_is_by_role),
                                       CASE(unsafe_needs_the_token),
                                       CASE(other_sites_are_refused),
                                       CASE(redirects_stay_here),
                                       CASE(a_full_arena_is_503),
                                       CASE(busy_is_tried_three_times),
                                       CASE(answers_are_kept_by_key),
                                       CASE(slow_work_is_prepared_outside),
                                       CASE2(slow_work_is_prepared_outside),
                                       CASE(a_failed_commit_is_told),
                                       CASE2(a_failed_commit_is_told),
                                       CASE(an_act_is_recorded_and_its_commit_told),
                                       CASE2(an_act_is_recorded_and_its_commit_told),
                                       CASE(what_cannot_be_drawn_is_told_bare),
                                       CASE(what_is_shut_is_refused_before_it_begins),
                                       CASE(what_fails_in_the_middle_is_an_error),
                                       CASE2(what_fails_in_the_middle_is_an_error),
                                       CASE2(nobody_waits_for_ever),
                                       CASE(a_lost_batch_runs_again_one_by_one),
                                       CASE(lists_and_packing),
                                       CASE(assets_are_for_ever),
                                       CASE(smuggling_is_refused),
                                       CASE(anonymous_callers_have_a_limit),
                                       CASE(metrics_count),
                                       CASE2(metrics_count)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
