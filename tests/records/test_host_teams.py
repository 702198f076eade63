"""Who speaks for a host, and who of the intermediary looks after it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from records.directory_import import apply_hosts, apply_schools
from records.host_teams import intermediary, is_staff, people_at
from records.pool import Connection, open_connection
from schemas.directory import Organisation
from schemas.vocabulary import Role
from tests.records.test_directory import HOSTS, SCHOOL


@pytest.fixture
async def conn(database: str) -> AsyncIterator[Connection]:
    async with open_connection(database) as connection:
        await apply_schools(connection, SCHOOL)
        await apply_hosts(connection, HOSTS)
        yield connection


async def test_a_host_is_spoken_for_by_its_contact_and_two_more_of_its_staff(conn: Connection) -> None:
    assert await people_at(conn, "hst") == {
        Role.SITE_CONTACT: "con-1",
        Role.WORKSITE_SUPERVISOR: "sup-1",
        Role.ALTERNATE_SUPERVISOR: "sup-2",
    }


async def test_a_contact_who_has_left_speaks_for_nobody(conn: Connection) -> None:
    await apply_hosts(conn, replace(HOSTS, ended_staff=(("hst", "con-1"),)))
    await conn.execute("update people set status = 'ended' where id = 'con-1'")
    assert Role.SITE_CONTACT not in await people_at(conn, "hst")
    assert await people_at(conn, "nowhere") == {}


async def test_the_districts_staff_look_after_every_host_and_teachers_do_not(conn: Connection) -> None:
    assert await intermediary(conn) == {
        Role.COORDINATOR: "coo-1",
        Role.PROGRAM_MANAGER: "mgr-1",
        Role.ENGAGEMENT_MANAGER: "eng-1",
        Role.DIRECTOR: "dir-1",
    }


async def test_with_two_districts_nobody_is_picked_at_random(conn: Connection) -> None:
    another = Organisation(id="dst2", kind="district", name="Another")
    await apply_schools(conn, replace(SCHOOL, organisations=(*SCHOOL.organisations, another)))
    assert await intermediary(conn) == {}


async def test_staff_is_who_has_a_role_at_a_school_or_its_district(conn: Connection) -> None:
    works = {person_id: await is_staff(conn, person_id) for person_id in ("eng-1", "tea-1", "sup-1", "x")}
    assert works == {"eng-1": True, "tea-1": True, "sup-1": False, "x": False}
