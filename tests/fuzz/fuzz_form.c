/* fuzz_form -- query strings, x-www-form-urlencoded bodies, parameters of headers, cookies. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "base/utf8.h"
#include "web/inner.h"
#include <string.h>

static void read_form(struct cx *cx, struct str s)
{
    pair_list fields = {0};
    if (form_read(cx, s, FIELDS_MAX, &fields) != OK)
        return;
    must(fields.n <= FIELDS_MAX);
    for (size_t i = 0; i < fields.n; i++) {
        struct pair *p = &fields.at[i];
        must(p->name.n && utf8_valid(p->name) && utf8_valid(p->value));
        must(!memchr(p->name.p, 0, p->name.n) &&
             (!p->value.n || !memchr(p->value.p, 0, p->value.n)));
    }
}

static void read_headers(struct arena *mem, struct str s)
{
    struct task t = {.mem = *mem};
    struct pair header = {S("Cookie"), s};
    struct req rq = {.task = &t, .headers = {&header, 1, 1}};
    struct str boundary = header_param(mem, s, "boundary");
    must(boundary.n <= s.n);
    must(req_cookie(&rq, "a").n <= s.n);
    guard_head(&rq);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    struct str s = str_n((const char *)data, n);
    struct cx *cx = fuzz_begin(&f);
    read_form(cx, s);
    read_headers(cx->mem, s);
    return fuzz_end(&f);
}
