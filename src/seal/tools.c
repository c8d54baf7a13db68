/* tools -- what OpenSSL lends. Everything is looked up once: behind the walls no file can be read,
 * and a look-up costs more than sealing a telephone number. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/seal_own.h"
#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

enum { SUITES_MAX = 3 };

struct sealer {
    EVP_MAC *hmac;
    EVP_MAC_CTX *mac[2]; /* by hash */
    EVP_CIPHER *sm4, *gcm;
    EVP_CIPHER_CTX *cipher;
    const struct seal_suite *suites[SUITES_MAX];
};

static void close_tools(void *arg)
{
    struct sealer *t = arg;
    EVP_MAC_CTX_free(t->mac[SEAL_SM3]);
    EVP_MAC_CTX_free(t->mac[SEAL_SHA256]);
    EVP_MAC_free(t->hmac);
    EVP_CIPHER_CTX_free(t->cipher);
    EVP_CIPHER_free(t->sm4);
    EVP_CIPHER_free(t->gcm);
}

static EVP_MAC_CTX *mac_of(EVP_MAC *hmac, const char *hash)
{
    char name[16];
    strncpy(name, hash, sizeof name - 1);
    name[sizeof name - 1] = 0;
    const OSSL_PARAM digest[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                                 OSSL_PARAM_END};
    EVP_MAC_CTX *c = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
    if (c && EVP_MAC_CTX_set_params(c, digest) != 1) {
        EVP_MAC_CTX_free(c);
        c = NULL;
    }
    return c;
}

enum err sealer_new(struct cx *cx, const struct seal_suite *module, struct sealer **out)
{
    struct sealer *t = NEW(cx->mem, struct sealer);
    cx_defer(cx, close_tools, t);
    t->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    t->mac[SEAL_SM3] = mac_of(t->hmac, "SM3");
    t->mac[SEAL_SHA256] = mac_of(t->hmac, "SHA256");
    t->sm4 = EVP_CIPHER_fetch(NULL, "SM4-CTR", NULL);
    t->gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    t->cipher = EVP_CIPHER_CTX_new();
    t->suites[0] = &seal_suite_sm;
    t->suites[1] = &seal_suite_aes;
    t->suites[2] = module;
    if (!t->mac[SEAL_SM3] || !t->mac[SEAL_SHA256] || !t->sm4 || !t->gcm || !t->cipher)
        return fail(cx, ERR_STORE,
                    "这台机器的 OpenSSL 缺 SM3、SM4 或 AES-GCM，请装 Debian 12 的 libssl3");
    *out = t;
    return OK;
}

const struct seal_suite *sealer_suite(const struct sealer *t, int id)
{
    for (size_t i = 0; i < SUITES_MAX; i++)
        if (t->suites[i] && t->suites[i]->id == id)
            return t->suites[i];
    return NULL;
}

static const unsigned char *bytes(struct str s)
{
    return (const unsigned char *)(s.p ? s.p : "");
}

bool seal_mac(struct sealer *t, enum seal_hash hash, struct str key, const struct str *parts,
              size_t nparts, unsigned char out[HASH_BYTES])
{
    EVP_MAC_CTX *c = t->mac[hash];
    size_t n = 0;
    bool done = EVP_MAC_init(c, bytes(key), key.n, NULL) == 1;
    for (size_t i = 0; done && i < nparts; i++)
        done = EVP_MAC_update(c, bytes(parts[i]), parts[i].n) == 1;
    return done && EVP_MAC_final(c, out, &n, HASH_BYTES) == 1 && n == HASH_BYTES;
}

/* RFC 5869 for one block of output, which is all that a key of ours is. */
bool seal_hkdf(struct sealer *t, enum seal_hash hash, struct str secret, struct str salt,
               struct str info, unsigned char *out, size_t n)
{
    unsigned char prk[HASH_BYTES], block[HASH_BYTES];
    static const char one[] = {1};
    assert(n <= HASH_BYTES && salt.n > 0);
    bool done = seal_mac(t, hash, salt, &secret, 1, prk) &&
                seal_mac(t, hash, seal_bytes(prk, sizeof prk),
                         (const struct str[]){info, str_n(one, 1)}, 2, block);
    if (done)
        memcpy(out, block, n);
    seal_wipe(prk, sizeof prk);
    seal_wipe(block, sizeof block);
    return done;
}

bool seal_hash_of(enum seal_hash hash, struct str s, unsigned char out[HASH_BYTES])
{
    size_t n = 0;
    return EVP_Q_digest(NULL, hash == SEAL_SM3 ? "SM3" : "SHA256", NULL, bytes(s), s.n, out, &n) ==
               1 &&
           n == HASH_BYTES;
}

bool seal_ctr(struct sealer *t, const unsigned char key[16], const unsigned char iv[16],
              struct str in, unsigned char *out)
{
    int n = 0;
    return EVP_EncryptInit_ex2(t->cipher, t->sm4, key, iv, NULL) == 1 &&
           EVP_EncryptUpdate(t->cipher, out, &n, bytes(in), (int)in.n) == 1 && n == (int)in.n;
}

static bool gcm_seal(EVP_CIPHER_CTX *c, struct str bound, struct str in, unsigned char *out,
                     unsigned char *tag)
{
    int n = 0;
    unsigned char rest[16];
    return EVP_EncryptUpdate(c, NULL, &n, bytes(bound), (int)bound.n) == 1 &&
           EVP_EncryptUpdate(c, out, &n, bytes(in), (int)in.n) == 1 && n == (int)in.n &&
           EVP_EncryptFinal_ex(c, rest, &n) == 1 &&
           EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG, tag) == 1;
}

static bool gcm_open(EVP_CIPHER_CTX *c, struct str bound, struct str in, unsigned char *out,
                     unsigned char *tag)
{
    int n = 0;
    unsigned char rest[16];
    bool done = EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG, tag) == 1 &&
                EVP_DecryptUpdate(c, NULL, &n, bytes(bound), (int)bound.n) == 1 &&
                EVP_DecryptUpdate(c, out, &n, bytes(in), (int)in.n) == 1 && n == (int)in.n &&
                EVP_DecryptFinal_ex(c, rest, &n) == 1;
    if (!done)
        seal_wipe(out, in.n); /* GCM deciphers before it knows */
    return done;
}

bool seal_gcm(struct sealer *t, bool seal, const unsigned char key[32], struct str iv,
              struct str bound, struct str in, unsigned char *out, unsigned char tag[TAG])
{
    size_t ivlen = iv.n;
    const OSSL_PARAM length[] = {OSSL_PARAM_construct_size_t(OSSL_CIPHER_PARAM_AEAD_IVLEN, &ivlen),
                                 OSSL_PARAM_END};
    EVP_CIPHER_CTX *c = t->cipher;
    if (seal)
        return EVP_EncryptInit_ex2(c, t->gcm, NULL, NULL, length) == 1 &&
               EVP_EncryptInit_ex2(c, NULL, key, bytes(iv), NULL) == 1 &&
               gcm_seal(c, bound, in, out, tag);
    return EVP_DecryptInit_ex2(c, t->gcm, NULL, NULL, length) == 1 &&
           EVP_DecryptInit_ex2(c, NULL, key, bytes(iv), NULL) == 1 &&
           gcm_open(c, bound, in, out, tag);
}

bool seal_same(const unsigned char *a, const unsigned char *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}

void seal_wipe(void *p, size_t n)
{
    OPENSSL_cleanse(p, n);
}
