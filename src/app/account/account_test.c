/* account_test -- the matrix, hats and their reach, sessions, passwords, waits, the sign-in road.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "app/account/account.h"
#include "app/org/org.h"
#include "app/shell/shell.h"
#include "base/time.h"
#include "db/engine.h"
#include <stdio.h>
#include <string.h>

#define PASSWORD "haiheng-2026"

/* A person with two posts: grid worker of grid 23 and, as a deputy, dispatcher. */
struct staff {
    struct person person;
    int64_t worker, dispatcher;
};

static struct staff hire(struct cx *cx, const char *login)
{
    struct staff s = {.person = {.name = S("赵示例"),
                                 .duty_phone = S("0551-0000 0001"),
                                 .login = str_c(login),
                                 .active = true}};
    struct post worker = {.role = S("grid_worker"), .title = S("第 23 网格网格员"), .grid_id = 23};
    struct post dispatcher = {.role = S("dispatcher"), .title = S("派遣员")};
    struct str hash;
    MUST(cx, account_hash_password(cx, S(PASSWORD), &hash));
    MUST(cx, account_add(cx, &s.person, hash));
    MUST(cx, org_post_add(cx, &worker));
    MUST(cx, org_post_add(cx, &dispatcher));
    MUST(cx, org_appoint(cx, worker.id, s.person.id, false, true));
    MUST(cx, org_appoint(cx, dispatcher.id, s.person.id, true, true));
    s.worker = worker.id;
    s.dispatcher = dispatcher.id;
    return s;
}

/* ---- the matrix ---- */

static const struct role *role(const char *code)
{
    const struct role *r = role_of_code(str_c(code));
    assert_non_null(r);
    return r;
}

static void the_matrix_is_closed(void **state)
{
    (void)state;
    uint32_t all = 0;
    for (size_t i = 0; i < ROLE_BITS; i++) {
        assert_true(roles[i].bit == 1u << i);
        assert_ptr_equal(role_of_bit(roles[i].bit), &roles[i]);
        assert_ptr_equal(role_of_code(str_c(roles[i].code)), &roles[i]);
        assert_int_equal(roles[i].sees[DATA_INNER], SEE_NONE);
        assert_int_equal(roles[i].sees[DATA_NOTE], SEE_NONE);
        assert_true(roles[i].label[0] && roles[i].home[0] == '/');
        /* A contact is never plain without an act that is logged. */
        assert_true(roles[i].sees[DATA_CONTACT] != SEE_PLAIN);
        assert_true(roles[i].sees[DATA_DOOR] != SEE_PLAIN);
        if (!(roles[i].bit & ROLES_NEED))
            assert_true(roles[i].sees[DATA_TEXT] == SEE_NONE &&
                        roles[i].sees[DATA_CONTACT] == SEE_NONE);
        all |= roles[i].bit;
    }
    assert_true(all == ROLES_STAFF);
    assert_null(role_of_code(S("king")));
    assert_null(role_of_bit(0));
    assert_int_equal(role("handler")->sees[DATA_COMPLAINT], SEE_NONE);
    assert_int_equal(role("handler")->sees[DATA_CONTACT], SEE_LOGGED);
    assert_int_equal(role("building_leader")->sees[DATA_CONTACT], SEE_NONE);
    for (size_t i = 0; i < ROLE_BITS; i++) /* who complains is opened by those two alone */
        assert_int_equal(roles[i].sees[DATA_COMPLAINT],
                         roles[i].bit == ROLE_PRIVACY_OFFICER ? SEE_LOGGED : SEE_NONE);
    assert_int_equal(role("leader")->sees[DATA_CONTACT], SEE_LOGGED);
    assert_int_equal(role("admin")->sees[DATA_TEXT], SEE_NONE);
    assert_int_equal(public_sees[DATA_TEXT], SEE_NONE);
    assert_int_equal(resident_sees[DATA_NOTE], SEE_PLAIN);
    assert_int_equal(resident_sees[DATA_WORK], SEE_NONE);
}

/* ---- hats ---- */

static void wear(struct cx *cx, const char *code, struct hat hat)
{
    hat.role = str_c(code);
    MUST(cx, account_wear(cx, &hat));
}

static bool in_scope(const struct cx *cx, struct str path)
{
    struct str lo = cx->who.scope_lo, hi = cx->who.scope_hi;
    size_t n = path.n < hi.n ? path.n : hi.n;
    int below = memcmp(path.p, hi.p ? hi.p : "", n);
    return (lo.n == 0 || str_starts(path, lo)) && (below < 0 || (below == 0 && path.n < hi.n));
}

