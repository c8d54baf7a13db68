# Shared by ./run and ./check: packages and builds. Sourced, not run.

# Runs a command as root: directly, or by sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Installs the packages of the given lists that are not there yet.
install_packages() {
    local missing=()
    for package in $(cat "$@" | sed 's/#.*//'); do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            provided "$package" || missing+=("$package")
    done
    [ ${#missing[@]} = 0 ] && return 0
    echo "安装 ${#missing[@]} 个软件包：${missing[*]}"
    # A fresh database server must not start or open a port: only its programs are wanted.
    as_root mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
    as_root apt-get update -q
    DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# A Node.js that was not installed as Debian's package serves as well.
provided() {
    case "$1" in
    nodejs) command -v node >/dev/null ;;
    npm) command -v npm >/dev/null ;;
    *) return 1 ;;
    esac
}

# build DIR [meson options]: configured when new, its options set when it is there, then compiled.
build() {
    local dir=$1
    shift
    if [ ! -e "$dir/build.ninja" ]; then
        meson setup "$dir" "$@"
    elif [ $# != 0 ]; then
        meson configure "$dir" "$@"
    fi
    ninja -C "$dir"
}

# True when a source is newer than the given file.
newer_than() {
    [ -n "$(find meson.build src tools assets migrations -newer "$1" -type f -print -quit)" ]
}

# The build with sanitizers; what it makes is also counted by the fuzz drivers' engine, so one build serves both.
configure_asan() {
    [ -e build-asan/build.ninja ] ||
        CC=clang meson setup build-asan -Dtests=true -Doptimization=1 -Db_sanitize=address,undefined -Db_lundef=false \
            -Dc_args=-fsanitize=fuzzer-no-link >/dev/null
}

# The build that counts what was run: clang's regions and branches, for fuzz.sh and coverage.sh. Counts are
# written to a file when a process ends, which walls would not let its helpers do: it has none, as with sanitizers.
# Threads count at once, and a side is often counted as one number less another: one lost count, and it was never taken.
build_counted() {
    [ -e build-cov/build.ninja ] ||
        CC=clang meson setup build-cov -Dtests=true -Doptimization=1 -Dc_link_args=-fprofile-instr-generate \
            -Dc_args='-fprofile-instr-generate -fprofile-update=atomic -fcoverage-mapping -DIS_SANITIZED=1' >/dev/null
    ninja -C build-cov >/dev/null
}
