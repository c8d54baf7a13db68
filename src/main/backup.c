/* backup -- commands: a sealed copy of the whole store, bringing it back, and the drill that shows
 * that it can be brought back. See backup.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/backup.h"
#include "app/account/account.h"
#include "app/audit/audit.h"
#include "app/place/place.h"
#include "base/disk.h"
#include "base/env.h"
#include "base/time.h"
#include "main/boot.h"
#include "main/commands.h"
#include "main/gather.h"
#include "main/keyfile.h"
#include "main/migrations.h"
#include "main/over.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MEMORY = 256 << 20, KEYS_DAYS = 30 };

#define HOW  "linghang backup new --key 文件"
#define STEM "linghang-"

/* Made while the clock was ahead, or it is behind now; which one only somebody who looks can say.
 */
#define AHEAD "目录里有一份日期比现在还晚的（%s），钟对吗？钟对，就把和它同名的几个文件都移走"

/* A backup of any age is brought back with the newest of these. */
static const char *const apart[] = {"key_lock", "keyring", "subject_key", "subject_erased", NULL};

/* In the order in which they get their names. */
static const struct half {
    const char *tail, *making, *opening, *drilling;
    struct db_part part;
} halves[] = {{".keys", "keys", "openkeys", "drillkeys", {apart, false}},
              {".backup", "backup", "open", "drill", {apart, true}}};
enum { KEYS, REST };

static struct str stem_at(struct cx *cx, int64_t at)
{
    struct civil c = time_civil(at);
    return arena_printf(cx->mem, STEM "%04d%02d%02d-%02d%02d%02d", c.year, c.month, c.day, c.hour,
                        c.minute, c.second);
}

/* When it was taken, as its name tells. */
static bool is_dated(const char *path, const char *tail, int64_t *at)
{
    int y, m, d, h, min, s, used = 0;
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (sscanf(name, STEM "%4d%2d%2d-%2d%2d%2d%n", &y, &m, &d, &h, &min, &s, &used) != 6 ||
        strcmp(name + used, tail) != 0)
        return false;
    *at = time_of(y, m, d, h, min) + s * MS_SECOND;
    return true;
}

/* The newest of a folder that is not later than now, and the latest one that is; NULL = none. */
struct found {
    struct dated {
        const char *path;
        int64_t at;
    } newest, ahead;
};

static struct found look(struct cx *cx, const char *dir, const char *tail)
{
    struct found all = {0};
    int64_t at, now = cx->env->now(cx->env);
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        if (!is_dated(e->d_name, tail, &at))
            continue;
        struct dated *best = at > now ? &all.ahead : &all.newest;
        if (!best->path || at > best->at)
            *best = (struct dated){arena_printf(cx->mem, "%s/%s", dir, e->d_name).p, at};
    }
    if (d)
        closedir(d);
    return all;
}

/* Of either half. */
static const char *look_ahead(struct cx *cx, const char *dir)
{
    const char *ahead = NULL;
    for (size_t i = 0; i < COUNT(halves) && !ahead; i++)
        ahead = look(cx, dir, halves[i].tail).ahead.path;
    return ahead;
}

/* ---- pipes ---- */

static bool put_file(void *arg, struct str bytes)
{
    return fwrite(bytes.p, 1, bytes.n, arg) == bytes.n;
}

static ptrdiff_t get_file(void *arg, char *to, size_t most)
{
    size_t n = fread(to, 1, most, arg);
    return n == 0 && ferror((FILE *)arg) ? -1 : (ptrdiff_t)n;
}

/* On the disk, name included, when it returns true; else the part is gone: a disk that is full has
 * no room for it. */
static bool keep(FILE *file, const char *dir, const char *part, const char *name)
{
    bool done = fflush(file) == 0 && fsync(fileno(file)) == 0;
    done = fclose(file) == 0 && done && rename(part, name) == 0 && disk_keep_folder(dir);
    if (!done)
        unlink(part);
    return done;
}

/* ---- what lies beside meanwhile, a store or what is being sealed: DIR/.WORD-PID.db, by which it
 * is known when its process is gone. One that has our own number before we have made any is of a
 * dead one as well: numbers come round ---- */

static const char *const tails[] = {"", "-wal", "-shm", "-journal"}; /* of what SQLite makes */