static void a_hat_reaches_its_own(void **state)
{
    struct cx *cx = test_cx();
    struct str mine = S("01.02.03."), below = S("01.02.03.0A."), beside = S("01.02.04.");
    (void)state;
    wear(cx, "area_staff", (struct hat){.place_id = 1, .place_path = mine});
    assert_true(in_scope(cx, mine) && in_scope(cx, below) && !in_scope(cx, beside));
    assert_true(str_is(cx->who.scope_hi, "01.02.03/"));
    wear(cx, "grid_worker", (struct hat){.grid_id = 23});
    assert_true(cx->who.scope_grid == 23 && in_scope(cx, beside));
    wear(cx, "handler", (struct hat){.org_id = 9});
    assert_true(cx->who.scope_org == 9 && cx->who.scope_grid == 0 && in_scope(cx, beside));
    wear(cx, "dispatcher", (struct hat){.grid_id = 23, .org_id = 9});
    assert_true(cx->who.scope_org == 0 && cx->who.scope_grid == 0 && in_scope(cx, mine));
    assert_true(cx->who.csrf.n == 0 && cx->who.role == ROLE_DISPATCHER);
    test_end();
}

static void a_hat_without_reach_reaches_nothing(void **state)
{
    static const char *const bare[] = {"grid_worker", "grid_deputy", "building_leader",
                                       "handler",     "area_staff",  "volunteer"};
    struct cx *cx = test_cx();
    (void)state;
    for (size_t i = 0; i < COUNT(bare); i++) {
        wear(cx, bare[i], (struct hat){0});
        assert_true(!in_scope(cx, S("01.")) && !cx->who.scope_grid && !cx->who.scope_org);
    }
    struct hat unknown = {.role = S("king")};
    EXPECT(cx, account_wear(cx, &unknown), ERR_DENIED);
    account_nobody(cx, 7);
    assert_true(!in_scope(cx, S("01.")) && cx->community == 7 && cx->who.role == 0);
    assert_int_equal(cx->who.sees[DATA_CONTACT], SEE_NONE);
    test_end();
}

/* ---- passwords ---- */

static enum err check(struct cx *cx, const char *login, const char *password, const char *peer)
{
    struct checked found;
    struct sign_in typed = {
        .login = str_c(login), .password = str_c(password), .peer = str_c(peer)};
    enum err e = account_check(cx, &typed, &found);
    assert_true((e == OK) == (found.person_id != 0));
    return e;
}

static void a_wrong_word_says_the_same_for_all(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    hire(cx, "grid23");
    struct person silent = {.name = S("钱示例"), .login = S("nopass"), .active = true};
    MUST(cx, account_add(cx, &silent, S("")));
    assert_int_equal(check(cx, "grid23", "wrong", "::1"), ERR_INPUT);
    struct str said = arena_copy(cx->mem, cx->fault.message);
    fault_clear(cx);
    static const char *const tries[] = {"nobody", "nopass", ""};
    for (size_t i = 0; i < COUNT(tries); i++) {
        assert_int_equal(check(cx, tries[i], "wrong", "::1"), ERR_INPUT);
        assert_true(str_eq(cx->fault.message, said));
        fault_clear(cx);
    }
    MUST(cx, check(cx, "grid23", PASSWORD, "::1"));
    EXPECT(cx, check(cx, "nopass", "", "::1"), ERR_INPUT);
    bool fits = true;
    MUST(cx, account_same_password(cx, S(""), (struct str){0}, &fits)); /* the field did not come */
    assert_false(fits);
    struct person twice = {.name = S("孙示例"), .login = S("grid23"), .active = true};
    EXPECT(cx, account_add(cx, &twice, S("")), ERR_CONFLICT);
    test_end();
}

static void guessing_waits_but_locks_nobody_out(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    hire(cx, "grid24");
    for (int i = 0; i < 5; i++)
        EXPECT(cx, check(cx, "grid24", "wrong", "10.0.0.9"), ERR_INPUT);
    assert_int_equal(check(cx, "grid24", PASSWORD, "10.0.0.9"), ERR_INPUT);
    assert_true(str_find(cx->fault.message, S("秒")) > 0);
    fault_clear(cx);
    MUST(cx, check(cx, "grid24", PASSWORD, "10.0.0.8")); /* the holder, elsewhere */
    test_advance(5 * MS_SECOND);
    MUST(cx, check(cx, "grid24", PASSWORD, "10.0.0.9"));
    EXPECT(cx, check(cx, "grid24", "wrong", "10.0.0.9"), ERR_INPUT); /* counted from the start */
    MUST(cx, check(cx, "grid24", PASSWORD, "10.0.0.9"));
    for (int i = 0; i < 15; i++) { /* however often, the longest wait stays the same */
        EXPECT(cx, check(cx, "grid24", "wrong", "10.0.0.9"), ERR_INPUT);
        test_advance(6 * MS_MINUTE);
    }
    MUST(cx, check(cx, "grid24", PASSWORD, "10.0.0.9"));
    test_end();
}

