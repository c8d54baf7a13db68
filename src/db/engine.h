/*
 * engine -- what a store must be able to do: the narrow table behind db.h. One engine per file;
 * nothing outside db/ includes this header.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_ENGINE_H
#define DB_ENGINE_H

#include "db/db.h"
#include <stdatomic.h>

enum { STMT_SLOTS = 256, PARAMETERS_MAX = 64 };

/* A prepared statement; lives as long as its connection. */
struct stmt {
    const struct query *query;
    void *handle;
    struct stmt *next;      /* same hash slot */
    struct map *maps, *map; /* all that were made; the one of this run */
    bool busy;              /* between start and stop: it cannot be started again */
    bool stream;            /* many rows: not all of them in memory at once */
    int64_t changed;        /* rows, after the last step */
};

/* How the columns of a statement go into a record: the field of each, NULL where there is none. */
struct map {
    const struct shape *shape;
    const struct field **fields;
    struct map *next;
};

struct store;

struct conn {
    const struct engine *engine;
    struct arena mem; /* of the connection itself and its statements */
    void *handle;
    bool in_transaction, writing;
    bool in_job;   /* between db_savepoint and db_release */
    bool wrote;    /* see db_wrote() */
    bool lost;     /* the engine ended the transaction by itself: nothing of it is stored */
    bool broken;   /* see conn_is_broken(); the engine may say so as well */
    int busy;      /* statements between start and stop */
    int64_t trips; /* how often an answer of a server was awaited */
    struct stmt *slots[STMT_SLOTS];
};

/* What returns `enum err` notes the fault itself. Names as in db.h. */
struct engine {
    const char *scheme;
    enum engine_kind kind;
    enum err (*open)(struct cx *cx, struct store *st, bool write, struct conn *c);
    void (*close)(struct conn *c); /* statements too */
    enum err (*script)(struct cx *cx, struct conn *c, const char *sql);
    enum err (*begin)(struct cx *cx, struct conn *c, bool write);
    enum err (*commit)(struct cx *cx, struct conn *c);
    bool (*rollback)(struct cx *cx, struct conn *c); /* false: it is still open */
    enum err (*prepare)(struct cx *cx, struct conn *c, struct stmt *s);
    enum err (*bind)(struct cx *cx, struct conn *c, struct stmt *s, int i, struct value v);
    enum err (*step)(struct cx *cx, struct conn *c, struct stmt *s, bool *row);
    int (*columns)(struct stmt *s);
    const char *(*column_name)(struct stmt *s, int i); /* NULL: no memory */
    struct value (*column)(struct stmt *s, int i);     /* valid until the next step */
    void (*reset)(struct stmt *s);
    /* db_ahead(): the statement is bound. May be NULL. */
    enum err (*ahead)(struct cx *cx, struct conn *c, struct stmt *s);
    /* Before and after migrations: no other program migrates meanwhile, no deadline. */
    enum err (*migrating)(struct cx *cx, struct conn *c, bool on);
    /* Before the first migration of a store that has seen `last` of them: a copy of it as it is.
     * May be NULL. */
    enum err (*keep_old)(struct cx *cx, struct conn *c, int64_t last);
    /* The rest of this transaction may take its time. May be NULL. */
    enum err (*no_hurry)(struct cx *cx, struct conn *c);
    /* Words of the engine for @INT @JSON @BLOB @KEY @OPT in migrations, in this order. */
    const char *words[5];
    /* For "@APPEND_ONLY table;": no statement changes or deletes a row of it. For "@OWN_KEY table
     * column;": its row of subject_key goes with the row, or when the column becomes empty. Each $
     * is the table, each % the column. */
    const char *append_only, *own_key;
};

/* The statement, prepared and not running: parameters are bound next, then it is stepped. Whatever
 * happens, the caller stops it. */
enum err stmt_start(struct cx *cx, const struct query *q, struct stmt **out);
enum err no_memory(struct cx *cx); /* notes the fault */
void stmt_stop(struct conn *c, struct stmt *st);

extern const struct engine sqlite_engine, pgsql_engine;

struct store {
    const struct engine *engine;
    const char *address;   /* what the engine opens */
    struct mirror *mirror; /* NULL: none (SQLite) */
    /* PostgreSQL, by all its connections: nobody takes writes; when one may look again; when a
     * server was last silent; when it last let somebody begin to write (monotonic ms). */
    _Atomic bool only_reads;
    _Atomic int64_t look_ms, silent_ms, write_ms;
    struct conn *keeper; /* holds a memory store open */
};

/* copy.c: the tables of a part, in the order in which they were made. */
typedef LIST(struct str) table_name_list;
enum err db_tables(struct cx *cx, const struct db_part *part, table_name_list *out);

#endif
