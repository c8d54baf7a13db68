/* fuzz_outbox -- what comes back from robots, and addresses and mails made of what people typed. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/outbox/outbox.h"
#include "base/env.h"
#include "base/utf8.h"
#include <stdlib.h>
#include <string.h>

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void robot(struct cx *cx, struct str s)
{
    struct net_answer a = {.end = NET_DONE, .status = 200, .body = s};
    struct net_answer none = {.end = NET_DONE}, refused = {.end = NET_REFUSED, .body = s};
    outbox_robot_answer(cx, &a);
    outbox_robot_answer(cx, &none);
    must(none.end == NET_AGAIN);
    outbox_robot_answer(cx, &refused);
    must(refused.end == NET_REFUSED && !refused.why.n);
    must((a.end == NET_DONE) == (a.why.n == 0));
    must(utf8_valid(a.why) && a.wait_ms >= 0);
}

/* What is shown of an address holds neither path nor key, whatever was typed. */
static void address(struct cx *cx, struct str s, enum net_family family)
{
    struct str shown;
    const char *fault = net_url_fault(cx, s, family, &shown);
    must(fault ? shown.n == 0 : shown.n > 0);
    for (size_t i = 0; i < shown.n; i++)
        must(shown.p[i] > ' ' && shown.p[i] <= '~' && !strchr("?#@\\\"<>", shown.p[i]));
    if (!fault && str_starts(shown, S("http://")))
        must(str_starts(shown, S("http://127.")) || str_starts(shown, S("http://localhost")) ||
             str_starts(shown, S("http://[::1]")));
}

/* No line that the text did not ask for: headers are ours, the body is base64. */
static void mail(struct cx *cx, struct str s)
{
    bool is_box = net_is_mailbox(s);
    for (size_t i = 0; is_box && i < s.n; i++)
        must(s.p[i] > ' ' && s.p[i] <= '~' && !strchr(",;<>\"\\", s.p[i]));
    struct net_mail m = {.from = is_box ? s : S("a@b.cn"),
                         .to = is_box ? s : S("c@d.cn"),
                         .subject = s,
                         .text = s,
                         .id = S("outbox.1")};
    struct str text = net_mail_text(cx, &m), line;
    ptrdiff_t body = str_find(text, S("\r\n\r\n"));
    must(body > 0 && str_find(str_cut(text, (size_t)body + 4, text.n), S("\r\n\r\n")) < 0);
    must(str_ends(text, S("\r\n")));
    text.n -= 2;
    while (str_split(&text, '\n', &line)) {
        must(line.n <= 600 && (line.n == 0 || line.p[line.n - 1] == '\r' || text.n == 0));
        for (size_t i = 0; i < line.n; i++)
            must((line.p[i] >= ' ' && line.p[i] <= '~') || i + 1 == line.n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct env_fake world;
    struct arena mem;
    struct cx cx;
    struct str s = str_n((const char *)data, n);
    env_fake_init(&world, 1, 1);
    arena_init(&mem, 64 << 20);
    cx_init(&cx, &mem, &world.env);
    robot(&cx, s);
    address(&cx, s, NET_WEB);
    address(&cx, s, NET_MAIL);
    mail(&cx, s);
    outbox_match(s, S("need.opened"));
    cx_end(&cx);
    arena_free(&mem);
    return 0;
}
