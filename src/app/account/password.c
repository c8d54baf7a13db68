/* password -- the slow and careful half of signing in: argon2id two at a time, waits. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account_own.h"
#include "base/env.h"
#include "base/id.h"
#include "base/peer.h"
#include "base/time.h"
#include "base/utf8.h"
#include "account.sql.h"
#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

enum {
    MEMORY = 19 << 20, /* OWASP's second choice: 19 MiB, 2 passes */
    PASSES = 2,
    AT_ONCE = 2,
    WAITING = 16, /* more are turned away: each of them holds a thread of the pool */
    PAIRS = 8192, /* remembered pairs of login and address */
    PLACES = 8,   /* where one of them may lie */
    FREE_FAULTS = ACCOUNT_SLIPS,
    LONGEST_STEP = 6,
    PASSWORD_MIN = 8, /* NIST SP 800-63B: length, no rules about kinds of characters */
    PASSWORD_MAX = 200,
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
    bool has_secret;
    unsigned char secret[crypto_generichash_KEYBYTES];
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

/* With a key of the process: nobody outside can compute a login that lies where another one does.
 */
static uint64_t pair_key(struct cx *cx, struct str login, struct str peer)
{
    uint64_t key;
    char room[PEER_ROOM];
    struct str text = arena_printf(cx->mem, "%lld\n%.*s\n%.*s", (long long)cx->community,
                                   STR(login), STR(peer_owner(peer, room)));
    unsigned char sum[crypto_generichash_BYTES_MIN];
    pthread_mutex_lock(&gate.lock);
    if (!gate.has_secret)
        cx->env->random(cx->env, gate.secret, sizeof gate.secret);
    gate.has_secret = true;
    pthread_mutex_unlock(&gate.lock);
    crypto_generichash(sum, sizeof sum, (const unsigned char *)text.p, text.n, gate.secret,
                       sizeof gate.secret);
    memcpy(&key, sum, sizeof key);
    return key | 1; /* 0 = free */
}

static int64_t waits_to(const struct pair *p)
{
    int step = p->faults - FREE_FAULTS;
    return step < 0 ? 0 : p->at + (FIRST_WAIT << (step < LONGEST_STEP ? step : LONGEST_STEP));
}

/* The pair's place, or the one to give up for it: free, else the one that waits the shortest, or is
 * the longest quiet. */
static struct pair *pair_at(uint64_t key)
{
    struct pair *best = NULL;
    for (size_t i = 0; i < PLACES; i++) {
        struct pair *p = &gate.pairs[(key + i) % PAIRS];
        if (p->key == key)
            return p;
        if (!best || waits_to(p) < waits_to(best) ||
            (waits_to(p) == waits_to(best) && p->at < best->at))
            best = p;
    }
    return best;
}

static int64_t wait_left(uint64_t key, int64_t now)
{
    int64_t left = 0;
    pthread_mutex_lock(&gate.lock);
    const struct pair *p = pair_at(key);
    if (p->key == key)
        left = waits_to(p) - now;
    pthread_mutex_unlock(&gate.lock);
    return left > 0 ? left : 0;
}

/* How often in a row it was wrong by now. */
static int note(uint64_t key, int64_t now, bool right)
{
    int faults = 0;
    pthread_mutex_lock(&gate.lock);
    struct pair *p = pair_at(key);
    if (right && p->key == key)
        *p = (struct pair){0};
    if (!right && (p->key != key || now - p->at > FORGET))
        *p = (struct pair){.key = key};
    if (!right) {
        faults = ++p->faults;
        p->at = now;
    }
    pthread_mutex_unlock(&gate.lock);
    return faults;
}

/* ---- the check ---- */

