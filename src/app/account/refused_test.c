/* refused_test -- the gate of passwords when the machine has no memory or many come at once: nobody
 * gets in by it, nobody is counted as guessing who was not looked at. */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "tests/refuse.h"
#include "tests/harness.h"
#include "app/account/account.h"
#include "base/time.h"
#include <errno.h>
#include <pthread.h>
#include <sodium.h>

#define PASSWORD "haiheng-2026"

STAND_IN(int, -1, sodium_init, (void), ())
STAND_IN(int, -1, crypto_pwhash_str,
         (char out[crypto_pwhash_STRBYTES], const char *word, unsigned long long n,
          unsigned long long passes, size_t memory),
         (out, word, n, passes, memory))

/* Stands for the second that a hash takes: here until the gate is opened. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool shut, at_once; /* at_once: wrong, without any work */
    int inside, most;
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

int crypto_pwhash_str_verify(const char hash[crypto_pwhash_STRBYTES], const char *word,
                             unsigned long long n)
{
    if (refuse_now(__func__, REFUSE_NO)) {
        errno = ENOMEM;
        return -1;
    }
    pthread_mutex_lock(&gate.lock);
    gate.inside++;
    gate.most = gate.inside > gate.most ? gate.inside : gate.most;
    pthread_cond_broadcast(&gate.changed);
    while (gate.shut)
        pthread_cond_wait(&gate.changed, &gate.lock);
    gate.inside--;
    pthread_mutex_unlock(&gate.lock);
    return gate.at_once ? -1 : REAL(crypto_pwhash_str_verify)(hash, word, n);
}

static struct str hired(struct cx *cx, const char *login)
{
    struct person p = {.name = S("赵示例"), .login = str_c(login), .active = true};
    struct str hash;
    MUST(cx, account_hash_password(cx, S(PASSWORD), &hash));
    MUST(cx, account_add(cx, &p, hash));
    return hash;
}

static enum err check(struct cx *cx, const char *login, const char *password)
{
    struct checked found;
    struct sign_in typed = {
        .login = str_c(login), .password = str_c(password), .peer = S("192.0.2.1")};
    return account_check(cx, &typed, &found);
}

static void without_memory_nobody_is_judged(void **state)
{
    struct cx *cx = test_cx();
    struct str hash;
    (void)state;
    hired(cx, "refused1");
    refuse_from(1, true, REFUSE_NO);
    EXPECT(cx, account_hash_password(cx, S(PASSWORD), &hash), ERR_STORE);
    refuse_from(2, false, REFUSE_NO); /* random numbers are there, memory is not */
    assert_int_equal(account_hash_password(cx, S(PASSWORD), &hash), ERR_STORE);
    assert_true(str_find(cx->fault.message, S("没有存密码")) >= 0);
    fault_clear(cx);
    for (int i = 0; i < 10; i++) { /* of guesses the sixth would wait */
        refuse_from(1, false, REFUSE_NO);
        EXPECT(cx, check(cx, "refused1", PASSWORD), ERR_STORE);
        refuse_from(2, false, REFUSE_NO);
        EXPECT(cx, check(cx, "refused1", PASSWORD), ERR_BUSY);
    }
    refuse_from(0, false, REFUSE_NO);
    MUST(cx, check(cx, "refused1", PASSWORD));
    test_end();
}

struct comer {
    pthread_t thread;
    struct arena mem;
    struct cx cx;
    struct str hash;
    enum err e;
    bool fits;
};

static void *come(void *arg)
{
    struct comer *c = arg;
    c->e = account_same_password(&c->cx, c->hash, S(PASSWORD), &c->fits);
    if (c->e == ERR_BUSY) { /* he was turned away while the others still wait: let them in */
        pthread_mutex_lock(&gate.lock);
        gate.shut = false;
        pthread_cond_broadcast(&gate.changed);
        pthread_mutex_unlock(&gate.lock);
    }
    return NULL;
}

/* Two hash, sixteen wait, the others are told to come back: at least one of nineteen, and it is
 * what opens the gate here. Everybody else gets in. */
