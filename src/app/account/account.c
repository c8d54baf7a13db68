/* account -- persons, the posts they act in, sessions and tokens. Passwords: password.c, the second
 * factor: totp.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account.h"
#include "base/env.h"
#include "base/id.h"
#include "base/time.h"
#include "account.sql.h"
#include <sodium.h>

enum { SECRET_BYTES = 32 };

/* A desk is shared, a grid worker's phone is his own; what an administrator can do is too much to
 * be left lying about for a day. */
#define DESK_MS  (12 * MS_HOUR)
#define FIELD_MS (30 * MS_DAY)
#define ADMIN_MS (2 * MS_HOUR)

static int64_t lasts(uint32_t role)
{
    return role & ROLES_FIELD ? FIELD_MS : role & ROLES_ADMINS ? ADMIN_MS : DESK_MS;
}

/* Whoever left the desk, and not only the room, signs in again; a phone has a lock of its own.
 * GB/T 22239-2019 8.1.4.1 b. */
#define DESK_IDLE_MS  MS_HOUR
#define FIELD_IDLE_MS (7 * MS_DAY)
#define ADMIN_IDLE_MS (30 * MS_MINUTE)

static int64_t idles(uint32_t role)
{
    return role & ROLES_FIELD ? FIELD_IDLE_MS : role & ROLES_ADMINS ? ADMIN_IDLE_MS : DESK_IDLE_MS;
}

static const struct field person_fields[] = {
    FIELD(struct person, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct person, name, "姓名", .max = 30, .ask = true, .required = true,
          .data = DATA_STAFF),
    FIELD(struct person, duty_phone, "值班电话", .max = 20, .ask = true, .data = DATA_STAFF),
    FIELD(struct person, login, "登录名", .max = 40, .ask = true, .data = DATA_ADMIN),
    FIELD(struct person, active, "在岗", .ask = true, .data = DATA_ADMIN),
    FIELD(struct person, created_at, "登记时间", .data = DATA_ADMIN),
};
const struct shape person_shape = SHAPE("person", struct person, person_fields);

static const struct field hat_fields[] = {
    FIELD(struct hat, post_id, "岗位"),    FIELD(struct hat, person_id, "人"),
    FIELD(struct hat, name, "姓名"),       FIELD(struct hat, role, "岗位种类"),
    FIELD(struct hat, title, "岗位名称"),  FIELD(struct hat, org_id, "组织"),
    FIELD(struct hat, place_id, "地点"),   FIELD(struct hat, grid_id, "网格"),
    FIELD(struct hat, place_path, "路径"), FIELD(struct hat, is_deputy, "代理"),
};
static const struct shape hat_shape = SHAPE("hat", struct hat, hat_fields);

struct session {
    int64_t id;
    struct str hash, kind, label;
    int64_t person_id, post_id;
    struct str csrf, name;
    bool must_change, has_totp;
    int64_t created_at;
    int64_t ends_at;  /* if nobody uses it */
    int64_t until_at; /* in any case; 0: a version before signed in while this one was started */
    int64_t lost_at;
};
static const struct field session_fields[] = {
    FIELD(struct session, id, "编号"),
    FIELD(struct session, hash, "指纹"),
    FIELD(struct session, kind, "种类"),
    FIELD(struct session, label, "名称"),
    FIELD(struct session, person_id, "人"),
    FIELD(struct session, post_id, "岗位"),
    FIELD(struct session, csrf, "表单口令"),
    FIELD(struct session, name, "姓名"),
    FIELD(struct session, must_change, "先改密码"),
    FIELD(struct session, has_totp, "用动态码"),
    FIELD(struct session, created_at, "登录"),
    FIELD(struct session, ends_at, "不用就到期"),
    FIELD(struct session, until_at, "到期"),
    FIELD(struct session, lost_at, "停用"),
};
static const struct field device_fields[] = {
    FIELD(struct device, id, "登录", .data = DATA_PUBLIC),
    FIELD(struct device, label, "设备", .data = DATA_PUBLIC),
    FIELD(struct device, created_at, "什么时候登录的", .data = DATA_PUBLIC),
    FIELD(struct device, seen_at, "最后一次用", .data = DATA_PUBLIC),
    FIELD(struct device, ends_at, "再不用，什么时候退出", .data = DATA_PUBLIC),
};
const struct shape device_shape = SHAPE("device", struct device, device_fields);
static const struct shape session_shape = SHAPE("session", struct session, session_fields);

/* ---- persons ---- */

enum err account_person(struct cx *cx, int64_t id, struct person *out)
{
    enum err e = db_one(cx, &account_sql_person, &person_shape, out, ARGS(A(id)));
    if (e == ERR_MISSING)
        return fail(cx, ERR_MISSING, "没有这个人");
    TRY(e);
    shape_hide(cx, &person_shape, out, 1);
    return OK;
}

