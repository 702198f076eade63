"""A small slice of what `python -m tests.fuzz` throws, and many shuffled repeats of a life's events."""

import asyncio
import random

import httpx2
from structlog.testing import capture_logs

from tests.fuzz.drawing import SHARES, Source, drawn
from tests.fuzz.ending import end_round
from tests.fuzz.reading import READ, read
from tests.fuzz.scene import Scene
from tests.fuzz.throwing import thrown
from tests.gateway.desk import Desk, until
from tests.gateway.test_app import routes
from tests.gateway.test_delivery import dispatching, is_empty

LEARNER = {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"}
LIFE = (
    ("offer.made", {}),
    ("offer.accepted", {}),
    ("placement.extended", {"end": "2027-08-20"}),
    ("placement.extended", {"end": "2027-08-27"}),
    ("placement.withdrawn", {"reason": "moved_away"}),
)


async def test_whatever_is_thrown_at_it_nothing_fails_and_nothing_sticks(desk: Desk, peopled: str) -> None:
    scene = Scene(desk.pool, desk.api, desk.person, now=lambda: desk.now)
    transport = httpx2.ASGITransport(desk.app)
    await scene.furnish(
        lambda headers: httpx2.AsyncClient(transport=transport, base_url="http://people.example", headers=headers)
    )
    await scene.begin_round()
    inputs = drawn(Source(desk.app.openapi(), sorted(routes(desk)), peopled).kinds(), 60, 7)

    with capture_logs() as logs:
        fell = await thrown(scene, [one for one in inputs if one.to not in READ])
        async with dispatching(desk):
            await until(lambda: is_empty(desk), within=60)
        await end_round(scene)
    answers, read_wrong = await asyncio.to_thread(read, [one for one in inputs if one.to in READ], peopled)

    assert fell.wrong + read_wrong == []
    assert [one for one in logs if "fault" in one["event"]] == []
    assert await desk.count("select count(*) from inbox where problem->>'code' = 'fault'") == 0
    assert fell.sent + fell.unsent + answers.total() == len(inputs)
    assert {one.to for one in inputs} == set(SHARES)
    assert await desk.count("select count(*) from placements where outcome is null") == 0
    for one in scene.staff:
        await one.aclose()


async def test_shuffled_repeats_before_and_after_the_end_apply_once_and_a_changed_one_is_a_conflict(desk: Desk) -> None:
    await desk.opened()
    events = [desk.event("placement.proposed", "pl-1", LEARNER)]
    events += [desk.event(name, "pl-1", data) for name, data in LIFE]
    first: dict[str, tuple[int, str]] = {}
    order = random.Random(7)  # noqa: S311 - an order, no secret
    for at, event in enumerate(events):
        answer = await desk.api.post("/events", json=event)
        first[event["id"]] = (answer.status_code, answer.json()["state"])
        for again in order.choices(events[: at + 1], k=6):
            repeat = await desk.api.post("/events", json=again)
            assert (repeat.status_code, repeat.json()["state"]) == first[again["id"]]
            assert repeat.json()["duplicate"] is True
    told = "select count(*) from lifecycle_events where lifecycle = 'placement'"
    ended = await desk.count(told)

    for event in order.sample(events * 5, k=5 * len(events)):
        assert (await desk.api.post("/events", json=event)).json()["duplicate"] is True
        changed = event | {"data": {**event.get("data", {}), "note": order.random()}}
        assert (await desk.api.post("/events", json=changed)).json()["code"] == "conflict"

    assert (await desk.view())["state"] == "withdrawn_by_student"
    assert await desk.count(told) == ended
    assert desk.lifecycles.updates == len(LIFE)
