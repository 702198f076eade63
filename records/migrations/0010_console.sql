-- The coordinators' console: who is signed in, what staff asked of placements, and what makes its lists fast.

create table sign_in_links (
    token_hash text primary key,
    person_id text not null,
    next_path text not null,
    minted_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index on sign_in_links (person_id);
comment on table sign_in_links is 'mailed links by the SHA-256 of their token; each signs in once. Real time';

create table sign_in_asked (
    who text not null,
    at timestamptz not null
);
create index on sign_in_asked (who, at);
comment on column sign_in_asked.who is 'SHA-256 of an e-mail address or of a network address; forgotten after a day';

create table console_sessions (
    token_hash text primary key,
    person_id text not null,
    began_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz
);
create index on console_sessions (person_id);
comment on table console_sessions is 'cookies by the SHA-256 of their token; seen_at is exact to a minute. Real time';

create index on people (lower(email));

create view learner_schools (learner_id, school_id) as
    select learner_id, school_id from enrolments
    union all
    (
        select distinct on (r.person_id) r.person_id, r.organisation_id from school_roles r
        where not exists (select from enrolments e where e.learner_id = r.person_id)
        order by r.person_id, r.status, r.is_primary desc, r.organisation_id
    );
comment on view learner_schools is 'to which school a student goes, or at which an educator works';

alter table placements add column answer_due_at timestamptz;
comment on column placements.answer_due_at is 'when the first open answer is due, on the program''s clock; null: none is open';
update placements set answer_due_at = (view->>'next_due_at')::timestamptz
where jsonb_path_exists(view, '$.requests[*] ? (@.state == "open")');
create index on placements (answer_due_at, id);
create index on placements ((view #>> '{team,teacher}'));

create table staff_acts (
    id text primary key,
    person_id text not null,
    role text not null,
    act text not null,
    details jsonb not null,
    note text not null,
    planned_at timestamptz not null,
    confirmed_at timestamptz
);
create index on staff_acts (planned_at desc);
comment on table staff_acts is 'what staff did from the console, and why in their words. Real time';

create table staff_act_lines (
    act_id text not null references staff_acts (id) on delete cascade,
    position integer not null,
    placement_id text not null,
    request_id text,
    type text not null,
    data jsonb not null,
    foreseen jsonb,
    why_not jsonb,
    primary key (act_id, position)
);
create index on staff_act_lines (placement_id);
comment on column staff_act_lines.why_not is 'code and message when it cannot be done; then nothing is sent';
