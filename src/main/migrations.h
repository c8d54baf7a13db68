/* migrations -- the numbered .sql files of migrations/, embedded by tools/migration2c. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_MIGRATIONS_H
#define MAIN_MIGRATIONS_H

#include "db/db.h"

extern const struct migration migrations[];
extern const size_t migration_count;

#endif
