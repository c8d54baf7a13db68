/* web -- POST /mode: large type on and off, remembered for a year. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/shell/shell.h"

static enum err do_mode(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct str m = req_field(rq, "m");
    struct str back = req_field(rq, "back");
    if (!str_is(m, "elder") && !str_is(m, "xl"))
        m = S("std");
    reply_cookie(rp, "mode", m, INT64_C(365) * 24 * 3600);
    return reply_goto(cx, rp, "%.*s", STR(back.n ? back : S("/")));
}

static const struct route routes[] = {
    {"POST", "/mode", do_mode, .title = "换字号"},
};

const struct feature shell_feature = {.name = "shell", .routes = routes, .nroutes = COUNT(routes)};
