#!/usr/bin/env bash
# coverage.sh [-v]: branches of guard, envelope, access and store that the unit tests take, with sanitizers, on both
# engines, as clang counts them. What is not taken stands with its reason in tests/branches.tsv; more than that is a
# failure. -v lists each. Five minutes. coverage.sh counted [-v]: judges what was counted before, as ./check does.
set -uo pipefail
cd "$(dirname "$0")/.."
source scripts/lib.sh
source scripts/check.sh

# The programs that hold what is judged; all others count too.
programs="web cache router guard form road lane socket seal seal_change seal_counter seal_refused keymgr liar net mirror
    engine copy store_refused store_silent ahead account account_refused totp idem audit seen upkeep number"

if [ "${1:-}" = counted ]; then
    shift
else
    mkdir -p build # for what the tests note as passed
    configure_asan
    ninja -C build-asan >/dev/null
    start_postgres
    sanitized_units
fi
objects=()
for name in $programs; do objects+=("build-asan/${name}_test"); done
find build-asan/prof -name '*.profraw' -size +0 >build-asan/profiles
llvm-profdata merge -sparse -f build-asan/profiles -o build-asan/all.profdata
judge() { python3 -B scripts/branches.py build-asan "$1" "${2:-}" "${objects[@]}"; }
bad=0
judge tests/branches.tsv "${1:-}" || bad=1
# planted: a branch whose reason is struck out must be missed
last=$(tail -n 1 tests/branches.tsv | cut -f1,2 | tr '\t' ' ')
missed=$(judge <(sed '$d' tests/branches.tsv))
grep -q "^FAIL $last: " <<<"$missed" || {
    echo "FAIL a branch without its reason was let through"
    bad=1
}
exit $bad
