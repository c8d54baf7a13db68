/* store_test -- a store with one table, for tests that look at what it says when it fails. For one
 * test program. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_STORE_TEST_H
#define TESTS_STORE_TEST_H

#include "tests/fresh.h"
#include "tests/unit.h"
#include "base/env.h"
#include "db/db.h"
#include "db/engine.h"
#include <stdlib.h>
#include <string.h>

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
        .name = n, .file = __FILE__, .line = __LINE__, .text = {lite, pg}, .write = w,             \
        .params = (const char *const[]){__VA_ARGS__},                                              \
        .nparams = sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)                     \
    }
#define BOTH(n, w, t, ...) QUERY(n, w, t, t, __VA_ARGS__)

static const struct query put_one =
    BOTH("put", true,
         "INSERT INTO ball (community_id, id, text, bytes, colour) VALUES ($1, $2, $3, $4, $5)",
         "community_id", "id", "text", "bytes", "colour");
static const struct query how_many =
    BOTH("how_many", false, "SELECT COUNT(*) FROM ball WHERE community_id = $1 AND id = $2",
         "community_id", "id");
static const struct query null = BOTH("null", false, "SELECT NULL", );

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

static inline bool is_pg(void)
{
    return getenv("TEST_PG") != NULL;
}

static inline int store_begin(void **state)
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

static inline int store_end(void **state)
{
    (void)state;
    if (db_in_transaction(&cx))
        db_rollback(&cx);
    if (cx.db)
        conn_close(cx.db);
    store_close(store);
    cx_end(&cx);
    arena_free(&mem);
    return 0;
}

static inline void connect_anew(void)
{
    if (cx.db)
        conn_close(cx.db);
    cx.db = NULL;
    MUST(store_connect(&cx, store, true, &cx.db));
}

static inline enum err put(int64_t id)
{
    struct ball b = {.id = id, .text = S("a ball"), .colour = GREEN};
    return db_put(&cx, &put_one, &ball_shape, &b,
                  ARGS(AS("bytes", value_blob(str_n("\0\1\2", 3)))));
}

/* A connection that is in no fit state is noticed when the next request begins; it runs again. */
static inline void begin_reading(void)
{
    if (db_begin(&cx, false) == ERR_BUSY) {
        fault_clear(&cx);
        MUST(db_begin(&cx, false));
    }
}

static inline int64_t count(int64_t id)
{
    int64_t n;
    begin_reading();
    MUST(db_number(&cx, &how_many, &n, ARGS(A(id))));
    db_rollback(&cx);
    return n;
}

/* Another store, in memory. */
static inline void open_other(struct cx *own, struct store **st)
{
    cx_init(own, &mem, &world.env);
    own->community = 1;
    MUST(store_open(own, "sqlite::memory:", st));
    MUST(store_connect(own, *st, true, &own->db));
}

static inline void close_other(struct cx *own, struct store *st)
{
    if (db_in_transaction(own))
        db_rollback(own);
    conn_close(own->db);
    store_close(st);
    cx_end(own);
}

#endif
