/* sqlite -- the engine for one community on one machine. Besides mirror.c the only
 * file that includes sqlite3.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#define SQLITE_ENABLE_SESSION
#define SQLITE_ENABLE_PREUPDATE_HOOK
#include "db/engine.h"
#include "db/mirror.h"
#include "base/env.h"
#include "base/log.h"
#include "base/time.h"
#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    BUSY_MS = 5000,
    STEP_MS = 8000,      /* for the next row of a reading connection, as statement_timeout */
    LOOK_EVERY = 100000, /* instructions of SQLite between two looks at the clock: about 1 ms */
    EXIT_FSYNC = 9,
    MODE_SIZE = 16
};

struct lite {
    sqlite3 *db;
    struct mirror *mirror;    /* NULL: none */
    sqlite3_session *session; /* what this transaction has changed, for the mirror */
    struct env *env;          /* of the caller, while it steps */
    int64_t until;            /* monotonic ms when the step is stopped; 0 = never */
};

static sqlite3 *db_of(const struct conn *c)
{
    return ((struct lite *)c->handle)->db;
}

/* A disk that did not confirm a write may have lost earlier ones too, and a second fsync may lie
 * about it: end here, and let the journal decide at the next start. */
static void check_disk(int code)
{
    if (code != SQLITE_IOERR_FSYNC && code != SQLITE_IOERR_DIR_FSYNC)
        return;
    log_bad("the disk did not confirm a write (sqlite %d)", code);
    _exit(EXIT_FSYNC);
}

/* What a connection found out about its files it believes until it is closed: a journal that could
 * not be opened for writing once makes it refuse every write. */
static bool is_disk(int code)
{
    return code == SQLITE_IOERR || code == SQLITE_CANTOPEN || code == SQLITE_READONLY ||
           code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_PROTOCOL;
}

static enum err refused(struct cx *cx, struct conn *c, const struct stmt *s)
{
    int code = sqlite3_extended_errcode(db_of(c));
    check_disk(code);
    /* Some errors (a full disk, no memory) end the whole transaction by themselves: then nothing
     * after this statement may believe that it is still inside. */
    if (c->in_transaction && sqlite3_get_autocommit(db_of(c))) {
        c->in_transaction = false;
        c->lost = true;
    }
    log_info("%s: %s", s ? s->query->name : "store", sqlite3_errstr(code)); /* no values in it */
    c->broken |= is_disk(code & 0xff);
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fail(cx, ERR_BUSY, "现在人多，请再试一次");
    case SQLITE_CONSTRAINT:
        if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
            return fail(cx, ERR_CONFLICT, "已经有这一条了");
        return fail(cx, ERR_INPUT, "这样填存不下，请检查填的内容");
    case SQLITE_NOMEM:
        return no_memory(cx);
    case SQLITE_FULL:
        return fail(cx, ERR_STORE, "存储空间满了，这一次没有存上");
    case SQLITE_INTERRUPT:
        return fail(cx, ERR_STORE, "查得太久停下了，请缩小范围再查");
    default:
        return fail(cx, ERR_STORE, "没有存上，什么都没有改（%s）", sqlite3_errstr(code));
    }
}

static enum err script(struct cx *cx, struct conn *c, const char *sql)
{
    if (sqlite3_exec(db_of(c), sql, NULL, NULL, NULL) == SQLITE_OK)
        return OK;
    log_warn("script: %s", sqlite3_errmsg(db_of(c)));
    return refused(cx, c, NULL);
}

/* SQLite calls it while it works; anything but 0 stops the statement. Allocates nothing. */
static int is_too_long(void *arg)
{
    struct lite *lite = arg;
    return lite->until && lite->env->monotonic(lite->env) > lite->until;
}

static int first_word(void *arg, int n, char **values, char **names)
{
    (void)names;
    (void)n; /* one, and it is no NULL */
    snprintf(arg, MODE_SIZE, "%s", values[0]);
    return 0;
}

/* A file system without shared memory refuses WAL silently, and readers would wait for writers. Who
 * may only read cannot make the shared memory: it is there as long as the service has it open. */