/* He has a whole /64, and names without end. */
static void who_has_many_addresses_or_names_waits_too(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    hire(cx, "grid31");
    for (int i = 0; i < 5; i++)
        EXPECT(cx, check(cx, "grid31", "wrong", arena_printf(cx->mem, "2001:db8:1:2::%x", i).p),
               ERR_INPUT);
    EXPECT(cx, check(cx, "grid31", PASSWORD, "2001:db8:1:2:ffff::1"), ERR_INPUT);
    MUST(cx, check(cx, "grid31", PASSWORD, "2001:db8:1:3::1"));
    for (int i = 0; i < 5; i++)
        EXPECT(cx, check(cx, "grid31", "wrong", "10.0.0.7"), ERR_INPUT);
    for (int i = 0; i < 40; i++)
        EXPECT(cx, check(cx, arena_printf(cx->mem, "filler%d", i).p, "x", "10.0.0.7"), ERR_INPUT);
    EXPECT(cx, check(cx, "grid31", PASSWORD, "10.0.0.7"), ERR_INPUT); /* not pushed out */
    test_end();
}

static void a_one_time_password_opens_nothing_else(void **state)
{
    struct cx *cx = test_cx();
    struct str once = account_one_time(cx), hash, cookie;
    struct checked found;
    int64_t ends_at;
    (void)state;
    struct staff s = hire(cx, "grid28");
    assert_true(once.n == 14 && once.p[4] == '-' && !str_eq(once, account_one_time(cx)));
    MUST(cx, account_hash_password(cx, once, &hash));
    MUST(cx, account_set_password(cx, s.person.id, hash, true));
    EXPECT(cx, check(cx, "grid28", PASSWORD, "::1"), ERR_INPUT);
    struct sign_in typed = {.login = S("grid28"), .password = once, .peer = S("::1")};
    MUST(cx, account_check(cx, &typed, &found));
    MUST(cx, account_sign_in(cx, &found, S("电脑"), &cookie, &ends_at));
    assert_true(cx->who.person_id == s.person.id && cx->who.role == 0);
    EXPECT(cx, account_password_fits(cx, S("七个字的密码吗"), once), ERR_INPUT);
    EXPECT(cx, account_password_fits(cx, once, once), ERR_INPUT);
    MUST(cx, account_password_fits(cx, S("八个字就可以了吧"), once));
    EXPECT(cx, account_check_own(cx, S("wrong"), S("::1")), ERR_INPUT);
    MUST(cx, account_check_own(cx, once, S("::1")));
    MUST(cx, account_hash_password(cx, S("八个字就可以了吧"), &hash));
    MUST(cx, account_set_password(cx, s.person.id, hash, false));
    MUST(cx, account_switch(cx, s.worker)); /* his own session stays, and may act now */
    assert_true(cx->who.role == ROLE_GRID_WORKER);
    test_end();
}

/* Brought from elsewhere a person keeps the number; without a post he signs in and may
 * nothing. */
static void who_has_no_post_may_nothing(void **state)
{
    struct cx *cx = test_cx();
    struct person p = {.id = 7,
                       .created_at = 5,
                       .name = S("孙示例"),
                       .login = S("nopost"),
                       .active = true},
                  back;
    struct str hash, cookie;
    struct checked found;
    int64_t ends_at;
    (void)state;
    MUST(cx, account_hash_password(cx, S(PASSWORD), &hash));
    MUST(cx, account_add(cx, &p, hash));
    MUST(cx, account_person(cx, 7, &back));
    EXPECT(cx, account_person(cx, 8, &back), ERR_MISSING);
    struct sign_in typed = {.login = S("nopost"), .password = S(PASSWORD), .peer = S("::1")};
    MUST(cx, account_check(cx, &typed, &found));
    MUST(cx, account_sign_in(cx, &found, S("电脑"), &cookie, &ends_at));
    assert_true(cx->who.person_id == 7 && cx->who.role == 0 && ends_at > cx->now);
    test_end();
}

