#!/bin/sh
# recover.sh BASE WAL DATA [TIME]: a new server in the empty folder DATA, as BASE and the archived WAL
# tell it, up to TIME ('2026-11-28 10:15:00+08') or to the end. Run it as the user postgres, then start
# the server: it comes up by itself when it has read all of that. Look before you let anybody in.
# SPDX-License-Identifier: Apache-2.0
set -eu
base=$1 wal=$2 data=$3 time=${4:-}
[ -z "$(ls -A "$data" 2>/dev/null)" ] || { echo "$data is not empty" >&2; exit 1; }
mkdir -p "$data"
cp -a "$base/." "$data/"
chmod 700 "$data"
{
    echo "restore_command = 'cp \"$wal/%f\" \"%p\"'"
    echo "recovery_target_action = 'promote'"
    [ -z "$time" ] || echo "recovery_target_time = '$time'"
} >>"$data/postgresql.auto.conf"
touch "$data/recovery.signal"
