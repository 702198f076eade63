"""Every lifecycle behind one face, so that the durable shell, the gateway and the tests treat them alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Generic, NamedTuple, TypeVar

from lifecycle import incident as incidents
from lifecycle import opportunity as opportunities
from lifecycle import partnership as partnerships
from lifecycle import partnership_shown, partnership_waiting, waiting
from lifecycle import placement as placements
from lifecycle.opportunity_effects import effects as opportunity_effects
from lifecycle.placement_effects import effects as placement_effects
from lifecycle.viewing import awaiting, is_overdue, opportunity_view, placement_view
from lifecycle.words import (
    opportunity_alarm,
    opportunity_details,
    opportunity_story,
    placement_alarm,
    placement_details,
    placement_story,
)
from schemas.acts import Batch, By, Fact, LifecycleName
from schemas.carry import AnyOpening
from schemas.case import Case
from schemas.change_commands import RecordWork
from schemas.effects import (
    Bounced,
    Effect,
    Notify,
    Outcome,
    Screened,
    ScreenOpportunity,
    SeatAnswer,
    Skipped,
    TellLifecycle,
    WorkChecked,
)
from schemas.incident import Incident, IncidentOpening
from schemas.opportunity import Opportunity, OpportunityOpening, OpportunityTick, RecordScreening, ReleaseSeat
from schemas.partnership import Partnership, PartnershipOpening
from schemas.placement import Placement
from schemas.placement_commands import Opening, RecordBounce, RecordSeat, Tick
from schemas.views import CaseView

S = TypeVar("S", bound=Case[Any])
NOBODY_THERE = frozenset({"no_address", "opted_out", "unknown_person"})
"""Reasons for skipping a message that mean what a bounce means: this person cannot be reached."""
LAST_COUNTS = frozenset({"request_moved_notification", "request_unanswered_warning"})
"""Messages about a date: of several at once about one request, whoever gets them needs the last."""


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
    details: Callable[[S], str]
    alarm: Callable[[S], str]
    attributes: Callable[[S], Attributes]
    learned: Callable[[Effect, Outcome], Any | None]
    tick: Any


def _placement_learned(effect: Effect, outcome: Outcome) -> RecordSeat | RecordWork | RecordBounce | None:
    """What a placement makes of an effect's outcome: the command to decide upon, or None."""
    if isinstance(outcome, SeatAnswer):
        return RecordSeat(granted=outcome.granted, waiting=outcome.waiting)
    if isinstance(outcome, WorkChecked):
        return RecordWork(findings=outcome.findings, recheck_on=outcome.recheck_on, permit_until=outcome.permit_until)
    return _bounced(effect, outcome)


def _opportunity_learned(effect: Effect, outcome: Outcome) -> RecordScreening | ReleaseSeat | RecordBounce | None:
    """What an opportunity makes of it; a seat whose placement is over or never was goes to the next in line."""
    if isinstance(outcome, Screened) and isinstance(effect, ScreenOpportunity):
        return RecordScreening(design=effect.design, hazards=outcome.hazards)
    if isinstance(outcome, Skipped) and isinstance(effect, TellLifecycle):
        return ReleaseSeat(placement_id=effect.id)
    return _bounced(effect, outcome)


def _bounced(effect: Effect, outcome: Outcome) -> RecordBounce | None:
    """Whoever was asked cannot be reached; that matters in every lifecycle."""
    unreachable = isinstance(outcome, Bounced) or (isinstance(outcome, Skipped) and outcome.reason in NOBODY_THERE)
    if unreachable and isinstance(effect, Notify) and effect.request_id is not None:
        return RecordBounce(request_id=effect.request_id, person_id=effect.person_id)
    return None


def _attributes(case: Case[Any], *, program: str, host: str, next_due: datetime | None) -> Attributes:
    return Attributes(
        program=program,
        state=case.state,
        host=host,
        awaiting=awaiting(case),
        next_due=next_due,
        overdue=is_overdue(case),
    )


