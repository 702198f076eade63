-- A webhook may be told whose events it gets: names are looked up when an event is sent, and stored with no delivery.

alter table webhooks add column personal_data boolean not null default false;
comment on column webhooks.personal_data is 'whether its events carry the names of learner and worksite supervisor';
