-- What is asked of one person, and what she sent, in whichever lifecycle.

create index on links (person_id);
create index on notifications (person_id);
create index on submissions (person_id, received_at);
