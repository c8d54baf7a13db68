/* sign -- hashes and signatures for who must not be able to deny or rewrite: SM3, SM2. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/seal_own.h"
#include <openssl/evp.h>
#include <openssl/x509.h>

enum { SIGNATURE_MAX = 128 };
static const char identity[] = "1234567812345678"; /* GB/T 35276 */

struct str seal_sm3(struct cx *cx, struct str text)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[HASH_BYTES];
    char *hex = arena_alloc(cx->mem, SEAL_SM3_DIGITS + 1);
    if (!seal_hash_of(SEAL_SM3, text, sum))
        return S("");
    for (size_t i = 0; i < HASH_BYTES; i++) {
        hex[2 * i] = digits[sum[i] >> 4];
        hex[2 * i + 1] = digits[sum[i] & 15];
    }
    hex[SEAL_SM3_DIGITS] = 0;
    return str_n(hex, SEAL_SM3_DIGITS);
}

/* A context of SM2 with its identity; the digest context owns none of the two. */
static EVP_PKEY_CTX *context(EVP_MD_CTX *md, EVP_PKEY *key)
{
    EVP_PKEY_CTX *c = key && EVP_PKEY_is_a(key, "SM2") ? EVP_PKEY_CTX_new(key, NULL) : NULL;
    if (c && md && EVP_PKEY_CTX_set1_id(c, identity, sizeof identity - 1) > 0) {
        EVP_MD_CTX_set_pkey_ctx(md, c);
        return c;
    }
    EVP_PKEY_CTX_free(c); /* without it, it would sign what nobody else can prove */
    return NULL;
}

struct str seal_sign(struct cx *cx, struct str private_key, struct str text)
{
    const unsigned char *p = (const unsigned char *)private_key.p;
    unsigned char *out = arena_alloc(cx->mem, SIGNATURE_MAX);
    size_t n = SIGNATURE_MAX;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &p, (long)private_key.n);
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    EVP_PKEY_CTX *c = context(md, key);
    bool done = c && EVP_DigestSignInit(md, NULL, EVP_sm3(), NULL, key) > 0 &&
                EVP_DigestSign(md, out, &n, (const unsigned char *)text.p, text.n) > 0;
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(c);
    EVP_PKEY_free(key);
    return done ? seal_bytes(out, n) : S("");
}

bool seal_is_signed(struct str public_key, struct str text, struct str signature)
{
    const unsigned char *p = (const unsigned char *)public_key.p;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)public_key.n);
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    EVP_PKEY_CTX *c = context(md, key);
    bool good = c && EVP_DigestVerifyInit(md, NULL, EVP_sm3(), NULL, key) > 0 &&
                EVP_DigestVerify(md, (const unsigned char *)signature.p, signature.n,
                                 (const unsigned char *)text.p, text.n) == 1;
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(c);
    EVP_PKEY_free(key);
    return good;
}
