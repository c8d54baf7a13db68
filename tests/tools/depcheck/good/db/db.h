/* db -- the store. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_H
#define DB_H
#include "base/str.h"
#endif
