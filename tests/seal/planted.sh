#!/usr/bin/env bash
# planted.sh [NAME]: do the tests of src/seal, base/box and the process with the keys find a fault? Each is
# planted in a copy, a line at a time; some test program must fail. CASES=100000 for change_test, else 500.
# SPDX-License-Identifier: Apache-2.0
set -uo pipefail
cd "$(dirname "$0")/../.."
only=${1:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
cc=(cc -std=c11 -O1 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -w -I. -Isrc)
command -v ccache >/dev/null && cc=(ccache "${cc[@]}")
libs=($(pkg-config --libs libcrypto libsodium libseccomp cmocka) -lpthread -lm)
tests=(base/box seal/seal seal/counter seal/change main/keymgr main/liar)
sources=($(git ls-files 'src/base/*.c' 'src/seal/*.c' src/main/keymgr.c | grep -v _test.c | sed 's|^src/||; s|\.c$||'))

mkdir "$work/tree" "$work/o"
git ls-files -z src/base src/seal src/main tests/unit.h tests/probe.h | xargs -0 cp --parents -t "$work/tree"
cd "$work/tree"

compile() { "${cc[@]}" -c "src/$1.c" -o "$work/o/${1//\//_}.o"; }
link() { cc "$work/o/${1//\//_}_test.o" "${objects[@]}" -o "$work/test" "${libs[@]}"; }
# The first program that fails, and its first test; $1 is looked at first.
run() {
    local t args
    for t in $1 "${tests[@]}"; do
        args=()
        [ "$t" = seal/change ] && args=("${CASES:-500}")
        link "$t" || return 1
        nice -n 10 timeout 60 "$work/test" "${args[@]}" >"$work/log" 2>&1 && continue
        printf '%s: %s' "$t" "$(grep -m1 -oP '^\[  FAILED  \] \K.*' "$work/log")"
        return
    done
}

for s in "${sources[@]}" "${tests[@]/%/_test}"; do
    compile "$s" || exit 1
done
objects=("${sources[@]//\//_}")
objects=("${objects[@]/#/$work/o/}")
objects=("${objects[@]/%/.o}")
good=$(run "")
if [ -n "$good" ]; then
    echo "FAIL without a fault: $good"
    echo "0 passed, 1 failed"
    exit 1
fi

# plant NAME FILE FROM TO: the program that is likely to tell goes by the folder.
plant() {
    [ -z "$only" ] || [ "$only" = "$1" ] || return 0
    local file=src/$2.c object=$work/o/${2//\//_}.o told first=seal/seal
    case $2 in
    main/keymgr | seal/keys) first=main/keymgr ;;
    seal/counter | seal/talk) first=seal/counter ;;
    seal/stream) first=seal/change ;;
    base/box) first=base/box ;;
    esac
    cp "$file" "$work/was"
    cp "$object" "$work/was.o"
    if ! FROM=$3 TO=$4 perl -0pi -e '$n += s/\Q$ENV{FROM}\E/$ENV{TO}/; END { exit !$n }' "$file"; then
        echo "FAIL $1: $file has no such line"
        failed=$((failed + 1))
    elif ! compile "$2" >"$work/log" 2>&1; then
        echo "FAIL $1: could not be planted"
        tail -n 5 "$work/log"
        failed=$((failed + 1))
    elif told=$(run "$first") && [ -z "$told" ]; then
        echo "FAIL $1: nobody saw it"
        failed=$((failed + 1))
    else
        passed=$((passed + 1))
        echo "note $1: $told"
    fi
    cp "$work/was" "$file"
    cp "$work/was.o" "$object"
}

