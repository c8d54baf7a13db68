/* bare_test -- a server of one page, without a store, for tests that look inside it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_BARE_TEST_H
#define WEB_BARE_TEST_H

#include "tests/unit.h"
#include "web/inner.h"

static struct {
    struct arena mem;
    struct cx cx;
    struct server *sv;
} here;

static enum err bare_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)cx;
    (void)rq;
    out_c(reply_html(rp), "a");
    return OK;
}
static const struct route bare_routes[] = {{"GET", "/", bare_page, .title = "a"},
                                           {"POST", "/", bare_page, .title = "a", .keeps = true}};
static const struct feature bare_feature = {"test", bare_routes, COUNT(bare_routes)};
static const struct feature *const bare_features[] = {&bare_feature};

static struct env *bare_env = &env_system; /* before bare_start() */

/* `connections`: at most so many; 0 = as always. Not 0 when it did not start. */
static inline int bare_start(int connections)
{
    struct web_options opt = {.features = bare_features,
                              .nfeatures = 1,
                              .connection_limit = connections,
                              .env = bare_env};
    struct web_hooks none = {.arg = NULL};
    arena_init(&here.mem, 64 << 20);
    cx_init(&here.cx, &here.mem, &env_system);
    return web_start(&here.cx, &opt, &none, &here.sv) != OK;
}

static inline int bare_stop(void **state)
{
    (void)state;
    web_stop(here.sv);
    cx_end(&here.cx);
    arena_free(&here.mem);
    return 0;
}

#endif
