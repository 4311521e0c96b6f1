#!/bin/sh
# A base backup of the running database, checked before it counts: backup.sh FOLDER [HOW_MANY_TO_KEEP]
# FOLDER holds base/<instant it was finished>/ and wal/, which archive-wal.sh fills.
set -eu
folder=$1 keep=${2:-7}
unfinished=$folder/base/unfinished
mkdir -p "$folder/base" "$folder/wal"
rm -rf "$unfinished"
pg_basebackup --pgdata="$unfinished" --checkpoint=fast --wal-method=stream --no-password
pg_verifybackup --quiet "$unfinished"
mv "$unfinished" "$folder/base/$(date -u +%Y-%m-%dT%H:%M:%SZ)"

ls "$folder/base" | sort -r | tail -n "+$((keep + 1))" | while read -r old; do
    rm -rf "${folder:?}/base/$old"
done
# WAL from before the oldest base that is left can bring nothing back.
oldest=$(ls "$folder/base" | sort | head -n 1)
first=$(sed -n 's/^START WAL LOCATION:.*(file \([0-9A-F]*\)).*/\1/p' "$folder/base/$oldest/backup_label")
pg_archivecleanup --clean-backup-history "$folder/wal" "$first"
