/* fresh -- see fresh.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fresh.h"
#include "tests/unit.h"
#include <libpq-fe.h>

void fresh_database(const char *url)
{
    PGconn *c = PQconnectdb(url);
    PGresult *r = PQexec(c, "SET client_min_messages = error;"
                            "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        fail_msg("%s", PQerrorMessage(c));
    PQclear(r);
    PQfinish(c);
}
