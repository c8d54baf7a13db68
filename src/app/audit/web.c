/* web -- the auditor's page: who did what, newest first. He reads that somebody did something, and
 * why; never what residents wrote. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account.h"
#include "app/audit/pages.h"
#include "app/consent/consent.h"
#include "audit.html.h"
#include "audit.sql.h"
#include "base/time.h"
#include <string.h>

enum { ROWS = 100, SAME_MAX = 8 };

static struct str label_of(struct cx *cx, const struct req *rq, const struct audit_record *r)
{
    struct str refused = S(AUDIT_REFUSED), route = r->action;
    bool is_refused = str_starts(route, refused);
    if (is_refused)
        route = str_cut(route, refused.n, route.n);
    const char *title = web_title(req_server(rq), route);
    if (is_refused)
        return arena_printf(cx->mem, "没让：%.*s", STR(title ? str_c(title) : route));
    return title ? str_c(title)
                 : arena_printf(cx->mem, "定时任务 %.*s",
                                STR(str_cut(r->action, 4, r->action.n - 4)));
}

static const struct audit_kind kinds[] = {
    {"open", "看电话、门牌", {"%/open_contact", "%/contact", "POST /d/mydata/%/read"}, "%/open"},
    {"export", "带走表格", {"POST /d/export%"}},
    {"twice", "双人审批", {"POST /a/twice%"}},
    {"people",
     "人员和岗位",
     {"POST /a/p%", "POST /a/holding/%", "POST /api/v1/posts/%", "POST /api/v1/holdings/%"}},
    {"mydata", "看、改、删自己资料", {"POST /d/mydata%"}},
    {"login",
     "登录、密码、动态码、换岗位",
     {"POST /log%", "POST /hat%", "POST /password", "POST /totp/%"}},
    {"refused", "没有权限、没让做的", {AUDIT_REFUSED "%"}},
};

static const struct audit_kind *kind_of(struct str code)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (str_is(code, kinds[i].code))
            return &kinds[i];
    return NULL;
}

struct numbered {
    struct str number;
};
static const struct field numbered_fields[] = {FIELD(struct numbered, number, "编号")};
static const struct shape numbered_shape = SHAPE("numbered", struct numbered, numbered_fields);

/* /d/need/7310/accept -> H-261128-0001-7: what people call it. */
static enum err number_of(struct cx *cx, struct str object, struct str *out)
{
    static const char *const before[] = {"/need/", "/order/", "/needs/", "/n/"};
    struct numbered n = {.number = S("")};
    int64_t id = 0;
    bool found;
    *out = S("");
    for (size_t i = 0; i < COUNT(before) && !id; i++) {
        ptrdiff_t at = str_find(object, str_c(before[i]));
        size_t from = at < 0 ? object.n : (size_t)at + strlen(before[i]), to = from;
        while (to < object.n && object.p[to] >= '0' && object.p[to] <= '9')
            to++;
        if (!str_int(str_cut(object, from, to - from), &id))
            id = 0;
    }
    if (!id)
        return OK;
    TRY(db_find(cx, &audit_sql_need_number, &numbered_shape, &n, &found, ARGS(A(id))));
    *out = n.number;
    return OK;
}

static enum err add_line(struct cx *cx, const struct req *rq, const struct audit_record *r,
                         struct audit_list_view *v)
{
    const struct role *role = role_of_code(r->role);
    struct audit_line *l = PUSH(cx->mem, &v->lines);
    *l = (struct audit_line){.r = *r, .label = label_of(cx, rq, r)};
    l->who = r->person_name.n            ? r->person_name
             : str_is(r->role, "system") ? S("系统")
                                         : S("没有登录的人，或凭链接、编号办的居民");
    l->role = role ? str_c(role->label) : S("");
    return number_of(cx, r->object, &l->number);
}

