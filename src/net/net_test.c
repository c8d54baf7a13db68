/* net_test -- addresses, mails, what a status means. The wire: tests/loop/send.py. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit.h"
#include "net/net.h"
#include "base/env.h"
#include "base/out.h"
#include "base/utf8.h"
#include <sodium.h>
#include <string.h>

static struct env_fake world;
static struct arena mem;
static struct cx cx;

static int set_up(void **state)
{
    (void)state;
    env_fake_init(&world, INT64_C(1773626400000), 1); /* 2026-03-16 10:00 in Beijing */
    arena_init(&mem, 8 << 20);
    cx_init(&cx, &mem, &world.env);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cx_end(&cx);
    arena_free(&mem);
    return 0;
}

static void addresses_that_may_be_used(void **state)
{
    static const struct {
        const char *url, *shown;
        enum net_family family;
    } good[] = {
        {"https://example.com/send?key=s3cret", "https://example.com", NET_WEB},
        {"https://10.1.2.3:8443/sms", "https://10.1.2.3:8443", NET_WEB},
        {"http://127.0.0.1:9000/", "http://127.0.0.1:9000", NET_WEB},
        {"http://localhost/x", "http://localhost", NET_WEB},
        {"http://[::1]:81/x", "http://[::1]:81", NET_WEB},
        {"smtps://smtp.example.com:465", "smtps://smtp.example.com:465", NET_MAIL},
        {"smtp://smtp.example.com:587", "smtp://smtp.example.com:587", NET_MAIL},
    };
    struct str shown;
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        const char *fault = net_url_fault(&cx, str_c(good[i].url), good[i].family, &shown);
        if (fault || !str_is(shown, good[i].shown))
            fail_msg("%s: %s, shown %.*s", good[i].url, fault ? fault : "", STR(shown));
    }
}

static void addresses_that_may_not(void **state)
{
    static const struct {
        const char *url, *says;
        enum net_family family;
    } bad[] = {
        {"", "完整", NET_WEB},
        {"example.com/send", "完整", NET_WEB},
        {"http://example.com/", "https", NET_WEB},
        {"http://127.0.0.1.example.com/", "https", NET_WEB},
        {"http://127.evil/", "https", NET_WEB},
        {"http://localhost.example.com/", "https", NET_WEB},
        {"file:///etc/passwd", "网址", NET_WEB},
        {"gopher://127.0.0.1/x", "https", NET_WEB},
        {"https://a:b@example.com/", "密码", NET_WEB},
        {"https://a@example.com/", "密码", NET_WEB},
        {"https://example.com/#x", "#", NET_WEB},
        {"https://example.com/a b", "空格", NET_WEB},
        {"https://example.com/\r\nHost: x", "空格", NET_WEB},
        {"https://示例.cn/", "汉字", NET_WEB},
        {"https://example.com\\@evil/", "符号", NET_WEB},
        {"https://example.com:99999/", "完整", NET_WEB},
        {"https://a%AAb.cn/", "主机名", NET_WEB}, /* decoded: a byte that is no letter */
        {"https://%e4%b8%ad.cn/", "主机名", NET_WEB},
        {"smtps://a%AAb.cn", "主机名", NET_MAIL},
        {"https://smtp.example.com", "smtps", NET_MAIL},
        {"smtp://u:p@smtp.example.com", "密码", NET_MAIL},
        {"smtps://smtp.example.com:465", "https", NET_WEB},
    };
    char longer[600];
    struct str shown;
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        const char *fault = net_url_fault(&cx, str_c(bad[i].url), bad[i].family, &shown);
        if (!fault || !strstr(fault, bad[i].says) || shown.n)
            fail_msg("%s: %s", bad[i].url, fault ? fault : "let through");
    }
    memset(longer, 'a', sizeof longer);
    memcpy(longer, "https://", 8);
    assert_non_null(net_url_fault(&cx, str_n(longer, sizeof longer), NET_WEB, &shown));
}

static void mailboxes(void **state)
{
    static const char *const good[] = {"a@b.cn", "x.y+z@mail.example.com", "a_b%c@1.example"};
    static const char *const bad[] = {"",        "a",       "@b.cn",   "a@",      "a@b c",
                                      "a@b\r\n", "a@-b.cn", "a@b.",    "a@b..cn", "a,b@c.cn",
                                      "<a@b.cn", "张@b.cn", "a@b@c.cn"};
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(net_is_mailbox(str_c(good[i])));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(net_is_mailbox(str_c(bad[i])));
    assert_false(net_is_mailbox(str_n("a@b.cn\0x", 8)));
}

