/* stream -- a backup that its writer cannot read: a random key, sealed to a public one, and chunks
 * of which none can be changed, dropped, swapped or cut off at the end.
 *
 *   "LHB1" | suite 1 | length of the sealed key 2 | sealed key | chunks
 *   chunk   last 1 | length 4 | text | tag 16, bound to the hash of all before, its number, last,
 * length
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/seal_own.h"
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <string.h>

enum { MAGIC = 4, STREAM_HEAD = 7, CHUNK_HEAD = 5, KEY_MAX = 512 };

struct stream {
    struct sealer *tools;
    struct seal_key key;
    unsigned char head[HASH_BYTES]; /* hash of everything before the chunks */
    uint64_t number;
    unsigned char plain[SEAL_CHUNK], text[SEAL_CHUNK + TAG];
};

/* ---- the key of a stream, sealed and opened ---- */

static struct str kept(struct cx *cx, unsigned char *der, int n)
{
    struct str s = n > 0 ? arena_copy(cx->mem, seal_bytes(der, (size_t)n)) : S("");
    if (n > 0)
        OPENSSL_clear_free(der, (size_t)n);
    return s;
}

bool seal_pair(struct cx *cx, int suite, struct str *public_key, struct str *private_key)
{
    if (suite == SEAL_AES) {
        unsigned char *p = arena_alloc(cx->mem, crypto_box_PUBLICKEYBYTES);
        unsigned char *s = arena_alloc(cx->mem, crypto_box_SECRETKEYBYTES);
        *public_key = seal_bytes(p, crypto_box_PUBLICKEYBYTES);
        *private_key = seal_bytes(s, crypto_box_SECRETKEYBYTES);
        return sodium_init() >= 0 && crypto_box_keypair(p, s) == 0;
    }
    EVP_PKEY *pair = suite == SEAL_SM ? EVP_PKEY_Q_keygen(NULL, NULL, "SM2") : NULL;
    unsigned char *p = NULL, *s = NULL;
    PKCS8_PRIV_KEY_INFO *info = pair ? EVP_PKEY2PKCS8(pair) : NULL;
    int np = pair ? i2d_PUBKEY(pair, &p) : -1, ns = info ? i2d_PKCS8_PRIV_KEY_INFO(info, &s) : -1;
    *public_key = kept(cx, p, np);
    *private_key = kept(cx, s, ns);
    PKCS8_PRIV_KEY_INFO_free(info);
    EVP_PKEY_free(pair);
    return public_key->n && private_key->n;
}

/* GB/T 32918.4; `*n` is the room, then what was used. */
static bool sm2_seal(struct str public_key, const unsigned char *key, unsigned char *out, size_t *n)
{
    const unsigned char *p = (const unsigned char *)public_key.p;
    EVP_PKEY *k = d2i_PUBKEY(NULL, &p, (long)public_key.n);
    EVP_PKEY_CTX *c = k && EVP_PKEY_is_a(k, "SM2") ? EVP_PKEY_CTX_new(k, NULL) : NULL;
    bool done =
        c && EVP_PKEY_encrypt_init(c) == 1 && EVP_PKEY_encrypt(c, out, n, key, SEAL_KEY_BYTES) == 1;
    EVP_PKEY_CTX_free(c);
    EVP_PKEY_free(k);
    return done;
}

static bool sm2_open(struct str private_key, struct str sealed, unsigned char *key)
{
    const unsigned char *p = (const unsigned char *)private_key.p;
    unsigned char out[KEY_MAX];
    size_t n = sizeof out;
    EVP_PKEY *k = d2i_AutoPrivateKey(NULL, &p, (long)private_key.n);
    EVP_PKEY_CTX *c = k && EVP_PKEY_is_a(k, "SM2") ? EVP_PKEY_CTX_new(k, NULL) : NULL;
    bool done = c && EVP_PKEY_decrypt_init(c) == 1 &&
                EVP_PKEY_decrypt(c, out, &n, (const unsigned char *)sealed.p, sealed.n) == 1 &&
                n == SEAL_KEY_BYTES;
    if (done)
        memcpy(key, out, SEAL_KEY_BYTES);
    seal_wipe(out, sizeof out);
    EVP_PKEY_CTX_free(c);
    EVP_PKEY_free(k);
    return done;
}

