/* harness -- see harness.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "tests/fresh.h"
#include "tests/vault.h"
#include "main/migrations.h"
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

/* All tables, made once by each program; each test has a copy of them. */
static void make_tables(struct cx *cx, const char *url)
{
    static bool made;
    struct store *store;
    if (made)
        return;
    MUST(cx, store_open(cx, url, &store));
    MUST(cx, store_connect(cx, store, true, &cx->db));
    MUST(cx, db_migrate(cx, migrations, migration_count, NULL));
    conn_close(cx->db);
    store_close(store);
    made = true;
}

struct cx *test_cx(void)
{
    const char *url = getenv("TEST_PG"), *whole = getenv("TEST_PG_WHOLE");
    env_fake_init(&world.env, TEST_NOW, 20201216);
    world.n = 0;
    struct cx *cx = context();
    if (url) {
        make_tables(cx, whole);
        fresh_copy(url, whole);
    }
    MUST(cx, store_open(cx, url ? url : "sqlite::memory:", &world.store));
    MUST(cx, store_connect(cx, world.store, true, &cx->db));
    MUST(cx, db_migrate(cx, migrations, migration_count, NULL));
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
