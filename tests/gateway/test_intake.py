"""What is no valid event: each refusal names the field, what is wrong with it and what would be right."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.intake import BUILD
from records.health import borrow
from schemas.incoming import INCOMING, example
from tests.gateway.desk import OFFER, Desk, fields

LEARNER = {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"}


def test_every_incoming_type_has_its_builder() -> None:
    assert set(BUILD) == set(INCOMING)


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"id": None}, "id", "is missing"),
        ({"source": None}, "source", "is missing"),
        ({"specversion": None}, "specversion", "is missing; send 1.0"),
        ({"specversion": "0.3"}, "specversion", "must be '1.0'"),
        ({"type": "org.journeywork.offer.mad"}, "type", "did you mean `org.journeywork.offer.made`?"),
        ({"type": 7}, "type", "must be"),
        ({"id": 7}, "id", "must be"),
        ({"id": ""}, "id", "must not be"),
        ({"id": "a\nb"}, "id", "printable"),
        ({"id": "x" * 300}, "id", "200"),
        ({"source": "/forms"}, "source", "Journeywork's own"),
        ({"time": "yesterday"}, "time", "such as 2027-06-14T13:00:00Z"),
        ({"time": "2027-06-14T13:00:00"}, "time", "timezone"),
        ({"data": [1]}, "data", "JSON object"),
        ({"data": "text"}, "data", "JSON object"),
        ({"subject": None}, "subject", "is missing; send the placement's id, such as pl-1"),
        ({"subject": "pl/1"}, "subject", "is no id"),
        ({"subject": "pl-404"}, "subject", "is no placement that is known here"),
        ({"Bad": 1}, "Bad", "lowercase"),
    ],
)
async def test_an_envelope_that_is_wrong_names_its_attribute(
    open_desk: Desk, change: dict[str, Any], field: str, told: str
) -> None:
    event = open_desk.event("offer.made", "pl-1") | change

    answer = await open_desk.api.post(
        "/events", json={name: value for name, value in event.items() if value is not None}
    )

    assert answer.status_code == 422
    assert told in fields(answer)[field]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b'"text"', b"7", b"null", b'{"a": NaN}', b"[" * 100_000, b'{"a":' * 90_000],
    ids=["empty", "cut", "bytes", "text", "number", "null", "NaN", "deep list", "deep object"],
)
async def test_what_is_no_json_event_is_refused_in_one_line(open_desk: Desk, body: bytes) -> None:
    headers = {"content-type": "application/cloudevents+json"}

    answer = await open_desk.api.post("/events", content=body, headers=headers)

    assert answer.status_code in (413, 422)
    assert answer.json()["detail"].count("\n") == 0


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


@pytest.mark.parametrize(
    ("data", "field", "told"),
    [
        ({}, "data.host_id", "or import opportunity opp-new first"),
        (OFFER | {"host_id": "hst-0"}, "data.host_id", "is no host in the directory: hst-0"),
        (OFFER | {"supervisor_id": "sup-2012"}, "data.supervisor_id", "does not work at hst-4001"),
        (OFFER | {"alternate_supervisor_id": "sup-0"}, "data.alternate_supervisor_id", "does not work at hst-4001"),
        (OFFER | {"alternate_supervisor_id": "sup-2001"}, "data.alternate_supervisor_id", "is the supervisor too"),
        (OFFER | {"seats": 0}, "data.seats", "from 1 to 500"),
        (OFFER | {"seats": "2"}, "data.seats", "from 1 to 500"),
        (OFFER | {"end": "2027-07-01"}, "data.end", "is before start (2027-07-06)"),
        (OFFER | {"program": "none"}, "data.program", "boston-summer-internship"),
        (OFFER | {"job_skills": ["one"]}, "data.job_skills", "three to five skills"),
        (OFFER | {"title": "a\u0000b"}, "data.title", "cannot be printed"),
    ],
)
async def test_an_offer_that_is_wrong_names_its_field(
    open_desk: Desk, data: dict[str, Any], field: str, told: str
) -> None:
    answer = await open_desk.send("opportunity.opened", "opp-new", data)

    assert answer.status_code == 422
    assert told in fields(answer)[field]


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


@pytest.mark.parametrize(
    ("person", "status", "told"),
    [("sup-2002", 200, ""), ("sup-0", 422, "is nobody"), ("sup-2012", 422, "does not work at hst-4001")],
)
async def test_a_new_supervisor_must_be_somebody_of_the_host(desk: Desk, person: str, status: int, told: str) -> None:
    await desk.proposed()

    answer = await desk.send("supervisor.replaced", "pl-1", {"supervisor_id": person})

    assert answer.status_code == status
    assert told in answer.text


async def test_an_opportunity_opened_by_an_event_alone_keeps_its_words_in_the_directory(desk: Desk) -> None:
    await desk.send("opportunity.opened", "opp-new", OFFER | {"title": "Glass technician"})

    answer = await desk.send("placement.proposed", "pl-1", LEARNER | {"opportunity_id": "opp-new"})

    assert answer.status_code == 200, answer.text
    page = await desk.person.get(await desk.link())
    assert "Glass technician" in page.text


async def test_a_refused_opening_leaves_the_directory_as_it_was(desk: Desk) -> None:
    await desk.opened()

    await desk.send("opportunity.opened", "opp-6001", {"title": "Something else"})

    assert await desk.count("select count(*) from opportunity_facts where title = 'Something else'") == 0


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


@pytest.mark.parametrize("name", INCOMING)
async def test_every_published_example_is_taken_as_a_valid_event(desk: Desk, name: str) -> None:
    await desk.proposed("pl-1", "lrn-1042")
    event = example(INCOMING[name])
    if name.endswith(".transferred"):
        await desk.proposed("pl-2", "lrn-1042", "opp-6002")
    if ".partnership." in name and not name.endswith(".contacted"):
        await desk.send("partnership.contacted", data={"host_id": "hst-4001"})
    if name.endswith(("opportunity.opened", "opportunity.proposed")):
        event |= {"subject": "opp-new"}
    if name.endswith(("placement.proposed", "application.submitted")):
        event |= {"subject": "pl-new", "data": event["data"] | {"learner_id": "lrn-1043"}}

    answer = await desk.api.post("/events", json=event)

    assert answer.status_code in (200, 409), answer.text
    assert answer.json().get("code") in (None, "not_allowed_now", "not_awaited")


async def test_a_body_over_the_limit_is_refused_whether_its_length_is_told_or_not(open_desk: Desk) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b" " * 1024

    announced = await open_desk.api.post("/events", content=b" " * (256 * 1024 + 1))
    chunked = await open_desk.api.post("/events", content=parts())

    assert (announced.status_code, chunked.status_code) == (413, 413)
    assert announced.json()["code"] == "too_large"
