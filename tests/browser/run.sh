#!/usr/bin/env bash
# run.sh LINGHANG: the gallery of components in all looks, the harness's own test, the size budgets;
# then every page of a running server in every look, whole ways of people through it, and home visits
# without a net.
set -uo pipefail
linghang=$(realpath "$1")
cd "$(dirname "$0")"
[ -d node_modules/playwright-core ] && [ -d node_modules/axe-core ] || npm ci --ignore-scripts --no-audit --no-fund
passed=0
failed=0
for script in gallery kit budget pages flows offline; do
    case $script in
    pages | flows | budget | offline) out=$(python3 -B serve.py "$linghang" node "$script.mjs" 2>&1) ;;
    *) out=$(node "$script.mjs" 2>&1) ;;
    esac
    status=$?
    line=$(printf '%s\n' "$out" | grep -E '^[0-9]+ passed, [0-9]+ failed' | tail -n 1)
    if [ -z "$line" ] || { [ "$status" != 0 ] && [ "${line#*, }" = "0 failed" ]; }; then
        printf '%s\n' "$out"
        echo "FAIL $script.mjs ended with status $status"
        failed=$((failed + 1))
        continue
    fi
    printf '%s\n' "$out" | awk '/^[^ ]/ { told = /^FAIL/ } told' # with its reasons
    passed=$((passed + ${line%% *}))
    line=${line#*, }
    failed=$((failed + ${line%% *}))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
