#!/bin/sh
# Make the secrets that compose.yaml needs, in ./secrets and .env; what is there already is kept.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets reports
make_secret() { [ -s "secrets/$1" ] || printf '%s' "$2" > "secrets/$1"; }
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

make_secret postgres_password "$(random)"
make_secret page_password "$(random)"
printf 'postgresql://imdi:%s@postgres/imdi' "$(cat secrets/postgres_password)" > secrets/store
printf 'postgresql://imdi_page:%s@postgres/imdi' "$(cat secrets/page_password)" > secrets/page_store
printf 'postgresql://imdi_page:%s@postgres/feedback' "$(cat secrets/page_password)" > secrets/page_feedback
# Read by the containers' own users, who are others than whoever made them.
chmod 644 secrets/*
touch .env
grep -q '^IMDI_COOKIE_SECRET=' .env || printf 'IMDI_COOKIE_SECRET=%s\n' "$(random)" >> .env
