/* engine_test -- the contract that every engine keeps. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit.h"
#include "tests/fresh.h"
#include "base/env.h"
#include "base/time.h"
#include "db/db.h"
#include "engine_test.sql.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum lamp { LAMP_OUT, LAMP_FIXED };
struct thing {
    int64_t id;
    struct str text, note, blob;
    enum lamp lamp;
    bool flag;
    int64_t other_id;
};
typedef LIST(struct thing) thing_list;
static const char *const lamp_codes[] = {"out", "fixed", NULL};
static const struct field thing_fields[] = {
    FIELD(struct thing, id, "编号"),
    FIELD(struct thing, text, "内容"),
    FIELD(struct thing, note, "备注"),
    FIELD(struct thing, blob, "字节"),
    FIELD(struct thing, lamp, "灯", .codes = lamp_codes),
    FIELD(struct thing, flag, "标记"),
    FIELD(struct thing, other_id, "另一条"),
};
static const struct shape thing_shape = SHAPE("thing", struct thing, thing_fields);

static const struct migration first[] = {
    {"0001-thing",
     "CREATE TABLE thing (community_id @INT NOT NULL, id @INT NOT NULL, text TEXT NOT NULL,"
     " note TEXT, blob @BLOB, lamp TEXT NOT NULL CHECK (lamp <> 'fixed' OR text <> ''),"
     " flag @INT NOT NULL, other_id @INT NOT NULL, PRIMARY KEY (community_id, id)) @OPT;"
     "CREATE TABLE part (community_id @INT NOT NULL, id @INT NOT NULL, code @KEY NOT NULL,"
     " PRIMARY KEY (community_id, id),"
     " FOREIGN KEY (community_id, id) REFERENCES thing (community_id, id)) @OPT"},
    {"0002-more", "ALTER TABLE part ADD COLUMN more @INT NOT NULL DEFAULT 0"},
};

/* Statements that no feature could have: sql2c would refuse them. */
#define QUERY(n, w, t)                                                                             \
    {                                                                                              \
        .name = n, .file = "engine_test.c", .line = __LINE__, .text = {t, t}, .write = w           \
    }

static struct env_fake world;
static struct arena memory[2];
static struct cx context[2];
static struct store *store;
static char file[] = "/tmp/linghang-engine-XXXXXX";

/* The store of this run: memory, a file, or what TEST_PG names. */
static const char *address(void **state)
{
    return *state ? *state : "sqlite::memory:";
}

static void must(struct cx *cx, enum err e)
{
    if (e != OK)
        fail_msg("%.*s", STR(cx->fault.message));
}

static void expect(struct cx *cx, enum err e, enum err want)
{
    assert_int_equal(e, want);
    fault_clear(cx);
}

static struct cx *open_context(int i)
{
    struct cx *cx = &context[i];
    arena_init(&memory[i], 64 << 20);
    cx_init(cx, &memory[i], &world.env);
    cx->community = 1;
    if (i == 1)
        must(cx, store_connect(cx, store, true, &cx->db));
    return cx;
}

static struct cx *begin(void **state)
{
    if (getenv("TEST_PG")) /* it keeps what the last test left */
        fresh_database(getenv("TEST_PG"));
    env_fake_init(&world, 1000, 1);
    struct cx *cx = open_context(0);
    must(cx, store_open(cx, address(state), &store));
    must(cx, store_connect(cx, store, true, &cx->db));
    must(cx, db_migrate(cx, first, COUNT(first), NULL));
    must(cx, db_begin(cx, true));
    return cx;
}

static void close_context(struct cx *cx)
{
    if (db_in_transaction(cx))
        db_rollback(cx);
    conn_close(cx->db);
    cx_end(cx);
}

static void end(void)
{
    close_context(&context[0]);
    store_close(store);
    arena_free(&memory[0]);
    if (access(file, F_OK) == 0) { /* the next test begins with an empty file */
        char name[64];
        unlink(file);
        snprintf(name, sizeof name, "%s-wal", file);
        unlink(name);
        snprintf(name, sizeof name, "%s-shm", file);
        unlink(name);
    }
}