static const char *beside(struct cx *cx, const char *dir, const char *word)
{
    return arena_printf(cx->mem, "%s/.%s-%d.db", dir, word, getpid()).p;
}

/* Of the one file that gets its name next. */
static const char *part_of(struct cx *cx, const char *dir)
{
    return beside(cx, dir, "sealing");
}

struct side {
    struct arena mem;
    struct cx cx;
    struct store *store;
    const char *file;
};

static enum err side_open(struct cx *cx, struct side *s, const char *file)
{
    *s = (struct side){.file = file};
    int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600); /* and so will its journal be */
    if (fd < 0)
        return fail(cx, ERR_STORE, "写不了 %s：%s", file, strerror(errno));
    close(fd);
    arena_init(&s->mem, MEMORY);
    cx_init(&s->cx, &s->mem, cx->env);
    enum err e = store_open(&s->cx, arena_printf(cx->mem, "sqlite:%s", file).p, &s->store);
    if (e == OK)
        e = store_connect(&s->cx, s->store, true, &s->cx.db);
    return e == OK ? OK : fail(cx, e, "%.*s", STR(s->cx.fault.message));
}

/* Up to the `n`-th migration. */
static enum err side_migrate(struct cx *cx, struct side *s, int64_t n)
{
    size_t most = n < (int64_t)migration_count ? (size_t)n : migration_count;
    enum err e = db_migrate(&s->cx, migrations, most, NULL);
    return e == OK ? OK : fail(cx, e, "%.*s", STR(s->cx.fault.message));
}

/* Closed, its journal is in the file. */
static void side_close(struct side *s)
{
    if (s->cx.db) {
        if (db_in_transaction(&s->cx))
            db_rollback(&s->cx);
        conn_close(s->cx.db);
    }
    if (s->store)
        store_close(s->store);
    s->cx.db = NULL;
    s->store = NULL;
    if (s->cx.mem) {
        cx_end(&s->cx);
        arena_free(&s->mem);
        s->cx.mem = NULL;
    }
}

static void side_remove(struct cx *cx, struct side *s)
{
    side_close(s);
    if (!s->file)
        return;
    for (size_t i = 0; i < COUNT(tails); i++)
        unlink(arena_printf(cx->mem, "%s%s", s->file, tails[i]).p);
}

static bool is_left(const char *name)
{
    int pid, used = 0;
    bool is_ours = false;
    if (sscanf(name, ".%*[a-z]-%d.db%n", &pid, &used) != 1 || !used || pid < 1)
        return false;
    for (size_t i = 0; i < COUNT(tails); i++)
        is_ours |= strcmp(name + used, tails[i]) == 0;
    return is_ours && (pid == getpid() || (kill(pid, 0) != 0 && errno == ESRCH));
}

/* The part of a version that named it after the backup: nobody has been at it for a day. */
static bool is_old_part(struct cx *cx, const char *path, const char *name)
{
    struct stat st;
    return str_starts(str_c(name), S(STEM)) && str_ends(str_c(name), S(".part")) &&
           stat(path, &st) == 0 && llabs(cx->now - st.st_mtime * MS_SECOND) > MS_DAY;
}

/* What a run that was killed left unsealed or unfinished; before anything of ours lies there. */
static void sweep(struct cx *cx, const char *dir)
{
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        const char *path = arena_printf(cx->mem, "%s/%s", dir, e->d_name).p;
        if (is_left(e->d_name) || is_old_part(cx, path, e->d_name))
            unlink(path);
    }
    if (d)
        closedir(d);
}

/* ---- comparing ---- */

static bool same_tables(const db_table_list *a, const db_table_list *b, struct str *which)
{
    for (size_t i = 0; i < a->n; i++) {
        size_t k = 0;
        while (k < b->n && !str_eq(a->at[i].name, b->at[k].name))
            k++;
        *which = a->at[i].name;
        if (k == b->n || a->at[i].rows != b->at[k].rows ||
            !str_eq(a->at[i].digest, b->at[k].digest))
            return false;
    }
    return a->n == b->n;
}

static enum err write_tables(struct cx *cx, const char *dir, const char *name,
                             const db_table_list *all)
{
    const char *part = part_of(cx, dir);
    FILE *out = fopen(part, "we");
    if (!out)
        return fail(cx, ERR_STORE, "写不了 %s：%s", part, strerror(errno));
    for (size_t i = 0; i < all->n; i++)
        fprintf(out, "%.*s %lld %.*s\n", STR(all->at[i].name), (long long)all->at[i].rows,
                STR(all->at[i].digest));
    return keep(out, dir, part, name) ? OK : fail(cx, ERR_STORE, "写不完 %s", name);
}

