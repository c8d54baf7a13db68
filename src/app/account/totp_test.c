/* totp_test -- the second factor: codes once each, ten on paper, guesses wait from everywhere, who
 * must have it acts only with it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/totp_test.h"
#include "tests/harness.h"
#include "app/org/org.h"
#include "base/time.h"
#include "db/engine.h"

#define PASSWORD "haiheng-2026"

/* Waits are of the process: each test with a login of its own. */
static int64_t hire(struct cx *cx, const char *login, const char *role)
{
    struct person p = {.name = S("赵示例"), .login = str_c(login), .active = true};
    struct post post = {.role = str_c(role), .title = S("一个岗位"), .grid_id = 23};
    struct str hash;
    MUST(cx, account_hash_password(cx, S(PASSWORD), &hash));
    MUST(cx, account_add(cx, &p, hash));
    MUST(cx, org_post_add(cx, &post));
    MUST(cx, org_appoint(cx, post.id, p.id, false, false));
    return p.id;
}

static void totp_is_that_of_the_rfc(void **state)
{
    struct str secret = S("12345678901234567890"); /* RFC 6238, appendix B, last six digits */
    (void)state;
    assert_true(account_totp_step(secret, S("287082"), 59 * MS_SECOND, 0));
    assert_true(account_totp_step(secret, S("081804"), 1111111109 * MS_SECOND, 0));
    assert_true(account_totp_step(secret, S("005924"), 1234567890 * MS_SECOND, 0));
    assert_true(account_totp_step(secret, S("287082"), 89 * MS_SECOND, 0)); /* one step late */
    assert_false(account_totp_step(secret, S("287082"), 121 * MS_SECOND, 0));
    assert_false(account_totp_step(secret, S("28708"), 59 * MS_SECOND, 0));
    assert_false(account_totp_step(secret, S("28708a"), 59 * MS_SECOND, 0));
    assert_false(account_totp_step(secret, S("-87082"), 59 * MS_SECOND, 0));
    assert_false(account_totp_step(secret, S(""), 59 * MS_SECOND, 0));
}

/* Whoever has only the password must not wait until the other one has set it up. */
static void what_was_opened_without_a_code_ends(void **state)
{
    struct cx *cx = test_cx();
    struct str secret, cookie, token;
    paper_code_list codes = {0};
    struct checked found;
    struct access access;
    int64_t ends_at;
    (void)state;
    int64_t id = hire(cx, "zhao9", "auditor");
    struct sign_in typed = {.login = S("zhao9"), .password = S(PASSWORD), .peer = S("::1")};
    MUST(cx, account_check(cx, &typed, &found));
    MUST(cx, account_sign_in(cx, &found, S("别人的电脑"), &cookie, &ends_at));
    MUST(cx, account_token(cx, id, 1, S("表格"), cx->now + MS_DAY, &token));
    MUST(cx, account_sign_in(cx, &found, S("电脑"), &cookie, &ends_at));
    set_up(cx, id, &secret, &codes);
    MUST(cx, account_access(cx, id, &access));
    assert_int_equal(access.sessions, 1);
    test_end();
}

static void a_code_opens_one_session(void **state)
{
    struct cx *cx = test_cx();
    struct str secret, cookie;
    paper_code_list codes = {0};
    struct checked first, second;
    struct access access;
    int64_t ends_at;
    (void)state;
    int64_t id = hire(cx, "zhao3", "grid_worker");
    struct sign_in typed = {.login = S("zhao3"), .password = S(PASSWORD), .peer = S("::1")};
    set_up(cx, id, &secret, &codes);
    EXPECT(cx, account_check(cx, &typed, &first), ERR_INPUT); /* no code */
    typed.code = code_now(cx, secret);
    MUST(cx, account_check(cx, &typed, &first));
    MUST(cx, account_check(cx, &typed, &second)); /* both read before either writes */
    MUST(cx, account_sign_in(cx, &first, S("电脑"), &cookie, &ends_at));
    EXPECT(cx, account_sign_in(cx, &second, S("电脑"), &cookie, &ends_at), ERR_INPUT);
    EXPECT(cx, account_check(cx, &typed, &second), ERR_INPUT);
    test_advance(30 * MS_SECOND); /* within the 90 s in which it would still fit */
    EXPECT(cx, account_check(cx, &typed, &second), ERR_INPUT);
    typed.code = code_now(cx, secret);
    MUST(cx, account_check(cx, &typed, &second));
    MUST(cx, account_totp_off(cx, id));
    MUST(cx, account_access(cx, id, &access));
    assert_true(!access.has_totp && access.has_password && !access.sessions && !access.codes);
    typed.code = S("");
    MUST(cx, account_check(cx, &typed, &first));
    test_end();
}