static enum err set_journal(struct cx *cx, struct conn *c, const char *address)
{
    char mode[MODE_SIZE] = "";
    if (sqlite3_exec(db_of(c), "PRAGMA journal_mode=WAL", first_word, mode, NULL) != SQLITE_OK) {
        if (sqlite3_db_readonly(db_of(c), NULL) == 0)
            return refused(cx, c, NULL);
        return fail(cx, ERR_STORE,
                    "这个用户对库文件 %s 只能读，服务没有开着就读不了：请等服务开了再来", address);
    }
    if (strcmp(mode, "wal") == 0 || strcmp(mode, "memory") == 0)
        return OK;
    return fail(cx, ERR_STORE, "库文件 %s 所在的磁盘不支持 WAL，请放到本机的磁盘上", address);
}

static enum err open_sqlite(struct cx *cx, struct store *st, bool write, struct conn *c)
{
    const char *address = st->address;
    struct lite *lite = arena_try(&c->mem, sizeof *lite);
    if (!lite)
        return no_memory(cx);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(address, &lite->db, flags, NULL);
    sqlite3 *db = lite->db;
    c->handle = lite;
    if (code != SQLITE_OK)
        return fail(cx, ERR_STORE, "打不开库文件 %s：%s", address, sqlite3_errstr(code));
    /* SQLite falls back to reading when it may not write just now (too many open files, EIO), and
     * a connection that stays would refuse every write from then on. Who only reads, as the notary
     * does, may be somebody who must not write. */
    if (write && sqlite3_db_readonly(db, NULL) != 0)
        return fail(cx, ERR_STORE, "库文件 %s 写不进去，请看看磁盘和文件的权限", address);
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_MS);
    TRY(set_journal(cx, c, address));
    TRY(script(cx, c,
               "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
               "PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY"));
    if (write) {
        lite->mirror = st->mirror && !st->mirror->off ? st->mirror : NULL;
        return mirror_attach(cx, st->mirror, db);
    }
    sqlite3_progress_handler(db, LOOK_EVERY, is_too_long, lite);
    return script(cx, c, "PRAGMA query_only=ON");
}

static void unwatch(struct lite *lite)
{
    if (lite->session)
        sqlite3session_delete(lite->session);
    lite->session = NULL;
}

static void close_sqlite(struct conn *c)
{
    for (size_t i = 0; i < STMT_SLOTS; i++)
        for (struct stmt *s = c->slots[i]; s; s = s->next)
            sqlite3_finalize(s->handle);
    unwatch(c->handle);
    sqlite3_close(db_of(c));
}

static enum err begin(struct cx *cx, struct conn *c, bool write)
{
    struct lite *lite = c->handle;
    unwatch(lite); /* SQLite may have ended the last transaction by itself */
    TRY(script(cx, c, write ? "BEGIN IMMEDIATE" : "BEGIN"));
    if (!write || !lite->mirror)
        return OK;
    enum err e = mirror_begin(cx, lite->db, &lite->session);
    if (e != OK)
        sqlite3_exec(lite->db, "ROLLBACK", NULL, NULL, NULL);
    return e;
}

/* When the disk or the memory failed inside of it, the journal may hold the whole transaction
 * though this connection went back: a crash before the next write would bring it to light. With a
 * mirror both disks must tell the same in the end, so the process ends and the start decides. */
static enum err commit(struct cx *cx, struct conn *c)
{
    struct lite *lite = c->handle;
    int64_t seq = 0;
    if (lite->session)
        TRY(mirror_write(cx, lite->mirror, lite->db, lite->session, &seq));
    unwatch(lite);
    int code = sqlite3_exec(lite->db, "COMMIT", NULL, NULL, NULL) & 0xff;
    if (code == SQLITE_OK)
        return OK;
    bool begun = sqlite3_get_autocommit(lite->db);
    enum err e = refused(cx, c, NULL);
    bool is_known = !begun || (code != SQLITE_IOERR && code != SQLITE_NOMEM);
    if (seq && !is_known)
        mirror_end("nobody knows whether a commit that failed is stored");
    if (seq)
        mirror_void(cx, lite->mirror, seq);
    if (is_known)
        return e;
    fault_clear(cx);
    return fail(cx, ERR_UNKNOWN, "不知道存上没有，请用同一个请求再问一次");
}

