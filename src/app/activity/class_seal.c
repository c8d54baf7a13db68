/* class_seal -- health notes: whoever writes one seals it to the term's public key; the private key
 * lies in the store locked with the word of the duty card, which is printed and kept nowhere. So a
 * copy of the store opens no note, and neither does the server without somebody in the room. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/class_own.h"
#include "base/env.h"
#include "base/id.h"
#include <sodium.h>
#include <string.h>

enum {
    NONCE = crypto_secretbox_NONCEBYTES,
    MAC = crypto_secretbox_MACBYTES,
    PUBLIC = crypto_box_PUBLICKEYBYTES,
    SECRET = crypto_box_SECRETKEYBYTES,
    BOUND = sizeof(int64_t), /* the child a note is of stands in front of it, inside */
    CARD_BYTES = CLASS_CARD_LETTERS * 5 / 8
};

/* 80 random bits need no slow hash. */
static void key_of_card(struct cx *cx, struct str card,
                        unsigned char key[crypto_secretbox_KEYBYTES])
{
    static const char purpose[] = "linghang duty card";
    struct str word = activity_plain(cx, card);
    crypto_generichash(key, crypto_secretbox_KEYBYTES, (const unsigned char *)word.p, word.n,
                       (const unsigned char *)purpose, sizeof purpose - 1);
}

void class_lock_make(struct cx *cx, struct str *card, struct str *pub, struct str *priv)
{
    unsigned char seed[crypto_box_SEEDBYTES], secret[SECRET], key[crypto_secretbox_KEYBYTES];
    unsigned char *p = arena_alloc(cx->mem, PUBLIC);
    unsigned char *locked = arena_alloc(cx->mem, NONCE + MAC + SECRET);
    *card = id_secret(cx, CARD_BYTES);
    cx->env->random(cx->env, seed, sizeof seed);
    crypto_box_seed_keypair(p, secret, seed);
    key_of_card(cx, *card, key);
    cx->env->random(cx->env, locked, NONCE);
    crypto_secretbox_easy(locked + NONCE, secret, SECRET, locked, key);
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(key, sizeof key);
    *pub = str_n((const char *)p, PUBLIC);
    *priv = str_n((const char *)locked, NONCE + MAC + SECRET);
}

/* As crypto_box_seal, whose nonce is over both public keys; the one-time pair comes from env. */
static void box_nonce(unsigned char nonce[crypto_box_NONCEBYTES], const unsigned char *once,
                      const unsigned char *pub)
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, crypto_box_NONCEBYTES);
    crypto_generichash_update(&state, once, PUBLIC);
    crypto_generichash_update(&state, pub, PUBLIC);
    crypto_generichash_final(&state, nonce, crypto_box_NONCEBYTES);
}

struct str class_seal(struct cx *cx, struct str pub, int64_t child_id, struct str text)
{
    unsigned char seed[crypto_box_SEEDBYTES], secret[SECRET], nonce[crypto_box_NONCEBYTES];
    if (!text.n || pub.n != PUBLIC)
        return S("");
    size_t n = BOUND + text.n;
    unsigned char *plain = arena_alloc(cx->mem, n);
    unsigned char *sealed = arena_alloc(cx->mem, PUBLIC + crypto_box_MACBYTES + n);
    memcpy(plain, &child_id, BOUND);
    memcpy(plain + BOUND, text.p, text.n);
    cx->env->random(cx->env, seed, sizeof seed);
    crypto_box_seed_keypair(sealed, secret, seed);
    box_nonce(nonce, sealed, (const unsigned char *)pub.p);
    int bad =
        crypto_box_easy(sealed + PUBLIC, plain, n, nonce, (const unsigned char *)pub.p, secret);
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(plain, n);
    return bad ? S("") : str_n((const char *)sealed, PUBLIC + crypto_box_MACBYTES + n);
}

static bool unlock(struct cx *cx, const struct class_term *t, struct str card,
                   unsigned char secret[SECRET])
{
    unsigned char key[crypto_secretbox_KEYBYTES];
    const unsigned char *locked = (const unsigned char *)t->lock_private.p;
    if (t->lock_private.n != NONCE + MAC + SECRET)
        return false;
    key_of_card(cx, card, key);
    int bad = crypto_secretbox_open_easy(secret, locked + NONCE, MAC + SECRET, locked, key);
    sodium_memzero(key, sizeof key);
    return bad == 0;
}

bool class_unseal(struct cx *cx, const struct class_term *t, struct str card, int64_t child_id,
                  struct str sealed, struct str *text)
{
    unsigned char secret[SECRET];
    int64_t whose;
    *text = S("");
    if (!unlock(cx, t, card, secret))
        return false;
    if (!sealed.n) {
        sodium_memzero(secret, sizeof secret);
        return true;
    }
    size_t overhead = PUBLIC + crypto_box_MACBYTES;
    unsigned char *plain = arena_alloc(cx->mem, sealed.n);
    int bad = sealed.n < overhead + BOUND ||
              crypto_box_seal_open(plain, (const unsigned char *)sealed.p, sealed.n,
                                   (const unsigned char *)t->lock_public.p, secret) != 0;
    sodium_memzero(secret, sizeof secret);
    if (bad)
        return false;
    memcpy(&whose, plain, BOUND);
    if (whose != child_id)
        return false;
    *text = str_n((const char *)plain + BOUND, sealed.n - overhead - BOUND);
    return true;
}