/* Base64 back to text, for what a receiver reads. */
static struct str decoded(struct str s)
{
    unsigned char *out = arena_alloc(&mem, s.n + 1);
    size_t n = 0;
    assert_int_equal(
        sodium_base642bin(out, s.n, s.p, s.n, "\r\n", &n, NULL, sodium_base64_VARIANT_ORIGINAL), 0);
    return str_n((const char *)out, n);
}

static void a_mail_reads_as_it_was_written(void **state)
{
    struct str text = S("【海恒】H-260316-0001-4 超时，请第 23 网格网格员过问。第二行\n.\n完");
    struct net_mail m = {
        .from = S("post@example.com"),
        .to = S("a@example.com, b@example.com"),
        .subject = S("【海恒】一个很长的题目，要分成好几段才放得下，每段都不能把一个字切开𠮷"),
        .text = text,
        .id = S("outbox.7")};
    struct str mail = net_mail_text(&cx, &m), line, rest = mail, subject = S("");
    ptrdiff_t end = str_find(mail, S("\r\n\r\n"));
    (void)state;
    assert_true(end > 0);
    assert_true(str_starts(mail, S("Date: Mon, 16 Mar 2026 10:00:00 +0800\r\n"
                                   "From: <post@example.com>\r\n"
                                   "To: <a@example.com>,\r\n <b@example.com>\r\n"
                                   "Message-ID: <outbox.7@example.com>\r\n")));
    struct out whole;
    out_init(&whole, &mem);
    while (str_split(&rest, '\n', &line)) {
        if (!rest.n && !line.n)
            break;
        assert_true(line.n <= 79 && line.p[line.n - 1] == '\r');
        ptrdiff_t at = str_find(line, S("=?UTF-8?B?"));
        if (at >= 0) {
            struct str word = str_cut(line, (size_t)at + 10, line.n - (size_t)at - 13);
            assert_true(utf8_valid(decoded(word)));
            out_str(&whole, decoded(word));
        }
    }
    subject = out_text(&whole);
    assert_true(str_eq(subject, m.subject));
    assert_true(str_eq(decoded(str_cut(mail, (size_t)end + 4, mail.n)), text));
}

static void a_status_says_what_to_do(void **state)
{
    static const int done[] = {200, 201, 202, 204}, again[] = {408, 425, 429, 500, 502, 503, 504},
                     refused[] = {0, 301, 302, 307, 400, 401, 403, 404, 410, 413, 422};
    (void)state;
    for (size_t i = 0; i < COUNT(done); i++)
        assert_int_equal(net_status_means(done[i]), NET_DONE);
    for (size_t i = 0; i < COUNT(again); i++)
        assert_int_equal(net_status_means(again[i]), NET_AGAIN);
    for (size_t i = 0; i < COUNT(refused); i++)
        assert_int_equal(net_status_means(refused[i]), NET_REFUSED);
}

/* Port 9 of this machine: nobody listens, so the answer comes at once. */
static void nobody_there_is_no_end(void **state)
{
    struct net *net;
    struct net_answer a;
    struct net_post p = {.url = S("http://127.0.0.1:9/"), .type = S("text/plain"), .body = S("x")};
    struct net_mail m = {.url = S("smtp://127.0.0.1:9"),
                         .from = S("a@example.com"),
                         .to = S("b@example.com"),
                         .id = S("1")};
    (void)state;
    assert_int_equal(net_new(&cx, &net), OK);
    net_post(&cx, net, &p, &a);
    assert_int_equal(a.end, NET_AGAIN);
    assert_true(str_find(a.why, S("连不上")) >= 0);
    net_mail(&cx, net, &m, &a);
    assert_int_equal(a.end, NET_AGAIN);
    net_stop(net);
    net_post(&cx, net, &p, &a);
    assert_int_equal(a.end, NET_STOPPED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(addresses_that_may_be_used, set_up, tear_down),
        cmocka_unit_test_setup_teardown(addresses_that_may_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mailboxes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_mail_reads_as_it_was_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_status_says_what_to_do, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_there_is_no_end, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
