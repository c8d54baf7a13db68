/* pgsql -- the engine for a city. The only file that includes libpq-fe.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "db/engine.h"
#include "base/env.h"
#include "base/log.h"
#include <assert.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* OIDs of PostgreSQL's own types; fixed for ever in its catalogue. */
enum { OID_ANY = 0, OID_BYTEA = 17, OID_INT8 = 20, NUMBER_CHARS = 24 };

/* Every call has a deadline: the server's own, and ours for a server that is frozen, cut off, or
 * waits in COMMIT for a standby that is not there. Statements are few and made for their indexes:
 * one plan each, as on SQLite; planning anew for every question cost more than answering it. */
enum { CALL_MS = 10000, FETCH_ROWS = 500 };
static const char settings[] =
    "SET statement_timeout = '8s'; SET lock_timeout = '4s'; SET jit = off;"
    "SET idle_in_transaction_session_timeout = '30s'; SET client_min_messages = warning;"
    "SET plan_cache_mode = force_generic_plan";

/* Programs that migrate one database take turns by this number ("linghang" begins so). */
#define MIGRATION_LOCK "7813571"

/* A question asked in advance (db_ahead), in the memory of the request. */
struct asked {
    struct asked *next;
    struct pg_stmt *of;
    const char **values;
    bool on_its_way;
    bool prepares;    /* its statement is prepared by the same trip */
    PGresult *answer; /* NULL: not yet here, or refused */
};

struct pg {
    PGconn *conn;
    int64_t *trips;      /* conn.trips */
    struct asked *asked; /* in the order of asking */
    bool in_pipe;        /* some of them are on their way */
    bool write;
    bool no_hurry;   /* until the transaction ends: a whole store is being copied */
    bool patient;    /* while migrating: an index of a large table may take its time */
    bool committing; /* a warning now means that the commit reached this server, not its standby */
    bool unsure;
    int prepared, cursors;
};

/* A statement's parameters for the next step, and its answer, row by row. */
struct pg_stmt {
    char name[16];
    const char *values[PARAMETERS_MAX];
    int lengths[PARAMETERS_MAX], formats[PARAMETERS_MAX];
    Oid types[PARAMETERS_MAX];
    char numbers[PARAMETERS_MAX][NUMBER_CHARS];
    bool is_prepared;
    int nparams;
    PGresult *answer;
    int row;
    int cursor;           /* number of the open one, 0 = none */
    unsigned char *bytes; /* of the last bytea column; libpq's memory */
};

static void notice(void *arg, const PGresult *r)
{
    struct pg *pg = arg;
    const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    const char *severity = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
    /* "canceling wait for synchronous replication": the server may say it in Chinese, so any
     * warning in the middle of a commit counts. */
    if ((text && strstr(text, "wait for synchronous replication")) ||
        (pg->committing && severity && strcmp(severity, "WARNING") == 0))
        pg->unsure = true;
}

/* Waits until a whole answer lies ready. False when the deadline passed; then the connection is
 * cut, for what it still brings belongs to nobody. The clock is the real one: so is the network. */
static bool await(struct pg *pg)
{
    int64_t until = env_system.monotonic(&env_system) + CALL_MS;
    for (bool waited = false;; waited = true) {
        int unsent = PQflush(pg->conn);
        if (unsent < 0 || (unsent == 0 && !PQisBusy(pg->conn)))
            return true; /* what failed is said by the result */
        int64_t left =
            pg->patient || pg->no_hurry ? CALL_MS : until - env_system.monotonic(&env_system);
        if (left <= 0)
            break;
        *pg->trips += !waited;
        struct pollfd p = {.fd = PQsocket(pg->conn), .events = POLLIN | (unsent ? POLLOUT : 0)};
        poll(&p, 1, (int)left);
        if (!PQconsumeInput(pg->conn))
            return true;
    }
    log_warn("postgres did not answer within %d ms", CALL_MS);
    shutdown(PQsocket(pg->conn), SHUT_RDWR);
    while (PQstatus(pg->conn) == CONNECTION_OK && PQconsumeInput(pg->conn))
        ;
    return false;
}

/* The last result of what was sent (or the error that ended it); NULL when there is none. */
static PGresult *answer(struct pg *pg, int sent)
{
    PGresult *last = NULL, *r;
    bool whole = sent;
    while (whole && (whole = await(pg)) && (r = PQgetResult(pg->conn))) {
        PQclear(last);
        last = r;
    }
    if (whole)
        return last;
    PQclear(last);
    return NULL;
}

static PGresult *say(struct pg *pg, const char *sql)
{
    return answer(pg, PQsendQuery(pg->conn, sql));
}

