#!/bin/sh
# Run once, when the database's volume is empty: the owner of the tables, and the role that may not change history.
set -eu
psql --set=ON_ERROR_STOP=1 --set=owner_password="$ECOMNET_OWNER_PASSWORD" --set=app_password="$ECOMNET_APP_PASSWORD" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE ecomnet_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE ecomnet_app LOGIN PASSWORD :'app_password';
GRANT ecomnet_app TO ecomnet_owner;
CREATE DATABASE ecomnet OWNER ecomnet_owner;
REVOKE CONNECT ON DATABASE ecomnet FROM PUBLIC;
GRANT CONNECT ON DATABASE ecomnet TO ecomnet_app;
SQL
