-- Every lifecycle asks people for forms: links, answers and messages belong to a lifecycle, not to a placement.
-- An id, and a key made from it, is one of its kind within its lifecycle only.

alter table lifecycle_events drop constraint lifecycle_events_lifecycle_check;
alter table lifecycle_events add constraint lifecycle_events_lifecycle_check
    check (lifecycle in ('placement', 'opportunity', 'partnership', 'incident'));

alter table links rename column placement_id to lifecycle_id;
alter table links add column lifecycle text not null default 'placement';
alter table links alter column lifecycle drop default;
alter index links_placement_id_request_id_idx rename to links_lifecycle_id_request_id_idx;

alter table link_revocations rename column placement_id to lifecycle_id;
alter table link_revocations add column lifecycle text not null default 'placement';
alter table link_revocations alter column lifecycle drop default;
alter table link_revocations drop constraint link_revocations_pkey, add primary key (lifecycle, key);

alter table submissions rename column placement_id to lifecycle_id;
alter table submissions add column lifecycle text not null default 'placement';
alter table submissions alter column lifecycle drop default;
alter index submissions_placement_id_request_id_idx rename to submissions_lifecycle_id_request_id_idx;

alter table notifications rename column placement_id to lifecycle_id;
alter table notifications add column lifecycle text not null default 'placement';
alter table notifications alter column lifecycle drop default;
alter table notifications drop constraint notifications_pkey, add primary key (lifecycle, key);
alter index notifications_placement_id_idx rename to notifications_lifecycle_id_idx;

alter table opportunities
    add column overdue boolean not null default false,
    add column next_due_at timestamptz,
    add column awaiting text[] not null default '{}',
    add column outcome text;
create index on opportunities (id) where overdue;

create table partnerships (
    id text primary key,
    epoch integer not null,
    seq integer not null,
    state text not null,
    program text not null,
    program_version text not null,
    host_id text not null,
    overdue boolean not null,
    next_due_at timestamptz,
    awaiting text[] not null,
    outcome text,
    view jsonb not null,
    updated_at timestamptz not null default now()
);
create index on partnerships (state, id);
create index on partnerships (program, id);
create index on partnerships (host_id, id);
create index on partnerships (id) where overdue;

create table incidents (
    id text primary key,
    epoch integer not null,
    seq integer not null,
    state text not null,
    program text not null,
    program_version text not null,
    placement_id text not null,
    learner_id text not null,
    host_id text,
    severity text not null,
    overdue boolean not null,
    next_due_at timestamptz,
    awaiting text[] not null,
    outcome text,
    view jsonb not null,
    updated_at timestamptz not null default now()
);
create index on incidents (state, id);
create index on incidents (program, id);
create index on incidents (placement_id, id);
create index on incidents (host_id, id);
create index on incidents (id) where overdue;
