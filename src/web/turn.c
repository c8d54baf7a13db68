/*
 * turn -- writers of a store where many write at once (PostgreSQL). A transaction that met others
 * is run again while no other of this server writes, so that it meets nobody a second time: four
 * callers at once were thrown back in two of five tries, and one in a hundred ran out of ten.
 *
 * It is a courtesy between transactions that would be right without it, no lock on data: whoever
 * has waited TURN_WAIT_MS goes on, so one long import holds nobody up.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* a lock that lets writers first, and waits by the monotonic clock */
#include "web/inner.h"
#include <time.h>

enum { TURN_WAIT_MS = 250 };

void turn_new(struct server *sv)
{
    pthread_rwlockattr_t kind;
    pthread_rwlockattr_init(&kind);
    /* Else those who run together, always some, would keep out whoever wants to be alone. */
    pthread_rwlockattr_setkind_np(&kind, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&sv->turn, &kind);
    pthread_rwlockattr_destroy(&kind);
}

bool turn_take(struct server *sv, bool alone)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += TURN_WAIT_MS * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    return (alone ? pthread_rwlock_clockwrlock(&sv->turn, CLOCK_MONOTONIC, &until)
                  : pthread_rwlock_clockrdlock(&sv->turn, CLOCK_MONOTONIC, &until)) == 0;
}

void turn_give(struct server *sv, bool taken)
{
    if (taken)
        pthread_rwlock_unlock(&sv->turn);
}
