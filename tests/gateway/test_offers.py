"""Offers as they come in: proposed to be developed, amended, opened at once or after review; and learners who apply."""

from typing import Any

import pytest

from records import offered_work
from records.health import borrow
from schemas.offered_work import OfferedWork, UsualDay
from tests.gateway.desk import OFFER, Desk, fields

PROPOSAL: dict[str, Any] = OFFER | {"proposed_by": "worksite_supervisor", "school_id": "org-0101"}


async def shown(desk: Desk, id_: str = "opp-new") -> dict[str, Any]:
    return (await desk.api.get(f"/opportunities/{id_}")).json()


def changed(desk: Desk, **values: Any) -> None:
    """Have the lifecycle of the sample's opportunity as if more had happened to it."""
    life = desk.lifecycles.lives["opportunity/opp-6001"]
    life.state = life.state.changed(**values)


async def proposed(desk: Desk, **changes: Any) -> dict[str, Any]:
    answer = await desk.send("opportunity.proposed", "opp-new", PROPOSAL | changes)
    assert answer.status_code == 200, answer.text
    return await shown(desk)


async def test_an_offer_is_proposed_with_the_people_of_host_and_school(desk: Desk) -> None:
    view = await proposed(desk)
    assert (view["state"], view["program"], view["development"]) == (
        "proposed",
        "boston-summer-internship",
        "opportunity-development@2027.1",
    )
    assert view["team"] == {
        "worksite_supervisor": "sup-2001",
        "alternate_supervisor": "sup-2002",
        "site_contact": "sup-2003",
        "teacher": "stf-3011",
        "career_specialist": "stf-3001",
        "coordinator": "stf-3021",
        "program_manager": "stf-3031",
    }
    assert [(one["id"], one["person_id"], one["state"]) for one in view["requests"]] == [("design", "sup-2001", "open")]
    assert view["awaiting"] == ["worksite_supervisor"]


async def test_without_a_school_the_district_s_people_are_asked(desk: Desk) -> None:
    view = await proposed(desk, school_id=None)
    assert view["team"]["coordinator"] == "stf-3021"
    assert "teacher" not in view["team"]


async def test_what_a_learner_found_has_one_seat_and_the_people_of_their_school(desk: Desk) -> None:
    own = {"proposed_by": "student", "learner_id": "lrn-1042", "seats": None, "school_id": None}
    view = await proposed(desk, **own)
    assert (view["seats"], view["learner_id"], view["team"]["student"]) == (1, "lrn-1042", "lrn-1042")
    assert view["team"]["teacher"] == "stf-3011"


async def test_hazardous_tasks_and_hours_are_kept_for_the_law(desk: Desk) -> None:
    day = {"starts": "09:00", "ends": "15:00", "days_a_week": 4}
    await proposed(desk, hazardous_tasks=["power_saws"], from_age=16, usual_day=day)
    async with borrow(desk.pool) as conn:
        kept = await offered_work.of(conn, "opp-new")
    usual = UsualDay(starts="09:00", ends="15:00", days_a_week=4)
    assert kept == OfferedWork(tasks=frozenset({"power_saws"}), from_age=16, usual_day=usual)


@pytest.mark.parametrize(
    ("changes", "field", "remedy"),
    [
        ({"learner_id": "lrn-1", "proposed_by": "student", "seats": 1}, "data.learner_id", "import the roster"),
        ({"proposed_by": "student", "seats": 1}, "data.learner_id", "send the learner who found the host"),
        ({"proposed_by": "student", "learner_id": "lrn-1042"}, "data.seats", "has one seat, send 1"),
        ({"proposed_by": "educator", "learner_id": "lrn-1042", "seats": 1}, "data.proposed_by", "send student"),
        ({"school_id": "org-9"}, "data.school_id", "no school with staff"),
        ({"development": "incident-response"}, "data.development", "send one of opportunity-development"),
        ({"program": "opportunity-development"}, "data.program", "is no program here"),
        ({"hazardous_tasks": ["power_saw"]}, "data.hazardous_tasks[0]", "power_saws"),
        ({"from_age": 12}, "data.from_age", "the youngest age it is meant for, from 14 to 18"),
        ({"usual_day": {"starts": "15:00", "ends": "09:00"}}, "data.usual_day", "is not after starts (15:00)"),
        ({"supervisor_id": "sup-2004"}, "data.supervisor_id", "import the host's people first"),
        ({"end": "2027-07-01"}, "data.end", "is before start"),
    ],
)
async def test_what_is_wrong_with_a_proposal_is_told_with_its_field_and_remedy(
    open_desk: Desk, changes: dict[str, Any], field: str, remedy: str
) -> None:
    answer = await open_desk.send("opportunity.proposed", "opp-wrong", PROPOSAL | changes)

    assert answer.status_code == 422
    told = {one["field"]: one["message"] for one in answer.json()["errors"]}
    assert remedy in told[field], told


