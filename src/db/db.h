/*
 * db -- the narrow store that features use: named statements, bound by name, over SQLite or
 * PostgreSQL (engine.h). No SQL text travels through the program.
 *
 * Parameters are found by name: first among the ARGS of the call, then among the fields of the
 * record (db_put), then among what every context carries: :community_id, :now, :who_id
 * (cx->who.person_id), :scope_lo, :scope_hi, :scope_grid, :scope_org. A parameter found nowhere
 * is a programmer's mistake (assert). Sealed fields of a record are sealed on the way and come back
 * as envelopes (base/vault.h); what ARGS give is bound as it is.
 *
 * Results live in cx->mem. Rows are bound to records by column name; a column without a field, or
 * a field without a column, is fine (a list reads fewer columns); a column of another type than its
 * field (a number into a text) is ERR_STORE. NULL reads as 0, the first code, the empty text.
 * db_verify() at start reports statements that the engine refuses.
 *
 * After a refusal PostgreSQL answers nothing more in that transaction; whoever wants to go on, as a
 * job among others, stands in a savepoint. A question that takes longer than 6 s (SQLite: 8) is
 * ERR_STORE, a server that does not answer within 6.5 s, all calls of a request together, is
 * ERR_BUSY, in db_commit ERR_UNKNOWN. While no server takes writes, reads come from a replica.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/cx.h"
#include "base/shape.h"
#include "db/query.h"

/* VALUE_UNREAD: the engine had no memory to hand it out; db_… never give it to a feature. */
enum value_type { VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_BLOB, VALUE_UNREAD };

struct value {
    enum value_type type;
    int64_t i;
    struct str s;
};

struct value value_int(int64_t i);
struct value value_bool(bool b);
struct value value_str(struct str s); /* bound as text, "" stays "" */
struct value value_c(const char *z);
struct value value_blob(struct str s);

struct arg {
    const char *name;
    struct value value;
};
struct args {
    const struct arg *at;
    size_t n;
};

#define VALUE(v)                                                                                   \
    _Generic((v),                                                                                  \
        struct str: value_str,                                                                     \
        char *: value_c,                                                                           \
        const char *: value_c,                                                                     \
        bool: value_bool,                                                                          \
        struct value: value_same,                                                                  \
        default: value_int)(v)
struct value value_same(struct value v);

#define A(v)        ((struct arg){#v, VALUE(v)})      /* the variable's name is the parameter's */
#define AS(name, v) ((struct arg){"" name, VALUE(v)}) /* a name of its own */
#define ARGS(...)                                                                                  \
    ((struct args){(const struct arg[]){__VA_ARGS__},                                              \
                   sizeof((const struct arg[]){__VA_ARGS__}) / sizeof(struct arg)})
#define NO_ARGS ((struct args){NULL, 0})

/* Runs a writing statement bound from a record (and `args`, which win). A unique constraint that
 * refuses is ERR_CONFLICT, a missing parent or a CHECK is ERR_INPUT, a lost race ERR_BUSY. */
enum err db_put(struct cx *cx, const struct query *q, const struct shape *s, const void *rec,
                struct args args);
/* As db_put, but exactly one row must change, else ERR_CONFLICT: somebody was faster. */
enum err db_save(struct cx *cx, const struct query *q, const struct shape *s, const void *rec,
                 struct args args);
/* Runs a writing statement; `*changed` (may be NULL) gets the number of rows. */
enum err db_run(struct cx *cx, const struct query *q, struct args args, int64_t *changed);
/* As db_run, but exactly one row must change, else ERR_CONFLICT: somebody was faster. */
enum err db_change(struct cx *cx, const struct query *q, struct args args);
/* The one row, or ERR_MISSING. Also for INSERT/UPDATE ... RETURNING. */
enum err db_one(struct cx *cx, const struct query *q, const struct shape *s, void *rec,
                struct args args);
/* As db_one, but no row is OK and `*found` says so; no fault is noted. */
enum err db_find(struct cx *cx, const struct query *q, const struct shape *s, void *rec,
                 bool *found, struct args args);
/* All rows appended to `list` (a LIST of the shape's struct). At most 100,000 rows. */
enum err db_all(struct cx *cx, const struct query *q, const struct shape *s, void *list,
                struct args args);
/* One row at a time, for exports; memory of a row is given back before the next one, so `row` keeps
 * nothing from cx->mem (nor lets an `out` there grow). It may run other statements, but not `q`
 * itself. Stops at the first error. */
enum err db_each(struct cx *cx, const struct query *q, const struct shape *s,
                 enum err (*row)(struct cx *cx, void *rec, void *arg), void *arg, struct args args);
/* A row that is one id, for db_all() into a LIST(int64_t). */
extern const struct shape db_id_shape;
/* The first column of the one row as a number; ERR_MISSING if none (NULL gives 0). */
enum err db_number(struct cx *cx, const struct query *q, int64_t *out, struct args args);

/* Asks in advance: such questions travel together in one round trip, with the next call, and each
 * answer waits for the call that asks the same with the same values in this transaction (a writing
 * statement makes all of them void). A hint for pages that ask several questions: it never changes
 * what a call returns, and does nothing on SQLite, where a question costs no trip. Reading
 * statements only; not from a row function of db_each. */
enum err db_ahead(struct cx *cx, const struct query *q, struct args args);

/* "%text%" with the signs of LIKE made plain, for `LIKE :text ESCAPE '!'`; at most 40 characters of
 * it, "" stays "". */
