#!/usr/bin/env bash
# run.sh LINGHANG sqlite|pgsql [NAME...]: all tests of a running server from outside, on a store of
# their own; when there are names, only the cases of those files, or "hostile", "matrix". See README.md.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
exec python3 -B "$(dirname "$0")/run.py" "$@"