static enum err read_tables(struct cx *cx, const char *name, db_table_list *out)
{
    char table[128], digest[128];
    long long rows;
    FILE *in = fopen(name, "re");
    if (!in)
        return fail(cx, ERR_INPUT, "读不了 %s：%s", name, strerror(errno));
    while (fscanf(in, "%127s %lld %127s", table, &rows, digest) == 3)
        *PUSH(cx->mem, out) = (struct db_table){.name = arena_copy(cx->mem, str_c(table)),
                                                .rows = rows,
                                                .digest = arena_copy(cx->mem, str_c(digest))};
    fclose(in);
    return out->n ? OK : fail(cx, ERR_INPUT, "%s 是空的", name);
}

/* ---- making one ---- */

/* Within the reading transaction of `cx`. */
static enum err copy_aside(struct cx *cx, const struct db_part *part, struct side *s,
                           db_table_list *tables)
{
    db_table_list copied = {0};
    struct str which;
    TRY(db_begin(&s->cx, true));
    enum err e = db_copy(cx, &s->cx, part);
    if (e == OK)
        e = db_digest(cx, part, tables);
    if (e == OK)
        e = db_commit(&s->cx);
    if (e != OK)
        return fail(cx, e, "%.*s",
                    STR(s->cx.fault.message.n ? s->cx.fault.message : cx->fault.message));
    TRY(db_begin(&s->cx, false));
    TRY(db_digest(&s->cx, part, &copied));
    db_rollback(&s->cx);
    if (!same_tables(tables, &copied, &which))
        return fail(cx, ERR_STORE, "备份和库对不上：表 %.*s；这一份没有留下", STR(which));
    return OK;
}

static enum err seal_file(struct cx *cx, const char *from, const char *dir, const char *name,
                          struct str key)
{
    const char *part = part_of(cx, dir);
    FILE *in = fopen(from, "re"), *out = fopen(part, "we");
    enum err e = ERR_STORE;
    if (in && out)
        e = seal_stream_write(cx, SEAL_SM, key, &(struct seal_pipe){.get = get_file, .arg = in},
                              &(struct seal_pipe){.put = put_file, .arg = out});
    else
        (void)fail(cx, e, "写不了 %s：%s", part, strerror(errno));
    if (in)
        fclose(in);
    if (e == OK)
        return keep(out, dir, part, name) ? OK : fail(cx, ERR_STORE, "写不完 %s", name);
    if (out)
        fclose(out);
    unlink(part);
    return e;
}

/* One half: the tables beside, and what is told of them. */
static enum err make_half(struct cx *cx, const struct half *h, const char *dir, const char *stem,
                          int64_t last, struct side *side)
{
    db_table_list tables = {0};
    TRY(side_open(cx, side, beside(cx, dir, h->making)));
    TRY(side_migrate(cx, side, last));
    TRY(copy_aside(cx, &h->part, side, &tables));
    side_close(side);
    if (access(arena_printf(cx->mem, "%s-wal", side->file).p, F_OK) == 0) /* only a part is there */
        return fail(cx, ERR_STORE, "%s 没有写完就关上了，这一份没有留下", side->file);
    return write_tables(cx, dir, arena_printf(cx->mem, "%s%s.tables", stem, h->tail).p, &tables);
}

/* Files of keys that are older than KEYS_DAYS: what was forgotten since they still open. */
static void drop_old_keys(struct cx *cx, const char *dir)
{
    struct str last = stem_at(cx, cx->now - KEYS_DAYS * MS_DAY);
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        struct str name = str_c(e->d_name);
        if (str_starts(name, S(STEM)) && strcmp(e->d_name, last.p) < 0 &&
            (str_ends(name, S(".keys")) || str_ends(name, S(".keys.tables"))))
            unlink(arena_printf(cx->mem, "%s/%s", dir, e->d_name).p);
    }
    if (d)
        closedir(d);
}

/* The keys have their name first: who sees a backup has its keys. `last`: the migration that the
 * store is at. */
