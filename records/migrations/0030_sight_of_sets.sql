-- The gateway's own role, journeywork_gateway, is shown no learner of whom nobody said that they are in sight: which
-- schools are (app.organisations), and which learners besides (app.learners), is set for one transaction. What the
-- gateway does for everybody it does as journeywork_gateway_whole. A policy asks for a set once a query, not for each
-- row. journeywork_sight is used no more; roles belong to the server, so it stays, and may do nothing.

drop policy sight on people;
drop policy sight on enrolments;
drop policy sight on guardianships;
drop policy sight on advisers;
drop policy sight on placements;
drop policy sight on incidents;
drop policy sight on opportunities;
drop policy sight on lifecycle_events;
drop policy sight on submissions;
drop policy sight on form_files;
drop policy sight on notifications;
drop policy sight on assessments;
drop function case_in_sight, person_in_sight, learner_in_sight;
revoke all on all tables in schema public from journeywork_sight;

alter view learner_schools set (security_invoker = true);
alter view person_kinds set (security_invoker = true);

create function learners_named_in_sight() returns text[] language sql stable set search_path = pg_catalog
    return coalesce(nullif(current_setting('app.learners', true), ''), '{}')::text[];

create function learners_in_sight() returns setof text
    language sql stable security definer set search_path = public, pg_temp
begin atomic
    select learner_id from learner_schools where school_id = any ((select organisations_in_sight())::text[])
    union all
    select unnest(learners_named_in_sight());
end;
comment on function learners_in_sight is 'who goes to a school in sight, or works at one; and who is named';

create function people_out_of_sight() returns setof text
    language sql stable security definer set search_path = public, pg_temp
begin atomic
    with apart as materialized (
        select learner_id from enrolments
        where school_id <> all ((select organisations_in_sight())::text[])
            and learner_id <> all ((select learners_named_in_sight())::text[])
    )
    select learner_id from apart
    union all
    select guardian_id from guardianships
    group by guardian_id
    having bool_and(learner_id in (select learner_id from apart))
        and guardian_id not in (
            select learner_id from enrolments where learner_id not in (select learner_id from apart)
            union all
            select person_id from school_roles
            union all
            select person_id from host_staff
        );
end;
comment on function people_out_of_sight is 'other students, and who is family of theirs alone and works nowhere';

create function placements_in_sight() returns setof text
    language sql stable security definer set search_path = public, pg_temp
begin atomic
    select p.id from placements p join learners_in_sight() as seen (id) on seen.id = p.learner_id;
end;

create function incidents_in_sight() returns setof text
    language sql stable security definer set search_path = public, pg_temp
begin atomic
    select i.id from incidents i join learners_in_sight() as seen (id) on seen.id = i.learner_id;
end;

alter table findings enable row level security;
alter table links enable row level security;
alter table inbox enable row level security;
alter table staff_acts enable row level security;
alter table staff_act_lines enable row level security;

create policy sight on people for select to journeywork_gateway using (id not in (select people_out_of_sight()));
create policy sight on enrolments for select to journeywork_gateway
    using (
        school_id = any ((select organisations_in_sight())::text[])
        or learner_id = any ((select learners_named_in_sight())::text[])
    );
create policy sight on guardianships for select to journeywork_gateway
    using (learner_id in (select learners_in_sight()));
create policy sight on advisers for select to journeywork_gateway using (learner_id in (select learners_in_sight()));
create policy sight on placements for select to journeywork_gateway using (learner_id in (select learners_in_sight()));
create policy sight on incidents for select to journeywork_gateway using (learner_id in (select learners_in_sight()));
create policy sight on findings for select to journeywork_gateway using (learner_id in (select learners_in_sight()));
create policy sight on opportunities for select to journeywork_gateway
    using (view ->> 'learner_id' is null or view ->> 'learner_id' in (select learners_in_sight()));
create policy sight on assessments for select to journeywork_gateway
    using (placement_id in (select placements_in_sight()));
create policy sight on staff_act_lines for select to journeywork_gateway
    using (placement_id in (select placements_in_sight()));
create policy sight on staff_acts for select to journeywork_gateway
    using (exists (select from staff_act_lines l where l.act_id = staff_acts.id));

do $$
declare
    name text;
    cases text[] := array['lifecycle_events', 'submissions', 'form_files', 'notifications', 'links', 'inbox'];
begin
    foreach name in array cases loop
        execute format(
            'create policy sight on %I for select to journeywork_gateway using (case lifecycle '
            'when ''placement'' then %I in (select placements_in_sight()) '
            'when ''incident'' then %I in (select incidents_in_sight()) '
            'else lifecycle = ''partnership'' end)',
            name, case name when 'lifecycle_events' then 'id' else 'lifecycle_id' end,
            case name when 'lifecycle_events' then 'id' else 'lifecycle_id' end
        );
    end loop;
    for name in select relname from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace loop
        execute format('drop policy if exists whole on %I', name);
        execute format(
            'create policy whole on %I to journeywork_gateway_whole, journeywork_worker, journeywork_export '
            'using (true)', name
        );
    end loop;
end
$$;
