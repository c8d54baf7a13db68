/* store_silent_test -- what PostgreSQL says, word by word, and what is done when it says nothing:
 * the connection is cut, a write is known to be stored or not, and the next request is served. */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "tests/refuse.h"
#include "tests/store_test.h"
#include <libpq-fe.h>
#include <poll.h>
#include <sys/socket.h>

static struct {
    const char *cut; /* the connection ends when PostgreSQL is told this word */
    int64_t jump_ms; /* the clock jumps so far while an answer is awaited */
    bool late;       /* a connection is not cut until more has come on it */
} plant;

int shutdown(int fd, int how)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (plant.late)
        assert_int_equal(poll(&p, 1, -1), 1);
    return REAL(shutdown)(fd, how);
}

int PQsendQuery(PGconn *c, const char *text)
{
    if (plant.cut && strncmp(text, plant.cut, strlen(plant.cut)) == 0)
        shutdown(PQsocket(c), SHUT_RDWR);
    return REAL(PQsendQuery)(c, text);
}

static int64_t (*real_monotonic)(struct env *e);

static const struct query named =
    BOTH("named", false, "SELECT COUNT(*) FROM ball WHERE community_id = $1 AND text = $2",
         "community_id", "text");
static const struct query coloured =
    BOTH("coloured", false, "SELECT COUNT(*) FROM ball WHERE community_id = $1 AND colour = $2",
         "community_id", "colour");

/* Half an answer, then nothing for 20 s: one that could be read to its end now and then was. */
#define HALF                                                                                       \
    "SELECT repeat('x', 1000000) FROM generate_series(1, 2) n"                                     \
    " WHERE n = 1 OR pg_sleep(20) IS NULL"
static const struct query half = BOTH("half", false, HALF, );

/* A word, another when whoever waited has given up, then nothing for 20 s. */
#define TWO_WORDS                                                                                  \
    "DO $d$ BEGIN RAISE WARNING 'one'; PERFORM pg_sleep(0.3); RAISE WARNING 'two';"                \
    " PERFORM pg_sleep(20); END $d$"

static const struct query slow =
    BOTH("slow", false, "SELECT COUNT(*) FROM pg_sleep(20 * $1)", "community_id");

/* 20 rows, a portion, take longer than a request has left that has waited long: 1 s. */
static const struct query slow_rows =
    BOTH("slow_rows", false,
         "SELECT n AS id FROM generate_series(1, 25) n WHERE pg_sleep(0.06 * $1) IS NOT NULL",
         "community_id");

static const struct query late =
    QUERY("late", true, "SELECT 1", "INSERT INTO late (state) VALUES ($1)", "state");

static const struct query say_state = QUERY("say", true, "SELECT 1", "SELECT say($1)", "state");

static const struct query backend = BOTH("backend", false, "SELECT pg_backend_pid()", );

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
    } all_states[] = {{"23505", ERR_CONFLICT},
                      {"23503", ERR_INPUT},
                      {"40001", ERR_BUSY},
                      {"40P01", ERR_BUSY},
                      {"55P03", ERR_BUSY},
                      {"57014", ERR_STORE},
                      {"25006", ERR_BUSY},
                      {"22P02", ERR_STORE},
                      {"P0001", ERR_STORE},
                      {"08006", ERR_BUSY},
                      {"57P01", ERR_BUSY},
                      {"warning", OK},
                      {"info", OK}};
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
    store->write_ms -= 60000; /* that was a while ago */
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

/* As by a server that is full: who is there already goes on, and nobody else is told that he cannot
 * write; where it was told, for want of others, it is taken back. */
static void who_is_not_let_in_shuts_nobody_out(void **state)
{
    struct conn *reader;
    (void)state;
    if (!is_pg())
        skip();
    PGconn *admin = PQconnectdb(getenv("TEST_PG"));
    takes_writes(admin, false);
    store->write_ms += 60000; /* somebody began just now */
    MUST(store_connect(&cx, store, false, &reader));
    conn_close(reader);
    assert_false(store_only_reads(store));
    store->write_ms -= 120000;
    MUST(store_connect(&cx, store, false, &reader));
    assert_true(store_only_reads(store));
    assert_int_equal(count(1), 0);
    assert_true(store_only_reads(store)); /* to read is no proof */
    MUST(db_begin(&cx, true));
    MUST(put(1));
    MUST(db_commit(&cx));
    assert_false(store_only_reads(store));
    conn_close(reader);
    takes_writes(admin, true);
    PQfinish(admin);
}