static void a_step_early_or_late_but_never_an_older_one(void **state)
{
    struct cx *cx = test_cx();
    struct str secret;
    struct checked found;
    paper_code_list codes = {0};
    (void)state;
    int64_t id = hire(cx, "zhao4", "grid_worker");
    struct sign_in typed = {.login = S("zhao4"), .password = S(PASSWORD), .peer = S("::1")};
    set_up(cx, id, &secret, &codes);
    test_advance(5 * MS_MINUTE);
    static const int wrong[] = {-2, 2};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        typed.code = code_at(cx, secret, cx->now + wrong[i] * 30 * MS_SECOND);
        EXPECT(cx, account_check(cx, &typed, &found), ERR_INPUT);
    }
    typed.code = code_at(cx, secret, cx->now + 30 * MS_SECOND);
    MUST(cx, account_check(cx, &typed, &found));
    MUST(cx, account_use_up(cx, &found));
    typed.code = code_at(cx, secret, cx->now); /* right, but a later one was used */
    EXPECT(cx, account_check(cx, &typed, &found), ERR_INPUT);
    test_end();
}

static void ten_on_paper_each_for_once(void **state)
{
    struct cx *cx = test_cx();
    struct str secret;
    struct checked found, again;
    paper_code_list codes = {0}, fresh = {0};
    struct access access;
    (void)state;
    int64_t id = hire(cx, "zhao5", "grid_worker");
    struct sign_in typed = {.login = S("zhao5"), .password = S(PASSWORD), .peer = S("::1")};
    set_up(cx, id, &secret, &codes);
    assert_int_equal(codes.n, PAPER_CODES);
    typed.code = arena_printf(cx->mem, " %.5s %.5s", codes.at[3].p, codes.at[3].p + 6);
    MUST(cx, account_check(cx, &typed, &found));
    MUST(cx, account_check(cx, &typed, &again)); /* both read before either writes */
    MUST(cx, account_use_up(cx, &found));
    EXPECT(cx, account_use_up(cx, &again), ERR_INPUT);
    EXPECT(cx, account_check(cx, &typed, &found), ERR_INPUT);
    MUST(cx, account_access(cx, id, &access));
    assert_int_equal(access.codes, PAPER_CODES - 1);
    set_up(cx, id, &secret, &fresh); /* a new telephone: the old paper is void */
    typed.code = codes.at[4];
    EXPECT(cx, account_check(cx, &typed, &found), ERR_INPUT);
    typed.code = fresh.at[0];
    MUST(cx, account_check(cx, &typed, &found));
    test_end();
}

static void guesses_of_codes_wait_from_everywhere(void **state)
{
    struct cx *cx = test_cx();
    struct str secret;
    struct checked found;
    paper_code_list codes = {0};
    (void)state;
    int64_t id = hire(cx, "zhao6", "grid_worker");
    struct sign_in typed = {.login = S("zhao6"), .password = S(PASSWORD), .code = S("000000")};
    set_up(cx, id, &secret, &codes);
    for (int i = 0; i < 5; i++) {
        typed.peer = arena_printf(cx->mem, "10.0.0.%d", i);
        EXPECT(cx, account_check(cx, &typed, &found), ERR_INPUT);
    }
    typed.code = code_now(cx, secret);
    typed.peer = S("10.0.0.9");
    assert_int_equal(account_check(cx, &typed, &found), ERR_INPUT); /* right, but must wait */
    assert_true(str_find(cx->fault.message, S("秒")) < 0);          /* and is not told so */
    fault_clear(cx);
    test_advance(5 * MS_SECOND);
    typed.code = code_now(cx, secret);
    MUST(cx, account_check(cx, &typed, &found));
    test_end();
}

