/*
 * options -- settings of a command: --name VALUE (some: --name), or LINGHANG_NAME in the
 * environment. The command line wins.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_OPTIONS_H
#define MAIN_OPTIONS_H

#include <stdbool.h>

struct options {
    const char *db;        /* sqlite:FILE or postgres://… */
    const char *from;      /* the same, for copy; a backup for restore, a folder for drill */
    const char *to;        /* a folder: of backups; setup: of papers */
    const char *mirror;    /* a folder on another disk, or "off" */
    const char *approved;  /* restore over a store in use: the number of what two people approved */
    const char *keys_from; /* restore: the file of keys; NULL = the newest beside the backup */
    const char *unlock;    /* where a server waits for the passphrase; NULL = beside the key file */
    int kid;               /* keys destroy: which */
    const char *listen;    /* HOST:PORT */
    const char *tls_cert, *tls_key, *trusted_proxy;
    const char *key_file;          /* of sealed fields; NULL = beside the store, see boot.h */
    const char *key, *checkpoints; /* notary, audit verify: a file, a folder */
    bool first;                    /* notary sign: there is no checkpoint yet, and that is right */
    const char *walls;             /* serve: "on" or "off" (main/walls.h) */
    bool read_only;                /* serve: nothing is written */
    bool clock_right;              /* serve: whoever starts it has looked (clock_guard.h) */
    bool no_copy;                  /* a store is brought up to date without a copy of it before */
    int disk_alarm, disk_files, disk_writes; /* percent of room left (watch.h); 0 = never */
    int disk_reserve;                        /* MB */
    int communities;
    int threads;
    int per_place; /* needs of one place by strangers in an hour; 0 = 60, below 0 = no limit */
    long long seed;
};

/* Defaults, then the environment, then the command line. False, with a sentence on stderr, when
 * an option is unknown or has no value. */
bool options_read(struct options *o, int argc, char **argv);

#endif
