/*
 * board -- what the shim writes and what it is told: the records of the log, and the switchboard, a
 * file of one page that harness and server have mapped. faults.py reads both by the same offsets.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAULTS_BOARD_H
#define FAULTS_BOARD_H

#include <stdatomic.h>
#include <stdint.h>

/* Calls that can be made to fail; those on files are of the store's files alone. */
enum call {
    CALL_NONE,
    CALL_MALLOC,
    CALL_OPEN,
    CALL_READ,
    CALL_WRITE,
    CALL_SYNC,
    CALL_TRUNCATE,
    CALL_UNLINK,
    CALL_STAT,
    CALL_MAP,
    CALL_LOCK,
    CALL_RECV,
    CALL_SEND,
    CALL_ACCEPT,
    CALL_COUNT
};

/* All numbers are of the machine's own order. */
struct board {
    _Atomic int64_t armed;             /* enum call; written last */
    int64_t nth;                       /* this one fails, counted from 1 ... */
    int64_t forever;                   /* ... and all that follow */
    int64_t error;                     /* errno; -1 = half of what was asked is done */
    _Atomic int64_t fired;             /* how often a call failed */
    _Atomic int64_t count[CALL_COUNT]; /* calls; the harness sets them back */
};

enum store_file { FILE_MAIN, FILE_WAL, FILE_JOURNAL, FILE_DIRECTORY, FILE_SHM, FILE_OTHER };

enum op {
    OP_WRITE = 1,
    OP_SYNC,     /* it has returned; `offset` records had been written when it began */
    OP_TRUNCATE, /* to `offset` bytes */
    OP_DELETE,
    OP_CREATE, /* it was not there */
    OP_SENT    /* the data is the beginning of what a client is about to be sent */
};

/* Of the log: this head, then `size` bytes. Writes stand there before they are done, syncs after.
 */
struct record {
    uint32_t op, file;
    uint64_t offset;
    uint32_t size, unused;
};

#endif
