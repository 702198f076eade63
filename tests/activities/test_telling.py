"""One lifecycle tells another something: once, in order, and a no is an answer like any other."""

import asyncio
from typing import Any, cast

import pytest
from structlog.testing import capture_logs
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.carrying import Carrying
from activities.mailer import Mailer
from activities.seats import Seats
from activities.telling import Teller
from records import inbox, lifecycles
from records.pool import Pool
from records.timeline import timeline
from schemas.acts import Carried, Delivery
from schemas.carry import Begin
from schemas.effects import ClaimSeatEffect, Deferred, Done, Skipped, TellLifecycle
from schemas.naming import WORKFLOW_TYPES, workflow_id
from schemas.opportunity import OpportunityOpening
from tests.activities.opportunities import held, new_id, opened
from tests.records.cases import case
from tests.records.lives import API, NOON, opening

CLAIM = {"name": "claim_seat", "placement_id": "pl-1"}
CLOSE = {"name": "close"}


def tell(id_: str, command: dict[str, Any], key: str = "inc-1/tell/1") -> TellLifecycle:
    return TellLifecycle(key=key, lifecycle="opportunity", id=id_, command=command)


class Faulty:
    """A Temporal client whose every lifecycle has a fault, or fails in a way that says nothing."""

    def __init__(self, type_: str) -> None:
        self._type = type_

    def get_workflow_handle(self, _: str) -> "Faulty":
        return self

    async def execute_update(self, *_: object, **__: object) -> None:
        raise WorkflowUpdateFailedError(ApplicationError("close: KeyError", type=self._type))


async def test_a_command_reaches_the_other_lifecycle_and_what_came_of_it_is_recorded(
    deciding: Client, pool: Pool
) -> None:
    id_ = await opened(deciding, pool)
    assert await Teller(pool, deciding).tell("incident", tell(id_, CLAIM)) == Done(key="inc-1/tell/1")
    assert await held(pool, id_) == ("pl-1",)
    async with pool.acquire() as conn:
        entries = await timeline(conn, "opportunity", id_)
    assert [one.type for one in entries] == ["opportunity.opened", "seat.claimed", "opportunity.filled"]
    assert entries[1].by.kind == "lifecycle"


async def test_told_again_under_the_same_key_it_happens_once(deciding: Client, pool: Pool) -> None:
    id_ = await opened(deciding, pool)
    teller = Teller(pool, deciding)
    told = await asyncio.gather(*(teller.tell("incident", tell(id_, CLOSE)) for _ in range(3)))
    assert set(map(type, told)) == {Done}


async def test_the_same_key_of_two_lifecycles_is_two_acts(deciding: Client, pool: Pool) -> None:
    id_ = await opened(deciding, pool, seats=2)
    teller = Teller(pool, deciding)
    await teller.tell("incident", tell(id_, CLAIM, "x-1/tell/1"))
    await teller.tell("partnership", tell(id_, CLAIM | {"placement_id": "pl-2"}, "x-1/tell/1"))
    assert await held(pool, id_) == ("pl-1", "pl-2")


async def test_a_refusal_is_skipped_with_its_reason(deciding: Client, pool: Pool) -> None:
    id_ = await opened(deciding, pool)
    teller = Teller(pool, deciding)
    await teller.tell("incident", tell(id_, CLOSE))
    again = await teller.tell("incident", tell(id_, CLOSE, "inc-1/tell/2"))
    assert again == Skipped(key="inc-1/tell/2", reason="closed")


@pytest.mark.parametrize(
    "command",
    [{"name": "fly"}, {}, {"name": "claim_seat"}, {"name": "claim_seat", "placement_id": "Maya Rivera"}],
    ids=["unknown", "nameless", "incomplete", "wrong"],
)
async def test_what_is_no_command_of_that_lifecycle_is_skipped_and_not_logged(
    client: Client, pool: Pool, command: dict[str, Any]
) -> None:
    with capture_logs() as logs:
        told = await Teller(pool, client).tell("incident", tell("op-any", command))
    assert told == Skipped(key="inc-1/tell/1", reason="invalid")
    assert "Maya" not in str(logs)