/* By SQLSTATE. The server's DETAIL quotes values of rows, so it is never logged or shown. */
static enum err refused(struct cx *cx, struct pg *pg, const PGresult *r, const char *what)
{
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    const char *text = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    struct str code = str_c(state ? state : "");
    bool quotes = str_starts(code, S("22")); /* invalid input: "the words of a person" */
    log_info("%s: %s %s", what, state ? state : "no answer", text && !quotes ? text : "");
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
        return fail(cx, ERR_STORE, "查得太久停下了，请缩小范围再查");
    return fail(cx, ERR_STORE, "没有存上，什么都没有改（%s）", state);
}

/* ---- questions asked in advance ---- */

static void forget_asked(struct pg *pg)
{
    for (struct asked *a = pg->asked; a; a = a->next)
        PQclear(a->answer);
    pg->asked = NULL;
}

/* One result in the pipeline; libpq closes each with a NULL, which is taken off too. */
static PGresult *next_in_pipe(struct pg *pg)
{
    PGresult *r = await(pg) ? PQgetResult(pg->conn) : NULL;
    if (r && PQresultStatus(r) != PGRES_PIPELINE_SYNC)
        PQclear(PQgetResult(pg->conn));
    return r;
}

/* Takes in every answer that is on its way, in one trip. The connection speaks one by one again. */
static enum err collect(struct cx *cx, struct conn *c)
{
    struct pg *pg = c->handle;
    enum err e = OK;
    if (!pg->in_pipe)
        return OK;
    pg->in_pipe = false;
    PQpipelineSync(pg->conn);
    for (struct asked *a = pg->asked; a; a = a->next) {
        if (!a->on_its_way)
            continue;
        a->on_its_way = false;
        PGresult *r = next_in_pipe(pg);
        if (a->prepares && PQresultStatus(r) != PGRES_FATAL_ERROR) {
            a->of->is_prepared |= PQresultStatus(r) == PGRES_COMMAND_OK;
            PQclear(r);
            r = next_in_pipe(pg);
        } else if (a->prepares) {
            PQclear(next_in_pipe(pg)); /* not run for want of its statement */
        }
        if (PQresultStatus(r) == PGRES_TUPLES_OK)
            a->answer = r;
        else if (e == OK)
            e = refused(cx, pg, r, "asked in advance");
        if (a->answer != r)
            PQclear(r);
    }
    PQclear(next_in_pipe(pg)); /* the mark of the end */
    if (!PQexitPipelineMode(pg->conn))
        shutdown(PQsocket(pg->conn), SHUT_RDWR); /* what is still to come belongs to nobody */
    return e;
}

static bool same_values(const struct pg_stmt *p, const char **values)
{
    for (int i = 0; i < p->nparams; i++)
        if (!p->values[i] != !values[i] || (values[i] && strcmp(p->values[i], values[i]) != 0))
            return false;
    return true;
}

/* The statement is bound: was it asked in advance? Then its answer is here now. */
static bool take_asked(struct pg *pg, struct pg_stmt *p)
{
    for (struct asked **a = &pg->asked; *a; a = &(*a)->next) {
        if ((*a)->of != p || !(*a)->answer || !same_values(p, (*a)->values))
            continue;
        p->answer = (*a)->answer;
        *a = (*a)->next;
        return true;
    }
    return false;
}

static enum err script(struct cx *cx, struct conn *c, const char *sql)
{
    struct pg *pg = c->handle;
    TRY(collect(cx, c));
    PGresult *r = say(pg, sql);
    ExecStatusType s = PQresultStatus(r);
    enum err e = OK;
    if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK && s != PGRES_EMPTY_QUERY)
        e = refused(cx, pg, r, "script");
    PQclear(r);
    return e;
}

/* What a new connection must know. */
static enum err settle(struct cx *cx, struct conn *c)
{
    struct pg *pg = c->handle;
    PQsetnonblocking(pg->conn, 1);
    TRY(script(cx, c, settings));
    return pg->write ? OK : script(cx, c, "SET default_transaction_read_only = on");
}

static enum err open_pgsql(struct cx *cx, const char *address, bool write, struct conn *c)
{
    struct pg *pg = NEW(&c->mem, struct pg);
    struct str url = arena_printf(cx->mem, "postgres:%s", address);
    bool has_query = str_find(url, S("?")) >= 0;
    url = arena_printf(cx->mem, "%.*s%cconnect_timeout=5&tcp_user_timeout=8000", STR(url),
                       has_query ? '&' : '?');
    c->handle = pg;
    pg->trips = &c->trips;
    pg->write = write;
    pg->conn = PQconnectdb(url.p);
    if (PQstatus(pg->conn) != CONNECTION_OK) {
        log_bad("postgres: %s", PQerrorMessage(pg->conn)); /* hosts and ports: not for a page */
        return fail(cx, ERR_BUSY, "连不上数据库，请稍候再试（原因写在日志里）");
    }
    PQsetNoticeReceiver(pg->conn, notice, pg);
    return settle(cx, c);
}