/* Whom he means: by the id of a link, else by what he typed; when several fit, he chooses. */
static enum err find_person(struct cx *cx, const struct req *rq, struct audit_list_view *v)
{
    struct str typed = str_trim(req_query(rq, "who")), id = req_query(rq, "person");
    person_list all = {0};
    if (id.n && !str_int(id, &v->person))
        return fail(cx, ERR_INPUT, "地址不全，请从审计页点进来");
    if (v->person || !typed.n)
        return OK;
    v->who = typed;
    TRY(account_people(cx, typed, true, SAME_MAX, &all));
    for (size_t i = 0; i < all.n; i++)
        if (all.n == 1 || str_eq(all.at[i].login, typed))
            v->person = all.at[i].id;
    v->is_unknown = !v->person;
    if (!v->person)
        v->same = all;
    return OK;
}

/* A day that was chosen, of the address; 0 = none. */
static enum err day_of(struct cx *cx, const struct req *rq, const char *name, int64_t *day)
{
    struct str typed = str_trim(req_query(rq, name));
    *day = 0;
    return !typed.n || time_read_date(typed, day) ? OK
                                                  : fail(cx, ERR_INPUT, "日期写成 2026-03-14 这样");
}

static enum err find_days(struct cx *cx, const struct req *rq, struct audit_filter *f,
                          struct audit_list_view *v)
{
    int64_t from, to, last;
    TRY(day_of(cx, rq, "from_on", &from));
    TRY(day_of(cx, rq, "to_on", &to));
    v->from_on = from ? str_trim(req_query(rq, "from_on")) : S("");
    v->to_on = to ? str_trim(req_query(rq, "to_on")) : S("");
    if (from)
        TRY(audit_seq_before(cx, time_day_start(from), &f->after));
    if (!to || to >= time_day(cx->now))
        return OK;
    TRY(audit_seq_before(cx, time_day_start(to + 1), &last));
    if (!f->before || f->before > last + 1)
        f->before = last + 1;
    return OK;
}

/* The same question again, for older ones. */
static struct str question(struct cx *cx, const struct audit_list_view *v)
{
    const struct {
        const char *name;
        struct str value;
    } all[] = {{"object", v->object},
               {"person", v->person ? filter_id(cx, v->person) : S("")},
               {"from_on", v->from_on},
               {"to_on", v->to_on},
               {"kind", v->kind},
               {"jobs", v->jobs ? S("1") : S("")},
               {"logins", v->logins ? S("1") : S("")}};
    struct out o;
    out_init(&o, cx->mem);
    out_printf(&o, "/a/audit?before=%lld", (long long)v->before);
    for (size_t i = 0; i < COUNT(all); i++)
        if (all[i].value.n) {
            out_printf(&o, "&%s=", all[i].name);
            out_url(&o, all[i].value);
        }
    return out_text(&o);
}

static enum err list_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    const struct audit_kind *kind = kind_of(req_query(rq, "kind"));
    struct audit_list_view v = {.object = str_trim(req_query(rq, "object")),
                                .kinds = {.at = kinds, .n = COUNT(kinds), .cap = COUNT(kinds)},
                                .kind = kind ? str_c(kind->code) : S(""),
                                .jobs = req_query(rq, "jobs").n > 0,
                                .logins = req_query(rq, "logins").n > 0};
    struct audit_filter f = {.object = v.object,
                             .no_logins = !v.logins && !str_is(v.kind, "login"),
                             .people = !v.jobs,
                             .most = ROWS};
    audit_record_list all = {0};
    struct str before = req_query(rq, "before");
    for (size_t i = 0; kind && i < AUDIT_KINDS && kind->actions[i]; i++)
        f.kinds[i] = str_c(kind->actions[i]);
    f.ends = kind && kind->ends ? str_c(kind->ends) : S("");
    if (before.n && !str_int(before, &f.before))
        return fail(cx, ERR_INPUT, "地址不全，请从审计页点进来");
    TRY(find_person(cx, rq, &v));
    TRY(find_days(cx, rq, &f, &v));
    f.person_id = v.person;
    if (!v.is_unknown)
        TRY(audit_page(cx, &f, &all));
    for (size_t i = 0; i < all.n; i++)
        TRY(add_line(cx, rq, &all.at[i], &v));
    v.before = all.n >= ROWS ? all.at[all.n - 1].seq : 0;
    v.older = v.before ? question(cx, &v) : S("");
    v.is_part = v.object.n || v.person || v.who.n || v.from_on.n || v.to_on.n || v.kind.n ||
                v.jobs || v.logins;
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
