/* mirror -- a second disk that has every committed transaction: what SQLite must do for it; see
 * mirror.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#define SQLITE_ENABLE_SESSION
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include "db/mirror.h"
#include "base/env.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { AT_ONCE = 500 };                      /* transactions brought back in one */
enum { REST_MS = 10 * 60 * 1000 };           /* after a base that could not be made */
static const int64_t JOURNAL_MIN = 64 << 20; /* below that no new base is worth its while */

static enum err refused(struct cx *cx, sqlite3 *db, const char *what)
{
    int code = sqlite3_extended_errcode(db);
    log_warn("mirror: %s: %s", what, sqlite3_errstr(code));
    return fail(cx, (code & 0xff) == SQLITE_NOMEM ? ERR_BUSY : ERR_STORE, "镜像没有写上（%s：%s）",
                what, sqlite3_errstr(code));
}

static enum err run(struct cx *cx, sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? OK : refused(cx, db, sql);
}

static int take_number(void *arg, int n, char **values, char **names)
{
    (void)names;
    *(int64_t *)arg = n > 0 && values[0] ? strtoll(values[0], NULL, 10) : 0;
    return 0;
}

static enum err number(struct cx *cx, sqlite3 *db, const char *pragma, int64_t *out)
{
    *out = 0;
    return sqlite3_exec(db, pragma, take_number, out, NULL) == SQLITE_OK ? OK
                                                                         : refused(cx, db, pragma);
}

/* In a commit too, where nobody catches a jump: nothing of the arena. */
static enum err set(struct cx *cx, sqlite3 *db, const char *pragma, int64_t v)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA %s = %d", pragma, (int32_t)v);
    return run(cx, db, sql);
}

/* ---- a base ---- */

