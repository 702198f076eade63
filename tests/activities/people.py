"""A small directory for tests that write to people: one learner, her guardian, her worksite, her Career Specialist."""

from records.pool import Connection

PERSONAL = ("Maya", "Rivera", "Rosa", "Jordan", "Sam", "Poe", "Ana", "Diaz", "Harbor Bikes", "@example.org")
"""What must never stand in a log or in Temporal."""

FILL = """
insert into organisations (id, kind, name, status) values ('school-1', 'school', 'East High', 'active');
insert into people (id, given_name, family_name, email, birth_date, language, status) values
    ('st-1', 'Maya', 'Rivera', 'maya@example.org', '2010-02-03', 'en', 'active'),
    ('gu-1', 'Rosa', 'Rivera', 'rosa@example.org', null, 'es', 'active'),
    ('ws-1', 'Jordan', 'Lee', 'jordan@example.org', null, 'en', 'active'),
    ('ws-2', 'Sam', 'Poe', 'sam@example.org', null, 'en', 'active'),
    ('cs-1', 'Ana', 'Diaz', 'ana@example.org', null, 'en', 'active');
insert into enrolments (learner_id, school_id, grade, status) values ('st-1', 'school-1', '11', 'active');
insert into guardianships (learner_id, guardian_id, kind, position, status)
    values ('st-1', 'gu-1', 'parent', 1, 'active');
insert into school_roles (person_id, organisation_id, role, is_primary, by_office, status)
    values ('cs-1', 'school-1', 'career_specialist', true, false, 'active');
insert into hosts (id, name, address, sector, time_zone, status)
    values ('host-1', 'Harbor Bikes', '1 Pier', 'Retail', 'America/New_York', 'active');
insert into host_staff (host_id, person_id, title, status)
    values ('host-1', 'ws-1', 'Manager', 'active'), ('host-1', 'ws-2', 'Mechanic', 'active');
"""


async def fill(conn: Connection) -> None:
    await conn.execute(FILL)


async def set_email(conn: Connection, person_id: str, email: str | None) -> None:
    await conn.execute("update people set email = $2 where id = $1", person_id, email)