static void the_old_one_holds_until_the_new_one_worked(void **state)
{
    struct cx *cx = test_cx();
    struct str secret, text, link;
    struct checked found;
    paper_code_list codes = {0};
    (void)state;
    int64_t id = hire(cx, "zhao7", "grid_worker");
    struct sign_in typed = {.login = S("zhao7"), .password = S(PASSWORD), .peer = S("::1")};
    EXPECT(cx, account_totp_on(cx, id, S("123456"), &codes), ERR_CONFLICT); /* nothing scanned */
    set_up(cx, id, &secret, &codes);
    MUST(cx, account_totp_start(cx, id));
    EXPECT(cx, account_totp_on(cx, id, code_now(cx, secret), &codes), ERR_INPUT);
    typed.code = code_now(cx, secret);
    MUST(cx, account_check(cx, &typed, &found));
    cx->who.person_id = id;
    MUST(cx, account_check_both(cx, S(PASSWORD), typed.code, S("::1"), &found));
    EXPECT(cx, account_check_both(cx, S(PASSWORD), S("1"), S("::1"), &found), ERR_INPUT);
    EXPECT(cx, account_check_both(cx, S("wrong"), typed.code, S("::1"), &found), ERR_INPUT);
    MUST(cx, account_totp_off(cx, id));
    MUST(cx, account_totp_shown(cx, id, &text, &link));
    assert_true(!text.n && !link.n);
    test_end();
}

static void who_must_have_it_acts_only_with_it(void **state)
{
    struct cx *cx = test_cx();
    struct str secret, cookie;
    struct checked found = {0};
    paper_code_list codes = {0};
    struct sign_in_rule rule;
    int64_t ends_at, hits;
    (void)state;
    hire(cx, "qian8", "grid_worker"); /* he never has to */
    found.person_id = hire(cx, "zhao8", "leader");
    MUST(cx, account_rule_hits(cx, &hits));
    assert_int_equal(hits, 1);
    MUST(cx, account_rule(cx, &rule));
    assert_true(rule.second_factor); /* nobody has to think of it */
    MUST(cx, account_sign_in(cx, &found, S("电脑"), &cookie, &ends_at));
    assert_true(cx->who.person_id == found.person_id && cx->who.role == 0);
    MUST(cx, account_rule_put(cx, false));
    MUST(cx, account_sign_in(cx, &found, S("电脑"), &cookie, &ends_at));
    assert_int_equal(cx->who.role, ROLE_LEADER);
    test_advance(1);
    MUST(cx, account_rule_put(cx, true));
    set_up(cx, found.person_id, &secret, &codes);
    MUST(cx, account_rule_hits(cx, &hits));
    assert_int_equal(hits, 0);
    MUST(cx, account_sign_in(cx, &found, S("电脑"), &cookie, &ends_at));
    assert_int_equal(cx->who.role, ROLE_LEADER);
    for (size_t i = 0; i < ROLE_BITS; i++) { /* nobody else has to */
        bool lacks, must = roles[i].bit & ROLES_SECOND_FACTOR;
        MUST(cx, account_lacks_second(cx, str_c(roles[i].code), false, &lacks));
        assert_int_equal(lacks, must);
    }
    bool lacks = true;
    MUST(cx, account_lacks_second(cx, S(""), false, &lacks)); /* without a post */
    assert_false(lacks);
    test_end();
}

/* Counted as people, whatever they hold; a kind of post that this program does not know asks
 * nobody. */
static void each_who_must_have_it_counts_once(void **state)
{
    struct cx *cx = test_cx();
    static const char *const kinds[] = {"leader", "privacy_officer", "grid_worker"};
    struct person p = {.name = S("孙示例"), .login = S("sun1"), .active = true};
    int64_t hits;
    (void)state;
    MUST(cx, account_add(cx, &p, S("")));
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct post post = {.role = str_c(kinds[i]), .title = S("一个岗位"), .grid_id = 23};
        MUST(cx, org_post_add(cx, &post));
        MUST(cx, org_appoint(cx, post.id, p.id, false, false));
    }
    MUST(cx, account_rule_hits(cx, &hits));
    assert_int_equal(hits, 1);
    MUST(cx, cx->db->engine->script(cx, cx->db, "UPDATE post SET role = 'lamplighter'"));
    MUST(cx, account_rule_hits(cx, &hits));
    assert_int_equal(hits, 0);
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totp_is_that_of_the_rfc),
        cmocka_unit_test(what_was_opened_without_a_code_ends),
        cmocka_unit_test(a_code_opens_one_session),
        cmocka_unit_test(a_step_early_or_late_but_never_an_older_one),
        cmocka_unit_test(ten_on_paper_each_for_once),
        cmocka_unit_test(guesses_of_codes_wait_from_everywhere),
        cmocka_unit_test(the_old_one_holds_until_the_new_one_worked),
        cmocka_unit_test(who_must_have_it_acts_only_with_it),
        cmocka_unit_test(each_who_must_have_it_counts_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
