/* web_people -- who there is, how a person signs in, and leaving. No "last seen", no counts of
 * work. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/admin/pages.h"
#include "admin.html.h"

enum err admin_people_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct admin_people_view v = {.q = str_trim(req_query(rq, "q")),
                                  .all = req_query(rq, "all").n > 0};
    v.page = shell_page(rq, SHELL_DESK, S("人员"), "people");
    TRY(account_people(cx, v.q, v.all, ADMIN_ROWS_MAX, &v.people));
    v.has_more = v.people.n == ADMIN_ROWS_MAX;
    admin_people_html(reply_html(rp), cx, &v);
    return OK;
}

/* What the caller may do about this person; else the page says who may. */
static enum err fill_rights(struct cx *cx, struct admin_person_view *v)
{
    struct fault fault = cx->fault;
    fault_clear(cx);
    enum err e = admin_keeps(cx, v->person.id);
    if (e != OK && e != ERR_DENIED)
        return e;
    v->is_self = v->person.id == cx->who.person_id;
    v->may_save = e == OK || v->is_self;
    v->may_give = e == OK && !v->is_self;
    v->may_end = e == OK && cx->who.role == ROLE_ADMIN;
    v->keeper = cx->fault.message;
    cx->fault = fault;
    return OK;
}

static enum err show_person(struct cx *cx, const struct req *rq, struct reply *rp,
                            struct str password)
{
    struct admin_person_view v = {.rq = rq};
    holding_list held = {0};
    int64_t id;
    TRY(req_id(cx, rq, "person", &id));
    TRY(account_person(cx, id, &v.person));
    TRY(account_access(cx, id, &v.access));
    TRY(org_held(cx, id, &held));
    TRY(admin_held(cx, &held, &v.held));
    for (size_t i = 0; i < v.held.n; i++)
        v.live += v.held.at[i].when == HOLDING_NOW || v.held.at[i].when == HOLDING_LATER;
    TRY(fill_rights(cx, &v));
    v.password = password; /* shown once, right after it was made */
    v.page = shell_page(rq, SHELL_DESK, v.person.name, "people");
    v.page.here = arena_printf(cx->mem, "/a/person/%lld", (long long)id);
    v.page.notice = admin_done(cx, rq, S(""));
    v.page.notice_level = "g";
    reply_header(rp, "Cache-Control", S("no-store"));
    admin_person_html(reply_html(rp), cx, &v);
    return OK;
}

enum err admin_person_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return show_person(cx, rq, rp, S(""));
}

static enum err back(struct cx *cx, struct reply *rp, int64_t id, const char *done,
                     const struct admin_turn *t)
{
    return admin_goto(cx, rp, arena_printf(cx->mem, "/a/person/%lld", (long long)id), done, t);
}

static enum err save(struct cx *cx, const struct req *rq, int64_t *id)
{
    struct person p;
    TRY(req_id(cx, rq, "person", id));
    TRY(account_person(cx, *id, &p));
    if (*id != cx->who.person_id)
        TRY(admin_keeps(cx, *id));
    TRY(req_record(cx, rq, &person_shape, &p));
    return account_change(cx, &p);
}

enum err admin_person_save(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    enum err e = save(cx, rq, &id);
    if (e == ERR_INPUT)
        TRY(show_person(cx, rq, rp, S("")));
    TRY(e);
    return back(cx, rp, id, "save", NULL);
}

/* ---- signing in ---- */

struct fresh_password {
    struct str text, hash;
};

static enum err may_sign_in(struct cx *cx, const struct req *rq, struct person *p)
{
    int64_t id;
    TRY(req_id(cx, rq, "person", &id));
    TRY(account_person(cx, id, p));
    if (id == cx->who.person_id)
        return fail(cx, ERR_DENIED,
                    "不能给自己一次性密码：还记得的，自己去改；忘了，请另一位安全管理员来给");
    TRY(admin_keeps(cx, id));
    if (!p->active)
        return fail(cx, ERR_CONFLICT, "%.*s已经离岗，要先恢复", STR(p->name));
    return p->login.n ? OK : fail_field(cx, "login", "请先填登录名并保存，再给密码");
}

/* Hashing: outside the writing transaction. */
enum err admin_password_prepare(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct fresh_password *f = NEW(cx->mem, struct fresh_password);
    struct person p;
    enum err e = may_sign_in(cx, rq, &p);
    if (e == ERR_INPUT)
        TRY(show_person(cx, rq, rp, S("")));
    TRY(e);
    f->text = account_one_time(cx);
    TRY(account_hash_password(cx, f->text, &f->hash));
    req_keep(rq, f);
    return OK;
}

enum err admin_person_password(struct cx *cx, const struct req *rq, struct reply *rp)
{
    const struct fresh_password *f = req_kept(rq);
    struct person p;
    TRY(may_sign_in(cx, rq, &p));
    TRY(account_set_password(cx, p.id, f->hash, true));
    return show_person(cx, rq, rp, f->text);
}

/* ---- leaving and coming back ---- */

enum err admin_person_leave(struct cx *cx, const struct req *rq, struct reply *rp)
{
    admin_turn_list turns = {0};
    struct admin_turn sum = {0};
    struct person p;
    int64_t id;
    TRY(req_id(cx, rq, "person", &id));
    TRY(account_person(cx, id, &p));
    if (!req_field(rq, "sure").n)
        return fail(cx, ERR_INPUT, "请勾选“确定离岗”，再提交一次");
    TRY(admin_leave(cx, id, &turns));
    for (size_t i = 0; i < turns.n; i++) {
        sum.to_person += turns.at[i].to_person;
        sum.to_unit += turns.at[i].to_unit;
        sum.raised += turns.at[i].raised;
    }
    return back(cx, rp, id, "leave", &sum);
}

enum err admin_person_back(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct person p;
    int64_t id;
    TRY(req_id(cx, rq, "person", &id));
    TRY(account_person(cx, id, &p));
    if (p.active)
        return fail(cx, ERR_CONFLICT, "%.*s本来就在岗", STR(p.name));
    TRY(account_set_active(cx, id, true));
    return back(cx, rp, id, "back", NULL);
}
