/* sqlite -- the engine for one community on one machine. The only file that includes sqlite3.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "db/engine.h"
#include "base/log.h"
#include <assert.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

enum { BUSY_MS = 5000, EXIT_FSYNC = 9 };

/* A disk that did not confirm a write may have lost earlier ones too, and a second fsync may lie
 * about it: end here, and let the journal decide at the next start. */
static void check_disk(int code)
{
    if (code != SQLITE_IOERR_FSYNC && code != SQLITE_IOERR_DIR_FSYNC)
        return;
    log_bad("the disk did not confirm a write (sqlite %d)", code);
    _exit(EXIT_FSYNC);
}

static enum err refused(struct cx *cx, struct conn *c, const struct stmt *s)
{
    int code = sqlite3_extended_errcode(c->handle);
    check_disk(code);
    log_info("%s: %s", s ? s->query->name : "store", sqlite3_errstr(code)); /* no values in it */
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fail(cx, ERR_BUSY, "现在人多，请再试一次");
    case SQLITE_CONSTRAINT:
        if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
            return fail(cx, ERR_CONFLICT, "已经有这一条了");
        return fail(cx, ERR_INPUT, "这样填存不下，请检查填的内容");
    case SQLITE_FULL:
        return fail(cx, ERR_STORE, "存储空间满了，这一次没有存上");
    case SQLITE_INTERRUPT:
        return fail(cx, ERR_BUSY, "查得太久停下了，请缩小范围再查");
    default:
        return fail(cx, ERR_STORE, "没有存上，什么都没有改（%s）", sqlite3_errstr(code));
    }
}

static enum err script(struct cx *cx, struct conn *c, const char *sql)
{
    if (sqlite3_exec(c->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
        return OK;
    log_warn("script: %s", sqlite3_errmsg(c->handle));
    return refused(cx, c, NULL);
}

static enum err open_sqlite(struct cx *cx, const char *address, bool write, struct conn *c)
{
    sqlite3 *db = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(address, &db, flags, NULL);
    c->handle = db;
    if (code != SQLITE_OK)
        return fail(cx, ERR_STORE, "打不开库文件 %s：%s", address, sqlite3_errstr(code));
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_MS);
    TRY(script(cx, c,
               "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
               "PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY"));
    return write ? OK : script(cx, c, "PRAGMA query_only=ON");
}

static void close_sqlite(struct conn *c)
{
    for (size_t i = 0; i < STMT_SLOTS; i++)
        for (struct stmt *s = c->slots[i]; s; s = s->next)
            sqlite3_finalize(s->handle);
    sqlite3_close(c->handle);
}

static enum err begin(struct cx *cx, struct conn *c, bool write)
{
    return script(cx, c, write ? "BEGIN IMMEDIATE" : "BEGIN");
}

static enum err commit(struct cx *cx, struct conn *c)
{
    return script(cx, c, "COMMIT");
}

static void rollback(struct conn *c)
{
    if (!sqlite3_get_autocommit(c->handle))
        sqlite3_exec(c->handle, "ROLLBACK", NULL, NULL, NULL);
}

static enum err prepare(struct cx *cx, struct conn *c, struct stmt *s)
{
    sqlite3_stmt *h = NULL;
    if (sqlite3_prepare_v3(c->handle, s->query->text[ENGINE_SQLITE], -1, SQLITE_PREPARE_PERSISTENT,
                           &h, NULL) != SQLITE_OK)
        return fail(cx, ERR_STORE, "%s:%d: %s: %s", s->query->file, s->query->line, s->query->name,
                    sqlite3_errmsg(c->handle));
    assert(sqlite3_bind_parameter_count(h) == s->query->nparams);
    s->handle = h;
    return OK;
}

static enum err bind(struct cx *cx, struct conn *c, struct stmt *s, int i, struct value v)
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
    }
    return code == SQLITE_OK ? OK : refused(cx, c, s);
}

static enum err step(struct cx *cx, struct conn *c, struct stmt *s, bool *row)
{
    int before = sqlite3_total_changes(c->handle);
    int code = sqlite3_step(s->handle);
    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW || code == SQLITE_DONE) {
        if (!sqlite3_stmt_readonly(s->handle))
            s->changed += sqlite3_total_changes(c->handle) - before;
        return OK;
    }
    enum err e = refused(cx, c, s);
    /* Some errors (a full disk, no memory) end the whole transaction by themselves: then nothing
     * after this statement may believe that it is still inside. */
    if (c->in_transaction && sqlite3_get_autocommit(c->handle))
        c->in_transaction = false;
    return e;
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
    case SQLITE_TEXT:
        return value_str(
            str_n((const char *)sqlite3_column_text(h, i), (size_t)sqlite3_column_bytes(h, i)));
    case SQLITE_BLOB: {
        const char *p = sqlite3_column_blob(h, i);
        return value_blob(str_n(p, (size_t)sqlite3_column_bytes(h, i)));
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
    .bind = bind,
    .step = step,
    .columns = columns,
    .column_name = column_name,
    .column = column,
    .reset = reset,
    .words = {"INTEGER", "TEXT", "BLOB", "TEXT", "WITHOUT ROWID, STRICT"},
};
