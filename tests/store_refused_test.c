/* store_refused_test -- a store that fails: no memory at any allocation, a call of its library that
 * comes to nothing, and each thing that it may say. What was answered with OK is stored, what was
 * refused is not, and the connection serves the next one. */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "tests/refuse.h"
#include "tests/fresh.h"
#include "base/env.h"
#include "base/out.h"
#include "db/db.h"
#include "db/engine.h"
#include <libpq-fe.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/socket.h>

/* ---- the libraries ---- */

STAND_IN(int, 0, PQsendPrepare,
         (PGconn * c, const char *name, const char *text, int n, const Oid *types),
         (c, name, text, n, types))
STAND_IN(int, 0, PQsendQueryPrepared,
         (PGconn * c, const char *name, int n, const char *const *values, const int *lengths,
          const int *formats, int format),
         (c, name, n, values, lengths, formats, format))
STAND_IN(int, 0, PQsendQueryParams,
         (PGconn * c, const char *text, int n, const Oid *types, const char *const *values,
          const int *lengths, const int *formats, int format),
         (c, text, n, types, values, lengths, formats, format))
STAND_IN(int, -1, PQflush, (PGconn * c), (c))
STAND_IN(int, 0, PQconsumeInput, (PGconn * c), (c))
STAND_IN(int, 0, PQenterPipelineMode, (PGconn * c), (c))
STAND_IN(int, 0, PQexitPipelineMode, (PGconn * c), (c))

static sqlite3_mem_methods sqlite_memory;

static void *lite_malloc(int n)
{
    return refuse_now(__func__, REFUSE_NO) ? NULL : sqlite_memory.xMalloc(n);
}

static void *lite_realloc(void *p, int n)
{
    return refuse_now(__func__, REFUSE_NO) ? NULL : sqlite_memory.xRealloc(p, n);
}

/* What SQLite is made to say, of one step or of one word. */
static struct {
    int step;
    const char *word; /* sqlite3_exec of it */
    int said;
    bool ended; /* and the transaction is over */
    const char *mode;
    bool read_only;
    const char *cut; /* the connection ends when PostgreSQL is told this word */
    int64_t jump_ms; /* the clock jumps so far while an answer is awaited */
} plant;

int PQsendQuery(PGconn *c, const char *text)
{
    if (plant.cut && strncmp(text, plant.cut, strlen(plant.cut)) == 0)
        shutdown(PQsocket(c), SHUT_RDWR);
    return refuse_now(__func__, REFUSE_NO) ? 0 : THROUGH(PQsendQuery, (c, text));
}

int sqlite3_step(sqlite3_stmt *s)
{
    return plant.step ? plant.step & 0xff : REAL(sqlite3_step)(s);
}

int sqlite3_extended_errcode(sqlite3 *db)
{
    int said = plant.step ? plant.step : plant.word ? plant.said : 0;
    return said ? said : REAL(sqlite3_extended_errcode)(db);
}

int sqlite3_db_readonly(sqlite3 *db, const char *name)
{
    return plant.read_only ? 1 : REAL(sqlite3_db_readonly)(db, name);
}

int sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *arg,
                 char **message)
{
    if (plant.mode && row)
        return row(arg, 1, (char *[]){(char *)(uintptr_t)plant.mode}, NULL);
    if (!plant.word || strcmp(plant.word, sql) != 0)
        return REAL(sqlite3_exec)(db, sql, row, arg, message);
    if (plant.ended)
        REAL(sqlite3_exec)(db, "ROLLBACK", NULL, NULL, NULL);
    return plant.said & 0xff;
}

/* ---- a store with one table ---- */

enum colour { RED, GREEN };
static const char *const colour_codes[] = {"red", "green", NULL};
struct ball {
    int64_t id;
    struct str text, bytes;
    enum colour colour;
};
typedef LIST(struct ball) ball_list;
static const struct field ball_fields[] = {
    FIELD(struct ball, id, "编号"),
    FIELD(struct ball, text, "内容"),
    FIELD(struct ball, bytes, "字节"),
    FIELD(struct ball, colour, "颜色", .codes = colour_codes),
};
static const struct shape ball_shape = SHAPE("ball", struct ball, ball_fields);

