#!/bin/sh
# base.sh FOLDER [psql options: -h HOST -p PORT -U USER]: a base backup for point-in-time recovery, from
# a timer, once a day. FOLDER/base-YYYYMMDD-HHMMSS has its name only when it was verified. Old ones and
# the WAL before them are removed by hand, or by pg_archivecleanup(1).
# SPDX-License-Identifier: Apache-2.0
set -eu
folder=$1
shift
PATH=/usr/lib/postgresql/15/bin:$PATH
name=base-$(date +%Y%m%d-%H%M%S)
pg_basebackup -D "$folder/.$name" -X stream -c fast --manifest-checksums=SHA256 "$@"
pg_verifybackup -q "$folder/.$name"
sync
mv "$folder/.$name" "$folder/$name"
sync "$folder"
echo "$folder/$name"
