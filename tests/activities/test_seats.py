"""Seats are claimed from a real opportunity workflow, once each, and given back."""

import asyncio

import pytest
from temporalio.client import Client, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError

from activities.seats import Seats
from records import inbox, lifecycles
from records.pool import Pool
from schemas.acts import Act, Delivery
from schemas.carry import Begin
from schemas.effects import ClaimSeatEffect, Done, ReleaseSeatEffect, SeatAnswer
from schemas.naming import WORKFLOW_TYPES, workflow_id
from schemas.opportunity import CloseOpportunity, OpportunityOpening
from tests.activities.opportunities import held, new_id, opened
from tests.records.lives import API, NOON, opening


def claim(id_: str, placement: str = "pl-1", *, wait: bool = False) -> ClaimSeatEffect:
    return ClaimSeatEffect(key=f"{placement}/claim_seat", opportunity_id=id_, wait=wait)


def release(id_: str, placement: str = "pl-1") -> ReleaseSeatEffect:
    return ReleaseSeatEffect(key=f"{placement}/release_seat", opportunity_id=id_)


async def test_a_free_seat_is_granted_and_recorded(deciding: Client, pool: Pool) -> None:
    id_ = await opened(deciding, pool)
    answer = await Seats(pool, deciding).claim("pl-1", claim(id_))
    assert answer == SeatAnswer(key="pl-1/claim_seat", granted=True)
    assert await held(pool, id_) == ("pl-1",)
    async with pool.acquire() as conn:
        types = [row["type"] for row in await conn.fetch("select type from lifecycle_events order by seq")]
    assert types == ["opportunity.opened", "seat.claimed", "opportunity.filled"]


async def test_a_claim_asked_again_is_granted_again_and_takes_one_seat(deciding: Client, pool: Pool) -> None:
    id_ = await opened(deciding, pool, seats=2)
    seats = Seats(pool, deciding)
    answers = await asyncio.gather(*(seats.claim("pl-1", claim(id_)) for _ in range(5)))
    assert {answer.granted for answer in answers} == {True}
    assert await held(pool, id_) == ("pl-1",)


async def test_of_two_claims_for_the_last_seat_one_is_granted(deciding: Client, pool: Pool) -> None:
    id_ = await opened(deciding, pool)
    seats = Seats(pool, deciding)
    answers = await asyncio.gather(*(seats.claim(one, claim(id_, one)) for one in ("pl-1", "pl-2")))
    assert sorted(answer.granted for answer in answers) == [False, True]


async def test_a_claim_that_waits_is_in_line_once_when_no_seat_is_free(deciding: Client, pool: Pool) -> None:
    id_ = await opened(deciding, pool)
    seats = Seats(pool, deciding)
    await seats.claim("pl-1", claim(id_))
    in_line = SeatAnswer(key="pl-2/claim_seat", granted=False, waiting=True)
    assert [await seats.claim("pl-2", claim(id_, "pl-2", wait=True)) for _ in range(2)] == [in_line, in_line]
    assert not (await seats.claim("pl-3", claim(id_, "pl-3"))).waiting
    async with pool.acquire() as conn:
        view = await lifecycles.opportunity(conn, id_)
    assert view is not None
    assert (view.held, view.waiting) == (("pl-1",), ("pl-2",))


async def test_a_seat_given_back_can_be_claimed_by_another(deciding: Client, pool: Pool) -> None:
    id_ = await opened(deciding, pool)
    seats = Seats(pool, deciding)
    await seats.claim("pl-1", claim(id_))
    for _ in range(2):
        assert await seats.release("pl-1", release(id_)) == Done(key="pl-1/release_seat")
    assert await held(pool, id_) == ()
    assert (await seats.claim("pl-2", claim(id_, "pl-2"))).granted


async def test_a_closed_opportunity_grants_nothing(deciding: Client, pool: Pool) -> None:
    id_ = await opened(deciding, pool)
    act = Act(id="close", payload_hash="h", by=API, command=CloseOpportunity())
    await deciding.get_workflow_handle(workflow_id("opportunity", id_)).execute_update("close", act)
    assert not (await Seats(pool, deciding).claim("pl-1", claim(id_))).granted


async def test_an_unknown_opportunity_grants_nothing_and_takes_nothing(deciding: Client, pool: Pool) -> None:
    seats = Seats(pool, deciding)
    assert not (await seats.claim("pl-1", claim("op-unknown"))).granted
    assert await seats.release("pl-1", release("op-unknown")) == Done(key="pl-1/release_seat")


async def test_an_opportunity_about_to_open_is_waited_for(deciding: Client, pool: Pool) -> None:
    began = OpportunityOpening(command=opening("op-soon"), at=NOON)
    async with pool.acquire() as conn:
        await inbox.accept(
            conn,
            source="/sis",
            event_id="e-1",
            payload_hash="h",
            type="t",
            delivery=Delivery(lifecycle="opportunity", id="op-soon", opening=began),
        )
    with pytest.raises(ApplicationError) as raised:
        await Seats(pool, deciding).claim("pl-1", claim("op-soon"))
    assert raised.value.type == "not_open_yet"


async def test_without_a_worker_the_answer_is_unknown_and_asking_again_is_safe(client: Client, pool: Pool) -> None:
    id_ = new_id()
    began = OpportunityOpening(command=opening(id_), at=NOON)
    await client.start_workflow(
        WORKFLOW_TYPES["opportunity"],
        Begin(by=API, opening=began),
        id=workflow_id("opportunity", id_),
        task_queue="nobody-polls-this",
    )
    with pytest.raises(WorkflowUpdateRPCTimeoutOrCancelledError):
        await Seats(pool, client, patience_seconds=0.3).claim("pl-1", claim(id_))
    await client.get_workflow_handle(workflow_id("opportunity", id_)).terminate()
