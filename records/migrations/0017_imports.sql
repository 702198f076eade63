-- Files that staff upload in the console, looked through and kept until they are imported or grow old.

create table directory_imports (
    id text primary key,
    person_id text not null,
    kind text not null check (kind in ('oneroster', 'employers', 'opportunities')),
    file_name text not null,
    content bytea check (octet_length(content) between 1 and 16777216),
    report jsonb not null,
    uploaded_at timestamptz not null,
    finished_at timestamptz
);
alter table directory_imports alter column content set storage external;
create index on directory_imports (uploaded_at desc);
comment on table directory_imports is 'what staff import from the console. Real time';
comment on column directory_imports.content is 'the file; forgotten once it is imported, or after a week';
comment on column directory_imports.report is 'what is wrong with it, or what importing it changes; once imported, what it changed';