async def test_a_command_that_only_a_lifecycle_gives_itself_is_skipped(deciding: Client, pool: Pool) -> None:
    id_ = await opened(deciding, pool)
    told = await Teller(pool, deciding).tell("incident", tell(id_, {"name": "tick"}))
    assert told == Skipped(key="inc-1/tell/1", reason="invalid")


async def test_a_lifecycle_that_does_not_exist_is_skipped(client: Client, pool: Pool) -> None:
    told = await Teller(pool, client).tell("incident", tell("op-unknown", CLOSE))
    assert told == Skipped(key="inc-1/tell/1", reason="not_found")


async def test_a_lifecycle_that_is_over_is_skipped(client: Client, pool: Pool) -> None:
    async with pool.acquire() as conn:
        await lifecycles.record_batch(conn, case("opportunity", id="op-over", state="closed", outcome="closed"))
    told = await Teller(pool, client).tell("incident", tell("op-over", CLOSE))
    assert told == Skipped(key="inc-1/tell/1", reason="closed")


async def test_a_lifecycle_about_to_be_opened_is_waited_for(client: Client, pool: Pool) -> None:
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
        await Teller(pool, client).tell("incident", tell("op-soon", CLOSE))
    assert raised.value.type == "not_open_yet"


async def test_while_the_other_has_a_fault_it_is_told_later_and_a_seat_is_asked_for_again(pool: Pool) -> None:
    faulty = cast("Client", Faulty("fault"))
    assert await Teller(pool, faulty).tell("incident", tell("op-1", CLOSE)) == Deferred(
        key="inc-1/tell/1", reason="fault"
    )
    with pytest.raises(ApplicationError) as raised:
        await Seats(pool, faulty).claim("pl-1", ClaimSeatEffect(key="pl-1/claim_seat", opportunity_id="op-1"))
    assert raised.value.type == "fault"


async def test_a_failure_that_says_nothing_is_no_refusal(pool: Pool) -> None:
    ended = cast("Client", Faulty("AcceptedUpdateCompletedWorkflow"))
    with pytest.raises(WorkflowUpdateFailedError):
        await Teller(pool, ended).tell("incident", tell("op-1", CLOSE))


async def test_without_an_answer_later_commands_for_the_same_lifecycle_wait_for_their_turn(
    client: Client, pool: Pool, mailer: Mailer
) -> None:
    silent = new_id()
    began = OpportunityOpening(command=opening(silent), at=NOON)
    handle = await client.start_workflow(
        WORKFLOW_TYPES["opportunity"],
        Begin(by=API, opening=began),
        id=workflow_id("opportunity", silent),
        task_queue="nobody-polls-this",
    )
    teller = Teller(pool, client, patience_seconds=0.3)
    with pytest.raises(WorkflowUpdateRPCTimeoutOrCancelledError):
        await teller.tell("incident", tell(silent, CLAIM))

    carrying = Carrying(pool=pool, client=client, mailer=mailer, public_url="http://127.0.0.1:8800", now=lambda: NOON)
    carrying._teller = teller
    effects = (tell(silent, CLAIM, "k-1"), tell(silent, CLOSE, "k-2"), tell("op-unknown", CLOSE, "k-3"))
    with capture_logs() as logs, pytest.raises(ApplicationError, match="1 of 3 effects"):
        await ActivityEnvironment().run(carrying.carry_out, case("incident").changed(effects=effects))
    assert [one["key"] for one in logs if one["event"] == "told"] == ["k-3"]
    await handle.terminate()

    carried = await ActivityEnvironment().run(carrying.carry_out, case("incident").changed(effects=effects))
    assert carried == Carried(outcomes=tuple(Skipped(key=f"k-{n}", reason="not_found") for n in (1, 2, 3)))
