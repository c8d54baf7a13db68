# The parts of ./check. Every part runs to its end; its results are added up by tally().

passed=0
failed=0
failures=()
work=$(mktemp -d)
pg_dir=

cleanup() {
    stop_postgres
    rm -rf "$work"
}
trap cleanup EXIT

say() { printf '\n== %s\n' "$*"; }

# took SINCE: how long a part ran, so that what makes the whole long is read from its own output.
took() { echo "$((SECONDS - $1)) s"; }

# Which tests passed, by name, for scripts/compliance.py: "ok" or "bad", a tab, the name.
export RESULTS=$PWD/build/results.tsv
tell() { printf '%s\t%s\n' "$1" "$2" >>"$RESULTS"; }

# ok NAME / bad NAME: one result.
ok() {
    passed=$((passed + 1))
    tell ok "check $1"
}
bad() {
    failed=$((failed + 1))
    failures+=("$1")
    tell bad "check $1"
    echo "FAIL $1"
}

# step NAME COMMAND...: one result by exit status; output is shown when it fails.
step() {
    local name=$1 since=$SECONDS
    shift
    if "$@" >"$work/step" 2>&1; then
        ok "$name"
        echo "ok   $name ($(took "$since"))"
    else
        tail -n 60 "$work/step"
        bad "$name"
    fi
}

