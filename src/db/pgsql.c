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
enum {
    CALL_MS = 6500, /* all calls of a request together (cx.waited_ms); more than the server's */
    LAST_MS =
        1000,      /* a call has so long in any case: a retry after all that is on another server */
    CONNECT_S = 2, /* of each host; libpq knows no less */
    LOOK_MS = 1000,    /* between two looks for a server that takes writes */
    LOOKING_MS = 8000, /* longest look: meanwhile nobody else looks */
    FETCH_FIRST = 20,  /* rows of a portion */
    FETCH_ROWS = 500,
    FETCH_GROWTH = 8,
    FETCH_BYTES = 4 << 20
};
static const char settings[] =
    "SET statement_timeout = '6s'; SET lock_timeout = '4s'; SET jit = off;"
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
    int64_t *trips;   /* conn.trips */
    int64_t *waited;  /* of the request, NULL = outside of one */
    int64_t heard_ms; /* when it answered last */
    struct store *store;
    bool is_replica;     /* takes no writes */
    bool is_unfit;       /* nobody knows what it is in the middle of: taken up again */
    struct asked *asked; /* in the order of asking */
    bool in_pipe;        /* some of them are on their way */
    bool write;
    bool writing;    /* the transaction is one that may */
    bool no_hurry;   /* until the transaction ends: a whole store is being copied */
    bool patient;    /* while migrating: an index of a large table may take its time */
    bool committing; /* a warning now means that the commit reached this server, not its standby */
    bool unsure;
    enum err refusal; /* the last one by an SQLSTATE of its own, and what was said of it */
    const char *refusal_text;
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
    int portion;          /* rows that were asked for, of the open cursor */
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
    if (str_find(str_c(text), S("wait for synchronous replication")) >= 0 ||
        (pg->committing && str_is(str_c(severity), "WARNING")))
        pg->unsure = true;
}

/* Waits until a whole answer lies ready. False when the deadline passed; then the connection is
 * cut, for what it still brings belongs to nobody. The clock is the real one: so is the network. */
