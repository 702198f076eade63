"""The gateway on a real Temporal server and worker: what the stand-in for Temporal promises holds there too."""

from datetime import UTC, datetime

import pytest

from gateway.lifecycle_client import TemporalLifecycleClient
from lifecycle.registry import first_batch
from records import inbox
from records.health import borrow
from schemas.acts import By
from schemas.carry import Begin
from schemas.foreseen_case import ForeseeCase
from schemas.opportunity import CloseOpportunity
from schemas.problems import ProblemCode, Refused
from tests.gateway.desk import until
from tests.gateway.real import Real, working

LEARNER = {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"}


async def test_an_event_is_applied_within_a_request_and_a_repeat_changes_nothing(real: Real) -> None:
    real.wait_long()
    async with working(real):
        await real.opened()
        proposed = await real.send("placement.proposed", "pl-1", **LEARNER)
        made = await real.send("offer.made", "pl-1")
        await until(lambda: real.is_in("offered"))
        asked = ForeseeCase(command=CloseOpportunity(), at=datetime.now(UTC))
        port = TemporalLifecycleClient(real.client)
        foreseen = await port.foresee_case("opportunity", real.named("opp-6001"), asked, 20)
        refused = await real.send("attendance.confirmed", "pl-1")
        withdrawn = await real.send("placement.withdrawn", "pl-1", reason="moved_away")
        await until(real.is_over, within=30)
        closed = await real.send("offer.made", "pl-1")

    assert (proposed.json()["status"], made.json()["status"]) == ("applied", "applied")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_allowed_now")
    assert (foreseen.state_after, foreseen.happens) == ("closed", True)
    assert withdrawn.json()["state"] == "withdrawn_by_student"
    assert (closed.status_code, closed.json()["code"]) == (409, "closed")


async def test_an_opening_needs_no_worker_and_acts_wait_for_one(real: Real) -> None:
    await real.opened()
    proposed = await real.send("placement.proposed", "pl-1", **LEARNER)
    made = await real.send("offer.made", "pl-1")
    assert (proposed.status_code, made.status_code) == (200, 202)
    assert await real.state() == "proposed"
    described = await real.client.get_workflow_handle(f"placement/{real.named('pl-1')}").describe()
    assert f"opportunity {real.named('opp-6001')} at host hst-4001" in (await described.static_details() or "")

    async with working(real):
        await until(lambda: real.is_applied("3"), within=30)
        await until(lambda: real.is_in("offered"), within=30)

    async with borrow(real.pool) as conn:
        facts = await conn.fetch("select seq from lifecycle_events where lifecycle = 'placement' order by seq")
    assert [one["seq"] for one in facts] == list(range(1, len(facts) + 1))


async def test_what_the_gateway_records_of_an_opening_is_what_the_workflow_decides(real: Real) -> None:
    async with working(real) as world:
        await real.opened()
        await real.send("placement.proposed", "pl-1", **LEARNER)
        id_ = real.named("pl-1")

        async def carried() -> bool:
            return bool(world.batches[id_])

        await until(carried)
    async with borrow(real.pool) as conn:
        row = await inbox.get(conn, f"/{real.prefix}", "2")
    assert row is not None
    assert row.delivery.opening is not None

    expected = first_batch(row.delivery.opening, By(kind="api"))

    assert world.batches[id_][0].facts == expected.facts
    assert world.batches[id_][0].view == expected.view


async def test_a_lifecycle_that_another_event_opened_is_refused_and_our_own_is_not(real: Real) -> None:
    await real.opened()
    async with borrow(real.pool) as conn:
        row = await inbox.get(conn, f"/{real.prefix}", "1")
    assert row is not None
    port = TemporalLifecycleClient(real.client)
    begin = Begin(opening=row.delivery.opening, by=By(kind="api"))
    described = await real.client.get_workflow_handle(f"opportunity/{row.delivery.id}").describe()
    ours = (await described.memo())["opened_by"]

    await port.start("opportunity", row.delivery.id, begin, ours, 5)
    with pytest.raises(Refused) as refused:
        await port.start("opportunity", row.delivery.id, begin, "somebody else", 5)

    assert refused.value.code is ProblemCode.ALREADY_EXISTS


async def test_readiness_tells_whether_workers_poll_both_queues(real: Real) -> None:
    async with working(real):

        async def ready() -> bool:
            return (await real.api.get("/readyz")).status_code == 200

        await until(ready)
        parts = (await real.api.get("/readyz")).json()["parts"]

    assert parts["workers"]["lifecycle"] >= 1
    assert parts["workers"]["effects"] >= 1
