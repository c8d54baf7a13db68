/* web -- large type on and off, remembered for a year; the page for where there is no net. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/shell/shell.h"
#include "shell.html.h"

static enum err do_mode(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct str m = req_field(rq, "m");
    struct str back = req_field(rq, "back");
    if (!str_is(m, "elder") && !str_is(m, "xl"))
        m = S("std");
    reply_cookie(rp, "mode", m, INT64_C(365) * 24 * 3600);
    return reply_goto(cx, rp, "%.*s", STR(back.n ? back : S("/")));
}

/* Kept on the device by sw.js: nothing of the caller stands on it. */
static enum err get_offline(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct shell_offline_view v = {.page = shell_page(rq, SHELL_PHONE, S("没有网"), NULL),
                                   .community = shell_community(cx)};
    shell_offline_html(reply_html(rp), cx, &v);
    return OK;
}

/* A service worker rules the folder it lies in, so it cannot lie below /s/. Its version follows
 * what the kept page is drawn with: other bytes make browsers install it anew. */
static enum err get_worker(struct cx *cx, const struct req *rq, struct reply *rp)
{
    const struct asset *a = asset_of("sw.js");
    struct out *o = reply_bytes(rp, "text/javascript; charset=utf-8");
    (void)cx;
    (void)rq;
    out_printf(o, "const VERSION = '%s%s%s';\n", asset_url("app.css"), asset_url("app.js"),
               asset_url("icons.svg"));
    out_raw(o, (const char *)a->data, a->n);
    return OK;
}

static const struct route routes[] = {
    {"GET", "/offline", get_offline, .title = "没有网", .kind = ROUTE_INLINE},
    {"GET", "/sw.js", get_worker, .title = "断网时的页面", .kind = ROUTE_INLINE},
    {"POST", "/mode", do_mode, .title = "换字号"},
};

const struct feature shell_feature = {.name = "shell", .routes = routes, .nroutes = COUNT(routes)};
