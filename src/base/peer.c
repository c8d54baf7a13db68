/* peer -- see peer.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/peer.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { OWNED = 8 /* bytes of a /64 */ };

struct str peer_owner(struct str peer, char room[PEER_ROOM])
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr six;
    if (!peer.n || peer.n >= sizeof text)
        return peer;
    memcpy(text, peer.p, peer.n);
    text[peer.n] = '\0';
    if (inet_pton(AF_INET6, text, &six) != 1 || IN6_IS_ADDR_V4MAPPED(&six))
        return peer;
    for (size_t i = 0; i < OWNED; i++)
        snprintf(room + 2 * i, PEER_ROOM - 2 * i, "%02x", six.s6_addr[i]);
    return str_n(room, 2 * OWNED);
}