/* Bytes are not text: they are bound as what they are, never from a text field. */
static const struct value no_bytes = {0};

static enum err put(struct cx *cx, int64_t id, const char *text)
{
    struct thing t = {.id = id, .text = str_c(text)};
    return db_put(cx, &engine_test_sql_put, &thing_shape, &t, ARGS(AS("blob", no_bytes)));
}

static int64_t count(struct cx *cx)
{
    int64_t n;
    must(cx, db_number(cx, &engine_test_sql_how_many, &n, NO_ARGS));
    return n;
}

static void values_come_back_as_they_went(void **state)
{
    struct cx *cx = begin(state);
    static const char bytes[] = "a\0b\xff";
    struct thing t = {.id = INT64_MAX,
                      .text = S("汉\U0001f600"),
                      .lamp = LAMP_FIXED,
                      .flag = true,
                      .other_id = INT64_MIN};
    must(cx,
         db_put(cx, &engine_test_sql_put, &thing_shape, &t,
                ARGS(AS("note", ((struct value){0})), AS("blob", value_blob(str_n(bytes, 4))))));
    struct thing got = {0};
    int64_t id = INT64_MAX;
    must(cx, db_one(cx, &engine_test_sql_get, &thing_shape, &got, ARGS(A(id))));
    assert_true(got.id == INT64_MAX && got.other_id == INT64_MIN && got.flag);
    assert_true(str_eq(got.text, t.text));
    assert_int_equal(got.note.n, 0); /* NULL reads as the empty text */
    assert_int_equal(got.blob.n, 4);
    assert_memory_equal(got.blob.p, bytes, 4);
    assert_int_equal(got.lamp, LAMP_FIXED);
    end();
}

static void a_megabyte_of_text(void **state)
{
    struct cx *cx = begin(state);
    char *big = arena_alloc(cx->mem, (1 << 20) + 1);
    memset(big, 'x', 1 << 20);
    must(cx, put(cx, 1, big));
    struct thing got;
    int64_t id = 1;
    must(cx, db_one(cx, &engine_test_sql_get, &thing_shape, &got, ARGS(A(id))));
    assert_int_equal(got.text.n, 1 << 20);
    end();
}

static void parameters_go_by_name(void **state)
{
    struct cx *cx = begin(state);
    struct thing got;
    must(cx, db_one(cx, &engine_test_sql_swapped, &thing_shape, &got,
                    ARGS(AS("a", S("1")), AS("b", S("2")))));
    assert_true(str_is(got.text, "2-1-2"));
    assert_int_equal(got.id, 1);
    end();
}

static void refusals_have_their_names(void **state)
{
    struct cx *cx = begin(state);
    must(cx, db_savepoint(cx));
    must(cx, put(cx, 1, "a"));
    must(cx, db_release(cx, true));
    must(cx, db_savepoint(cx));
    expect(cx, put(cx, 1, "b"), ERR_CONFLICT);
    must(cx, db_release(cx, false));
    struct thing empty = {.id = 2, .lamp = LAMP_FIXED};
    must(cx, db_savepoint(cx));
    expect(cx, db_put(cx, &engine_test_sql_put, &thing_shape, &empty, ARGS(AS("blob", no_bytes))),
           ERR_INPUT);
    must(cx, db_release(cx, false));
    static const struct query orphan =
        QUERY("x.orphan", true, "INSERT INTO part (community_id, id, code) VALUES (1, 99, 'x')");
    must(cx, db_savepoint(cx));
    expect(cx, db_run(cx, &orphan, NO_ARGS, NULL), ERR_INPUT);
    must(cx, db_release(cx, false));
    int64_t id = 9, changed;
    struct str text = S("n"), was = S("other");
    struct thing got;
    bool found;
    expect(cx, db_one(cx, &engine_test_sql_get, &thing_shape, &got, ARGS(A(id))), ERR_MISSING);
    must(cx, db_find(cx, &engine_test_sql_get, &thing_shape, &got, &found, ARGS(A(id))));
    assert_false(found);
    id = 1;
    expect(cx, db_change(cx, &engine_test_sql_move, ARGS(A(id), A(text), A(was))), ERR_CONFLICT);
    must(cx, db_run(cx, &engine_test_sql_move, ARGS(A(id), A(text), A(was)), &changed));
    assert_int_equal(changed, 0);
    was = S("a"); /* a statement that failed is used again */
    must(cx, db_change(cx, &engine_test_sql_move, ARGS(A(id), A(text), A(was))));
    must(cx,
         db_one(cx, &engine_test_sql_take, &thing_shape, &got, ARGS(A(id), AS("text", S("z")))));
    assert_true(str_is(got.text, "z"));
    end();
}