static int64_t server_process(void)
{
    int64_t pid;
    MUST(db_begin(&cx, true));
    MUST(db_number(&cx, &backend, &pid, NO_ARGS));
    MUST(put(pid));
    MUST(db_commit(&cx));
    return pid;
}

/* Whether it tells so itself, or refuses a word. */
static void a_server_that_stops_taking_writes_is_left(void **state)
{
    (void)state;
    if (!is_pg())
        skip();
    int64_t first_one = server_process();
    MUST(cx.db->engine->script(&cx, cx.db, "SET default_transaction_read_only = on"));
    int64_t second = server_process();
    assert_int_not_equal(second, first_one);
    MUST(db_begin(&cx, true));
    MUST(cx.db->engine->script(&cx, cx.db, "SET TRANSACTION READ ONLY"));
    EXPECT(put(1), ERR_BUSY);
    db_rollback(&cx);
    assert_int_not_equal(server_process(), second);
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

/* A whole store is read in portions, each of which has the time of a request; one after another
 * they may take longer. */
static enum err count_row(struct cx *of, void *rec, void *arg)
{
    (void)of;
    (void)rec;
    ++*(int *)arg;
    return OK;
}

static void a_whole_store_may_take_longer(void **state)
{
    int n = 0;
    (void)state;
    if (!is_pg())
        skip();
    MUST(db_begin(&cx, false));
    cx.waited_ms = 60000;
    MUST(db_each(&cx, &slow_rows, &ball_shape, count_row, &n, NO_ARGS));
    db_rollback(&cx);
    assert_int_equal(n, 25);
    cx.waited_ms = 0;
}

/* A server that says half of a long answer and then nothing more: the deadline of a request is
 * over. Whoever has another connection to it does not wait for it once more. */
static int64_t late_clock(struct env *e)
{
    static int64_t ahead;
    ahead += plant.jump_ms; /* at each look, whoever else looked before the wait */
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
    EXPECT(silent->engine->script(&cx, silent, HALF), ERR_BUSY);
    db_rollback(&cx);
    plant.jump_ms = 0;
    cx.waited_ms = 0;
    assert_int_equal(count(1), 0);
    MUST(db_begin(&cx, false));
    plant.jump_ms = 7000;
    plant.late = true;
    EXPECT(silent->engine->script(&cx, silent, TWO_WORDS), ERR_BUSY);
    plant.late = false;
    db_rollback(&cx);
    plant.jump_ms = 0;
    cx.waited_ms = 0;
    cx.db = other;
    assert_int_equal(count(1), 0);
    MUST(db_begin(&cx, false));
    MUST(db_ahead(&cx, &half, NO_ARGS));
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

static void a_commit_on_a_connection_that_ends_is_unknown(void **state)
{
    (void)state;
    if (!is_pg())
        skip();
    MUST(db_begin(&cx, true));
    MUST(put(1));
    plant.cut = "COMMIT";
    EXPECT(db_commit(&cx), ERR_UNKNOWN);
    plant.cut = NULL;
    assert_int_equal(count(1), 0);
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

static int end(void **state)
{
    plant = (__typeof__(plant)){0};
    return store_end(state);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, store_begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(each_state_of_postgres_has_its_answer),
        CASE(each_end_of_a_commit_has_its_answer),
        CASE(writes_stop_and_are_taken_again),
        CASE(who_is_not_let_in_shuts_nobody_out),
        CASE(a_server_that_stops_taking_writes_is_left),
        CASE(a_silent_server_is_not_waited_for),
        CASE(a_whole_store_may_take_longer),
        CASE(a_server_that_falls_silent_is_left),
        CASE(a_connection_that_ends_twice_is_said),
        CASE(a_commit_on_a_connection_that_ends_is_unknown),
        CASE(an_answer_in_advance_is_to_its_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
