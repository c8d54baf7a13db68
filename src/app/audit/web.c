/* web -- the auditor's page: who did what, newest first. He reads that somebody did something, and
 * why; never what residents wrote. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account.h"
#include "app/audit/pages.h"
#include "app/consent/consent.h"
#include "audit.html.h"
#include "audit.sql.h"

enum { ROWS = 100 };

static struct str label_of(struct cx *cx, const struct req *rq, const struct audit_record *r)
{
    const char *title = web_title(req_server(rq), r->action);
    return title ? str_c(title)
                 : arena_printf(cx->mem, "定时任务 %.*s",
                                STR(str_cut(r->action, 4, r->action.n - 4)));
}

static void add_line(struct cx *cx, const struct req *rq, const struct audit_record *r,
                     struct audit_list_view *v)
{
    const struct role *role = role_of_code(r->role);
    struct audit_line *l = PUSH(cx->mem, &v->lines);
    *l = (struct audit_line){.r = *r, .label = label_of(cx, rq, r)};
    l->who = r->person_name.n            ? r->person_name
             : str_is(r->role, "system") ? S("系统")
                                         : S("没有登录的人，或凭链接、编号办的居民");
    l->role = role ? str_c(role->label) : S("");
}

static enum err list_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct audit_list_view v = {.object = str_trim(req_query(rq, "object")),
                                .jobs = req_query(rq, "jobs").n > 0};
    struct audit_filter f = {.object = v.object, .people = !v.jobs, .most = ROWS};
    audit_record_list all = {0};
    struct str person = req_query(rq, "person"), before = req_query(rq, "before");
    if ((person.n && !str_int(person, &f.person_id)) || (before.n && !str_int(before, &f.before)))
        return fail(cx, ERR_INPUT, "地址不全，请从审计页点进来");
    TRY(audit_page(cx, &f, &all));
    for (size_t i = 0; i < all.n; i++)
        add_line(cx, rq, &all.at[i], &v);
    v.person = f.person_id;
    v.before = all.n >= ROWS ? all.at[all.n - 1].seq : 0;
    v.page = shell_page(rq, SHELL_DESK, S("谁做了什么"), "audit");
    reply_header(rp, "Cache-Control", S("no-store"));
    audit_list_html(reply_html(rp), cx, &v);
    return OK;
}

static const struct route routes[] = {
    {"GET", "/a/audit", list_page, ROLE_AUDITOR, "谁做了什么（审计）"},
};

static const struct shell_menu menu[] = {{"audit", "/a/audit", "审计", "eye", ROLE_AUDITOR}};

static const struct shape *const shapes[] = {&audit_record_shape};

static const struct keep_rule rules[] = {
    {"opening", "记录旁边的细节", &audit_sql_details_old, &audit_sql_details_forget}};

const struct feature audit_feature = {.name = "audit",
                                      .routes = routes,
                                      .nroutes = COUNT(routes),
                                      .shapes = shapes,
                                      .nshapes = COUNT(shapes),
                                      .queries = audit_sql_all,
                                      .nqueries = &audit_sql_count,
                                      .menu = menu,
                                      .nmenu = COUNT(menu),
                                      .keeps = rules,
                                      .nkeeps = COUNT(rules)};
