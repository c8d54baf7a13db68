/* keyring -- rows of keys, and the process started over them; see keyring.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/keyring/keyring.h"
#include "app/keyring/keyring_own.h"
#include "app/place/place.h"
#include "base/disk.h"
#include "base/env.h"
#include "base/log.h"
#include "keyring.sql.h"
#include "web/web.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct lock_row {
    struct str lock;
};
static const struct field lock_fields[] = {
    FIELD(struct lock_row, lock, "锁"),
};
static const struct shape lock_shape = SHAPE("key_lock", struct lock_row, lock_fields);

static const struct field row_fields[] = {
    FIELD(struct seal_key_row, community_id, "社区"),
    FIELD(struct seal_key_row, kid, "号", .is_id = true),
    FIELD(struct seal_key_row, purpose, "用处", .codes = seal_purpose_codes),
    FIELD(struct seal_key_row, state, "状态", .codes = seal_state_codes),
    FIELD(struct seal_key_row, suite, "算法"),
    FIELD(struct seal_key_row, created_at, "时间"),
    FIELD(struct seal_key_row, wrapped, "封好的钥匙"),
};
static const struct shape row_shape = SHAPE("keyring", struct seal_key_row, row_fields);

/* ---- the key file ---- */

static enum err write_file(struct cx *cx, const char *path)
{
    unsigned char key[SEAL_KEY_BYTES];
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(cx, ERR_STORE, "写不了钥匙文件 %s：%s", path, strerror(errno));
    cx->env->random(cx->env, key, sizeof key);
    bool done = write(fd, key, sizeof key) == (ssize_t)sizeof key && fsync(fd) == 0;
    explicit_bzero(key, sizeof key);
    return close(fd) == 0 && done ? OK : fail(cx, ERR_STORE, "写不完钥匙文件 %s", path);
}

/* It is whole as soon as it has its name; of two programs at once the first one's stays. */
enum err keyring_make_file(struct cx *cx, const char *path)
{
    if (access(path, F_OK) == 0)
        return OK;
    const char *part = arena_printf(cx->mem, "%s.%lld", path, (long long)getpid()).p;
    enum err e = write_file(cx, part);
    if (e == OK && link(part, path) != 0 && errno != EEXIST)
        e = fail(cx, ERR_STORE, "写不了钥匙文件 %s：%s", path, strerror(errno));
    unlink(part);
    if (e == OK && !disk_keep_name(cx->mem, path))
        e = fail(cx, ERR_STORE, "钥匙文件 %s 没有写到盘上：%s", path, strerror(errno));
    return e;
}

static enum err refused(struct cx *cx, enum seal_answer a)
{
    return a == SEAL_ANSWERED ? OK : fail(cx, ERR_INPUT, "%s", seal_words(a));
}

enum err keyring_lock(struct cx *cx, struct str *lock)
{
    struct lock_row row = {S("")};
    bool found;
    TRY(db_find(cx, &keyring_sql_lock, &lock_shape, &row, &found, NO_ARGS));
    *lock = row.lock;
    return OK;
}

enum err keyring_found(struct cx *cx, const char *key_file)
{
    struct str sheets[SEAL_SHEETS];
    return keyring_found_sheets(cx, key_file, S(""), sheets);
}

enum err keyring_found_sheets(struct cx *cx, const char *key_file, struct str passphrase,
                              struct str sheets[SEAL_SHEETS])
{
    struct lock_row made;
    struct str old;
    seal_key_row_list rows = {0};
    struct keys *keys;
    TRY(keyring_lock(cx, &old));
    if (old.n)
        return fail(cx, ERR_CONFLICT, "这个库已经有钥匙了");
    TRY(keyring_make_file(cx, key_file));
    TRY(keys_new(cx,
                 &(struct keys_options){.key_file = key_file, .quota = SEAL_QUOTA, .setup = true},
                 &keys));
    enum seal_answer a = keys_found(cx, keys, SEAL_SM, passphrase, &made.lock, sheets, &rows);
    keys_free(keys);
    TRY(refused(cx, a));
    return db_run(cx, &keyring_sql_lock_put, ARGS(AS("lock", value_blob(made.lock))), NULL);
}

/* ---- rows ---- */

static enum err hand_over(struct cx *cx, struct keys *keys, struct seal_key_row *rows, size_t n)
{
    enum seal_answer a = keys_load(cx, keys, rows, n);
    if (a == SEAL_LOCKED) /* kept for when it is unlocked */
        return OK;
    TRY(refused(cx, a));
    for (size_t i = 0; i < n; i++)
        if (rows[i].verdict != SEAL_DONE)
            return fail(cx, ERR_STORE,
                        "社区 %lld 的第 %lld 把钥匙打不开，被改过或者不是这个钥匙文件的",
                        (long long)rows[i].community_id, (long long)rows[i].kid);
    return OK;
}