static const struct migration first[] = {
    {"0001-ball",
     "CREATE TABLE ball (community_id @INT NOT NULL, id @INT NOT NULL, text TEXT NOT NULL,"
     " bytes @BLOB, colour TEXT NOT NULL, PRIMARY KEY (community_id, id)) @OPT;"
     "CREATE TABLE said (community_id @INT NOT NULL, id @INT NOT NULL,"
     " PRIMARY KEY (community_id, id)) @OPT;\n"
     "@APPEND_ONLY said"}, /* the last word of a file needs no ';' */
    {"0002-more", "ALTER TABLE said ADD COLUMN more @INT NOT NULL DEFAULT 0"},
};

#define QUERY(n, w, lite, pg, ...)                                                                 \
    {                                                                                              \
        .name = n, .file = "store_refused_test.c", .line = __LINE__, .text = {lite, pg},           \
        .write = w, .params = (const char *const[]){__VA_ARGS__},                                  \
        .nparams = sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)                     \
    }
#define BOTH(n, w, t, ...) QUERY(n, w, t, t, __VA_ARGS__)

static const struct query put_one =
    BOTH("put", true,
         "INSERT INTO ball (community_id, id, text, bytes, colour) VALUES ($1, $2, $3, $4, $5)",
         "community_id", "id", "text", "bytes", "colour");
static const struct query one = BOTH("one", false,
                                     "SELECT id, text, bytes, colour FROM ball"
                                     " WHERE community_id = $1 AND id = $2",
                                     "community_id", "id");
static const struct query all = BOTH("all", false,
                                     "SELECT id, text, bytes, colour FROM ball"
                                     " WHERE community_id = $1 ORDER BY id",
                                     "community_id");
static const struct query how_many =
    BOTH("how_many", false, "SELECT COUNT(*) FROM ball WHERE community_id = $1 AND id = $2",
         "community_id", "id");
static const struct query named =
    BOTH("named", false, "SELECT COUNT(*) FROM ball WHERE community_id = $1 AND text = $2",
         "community_id", "text");
static const struct query coloured =
    BOTH("coloured", false, "SELECT COUNT(*) FROM ball WHERE community_id = $1 AND colour = $2",
         "community_id", "colour");
static const struct query one_long = BOTH("one_long", false, "SELECT repeat('x', 50000000)", );
static const struct query slow =
    BOTH("slow", false, "SELECT COUNT(*) FROM pg_sleep(20 * $1)", "community_id");

static int64_t (*real_monotonic)(struct env *e);
static struct env_fake world;
static struct arena mem;
static struct cx cx;
static struct store *store;

