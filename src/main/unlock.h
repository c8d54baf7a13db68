/*
 * unlock -- where the passphrase of the master key comes from: a credential of systemd
 * (LoadCredentialEncrypted=linghang-passphrase:...), a person at the terminal when the program
 * starts, or later, while the server runs without it, `linghang keys unlock`: over a socket beside
 * the key file (KEY.unlock, or --unlock), which its owner and root alone can reach.
 *
 * The server hands it on to the process that has the keys and wipes it. When that process is
 * started anew it is locked again; what systemd gives is tried again by itself.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_UNLOCK_H
#define MAIN_UNLOCK_H

#include "app/keyring/keyring.h"
#include <signal.h>

/* Credential, terminal, or "": nobody is there. In cx->mem; unlock_wipe() it. */
struct str unlock_get(struct cx *cx);
void unlock_wipe(struct str passphrase);
/* The next line of the standard input, cleaned; `hidden`: a terminal does not show it. False: the
 * input has ended, or one of unlock_signals(), which the caller has blocked, waits. */
bool unlock_line(struct cx *cx, bool hidden, struct str *out);
/* By which somebody at a terminal ends a program, or loses it. */
void unlock_signals(sigset_t *ends);
/* The same of a passphrase; a terminal is asked first. "" = none. */
struct str unlock_ask(struct cx *cx, const char *question);

struct unlock {
    int fd;     /* -1: nobody can knock */
    bool tried; /* the credential, since the keys were locked */
};
/* Before the walls go up: afterwards no socket is made. ERR_STORE: it cannot be; ERR_CONFLICT: a
 * server listens there. */
enum err unlock_listen(struct cx *cx, const char *path, struct unlock *u);
/* One look, within a second: whoever knocks is answered. True: the keys were unlocked just now. */
bool unlock_look(struct cx *cx, struct unlock *u, struct keyring *r);
/* The other side: `*said` is "" when the server has unlocked its keys, else why not. ERR_MISSING:
 * there is no server that waits. */
enum err unlock_tell(struct cx *cx, const char *path, struct str passphrase, struct str *said);

#endif