static void what_is_tried_first_is_refused(void **state)
{
    struct cx *cx = test_cx();
    static const char *const weak[] = {"password2026!", "12345678",     "qwertyuiop",
                                       "Admin@123456",  "1qaz2wsx3edc", "grid37grid37",
                                       "赵示例123456",  "aaaaaaaab",    "ｐａｓｓｗｏｒｄ1",
                                       "87654321a",     "5201314520"};
    static const char *const fine[] = {"八个字就可以了吧", "haiheng-2026", "correct horse",
                                       "83017465", "tRz9-kLm2"};
    (void)state;
    struct staff s = hire(cx, "grid37");
    cx->who.person_id = s.person.id;
    for (size_t i = 0; i < COUNT(weak); i++)
        EXPECT(cx, account_password_fits(cx, str_c(weak[i]), S("")), ERR_INPUT);
    struct str endless = arena_printf(cx->mem, "%201d", 83017465);
    EXPECT(cx, account_password_fits(cx, endless, S("")), ERR_INPUT);
    for (size_t i = 0; i < COUNT(fine); i++)
        MUST(cx, account_password_fits(cx, str_c(fine[i]), S("")));
    test_end();
}

static void an_old_password_does_not_come_back(void **state)
{
    struct cx *cx = test_cx();
    struct str hash;
    (void)state;
    struct staff s = hire(cx, "grid38");
    cx->who.person_id = s.person.id;
    for (int i = 0; i <= PASSWORDS_KEPT; i++) {
        struct str next = arena_printf(cx->mem, "第 %d 句只有我知道的话", i);
        MUST(cx, account_password_fresh(cx, next));
        MUST(cx, account_hash_password(cx, next, &hash));
        MUST(cx, account_set_password(cx, s.person.id, hash, false));
    }
    MUST(cx, account_password_fresh(cx, S(PASSWORD))); /* six changes ago */
    EXPECT(cx, account_password_fresh(cx, S("第 0 句只有我知道的话")), ERR_INPUT);
    EXPECT(cx, account_password_fresh(cx, S("第 4 句只有我知道的话")), ERR_INPUT);
    test_end();
}

/* A worker's 30 days are none of a desk. */
static void another_hat_makes_a_session_shorter_never_longer(void **state)
{
    struct cx *cx = test_cx();
    struct str cookie;
    struct checked found;
    struct access access;
    int64_t ends_at;
    (void)state;
    struct staff s = hire(cx, "grid32");
    struct sign_in typed = {.login = S("grid32"), .password = S(PASSWORD), .peer = S("::1")};
    MUST(cx, account_check(cx, &typed, &found));
    MUST(cx, account_sign_in(cx, &found, S("手机"), &cookie, &ends_at));
    assert_true(ends_at > cx->now + 20 * MS_DAY && cx->who.role == ROLE_GRID_WORKER);
    MUST(cx, account_switch(cx, s.dispatcher));
    MUST(cx, account_switch(cx, s.worker));
    test_advance(2 * MS_DAY);
    MUST(cx, account_access(cx, s.person.id, &access));
    assert_int_equal(access.sessions, 0);
    test_end();
}

static void who_leaves_is_signed_out(void **state)
{
    struct cx *cx = test_cx();
    struct str cookie, token;
    struct checked found;
    struct access access;
    int64_t ends_at;
    person_list some = {0}, all = {0};
    (void)state;
    struct staff s = hire(cx, "grid29");
    struct sign_in typed = {.login = S("grid29"), .password = S(PASSWORD), .peer = S("::1")};
    MUST(cx, account_check(cx, &typed, &found));
    MUST(cx, account_sign_in(cx, &found, S("电脑"), &cookie, &ends_at));
    MUST(cx, account_token(cx, s.person.id, s.worker, S("表格"), ends_at, &token));
    MUST(cx, account_access(cx, s.person.id, &access));
    assert_int_equal(access.sessions, 2);
    MUST(cx, account_set_active(cx, s.person.id, false));
    MUST(cx, account_access(cx, s.person.id, &access));
    assert_int_equal(access.sessions, 0);
    EXPECT(cx, check(cx, "grid29", PASSWORD, "::1"), ERR_INPUT);
    MUST(cx, account_people(cx, S("示例"), false, 10, &some));
    MUST(cx, account_people(cx, S("示例"), true, 10, &all));
    assert_true(some.n == 0 && all.n == 1);
    struct str hash;
    struct person left;
    MUST(cx, account_person(cx, s.person.id, &left));
    assert_true(left.name.n && !left.login.n && !left.duty_phone.n); /* records name him */
    MUST(cx, account_access(cx, s.person.id, &access));
    assert_true(!access.has_password && !access.has_totp && !access.codes);
    MUST(cx, account_set_active(cx, s.person.id, true));
    EXPECT(cx, check(cx, "grid29", PASSWORD, "::1"), ERR_INPUT);
    left.login = S("grid29");
    MUST(cx, account_change(cx, &left));
    MUST(cx, account_hash_password(cx, S(PASSWORD), &hash));
    MUST(cx, account_set_password(cx, s.person.id, hash, true));
    MUST(cx, check(cx, "grid29", PASSWORD, "::1"));
    struct person other = {.name = S("钱示例"), .login = S("grid30"), .active = true};
    MUST(cx, account_add(cx, &other, S("")));
    other.duty_phone = S("0551-0000 0002");
    MUST(cx, account_change(cx, &other));
    other.login = S("grid29");
    EXPECT(cx, account_change(cx, &other), ERR_INPUT);
    test_end();
}

