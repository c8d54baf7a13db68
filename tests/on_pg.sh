#!/usr/bin/env bash
# on_pg.sh NAME PROGRAM: runs one test program on a database of its own in the cluster at $PG_HOST.
set -euo pipefail
if [ -z "${PG_HOST:-}" ]; then
    echo "no PostgreSQL given (PG_HOST)"
    exit 77
fi
name=t_$1_$$
psql -q -h "$PG_HOST" -U postgres -c "create database $name" postgres
trap 'psql -q -h "$PG_HOST" -U postgres -c "drop database if exists $name with (force)" postgres' EXIT
TEST_PG="postgres://postgres@/$name?host=$PG_HOST" "$2"
