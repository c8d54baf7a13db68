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

# The build with sanitizers. What it makes is counted by the fuzz drivers' engine and, in clang's regions and branches,
# for coverage.sh and fuzz.sh, so one build serves all. Those counts are written when a process ends, to the file that
# LLVM_PROFILE_FILE names or else nowhere. Threads count at once, and a side of a branch is often told as one number less
# another: with one count lost it was never taken.
readonly COUNTED='-fprofile-instr-generate=/dev/null -fprofile-update=atomic -fcoverage-mapping'
configure_asan() {
    grep -qs fcoverage-mapping build-asan/build.ninja && return
    rm -rf build-asan
    CC=clang meson setup build-asan -Dtests=true -Doptimization=1 -Db_sanitize=address,undefined -Db_lundef=false \
        -Dc_link_args=-fprofile-instr-generate -Dc_args="-fsanitize=fuzzer-no-link $COUNTED" >/dev/null
}