static bool rollback(struct cx *cx, struct conn *c)
{
    struct lite *lite = c->handle;
    (void)cx;
    unwatch(lite);
    if (!sqlite3_get_autocommit(lite->db))
        sqlite3_exec(lite->db, "ROLLBACK", NULL, NULL, NULL);
    return sqlite3_get_autocommit(lite->db); /* even that word wants memory */
}

static enum err prepare(struct cx *cx, struct conn *c, struct stmt *s)
{
    sqlite3_stmt *h = NULL;
    int code = sqlite3_prepare_v3(db_of(c), s->query->text[ENGINE_SQLITE], -1,
                                  SQLITE_PREPARE_PERSISTENT, &h, NULL);
    if (code != SQLITE_OK && code != SQLITE_ERROR) /* the disk or the memory, not the text */
        return refused(cx, c, s);
    if (code != SQLITE_OK)
        return fail(cx, ERR_STORE, "%s:%d: %s: %s", s->query->file, s->query->line, s->query->name,
                    sqlite3_errmsg(db_of(c)));
    assert(sqlite3_bind_parameter_count(h) == s->query->nparams);
    s->handle = h;
    return OK;
}

static enum err bind_value(struct cx *cx, struct conn *c, struct stmt *s, int i, struct value v)
{
    int code = SQLITE_OK;
    switch (v.type) {
    case VALUE_NULL:
        code = sqlite3_bind_null(s->handle, i + 1);
        break;
    case VALUE_INT:
        code = sqlite3_bind_int64(s->handle, i + 1, v.i);
        break;
    case VALUE_TEXT:
        code = sqlite3_bind_text64(s->handle, i + 1, v.s.n ? v.s.p : "", v.s.n, SQLITE_TRANSIENT,
                                   SQLITE_UTF8);
        break;
    case VALUE_BLOB:
        code = sqlite3_bind_blob64(s->handle, i + 1, v.s.n ? v.s.p : "", v.s.n, SQLITE_TRANSIENT);
        break;
    case VALUE_UNREAD:
        return no_memory(cx);
    }
    return code == SQLITE_OK ? OK : refused(cx, c, s);
}

static enum err step(struct cx *cx, struct conn *c, struct stmt *s, bool *row)
{
    struct lite *lite = c->handle;
    bool writes = !sqlite3_stmt_readonly(s->handle);
    *row = false;
    if (writes && !c->writing) /* a writing connection may be reading now */
        return fail(cx, ERR_STORE, "%s 要写，可是这一次只能读", s->query->name);
    lite->env = cx->env;
    lite->until = cx->env->monotonic(cx->env) + STEP_MS;
    int64_t before = sqlite3_total_changes64(lite->db);
    int code = sqlite3_step(s->handle);
    lite->until = 0;
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return refused(cx, c, s);
    *row = code == SQLITE_ROW;
    if (writes && sqlite3_total_changes64(lite->db) != before)
        s->changed += sqlite3_changes64(lite->db); /* its own: not what triggers did */
    return OK;
}

static int columns(struct stmt *s)
{
    return sqlite3_column_count(s->handle);
}

static const char *column_name(struct stmt *s, int i)
{
    return sqlite3_column_name(s->handle, i);
}

static struct value column(struct stmt *s, int i)
{
    sqlite3_stmt *h = s->handle;
    switch (sqlite3_column_type(h, i)) {
    case SQLITE_INTEGER:
        return value_int(sqlite3_column_int64(h, i));
    case SQLITE_FLOAT: /* of an aggregate such as avg(): the whole part */
        return value_int((int64_t)sqlite3_column_double(h, i));
    case SQLITE_TEXT: {
        const char *p = (const char *)sqlite3_column_text(h, i);
        return p ? value_str(str_n(p, (size_t)sqlite3_column_bytes(h, i)))
                 : (struct value){.type = VALUE_UNREAD};
    }
    case SQLITE_BLOB: {
        const char *p = sqlite3_column_blob(h, i);
        size_t n = (size_t)sqlite3_column_bytes(h, i);
        return p || !n ? value_blob(str_n(p, n)) : (struct value){.type = VALUE_UNREAD};
    }
    default:
        return (struct value){0};
    }
}

static void reset(struct stmt *s)
{
    sqlite3_reset(s->handle);
    sqlite3_clear_bindings(s->handle);
}

