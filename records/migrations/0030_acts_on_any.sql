-- Staff act on offers, partnerships and incidents as on placements.

alter table staff_act_lines rename column placement_id to lifecycle_id;
alter table staff_act_lines add column lifecycle text not null default 'placement';
alter table staff_act_lines alter column lifecycle drop default;
