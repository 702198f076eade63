-- What student information systems delivered, and what was decided about people who may be in the directory twice.

create table roster_deliveries (
    source text primary key,
    modified_until timestamptz not null
);
comment on table roster_deliveries is 'by the code of the system: its newest change; an older delta is refused';

create table duplicate_decisions (
    first_id text not null,
    second_id text not null,
    keep_id text,
    decided_by text not null,
    decided_at timestamptz not null,
    primary key (first_id, second_id),
    check (first_id < second_id),
    check (keep_id in (first_id, second_id))
);
comment on table duplicate_decisions is 'two ids that were proposed as one person; keep_id null: they are two people';