static bool await(struct pg *pg)
{
    int64_t began = env_system.monotonic(&env_system), now = began, most = CALL_MS;
    if (pg->waited)
        most = *pg->waited < CALL_MS - LAST_MS ? CALL_MS - *pg->waited : LAST_MS;
    bool done = false, waited = false;
    while (!done) {
        int unsent = PQflush(pg->conn);
        if (unsent < 0 || (unsent == 0 && !PQisBusy(pg->conn)))
            break; /* what failed is said by the result */
        int64_t left = pg->patient || pg->no_hurry ? CALL_MS : began + most - now;
        if (left <= 0)
            done = true;
        *pg->trips += !waited;
        waited = true;
        struct pollfd p = {.fd = PQsocket(pg->conn), .events = POLLIN | (unsent ? POLLOUT : 0)};
        if (!done)
            poll(&p, 1, (int)left);
        now = env_system.monotonic(&env_system);
        if (!done && !PQconsumeInput(pg->conn))
            break;
    }
    if (pg->waited)
        *pg->waited += now - began;
    if (!done) {
        pg->heard_ms = now;
        return true;
    }
    log_warn("postgres did not answer within %d ms", (int)(now - began));
    if (now - began > CALL_MS / 2) /* else it was the request that had no time left */
        atomic_store(&pg->store->silent_ms, now);
    shutdown(PQsocket(pg->conn), SHUT_RDWR);
    while (PQconsumeInput(pg->conn))
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

static enum err refusal_of(struct str code, const char **text)
{
    static const struct {
        const char *state; /* or the head of it */
        enum err err;
        const char *text;
    } known[] = {
        {"23505", ERR_CONFLICT, "已经有这一条了"},
        {"23", ERR_INPUT, "这样填存不下，请检查填的内容"},
        {"40001", ERR_BUSY, "现在人多，请再试一次"},
        {"40P01", ERR_BUSY, "现在人多，请再试一次"},
        {"55P03", ERR_BUSY, "现在人多，请再试一次"},
        {"57014", ERR_STORE, "查得太久停下了，请缩小范围再查"},
        {"", ERR_STORE, "没有存上，什么都没有改"},
    };
    size_t i = 0;
    while (!str_starts(code, str_c(known[i].state)))
        i++;
    *text = known[i].text;
    return known[i].err;
}

/* By SQLSTATE. The server's DETAIL quotes values of rows, so it is never logged or shown. After a
 * refusal every further word in the transaction is refused too (25P02): whoever asked on without
 * looking gets the first reason, so that what is to be run again is run again. */
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
    bool stopped = pg->writing && str_is(code, "25006"); /* it took writes, and does no longer */
    pg->is_unfit |= stopped;
    if (!str_is(code, "25P02"))
        pg->refusal = refusal_of(stopped ? S("40001") : code, &pg->refusal_text);
    return fail(cx, pg->refusal, "%s", pg->refusal_text);
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

/* As the server itself tells whenever it changes, and as libpq chooses by. */
static bool takes_writes(const struct pg *pg)
{
    return !str_is(str_c(PQparameterStatus(pg->conn, "in_hot_standby")), "on") &&
           !str_is(str_c(PQparameterStatus(pg->conn, "default_transaction_read_only")), "on");
}

static void tell(struct store *st, bool found)
{
    if (atomic_exchange(&st->only_reads, !found) == found)
        log_warn("postgres: %s", found ? "writes are taken again" : "nobody takes writes");
}

/* A look for a server that takes writes costs seconds when one is frozen: while none is known, one
 * looks, and the others do not wait for it. */
static bool may_look(struct store *st)
{
    int64_t now = env_system.monotonic(&env_system), next = atomic_load(&st->look_ms);
    if (!atomic_load(&st->only_reads))
        return true;
    return now >= next && atomic_compare_exchange_strong(&st->look_ms, &next, now + LOOKING_MS);
}

/* Hosts are tried in turn. */
static bool connect_to(struct cx *cx, struct pg *pg, const char *who)
{
    struct str url = arena_printf(cx->mem, "postgres:%s", pg->store->address);
    bool has_query = str_find(url, S("?")) >= 0;
    url = arena_printf(cx->mem,
                       "%.*s%cconnect_timeout=%d&tcp_user_timeout=8000&target_session_attrs=%s",
                       STR(url), has_query ? '&' : '?', CONNECT_S, who);
    int64_t began = env_system.monotonic(&env_system);
    PQfinish(pg->conn);
    pg->conn = PQconnectdb(url.p);
    pg->is_unfit = false;
    pg->heard_ms = env_system.monotonic(&env_system);
    cx->waited_ms += pg->heard_ms - began;
    if (PQstatus(pg->conn) == CONNECTION_OK) {
        PQsetNoticeReceiver(pg->conn, notice, pg);
        return true;
    }
    log_warn("postgres (%s): %s", who, PQerrorMessage(pg->conn)); /* hosts: not for a page */
    return false;
}

/* To a server that takes writes; who only reads makes do with a replica when there is none. One
 * that lets nobody new in may be full, not gone: what others can write is not refused to all. */
static enum err take_up(struct cx *cx, struct conn *c, bool write)
{
    struct pg *pg = c->handle;
    struct store *st = pg->store;
    bool found = false;
    if (may_look(st)) {
        found = connect_to(cx, pg, "read-write");
        int64_t now = env_system.monotonic(&env_system);
        atomic_store(&st->look_ms, now + LOOK_MS);
        if (found || now - atomic_load(&st->write_ms) > LOOK_MS)
            tell(st, found);
    }
    pg->is_replica = !found;
    if (!found && write)
        return fail(cx, ERR_BUSY, "现在暂时存不了，请过一会儿再试");
    if (!found && !connect_to(cx, pg, "any"))
        return fail(cx, ERR_BUSY, "连不上数据库，请稍候再试（原因写在日志里）");
    for (size_t i = 0; i < STMT_SLOTS; i++)
        for (struct stmt *s = c->slots[i]; s; s = s->next)
            ((struct pg_stmt *)s->handle)->is_prepared = false;
    return settle(cx, c);
}

/* Of a store of which nothing is known yet only a server that takes writes will do, to begin with:
 * who opens it to write brings it up to date. */
static enum err open_pgsql(struct cx *cx, struct store *st, bool write, struct conn *c)
{
    struct pg *pg = arena_try(&c->mem, sizeof *pg);
    if (!pg)
        return no_memory(cx);
    c->handle = pg;
    pg->trips = &c->trips;
    pg->write = write;
    pg->store = st;
    return take_up(cx, c, false);
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

/* Has it died between two requests, or been silent together with another one, or is it on a replica
 * though there is better? */
static bool is_stale(const struct pg *pg, bool write)
{
    return PQstatus(pg->conn) != CONNECTION_OK || pg->is_unfit ||
           pg->heard_ms < atomic_load(&pg->store->silent_ms) ||
           (pg->is_replica && (write || !atomic_load(&pg->store->only_reads))) ||
           (write && !takes_writes(pg));
}

/* A connection that is of no use any more is taken up again; its statements are prepared anew. */
static enum err reconnect(struct cx *cx, struct conn *c, bool write)
{
    struct pg *pg = c->handle;
    if (!is_stale(pg, write))
        return OK;
    if (pg->patient) /* a new connection would not hold the lock of migrations */
        return fail(cx, ERR_BUSY, "和库的连接断了，请再试一次");
    return take_up(cx, c, write);
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
    pg->writing = write;
    pg->waited = &cx->waited_ms;
    pg->refusal = refusal_of(S(""), &pg->refusal_text);
    for (int tries = 0; tries < 2; tries++) {
        cx->fault = before;
        TRY(reconnect(cx, c, write));
        e = script(cx, c, words);
        if (e == OK || PQstatus(pg->conn) == CONNECTION_OK)
            break;
    }
    pg->is_unfit = e != OK; /* a server that lets nothing begin, as a standby: look for another */
    if (e == OK && write && takes_writes(pg)) {
        atomic_store(&pg->store->write_ms, pg->heard_ms);
        tell(pg->store, true); /* whoever looked meanwhile was not let in */
    }
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
    pg->waited = NULL;
    if (!c->writing) { /* all answers were here already */
        PQclear(r);
        return OK;
    }
    struct str code = str_c(PQresultErrorField(r, PG_DIAG_SQLSTATE));
    bool answered = PQstatus(pg->conn) == CONNECTION_OK && r && !str_starts(code, S("08")) &&
                    !str_starts(code, S("57P")) && !str_is(code, "40003");
    bool stored = PQresultStatus(r) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(r), "COMMIT") == 0;
    enum err e = OK;
    if (!answered || (stored && pg->unsure))
        e = fail(cx, ERR_UNKNOWN, "不知道存上没有，请用同一个请求再问一次");
    else if (!stored)
        e = PQresultStatus(r) == PGRES_COMMAND_OK
                ? fail(cx, pg->refusal, "%s", pg->refusal_text) /* answered ROLLBACK */
                : refused(cx, pg, r, "commit");
    PQclear(r);
    return e;
}

static bool rollback(struct cx *cx, struct conn *c)
{
    struct pg *pg = c->handle;
    struct fault before = cx->fault;
    (void)collect(cx, c); /* whatever they were: nobody asks any more */
    cx->fault = before;
    forget_asked(pg);
    PQclear(say(pg, "ROLLBACK"));
    pg->waited = NULL;
    pg->is_unfit |= PQtransactionStatus(pg->conn) != PQTRANS_IDLE; /* the next would be inside */
    return true; /* begin() takes a connection up again that is in no fit state */
}

/* The server reads the text once, with types of its own choice, so that a wrong statement is found
 * at start; it is prepared for use at its first step, when the types of its values are known. */
static enum err prepare(struct cx *cx, struct conn *c, struct stmt *s)
{
    struct pg *pg = c->handle;
    struct pg_stmt *p = arena_try(&c->mem, sizeof *p);
    if (!p)
        return no_memory(cx);
    assert(s->query->nparams <= PARAMETERS_MAX);
    snprintf(p->name, sizeof p->name, "s%d", ++pg->prepared);
    p->nparams = s->query->nparams;
    s->handle = p;
    TRY(collect(cx, c));
    PGresult *r = answer(pg, PQsendPrepare(pg->conn, "", s->query->text[ENGINE_PGSQL], 0, NULL));
    enum err e = OK;
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    if (state && str_starts(str_c(state), S("42"))) /* the text itself */
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

/* A photo is a row as well: the next portion is as long as the last one says that FETCH_BYTES are.
 */
static int portion_after(const struct pg_stmt *p)
{
    if (!p->answer)
        return FETCH_FIRST;
    int64_t bytes = (int64_t)PQresultMemorySize(p->answer); /* its own, at least */
    int64_t n = (int64_t)p->portion * FETCH_BYTES / bytes;
    int64_t most = (int64_t)p->portion * FETCH_GROWTH;
    n = n < most ? n : most;
    n = n < FETCH_ROWS ? n : FETCH_ROWS;
    return n < 1 ? 1 : (int)n;
}

/* Of many rows only a portion is in memory, and each portion has a deadline of its own. The
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
    if (pg->waited) /* who reads so goes through a whole store, which takes longer than a request */
        *pg->waited = 0;
    p->portion = portion_after(p);
    snprintf(text, sizeof text, "FETCH %d FROM k%d", p->portion, p->cursor);
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
        (!p->answer || (PQntuples(p->answer) == p->portion && p->row + 1 == p->portion)))
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
        if (!p->bytes)
            return (struct value){.type = VALUE_UNREAD};
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
    .append_only = "CREATE FUNCTION $_no_change() RETURNS trigger LANGUAGE plpgsql AS "
                   "'BEGIN RAISE EXCEPTION ''$ is append-only''; END';\n"
                   "CREATE TRIGGER $_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON $ "
                   "FOR EACH STATEMENT EXECUTE FUNCTION $_no_change();",
    .own_key = "CREATE FUNCTION $_key_gone() RETURNS trigger LANGUAGE plpgsql AS "
               "'BEGIN DELETE FROM subject_key WHERE community_id = OLD.community_id "
               "AND about = ''$'' AND about_id = OLD.id; RETURN NULL; END';\n"
               "CREATE TRIGGER $_key_gone AFTER DELETE ON $ "
               "FOR EACH ROW EXECUTE FUNCTION $_key_gone();\n"
               "CREATE TRIGGER $_key_left AFTER UPDATE OF % ON $ FOR EACH ROW "
               "WHEN (LENGTH(NEW.%) = 0 AND LENGTH(OLD.%) > 0) EXECUTE FUNCTION $_key_gone();",
};