enum err keyring_reload(struct cx *cx, struct keyring *r)
{
    seal_key_row_list rows = {0};
    TRY(db_all(cx, &keyring_sql_rows, &row_shape, &rows, NO_ARGS));
    for (size_t i = 0; i < rows.n; i += SEAL_ITEMS_MAX) {
        size_t n = rows.n - i < SEAL_ITEMS_MAX ? rows.n - i : SEAL_ITEMS_MAX;
        TRY(hand_over(cx, r->keys, rows.at + i, n));
    }
    atomic_fetch_add(&r->vault.turns, 1);
    return OK;
}

enum err keyring_version(struct cx *cx, int64_t *version)
{
    return db_number(cx, &keyring_sql_version, version, NO_ARGS);
}

static enum err put(struct cx *cx, const struct query *q, const struct seal_key_row *row)
{
    return db_put(cx, q, &row_shape, row, ARGS(AS("wrapped", value_blob(row->wrapped))));
}

/* The next key, not taken yet. */
static enum err make(struct cx *cx, struct keyring *r, enum seal_purpose purpose,
                     struct seal_key_row *row)
{
    int64_t last;
    TRY(db_number(cx, &keyring_sql_last, &last, NO_ARGS));
    *row = (struct seal_key_row){
        .community_id = cx->community, .kid = last + 1, .purpose = purpose, .created_at = cx->now};
    TRY(refused(cx, keys_make(cx, r->keys, row)));
    return put(cx, &keyring_sql_put, row);
}

enum err keyring_add(struct cx *cx, struct keyring *r)
{
    struct seal_key_row rows[SEAL_PURPOSES];
    int64_t last;
    TRY(db_number(cx, &keyring_sql_last, &last, NO_ARGS));
    if (last)
        return OK;
    for (int p = 0; p < SEAL_PURPOSES; p++)
        TRY(make(cx, r, (enum seal_purpose)p, &rows[p]));
    return hand_over(cx, r->keys, rows, SEAL_PURPOSES);
}

enum err keyring_turn(struct cx *cx, struct keyring *r, enum seal_purpose purpose, int64_t *kid)
{
    seal_key_row_list rows = {0};
    struct seal_key_row made;
    TRY(db_all(cx, &keyring_sql_rows, &row_shape, &rows, NO_ARGS));
    for (size_t i = 0; i < rows.n; i++) {
        struct seal_key_row *row = &rows.at[i];
        if (row->purpose != purpose || row->state != SEAL_ACTIVE)
            continue;
        row->state = SEAL_RETIRING;
        TRY(refused(cx, keys_turn(cx, r->keys, row)));
        TRY(put(cx, &keyring_sql_turn, row));
    }
    enum err e = make(cx, r, purpose, &made);
    *kid = made.kid;
    return e;
}

enum err keyring_rows(struct cx *cx, key_row_list *out)
{
    return db_all(cx, &keyring_sql_rows, &row_shape, out, NO_ARGS);
}

enum err keyring_destroy(struct cx *cx, struct keyring *r, int64_t kid)
{
    key_row_list rows = {0};
    size_t i = 0;
    TRY(keyring_rows(cx, &rows));
    while (i < rows.n && rows.at[i].kid != kid)
        i++;
    if (i == rows.n)
        return fail(cx, ERR_CONFLICT, "没有第 %lld 把钥匙，请用 linghang keys list 看一看",
                    (long long)kid);
    if (rows.at[i].state == SEAL_ACTIVE)
        return fail(cx, ERR_CONFLICT,
                    "第 %lld 把钥匙在用，不能销毁；先用 linghang keys turn 换一把，等重新封存完",
                    (long long)kid);
    if (rows.at[i].state == SEAL_DESTROYED)
        return fail(cx, ERR_CONFLICT, "第 %lld 把钥匙已经销毁了", (long long)kid);
    rows.at[i].state = SEAL_DESTROYED;
    TRY(refused(cx, keys_turn(cx, r->keys, &rows.at[i])));
    return put(cx, &keyring_sql_turn, &rows.at[i]);
}

/* ---- another master key ---- */

enum err keyring_all_rows(struct cx *cx, key_row_list *out)
{
    community_list all = {0};
    int64_t community = cx->community;
    TRY(place_communities(cx, &all));
    enum err e = OK;
    for (size_t i = 0; i < all.n && e == OK; i++) {
        key_row_list of = {0};
        cx->community = all.at[i].id;
        e = keyring_rows(cx, &of);
        for (size_t k = 0; k < of.n; k++)
            *PUSH(cx->mem, out) = of.at[k];
    }
    cx->community = community;
    return e;
}

