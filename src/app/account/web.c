/* web -- signing in and out, switching posts, tokens of the API. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account.h"
#include "app/account/pages.h"
#include "app/shell/shell.h"
#include "base/id.h"
#include "base/time.h"
#include "account.html.h"
#include "account.sql.h"
#include <string.h>

#define TOKEN_MS (90 * MS_DAY)

/* The cookie that a sign-in form's csrf must equal: nobody is signed in yet, so no session can
 * hold it. Without it a stranger's page could sign a visitor in as somebody else. */
static const char form_cookie[] = "linghang-form";

static const struct field choice_fields[] = {
    FIELD(struct choice, id, "编号"),
    FIELD(struct choice, code, "代码"),
    FIELD(struct choice, name, "名称"),
};
static const struct shape choice_shape = SHAPE("choice", struct choice, choice_fields);

static struct str form_secret(struct cx *cx, const struct req *rq, struct reply *rp)
{
    if (cx->who.csrf.n)
        return cx->who.csrf;
    struct str kept = req_cookie(rq, form_cookie);
    if (kept.n == 26)
        return kept;
    struct str fresh = id_secret(cx, 16);
    reply_cookie(rp, form_cookie, fresh, -1);
    return fresh;
}

static enum err show_login(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct account_login_view v = {
        .page = shell_page(rq, SHELL_NARROW, S("工作人员登录"), "login"),
        .login = req_field(rq, "login"),
        .next = req_field(rq, "next").n ? req_field(rq, "next") : req_query(rq, "next"),
        .community =
            req_field(rq, "community").n ? req_field(rq, "community") : req_query(rq, "c")};
    TRY(db_all(cx, &account_sql_communities, &choice_shape, &v.communities, NO_ARGS));
    for (size_t i = 0; i < v.communities.n && !v.community.n; i++)
        if (v.communities.at[i].id == cx->community)
            v.community = v.communities.at[i].code;
    if (!cx->fault.message.n && !cx->who.person_id && req_cookie(rq, account_cookie(rq)).n) {
        v.page.notice = S("刚才的登录已经结束：到时间了、久没用，或者在别处停用了。请再登录一次");
        v.page.notice_level = "";
    }
    v.csrf = form_secret(cx, rq, rp);
    account_login_html(reply_html(rp), cx, &v);
    return OK;
}

/* The community that was chosen; with one only there is nothing to choose. */
static enum err choose_community(struct cx *cx, const struct req *rq)
{
    struct str code = req_field(rq, "community");
    choice_list all = {0};
    if (!code.n)
        return OK;
    TRY(db_all(cx, &account_sql_communities, &choice_shape, &all, NO_ARGS));
    for (size_t i = 0; i < all.n; i++)
        if (str_eq(all.at[i].code, code)) {
            cx->community = all.at[i].id;
            return OK;
        }
    return fail(cx, ERR_INPUT, "没有这个社区，请重新选");
}

static enum err check_form(struct cx *cx, const struct req *rq)
{
    struct str sent = req_field(rq, "csrf"), kept = req_cookie(rq, form_cookie);
    if (!cx->who.csrf.n && (!kept.n || !str_same_secret(sent, kept)))
        return fail(cx, ERR_INPUT, "这一页放得太久了，请再登录一次");
    return choose_community(cx, rq);
}

static enum err check_login(struct cx *cx, const struct req *rq)
{
    struct sign_in typed = {.login = req_field(rq, "login"),
                            .password = req_field(rq, "password"),
                            .code = req_field(rq, "code"),
                            .peer = req_peer(rq)};
    struct checked *found = NEW(cx->mem, struct checked);
    TRY(check_form(cx, rq));
    if (!typed.login.n || !typed.password.n || typed.login.n > 100 || typed.password.n > 1000)
        return fail(cx, ERR_INPUT, "请填账号和密码");
    enum err e = account_check(cx, &typed, found);
    if (e == OK || found->is_no_slip)
        req_keep(rq, found);
    return e;
}

static enum err get_login(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return show_login(cx, rq, rp);
}

