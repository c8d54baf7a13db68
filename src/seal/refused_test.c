/* refused_test -- a library that fails: whichever call it is, nothing is sealed, opened, signed or
 * founded by half, and nobody is told that it was. */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "tests/refuse.h"
#include "seal/seal_test.h"
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

STAND_IN(EVP_MAC *, NULL, EVP_MAC_fetch, (OSSL_LIB_CTX * l, const char *name, const char *p),
         (l, name, p))
STAND_IN(EVP_MAC_CTX *, NULL, EVP_MAC_CTX_new, (EVP_MAC * m), (m))
STAND_IN(int, 0, EVP_MAC_CTX_set_params, (EVP_MAC_CTX * c, const OSSL_PARAM p[]), (c, p))
STAND_IN(EVP_CIPHER *, NULL, EVP_CIPHER_fetch, (OSSL_LIB_CTX * l, const char *name, const char *p),
         (l, name, p))
STAND_IN(EVP_CIPHER_CTX *, NULL, EVP_CIPHER_CTX_new, (void), ())
STAND_IN(int, 0, EVP_MAC_init,
         (EVP_MAC_CTX * c, const unsigned char *key, size_t n, const OSSL_PARAM p[]),
         (c, key, n, p))
STAND_IN(int, 0, EVP_MAC_update, (EVP_MAC_CTX * c, const unsigned char *in, size_t n), (c, in, n))
STAND_IN(int, 0, EVP_EncryptInit_ex2,
         (EVP_CIPHER_CTX * c, const EVP_CIPHER *type, const unsigned char *key,
          const unsigned char *iv, const OSSL_PARAM p[]),
         (c, type, key, iv, p))
STAND_IN(int, 0, EVP_DecryptInit_ex2,
         (EVP_CIPHER_CTX * c, const EVP_CIPHER *type, const unsigned char *key,
          const unsigned char *iv, const OSSL_PARAM p[]),
         (c, type, key, iv, p))
STAND_IN(int, 0, EVP_EncryptFinal_ex, (EVP_CIPHER_CTX * c, unsigned char *out, int *n), (c, out, n))
STAND_IN(int, 0, EVP_DecryptFinal_ex, (EVP_CIPHER_CTX * c, unsigned char *out, int *n), (c, out, n))
STAND_IN(int, 0, EVP_CIPHER_CTX_ctrl, (EVP_CIPHER_CTX * c, int type, int arg, void *p),
         (c, type, arg, p))
STAND_IN(EVP_PKEY *, NULL, EVP_PKEY_Q_keygen,
         (OSSL_LIB_CTX * l, const char *p, const char *type, ...), (l, p, type))
STAND_IN(PKCS8_PRIV_KEY_INFO *, NULL, EVP_PKEY2PKCS8, (const EVP_PKEY *k), (k))
STAND_IN(int, -1, i2d_PUBKEY, (const EVP_PKEY *k, unsigned char **out), (k, out))
STAND_IN(int, -1, i2d_PKCS8_PRIV_KEY_INFO, (const PKCS8_PRIV_KEY_INFO *k, unsigned char **out),
         (k, out))
STAND_IN(EVP_PKEY *, NULL, d2i_PUBKEY, (EVP_PKEY * *k, const unsigned char **in, long n),
         (k, in, n))
STAND_IN(EVP_PKEY *, NULL, d2i_AutoPrivateKey, (EVP_PKEY * *k, const unsigned char **in, long n),
         (k, in, n))
STAND_IN(int, 0, EVP_PKEY_is_a, (const EVP_PKEY *k, const char *name), (k, name))
STAND_IN(EVP_PKEY_CTX *, NULL, EVP_PKEY_CTX_new, (EVP_PKEY * k, ENGINE *e), (k, e))
STAND_IN(int, 0, EVP_PKEY_encrypt_init, (EVP_PKEY_CTX * c), (c))
STAND_IN(int, 0, EVP_PKEY_decrypt_init, (EVP_PKEY_CTX * c), (c))
STAND_IN(int, 0, EVP_PKEY_encrypt,
         (EVP_PKEY_CTX * c, unsigned char *out, size_t *n, const unsigned char *in, size_t nin),
         (c, out, n, in, nin))