static void forget(struct pg_stmt *p)
{
    PQclear(p->answer);
    PQfreemem(p->bytes);
    p->answer = NULL;
    p->bytes = NULL;
    p->cursor = 0;
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
    if (!pg->patient) /* a new connection would not hold the lock of migrations */
        PQreset(pg->conn);
    if (PQstatus(pg->conn) != CONNECTION_OK)
        return fail(cx, ERR_BUSY, "和库的连接断了，请再试一次");
    for (size_t i = 0; i < STMT_SLOTS; i++)
        for (struct stmt *s = c->slots[i]; s; s = s->next)
            ((struct pg_stmt *)s->handle)->is_prepared = false;
    return settle(cx, c);
}

/* Nothing has happened yet, so a connection that turns out dead is taken up again at once. */
static enum err begin(struct cx *cx, struct conn *c, bool write)
{
    struct pg *pg = c->handle;
    const struct fault before = cx->fault;
    const char *words = write ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                              : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    enum err e = OK;
    pg->unsure = pg->no_hurry = false;
    for (int tries = 0; tries < 2; tries++) {
        cx->fault = before;
        TRY(reconnect(cx, c));
        e = script(cx, c, words);
        if (e == OK || PQstatus(pg->conn) == CONNECTION_OK)
            break;
    }
    if (e !=
        OK) /* a server that lets nothing begin, as a standby: look for another one next time */
        shutdown(PQsocket(pg->conn), SHUT_RDWR);
    return e;
}

/* Three outcomes: stored; refused by the server, so nothing was; or no answer, so nobody knows. */
static enum err commit(struct cx *cx, struct conn *c)
{
    struct pg *pg = c->handle;
    TRY(collect(cx, c));
    forget_asked(pg);
    pg->committing = true;
    PGresult *r = say(pg, "COMMIT");
    pg->committing = false;
    struct str code = str_c(PQresultErrorField(r, PG_DIAG_SQLSTATE));
    bool answered = PQstatus(pg->conn) == CONNECTION_OK && r && !str_starts(code, S("08")) &&
                    !str_starts(code, S("57P")) && !str_is(code, "40003");
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

static void rollback(struct cx *cx, struct conn *c)
{
    struct pg *pg = c->handle;
    struct fault before = cx->fault;
    (void)collect(cx, c); /* whatever they were: nobody asks any more */
    cx->fault = before;
    forget_asked(pg);
    PQclear(say(pg, "ROLLBACK"));
}

/* The server reads the text once, with types of its own choice, so that a wrong statement is found
 * at start; it is prepared for use at its first step, when the types of its values are known. */
static enum err prepare(struct cx *cx, struct conn *c, struct stmt *s)
{
    struct pg *pg = c->handle;
    struct pg_stmt *p = NEW(&c->mem, struct pg_stmt);
    assert(s->query->nparams <= PARAMETERS_MAX);
    snprintf(p->name, sizeof p->name, "s%d", ++pg->prepared);
    p->nparams = s->query->nparams;
    s->handle = p;
    TRY(collect(cx, c));
    PGresult *r = answer(pg, PQsendPrepare(pg->conn, "", s->query->text[ENGINE_PGSQL], 0, NULL));
    enum err e = OK;
    if (PQresultStatus(r) == PGRES_FATAL_ERROR && PQstatus(pg->conn) == CONNECTION_OK)
        e = fail(cx, ERR_STORE, "%s:%d: %s: %s", s->query->file, s->query->line, s->query->name,
                 PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY));
    else if (PQresultStatus(r) != PGRES_COMMAND_OK)
        e = refused(cx, pg, r, s->query->name);
    PQclear(r);
    return e;
}

static enum err bind_value(struct cx *cx, struct conn *c, struct stmt *s, int i, struct value v)
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

/* Of many rows only FETCH_ROWS are in memory, and each portion has a deadline of its own. The
 * cursor ends with the transaction. */
static enum err fetch(struct cx *cx, struct conn *c, struct stmt *s)
{
    struct pg *pg = c->handle;
    struct pg_stmt *p = s->handle;
    TRY(collect(cx, c));
    if (!p->cursor) {
        int number = ++pg->cursors;
        const char *text = arena_printf(cx->mem, "DECLARE k%d NO SCROLL CURSOR FOR %s", number,
                                        s->query->text[ENGINE_PGSQL])
                               .p;
        PGresult *r = answer(pg, PQsendQueryParams(pg->conn, text, s->query->nparams, p->types,
                                                   p->values, p->lengths, p->formats, 0));
        bool declared = PQresultStatus(r) == PGRES_COMMAND_OK;
        enum err e = declared ? OK : refused(cx, pg, r, s->query->name);
        PQclear(r);
        TRY(e);
        p->cursor = number;
    }
    char text[64];
    snprintf(text, sizeof text, "FETCH %d FROM k%d", FETCH_ROWS, p->cursor);
    PQclear(p->answer);
    p->answer = say(pg, text);
    p->row = -1;
    return PQresultStatus(p->answer) == PGRES_TUPLES_OK
               ? OK
               : refused(cx, pg, p->answer, s->query->name);
}

