#!/bin/sh
# archive.sh PATH NAME FOLDER: what archive_command calls for each finished piece of WAL. It is in
# FOLDER under its name only when it is whole and on the disk; the same piece once more is fine,
# another one of that name is refused (two servers must not share a folder).
#   archive_command = '/usr/lib/linghang/archive.sh %p %f /mnt/second-disk/wal'
# SPDX-License-Identifier: Apache-2.0
set -eu
path=$1 name=$2 folder=$3
if [ -e "$folder/$name" ]; then
    cmp -s "$path" "$folder/$name"
    exit
fi
part="$folder/.$name.$$"
trap 'rm -f "$part"' EXIT
cp "$path" "$part"
sync "$part"
mv "$part" "$folder/$name"
sync "$folder"
