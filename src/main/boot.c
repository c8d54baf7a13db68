/* boot -- see boot.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/boot.h"
#include "app/account/account.h"
#include "app/sample/sample.h"
#include "main/gather.h"
#include "base/env.h"
#include "base/id.h"
#include "base/log.h"
#include "main/backup.h"
#include "main/features.h"
#include "main/migrations.h"
#include "main/unlock.h"
#include "main/upkeep.h"
#include <stdio.h>
#include <string.h>

enum { BOOT_MEMORY = 256 << 20 };

int boot_fault(struct cx *cx)
{
    fprintf(stderr, "%.*s\n", STR(cx->fault.message));
    if (cx->fault.file)
        fprintf(stderr, "    (%s:%d)\n", cx->fault.file, cx->fault.line);
    return 1;
}

static bool writes(const struct query *q, const char *param)
{
    for (int i = 0; i < q->nparams; i++)
        if (strcmp(q->params[i], param) == 0)
            return true;
    return false;
}

/* What is sealed and not sealed anew would be lost with its key. */
static bool is_turned(const struct shape *s)
{
    size_t sealed = 0, turned = 0;
    for (size_t n = 0; n < s->nfields; n++) {
        const struct field *f = &s->fields[n];
        /* what is joined is turned in its own table; a key of one record is never turned */
        bool is_ours = f->seal && !f->of && !f->own;
        sealed += is_ours;
        for (size_t k = 0; k < feature_count; k++)
            for (size_t i = 0; i < features[k]->nsealed && is_ours; i++)
                turned += features[k]->sealed[i].shape == s &&
                          writes(features[k]->sealed[i].put, f->name);
    }
    return turned == sealed;
}

enum err boot_verify(struct cx *cx)
{
    for (size_t i = 0; i < feature_count; i++) {
        const struct feature *f = features[i];
        for (size_t k = 0; k < f->nshapes; k++) {
            const char *wrong = shape_fault(f->shapes[k]);
            if (wrong)
                return fail(cx, ERR_STORE, "%s: %s", f->shapes[k]->name, wrong);
            if (!is_turned(f->shapes[k]))
                return fail(cx, ERR_STORE,
                            "%s: sealed, but not all of it is in the feature's .sealed",
                            f->shapes[k]->name);
        }
        if (f->queries)
            TRY(db_verify(cx, f->queries, *f->nqueries));
    }
    return OK;
}

static enum err copy_first(struct cx *cx, int64_t last, const void *arg)
{
    const struct options *o = arg;
    struct backup_made made;
    if (o && o->no_copy)
        return OK;
    if (conn_engine(cx->db) == ENGINE_SQLITE)
        return db_keep_old(cx, last);
    if (!o || !o->key || !o->to)
        return fail(cx, ERR_INPUT,
                    "库要从第 %lld 号升到第 %zu 号，动它之前先要有一份备份：运行 linghang migrate "
                    "--key 公钥 --to 目录，先备份再升；自己已经备份好了，就加 --no-copy",
                    (long long)last, migration_count);
    TRY(backup_make(cx, o->to, o->key, &made));
    log_info("the schema changes: the store as it is stays in %s", made.name);
    if (made.ahead)
        log_warn("beside it %s is dated later than now", made.ahead);
    return OK;
}

enum err boot_store(struct cx *cx, const char *url, const struct options *o, struct store **store,
                    int *applied)
{
    TRY(store_open(cx, url, store));
    if (o && o->mirror)
        TRY(store_mirror(cx, *store, o->mirror));
    TRY(store_connect(cx, *store, true, &cx->db));
    return db_upgrade(cx, migrations, migration_count, (struct db_before){copy_first, o}, applied);
}

/* Only looked at: as it is, or not at all. */
static enum err boot_reading(struct boot *b)
{
    struct cx *cx = &b->cx;
    int64_t last = 0;
    TRY(store_open(cx, b->options.db, &b->store));
    TRY(store_connect(cx, b->store, false, &cx->db));
    TRY(db_migrated(cx, &last));
    if (last != (int64_t)migration_count)
        return fail(cx, ERR_STORE, "这个库还没有升到这个版本，只读打不开；先运行 linghang migrate");
    return OK;
}

bool boot(struct boot *b, int argc, char **argv)
{
    *b = (struct boot){0};
    if (!options_read(&b->options, argc, argv))
        return false;
    arena_init(&b->mem, BOOT_MEMORY);
    cx_init(&b->cx, &b->mem, &env_system);
    uint64_t random;
    env_system.random(&env_system, &random, sizeof random);
    id_process(random);
    enum err e = b->options.read_only
                     ? boot_reading(b)
                     : boot_store(&b->cx, b->options.db, &b->options, &b->store, &b->applied);
    if (e != OK)
        boot_fault(&b->cx);
    return e == OK;
}