STAND_IN(int, 0, EVP_PKEY_CTX_set1_id, (EVP_PKEY_CTX * c, const void *id, int n), (c, id, n))
STAND_IN(EVP_MD_CTX *, NULL, EVP_MD_CTX_new, (void), ())
STAND_IN(int, 0, EVP_DigestSignInit,
         (EVP_MD_CTX * c, EVP_PKEY_CTX **p, const EVP_MD *type, ENGINE *e, EVP_PKEY *k),
         (c, p, type, e, k))
STAND_IN(int, 0, EVP_DigestSign,
         (EVP_MD_CTX * c, unsigned char *out, size_t *n, const unsigned char *in, size_t nin),
         (c, out, n, in, nin))
STAND_IN(int, 0, EVP_DigestVerifyInit,
         (EVP_MD_CTX * c, EVP_PKEY_CTX **p, const EVP_MD *type, ENGINE *e, EVP_PKEY *k),
         (c, p, type, e, k))
STAND_IN(int, 0, EVP_DigestVerify,
         (EVP_MD_CTX * c, const unsigned char *sign, size_t n, const unsigned char *in, size_t nin),
         (c, sign, n, in, nin))
STAND_IN(int, -1, poll, (struct pollfd * all, nfds_t n, int ms), (all, n, ms))
STAND_IN(int, -1, sodium_init, (void), ())
STAND_IN(void *, NULL, sodium_malloc, (size_t n), (n))
STAND_IN(int, -1, crypto_box_keypair, (unsigned char *p, unsigned char *s), (p, s))
STAND_IN(int, -1, crypto_box_seal,
         (unsigned char *out, const unsigned char *in, unsigned long long n,
          const unsigned char *key),
         (out, in, n, key))
STAND_IN(int, -1, crypto_scalarmult_base, (unsigned char *p, const unsigned char *s), (p, s))
STAND_IN(int, -1, crypto_pwhash,
         (unsigned char *const out, unsigned long long nout, const char *const word,
          unsigned long long n, const unsigned char *const salt, unsigned long long passes,
          size_t memory, int kind),
         (out, nout, word, n, salt, passes, memory, kind))

/* Those that give a length back: one byte less is none of what was asked for. */

int EVP_MAC_final(EVP_MAC_CTX *c, unsigned char *out, size_t *n, size_t most)
{
    int good = !refuse_now(__func__, REFUSE_NO) && THROUGH(EVP_MAC_final, (c, out, n, most));
    *n -= good && refuse_now(__func__, REFUSE_LESS);
    return good;
}

int EVP_Q_digest(OSSL_LIB_CTX *l, const char *name, const char *p, const void *in, size_t nin,
                 unsigned char *out, size_t *n)
{
    int good =
        !refuse_now(__func__, REFUSE_NO) && THROUGH(EVP_Q_digest, (l, name, p, in, nin, out, n));
    *n -= good && refuse_now(__func__, REFUSE_LESS);
    return good;
}

int EVP_EncryptUpdate(EVP_CIPHER_CTX *c, unsigned char *out, int *n, const unsigned char *in,
                      int nin)
{
    int good = !refuse_now(__func__, REFUSE_NO) && THROUGH(EVP_EncryptUpdate, (c, out, n, in, nin));
    *n -= good && out && refuse_now(__func__, REFUSE_LESS); /* no output: what it is bound to */
    return good;
}

int EVP_DecryptUpdate(EVP_CIPHER_CTX *c, unsigned char *out, int *n, const unsigned char *in,
                      int nin)
{
    int good = !refuse_now(__func__, REFUSE_NO) && THROUGH(EVP_DecryptUpdate, (c, out, n, in, nin));
    *n -= good && out && refuse_now(__func__, REFUSE_LESS);
    return good;
}

int EVP_PKEY_decrypt(EVP_PKEY_CTX *c, unsigned char *out, size_t *n, const unsigned char *in,
                     size_t nin)
{
    int good = !refuse_now(__func__, REFUSE_NO) && THROUGH(EVP_PKEY_decrypt, (c, out, n, in, nin));
    *n -= good && refuse_now(__func__, REFUSE_LESS);
    return good;
}

static struct world w;
static int suite;
static const unsigned char file[SEAL_KEY_BYTES] = "a key file of thirty-two bytes.";
static const struct seal_where here = {1, {"need", 4}, {"contact", 7}, 5};

