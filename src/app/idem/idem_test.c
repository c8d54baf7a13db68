/* idem_test -- the same request twice is one act with one answer. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "app/idem/idem.h"
#include "db/db.h"
#include "db/query.h"
#include <string.h>

/* The row as it rests in the store. */
struct resting {
    struct str key_hash, sealed;
};
static const struct field resting_fields[] = {
    FIELD(struct resting, key_hash, "请求号指纹"),
    FIELD(struct resting, sealed, "回应"),
};
static const struct shape resting_shape = SHAPE("resting", struct resting, resting_fields);

static const char *const params[] = {"community_id", "sealed"};
static const struct query find_resting = {
    .name = "idem_test.find",
    .file = __FILE__,
    .text = {"SELECT key_hash, sealed FROM idem WHERE community_id = ?1",
             "SELECT key_hash, sealed FROM idem WHERE community_id = $1"},
    .params = params,
    .nparams = 1};
static const struct query reseal = {.name = "idem_test.reseal",
                                    .file = __FILE__,
                                    .text = {"UPDATE idem SET sealed = ?2 WHERE community_id = ?1",
                                             "UPDATE idem SET sealed = $2 WHERE community_id = $1"},
                                    .params = params,
                                    .nparams = 2,
                                    .write = true};

static void kept_answers_come_back(void **state)
{
    struct cx *cx = test_cx();
    struct str key = S("6fa459ea-ee8a-4ca4-894e-db77e1603550");
    struct str hash = idem_hash(cx, S("POST"), S("/api/v1/needs"), S("{\"text\":\"灯坏了\"}"));
    struct idem_answer kept = {0};
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
    struct idem_answer kept;
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

/* Every byte that the store keeps of an answer. */
static void what_rests_in_the_store_is_not_readable(void **state)
{
    struct cx *cx = test_cx();
    struct str key = S("6fa459ea-ee8a-4ca4-894e-db77e1603550"), secret = S("K7Q2M9XW");
    struct str asked = idem_hash(cx, S("POST"), S("/api/v1/needs"), S("{}"));
    struct str body = S("{\"key\":\"K7Q2M9XW\",\"word\":\"4711\"}");
    struct idem_answer kept;
    struct resting rest;
    bool found;
    (void)state;
    MUST(cx, idem_keep(cx, key, asked, 201, body));
    MUST(cx, db_one(cx, &find_resting, &resting_shape, &rest, NO_ARGS));
    assert_int_equal(rest.key_hash.n, 32);
    assert_int_equal(rest.sealed.n, 24 + body.n + 16);
    assert_true(str_find(rest.sealed, secret) < 0 && str_find(rest.sealed, S("4711")) < 0);
    assert_true(str_find(rest.key_hash, str_cut(key, 0, 8)) < 0);
    MUST(cx, idem_find(cx, key, asked, &kept, &found));
    assert_true(found && str_eq(kept.body, body));
    /* one changed bit, and nothing is given out */
    char *p = arena_alloc(cx->mem, rest.sealed.n);
    memcpy(p, rest.sealed.p, rest.sealed.n);
    p[rest.sealed.n / 2] ^= 1;
    MUST(cx, db_run(cx, &reseal, ARGS(AS("sealed", value_blob(str_n(p, rest.sealed.n)))), NULL));
    EXPECT(cx, idem_find(cx, key, asked, &kept, &found), ERR_INPUT);
    test_end();
}

static void too_long_a_key_is_refused(void **state)
{
    struct cx *cx = test_cx();
    struct idem_answer kept;
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
        cmocka_unit_test(what_rests_in_the_store_is_not_readable),
        cmocka_unit_test(too_long_a_key_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
