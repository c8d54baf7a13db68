#!/usr/bin/env bash
# run.sh -- tests of the build helpers: what they must make, and what they must refuse.
# SPDX-License-Identifier: Apache-2.0
#
# usage: tests/tools/run.sh DIR [golden]     DIR holds sql2c html2c embed fields2c depcheck
#
# TOOL/refuse.txt holds must-fail cases:   ### name / files / >>> expected message
# A file begins with `@@ path`; without one, the case is a single file of the usual name. Each
# case runs in an empty folder, must exit with 1, say exactly the `>>>` lines and leave no output.
# Must-pass inputs stand beside their expected outputs; `golden` writes those anew, for review.
set -u
here=$(cd "$(dirname "$0")" && pwd)
src=$here/../../src
tools=$(cd "$1" && pwd) || exit 1
golden=${2:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
cc=(${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wshadow -Werror -fsyntax-only)

told() { # name status [detail]
    if [ "$2" = 0 ]; then
        echo "ok   $1"
        passed=$((passed + 1))
    else
        echo "FAIL $1"
        [ -z "${3:-}" ] || sed 's/^/     /' <<<"$3"
        failed=$((failed + 1))
    fi
}

same() { # name expected actual
    [ "$golden" != golden ] || cp "$3" "$2"
    local diff
    diff=$(diff -u "$2" "$3" 2>&1)
    told "$1" $? "$diff"
}

run_tool() { # tool, in a case's folder
    case $1 in
    sql2c) "$tools/sql2c" need.sql out.h out.c ;;
    html2c) "$tools/html2c" -I . -o out.h -c out.c -d out.d a/page.html ;;
    depcheck) "$tools/depcheck" src src/app/ORDER ;;
    embed) mapfile -t args <args && "$tools/embed" out.c out.h "${args[@]}" ;;
    fields2c) "$tools/fields2c" fields.tsv out.c 0001.sql ;;
    esac
}

usual_file() {
    case $1 in
    sql2c) echo need.sql ;;
    html2c) echo a/page.html ;;
    depcheck) echo src/base/x.c ;;
    embed) echo args ;;
    fields2c) echo 0001.sql ;;
    esac
}

finish_case() { # tool name expected-messages
    local out status=0 left
    out=$(cd "$work/case" && run_tool "$1" 2>&1)
    [ $? = 1 ] || { status=1 out="exit code is not 1: $out"; }
    left=$(cd "$work/case" && ls out.* *.tmp 2>/dev/null)
    [ -z "$left" ] || { status=1 out="left behind: $left"; }
    [ "$out" = "$3" ] || status=1
    told "$1 refuses $2" $status "expected: $3
     got: $out"
}

refuse() { # tool
    local tool=$1 name='' want='' line to
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
        '### '*)
            [ -z "$name" ] || finish_case "$tool" "$name" "$want"
            name=${line#'### '} want=''
            rm -rf "$work/case"
            mkdir -p "$work/case"
            to=$work/case/$(usual_file "$tool")
            ;;
        '@@ '*)
            to=$work/case/${line#'@@ '}
            mkdir -p "$(dirname "$to")"
            : >"$to"
            ;;
        '>>> '*) want=${want:+$want$'\n'}${line#'>>> '} ;;
        *)
            [ -n "$name" ] || continue
            mkdir -p "$(dirname "$to")"
            printf '%s\n' "$line" >>"$to"
            ;;
        esac
    done <"$here/$tool/refuse.txt"
    [ -z "$name" ] || finish_case "$tool" "$name" "$want"
}

bytes() { # file array-name: the numbers of a C array, one a line
    awk -v head="unsigned char $2\\\\[\\\\]" '$0 ~ head {on = 1; next} on {print} /};/ {on = 0}' "$1" |
        tr -c '0-9' '\n' | grep -v '^$'
}