static void a_failed_job_leaves_its_neighbours(void **state)
{
    struct cx *cx = begin(state);
    for (int64_t id = 1; id <= 6; id++) {
        must(cx, db_savepoint(cx));
        must(cx, put(cx, id, "a"));
        if (id % 2 == 0)
            expect(cx, put(cx, id, "again"), ERR_CONFLICT);
        must(cx, db_release(cx, id % 2 == 1));
    }
    must(cx, db_commit(cx));
    must(cx, db_begin(cx, false));
    assert_int_equal(count(cx), 3);
    end();
}

/* SQLite answers a full disk by ending the whole transaction: the jobs of the batch learn it, and
 * the connection serves the next one. */
static void a_full_disk_loses_the_batch(void **state)
{
    struct cx *cx = begin(state);
    static const struct query full = QUERY("x.full", true, "PRAGMA max_page_count = 1");
    static const struct query room = QUERY("x.room", true, "PRAGMA max_page_count = 100000");
    if (conn_engine(cx->db) != ENGINE_SQLITE) {
        end();
        skip();
    }
    char *big = arena_alloc(cx->mem, (1 << 20) + 1);
    memset(big, 'x', 1 << 20);
    must(cx, db_savepoint(cx));
    must(cx, put(cx, 1, "a neighbour"));
    must(cx, db_release(cx, true));
    must(cx, db_savepoint(cx));
    must(cx, db_run(cx, &full, NO_ARGS, NULL));
    expect(cx, put(cx, 2, big), ERR_STORE);
    assert_false(db_in_transaction(cx));
    expect(cx, put(cx, 3, "a handler that did not look"), ERR_STORE);
    expect(cx, db_release(cx, false), ERR_STORE);
    expect(cx, db_savepoint(cx), ERR_STORE);
    expect(cx, db_commit(cx), ERR_STORE);
    must(cx, db_begin(cx, true));
    must(cx, db_run(cx, &room, NO_ARGS, NULL));
    must(cx, db_savepoint(cx));
    assert_int_equal(count(cx), 0);
    must(cx, put(cx, 1, "again"));
    must(cx, db_release(cx, true));
    must(cx, db_commit(cx));
    end();
}

static void rollback_and_commit(void **state)
{
    struct cx *cx = begin(state);
    must(cx, put(cx, 1, "gone"));
    db_rollback(cx);
    assert_false(db_in_transaction(cx));
    must(cx, db_begin(cx, true));
    assert_int_equal(count(cx), 0);
    must(cx, put(cx, 2, "stays"));
    must(cx, db_commit(cx));
    must(cx, db_begin(cx, true));
    assert_int_equal(count(cx), 1);
    end();
}

static enum err add_up(struct cx *cx, void *rec, void *arg)
{
    (void)cx;
    *(int64_t *)arg += ((struct thing *)rec)->id;
    return ((struct thing *)rec)->id == 400 ? ERR_DENIED : OK;
}