static void each(bool (*act)(void))
{
    for (suite = SEAL_SM; suite <= SEAL_AES; suite++) {
        refuse_each(act, REFUSE_NO);
        refuse_each(act, REFUSE_LESS);
    }
}

static bool tools(void)
{
    struct cx_closer *mark = w.cx.closers;
    struct sealer *t = NULL;
    bool done = sealer_new(&w.cx, NULL, &t) == OK;
    assert_int_equal(done, t != NULL);
    cx_close_to(&w.cx, mark);
    fault_clear(&w.cx);
    return done;
}

static void a_machine_without_the_ciphers_is_told_so(void **state)
{
    (void)state;
    refuse_each(tools, REFUSE_NO);
}

/* A key, an envelope of it, and its index. */
static bool put_and_index(void)
{
    struct seal_key k = {.kid = 3, .suite = sealer_suite(w.t, suite), .dek = "a key"};
    unsigned char index[SEAL_INDEX_BYTES] = {0};
    static const unsigned char zero[SEAL_INDEX_BYTES];
    if (!k.suite->prepare(w.t, &k))
        return false;
    struct str e = seal_put(&w.cx, w.t, &k, here, S("13800000001"), false);
    assert_int_equal(e.n, e.n ? SEAL_OVERHEAD + 11 : 0); /* whole or none */
    bool done = seal_index_of(w.t, &k, 1, &w.cx, S("contact"), S("13800000001"), index);
    assert_int_equal(memcmp(index, zero, sizeof zero) != 0, done);
    return done && e.n;
}

/* Made before, when nothing fails. */
static struct str made[SEAL_AES + 1];

static bool get(void)
{
    struct seal_key k = {.kid = 3, .suite = sealer_suite(w.t, suite), .dek = "a key"};
    struct str plain;
    bool done =
        k.suite->prepare(w.t, &k) && seal_get(&w.cx, w.t, &k, here, made[suite], false, &plain);
    assert_true(!done || str_is(plain, "13800000001"));
    return done;
}

static void an_envelope_is_whole_or_none(void **state)
{
    (void)state;
    each(put_and_index);
    for (int i = SEAL_SM; i <= SEAL_AES; i++) {
        struct seal_key k = {.kid = 3, .suite = sealer_suite(w.t, i), .dek = "a key"};
        assert_true(k.suite->prepare(w.t, &k));
        made[i] = seal_put(&w.cx, w.t, &k, here, S("13800000001"), false);
    }
    each(get);
}

/* What it says is fit for a stream of hashes that others compare: nothing rather than half. */
static bool hash(void)
{
    struct str s = seal_sm3(&w.cx, S("text"));
    assert_int_equal(s.n, s.n ? SEAL_SM3_DIGITS : 0);
    return s.n > 0;
}

static bool lock(void)
{
    struct seal_lock l = {.suite = suite, .has_passphrase = true, .memory_kib = 8, .passes = 1};
    struct seal_key kek;
    return seal_lock_key(w.t, &l, file, S("correct horse"), &kek) &&
           seal_lock_sign(w.t, &l, &kek) && seal_lock_fits(w.t, &l, &kek);
}

static void a_hash_and_a_lock_are_whole_or_none(void **state)
{
    (void)state;
    each(hash);
    each(lock);
}

/* ---- keys: what was not stored is not used, what did not open is not there ---- */

static struct seal_ring *ring;

static bool key_steps(void)
{
    struct seal_key_row row = {.community_id = 1, .kid = 1, .purpose = SEAL_CONTACT}, next;
    ring = ring ? ring : seal_ring_new(4);
    if (!ring)
        return false;
    seal_ring_clear(ring);
    ring->kek = (struct seal_key){.suite = sealer_suite(w.t, suite), .dek = "a master key"};
    if (!ring->kek.suite->prepare(w.t, &ring->kek) || !seal_ring_make(&w.cx, w.t, ring, &row))
        return false;
    enum seal_verdict v = seal_ring_load(&w.cx, w.t, ring, &row);
    assert_int_equal(ring->n, v == SEAL_DONE);
    next = row;
    next.state = SEAL_RETIRING;
    return v == SEAL_DONE && seal_ring_load(&w.cx, w.t, ring, &row) == SEAL_DONE &&
           seal_ring_turn(&w.cx, w.t, ring, &next);
}

