"""Lifecycles lived through the real workflow code on a real server."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from catalog.program_catalog import program
from lifecycle.registry import INCIDENT, OPPORTUNITY, PARTNERSHIP, PLACEMENT, begin
from schemas.acts import Act, Answer, By, LifecycleName, SeveralActs, SeveralAnswers
from schemas.carry import Begin
from schemas.clock import Clock
from schemas.incident import IncidentOpening, OpenIncident
from schemas.naming import LIFECYCLE_QUEUE, SEVERAL, WORKFLOW_TYPES, workflow_id
from schemas.opportunity import OpenOpportunity, OpportunityOpening, ProposeOpportunity
from schemas.partnership import ContactHost, PartnershipOpening
from schemas.placement_commands import ConfirmAttendance, Opening, Propose, Submit
from schemas.views import IncidentView, OpportunityView, PartnershipView, PlacementView
from schemas.vocabulary import Role
from workflows.attributes import at_start

API = By(kind="api")
MONDAY = datetime(2027, 6, 7, 13, 30, tzinfo=UTC)
"""The program's clock at the start of a life: 09:30 at the worksite, four weeks before the first day."""
STARTS, ENDS = date(2027, 7, 6), date(2027, 8, 13)
FAST = 1_000_000
"""Program seconds in a real one: a day takes 86 ms."""
TEAM = {
    Role.STUDENT: "lrn-1",
    Role.GUARDIAN: "grd-1",
    Role.WORKSITE_SUPERVISOR: "sup-1",
    Role.ALTERNATE_SUPERVISOR: "sup-2",
    Role.CAREER_SPECIALIST: "cs-1",
    Role.COORDINATOR: "co-1",
    Role.TEACHER: "tea-1",
}
HOST_TEAM = {
    Role.SITE_CONTACT: "con-1",
    Role.WORKSITE_SUPERVISOR: "sup-1",
    Role.ENGAGEMENT_MANAGER: "em-1",
    Role.CAREER_SPECIALIST: "cs-1",
}
SIGNERS = (("student", "lrn-1"), ("guardian", "grd-1"), ("worksite_supervisor", "sup-1"), ("coordinator", "co-1"))
_numbers = itertools.count(1)