static void lists_and_streams(void **state)
{
    struct cx *cx = begin(state);
    for (int64_t id = 1; id <= 500; id++)
        must(cx, put(cx, id, "row"));
    thing_list list = {0};
    int64_t lo = 101, hi = 500, sum = 0;
    must(cx, db_all(cx, &engine_test_sql_all_of, &thing_shape, &list, ARGS(A(lo), A(hi))));
    assert_int_equal(list.n, 400);
    assert_int_equal(list.at[399].id, 500);
    assert_true(str_is(list.at[0].text, "row"));
    lo = 1;
    hi = 300;
    must(cx, db_each(cx, &engine_test_sql_all_of, &thing_shape, add_up, &sum, ARGS(A(lo), A(hi))));
    assert_int_equal(sum, 300 * 301 / 2);
    hi = 500;
    expect(cx, db_each(cx, &engine_test_sql_all_of, &thing_shape, add_up, &sum, ARGS(A(lo), A(hi))),
           ERR_DENIED);
    end();
}

static void other_communities_are_not_seen(void **state)
{
    struct cx *cx = begin(state);
    must(cx, put(cx, 1, "one"));
    cx->community = 2;
    assert_int_equal(count(cx), 0);
    must(cx, put(cx, 1, "the same id is another thing"));
    assert_int_equal(count(cx), 1);
    end();
}

static void two_writers_never_both_win(void **state)
{
    struct cx *a = begin(state);
    must(a, put(a, 1, "open"));
    must(a, db_commit(a));
    struct cx *b = open_context(1);
    int64_t id = 1;
    struct str was = S("open"), text = S("a");
    must(a, db_begin(a, true));
    must(a, db_change(a, &engine_test_sql_move, ARGS(A(id), A(text), A(was))));
    must(a, db_commit(a));
    must(b, db_begin(b, true));
    text = S("b");
    expect(b, db_change(b, &engine_test_sql_move, ARGS(A(id), A(text), A(was))), ERR_CONFLICT);
    close_context(b);
    arena_free(&memory[1]);
    end();
}

static bool is_pg(struct cx *cx)
{
    return conn_engine(cx->db) == ENGINE_PGSQL;
}

static void *commit_soon(void *arg)
{
    struct cx *cx = arg;
    static const struct timespec a_moment = {.tv_nsec = 50000000};
    nanosleep(&a_moment, NULL);
    return db_commit(cx) == OK ? cx : NULL;
}

/* Both have read the same row and both change it: one of them is told to run again. SQLite says so
 * to the second writer at once in memory; in a file it waits; PostgreSQL says so at its change. */
static void a_lost_race_is_busy(void **state)
{
    struct cx *a = begin(state);
    int64_t id = 1;
    struct str was = S("open"), text = S("a");
    struct thing got;
    must(a, put(a, 1, "open"));
    must(a, db_commit(a));
    struct cx *b = open_context(1);
    must(a, db_begin(a, true));
    must(a, db_one(a, &engine_test_sql_get, &thing_shape, &got, ARGS(A(id))));
    if (is_pg(a)) {
        must(b, db_begin(b, true));
        must(b, db_one(b, &engine_test_sql_get, &thing_shape, &got, ARGS(A(id))));
        must(a, db_change(a, &engine_test_sql_move, ARGS(A(id), A(text), A(was))));
        must(a, db_commit(a));
        expect(b, db_change(b, &engine_test_sql_move, ARGS(A(id), A(text), A(was))), ERR_BUSY);
        /* Who asks on without looking is told the same, and so is the commit. */
        expect(b, db_one(b, &engine_test_sql_get, &thing_shape, &got, ARGS(A(id))), ERR_BUSY);
        expect(b, put(b, 9, "never asked before"), ERR_BUSY);
        expect(b, db_commit(b), ERR_BUSY);
        must(b, db_begin(b, true)); /* run again: it sees what the other did */
    } else {
        pthread_t other;
        void *committed;
        must(a, db_change(a, &engine_test_sql_move, ARGS(A(id), A(text), A(was))));
        if (!*state)
            expect(b, db_begin(b, true), ERR_BUSY);
        assert_int_equal(pthread_create(&other, NULL, commit_soon, a), 0);
        if (!*state)
            pthread_join(other, &committed);
        must(b, db_begin(b, true));
        if (*state)
            pthread_join(other, &committed);
        assert_non_null(committed);
    }
    expect(b, db_change(b, &engine_test_sql_move, ARGS(A(id), A(text), A(was))), ERR_CONFLICT);
    close_context(b);
    arena_free(&memory[1]);
    end();
}