/* ---- the road: a server without a socket, on the test's one connection ---- */

static struct cx *world;
static struct server *server;
static struct str cookie;      /* the jar: "name=value; ..." */
static const char *fetch_mode; /* what the browser says of the next requests; NULL = nothing */
static const char *proto;      /* what a proxy says that they came by; NULL = nothing */
static struct who caller;      /* of the last request */

static enum err on_begin(void *arg, struct cx *cx, bool write)
{
    (void)arg;
    (void)write;
    cx->db = world->db;
    return db_savepoint(cx);
}

static enum err on_end(void *arg, struct cx *cx, bool write, bool commit)
{
    (void)arg;
    (void)write;
    return db_release(cx, commit);
}

static enum err on_who(void *arg, struct cx *cx, const struct req *rq)
{
    (void)arg;
    account_nobody(cx, 1);
    enum err e = account_who(cx, rq);
    caller = cx->who;
    return e;
}

static void on_error(void *arg, struct cx *cx, const struct req *rq, int status, struct reply *rp)
{
    (void)arg;
    (void)rq;
    (void)status;
    out_str(reply_html(rp), cx->fault.message);
}

static const struct feature *const served[] = {&account_feature};
static const struct shell_community named[] = {{.id = 1,
                                                .name = {"海恒社区", 12},
                                                .short_name = {"海恒", 6},
                                                .phone = {"0551-0000 0000", 14}}};

static void serve(struct cx *cx)
{
    struct web_options options = {.io_threads = 1,
                                  .pool_threads = 1,
                                  .features = served,
                                  .nfeatures = COUNT(served),
                                  .env = cx->env,
                                  .trusted_proxy = "", /* web_call() comes from nowhere */
                                  .anonymous_burst = -1};
    struct web_hooks hooks = {
        .begin = on_begin, .end = on_end, .who = on_who, .error_page = on_error};
    world = cx;
    cookie = S("");
    shell_communities(named, COUNT(named));
    MUST(cx, web_start(cx, &options, &hooks, &server));
}

struct answer {
    int status;
    struct str head, body;
};

/* Keeps the last cookie that the answer set. */
static struct answer ask(const char *method, const char *target, const char *body,
                         const char *token)
{
    struct answer a = {0};
    const char *type = *body == '{' ? "application/json" : "application/x-www-form-urlencoded";
    const char *headers[] = {"Host",
                             "localhost",
                             "Content-Type",
                             type,
                             "Cookie",
                             arena_cstr(world->mem, cookie),
                             token        ? "Authorization"
                             : fetch_mode ? "Sec-Fetch-Mode"
                                          : NULL,
                             token ? token : fetch_mode,
                             NULL,
                             NULL,
                             NULL};
    size_t n = 0;
    while (headers[n])
        n += 2;
    headers[n] = proto ? "X-Forwarded-Proto" : NULL;
    headers[n + 1] = proto;
    struct web_call call = {
        .method = method, .target = target, .headers = headers, .body = str_c(body)};
    web_call(server, world->mem, &call, &a.status, &a.head, &a.body);
    struct str rest = a.head, line, mark = S("Set-Cookie: ");
    while (str_split(&rest, '\n', &line))
        if (str_starts(line, mark)) {
            struct str part = str_cut(line, mark.n, line.n), pair = part;
            str_split(&part, ';', &pair);
            if (pair.n && pair.p[pair.n - 1] != '=')
                cookie = pair;
        }
    return a;
}

static struct str csrf_in(struct str page)
{
    struct str mark = S("name=\"csrf\" value=\"");
    ptrdiff_t at = str_find(page, mark);
    assert_true(at > 0);
    struct str rest = str_cut(page, (size_t)at + mark.n, page.n), value;
    str_split(&rest, '"', &value);
    return value;
}

static const char *form(const char *format, struct str csrf)
{
    return arena_printf(world->mem, format, STR(csrf)).p;
}

