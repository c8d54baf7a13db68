/* store_refused_test -- a store that fails: no memory at any allocation, a call of its library that
 * comes to nothing, and each thing that SQLite may say (store_silent_test: PostgreSQL). What was
 * answered with OK is stored, what was refused is not, and the connection serves the next one. */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "tests/refuse.h"
#include "tests/store_test.h"
#include "base/out.h"
#include <libpq-fe.h>
#include <sqlite3.h>

/* ---- the libraries ---- */

STAND_IN(int, 0, PQsendQuery, (PGconn * c, const char *text), (c, text))
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

/* It is asked of each row, so it is not one of those that fail in turn. */
static bool is_bytes_no;
unsigned char *PQunescapeBytea(const unsigned char *text, size_t *n)
{
    return is_bytes_no ? NULL : THROUGH(PQunescapeBytea, (text, n));
}

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
} plant;

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

static int end(void **state)
{
    plant = (__typeof__(plant)){0};
    return store_end(state);
}

static const struct query one = BOTH("one", false,
                                     "SELECT id, text, bytes, colour FROM ball"
                                     " WHERE community_id = $1 AND id = $2",
                                     "community_id", "id");
static const struct query all = BOTH("all", false,
                                     "SELECT id, text, bytes, colour FROM ball"
                                     " WHERE community_id = $1 ORDER BY id",
                                     "community_id");
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

static void bytes_that_there_is_no_memory_for_are_not_read(void **state)
{
    struct ball b = {0};
    ball_list list = {0};
    (void)state;
    if (!is_pg())
        skip();
    MUST(request(1));
    MUST(db_begin(&cx, false));
    is_bytes_no = true;
    EXPECT(db_one(&cx, &one, &ball_shape, &b, ARGS(AS("id", (int64_t)1))), ERR_BUSY);
    EXPECT(db_all(&cx, &all, &ball_shape, &list, NO_ARGS), ERR_BUSY);
    is_bytes_no = false;
    MUST(db_one(&cx, &one, &ball_shape, &b, ARGS(AS("id", (int64_t)1))));
    assert_int_equal(b.bytes.n, 3);
    db_rollback(&cx);
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
    MUST(store_connect(&cx, store, false, &c)); /* who only reads need not be able to write */
    conn_close(c);
    plant.word = "PRAGMA journal_mode=WAL"; /* he cannot make the shared memory either */
    plant.said = SQLITE_READONLY_CANTINIT;
    assert_int_equal(store_connect(&cx, store, false, &c), ERR_STORE);
    assert_true(str_find(cx.fault.message, S("等服务开了")) >= 0);
    fault_clear(&cx);
    plant.read_only = false;
    assert_int_equal(store_connect(&cx, store, false, &c), ERR_STORE);
    assert_true(str_find(cx.fault.message, S("没有存上")) >= 0);
    fault_clear(&cx);
    plant.word = NULL;
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
                          none = BOTH("none", false, "SELECT 1 WHERE 1 = 0", );

static const struct query blue = BOTH("blue", false, "SELECT 'blue' AS colour", );

static const struct query endless =
    BOTH("endless", false,
         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= 100001)"
         " SELECT i AS id FROM n", );

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
        store_begin(NULL);
    }
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, store_begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(whatever_fails_an_answer_is_true),
        CASE(a_connection_that_is_full_says_so),
        CASE(bytes_that_there_is_no_memory_for_are_not_read),
        CASE(each_code_of_sqlite_has_its_answer),
        CASE(a_commit_that_fails_is_known_or_not),
        CASE(a_file_that_will_not_do_is_refused),
        CASE(a_script_is_not_hurried),
        CASE(numbers_of_all_kinds_are_read),
        CASE(what_cannot_be_kept_or_read_is_said),
        CASE(what_only_a_file_can_do_is_said),
        CASE(a_copy_is_whole_or_said_not_to_be),
        CASE(what_cannot_be_copied_is_said),
        CASE(a_migration_is_whole_or_none),
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
