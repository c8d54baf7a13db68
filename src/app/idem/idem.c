/* idem -- see idem.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/idem/idem.h"
#include "base/env.h"
#include "base/id.h"
#include "base/time.h"
#include "idem.sql.h"
#include <sodium.h>

#define KEPT (90 * MS_DAY)

enum {
    HASH = 32,
    KEY_MAX = 100, /* characters of an Idempotency-Key */
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

struct idem {
    int64_t id;
    struct str key_hash;
    int64_t person_id, status;
    struct str sealed; /* nonce, then the answer's body encrypted and authenticated */
    int64_t at;
};

static const struct field idem_fields[] = {
    FIELD(struct idem, id, "编号"),      FIELD(struct idem, key_hash, "请求号指纹"),
    FIELD(struct idem, person_id, "谁"), FIELD(struct idem, status, "状态"),
    FIELD(struct idem, sealed, "回应"),  FIELD(struct idem, at, "时间"),
};
static const struct shape idem_shape = SHAPE("idem", struct idem, idem_fields);
static const struct shape *const idem_shapes[] = {&idem_shape};

/* Parts with their lengths, so that they cannot run into each other. */
static void hash_parts(unsigned char sum[HASH], const struct str *parts, size_t n)
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, HASH);
    for (size_t i = 0; i < n; i++) {
        uint64_t length = parts[i].n;
        crypto_generichash_update(&state, (const unsigned char *)&length, sizeof length);
        crypto_generichash_update(&state, (const unsigned char *)parts[i].p, parts[i].n);
    }
    crypto_generichash_final(&state, sum, HASH);
}

struct str idem_hash(struct cx *cx, struct str method, struct str path, struct str body)
{
    unsigned char *sum = arena_alloc(cx->mem, HASH);
    const struct str parts[] = {method, path, body};
    hash_parts(sum, parts, COUNT(parts));
    return str_n((const char *)sum, HASH);
}

/* ---- what is made of the caller's key ---- */

struct made {
    unsigned char name[HASH]; /* finds the row */
    unsigned char seal[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
};

/* Neither of the two tells the other, or the key. Community and caller are part of both. */
static void make_of(const struct cx *cx, struct str key, struct made *m)
{
    unsigned char master[crypto_kdf_KEYBYTES];
    int64_t owner[] = {cx->community, cx->who.person_id};
    const struct str parts[] = {S("idem"), str_n((const char *)owner, sizeof owner), key};
    _Static_assert(sizeof master == HASH, "one hash is one master key");
    hash_parts(master, parts, COUNT(parts));
    crypto_kdf_derive_from_key(m->name, sizeof m->name, 1, "idemname", master);
    crypto_kdf_derive_from_key(m->seal, sizeof m->seal, 2, "idemseal", master);
    sodium_memzero(master, sizeof master);
}

static struct str seal(struct cx *cx, const struct made *m, struct str asked, struct str body)
{
    unsigned char *p = arena_alloc(cx->mem, NONCE + body.n + TAG);
    unsigned long long n;
    cx->env->random(cx->env, p, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(p + NONCE, &n, (const unsigned char *)body.p, body.n,
                                               (const unsigned char *)asked.p, asked.n, NULL, p,
                                               m->seal);
    return str_n((const char *)p, NONCE + (size_t)n);
}

static bool unseal(struct cx *cx, const struct made *m, struct str asked, struct str sealed,
                   struct str *body)
{
    if (sealed.n < NONCE + TAG)
        return false;
    const unsigned char *p = (const unsigned char *)sealed.p;
    unsigned char *plain = arena_alloc(cx->mem, sealed.n);
    unsigned long long n;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &n, NULL, p + NONCE, sealed.n - NONCE,
                                                   (const unsigned char *)asked.p, asked.n, p,
                                                   m->seal) != 0)
        return false;
    *body = str_n((const char *)plain, (size_t)n);
    return true;
}

/* ---- the table ---- */

static struct value name_of(const struct made *m)
{
    return value_blob(str_n((const char *)m->name, sizeof m->name));
}

enum err idem_find(struct cx *cx, struct str key, struct str asked, struct idem_answer *out,
                   bool *found)
{
    struct made made;
    struct idem row;
    if (key.n > KEY_MAX)
        return fail(cx, ERR_INPUT, "Idempotency-Key 最多 %d 个字符", KEY_MAX);
    make_of(cx, key, &made);
    TRY(db_find(cx, &idem_sql_find, &idem_shape, &row, found,
                ARGS(AS("key_hash", name_of(&made)))));
    if (!*found)
        return OK;
    if (!unseal(cx, &made, asked, row.sealed, &out->body))
        return fail(cx, ERR_INPUT, "这个 Idempotency-Key 已经用在另一个请求上，请换一个");
    out->status = row.status;
    return OK;
}

enum err idem_keep(struct cx *cx, struct str key, struct str asked, int status, struct str body)
{
    struct made made;
    int64_t id = id_new(cx);
    make_of(cx, key, &made);
    enum err e = db_run(cx, &idem_sql_put,
                        ARGS(A(id), AS("key_hash", name_of(&made)), AS("status", (int64_t)status),
                             AS("sealed", value_blob(seal(cx, &made, asked, body)))),
                        NULL);
    if (e != ERR_CONFLICT)
        return e;
    fault_clear(cx);
    return fail(cx, ERR_BUSY, "同一个请求正在办，请稍候再问一次");
}

enum err idem_clean(struct cx *cx)
{
    int64_t before = cx->now - KEPT;
    return db_run(cx, &idem_sql_clean, ARGS(A(before)), NULL);
}

const struct feature idem_feature = {.name = "idem",
                                     .shapes = idem_shapes,
                                     .nshapes = COUNT(idem_shapes),
                                     .queries = idem_sql_all,
                                     .nqueries = &idem_sql_count};
