-- A message may wait: for the end of a person's quiet hours, for others of the same morning, or for a slow mail server.
-- The worker sends it when its time has come; the lifecycle hears of it only if nobody can be reached.

alter table notifications drop constraint notifications_outcome_check;
alter table notifications add constraint notifications_outcome_check
    check (outcome in ('sent', 'skipped', 'bounced', 'deferred', 'held'));
alter table notifications
    add column not_before timestamptz,
    add column held_until timestamptz,
    add column digest text,
    add column untold boolean not null default false;
create index on notifications (not_before) where finished_at is null and not_before is not null;
create index on notifications (lifecycle, key) where untold;
comment on column notifications.not_before is 'when the worker sends it, real time; null: whoever claimed it does';
comment on column notifications.held_until is 'the same on the program''s clock, as people were told';
comment on column notifications.digest is 'the Message-ID of the mail it shares with others';
comment on column notifications.untold is 'it bounced after its lifecycle had let it go, which must still hear of it';