/* Reads only: the slow half runs outside the writing transaction. */
static enum err prepare_login(struct cx *cx, const struct req *rq, struct reply *rp)
{
    enum err e = check_login(cx, rq);
    if (e == ERR_INPUT && req_kept(rq))
        return OK; /* it is recorded: see refuse_login() */
    if (e == ERR_INPUT)
        TRY(show_login(cx, rq, rp));
    return e;
}

/* Somebody guesses: whoever reads the audit shall see it. A login that nobody has may be a password
 * in the wrong field, so it is not named; where he came from is a detail, which is erased first. */
static enum err refuse_login(struct cx *cx, const struct req *rq, const struct checked *found,
                             struct reply *rp)
{
    cx->why = S("登录连着几次没对上");
    cx->detail = arena_printf(cx->mem, "%.*s，来自 %.*s",
                              STR(found->login_known ? req_field(rq, "login") : S("没有的账号")),
                              STR(req_peer(rq)));
    fail(cx, ERR_INPUT, "账号、密码或动态码没对上，请再看一遍");
    TRY(show_login(cx, rq, rp));
    reply_status(rp, 422);
    return OK;
}

static enum err go_home(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct str next = req_field(rq, "next");
    const struct role *role = role_of_bit(cx->who.role);
    if (!cx->who.role) /* no post, or a password that somebody else chose: /hat says what to do */
        return reply_goto(cx, rp, "/hat");
    if (next.n && !str_starts(next, S("/login")))
        return reply_goto(cx, rp, "%.*s", STR(next));
    return reply_goto(cx, rp, "%s", role ? role->home : "/hat");
}

/* What people call it; nothing else of what a browser tells is kept. */
static struct str device_of(const struct req *rq)
{
    static const struct {
        const char *sign, *name;
    } known[] = {{"iPhone", "苹果手机"}, {"iPad", "平板"},      {"Android", "安卓手机"},
                 {"Windows", "电脑"},    {"Macintosh", "电脑"}, {"Linux", "电脑"}};
    struct str agent = req_header(rq, "User-Agent");
    for (size_t i = 0; i < COUNT(known); i++)
        if (str_find(agent, str_c(known[i].sign)) >= 0)
            return str_c(known[i].name);
    return S("一台设备");
}

static enum err post_login(struct cx *cx, const struct req *rq, struct reply *rp)
{
    const struct checked *found = req_kept(rq);
    struct str cookie;
    int64_t ends_at;
    if (!found)
        return fail(cx, ERR_DENIED, "请先登录");
    TRY(choose_community(cx, rq));
    if (!found->person_id)
        return refuse_login(cx, rq, found, rp);
    enum err e = account_sign_in(cx, found, device_of(rq), &cookie, &ends_at);
    if (e == ERR_INPUT)
        TRY(show_login(cx, rq, rp));
    TRY(e);
    reply_cookie(rp, account_cookie(rq), cookie, (ends_at - cx->now) / MS_SECOND);
    reply_cookie(rp, form_cookie, S(""), 0);
    return go_home(cx, rq, rp);
}

static enum err post_logout(struct cx *cx, const struct req *rq, struct reply *rp)
{
    TRY(account_sign_out(cx));
    reply_cookie(rp, account_cookie(rq), S(""), 0);
    return reply_goto(cx, rp, "/");
}

static enum err get_hat(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct account_hat_view v = {.page = shell_page(rq, SHELL_NARROW, S("我的岗位"), "hat")};
    struct access access;
    if (!cx->who.person_id)
        return reply_goto(cx, rp, "/login?next=/hat");
    TRY(account_access(cx, cx->who.person_id, &access));
    if (access.must_change)
        return reply_goto(cx, rp, "/password");
    TRY(account_hats(cx, cx->who.person_id, &v.hats));
    if (!cx->who.role && v.hats.n) /* the second factor is missing, see wear_of_session() */
        return reply_goto(cx, rp, "/totp");
    TRY(account_devices(cx, &v.devices));
    if (req_query(rq, "done").n)
        v.page.notice = S("停用了。那台设备一联网，带着的门就清掉；没交的走访还留在它上面");
    v.page.notice_level = "g";
    if (cx->who.role & (ROLES_FIELD | ROLE_AREA_STAFF))
        shell_more(cx, &v.more); /* the others have them all in their header */
    account_hat_html(reply_html(rp), cx, &v);
    return OK;
}