async def test_an_offer_is_proposed_or_opened_once(desk: Desk) -> None:
    await proposed(desk)
    again = await desk.send("opportunity.proposed", "opp-new", PROPOSAL)
    assert (again.status_code, again.json()["code"]) == (409, "already_exists")


async def test_an_offer_that_is_not_reviewed_yet_cannot_be_opened_nor_given_to_learners(desk: Desk) -> None:
    await proposed(desk)
    opened = await desk.send("opportunity.opened", "opp-new")
    assert (opened.status_code, opened.json()["code"]) == (409, "not_allowed_now")
    with_data = await desk.send("opportunity.opened", "opp-new", OFFER)
    assert (with_data.status_code, set(fields(with_data))) == (422, {"data"})
    learner = {"learner_id": "lrn-1042", "opportunity_id": "opp-new"}
    answer = await desk.send("placement.proposed", "pl-1", learner)
    assert answer.status_code == 409
    assert "opp-new is proposed, not open yet" in answer.json()["detail"]


async def test_the_requests_of_an_offer_can_be_resent_and_given_back_like_a_placement_s(desk: Desk) -> None:
    await proposed(desk)
    resent = await desk.send("request.resent", "opp-new", {"request_id": "design", "lifecycle": "opportunity"})
    assert resent.status_code == 200, resent.text
    assert (await shown(desk))["requests"][0]["asked"][-1]["how"] == "resent"
    early = {"request_id": "design", "reason": "too_short", "lifecycle": "opportunity"}
    answer = await desk.send("request.returned", "opp-new", early)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_allowed_now")


async def test_other_seats_and_days_hold_from_now_on(desk: Desk) -> None:
    await desk.opened()
    answer = await desk.send("opportunity.amended", "opp-6001", {"seats": 3, "end": "2027-08-20"})
    assert answer.status_code == 200, answer.text
    view = await shown(desk, "opp-6001")
    assert (view["seats"], view["free"], view["end"]) == (3, 3, "2027-08-20")
    assert view["closes_at"] == "2027-08-20T21:00:00Z"
    await desk.send("opportunity.amended", "opp-6001", {"closes": "2027-06-30"})
    assert (await shown(desk, "opp-6001"))["closes_at"] == "2027-06-30T21:00:00Z"


@pytest.mark.parametrize(
    ("data", "status", "told"),
    [
        ({}, 422, "says nothing; send seats, start, end or closes"),
        ({"seats": 1}, 422, "1 is fewer than the 2 that placements hold; send at least 2"),
        ({"end": "2027-07-01"}, 422, "2027-07-01 is before start (2027-07-06)"),
    ],
)
async def test_an_amendment_that_cannot_be_is_refused_naming_figures(
    desk: Desk, data: dict[str, Any], status: int, told: str
) -> None:
    await desk.opened()
    changed(desk, held=("pl-1", "pl-2"))
    answer = await desk.send("opportunity.amended", "opp-6001", data)
    assert answer.status_code == status
    assert told in answer.text


async def test_what_another_learner_found_is_not_given_away(desk: Desk) -> None:
    await desk.opened()
    changed(desk, learner_id="lrn-1042", seats=1)
    await desk.send("opportunity.amended", "opp-6001", {"end": "2027-08-14"})
    answer = await desk.send("placement.proposed", "pl-1", {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"})
    assert set(fields(answer)) == {"data.opportunity_id"}


async def test_a_program_that_takes_no_applications_says_so(desk: Desk) -> None:
    await desk.opened()
    data = {"learner_id": "lrn-1042", "opportunity_id": "opp-6001"}
    answer = await desk.send("application.submitted", None, data)
    assert answer.status_code == 422
    assert "takes no applications; propose the learner" in answer.text


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


async def test_an_opportunity_opened_by_an_event_alone_keeps_its_words_in_the_directory(desk: Desk) -> None:
    await desk.send("opportunity.opened", "opp-new", OFFER | {"title": "Glass technician"})

    answer = await desk.send("placement.proposed", "pl-1", {"learner_id": "lrn-1043", "opportunity_id": "opp-new"})

    assert answer.status_code == 200, answer.text
    page = await desk.person.get(await desk.link())
    assert "Glass technician" in page.text


async def test_a_refused_opening_leaves_the_directory_as_it_was(desk: Desk) -> None:
    await desk.opened()

    await desk.send("opportunity.opened", "opp-6001", {"title": "Something else"})

    assert await desk.count("select count(*) from opportunity_facts where title = 'Something else'") == 0
