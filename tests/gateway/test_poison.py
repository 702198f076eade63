"""Poison in the inbox: it is parked with its reason, and what comes after it is delivered within two seconds."""

from collections import Counter
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from gateway.delivery import Deliverer
from gateway.lifecycle_client import MAX_ACT_BYTES, TemporalLifecycleClient
from records.health import borrow
from schemas.acts import Act, By
from schemas.placement_commands import Withdraw
from schemas.problems import ProblemCode, Refused
from tests.gateway.desk import Desk, until
from tests.gateway.poison import COMMANDS, Picky, plant
from tests.gateway.test_delivery import dispatching, is_empty


async def test_poison_for_every_command_of_every_lifecycle_parks_and_the_next_good_one_is_taken(desk: Desk) -> None:
    desk.deliverer = Deliverer(desk.pool, Picky())
    async with borrow(desk.pool) as conn:
        planted = await plant(conn)

    with capture_logs():
        async with dispatching(desk):
            await until(lambda: is_empty(desk), within=60)

    async with borrow(desk.pool) as conn:
        ended = await conn.fetch(
            "select split_part(event_id, '-', 1) as kind, status, problem->>'code' as code, problem::text as told, "
            "finished_at, lifecycle || lifecycle_id as whose from inbox where source = '/poison'"
        )
    assert Counter((row["kind"], row["status"], row["code"]) for row in ended) == {
        ("unreadable", "refused", "fault"): len(COMMANDS),
        ("raising", "refused", "fault"): len(COMMANDS),
        ("large", "refused", "too_large"): len(COMMANDS),
        ("good", "applied", None): len(COMMANDS),
    }
    assert len(planted) == len(ended)
    assert "Maria" not in str([row["told"] for row in ended])
    ends = {(row["whose"], row["kind"]): row["finished_at"] for row in ended}
    waits = [ends[whose, "good"] - ends[whose, "large"] for whose, kind in ends if kind == "good"]
    assert sorted(waits)[len(waits) // 2] < timedelta(seconds=2)

    listed = (await desk.api.get("/inbox", params={"code": "fault", "lifecycle": "partnership", "limit": 200})).json()
    of_partnerships = [lifecycle for lifecycle, _ in COMMANDS if lifecycle == "partnership"]
    assert len(listed["items"]) == 2 * len(of_partnerships)
    assert "a fault kept it from being delivered (RuntimeError); replay it" in str(listed)


async def test_a_mended_fault_is_replayed_and_delivered(desk: Desk) -> None:
    desk.deliverer = Deliverer(desk.pool, Picky())
    async with borrow(desk.pool) as conn:
        await plant(conn)
        await conn.execute("delete from inbox where event_id <> 'raising-placement-make_offer'")
    with capture_logs():
        async with dispatching(desk):
            await until(lambda: is_empty(desk))
    async with dispatching(desk):
        async with borrow(desk.pool) as conn:
            await conn.execute("update inbox set delivery = jsonb_set(delivery, '{act,id}', '\"mended\"')")
        answer = await desk.api.post("/inbox/raising-placement-make_offer/replay", params={"source": "/poison"})
        await until(lambda: is_empty(desk))

    assert (answer.json()["status"], answer.json()["problem"]) == ("accepted", None)
    assert await desk.count("select count(*) from inbox where status = 'applied' and faults = 0") == 1


async def test_an_act_that_would_stick_in_temporal_is_never_sent_there() -> None:
    large = Withdraw.model_construct(reason="x" * MAX_ACT_BYTES)
    act = Act.model_construct(id="a", payload_hash="h", by=By(kind="api"), command=large)
    client = TemporalLifecycleClient(None)  # pyright: ignore[reportArgumentType] - nothing is asked of it

    with pytest.raises(Refused) as refused:
        await client.update("placement", "pl-1", act, 1)

    assert refused.value.code is ProblemCode.TOO_LARGE
