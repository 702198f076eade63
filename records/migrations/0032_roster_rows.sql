-- Rows of rosters as they came, so that a delta can delete one of two that mean the same; and who teaches whom.

create table roster_roles (
    sourced_id text primary key,
    person_id text not null references people (id),
    role text not null,
    is_primary boolean not null,
    organisation_id text not null
);
create index on roster_roles (person_id);
comment on table roster_roles is 'current rows of roles.csv that mean something; several may mean one thing';

create table work_classes (
    id text primary key,
    school_id text not null
);
comment on table work_classes is 'classes that classes.csv marks as work-based learning';

create table class_enrolments (
    sourced_id text primary key,
    class_id text not null references work_classes (id) on delete cascade,
    person_id text not null references people (id),
    role text not null check (role in ('student', 'teacher')),
    is_primary boolean not null
);
create index on class_enrolments (person_id);
create index on class_enrolments (class_id);
comment on table class_enrolments is 'current rows of enrollments.csv of work-based learning classes, and no others';

alter table advisers add column by_class boolean not null default false;
comment on column advisers.by_class is 'the teacher of record of a work-based learning class; others named come first';