static bool first_ring(void)
{
    if (ring)
        seal_ring_free(ring);
    ring = NULL;
    return key_steps();
}

static void a_key_is_there_or_not(void **state)
{
    (void)state;
    each(first_ring);
    each(key_steps);
    seal_ring_free(ring);
}

/* ---- questions: founding, unlocking, recovering, a person's key ---- */

static struct seal_counter counter;

static enum seal_answer say(struct seal_message *m)
{
    return world_ask(&w, &counter, m);
}

static bool found(void)
{
    struct seal_message m = {.op = OP_FOUND, .suite = suite};
    const struct seal_key was = counter.ring->kek;
    enum seal_answer a = say(&m);
    assert_true(a == SEAL_ANSWERED || a == SEAL_REFUSED);
    assert_true(a == SEAL_ANSWERED || memcmp(&was, &counter.ring->kek, sizeof was) == 0);
    return a == SEAL_ANSWERED;
}

static struct seal_message founded;

static bool unlock_and_recover(void)
{
    struct seal_message with_file = {.op = OP_UNLOCK, .lock = founded.lock},
                        with_sheets = {.op = OP_RECOVER,
                                       .lock = founded.lock,
                                       .sheets = {founded.sheets[0], founded.sheets[1]}};
    seal_ring_clear(counter.ring);
    if (say(&with_file) != SEAL_ANSWERED) {
        assert_false(counter.ring->unlocked);
        return false;
    }
    seal_ring_clear(counter.ring);
    bool done = say(&with_sheets) == SEAL_ANSWERED;
    assert_int_equal(counter.ring->unlocked, done);
    return done;
}

static const struct seal_column contact = {"need", "contact", SEAL_CONTACT, false},
                                indexed = {"need", "contact", SEAL_INDEX, false};

static bool item(enum seal_op op, struct seal_item *i)
{
    struct seal_message m = {
        .op = op, .community = 1, .label = S("contact"), .items = i, .nitems = 1};
    assert_int_equal(say(&m), SEAL_ANSWERED);
    assert_true(i->verdict == SEAL_DONE || i->out.n == 0);
    return i->verdict == SEAL_DONE;
}

/* A key of a person, a text sealed by it and opened again, and an index. */
static bool of_a_person(void)
{
    struct seal_item key = {.column = &contact, .row = 7},
                     index = {.column = &indexed, .in = S("13800000001")};
    if (!item(OP_PERSON, &key))
        return false;
    struct seal_item text = {
        .column = &contact, .row = 5, .person_id = 7, .person = key.out, .in = S("text")};
    if (!item(OP_SEAL, &text))
        return false;
    text.in = text.out;
    return item(OP_OPEN, &text) && str_is(text.out, "text") && item(OP_INDEX, &index);
}

static void the_counter_says_what_did_not_work(void **state)
{
    (void)state;
    counter = (struct seal_counter){
        .tools = w.t, .ring = seal_ring_new(8), .quota = SEAL_NO_QUOTA, .setup = true};
    memcpy(counter.ring->file, file, sizeof file);
    counter.ring->has_file = true;
    founded = (struct seal_message){.op = OP_FOUND, .suite = SEAL_SM};
    assert_int_equal(say(&founded), SEAL_ANSWERED);
    struct seal_key_row row = {.community_id = 1, .kid = 1, .purpose = SEAL_CONTACT};
    assert_true(seal_ring_make(&w.cx, w.t, counter.ring, &row));
    assert_int_equal(seal_ring_load(&w.cx, w.t, counter.ring, &row), SEAL_DONE);
    each(found); /* it is wrapped anew each time */
    seal_ring_clear(counter.ring);
    for (suite = SEAL_SM; suite <= SEAL_AES; suite++) {
        struct seal_key_row rows[] = {{.community_id = 1, .kid = 1, .purpose = SEAL_CONTACT},
                                      {.community_id = 1, .kid = 2, .purpose = SEAL_INDEX}};
        founded = (struct seal_message){.op = OP_FOUND, .suite = suite};
        assert_int_equal(say(&founded), SEAL_ANSWERED);
        refuse_each(unlock_and_recover, REFUSE_NO);
        refuse_each(unlock_and_recover, REFUSE_LESS);
        for (size_t i = 0; i < COUNT(rows); i++) {
            assert_true(seal_ring_make(&w.cx, w.t, counter.ring, &rows[i]));
            assert_int_equal(seal_ring_load(&w.cx, w.t, counter.ring, &rows[i]), SEAL_DONE);
        }
        refuse_each(of_a_person, REFUSE_NO);
        refuse_each(of_a_person, REFUSE_LESS);
    }
    seal_ring_free(counter.ring);
}

