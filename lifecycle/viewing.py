"""What outsiders see, made from a lifecycle's state."""

from collections.abc import Iterator
from datetime import datetime

from lifecycle.calendars import instant
from lifecycle.deadlines import closes_at, days_of, due_at, opening_day, person_for, timetable
from lifecycle.opening import is_long_enough, request_id
from lifecycle.placement_facts import TABLE
from lifecycle.transitions import TERMINAL
from lifecycle.waiting import late_until, next_due
from lifecycle.words import opportunity_story, placement_story
from schemas.case import Request
from schemas.opportunity import Opportunity
from schemas.placement import Placement
from schemas.views import OpportunityView, PlacementView, RequestView
from schemas.vocabulary import PlacementState, RequestKind, RequestState


def awaiting(placement: Placement) -> tuple[str, ...]:
    """The roles whose answer the placement's progress waits for, sorted; routine check-ins do not count."""
    by_id = placement.program.by_id
    return tuple(sorted({one.holders[-1].role for one in placement.open_requests if by_id[one.ask_id].blocks}))


def is_overdue(placement: Placement) -> bool:
    """Whether an open request is past its due moment."""
    return any(one.overdue for one in placement.open_requests)


def _seen(placement: Placement, request: Request) -> RequestView:
    return RequestView(
        id=request.id,
        kind=request.kind,
        form=request.form,
        role=request.holders[-1].role,
        person_id=request.person_id,
        state=request.state.value,
        opens_at=request.opened_at,
        due_at=due_at(placement, request),
        closes_at=closes_at(placement, request),
        overdue=request.overdue,
        blocks=placement.program.by_id[request.ask_id].blocks,
        number=request.number,
        holders=tuple(one.person_id for one in request.holders),
        submission_id=request.submission_id,
        asked=request.asked,
        late_until=_late_until(placement, request),
        valid_until=request.valid_until,
        visit_on=request.visit_on,
    )


def _late_until(placement: Placement, request: Request) -> datetime | None:
    late = request.kind is RequestKind.FINAL_EVALUATION and request.state is RequestState.NOT_PROVIDED
    return late_until(placement) if late else None


def _upcoming(placement: Placement) -> Iterator[RequestView]:
    """What the program will still ask on known days; later turns of a repeated ask are left out."""
    program, calendar = placement.program, placement.program.calendar
    asked = {(one.ask_id, one.role) for one in placement.requests}
    ahead = TABLE.later[placement.state] | {placement.state}
    for ask in program.asks:
        day = opening_day(program, ask, days_of(placement, ask))
        states = TABLE.places(ask.kind)[0] & ahead
        if day is None or not states or (states == frozenset({PlacementState.ACTIVE}) and day > placement.end):
            continue
        if not is_long_enough(ask, placement.start, placement.end) or ask.kind in placement.passed_over:
            continue
        opens = instant(calendar.time_zone, day, calendar.asks_at)
        times = timetable(placement, ask, opens)
        for signer in ask.of:
            if (ask.id, signer.role) in asked or not (placement.minor or signer.when == "always"):
                continue
            yield RequestView(
                id=request_id(ask, signer, 1),
                kind=ask.kind,
                form=ask.form,
                role=signer.role,
                person_id=person_for(placement, signer.role),
                state="upcoming",
                opens_at=opens,
                due_at=times.due_at,
                closes_at=times.closes_at,
                blocks=ask.blocks,
            )


def placement_view(placement: Placement) -> PlacementView:
    """The read API's view: asked requests first, in order, then those the program will still ask on known days."""
    due = [due_at(placement, one) for one in placement.open_requests]
    return PlacementView(
        id=placement.id,
        state=placement.state,
        program=placement.program.id,
        program_version=placement.program.version,
        time_zone=placement.program.calendar.time_zone,
        link_days=placement.program.link_days,
        speed=placement.clock.speed,
        program_epoch=placement.clock.program_epoch,
        real_epoch=placement.clock.real_epoch,
        learner_id=placement.learner_id,
        opportunity_id=placement.opportunity_id,
        host_id=placement.host_id,
        start=placement.start,
        end=placement.end,
        minor=placement.minor,
        team=placement.team,
        seat=placement.seat,
        requests=(*(_seen(placement, one) for one in placement.requests), *_upcoming(placement)),
        awaiting=awaiting(placement),
        next_due_at=min(due, default=next_due(placement)),
        overdue=is_overdue(placement),
        story=placement_story(placement),
        reason=placement.reason,
        outcome=placement.state if placement.state in TERMINAL else None,
        record=placement.record,
        blocked=placement.blocked,
        suspended_until=placement.suspension.resume_by if placement.suspension else None,
        incidents=placement.incidents,
        successor_id=placement.successor_id,
    )


def opportunity_view(opportunity: Opportunity) -> OpportunityView:
    """The read API's view of an opportunity."""
    return OpportunityView(
        id=opportunity.id,
        state=opportunity.state,
        host_id=opportunity.host_id,
        program=opportunity.program_id,
        start=opportunity.start,
        end=opportunity.end,
        seats=opportunity.seats,
        free=opportunity.free,
        held=opportunity.held,
        story=opportunity_story(opportunity),
    )
