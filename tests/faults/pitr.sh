#!/usr/bin/env bash
# pitr -- the scripts of deploy/pgsql: WAL is archived, a base backup taken, everything deleted, the
# server killed and brought back to the moment before. A server of its own, on no port.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
bin=/usr/lib/postgresql/15/bin
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d /tmp/linghang-pitr.XXXXXX)
passed=0 failed=0
as() { if [ "$(id -u)" = 0 ]; then su postgres -s /bin/bash -c "$1"; else bash -c "$1"; fi; }
sql() { psql -qAtX -h "$dir" -U postgres -c "$1"; }
start() { as "$bin/pg_ctl -D $dir/db -w -l $dir/log start >/dev/null"; }
stop() { as "$bin/pg_ctl -D $dir/db -m immediate stop >/dev/null"; }
end() { stop 2>/dev/null || true; rm -rf "$dir"; }
trap end EXIT
check() {
    if [ "$2" = "$3" ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "FAIL pitr: $1: $2, not $3"
    fi
}
# until_true SQL: at most a minute.
until_true() {
    for _ in $(seq 600); do
        [ "$(sql "$1" 2>/dev/null)" = t ] && return
        sleep 0.1
    done
}
archived="SELECT (SELECT last_archived_wal FROM pg_stat_archiver) >= pg_walfile_name(pg_switch_wal())"

mkdir "$dir/wal" "$dir/bases"
cp -r "$here/../../deploy/pgsql" "$dir/deploy"
[ "$(id -u)" != 0 ] || chown -R postgres "$dir"
as "$bin/initdb -D $dir/db -U postgres -A trust -E UTF8 --locale=C >/dev/null"
cat >>"$dir/db/postgresql.conf" <<CONF
unix_socket_directories = '$dir'
listen_addresses = ''
archive_mode = on
archive_command = '$dir/deploy/archive.sh %p %f $dir/wal'
CONF
start
sql "CREATE TABLE t (i int); INSERT INTO t SELECT generate_series(1, 1000)"
base=$(as "$dir/deploy/base.sh $dir/bases -h $dir -U postgres")
sql "INSERT INTO t SELECT generate_series(1001, 2000)"
moment=$(sql "SELECT clock_timestamp()")
sql "DELETE FROM t"
until_true "$archived"
stop
mv "$dir/db" "$dir/lost"
as "$dir/deploy/recover.sh $base $dir/wal $dir/db '$moment'"
start
until_true "SELECT NOT pg_is_in_recovery()"
check "all is back" "$(sql 'SELECT count(*) FROM t')" 2000
first=$(ls "$dir/wal" | head -1)
check "the same piece again is fine" "$(as "$dir/deploy/archive.sh $dir/wal/$first $first $dir/wal && echo yes")" yes
check "another one of that name is refused" \
    "$(as "echo x >$dir/x && $dir/deploy/archive.sh $dir/x $first $dir/wal || echo refused")" refused
check "a folder that is not empty is refused" \
    "$(as "$dir/deploy/recover.sh $base $dir/wal $dir/db 2>/dev/null || echo refused")" refused
stop
mv "$dir/db" "$dir/lost2"
as "$dir/deploy/recover.sh $base $dir/wal $dir/db"
start
until_true "SELECT NOT pg_is_in_recovery()"
check "without a moment the deletion is there too" "$(sql 'SELECT count(*) FROM t')" 0
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
