-- The directory: schools, people, worksites, and the free text of what worksites offer.
-- Everything personal lives here. Nothing is deleted by an import; what ends is marked as ended.

create table organisations (
    id text primary key,
    kind text not null check (kind in ('district', 'school')),
    name text not null,
    parent_id text references organisations (id) deferrable initially deferred,
    time_zone text,
    status text not null check (status in ('active', 'ended')),
    check (parent_id <> id)
);

create table people (
    id text primary key,
    given_name text not null,
    family_name text not null,
    email text,
    phone text,
    birth_date date,
    language text not null check (language in ('en', 'es')),
    time_zone text,
    status text not null check (status in ('active', 'ended'))
);

-- What a person is follows from these relations; one person may hold several (a guardian who supervises at a worksite).

create table enrolments (
    learner_id text primary key references people (id) on delete cascade,
    school_id text not null references organisations (id),
    grade text,
    status text not null check (status in ('active', 'ended'))
);
create index on enrolments (school_id);

create table guardianships (
    learner_id text not null references people (id) on delete cascade,
    guardian_id text not null references people (id) on delete cascade,
    kind text not null check (kind in ('guardian', 'parent', 'relative')),
    position smallint not null check (position >= 1),
    status text not null check (status in ('active', 'ended')),
    primary key (learner_id, guardian_id),
    check (learner_id <> guardian_id)
);
create index on guardianships (guardian_id);
comment on column guardianships.position is '1 is asked first';

create table advisers (
    learner_id text not null references people (id) on delete cascade,
    person_id text not null references people (id) on delete cascade,
    role text not null check (role in ('career_specialist', 'teacher')),
    status text not null check (status in ('active', 'ended')),
    primary key (learner_id, person_id, role),
    check (learner_id <> person_id)
);
create index on advisers (person_id);
comment on table advisers is 'school staff named for one learner; they come before whoever holds the role at the school';

create table school_roles (
    person_id text not null references people (id) on delete cascade,
    organisation_id text not null references organisations (id),
    role text not null check (role in ('career_specialist', 'coordinator', 'teacher', 'program_manager')),
    is_primary boolean not null,
    by_office boolean not null,
    status text not null check (status in ('active', 'ended')),
    primary key (person_id, organisation_id, role)
);
create index on school_roles (organisation_id, role);
comment on column school_roles.by_office is
    'the role follows from an office such as principal; someone named for the role itself is asked first';

create table hosts (
    id text primary key,
    name text not null,
    address text not null,
    sector text not null,
    time_zone text not null,
    site_contact_id text references people (id) on delete set null,
    status text not null check (status in ('active', 'ended'))
);
create index on hosts (site_contact_id);

create table host_staff (
    host_id text not null references hosts (id),
    person_id text not null references people (id) on delete cascade,
    title text not null,
    status text not null check (status in ('active', 'ended')),
    primary key (host_id, person_id)
);
create index on host_staff (person_id);

create table opportunity_facts (
    id text primary key,
    host_id text not null references hosts (id),
    program text not null,
    title text not null,
    description text not null,
    tasks text[] not null,
    job_skills text[] not null check (cardinality(job_skills) between 3 and 5),
    seats integer not null check (seats >= 1),
    start_on date not null,
    end_on date not null,
    supervisor_id text not null references people (id),
    alternate_supervisor_id text references people (id),
    check (end_on >= start_on),
    check (alternate_supervisor_id <> supervisor_id)
);
create index on opportunity_facts (host_id);
create index on opportunity_facts (program);
comment on table opportunity_facts is 'the free text of an opportunity; its state and seats in use are its lifecycle''s';

create view person_kinds (person_id, kind) as
    select learner_id, 'student' from enrolments where status = 'active'
    union
    select guardian_id, 'guardian' from guardianships where status = 'active'
    union
    select person_id, 'staff' from school_roles where status = 'active'
    union
    select person_id, 'host_staff' from host_staff where status = 'active'
    union
    select site_contact_id, 'host_staff' from hosts where status = 'active' and site_contact_id is not null;