static bool seal_key_to(int suite, struct str public_key, const unsigned char *key,
                        unsigned char *out, size_t *n)
{
    if (suite == SEAL_SM)
        return sm2_seal(public_key, key, out, n);
    *n = crypto_box_SEALBYTES + SEAL_KEY_BYTES;
    return suite == SEAL_AES && sodium_init() >= 0 && public_key.n == crypto_box_PUBLICKEYBYTES &&
           crypto_box_seal(out, key, SEAL_KEY_BYTES, (const unsigned char *)public_key.p) == 0;
}

static bool open_key_of(int suite, struct str private_key, struct str sealed, unsigned char *key)
{
    unsigned char public_key[crypto_box_PUBLICKEYBYTES];
    if (suite == SEAL_SM)
        return sm2_open(private_key, sealed, key);
    return suite == SEAL_AES && sodium_init() >= 0 && private_key.n == crypto_box_SECRETKEYBYTES &&
           sealed.n == crypto_box_SEALBYTES + SEAL_KEY_BYTES &&
           crypto_scalarmult_base(public_key, (const unsigned char *)private_key.p) == 0 &&
           crypto_box_seal_open(key, (const unsigned char *)sealed.p, sealed.n, public_key,
                                (const unsigned char *)private_key.p) == 0;
}

/* ---- chunks ---- */

static void put32(unsigned char *p, size_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(v >> (24 - 8 * i));
}

/* The key is of this stream alone, so the number of a chunk is iv enough; the low half counts
 * blocks. */
static void iv_of(const struct stream *s, unsigned char iv[IV])
{
    memset(iv, 0, IV);
    for (int i = 0; i < 8; i++)
        iv[i] = (unsigned char)(s->number >> (56 - 8 * i));
}

static struct str bound_of(const struct stream *s, const unsigned char head[CHUNK_HEAD],
                           unsigned char out[HASH_BYTES + 8 + CHUNK_HEAD])
{
    unsigned char iv[IV];
    iv_of(s, iv);
    memcpy(out, s->head, HASH_BYTES);
    memcpy(out + HASH_BYTES, iv, 8);
    memcpy(out + HASH_BYTES + 8, head, CHUNK_HEAD);
    return seal_bytes(out, HASH_BYTES + 8 + CHUNK_HEAD);
}

static bool begin(struct stream *s, int suite, struct str head)
{
    s->key.suite = sealer_suite(s->tools, suite);
    return s->key.suite->prepare(s->tools, &s->key) && /* one of the two: its key was opened */
           seal_hash_of(s->key.suite->hash, head, s->head);
}

/* As much as there is, up to n; false: the pipe failed. */
static bool fill(const struct seal_pipe *in, unsigned char *to, size_t n, size_t *got)
{
    ptrdiff_t k = 1;
    for (*got = 0; *got < n && k > 0; *got += k > 0 ? (size_t)k : 0)
        k = in->get(in->arg, (char *)to + *got, n - *got);
    return k >= 0;
}

static bool put_chunk(struct stream *s, size_t n, bool last, const struct seal_pipe *out)
{
    unsigned char head[CHUNK_HEAD] = {last}, iv[IV], bound[HASH_BYTES + 8 + CHUNK_HEAD];
    static const char magic[HEAD] = {'L', 'H', 'B'};
    put32(head + 1, n);
    iv_of(s, iv);
    bool done = s->key.suite->seal(s->tools, &s->key, str_n(magic, HEAD), bound_of(s, head, bound),
                                   iv, seal_bytes(s->plain, n), s->text, s->text + n) &&
                out->put(out->arg, seal_bytes(head, CHUNK_HEAD)) &&
                out->put(out->arg, seal_bytes(s->text, n + TAG));
    s->number++;
    return done;
}

static struct stream *new_stream(struct cx *cx)
{
    struct stream *s = NEW(cx->mem, struct stream);
    return sealer_new(cx, NULL, &s->tools) == OK ? s : NULL;
}