static void a_crowd_waits_or_is_turned_away(void **state)
{
    enum { COMERS = 19 };
    struct cx *cx = test_cx();
    struct comer *all = arena_array(cx->mem, COMERS, sizeof *all);
    int in = 0, away = 0;
    (void)state;
    struct str hash = hired(cx, "refused2");
    gate.shut = true;
    gate.most = 0;
    for (int i = 0; i < COMERS; i++) {
        arena_init(&all[i].mem, 1 << 20);
        cx_init(&all[i].cx, &all[i].mem, cx->env);
        all[i].hash = hash;
        assert_int_equal(pthread_create(&all[i].thread, NULL, come, &all[i]), 0);
    }
    for (int i = 0; i < COMERS; i++) {
        pthread_join(all[i].thread, NULL);
        in += all[i].e == OK && all[i].fits;
        away += all[i].e == ERR_BUSY;
        cx_end(&all[i].cx);
        arena_free(&all[i].mem);
    }
    assert_int_equal(away, 1);
    assert_int_equal(in, COMERS - 1);
    assert_int_equal(gate.most, 2);
    test_end();
}

/* What is remembered of guesses is bounded: thousands of other names push out the oldest, never who
 * guessed just now; after an hour it is forgotten. */
static void guesses_are_remembered_for_a_while(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    hired(cx, "refused3");
    gate.at_once = true;
    for (int i = 0; i < 6000; i++) {
        struct arena_mark mark = arena_mark(cx->mem);
        test_advance(1);
        EXPECT(cx, check(cx, arena_printf(cx->mem, "other%d", i).p, "wrong"), ERR_INPUT);
        arena_rewind(cx->mem, mark);
    }
    for (int i = 0; i < 4; i++)
        EXPECT(cx, check(cx, "refused3", "wrong"), ERR_INPUT);
    test_advance(MS_HOUR + 1);
    EXPECT(cx, check(cx, "refused3", "wrong"), ERR_INPUT); /* the fifth, were they not forgotten */
    gate.at_once = false;
    MUST(cx, check(cx, "refused3", PASSWORD));
    gate.at_once = true;
    for (int i = 0; i < 5; i++)
        EXPECT(cx, check(cx, "refused3", "wrong"), ERR_INPUT);
    gate.at_once = false;
    assert_int_equal(check(cx, "refused3", PASSWORD), ERR_INPUT);
    assert_true(str_find(cx->fault.message, S("秒后再试")) >= 0);
    test_advance(5 * MS_SECOND);
    MUST(cx, check(cx, "refused3", PASSWORD));
    test_end();
}

/* He alone has to wait who guessed, and however many other names come after him, he does. */
static void who_waits_is_not_pushed_out(void **state)
{
    enum { WAITERS = 400, OTHERS = 800 };
    struct cx *cx = test_cx();
    (void)state;
    gate.at_once = true;
    for (int i = 0; i < WAITERS + OTHERS; i++) {
        struct arena_mark mark = arena_mark(cx->mem);
        for (int times = i < WAITERS ? 5 : 1; times > 0; times--)
            EXPECT(cx, check(cx, arena_printf(cx->mem, "guesser%d", i).p, "wrong"), ERR_INPUT);
        arena_rewind(cx->mem, mark);
    }
    for (int i = 0; i < WAITERS + OTHERS; i++) {
        struct arena_mark mark = arena_mark(cx->mem);
        assert_int_equal(check(cx, arena_printf(cx->mem, "guesser%d", i).p, "wrong"), ERR_INPUT);
        assert_int_equal(str_find(cx->fault.message, S("秒后再试")) >= 0, i < WAITERS);
        fault_clear(cx);
        arena_rewind(cx->mem, mark);
    }
    gate.at_once = false;
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_nobody_is_judged),
        cmocka_unit_test(a_crowd_waits_or_is_turned_away),
        cmocka_unit_test(guesses_are_remembered_for_a_while),
        cmocka_unit_test(who_waits_is_not_pushed_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