#define MUST(call)                                                                                 \
    do {                                                                                           \
        if ((call) != OK)                                                                          \
            fail_msg("%s: %.*s", #call, STR(cx.fault.message));                                    \
    } while (0)
#define EXPECT(call, want)                                                                         \
    do {                                                                                           \
        assert_int_equal(call, want);                                                              \
        fault_clear(&cx);                                                                          \
    } while (0)

static bool is_pg(void)
{
    return getenv("TEST_PG") != NULL;
}

static int begin(void **state)
{
    (void)state;
    if (is_pg())
        fresh_database(getenv("TEST_PG"));
    env_fake_init(&world, TEST_NOW, 1);
    arena_init(&mem, 256 << 20);
    cx_init(&cx, &mem, &world.env);
    cx.community = 1;
    MUST(store_open(&cx, is_pg() ? getenv("TEST_PG") : "sqlite::memory:", &store));
    MUST(store_connect(&cx, store, true, &cx.db));
    MUST(db_migrate(&cx, first, COUNT(first), NULL));
    return 0;
}

static int end(void **state)
{
    (void)state;
    plant = (__typeof__(plant)){0};
    if (db_in_transaction(&cx))
        db_rollback(&cx);
    if (cx.db)
        conn_close(cx.db);
    store_close(store);
    cx_end(&cx);
    arena_free(&mem);
    return 0;
}

static void connect_anew(void)
{
    if (cx.db)
        conn_close(cx.db);
    cx.db = NULL;
    MUST(store_connect(&cx, store, true, &cx.db));
}

static enum err put(int64_t id)
{
    struct ball b = {.id = id, .text = S("a ball"), .colour = GREEN};
    return db_put(&cx, &put_one, &ball_shape, &b,
                  ARGS(AS("bytes", value_blob(str_n("\0\1\2", 3)))));
}

/* A connection that is in no fit state is noticed when the next request begins; it runs again. */
static void begin_reading(void)
{
    if (db_begin(&cx, false) == ERR_BUSY) {
        fault_clear(&cx);
        MUST(db_begin(&cx, false));
    }
}

static int64_t count(int64_t id)
{
    int64_t n;
    begin_reading();
    MUST(db_number(&cx, &how_many, &n, ARGS(A(id))));
    db_rollback(&cx);
    return n;
}

static enum err look(struct cx *own, void *rec, void *arg)
{
    (void)own;
    *(int64_t *)arg += ((struct ball *)rec)->id > 0;
    return OK;
}

/* ---- no memory, no call ---- */

/* A request that asks in advance, writes, reads one, a list and a stream, and counts. */
static enum err work(int64_t id)
{
    struct ball b = {0};
    ball_list list = {0};
    int64_t seen = 0, n = 0;
    TRY(db_ahead(&cx, &one, ARGS(A(id))));
    TRY(db_ahead(&cx, &all, NO_ARGS));
    TRY(db_find(&cx, &one, &ball_shape, &b, &(bool){false}, ARGS(A(id))));
    TRY(put(id));
    TRY(db_one(&cx, &one, &ball_shape, &b, ARGS(A(id))));
    assert_true(str_is(b.text, "a ball") && b.bytes.n == 3 && b.colour == GREEN);
    TRY(db_all(&cx, &all, &ball_shape, &list, NO_ARGS));
    TRY(db_each(&cx, &all, &ball_shape, look, &seen, NO_ARGS));
    assert_int_equal(seen, list.n);
    TRY(db_number(&cx, &how_many, &n, ARGS(A(id))));
    assert_int_equal(n, 1);
    return OK;
}

static enum err request(int64_t id)
{
    if (!cx.db)
        TRY(store_connect(&cx, store, true, &cx.db));
    TRY(db_begin(&cx, true));
    enum err e = work(id);
    if (e == OK)
        return db_commit(&cx);
    db_rollback(&cx);
    return e;
}

/* `fresh`: also connecting, and statements that are not prepared yet. */
static void each_place(bool fresh, bool on)
{
    static int64_t id;
    for (int64_t n = 1; n < 5000; n++) {
        struct arena_mark mark = arena_mark(&mem);
        if (fresh) {
            conn_close(cx.db);
            cx.db = NULL;
        }
        refuse_from(n, on, REFUSE_NO);
        enum err e = request(++id);
        refusal.left = 0;
        if (e != OK && cx.fault.message.n == 0)
            fail_msg("%s failed, and nobody says what: %d", refusal.name, e);
        fault_clear(&cx);
        if (!cx.db || conn_is_broken(cx.db) || cx.db->engine->kind == ENGINE_SQLITE)
            connect_anew();
        int64_t stored = count(id);
        if (e != ERR_UNKNOWN && stored != (e == OK))
            fail_msg("%s failed: answered %d, stored %d", refusal.name, e, (int)stored);
        arena_rewind(&mem, mark);
        if (!refusal.name) {
            assert_true(e == OK && n > 1);
            return;
        }
    }
    fail_msg("no end of calls");
}

static void whatever_fails_an_answer_is_true(void **state)
{
    (void)state;
    each_place(true, false);
    each_place(false, false);
    each_place(false, true);
}

/* Its own memory is bounded: a statement too many is refused, those that are there go on. */
static void a_connection_that_is_full_says_so(void **state)
{
    struct arena *own = &cx.db->mem;
    size_t limit = own->limit;
    (void)state;
    bool done = false;
    for (size_t room = 0; !done; room += 64) {
        connect_anew();
        own = &cx.db->mem;
        own->limit = own->used + room;
        enum err e = request(1);
        done = e == OK;
        assert_true(done || e == ERR_BUSY);
        fault_clear(&cx);
        own->limit = limit;
        assert_int_equal(count(1), done);
        MUST(request(2 + (int64_t)room)); /* with room again it goes on */
    }
    struct conn tight = {.engine = cx.db->engine};
    arena_init(&tight.mem, 8);
    EXPECT(cx.db->engine->open(&cx, store, true, &tight), ERR_BUSY);
    assert_null(tight.handle);
    arena_free(&tight.mem);
}

/* ---- what a store says, and what people are told ---- */

static void each_code_of_sqlite_has_its_answer(void **state)
{
    static const struct {
        int code;
        enum err err;
        bool broken; /* the connection believes something of its file that may be wrong by now */
    } all_codes[] = {
        {SQLITE_BUSY, ERR_BUSY, false},
        {SQLITE_LOCKED, ERR_BUSY, false},
        {SQLITE_NOMEM, ERR_BUSY, false},
        {SQLITE_CONSTRAINT_UNIQUE, ERR_CONFLICT, false},
        {SQLITE_CONSTRAINT_PRIMARYKEY, ERR_CONFLICT, false},
        {SQLITE_CONSTRAINT_CHECK, ERR_INPUT, false},
        {SQLITE_FULL, ERR_STORE, false},
        {SQLITE_INTERRUPT, ERR_STORE, false},
        {SQLITE_MISMATCH, ERR_STORE, false},
        {SQLITE_IOERR_READ, ERR_STORE, true},
        {SQLITE_CANTOPEN, ERR_STORE, true},
        {SQLITE_READONLY, ERR_STORE, true},
        {SQLITE_CORRUPT, ERR_STORE, true},
        {SQLITE_NOTADB, ERR_STORE, true},
        {SQLITE_PROTOCOL, ERR_STORE, true},
    };
    (void)state;
    if (is_pg())
        skip();
    for (size_t i = 0; i < COUNT(all_codes); i++) {
        MUST(db_begin(&cx, true));
        plant.step = all_codes[i].code;
        EXPECT(put(1), all_codes[i].err);
        plant.step = 0;
        db_rollback(&cx);
        assert_int_equal(conn_is_broken(cx.db), all_codes[i].broken);
        assert_int_equal(count(1), 0);
        connect_anew();
    }
}

/* A commit that fails while the journal is written may be stored or not; one that was not begun is
 * not. */
static void a_commit_that_fails_is_known_or_not(void **state)
{
    static const struct {
        int said;
        bool ended;
        enum err err;
    } all_ends[] = {{SQLITE_BUSY, false, ERR_BUSY},
                    {SQLITE_IOERR_WRITE, false, ERR_STORE},
                    {SQLITE_FULL, true, ERR_STORE},
                    {SQLITE_IOERR_WRITE, true, ERR_UNKNOWN},
                    {SQLITE_NOMEM, true, ERR_UNKNOWN}};
    (void)state;
    if (is_pg())
        skip();
    for (size_t i = 0; i < COUNT(all_ends); i++) {
        MUST(db_begin(&cx, true));
        MUST(put(1));
        plant.word = "COMMIT";
        plant.said = all_ends[i].said;
        plant.ended = all_ends[i].ended;
        EXPECT(db_commit(&cx), all_ends[i].err);
        plant.word = NULL;
        assert_false(db_in_transaction(&cx));
        assert_int_equal(count(1), 0);
        connect_anew();
    }
}

static void a_file_that_will_not_do_is_refused(void **state)
{
    struct conn *c;
    (void)state;
    if (is_pg())
        skip();
    plant.read_only = true;
    assert_int_equal(store_connect(&cx, store, true, &c), ERR_STORE);
    assert_true(str_find(cx.fault.message, S("写不进去")) >= 0);
    fault_clear(&cx);
    plant.read_only = false;
    plant.mode = "delete"; /* a disk of the network, without shared memory */
    assert_int_equal(store_connect(&cx, store, true, &c), ERR_STORE);
    assert_true(str_find(cx.fault.message, S("不支持 WAL")) >= 0);
    fault_clear(&cx);
}

/* Only questions have a deadline: a script that takes its time is not stopped. */
static void a_script_is_not_hurried(void **state)
{
    struct conn *writing = cx.db, *reading;
    (void)state;
    if (is_pg())
        skip();
    MUST(store_connect(&cx, store, false, &reading));
    cx.db = reading;
    enum err e = reading->engine->script(
        &cx, reading,
        "SELECT COUNT(*) FROM (WITH RECURSIVE n(i) AS"
        " (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000) SELECT i FROM n)");
    conn_close(reading);
    cx.db = writing;
    MUST(e);
}

/* ---- what a feature could not have: sql2c would refuse it ---- */

static const struct query late =
    QUERY("late", true, "SELECT 1", "INSERT INTO late (state) VALUES ($1)", "state");

static const struct query all_kinds[] = {
    QUERY("int2", false, "SELECT 7", "SELECT CAST(7 AS SMALLINT)", ),
    QUERY("int4", false, "SELECT 7", "SELECT 7", ),
    QUERY("int8", false, "SELECT 7", "SELECT CAST(7 AS BIGINT)", ),
    QUERY("numeric", false, "SELECT 7.9", "SELECT CAST(7 AS NUMERIC)", ),
    QUERY("real", false, "SELECT 7.9", "SELECT CAST(7.9 AS REAL)", ),
    QUERY("double", false, "SELECT 7.9", "SELECT CAST(7.9 AS DOUBLE PRECISION)", ),
};

static const struct query yes = QUERY("yes", false, "SELECT 1", "SELECT TRUE", ),
                          no = QUERY("no", false, "SELECT 0", "SELECT FALSE", ),
                          null = BOTH("null", false, "SELECT NULL", ),
                          none = BOTH("none", false, "SELECT 1 WHERE 1 = 0", );

static const struct query blue = BOTH("blue", false, "SELECT 'blue' AS colour", );

static const struct query endless =
    BOTH("endless", false,
         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= 100001)"
         " SELECT i AS id FROM n", );

