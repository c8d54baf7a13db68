/* peer -- whom an address of the network stands for. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_PEER_H
#define BASE_PEER_H

#include "base/str.h"

enum { PEER_ROOM = 17 };
/* The same text for all addresses of one caller: an IPv6 caller owns a whole /64 (RFC 6177), and
 * would else be somebody new with each try. Any other is what it is. Lives in `room`, or is `peer`
 * itself. */
struct str peer_owner(struct str peer, char room[PEER_ROOM]);

#endif
