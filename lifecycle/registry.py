"""Every lifecycle behind one face, so that the durable shell, the gateway and the tests treat them alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from lifecycle import incident as incidents
from lifecycle import opportunity as opportunities
from lifecycle import placement as placements
from lifecycle import waiting
from lifecycle.placement_effects import effects as placement_effects
from lifecycle.viewing import awaiting, is_overdue, opportunity_view, placement_view
from lifecycle.words import opportunity_story, placement_alarm, placement_story
from schemas.acts import Batch, By, Fact, LifecycleName
from schemas.carry import AnyOpening
from schemas.change_commands import RecordWork
from schemas.effects import Bounced, Effect, Notify, Outcome, SeatAnswer, Skipped, WorkChecked
from schemas.incident import Incident, IncidentOpening
from schemas.opportunity import Opportunity, OpportunityTick
from schemas.placement import Placement
from schemas.placement_commands import Opening, RecordBounce, RecordSeat, Tick
from schemas.views import CaseView

State = Placement | Opportunity | Incident
S = TypeVar("S", Placement, Opportunity, Incident)
NOBODY_THERE = frozenset({"no_address", "unknown_person"})
"""Reasons for skipping a message that mean what a bounce means: this person cannot be reached."""


@dataclass(frozen=True)
class Attributes:
    """What Temporal's list is filtered by; every value is an id or a code."""

    program: str
    state: str
    host: str
    awaiting: tuple[str, ...]
    next_due: datetime | None
    overdue: bool


@dataclass(frozen=True)
class Lifecycle(Generic[S]):
    """One lifecycle: pure functions over its state `S`. Instants are on the program's clock.

    `decide` gives the case after a command, its events, and the case after each of them (`case`, `events`, `passed`).
    """

    name: LifecycleName
    begin: Callable[[Any, datetime], tuple[S, tuple[Any, ...]]]
    decide: Callable[[S, Any, datetime], Any]
    effects: Callable[[S, Any], tuple[Effect, ...]]
    next_due: Callable[[S], datetime | None]
    is_over: Callable[[S, datetime], bool]
    view: Callable[[S], CaseView]
    story: Callable[[S], str]
    alarm: Callable[[S], str]
    attributes: Callable[[S], Attributes]
    learned: Callable[[Effect, Outcome], Any | None]
    tick: Any


def _learned(effect: Effect, outcome: Outcome) -> RecordSeat | RecordWork | RecordBounce | None:
    """What a placement makes of an effect's outcome: the command to decide upon, or None."""
    if isinstance(outcome, SeatAnswer):
        return RecordSeat(granted=outcome.granted, waiting=outcome.waiting)
    if isinstance(outcome, WorkChecked):
        return RecordWork(findings=outcome.findings, recheck_on=outcome.recheck_on)
    unreachable = isinstance(outcome, Bounced) or (isinstance(outcome, Skipped) and outcome.reason in NOBODY_THERE)
    if unreachable and isinstance(effect, Notify) and effect.request_id is not None:
        return RecordBounce(request_id=effect.request_id, person_id=effect.person_id)
    return None


def _placement_attributes(state: Placement) -> Attributes:
    return Attributes(
        program=state.program.id,
        state=state.state,
        host=state.host_id,
        awaiting=awaiting(state),
        next_due=waiting.next_due(state),
        overdue=is_overdue(state),
    )


def _opportunity_attributes(state: Opportunity) -> Attributes:
    return Attributes(
        program=state.program_id,
        state=state.state,
        host=state.host_id,
        awaiting=(),
        next_due=opportunities.next_due(state),
        overdue=False,
    )


def _incident_attributes(state: Incident) -> Attributes:
    return Attributes(
        program=state.program.id,
        state=state.state,
        host=state.host_id,
        awaiting=awaiting(state),
        next_due=incidents.next_due(state),
        overdue=is_overdue(state),
    )


