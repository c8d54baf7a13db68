#!/usr/bin/env bash
# coverage.sh [-v]: branches of guard, envelope, access and store that the unit tests and the tests over HTTP
# take, on both engines, as clang counts them. What is not taken stands with its reason in
# tests/branches.tsv; more than that is a failure. -v lists each. A quarter of an hour.
# QUICK=1: judges what was counted before.
set -uo pipefail
cd "$(dirname "$0")/.."
source scripts/lib.sh
source scripts/check.sh

units="web cache router guard form road lane socket seal seal_change seal_counter seal_refused keymgr liar net mirror"
stores="engine copy store_refused store_silent ahead account account_refused totp idem audit seen upkeep number"

count() {
    build_counted
    rm -rf build-cov/prof
    mkdir -p build build-cov/prof # the former for what the tests note as passed
    export LLVM_PROFILE_FILE=$PWD/build-cov/prof/%p.%m.profraw
    start_postgres
    for name in $units $stores; do
        "build-cov/${name}_test" >"$work/log" 2>&1 || echo "$name: $(tail -n 1 "$work/log")"
    done
    for name in $stores; do
        bash tests/on_pg.sh "$name" "build-cov/${name}_test" >"$work/log" 2>&1 || echo "$name on PostgreSQL: $(tail -n 1 "$work/log")"
    done
    for engine in sqlite pgsql; do
        bash tests/http/run.sh build-cov/linghang $engine $(basename -s .case tests/http/*.case) hostile | tail -n 1
    done
    python3 -B tests/loop/copy.py build-cov/linghang sqlite | tail -n 1
    python3 -B tests/loop/backup.py build-cov/linghang sqlite | tail -n 1
    python3 -B tests/released/forward.py build-cov/linghang sqlite | tail -n 1
    bash scripts/fuzz.sh coverage >/dev/null # corpora are tests too: ./check runs them
    find build-cov/prof -name '*.profraw' -size +0 >build-cov/profiles
    ls build-cov/fuzz_*.profraw >>build-cov/profiles
    llvm-profdata merge -sparse -f build-cov/profiles -o build-cov/all.profdata
}

[ -n "${QUICK:-}" ] || count
objects=()
for name in $units $stores; do objects+=("build-cov/${name}_test"); done
for name in guard form multipart json router seal_envelope seal_keyring seal_stream seal_talk seal_words; do
    objects+=("build-cov/fuzz_$name")
done
judge() { python3 -B scripts/branches.py build-cov "$1" "${2:-}" "${objects[@]}"; }
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
