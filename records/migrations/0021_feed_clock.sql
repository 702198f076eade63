-- The feed is ordered by transaction numbers, which belong to a server: in a restored database they begin anew. What the
-- server's numbers lack is kept here, so that cursors given out before a restore still mean what they meant.

create table feed_clock (
    single boolean primary key default true check (single),
    ahead bigint not null
);
comment on table feed_clock is 'one row: what is added to this server''s transaction numbers; more than 0 after a restore';
insert into feed_clock (ahead) values (0);

create function feed_now() returns xid8 language sql volatile security definer set search_path = public, pg_temp
    return ((pg_current_xact_id()::text::bigint + (select ahead from feed_clock))::text)::xid8;
comment on function feed_now() is 'the number under which this transaction''s facts stand in the feed';

create function feed_horizon() returns xid8 language sql stable security definer set search_path = public, pg_temp
    return ((pg_snapshot_xmin(pg_current_snapshot())::text::bigint + (select ahead from feed_clock))::text)::xid8;
comment on function feed_horizon() is 'every fact with a smaller number is committed, and none will come anymore';
