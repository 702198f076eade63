-- The roles that Journeywork's processes work as, and the users that they sign in as, which only a superuser may make. Run
-- once, when the database folder is new, and again by hand after an upgrade that says so; repeating it changes nothing but
-- the users' passwords, to JOURNEYWORK_GATEWAY_DB_PASSWORD and JOURNEYWORK_WORKER_DB_PASSWORD if these are set. What each
-- role may do is migrate's to say.

select format('create role %I nologin', name)
from unnest(array[
    'journeywork_gateway', 'journeywork_gateway_whole', 'journeywork_worker', 'journeywork_export', 'journeywork_sight'
]) as name
where not exists (select from pg_roles where rolname = name) \gexec

select format('create role %I login noinherit', name)
from unnest(array['journeywork_gateway_login', 'journeywork_worker_login']) as name
where not exists (select from pg_roles where rolname = name) \gexec

grant journeywork_gateway, journeywork_gateway_whole, journeywork_worker, journeywork_export to journeywork
    with inherit false, set true;
grant journeywork_gateway, journeywork_gateway_whole to journeywork_gateway_login with inherit false, set true;
grant journeywork_worker to journeywork_worker_login with inherit false, set true;

select format('grant connect on database %I to journeywork_gateway_login, journeywork_worker_login', datname)
from pg_database where datname = 'journeywork' \gexec

\getenv gateway JOURNEYWORK_GATEWAY_DB_PASSWORD
\if :{?gateway}
alter role journeywork_gateway_login password :'gateway';
\endif
\getenv worker JOURNEYWORK_WORKER_DB_PASSWORD
\if :{?worker}
alter role journeywork_worker_login password :'worker';
\endif