static void a_person_signs_in_switches_and_leaves(void **state)
{
    struct cx *cx = test_cx();
    struct staff s = hire(cx, "grid25");
    (void)state;
    serve(cx);
    struct answer a = ask("GET", "/login?next=/w/today", "", NULL);
    assert_int_equal(a.status, 200);
    struct str csrf = csrf_in(a.body);
    a = ask("POST", "/login", "csrf=x&login=grid25&password=" PASSWORD, NULL);
    assert_int_equal(a.status, 422); /* not our form */
    a = ask("POST", "/login", form("csrf=%.*s&login=grid25&password=wrong", csrf), NULL);
    assert_int_equal(a.status, 422);
    assert_true(str_find(a.body, S("没对上")) > 0 && str_find(a.body, S("grid25")) > 0);
    assert_true(str_find(a.body, S("wrong")) < 0);
    a = ask("POST", "/login",
            form("csrf=%.*s&login=grid25&password=" PASSWORD "&next=//evil.example/", csrf), NULL);
    assert_int_equal(a.status, 303);
    assert_true(str_find(a.head, S("evil")) < 0 && str_find(a.head, S("HttpOnly")) > 0);
    assert_true(str_starts(cookie, S("linghang=1-")));
    a = ask("GET", "/hat", "", NULL);
    assert_true(str_find(a.body, S("第 23 网格网格员")) > 0);
    csrf = csrf_in(a.body);
    a = ask("POST", "/hat", "post=1", NULL);
    assert_int_equal(a.status, 403); /* without the session's token */
    a = ask("POST", "/hat", form("csrf=%.*s&post=1", csrf), NULL);
    assert_int_equal(a.status, 403); /* not his */
    struct str both =
        arena_printf(cx->mem, "csrf=%.*s&post=%lld", STR(csrf), (long long)s.dispatcher);
    a = ask("POST", "/hat", both.p, NULL);
    assert_int_equal(a.status, 303);
    assert_true(str_find(a.head, S("/d/board")) > 0);
    a = ask("POST", "/logout", form("csrf=%.*s", csrf), NULL);
    assert_int_equal(a.status, 303);
    a = ask("GET", "/api/v1/me", "", NULL); /* the old cookie opens nothing */
    assert_int_equal(a.status, 401);
    web_stop(server);
    test_end();
}

