/* twice_test -- nobody alone: one proposes, another one of the right role decides, it is done once,
 * in time, and nothing else than what was approved. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "app/account/totp_test.h"
#include "app/consent/consent.h"
#include "app/org/org.h"
#include "app/twice/twice.h"
#include "base/time.h"

enum { SYSTEM = 7, SECURITY, AUDIT, LEADER, LEAD, WORKER };

static void act(struct cx *cx, int64_t person)
{
    static const uint32_t roles_of[] = {ROLE_ADMIN,  ROLE_SECURITY,  ROLE_AUDITOR,
                                        ROLE_LEADER, ROLE_DUTY_LEAD, ROLE_GRID_WORKER};
    cx->who.person_id = person;
    cx->who.name = arena_printf(cx->mem, "某%lld", (long long)person);
    cx->who.role = roles_of[person - SYSTEM];
}

static struct twice propose(struct cx *cx, int64_t person, enum twice_kind kind, const char *object)
{
    struct twice t;
    act(cx, person);
    MUST(cx, twice_propose(cx, kind, 0, str_c(object), S("换机器"), &t));
    return t;
}

static enum err decide(struct cx *cx, int64_t person, const struct twice *t, bool yes)
{
    act(cx, person);
    return twice_decide(cx, t->id, yes, S("核对过了"));
}

static enum err use(struct cx *cx, const struct twice *t)
{
    return twice_use(cx, t->kind, t->object_id, t->object, t->number);
}

static void two_people_and_then_once(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    struct twice t = propose(cx, SYSTEM, TWICE_RESTORE, "a.backup"), after;
    assert_true(str_starts(t.number, S("S-260316-0001-")));
    EXPECT(cx, use(cx, &t), ERR_DENIED); /* one alone */
    MUST(cx, decide(cx, SECURITY, &t, true));
    EXPECT(cx, decide(cx, AUDIT, &t, false), ERR_CONFLICT);
    act(cx, SYSTEM);
    MUST(cx, use(cx, &t));
    EXPECT(cx, use(cx, &t), ERR_DENIED); /* twice */
    MUST(cx, twice_get(cx, t.id, &after));
    assert_int_equal(after.state, TWICE_USED);
    assert_int_equal(after.decided_by, SECURITY);
    assert_true(after.used_at && str_is(after.said, "核对过了"));
    test_end();
}

/* At the console nobody is signed in: there the number shows who may. */
static void who_proposed_a_list_takes_it(void **state)
{
    struct cx *cx = test_cx();
    struct twice t = propose(cx, LEADER, TWICE_EXPORT, "全部诉求"), live;
    bool found;
    (void)state;
    MUST(cx, decide(cx, SECURITY, &t, true));
    EXPECT(cx, use(cx, &t), ERR_DENIED);
    act(cx, LEAD);
    EXPECT(cx, use(cx, &t), ERR_DENIED);
    MUST(cx, twice_of(cx, TWICE_EXPORT, 0, t.object, &live, &found));
    assert_false(found);
    act(cx, LEADER);
    MUST(cx, twice_of(cx, TWICE_EXPORT, 0, t.object, &live, &found));
    assert_true(found && live.id == t.id);
    MUST(cx, use(cx, &t));
    t = propose(cx, SYSTEM, TWICE_RESTORE, "a.backup");
    MUST(cx, decide(cx, AUDIT, &t, true));
    account_nobody(cx, cx->community);
    MUST(cx, use(cx, &t));
    test_end();
}

static void never_ones_own(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    struct twice t = propose(cx, LEADER, TWICE_EXPORT, "全部诉求");
    assert_false(twice_may_decide(cx, &t));
    EXPECT(cx, decide(cx, LEADER, &t, true), ERR_DENIED);
    act(cx, SECURITY);
    cx->who.person_id = LEADER; /* the same person in another post */
    EXPECT(cx, twice_decide(cx, t.id, true, S("")), ERR_DENIED);
    EXPECT(cx, use(cx, &t), ERR_DENIED);
    EXPECT(cx, decide(cx, LEAD, &t, true), ERR_DENIED); /* one administrator fills both posts */
    MUST(cx, decide(cx, SECURITY, &t, true));
    test_end();
}

static int64_t centre(struct cx *cx)
{
    struct org org = {.kind = S("centre"), .code = S("ZX"), .name = S("中心")};
    act(cx, SYSTEM);
    MUST(cx, org_add(cx, &org));
    return org.id;
}

static struct appointment invented(struct cx *cx, int64_t org, int64_t person, const char *role)
{
    struct person p = {.id = person, .name = S("赵副手"), .active = true};
    struct post post = {.role = str_c(role), .title = S("副手")};
    act(cx, SYSTEM);
    MUST(cx, account_add(cx, &p, S("")));
    post.org_id = org;
    MUST(cx, org_post_add(cx, &post));
    return (struct appointment){.post_id = post.id, .person_id = person, .is_deputy = true};
}

