/* walls -- what the running server may touch: base/box.h around `linghang serve`, with the paths
 * and the port that its options name. `--walls off` leaves them out: for a debugger, or where a
 * system refuses them. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_WALLS_H
#define MAIN_WALLS_H

#include "main/boot.h"

/* Before any thread or helper is started. ERR_STORE when the system refuses: the message says what
 * to do. */
enum err walls_up(struct boot *b);

#endif