static void a_token_acts_for_its_person(void **state)
{
    struct cx *cx = test_cx();
    struct staff s = hire(cx, "grid26");
    struct str token;
    (void)state;
    serve(cx);
    MUST(cx, account_token(cx, s.person.id, s.dispatcher, S("表格"), cx->now + MS_DAY, &token));
    const char *bearer = arena_printf(cx->mem, "Bearer %.*s", STR(token)).p;
    struct answer a = ask("GET", "/api/v1/me", "", bearer);
    assert_int_equal(a.status, 200);
    assert_true(str_find(a.body, S("赵示例")) > 0 && str_find(a.body, S("grid26")) < 0);
    a = ask("POST", "/api/v1/tokens", "{\"label\":\"again\"}", bearer);
    assert_int_equal(a.status, 403); /* a token does not breed */
    static const char *const bad[] = {"Bearer ", "Bearer 1-", "Bearer -00", "Bearer zz-00",
                                      "Bearer ffffffffffffffffffff-00"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(ask("GET", "/api/v1/me", "", bad[i]).status, 401);
    /* A right secret behind a community that is none, or another. */
    struct str secret = str_cut(token, 2, token.n);
    static const char *const heads[] = {"0",  "",    "g",   "/",
                                        ":",  "`",   "1g",  "A",
                                        "2",  "0a2", "9f9", "1234567890abcdef",
                                        "11", "-",   "1-1", "12345678901234567"};
    for (size_t i = 0; i < COUNT(heads); i++)
        assert_int_equal(ask("GET", "/api/v1/me", "",
                             arena_printf(cx->mem, "Bearer %s-%.*s", heads[i], STR(secret)).p)
                             .status,
                         401);
    assert_int_equal(ask("GET", "/api/v1/me", "", bearer).status, 200);
    test_advance(2 * MS_DAY);
    assert_int_equal(ask("GET", "/api/v1/me", "", bearer).status, 401);
    web_stop(server);
    test_end();
}

static void a_token_is_good_for_its_post_alone(void **state)
{
    struct cx *cx = test_cx();
    struct staff s = hire(cx, "grid27");
    struct str token;
    (void)state;
    serve(cx);
    MUST(cx, account_token(cx, s.person.id, s.worker, S("表格"), cx->now + MS_DAY, &token));
    const char *bearer = arena_printf(cx->mem, "Bearer %.*s", STR(token)).p;
    assert_int_equal(ask("GET", "/api/v1/me", "", bearer).status, 200);
    struct str post = arena_printf(cx->mem, "post=%lld", (long long)s.dispatcher);
    assert_int_equal(ask("POST", "/hat", post.p, bearer).status, 403); /* it has one hat */
    assert_int_equal(ask("DELETE", "/api/v1/tokens/1", "", bearer).status, 403);
    test_advance(1);
    MUST(cx, org_appoint(cx, s.worker, 0, false, false)); /* and it is good for no other */
    test_advance(1);
    assert_int_equal(ask("GET", "/api/v1/me", "", bearer).status, 403);
    web_stop(server);
    test_end();
}

static void sign_in(struct cx *cx, const char *login)
{
    struct checked found;
    struct str secret;
    int64_t ends_at;
    struct sign_in typed = {.login = str_c(login), .password = S(PASSWORD), .peer = S("::1")};
    MUST(cx, account_check(cx, &typed, &found));
    MUST(cx, account_sign_in(cx, &found, S("手机"), &secret, &ends_at));
    cookie = arena_printf(cx->mem, "linghang=%.*s", STR(secret));
}

/* After so long; what a server writes down of it then (main/noted.h). */
static int status_after(struct cx *cx, int64_t ms, bool is_noted)
{
    test_advance(ms);
    int status = ask("GET", "/api/v1/me", "", NULL).status;
    if (is_noted && caller.session_till)
        MUST(cx, account_used(cx, caller.session_id, caller.session_till));
    return status;
}

static void a_session_that_nobody_uses_ends(void **state)
{
    struct cx *cx = test_cx();
    struct staff s = hire(cx, "grid33");
    device_list devices = {0};
    (void)state;
    serve(cx);
    sign_in(cx, "grid33");
    int64_t began = cx->now;
    assert_int_equal(status_after(cx, MS_HOUR, true), 200);
    assert_int_equal(caller.session_till, 0); /* not with each page */
    assert_int_equal(status_after(cx, 6 * MS_DAY, true), 200);
    assert_int_equal(caller.session_till, cx->now + 7 * MS_DAY);
    fetch_mode = "cors"; /* a page that is open somewhere */
    assert_int_equal(status_after(cx, 6 * MS_DAY, true), 200);
    assert_int_equal(caller.session_till, 0);
    fetch_mode = "navigate";
    assert_int_equal(status_after(cx, 2 * MS_DAY, true), 401);
    MUST(cx, account_used(cx, caller.session_id, cx->now + MS_DAY)); /* too late */
    assert_int_equal(status_after(cx, 1, true), 401);
    fetch_mode = NULL;

    struct str lost = cookie;
    sign_in(cx, "grid33"); /* the other can still be told to forget what it took along */
    MUST(cx, account_devices(cx, &devices));
    assert_int_equal(devices.n, 2);
    assert_true(devices.at[1].ends_at < cx->now &&
                devices.at[1].seen_at == began + MS_HOUR + 6 * MS_DAY);
    MUST(cx, account_lose(cx, devices.at[1].id));
    cookie = lost;
    assert_true(str_find(ask("GET", "/api/v1/me", "", NULL).body, S(ACCOUNT_LOST)) >= 0);
    assert_true(str_find(ask("GET", "/hat", "", NULL).head, S("Location: /login")) >= 0);

    sign_in(cx, "grid33"); /* used day by day it ends all the same */
    for (int day = 1; day < 30; day++)
        assert_int_equal(status_after(cx, MS_DAY, true), 200);
    assert_int_equal(status_after(cx, MS_DAY, true), 401);

    sign_in(cx, "grid33");
    MUST(cx, account_switch(cx, s.dispatcher));
    assert_int_equal(status_after(cx, 59 * MS_MINUTE, true), 200);
    assert_int_equal(status_after(cx, 59 * MS_MINUTE, false), 200);
    assert_int_equal(status_after(cx, 2 * MS_MINUTE, true), 401);
    assert_true(str_find(ask("GET", "/login", "", NULL).body, S("刚才的登录已经结束")) > 0);
    cookie = S("");
    assert_true(str_find(ask("GET", "/login", "", NULL).body, S("刚才的登录已经结束")) < 0);
    web_stop(server);
    test_end();
}

/* By TLS a cookie is one that no other host and nobody in between can set. */
static void by_tls_the_cookie_is_of_this_host_alone(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    hire(cx, "grid36");
    serve(cx);
    proto = "https";
    struct str csrf = csrf_in(ask("GET", "/login", "", NULL).body);
    struct answer a =
        ask("POST", "/login", form("csrf=%.*s&login=grid36&password=" PASSWORD, csrf), NULL);
    assert_int_equal(a.status, 303);
    assert_true(str_starts(cookie, S("__Host-linghang=1-")) && str_find(a.head, S("Secure")) > 0);
    assert_int_equal(ask("GET", "/api/v1/me", "", NULL).status, 200);
    proto = NULL;
    assert_int_equal(ask("GET", "/api/v1/me", "", NULL).status, 401);
    web_stop(server);
    test_end();
}

/* What the program does not do itself: a row that an older or a newer version left. */
static void as_left(struct cx *cx, const char *sql)
{
    MUST(cx, cx->db->engine->script(cx, cx->db, sql));
}

/* Who loses a post goes on in another that is held, as long as in that one a session lasts; not in
 * one of a kind that this program does not know. */
static void a_browser_goes_on_in_another_post(void **state)
{
    struct cx *cx = test_cx();
    struct staff s = hire(cx, "grid34");
    struct post more[] = {{.role = S("handler"), .title = S("窗口")},
                          {.role = S("handler"), .title = S("另一个窗口")}};
    (void)state;
    for (size_t i = 0; i < COUNT(more); i++) {
        MUST(cx, org_post_add(cx, &more[i]));
        MUST(cx, org_appoint(cx, more[i].id, s.person.id, true, false));
    }
    as_left(cx, arena_printf(cx->mem, "UPDATE post SET role = 'lamplighter' WHERE id = %lld",
                             (long long)s.dispatcher)
                    .p);
    serve(cx);
    sign_in(cx, "grid34");
    assert_int_equal(status_after(cx, 1, true), 200);
    assert_int_equal(caller.role, ROLE_GRID_WORKER);
    MUST(cx, org_appoint(cx, s.worker, 0, false, false));
    fetch_mode = "navigate";
    assert_int_equal(status_after(cx, 1, true), 200);
    fetch_mode = NULL;
    assert_true(caller.role == ROLE_HANDLER && caller.post_id == more[0].id);
    assert_int_equal(caller.session_till, cx->now + MS_HOUR); /* sooner than a worker's week */
    assert_int_equal(status_after(cx, MS_HOUR, true), 401);
    web_stop(server);
    test_end();
}

/* It says nowhere when it ends in any case: not later than it would have ended. */
static void a_session_of_a_version_before_gets_no_longer(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    hire(cx, "grid35");
    serve(cx);
    sign_in(cx, "grid35");
    as_left(cx, "UPDATE session SET until_at = 0");
    assert_int_equal(status_after(cx, 6 * MS_DAY, true), 200);
    assert_int_equal(caller.session_till, 0);
    assert_int_equal(status_after(cx, MS_DAY, true), 401);
    web_stop(server);
    test_end();
}

/* Two agreed on something for who had it then: whoever has it next would be read as him. */
static void a_login_that_a_record_names_is_not_given_again(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    MUST(cx, account_login_free(cx, S("grid39"), 0));
    as_left(
        cx,
        "INSERT INTO twice (community_id, id, number, kind, object_id, object, why, by_person, by_name,"
        " at, until_at, state, decided_by, decided_name, decided_at, said, used_at)"
        " VALUES (1, 1, 'S-261128-0001-7', 'totp', 0, 'grid39', '', 1, '', 1, 1, 'used', 2, '', 1, '', 1)");
    EXPECT(cx, account_login_free(cx, S("grid39"), 0), ERR_INPUT);
    MUST(cx, account_login_free(cx, S("grid40"), 0));
    test_end();
}

static void statements_are_accepted(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    MUST(cx, db_verify(cx, account_feature.queries, *account_feature.nqueries));
    for (size_t i = 0; i < account_feature.nshapes; i++)
        assert_null(shape_fault(account_feature.shapes[i]));
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_matrix_is_closed),
        cmocka_unit_test(statements_are_accepted),
        cmocka_unit_test(a_hat_reaches_its_own),
        cmocka_unit_test(a_hat_without_reach_reaches_nothing),
        cmocka_unit_test(a_wrong_word_says_the_same_for_all),
        cmocka_unit_test(guessing_waits_but_locks_nobody_out),
        cmocka_unit_test(who_has_many_addresses_or_names_waits_too),
        cmocka_unit_test(another_hat_makes_a_session_shorter_never_longer),
        cmocka_unit_test(a_one_time_password_opens_nothing_else),
        cmocka_unit_test(who_has_no_post_may_nothing),
        cmocka_unit_test(what_is_tried_first_is_refused),
        cmocka_unit_test(an_old_password_does_not_come_back),
        cmocka_unit_test(who_leaves_is_signed_out),
        cmocka_unit_test(a_person_signs_in_switches_and_leaves),
        cmocka_unit_test(a_token_acts_for_its_person),
        cmocka_unit_test(a_token_is_good_for_its_post_alone),
        cmocka_unit_test(a_session_that_nobody_uses_ends),
        cmocka_unit_test(by_tls_the_cookie_is_of_this_host_alone),
        cmocka_unit_test(a_login_that_a_record_names_is_not_given_again),
        cmocka_unit_test(a_browser_goes_on_in_another_post),
        cmocka_unit_test(a_session_of_a_version_before_gets_no_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
