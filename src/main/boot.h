/* boot -- what every command does first: options, memory, the store opened and brought up to date.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_BOOT_H
#define MAIN_BOOT_H

#include "db/db.h"
#include "main/options.h"

struct boot {
    struct options options;
    struct arena mem; /* lives as long as the command */
    struct cx cx;     /* with a writing connection in cx.db */
    struct store *store;
    int applied; /* migrations run just now */
};

/* False, with a sentence on stderr, when something is wrong. boot_end() in both cases. */
bool boot(struct boot *b, int argc, char **argv);
void boot_end(struct boot *b);
/* A writing connection to the store in cx->db, brought up to date; `*applied` may be NULL. */
enum err boot_store(struct cx *cx, const char *url, struct store **store, int *applied);
/* Every statement of every feature is accepted by the live engine, every shape is sound. */
enum err boot_verify(struct cx *cx);
/* Prints the fault of `cx`; returns 1, the exit status. */
int boot_fault(struct cx *cx);
/* Loads sample communities if the store holds none. Progress on stderr. */
enum err boot_sample(struct boot *b);

#endif