enum err account_same_password(struct cx *cx, struct str hash, struct str password, bool *fits)
{
    const char *stored = hash.n ? arena_cstr(cx->mem, hash) : decoy;
    TRY(enter(cx));
    errno = 0;
    *fits = crypto_pwhash_str_verify(stored, password.p ? password.p : "", password.n) == 0;
    bool tried = *fits || errno != ENOMEM; /* not a wrong password: nobody has looked at it */
    leave();
    if (!tried)
        return fail(cx, ERR_BUSY, "系统忙，请稍后再试");
    *fits &= hash.n > 0;
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

/* Whoever guesses codes has the password already, and may come from many addresses: these tries
 * wait by the person, from wherever, and without a word that would tell that the password is right.
 */
static enum err code_checked(struct cx *cx, const struct login *l, struct str code,
                             struct checked *out, bool *fits)
{
    uint64_t key = pair_key(cx, arena_printf(cx->mem, " code %lld", (long long)l->id), S(""));
    *fits = false;
    if (wait_left(key, cx->now))
        return OK;
    TRY(second_fits(cx, l, code, out, fits));
    note(key, cx->now, *fits);
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
    if (fits)
        TRY(code_checked(cx, &l, typed->code, out, &fits));
    out->is_no_slip = note(key, cx->now, fits) >= ACCOUNT_SLIPS;
    out->login_known = known;
    return fits ? OK : fail(cx, ERR_INPUT, "账号、密码或动态码没对上，请再看一遍");
}

static enum err check_own(struct cx *cx, struct str password, struct str peer, struct login *l)
{
    bool known, fits;
    int64_t id = cx->who.person_id;
    /* A blank never begins a login: no clash with the pairs of account_check(). */
    uint64_t key = pair_key(cx, arena_printf(cx->mem, " %lld", (long long)id), peer);
    TRY(wait_over(cx, key));
    TRY(db_find(cx, &account_sql_password_of, &login_shape, l, &known, ARGS(A(id))));
    TRY(account_same_password(cx, known ? l->password : S(""), password, &fits));
    note(key, cx->now, fits);
    return fits ? OK : fail_field(cx, "old", "现在的密码没对上，请再看一遍");
}

enum err account_check_own(struct cx *cx, struct str password, struct str peer)
{
    struct login l;
    return check_own(cx, password, peer, &l);
}

enum err account_check_both(struct cx *cx, struct str password, struct str code, struct str peer,
                            struct checked *out)
{
    struct login l;
    bool fits;
    *out = (struct checked){0};
    TRY(check_own(cx, password, peer, &l));
    TRY(code_checked(cx, &l, code, out, &fits));
    return fits ? OK : fail_field(cx, "code", "动态码没对上；手机不在身边，可以填一个备用码");
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
    struct person p = {.login = S(""), .name = S("")};
    bool found;
    TRY(db_find(cx, &account_sql_person, &person_shape, &p, &found,
                ARGS(AS("id", cx->who.person_id))));
    return password_is_weak(cx, password, p.login, p.name)
               ? fail_field(cx, "password", "这个太容易猜，别人会先试它。一句只有您知道的话最好")
               : OK;
}

enum err account_password_fresh(struct cx *cx, struct str password)
{
    login_list old = {0};
    bool same = false;
    TRY(db_all(cx, &account_sql_old_passwords, &login_shape, &old,
               ARGS(AS("most", (int64_t)PASSWORDS_KEPT))));
    for (size_t i = 0; i < old.n && !same; i++)
        TRY(account_same_password(cx, old.at[i].password, password, &same));
    return same ? fail_field(cx, "password", "这个密码您用过，请换一个没用过的") : OK;
}

struct str account_one_time(struct cx *cx)
{
    struct str s = id_secret(cx, 8); /* 13 letters; 12 of them are 60 bits */
    return arena_printf(cx->mem, "%.4s-%.4s-%.4s", s.p, s.p + 4, s.p + 8);
}

enum err account_set_password(struct cx *cx, int64_t id, struct str password, bool must_change)
{
    int64_t old_id = id_new(cx);
    TRY(db_run(cx, &account_sql_old_password_add, ARGS(A(old_id), A(id)), NULL));
    TRY(db_run(cx, &account_sql_old_password_clean,
               ARGS(A(id), AS("most", (int64_t)PASSWORDS_KEPT)), NULL));
    TRY(db_change(cx, &account_sql_set_password, ARGS(A(id), A(password), A(must_change))));
    return account_sessions_end(cx, id, must_change ? 0 : cx->who.session_id);
}