struct str db_like(struct cx *cx, struct str text);

/* --- for main/, jobs, tests --- */

struct store; /* an opened URL: sqlite:FILE, sqlite::memory: or postgres://… ; shared by threads */

/* Reads the URL; the first store_connect finds out whether there is a store. Fault: a sentence that
 * says what to do. `*out` lives in cx->mem. */
enum err store_open(struct cx *cx, const char *url, struct store **out);
void store_close(struct store *st);
/* Before the first store_connect(): every transaction of an SQLite store is on `dir`, a folder on
 * another disk, before its commit (mirror.h). "off": it shall have no mirror any more. */
enum err store_mirror(struct cx *cx, struct store *st, const char *dir);
/* Makes a new base of the mirror when the journal has outgrown the last one; from any thread, while
 * others write. Nothing where there is no mirror. */
enum err store_mirror_tidy(struct cx *cx, struct store *st);
/* A new SQLite store from what a mirror holds, up to transaction `*seq`; ERR_CONFLICT: there is a
 * file already, or the mirror has a hole, up to which the store is made. */
enum err db_mirror_restore(struct cx *cx, const char *dir, const char *url, int64_t *seq);
/* Before the SQLite file `fresh` takes the place of `old`, both closed: the mirror that `old` has,
 * if any, goes on with it, from a new base made at the next start. */
enum err db_mirror_pass_on(struct cx *cx, const char *old, const char *fresh);
enum engine_kind store_engine(const struct store *st);
const char *store_file(const struct store *st); /* of SQLite; NULL: it is not in a file */
/* No server that takes writes was found when one was last looked for, and nobody was let in to
 * write about then or since (PostgreSQL). */
bool store_only_reads(const struct store *st);
/* A connection for one thread at a time; `write` false opens a read-only one on SQLite. */
enum err store_connect(struct cx *cx, struct store *st, bool write, struct conn **out);
void conn_close(struct conn *c);
/* Its last transaction could not be ended, or its disk failed it: only conn_close() may follow. */
bool conn_is_broken(const struct conn *c);
enum engine_kind conn_engine(const struct conn *c);

/* Transactions, opened and closed by the road of a request and by jobs, never by features.
 * On PostgreSQL: read-only REPEATABLE READ / SERIALIZABLE write, with deadlines
 * (statement_timeout, lock_timeout). db_commit may give ERR_BUSY (nothing changed, run again) or
 * ERR_UNKNOWN (connection lost in commit; or the notice "canceling wait for synchronous
 * replication"). A failed fsync (SQLITE_IOERR_FSYNC) ends the process with status 9. */
enum err db_begin(struct cx *cx, bool write);
enum err db_commit(struct cx *cx);
void db_rollback(struct cx *cx);
/* One job among several of a batch: what fails inside does not undo its neighbours. After each
 * statement of a batch the engine must still be inside the transaction (sqlite3_get_autocommit). */
enum err db_savepoint(struct cx *cx);
enum err db_release(struct cx *cx, bool keep);
bool db_in_transaction(struct cx *cx);
/* Whether a row was changed since the transaction began, or since its savepoint. */
bool db_wrote(const struct cx *cx);

/* Runs the numbered migrations that are not in table `migration` yet, each in a transaction of its
 * own, and refuses when a known one has changed (checksum) or the store is newer than the program.
 */
struct migration {
    const char *name; /* "0001-start" */
    const char *text; /* with @INT @JSON @BLOB @KEY @OPT @APPEND_ONLY @OWN_KEY, see migrate.c */
};
enum err db_migrate(struct cx *cx, const struct migration *m, size_t n, int *applied);
/* The same, for a store that somebody lives by: when it is not new and would change, `before` is
 * asked first, with no transaction, while nobody else migrates; its fault stops everything. */
struct db_before {
    enum err (*ask)(struct cx *cx, int64_t last, const void *arg); /* last: as db_migrated() */
    const void *arg;
};
enum err db_upgrade(struct cx *cx, const struct migration *m, size_t n, struct db_before before,
                    int *applied);
/* The store as it is, as a file beside it: FILE.before-NUMBER-SECONDS. SQLite; ERR_INPUT where the
 * engine keeps its files itself. */
enum err db_keep_old(struct cx *cx, int64_t last);
/* How many have run so far, 0 for an empty store; within no transaction, changes nothing. */
enum err db_migrated(struct cx *cx, int64_t *last);

/* Some of the tables: those named (NULL-ended), or all others. NULL for a part = every table. */
struct db_part {
    const char *const *names;
    bool others;
};

/* Copies every row of every table of `part` into another store, of whatever engine; both are at the
 * same migration, `from` within a transaction, `to` within a writing one. A row that is there
 * already is ERR_CONFLICT. The fault is told in `to`. */
enum err db_copy(struct cx *from, struct cx *to, const struct db_part *part);

/* What a store holds, so that a copy can be compared: of each table of `part` its rows and a
 * sum of their hashes, in the order in which tables were made. Both engines give the same for the
 * same rows, columns of JSON excepted. Within a transaction; memory does not grow with rows. */
struct db_table {
    struct str name;
    int64_t rows;
    struct str digest; /* hex */
};
typedef LIST(struct db_table) db_table_list;
enum err db_digest(struct cx *cx, const struct db_part *part, db_table_list *out);

/* Prepares every query on the live engine, outside a transaction; the fault names file and line of
 * each refused one. */
enum err db_verify(struct cx *cx, const struct query *const *queries, size_t n);

#endif
