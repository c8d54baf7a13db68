#!/usr/bin/env bash
# run.sh LINGHANG: the command `solve` from a shell. Ends with "N passed, N failed".
set -u
linghang=$(realpath "$1")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
passed=0
failed=0

# is NAME STATUS TEXT -- ARGUMENTS: ends so, and TEXT stands in what it writes (times left out).
is() {
    local name=$1 status=$2 text=$3 out got
    shift 4
    out=$("$linghang" solve "$@" 2>&1 | sed '/^seconds /s/ [0-9.]*$//')
    "$linghang" solve "$@" >/dev/null 2>&1
    got=$?
    if [ "$got" = "$status" ] && [[ "$out" == *"$text"* ]]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAIL %s: status %s, wanted %s; wrote:\n%s\n' "$name" "$got" "$status" "$out"
    fi
}

corpus=$(dirname "$0")/../fuzz/corpus/fuzz_solve
cp "$corpus"/{bmatch,asn,transport,slots} "$place"
gzip -k "$place/bmatch"
printf 'p bmatch 2 1 2\nv 1 2\ne 1 1 10\ne 2 1 10\n' >"$place/twice"
printf 'p bmatch 1 1 1\ne 1 1 0\n' >"$place/bad"

is "a score" 0 $'objective 13\nmatched 2\ngap 0\nseconds' -- "$place/bmatch"
is "packed" 0 "objective 13" -- "$place/bmatch.gz"
is "the price of asking one person twice" 0 "objective 18" -- "$place/twice" --lambda 2
is "several threads" 0 "objective 13" -- "$place/bmatch" --threads 2
is "a cost" 0 $'objective 52\nmatched 2\ngap 0' -- "$place/asn"
is "a transport" 0 "objective 9" -- "$place/transport"
is "time windows" 0 $'objective -8\nmatched 1' -- "$place/slots" --slots
is "time windows not asked for" 1 "--slots" -- "$place/slots"
is "a bad line" 1 "第 2 行：分数要大于 0" -- "$place/bad"
is "no such file" 1 "打不开" -- "$place/none"
is "no file" 2 "要一个文件" --
is "not a number" 2 "要一个 0 到" -- "$place/bmatch" --lambda x
is "lambda for costs" 1 "去掉 --lambda" -- "$place/asn" --lambda 1
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
