-- What somebody has typed and not sent: shown again when the link is opened again, gone once the form is answered.

create table drafts (
    lifecycle text not null,
    lifecycle_id text not null,
    request_id text not null,
    person_id text not null,
    answers jsonb not null,
    at timestamptz not null,
    saved_at timestamptz not null default now(),
    primary key (lifecycle, lifecycle_id, request_id, person_id)
);
create index on drafts (saved_at);
comment on column drafts.answers is 'raw values by name of control, checked for nothing but size';
comment on column drafts.at is 'when it was saved, on the program''s clock; saved_at is real time';
