/* password -- the slow and careful half of signing in: argon2id two at a time, waits, TOTP. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account.h"
#include "base/time.h"
#include "account.sql.h"
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

enum {
    MEMORY = 19 << 20, /* OWASP's second choice: 19 MiB, 2 passes */
    PASSES = 2,
    AT_ONCE = 2,
    WAITING = 16, /* more are turned away: each of them holds a thread of the pool */
    PAIRS = 1024, /* remembered pairs of login and address */
    FREE_FAULTS = 5,
    LONGEST_STEP = 6,
};
#define FIRST_WAIT (5 * MS_SECOND)
#define FORGET     MS_HOUR

/* Checked when nobody has the login, so that the answer takes as long. Nobody knows its password.
 */
static const char decoy[] = "$argon2id$v=19$m=19456,t=2,p=1$LSfu/SQ4nrn/NOD212xaTg$"
                            "ciBJf9rnxQ0GCIZBv13yxQQZCFUCDMAEd3MJZYBGA7s";

/* The house has no other mutable globals. This one is about the machine and not about data: how
 * many cores hash at the moment and which address has been guessing, so it belongs to the process.
 * Forgotten at a restart, which an attacker cannot cause. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t room;
    int running, waiting;
    struct pair {
        uint64_t key;
        int faults;
        int64_t at; /* of the last fault */
    } pairs[PAIRS];
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .room = PTHREAD_COND_INITIALIZER};

static enum err enter(struct cx *cx)
{
    enum err e = OK;
    if (sodium_init() < 0)
        return fail(cx, ERR_STORE, "这台机器没有可用的随机数，请找管理员");
    pthread_mutex_lock(&gate.lock);
    if (gate.waiting >= WAITING) {
        e = ERR_BUSY;
    } else {
        gate.waiting++;
        while (gate.running >= AT_ONCE)
            pthread_cond_wait(&gate.room, &gate.lock);
        gate.waiting--;
        gate.running++;
    }
    pthread_mutex_unlock(&gate.lock);
    return e == OK ? OK : fail(cx, e, "同时登录的人太多，请过一会儿再试");
}

static void leave(void)
{
    pthread_mutex_lock(&gate.lock);
    gate.running--;
    pthread_cond_signal(&gate.room);
    pthread_mutex_unlock(&gate.lock);
}

enum err account_hash_password(struct cx *cx, struct str password, struct str *out)
{
    char *hash = arena_alloc(cx->mem, crypto_pwhash_STRBYTES);
    TRY(enter(cx));
    int bad = crypto_pwhash_str(hash, password.p, password.n, PASSES, MEMORY);
    leave();
    if (bad)
        return fail(cx, ERR_STORE, "机器内存不够，没有存密码");
    *out = str_c(hash);
    return OK;
}

/* ---- waits ---- */

static uint64_t pair_key(struct cx *cx, const struct sign_in *typed)
{
    uint64_t key;
    struct str text = arena_printf(cx->mem, "%lld\n%.*s\n%.*s", (long long)cx->community,
                                   STR(typed->login), STR(typed->peer));
    unsigned char sum[crypto_generichash_BYTES_MIN];
    crypto_generichash(sum, sizeof sum, (const unsigned char *)text.p, text.n, NULL, 0);
    memcpy(&key, sum, sizeof key);
    return key | 1; /* 0 = free */
}

/* The pair's place, or the one to give up for it: free, else the longest quiet of four. */
static struct pair *pair_at(uint64_t key)
{
    struct pair *best = NULL;
    for (size_t i = 0; i < 4; i++) {
        struct pair *p = &gate.pairs[(key + i) % PAIRS];
        if (p->key == key)
            return p;
        if (!best || p->at < best->at)
            best = p;
    }
    return best;
}

static int64_t wait_left(uint64_t key, int64_t now)
{
    int64_t left = 0;
    pthread_mutex_lock(&gate.lock);
    const struct pair *p = pair_at(key);
    if (p->key == key && p->faults >= FREE_FAULTS) {
        int step = p->faults - FREE_FAULTS;
        left = p->at + (FIRST_WAIT << (step < LONGEST_STEP ? step : LONGEST_STEP)) - now;
    }
    pthread_mutex_unlock(&gate.lock);
    return left > 0 ? left : 0;
}

static void note(uint64_t key, int64_t now, bool right)
{
    pthread_mutex_lock(&gate.lock);
    struct pair *p = pair_at(key);
    if (right && p->key == key)
        *p = (struct pair){0};
    if (!right && (p->key != key || now - p->at > FORGET))
        *p = (struct pair){.key = key};
    if (!right) {
        p->faults++;
        p->at = now;
    }
    pthread_mutex_unlock(&gate.lock);
}

/* ---- the check ---- */

static uint32_t totp_at(struct str secret, uint64_t step)
{
    unsigned char count[8], sum[EVP_MAX_MD_SIZE];
    unsigned n = sizeof sum;
    for (int i = 0; i < 8; i++)
        count[i] = (unsigned char)(step >> (56 - 8 * i));
    if (!HMAC(EVP_sha1(), secret.p, (int)secret.n, count, sizeof count, sum, &n))
        return UINT32_MAX;
    unsigned at = sum[n - 1] & 15;
    uint32_t v = (uint32_t)(sum[at] & 127) << 24 | (uint32_t)sum[at + 1] << 16 |
                 (uint32_t)sum[at + 2] << 8 | sum[at + 3];
    return v % 1000000;
}

bool account_totp_fits(struct str secret, struct str code, int64_t at)
{
    int64_t typed;
    if (code.n != 6 || !str_int(code, &typed) || typed < 0)
        return false;
    uint64_t step = (uint64_t)(at / (30 * MS_SECOND));
    bool fits = false;
    for (uint64_t s = step - 1; s <= step + 1; s++)
        fits |= totp_at(secret, s) == (uint32_t)typed;
    return fits;
}

struct login {
    int64_t id;
    struct str password, totp;
};
static const struct field login_fields[] = {
    FIELD(struct login, id, "编号"),
    FIELD(struct login, password, "密码"),
    FIELD(struct login, totp, "验证器"),
};
static const struct shape login_shape = SHAPE("login", struct login, login_fields);

static enum err password_fits(struct cx *cx, struct str hash, struct str password, bool *fits)
{
    const char *stored = hash.n ? arena_cstr(cx->mem, hash) : decoy;
    TRY(enter(cx));
    *fits = crypto_pwhash_str_verify(stored, password.p ? password.p : "", password.n) == 0;
    leave();
    *fits = *fits && hash.n;
    return OK;
}

enum err account_check(struct cx *cx, const struct sign_in *typed, int64_t *person_id)
{
    struct login l = {0};
    bool known, fits;
    uint64_t key = pair_key(cx, typed);
    int64_t left = wait_left(key, cx->now);
    if (left)
        return fail(cx, ERR_INPUT, "连着几次没对上，请 %lld 秒后再试",
                    (long long)(left + MS_SECOND - 1) / MS_SECOND);
    TRY(db_find(cx, &account_sql_login, &login_shape, &l, &known, ARGS(AS("login", typed->login))));
    TRY(password_fits(cx, known ? l.password : S(""), typed->password, &fits));
    if (fits && l.totp.n)
        fits = account_totp_fits(l.totp, typed->code, cx->now);
    note(key, cx->now, fits);
    if (!fits)
        return fail(cx, ERR_INPUT, "账号或密码没对上，请再看一遍");
    *person_id = l.id;
    return OK;
}