class Life:
    """One lifecycle's workflow, and what one may do with it."""

    def __init__(self, client: Client, handle: WorkflowHandle[Any, str], id_: str, view: type[Any]) -> None:
        self.client, self.handle, self.id = client, handle, id_
        self._view = view

    async def act(
        self,
        command: Any,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - the field's name
        payload_hash: str = "h",
        recorded: int = 0,
        update_id: str | None = None,
    ) -> Answer:
        """Send one act as the gateway does, and wait for the answer. Raises WorkflowUpdateFailedError."""
        id_ = id or f"act-{next(_numbers)}"
        act = Act(id=id_, payload_hash=payload_hash, by=API, recorded=recorded, command=command)
        return await self.handle.execute_update(name or command.name, act, id=update_id or id_, result_type=Answer)

    async def submit(
        self,
        request_id: str,
        person_id: str,
        decision: str | None = None,
        *,
        valid_until: date | None = None,
        **more: Any,
    ) -> Answer:
        """Answer a request as that person."""
        submission = f"sub-{next(_numbers)}"
        command = Submit(
            request_id=request_id,
            person_id=person_id,
            submission_id=submission,
            decision=decision,
            valid_until=valid_until,
        )
        return await self.act(command, **more)

    async def several(
        self, *commands: Any, ids: Sequence[str] = (), recorded: int = 0, payload_hash: str = "h"
    ) -> SeveralAnswers:
        """Send acts together, as the dispatcher brings what waited in a row; `ids` are theirs, if they matter."""
        named = ids or [f"act-{next(_numbers)}" for _ in commands]
        acts = tuple(
            Act(id=id_, payload_hash=payload_hash, by=API, command=one)
            for id_, one in zip(named, commands, strict=True)
        )
        return await self.handle.execute_update(
            SEVERAL, SeveralActs(recorded=recorded, acts=acts), result_type=SeveralAnswers
        )

    async def resume(self) -> Answer:
        """Let a parked lifecycle go on, as an operator does."""
        return await self.handle.execute_update("resume", result_type=Answer)

    async def view(self) -> Any:
        """The view, asked of the workflow itself."""
        return await self.handle.query("view", result_type=self._view)

    async def until(self, true: Callable[[Any], bool], *, within: float = 10) -> Any:
        """Poll the view until something is true of it. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while not true(view := await self.view()):  # noqa: ASYNC110 - a server is asked
                await asyncio.sleep(0.02)
        return view

    async def in_state(self, state: str, *, within: float = 10) -> Any:
        """Wait until the lifecycle is in that state."""
        return await self.until(lambda view: view.state == state, within=within)

    async def idle(self) -> None:
        """Wait until no activity runs and no decision is due."""
        await eventually(self._is_idle)

    async def _is_idle(self) -> bool:
        raw = (await self.handle.describe()).raw_description
        return not raw.pending_activities and not raw.HasField("pending_workflow_task")

    async def history(self) -> list[HistoryEvent]:
        """The events of the present run."""
        return list((await self.handle.fetch_history()).events)

    async def counts(self) -> Counter[str]:
        """How many events of which type the history of the present run holds: `TIMER_STARTED` and so on."""
        return Counter(kind(event) for event in await self.history())

    async def timers(self) -> list[tuple[str, str]]:
        """Every timer ever started: how long (`10s`, rounded), and its label in Temporal UI."""
        found: list[tuple[str, str]] = []
        for event in await self.history():
            if kind(event) == "TIMER_STARTED":
                wait = event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
                found.append((f"{wait.total_seconds():.0f}s", self.label(event)))
        return found

    def label(self, event: HistoryEvent) -> str:
        """What Temporal UI writes beside a timer or an activity."""
        return str(self.client.data_converter.payload_converter.from_payload(event.user_metadata.summary))

    async def names(self) -> list[str]:
        """The names of the acts in the history, in order."""
        return [
            event.workflow_execution_update_accepted_event_attributes.accepted_request.input.name
            for event in await self.history()
            if kind(event) == "WORKFLOW_EXECUTION_UPDATE_ACCEPTED"
        ]

    async def current_details(self) -> str:
        """What Temporal UI shows as Current Details."""
        metadata = await self.handle.query("__temporal_workflow_metadata")
        return str(metadata.current_details)


class Lives:
    """Starts lifecycles the way the gateway does."""

    def __init__(
        self, client: Client, types: Mapping[LifecycleName, str] = WORKFLOW_TYPES, *, queue: str = LIFECYCLE_QUEUE
    ) -> None:
        self._client, self._types, self._queue = client, types, queue

    @property
    def client(self) -> Client:
        """The client that starts them."""
        return self._client

    async def placement(
        self,
        *,
        speed: float = 1,
        at: datetime = MONDAY,
        clock_at: datetime | None = None,
        now: datetime | None = None,
        **changes: Any,
    ) -> Life:
        """A placement of the shipped program, proposed at `at`.

        Its clock shows `clock_at` (or `at`) at the real instant `now` and runs `speed` times as fast: with 1 it
        practically stands still.
        """
        id_ = f"pl-{next(_numbers)}"
        command = Propose.model_validate(
            {
                "placement_id": id_,
                "learner_id": "lrn-1",
                "opportunity_id": "opp-1",
                "host_id": f"host-of-{id_}",
                "program": program("boston-summer-internship"),
                "start": STARTS,
                "end": ENDS,
                "minor": True,
                "team": TEAM,
                "clock": Clock(program_epoch=clock_at or at, real_epoch=now or datetime.now(UTC), speed=speed),
            }
            | changes
        )
        handle = await self._client.start_workflow(
            self._types["placement"],
            Begin(opening=Opening(command=command, at=at), by=API),
            id=workflow_id("placement", id_),
            task_queue=self._queue,
            memo={"opened_by": f"opening-{id_}"},
            search_attributes=at_start(PLACEMENT.attributes(begin(PLACEMENT, command, at).state)),
            result_type=str,
        )
        return Life(self._client, handle, id_, PlacementView)

    async def opportunity(
        self, *, speed: float = 1, at: datetime = MONDAY, now: datetime | None = None, seats: int = 1
    ) -> Life:
        """An open opportunity, its clock as above."""
        id_ = f"opp-{next(_numbers)}"
        command = OpenOpportunity(
            opportunity_id=id_,
            host_id=f"host-of-{id_}",
            program_id="boston-summer-internship",
            seats=seats,
            start=STARTS,
            end=ENDS,
            closes_at=datetime(2027, 8, 13, 21, tzinfo=UTC),
            clock=Clock(program_epoch=at, real_epoch=now or datetime.now(UTC), speed=speed),
        )
        return await self.offer(command, at)

    async def offer(self, command: OpenOpportunity | ProposeOpportunity, at: datetime = MONDAY) -> Life:
        """An opportunity that begins with a command: open, or proposed to be developed."""
        id_ = command.opportunity_id
        handle = await self._client.start_workflow(
            self._types["opportunity"],
            Begin(opening=OpportunityOpening(command=command, at=at), by=API),
            id=workflow_id("opportunity", id_),
            task_queue=self._queue,
            search_attributes=at_start(OPPORTUNITY.attributes(begin(OPPORTUNITY, command, at).state)),
            result_type=str,
        )
        return Life(self._client, handle, id_, OpportunityView)

    async def partnership(
        self, *, speed: float = 1, at: datetime = MONDAY, now: datetime | None = None, **changes: Any
    ) -> Life:
        """A host's partnership of the shipped program, its clock as above."""
        id_ = f"par-{next(_numbers)}"
        command = ContactHost.model_validate(
            {
                "partnership_id": id_,
                "host_id": f"host-of-{id_}",
                "program": program("partnership"),
                "team": HOST_TEAM,
                "clock": Clock(program_epoch=at, real_epoch=now or datetime.now(UTC), speed=speed),
            }
            | changes
        )
        handle = await self._client.start_workflow(
            self._types["partnership"],
            Begin(opening=PartnershipOpening(command=command, at=at), by=API),
            id=workflow_id("partnership", id_),
            task_queue=self._queue,
            search_attributes=at_start(PARTNERSHIP.attributes(begin(PARTNERSHIP, command, at).state)),
            result_type=str,
        )
        return Life(self._client, handle, id_, PartnershipView)

    async def incident(self, *, at: datetime = MONDAY) -> Life:
        """A case as a placement opens it, its clock standing practically still."""
        id_ = f"inc-{next(_numbers)}"
        command = OpenIncident.model_validate(
            {
                "incident_id": id_,
                "placement_id": "pl-0",
                "learner_id": "lrn-1",
                "host_id": "host-1",
                "severity": "medium",
                "category": "injury",
                "program": program("incident-response"),
                "minor": True,
                "team": TEAM,
                "day": at.date(),
                "clock": Clock(program_epoch=at, real_epoch=datetime.now(UTC), speed=1),
            }
        )
        handle = await self._client.start_workflow(
            self._types["incident"],
            Begin(opening=IncidentOpening(command=command, at=at), by=API),
            id=workflow_id("incident", id_),
            task_queue=self._queue,
            search_attributes=at_start(INCIDENT.attributes(begin(INCIDENT, command, at).state)),
            result_type=str,
        )
        return Life(self._client, handle, id_, IncidentView)


