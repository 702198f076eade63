"""POST /events: what is taken in, what is applied, and what a repeat does."""

import asyncio
import json

from records import inbox
from records.health import borrow
from tests.gateway.desk import OFFER, Desk, fields


async def test_an_opening_is_applied_and_answered_with_the_lifecycles_state(desk: Desk) -> None:
    answer = await desk.send("opportunity.opened", "opp-new", OFFER, id="42")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "applied",
        "lifecycle": "opportunity",
        "id": "opp-new",
        "state": "open",
        "duplicate": False,
        "inbox": "/inbox/42?source=%2Ftests",
    }
    assert (await desk.api.get("/opportunities/opp-new")).json()["free"] == 2


async def test_what_was_imported_need_not_be_said_again(desk: Desk) -> None:
    answer = await desk.send("opportunity.opened", "opp-6003", {})

    assert answer.json()["state"] == "open"
    assert (await desk.api.get("/opportunities/opp-6003")).json()["seats"] == 4


async def test_a_proposal_is_applied_with_days_and_program_of_its_opportunity(desk: Desk) -> None:
    await desk.proposed("pl-1")

    view = await desk.view("pl-1")
    assert (view["state"], view["minor"], view["start"], view["end"]) == (
        "proposed",
        True,
        "2027-07-06",
        "2027-08-13",
    )
    assert view["team"]["worksite_supervisor"] == "sup-2001"
    assert [one["id"] for one in view["requests"] if one["state"] == "open"] == ["host_confirmation"]


