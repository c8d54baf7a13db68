/* web_cert -- certificates: staff's list and page, the page that verifies, printing. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hours/pages.h"
#include "base/time.h"
#include "base/utf8.h"
#include "hours.html.h"

/* ---- staff ---- */

static enum err add_rows(struct cx *cx, enum cert_state s, cert_rows *out)
{
    cert_list all = {0};
    TRY(cert_find(cx, s, &all));
    for (size_t i = 0; i < all.n; i++)
        *PUSH(cx->mem, out) = cert_row(cx, &all.at[i], S(""));
    return OK;
}

static enum err draw_list(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct cert_list_view v = {.number = req_field(rq, "number"),
                               .from_day = req_field(rq, "from_day"),
                               .to_day = req_field(rq, "to_day"),
                               .may_ask = (cx->who.role & ROLES_CHECK) != 0};
    struct fault fault = cx->fault;
    cert_list objected = {0};
    cx->fault = (struct fault){0};
    TRY(cert_objected(cx, &objected));
    for (size_t i = 0; i < objected.n; i++)
        *PUSH(cx->mem, &v.objected) = cert_row(cx, &objected.at[i], S(""));
    TRY(add_rows(cx, CERT_REQUESTED, &v.requested));
    TRY(add_rows(cx, CERT_CHECKED, &v.checked));
    TRY(add_rows(cx, CERT_ISSUED, &v.issued));
    cx->fault = fault;
    v.page = hours_page(rq, rp, SHELL_DESK, "服务证明", "hours");
    hours_certs_html(reply_html(rp), cx, &v);
    return OK;
}

enum err cert_list_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_list(cx, rq, rp);
}

enum err cert_list_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct cert_asked a = {0};
    struct volunteer who;
    struct cert c;
    enum err e = volunteer_by_number(cx, req_field(rq, "number"), &who);
    if (e == ERR_MISSING) {
        fault_clear(cx);
        e = fail_field(cx, "number", "没有这个编号的志愿者，请再看一遍");
    }
    if (e == OK)
        e = hours_read_days(cx, rq, &a);
    if (e == OK) {
        a.volunteer_id = who.id;
        a.agrees_shown = req_field(rq, "agrees_shown").n > 0;
        e = cert_ask(cx, &a, &c);
    }
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_list(cx, rq, rp));
    TRY(e);
    return reply_goto(cx, rp, "/d/cert/%lld", (long long)c.id);
}

static enum err draw_cert(struct cx *cx, const struct req *rq, struct reply *rp, int64_t id)
{
    struct cert_view v = {0};
    struct cert c;
    struct fault fault = cx->fault;
    uint32_t role = cx->who.role;
    cx->fault = (struct fault){0};
    TRY(cert_get(cx, id, S(""), &c));
    TRY(cert_now(cx, &c, &v.now));
    cx->fault = fault;
    v.r = cert_row(cx, &c, S(""));
    v.now_hours = hours_words(cx, v.now.minutes);
    cert_read_lines(cx, c.lines, &v.lines);
    TRY(cert_objections(cx, id, &v.objections));
    bool pending = c.state == CERT_REQUESTED || c.state == CERT_CHECKED;
    v.may_check = c.state == CERT_REQUESTED && (role & ROLES_CHECK);
    v.may_issue = c.state == CERT_CHECKED && role == ROLE_LEADER;
    v.may_refuse = pending && (role & ROLES_CERT);
    v.may_correct = c.state == CERT_ISSUED && (role & ROLES_CHECK);
    v.may_answer = c.state == CERT_ISSUED && c.objections && (role & ROLES_CERT);
    v.may_revoke = c.state == CERT_ISSUED && role == ROLE_LEADER;
    v.is_changed =
        (c.state == CERT_ISSUED || c.state == CERT_CHECKED) && v.now.minutes != c.minutes;
    v.page = hours_page(rq, rp, SHELL_DESK, "服务证明", "hours");
    v.page.back = "/d/certs";
    hours_cert_html(reply_html(rp), cx, &v);
    return OK;
}

enum err cert_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "cert", &id));
    return draw_cert(cx, rq, rp, id);
}

enum err cert_page_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct cert_asked a = {0};
    struct cert c;
    int64_t id;
    TRY(req_id(cx, rq, "cert", &id));
    if (!str_int(req_field(rq, "version"), &a.version))
        a.version = 0;
    enum err e =
        field_read(cx, shape_field(&cert_asked_shape, S("reason")), &a, req_field(rq, "reason"));
    if (e == OK)
        e = cert_step(cx, id, req_part(rq, "step"), &a, &c);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_cert(cx, rq, rp, id));
    TRY(e);
    return reply_goto(cx, rp, "/d/cert/%lld", (long long)c.id);
}

