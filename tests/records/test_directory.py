from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from records.directory import (
    NotInDirectoryError,
    contact,
    contacts,
    host,
    learner,
    opportunity_facts,
    person,
    team_for,
)
from records.directory_import import (
    HostChanges,
    SchoolChanges,
    apply_hosts,
    apply_opportunities,
    apply_schools,
)
from records.pool import Connection, open_connection
from schemas.directory import (
    Adviser,
    Enrolment,
    Guardianship,
    Host,
    HostStaff,
    OpportunityFacts,
    Organisation,
    Person,
    SchoolRole,
    age_on,
    is_minor,
)
from schemas.vocabulary import Role


def someone(identifier: str, **facts: object) -> Person:
    return Person(**{"id": identifier, "given_name": "Given", "family_name": "Family", **facts})


def staff(
    person_id: str, organisation_id: str, role: str, *, by_office: bool = False, primary: bool = True
) -> SchoolRole:
    return SchoolRole(
        person_id=person_id, organisation_id=organisation_id, role=role, is_primary=primary, by_office=by_office
    )


SCHOOL = SchoolChanges(
    about=(),
    ended_people=(),
    ended_organisations=(),
    organisations=(
        Organisation(id="dst", kind="district", name="District", time_zone="America/New_York"),
        Organisation(id="sch", kind="school", name="School", parent_id="dst"),
        Organisation(id="sch2", kind="school", name="School two", parent_id="dst", time_zone="America/Chicago"),
    ),
    people=(
        someone("lrn-1", given_name="Zoë", family_name="Quill", birth_date=date(2009, 3, 14), language="es"),
        *(
            someone(one)
            for one in ("grd-1", "grd-2", "tea-1", "tea-2", "spe-1", "coo-1", "pri-1", "mgr-1", "eng-1", "dir-1")
        ),
    ),
    enrolments=(Enrolment(learner_id="lrn-1", school_id="sch", grade="11"),),
    guardianships=(
        Guardianship(learner_id="lrn-1", guardian_id="grd-2", kind="relative", position=2),
        Guardianship(learner_id="lrn-1", guardian_id="grd-1", kind="parent", position=1),
    ),
    advisers=(),
    school_roles=(
        staff("tea-1", "sch", "teacher"),
        staff("tea-2", "sch2", "teacher"),
        staff("spe-1", "sch", "career_specialist"),
        staff("pri-1", "sch", "coordinator", by_office=True),
        staff("coo-1", "dst", "coordinator"),
        staff("mgr-1", "dst", "program_manager"),
        staff("eng-1", "dst", "engagement_manager"),
        staff("dir-1", "dst", "director"),
    ),
)
HOSTS = HostChanges(
    people=tuple(someone(one, email=f"{one}@example.org") for one in ("sup-1", "sup-2", "con-1")),
    hosts=(
        Host(
            id="hst",
            name="Host",
            address="1 Way",
            sector="Media",
            time_zone="America/Denver",
            site_contact_id="con-1",
        ),
    ),
    host_staff=tuple(HostStaff(host_id="hst", person_id=one, title="T") for one in ("sup-1", "sup-2", "con-1")),
    ended_staff=(),
)
OFFER = OpportunityFacts(
    id="opp",
    host_id="hst",
    program="summer",
    title="Intern",
    description="Words.",
    tasks=("One", "Two"),
    job_skills=("A", "B", "C"),
    seats=2,
    start=date(2026, 7, 6),
    end=date(2026, 8, 14),
    supervisor_id="sup-1",
    alternate_supervisor_id="sup-2",
)


@pytest.fixture
async def conn(database: str) -> AsyncIterator[Connection]:
    async with open_connection(database) as connection:
        await apply_schools(connection, SCHOOL)
        await apply_hosts(connection, HOSTS)
        await apply_opportunities(connection, (OFFER,))
        yield connection


async def test_a_team_names_everybody_who_plays_a_part(conn: Connection) -> None:
    assert await team_for(conn, "lrn-1", "opp") == {
        Role.STUDENT: "lrn-1",
        Role.GUARDIAN: "grd-1",
        Role.WORKSITE_SUPERVISOR: "sup-1",
        Role.ALTERNATE_SUPERVISOR: "sup-2",
        Role.SITE_CONTACT: "con-1",
        Role.TEACHER: "tea-1",
        Role.CAREER_SPECIALIST: "spe-1",
        Role.COORDINATOR: "coo-1",
        Role.PROGRAM_MANAGER: "mgr-1",
        Role.ENGAGEMENT_MANAGER: "eng-1",
        Role.DIRECTOR: "dir-1",
    }


async def test_a_principal_coordinates_when_nobody_is_named_coordinator(conn: Connection) -> None:
    await apply_schools(conn, replace(SCHOOL, ended_people=("coo-1",)))
    assert (await team_for(conn, "lrn-1", "opp"))[Role.COORDINATOR] == "pri-1"


async def test_one_of_two_teachers_is_not_picked_at_random(conn: Connection) -> None:
    both = (*SCHOOL.school_roles, staff("tea-2", "sch", "teacher"))
    await apply_schools(conn, replace(SCHOOL, school_roles=both))
    assert Role.TEACHER not in await team_for(conn, "lrn-1", "opp")


async def test_the_teacher_named_for_the_learner_comes_first(conn: Connection) -> None:
    named = Adviser(learner_id="lrn-1", person_id="tea-2", role="teacher")
    await apply_schools(conn, replace(SCHOOL, advisers=(named,)))
    assert (await team_for(conn, "lrn-1", "opp"))[Role.TEACHER] == "tea-2"