/* Whoever fills the post of the second person is both. */
static void whom_he_appointed_is_no_second_one(void **state)
{
    struct cx *cx = test_cx();
    int64_t at;
    (void)state;
    struct appointment a = invented(cx, centre(cx), AUDIT, "auditor");
    act(cx, SECURITY);
    a.from_at = cx->now - 100 * MS_DAY; /* told to be old */
    MUST(cx, org_appoint_from(cx, &a, &at));
    struct twice t = propose(cx, SECURITY, TWICE_KEYS, "7");
    EXPECT(cx, decide(cx, AUDIT, &t, true), ERR_DENIED);
    MUST(cx, decide(cx, SYSTEM, &t, true));
    t = propose(cx, AUDIT, TWICE_TOTP, "某9"); /* the other way round */
    EXPECT(cx, decide(cx, SECURITY, &t, true), ERR_DENIED);
    test_advance(TWICE_STRANGER_DAYS * MS_DAY + 1);
    t = propose(cx, SECURITY, TWICE_KEYS, "7");
    MUST(cx, decide(cx, AUDIT, &t, true));
    test_end();
}

static void appointed(struct cx *cx, int64_t org, int64_t by, int64_t person, const char *role)
{
    int64_t at;
    struct appointment a = invented(cx, org, person, role);
    act(cx, by);
    MUST(cx, org_appoint_from(cx, &a, &at));
}

/* One appointed both, or one of them and by him the other. */
static void two_whom_a_third_one_appointed_are_one(void **state)
{
    static const struct {
        int64_t by[2], who[2]; /* the first appointment, then the second */
        const char *role[2];
        int64_t proposes, decides;
        enum twice_kind kind;
    } all[] = {
        {{SECURITY, SECURITY}, {AUDIT, SYSTEM}, {"auditor", "admin"}, AUDIT, SYSTEM, TWICE_TOTP},
        {{SECURITY, SYSTEM}, {SYSTEM, AUDIT}, {"admin", "auditor"}, SECURITY, AUDIT, TWICE_KEYS}};
    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        struct cx *cx = test_cx();
        int64_t org = centre(cx);
        for (int k = 0; k < 2; k++)
            appointed(cx, org, all[i].by[k], all[i].who[k], all[i].role[k]);
        struct twice t = propose(cx, all[i].proposes, all[i].kind, "某9");
        EXPECT(cx, decide(cx, all[i].decides, &t, true), ERR_DENIED);
        test_end();
    }
}

static void the_right_role(void **state)
{
    struct cx *cx = test_cx();
    struct twice t;
    twice_list all = {0};
    int64_t days;
    (void)state;
    act(cx, WORKER);
    for (enum twice_kind k = 0; k < TWICE_KINDS; k++)
        EXPECT(cx, twice_propose(cx, k, 1, S("全部"), S("要用"), &t), ERR_DENIED);
    act(cx, SYSTEM);
    EXPECT(cx, twice_propose(cx, TWICE_KEYS, 0, S("3 号"), S("作废"), &t), ERR_DENIED);
    act(cx, SECURITY);
    EXPECT(cx, twice_propose(cx, TWICE_LOGS, 182, S("182"), S("盘小"), &t), ERR_INPUT);
    EXPECT(cx, twice_propose(cx, TWICE_LOGS, 1095, S("1095"), S("盘小"), &t), ERR_INPUT);
    MUST(cx, twice_propose(cx, TWICE_LOGS, 365, S("365"), S("盘小"), &t));
    assert_true(str_find(t.object, S("从 1095 天改成 365 天")) >= 0);
    EXPECT(cx, decide(cx, SYSTEM, &t, true), ERR_DENIED);
    EXPECT(cx, decide(cx, LEADER, &t, true), ERR_DENIED);
    MUST(cx, twice_all(cx, &all));
    assert_int_equal(all.n, 0); /* not his */
    act(cx, AUDIT);
    MUST(cx, twice_all(cx, &all));
    assert_int_equal(all.n, 1);
    MUST(cx, keep_days(cx, keep_class_of(S(KEEP_LOGS)), &days));
    assert_int_equal(days, 1095);
    MUST(cx, twice_decide(cx, t.id, true, S("")));
    MUST(cx, keep_days(cx, keep_class_of(S(KEEP_LOGS)), &days));
    assert_int_equal(days, 365);
    assert_true(str_is(keep_words(cx, keep_class_of(S(KEEP_LOGS))), "打开以后 1 年"));
    EXPECT(cx, twice_decide(cx, t.id, true, S("")), ERR_CONFLICT); /* once */
    test_end();
}