# counted NAME COMMAND...: a runner that closes with "N passed, N failed" of its own. One that hangs is ended and
# named, before the whole run is cut off somewhere.
readonly PART_LIMIT=2700 # s; the longest, the browser's, took 796 on two cores, 1553 on two slow ones
counted() {
    local name=$1 line since=$SECONDS
    shift
    timeout -k 20 "$PART_LIMIT" "$@" >"$work/counted" 2>&1
    local status=$?
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$work/counted" | tail -n 1)
    if [ -z "$line" ]; then
        tail -n 60 "$work/counted"
        bad "$name (ended with status $status and no count)"
        return
    fi
    local good=${line%% passed*} wrong=${line#*, }
    wrong=${wrong%% *}
    passed=$((passed + good))
    failed=$((failed + wrong))
    [ "$wrong" = 0 ] && [ "$status" != 0 ] && bad "$name (status $status)"
    if [ "$wrong" != 0 ] || [ "$status" != 0 ]; then
        grep -E '^(FAIL|not ok|\[  FAILED)' "$work/counted" | tee "$work/wrong" | head -n 40
        failures+=("$name: $wrong: $(head -n 3 "$work/wrong" | cut -c -200 | paste -sd ';')")
        tell bad "check $name"
    else
        tell ok "check $name"
    fi
    echo "     $name: $line ($(took "$since"))"
}

# unit BUILD SUITE...: the cmocka programs of a build; each test of each program counts.
unit() {
    local dir=$1 good wrong since=$SECONDS
    shift
    local args=()
    for s in "$@"; do args+=(--suite "$s"); done
    local status=0
    CMOCKA_MESSAGE_OUTPUT=SUBUNIT \
        meson test -C "$dir" --no-rebuild --print-errorlogs -v "${args[@]}" >"$work/unit" 2>&1 || status=$?
    good=$(grep -cE '(^|\s)success: ' "$work/unit")
    wrong=$(grep -cE '(^|\s)(failure|error): ' "$work/unit")
    passed=$((passed + good))
    failed=$((failed + wrong))
    echo "     $dir ${*:-all}: $good passed, $wrong failed ($(took "$since"))"
    sed -nE 's/.*success: ([a-z_0-9]+).*/ok\tunit \1/p; s/.*(failure|error): ([a-z_0-9]+).*/bad\tunit \2/p' "$work/unit" >>"$RESULTS"
    [ "$((good + wrong))" != 0 ] || bad "$dir ${*:-all}: no test was there to run"
    if [ "$status" != 0 ]; then
        [ "$wrong" = 0 ] && bad "$dir: a test program died"
        grep -vE '(^|\s)(test|success): ' "$work/unit" | tail -n 60
        failures+=("$dir unit tests")
    fi
}

house_rules() {
    say "house rules"
    step "depcheck" build/depcheck src src/app/ORDER
    step "format" format_check
    step "words" words_check
    step "tables" tables_check
    step "no statement fills a filter from a whole table" python3 -B scripts/plans.py build/linghang
    step "what is released stays as it is" python3 -B tests/released/make.py check
    step "each parser has its driver" bash scripts/fuzz.sh list
    step "each clause has its tests" python3 -B scripts/compliance.py check
    counted "build helpers" bash tests/tools/run.sh build
}

# Of those that changed since all were right; the first time, and by new rules, of all.
format_check() {
    local good=build/format.good since=
    [ "$good" -nt .clang-format ] && since="-newer $good"
    touch "$good.now"
    git ls-files -z '*.c' '*.h' | xargs -0 bash -c "find \"\$@\" $since -print0" find |
        xargs -0r clang-format --dry-run -Werror && mv "$good.now" "$good"
}

# The project speaks of itself alone: no registry host, no machine path.
words_check() {
    ! git ls-files | grep -v -e '^scripts/check.sh$' |
        xargs grep -nIE 'registry\.(npmjs|yarnpkg)|npmmirror|/work/(main|shared)|/tmp/w/|pypi\.org'
}

# Only its own feature writes a table: none is written from two folders.
tables_check() {
    ! grep -rHoE '^ *(INSERT INTO|UPDATE|DELETE FROM) [a-z_]+' src/app --include='*.sql' |
        sed -E 's|^src/app/([^/]+)/.* ([a-z_]+)$|\2 \1|' | sort -u | cut -d' ' -f1 | uniq -d | grep .
}

# Here PostgreSQL itself is never killed (faults/pitr.sh and ha.py have clusters of their own): it need not wait for a disk.
start_postgres() {
    [ -n "$pg_dir" ] && return
    pg_dir=$(mktemp -d /tmp/linghang-pg.XXXXXX)
    local bin=/usr/lib/postgresql/15/bin
    if [ "$(id -u)" = 0 ]; then
        chown postgres "$pg_dir"
        pg_as() { su postgres -s /bin/bash -c "$1"; }
    else
        pg_as() { bash -c "$1"; }
    fi
    pg_as "$bin/initdb -D $pg_dir/db -U postgres -A trust -E UTF8 --locale=C >/dev/null"
    pg_as "$bin/pg_ctl -D $pg_dir/db -w -l $pg_dir/log -o '-k $pg_dir -c listen_addresses= -c max_connections=120 -c fsync=off' start >/dev/null"
    export PG_HOST=$pg_dir
}

stop_postgres() {
    [ -n "$pg_dir" ] || return 0
    pg_as "/usr/lib/postgresql/15/bin/pg_ctl -D $pg_dir/db -m immediate stop >/dev/null"
    rm -rf "$pg_dir"
    pg_dir=
    unset PG_HOST
}

check_built() {
    say "build"
    mkdir -p build
    : >"$RESULTS"
    step "build" build build -Dtests=true
}

lane_units() {
    say "unit tests on SQLite"
    unit build fast
    counted "the command solve" bash tests/solve/run.sh build/linghang
}
lane_rules() { house_rules; }
lane_cases() { http_tests sqlite cases; }

# Side by side: it is run all the time.
check_fast() {
    check_built || return
    side_by_side lane_rules lane_units lane_cases
}

# From outside, on a store of their own. With "cases": only the cases, without the access matrix
# and the hostile input, for the inner loop.
http_tests() {
    local names=()
    [ "${2:-}" = cases ] && names=($(basename -s .case tests/http/*.case))
    say "HTTP tests on $1"
    counted "HTTP tests on $1" bash tests/http/run.sh build/linghang "$1" "${names[@]}"
}

# Coverage with planted faults, a store that is copied, many at once, a server that is killed, receivers
# that fail.
loop_tests() {
    say "coverage, copy, rush and kill on $1"
    counted "copy on $1" python3 -B tests/loop/copy.py build/linghang "$1"
    counted "released stores on $1" python3 -B tests/released/forward.py build/linghang "$1"
    counted "coverage on $1" python3 -B tests/loop/coverage.py build/linghang "$1"
    counted "50 at once on $1" python3 -B tests/loop/rush.py build/linghang "$1"
    counted "50 want the last time of a room on $1" python3 -B tests/loop/book_rush.py build/linghang "$1"
    counted "50 want the last place on $1" python3 -B tests/loop/seat_rush.py build/linghang "$1"
    counted "kill -9 on $1" python3 -B tests/loop/kill.py build/linghang "$1" 5
    counted "exact beside greedy and first come on $1" python3 -B tests/loop/policies.py build/linghang "$1" build/policies
    counted "matching in a rush on $1" python3 -B tests/loop/match_rush.py build/linghang "$1" 3
    counted "visits handed in while the server is killed on $1" python3 -B tests/loop/visit_kill.py build/linghang "$1" 5
    counted "backup, restore, drill on $1" python3 -B tests/loop/backup.py build/linghang "$1"
    counted "forgotten in backups on $1" python3 -B tests/faults/persons.py build/linghang "$1"
    counted "read only on $1" python3 -B tests/loop/read_only.py build/linghang "$1"
    counted "the audit chain on $1" python3 -B tests/loop/audit.py build/linghang "$1"
    counted "messages that leave on $1" python3 -B tests/loop/send.py build/linghang "$1"
    counted "calendars on $1" /usr/bin/python3 -B tests/loop/feeds.py build/linghang "$1" # the one that has Debian's parsers
    counted "a list of guides on $1" python3 -B tests/loop/guides.py build/linghang "$1"
}

# The power goes, the disk is full, calls and memory fail: on the engine that keeps its files itself.
fault_tests() {
    say "faults"
    counted "setting up" python3 -B tests/faults/setup.py build/linghang
    counted "walls" python3 -B tests/faults/walls.py build/linghang
    counted "power goes" python3 -B tests/faults/power.py build/linghang
    counted "the disk is full" python3 -B tests/faults/full.py build/linghang
    counted "disk 1 is gone" python3 -B tests/faults/mirror.py build/linghang
    counted "the program is changed" python3 -B tests/faults/upgrade.py build/linghang
    counted "a large store comes back" python3 -B tests/faults/drill.py build/linghang
    counted "back to a moment" bash tests/faults/pitr.sh
    counted "no memory" python3 -B tests/faults/calls.py build/linghang malloc 131
    counted "no memory for the clerks" python3 -B tests/faults/calls.py build/linghang clerks 2999
    counted "calls fail" python3 -B tests/faults/calls.py build/linghang io 131 ask_api ask_photo accept_board home
    counted "keys are turned under kill -9" python3 -B tests/seal/rotate.py build/linghang
    counted "nothing in the clear" python3 -B tests/faults/plain.py build/linghang
    counted "calls of a start fail" python3 -B tests/faults/calls.py build/linghang cold 997 ask_api
}

# They measure time against time in one run: nothing else runs beside them.
alone_tests() {
    say "alone"
    counted "thousands are slow, a flood of strangers" python3 -B tests/faults/flood.py build/linghang
    counted "signing in tells nothing by its time" python3 -B tests/faults/timing.py build/linghang
}

browser_tests() {
    [ -x tests/browser/run.sh ] || return 0
    say "browser"
    counted "browser" tests/browser/run.sh build/linghang
}

# side_by_side LANE...: functions that run at once, each counting for itself in a folder of its own; every
# line they say begins with their name. What they counted is added up when all have ended.
side_by_side() {
    local lane all=$work lines=()
    for lane in "$@"; do
        work=$all/$lane
        mkdir "$work"
        (
            passed=0 failed=0 failures=()
            export LANE=-$lane # of what is built beside the build (tests/faults/faultkit.py)
            "$lane" 2>&1
            printf '%s\n' "$passed" "$failed" "${failures[@]}" >"$work/sum"
        ) | sed -u "s/^/${lane#lane_}: /" &
    done
    wait
    work=$all
    for lane in "$@"; do
        mapfile -t lines <"$work/$lane/sum" && [ ${#lines[@]} -ge 2 ] || { bad "$lane ended before its end"; continue; }
        passed=$((passed + lines[0]))
        failed=$((failed + lines[1]))
        failures+=("${lines[@]:2}")
    done
}

# Two, as there are two cores at least: more of them made the clocks of tests late.
lane_sqlite() {
    http_tests sqlite
    loop_tests sqlite
    fault_tests
    browser_tests
    counted "planted leaks" bash tests/http/leak.sh
}
lane_pgsql() {
    say "unit tests on PostgreSQL"
    unit build pgsql
    http_tests pgsql
    loop_tests pgsql
    say "both engines"
    counted "the loop driven on both engines" bash tests/loop/both.sh build/linghang
    DRIVE=sim counted "weeks of matching on both engines" bash tests/loop/both.sh build/linghang 1
    DRIVE=counter counted "a day at the counter on both engines" bash tests/loop/both.sh build/linghang
    say "planted faults"
    counted "planted faults in seal" bash tests/seal/planted.sh
    sanitizers
}

sanitizers() {
    say "sanitizers, with clang"
    step "build with clang and sanitizers" bash -c 'source scripts/lib.sh; configure_asan; ninja -C build-asan'
    sanitized_units
    step "each branch is taken or has its reason" bash scripts/coverage.sh counted
    check_fuzz 5
    counted "each corpus reaches its parser" bash scripts/fuzz.sh coverage
}

# What they run is counted in build-asan/prof, for coverage.sh.
sanitized_units() {
    rm -rf build-asan/prof
    mkdir -p build-asan/prof
    export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 ASAN_OPTIONS=detect_leaks=1 LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0 \
        LLVM_PROFILE_FILE=$PWD/build-asan/prof/%p.%m.profraw
    unit build-asan unit
    unit build-asan pgsql
    unset UBSAN_OPTIONS ASAN_OPTIONS LSAN_OPTIONS LLVM_PROFILE_FILE
}

check_all() {
    install_packages deps/debian12.txt deps/debian12-check.txt
    check_built || return
    side_by_side lane_rules lane_units
    unit build slow
    start_postgres
    side_by_side lane_sqlite lane_pgsql
    alone_tests
    step "the tests of each clause passed" python3 -B scripts/compliance.py check "$RESULTS"
}

check_year() {
    install_packages deps/debian12.txt deps/debian12-check.txt
    build build -Dtests=true >/dev/null
    start_postgres
    say "a year of $1 weeks on both engines"
    DRIVE=sim counted "the simulated year" bash tests/loop/both.sh build/linghang "$1"
    sed -n '/^== table/,/^==$/p;/^note/p;/^[-+]/p' "$work/counted"
}

check_fuzz() {
    say "fuzz, $1 s each"
    local driver name
    for driver in tests/fuzz/fuzz_*.c; do
        name=$(basename "$driver" .c)
        step "$name" bash scripts/fuzz.sh "$driver" "$1"
    done
}

check_bench() {
    install_packages deps/debian12.txt deps/debian12-check.txt deps/debian12-bench.txt
    build build -Dtests=true >/dev/null
    start_postgres
    python3 -B tests/perf/bench.py build/linghang build/open_loop "${1:-5}"
}

check_bench_solve() {
    install_packages deps/debian12.txt deps/debian12-bench.txt
    build build-bench -Dbench=true >/dev/null
    python3 -B tests/perf/solve.py build-bench/solve_bench build-bench/lemon_bench "$1"
}

check_bench_match() {
    install_packages deps/debian12.txt deps/debian12-check.txt
    build build -Dtests=true >/dev/null
    start_postgres
    python3 -B tests/perf/match.py build/linghang "$1"
    local sample
    sample=$(mktemp -d)
    build/linghang migrate --db "sqlite:$sample/store.db" >/dev/null
    build/linghang demo --db "sqlite:$sample/store.db" >/dev/null 2>&1
    build/policies --db "sqlite:$sample/store.db"
    rm -rf "$sample"
}

check_bench_alike() {
    build build -Dtests=true >/dev/null
    if [ -e "$1" ]; then build/alike_bench "$1"; else echo "skipped: there is no $1"; fi
}

finish() {
    if [ ${#failures[@]} != 0 ]; then
        printf '\n失败：\n'
        printf '  %s\n' "${failures[@]}"
    fi
    printf '\n%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" = 0 ] && [ "$passed" != 0 ]
    exit
}