/* An empty login would collide with the next empty one. */
static struct value login_value(const struct person *p)
{
    return p->login.n ? value_str(p->login) : (struct value){.type = VALUE_NULL};
}

enum err account_add(struct cx *cx, struct person *p, struct str hash)
{
    struct value password = hash.n ? value_str(hash) : (struct value){.type = VALUE_NULL};
    if (!p->id)
        p->id = id_new(cx);
    if (!p->created_at)
        p->created_at = cx->now;
    struct value login = login_value(p);
    return db_put(cx, &account_sql_add, &person_shape, p, ARGS(A(password), A(login)));
}

enum err account_login_free(struct cx *cx, struct str login, int64_t but)
{
    struct person other;
    int64_t named;
    bool taken;
    TRY(db_find(cx, &account_sql_login_of, &person_shape, &other, &taken, ARGS(A(login), A(but))));
    if (taken)
        return fail_field(cx, "login", "这个登录名已经有人用了，请换一个");
    TRY(db_number(cx, &account_sql_login_named, &named, ARGS(A(login), A(but))));
    return named ? fail_field(cx, "login", "从前的记录里，这个登录名说的是别人，请换一个") : OK;
}

enum err account_of_login(struct cx *cx, struct str login, struct person *out, bool *found)
{
    int64_t but = 0;
    return db_find(cx, &account_sql_login_of, &person_shape, out, found, ARGS(A(login), A(but)));
}

enum err account_change(struct cx *cx, const struct person *p)
{
    TRY(account_login_free(cx, p->login, p->id));
    struct value login = login_value(p);
    return db_put(cx, &account_sql_change, &person_shape, p, ARGS(A(login)));
}

enum err account_hats(struct cx *cx, int64_t person_id, hat_list *out)
{
    return db_all(cx, &account_sql_hats, &hat_shape, out, ARGS(A(person_id)));
}

enum err account_people(struct cx *cx, struct str text, bool all, int limit, person_list *out)
{
    int64_t most = limit;
    size_t from = out->n;
    TRY(db_all(cx, &account_sql_people, &person_shape, out,
               ARGS(AS("text", db_like(cx, text)), A(all), A(most))));
    shape_hide(cx, &person_shape, out->at + from, out->n - from);
    return OK;
}

static const struct field access_fields[] = {
    FIELD(struct access, has_password, "有密码"),  FIELD(struct access, has_totp, "用动态码"),
    FIELD(struct access, must_change, "先改密码"), FIELD(struct access, codes, "备用码"),
    FIELD(struct access, sessions, "登录着的"),
};
static const struct shape access_shape = SHAPE("access", struct access, access_fields);

enum err account_access(struct cx *cx, int64_t id, struct access *out)
{
    return db_one(cx, &account_sql_access, &access_shape, out, ARGS(A(id)));
}

enum err account_set_active(struct cx *cx, int64_t id, bool active)
{
    TRY(db_change(cx, &account_sql_set_active, ARGS(A(id), A(active))));
    if (active)
        return OK;
    TRY(db_run(cx, &account_sql_left_clear, ARGS(A(id)), NULL));
    TRY(db_run(cx, &account_sql_left_passwords_clear, ARGS(A(id)), NULL));
    TRY(db_run(cx, &account_sql_codes_forget, ARGS(AS("person_id", id)), NULL));
    return account_sessions_end(cx, id, 0);
}

enum err account_sessions_end(struct cx *cx, int64_t person_id, int64_t but)
{
    return db_run(cx, &account_sql_sessions_end, ARGS(A(person_id), A(but)), NULL);
}

/* ---- acting ---- */

static void see(struct who *who, const enum seen *sees)
{
    for (size_t i = 0; i < DATA_KINDS; i++)
        who->sees[i] = sees[i];
}

void account_nobody(struct cx *cx, int64_t community)
{
    cx->community = community;
    cx->who = (struct who){0};
    see(&cx->who, public_sees);
}

/* The first text behind all that begin with `path`: its last '.' becomes the next character. */
static struct str behind(struct cx *cx, struct str path)
{
    char *p = arena_alloc(cx->mem, path.n + 1);
    for (size_t i = 0; i < path.n; i++)
        p[i] = path.p[i];
    p[path.n - 1]++;
    return str_n(p, path.n);
}

/* Paths are of 0-9 A-Z '.', all of them before '~'. */
static void reach(struct cx *cx, enum role_reach kind, const struct hat *hat)
{
    struct who *w = &cx->who;
    bool all = kind == REACH_COMMUNITY;
    if (kind == REACH_GRID && hat->grid_id) {
        w->scope_grid = hat->grid_id;
        all = true;
    } else if (kind == REACH_ORG && hat->org_id) {
        w->scope_org = hat->org_id;
        all = true;
    } else if (kind == REACH_PLACE && hat->place_path.n) {
        w->scope_lo = hat->place_path;
        w->scope_hi = behind(cx, hat->place_path);
    }
    if (all)
        w->scope_hi = S("~");
}

