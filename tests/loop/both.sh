#!/usr/bin/env bash
# both.sh LINGHANG [HOW_MANY]: the drive on SQLite and on PostgreSQL must close with equal tables.
# DRIVE=sim takes the weeks of matching instead, DRIVE=counter a day at the counter.
# SPDX-License-Identifier: Apache-2.0
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
for engine in sqlite pgsql; do
    python3 -B "$here/${DRIVE:-drive}.py" "$1" "$engine" "${@:2}" >"$work/$engine" 2>&1
    status=$?
    grep -E '^(FAIL|note|Traceback|[A-Za-z]*Error)' "$work/$engine" | sed "s/^FAIL /FAIL $engine: /"
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$work/$engine" | tail -n 1)
    if [ -z "$line" ]; then
        echo "FAIL drive on $engine ended with status $status and no count"
        tail -n 5 "$work/$engine"
        failed=$((failed + 1))
        continue
    fi
    passed=$((passed + ${line%% *}))
    line=${line#*, }
    failed=$((failed + ${line%% *}))
    sed -n '/^== table/,/^==$/p' "$work/$engine" >"$work/$engine.table"
done
cat "$work/sqlite.table" 2>/dev/null
if [ -s "$work/sqlite.table" ] && diff -u "$work/sqlite.table" "$work/pgsql.table" >"$work/diff"; then
    passed=$((passed + 1))
else
    cat "$work/diff"
    echo "FAIL the tables of the two engines differ: $(grep '^[-+][^-+]' "$work/diff" | head -n 6 | paste -sd '|')"
    failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
