/*
 * clerk -- a thread of the server that looks for what is due: every second, and soon after a
 * commit, so that what a request has made due begins at once and many commits together are one
 * look. One runs jobs, one chains records, one watches, one writes what requests saw and could not
 * write, the others send messages.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_CLERK_H
#define MAIN_CLERK_H

#include "main/hooks.h"
#include "net/net.h"
#include <pthread.h>

/* A receiver that does not answer holds up one of them for NET_WAIT_MS, then its adapter rests. */
enum { SENDERS = 4, CLERKS = SENDERS + 4 };

struct watch;

struct clerk {
    struct hooks *hooks;
    void (*pass)(struct clerk *k, struct arena *mem); /* one look; may use `mem` up */
    struct net *net;                                  /* senders only */
    size_t seat;                                      /* which of them */
    struct watch *watch;                              /* the watch only */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop, roused, runs;
    int64_t seen_at; /* run_jobs: of its last pass, ms */
};

/* `k` has its pass, net and seat; it must stay where it is until clerk_stop() has returned. */
void clerk_new(struct clerk *k, struct hooks *hooks);
/* ERR_STORE with a sentence: the machine has no thread left. A server without it would look well
 * and do nothing that is due. */
enum err clerk_start(struct cx *cx, struct clerk *k);
/* Something was committed: as hooks_on_commit() wants it. */
void clerk_rouse(void *clerk);
/* For a pass that may be long: it ends soon. */
bool clerk_is_stopped(struct clerk *k);
/* After the pass that is under way; also of one that was not started. */
void clerk_stop(struct clerk *k);

#endif