/* ---- PostgreSQL ---- */

static const struct query say_state = QUERY("say", true, "SELECT 1", "SELECT say($1)", "state");

static void words_of_the_server(void)
{
    MUST(db_begin(&cx, true));
    MUST(cx.db->engine->script(
        &cx, cx.db,
        "CREATE FUNCTION say(state TEXT) RETURNS BIGINT LANGUAGE plpgsql AS $f$ BEGIN"
        " IF state = 'sync' THEN RAISE WARNING 'canceling wait for synchronous replication';"
        " ELSIF state = 'warning' THEN RAISE WARNING 'x'; ELSIF state = 'info' THEN RAISE INFO 'x';"
        " ELSE RAISE EXCEPTION 'a secret' USING ERRCODE = state; END IF; RETURN 1; END $f$;"
        "CREATE TABLE late (state TEXT);"
        "CREATE FUNCTION say_late() RETURNS trigger LANGUAGE plpgsql AS"
        " $f$ BEGIN PERFORM say(NEW.state); RETURN NULL; END $f$;"
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION say_late()"));
    MUST(db_commit(&cx));
}

static void each_state_of_postgres_has_its_answer(void **state)
{
    static const struct {
        const char *state;
        enum err err;
    } all_states[] = {{"23505", ERR_CONFLICT}, {"23503", ERR_INPUT}, {"40001", ERR_BUSY},
                      {"40P01", ERR_BUSY},     {"55P03", ERR_BUSY},  {"57014", ERR_STORE},
                      {"22P02", ERR_STORE},    {"P0001", ERR_STORE}, {"08006", ERR_BUSY},
                      {"57P01", ERR_BUSY},     {"warning", OK},      {"info", OK}};
    (void)state;
    if (!is_pg())
        skip();
    words_of_the_server();
    for (size_t i = 0; i < COUNT(all_states); i++) {
        MUST(db_begin(&cx, true));
        enum err e = db_run(&cx, &say_state, ARGS(AS("state", all_states[i].state)), NULL);
        assert_int_equal(e, all_states[i].err);
        assert_int_equal(str_find(cx.fault.message, S("a secret")), -1);
        fault_clear(&cx);
        db_rollback(&cx);
    }
}

/* Said in the middle of a commit: stored here, not at its standby; refused; or nobody knows. */
static void each_end_of_a_commit_has_its_answer(void **state)
{
    static const struct {
        const char *state;
        enum err err;
        int64_t stored;
    } all_ends[] = {{"info", OK, 1},           {"warning", ERR_UNKNOWN, 1},
                    {"sync", ERR_UNKNOWN, 1},  {"40001", ERR_BUSY, 0},
                    {"P0001", ERR_STORE, 0},   {"08006", ERR_UNKNOWN, 0},
                    {"57P01", ERR_UNKNOWN, 0}, {"40003", ERR_UNKNOWN, 0}};
    (void)state;
    if (!is_pg())
        skip();
    words_of_the_server();
    for (size_t i = 0; i < COUNT(all_ends); i++) {
        int64_t id = (int64_t)i + 1;
        MUST(db_begin(&cx, true));
        MUST(put(id));
        MUST(db_run(&cx, &late, ARGS(AS("state", all_ends[i].state)), NULL));
        EXPECT(db_commit(&cx), all_ends[i].err);
        assert_int_equal(count(id), all_ends[i].stored);
    }
}

/* What a client asks a server for is whether transactions there may write by default. */
static void takes_writes(PGconn *admin, bool so)
{
    PGresult *r = PQexec(admin, "SELECT current_database()");
    struct str name = arena_copy(&mem, str_c(PQgetvalue(r, 0, 0)));
    PQclear(r);
    r = PQexec(admin,
               arena_printf(&mem, "ALTER DATABASE %.*s SET default_transaction_read_only = %s",
                            STR(name), so ? "off" : "on")
                   .p);
    assert_int_equal(PQresultStatus(r), PGRES_COMMAND_OK);
    PQclear(r);
}

/* Pages are read meanwhile, and who reads is soon with the better server too. */
static void writes_stop_and_are_taken_again(void **state)
{
    struct conn *reader;
    enum err e;
    (void)state;
    if (!is_pg())
        skip();
    PGconn *admin = PQconnectdb(getenv("TEST_PG"));
    MUST(db_begin(&cx, true));
    MUST(put(1));
    MUST(db_commit(&cx));
    takes_writes(admin, false);
    connect_anew();
    MUST(store_connect(&cx, store, false, &reader));
    assert_true(store_only_reads(store));
    assert_int_equal(count(1), 1);
    EXPECT(db_begin(&cx, true), ERR_BUSY);
    takes_writes(admin, true);
    PQfinish(admin);
    while ((e = db_begin(&cx, true)) == ERR_BUSY) { /* it looks once a second */
        fault_clear(&cx);
        poll(NULL, 0, 10);
    }
    MUST(e);
    MUST(put(2));
    MUST(db_commit(&cx));
    assert_false(store_only_reads(store));
    conn_close(cx.db);
    cx.db = reader;
    assert_int_equal(count(2), 1);
}

/* A request that has no time left does not wait for the server's limit; the next one is served. */
static void a_silent_server_is_not_waited_for(void **state)
{
    (void)state;
    if (!is_pg())
        skip();
    int64_t n;
    MUST(db_begin(&cx, false));
    cx.waited_ms = 60000;
    EXPECT(db_number(&cx, &slow, &n, NO_ARGS), ERR_BUSY);
    db_rollback(&cx);
    assert_true(cx.waited_ms > 60000 && cx.waited_ms < 60000 + 6000); /* of `settings` */
    cx.waited_ms = 0;
    assert_int_equal(count(1), 0);
}

/* A server that says half of a long answer and then nothing more: the deadline of a request is
 * over. Whoever has another connection to it does not wait for it once more. */
static int64_t late_clock(struct env *e)
{
    static int64_t asked, ahead;
    if (plant.jump_ms && ++asked % 2 == 0)
        ahead += plant.jump_ms;
    return real_monotonic(e) + ahead;
}

static void a_server_that_falls_silent_is_left(void **state)
{
    struct conn *silent = cx.db, *other;
    int64_t n;
    (void)state;
    if (!is_pg())
        skip();
    MUST(store_connect(&cx, store, true, &other));
    real_monotonic = env_system.monotonic;
    env_system.monotonic = late_clock;
    MUST(db_begin(&cx, false));
    plant.jump_ms = 7000;
    EXPECT(silent->engine->script(&cx, silent, "SELECT repeat('x', 50000000)"), ERR_BUSY);
    db_rollback(&cx);
    plant.jump_ms = 0;
    cx.waited_ms = 0;
    cx.db = other;
    assert_int_equal(count(1), 0);
    MUST(db_begin(&cx, false));
    MUST(db_ahead(&cx, &one_long, NO_ARGS));
    plant.jump_ms = 7000;
    EXPECT(db_number(&cx, &null, &n, NO_ARGS), ERR_BUSY);
    db_rollback(&cx);
    plant.jump_ms = 0;
    cx.waited_ms = 0;
    conn_close(silent);
    assert_int_equal(count(1), 0);
    env_system.monotonic = real_monotonic;
}

/* Taken up again once; and not at all by who holds the lock of migrations. */
static void a_connection_that_ends_twice_is_said(void **state)
{
    const struct migration up[] = {
        first[0], first[1], {"0003-last", "CREATE TABLE last (id @INT)"}};
    int applied = 0;
    (void)state;
    if (!is_pg())
        skip();
    plant.cut = "BEGIN";
    EXPECT(db_begin(&cx, true), ERR_BUSY);
    plant.cut = NULL;
    assert_int_equal(count(1), 0);
    plant.cut = "BEGIN";
    EXPECT(db_migrate(&cx, up, COUNT(up), &applied), ERR_BUSY);
    plant.cut = NULL;
    connect_anew();
    MUST(db_migrate(&cx, up, COUNT(up), &applied));
    assert_int_equal(applied, 1);
}

/* What was asked in advance is the answer to the same question only, and a fault of it is one. */
static void an_answer_in_advance_is_to_its_question(void **state)
{
    const struct value nothing = {0};
    int64_t n;
    (void)state;
    MUST(db_begin(&cx, true));
    MUST(put(1));
    MUST(db_ahead(&cx, &named, ARGS(AS("text", nothing))));
    MUST(db_number(&cx, &named, &n, ARGS(AS("text", nothing))));
    assert_int_equal(n, 0);
    MUST(db_ahead(&cx, &named, ARGS(AS("text", nothing))));
    MUST(db_number(&cx, &named, &n, ARGS(AS("text", "a ball"))));
    assert_int_equal(n, 1);
    MUST(cx.db->engine->script(&cx, cx.db, "")); /* nothing to do */
    MUST(db_ahead(&cx, &coloured, ARGS(AS("colour", INT64_C(5)))));
    EXPECT(db_number(&cx, &null, &n, NO_ARGS), is_pg() ? ERR_STORE : OK);
}

/* ---- values ---- */

static void numbers_of_all_kinds_are_read(void **state)
{
    int64_t n;
    (void)state;
    MUST(db_begin(&cx, false));
    for (size_t i = 0; i < COUNT(all_kinds); i++) {
        MUST(db_number(&cx, &all_kinds[i], &n, NO_ARGS));
        assert_int_equal(n, 7);
    }
    MUST(db_number(&cx, &yes, &n, NO_ARGS));
    assert_int_equal(n, 1);
    MUST(db_number(&cx, &no, &n, NO_ARGS));
    assert_int_equal(n, 0);
    n = 5;
    MUST(db_number(&cx, &null, &n, NO_ARGS));
    assert_int_equal(n, 0);
    EXPECT(db_number(&cx, &none, &n, NO_ARGS), ERR_MISSING);
}

static enum err never(struct cx *own, void *rec, void *arg)
{
    (void)rec;
    (void)arg;
    return fail(own, ERR_DENIED, "a row that does not fit was handed over");
}

static void what_cannot_be_kept_or_read_is_said(void **state)
{
    struct ball b = {.id = 1, .text = str_n("a\0b", 3)};
    ball_list list = {0};
    (void)state;
    assert_false(db_in_transaction(&(struct cx){0}));
    MUST(db_begin(&cx, true));
    EXPECT(db_one(&cx, &blue, &ball_shape, &b, NO_ARGS), ERR_STORE);
    EXPECT(db_each(&cx, &blue, &ball_shape, never, NULL, NO_ARGS), ERR_STORE);
    EXPECT(db_all(&cx, &endless, &ball_shape, &list, NO_ARGS), ERR_INPUT);
    if (is_pg())
        EXPECT(db_put(&cx, &put_one, &ball_shape, &b, ARGS(AS("bytes", value_blob(S(""))))),
               ERR_INPUT);
    else /* a value that could not be read is not written as something else */
        EXPECT(db_put(&cx, &put_one, &ball_shape, &b,
                      ARGS(AS("bytes", ((struct value){.type = VALUE_UNREAD})))),
               ERR_BUSY);
    assert_true(str_is(db_like(&cx, S(" 5%_a! ")), "%5!%!_a!!%"));
    assert_int_equal(db_like(&cx, S("  ")).n, 0);
}

/* ---- whole stores ---- */

static void open_other(struct cx *own, struct store **st)
{
    cx_init(own, &mem, &world.env);
    own->community = 1;
    MUST(store_open(own, "sqlite::memory:", st));
    MUST(store_connect(own, *st, true, &own->db));
}

static void close_other(struct cx *own, struct store *st)
{
    if (db_in_transaction(own))
        db_rollback(own);
    conn_close(own->db);
    store_close(st);
    cx_end(own);
}

/* From a store in memory into this one: whole, or an error, whatever fails. */
static void a_copy_is_whole_or_said_not_to_be(void **state)
{
    (void)state;
    enum err e = ERR_STORE;
    for (int64_t n = 1; e != OK; n += is_pg() ? 1 : 3) {
        struct arena_mark mark = arena_mark(&mem);
        struct cx from;
        struct store *other;
        open_other(&from, &other);
        MUST(db_migrate(&from, first, COUNT(first), NULL));
        struct cx here = cx;
        cx = from;
        MUST(request(1));
        from = cx;
        cx = here;
        MUST(db_begin(&from, false));
        MUST(db_begin(&cx, true));
        refuse_from(n, false, REFUSE_NO);
        e = db_copy(&from, &cx, NULL);
        refusal.left = 0;
        if (e == OK)
            e = db_commit(&cx);
        else
            db_rollback(&cx);
        assert_true(e == OK || cx.fault.message.n > 0);
        fault_clear(&cx);
        close_other(&from, other);
        assert_int_equal(count(1), e == OK);
        arena_rewind(&mem, mark);
    }
    assert_true(refusal.name == NULL || is_pg());
}

static void what_cannot_be_copied_is_said(void **state)
{
    struct cx from;
    struct store *other;
    struct out wide;
    struct ball b = {.id = 9, .text = str_n("a\0b", 3)};
    (void)state;
    open_other(&from, &other);
    MUST(db_migrate(&from, first, COUNT(first), NULL));
    MUST(db_begin(&from, true));
    MUST(db_put(&from, &put_one, &ball_shape, &b, ARGS(AS("bytes", value_blob(S(""))))));
    MUST(db_begin(&cx, true));
    EXPECT(db_copy(&from, &cx, NULL), is_pg() ? ERR_INPUT : OK); /* a NUL in a text */
    db_rollback(&cx);
    MUST(from.db->engine->script(&from, from.db, "DELETE FROM ball"));
    out_init(&wide, &mem);
    for (int i = 0; i <= PARAMETERS_MAX; i++)
        out_printf(&wide, "%sc%d BIGINT", i ? ", " : "CREATE TABLE aa (", i);
    out_raw(&wide, ")", 2);
    MUST(from.db->engine->script(&from, from.db, out_text(&wide).p));
    MUST(db_begin(&cx, true));
    assert_int_equal(db_copy(&from, &cx, NULL), ERR_STORE);
    assert_true(str_find(cx.fault.message, S("列太多")) >= 0);
    fault_clear(&cx);
    close_other(&from, other);
}

static void what_only_a_file_can_do_is_said(void **state)
{
    (void)state;
    assert_null(store_file(store));
    EXPECT(store_mirror(&cx, store, "/tmp"), ERR_INPUT);
    EXPECT(db_keep_old(&cx, 1), is_pg() ? ERR_INPUT : OK);
}

/* Half a migration is none: the next try brings the store up to date. */
static void a_migration_is_whole_or_none(void **state)
{
    const struct migration up[] = {
        first[0], first[1], {"0003-last", "CREATE TABLE last (id @INT)"}};
    (void)state;
    enum err e = ERR_STORE;
    for (int64_t n = 1; e != OK; n += is_pg() ? 1 : 7) {
        int applied = 0;
        refuse_from(n, false, REFUSE_NO);
        e = db_migrate(&cx, up, COUNT(up), &applied);
        refusal.left = 0;
        assert_true(e == OK || cx.fault.message.n > 0);
        fault_clear(&cx);
        MUST(db_migrate(&cx, up, COUNT(up), &applied));
        assert_true(applied == 0 || e != OK);
        end(NULL);
        begin(NULL);
    }
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(whatever_fails_an_answer_is_true),        CASE(a_connection_that_is_full_says_so),
        CASE(each_code_of_sqlite_has_its_answer),      CASE(a_commit_that_fails_is_known_or_not),
        CASE(a_file_that_will_not_do_is_refused),      CASE(a_script_is_not_hurried),
        CASE(each_state_of_postgres_has_its_answer),   CASE(each_end_of_a_commit_has_its_answer),
        CASE(writes_stop_and_are_taken_again),         CASE(a_silent_server_is_not_waited_for),
        CASE(numbers_of_all_kinds_are_read),           CASE(what_cannot_be_kept_or_read_is_said),
        CASE(what_only_a_file_can_do_is_said),         CASE(a_copy_is_whole_or_said_not_to_be),
        CASE(what_cannot_be_copied_is_said),           CASE(a_migration_is_whole_or_none),
        CASE(a_server_that_falls_silent_is_left),      CASE(a_connection_that_ends_twice_is_said),
        CASE(an_answer_in_advance_is_to_its_question),
    };
    /* Every allocation of SQLite is one that can fail: none out of a pool of its own. */
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_memory);
    sqlite3_mem_methods own = sqlite_memory;
    own.xMalloc = lite_malloc;
    own.xRealloc = lite_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &own);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