def _placement_attributes(state: Placement) -> Attributes:
    return _attributes(state, program=state.program.id, host=state.host_id, next_due=waiting.next_due(state))


def _opportunity_attributes(state: Opportunity) -> Attributes:
    return _attributes(state, program=state.program_id, host=state.host_id, next_due=opportunities.next_due(state))


def _partnership_attributes(state: Partnership) -> Attributes:
    due = partnership_waiting.next_due(state)
    return _attributes(state, program=state.program.id, host=state.host_id, next_due=due)


def _incident_attributes(state: Incident) -> Attributes:
    return _attributes(state, program=state.program.id, host=state.host_id, next_due=incidents.next_due(state))


PLACEMENT: Lifecycle[Placement] = Lifecycle(
    name="placement",
    begin=placements.propose,
    decide=placements.PLACEMENT.story,
    effects=placement_effects,
    next_due=waiting.next_due,
    is_over=waiting.is_over,
    view=placement_view,
    story=placement_story,
    details=placement_details,
    alarm=placement_alarm,
    attributes=_placement_attributes,
    learned=_placement_learned,
    tick=Tick(),
)

OPPORTUNITY: Lifecycle[Opportunity] = Lifecycle(
    name="opportunity",
    begin=opportunities.begin,
    decide=opportunities.OPPORTUNITY.story,
    effects=opportunity_effects,
    next_due=opportunities.next_due,
    is_over=opportunities.is_over,
    view=opportunity_view,
    story=opportunity_story,
    details=opportunity_details,
    alarm=opportunity_alarm,
    attributes=_opportunity_attributes,
    learned=_opportunity_learned,
    tick=OpportunityTick(),
)

PARTNERSHIP: Lifecycle[Partnership] = Lifecycle(
    name="partnership",
    begin=partnerships.contact,
    decide=partnerships.PARTNERSHIP.story,
    effects=partnership_shown.effects,
    next_due=partnership_waiting.next_due,
    is_over=partnership_waiting.is_over,
    view=partnership_shown.partnership_view,
    story=partnership_shown.partnership_story,
    details=partnership_shown.partnership_details,
    alarm=partnership_shown.partnership_alarm,
    attributes=_partnership_attributes,
    learned=_bounced,
    tick=Tick(),
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
    details=lambda state: f"About placement {state.placement_id}; severity {state.severity}.",
    alarm=incidents.incident_alarm,
    attributes=_incident_attributes,
    learned=_bounced,
    tick=Tick(),
)

BY_OPENING: dict[type, Lifecycle[Any]] = {
    Opening: PLACEMENT,
    OpportunityOpening: OPPORTUNITY,
    PartnershipOpening: PARTNERSHIP,
    IncidentOpening: INCIDENT,
}
"""Type of opening -> the lifecycle that begins with it."""


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
    effects = tuple(chain.from_iterable(map(lifecycle.effects, story.passed, story.events)))
    return Decision(story.case, tuple(story.events), _last_of_each(effects) if len(effects) > 1 else effects)


def _last_of_each(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """Whoever is told that a request moved, or is warned of it, hears the last only: the others never came to pass."""
    about = [one for one in effects if isinstance(one, Notify) and one.message in LAST_COUNTS]
    if len(about) < 2:
        return effects
    last = {(one.message, one.request_id, one.person_id): one.key for one in about}
    dropped = {one.key for one in about}.difference(last.values())
    return tuple(one for one in effects if one.key not in dropped)


def facts(state: Case[Any], name: LifecycleName, epoch: int, by: By, events: Sequence[Any]) -> list[Fact]:
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
    lifecycle = BY_OPENING[type(opening)]
    state, told = lifecycle.begin(opening.command, opening.at)
    return batch(lifecycle, state, 1, facts(state, lifecycle.name, 1, by, told))


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
