/* sender -- sends what the outboxes of all communities hold; the network is never waited for inside
 * a transaction. Several threads and processes may do so at once: leases keep them apart. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_SENDER_H
#define MAIN_SENDER_H

#include "main/hooks.h"
#include "net/net.h"

/* One message of each adapter whose turn it is, at most; `seat` of `seats` threads, so that each
 * begins at another one. Uses `mem` up; returns how many were tried, so 0 means that nothing is
 * left for now. After net_stop() it ends within about a second. */
size_t sender_pass(struct hooks *hooks, struct net *net, struct arena *mem, size_t seat,
                   size_t seats);

#endif
