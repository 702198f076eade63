#!/bin/sh
# Runs once, when the database folder is new: a user and databases for Journeywork, and for Temporal.
set -eu

psql --set ON_ERROR_STOP=1 --no-psqlrc --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --set journeywork="$JOURNEYWORK_DB_PASSWORD" --set temporal="$TEMPORAL_DB_PASSWORD" <<'SQL'
create role journeywork login password :'journeywork';
create role temporal login password :'temporal';
create database journeywork owner journeywork;
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke all on database journeywork, temporal, temporal_visibility from public;
SQL