static int most_ms; /* of who waits for an answer; -1: for a question */

/* What was said is heard whole, or the other side is taken for gone. */
static bool heard(void)
{
    static const char said[] = "\0\0\0\4text";
    char room[16];
    struct str frame;
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_int_equal(write(ends[0], said, sizeof said - 1), sizeof said - 1);
    bool done = talk_read(ends[1], room, sizeof room, most_ms, &frame);
    close(ends[0]);
    close(ends[1]);
    return done && str_is(frame, "text");
}

static void a_wait_that_fails_is_no_answer(void **state)
{
    static const int waits[] = {-1, 1000};
    (void)state;
    for (size_t i = 0; i < COUNT(waits); i++) {
        most_ms = waits[i];
        refuse_each(heard, REFUSE_NO);
    }
}

/* ---- pairs, signatures, streams ---- */

static bool signs(void)
{
    struct str open_half, secret;
    if (!seal_pair(&w.cx, SEAL_SM, &open_half, &secret))
        return false;
    struct str s = seal_sign(&w.cx, secret, S("text"));
    long left = refusal.left;
    refusal.left = 0;
    assert_int_equal(seal_is_signed(open_half, S("text"), s), s.n > 0);
    refusal.left = left;
    return s.n && seal_is_signed(open_half, S("text"), s);
}

/* Signed without the identity it would be a signature, only not one that anybody else accepts. */
static void a_signature_is_good_or_none(void **state)
{
    (void)state;
    refuse_each(signs, REFUSE_NO);
}

struct pipe {
    struct str in;
    struct out out;
};

static bool put(void *arg, struct str bytes)
{
    out_raw(&((struct pipe *)arg)->out, bytes.p, bytes.n);
    return true;
}

static ptrdiff_t take(void *arg, char *to, size_t most)
{
    struct pipe *p = arg;
    size_t n = p->in.n < most ? p->in.n : most;
    if (n)
        memcpy(to, p->in.p, n);
    p->in = str_cut(p->in, n, p->in.n);
    return (ptrdiff_t)n;
}

static enum err through(struct str key, struct str in, bool write, struct str *out)
{
    struct pipe p = {.in = in};
    const struct seal_pipe from = {.get = take, .arg = &p}, to = {.put = put, .arg = &p};
    out_init(&p.out, &w.mem);
    fault_clear(&w.cx);
    enum err e = write ? seal_stream_write(&w.cx, suite, key, &from, &to)
                       : seal_stream_read(&w.cx, key, &from, &to);
    *out = out_text(&p.out);
    return e;
}

static bool stream(void)
{
    struct arena_mark mark = arena_mark(&w.mem);
    struct str open_half, secret, sealed, back = S("");
    bool done = seal_pair(&w.cx, suite, &open_half, &secret) &&
                through(open_half, S("a backup"), true, &sealed) == OK &&
                through(secret, sealed, false, &back) == OK;
    assert_true(back.n == 0 || str_is(back, "a backup")); /* nothing that was not proven */
    arena_rewind(&w.mem, mark);
    return done && back.n;
}

static void a_backup_is_whole_or_said_not_to_be(void **state)
{
    (void)state;
    each(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_machine_without_the_ciphers_is_told_so),
        cmocka_unit_test(an_envelope_is_whole_or_none),
        cmocka_unit_test(a_hash_and_a_lock_are_whole_or_none),
        cmocka_unit_test(a_key_is_there_or_not),
        cmocka_unit_test(the_counter_says_what_did_not_work),
        cmocka_unit_test(a_wait_that_fails_is_no_answer),
        cmocka_unit_test(a_signature_is_good_or_none),
        cmocka_unit_test(a_backup_is_whole_or_said_not_to_be),
    };
    world_begin(&w, NULL);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_end(&w);
    return failed;
}
