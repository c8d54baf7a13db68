/* Tests of the ledger, the register and the notice. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/consent/consent.h"
#include "base/time.h"
#include "seal/seal.h"
#include "tests/harness.h"

static int told; /* by changed() below */

static enum err changed(struct cx *cx, int64_t id, struct str purpose, bool agrees)
{
    (void)cx;
    told += id == 7 && str_is(purpose, "help") ? (agrees ? 1 : 100) : 10000;
    return OK;
}

static const struct consent_purpose purposes[] = {{"help", "请人来帮", "不再找人"},
                                                  {"share", "转电话", "不转"}};
static const struct consent_kind kind = {"thing", "一件事", purposes, COUNT(purposes), changed};

static bool holds(struct cx *cx, const char *purpose)
{
    bool yes;
    MUST(cx, consent_holds(cx, &kind, 7, purpose, &yes));
    return yes;
}

static void a_consent_is_given_once_and_taken_back_once(void **state)
{
    struct cx *cx = test_cx();
    const struct consent_how self = {0}, phone = {.channel = S("phone"), .is_guardian = true};
    consent_list all = {0};
    (void)state;
    told = 0;
    MUST(cx, consent_set(cx, &kind, 7, "help", false, &self)); /* nothing to take back */
    assert_true(!holds(cx, "help") && told == 0);
    MUST(cx, consent_set(cx, &kind, 7, "help", true, &self));
    MUST(cx, consent_set(cx, &kind, 7, "help", true, &phone)); /* holds already */
    assert_true(holds(cx, "help") && !holds(cx, "share") && told == 1);
    cx->who.person_id = 9;
    cx->who.name = S("林窗口");
    test_advance(MS_MINUTE);
    MUST(cx, consent_set(cx, &kind, 7, "help", false, &phone));
    assert_true(!holds(cx, "help") && told == 101);
    MUST(cx, consent_set(cx, &kind, 7, "help", true, &phone));
    MUST(cx, consents_of(cx, &kind, 7, &all));
    assert_int_equal(all.n, 2);
    assert_true(str_is(all.at[1].channel, "self") && !all.at[1].by_name.n && all.at[1].ended_at);
    assert_true(str_is(all.at[1].ended_channel, "phone") && all.at[1].ended_name.n);
    assert_true(all.at[0].is_guardian && all.at[0].by_name.n && !all.at[0].ended_at);
    EXPECT(cx, consent_set(cx, &kind, 7, "sell", true, &self), ERR_INPUT);
    fault_clear(cx);
    EXPECT(cx, consent_set(cx, &kind, 7, "share", true, &(struct consent_how){S("rumour")}),
           ERR_INPUT);
    test_end();
}

static void all_of_them_end_together(void **state)
{
    struct cx *cx = test_cx();
    consent_sayings said = {0};
    int64_t ended;
    (void)state;
    told = 0;
    MUST(cx, consent_set(cx, &kind, 7, "help", true, &(struct consent_how){0}));
    test_advance(MS_MINUTE);
    MUST(cx, consent_end_all(cx, &kind, 7, S("system"), &ended));
    assert_true(ended == 1 && !holds(cx, "help") && told == 101);
    MUST(cx, consent_history(cx, &kind, 7, &said));
    assert_true(said.n == 2 && !said.at[0].agrees && said.at[1].agrees);
    test_end();
}

static void what_is_asked_for_apart_stands_by_what_it_is_for(void **state)
{
    static const struct consent_kind *const all[] = {&kind};
    struct cx *cx = test_cx();
    (void)state;
    consent_kinds_set(all, 1);
    assert_true(str_find(notice_text(cx), S("# 要另外问您同意的\n## 一件事\n- ")) > 0);
    consent_kinds_set(NULL, 0);
    test_end();
}

static void a_consent_names_the_notice_that_was_read(void **state)
{
    struct cx *cx = test_cx();
    struct notice n, old;
    consent_list all = {0};
    (void)state;
    MUST(cx, notice_keep(cx));
    MUST(cx, notice_get(cx, 0, &n));
    MUST(cx, notice_keep(cx)); /* the same text is no new version */
    MUST(cx, notice_get(cx, 0, &old));
    assert_true(n.id == old.id && str_eq(n.hash, seal_sm3(cx, n.text)));
    MUST(cx, consent_set(cx, &kind, 7, "help", true, &(struct consent_how){0}));
    MUST(cx, consents_of(cx, &kind, 7, &all));
    assert_true(str_eq(all.at[0].text_hash, n.hash));
    EXPECT(cx, notice_get(cx, n.id + 1, &old), ERR_MISSING);
    assert_true(str_find(n.text, S("门牌：用来上门")) > 0);
    assert_true(str_find(n.text, S("登录用的名字")) < 0); /* of staff: in the register alone */
    test_end();
}

static void readers_follow_from_the_matrix(void **state)
{
    struct cx *cx = test_cx();
    const struct person_field *note = person_field_of(S("need.note")),
                              *door = person_field_of(S("need.door"));
    (void)state;
    assert_true(note && door && !person_field_of(S("need.state")) &&
                !person_field_of(S("nothing.at_all")));
    assert_true(str_is(field_readers(cx, note), "只有您自己"));
    struct str r = field_readers(cx, door);
    assert_true(str_find(r, S("网格员")) >= 0 && str_find(r, S("楼栋长")) < 0);
    assert_true(str_find(r, S("看一次记一次")) > 0);
    assert_true(str_is(keep_words(cx, door->keep), "这件事办结以后 180 天"));
    assert_true(keep_class_of(S("need_who")) == door->keep && !keep_class_of(S("ever")));
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_consent_is_given_once_and_taken_back_once),
        cmocka_unit_test(all_of_them_end_together),
        cmocka_unit_test(what_is_asked_for_apart_stands_by_what_it_is_for),
        cmocka_unit_test(a_consent_names_the_notice_that_was_read),
        cmocka_unit_test(readers_follow_from_the_matrix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
