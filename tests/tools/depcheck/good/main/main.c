/* main -- knows all. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need.h"
#include "app/place/place.h"
#include "db/db.h"
