#!/bin/sh
# archive_command of the database: archive-wal.sh %p %f FOLDER. A segment is there whole or not at all.
set -eu
segment=$1 name=$2 folder=$3
mkdir -p "$folder"
if [ -f "$folder/$name" ]; then
    cmp -s "$segment" "$folder/$name"  # the same again is fine, after a crash; another under its name is not
    exit
fi
cp "$segment" "$folder/$name.partial"
sync "$folder/$name.partial"
mv "$folder/$name.partial" "$folder/$name"
sync "$folder"
