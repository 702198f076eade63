"""The read API: where everything stands, in pages, and the feed of what happened."""

import pytest

from records.assessments import save_ratings
from records.health import borrow
from schemas.incoming import INCOMING
from tests.gateway.desk import Desk, fields, gateway_on

LEARNERS = ("lrn-1042", "lrn-1043", "lrn-1044")


@pytest.fixture(scope="module")
async def busy(open_desk: Desk) -> Desk:
    """Return a gateway with three placements: pl-1 offered, pl-2 proposed, pl-3 withdrawn."""
    for number, learner in enumerate(LEARNERS, start=1):
        data = {"learner_id": learner, "opportunity_id": "opp-6001"}
        assert (await open_desk.send("placement.proposed", f"pl-{number}", data)).status_code == 200
    await open_desk.send("offer.made", "pl-1")
    await open_desk.send("placement.withdrawn", "pl-3", {"reason": "moved_away"})
    return open_desk


async def ids(desk: Desk, path: str) -> list[str]:
    answer = await desk.api.get(path)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["pl-1", "pl-2", "pl-3"]),
        ("?state=offered", ["pl-1"]),
        ("?state=withdrawn_by_student", ["pl-3"]),
        ("?program=boston-summer-internship&host=hst-4001", ["pl-1", "pl-2", "pl-3"]),
        ("?host=hst-4002", []),
        ("?overdue=true", []),
        ("?overdue=false&limit=2", ["pl-1", "pl-2"]),
        ("?cursor=pl-2", ["pl-3"]),
    ],
)
async def test_placements_are_found_by_every_filter_given(busy: Desk, query: str, found: list[str]) -> None:
    assert await ids(busy, f"/placements{query}") == found


async def test_pages_follow_each_other_to_the_last(busy: Desk) -> None:
    first = (await busy.api.get("/placements?limit=2")).json()
    last = (await busy.api.get(f"/placements?limit=2&cursor={first['next']}")).json()

    assert [one["id"] for one in first["items"] + last["items"]] == ["pl-1", "pl-2", "pl-3"]
    assert last["next"] is None


async def test_a_placement_shows_what_the_contract_promises(busy: Desk) -> None:
    view = await busy.view("pl-1")

    promised = {"id", "state", "program", "learner_id", "opportunity_id", "start", "end", "requests", "outcome"}
    assert promised <= set(view)
    assert {"id", "form", "role", "person_id", "state", "opens_at", "due_at"} <= set(view["requests"][0])
    assert (await busy.view("pl-3"))["outcome"] == "withdrawn_by_student"


async def test_an_opportunity_shows_its_seats_and_who_holds_them(busy: Desk) -> None:
    assert await ids(busy, "/opportunities?state=open") == ["opp-6001"]
    view = (await busy.api.get("/opportunities/opp-6001")).json()
    assert (view["seats"], view["free"], view["program"]) == (2, 2, "boston-summer-internship")


async def test_timelines_tell_what_happened_in_order(busy: Desk) -> None:
    placement = (await busy.api.get("/placements/pl-1/timeline")).json()["items"]
    opportunity = (await busy.api.get("/opportunities/opp-6001/timeline")).json()["items"]

    types = [one["type"] for one in placement]
    assert types[:2] == ["placement.proposed", "request.opened"]
    assert "offer.made" in types
    assert [one["type"] for one in opportunity] == ["opportunity.opened"]


async def test_the_feed_goes_on_from_its_cursor_and_misses_nothing(busy: Desk) -> None:
    seen: list[str] = []
    after = ""
    while True:
        page = (await busy.api.get(f"/events?limit=3{after}")).json()
        if not page["items"]:
            break
        seen += [event["id"] for event in page["items"]]
        after = f"&after={page['next']}"

    assert len(seen) == len(set(seen)) == await busy.count("select count(*) from lifecycle_events")
    assert seen[0] == "opportunity-opp-6001-1-1"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/placements?state=lost", "state"),
        ("/placements?limit=0", "limit"),
        ("/placements?limit=many", "limit"),
        ("/placements?overdue=perhaps", "overdue"),
        ("/placements?cursor=%00", "cursor"),
        ("/placements?status=open", "status"),
        ("/opportunities?state=offered", "state"),
        ("/events?after=yesterday", "after"),
        ("/events?after=1-99999999999999999999", "after"),
        ("/inbox?status=lost", "status"),
        ("/inbox/e-1", "source"),
    ],
)
async def test_a_wrong_question_names_its_parameter(busy: Desk, path: str, field: str) -> None:
    answer = await busy.api.get(path)

    assert answer.status_code == 422
    assert set(fields(answer)) == {field}


@pytest.mark.parametrize("path", ["/placements/pl-0", "/placements/pl-0/timeline", "/opportunities/a%00b", "/nowhere"])
async def test_what_is_not_there_is_not_found(busy: Desk, path: str) -> None:
    answer = await busy.api.get(path)

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


async def test_what_is_not_there_is_named(busy: Desk) -> None:
    assert (await busy.api.get("/placements/pl-0")).json()["detail"] == "there is no placement pl-0"


async def test_a_placement_on_its_way_is_not_found_yet_and_the_answer_says_why(peopled: str) -> None:
    async with gateway_on(peopled) as desk:
        await desk.opened()
        desk.lifecycles.away = True
        await desk.send("placement.proposed", "pl-1", {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"})

        answer = await desk.api.get("/placements/pl-1")

    assert answer.status_code == 404
    assert "on its way" in answer.json()["detail"]


async def test_a_skill_gain_is_not_there_before_both_evaluations(busy: Desk) -> None:
    assert (await busy.api.get("/placements/pl-1/skill-gain")).status_code == 404


async def test_a_skill_gain_compares_what_was_rated_twice(busy: Desk) -> None:
    async with borrow(busy.pool) as conn:
        await save_ratings(conn, "pl-2", "baseline", "sub-1", {"teamwork": 2, "speaking": 3})
        await save_ratings(conn, "pl-2", "final", "sub-2", {"teamwork": 4, "speaking": 3})

    gain = (await busy.api.get("/placements/pl-2/skill-gain")).json()

    assert (gain["baseline"], gain["final"], gain["change"], gain["n"]) == (2.5, 3.5, 1.0, 2)


async def test_the_catalogue_of_events_lists_every_type_with_schema_and_example(busy: Desk) -> None:
    types = (await busy.api.get("/events/types")).json()["items"]

    assert [one["type"] for one in types] == list(INCOMING)
    assert all(one["json_schema"]["properties"]["type"]["const"] == one["example"]["type"] for one in types)
