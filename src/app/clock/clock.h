/* clock -- the face of this room: working time and the limits of the loop. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLOCK_H
#define CLOCK_H

#include "app/clock/worktime.h"

#endif