PLACEMENT: Lifecycle[Placement] = Lifecycle(
    name="placement",
    begin=placements.propose,
    decide=placements.PLACEMENT.story,
    effects=placement_effects,
    next_due=waiting.next_due,
    is_over=waiting.is_over,
    view=placement_view,
    story=placement_story,
    alarm=placement_alarm,
    attributes=_placement_attributes,
    learned=_learned,
    tick=Tick(),
)

OPPORTUNITY: Lifecycle[Opportunity] = Lifecycle(
    name="opportunity",
    begin=opportunities.open_opportunity,
    decide=opportunities.decide,
    effects=lambda _, __: (),
    next_due=opportunities.next_due,
    is_over=opportunities.is_over,
    view=opportunity_view,
    story=opportunity_story,
    alarm=lambda state: f"{state.id} closes",
    attributes=_opportunity_attributes,
    learned=lambda _, __: None,
    tick=OpportunityTick(),
)


INCIDENT: Lifecycle[Incident] = Lifecycle(
    name="incident",
    begin=incidents.open_case,
    decide=incidents.INCIDENT.story,
    effects=incidents.effects,
    next_due=incidents.next_due,
    is_over=incidents.is_over,
    view=incidents.incident_view,
    story=incidents.incident_story,
    alarm=incidents.incident_alarm,
    attributes=_incident_attributes,
    learned=_learned,
    tick=Tick(),
)


class Decision(NamedTuple, Generic[S]):
    """A decision in full: the state after it, its events, and what they ask of the world."""

    state: S
    events: tuple[Any, ...]
    effects: tuple[Effect, ...]


def begin(lifecycle: Lifecycle[S], command: Any, at: datetime) -> Decision[S]:
    """The lifecycle's first decision. Raises Refused when it cannot begin."""
    state, events = lifecycle.begin(command, at)
    return Decision(state, events, tuple(one for event in events for one in lifecycle.effects(state, event)))


def decide(lifecycle: Lifecycle[S], state: S, command: Any, at: datetime) -> Decision[S]:
    """What a command does, with its effects. Raises Refused."""
    story = lifecycle.decide(state, command, at)
    effects: list[Effect] = []
    for event, passed in zip(story.events, story.passed, strict=True):
        effects += lifecycle.effects(passed, event)
    return Decision(story.case, tuple(story.events), tuple(effects))


def facts(state: State, name: LifecycleName, epoch: int, by: By, events: Sequence[Any]) -> list[Fact]:
    """The events just decided as numbered facts; `state` is the state after them."""
    first = state.seq - len(events) + 1
    return [
        Fact(
            lifecycle=name,
            id=state.id,
            epoch=epoch,
            seq=first + index,
            type=event.type,
            at=event.at,
            by=by,
            data=event.model_dump(mode="json", exclude={"type", "at", "program"}),
        )
        for index, event in enumerate(events)
    ]


def first_batch(opening: AnyOpening, by: By) -> Batch:
    """What a lifecycle's opening makes of it, without effects: the gateway records it before the worker has seen it.

    Raises Refused when the lifecycle cannot begin.
    """
    if isinstance(opening, Opening):
        placement, told = placements.propose(opening.command, opening.at)
        return batch(PLACEMENT, placement, 1, facts(placement, "placement", 1, by, told))
    if isinstance(opening, IncidentOpening):
        incident, reported = incidents.open_case(opening.command, opening.at)
        return batch(INCIDENT, incident, 1, facts(incident, "incident", 1, by, reported))
    opportunity, opened = opportunities.open_opportunity(opening.command, opening.at)
    return batch(OPPORTUNITY, opportunity, 1, facts(opportunity, "opportunity", 1, by, opened))


def batch(lifecycle: Lifecycle[S], state: S, epoch: int, told: Sequence[Fact], effects: Sequence[Effect] = ()) -> Batch:
    """Facts with the view after the last of them."""
    return Batch(
        lifecycle=lifecycle.name,
        id=state.id,
        epoch=epoch,
        seq=state.seq,
        facts=tuple(told),
        view=lifecycle.view(state).model_dump(mode="json"),
        effects=tuple(effects),
    )