static enum err make_both(struct cx *cx, const char *dir, const char *stem, struct str key,
                          int64_t last, struct side *sides)
{
    TRY(db_begin(cx, false)); /* one moment of the store, whoever writes meanwhile */
    enum err e = OK;
    for (size_t i = 0; i < COUNT(halves) && e == OK; i++)
        e = make_half(cx, &halves[i], dir, stem, last, &sides[i]);
    db_rollback(cx);
    for (size_t i = 0; i < COUNT(halves) && e == OK; i++)
        e = seal_file(cx, sides[i].file, dir, arena_printf(cx->mem, "%s%s", stem, halves[i].tail).p,
                      key);
    return e;
}

enum err backup_make(struct cx *cx, const char *dir, const char *key_file, struct backup_made *out)
{
    struct side sides[COUNT(halves)] = {0};
    struct str key;
    int64_t last;
    *out = (struct backup_made){0};
    if (!dir)
        return fail(cx, ERR_INPUT, "请写明 --to 备份存到哪个目录");
    TRY(keyfile_read(cx, key_file, HOW, &key));
    TRY(db_migrated(cx, &last));
    sweep(cx, dir);
    const char *stem = arena_printf(cx->mem, "%s/%.*s", dir, STR(stem_at(cx, cx->now))).p;
    out->name = arena_printf(cx->mem, "%s.backup", stem).p;
    out->ahead = look_ahead(cx, dir);
    enum err e = make_both(cx, dir, stem, key, last, sides);
    for (size_t i = 0; i < COUNT(halves); i++)
        side_remove(cx, &sides[i]);
    if (e == OK)
        drop_old_keys(cx, dir);
    return e;
}

/* ---- bringing one back ---- */

static enum err unseal_file(struct cx *cx, const char *name, const char *to, struct str key)
{
    FILE *in = fopen(name, "re"), *out = NULL;
    int fd = in ? open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    enum err e = ERR_INPUT;
    if (fd >= 0)
        out = fdopen(fd, "w");
    if (in && out)
        e = seal_stream_read(cx, key, &(struct seal_pipe){.get = get_file, .arg = in},
                             &(struct seal_pipe){.put = put_file, .arg = out});
    else
        (void)fail(cx, e, "读不了 %s：%s", name, strerror(errno));
    if (in)
        fclose(in);
    if (out && fclose(out) != 0 && e == OK)
        e = fail(cx, ERR_STORE, "写不完 %s", to);
    return e;
}

/* Opens half a backup into a file beside, shows that it is what was backed up, and brings it up to
 * date; adds to `tables`. */
static enum err open_aside(struct cx *cx, const char *name, const struct half *h, struct str key,
                           const char *file, struct side *s, db_table_list *tables)
{
    db_table_list now = {0};
    db_table_list told = {0};
    struct str which;
    *s = (struct side){.file = file};
    TRY(read_tables(cx, arena_printf(cx->mem, "%s.tables", name).p, &told));
    TRY(unseal_file(cx, name, file, key));
    TRY(side_open(cx, s, file));
    TRY(db_begin(&s->cx, false));
    if (db_digest(&s->cx, &h->part, &now) != OK)
        return fail(cx, ERR_STORE, "%.*s", STR(s->cx.fault.message));
    db_rollback(&s->cx);
    if (!same_tables(&told, &now, &which))
        return fail(cx, ERR_CONFLICT, "表 %.*s 和备份时不一样", STR(which));
    for (size_t i = 0; i < now.n; i++)
        *PUSH(cx->mem, tables) = now.at[i];
    TRY(side_migrate(cx, s, (int64_t)migration_count));
    return db_begin(&s->cx, false);
}

/* The newest beside `name`: who was forgotten since stays forgotten. Keys get their name before
 * their backup does, so older ones were put there, and whoever came since would be noise. */
static enum err keys_of(struct cx *cx, const char *name, const char **keys)
{
    const char *dir = disk_folder(cx->mem, name);
    struct found all = look(cx, dir, halves[KEYS].tail);
    int64_t at;
    *keys = all.newest.path;
    if (!*keys && all.ahead.path)
        return fail(cx, ERR_MISSING, AHEAD "；此外没有钥匙", all.ahead.path);
    if (!*keys)
        return fail(cx, ERR_MISSING,
                    "%s 里没有钥匙（linghang-….keys），恢复出来姓名和电话都打不开；请把最新的一份"
                    "放到备份旁边，或者用 --keys-from 指明",
                    dir);
    if (is_dated(name, halves[REST].tail, &at) && all.newest.at < at)
        return fail(
            cx, ERR_CONFLICT,
            "旁边最新的钥匙 %s 比这份备份还旧，在它之后登记的姓名和电话打不开；请把最新的一份"
            "放到备份旁边，或者用 --keys-from 指明",
            *keys);
    return OK;
}

