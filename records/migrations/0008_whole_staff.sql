-- Two more roles of the intermediary's staff: who finds hosts and looks after them, and who answers for it all.

alter table school_roles drop constraint school_roles_role_check;
alter table school_roles add constraint school_roles_role_check check (
    role in ('career_specialist', 'coordinator', 'teacher', 'program_manager', 'engagement_manager', 'director')
);
