-- Whoever may see some schools only reads as the role journeywork_sight, to which Postgres itself shows no other school's
-- rows. Which schools these are is set for one transaction (app.organisations, an array); nothing set is no school at all.
-- The roles are made before any migration, and what each may do is told in records/grants.py.

create function organisations_in_sight() returns text[] language sql stable set search_path = pg_catalog
    return coalesce(nullif(current_setting('app.organisations', true), ''), '{}')::text[];

create function learner_in_sight(id text) returns boolean
    language sql stable security definer set search_path = public, pg_temp
    return exists (
        select from learner_schools s where s.learner_id = id and s.school_id = any (organisations_in_sight())
    );
comment on function learner_in_sight is 'whether they go to a school in sight, or work at one';

create function person_in_sight(id text) returns boolean
    language sql stable security definer set search_path = public, pg_temp
    return learner_in_sight(id)
        or exists (select from guardianships g where g.guardian_id = id and learner_in_sight(g.learner_id))
        or (
            not exists (select from enrolments e where e.learner_id = id)
            and not exists (select from guardianships g where g.guardian_id = id)
        );
comment on function person_in_sight is 'learners in sight and their family; and all who are neither anybody''s student nor family';

create function case_in_sight(lifecycle text, id text) returns boolean
    language sql stable security definer set search_path = public, pg_temp
    return case lifecycle
        when 'placement' then exists (select from placements p where p.id = $2 and learner_in_sight(p.learner_id))
        when 'incident' then exists (select from incidents i where i.id = $2 and learner_in_sight(i.learner_id))
        when 'partnership' then true
        else false
    end;
comment on function case_in_sight is 'partnerships belong to no school; the story of an offer names learners of several';

alter table people enable row level security;
alter table enrolments enable row level security;
alter table guardianships enable row level security;
alter table advisers enable row level security;
alter table placements enable row level security;
alter table incidents enable row level security;
alter table opportunities enable row level security;
alter table lifecycle_events enable row level security;
alter table submissions enable row level security;
alter table form_files enable row level security;
alter table notifications enable row level security;
alter table assessments enable row level security;

create policy sight on people to journeywork_sight using (person_in_sight(id));
create policy sight on enrolments to journeywork_sight using (learner_in_sight(learner_id));
create policy sight on guardianships to journeywork_sight using (learner_in_sight(learner_id));
create policy sight on advisers to journeywork_sight using (learner_in_sight(learner_id));
create policy sight on placements to journeywork_sight using (learner_in_sight(learner_id));
create policy sight on incidents to journeywork_sight using (learner_in_sight(learner_id));
create policy sight on opportunities to journeywork_sight
    using (view ->> 'learner_id' is null or learner_in_sight(view ->> 'learner_id'));
create policy sight on lifecycle_events to journeywork_sight using (case_in_sight(lifecycle, id));
create policy sight on submissions to journeywork_sight using (case_in_sight(lifecycle, lifecycle_id));
create policy sight on form_files to journeywork_sight using (case_in_sight(lifecycle, lifecycle_id));
create policy sight on notifications to journeywork_sight using (case_in_sight(lifecycle, lifecycle_id));
create policy sight on assessments to journeywork_sight using (case_in_sight('placement', placement_id));

-- The processes themselves work for everybody.

create policy whole on people to journeywork_gateway, journeywork_worker, journeywork_export using (true);
create policy whole on enrolments to journeywork_gateway, journeywork_worker, journeywork_export using (true);
create policy whole on guardianships to journeywork_gateway, journeywork_worker, journeywork_export using (true);
create policy whole on advisers to journeywork_gateway, journeywork_worker, journeywork_export using (true);
create policy whole on placements to journeywork_gateway, journeywork_worker, journeywork_export using (true);
create policy whole on incidents to journeywork_gateway, journeywork_worker, journeywork_export using (true);
create policy whole on opportunities to journeywork_gateway, journeywork_worker, journeywork_export using (true);
create policy whole on lifecycle_events to journeywork_gateway, journeywork_worker, journeywork_export using (true);
create policy whole on submissions to journeywork_gateway, journeywork_worker, journeywork_export using (true);
create policy whole on form_files to journeywork_gateway, journeywork_worker, journeywork_export using (true);
create policy whole on notifications to journeywork_gateway, journeywork_worker, journeywork_export using (true);
create policy whole on assessments to journeywork_gateway, journeywork_worker, journeywork_export using (true);
