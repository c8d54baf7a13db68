/* web -- what everybody reads: which places there are, one place. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/site/site_own.h"
#include "site.sql.h"

static const struct shape *const shapes[] = {&site_shape, &site_part_shape, &site_notice_shape};

const struct feature site_feature = {.name = "site",
                                     .shapes = shapes,
                                     .nshapes = COUNT(shapes),
                                     .queries = site_sql_all,
                                     .nqueries = &site_sql_count};