async def test_a_proposal_without_a_subject_gets_an_id_that_a_repeat_gets_too(desk: Desk) -> None:
    await desk.opened()
    event = desk.event("placement.proposed", None, {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"})

    first, second = [(await desk.api.post("/events", json=event)).json() for _ in range(2)]

    assert first["id"] == second["id"]
    assert first["id"].startswith("pl-")
    assert len(first["id"]) == 15


async def test_the_same_event_again_gives_the_same_answer_and_no_second_effect(desk: Desk) -> None:
    await desk.proposed()
    event = desk.event("offer.made", "pl-1")

    first = await desk.api.post("/events", json=event)
    second = await desk.api.post("/events", json=event)

    assert first.json()["state"] == "offered"
    assert second.status_code == first.status_code == 200
    assert second.json() == first.json() | {"duplicate": True}
    assert desk.lifecycles.updates == 1


async def test_twenty_repeats_at_once_have_one_effect(desk: Desk) -> None:
    await desk.proposed()
    event = desk.event("offer.made", "pl-1")

    answers = await asyncio.gather(*(desk.api.post("/events", json=event) for _ in range(20)))

    assert {answer.status_code for answer in answers} <= {200, 202}
    assert sum(not answer.json()["duplicate"] for answer in answers) == 1
    assert await desk.count("select count(*) from lifecycle_events where type = 'offer.made'") == 1


async def test_the_same_id_with_another_content_is_a_conflict_even_when_that_is_invalid(desk: Desk) -> None:
    await desk.opened()
    data = {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"}
    event = desk.event("placement.proposed", "pl-1", data)
    await desk.api.post("/events", json=event)

    other = await desk.api.post("/events", json=event | {"data": data | {"learner_id": "lrn-1044"}})
    wrong = await desk.api.post("/events", json=event | {"data": {"nonsense": 1}})

    assert (other.status_code, wrong.status_code) == (409, 409)
    assert other.json()["code"] == "conflict"


async def test_a_refused_event_is_a_dead_letter_with_its_reason_and_a_repeat_is_told_the_same(desk: Desk) -> None:
    await desk.proposed()
    event = desk.event("attendance.confirmed", "pl-1")

    first = await desk.api.post("/events", json=event)
    second = await desk.api.post("/events", json=event)

    assert first.status_code == second.status_code == 409
    assert first.json()["code"] == "not_allowed_now"
    assert "proposed" in first.json()["detail"]
    assert second.json()["duplicate"] is True
    dead = (await desk.api.get("/inbox", params={"status": "refused"})).json()["items"]
    assert [one["problem"]["code"] for one in dead] == ["not_allowed_now"]


async def test_a_lifecycle_that_refuses_a_value_names_the_field(desk: Desk) -> None:
    await desk.proposed()
    for type_ in ("offer.made", "offer.accepted"):
        await desk.send(type_, "pl-1")

    answer = await desk.send("placement.extended", "pl-1", {"end": "2027-08-01"})

    assert answer.status_code == 422
    assert "2027-08-13" in fields(answer)["data.end"]


async def test_an_act_on_an_ended_placement_is_refused_as_closed(desk: Desk) -> None:
    await desk.proposed()
    await desk.send("placement.withdrawn", "pl-1", {"reason": "moved_away"})

    answer = await desk.send("offer.made", "pl-1")

    assert answer.status_code == 409
    assert answer.json()["code"] == "closed"
    assert "withdrawn_by_student" in answer.json()["detail"]


async def test_binary_mode_says_the_same_as_structured_mode(desk: Desk) -> None:
    await desk.opened()
    data = {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"}
    headers = {
        "ce-specversion": "1.0",
        "ce-id": "b-1",
        "ce-source": "/tests",
        "ce-type": "org.journeywork.placement.proposed",
        "ce-subject": "pl-b",
        "content-type": "application/json",
    }

    binary = await desk.api.post("/events", content=json.dumps(data), headers=headers)
    structured = await desk.send("placement.proposed", "pl-b", data, id="b-1")

    assert binary.status_code == 200, binary.text
    assert structured.json() == binary.json() | {"duplicate": True}


async def test_a_batch_is_answered_event_by_event_in_its_order(desk: Desk) -> None:
    learner = {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"}
    batch = [
        desk.event("opportunity.opened", "opp-6001", {}),
        desk.event("placement.proposed", "pl-1", learner),
        desk.event("placement.proposed", "pl-2", learner),
        desk.event("offer.declined", "pl-1"),
        desk.event("placement.proposed", "pl-3", {"learner_id": "lrn-1"}),
        {"specversion": "1.0"},
        7,
        desk.event("offer.made", "pl-1"),
    ]

    answer = await desk.api.post(
        "/events", content=json.dumps(batch), headers={"content-type": "application/cloudevents-batch+json"}
    )

    assert answer.status_code == 200
    lines = answer.json()
    assert [line["status"] for line in lines] == [
        *("applied", "applied", "refused", "refused"),
        *("invalid", "invalid", "invalid", "applied"),
    ]
    assert lines[2]["problem"]["code"] == "already_exists"
    assert lines[4]["problem"]["errors"][0]["field"] == "data.opportunity_id"
    assert lines[7]["state"] == "offered"


async def test_with_temporal_away_an_event_is_accepted_and_says_where_to_ask(desk: Desk) -> None:
    await desk.proposed()
    desk.lifecycles.away = True

    event = desk.event("offer.made", "pl-1")
    first, again = [await desk.api.post("/events", json=event) for _ in range(2)]

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["status"] == "accepted"
    assert again.json()["duplicate"] is True
    status = (await desk.api.get(first.json()["inbox"])).json()
    assert (status["status"], status["type"], status["id"]) == ("accepted", "org.journeywork.offer.made", "pl-1")


async def test_an_answer_lost_on_the_way_is_found_by_the_same_id(desk: Desk) -> None:
    await desk.proposed()
    desk.lifecycles.forgets = True
    event = desk.event("offer.made", "pl-1")
    assert (await desk.api.post("/events", json=event)).status_code == 202

    desk.lifecycles.forgets = False
    async with borrow(desk.pool) as conn:
        (row,) = await inbox.claim_due(conn, 10)
    await desk.deliverer.deliver(row, patience=1)

    assert (await desk.api.post("/events", json=event)).json()["state"] == "offered"
    assert await desk.count("select count(*) from lifecycle_events where type = 'offer.made'") == 1


async def test_an_event_waits_for_the_one_before_it_of_the_same_lifecycle(desk: Desk) -> None:
    await desk.opened()
    desk.lifecycles.away = True
    data = {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"}
    assert (await desk.send("placement.proposed", "pl-1", data)).status_code == 202
    desk.lifecycles.away = False

    answer = await desk.send("offer.made", "pl-1")

    assert answer.status_code == 202
    assert desk.lifecycles.updates == 0


async def test_a_refused_event_can_be_replayed_once_what_was_wrong_is_mended(desk: Desk) -> None:
    await desk.proposed()
    answer = await desk.send("offer.accepted", "pl-1", id="early")
    assert answer.status_code == 409
    await desk.send("offer.made", "pl-1")

    replayed = await desk.api.post("/inbox/early/replay", params={"source": "/tests"})
    again = await desk.api.post("/inbox/early/replay", params={"source": "/tests"})

    assert replayed.json()["status"] == "accepted"
    assert again.status_code == 409
    async with borrow(desk.pool) as conn:
        (row,) = await inbox.claim_due(conn, 10)
    await desk.deliverer.deliver(row, patience=1)
    assert (await desk.view())["state"] == "preparing"


async def test_an_event_that_was_never_taken_in_is_not_found(desk: Desk) -> None:
    answers = [
        await desk.api.get("/inbox/none", params={"source": "/tests"}),
        await desk.api.get("/inbox/a%00b", params={"source": "/tests"}),
        await desk.api.post("/inbox/none/replay", params={"source": "/tests"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