/* ---- anybody ---- */

enum err cert_verify_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct cert_verify_view v = {.number = req_part(rq, "number"), .hash = req_query(rq, "h")};
    enum err e = OK;
    if (!v.number.n)
        v.number = req_query(rq, "n");
    if (v.number.n)
        e = cert_verify(cx, v.number, v.hash, &v.c);
    if (e != OK && e != ERR_MISSING && e != ERR_INPUT)
        return e;
    v.has_answer = v.number.n && e == OK;
    v.hours = hours_words(cx, v.c.minutes);
    v.page = shell_page(rq, SHELL_PHONE, S("查证书真伪"), "home");
    v.page.here = S("/verify");
    v.page.back = "/";
    hours_verify_html(reply_html(rp), cx, &v);
    if (e == ERR_MISSING) { /* the page itself says so */
        fault_clear(cx);
        reply_status(rp, 404);
        return OK;
    }
    return e;
}

/* ---- printing ---- */

static struct str key_of(const struct req *rq)
{
    return str_is(req_method(rq), "GET") ? req_query(rq, "k") : req_field(rq, "k");
}

static enum err draw_print(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct cert_print_view v = {.key = key_of(rq)};
    struct cert c;
    struct fault fault = cx->fault;
    int64_t id;
    TRY(req_id(cx, rq, "cert", &id));
    cx->fault = (struct fault){0};
    TRY(cert_get(cx, id, v.key, &c));
    cx->fault = fault;
    v.r = cert_row(cx, &c, v.key);
    v.kind = shell_typed(rq, "kind", S("居民身份证"));
    v.number = req_field(rq, "papers");
    v.page = hours_page(rq, rp, v.key.n ? SHELL_PHONE : SHELL_DESK, "打印服务证书", "hours");
    v.page.is_private = true;
    v.page.here = v.r.print;
    v.page.back =
        arena_cstr(cx->mem, v.key.n ? hours_link(cx, "/v", c.volunteer_id, S("/hours"), v.key)
                                    : arena_printf(cx->mem, "/d/cert/%lld", (long long)c.id));
    hours_print_html(reply_html(rp), cx, &v);
    return OK;
}

enum err cert_print_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_print(cx, rq, rp);
}

/* Nothing of what was typed goes into a fault, and so into no log.
 */
static enum err read_papers(struct cx *cx, const struct req *rq, struct cert_papers *out)
{
    bool plain = cert_clean_papers(cx, req_field(rq, "papers"), &out->number);
    size_t n = out->number.n;
    out->kind = str_trim(req_field(rq, "kind"));
    if (!plain)
        return fail_field(cx, "papers", "证件号码只有数字和字母，请再看一遍");
    if (!n)
        return OK;
    if (!out->kind.n || utf8_count(out->kind) > 20)
        return fail_field(cx, "kind", "请写证件名称，20 个字以内，比如居民身份证");
    if (str_is(out->kind, "居民身份证") && !cert_is_identity(out->number))
        return fail_field(cx, "papers", "身份证号有一位不对，请对照证件再看一遍");
    return n >= 5 && n <= 30 ? OK : fail_field(cx, "papers", "证件号码是 5 到 30 位，请再看一遍");
}

/* Laid out on a thread that only reads; the writer has nothing to wait for. */
enum err cert_print_prepare(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct cert_papers papers;
    struct cert c;
    struct str *bytes = NEW(cx->mem, struct str);
    int64_t id;
    TRY(req_id(cx, rq, "cert", &id));
    TRY(cert_get(cx, id, key_of(rq), &c));
    reply_header(rp, "Cache-Control", S("no-store"));
    enum err e = read_papers(cx, rq, &papers);
    if (e == OK)
        e = cert_pdf(cx, &c, &papers, req_site(cx, rq), bytes);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_print(cx, rq, rp));
    TRY(e);
    req_keep(rq, bytes);
    return OK;
}

enum err cert_print_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    const struct str *bytes = req_kept(rq);
    (void)cx;
    reply_header(rp, "Cache-Control", S("no-store"));
    reply_header(rp, "Content-Disposition", S("inline; filename=\"certificate.pdf\""));
    out_str(reply_bytes(rp, "application/pdf"), *bytes);
    return OK;
}
