-- Staff act on offers, partnerships and incidents as on placements.

alter table staff_act_lines rename column placement_id to lifecycle_id;
alter table staff_act_lines add column lifecycle text not null default 'placement';
alter table staff_act_lines alter column lifecycle drop default;

drop policy sight on staff_act_lines;
create policy sight on staff_act_lines for select to journeywork_gateway
    using (case lifecycle
        when 'placement' then lifecycle_id in (select placements_in_sight())
        when 'incident' then lifecycle_id in (select incidents_in_sight())
        else true
    end);
