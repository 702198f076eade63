-- The roles that Journeywork's processes work as, which only a superuser may make. Run once, when the database folder is new,
-- and again by hand after an upgrade that says so; repeating it changes nothing. What each may do is migrate's to say.

select format('create role %I nologin', name)
from unnest(array['journeywork_gateway', 'journeywork_sight', 'journeywork_worker', 'journeywork_export']) as name
where not exists (select from pg_roles where rolname = name) \gexec

grant journeywork_gateway, journeywork_sight, journeywork_worker, journeywork_export
    to journeywork with inherit false, set true;
