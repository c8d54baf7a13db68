#!/usr/bin/env bash
# leak.sh: does the access matrix find a leak? Builds the program from a copy of the tree with one
# line changed: a field, a page, a scope, a volunteer's name; of a complaint who asked, his own words, the question
# that comes before reading it. Each must make matrix.py fail.
# SPDX-License-Identifier: Apache-2.0
set -uo pipefail
unset RESULTS # what a tree with a mistake fails is no result of this one
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# plant NAME [FILE FROM TO]...: the lines must be there, the matrix must tell. Only what was changed is put back,
# or each mistake would build the whole program.
plant() {
    local name=$1 file changed=()
    shift
    while [ $# != 0 ]; do
        file=$work/tree/$1
        changed+=("$1")
        FROM=$2 TO=$3 perl -0pi -e '$n += s/\Q$ENV{FROM}\E/$ENV{TO}/; END { exit !$n }' "$file" ||
            echo "FAIL $name: $1 has no such line"
        shift 3
    done
    if ! ninja -C "$work/tree/build" linghang >"$work/log" 2>&1; then
        echo "FAIL $name: could not be planted"
        tail -n 5 "$work/log"
        failed=$((failed + 1))
    elif FIRST_LEAK=1 bash "$work/tree/tests/http/run.sh" "$work/tree/build/linghang" sqlite matrix >"$work/log" 2>&1 ||
        ! grep -q '^FAIL matrix leak' "$work/log"; then
        echo "FAIL $name: the matrix did not tell"
        failed=$((failed + 1))
    else
        passed=$((passed + 1))
        echo "note $name: $(grep -c ^FAIL "$work/log") told, first: $(grep -m1 ^FAIL "$work/log" | cut -c6-160)"
    fi
    cp --parents -t "$work/tree" "${changed[@]}"
}

mkdir "$work/tree"
git ls-files -z | xargs -0 cp --parents -t "$work/tree"
meson setup -Doptimization=1 -Ddebug=false "$work/tree/build" "$work/tree" >"$work/log" 2>&1 || { tail -n 20 "$work/log"; exit 1; }
plant "one field" src/app/need/need_shape.c \
    'FIELD(struct need, contact, "联系方式", .ask = true, .max = 60, .data = DATA_CONTACT' \
    'FIELD(struct need, contact, "联系方式", .ask = true, .max = 60, .data = DATA_PUBLIC'
# A page alone cannot leak: what the caller may not see is not in the record he gets; nor can a record that nobody opened.
plant "one page" src/app/desk/order.html \
    '{% if c->is_opened && n->door.n %}' \
    '{% if n->door.n %}' \
    src/app/desk/web_need.c \
    'TRY(need_get(cx, id, &n));
    if (n.must_declare) {
        draw_declare' \
    'extern enum err need_load_scoped(struct cx *, int64_t, struct need *);
     TRY(need_load_scoped(cx, id, &n));
     TRY(shape_open(cx, &need_shape, &n, 1, NULL));
    if (n.must_declare) {
        draw_declare'
plant "one scope" src/app/need/need.sql \
    'AND (:scope_grid = 0 OR grid_id = :scope_grid)' \
    'AND (:scope_grid = 0 OR grid_id <> 0 OR grid_id = :scope_grid)'
plant "one card" src/app/volunteer/volunteer_shape.c \
    '.data = DATA_CARD' \
    '.data = DATA_TEXT'
plant "one complainant" src/app/need/need_guard.c \
    'n->name = n->contact = n->door = n->note = S("");' \
    'n->note = S("");' \
    src/app/need/need.c \
    'if (out->is_secret || cx->who' \
    'if (cx->who'
plant "his own words" src/app/need/need_guard.c \
    'TRY(shield_words(cx, n->id, n->text, &n->text));' \
    ''
plant "no question" src/app/shield/shield.c \
    '? SHIELD_ASK : SHIELD_CLEAR' \
    '? SHIELD_CLEAR : SHIELD_CLEAR'
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
