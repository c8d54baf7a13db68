#!/usr/bin/env bash
# run.sh LINGHANG sqlite|pgsql [NAME...]: all tests of a running server from outside, on a store of
# their own; only the cases of the given files when there are names. See README.md.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
exec python3 -B "$(dirname "$0")/run.py" "$@"
