/* harness -- see harness.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "tests/fresh.h"
#include "tests/vault.h"
#include "main/migrations.h"
#include <sqlite3.h>
#include <stdlib.h>

enum { OTHERS = 8 };

static struct {
    struct env_fake env;
    struct store *store;
    struct arena mem[1 + OTHERS];
    struct cx cx[1 + OTHERS];
    size_t n; /* contexts in use */
} world;

static struct cx *context(void)
{
    struct cx *cx = &world.cx[world.n];
    struct arena *mem = &world.mem[world.n];
    assert_true(world.n < 1 + OTHERS);
    world.n++;
    arena_init(mem, 256u << 20);
    cx_init(cx, mem, &world.env.env);
    cx->community = 1;
    cx->vault = test_vault();
    return cx;
}

/* ---- all tables, made once by each program; each test has a copy of them ---- */

static void make_tables(struct cx *cx, const char *url)
{
    struct store *store;
    MUST(cx, store_open(cx, url, &store));
    MUST(cx, store_connect(cx, store, true, &cx->db));
    MUST(cx, db_migrate(cx, migrations, migration_count, NULL));
    world.store = store;
}

static void close_store(struct cx *cx)
{
    conn_close(cx->db);
    store_close(world.store);
}

static void copy_pgsql(struct cx *cx, const char *url, const char *whole)
{
    static bool made;
    if (!made) {
        make_tables(cx, whole);
        close_store(cx);
    }
    made = true;
    fresh_copy(url, whole);
}

static sqlite3 *newest; /* the connection that was opened last: a store does not give it away */

static int note_newest(sqlite3 *db, const char **message, const struct sqlite3_api_routines *api)
{
    (void)message;
    (void)api;
    newest = db;
    return SQLITE_OK;
}

static void copy_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    assert_non_null(b);
    assert_int_equal(sqlite3_backup_step(b, -1), SQLITE_DONE);
    assert_int_equal(sqlite3_backup_finish(b), SQLITE_OK);
}

/* Pages are copied ten times as fast as tables are made. */
static void copy_sqlite(struct cx *cx)
{
    static sqlite3 *whole; /* to the end of the program */
    if (!whole) {
        sqlite3_auto_extension((void (*)(void))note_newest);
        make_tables(cx, "sqlite::memory:");
        sqlite3 *made = newest;
        assert_int_equal(sqlite3_open(":memory:", &whole), SQLITE_OK);
        copy_pages(made, whole);
        close_store(cx);
    }
    MUST(cx, store_open(cx, "sqlite::memory:", &world.store));
    MUST(cx, store_connect(cx, world.store, true, &cx->db));
    copy_pages(whole, newest);
}

struct cx *test_cx(void)
{
    const char *url = getenv("TEST_PG"), *whole = getenv("TEST_PG_WHOLE");
    env_fake_init(&world.env, TEST_NOW, 20201216);
    world.n = 0;
    struct cx *cx = context();
    if (url) {
        copy_pgsql(cx, url, whole);
        make_tables(cx, url);
    } else {
        copy_sqlite(cx);
    }
    MUST(cx, db_begin(cx, true));
    return cx;
}

struct cx *test_other(void)
{
    struct cx *cx = context();
    MUST(cx, store_connect(cx, world.store, true, &cx->db));
    return cx;
}

void test_end(void)
{
    for (size_t i = world.n; i-- > 0;) {
        if (db_in_transaction(&world.cx[i]))
            db_rollback(&world.cx[i]);
        conn_close(world.cx[i].db);
        cx_end(&world.cx[i]);
    }
    store_close(world.store); /* it lives in the first context's memory */
    while (world.n > 0)
        arena_free(&world.mem[--world.n]);
}

void test_advance(int64_t ms)
{
    world.env.at += ms;
    for (size_t i = 0; i < world.n; i++)
        world.cx[i].now = world.env.at;
}

void test_commit(struct cx *cx)
{
    MUST(cx, db_commit(cx));
    MUST(cx, db_begin(cx, true));
}
