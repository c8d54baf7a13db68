/* query -- a named statement, made by tools/sql2c from a .sql file. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DB_QUERY_H
#define DB_QUERY_H

#include <stdbool.h>
#include <stddef.h>

enum engine_kind { ENGINE_SQLITE, ENGINE_PGSQL, ENGINE_KINDS };

struct query {
    const char *name; /* "need.insert" */
    const char *file; /* where it stands, for messages */
    int line;
    const char *text[ENGINE_KINDS];
    const char *const *params; /* names in the order of their numbers */
    int nparams;
    bool write;
};

#endif
