-- Who was shown whose records, and what was done by whom: written once, and changed by nobody. Ids and codes only, so
-- that a person can be erased elsewhere and both stay as they are. FERPA, 34 CFR 99.32: the parties that obtained
-- records of a student, and their legitimate interests, kept as long as the records.

create table disclosures (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    kind text not null check (kind in ('key', 'staff', 'person')),
    who text not null,
    role text,
    interest text not null,
    what text not null,
    record text,
    learners text[] not null check (cardinality(learners) > 0)
);
create index on disclosures using gin (learners);
create index on disclosures (at);
comment on table disclosures is 'one row for each answer with records of learners. Real time';
comment on column disclosures.who is 'a key''s id, or that of a person who is staff or opened a mailed link';
comment on column disclosures.record is 'the one lifecycle that was shown; null: a list';

create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    kind text not null check (kind in ('operator', 'key', 'staff')),
    who text not null,
    act text not null,
    records text[] not null check (cardinality(records) > 0),
    reason text not null,
    details jsonb not null default '{}'
);
create index on audit (at);
create index on audit using gin (records);
comment on table audit is 'what was done to keys, placements and the directory by people in charge. Real time';
comment on column audit.reason is 'a code, or the purpose of a key; what staff wrote themselves stays in staff_acts';

create function refuse_change() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
    raise exception '% is only added to', tg_table_name using errcode = 'insufficient_privilege';
end
$$;

create trigger disclosures_stay before update or delete or truncate on disclosures
    for each statement execute function refuse_change();
create trigger audit_stays before update or delete or truncate on audit
    for each statement execute function refuse_change();
