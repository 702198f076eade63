-- A program may ask for an evaluation in the middle, too; its newest one is kept beside the baseline and the final one.

alter table assessments drop constraint assessments_occasion_check;
alter table assessments add constraint assessments_occasion_check check (occasion in ('baseline', 'midpoint', 'final'));