static void only_what_was_approved(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    struct twice t = propose(cx, SYSTEM, TWICE_RESTORE, "a.backup");
    MUST(cx, decide(cx, AUDIT, &t, true));
    EXPECT(cx, twice_use(cx, TWICE_RESTORE, 0, S("b.backup"), t.number), ERR_DENIED);
    EXPECT(cx, twice_use(cx, TWICE_RESTORE, 1, t.object, t.number), ERR_DENIED);
    EXPECT(cx, twice_use(cx, TWICE_KEYS, 0, t.object, t.number), ERR_DENIED);
    EXPECT(cx, twice_use(cx, TWICE_RESTORE, 0, t.object, S("S-260316-0002-0")), ERR_DENIED);
    EXPECT(cx, twice_use(cx, TWICE_RESTORE, 0, t.object, S("")), ERR_DENIED);
    MUST(cx, twice_use(cx, TWICE_RESTORE, 0, S(" a.backup "), t.number));
    test_end();
}

static void in_time(void **state)
{
    struct cx *cx = test_cx();
    bool found;
    (void)state;
    struct twice t = propose(cx, SECURITY, TWICE_KEYS, "3 号"), live;
    MUST(cx, twice_of(cx, TWICE_KEYS, 0, S("3 号"), &live, &found));
    assert_true(found && live.id == t.id);
    cx->now = t.until_at - 1;
    MUST(cx, decide(cx, AUDIT, &t, true));
    cx->now += TWICE_USE_HOURS * MS_HOUR;
    EXPECT(cx, use(cx, &t), ERR_DENIED);
    MUST(cx, twice_of(cx, TWICE_KEYS, 0, S("3 号"), &live, &found));
    assert_false(found);
    t = propose(cx, SECURITY, TWICE_KEYS, "4 号");
    cx->now = t.until_at;
    assert_true(twice_is_over(cx, &t));
    EXPECT(cx, decide(cx, AUDIT, &t, true), ERR_CONFLICT);
    test_end();
}

static void refused_or_taken_back_is_not_done(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    struct twice t = propose(cx, SYSTEM, TWICE_RESTORE, "a.backup");
    act(cx, AUDIT);
    EXPECT(cx, twice_decide(cx, t.id, false, S(" ")), ERR_INPUT); /* says why */
    MUST(cx, decide(cx, AUDIT, &t, false));
    EXPECT(cx, use(cx, &t), ERR_DENIED);
    t = propose(cx, SYSTEM, TWICE_RESTORE, "a.backup");
    MUST(cx, decide(cx, AUDIT, &t, true));
    EXPECT(cx, twice_withdraw(cx, t.id), ERR_CONFLICT); /* another one's */
    act(cx, SYSTEM);
    MUST(cx, twice_withdraw(cx, t.id));
    EXPECT(cx, use(cx, &t), ERR_DENIED);
    test_end();
}

static void it_says_what_is_missing(void **state)
{
    struct cx *cx = test_cx();
    struct twice t;
    (void)state;
    act(cx, SYSTEM);
    EXPECT(cx, twice_propose(cx, TWICE_RESTORE, 0, S("a.backup"), S("  "), &t), ERR_INPUT);
    EXPECT(cx, twice_propose(cx, TWICE_RESTORE, 0, S(""), S("换机器"), &t), ERR_INPUT);
    EXPECT(cx, twice_propose(cx, TWICE_TOTP, SYSTEM, S("某7"), S("手机丢了"), &t), ERR_INPUT);
    EXPECT(cx, twice_decide(cx, 5, true, S("")), ERR_MISSING);
    test_end();
}

static void a_lost_phone_takes_two_others(void **state)
{
    struct cx *cx = test_cx();
    struct twice t;
    struct person p = {.name = S("李四"), .login = S("li"), .active = true};
    struct access access;
    struct str secret;
    paper_code_list codes = {0};
    (void)state;
    p.id = AUDIT;
    MUST(cx, account_add(cx, &p, S("")));
    set_up(cx, p.id, &secret, &codes);
    act(cx, SYSTEM);
    MUST(cx, twice_propose(cx, TWICE_TOTP, AUDIT, p.name, S("手机丢了"), &t));
    EXPECT(cx, decide(cx, SYSTEM, &t, true), ERR_DENIED);
    EXPECT(cx, decide(cx, AUDIT, &t, true), ERR_DENIED); /* whoever has his password */
    MUST(cx, account_access(cx, AUDIT, &access));
    assert_true(access.has_totp);
    MUST(cx, decide(cx, SECURITY, &t, true));
    MUST(cx, account_access(cx, AUDIT, &access));
    assert_false(access.has_totp);
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_people_and_then_once),
        cmocka_unit_test(who_proposed_a_list_takes_it),
        cmocka_unit_test(never_ones_own),
        cmocka_unit_test(whom_he_appointed_is_no_second_one),
        cmocka_unit_test(two_whom_a_third_one_appointed_are_one),
        cmocka_unit_test(the_right_role),
        cmocka_unit_test(only_what_was_approved),
        cmocka_unit_test(in_time),
        cmocka_unit_test(refused_or_taken_back_is_not_done),
        cmocka_unit_test(it_says_what_is_missing),
        cmocka_unit_test(a_lost_phone_takes_two_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