enum err keyring_found_anew(struct cx *cx, struct keys *k, const key_row_list *rows,
                            struct str passphrase, struct str *lock, struct str sheets[SEAL_SHEETS],
                            key_row_list *wrapped)
{
    for (size_t i = 0, n; i < rows->n; i += n) { /* of one community each */
        for (n = 1; i + n < rows->n && n < SEAL_ITEMS_MAX; n++)
            if (rows->at[i + n].community_id != rows->at[i].community_id)
                break;
        TRY(hand_over(cx, k, rows->at + i, n));
    }
    return refused(cx, keys_found(cx, k, SEAL_SM, passphrase, lock, sheets, wrapped));
}

/* A key that was destroyed meanwhile must not come back. */
static bool same_rows(const key_row_list *a, const key_row_list *b)
{
    size_t i = 0;
    while (i < a->n && i < b->n && a->at[i].community_id == b->at[i].community_id &&
           a->at[i].kid == b->at[i].kid && a->at[i].state == b->at[i].state &&
           str_eq(a->at[i].wrapped, b->at[i].wrapped))
        i++;
    return i == a->n && i == b->n;
}

enum err keyring_lock_change(struct cx *cx, struct str lock, const key_row_list *old,
                             const key_row_list *wrapped)
{
    int64_t community = cx->community;
    key_row_list now = {0};
    TRY(keyring_all_rows(cx, &now));
    enum err e = wrapped->n == now.n && same_rows(&now, old) ? OK : ERR_CONFLICT;
    for (size_t i = 0; i < wrapped->n && e == OK; i++) {
        cx->community = wrapped->at[i].community_id;
        e = put(cx, &keyring_sql_turn, &wrapped->at[i]);
    }
    cx->community = community;
    if (e == ERR_CONFLICT)
        return fail(cx, e, "换的时候这个库的钥匙变了，请停下服务再来一次");
    TRY(e);
    return db_run(cx, &keyring_sql_lock_change, ARGS(AS("lock", value_blob(lock))), NULL);
}

/* ---- starting ---- */

enum seal_answer keyring_unlock(struct cx *cx, struct keyring *r, struct str passphrase)
{
    return keys_unlock(cx, r->keys, r->lock, passphrase);
}

enum seal_answer keyring_state(struct cx *cx, struct keyring *r)
{
    struct seal_status status;
    enum seal_answer a = keys_status(cx, r->keys, &status);
    return a == SEAL_ANSWERED && !status.unlocked ? SEAL_LOCKED : a;
}

bool keyring_is_locked(struct cx *cx, struct keyring *r)
{
    return keyring_state(cx, r) == SEAL_LOCKED;
}

static enum err unlock(struct cx *cx, struct keyring *r, struct str passphrase)
{
    bool asks = seal_lock_asks(r->lock);
    if (asks && !passphrase.n)
        return OK;
    enum seal_answer a = keyring_unlock(cx, r, asks ? passphrase : S(""));
    if (a != SEAL_WRONG)
        return refused(cx, a);
    return fail(cx, ERR_INPUT, "%s钥匙文件不是这个库的，请用 --key-file 指明建库时的那一个",
                asks ? "开锁口令不对，或者" : "");
}

static enum err load_all(struct cx *cx, struct keyring *r)
{
    community_list all = {0};
    int64_t community = cx->community;
    TRY(place_communities(cx, &all));
    enum err e = OK;
    for (size_t i = 0; i < all.n && e == OK; i++) {
        cx->community = all.at[i].id;
        e = keyring_reload(cx, r);
    }
    cx->community = community;
    return e;
}

enum err keyring_open(struct cx *cx, const char *key_file, struct str passphrase,
                      struct seal_quota quota, struct keyring **out)
{
    struct keyring *r = NEW(cx->mem, struct keyring);
    TRY(keyring_lock(cx, &r->lock));
    if (!r->lock.n)
        return fail(cx, ERR_MISSING, "这个库还没有钥匙，姓名、电话和门牌没法封存");
    TRY(keys_new(cx, &(struct keys_options){.key_file = key_file, .quota = quota}, &r->keys));
    r->vault.ask = keyring_ask;
    enum err e = unlock(cx, r, passphrase);
    if (e == OK)
        e = load_all(cx, r);
    if (e == OK)
        *out = r;
    else
        keyring_close(r);
    return e;
}

void keyring_close(struct keyring *r)
{
    keys_free(r->keys);
}

struct vault *keyring_vault(struct keyring *r)
{
    return &r->vault;
}

struct keyring *keyring_of(struct cx *cx)
{
    return (struct keyring *)(void *)cx->vault;
}

struct keys *keyring_keys(struct keyring *r)
{
    return r->keys;
}

static const struct shape *const shapes[] = {&lock_shape, &row_shape, &keyring_own_shape};
const struct feature keyring_feature = {.name = "keyring",
                                        .shapes = shapes,
                                        .nshapes = COUNT(shapes),
                                        .queries = keyring_sql_all,
                                        .nqueries = &keyring_sql_count,
                                        .sealed = &keyring_own_table,
                                        .nsealed = 1};
