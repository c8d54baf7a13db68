#!/usr/bin/env bash
# on_pg.sh NAME PROGRAM: runs one test program on databases of its own in the cluster at $PG_HOST: one for
# the tests, and one where its tables are made once, to be copied.
set -euo pipefail
if [ -z "${PG_HOST:-}" ]; then
    echo "no PostgreSQL given (PG_HOST)"
    exit 77
fi
name=t_$1_$$
sql() { psql -q -h "$PG_HOST" -U postgres postgres -c "$1"; }
trap 'for n in $name ${name}_whole; do sql "drop database if exists $n with (force)"; done' EXIT
for n in $name ${name}_whole; do sql "create database $n"; done
url() { echo "postgres://postgres@/$1?host=$PG_HOST"; }
TEST_PG=$(url "$name") TEST_PG_WHOLE=$(url "${name}_whole") "$2"
