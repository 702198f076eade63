-- An opportunity may be opened by an event alone, without the job's skills; and proposals look for their like.

alter table opportunity_facts drop constraint opportunity_facts_job_skills_check;
alter table opportunity_facts add constraint opportunity_facts_job_skills_check check (cardinality(job_skills) <= 5);

create index on inbox ((delivery #>> '{opening,command,learner_id}'))
    where status = 'accepted' and lifecycle = 'placement';
