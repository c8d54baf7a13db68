/* a test may speak to all. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/place/place.h"
#include "db/db.h"
static const char *q = "SELECT 1";