static enum err open_file(struct cx *cx, const char *file, int flags, sqlite3 **out)
{
    if (sqlite3_open_v2(file, out, flags | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
        return OK;
    enum err e = fail(cx, ERR_STORE, "打不开 %s：%s", file, sqlite3_errmsg(*out));
    sqlite3_close(*out);
    *out = NULL;
    return e;
}

/* Of a base. */
static enum err number_in(struct cx *cx, const char *file, const char *pragma, int64_t *out)
{
    sqlite3 *db;
    TRY(open_file(cx, file, SQLITE_OPEN_READONLY, &db));
    enum err e = number(cx, db, pragma, out);
    sqlite3_close(db);
    return e;
}

/* `low` is the low half of a number not far from `near`. */
static int64_t whole_seq(int64_t near, int64_t low)
{
    return near + (int32_t)((uint32_t)low - (uint32_t)near);
}

enum err mirror_snapshot(struct cx *cx, const char *store, const char *dir, const char *file)
{
    sqlite3 *db;
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(cx, ERR_STORE, "写不了 %s：%s", file, strerror(errno));
    close(fd);
    TRY(open_file(cx, store, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, &db));
    char *sql = sqlite3_mprintf("VACUUM INTO %Q", file);
    enum err e = sql ? run(cx, db, sql) : refused(cx, db, "snapshot");
    sqlite3_free(sql);
    sqlite3_close(db);
    if (e == OK && !journal_keep(dir, file))
        e = fail(cx, ERR_STORE, "写不了 %s：%s", file, strerror(errno));
    return e;
}

enum err mirror_keep_old(struct cx *cx, const char *store, const char *dir, const char *file)
{
    const char *part = arena_printf(cx->mem, "%s.before.part", store).p;
    enum err e = mirror_snapshot(cx, store, dir, part);
    if (e == OK && (rename(part, file) != 0 || !journal_keep(dir, file)))
        e = fail(cx, ERR_STORE, "写不了 %s：%s", file, strerror(errno));
    if (e != OK)
        unlink(part);
    return e;
}

/* How long a snapshot becomes, about. */
static enum err store_bytes(struct cx *cx, const char *store, int64_t *out)
{
    sqlite3 *db;
    int64_t pages = 0, spare = 0, size = 0;
    TRY(open_file(cx, store, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, &db));
    enum err e = number(cx, db, "PRAGMA page_count", &pages);
    if (e == OK)
        e = number(cx, db, "PRAGMA freelist_count", &spare);
    if (e == OK)
        e = number(cx, db, "PRAGMA page_size", &size);
    sqlite3_close(db);
    *out = (pages - spare) * size;
    return e;
}

/* A base that does not fit would fill the disk, and while it lasts nothing can be stored: an eighth
 * more than it takes is left to the journal. */
static enum err look_for_room(struct cx *cx, const struct mirror *m)
{
    struct statvfs v;
    int64_t bytes;
    TRY(store_bytes(cx, m->store, &bytes));
    if (statvfs(m->journal.dir, &v) != 0 || !v.f_blocks) /* it does not say */
        return OK;
    int64_t room = (int64_t)v.f_bavail * (int64_t)v.f_frsize, wants = bytes + bytes / 8;
    return room >= wants ? OK
                         : fail(cx, ERR_STORE,
                                "镜像盘只剩 %lld MB，放不下一份新的库（要 %lld MB），请腾出地方",
                                (long long)(room >> 20), (long long)(wants >> 20) + 1);
}

static enum err base_write(struct cx *cx, struct mirror *m, const char *part)
{
    int64_t seq = 0;
    struct journal_look look;
    const char *dir = m->journal.dir;
    TRY(look_for_room(cx, m));
    TRY(mirror_snapshot(cx, m->store, dir, part));
    TRY(number_in(cx, part, "PRAGMA user_version", &seq));
    journal_sizes(cx, dir, &look);
    seq = whole_seq(look.base_seq, seq);
    const char *base = arena_printf(cx->mem, "%s/base-%020lld.db", dir, (long long)seq).p;
    if (rename(part, base) != 0 || !journal_keep(dir, base))
        return fail(cx, ERR_STORE, "镜像目录 %s 写不进去：%s", dir, strerror(errno));
    journal_drop(cx, dir, seq);
    log_info("mirror: a new base at transaction %lld", (long long)seq);
    return OK;
}

/* Half a base takes no room: neither one of a process that is gone, nor of this one. */
static enum err base_make(struct cx *cx, struct mirror *m)
{
    const char *part = arena_printf(cx->mem, "%s/base.part", m->journal.dir).p;
    unlink(part);
    enum err e = base_write(cx, m, part);
    if (e != OK)
        unlink(part);
    return e;
}

/* ---- writing it down ---- */

enum err mirror_begin(struct cx *cx, sqlite3 *db, sqlite3_session **out)
{
    if (sqlite3session_create(db, "main", out) == SQLITE_OK &&
        sqlite3session_attach(*out, NULL) == SQLITE_OK)
        return OK;
    return refused(cx, db, "session");
}

enum err mirror_write(struct cx *cx, struct mirror *m, sqlite3 *db, sqlite3_session *s,
                      int64_t *seq)
{
    int n = 0;
    void *bytes = NULL;
    int64_t schema, next = m->journal.seq + 1;
    *seq = 0;
    TRY(number(cx, db, "PRAGMA schema_version", &schema));
    bool other = schema != m->schema; /* no changeset tells of that: the base that follows does */
    bool replayed = !other && !m->stale; /* nor what comes before that base */
    if (!other && sqlite3session_changeset(s, &n, &bytes) != SQLITE_OK)
        return refused(cx, db, "changeset");
    enum err e = OK;
    if (n || other)
        e = set(cx, db, "user_version", next);
    if ((n || other) && e == OK)
        e = journal_append(cx, &m->journal, replayed ? JOURNAL_CHANGE : JOURNAL_SCHEMA, next,
                           str_n(bytes, (size_t)n));
    sqlite3_free(bytes);
    if ((n || other) && e == OK)
        *seq = next;
    if (other && e == OK) {
        m->schema = schema;
        m->stale = true;
    }
    return e;
}

void mirror_void(struct cx *cx, struct mirror *m, int64_t seq)
{
    if (seq && journal_append(cx, &m->journal, JOURNAL_VOID, seq, S("")) != OK)
        mirror_end("a change whose commit failed could not be taken back");
}

enum err mirror_tidy(struct cx *cx, struct mirror *m, bool only_if_stale)
{
    struct journal_look look;
    bool due = m->stale;
    int64_t now = cx->env->monotonic(cx->env);
    if (!only_if_stale && now < m->rests_ms)
        return OK;
    if (!due && !only_if_stale) {
        journal_sizes(cx, m->journal.dir, &look);
        due = look.journal_bytes > JOURNAL_MIN && look.journal_bytes > look.base_bytes;
    }
    if (!due)
        return OK;
    m->rests_ms = now + REST_MS;
    TRY(base_make(cx, m));
    m->rests_ms = 0;
    m->stale = false;
    return OK;
}

/* ---- applying ---- */

/* Nothing may differ: each change tells what was there before. */
static int on_conflict(void *arg, int what, sqlite3_changeset_iter *it)
{
    (void)arg;
    (void)what;
    (void)it;
    return SQLITE_CHANGESET_ABORT;
}

/* What triggers and foreign keys did is in the changes already. */
static void set_own_doing(sqlite3 *db, bool on)
{
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, (int)on, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, (int)on, NULL);
}

static enum err apply_inside(struct cx *cx, sqlite3 *db, const struct journal_entry *entry)
{
    struct str bytes;
    struct arena_mark mark = arena_mark(cx->mem);
    TRY(journal_content(cx, entry, &bytes));
    int code = sqlite3changeset_apply(db, (int)bytes.n, (void *)(uintptr_t)bytes.p, NULL,
                                      on_conflict, NULL);
    arena_rewind(cx->mem, mark);
    if (code != SQLITE_OK)
        return fail(cx, ERR_CONFLICT, "镜像第 %lld 笔和前面的对不上（%s）", (long long)entry->seq,
                    sqlite3_errstr(code));
    return set(cx, db, "user_version", entry->seq);
}

static enum err apply(struct cx *cx, sqlite3 *db, const struct journal_entry *at, size_t n)
{
    TRY(run(cx, db, "BEGIN IMMEDIATE"));
    enum err e = OK;
    set_own_doing(db, false);
    for (size_t i = 0; i < n && e == OK; i++)
        e = apply_inside(cx, db, &at[i]);
    if (e == OK)
        e = run(cx, db, "COMMIT");
    else
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    set_own_doing(db, true);
    return e;
}

/* ---- at the start ---- */

static dev_t disk_of(const char *path)
{
    struct stat s = {0};
    (void)stat(path, &s); /* both are open: they are there */
    return s.st_dev;
}

/* A store and a folder meet for the first time. Where a second disk is not mounted its folder is
 * there and empty. */
static enum err pair(struct cx *cx, struct mirror *m, sqlite3 *db, int64_t old)
{
    bool one = disk_of(sqlite3_db_filename(db, "main")) == disk_of(m->journal.dir);
    if (one && old & MIRROR_APART)
        return fail(cx, ERR_INPUT,
                    "镜像目录 %s 是空的，又和库在同一块盘上：第二块盘多半没有挂上，请挂上再启动；"
                    "真要把镜像放在这块盘上，请先用 --mirror off 启动一次",
                    m->journal.dir);
    if (one)
        log_warn("mirror: it is on the disk of the store, and lost together with it");
    cx->env->random(cx->env, &m->journal.id, sizeof m->journal.id);
    m->journal.id |= MIRROR_IS | MIRROR_APART;
    m->journal.id ^= one ? MIRROR_APART : 0;
    TRY(set(cx, db, "user_version", 0));
    TRY(set(cx, db, "application_id", m->journal.id));
    return base_make(cx, m);
}

/* The end of what may have been acknowledged: of a change of the schema nothing was, or a base
 * would know of it. */
static int64_t sure_to(const struct journal_look *look)
{
    size_t n = look->entries.n;
    while (n && look->entries.at[n - 1].kind == JOURNAL_SCHEMA)
        n--;
    return n ? look->entries.at[n - 1].seq : look->base_seq;
}

/* It begins anew, and its records are passed over: what will be stored follows a base that is not
 * before them. */
static enum err cut_off(struct cx *cx, struct mirror *m, sqlite3 *db, int64_t end)
{
    log_warn("mirror: a change of the schema was on its way, up to transaction %lld",
             (long long)end);
    TRY(set(cx, db, "user_version", end));
    m->stale = false;
    return base_make(cx, m);
}

/* Which of both has more, and what is to be done about it: ADR 0012. */
static enum err compare(struct cx *cx, struct mirror *m, sqlite3 *db, int64_t low,
                        const struct journal_look *look)
{
    size_t n = look->entries.n;
    const struct journal_entry *last = n ? &look->entries.at[n - 1] : NULL;
    int64_t end = last ? last->seq : look->base_seq, here = whole_seq(end, low);
    int64_t before = n > 1 ? look->entries.at[n - 2].seq : look->base_seq;
    m->journal.seq = look->highest > here ? look->highest : here;
    for (size_t i = 0; i < n; i++)
        m->stale |= look->entries.at[i].kind == JOURNAL_SCHEMA;
    if (here < look->lost_to)
        return fail(
            cx, ERR_CONFLICT,
            "镜像里第 %lld 笔之后少了记录，本来到第 %lld 笔；库只到第 %lld 笔：两块盘都不全。"
            "请把镜像目录原样留着，核对过库里的内容，再用一个空的镜像目录启动",
            (long long)end, (long long)look->lost_to, (long long)here);
    if (here > end)
        log_warn("mirror: it ends at transaction %lld, the store at %lld", (long long)end,
                 (long long)here);
    if (here > end || (here == end && m->stale)) {
        m->stale = false;
        return base_make(cx, m);
    }
    if (here == end)
        return OK;
    if (here >= sure_to(look))
        return cut_off(cx, m, db, end);
    if (here != before)
        return fail(cx, ERR_CONFLICT,
                    "库只到第 %lld 笔，镜像到第 %lld 笔：第一块盘丢了写过的内容。请停用这块盘，"
                    "用 linghang restore --mirror 从镜像恢复；这个库就是刚从它恢复出来的，"
                    "就把镜像目录原样留着，用一个空的镜像目录启动",
                    (long long)here, (long long)end);
    log_warn("mirror: transaction %lld was on its way", (long long)end);
    return apply(cx, db, last, 1);
}

static enum err meet(struct cx *cx, struct mirror *m, sqlite3 *db, int64_t id)
{
    struct journal_look look;
    int64_t low, base_id = 0;
    TRY(number(cx, db, "PRAGMA user_version", &low));
    TRY(journal_read(cx, m->journal.dir, &look));
    if (!look.base)
        return pair(cx, m, db, id);
    TRY(number_in(cx, look.base, "PRAGMA application_id", &base_id));
    if (!id || base_id != id)
        return fail(cx, ERR_INPUT, "目录 %s 里是另一个库的镜像，请换一个空目录", m->journal.dir);
    m->journal.id = (uint32_t)id;
    if (!look.lost_to)
        TRY(journal_trim(cx, &look));
    return compare(cx, m, db, low, &look);
}

enum err mirror_attach(struct cx *cx, struct mirror *m, sqlite3 *db)
{
    int64_t id;
    if (m && m->attached)
        return OK;
    TRY(number(cx, db, "PRAGMA application_id", &id));
    if (m && m->off)
        return id ? set(cx, db, "application_id", 0) : OK;
    if (!m)
        return !id ? OK
                   : fail(cx, ERR_INPUT,
                          "这个库有镜像，请加上 --mirror 目录；"
                          "不再要镜像，请用 --mirror off 启动一次");
    TRY(meet(cx, m, db, id));
    TRY(number(cx, db, "PRAGMA schema_version", &m->schema));
    m->attached = true;
    return OK;
}

/* ---- bringing it back ---- */

static bool copy_file(const char *from, const char *to)
{
    char piece[64 << 10];
    size_t n = 0;
    FILE *in = fopen(from, "re"), *out = NULL;
    int fd = in ? open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    bool good = fd >= 0 && (out = fdopen(fd, "w"));
    while (good && (n = fread(piece, 1, sizeof piece, in)) > 0)
        good = fwrite(piece, 1, n, out) == n;
    good = good && !ferror(in);
    if (out && fclose(out) != 0)
        good = false;
    if (in)
        fclose(in);
    return good;
}

/* A schema that was being changed has no base yet: who opens the store brings it up to date. */
static enum err replay(struct cx *cx, const char *file, const journal_entry_list *all, int64_t *seq)
{
    sqlite3 *db;
    size_t n = 0;
    while (n < all->n && all->at[n].kind == JOURNAL_CHANGE)
        n++;
    TRY(open_file(cx, file, SQLITE_OPEN_READWRITE, &db));
    enum err e = run(cx, db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    for (size_t i = 0; i < n && e == OK; i += AT_ONCE)
        e = apply(cx, db, &all->at[i], n - i < AT_ONCE ? n - i : AT_ONCE);
    if (e == OK && n)
        *seq = all->at[n - 1].seq;
    if (sqlite3_close(db) != SQLITE_OK && e == OK)
        e = fail(cx, ERR_STORE, "写不完 %s", file);
    return e;
}

/* Where the mirror has more than could be brought back, which may have been acknowledged. */
static enum err all_is_back(struct cx *cx, const struct journal_look *look, const char *to,
                            int64_t seq)
{
    static const char then[] = "请把镜像目录原样留着，核对过库里的内容，再用一个空的镜像目录启动";
    if (look->lost_to)
        return fail(
            cx, ERR_CONFLICT,
            "镜像里第 %lld 笔之后少了记录：%s 恢复到这一笔，到第 %lld 笔为止的没有带回来。%s",
            (long long)seq, to, (long long)look->lost_to, then);
    if (sure_to(look) > seq)
        return fail(
            cx, ERR_CONFLICT,
            "镜像里第 %lld 笔之后是一次没有做完的升级，后面还有写过的内容：%s 恢复到升级之前，"
            "到第 %lld 笔为止的没有带回来。%s",
            (long long)seq, to, (long long)sure_to(look), then);
    return OK;
}

enum err db_mirror_restore(struct cx *cx, const char *dir, const char *url, int64_t *seq)
{
    struct journal lock;
    struct journal_look look;
    struct str file = str_c(url);
    if (!str_starts(file, S("sqlite:")))
        return fail(cx, ERR_INPUT, "镜像只恢复成 SQLite 库，请写 --db sqlite:文件");
    const char *to = arena_cstr(cx->mem, str_cut(file, 7, SIZE_MAX));
    TRY(journal_open(cx, &lock, dir));
    enum err e = journal_read(cx, dir, &look);
    if (e == OK && !look.base)
        e = fail(cx, ERR_MISSING, "目录 %s 里没有镜像", dir);
    *seq = look.base_seq;
    if (e == OK && !copy_file(look.base, to))
        e = fail(cx, ERR_CONFLICT, "写不了 %s：%s", to, strerror(errno));
    if (e == OK)
        e = replay(cx, to, &look.entries, seq);
    if (e == OK)
        e = all_is_back(cx, &look, to, *seq);
    journal_close(&lock);
    return e;
}

/* Further than the mirror, as a store whose mirror stayed behind. */
enum err db_mirror_pass_on(struct cx *cx, const char *old, const char *fresh)
{
    sqlite3 *db;
    int64_t id, seq = 0;
    TRY(open_file(cx, old, SQLITE_OPEN_READWRITE, &db)); /* who only reads leaves a journal there */
    enum err e = number(cx, db, "PRAGMA application_id", &id);
    if (e == OK)
        e = number(cx, db, "PRAGMA user_version", &seq);
    sqlite3_close(db);
    if (e != OK || !id)
        return e;
    TRY(open_file(cx, fresh, SQLITE_OPEN_READWRITE, &db));
    e = set(cx, db, "user_version", seq + 1);
    if (e == OK)
        e = set(cx, db, "application_id", id);
    sqlite3_close(db);
    return e;
}
