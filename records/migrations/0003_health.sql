-- A health check writes: a server that only reads is not well.

create table heartbeats (
    name text primary key,
    at timestamptz not null
);
comment on table heartbeats is 'one row for each kind of check; written at most once a second by each gateway';
