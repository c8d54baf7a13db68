/* lock -- the master key, of a file and of a passphrase, and what is stored to know it again. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/seal_own.h"
#include <sodium.h>
#include <string.h>

enum { MEMORY_MIN = 8, MEMORY_MAX = 128 << 10, PASSES_MAX = 10, SIGNED = 24, CHECK = 16 };

/* version 1 | suite 1 | passphrase 1 | passes 1 | memory 4, KiB | salt 16 | check 16 */
static void write_lock(const struct seal_lock *l, unsigned char out[SEAL_LOCK_BYTES])
{
    out[0] = 1;
    out[1] = (unsigned char)l->suite;
    out[2] = l->has_passphrase;
    out[3] = (unsigned char)l->passes;
    for (int i = 0; i < 4; i++)
        out[4 + i] = (unsigned char)(l->memory_kib >> (24 - 8 * i));
    memcpy(out + 8, l->salt, sizeof l->salt);
    memcpy(out + SIGNED, l->check, sizeof l->check);
}

struct str seal_lock_bytes(struct cx *cx, const struct seal_lock *l)
{
    unsigned char *p = arena_alloc(cx->mem, SEAL_LOCK_BYTES);
    write_lock(l, p);
    return seal_bytes(p, SEAL_LOCK_BYTES);
}

/* What it costs is bounded: a lock that somebody has changed does not take the machine. */
bool seal_lock_read(struct str bytes, struct seal_lock *out)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    if (bytes.n != SEAL_LOCK_BYTES || p[0] != 1 || p[2] > 1)
        return false;
    *out = (struct seal_lock){.suite = p[1], .has_passphrase = p[2], .passes = p[3]};
    for (int i = 0; i < 4; i++)
        out->memory_kib = out->memory_kib << 8 | p[4 + i];
    memcpy(out->salt, p + 8, sizeof out->salt);
    memcpy(out->check, p + SIGNED, sizeof out->check);
    return out->passes >= 1 && out->passes <= PASSES_MAX && out->memory_kib >= MEMORY_MIN &&
           out->memory_kib <= MEMORY_MAX;
}

bool seal_lock_asks(struct str lock)
{
    struct seal_lock l;
    return seal_lock_read(lock, &l) && l.has_passphrase;
}

bool seal_lock_key(struct sealer *t, const struct seal_lock *l,
                   const unsigned char file[SEAL_KEY_BYTES], struct str passphrase,
                   struct seal_key *out)
{
    unsigned char both[2 * SEAL_KEY_BYTES];
    const struct seal_suite *suite = sealer_suite(t, l->suite);
    if (!suite || l->has_passphrase != (passphrase.n > 0))
        return false;
    *out = (struct seal_key){.suite = suite};
    memcpy(both, file, SEAL_KEY_BYTES);
    size_t n = l->has_passphrase ? sizeof both : SEAL_KEY_BYTES;
    bool done = !l->has_passphrase ||
                crypto_pwhash(both + SEAL_KEY_BYTES, SEAL_KEY_BYTES, passphrase.p, passphrase.n,
                              l->salt, (unsigned long long)l->passes, (size_t)l->memory_kib << 10,
                              crypto_pwhash_ALG_ARGON2ID13) == 0;
    done = done &&
           seal_hkdf(t, suite->hash, seal_bytes(both, n), S("csp-kek-v1"), S("kek"), out->dek,
                     sizeof out->dek) &&
           suite->prepare(t, out);
    seal_wipe(both, sizeof both);
    return done;
}

static bool check_of(struct sealer *t, const struct seal_lock *l, const struct seal_key *kek,
                     unsigned char out[CHECK])
{
    unsigned char bytes[SEAL_LOCK_BYTES], key[HASH_BYTES], whole[HASH_BYTES];
    write_lock(l, bytes);
    const struct str head = seal_bytes(bytes, SIGNED);
    bool done = seal_hkdf(t, kek->suite->hash, seal_bytes(kek->dek, sizeof kek->dek),
                          S("csp-lock-v1"), S("check"), key, sizeof key) &&
                seal_mac(t, kek->suite->hash, seal_bytes(key, sizeof key), &head, 1, whole);
    if (done)
        memcpy(out, whole, CHECK);
    seal_wipe(key, sizeof key);
    seal_wipe(whole, sizeof whole);
    return done;
}

bool seal_lock_sign(struct sealer *t, struct seal_lock *l, const struct seal_key *kek)
{
    return check_of(t, l, kek, l->check);
}

bool seal_lock_fits(struct sealer *t, const struct seal_lock *l, const struct seal_key *kek)
{
    unsigned char check[CHECK];
    return check_of(t, l, kek, check) && seal_same(check, l->check, CHECK);
}
