"""Opportunities, partnerships and incidents are read and answered through the same doors as placements."""

from typing import Any, get_args
from urllib.parse import urlencode

import httpx2
import pytest

from records import inbox, lifecycles, parked
from records.health import borrow
from schemas.base import LifecycleName
from schemas.incoming import SUBJECTS
from schemas.placement_commands import Submit
from schemas.vocabulary import Role
from tests.gateway.desk import Desk, fields
from tests.gateway.html_checks import page_of, text_of
from tests.records.cases import REQUEST, case

ROOMS: dict[LifecycleName, str] = {
    "opportunity": "opportunities",
    "partnership": "partnerships",
    "incident": "incidents",
}
SUPERVISED = REQUEST | {"person_id": "sup-2001", "holders": ["sup-2001"]}
every_lifecycle = pytest.mark.parametrize("lifecycle", ROOMS)


async def asked(desk: Desk, lifecycle: LifecycleName, **changes: Any) -> str:
    """Record a lifecycle that asks sup-2001 at the sample's laboratory, and give its id."""
    about = {"host_id": "hst-4001", "requests": [SUPERVISED]}
    learner = {"learner_id": "lrn-1042"} if lifecycle == "incident" else {}
    batch = case(lifecycle, **{**about, **learner, **changes})
    async with borrow(desk.pool) as conn:
        await lifecycles.record_batch(conn, batch)
    return batch.id


async def link(desk: Desk, lifecycle: LifecycleName, id_: str) -> str:
    return await desk.link("confirmation", lifecycle=lifecycle, id_=id_, role=Role.SITE_CONTACT)


async def post(desk: Desk, path: str, raw: dict[str, str]) -> httpx2.Response:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return await desk.person.post(path, content=urlencode(raw), headers=kind)


@every_lifecycle
async def test_any_lifecycle_is_listed_shown_and_told(desk: Desk, lifecycle: LifecycleName) -> None:
    room = ROOMS[lifecycle]
    id_ = await asked(desk, lifecycle)
    await asked(desk, lifecycle, id="zz-2", overdue=True)

    listed = (await desk.api.get(f"/{room}?limit=1")).json()
    late = (await desk.api.get(f"/{room}?overdue=true&host=hst-4001")).json()
    view = (await desk.api.get(f"/{room}/{id_}")).json()
    told = (await desk.api.get(f"/{room}/{id_}/timeline")).json()

    assert ([one["id"] for one in listed["items"]], listed["next"]) == ([id_], id_)
    assert [one["id"] for one in late["items"]] == ["zz-2"]
    assert {"id", "state", "program", "host_id", "requests", "outcome", "overdue"} <= set(view)
    assert view["requests"][0]["person_id"] == "sup-2001"
    assert [one["type"] for one in told["items"]] == ["request.opened"]


async def test_incidents_are_listed_by_placement(desk: Desk) -> None:
    await asked(desk, "incident")
    found = [len((await desk.api.get(f"/incidents?placement={id_}")).json()["items"]) for id_ in ("pl-1", "pl-2")]
    assert found == [1, 0]


@pytest.mark.parametrize("path", ["/partnerships/par-0", "/partnerships/par-0/timeline", "/incidents/a%00b"])
async def test_what_is_not_there_is_not_found(open_desk: Desk, path: str) -> None:
    answer = await open_desk.api.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("path", "field"), [("/partnerships?state=No!", "state"), ("/incidents?overdue=perhaps", "overdue")]
)
async def test_a_wrong_question_names_its_parameter(open_desk: Desk, path: str, field: str) -> None:
    answer = await open_desk.api.get(path)
    assert answer.status_code == 422
    assert set(fields(answer)) == {field}


@every_lifecycle
async def test_a_form_of_any_lifecycle_is_shown_and_its_answer_goes_to_that_lifecycle(
    desk: Desk, lifecycle: LifecycleName
) -> None:
    id_ = await asked(desk, lifecycle)
    path = await link(desk, lifecycle, id_)
    desk.lifecycles.away = True

    page = await desk.person.get(path)
    sent = await post(desk, path, {"decision": "accept"})

    assert (page.status_code, sent.status_code) == (200, 200)
    assert "Your answers are saved" in text_of(page_of(sent.text))
    async with borrow(desk.pool) as conn:
        (row,) = await inbox.claim_due(conn, 10)
        saved = await conn.fetchrow("select lifecycle, lifecycle_id from submissions")
    assert (row.delivery.lifecycle, row.delivery.id) == (lifecycle, id_)
    assert row.delivery.act is not None
    command = row.delivery.act.command
    assert isinstance(command, Submit)
    assert (command.request_id, command.person_id, command.decision) == ("confirmation", "sup-2001", "accept")
    assert saved is not None
    assert tuple(saved.values()) == (lifecycle, id_)


@every_lifecycle
async def test_answers_on_their_way_show_their_receipt_to_who_sent_them(desk: Desk, lifecycle: LifecycleName) -> None:
    path = await link(desk, lifecycle, await asked(desk, lifecycle))
    desk.lifecycles.away = True
    await post(desk, path, {"decision": "accept"})
    assert "Your answers are saved" in text_of(page_of((await desk.person.get(path)).text))


async def test_a_page_names_no_learner_where_there_is_none(desk: Desk) -> None:
    partnership = await desk.person.get(await link(desk, "partnership", await asked(desk, "partnership")))
    incident = await desk.person.get(await link(desk, "incident", await asked(desk, "incident")))

    terms = [[one.text for one in page_of(page.text).iter("dt")] for page in (partnership, incident)]
    assert "Student" not in terms[0]
    assert "Worksite" in terms[0]
    assert "Student" in terms[1]
    assert "Mateo A." in text_of(page_of(incident.text))
    assert "Alvarado" not in incident.text


async def test_a_closed_request_says_so_whatever_its_lifecycle(desk: Desk) -> None:
    id_ = await asked(desk, "partnership", requests=[SUPERVISED | {"state": "withdrawn"}])
    answer = await desk.person.get(await link(desk, "partnership", id_))
    assert answer.status_code == 410
    assert "This form is closed" in text_of(page_of(answer.text))


async def test_an_answer_to_a_lifecycle_that_has_ended_is_told_kindly(desk: Desk) -> None:
    id_ = await asked(desk, "partnership")
    path = await link(desk, "partnership", id_)
    async with borrow(desk.pool) as conn:
        await lifecycles.record_batch(conn, case("partnership", seq=2, outcome="ended", requests=[SUPERVISED]))

    answer = await post(desk, path, {"decision": "accept"})

    assert answer.status_code == 410
    async with borrow(desk.pool) as conn:
        (dead,) = (await parked.look(conn, "refused", parked.Wanted(), before=None, limit=10)).rows
    assert dead.problem is not None
    assert dead.problem["code"] == "closed"
    assert "partnership par-host-1 is ended (it has ended)" in dead.problem["message"]


def test_every_lifecycle_has_an_example_of_its_id() -> None:
    assert set(SUBJECTS) == set(get_args(LifecycleName))