enum err account_at_browser(struct cx *cx)
{
    return cx->who.csrf.n ? OK : fail(cx, ERR_DENIED, "这要本人登录后办理");
}

static enum err post_hat(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t post;
    TRY(account_at_browser(cx));
    if (!str_int(req_field(rq, "post"), &post))
        return fail(cx, ERR_INPUT, "请选一个岗位");
    TRY(account_switch(cx, post));
    return go_home(cx, rq, rp);
}

/* ---- a lost phone ---- */

static enum err post_lost(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(account_at_browser(cx));
    if (!str_int(req_field(rq, "session"), &id))
        return fail(cx, ERR_MISSING, "没有这台设备");
    TRY(account_lose(cx, id));
    return reply_goto(cx, rp, "/hat?done=lost");
}

/* ---- one's own password ---- */

static enum err show_password(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct account_password_view v = {
        .page = shell_page(rq, SHELL_NARROW, S("改密码"), "hat"),
        .is_done = req_query(rq, "done").n > 0,
    };
    struct access access;
    TRY(account_access(cx, cx->who.person_id, &access));
    v.must_change = access.must_change;
    reply_header(rp, "Cache-Control", S("no-store"));
    account_password_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err get_password(struct cx *cx, const struct req *rq, struct reply *rp)
{
    if (!cx->who.person_id)
        return reply_goto(cx, rp, "/login?next=/password");
    return show_password(cx, rq, rp);
}

static enum err check_password(struct cx *cx, const struct req *rq, struct str *hash)
{
    struct str old = req_field(rq, "old"), fresh = req_field(rq, "password");
    TRY(account_password_fits(cx, fresh, old));
    if (!str_eq(fresh, req_field(rq, "again")))
        return fail_field(cx, "again", "两次填的新密码不一样");
    if (!old.n || old.n > 1000)
        return fail_field(cx, "old", "请填现在的密码");
    TRY(account_check_own(cx, old, req_peer(rq)));
    TRY(account_password_fresh(cx, fresh));
    return account_hash_password(cx, fresh, hash);
}

/* Hashing twice: outside the writing transaction. */
static enum err prepare_password(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct str *hash = NEW(cx->mem, struct str);
    if (!cx->who.person_id)
        return fail(cx, ERR_DENIED, "请先登录");
    TRY(account_at_browser(cx));
    enum err e = check_password(cx, rq, hash);
    if (e == ERR_INPUT)
        TRY(show_password(cx, rq, rp));
    req_keep(rq, hash);
    return e;
}

static enum err post_password(struct cx *cx, const struct req *rq, struct reply *rp)
{
    const struct str *hash = req_kept(rq);
    if (!hash || !cx->who.person_id)
        return fail(cx, ERR_DENIED, "请先登录");
    TRY(account_set_password(cx, cx->who.person_id, *hash, false));
    return reply_goto(cx, rp, "/password?done=1");
}

/* ---- API ---- */

/* A token as its owner sees it later. */
struct token {
    int64_t id;
    struct str label;
    int64_t created_at, ends_at;
};
typedef LIST(struct token) token_list;
static const struct field token_fields[] = {
    FIELD(struct token, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct token, label, "名称", .data = DATA_PUBLIC),
    FIELD(struct token, created_at, "办理时间", .data = DATA_PUBLIC),
    FIELD(struct token, ends_at, "到期时间", .data = DATA_PUBLIC),
};
static const struct shape token_shape = SHAPE("token", struct token, token_fields);

/* The answer that made it: the only time that the token itself is shown. */
struct token_made {
    struct str label, token;
    int64_t ends_at;
};
static const struct field token_made_fields[] = {
    FIELD(struct token_made, label, "名称", .ask = true, .required = true, .max = 60,
          .data = DATA_PUBLIC, .hint = "给谁用的，以后好认"),
    FIELD(struct token_made, token, "令牌", .data = DATA_PUBLIC),
    FIELD(struct token_made, ends_at, "到期时间", .data = DATA_PUBLIC),
};
static const struct shape token_made_shape =
    SHAPE("token_made", struct token_made, token_made_fields);

static enum err api_token_add(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct token_made t = {.ends_at = cx->now + TOKEN_MS};
    TRY(account_at_browser(cx));
    TRY(req_record(cx, rq, &token_made_shape, &t));
    TRY(account_token(cx, cx->who.person_id, cx->who.post_id, t.label, t.ends_at, &t.token));
    reply_status(rp, 201);
    return reply_record(cx, rp, &token_made_shape, &t);
}

static enum err api_tokens(struct cx *cx, const struct req *rq, struct reply *rp)
{
    token_list tokens = {0};
    (void)rq;
    TRY(db_all(cx, &account_sql_tokens, &token_shape, &tokens, NO_ARGS));
    return reply_list(cx, rp, &token_shape, &tokens, S(""));
}

static enum err api_token_end(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id, changed;
    TRY(account_at_browser(cx));
    TRY(req_id(cx, rq, "id", &id));
    TRY(db_run(cx, &account_sql_token_end, ARGS(A(id)), &changed));
    if (!changed)
        return fail(cx, ERR_MISSING, "没有这个令牌");
    reply_status(rp, 204);
    return OK;
}

static enum err api_me(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct person p = {0};
    (void)rq;
    TRY(account_person(cx, cx->who.person_id, &p));
    return reply_record(cx, rp, &person_shape, &p);
}

static const struct route routes[] = {
    {"GET", "/login", get_login, .title = "登录页"},
    {"POST", "/login", post_login, .title = "登录", .prepare = prepare_login, .essential = true},
    {"POST", "/logout", post_logout, .title = "退出登录", .essential = true},
    {"GET", "/hat", get_hat, .title = "我的岗位"},
    {"POST", "/hat", post_hat, ROLES_STAFF, "换岗位"},
    {"POST", "/hat/lost", post_lost, ROLES_STAFF, "停用一台丢了的设备"},
    {"GET", "/password", get_password, .title = "改密码"},
    {"POST", "/password", post_password, .title = "改密码", .prepare = prepare_password},
    {"GET", "/totp", account_totp_page, .title = "动态码"},
    {"POST", "/totp/start", account_totp_start_do, .title = "开通动态码或换手机",
     .prepare = account_totp_start_prepare},
    {"POST", "/totp/on", account_totp_on_do, .title = "动态码对上了，启用"},
    {"GET", "/a/sign-in", account_rule_page, ROLE_SECURITY, "登录规矩"},
    {"POST", "/a/sign-in", account_rule_do, ROLE_SECURITY, "改登录规矩"},
    {"GET", "/api/v1/me", api_me, ROLES_STAFF, "令牌是谁的", .out = &person_shape},
    {"GET", "/api/v1/tokens", api_tokens, ROLES_STAFF, "我的令牌", .out = &token_shape},
    {"POST", "/api/v1/tokens", api_token_add, ROLES_STAFF, "办一个令牌", .in = &token_made_shape,
     .out = &token_made_shape},
    {"DELETE", "/api/v1/tokens/{id}", api_token_end, ROLES_STAFF, "作废一个令牌"},
};
static const struct shape *const shapes[] = {&person_shape, &token_shape, &token_made_shape};

static const struct shell_menu menu[] = {
    {"sign-in", "/a/sign-in", "登录规矩", "key", ROLE_SECURITY}};

const struct feature account_feature = {.name = "account",
                                        .routes = routes,
                                        .nroutes = COUNT(routes),
                                        .shapes = shapes,
                                        .nshapes = COUNT(shapes),
                                        .queries = account_sql_all,
                                        .nqueries = &account_sql_count,
                                        .menu = menu,
                                        .nmenu = COUNT(menu)};