async def eventually(true: Callable[[], Awaitable[bool]], *, within: float = 10) -> None:
    """Wait until something is true. Raises TimeoutError."""
    async with asyncio.timeout(within):
        while not await true():  # noqa: ASYNC110 - a server is asked
            await asyncio.sleep(0.02)


def kind(event: HistoryEvent) -> str:
    """An event's type without its prefix: `TIMER_STARTED`."""
    return EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")


async def refusal(act: Awaitable[Answer]) -> ApplicationError:
    """The error with which an act is refused; fails when it is taken."""
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await act
    assert isinstance(failed.value.cause, ApplicationError)
    return failed.value.cause


async def to_offer(life: Life) -> None:
    """The host takes the learner; the seat is granted."""
    await life.submit("host_confirmation", "sup-1", "accept")
    await life.in_state("offered")
    await life.idle()


async def to_preparing(life: Life) -> None:
    """The learner accepts."""
    await to_offer(life)
    await life.submit("offer", "lrn-1", "accept")
    await life.idle()


async def to_ready(life: Life) -> None:
    """Everybody signs."""
    await to_preparing(life)
    for role, person in SIGNERS:
        await life.submit(f"agreement.{role}", person)


async def to_active(life: Life) -> None:
    """The learner has come."""
    await to_ready(life)
    await life.act(ConfirmAttendance())
    await life.idle()
