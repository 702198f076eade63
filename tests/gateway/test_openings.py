"""How placements begin: whom a program takes at whose worksite; a refusal names the field and what would be right."""

from typing import Any

import pytest

from records.health import borrow
from tests.gateway.desk import Desk, fields

LEARNER = {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"}


@pytest.mark.parametrize(
    ("data", "field", "told"),
    [
        ({"opportunity_id": "opp-6001"}, "data.learner_id", "is missing; send the learner's id, such as lrn-1042"),
        (LEARNER | {"learner_id": "lrn 1"}, "data.learner_id", "such as lrn-1042"),
        (LEARNER | {"learner_id": "lrn-0"}, "data.learner_id", "is no learner in the directory: lrn-0"),
        (LEARNER | {"learner_id": "sup-2001"}, "data.learner_id", "is no learner"),
        (LEARNER | {"opportunity_id": "opp-0"}, "data.opportunity_id", "is no opportunity that is open: opp-0"),
        (LEARNER | {"opportunity_id": "opp-6002"}, "data.opportunity_id", "is in the directory but not open"),
        (LEARNER | {"program": "boston-summer"}, "data.program", "did you mean `boston-summer-internship`?"),
        (LEARNER | {"start": "06/07/2027"}, "data.start", "send the first day at the worksite, such as 2027-07-06"),
        (LEARNER | {"start": "2027-02-30"}, "data.start", "such as 2027-07-06"),
        (LEARNER | {"start": 1814400000}, "data.start", "such as 2027-07-06"),
        (LEARNER | {"start": "9999-12-31"}, "data.start", "2199"),
        (LEARNER | {"start": "2027-09-01"}, "data.end", "is before start (2027-09-01)"),
        (LEARNER | {"start": "2001-01-01"}, "data.start", "is before the birth"),
        (LEARNER | {"leaner_id": "x"}, "data.leaner_id", "did you mean `learner_id`?"),
        (LEARNER | {"clock": {"speed": 10}}, "data.clock", "is for rehearsals, and they are off here"),
        (LEARNER | {"clock": {"speed": 0.5}}, "data.clock.speed", "greater than or equal to 1"),
    ],
)
async def test_a_proposal_that_is_wrong_names_its_field(
    open_desk: Desk, data: dict[str, Any], field: str, told: str
) -> None:
    answer = await open_desk.send("placement.proposed", "pl-1", data)

    assert answer.status_code == 422
    assert told in fields(answer)[field]
    assert await open_desk.count("select count(*) from inbox where lifecycle = 'placement'") == 0


async def test_everything_that_is_wrong_is_told_at_once(open_desk: Desk) -> None:
    data = {"learner_id": "lrn-0", "opportunity_id": "opp-0", "program": "none"}

    answer = await open_desk.send("placement.proposed", "pl-1", data)

    assert set(fields(answer)) == {"data.learner_id", "data.opportunity_id", "data.program"}


@pytest.fixture
async def roster(desk: Desk) -> Any:
    """Return a way to change the directory by hand."""

    async def change(statement: str) -> None:
        async with borrow(desk.pool) as conn:
            await conn.execute(statement)

    await desk.opened()
    return change


async def test_a_minor_without_a_guardian_cannot_be_proposed(desk: Desk, roster: Any) -> None:
    await roster("update guardianships set status = 'ended' where learner_id = 'lrn-1042'")

    answer = await desk.send("placement.proposed", "pl-1", LEARNER | {"learner_id": "lrn-1042"})

    assert answer.status_code == 422
    assert "has no guardian in the directory" in fields(answer)["data.learner_id"]


async def test_a_learner_without_a_birth_date_cannot_be_proposed(desk: Desk, roster: Any) -> None:
    await roster("update people set birth_date = null where id = 'lrn-1043'")

    answer = await desk.send("placement.proposed", "pl-1", LEARNER)

    assert answer.status_code == 422
    assert "has no birth date in the directory" in fields(answer)["data.learner_id"]


async def test_a_learner_who_has_left_cannot_be_proposed(desk: Desk, roster: Any) -> None:
    await roster("update enrolments set status = 'ended' where learner_id = 'lrn-1043'")

    assert "has left" in fields(await desk.send("placement.proposed", "pl-1", LEARNER))["data.learner_id"]


async def test_without_anybody_to_ask_the_role_is_named(desk: Desk, roster: Any) -> None:
    await roster("update host_staff set status = 'ended' where person_id = 'sup-2001'")

    answer = await desk.send("placement.proposed", "pl-1", LEARNER)

    assert answer.status_code == 422
    assert "nobody is the worksite_supervisor of lrn-1043" in fields(answer)["data.learner_id"]


async def test_a_teacher_on_an_externship_is_an_adult_without_a_birth_date(desk: Desk) -> None:
    await desk.opened()
    externship = LEARNER | {"learner_id": "stf-3011", "program": "teacher-externship"}

    answer = await desk.send("placement.proposed", "pl-1", externship)

    assert answer.status_code == 200, answer.text
    view = await desk.view()
    assert (view["minor"], view["team"]["educator"]) == (False, "stf-3011")
    assert {"student", "guardian"} & set(view["team"]) == set()


@pytest.mark.parametrize(
    ("learner", "program", "told"),
    [
        ("stf-3011", "boston-summer-internship", "is an educator: stf-3011; boston-summer-internship places students"),
        ("lrn-1043", "teacher-externship", "is a student: lrn-1043; teacher-externship places educators"),
    ],
)
async def test_a_learner_is_placed_by_a_program_for_their_kind(
    open_desk: Desk, learner: str, program: str, told: str
) -> None:
    data = LEARNER | {"learner_id": learner, "program": program}

    answer = await open_desk.send("placement.proposed", "pl-1", data)

    assert answer.status_code == 422
    assert told in fields(answer)["data.learner_id"]


@pytest.mark.parametrize(("learner", "guardian"), [("lrn-1042", True), ("lrn-1043", False)])
async def test_only_a_minors_guardian_is_in_the_team(desk: Desk, learner: str, *, guardian: bool) -> None:
    await desk.opened()
    adult_from = {"start": "2027-09-13", "end": "2027-12-17"}

    await desk.send("placement.proposed", "pl-1", LEARNER | {"learner_id": learner} | adult_from)

    assert ("guardian" in (await desk.view())["team"]) is guardian


@pytest.mark.parametrize(
    ("program", "said", "state"),
    [
        ("california-school-year-internship", {}, "applied"),
        ("california-school-year-internship", {"applied": True}, "applied"),
        ("boston-summer-internship", {"applied": False}, "proposed"),
    ],
)
async def test_a_learner_applies_where_the_program_takes_applications(
    desk: Desk, program: str, said: dict[str, Any], state: str
) -> None:
    await desk.opened()

    answer = await desk.send("placement.proposed", "pl-1", LEARNER | {"program": program} | said)

    assert (answer.status_code, answer.json()["state"]) == (200, state)


@pytest.mark.parametrize(
    ("program", "applied", "told"),
    [
        ("california-school-year-internship", False, "only takes applications"),
        ("boston-summer-internship", True, "takes no applications"),
    ],
)
async def test_a_way_that_the_program_does_not_know_is_refused(
    desk: Desk, program: str, told: str, *, applied: bool
) -> None:
    await desk.opened()

    answer = await desk.send("placement.proposed", "pl-1", LEARNER | {"program": program, "applied": applied})

    assert answer.status_code == 422
    assert told in answer.json()["detail"]


async def test_a_learner_has_one_live_placement_of_an_opportunity(desk: Desk) -> None:
    await desk.proposed("pl-1", "lrn-1043")

    second = await desk.send("placement.proposed", "pl-2", LEARNER)
    await desk.send("placement.withdrawn", "pl-1", {})
    third = await desk.send("placement.proposed", "pl-3", LEARNER)

    assert (second.status_code, third.status_code) == (409, 200)
    assert second.json()["code"] == "already_exists"
    assert "pl-1" in second.json()["detail"]


async def test_an_id_that_is_taken_cannot_be_opened_again(desk: Desk) -> None:
    await desk.proposed("pl-1", "lrn-1043")

    again = [
        await desk.send("placement.proposed", "pl-1", LEARNER | {"learner_id": "lrn-1044"}),
        await desk.send("opportunity.opened", "opp-6001", {}),
    ]

    assert [answer.status_code for answer in again] == [409, 409]
    assert {answer.json()["code"] for answer in again} == {"already_exists"}


async def test_a_closed_opportunity_takes_no_proposals(desk: Desk) -> None:
    await desk.opened()
    await desk.send("opportunity.closed", "opp-6001")

    answer = await desk.send("placement.proposed", "pl-1", LEARNER)

    assert (answer.status_code, answer.json()["code"]) == (409, "closed")


async def test_in_a_rehearsal_the_programs_clock_is_frozen_into_the_placement(rehearsal: Desk) -> None:
    clock = {"speed": 86400, "program_epoch": "2027-06-14T13:00:00Z"}
    await rehearsal.opened()

    answer = await rehearsal.send("placement.proposed", "pl-1", LEARNER | {"clock": clock})

    assert answer.status_code == 200, answer.text
    view = await rehearsal.view()
    assert (view["speed"], view["program_epoch"]) == (86400, "2027-06-14T13:00:00Z")
    assert view["requests"][0]["opens_at"] == "2027-06-14T13:00:00Z"


@pytest.mark.parametrize(
    "clock",
    [
        {"speed": 1_000_000, "real_epoch": "2000-01-01T00:00:00Z"},
        {"speed": 2, "program_epoch": "9999-01-01T00:00:00Z"},
        {"speed": 2, "program_epoch": "2027-01-01"},
        {"speed": 10**400},
        {"speed": "fast"},
        {},
    ],
)
async def test_a_clock_that_cannot_be_is_refused(rehearsal: Desk, clock: dict[str, Any]) -> None:
    await rehearsal.opened()

    answer = await rehearsal.send("placement.proposed", "pl-1", LEARNER | {"clock": clock})

    assert answer.status_code == 422
    assert all(name.startswith(("data.clock", "(body)")) for name in fields(answer))
