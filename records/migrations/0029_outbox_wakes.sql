-- Whoever sends mail is woken by the change that gives it something to do: a message to send at a time, or a bounce to tell.

create function wake_the_outbox() returns trigger language plpgsql as $$
begin
    perform pg_notify('outbox', '');
    return null;
end
$$;
comment on function wake_the_outbox is 'told when the change is committed, also of messages whose time is still to come';

create trigger message_waits after insert on notifications
    for each row when (new.finished_at is null and new.not_before is not null)
    execute function wake_the_outbox();
create trigger message_waits_anew after update of not_before on notifications
    for each row when (new.finished_at is null and new.not_before is distinct from old.not_before)
    execute function wake_the_outbox();
create trigger bounce_is_untold after update of untold on notifications
    for each row when (new.untold and not old.untold)
    execute function wake_the_outbox();
