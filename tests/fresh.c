/* fresh -- see fresh.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fresh.h"
#include "tests/unit.h"
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

static void run(PGconn *c, const char *sql)
{
    PGresult *r = PQexec(c, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        fail_msg("%s", PQerrorMessage(c));
    PQclear(r);
}

void fresh_database(const char *url)
{
    PGconn *c = PQconnectdb(url);
    run(c, "SET client_min_messages = error;"
           "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    PQfinish(c);
}

static void name_of(const char *url, char *out, size_t n)
{
    PQconninfoOption *all = PQconninfoParse(url, NULL), *o = all;
    while (o && o->keyword && strcmp(o->keyword, "dbname") != 0)
        o++;
    if (!o || !o->val)
        fail_msg("no database in %s", url);
    snprintf(out, n, "%s", o->val);
    PQconninfoFree(all);
}

void fresh_copy(const char *url, const char *of)
{
    const char *keys[] = {"dbname", "dbname", NULL}, *values[] = {url, "postgres", NULL};
    char name[64], whole[64], sql[256];
    name_of(url, name, sizeof name);
    name_of(of, whole, sizeof whole);
    PGconn *c = PQconnectdbParams(keys, values, 1);
    run(c, "SET client_min_messages = error");
    snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
    run(c, sql);
    snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE %s STRATEGY FILE_COPY", name, whole);
    run(c, sql);
    PQfinish(c);
}
