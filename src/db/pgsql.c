/* pgsql -- the engine for a city. The only file that includes libpq-fe.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "db/engine.h"
#include "base/log.h"
#include <assert.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* OIDs of PostgreSQL's own types; fixed for ever in its catalogue. */
enum { OID_ANY = 0, OID_BYTEA = 17, OID_INT8 = 20, PARAMETERS_MAX = 64, NUMBER_CHARS = 24 };

/* Every call has a deadline: nobody waits for a server that will not answer. */
static const char deadlines[] =
    "SET statement_timeout = '8s'; SET lock_timeout = '4s';"
    "SET idle_in_transaction_session_timeout = '30s'; SET client_min_messages = warning";

struct pg {
    PGconn *conn;
    bool unsure; /* a commit may have reached only this server, not its standby */
    int prepared;
};

/* A statement's parameters for the next step, and its answer, row by row. */
struct pg_stmt {
    char name[16];
    const char *values[PARAMETERS_MAX];
    int lengths[PARAMETERS_MAX], formats[PARAMETERS_MAX];
    Oid types[PARAMETERS_MAX];
    char numbers[PARAMETERS_MAX][NUMBER_CHARS];
    bool is_prepared;
    PGresult *answer;
    int row;
    unsigned char *bytes; /* of the last bytea column; libpq's memory */
};

static void notice(void *arg, const PGresult *r)
{
    struct pg *pg = arg;
    const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    if (text && strstr(text, "canceling wait for synchronous replication"))
        pg->unsure = true;
}

/* By SQLSTATE. The server's DETAIL quotes values of rows, so it is never logged or shown. */
static enum err refused(struct cx *cx, struct pg *pg, const PGresult *r, const char *what)
{
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    const char *text = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    struct str code = str_c(state ? state : "");
    log_info("%s: %s %s", what, state ? state : "no answer", text ? text : "");
    if (PQstatus(pg->conn) != CONNECTION_OK || !code.n || str_starts(code, S("08")) ||
        str_starts(code, S("57P")))
        return fail(cx, ERR_BUSY, "和库的连接断了，请再试一次");
    if (str_is(code, "23505"))
        return fail(cx, ERR_CONFLICT, "已经有这一条了");
    if (str_starts(code, S("23")))
        return fail(cx, ERR_INPUT, "这样填存不下，请检查填的内容");
    if (str_is(code, "40001") || str_is(code, "40P01") || str_is(code, "55P03"))
        return fail(cx, ERR_BUSY, "现在人多，请再试一次");
    if (str_is(code, "57014"))
        return fail(cx, ERR_BUSY, "查得太久停下了，请缩小范围再查");
    return fail(cx, ERR_STORE, "没有存上，什么都没有改（%s）", state);
}

static enum err script(struct cx *cx, struct conn *c, const char *sql)
{
    struct pg *pg = c->handle;
    PGresult *r = PQexec(pg->conn, sql);
    ExecStatusType s = PQresultStatus(r);
    enum err e = OK;
    if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK && s != PGRES_EMPTY_QUERY)
        e = refused(cx, pg, r, "script");
    PQclear(r);
    return e;
}

static enum err open_pgsql(struct cx *cx, const char *address, bool write, struct conn *c)
{
    struct pg *pg = NEW(&c->mem, struct pg);
    struct str url = arena_printf(cx->mem, "postgres:%s", address);
    bool has_query = str_find(url, S("?")) >= 0;
    url = arena_printf(cx->mem, "%.*s%cconnect_timeout=5&tcp_user_timeout=8000", STR(url),
                       has_query ? '&' : '?');
    c->handle = pg;
    pg->conn = PQconnectdb(url.p);
    if (PQstatus(pg->conn) != CONNECTION_OK)
        return fail(cx, ERR_STORE, "连不上 PostgreSQL：%s", PQerrorMessage(pg->conn));
    PQsetNoticeReceiver(pg->conn, notice, pg);
    TRY(script(cx, c, deadlines));
    return write ? OK : script(cx, c, "SET default_transaction_read_only = on");
}

static void forget(struct pg_stmt *p)
{
    PQclear(p->answer);
    PQfreemem(p->bytes);
    p->answer = NULL;
    p->bytes = NULL;
}

static void close_pgsql(struct conn *c)
{
    struct pg *pg = c->handle;
    for (size_t i = 0; i < STMT_SLOTS; i++)
        for (struct stmt *s = c->slots[i]; s; s = s->next)
            forget(s->handle);
    PQfinish(pg->conn);
}

/* A connection that died between two requests is taken up again; its statements are prepared anew.
 */
static enum err reconnect(struct cx *cx, struct conn *c)
{
    struct pg *pg = c->handle;
    if (PQstatus(pg->conn) == CONNECTION_OK)
        return OK;
    PQreset(pg->conn);
    if (PQstatus(pg->conn) != CONNECTION_OK)
        return fail(cx, ERR_BUSY, "和库的连接断了，请再试一次");
    for (size_t i = 0; i < STMT_SLOTS; i++)
        for (struct stmt *s = c->slots[i]; s; s = s->next)
            ((struct pg_stmt *)s->handle)->is_prepared = false;
    return script(cx, c, deadlines);
}

