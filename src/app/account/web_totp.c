/* web_totp -- one's own second factor: scan, type a code, ten codes for paper; and the rule of who
 * must have it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account.h"
#include "app/account/pages.h"
#include "app/shell/shell.h"
#include "print/qr.h"
#include "account.html.h"

/* Typed by hand, a long word is read in pieces; authenticators leave blanks out. */
static struct str in_fours(struct cx *cx, struct str s)
{
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < s.n; i += 4) {
        out_c(&o, i ? " " : "");
        out_str(&o, str_cut(s, i, 4));
    }
    return out_text(&o);
}

/* `codes` are shown once, in the answer that made them. */
static enum err draw(struct cx *cx, const struct req *rq, struct reply *rp,
                     const paper_code_list *codes)
{
    struct account_totp_view v = {.page = shell_page(rq, SHELL_NARROW, S("动态码"), "hat")};
    struct fault fault = cx->fault;
    int64_t id = cx->who.person_id;
    fault_clear(cx);
    TRY(account_access(cx, id, &v.access));
    TRY(account_totp_shown(cx, id, &v.secret, &v.link));
    cx->fault = fault;
    if (v.link.n)
        v.qr = qr_svg(cx, v.link, S("动态码二维码，请用您自己手机上的验证器扫"));
    v.secret = in_fours(cx, v.secret);
    if (codes)
        v.codes = *codes;
    v.community = shell_community(cx);
    v.must = !cx->who.role && !v.access.has_totp;
    v.page.back = v.must ? NULL : "/hat";
    v.page.here = S("/totp");
    reply_header(rp, "Cache-Control", S("no-store"));
    account_totp_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err signed_in(struct cx *cx)
{
    if (!cx->who.person_id)
        return fail(cx, ERR_DENIED, "请先登录");
    return account_at_browser(cx);
}

/* A password that somebody else chose comes first: he would otherwise own the second factor too. */
static enum err own_password(struct cx *cx)
{
    struct access access;
    TRY(account_access(cx, cx->who.person_id, &access));
    return access.must_change ? fail(cx, ERR_CONFLICT, "请先换成自己的密码，再开通动态码") : OK;
}

enum err account_totp_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    if (!cx->who.person_id)
        return reply_goto(cx, rp, "/login?next=/totp");
    return draw(cx, rq, rp, NULL);
}

/* Looking at the password is slow: outside the writing transaction. */
enum err account_totp_start_prepare(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct str old = req_field(rq, "old"), code = req_field(rq, "code");
    struct checked *found = NEW(cx->mem, struct checked);
    TRY(signed_in(cx));
    TRY(own_password(cx));
    enum err e = old.n && old.n <= 1000 ? account_check_both(cx, old, code, req_peer(rq), found)
                                        : fail_field(cx, "old", "请填现在的密码");
    if (e == ERR_INPUT)
        TRY(draw(cx, rq, rp, NULL));
    req_keep(rq, found);
    return e;
}

enum err account_totp_start_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    const struct checked *found = req_kept(rq);
    if (!found)
        return fail(cx, ERR_DENIED, "请先登录");
    enum err e = account_use_up(cx, found);
    if (e == ERR_INPUT)
        TRY(draw(cx, rq, rp, NULL));
    TRY(e);
    TRY(account_totp_start(cx, found->person_id));
    return reply_goto(cx, rp, "/totp");
}

enum err account_totp_on_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    paper_code_list codes = {0};
    TRY(signed_in(cx));
    enum err e = account_totp_on(cx, cx->who.person_id, req_field(rq, "code"), &codes);
    if (e == ERR_INPUT)
        TRY(draw(cx, rq, rp, NULL));
    TRY(e);
    return draw(cx, rq, rp, &codes);
}

/* ---- the rule ---- */

enum err account_rule_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct account_rule_view v = {.page = shell_page(rq, SHELL_DESK, S("登录规矩"), "sign-in")};
    struct fault fault = cx->fault;
    fault_clear(cx);
    TRY(account_rule(cx, &v.rule));
    TRY(account_rule_hits(cx, &v.hits));
    cx->fault = fault;
    v.page.here = S("/a/sign-in");
    account_rule_html(reply_html(rp), cx, &v);
    return OK;
}

/* Only towards more: nobody opens the door for all administrators by himself. */
enum err account_rule_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    if (!str_is(req_field(rq, "second_factor"), "1"))
        return fail(cx, ERR_INPUT, "动态码只能要求，不能取消");
    if (!req_field(rq, "sure").n) {
        enum err e = fail_field(cx, "sure", "这里取消不了；想好了请勾上，再点一次");
        TRY(account_rule_page(cx, rq, rp));
        return e;
    }
    TRY(account_rule_put(cx, true));
    return reply_goto(cx, rp, "/a/sign-in");
}
