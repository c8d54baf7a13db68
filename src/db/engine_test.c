/* engine_test -- the contract that every engine keeps. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit.h"
#include "tests/fresh.h"
#include "base/env.h"
#include "db/db.h"
#include "engine_test.sql.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
     " PRIMARY KEY (community_id, id)) @OPT"},
    {"0002-more", "ALTER TABLE part ADD COLUMN more @INT NOT NULL DEFAULT 0"},
};

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

static void statements_are_verified(void **state)
{
    struct cx *cx = begin(state);
    static const struct query wrong = {
        .name = "x.wrong",
        .file = "x.sql",
        .line = 7,
        .text = {"SELECT nothing FROM nowhere", "SELECT nothing FROM nowhere"}};
    static const struct query *const list[] = {&wrong};
    must(cx, db_verify(cx, engine_test_sql_all, engine_test_sql_count));
    assert_int_equal(db_verify(cx, list, 1), ERR_STORE);
    assert_true(str_find(cx->fault.message, S("x.sql:7")) >= 0);
    end();
}

static void addresses_are_explained(void **state)
{
    (void)state;
    env_fake_init(&world, 1000, 1);
    struct cx *cx = open_context(0);
    struct conn *c;
    assert_int_equal(store_open(cx, "mysql:x", &store), ERR_INPUT);
    fault_clear(cx);
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
        CASE(rollback_and_commit),
        CASE(lists_and_streams),
        CASE(other_communities_are_not_seen),
        CASE(two_writers_never_both_win),
        CASE(migrations_run_once_and_do_not_change),
        CASE(statements_are_verified),
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