void boot_end(struct boot *b)
{
    if (b->keyring)
        keyring_close(b->keyring);
    if (b->cx.db)
        conn_close(b->cx.db);
    if (b->store)
        store_close(b->store);
    if (b->cx.mem) {
        cx_end(&b->cx);
        arena_free(&b->mem);
    }
}

/* ---- keys ---- */

const char *boot_key_file(struct boot *b)
{
    static const char file[] = "sqlite:", memory[] = "sqlite::memory:";
    const char *db = b->options.db;
    if (b->options.key_file)
        return b->options.key_file;
    if (strncmp(db, file, sizeof file - 1) != 0 || strcmp(db, memory) == 0)
        return "data/linghang.key";
    return arena_printf(b->cx.mem, "%s.key", db + sizeof file - 1).p;
}

static enum err found(struct cx *cx, const char *path)
{
    community_list there = {0};
    TRY(place_communities(cx, &there));
    if (there.n)
        return OK;
    enum err e = keyring_found(cx, path);
    if (e == OK)
        fprintf(stderr, "示例社区的钥匙文件：%s（示例。真的社区，钥匙文件放在另一张盘上）\n", path);
    if (e == ERR_CONFLICT) { /* founded before, and then the sample was not finished */
        fault_clear(cx);
        e = OK;
    }
    return e;
}

const char *boot_unlock(struct boot *b)
{
    return b->options.unlock ? b->options.unlock
                             : arena_printf(b->cx.mem, "%s.unlock", boot_key_file(b)).p;
}

enum err boot_passphrase(struct boot *b, bool *asks)
{
    struct cx *cx = &b->cx;
    struct str lock;
    TRY(db_begin(cx, false));
    enum err e = keyring_lock(cx, &lock);
    db_rollback(cx);
    *asks = e == OK && seal_lock_asks(lock);
    if (*asks && !b->has_asked)
        b->passphrase = unlock_get(cx);
    b->has_asked = true;
    return e;
}

/* Ends the process that was there before. */
static enum err start_keys(struct boot *b, struct seal_quota quota)
{
    struct cx *cx = &b->cx;
    if (b->keyring)
        keyring_close(b->keyring);
    b->keyring = NULL;
    bool asks;
    TRY(boot_passphrase(b, &asks));
    TRY(db_begin(cx, false));
    enum err e = keyring_open(cx, boot_key_file(b), b->passphrase, quota, &b->keyring);
    db_rollback(cx);
    unlock_wipe(b->passphrase);
    b->passphrase = S("");
    cx->vault = e == OK ? keyring_vault(b->keyring) : NULL;
    return e;
}

enum err boot_keys(struct boot *b)
{
    struct cx *cx = &b->cx;
    if (b->options.read_only)
        return start_keys(b, SEAL_QUOTA);
    TRY(db_begin(cx, true));
    enum err e = found(cx, boot_key_file(b));
    if (e == OK)
        e = db_commit(cx);
    if (db_in_transaction(cx))
        db_rollback(cx);
    return e == OK ? start_keys(b, SEAL_QUOTA) : e;
}

static void tell(const char *text, int percent)
{
    fprintf(stderr, "\r\033[K正在生成示例社区：%s %d%%%s", text, percent,
            percent >= 100 ? "\n" : "");
}

enum err boot_sample(struct boot *b)
{
    struct cx *cx = &b->cx;
    community_list there = {0};
    TRY(db_begin(cx, false));
    enum err e = place_communities(cx, &there);
    db_rollback(cx);
    if (e != OK || there.n)
        return e;
    TRY(start_keys(b, SEAL_NO_QUOTA));
    gather(cx);
    for (int i = 1; i <= b->options.communities; i++) {
        struct arena_mark mark = arena_mark(cx->mem);
        TRY(db_begin(cx, true));
        account_nobody(cx, i);
        e = keyring_add(cx, b->keyring);
        if (e == OK)
            e = db_commit(cx);
        if (e == OK)
            e = sample_load(cx, migrations, migration_count, i,
                            (uint64_t)b->options.seed + (uint64_t)i - 1, upkeep_reseal_now, tell);
        if (e == OK)
            e = db_commit(cx);
        if (e != OK && db_in_transaction(cx))
            db_rollback(cx);
        TRY(e);
        arena_rewind(cx->mem, mark);
    }
    return start_keys(b, SEAL_QUOTA);
}
