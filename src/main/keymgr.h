/*
 * keymgr -- the process that has the keys: `linghang keymgr`, started by the server (seal/keys.c),
 * never by people. It reads the key file, becomes another user when it was root, locks its memory,
 * puts up the walls of base/box.h, and from then on answers questions on its standard input and
 * nothing else.
 *
 *   keymgr KEYFILE USER OPENS,INDEXES,MASKS,SESSIONS serve|setup
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_KEYMGR_H
#define MAIN_KEYMGR_H

#include "seal/seal_own.h"

struct keymgr {
    struct arena boot, mem; /* for as long as it lives; for one question */
    struct cx cx;
    struct seal_counter *counter;
    char *frame; /* the question, wiped before the next */
};

/* Everything up to the walls, which it leaves out when `walls` is false (tests look at what they
 * are good for). False: something could not be done, and it said so on stderr. */
bool keymgr_open(struct keymgr *k, int argc, char **argv, bool walls);
/* Until nobody asks any more. The exit status. */
int keymgr_answer(struct keymgr *k);
int command_keymgr(int argc, char **argv);

#endif
