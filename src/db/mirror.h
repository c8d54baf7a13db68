/*
 * mirror -- a second disk that has every committed transaction before anybody is told of it, so
 * that the loss of the first disk loses nothing (SQLite; ADR 0012). Inside db/ only.
 *
 *   DIR/base-SEQ.db       the store as it was after transaction SEQ
 *   DIR/journal-SEQ.log   records of transactions from SEQ on, at most about SEGMENT_MAX bytes
 *   DIR/lock              held by the one process that writes
 *
 * A record: mark, id of the mirror, kind, 0 (4 bytes each), SEQ, length (8 each; little endian),
 * 16 bytes of BLAKE2b over these and the content, the content: an SQLite changeset. SEQ grows by
 * one. JOURNAL_SCHEMA cannot be replayed: the schema changed, or had changed, and a base that has
 * the new one follows before anybody is told of either. JOURNAL_VOID takes back the record of the
 * same SEQ, whose commit failed. A record that is not whole and the last one was never
 * acknowledged; one with others behind it was, and is damaged: what follows cannot be replayed.
 *
 * The store itself says which mirror it has (application_id) and the SEQ of its last transaction
 * (user_version, the low 32 bits), inside of that transaction.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_MIRROR_H
#define DB_MIRROR_H

#include "db/db.h"

struct sqlite3;
struct sqlite3_session;

/* ---- journal.c: files and records ---- */

enum journal_kind { JOURNAL_CHANGE = 1, JOURNAL_VOID, JOURNAL_SCHEMA };

struct journal {
    const char *dir;
    int lock_fd, fd; /* fd: the segment that grows, -1 = none yet */
    uint32_t id;     /* of the mirror; 0 = not known yet */
    int64_t seq;     /* of the last record */
    int64_t size;    /* of the segment that grows */
};

/* One record that was not taken back. */
struct journal_entry {
    const char *file;
    enum journal_kind kind;
    int64_t at, n, seq; /* of the content: where, how many bytes */
};
typedef LIST(struct journal_entry) journal_entry_list;

/* What lies in the folder; strings live in cx->mem. */
struct journal_look {
    const char *base; /* the newest one, or NULL */
    int64_t base_seq, base_bytes, journal_bytes;
    journal_entry_list entries; /* after base_seq, in order */
    int64_t highest;            /* SEQ of the last record, taken back or not */
    int64_t lost_to;            /* 0, or SEQ of the last one behind a hole or a damaged record */
    const char *last;           /* the last segment, or NULL */
    int64_t last_good;          /* how many bytes of it are whole */
    uint32_t id;                /* of the records, 0 = there are none */
};

/* Makes the folder when it is not there and takes the lock. ERR_CONFLICT: another process has it.
 */
enum err journal_open(struct cx *cx, struct journal *j, const char *dir);
void journal_close(struct journal *j);
/* The newest base and how much there is; nothing is read. */
void journal_sizes(struct cx *cx, const char *dir, struct journal_look *out);
/* ERR_STORE: a file cannot be read to its end. Where records are missing the entries end:
 * `lost_to`.
 */
enum err journal_read(struct cx *cx, const char *dir, struct journal_look *out);
/* Cuts off what is not whole; not where something is `lost_to`: it may be read by other means. */
enum err journal_trim(struct cx *cx, const struct journal_look *look);
/* The content of an entry, in cx->mem. */
enum err journal_content(struct cx *cx, const struct journal_entry *e, struct str *out);
/* On the disk when it returns OK; otherwise nothing of it is there. Where even that cannot be had
 * the process ends with status 9 and the next start decides. j->seq is `seq` afterwards. */
enum err journal_append(struct cx *cx, struct journal *j, enum journal_kind kind, int64_t seq,
                        struct str content);
/* Removes bases before `seq`, and segments that hold nothing after it. */
void journal_drop(struct cx *cx, const char *dir, int64_t seq);
/* A file and its name are on the disk. */
bool journal_keep(const char *dir, const char *file);

/* ---- mirror.c: what SQLite must do ---- */

/* In the id of a mirror. */
enum { MIRROR_IS = 1, MIRROR_APART = 2 }; /* never 0; it began on another disk than the store */

struct mirror {
    struct journal journal;
    const char *store; /* its address, as SQLite opens it */
    int64_t schema;    /* its schema_version after the last transaction */
    int64_t rests_ms;  /* after a base that failed: no other until then, by the monotonic clock */
    bool attached;
    bool off;   /* the store shall have none any more */
    bool stale; /* the schema changed: a new base is due */
};

/* Of a writing connection; by the first one the ends of store and mirror are compared, see ADR
 * 0012. `m` NULL: refuses a store that has a mirror. An empty folder is a new mirror, unless it
 * lies on the disk of a store whose mirror was on another one. */
enum err mirror_attach(struct cx *cx, struct mirror *m, struct sqlite3 *db);
/* Watches what a transaction changes; it has begun. */
enum err mirror_begin(struct cx *cx, struct sqlite3 *db, struct sqlite3_session **out);
/* Before COMMIT: writes it down. `*seq` is 0 when there was nothing to write. */
enum err mirror_write(struct cx *cx, struct mirror *m, struct sqlite3 *db,
                      struct sqlite3_session *s, int64_t *seq);
/* The commit failed for sure. */
void mirror_void(struct cx *cx, struct mirror *m, int64_t seq);
/* A new base when the schema changed (`only_if_stale`) or the journal has outgrown the last one.
 * Not `only_if_stale`, one that failed is tried again ten minutes later: until then OK. */
enum err mirror_tidy(struct cx *cx, struct mirror *m, bool only_if_stale);

/* One moment of a store as a new file that only its owner reads, while others write. */
enum err mirror_snapshot(struct cx *cx, const char *store, const char *dir, const char *file);
/* The same beside the store, under a name that only a whole one gets. */
enum err mirror_keep_old(struct cx *cx, const char *store, const char *dir, const char *file);

/* Ends the process: what a disk holds is not known, the next start will see. */
_Noreturn void mirror_end(const char *why);

#endif
