/* sqlite -- one engine. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "db/db.h"

#include <sqlite3.h>
