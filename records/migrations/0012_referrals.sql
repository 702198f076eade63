-- Whom somebody named who was asked and is not the one to answer.

create table referrals (
    id text primary key,
    lifecycle text not null,
    lifecycle_id text not null,
    request_id text not null,
    person_id text not null,
    role text not null,
    reason text not null,
    name text not null default '',
    email text not null default '',
    note text not null default '',
    at timestamptz not null,
    received_at timestamptz not null default now()
);
create index on referrals (lifecycle, lifecycle_id, request_id);
comment on column referrals.at is 'on the program''s clock';
