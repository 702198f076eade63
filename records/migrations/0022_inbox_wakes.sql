-- Whoever delivers is woken by the change that gives it something to do, and what cannot be delivered is set aside.

alter table inbox add column faults integer not null default 0;
comment on column inbox.faults is 'how often a fault of ours kept it from being delivered; after a few it is parked';

create function wake_the_inbox() returns trigger language plpgsql as $$
begin
    if new.status = 'accepted' or exists (
        select 1 from inbox e
        where e.status = 'accepted' and e.lifecycle = new.lifecycle and e.lifecycle_id = new.lifecycle_id
            and e.position > new.position
    ) then
        perform pg_notify('inbox', '');
    end if;
    return null;
end
$$;
comment on function wake_the_inbox is 'told when the change is committed; what its sender delivers itself wakes nobody';

create trigger inbox_comes after insert on inbox
    for each row when (new.status = 'accepted' and new.next_attempt_at <= now())
    execute function wake_the_inbox();
create trigger inbox_is_due after update of status, next_attempt_at on inbox
    for each row when (new.status = 'accepted' and new.next_attempt_at <= now())
    execute function wake_the_inbox();
create trigger inbox_moves_on after update of status on inbox
    for each row when (old.status = 'accepted' and new.status <> 'accepted')
    execute function wake_the_inbox();