enum err account_wear(struct cx *cx, const struct hat *hat)
{
    const struct role *role = role_of_code(hat->role);
    if (!role)
        return fail(cx, ERR_DENIED, "岗位种类“%.*s”这个版本不认识", STR(hat->role));
    cx->who = (struct who){.person_id = hat->person_id,
                           .post_id = hat->post_id,
                           .role = role->bit,
                           .name = hat->name,
                           .role_label = hat->title.n ? hat->title : str_c(role->label)};
    see(&cx->who, role->sees);
    reach(cx, role->reach, hat);
    return OK;
}

/* ---- secrets ---- */

const char *account_cookie(const struct req *rq)
{
    return req_secure(rq) ? "__Host-linghang" : "linghang";
}

/* "1f-<64 hex digits>": the community first, so that a look-up names it like every statement. */
static struct str secret_new(struct cx *cx)
{
    unsigned char raw[SECRET_BYTES];
    char hex[2 * SECRET_BYTES + 1];
    cx->env->random(cx->env, raw, sizeof raw);
    sodium_bin2hex(hex, sizeof hex, raw, sizeof raw);
    sodium_memzero(raw, sizeof raw);
    return arena_printf(cx->mem, "%llx-%s", (unsigned long long)cx->community, hex);
}

static bool secret_community(struct str secret, int64_t *community)
{
    struct str head;
    uint64_t n = 0;
    if (secret.n > 16 + 1 + 2 * SECRET_BYTES || !str_split(&secret, '-', &head))
        return false;
    if (!head.n || head.n > 15 || secret.n != 2 * SECRET_BYTES)
        return false;
    for (size_t i = 0; i < head.n; i++) {
        char c = head.p[i];
        bool digit = c >= '0' && c <= '9';
        if (!digit && (c < 'a' || c > 'f'))
            return false;
        n = n * 16 + (uint64_t)(digit ? c - '0' : c - 'a' + 10);
    }
    *community = (int64_t)n;
    return n > 0;
}

/* ---- sessions ---- */

/* The session's post if it is still held. Else a browser's is another that is held, and in which a
 * session may be as old as this one; a token was made for its post and is good for no other. */
static const struct hat *hat_of(const struct cx *cx, const struct session *s, const hat_list *hats)
{
    const struct hat *other = NULL;
    for (size_t i = 0; i < hats->n; i++) {
        const struct hat *h = &hats->at[i];
        const struct role *role = role_of_code(h->role);
        if (h->post_id == s->post_id)
            return h;
        if (!other && role && s->created_at + lasts(role->bit) > cx->now)
            other = h;
    }
    return str_is(s->kind, "token") ? NULL : other;
}

/* No post, a password that somebody else chose, or no second factor where one is required: signed
 * in, may nothing. */
