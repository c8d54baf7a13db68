#!/usr/bin/env bash
# fuzz.sh DRIVER|all SECONDS: builds the driver with libFuzzer and runs it over its corpus.
# fuzz.sh long DRIVER EXECUTIONS [HOURS]: as fast as it goes, without sanitizers, until so many executions or so many
# hours of the processor (2). Its sum stays beside the build: broken off, it goes on where it was.
# fuzz.sh list: whether each parser has its driver and each driver its row. fuzz.sh coverage: what
# the corpora reach. See tests/fuzz/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/lib.sh

# made FOLDER FLAGS...: the driver $name, linked with the core of that build.
made() {
    local folder=$1
    shift
    ninja -C "$folder" libcore.a >/dev/null
    clang -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -g -O1 -I. -Isrc "-I$folder" "$@" \
        "tests/fuzz/$name.c" "$folder/libcore.a" -o "$folder/$name" \
        $(pkg-config --libs libmicrohttpd sqlite3 libpq jansson libsodium libcrypto libqrencode zlib libcurl pangocairo \
            cairo-pdf libturbojpeg libpng libwebp libseccomp) -lm -lpthread
}

made_asan() {
    configure_asan
    made build-asan -fsanitize=fuzzer,address,undefined -fprofile-instr-generate
}

fuzz_one() {
    made_asan
    local fresh # what is found stays out of the tree until it is chosen
    fresh=$(mktemp -d)
    trap 'rm -rf "$fresh"' RETURN
    "build-asan/$name" -max_total_time="$1" -timeout=5 -rss_limit_mb=1024 \
        -artifact_prefix=build-asan/ "$fresh" "tests/fuzz/corpus/$name"
    [ -z "${GROW:-}" ] || "build-asan/$name" -merge=1 -use_counters=0 -max_len=4096 "tests/fuzz/corpus/$name" "$fresh"
}

# In pieces, each of which is added to the sum: executions and seconds of the processor.
fuzz_long() {
    local most=$1 limit=$(($2 * 3600)) sum=build-fuzz/$name.sum fresh=build-fuzz/$name.corpus seconds runs
    [ -e build-fuzz/build.ninja ] ||
        CC=clang meson setup build-fuzz -Dtests=true -Doptimization=2 -Db_lundef=false \
            -Dc_args=-fsanitize=fuzzer-no-link -Dc_link_args=-fsanitize=fuzzer-no-link >/dev/null
    made build-fuzz -fsanitize=fuzzer -O2
    mkdir -p "$fresh"
    touch "$sum"
    local done_runs done_seconds TIMEFORMAT='seconds %U'
    while read -r done_runs done_seconds < <(awk '{ r += $1; s += $2 } END { print r + 0, int(s) }' "$sum") &&
        [ "$done_runs" -lt "$most" ] && [ "$done_seconds" -lt "$limit" ]; do
        { time "build-fuzz/$name" -runs=$((most - done_runs)) -max_total_time=60 -timeout=60 -rss_limit_mb=1024 -max_len=512 -close_fd_mask=3 \
            -print_final_stats=1 -artifact_prefix=build-fuzz/ "$fresh" "tests/fuzz/corpus/$name"; } >"$sum.piece" 2>&1 ||
            { tail -n 20 "$sum.piece"; return 1; }
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$sum.piece")
        seconds=$(sed -n 's/^seconds //p' "$sum.piece")
        echo "$runs $seconds" >>"$sum"
    done
    echo "$name: $done_runs executions, $done_seconds s of the processor"
}

drivers() {
    basename -s .c tests/fuzz/fuzz_*.c
}

list() {
    local rows=tests/fuzz/parsers.tsv bad=0 driver what file functions f
    complain() { echo "$*"; bad=1; }
    for driver in $(drivers); do
        grep -qP "\t$driver\t" $rows || complain "$driver has no row in $rows"
        [ -n "$(ls -A "tests/fuzz/corpus/$driver" 2>/dev/null)" ] || complain "$driver has no corpus"
    done
    while IFS=$'\t' read -r what driver file functions; do
        [ "${what:0:1}" = '#' ] && continue
        [ -e "tests/fuzz/$driver.c" ] || complain "$what: no driver $driver"
        [ -e "$file" ] || complain "$what: no file $file"
        for f in ${functions//[-*]/ }; do
            grep -qE "(^|[ *])$f\(" "$file" || complain "$what: no function $f in $file"
        done
    done <$rows
    return $bad
}

coverage() {
    for name in $(drivers); do
        made_asan
        LLVM_PROFILE_FILE=build-asan/$name.profraw "build-asan/$name" -runs=0 "tests/fuzz/corpus/$name" 2>/dev/null ||
            echo "$name did not run through its corpus"
        llvm-profdata merge -sparse "build-asan/$name.profraw" -o "build-asan/$name.profdata"
    done
    python3 -B scripts/regions.py build-asan tests/fuzz/parsers.tsv tests/fuzz/unreached.tsv
}

case "${1:-}" in
list) list ;;
coverage) coverage ;;
long)
    name=$(basename "$2" .c)
    fuzz_long "$3" "${4:-2}"
    ;;
all)
    for name in $(drivers); do fuzz_one "$2"; done
    ;;
*)
    name=$(basename "$1" .c)
    fuzz_one "$2"
    ;;
esac