pass_sql2c() {
    (cd "$here/sql2c" && "$tools/sql2c" need.sql "$work/need.sql.h" "$work/need.sql.c") 2>&1
    told "sql2c takes need.sql" $?
    same "sql2c header" "$here/sql2c/need.sql.h.expected" "$work/need.sql.h"
    same "sql2c code" "$here/sql2c/need.sql.c.expected" "$work/need.sql.c"
    told "sql2c code compiles" "$("${cc[@]}" -I"$src" "$work/need.sql.c" >&2; echo $?)"
}

pass_html2c() {
    (cd "$here/html2c" && "$tools/html2c" -I . -o "$work/need.html.h" -c "$work/need.html.c" \
        -d "$work/need.d" need/list.html need/need.html) 2>&1
    told "html2c takes list.html and need.html" $?
    same "html2c header" "$here/html2c/need.html.h.expected" "$work/need.html.h"
    same "html2c code" "$here/html2c/need.html.c.expected" "$work/need.html.c"
    told "html2c names what it has read" \
        "$(grep -q ': need/list.html .*shell/head.html .* need/need.html$' "$work/need.d"; echo $?)"
    told "html2c code compiles" \
        "$("${cc[@]}" -I"$src" -I"$here/html2c" "$work/need.html.c" >&2; echo $?)"
    (cd "$here/html2c" && "$tools/html2c" -I . -o "$work/a.h" -c "$work/a.c" need/markup.html)
    local out
    out=$("${cc[@]}" -I"$src" -I"$here/html2c" "$work/a.c" 2>&1)
    told "html2c: markup in a value is a compiler error at its line of the .html" \
        "$(grep -q 'need/markup.html:3:.*markup (struct html) outside of text' <<<"$out"; echo $?)" \
        "$out"
    told "html2c: a wrong name is a compiler error at its line of the .html" \
        "$(grep -q 'need/markup.html:5:.*no member named .nope' <<<"$out"; echo $?)" "$out"
}

pass_embed() {
    (cd "$here/embed" && "$tools/embed" "$work/assets.c" "$work/assets.h" app.css=app.css app.js=app.js \
        page.js=page.js dot.svg=dot.svg) 2>&1
    told "embed takes css, js and svg" $?
    grep -v '^[0-9]' "$work/assets.c" | grep -v '^static' >"$work/table"
    same "embed table" "$here/embed/table.expected" "$work/table"
    told "embed code compiles" "$("${cc[@]}" -I"$src" "$work/assets.c" >&2; echo $?)"
    local i=0 name want
    for name in app.css app.js page.js dot.svg; do
        want=$here/embed/$name
        [ ! -f "$want.expected" ] || want=$want.expected
        od -An -v -tu1 "$want" | tr -s ' ' '\n' | grep -v '^$' >"$work/want"
        bytes "$work/assets.c" "data_$i" >"$work/got"
        told "embed $name as expected" "$(cmp -s "$work/want" "$work/got"; echo $?)"
        bytes "$work/assets.c" "gz_$i" | while read -r n; do printf "\\x$(printf %x "$n")"; done |
            gunzip 2>/dev/null >"$work/plain"
        [ ! -s "$work/plain" ] || told "embed $name unzips to the same" \
            "$(cmp -s "$want" "$work/plain"; echo $?)"
        i=$((i + 1))
    done
}

pass_depcheck() {
    local out
    out=$(cd "$here/depcheck" && "$tools/depcheck" good good/app/ORDER 2>&1)
    told "depcheck takes a good tree" $? "$out"
    told "depcheck says nothing about it" "$([ -z "$out" ]; echo $?)"
}

pass_fields2c() {
    (cd "$here/fields2c" && "$tools/fields2c" good.tsv "$work/fields.c" good.sql) 2>&1
    told "fields2c takes a schema whose columns are all registered" $?
    same "fields2c code" "$here/fields2c/fields.c.expected" "$work/fields.c"
    told "fields2c code compiles" "$("${cc[@]}" -I"$src" "$work/fields.c" >&2; echo $?)"
}

for tool in sql2c html2c embed depcheck fields2c; do
    "pass_$tool"
    refuse "$tool"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