static enum err run(struct cx *cx, struct conn *c, struct stmt *s)
{
    struct pg *pg = c->handle;
    struct pg_stmt *p = s->handle;
    int n = s->query->nparams;
    p->row = -1;
    TRY(collect(cx, c));
    if (s->query->write)
        forget_asked(pg);
    else if (take_asked(pg, p))
        return OK;
    if (!p->is_prepared) {
        PGresult *r =
            answer(pg, PQsendPrepare(pg->conn, p->name, s->query->text[ENGINE_PGSQL], n, p->types));
        enum err e = OK;
        if (PQresultStatus(r) != PGRES_COMMAND_OK)
            e = refused(cx, pg, r, s->query->name);
        PQclear(r);
        if (e != OK)
            return e;
        p->is_prepared = true;
    }
    p->answer =
        answer(pg, PQsendQueryPrepared(pg->conn, p->name, n, p->values, p->lengths, p->formats, 0));
    ExecStatusType status = PQresultStatus(p->answer);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return refused(cx, pg, p->answer, s->query->name);
    s->changed = s->query->write ? strtoll(PQcmdTuples(p->answer), NULL, 10) : 0;
    return OK;
}

/* Sent, not awaited: collect() does that for all. */
static enum err ahead(struct cx *cx, struct conn *c, struct stmt *s)
{
    struct pg *pg = c->handle;
    struct pg_stmt *p = s->handle;
    struct asked *a = NEW(cx->mem, struct asked), **last = &pg->asked;
    int n = p->nparams;
    if (!pg->in_pipe && !PQenterPipelineMode(pg->conn))
        return OK; /* the call itself will say what is wrong */
    pg->in_pipe = true;
    a->of = p;
    a->on_its_way = true;
    a->prepares = !p->is_prepared;
    for (struct asked *b = pg->asked; b; b = b->next)
        a->prepares &= b->of != p || !b->on_its_way;
    a->values = arena_array(cx->mem, (size_t)n + 1, sizeof *a->values);
    for (int i = 0; i < n; i++) /* numbers stand in the statement, which is bound again */
        a->values[i] = p->values[i] ? arena_cstr(cx->mem, str_c(p->values[i])) : NULL;
    if ((a->prepares &&
         !PQsendPrepare(pg->conn, p->name, s->query->text[ENGINE_PGSQL], n, p->types)) ||
        !PQsendQueryPrepared(pg->conn, p->name, n, p->values, p->lengths, p->formats, 0))
        return refused(cx, pg, NULL, s->query->name);
    while (*last)
        last = &(*last)->next;
    *last = a;
    return OK;
}

static enum err step(struct cx *cx, struct conn *c, struct stmt *s, bool *row)
{
    struct pg_stmt *p = s->handle;
    *row = false;
    if (s->stream &&
        (!p->answer || (PQntuples(p->answer) == FETCH_ROWS && p->row + 1 == FETCH_ROWS)))
        TRY(fetch(cx, c, s));
    else if (!p->answer)
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
    case 700:
    case 701: /* real, double: the whole part, as on SQLite */
        return value_int((int64_t)strtod(text, NULL));
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

/* The lock is taken before a transaction begins: a snapshot from before the wait would not show
 * what the program that held it has done. */
static enum err migrating(struct cx *cx, struct conn *c, bool on)
{
    struct pg *pg = c->handle;
    if (!on) {
        pg->patient = false;
        PQclear(say(pg, "SELECT pg_advisory_unlock(" MIGRATION_LOCK ")"));
        return script(cx, c, settings);
    }
    pg->patient = true;
    TRY(script(cx, c, "SET statement_timeout = 0; SET lock_timeout = '60s'"));
    TRY(script(cx, c, "SELECT pg_advisory_lock(" MIGRATION_LOCK ")"));
    return script(cx, c, "SET lock_timeout = '4s'"); /* of tables: requests queue behind us */
}

static enum err no_hurry(struct cx *cx, struct conn *c)
{
    ((struct pg *)c->handle)->no_hurry = true;
    return script(cx, c, "SET LOCAL statement_timeout = 0");
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
    .bind = bind_value,
    .step = step,
    .columns = columns,
    .column_name = column_name,
    .column = column,
    .reset = reset,
    .ahead = ahead,
    .migrating = migrating,
    .no_hurry = no_hurry,
    .words = {"BIGINT", "JSONB", "BYTEA", "TEXT COLLATE \"C\"", ""},
};