/* Cuts all other connections. */
static void cut(struct cx *by)
{
    static const struct query kill = {
        .name = "x.kill",
        .text = {NULL, "SELECT COUNT(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
                       " WHERE pid <> pg_backend_pid() AND datname = current_database()"}};
    int64_t n;
    must(by, db_begin(by, false));
    must(by, db_number(by, &kill, &n, NO_ARGS));
    db_rollback(by);
    assert_true(n > 0);
}

static void a_cut_connection_is_taken_up_again(void **state)
{
    struct cx *a = begin(state);
    if (!is_pg(a)) {
        end();
        skip();
    }
    struct cx *b = open_context(1);
    must(a, put(a, 1, "before"));
    must(a, db_commit(a));
    cut(b); /* between two requests: nobody notices, statements are prepared anew */
    must(a, db_begin(a, true));
    must(a, put(a, 2, "after"));
    cut(b); /* inside: run again */
    expect(a, put(a, 3, "lost"), ERR_BUSY);
    db_rollback(a);
    must(a, db_begin(a, true));
    assert_int_equal(count(a), 1);
    must(a, put(a, 4, "perhaps"));
    cut(b); /* before the answer to COMMIT: nobody knows */
    expect(a, db_commit(a), ERR_UNKNOWN);
    must(a, db_begin(a, true));
    close_context(b);
    arena_free(&memory[1]);
    end();
}

/* A clock that runs a second each time somebody looks at it. */
static int64_t hasty(struct env *e)
{
    return ((struct env_fake *)(void *)e)->at += MS_SECOND;
}

static void endless_questions_are_stopped(void **state)
{
    struct cx *cx = begin(state);
    static const struct query endless =
        QUERY("x.endless", false,
              "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
              " SELECT COUNT(*) FROM n");
    int64_t n;
    if (is_pg(cx)) { /* statement_timeout: 8 s of a real clock, tried by hand */
        end();
        skip();
    }
    struct conn *writing = cx->db;
    db_rollback(cx);
    must(cx, store_connect(cx, store, false, &cx->db));
    must(cx, db_begin(cx, false));
    world.env.monotonic = hasty;
    expect(cx, db_number(cx, &endless, &n, NO_ARGS), ERR_STORE);
    assert_int_equal(count(cx), 0); /* and the connection works on */
    db_rollback(cx);
    conn_close(cx->db);
    cx->db = writing;
    end();
}

static void whether_anything_was_written_is_known(void **state)
{
    struct cx *cx = begin(state);
    int64_t id = 1;
    struct str text = S("a"), was = S("b");
    (void)count(cx);
    must(cx, db_run(cx, &engine_test_sql_move, ARGS(A(id), A(text), A(was)), NULL));
    assert_false(db_wrote(cx)); /* there was nothing to move */
    must(cx, put(cx, 1, "b"));
    assert_true(db_wrote(cx));
    must(cx, db_savepoint(cx));
    assert_false(db_wrote(cx)); /* that was another one's */
    must(cx, db_change(cx, &engine_test_sql_move, ARGS(A(id), A(text), A(was))));
    (void)count(cx);
    assert_true(db_wrote(cx));
    must(cx, db_release(cx, true));
    must(cx, db_commit(cx));
    must(cx, db_begin(cx, true));
    assert_false(db_wrote(cx));
    end();
}

