-- What youth-employment law must know of an offer before anybody takes it.

create table offered_work (
    opportunity_id text primary key,
    work jsonb not null,
    updated_at timestamptz not null default now()
);
comment on column offered_work.work is 'schemas.offered_work.OfferedWork';
