/* boot -- what every command does first: options, memory, the store opened and brought up to date.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_BOOT_H
#define MAIN_BOOT_H

#include "db/db.h"
#include "app/keyring/keyring.h"
#include "main/options.h"

struct boot {
    struct options
        options;      /* read_only: the connection only reads, nothing is brought up to date */
    struct arena mem; /* lives as long as the command */
    struct cx cx;     /* with a writing connection in cx.db */
    struct store *store;
    struct keyring *keyring; /* of boot_keys() */
    struct str passphrase;   /* of the master key, until boot_keys() has used it */
    bool has_asked;          /* for it */
    int applied;             /* migrations run just now */
};

/* False, with a sentence on stderr, when something is wrong. boot_end() in both cases. */
bool boot(struct boot *b, int argc, char **argv);
void boot_end(struct boot *b);
/* A writing connection to the store in cx->db, brought up to date. A store that changes thereby is
 * copied first: on SQLite to FILE.before-NUMBER-SECONDS, on PostgreSQL by backup_make() to what `o`
 * names (key, to), or it is refused; o->no_copy does without. `o` (also for its mirror) and
 * `applied` may be NULL. */
enum err boot_store(struct cx *cx, const char *url, const struct options *o, struct store **store,
                    int *applied);
/* Every statement of every feature is accepted by the live engine, every shape is sound. */
enum err boot_verify(struct cx *cx);
/* Prints the fault of `cx`; returns 1, the exit status. */
int boot_fault(struct cx *cx);
/* That of --key-file, else FILE.key of sqlite:FILE, else data/linghang.key. */
const char *boot_key_file(struct boot *b);
/* Starts the process with the keys: from here on cx.vault opens and seals. A store without any
 * community gets keys of its own (the file is made with mode 0600, and stderr says so): it will
 * hold samples.
 */
enum err boot_keys(struct boot *b);
/* Has the store a passphrase? Then it is asked for, once (unlock.h); boot_keys() uses it. A server
 * does this before its walls go up. */
enum err boot_passphrase(struct boot *b, bool *asks);
/* Where a server waits for `linghang keys unlock`. */
const char *boot_unlock(struct boot *b);
/* Loads sample communities, with keys of their own, if the store holds none. Progress on stderr. */
enum err boot_sample(struct boot *b);

#endif