static void migrations_run_once_and_do_not_change(void **state)
{
    struct cx *cx = begin(state);
    int applied = -1;
    db_rollback(cx);
    must(cx, db_migrate(cx, first, COUNT(first), &applied));
    assert_int_equal(applied, 0);
    struct migration changed[] = {first[0], {"0002-more", "ALTER TABLE part ADD COLUMN x @INT"}};
    expect(cx, db_migrate(cx, changed, COUNT(changed), &applied), ERR_STORE);
    expect(cx, db_migrate(cx, first, 1, &applied), ERR_STORE); /* an older program */
    struct migration broken[] = {
        first[0], first[1], {"0003-bad", "CREATE TABLE half (id @INT); NONSENSE"}};
    assert_int_not_equal(db_migrate(cx, broken, COUNT(broken), &applied), OK);
    fault_clear(cx);
    struct migration good[] = {first[0], first[1], {"0003-good", "CREATE TABLE half (id @INT)"}};
    must(cx, db_migrate(cx, good, COUNT(good), &applied)); /* nothing of the broken one is left */
    assert_int_equal(applied, 1);
    end();
}

static void reading_never_writes(void **state)
{
    struct cx *cx = begin(state);
    static const struct query liar = QUERY("x.liar", false, "DELETE FROM thing WHERE id > 0");
    must(cx, put(cx, 1, "stays"));
    must(cx, db_commit(cx));
    must(cx, db_begin(cx, false));
    expect(cx, db_run(cx, &liar, NO_ARGS, NULL), ERR_STORE);
    db_rollback(cx);
    struct conn *writing = cx->db;
    must(cx, store_connect(cx, store, false, &cx->db));
    must(cx, db_begin(cx, false));
    expect(cx, db_run(cx, &liar, NO_ARGS, NULL), ERR_STORE);
    db_rollback(cx);
    conn_close(cx->db);
    cx->db = writing;
    must(cx, db_begin(cx, false));
    assert_int_equal(count(cx), 1);
    end();
}

static void what_does_not_fit_is_said(void **state)
{
    struct cx *cx = begin(state);
    static const struct query number = QUERY("x.number", false, "SELECT 7 AS text");
    static const struct query word = QUERY("x.word", false, "SELECT CAST('a' AS TEXT) AS id");
    static const struct query none = QUERY("x.none", false, "SELECT NULL AS id, NULL AS lamp");
    static const struct query half = QUERY("x.half", false,
                                           "SELECT avg(v) AS id FROM"
                                           " (SELECT 4 AS v UNION ALL SELECT 5) AS t");
    struct thing got = {.id = 9, .lamp = LAMP_FIXED};
    int64_t n;
    expect(cx, db_one(cx, &number, &thing_shape, &got, NO_ARGS), ERR_STORE);
    expect(cx, db_one(cx, &word, &thing_shape, &got, NO_ARGS), ERR_STORE);
    expect(cx, db_number(cx, &word, &n, NO_ARGS), ERR_STORE);
    must(cx, db_one(cx, &none, &thing_shape, &got, NO_ARGS));
    assert_true(got.id == 0 && got.lamp == LAMP_OUT);
    must(cx, db_one(cx, &half, &thing_shape, &got, NO_ARGS));
    assert_int_equal(got.id, 4);
    end();
}

struct other_view {
    struct str text;
    int64_t id;
};

/* One statement read into two kinds of records, many times: neither mapping grows. */
static void one_statement_serves_two_records(void **state)
{
    struct cx *cx = begin(state);
    static const struct field fields[] = {FIELD(struct other_view, id, "编号"),
                                          FIELD(struct other_view, text, "内容")};
    static const struct shape shape = SHAPE("other_view", struct other_view, fields);
    int64_t id = 1;
    must(cx, put(cx, 1, "both"));
    for (int i = 0; i < 50; i++) {
        struct thing a;
        struct other_view b;
        must(cx, db_one(cx, &engine_test_sql_get, &thing_shape, &a, ARGS(A(id))));
        must(cx, db_one(cx, &engine_test_sql_get, &shape, &b, ARGS(A(id))));
        assert_true(a.id == 1 && b.id == 1 && str_eq(a.text, b.text));
    }
    end();
}

static enum err ask_while_reading(struct cx *cx, void *rec, void *arg)
{
    struct thing got;
    int64_t id = ((struct thing *)rec)->id;
    TRY(db_one(cx, &engine_test_sql_get, &thing_shape, &got, ARGS(A(id))));
    *(int64_t *)arg += got.id;
    return OK;
}

