/*
 * backup -- a copy of the whole store in one sealed file, whatever the engine, while it is used:
 * one moment of it (a read transaction), copied into an SQLite file, compared table by table with
 * what it was copied from, sealed to a public key. Whoever makes backups cannot read them; the
 * private key lies elsewhere.
 *
 *   DIR/linghang-YYYYMMDD-HHMMSS.backup          the sealed store (seal.h) without its keys
 *   DIR/linghang-YYYYMMDD-HHMMSS.keys            its keys (app/keyring), and what was deleted at
 *                                                somebody's wish (app/subject), sealed the same way
 *   DIR/....backup.tables, ....keys.tables       TABLE ROWS DIGEST, a line each (db_digest())
 *
 * A backup of any age is brought back with the newest keys: keys are added and forgotten, never
 * changed. So what was sealed with a key that was destroyed since is noise in the old backup, and
 * what was deleted since at somebody's wish is erased again in what is brought back, in the same
 * transaction: the list comes with the keys, and grows as they do. Files of keys are
 * deleted after 30 days; backups may be kept for years. Who moves backups elsewhere must bring the
 * newest keys along each time, or keep them apart (--keys-from).
 *
 * The date in its name says which is the newest. One that is later than now, made while the clock
 * was ahead, is never taken for it; each command tells of it until somebody has moved it away.
 *
 * A file has its name only when it is whole and on the disk. The unsealed copy lies in DIR,
 * readable by its owner alone, as long as it takes; so does one that is brought back or drilled.
 * What a run that was killed left, sealed or not, the next one of any kind removes.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_BACKUP_H
#define MAIN_BACKUP_H

#include "app/subject/subject.h"
#include "db/db.h"
#include "seal/seal.h"

struct backup_made {
    const char *name;  /* the file */
    const char *ahead; /* one of the folder that is dated later than now; NULL = none */
};
/* cx has a connection and no transaction. */
enum err backup_make(struct cx *cx, const char *dir, const char *key_file, struct backup_made *out);
/* Into the empty store of cx, on either engine. `keys`: NULL = the newest beside the backup.
 * ERR_CONFLICT: it is not empty, or those keys are older than the backup, or some are dated later
 * than now; nothing changed. ERR_MISSING: there are no keys. `live`, if any: the store that it is
 * to replace, whose list of what was erased is the newest of all. gather() was called before. */
enum err backup_restore(struct cx *cx, const char *name, const char *keys, const char *key_file,
                        struct cx *live, struct subject_again *out);
/* The last part of it alone, by the list in `keys`, over a store in use that came back on another
 * way (to a moment, from a file copied by hand). */
enum err backup_erase_again(struct cx *cx, const char *keys, const char *key_file,
                            struct subject_again *out);

struct drill {
    const char *name;  /* the newest backup of the folder that is not dated later than now */
    const char *ahead; /* as of struct backup_made */
    db_table_list tables;
    int64_t records;            /* of all audit chains */
    struct subject_again again; /* what was deleted at somebody's wish would be so again */
    int64_t ms;
};
/* Opens the newest backup beside and shows that every table is as it was and every audit chain
 * holds, as of the moment when it was taken; ERR_CONFLICT names what is not. Changes nothing. */
enum err backup_drill(struct cx *cx, const char *dir, const char *key_file, struct drill *out);

#endif
