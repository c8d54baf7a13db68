/* seal_test -- known answers of the standards, envelopes, the keyring, the master key, sheets,
 * normal forms, and a module of hardware that is none. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/seal_test.h"
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <stdio.h>

static struct world w;

/* ---- known answers ---- */

/* GB/T 32905-2016, A.1 and A.2. */
static void sm3_is_that_of_the_standard(void **state)
{
    unsigned char out[HASH_BYTES];
    (void)state;
    assert_true(seal_hash_of(SEAL_SM3, S("abc"), out));
    assert_bytes(out, hex(&w, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"));
    assert_true(seal_hash_of(
        SEAL_SM3, S("abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd"), out));
    assert_bytes(out, hex(&w, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"));
}

/* GB/T 32907-2016, A.1 and A.2: one block of the cipher is a counter mode that begins with it and
 * runs over zeros. A.2 goes a million times round. */
static void sm4_is_that_of_the_standard(void **state)
{
    static const char zero[16];
    struct str key = hex(&w, "0123456789abcdeffedcba9876543210");
    unsigned char block[16];
    (void)state;
    memcpy(block, key.p, sizeof block);
    for (int i = 0; i < 1000000; i++) {
        unsigned char in[16];
        memcpy(in, block, sizeof in);
        assert_true(seal_ctr(w.t, (const unsigned char *)key.p, in, str_n(zero, 16), block));
        if (i == 0)
            assert_bytes(block, hex(&w, "681edf34d206965e86b3e94f536e4246"));
    }
    assert_bytes(block, hex(&w, "595298c7c6fd271f0402f804c33d3f66"));
}

/* draft-ribose-cfrg-sm4, A.2.5.1: SM4-CTR over four blocks. */
static void sm4_counts_as_others_do(void **state)
{
    struct str key = hex(&w, "0123456789abcdeffedcba9876543210");
    struct str iv = hex(&w, "000102030405060708090a0b0c0d0e0f");
    struct str in = hex(&w, "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
                            "eeeeeeeeeeeeeeeeffffffffffffffffaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb");
    unsigned char out[64];
    (void)state;
    assert_true(seal_ctr(w.t, (const unsigned char *)key.p, (const unsigned char *)iv.p, in, out));
    assert_bytes(out, hex(&w, "ac3236cb970cc20791364c395a1342d1a3cbc1878c6f30cd074cce385cdd70c7"
                              "f234bc0e24c11980fd1286310ce37b926e02fcd0faa0baf38b2933851d824514"));
}

struct gcm {
    const char *key, *iv, *bound, *in, *out, *tag;
};

/* "The Galois/Counter Mode of Operation", as submitted to NIST, B: cases 13 to 18. */
static void gcm_is_that_of_nist(void **state)
{
    static const char key[] = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
    static const char text[] = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                               "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
    static const char bound[] = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
    static const char zero[] = "0000000000000000000000000000000000000000000000000000000000000000";
    static const struct gcm all[] = {
        {zero, "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
        {zero, "000000000000000000000000", "", "00000000000000000000000000000000",
         "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"},
        {key, "cafebabefacedbaddecaf888", bound, text,
         "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b10"
         "56828838c5f61e6393ba7a0abcc9f662",
         "76fc6ece0f4e1768cddf8853bb2d551b"},
        {key,
         "9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728c3c0c95156809539fcf0e242"
         "9a6b525416aedbf5a0de6a57a637b39b",
         bound, text,
         "5a8def2f0c9e53f1f75d7853659e2a20eeb2b22aafde6419a058ab4f6f746bf40fc0c3b780f244452da3ebf1"
         "c5d82cdea2418997200ef82e44ae7e3f",
         "a44a8266ee1c8eb0c8b5d4cf5ae9f19a"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        struct str in = hex(&w, all[i].in), out = hex(&w, all[i].out);
        unsigned char made[64], back[64], tag[TAG];
        const unsigned char *k = (const unsigned char *)hex(&w, all[i].key).p;
        assert_true(
            seal_gcm(w.t, true, k, hex(&w, all[i].iv), hex(&w, all[i].bound), in, made, tag));
        assert_memory_equal(made, out.p, out.n);
        assert_bytes(tag, hex(&w, all[i].tag));
        assert_true(
            seal_gcm(w.t, false, k, hex(&w, all[i].iv), hex(&w, all[i].bound), out, back, tag));
        assert_memory_equal(back, in.p, in.n);
        tag[15] ^= 1;
        assert_false(
            seal_gcm(w.t, false, k, hex(&w, all[i].iv), hex(&w, all[i].bound), out, back, tag));
        for (size_t n = 0; n < in.n; n++)
            assert_int_equal(back[n], 0);
    }
}

/* RFC 5869, A.1, cut to one block; and ours beside OpenSSL's own for SM3. */
static void hkdf_is_that_of_the_rfc(void **state)
{
    unsigned char out[HASH_BYTES], theirs[HASH_BYTES];
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
    size_t n = sizeof theirs;
    struct str secret = hex(&w, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
    (void)state;
    assert_true(seal_hkdf(w.t, SEAL_SHA256, secret, hex(&w, "000102030405060708090a0b0c"),
                          hex(&w, "f0f1f2f3f4f5f6f7f8f9"), out, sizeof out));
    assert_bytes(out, hex(&w, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"));
    assert_true(seal_hkdf(w.t, SEAL_SM3, secret, S("salt"), S("info"), out, sizeof out));
    assert_int_equal(EVP_PKEY_derive_init(c), 1);
    EVP_PKEY_CTX_set_hkdf_md(c, EVP_sm3());
    EVP_PKEY_CTX_set1_hkdf_salt(c, (const unsigned char *)"salt", 4);
    EVP_PKEY_CTX_set1_hkdf_key(c, (const unsigned char *)secret.p, (int)secret.n);
    EVP_PKEY_CTX_add1_hkdf_info(c, (const unsigned char *)"info", 4);
    assert_int_equal(EVP_PKEY_derive(c, theirs, &n), 1);
    EVP_PKEY_CTX_free(c);
    assert_memory_equal(out, theirs, sizeof out);
}

/* ---- envelopes ---- */

/* Made by another program (Python: hashlib, cryptography) from the text of seal.h: what is stored
 * today opens for ever. */
static void an_envelope_of_another_program_opens(void **state)
{
    static const struct {
        const struct seal_suite *suite;
        const char *envelope, *index;
    } all[] = {
        {&seal_suite_sm,
         "011234a0a1a2a3a4a5a6a7a8a9aaabacadaeaf946aea1f598d63c06d072dfbacc3d044de34e70233e5c2"
         "80752b95",
         "320c6a2f0216c333a17dc79f1be6ee65"},
        {&seal_suite_aes,
         "021234a0a1a2a3a4a5a6a7a8a9aaabacadaeaf030eac052049b522abcf08b7d054c5259b9016d3bcb289"
         "79a9c5fd",
         "858d07a784726c46c962f17da1986ed4"}};
    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        struct seal_key k = test_key(&w, all[i].suite, 0x1234, 0);
        unsigned char index[SEAL_INDEX_BYTES];
        struct str plain;
        assert_true(seal_get(&w.cx, w.t, &k, where(7, "need", "contact", 42),
                             hex(&w, all[i].envelope), false, &plain));
        assert_str(plain, S("13800000001"));
        assert_true(seal_index_of(w.t, &k, 7, &w.cx, S("contact"), plain, index));
        assert_bytes(index, hex(&w, all[i].index));
    }
}

static void a_text_comes_back(void **state)
{
    static const char *const texts[] = {"", "张", "13800000001", "0123456789abcdef",
                                        "王桂兰，住三楼，敲门要重一点；儿子的电话在冰箱上"};
    const struct seal_suite *const suites[] = {&seal_suite_sm, &seal_suite_aes};
    (void)state;
    for (size_t i = 0; i < 4 * COUNT(texts); i++) {
        struct str text = str_c(texts[i / 4]), back;
        struct seal_key k = test_key(&w, suites[i % 2], 9, 1);
        bool pad = i / 2 % 2;
        struct seal_where here = where(1, "need", "name", 5);
        struct str e = seal_put(&w.cx, w.t, &k, here, text, pad);
        struct str again = seal_put(&w.cx, w.t, &k, here, text, pad);
        assert_int_equal(e.n, SEAL_OVERHEAD + (pad ? (text.n / SEAL_PAD + 1) * SEAL_PAD : text.n));
        assert_false(str_eq(e, again)); /* nobody sees that two are the same */
        assert_int_equal(seal_kid(e), k.kid);
        assert_int_equal(seal_kid(str_cut(e, 0, SEAL_OVERHEAD - 1)), -1);
        assert_true(seal_get(&w.cx, w.t, &k, here, e, pad, &back));
        assert_str(back, text);
    }
}

/* A padded text must end as padding does: SM's mode could be turned if it were looked at first. */
static void padding_that_is_none_is_refused(void **state)
{
    struct seal_key k = test_key(&w, &seal_suite_sm, 1, 1);
    struct seal_where here = where(1, "need", "name", 5);
    static const char all_zero[16], early[32] = {1, (char)0x80};
    struct str back;
    (void)state;
    const struct str bad[] = {S(""), S("short"), S("0123456789abcdef"), str_n(all_zero, 16),
                              str_n(early, 32)};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct str e = seal_put(&w.cx, w.t, &k, here, bad[i], false);
        assert_true(seal_get(&w.cx, w.t, &k, here, e, false, &back));
        assert_false(seal_get(&w.cx, w.t, &k, here, e, true, &back));
        assert_int_equal(back.n, 0);
    }
}

static void an_index_tells_texts_places_and_keys_apart(void **state)
{
    struct seal_key k = test_key(&w, &seal_suite_sm, 1, 1),
                    other = test_key(&w, &seal_suite_sm, 2, 2);
    unsigned char all[5][SEAL_INDEX_BYTES], again[SEAL_INDEX_BYTES];
    (void)state;
    assert_true(seal_index_of(w.t, &k, 1, &w.cx, S("contact"), S("13800000001"), all[0]));
    assert_true(seal_index_of(w.t, &k, 1, &w.cx, S("contact"), S("13800000002"), all[1]));
    assert_true(seal_index_of(w.t, &k, 2, &w.cx, S("contact"), S("13800000001"), all[2]));
    assert_true(seal_index_of(w.t, &k, 1, &w.cx, S("name"), S("13800000001"), all[3]));
    assert_true(seal_index_of(w.t, &other, 1, &w.cx, S("contact"), S("13800000001"), all[4]));
    assert_true(seal_index_of(w.t, &k, 1, &w.cx, S("contact"), S("13800000001"), again));
    assert_memory_equal(all[0], again, sizeof again);
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < i; j++)
            assert_memory_not_equal(all[i], all[j], sizeof again);
}

/* ---- a module of hardware: its keys never leave it ---- */

struct vault {
    unsigned char key[SEAL_KEY_BYTES]; /* inside the card */
    struct sealer *t;
    int asked;
};

static bool vault_prepare(struct sealer *t, struct seal_key *k)
{
    ((struct vault *)k->suite->own)->t = t;
    return k->dek[0] == 'h'; /* a handle, no key */
}

static struct seal_key inside(const struct seal_key *k)
{
    struct vault *v = k->suite->own;
    struct seal_key in = {.suite = &seal_suite_sm};
    v->asked++;
    memcpy(in.dek, v->key, sizeof in.dek);
    in.suite->prepare(v->t, &in);
    return in;
}

static bool vault_seal(struct sealer *t, const struct seal_key *k, struct str head,
                       struct str bound, const unsigned char *iv, struct str plain,
                       unsigned char *text, unsigned char *tag)
{
    struct seal_key in = inside(k);
    return in.suite->seal(t, &in, head, bound, iv, plain, text, tag);
}

static bool vault_open(struct sealer *t, const struct seal_key *k, struct str head,
                       struct str bound, const unsigned char *iv, struct str text,
                       const unsigned char *tag, unsigned char *plain)
{
    struct seal_key in = inside(k);
    return in.suite->open(t, &in, head, bound, iv, text, tag, plain);
}

static bool vault_index(struct sealer *t, const struct seal_key *k, struct str label,
                        struct str text, unsigned char *out)
{
    struct seal_key in = inside(k);
    return in.suite->index(t, &in, label, text, out);
}

static void a_module_is_one_row_of_functions(void **state)
{
    struct vault v = {.key = "inside the card, nowhere else."};
    const struct seal_suite card = {SEAL_MODULE,   "card",     SEAL_SM3,   &v,
                                    vault_prepare, vault_seal, vault_open, vault_index};
    struct world own;
    struct str back;
    (void)state;
    world_begin(&own, &card);
    struct seal_key k = {.kid = 3, .suite = sealer_suite(own.t, SEAL_MODULE), .dek = "handle 1"};
    assert_ptr_equal(k.suite, &card);
    assert_true(k.suite->prepare(own.t, &k));
    struct str e = seal_put(&own.cx, own.t, &k, where(1, "need", "name", 5), S("李四"), true);
    assert_int_equal((unsigned char)e.p[0], SEAL_MODULE);
    assert_true(seal_get(&own.cx, own.t, &k, where(1, "need", "name", 5), e, true, &back));
    assert_str(back, S("李四"));
    assert_false(seal_get(&own.cx, own.t, &k, where(1, "need", "name", 6), e, true, &back));
    assert_int_equal(v.asked, 3);
    world_end(&own);
}

/* ---- the keyring ---- */

static struct seal_ring *open_ring(void)
{
    struct seal_ring *r = seal_ring_new(8);
    assert_non_null(r);
    r->kek = test_key(&w, &seal_suite_sm, 0, 0x40);
    r->unlocked = true;
    return r;
}

static struct seal_key_row make(struct seal_ring *r, int64_t community, int kid,
                                enum seal_purpose purpose)
{
    struct seal_key_row row = {
        .community_id = community, .kid = kid, .purpose = purpose, .created_at = TEST_NOW};
    assert_true(seal_ring_make(&w.cx, w.t, r, &row));
    return row;
}

static void a_key_is_made_stored_and_handed_over(void **state)
{
    struct seal_ring *r = open_ring();
    (void)state;
    struct seal_key_row row = make(r, 1, 1, SEAL_CONTACT), door = make(r, 1, 2, SEAL_DOOR);
    assert_int_equal(row.wrapped.n, SEAL_OVERHEAD + SEAL_KEY_BYTES);
    assert_null(seal_ring_active(r, 1, SEAL_CONTACT)); /* not before it is stored */
    assert_int_equal(seal_ring_load(&w.cx, w.t, r, &row), SEAL_DONE);
    assert_int_equal(seal_ring_load(&w.cx, w.t, r, &door), SEAL_DONE);
    assert_int_equal(seal_ring_load(&w.cx, w.t, r, &row), SEAL_DONE);
    assert_int_equal(r->n, 2);
    assert_int_equal(seal_ring_active(r, 1, SEAL_CONTACT)->kid, 1);
    assert_int_equal(seal_ring_active(r, 1, SEAL_DOOR)->kid, 2);
    assert_null(seal_ring_active(r, 2, SEAL_CONTACT));
    assert_false(seal_ring_make(&w.cx, w.t, r, &row)); /* a kid is never used again */
    seal_ring_free(r);
}

/* Every other column is what the key is bound to. */
static void a_row_that_was_changed_is_refused(void **state)
{
    struct seal_ring *r = open_ring();
    struct seal_key_row good = make(r, 1, 1, SEAL_CONTACT), bad[11];
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        bad[i] = good;
    bad[0].community_id = 2;
    bad[1].kid = 2;
    bad[2].purpose = SEAL_INDEX;
    bad[3].suite = SEAL_AES;
    bad[4].state = SEAL_RETIRING;
    bad[5].created_at++;
    bad[6].wrapped = str_cut(good.wrapped, 0, good.wrapped.n - 1);
    bad[7].kid = 65537;
    bad[8].kid = 0;
    bad[9].purpose = SEAL_PURPOSES;
    bad[10].state = SEAL_DESTROYED + 1;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(seal_ring_load(&w.cx, w.t, r, &bad[i]), SEAL_BROKEN);
    for (size_t i = 0; i < good.wrapped.n * 8; i++) {
        struct seal_key_row row = good;
        row.wrapped = arena_copy(&w.mem, good.wrapped);
        ((char *)(uintptr_t)row.wrapped.p)[i / 8] ^= (char)(1 << i % 8);
        assert_int_equal(seal_ring_load(&w.cx, w.t, r, &row), SEAL_BROKEN);
    }
    assert_int_equal(r->n, 0);
    assert_int_equal(seal_ring_load(&w.cx, w.t, r, &good), SEAL_DONE);
    seal_ring_free(r);
}

static void keys_retire_and_are_destroyed(void **state)
{
    struct seal_ring *r = open_ring();
    struct seal_key_row old = make(r, 1, 1, SEAL_CONTACT), next = make(r, 1, 2, SEAL_CONTACT);
    (void)state;
    assert_int_equal(seal_ring_load(&w.cx, w.t, r, &old), SEAL_DONE);
    assert_int_equal(seal_ring_load(&w.cx, w.t, r, &next), SEAL_BROKEN); /* two would seal */
    old.state = SEAL_DESTROYED;
    assert_false(seal_ring_turn(&w.cx, w.t, r, &old)); /* not at one stroke */
    old.state = SEAL_RETIRING;
    assert_true(seal_ring_turn(&w.cx, w.t, r, &old));
    assert_int_equal(seal_ring_load(&w.cx, w.t, r, &old), SEAL_DONE);
    assert_int_equal(seal_ring_load(&w.cx, w.t, r, &next), SEAL_DONE);
    assert_int_equal(seal_ring_active(r, 1, SEAL_CONTACT)->kid, 2);
    assert_int_equal(seal_ring_kid(r, 1, 1)->state, SEAL_RETIRING);
    old.state = SEAL_DESTROYED;
    assert_true(seal_ring_turn(&w.cx, w.t, r, &old));
    assert_int_equal(old.wrapped.n, SEAL_OVERHEAD); /* nothing is in it, and that is proven too */
    assert_int_equal(seal_ring_load(&w.cx, w.t, r, &old), SEAL_DONE);
    static const unsigned char nothing[SEAL_KEY_BYTES];
    assert_memory_equal(seal_ring_kid(r, 1, 1)->dek, nothing, sizeof nothing);
    assert_memory_equal(seal_ring_kid(r, 1, 1)->enc, nothing, sizeof nothing);
    old.state = SEAL_ACTIVE;
    assert_false(seal_ring_turn(&w.cx, w.t, r, &old));
    assert_int_equal(seal_ring_load(&w.cx, w.t, r, &old), SEAL_BROKEN);
    seal_ring_free(r);
}

static void a_full_ring_says_so_and_keeps_its_order(void **state)
{
    struct seal_ring *r = open_ring();
    (void)state;
    for (int i = 0; i < 9; i++) {
        int64_t community = 1 + i * 5 % 3;
        struct seal_key_row row = make(r, community, 20 - i, (enum seal_purpose)(i / 3));
        assert_int_equal(seal_ring_load(&w.cx, w.t, r, &row), i < 8 ? SEAL_DONE : SEAL_NO_KEY);
    }
    for (size_t i = 1; i < r->n; i++)
        assert_true(
            r->at[i - 1].community < r->at[i].community ||
            (r->at[i - 1].community == r->at[i].community && r->at[i - 1].kid < r->at[i].kid));
    seal_ring_clear(r);
    for (size_t i = 0; i < 8 * sizeof r->at[0]; i++)
        assert_int_equal(((const char *)r->at)[i], 0);
    assert_false(r->unlocked);
    seal_ring_free(r);
}

/* ---- the master key ---- */

static const unsigned char file[SEAL_KEY_BYTES] = "a file of thirty-two bytes, ok?";

static struct seal_lock cheap_lock(bool has_passphrase)
{
    return (struct seal_lock){.suite = SEAL_SM,
                              .has_passphrase = has_passphrase,
                              .memory_kib = 8,
                              .passes = 1,
                              .salt = "sixteen of salt"};
}

static void a_lock_knows_its_key(void **state)
{
    (void)state;
    for (int pass = 0; pass < 2; pass++) {
        struct seal_lock l = cheap_lock(pass), back;
        struct seal_key kek, other;
        struct str word = pass ? S("correct horse") : S("");
        assert_true(seal_lock_key(w.t, &l, file, word, &kek));
        assert_true(seal_lock_sign(w.t, &l, &kek));
        struct str bytes = seal_lock_bytes(&w.cx, &l);
        assert_int_equal(bytes.n, SEAL_LOCK_BYTES);
        assert_true(seal_lock_read(bytes, &back));
        assert_int_equal(seal_lock_asks(bytes), pass);
        assert_false(seal_lock_asks(str_cut(bytes, 1, bytes.n)));
        assert_true(seal_lock_fits(w.t, &back, &kek));
        assert_false(seal_lock_key(w.t, &l, file, pass ? S("") : S("x"), &other));
        unsigned char wrong[SEAL_KEY_BYTES];
        memcpy(wrong, file, sizeof wrong);
        wrong[31] ^= 1;
        assert_true(seal_lock_key(w.t, &l, wrong, word, &other));
        assert_false(seal_lock_fits(w.t, &back, &other));
        if (pass)
            assert_true(seal_lock_key(w.t, &l, file, S("correct horsf"), &other));
        assert_false(seal_lock_fits(w.t, &back, &other));
        for (size_t i = 0; i < SEAL_LOCK_BYTES * 8; i++) {
            struct str changed = arena_copy(&w.mem, bytes);
            ((char *)(uintptr_t)changed.p)[i / 8] ^= (char)(1 << i % 8);
            assert_false(seal_lock_read(changed, &back) && seal_lock_fits(w.t, &back, &kek));
        }
    }
}

/* argon2id of the reference program (RFC 9106's algorithm, version 0x13), through the whole way:
 * the master key is HKDF-SM3 of file and passphrase. */
static void both_parts_are_needed(void **state)
{
    struct seal_lock l = cheap_lock(true), alone = cheap_lock(false);
    struct seal_key both, without;
    (void)state;
    assert_true(seal_lock_key(w.t, &l, file, S("correct horse"), &both));
    assert_true(seal_lock_key(w.t, &alone, file, S(""), &without));
    assert_memory_not_equal(both.dek, without.dek, SEAL_KEY_BYTES);
    assert_bytes(both.dek,
                 hex(&w, "d69106b9bd1c68662d090c04477f7649fac248a2074f819e07c003c69c3dfb4b"));
    assert_bytes(without.dek,
                 hex(&w, "fc343837a52f531fdcc43cbf729bc06c2c220967e4d9def37ef1d4077b8d06aa"));
}

static void a_lock_does_not_take_the_machine(void **state)
{
    struct seal_lock l = cheap_lock(true), back;
    (void)state;
    l.memory_kib = 1 << 30;
    assert_false(seal_lock_read(seal_lock_bytes(&w.cx, &l), &back));
    l.memory_kib = 64 << 10;
    l.passes = 200;
    assert_false(seal_lock_read(seal_lock_bytes(&w.cx, &l), &back));
    l.passes = 3;
    assert_true(seal_lock_read(seal_lock_bytes(&w.cx, &l), &back));
}

/* ---- sheets ---- */

static void any_two_sheets_give_the_key(void **state)
{
    unsigned char sheets[SEAL_SHEETS][SHEET_BYTES], others[SEAL_SHEETS][SHEET_BYTES];
    unsigned char back[SEAL_KEY_BYTES];
    (void)state;
    assert_true(seal_split(&w.cx, file, sheets) && seal_split(&w.cx, file, others));
    for (int i = 0; i < SEAL_SHEETS; i++) {
        struct str a = seal_bytes(sheets[i], SHEET_BYTES);
        assert_memory_not_equal(sheets[i] + SHARE_AT, file, SEAL_KEY_BYTES);
        for (int j = 0; j < SEAL_SHEETS; j++) {
            struct str b = seal_bytes(sheets[j], SHEET_BYTES);
            memset(back, 0, sizeof back);
            assert_int_equal(seal_join(a, b, back), i != j);
            if (i != j)
                assert_memory_equal(back, file, sizeof back);
            assert_false(seal_join(a, seal_bytes(others[j], SHEET_BYTES), back));
        }
        struct str b = seal_bytes(sheets[(i + 1) % SEAL_SHEETS], SHEET_BYTES);
        assert_false(
            seal_join(a, seal_bytes(sheets[(i + 1) % SEAL_SHEETS], SHEET_BYTES - 1), back));
        for (size_t k = 0; k < SHEET_BYTES * 8; k++) {
            sheets[i][k / 8] ^= (unsigned char)(1 << k % 8);
            assert_false(seal_join(a, b, back));
            sheets[i][k / 8] ^= (unsigned char)(1 << k % 8);
        }
    }
}

/* One sheet says nothing: for each key there is a line through it. Seen over many keys: the bytes
 * of a sheet are spread evenly whatever the key is. */
static void one_sheet_alone_says_nothing(void **state)
{
    enum { TIMES = 4096, WANT = TIMES * SEAL_KEY_BYTES / 256 };
    static const unsigned char zero[SEAL_KEY_BYTES];
    unsigned char sheets[SEAL_SHEETS][SHEET_BYTES];
    int seen[256] = {0};
    (void)state;
    for (int i = 0; i < TIMES; i++) {
        seal_split(&w.cx, zero, sheets);
        for (int k = 0; k < SEAL_KEY_BYTES; k++)
            seen[sheets[0][SHARE_AT + k]]++;
    }
    for (int i = 0; i < 256; i++)
        assert_in_range(seen[i], WANT * 3 / 4, WANT * 5 / 4);
}

static void the_list_of_words_tells_each_from_all(void **state)
{
    const char *const *l = seal_sheet_list;
    (void)state;
    for (int i = 0; i < 256; i++) {
        assert_int_equal(strlen(l[i]), 6);
        assert_memory_not_equal(l[i], l[i] + 3, 3);
        for (int j = 0; j < i; j++)
            for (int a = 0; a < 6; a += 3)
                for (int b = 0; b < 6; b += 3)
                    assert_memory_not_equal(l[i] + a, l[j] + b, 3);
    }
}

static void reads(const char *typed, const char *word)
{
    struct str sheet, fault;
    assert_false(seal_sheet_read(&w.cx, str_c(typed), &sheet, &fault));
    if (str_find(fault, str_c(word)) < 0)
        fail_msg("%.*s", STR(fault));
}

static void words_are_read_back(void **state)
{
    unsigned char sheets[SEAL_SHEETS][SHEET_BYTES];
    struct str sheet, fault, words;
    (void)state;
    seal_split(&w.cx, file, sheets);
    words = seal_sheet_words(&w.cx, seal_bytes(sheets[1], SHEET_BYTES));
    assert_true(seal_sheet_read(&w.cx, words, &sheet, &fault));
    assert_memory_equal(sheet.p, sheets[1], SHEET_BYTES);
    /* with numbers, signs, or none between */
    struct out o;
    out_init(&o, &w.mem);
    for (int i = 0; i < SHEET_BYTES; i++)
        out_printf(&o, i % 2 ? "%d.%s，" : "(%d)%s　", i + 1, seal_sheet_list[sheets[1][i]]);
    assert_true(seal_sheet_read(&w.cx, out_text(&o), &sheet, &fault));
    assert_memory_equal(sheet.p, sheets[1], SHEET_BYTES);
    char *typed = (char *)(uintptr_t)arena_cstr(&w.mem, words);
    typed[words.n - 7] = 0;
    reads(typed, "现在读到 39 个");
    memcpy(typed, "萝贝", 6); /* 萝卜, misread */
    reads(typed, "是不是“");
    memcpy(typed, "鑫卜", 6);
    reads(typed, "是不是“");
    memcpy(typed, "萝萝", 6);
    reads(typed, "第 1 个词“萝萝”");
    memcpy(typed, "鑫鑫", 6);
    reads(typed, "请对着纸再看一遍");
    reads("", "现在读到 0 个");
    out_init(&o, &w.mem);
    out_printf(&o, "%.*s %s", STR(words), seal_sheet_list[0]);
    reads(out_text(&o).p, "现在读到 41 个");
    typed = (char *)(uintptr_t)arena_cstr(&w.mem, words);
    char one[6];
    memcpy(one, typed, 6);
    memcpy(typed, typed + 7, 6);
    memcpy(typed + 7, one, 6);
    reads(typed, "写反");
}

/* ---- normal forms ---- */

static void telephones_are_one_however_written(void **state)
{
    static const char *const all[][2] = {
        {"13800000001", "13800000001"},
        {"138 0000 0001", "13800000001"},
        {"138-0000-0001", "13800000001"},
        {"+86 138 0000 0001", "13800000001"},
        {"0086-13800000001", "13800000001"},
        {"8613800000001", "13800000001"},
        {"013800000001", "13800000001"},
        {"１３８００００００００１", NULL},
        {"１３８０００００００１", "13800000001"},
        {"手机：138　0000　0001", "13800000001"},
        {"电话:13800000001", "13800000001"},
        {"19900000001", "19900000001"},
        {"0551-63660000", "055163660000"},
        {"(0551) 6366 0000", "055163660000"},
        {"（0551）6366—0000", "055163660000"},
        {"+86 551 63660000", "055163660000"},
        {"0086-551-6366-0000", "055163660000"},
        {"63660000", "055163660000"},
        {"6366-0000 转 8012", "055163660000"},
        {"0551-63660000#8012", "055163660000"},
        {"010-62000000", "01062000000"},
        {"021 5200 0000", "02152000000"},
        {"0554-3600000", "05543600000"},
        {"12345", "12345"},
        {"400-800-0001", "4008000001"},
        {"95588", "95588"},
        {"+852 2123 4567", "+85221234567"},
        {"00852-21234567", "+85221234567"},
        {"138～0000～0001", "13800000001"},
        {"+00 1234567", NULL},
        {"+1 12345", NULL},
        {"+1 1234567890123456", NULL},
        {"+1 212 555 0100", "+12125550100"},
        {"138+00000001", NULL},
        {"0051-63660000", "+5163660000"},
        {"0551-93660000", NULL},
        {"+86 0551 63660000", "055163660000"},
        {"+86", NULL},
        {"+86 22", NULL},
        {"+86 0051 63660000", NULL},
        {"93600000", "93600000"},
        {"", NULL},
        {"住 502", NULL},
        {"微信 abc123", NULL},
        {"138000000", NULL},
        {"1380000000123", NULL},
        {"23800000001", NULL},
        {"0551-13660000", NULL},
        {"13800000001 或 13800000002", NULL},
        {"138 0000 0001 13900000002", NULL},
        {"++8613800000001", NULL},
        {"1234567890123456789012345", NULL},
        {"3600000", "05513600000"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        struct str out;
        bool is = seal_phone(&w.cx, str_c(all[i][0]), S("0551"), &out);
        if (is != (all[i][1] != NULL) || (is && !str_is(out, all[i][1])))
            fail_msg("%s: %.*s", all[i][0], STR(out));
    }
    struct str out;
    assert_false(seal_phone(&w.cx, S("63660000"), S(""), &out)); /* whose? */
}

static void other_texts_are_one_however_written(void **state)
{
    (void)state;
    assert_str(seal_plain(&w.cx, S(" 张 三　")), S("张三"));
    assert_str(seal_plain(&w.cx, S("ＡＢc－１")), S("abc-1"));
    assert_str(seal_plain(&w.cx, S("阿依古丽•买买提")), S("阿依古丽·买买提"));
    assert_str(seal_plain(&w.cx, S("阿依古丽・买买提")), S("阿依古丽·买买提"));
    assert_str(seal_plain(&w.cx, S("甲\t乙\n丙\r丁\xc2\xa0戊")), S("甲乙丙丁戊"));
    assert_str(seal_plain(&w.cx, S("\xef\xbf\xa5 9")), S("\xef\xbf\xa5"
                                                         "9")); /* beyond the ASCII of full width */
    assert_str(seal_plain(&w.cx, S("")), S(""));
    assert_str(seal_normal(&w.cx, S("微信 ABC"), S("0551")), S("微信abc"));
    assert_str(seal_normal(&w.cx, S("6366 0000"), S("0551")), S("055163660000"));
}

/* What is normal is so already. */
static void a_normal_form_is_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        struct arena_mark mark = arena_mark(&w.mem);
        unsigned char n[16];
        char text[40];
        struct str once, twice;
        w.cx.env->random(w.cx.env, n, sizeof n);
        snprintf(text, sizeof text, "%s%d%s%d-%d",
                 n[0] % 3   ? "0"
                 : n[1] % 2 ? "+86"
                            : "",
                 n[2] * 3 + n[3], n[4] % 2 ? "" : " ", n[5] * 256 + n[6], n[7] * 256 + n[8]);
        if (seal_phone(&w.cx, str_c(text), S("0551"), &once)) {
            assert_true(seal_phone(&w.cx, once, S("010"), &twice));
            if (!str_eq(once, twice))
                fail_msg("%s: %.*s, %.*s", text, STR(once), STR(twice));
        }
        arena_rewind(&w.mem, mark);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sm3_is_that_of_the_standard),
        cmocka_unit_test(sm4_is_that_of_the_standard),
        cmocka_unit_test(sm4_counts_as_others_do),
        cmocka_unit_test(gcm_is_that_of_nist),
        cmocka_unit_test(hkdf_is_that_of_the_rfc),
        cmocka_unit_test(an_envelope_of_another_program_opens),
        cmocka_unit_test(a_text_comes_back),
        cmocka_unit_test(padding_that_is_none_is_refused),
        cmocka_unit_test(an_index_tells_texts_places_and_keys_apart),
        cmocka_unit_test(a_module_is_one_row_of_functions),
        cmocka_unit_test(a_key_is_made_stored_and_handed_over),
        cmocka_unit_test(a_row_that_was_changed_is_refused),
        cmocka_unit_test(keys_retire_and_are_destroyed),
        cmocka_unit_test(a_full_ring_says_so_and_keeps_its_order),
        cmocka_unit_test(a_lock_knows_its_key),
        cmocka_unit_test(both_parts_are_needed),
        cmocka_unit_test(a_lock_does_not_take_the_machine),
        cmocka_unit_test(any_two_sheets_give_the_key),
        cmocka_unit_test(one_sheet_alone_says_nothing),
        cmocka_unit_test(the_list_of_words_tells_each_from_all),
        cmocka_unit_test(words_are_read_back),
        cmocka_unit_test(telephones_are_one_however_written),
        cmocka_unit_test(other_texts_are_one_however_written),
        cmocka_unit_test(a_normal_form_is_its_own),
    };
    world_begin(&w, NULL);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_end(&w);
    return failed;
}
