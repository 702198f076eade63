-- What the lifecycles decided, what came in for them, whom they asked and what people answered.
-- Nothing here refers to the directory by a foreign key: a person can be erased there and the story stays readable.

create table lifecycle_events (
    lifecycle text not null check (lifecycle in ('placement', 'opportunity')),
    id text not null,
    epoch integer not null,
    seq integer not null,
    type text not null,
    at timestamptz not null,
    by jsonb not null,
    data jsonb not null,
    recorded_at timestamptz not null default now(),
    tx xid8 not null,
    position bigint generated always as identity,
    primary key (lifecycle, id, epoch, seq)
);
create unique index on lifecycle_events (tx, position);
comment on table lifecycle_events is 'every fact once; ordered by (tx, position) it is the outgoing feed';
comment on column lifecycle_events.tx is
    'the writing transaction, or that of the lifecycle''s fact before if that is later: no reader skips a late commit';

create table placements (
    id text primary key,
    epoch integer not null,
    seq integer not null,
    state text not null,
    program text not null,
    program_version text not null,
    host_id text not null,
    learner_id text not null,
    opportunity_id text not null,
    start_on date not null,
    end_on date not null,
    overdue boolean not null,
    next_due_at timestamptz,
    awaiting text[] not null,
    outcome text,
    view jsonb not null,
    updated_at timestamptz not null default now()
);
create index on placements (state, id);
create index on placements (program, id);
create index on placements (host_id, id);
create index on placements (learner_id, id);
create index on placements (id) where overdue;

create table opportunities (
    id text primary key,
    epoch integer not null,
    seq integer not null,
    state text not null,
    program text not null,
    host_id text not null,
    start_on date not null,
    end_on date not null,
    seats integer not null,
    free integer not null,
    view jsonb not null,
    updated_at timestamptz not null default now()
);
create index on opportunities (state, id);
create index on opportunities (program, id);
create index on opportunities (host_id, id);

create table inbox (
    source text not null,
    event_id text not null,
    position bigint generated always as identity unique,
    payload_hash text not null,
    type text not null,
    lifecycle text not null,
    lifecycle_id text not null,
    delivery jsonb not null,
    status text not null default 'accepted' check (status in ('accepted', 'applied', 'refused')),
    answer jsonb,
    problem jsonb,
    attempts integer not null default 0,
    received_at timestamptz not null,
    next_attempt_at timestamptz not null,
    finished_at timestamptz,
    primary key (source, event_id)
);
create index on inbox (lifecycle, lifecycle_id, position) where status = 'accepted';
create index on inbox (next_attempt_at) where status = 'accepted';
create index on inbox (position) where status = 'refused';

create table submissions (
    id text primary key,
    placement_id text not null,
    request_id text not null,
    person_id text not null,
    role text not null,
    form text not null,
    language text not null,
    answers jsonb not null,
    decision text,
    at timestamptz not null,
    received_at timestamptz not null default now()
);
create index on submissions (placement_id, request_id);
comment on column submissions.at is 'on the program''s clock';

create table links (
    token_hash text primary key,
    placement_id text not null,
    request_id text not null,
    person_id text not null,
    role text not null,
    notification_key text not null,
    minted_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz
);
create index on links (placement_id, request_id) where revoked_at is null;
comment on table links is 'secret links by the SHA-256 of their token; minted_at and expires_at on the program''s clock';

create table link_revocations (
    key text primary key,
    placement_id text not null,
    request_id text not null,
    person_id text,
    revoked_at timestamptz not null default now()
);
comment on table link_revocations is 'each revocation takes place once, however often it is carried out';

create table notifications (
    key text primary key,
    placement_id text not null,
    request_id text,
    person_id text not null,
    role text not null,
    message text not null,
    message_id text not null,
    outcome text check (outcome in ('sent', 'skipped', 'bounced', 'deferred')),
    reason text,
    tries integer not null default 1,
    at timestamptz,
    first_claimed_at timestamptz not null,
    claimed_at timestamptz not null,
    finished_at timestamptz
);
create index on notifications (placement_id);
create index on notifications (outcome) where outcome in ('skipped', 'bounced', 'deferred');
comment on column notifications.at is 'when the outcome was known, on the program''s clock';

create table assessments (
    placement_id text not null,
    occasion text not null check (occasion in ('baseline', 'final')),
    skill text not null,
    position smallint not null,
    rating smallint not null,
    submission_id text not null,
    primary key (placement_id, occasion, skill)
);
comment on column assessments.position is 'the skill''s place in the form, from 1';