/* More rows than an engine keeps at once, twice over, with a question inside each. */
static void long_streams(void **state)
{
    struct cx *cx = begin(state);
    enum { ROWS = 1000 };
    int64_t lo = 1, hi = ROWS, sum = 0;
    for (int64_t id = 1; id <= ROWS; id++)
        must(cx, put(cx, id, "row"));
    for (int i = 0; i < 2; i++)
        must(cx, db_each(cx, &engine_test_sql_all_of, &thing_shape, ask_while_reading, &sum,
                         ARGS(A(lo), A(hi))));
    assert_int_equal(sum, ROWS * (ROWS + 1));
    end();
}

static enum err use_up_memory(struct cx *cx, void *rec, void *arg)
{
    (void)rec;
    (void)arg;
    while (arena_alloc(cx->mem, 1 << 20))
        ;
    return OK;
}

static void jump_out_of_rows(struct cx *cx, const struct query *q, struct args args)
{
    jmp_buf full;
    cx->mem->on_full = &full;
    if (setjmp(full) == 0) {
        db_each(cx, q, &thing_shape, use_up_memory, NULL, args);
        fail_msg("memory without end");
    }
    cx->mem->on_full = NULL;
}

/* A handler that runs out of memory jumps out of the middle of a statement, whichever of those that
 * its connection knows. The next one gets rows of its own. */
static void a_jump_leaves_no_statement_running(void **state)
{
    struct cx *cx = begin(state);
    thing_list list = {0};
    int64_t lo = 1, hi = 3, id = 1;
    for (int64_t i = 1; i <= 3; i++)
        must(cx, put(cx, i, "row"));
    must(cx, db_all(cx, &engine_test_sql_get, &thing_shape, &list, ARGS(A(id))));
    for (int i = 0; i < 2; i++) {
        must(cx, db_savepoint(cx));
        struct arena_mark before = arena_mark(cx->mem);
        if (i)
            jump_out_of_rows(cx, &engine_test_sql_get, ARGS(A(id)));
        else
            jump_out_of_rows(cx, &engine_test_sql_all_of, ARGS(A(lo), A(hi)));
        arena_rewind(cx->mem, before);
        must(cx, db_release(cx, false));
    }
    lo = 3;
    list.n = 0;
    must(cx, db_all(cx, &engine_test_sql_all_of, &thing_shape, &list, ARGS(A(lo), A(hi))));
    assert_int_equal(list.n, 1);
    assert_int_equal(list.at[0].id, 3);
    end();
}

static void statements_are_verified(void **state)
{
    struct cx *cx = begin(state);
    static const struct query wrong = {
        .name = "x.wrong",
        .file = "x.sql",
        .line = 7,
        .text = {"SELECT nothing FROM nowhere", "SELECT nothing FROM nowhere"}};
    static const struct query worse = QUERY("x.worse", false, "SELEKT 1");
    static const struct query *const list[] = {&wrong, &worse};
    db_rollback(cx);
    must(cx, db_verify(cx, engine_test_sql_all, engine_test_sql_count));
    assert_int_equal(db_verify(cx, list, 2), ERR_STORE);
    assert_true(str_find(cx->fault.message, S("x.sql:7")) >= 0);
    assert_true(str_find(cx->fault.message, S("x.worse")) >= 0);
    end();
}

/* A store in memory beside that of the run. */
static struct cx *open_memory(struct cx *cx, struct store **st)
{
    struct cx *own = NEW(cx->mem, struct cx);
    cx_init(own, cx->mem, &world.env);
    own->community = 1;
    must(own, store_open(own, "sqlite::memory:", st));
    must(own, store_connect(own, *st, true, &own->db));
    must(own, db_migrate(own, first, COUNT(first), NULL));
    must(own, db_begin(own, true));
    return own;
}

static void close_memory(struct cx *cx, struct store *st)
{
    close_context(cx);
    store_close(st);
}