static enum err wear_of_session(struct cx *cx, const struct session *s)
{
    hat_list hats = {0};
    TRY(account_hats(cx, s->person_id, &hats));
    const struct hat *hat = hat_of(cx, s, &hats);
    bool lacks = false;
    if (hat)
        TRY(account_lacks_second(cx, hat->role, s->has_totp, &lacks));
    if (hat && !s->must_change && !lacks)
        TRY(account_wear(cx, hat));
    cx->who.person_id = s->person_id;
    cx->who.name = s->name;
    cx->who.session_id = s->id;
    cx->who.csrf = s->csrf;
    return OK;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* It goes on, which is written down now and then, not with each page. */
static void use(struct cx *cx, const struct session *s)
{
    enum { STEPS = 30 };
    int64_t idle = idles(cx->who.role), last = s->until_at ? s->until_at : s->ends_at;
    int64_t till = earlier(last, cx->now + idle);
    int64_t moved = till - s->ends_at;
    if (moved >= idle / STEPS || moved < 0)
        cx->who.session_till = till;
}

/* Pages that fetch what is new by themselves go on doing so when nobody sits there any more. */
static bool is_by_hand(const struct req *rq)
{
    struct str mode = req_header(rq, "Sec-Fetch-Mode"); /* some browsers do not say it */
    return !str_is(req_method(rq), "GET") || !mode.n || str_is(mode, "navigate");
}

static enum err enter(struct cx *cx, struct str secret, const char *kind, struct session *s,
                      bool *found, bool *lost)
{
    int64_t before = cx->community, named;
    *found = *lost = false;
    if (!secret_community(secret, &named))
        return OK;
    cx->community = named;
    TRY(db_find(cx, &account_sql_session, &session_shape, s, found,
                ARGS(AS("hash", value_blob(id_secret_hash(cx, secret))), A(kind))));
    *lost = *found && s->lost_at;
    if (!*found || *lost) {
        *found = false;
        cx->community = before;
        return OK;
    }
    return wear_of_session(cx, s);
}

enum err account_who(struct cx *cx, const struct req *rq)
{
    struct str bearer = S("Bearer "), given = req_header(rq, "Authorization");
    struct session s = {0};
    bool found, lost;
    if (str_starts(given, bearer)) {
        TRY(enter(cx, str_trim(str_cut(given, bearer.n, given.n)), "token", &s, &found, &lost));
        return found ? OK : fail(cx, ERR_DENIED, "令牌不对或者过期了，请换一个");
    }
    TRY(enter(cx, req_cookie(rq, account_cookie(rq)), "browser", &s, &found, &lost));
    if (found && is_by_hand(rq))
        use(cx, &s);
    /* A page leads to signing in again; what a device sends by itself is answered so that it
     * forgets what it took along (assets/visit.js). */
    return lost && req_is_api(rq) ? fail(cx, ERR_DENIED, ACCOUNT_LOST) : OK;
}

enum err account_used(struct cx *cx, int64_t session_id, int64_t till)
{
    return db_run(cx, &account_sql_session_used, ARGS(AS("id", session_id), AS("ends_at", till)),
                  NULL);
}

enum err account_devices(struct cx *cx, device_list *out)
{
    return db_all(cx, &account_sql_sessions_mine, &device_shape, out, NO_ARGS);
}

enum err account_lose(struct cx *cx, int64_t id)
{
    return db_run(cx, &account_sql_session_lost, ARGS(A(id)), NULL); /* pressed twice is once */
}

static enum err session_new(struct cx *cx, struct session *s, struct str *secret)
{
    *secret = secret_new(cx);
    s->id = id_new(cx);
    return db_put(cx, &account_sql_session_add, &session_shape, s,
                  ARGS(AS("hash", value_blob(id_secret_hash(cx, *secret)))));
}

enum err account_sign_in(struct cx *cx, const struct checked *who, struct str device,
                         struct str *cookie, int64_t *ends_at)
{
    hat_list hats = {0};
    int64_t person_id = who->person_id;
    struct access access;
    struct session s = {
        .kind = S("browser"), .label = device, .person_id = person_id, .csrf = id_secret(cx, 16)};
    TRY(account_use_up(cx, who));
    TRY(account_access(cx, person_id, &access));
    s.must_change = access.must_change;
    s.has_totp = access.has_totp;
    TRY(account_hats(cx, person_id, &hats));
    const struct role *role = hats.n ? role_of_code(hats.at[0].role) : NULL;
    s.post_id = hats.n ? hats.at[0].post_id : 0;
    s.created_at = cx->now;
    s.until_at = cx->now + lasts(role ? role->bit : 0);
    s.ends_at = earlier(s.until_at, cx->now + idles(role ? role->bit : 0));
    TRY(db_run(cx, &account_sql_session_clean, ARGS(A(person_id)), NULL));
    TRY(session_new(cx, &s, cookie));
    *ends_at = s.until_at;
    return wear_of_session(cx, &s);
}

enum err account_sign_out(struct cx *cx)
{
    int64_t id = cx->who.session_id;
    TRY(db_run(cx, &account_sql_session_end, ARGS(A(id)), NULL));
    account_nobody(cx, cx->community);
    return OK;
}

enum err account_switch(struct cx *cx, int64_t post_id)
{
    hat_list hats = {0};
    struct session s = {.id = cx->who.session_id,
                        .person_id = cx->who.person_id,
                        .post_id = post_id,
                        .csrf = cx->who.csrf,
                        .name = cx->who.name};
    struct access access;
    TRY(account_access(cx, s.person_id, &access));
    s.must_change = access.must_change;
    s.has_totp = access.has_totp;
    TRY(account_hats(cx, s.person_id, &hats));
    for (size_t i = 0; i < hats.n; i++) {
        const struct role *role = role_of_code(hats.at[i].role);
        if (hats.at[i].post_id != post_id)
            continue;
        /* never longer than who signs in for this post may be */
        TRY(db_change(cx, &account_sql_session_post,
                      ARGS(A(post_id), AS("id", s.id),
                           AS("ends_at", cx->now + idles(role ? role->bit : 0)),
                           AS("until_at", cx->now + lasts(role ? role->bit : 0)))));
        return wear_of_session(cx, &s);
    }
    return fail(cx, ERR_DENIED, "这个岗位现在不是您的");
}

enum err account_token(struct cx *cx, int64_t person_id, int64_t post_id, struct str label,
                       int64_t ends_at, struct str *token)
{
    struct session s = {.kind = S("token"),
                        .label = label,
                        .person_id = person_id,
                        .post_id = post_id,
                        .ends_at = ends_at,
                        .until_at = ends_at};
    return session_new(cx, &s, token);
}
