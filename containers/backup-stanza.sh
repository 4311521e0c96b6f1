#!/bin/sh
# Run once, when the database's volume is empty: the place of backups learns whose they are. Again does no harm.
set -eu
pgbackrest --stanza=ecomnet stanza-create
