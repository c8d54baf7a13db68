/*
 * csrf -- an unsafe request has to come from our own pages: the browser says where from (Origin,
 * Sec-Fetch-Site; also for anonymous forms), and who is signed in proves it with his token.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"

static enum err refuse(struct cx *cx, const struct req *rq, const char *why)
{
    rq->task->refused = 403; /* signing in would not help: never 401 */
    return fail(cx, ERR_DENIED, "%s", why);
}

/* "https://a.example:8443" -> "a.example:8443"; "null" -> "". */
static struct str origin_host(struct str origin)
{
    ptrdiff_t at = str_find(origin, S("://"));
    return at < 0 ? S("") : str_cut(origin, (size_t)at + 3, origin.n);
}

enum err same_origin(struct cx *cx, const struct req *rq)
{
    struct str origin = req_header(rq, "Origin"), site = req_header(rq, "Sec-Fetch-Site");
    if (!rq->unsafe)
        return OK;
    if (site.n && !str_is(site, "same-origin") && !str_is(site, "none"))
        return refuse(cx, rq, "这个请求来自别的网站，没有执行");
    if (!origin.n || str_is(site, "same-origin"))
        return OK; /* browsers do not let a page write Sec-Fetch-Site; other clients send neither */
    struct str from = origin_host(origin), host = req_header(rq, "Host");
    if (from.n && str_same_letters(from, host))
        return OK;
    struct str outer = req_header(rq, "X-Forwarded-Host");
    if (from.n && rq->proxied && str_same_letters(from, outer))
        return OK;
    return refuse(cx, rq, "这个请求来自别的网站，没有执行");
}

enum err csrf_check(struct cx *cx, const struct req *rq)
{
    if (!rq->unsafe || !cx->who.csrf.n)
        return OK;
    struct str said = req_header(rq, "X-CSRF-Token");
    if (!said.n)
        said = req_field(rq, "csrf");
    if (said.n && str_same_secret(said, cx->who.csrf))
        return OK;
    rq->task->stale = true;
    refuse(cx, rq, "请返回、刷新，再提交一次");
    cx->fault.title = "页面放久了，再点一次就行";
    return ERR_DENIED;
}
