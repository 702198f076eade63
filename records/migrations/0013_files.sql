-- Scans and photographs that people hand in with a form. They stay here: neither a lifecycle nor a log sees them.

create table form_files (
    id text primary key check (id ~ '^f-[0-9a-f]{32}$'),
    lifecycle text not null,
    lifecycle_id text not null,
    request_id text not null,
    person_id text not null,
    field text not null,
    kind text not null check (kind in ('pdf', 'png', 'jpeg')),
    content bytea not null check (octet_length(content) between 1 and 5242880),
    sha256 bytea not null generated always as (sha256(content)) stored,
    submission_id text,
    uploaded_at timestamptz not null default now()
);
alter table form_files alter column content set storage external;
create index on form_files (lifecycle, lifecycle_id, request_id);
create index on form_files (uploaded_at) where submission_id is null;
comment on column form_files.kind is 'told by the content, never by a name';
comment on column form_files.submission_id is 'the form it was handed in with; null: chosen, and the form not sent yet';