static enum err begin(struct cx *cx, struct conn *c, bool write)
{
    ((struct pg *)c->handle)->unsure = false;
    TRY(reconnect(cx, c));
    return script(cx, c,
                  write ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                        : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

/* Three outcomes: stored; refused by the server, so nothing was; or no answer, so nobody knows. */
static enum err commit(struct cx *cx, struct conn *c)
{
    struct pg *pg = c->handle;
    PGresult *r = PQexec(pg->conn, "COMMIT");
    bool answered = PQstatus(pg->conn) == CONNECTION_OK && r;
    bool stored = PQresultStatus(r) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(r), "COMMIT") == 0;
    enum err e = OK;
    if (!answered || (stored && pg->unsure))
        e = fail(cx, ERR_UNKNOWN, "不知道存上没有，请用同一个请求再问一次");
    else if (!stored)
        e = PQresultStatus(r) == PGRES_COMMAND_OK
                ? fail(cx, ERR_STORE, "没有存上，什么都没有改") /* answered ROLLBACK */
                : refused(cx, pg, r, "commit");
    PQclear(r);
    return e;
}

static void rollback(struct conn *c)
{
    PQclear(PQexec(((struct pg *)c->handle)->conn, "ROLLBACK"));
}

/* The server reads the text once, with types of its own choice, so that a wrong statement is found
 * at start; it is prepared for use at its first step, when the types of its values are known. */
static enum err prepare(struct cx *cx, struct conn *c, struct stmt *s)
{
    struct pg *pg = c->handle;
    struct pg_stmt *p = NEW(&c->mem, struct pg_stmt);
    assert(s->query->nparams <= PARAMETERS_MAX);
    snprintf(p->name, sizeof p->name, "s%d", ++pg->prepared);
    s->handle = p;
    PGresult *r = PQprepare(pg->conn, "", s->query->text[ENGINE_PGSQL], 0, NULL);
    enum err e = OK;
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        e = fail(cx, ERR_STORE, "%s:%d: %s: %s", s->query->file, s->query->line, s->query->name,
                 PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY));
    PQclear(r);
    return e;
}

static enum err bind(struct cx *cx, struct conn *c, struct stmt *s, int i, struct value v)
{
    struct pg_stmt *p = s->handle;
    (void)c;
    p->formats[i] = v.type == VALUE_BLOB;
    p->lengths[i] = (int)v.s.n;
    p->values[i] = NULL;
    if (v.type == VALUE_NULL)
        return OK; /* the type stays what it was */
    p->types[i] = v.type == VALUE_INT ? OID_INT8 : v.type == VALUE_BLOB ? OID_BYTEA : OID_ANY;
    if (v.type == VALUE_INT) {
        snprintf(p->numbers[i], NUMBER_CHARS, "%lld", (long long)v.i);
        p->values[i] = p->numbers[i];
    } else {
        if (v.type == VALUE_TEXT && v.s.n && memchr(v.s.p, 0, v.s.n))
            return fail(cx, ERR_INPUT, "内容里有存不下的字符，请删掉再试");
        p->values[i] = arena_cstr(cx->mem, v.s);
    }
    return OK;
}

static enum err run(struct cx *cx, struct conn *c, struct stmt *s)
{
    struct pg *pg = c->handle;
    struct pg_stmt *p = s->handle;
    int n = s->query->nparams;
    if (!p->is_prepared) {
        PGresult *r = PQprepare(pg->conn, p->name, s->query->text[ENGINE_PGSQL], n, p->types);
        enum err e = OK;
        if (PQresultStatus(r) != PGRES_COMMAND_OK)
            e = refused(cx, pg, r, s->query->name);
        PQclear(r);
        if (e != OK)
            return e;
        p->is_prepared = true;
    }
    p->answer = PQexecPrepared(pg->conn, p->name, n, p->values, p->lengths, p->formats, 0);
    ExecStatusType status = PQresultStatus(p->answer);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return refused(cx, pg, p->answer, s->query->name);
    s->changed = s->query->write ? strtoll(PQcmdTuples(p->answer), NULL, 10) : 0;
    p->row = -1;
    return OK;
}

static enum err step(struct cx *cx, struct conn *c, struct stmt *s, bool *row)
{
    struct pg_stmt *p = s->handle;
    *row = false;
    if (!p->answer)
        TRY(run(cx, c, s));
    *row = ++p->row < PQntuples(p->answer);
    return OK;
}

static int columns(struct stmt *s)
{
    return PQnfields(((struct pg_stmt *)s->handle)->answer);
}

static const char *column_name(struct stmt *s, int i)
{
    return PQfname(((struct pg_stmt *)s->handle)->answer, i);
}

static struct value column(struct stmt *s, int i)
{
    struct pg_stmt *p = s->handle;
    if (PQgetisnull(p->answer, p->row, i))
        return (struct value){0};
    const char *text = PQgetvalue(p->answer, p->row, i);
    struct str value = str_n(text, (size_t)PQgetlength(p->answer, p->row, i));
    switch (PQftype(p->answer, i)) {
    case OID_INT8:
    case 23:   /* int4 */
    case 21:   /* int2 */
    case 1700: /* numeric: of SUM(bigint) */
        return value_int(strtoll(text, NULL, 10));
    case 16: /* bool */
        return value_int(text[0] == 't');
    case OID_BYTEA: {
        size_t n;
        PQfreemem(p->bytes);
        p->bytes = PQunescapeBytea((const unsigned char *)text, &n);
        return value_blob(str_n((const char *)p->bytes, n));
    }
    default:
        return value_str(value);
    }
}

static void reset(struct stmt *s)
{
    forget(s->handle);
}

const struct engine pgsql_engine = {
    .scheme = "postgres:",
    .kind = ENGINE_PGSQL,
    .open = open_pgsql,
    .close = close_pgsql,
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
    .words = {"BIGINT", "JSONB", "BYTEA", "TEXT COLLATE \"C\"", ""},
};