/*
 * Every key begins with community_id, and one community is nearly all rows of its file. Without
 * numbers SQLite takes community_id for as good a key as any and reads the whole table by its
 * primary key (measured: 1,700 needs, three times slower). ANALYZE of a young store knows no
 * better, so the numbers are written by hand, the same for every store: the first column tells
 * nothing apart, the second leaves 100 rows, a whole unique key one. Plans then stay as tested.
 */
static const char statistics[] =
    "PRAGMA analysis_limit = 100; ANALYZE; DELETE FROM sqlite_stat1;"
    "INSERT INTO sqlite_stat1 (tbl, idx, stat)"
    " SELECT t.name, CASE i.origin WHEN 'pk' THEN t.name ELSE i.name END,"
    "  (SELECT '1000000 ' || group_concat(rows_left, ' ') FROM ("
    "   SELECT CASE WHEN c.seqno = 0 THEN 1000000"
    "    WHEN i.\"unique\" AND c.seqno = MAX(c.seqno) OVER () THEN 1"
    "    WHEN c.seqno = 1 THEN 100 ELSE 10 END AS rows_left"
    "   FROM pragma_index_info(i.name) c ORDER BY c.seqno))"
    " FROM sqlite_schema t, pragma_index_list(t.name) i"
    " WHERE t.type = 'table' AND EXISTS (SELECT 1 FROM pragma_index_info(i.name) c"
    "  WHERE c.seqno = 0 AND c.name = 'community_id');"
    "ANALYZE sqlite_schema";

static enum err migrating(struct cx *cx, struct conn *c, bool on)
{
    struct lite *lite = c->handle;
    if (on)
        return OK;
    /* a transaction: the first one makes a table, of which the mirror must know */
    TRY(begin(cx, c, true));
    enum err e = script(cx, c, statistics);
    if (e == OK)
        e = commit(cx, c);
    if (e != OK) {
        rollback(cx, c);
        return e;
    }
    return lite->mirror ? mirror_tidy(cx, lite->mirror, true) : OK;
}

static enum err keep_old(struct cx *cx, struct conn *c, int64_t last)
{
    const char *file = sqlite3_db_filename(db_of(c), "main");
    if (!file || !*file)
        return OK; /* in memory */
    struct str dir = str_c(file);
    while (dir.p[dir.n - 1] != '/') /* SQLite tells the whole path */
        dir.n--;
    const char *old = arena_printf(cx->mem, "%s.before-%lld-%lld", file, (long long)last + 1,
                                   (long long)(cx->now / MS_SECOND))
                          .p;
    log_info("the schema changes: the store as it is stays in %s", old);
    return mirror_keep_old(cx, file, arena_cstr(cx->mem, dir), old);
}

#define OWN_KEY_GOES                                                                               \
    "DELETE FROM subject_key "                                                                     \
    "WHERE community_id = OLD.community_id AND about = '$' AND about_id = OLD.id"

const struct engine sqlite_engine = {
    .scheme = "sqlite:",
    .kind = ENGINE_SQLITE,
    .open = open_sqlite,
    .close = close_sqlite,
    .script = script,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .prepare = prepare,
    .bind = bind_value,
    .step = step,
    .columns = columns,
    .column_name = column_name,
    .column = column,
    .reset = reset,
    .migrating = migrating,
    .keep_old = keep_old,
    .words = {"INTEGER", "TEXT", "BLOB", "TEXT", "WITHOUT ROWID, STRICT"},
    .append_only = "CREATE TRIGGER $_no_update BEFORE UPDATE ON $ BEGIN "
                   "SELECT RAISE(ABORT, '$ is append-only'); END;\n"
                   "CREATE TRIGGER $_no_delete BEFORE DELETE ON $ BEGIN "
                   "SELECT RAISE(ABORT, '$ is append-only'); END;",
    .own_key = "CREATE TRIGGER $_key_gone AFTER DELETE ON $ BEGIN " OWN_KEY_GOES "; END;\n"
               "CREATE TRIGGER $_key_left AFTER UPDATE OF % ON $ "
               "WHEN LENGTH(NEW.%) = 0 AND LENGTH(OLD.%) > 0 BEGIN " OWN_KEY_GOES "; END;",
};
