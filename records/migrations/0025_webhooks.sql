-- Where events are sent, in which order, and what became of each. The events themselves stay in lifecycle_events.

create table webhooks (
    id text primary key,
    url text not null,
    owner text not null,
    purpose text not null,
    types text[] not null,
    state text not null default 'active' check (state in ('active', 'disabled')),
    reason text check (reason in ('by_request', 'gone')),
    made_at timestamptz not null,
    changed_at timestamptz not null,
    cursor_tx xid8 not null,
    cursor_position bigint not null,
    untold text check (untold in ('gone', 'dead')),
    told_at timestamptz,
    check ((state = 'disabled') = (reason is not null))
);
comment on table webhooks is 'events up to the cursor (the feed''s order) are in webhook_deliveries, if their type fits';
comment on column webhooks.types is 'types of events, or beginnings of types that end in .*; none: all';
comment on column webhooks.untold is 'what its owner is still to be written of';

create table webhook_secrets (
    id text primary key,
    webhook_id text not null references webhooks on delete cascade,
    stored bytea not null,
    key_id text,
    made_at timestamptz not null,
    retires_at timestamptz
);
create index on webhook_secrets (webhook_id);
comment on column webhook_secrets.stored is 'of no use without the key named by key_id; the secret itself without one';

create table webhook_deliveries (
    id bigint generated always as identity primary key,
    webhook_id text not null references webhooks on delete cascade,
    kind text not null check (kind in ('event', 'again', 'test')),
    event_id text not null,
    type text not null,
    event_tx xid8,
    event_position bigint,
    state text not null default 'waiting' check (state in ('waiting', 'delivered', 'dead')),
    tries integer not null default 0,
    tries_before integer not null default 0,
    queued_at timestamptz not null,
    retry_until timestamptz not null,
    next_try_at timestamptz not null,
    finished_at timestamptz,
    status integer,
    failure text
);
comment on column webhook_deliveries.tries_before is 'of those, how many before the webhook was last switched on';
create index on webhook_deliveries (webhook_id, id) where state = 'waiting';
create index on webhook_deliveries (webhook_id, state, id);
create index on webhook_deliveries (webhook_id, event_tx, event_position, id);
create index on webhook_deliveries (finished_at) where state <> 'waiting';
create unique index on webhook_deliveries (webhook_id, event_tx, event_position) where kind = 'event';

create table webhook_tries (
    delivery_id bigint not null references webhook_deliveries on delete cascade,
    number integer not null,
    at timestamptz not null,
    status integer,
    failure text,
    ms integer not null,
    primary key (delivery_id, number)
);

alter table disclosures drop constraint disclosures_kind_check;
alter table disclosures add constraint disclosures_kind_check check (kind in ('key', 'staff', 'person', 'webhook'));
comment on column disclosures.who is
    'a key''s or a webhook''s id, or that of a person who is staff or opened a mailed link';

create function ring_for_webhooks() returns trigger language plpgsql as $$
begin
    if exists (select 1 from webhooks where state = 'active') then
        perform pg_notify('webhooks', '');
    end if;
    return null;
end $$;
create trigger ring_for_webhooks after insert on lifecycle_events
    for each statement execute function ring_for_webhooks();
