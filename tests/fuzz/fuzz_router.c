/* fuzz_router -- the table of routes: any target finds one route that fits it, or none. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "base/utf8.h"
#include "web/inner.h"
#include <string.h>

static enum err page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)cx;
    (void)rq;
    (void)rp;
    return OK;
}

static const struct route routes[] = {
    {"GET", "/", page, .title = "a"},
    {"GET", "/n", page, .title = "b"},
    {"POST", "/n", page, .title = "c"},
    {"GET", "/n/{id}", page, .title = "d"},
    {"GET", "/n/new", page, .title = "e"},
    {"POST", "/n/{id}/{act}", page, .title = "f"},
    {"GET", "/{a}/{b}/{c}", page, .title = "g"},
    {"DELETE", "/api/n/{id}", page, .title = "h"},
};
static const struct feature feature = {"fuzz", routes, COUNT(routes)};
static const struct feature *const features[] = {&feature};

/* First byte: the method. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const methods[] = {"GET", "POST", "DELETE", "HEAD", "PUT"};
    struct fuzz f;
    struct router router;
    struct task t = {0};
    if (!n)
        return 0;
    struct cx *cx = fuzz_begin(&f);
    t.rq = (struct req){.task = &t, .method = str_c(methods[data[0] % COUNT(methods)])};
    t.rq.path = str_n((const char *)data + 1, n - 1);
    reply_init(&t.rp, &t.rq, cx->mem);
    must(router_make(cx, &router, features, 1) == OK);
    if (router_find(cx, &router, &t.rq) == OK) {
        const char *method = t.rq.route->method;
        must(str_is(t.rq.method, method) ||
             (str_is(t.rq.method, "HEAD") && strcmp(method, "GET") == 0));
        for (size_t i = 0; i < t.rq.parts.n; i++) {
            must(t.rq.parts.at[i].value.n && utf8_valid(t.rq.parts.at[i].value));
            must(str_find(t.rq.parts.at[i].value, S("/")) < 0);
        }
    } else {
        must(t.refused == 405 || cx->fault.err == ERR_MISSING);
    }
    return fuzz_end(&f);
}
