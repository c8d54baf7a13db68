/* web -- the page on which a list is taken along, and the file. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/audit/audit.h"
#include "app/export/export.h"
#include "app/shell/shell.h"
#include "export.html.h"
#include "export.sql.h"

#define ROLES_SEE (ROLES_EXPORT | ROLE_PRIVACY_OFFICER | ROLE_AUDITOR)

static enum err draw(struct cx *cx, const struct req *rq, struct reply *rp, struct str waits)
{
    struct export_page_view v = {
        .rq = rq, .may = (cx->who.role & ROLES_EXPORT) != 0, .purposes = export_purposes()};
    struct fault fault = cx->fault;
    fault_clear(cx);
    TRY(export_all(cx, &v.all));
    if (v.may)
        TRY(export_waiting(cx, &v.waiting));
    cx->fault = fault;
    v.page = shell_page(rq, SHELL_DESK, S("带走表格"), "export");
    v.page.here = S("/d/export");
    if (waits.n) {
        v.page.notice = arena_printf(
            cx->mem,
            "一天里加起来超过 %d 行，要第二个人同意。已经提出，编号 %.*s；同意以后在这里点一下就行",
            EXPORT_ALONE, STR(waits));
        v.page.notice_level = "";
    } else if (req_query(rq, "done").n) {
        v.page.notice = S("做好了，在下面取");
        v.page.notice_level = "g";
    }
    reply_header(rp, "Cache-Control", S("no-store"));
    export_page_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw(cx, rq, rp, S(""));
}

/* `again`: the one that somebody has said yes to; else as the form says. */
static enum err read_ask(struct cx *cx, const struct req *rq, struct export_ask *ask)
{
    struct str again = req_field(rq, "again");
    int64_t id;
    if (again.n)
        return str_int(again, &id) ? export_again(cx, id, ask)
                                   : fail(cx, ERR_MISSING, "没有这一份");
    enum err from = req_day(cx, rq, "from_on", &ask->from_on);
    enum err to = req_day(cx, rq, "to_on", &ask->to_on);
    enum err r = req_record(cx, rq, &export_ask_shape, ask);
    return from != OK ? from : to != OK ? to : r;
}

static enum err make_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct export_ask ask = {0};
    struct export e;
    bool waits = false;
    enum err r = read_ask(cx, rq, &ask);
    if (r == OK)
        r = export_make(cx, &ask, &e, &waits);
    if (r == ERR_INPUT)
        TRY(draw(cx, rq, rp, S("")));
    TRY(r);
    return waits ? draw(cx, rq, rp, e.twice_number) : reply_goto(cx, rp, "/d/export?done=1");
}

/* An act, so that each copy is in the audit. */
static enum err file(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct str bytes;
    int64_t id;
    TRY(req_id(cx, rq, "export", &id));
    TRY(export_file(cx, id, &bytes));
    audit_why(cx, S("取走"));
    reply_header(rp, "Content-Disposition",
                 arena_printf(cx->mem, "attachment; filename=\"export-%lld.csv\"", (long long)id));
    reply_header(rp, "Cache-Control", S("no-store"));
    out_str(reply_bytes(rp, "text/csv; charset=utf-8"), bytes);
    return OK;
}

static const struct route routes[] = {
    {"GET", "/d/export", page, ROLES_SEE, "带走表格，谁带走过"},
    {"POST", "/d/export", make_do, ROLES_EXPORT, "做一份表格带走（留痕）", .in = &export_ask_shape},
    {"POST", "/d/export/{export}", file, ROLES_EXPORT, "取一份做好的表格（留痕）"},
};

static const struct shape *const shapes[] = {&export_ask_shape, &export_shape};

static const struct shell_menu menu[] = {
    {"export", "/d/export", "带走表格", "doc", ROLES_SEE, .is_extra = true}};

const struct feature export_feature = {.name = "export",
                                       .routes = routes,
                                       .nroutes = COUNT(routes),
                                       .shapes = shapes,
                                       .nshapes = COUNT(shapes),
                                       .queries = export_sql_all,
                                       .nqueries = &export_sql_count,
                                       .menu = menu,
                                       .nmenu = COUNT(menu)};
