/* place -- where people live. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLACE_H
#define PLACE_H
#include "db/db.h"
#endif