static void put_fifty(struct cx *cx)
{
    struct thing t = {.text = S("灯 'of' \\ the\tstairs\n"), .flag = true, .lamp = LAMP_FIXED};
    const struct value bytes = value_blob(str_n("\0\xff'", 3)), none = {0};
    for (t.id = 1; t.id <= 50; t.id++)
        must(cx, db_put(cx, &engine_test_sql_put, &thing_shape, &t,
                        ARGS(AS("blob", t.id % 2 ? bytes : none), AS("note", none))));
}

static void has_fifty(struct cx *cx)
{
    struct thing t;
    assert_int_equal(count(cx), 50);
    for (int64_t id = 49; id <= 50; id++) {
        must(cx, db_one(cx, &engine_test_sql_get, &thing_shape, &t, ARGS(A(id))));
        assert_true(str_is(t.text, "灯 'of' \\ the\tstairs\n") && t.note.n == 0);
        assert_true(t.flag && t.lamp == LAMP_FIXED);
        assert_true(str_eq(t.blob, id % 2 ? str_n("\0\xff'", 3) : S("")));
    }
}

/* From memory into the engine of this run, and from there into another memory. */
static void a_store_is_copied_whole(void **state)
{
    struct store *other[2];
    struct cx *cx = begin(state), *from = open_memory(cx, &other[0]);
    put_fifty(from);
    must(cx, db_copy(from, cx, NULL));
    has_fifty(cx);
    struct cx *back = open_memory(cx, &other[1]);
    must(back, db_copy(cx, back, NULL));
    has_fifty(back);
    expect(cx, db_copy(from, cx, NULL), ERR_CONFLICT);
    close_memory(back, other[1]);
    close_memory(from, other[0]);
    end();
}

static void addresses_are_explained(void **state)
{
    (void)state;
    env_fake_init(&world, 1000, 1);
    struct cx *cx = open_context(0);
    struct conn *c;
    expect(cx, store_open(cx, "mysql:x", &store), ERR_INPUT);
    expect(cx, store_open(cx, "sqlite:", &store), ERR_INPUT);
    must(cx, store_open(cx, "postgres://localhost:1/none", &store));
    expect(cx, store_connect(cx, store, true, &c), ERR_BUSY);
    must(cx, store_open(cx, "sqlite:/nowhere/at/all.db", &store));
    assert_int_equal(store_connect(cx, store, true, &c), ERR_STORE);
    assert_true(str_find(cx->fault.message, S("/nowhere/at/all.db")) >= 0);
    cx_end(cx);
    arena_free(&memory[0]);
}

#define CASE(f)                                                                                    \
    {                                                                                              \
#f, f, NULL, NULL, (void *)where                                                           \
    }

static int run(const char *where)
{
    const struct CMUnitTest tests[] = {
        CASE(values_come_back_as_they_went),
        CASE(a_megabyte_of_text),
        CASE(parameters_go_by_name),
        CASE(refusals_have_their_names),
        CASE(a_failed_job_leaves_its_neighbours),
        CASE(a_full_disk_loses_the_batch),
        CASE(rollback_and_commit),
        CASE(lists_and_streams),
        CASE(other_communities_are_not_seen),
        CASE(two_writers_never_both_win),
        CASE(whether_anything_was_written_is_known),
        CASE(migrations_run_once_and_do_not_change),
        CASE(a_lost_race_is_busy),
        CASE(a_cut_connection_is_taken_up_again),
        CASE(endless_questions_are_stopped),
        CASE(reading_never_writes),
        CASE(what_does_not_fit_is_said),
        CASE(one_statement_serves_two_records),
        CASE(long_streams),
        CASE(a_jump_leaves_no_statement_running),
        CASE(statements_are_verified),
        CASE(a_store_is_copied_whole),
        CASE(addresses_are_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    const char *pg = getenv("TEST_PG");
    if (pg)
        return run(pg);
    char url[64];
    int fd = mkstemp(file);
    close(fd);
    unlink(file);
    snprintf(url, sizeof url, "sqlite:%s", file);
    return run(NULL) + run(url);
}
