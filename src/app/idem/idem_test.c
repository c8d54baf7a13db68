/* idem_test -- the same request twice is one act with one answer. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "app/idem/idem.h"

static void kept_answers_come_back(void **state)
{
    struct cx *cx = test_cx();
    struct str key = S("6fa459ea-ee8a-4ca4-894e-db77e1603550");
    struct str hash = idem_hash(cx, S("POST"), S("/api/v1/needs"), S("{\"text\":\"灯坏了\"}"));
    struct idem kept = {0};
    bool found;
    (void)state;
    MUST(cx, idem_find(cx, key, hash, &kept, &found));
    assert_false(found);
    MUST(cx, idem_keep(cx, key, hash, 201, S("{\"id\":\"7\"}")));
    test_commit(cx);
    MUST(cx, idem_find(cx, key, hash, &kept, &found));
    assert_true(found);
    assert_int_equal(kept.status, 201);
    assert_true(str_is(kept.body, "{\"id\":\"7\"}"));
    test_end();
}

static void a_key_means_one_request(void **state)
{
    struct cx *cx = test_cx();
    struct str key = S("k1"), hash = idem_hash(cx, S("POST"), S("/a"), S("x")), other;
    struct idem kept;
    bool found;
    (void)state;
    MUST(cx, idem_keep(cx, key, hash, 200, S("")));
    other = idem_hash(cx, S("POST"), S("/a"), S("y"));
    EXPECT(cx, idem_find(cx, key, other, &kept, &found), ERR_INPUT);
    /* parts cannot run into each other */
    other = idem_hash(cx, S("POST"), S("/ax"), S(""));
    EXPECT(cx, idem_find(cx, key, other, &kept, &found), ERR_INPUT);
    cx->who.person_id = 5; /* another person's key is another key */
    MUST(cx, idem_find(cx, key, other, &kept, &found));
    assert_false(found);
    cx->who.person_id = 0;
    MUST(cx, db_savepoint(cx));
    EXPECT(cx, idem_keep(cx, key, hash, 200, S("")), ERR_BUSY);
    MUST(cx, db_release(cx, false));
    test_end();
}

static void too_long_a_key_is_refused(void **state)
{
    struct cx *cx = test_cx();
    struct idem kept;
    bool found;
    char *key = arena_alloc(cx->mem, 102);
    (void)state;
    for (int i = 0; i < 101; i++)
        key[i] = 'k';
    EXPECT(cx, idem_find(cx, str_c(key), S("h"), &kept, &found), ERR_INPUT);
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_answers_come_back),
        cmocka_unit_test(a_key_means_one_request),
        cmocka_unit_test(too_long_a_key_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