/* Nor any that is dated ahead: which is the newest then is not for us to guess. */
static enum err keys_beside(struct cx *cx, const char *name, const char **keys)
{
    const char *ahead = look(cx, disk_folder(cx->mem, name), halves[KEYS].tail).ahead.path;
    if (ahead)
        return fail(cx, ERR_CONFLICT, AHEAD "再恢复，或者用 --keys-from 指明用哪一份钥匙", ahead);
    return keys_of(cx, name, keys);
}

/* What was deleted at somebody's wish after the backup; `known`: another store that has a list, in
 * a transaction, or NULL. */
static enum err erase_again(struct cx *cx, struct cx *known, struct subject_again *out)
{
    community_list all = {0};
    TRY(place_communities(cx, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct subject_again here = {0};
        subject_erased_list list = {0};
        account_nobody(cx, all.at[i].id);
        if (known) {
            account_nobody(known, all.at[i].id);
            if (subject_erased_all(known, &list) != OK)
                return fail(cx, ERR_STORE, "%.*s", STR(known->fault.message));
        }
        TRY(subject_erased_add(cx, &list));
        TRY(subject_erase_again(cx, &here));
        if (here.gone + here.open + here.waits)
            TRY(audit_put(cx, S("job restore.erase"),
                          arena_printf(cx->mem, "%lld", (long long)here.gone), 0));
        out->gone += here.gone;
        out->open += here.open;
        out->waits += here.waits;
    }
    return OK;
}

enum err backup_erase_again(struct cx *cx, const char *keys, const char *key_file,
                            struct subject_again *out)
{
    struct side side = {0};
    struct str key;
    db_table_list tables = {0};
    *out = (struct subject_again){0};
    if (!keys)
        return fail(cx, ERR_INPUT, "请用 --keys-from 指明最新的一份 linghang-….keys");
    TRY(keyfile_read(cx, key_file, HOW, &key));
    const char *dir = disk_folder(cx->mem, keys);
    sweep(cx, dir);
    enum err e = open_aside(cx, keys, &halves[KEYS], key, beside(cx, dir, halves[KEYS].opening),
                            &side, &tables);
    if (e == OK)
        e = db_begin(cx, true);
    if (e == OK)
        e = erase_again(cx, &side.cx, out);
    if (e == OK)
        e = db_commit(cx);
    if (db_in_transaction(cx))
        db_rollback(cx);
    side_remove(cx, &side);
    return e;
}

/* The list of a store in use, for as long as it is asked. */
static enum err erase_again_of(struct cx *cx, struct cx *live, struct subject_again *out)
{
    if (!live)
        return erase_again(cx, NULL, out);
    int64_t community = live->community;
    struct who who = live->who;
    if (db_begin(live, false) != OK)
        return fail(cx, ERR_STORE, "%.*s", STR(live->fault.message));
    enum err e = erase_again(cx, live, out);
    db_rollback(live);
    live->community = community;
    live->who = who;
    return e;
}

static enum err bring_back(struct cx *cx, struct side *sides, struct cx *live,
                           struct subject_again *out)
{
    TRY(db_begin(cx, true));
    enum err e = OK;
    for (size_t i = 0; i < COUNT(halves) && e == OK; i++)
        e = db_copy(&sides[i].cx, cx, &halves[i].part);
    if (e == ERR_CONFLICT) {
        fault_clear(cx);
        e = fail(cx, e, "要恢复进的库不是空的，一点没有动；请换一个空库");
    }
    if (e == OK)
        e = erase_again_of(cx, live, out);
    if (e == OK)
        e = db_commit(cx);
    if (db_in_transaction(cx))
        db_rollback(cx);
    return e;
}

enum err backup_restore(struct cx *cx, const char *name, const char *keys, const char *key_file,
                        struct cx *live, struct subject_again *out)
{
    struct side sides[COUNT(halves)] = {0};
    struct str key;
    db_table_list tables = {0};
    *out = (struct subject_again){0};
    if (!name)
        return fail(cx, ERR_INPUT, "请写明 --from 哪一份备份");
    TRY(keyfile_read(cx, key_file, HOW, &key));
    if (!keys)
        TRY(keys_beside(cx, name, &keys));
    sweep(cx, disk_folder(cx->mem, keys));
    sweep(cx, disk_folder(cx->mem, name));
    enum err e = OK;
    for (size_t i = 0; i < COUNT(halves) && e == OK; i++) {
        const char *file = i == KEYS ? keys : name, *dir = disk_folder(cx->mem, file);
        e = open_aside(cx, file, &halves[i], key, beside(cx, dir, halves[i].opening), &sides[i],
                       &tables);
    }
    if (e == OK)
        e = bring_back(cx, sides, live, out);
    for (size_t i = 0; i < COUNT(halves); i++)
        side_remove(cx, &sides[i]);
    return e;
}

/* ---- the drill ---- */

/* Every chain of the store that was brought back holds, as of `at`: what waited to be chained then
 * has not waited since. */
static enum err chains_hold(struct cx *cx, int64_t at, struct side *s, int64_t *records)
{
    community_list all = {0};
    s->cx.now = at;
    enum err e = place_communities(&s->cx, &all);
    for (size_t i = 0; i < all.n && e == OK; i++) {
        struct audit_walk w;
        account_nobody(&s->cx, all.at[i].id);
        audit_walk_begin(&w, all.at[i].id);
        e = audit_verify(&s->cx, &w);
        *records += w.seq;
        if (e == OK && w.why)
            return fail(cx, ERR_CONFLICT, "审计链第 %lld 条：%s", (long long)w.seq + 1, w.why);
    }
    return e == OK ? OK : fail(cx, e, "%.*s", STR(s->cx.fault.message));
}

/* Done and undone, where nobody lives by it. */
static enum err try_again(struct cx *cx, struct side *sides, struct subject_again *out)
{
    struct cx *rest = &sides[REST].cx;
    db_rollback(rest);
    enum err e = db_begin(rest, true);
    if (e == OK)
        e = erase_again(rest, &sides[KEYS].cx, out);
    return e == OK ? OK : fail(cx, e, "%.*s", STR(rest->fault.message));
}

enum err backup_drill(struct cx *cx, const char *dir, const char *key_file, struct drill *out)
{
    struct side sides[COUNT(halves)] = {0};
    struct str key;
    const char *keys;
    int64_t began = cx->env->monotonic(cx->env);
    *out = (struct drill){0};
    TRY(keyfile_read(cx, key_file, HOW, &key));
    if (!dir)
        return fail(cx, ERR_INPUT, "请写明 --from 哪个目录");
    sweep(cx, dir);
    struct dated newest = look(cx, dir, halves[REST].tail).newest;
    out->name = newest.path;
    out->ahead = look_ahead(cx, dir);
    if (!out->name && out->ahead)
        return fail(cx, ERR_MISSING, AHEAD "；此外没有备份", out->ahead);
    if (!out->name)
        return fail(cx, ERR_MISSING, "%s 里没有备份", dir);
    TRY(keys_of(cx, out->name, &keys));
    enum err e = OK;
    for (size_t i = 0; i < COUNT(halves) && e == OK; i++)
        e = open_aside(cx, i == KEYS ? keys : out->name, &halves[i], key,
                       beside(cx, dir, halves[i].drilling), &sides[i], &out->tables);
    if (e == OK)
        e = chains_hold(cx, newest.at, &sides[REST], &out->records);
    if (e == OK)
        e = try_again(cx, sides, &out->again);
    for (size_t i = 0; i < COUNT(halves); i++)
        side_remove(cx, &sides[i]);
    out->ms = cx->env->monotonic(cx->env) - began;
    return e;
}

/* ---- commands ---- */

/* Memory and options, no store. */
static bool begin(struct boot *b, int argc, char **argv)
{
    *b = (struct boot){0};
    if (!options_read(&b->options, argc, argv))
        return false;
    arena_init(&b->mem, MEMORY);
    cx_init(&b->cx, &b->mem, &env_system);
    return true;
}

static enum err make(struct boot *b, struct backup_made *made)
{
    TRY(store_open(&b->cx, b->options.db, &b->store));
    TRY(store_connect(&b->cx, b->store, false, &b->cx.db));
    return backup_make(&b->cx, b->options.to, b->options.key, made);
}

/* The exit status of what was done beside a file that is dated ahead: a timer must tell somebody.
 */
static int told_ahead(const char *ahead)
{
    if (ahead)
        fprintf(stderr, AHEAD "\n", ahead);
    return ahead ? 1 : 0;
}

int command_backup(int argc, char **argv)
{
    struct boot b;
    struct backup_made made = {0};
    bool is_new = argc > 1 && strcmp(argv[1], "new") == 0;
    int status = 2;
    if (begin(&b, argc - is_new, argv + is_new)) {
        enum err e = is_new ? keyfile_pair(&b.cx, b.options.key) : make(&b, &made);
        if (e == OK && !is_new)
            printf("%s\n", made.name);
        status = e == OK ? told_ahead(made.ahead) : boot_fault(&b.cx);
    }
    boot_end(&b);
    return status;
}

/* Up to the last transaction that was acknowledged. */
static int restore_mirror(struct boot *b)
{
    int64_t seq;
    if (db_mirror_restore(&b->cx, b->options.mirror, b->options.db, &seq) != OK)
        return boot_fault(&b->cx);
    printf("%s: up to transaction %lld\n", b->options.db, (long long)seq);
    return 0;
}

static void told_again(const struct subject_again *again)
{
    if (again->gone)
        printf("应本人要求删掉的 %lld 件，又删了一遍\n", (long long)again->gone);
    if (again->open)
        printf("还有 %lld 件本人要求删过，在这个库里却还没有办完、没有退，眼下删不掉：办完或者撤回"
               "以后一天之内自己删\n",
               (long long)again->open);
    if (again->waits)
        printf("还有 %lld 件要用钥匙才删得掉：服务一开、钥匙一解锁，自己删\n",
               (long long)again->waits);
}

int command_erase_again(int argc, char **argv)
{
    struct boot b;
    int status = 1;
    if (boot(&b, argc, argv)) {
        struct subject_again again;
        gather(&b.cx);
        enum err e = backup_erase_again(&b.cx, b.options.keys_from, b.options.key, &again);
        status = e == OK ? 0 : boot_fault(&b.cx);
        if (e == OK)
            told_again(&again);
        if (e == OK && !again.gone && !again.open && !again.waits)
            printf("名单上没有要再删的\n");
    }
    boot_end(&b);
    return status;
}

int command_restore(int argc, char **argv)
{
    struct boot b;
    int status = 1;
    bool good = begin(&b, argc, argv), mirror = good && b.options.mirror && !b.options.from;
    if (mirror)
        status = restore_mirror(&b);
    boot_end(&b);
    if (!good || mirror)
        return status;
    if (boot(&b, argc, argv)) {
        const char *aside = NULL;
        struct subject_again again;
        gather(&b.cx);
        enum err e = b.options.approved ? over_restore(&b, &aside, &again)
                                        : backup_restore(&b.cx, b.options.from, b.options.keys_from,
                                                         b.options.key, NULL, &again);
        status = e == OK ? 0 : boot_fault(&b.cx);
        if (e == OK && aside)
            printf("恢复了；原来的库留在 %s\n", aside);
        if (e == OK)
            told_again(&again);
    }
    boot_end(&b);
    return status;
}

int command_drill(int argc, char **argv)
{
    struct boot b;
    struct drill d;
    int status = 2;
    if (begin(&b, argc, argv)) {
        gather(&b.cx);
        enum err e = backup_drill(&b.cx, b.options.from, b.options.key, &d);
        int64_t rows = 0;
        for (size_t i = 0; e == OK && i < d.tables.n; i++)
            rows += d.tables.at[i].rows;
        if (e == OK)
            printf("%s: %zu tables, %lld rows, %lld audit records, all as they were; %lld ms\n",
                   d.name, d.tables.n, (long long)rows, (long long)d.records, (long long)d.ms);
        if (e == OK && d.again.gone + d.again.open + d.again.waits)
            printf(
                "deleted at somebody's wish: %lld gone in it too, %lld not over in it, %lld want the "
                "keys\n",
                (long long)d.again.gone, (long long)d.again.open, (long long)d.again.waits);
        status = e == OK ? told_ahead(d.ahead) : boot_fault(&b.cx);
    }
    boot_end(&b);
    return status;
}