async def test_a_supervisor_who_left_the_host_is_not_in_the_team(conn: Connection) -> None:
    await apply_hosts(conn, replace(HOSTS, host_staff=HOSTS.host_staff[1:], ended_staff=(("hst", "sup-1"),)))
    team = await team_for(conn, "lrn-1", "opp")
    assert (team.get(Role.WORKSITE_SUPERVISOR), team[Role.ALTERNATE_SUPERVISOR]) == (None, "sup-2")


async def test_a_guardian_taken_off_the_roster_is_never_asked_again(conn: Connection) -> None:
    without = replace(SCHOOL, about=("lrn-1",), guardianships=SCHOOL.guardianships[:1])
    counts = {count.table: count for count in await apply_schools(conn, without)}
    found = await learner(conn, "lrn-1")
    assert found is not None
    assert (counts["guardianships"].ended, found.guardian_ids) == (1, ("grd-2",))


async def test_an_educator_on_an_externship_has_a_team_without_guardian_or_teacher(conn: Connection) -> None:
    found = await learner(conn, "tea-1")
    team = await team_for(conn, "tea-1", "opp")
    assert found is not None
    assert (found.kind, found.school_id, found.birth_date) == ("educator", "sch", None)
    assert team[Role.EDUCATOR] == "tea-1"
    assert {Role.STUDENT, Role.GUARDIAN, Role.TEACHER} & set(team) == set()


@pytest.mark.parametrize(
    ("learner_id", "opportunity_id", "kind"),
    [
        ("grd-1", "opp", "learner"),
        ("nobody", "opp", "learner"),
        ("lrn-1", "nothing", "opportunity"),
    ],
)
async def test_a_team_for_the_unknown_is_refused_by_id(
    conn: Connection, learner_id: str, opportunity_id: str, kind: str
) -> None:
    with pytest.raises(NotInDirectoryError) as refused:
        await team_for(conn, learner_id, opportunity_id)
    assert refused.value.kind == kind


async def test_a_learner_comes_with_school_birth_date_and_guardians_in_order(conn: Connection) -> None:
    found = await learner(conn, "lrn-1")
    assert found is not None
    assert found.model_dump() == {
        "id": "lrn-1",
        "kind": "student",
        "active": True,
        "birth_date": date(2009, 3, 14),
        "school_id": "sch",
        "grade": "11",
        "guardian_ids": ("grd-1", "grd-2"),
    }


async def test_a_learner_who_left_is_still_known_but_not_active(conn: Connection) -> None:
    await apply_schools(conn, replace(SCHOOL, about=("lrn-1",), enrolments=(), ended_people=("lrn-1",)))
    found = await learner(conn, "lrn-1")
    assert found is not None
    assert (found.active, found.birth_date) == (False, date(2009, 3, 14))


async def test_a_contact_has_a_name_a_language_and_the_zone_of_school_or_worksite(conn: Connection) -> None:
    found = await contacts(conn, ["lrn-1", "grd-1", "tea-2", "sup-1", "nobody"])
    assert {key: value.time_zone for key, value in found.items()} == {
        "lrn-1": "America/New_York",
        "grd-1": "America/New_York",
        "tea-2": "America/Chicago",
        "sup-1": "America/Denver",
    }
    assert (found["lrn-1"].name, found["lrn-1"].language) == ("Zoë Quill", "es")


async def test_a_contact_who_is_nothing_to_anybody_any_more_is_not_active(conn: Connection) -> None:
    await apply_schools(conn, replace(SCHOOL, about=("lrn-1",), guardianships=SCHOOL.guardianships[:1]))
    found = await contacts(conn, ["grd-1", "grd-2"])
    assert {key: value.active for key, value in found.items()} == {"grd-1": False, "grd-2": True}


async def test_what_was_written_is_read_back_alike(conn: Connection) -> None:
    assert await opportunity_facts(conn, "opp") == OFFER
    assert await host(conn, "hst") == HOSTS.hosts[0]
    assert await person(conn, "lrn-1") == SCHOOL.people[0]


async def test_the_unknown_is_none(conn: Connection) -> None:
    found = [await look_up(conn, "nobody") for look_up in (person, contact, learner, host, opportunity_facts)]
    assert found == [None] * 5


def test_a_person_printed_or_logged_shows_ids_only() -> None:
    shown = f"{SCHOOL.people[0]!r} {SCHOOL.people[0]}"
    assert shown == "Person(id='lrn-1') id='lrn-1'"


def test_a_person_that_does_not_fit_is_refused_without_the_facts_in_the_text() -> None:
    with pytest.raises(ValidationError) as refused:
        Person(id="lrn-1", given_name="Zoë", family_name="Quill", birth_date="14 March 2009")
    assert "March" not in str(refused.value)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 6, 19), date(2026, 6, 18), 17),
        (date(2008, 6, 19), date(2026, 6, 19), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
    ],
)
def test_age_turns_on_the_birthday(born: date, day: date, age: int) -> None:
    assert (age_on(born, day), is_minor(born, day)) == (age, age < 18)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 40_000))
def test_age_never_falls_and_grows_by_one_at_most_from_day_to_day(born: date, days: int) -> None:
    day = date.fromordinal(born.toordinal() + days)
    assert age_on(born, date.fromordinal(day.toordinal() + 1)) - age_on(born, day) in (0, 1)


def test_nobody_has_an_age_before_birth() -> None:
    with pytest.raises(ValueError, match="before the birth date"):
        age_on(date(2010, 1, 1), date(2009, 12, 31))
