#!/usr/bin/env bash
# Browser tests: the gallery of components in all looks, the harness's own test, the size budgets.
set -uo pipefail
cd "$(dirname "$0")"
[ -d node_modules/playwright-core ] && [ -d node_modules/axe-core ] || npm ci --ignore-scripts --no-audit --no-fund
passed=0
failed=0
for script in gallery kit budget; do
    out=$(node "$script.mjs" 2>&1)
    status=$?
    line=$(printf '%s\n' "$out" | grep -E '^[0-9]+ passed, [0-9]+ failed' | tail -n 1)
    if [ -z "$line" ] || { [ "$status" != 0 ] && [ "${line#*, }" = "0 failed" ]; }; then
        printf '%s\n' "$out"
        echo "FAIL $script.mjs ended with status $status"
        failed=$((failed + 1))
        continue
    fi
    printf '%s\n' "$out" | grep '^FAIL'
    passed=$((passed + ${line%% *}))
    line=${line#*, }
    failed=$((failed + ${line%% *}))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
