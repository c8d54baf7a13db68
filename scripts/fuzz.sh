#!/usr/bin/env bash
# fuzz.sh DRIVER.c SECONDS: builds one driver with libFuzzer and runs it over its corpus.
set -euo pipefail
cd "$(dirname "$0")/.."
name=$(basename "$1" .c)
mkdir -p build-fuzz "tests/fuzz/corpus/$name"
[ -e build-fuzz/build.ninja ] ||
    CC=clang meson setup build-fuzz -Db_sanitize=address,undefined -Db_lundef=false \
        -Dc_args=-fsanitize=fuzzer-no-link >/dev/null
ninja -C build-fuzz libcore.a >/dev/null
clang -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -g -O1 -I. -Isrc -Ibuild-fuzz \
    -fsanitize=fuzzer,address,undefined "$1" build-fuzz/libcore.a -o "build-fuzz/$name" \
    $(pkg-config --libs libmicrohttpd sqlite3 libpq jansson libsodium libcrypto libqrencode zlib libcurl pangocairo \
        cairo-pdf libturbojpeg libpng libwebp libseccomp) -lm -lpthread
fresh=$(mktemp -d) # what is found stays out of the tree until it is chosen
trap 'rm -rf "$fresh"' EXIT
"build-fuzz/$name" -max_total_time="$2" -timeout=5 -rss_limit_mb=1024 \
    -artifact_prefix=build-fuzz/ "$fresh" "tests/fuzz/corpus/$name"