enum err seal_stream_write(struct cx *cx, int suite, struct str public_key,
                           const struct seal_pipe *in, const struct seal_pipe *out)
{
    struct cx_closer *mark = cx->closers;
    struct stream *s = new_stream(cx);
    unsigned char head[STREAM_HEAD + KEY_MAX] = "LHB1";
    size_t n = KEY_MAX, got = SEAL_CHUNK;
    if (!s) {
        cx_close_to(cx, mark); /* the tools that were there */
        return cx->fault.err;
    }
    cx->env->random(cx->env, s->key.dek, sizeof s->key.dek);
    bool good = seal_key_to(suite, public_key, s->key.dek, head + STREAM_HEAD, &n);
    head[MAGIC] = (unsigned char)suite;
    head[MAGIC + 1] = (unsigned char)(n >> 8);
    head[MAGIC + 2] = (unsigned char)n;
    struct str first = seal_bytes(head, STREAM_HEAD + n);
    good = good && begin(s, suite, first);
    bool done = good && out->put(out->arg, first);
    while (done && got == SEAL_CHUNK) /* a last one that is shorter, perhaps empty */
        done = fill(in, s->plain, SEAL_CHUNK, &got) && put_chunk(s, got, got < SEAL_CHUNK, out);
    seal_wipe(s, sizeof *s);
    cx_close_to(cx, mark);
    if (!good)
        return fail(cx, ERR_INPUT, "备份公钥用不了，请重新生成一对");
    return done ? OK : fail(cx, ERR_STORE, "备份没写完，请看看磁盘是不是满了");
}

/* 1: there is one, in s->plain; 0: it does not open; -1: the pipe failed. */
static int get_chunk(struct stream *s, const struct seal_pipe *in, size_t *n, bool *last)
{
    unsigned char head[CHUNK_HEAD], iv[IV], bound[HASH_BYTES + 8 + CHUNK_HEAD];
    static const char magic[HEAD] = {'L', 'H', 'B'};
    size_t got;
    if (!fill(in, head, CHUNK_HEAD, &got))
        return -1;
    *last = head[0] == 1;
    *n = (size_t)head[1] << 24 | (size_t)head[2] << 16 | (size_t)head[3] << 8 | head[4];
    if (got != CHUNK_HEAD || *n > SEAL_CHUNK || *last != (*n < SEAL_CHUNK))
        return 0;
    if (!fill(in, s->text, *n + TAG, &got))
        return -1;
    iv_of(s, iv);
    bool good = got == *n + TAG &&
                s->key.suite->open(s->tools, &s->key, str_n(magic, HEAD), bound_of(s, head, bound),
                                   iv, seal_bytes(s->text, *n), s->text + *n, s->plain);
    s->number++;
    return good;
}

static int read_head(struct stream *s, struct str private_key, const struct seal_pipe *in)
{
    unsigned char head[STREAM_HEAD + KEY_MAX];
    size_t got, n;
    if (!fill(in, head, STREAM_HEAD, &got))
        return -1;
    n = (size_t)head[MAGIC + 1] << 8 | head[MAGIC + 2];
    if (got != STREAM_HEAD || memcmp(head, "LHB1", MAGIC) != 0 || n > KEY_MAX)
        return 0;
    if (!fill(in, head + STREAM_HEAD, n, &got))
        return -1;
    return got == n &&
           open_key_of(head[MAGIC], private_key, seal_bytes(head + STREAM_HEAD, n), s->key.dek) &&
           begin(s, head[MAGIC], seal_bytes(head, STREAM_HEAD + n));
}

enum err seal_stream_read(struct cx *cx, struct str private_key, const struct seal_pipe *in,
                          const struct seal_pipe *out)
{
    struct cx_closer *mark = cx->closers;
    struct stream *s = new_stream(cx);
    bool last = false, put = true;
    char more;
    size_t n;
    if (!s) {
        cx_close_to(cx, mark); /* the tools that were there */
        return cx->fault.err;
    }
    int good = read_head(s, private_key, in);
    while (good == 1 && !last && put) {
        good = get_chunk(s, in, &n, &last);
        put = good != 1 || out->put(out->arg, seal_bytes(s->plain, n));
    }
    if (good == 1 && put && in->get(in->arg, &more, 1) != 0)
        good = 0; /* something was hung on */
    seal_wipe(s, sizeof *s);
    cx_close_to(cx, mark);
    if (good == 0)
        return fail(cx, ERR_INPUT, "这份备份打不开：私钥不对，或者文件被改过、缺了一段");
    return good == 1 && put ? OK : fail(cx, ERR_STORE, "备份没读完，请看看磁盘");
}
