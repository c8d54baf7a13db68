/* password -- the slow and careful half of signing in: argon2id two at a time, waits, TOTP. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account.h"
#include "base/env.h"
#include "base/id.h"
#include "base/out.h"
#include "base/time.h"
#include "base/utf8.h"
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
    PASSWORD_MIN = 8, /* NIST SP 800-63B: length, no rules about kinds of characters */
    PASSWORD_MAX = 200,
    TOTP_BYTES = 20, /* RFC 4226, 4: 160 bits recommended */
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

static uint64_t pair_key(struct cx *cx, struct str login, struct str peer)
{
    uint64_t key;
    struct str text =
        arena_printf(cx->mem, "%lld\n%.*s\n%.*s", (long long)cx->community, STR(login), STR(peer));
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

int64_t account_totp_step(struct str secret, struct str code, int64_t at, int64_t after)
{
    int64_t typed, step = at / (30 * MS_SECOND), fits = 0;
    if (code.n != 6 || !str_int(code, &typed) || typed < 0)
        return 0;
    for (int64_t s = step - 1; s <= step + 1; s++)
        if (totp_at(secret, (uint64_t)s) == (uint32_t)typed && s > after)
            fits = s;
    return fits;
}

struct login {
    int64_t id;
    struct str password, totp;
    int64_t totp_step;
};
static const struct field login_fields[] = {
    FIELD(struct login, id, "编号"),
    FIELD(struct login, password, "密码"),
    FIELD(struct login, totp, "验证器"),
    FIELD(struct login, totp_step, "上次的动态码"),
};
static const struct shape login_shape = SHAPE("login", struct login, login_fields);

enum err account_same_password(struct cx *cx, struct str hash, struct str password, bool *fits)
{
    const char *stored = hash.n ? arena_cstr(cx->mem, hash) : decoy;
    TRY(enter(cx));
    *fits = crypto_pwhash_str_verify(stored, password.p ? password.p : "", password.n) == 0;
    leave();
    *fits = *fits && hash.n;
    return OK;
}

static enum err wait_over(struct cx *cx, uint64_t key)
{
    int64_t left = wait_left(key, cx->now);
    if (left)
        return fail(cx, ERR_INPUT, "连着几次没对上，请 %lld 秒后再试",
                    (long long)(left + MS_SECOND - 1) / MS_SECOND);
    return OK;
}

enum err account_check(struct cx *cx, const struct sign_in *typed, struct checked *out)
{
    struct login l = {0};
    bool known, fits;
    uint64_t key = pair_key(cx, typed->login, typed->peer);
    *out = (struct checked){0};
    TRY(wait_over(cx, key));
    TRY(db_find(cx, &account_sql_login, &login_shape, &l, &known, ARGS(AS("login", typed->login))));
    TRY(account_same_password(cx, known ? l.password : S(""), typed->password, &fits));
    int64_t step =
        fits && l.totp.n ? account_totp_step(l.totp, typed->code, cx->now, l.totp_step) : 0;
    fits = fits && (step || !l.totp.n);
    note(key, cx->now, fits);
    if (!fits)
        return fail(cx, ERR_INPUT, "账号或密码没对上，请再看一遍");
    *out = (struct checked){.person_id = l.id, .totp_step = step};
    return OK;
}

enum err account_check_own(struct cx *cx, struct str password, struct str peer)
{
    struct login l = {0};
    bool known, fits;
    int64_t id = cx->who.person_id;
    /* A blank never begins a login: no clash with the pairs of account_check(). */
    uint64_t key = pair_key(cx, arena_printf(cx->mem, " %lld", (long long)id), peer);
    TRY(wait_over(cx, key));
    TRY(db_find(cx, &account_sql_password_of, &login_shape, &l, &known, ARGS(A(id))));
    TRY(account_same_password(cx, known ? l.password : S(""), password, &fits));
    note(key, cx->now, fits);
    return fits ? OK : fail_field(cx, "old", "现在的密码没对上，请再看一遍");
}

/* ---- setting ---- */

enum err account_password_fits(struct cx *cx, struct str password, struct str old)
{
    size_t n = utf8_count(password);
    if (n < PASSWORD_MIN || n > PASSWORD_MAX)
        return fail_field(cx, "password", "新密码请用 %d 到 %d 个字，一句话也行", PASSWORD_MIN,
                          PASSWORD_MAX);
    if (str_eq(password, old))
        return fail_field(cx, "password", "新密码不能和现在的一样");
    return OK;
}

struct str account_one_time(struct cx *cx)
{
    struct str s = id_secret(cx, 8); /* 13 letters; 12 of them are 60 bits */
    return arena_printf(cx->mem, "%.4s-%.4s-%.4s", s.p, s.p + 4, s.p + 8);
}

enum err account_set_password(struct cx *cx, int64_t id, struct str password, bool must_change)
{
    TRY(db_change(cx, &account_sql_set_password, ARGS(A(id), A(password), A(must_change))));
    return account_sessions_end(cx, id, must_change ? 0 : cx->who.session_id);
}

/* RFC 4648 base32 without padding, as authenticators read it. */
static struct str base32(struct cx *cx, const unsigned char *bytes, size_t n)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct out o;
    unsigned kept = 0, bits = 0;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < n; i++)
        for (kept = kept << 8 | bytes[i], bits += 8; bits >= 5; bits -= 5)
            out_raw(&o, &letters[kept >> (bits - 5) & 31], 1);
    return out_text(&o);
}

enum err account_totp_on(struct cx *cx, int64_t id, struct str *secret, struct str *link)
{
    unsigned char *raw = arena_alloc(cx->mem, TOTP_BYTES);
    struct person p;
    struct out o;
    TRY(account_person(cx, id, &p));
    cx->env->random(cx->env, raw, TOTP_BYTES);
    struct value totp = value_blob(str_n((const char *)raw, TOTP_BYTES));
    TRY(db_change(cx, &account_sql_set_totp, ARGS(A(id), A(totp))));
    *secret = base32(cx, raw, TOTP_BYTES);
    out_init(&o, cx->mem);
    out_c(&o, "otpauth://totp/");
    out_url(&o, p.login.n ? p.login : p.name);
    out_printf(&o, "?secret=%.*s&issuer=", STR(*secret));
    out_url(&o, S("领航"));
    *link = out_text(&o);
    return OK;
}

enum err account_totp_off(struct cx *cx, int64_t id)
{
    struct value totp = {.type = VALUE_NULL};
    return db_change(cx, &account_sql_set_totp, ARGS(A(id), A(totp)));
}