plant "not bound to the row" seal/envelope 'STR(w.column), (long long)w.row' 'STR(w.column), 0ll'
plant "not bound to the community" seal/envelope '(long long)w.community, STR(w.table)' '0ll, STR(w.table)'
plant "not bound to the column" seal/envelope 'STR(w.column), (long long)w.row' 'STR(w.table), (long long)w.row'
plant "the same iv for ever" seal/envelope 'cx->env->random(cx->env, iv, IV)' 'memset(iv, 7, IV)'
plant "padding that is not looked at" seal/envelope 'plain->n % SEAL_PAD || n == 0 ||' 'n == 0 || false &&'
plant "sealed for any key id" seal/envelope '|| e.kid != k->kid' ''
plant "no proof before opening" seal/suite 'seal_same(whole, tag, TAG)' 'true'
plant "a proof of one byte" seal/suite 'seal_same(whole, tag, TAG)' 'seal_same(whole, tag, 1)'
plant "iv not proven" seal/suite 'bound, seal_bytes(iv, IV), text};' 'bound, text};'
plant "head not proven" seal/suite '= {head, length_of(bound, n)' '= {length_of(bound, n)'
plant "one key for all indexes" seal/suite 'str_n(info, 5 + label.n)' 'str_n(info, 5)'
plant "gcm's end not looked at" seal/tools 'EVP_DecryptFinal_ex(c, rest, &n) == 1' '(EVP_DecryptFinal_ex(c, rest, &n), 1)'
plant "text left without proof" seal/tools 'seal_wipe(out, in.n); /*' '/*'
plant "two active keys" seal/ring 'if (row->state == SEAL_ACTIVE && active && active != k)' 'if (false)'
plant "rows bound to their kid alone" seal/ring 'seal_purpose_codes[row->purpose],' '"",'
plant "destroyed at one stroke" seal/ring '(int)row->state != (int)k->state + 1' '(int)row->state <= (int)k->state'
plant "any passphrase" seal/lock 'return check_of(t, l, kek, check) && seal_same(check, l->check, CHECK);' 'return true;'
plant "the passphrase does not count" seal/lock 'size_t n = l->has_passphrase ? sizeof both : SEAL_KEY_BYTES;' 'size_t n = SEAL_KEY_BYTES;'
plant "a lock of any cost" seal/lock 'out->memory_kib <= MEMORY_MAX' 'true'
plant "sheets of different sets" seal/sheet 'memcmp(a + 1, b + 1, SHARE_AT - 1) != 0' 'false'
plant "a sheet with a wrong sum" seal/sheet 'memcmp(check, p + CHECK_AT, sizeof check) == 0' 'true'
plant "sheets that all are the key" seal/sheet 'secret[i] ^ times(slope[i], x)' 'secret[i]'
plant "chunks without a number" seal/stream 'iv[i] = (unsigned char)(s->number >> (56 - 8 * i));' 'iv[i] = 0;'
plant "more behind the end" seal/stream 'in->get(in->arg, &more, 1) != 0' 'false'
plant "a stream without its last chunk" seal/stream 'while (good == 1 && !last && put) {' 'while (good == 1 && !last && put && in->get) { if (s->number == 3) break;'
plant "no quota" seal/counter '    if (*all < want ||' '    if (false && *all < want ||'
plant "a quota for each, none for all" seal/counter '*all < want ||' ''
plant "a crash is a new minute" seal/counter '* ONE / BEGIN_WITH' '* ONE'
plant "milliseconds get lost" seal/counter 'left + a_minute * ms' 'left + a_minute * ms / 1000 * 1000'
plant "a key of indexes seals" seal/counter '(column->purpose == SEAL_INDEX) == (op == OP_INDEX) &&' ''
plant "a person's key is handed out" seal/counter '(!is_key || op == OP_RESEAL) &&' ''
plant "indexes past the quota" seal/counter '(op != OP_REINDEX || c->setup)' 'c'
plant "the key of another person" seal/counter 'str_c(person_column.column), i->person_id}' 'str_c(person_column.column), i->row + 26}'
plant "a server may found" seal/counter '!c->setup || !r->has_file' '!r->has_file'
plant "locked is not asked" seal/counter 'if (!c->ring->unlocked)
        return SEAL_LOCKED;
    for' 'for'
plant "bytes behind a question" seal/talk 'return !r.bad && r.rest.n == 0 && m->op != 0;' 'return !r.bad && m->op != 0;'
plant "names of any signs" seal/talk "good = (s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_';" 'good = true;'
plant "asked once only" seal/keys 'tries < 2' 'tries < 1'
plant "keys not handed over again" seal/keys 'say(k, &m) == SEAL_ANSWERED && rows_again(k)' 'say(k, &m) == SEAL_ANSWERED'
plant "waited for without end" seal/talk 'poll(&p, 1, ms) == 1' 'poll(&p, 1, -1) == 1'
plant "started for ever" seal/keys 'k->nstarts >= STARTS &&' 'false &&'
plant "texts left in memory" main/keymgr 'cx_end(&cx);
    arena_wipe(&k->mem);' 'cx_end(&cx);
    arena_reset(&k->mem);'
plant "no walls" main/keymgr 'if (walls && !told' 'if (false && !told'
plant "a filter that lets files be opened" base/box 'SCMP_SYS(munlock)};' 'SCMP_SYS(munlock), SCMP_SYS(openat)};'
plant "a filter that lets code be made" base/box 'SCMP_SYS(mmap), 1,' 'SCMP_SYS(mmap), 0,'
plant "landlock that is not put up" base/box 'syscall(SYS_landlock_restrict_self, fd, 0) == 0' 'true'
plant "no limit of memory" base/box '&& limit(RLIMIT_DATA, b->memory)' ''
if [ "$(id -u)" = 0 ]; then
    plant "root stays root" main/keymgr 'if (geteuid() != 0)' 'if (true)'
    plant "all of root's powers" main/keymgr 'data[0].permitted = data[0].effective = 1u << CAP_IPC_LOCK;' 'data[0].permitted = data[0].effective = ~0u; return true;'
    plant "memory that is swapped out" main/keymgr 'mlockall(MCL_CURRENT | MCL_FUTURE) == 0' 'false'
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
