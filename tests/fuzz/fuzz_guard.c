/* fuzz_guard -- heads of requests: framing that two parties would read alike is let through and
 * nothing else; cookies; what a proxy adds. Lines of "Name: value"; the first byte: the version. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "web/inner.h"
#include <string.h>

static size_t count(const struct req *rq, const char *name, struct str *value)
{
    size_t n = 0;
    for (size_t i = 0; i < rq->headers.n; i++)
        if (str_same_letters(rq->headers.at[i].name, str_c(name))) {
            *value = rq->headers.at[i].value;
            n++;
        }
    return n;
}

/* What was let through. */
static void framing_is_clear(const struct req *rq)
{
    struct str host = S(""), length = S(""), coding = S("");
    int64_t n;
    size_t hosts = count(rq, "host", &host), lengths = count(rq, "content-length", &length),
           codings = count(rq, "transfer-encoding", &coding);
    must(hosts == 1 || (hosts == 0 && rq->http10));
    must(!hosts || (host.n && str_find(host, S("/")) < 0 && str_find(host, S(" ")) < 0));
    must(lengths + codings <= 1);
    must(!lengths || (str_int(length, &n) && n >= 0));
    must(!codings || (!rq->http10 && str_same_letters(coding, S("chunked"))));
    for (size_t i = 0; i < rq->headers.n; i++) {
        const struct pair *h = &rq->headers.at[i];
        must(h->name.n && str_find(h->name, S(" ")) < 0 && str_find(h->name, S(":")) < 0);
        for (size_t k = 0; k < h->value.n; k++)
            must((unsigned char)h->value.p[k] >= 0x20 || h->value.p[k] == '\t');
    }
}

static void read_cookies(const struct req *rq)
{
    struct str mine = req_cookie(rq, "linghang");
    bool is_inside = !mine.n;
    for (size_t i = 0; i < rq->headers.n; i++) {
        struct str all = rq->headers.at[i].value;
        is_inside |= str_same_letters(rq->headers.at[i].name, S("Cookie")) && mine.p >= all.p &&
                     mine.p + mine.n <= all.p + all.n;
    }
    must(is_inside);
    must(!mine.n || !memchr(mine.p, ';', mine.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    struct cx *cx = fuzz_begin(&f);
    struct task t = {.mem = *cx->mem};
    struct str rest = str_n((const char *)data, n), line;
    t.rq = (struct req){.task = &t, .http10 = n && data[0] % 2, .path = S("/")};
    if (n)
        rest = str_cut(rest, 1, n);
    while (t.rq.headers.n < HEADERS_MAX && str_split(&rest, '\n', &line)) {
        struct str name;
        if (!line.n)
            continue;
        str_split(&line, ':', &name);
        *PUSH(cx->mem, &t.rq.headers) = (struct pair){name, str_trim(line)};
    }
    const char *wrong = guard_head(&t.rq);
    if (wrong)
        must(*wrong);
    else
        framing_is_clear(&t.rq);
    read_cookies(&t.rq);
    struct str site = req_site(cx, &t.rq);
    must(!site.n || str_starts(site, S("http")));
    (void)reply_accepts_gzip(&t.rq);
    must(header_param(cx->mem, req_header(&t.rq, "Content-Type"), "boundary").n <= n);
    return fuzz_end(&f);
}
