#!/bin/sh
# Run once, when the database is made: the pages may read the store and own only what readers thought of it.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$(cat /run/secrets/page_password)" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE imdi_page LOGIN PASSWORD :'password' IN ROLE pg_read_all_data;
CREATE DATABASE feedback OWNER imdi_page;
REVOKE CONNECT ON DATABASE feedback FROM PUBLIC;
SQL
