/* suite -- the two ways of sealing that need no hardware. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/seal_own.h"
#include <string.h>

enum { BOUND_MAX = 512 };

static const struct str salt = {"csp-field-v1", 12};

static bool derive(struct sealer *t, const struct seal_key *k, struct str info, unsigned char *out,
                   size_t n)
{
    return seal_hkdf(t, k->suite->hash, seal_bytes(k->dek, sizeof k->dek), salt, info, out, n);
}

static struct str length_of(struct str s, unsigned char out[4])
{
    for (int i = 0; i < 4; i++)
        out[i] = (unsigned char)(s.n >> (24 - 8 * i));
    return seal_bytes(out, 4);
}

/* The key of an index is made for its label: who has one of them has no other. */
static bool make_index(struct sealer *t, const struct seal_key *k, struct str label,
                       struct str text, unsigned char out[SEAL_INDEX_BYTES])
{
    char info[64] = "bidx:";
    unsigned char key[HASH_BYTES], whole[HASH_BYTES];
    if (label.n > sizeof info - 5)
        return false;
    memcpy(info + 5, label.p, label.n);
    bool done = derive(t, k, str_n(info, 5 + label.n), key, sizeof key) &&
                seal_mac(t, k->suite->hash, seal_bytes(key, sizeof key), &text, 1, whole);
    if (done)
        memcpy(out, whole, SEAL_INDEX_BYTES);
    seal_wipe(key, sizeof key);
    seal_wipe(whole, sizeof whole);
    return done;
}

/* ---- SM4-CTR, then HMAC-SM3 ---- */

static bool sm_prepare(struct sealer *t, struct seal_key *k)
{
    return derive(t, k, S("enc"), k->enc, 16) && derive(t, k, S("mac"), k->mac, sizeof k->mac);
}

static bool sm_tag(struct sealer *t, const struct seal_key *k, struct str head, struct str bound,
                   const unsigned char *iv, struct str text, unsigned char out[HASH_BYTES])
{
    unsigned char n[4];
    const struct str parts[] = {head, length_of(bound, n), bound, seal_bytes(iv, IV), text};
    return seal_mac(t, SEAL_SM3, seal_bytes(k->mac, sizeof k->mac), parts, COUNT(parts), out);
}

static bool sm_seal(struct sealer *t, const struct seal_key *k, struct str head, struct str bound,
                    const unsigned char iv[IV], struct str plain, unsigned char *text,
                    unsigned char tag[TAG])
{
    unsigned char whole[HASH_BYTES];
    bool done = seal_ctr(t, k->enc, iv, plain, text) &&
                sm_tag(t, k, head, bound, iv, seal_bytes(text, plain.n), whole);
    if (done)
        memcpy(tag, whole, TAG);
    return done;
}

static bool sm_open(struct sealer *t, const struct seal_key *k, struct str head, struct str bound,
                    const unsigned char iv[IV], struct str text, const unsigned char tag[TAG],
                    unsigned char *plain)
{
    unsigned char whole[HASH_BYTES];
    bool same = sm_tag(t, k, head, bound, iv, text, whole) && seal_same(whole, tag, TAG);
    seal_wipe(whole, sizeof whole); /* the right tag of a wrong envelope is nobody's business */
    return same && seal_ctr(t, k->enc, iv, text, plain);
}

const struct seal_suite seal_suite_sm = {.id = SEAL_SM,
                                         .name = "SM4-CTR, HMAC-SM3",
                                         .hash = SEAL_SM3,
                                         .prepare = sm_prepare,
                                         .seal = sm_seal,
                                         .open = sm_open,
                                         .index = make_index};

/* ---- AES-256-GCM ---- */

static bool aes_prepare(struct sealer *t, struct seal_key *k)
{
    return derive(t, k, S("enc"), k->enc, sizeof k->enc);
}

static bool aes(struct sealer *t, bool seal, const struct seal_key *k, struct str head,
                struct str bound, const unsigned char *iv, struct str in, unsigned char *out,
                unsigned char tag[TAG])
{
    unsigned char all[HEAD + 4 + BOUND_MAX];
    if (bound.n > BOUND_MAX)
        return false;
    memcpy(all, head.p, HEAD);
    length_of(bound, all + HEAD);
    memcpy(all + HEAD + 4, bound.p, bound.n);
    return seal_gcm(t, seal, k->enc, seal_bytes(iv, IV), seal_bytes(all, HEAD + 4 + bound.n), in,
                    out, tag);
}

static bool aes_seal(struct sealer *t, const struct seal_key *k, struct str head, struct str bound,
                     const unsigned char iv[IV], struct str plain, unsigned char *text,
                     unsigned char tag[TAG])
{
    return aes(t, true, k, head, bound, iv, plain, text, tag);
}

static bool aes_open(struct sealer *t, const struct seal_key *k, struct str head, struct str bound,
                     const unsigned char iv[IV], struct str text, const unsigned char tag[TAG],
                     unsigned char *plain)
{
    unsigned char copy[TAG];
    memcpy(copy, tag, TAG);
    return aes(t, false, k, head, bound, iv, text, plain, copy);
}

const struct seal_suite seal_suite_aes = {.id = SEAL_AES,
                                          .name = "AES-256-GCM",
                                          .hash = SEAL_SHA256,
                                          .prepare = aes_prepare,
                                          .seal = aes_seal,
                                          .open = aes_open,
                                          .index = make_index};
