-- Erasing a person: their row stays under its id, emptied, so that what refers to it stays whole; and who must be kept.

alter table people add column erased_at timestamptz;
comment on column people.erased_at is 'everything personal is gone since; an import does not bring it back. Real time';

create table erasures (
    id text primary key,
    person_id text not null,
    with_id text,
    at timestamptz not null,
    asked_by text not null,
    reason text not null,
    changes jsonb not null
);
create index on erasures (person_id);
comment on table erasures is 'who was erased when, why and on whose word; what each table lost. Real time';
comment on column erasures.with_id is 'the learner of whom this person was the guardian and nothing else';

create table person_holds (
    person_id text primary key references people (id),
    reason text not null,
    asked_by text not null,
    at timestamptz not null
);
comment on table person_holds is 'what is held about somebody must be kept for now, such as for a court. Real time';
