-- What youth-employment law is asked about: where work is done, when school is, who may work, who works when; and what
-- was found. Permits and exemptions are facts of a person and go with them; shifts and findings hold ids and figures.

alter table hosts add column state text check (state ~ '^[A-Z]{2}$');
comment on column hosts.state is 'where the work is done; not known: only federal law is asked';

create table school_calendars (
    organisation_id text primary key,
    calendar jsonb not null,
    updated_at timestamptz not null default now()
);
comment on column school_calendars.calendar is 'schemas.work.SchoolCalendar; a district''s holds for its schools';

create table work_permits (
    id text primary key,
    learner_id text not null references people (id) on delete cascade,
    host_id text not null,
    issued_on date not null,
    expires_on date,
    revoked_on date,
    employment_ended_on date,
    returned_on date,
    status text not null generated always as (
        case
            when returned_on is not null then 'returned'
            when revoked_on is not null then 'revoked'
            when employment_ended_on is not null then 'ended'
            else 'issued'
        end
    ) stored
);
create index on work_permits (learner_id, host_id);
comment on table work_permits is 'for one employer each; whether one is good on a day is for the rules to say';

create table exemptions (
    id text primary key,
    learner_id text not null references people (id) on delete cascade,
    code text not null,
    host_id text,
    start_on date not null,
    end_on date,
    conditions text[] not null default '{}',
    check (end_on >= start_on)
);
create index on exemptions (learner_id);
comment on column exemptions.conditions is 'those that somebody has confirmed';

create table shifts (
    id text primary key,
    placement_id text not null,
    reference text not null,
    learner_id text not null,
    host_id text not null,
    status text not null check (status in ('planned', 'logged')),
    time_zone text not null,
    start_at timestamptz not null,
    end_at timestamptz not null,
    site_day date not null generated always as ((start_at at time zone time_zone)::date) stored,
    break_minutes smallint not null default 0 check (break_minutes between 0 and 720),
    tasks text[] not null default '{}',
    workplace text[] not null default '{}',
    adult_supervision boolean not null default false,
    check (start_at < end_at)
);
create index on shifts (learner_id, start_at);
create index on shifts (placement_id, site_day);
comment on column shifts.reference is 'the id its sender gave it, or the day for which hours were handed in';
comment on column shifts.site_day is 'the day at the worksite on which it begins';

create table logged_weeks (
    placement_id text not null,
    week_of date not null,
    submission_id text not null,
    primary key (placement_id, week_of)
);
comment on table logged_weeks is 'seven days whose hours were handed in; what was planned for them no longer counts';

create table findings (
    placement_id text not null,
    id text not null,
    learner_id text not null,
    rule text not null,
    basis text not null check (basis in ('predicted', 'detected')),
    governs boolean not null,
    days date[] not null,
    finding jsonb not null,
    found_by text not null,
    found_on date not null,
    cleared_on date,
    primary key (placement_id, id)
);
create index on findings (placement_id) where cleared_on is null;
comment on column findings.id is 'of what was found: the same broken rule, found again, is the same row';
comment on column findings.days is 'the days of the placement''s own shifts in it';
comment on column findings.found_by is 'key of the check that found it first; found_on and cleared_on on the program''s clock';
