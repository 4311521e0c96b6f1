#!/bin/sh
# Fill an empty data folder from backups: restore.sh FOLDER DATA [INSTANT, as 2026-11-25T08:00:00Z]
# Without an instant everything that was archived comes back. Start the server on DATA afterwards: it reads WAL up to
# there, and opens by itself.
set -eu
folder=$1 data=$2 instant=${3:-9999}
if [ -n "$(ls -A "$data" 2>/dev/null)" ]; then
    echo "$data is not empty: nothing was touched." >&2
    exit 1
fi
base=$(ls "$folder/base" | grep -v unfinished | sort | awk -v instant="$instant" '$0 <= instant' | tail -n 1)
if [ -z "$base" ]; then
    echo "There is no base backup from before $instant in $folder/base." >&2
    exit 1
fi
mkdir -p "$data"
cp -a "$folder/base/$base/." "$data"
chmod 700 "$data"
touch "$data/recovery.signal"
{
    echo "restore_command = 'cp \"$folder/wal/%f\" \"%p\"'"
    echo "recovery_target_action = 'promote'"
    if [ "$instant" != 9999 ]; then
        echo "recovery_target_time = '$(echo "$instant" | sed 's/T/ /; s/Z$/+00/')'"
    fi
} >> "$data/postgresql.auto.conf"
echo "$base goes into $data"
