"""The placement's decisions: what a command does, and what follows of itself. Pure; time is an argument.

`decide` gives events or raises `Refused`; `evolving.evolve` applies them; `deadlines` says when time acts;
`placement_effects` says what the world is asked for. The tables are in `transitions`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from lifecycle import ladder
from lifecycle.deadlines import due_at, person_for
from lifecycle.evolving import evolve
from lifecycle.settling import settle
from lifecycle.story import Story
from lifecycle.transitions import ALLOWED, TERMINAL
from lifecycle.waiting import final_is_provided
from schemas.case import Holder, Request
from schemas.change_commands import Extend, ReplaceSupervisor
from schemas.placement import Placement
from schemas.placement_commands import PlacementCommand, Propose, RecordBounce, RecordSeat, Resend, Submit, Withdraw
from schemas.placement_events import (
    NoShowRecorded,
    OfferAccepted,
    OfferDeclined,
    OfferMade,
    PlacementActivated,
    PlacementCompleted,
    PlacementCompletedWithoutEvaluation,
    PlacementEvent,
    PlacementProposed,
    PlacementRejected,
    PlacementWithdrawn,
    PlacementWithdrawnInProgress,
    SeatRequested,
)
from schemas.problems import ProblemCode, Refused
from schemas.request_events import (
    RequestBounced,
    RequestMoved,
    RequestReassigned,
    RequestResent,
    RequestSubmitted,
    RequestWithdrawn,
)
from schemas.supervision_events import AttendanceMissed, PlacementExtended, SupervisorReplaced
from schemas.vocabulary import PlacementState as S
from schemas.vocabulary import RequestKind as K
from schemas.vocabulary import RequestState, Role, SeatState


def propose(command: Propose, at: datetime) -> tuple[Placement, tuple[PlacementEvent, ...]]:
    """The first decision: a placement in `proposed` and its events. Raises Refused when nobody can be asked."""
    program = command.program
    placement = Placement(
        id=command.placement_id,
        state=S.PROPOSED,
        program=program,
        clock=command.clock,
        learner_id=command.learner_id,
        opportunity_id=command.opportunity_id,
        host_id=command.host_id,
        start=command.start,
        end=command.end,
        minor=command.minor,
        team=command.team,
        entered_at=at,
    )
    for ask in program.asks:
        for signer in ask.of:
            if (signer.when == "always" or command.minor) and person_for(placement, signer.role) is None:
                raise Refused(
                    ProblemCode.INVALID,
                    f"learner_id: nobody is the {signer.role} of {command.learner_id}, but '{ask.id}' asks one; "
                    f"import that person, or name a stand-in in program {program.id}",
                )
    story = Story(placement, at)
    story.tell(
        PlacementProposed(
            at=at,
            learner_id=command.learner_id,
            opportunity_id=command.opportunity_id,
            host_id=command.host_id,
            program_id=program.id,
            program_version=program.version,
            start=command.start,
            end=command.end,
            minor=command.minor,
        )
    )
    settle(story)
    return story.placement, tuple(story.events)


def step(placement: Placement, command: PlacementCommand, at: datetime) -> tuple[Placement, tuple[PlacementEvent, ...]]:
    """Decide and evolve in one go. Raises Refused naming state, command and what is allowed."""
    if placement.state not in ALLOWED.get(command.name, frozenset()):
        over = " (it has ended)" if placement.state in TERMINAL else ""
        raise Refused(
            ProblemCode.CLOSED if placement.state in TERMINAL else ProblemCode.NOT_ALLOWED_NOW,
            f"placement {placement.id} is {placement.state}{over}; '{command.name}' is not possible now",
        )
    story = Story(placement, at)
    _COMMANDS[command.name](story, command)
    settle(story)
    return story.placement, tuple(story.events)


def decide(placement: Placement, command: PlacementCommand, at: datetime) -> tuple[PlacementEvent, ...]:
    """What follows from a command at an instant of the program's clock. Raises Refused."""
    return step(placement, command, at)[1]


def _seat(story: Story) -> None:
    if story.placement.seat is SeatState.NONE:
        _answered_otherwise(story, K.HOST_CONFIRMATION)
        story.tell(SeatRequested(at=story.at))


def _answered_otherwise(story: Story, kind: K) -> None:
    for request in story.placement.of_kind(kind):
        if request.is_open:
            story.tell(RequestWithdrawn(at=story.at, request_id=request.id, reason="answered_otherwise"))


def _submit(story: Story, command: Submit) -> None:
    request = _open_request(story.placement, command.request_id)
    holder = next((one for one in request.holders if one.person_id == command.person_id), None)
    if holder is None:
        raise Refused(
            ProblemCode.NOT_AWAITED, f"request {request.id} of {story.placement.id} is not asked of {command.person_id}"
        )
    allowed = DECISIONS.get(request.kind)
    if allowed is not None and command.decision not in allowed:
        raise Refused(ProblemCode.INVALID, f"decision: {request.kind} is answered by {' or '.join(sorted(allowed))}")
    _answer(story, request, holder, command)


def _answer(story: Story, request: Request, holder: Holder, command: Submit) -> None:
    at = story.at
    story.tell(
        RequestSubmitted.made(
            at=at,
            request_id=request.id,
            kind=request.kind,
            submission_id=command.submission_id,
            by=holder,
            decision=command.decision,
        )
    )
    if request.kind is K.SIGN_OFF:
        provided = final_is_provided(story.placement)
        story.tell(PlacementCompleted(at=at) if provided else PlacementCompletedWithoutEvaluation(at=at))
    follow = _ANSWERS.get(request.kind, {}).get(command.decision or "")
    if follow is not None:
        follow(story)


def _open_request(placement: Placement, request_id: str) -> Request:
    request = placement.request(request_id)
    if request is None:
        raise Refused(ProblemCode.NOT_AWAITED, f"request_id: placement {placement.id} has no request {request_id}")
    if request.state is RequestState.SUBMITTED:
        raise Refused(ProblemCode.ALREADY_ANSWERED, f"request {request_id} of {placement.id} was answered already")
    if not request.is_open:
        raise Refused(ProblemCode.CLOSED, f"request {request_id} of {placement.id} is closed ({request.state})")
    return request


def _accept(story: Story) -> None:
    _answered_otherwise(story, K.OFFER_ACCEPTANCE)
    story.tell(OfferAccepted(at=story.at))


def _attend(story: Story) -> None:
    for kind in (K.FIRST_DAY, K.NO_SHOW_FOLLOW_UP):
        _answered_otherwise(story, kind)
    story.tell(PlacementActivated(at=story.at, confirmed=True))


def _miss(story: Story) -> None:
    if not story.placement.missed:
        _answered_otherwise(story, K.FIRST_DAY)
        story.tell(AttendanceMissed(at=story.at))


def _withdraw(story: Story, command: Withdraw) -> None:
    started = story.placement.state in (S.ACTIVE, S.AWAITING_ASSESSMENT)
    event = PlacementWithdrawnInProgress if started else PlacementWithdrawn
    story.tell(event(at=story.at, reason=command.reason))


def _extend(story: Story, command: Extend) -> None:
    before = story.placement
    if command.end <= before.end:
        raise Refused(ProblemCode.INVALID, f"end: {command.end} is not after the present last day, {before.end}")
    due = {request.id: due_at(before, request) for request in before.open_requests}
    story.tell(PlacementExtended(at=story.at, end_before=before.end, end=command.end))
    for request in story.placement.open_requests:
        moved = due_at(story.placement, request)
        if moved != due[request.id]:
            story.tell(RequestMoved(at=story.at, request_id=request.id, due_at=moved))


def _replace(story: Story, command: ReplaceSupervisor) -> None:
    before = person_for(story.placement, Role.WORKSITE_SUPERVISOR)
    if before is None:
        raise Refused(ProblemCode.INVALID, f"placement {story.placement.id} has no worksite supervisor to replace")
    if command.person_id == before:
        raise Refused(ProblemCode.INVALID, f"person_id: {before} is the supervisor already")
    story.tell(SupervisorReplaced(at=story.at, person_before=before, person_id=command.person_id))
    for request in story.placement.open_requests:
        if any(one.person_id == before and one.role is Role.WORKSITE_SUPERVISOR for one in request.holders):
            story.tell(
                RequestReassigned(
                    at=story.at,
                    request_id=request.id,
                    person_before=before,
                    person_id=command.person_id,
                    role=Role.WORKSITE_SUPERVISOR,
                )
            )


def _resend(story: Story, command: Resend) -> None:
    request = _open_request(story.placement, command.request_id)
    owner = request.holders[-1]
    story.tell(RequestResent(at=story.at, request_id=request.id, person_id=owner.person_id, role=owner.role))


def _record_seat(story: Story, command: RecordSeat) -> None:
    if story.placement.seat is SeatState.CLAIMING:
        story.tell(OfferMade(at=story.at) if command.granted else PlacementRejected(at=story.at, reason="no_seat"))


def _record_bounce(story: Story, command: RecordBounce) -> None:
    request = story.placement.request(command.request_id)
    if request is None or not request.is_open:
        return
    story.tell(RequestBounced(at=story.at, request_id=request.id, person_id=command.person_id))
    if command.person_id == request.person_id:
        ladder.climb_after_bounce(story, request.id)


_ANSWERS: dict[K, dict[str, Callable[[Story], None]]] = {
    K.HOST_CONFIRMATION: {
        "accept": _seat,
        "decline": lambda story: story.tell(PlacementRejected(at=story.at, reason="host_declined")),
    },
    K.OFFER_ACCEPTANCE: {
        "accept": _accept,
        "decline": lambda story: story.tell(OfferDeclined(at=story.at)),
    },
    K.FIRST_DAY: {"started": _attend, "not_come": _miss},
    K.NO_SHOW_FOLLOW_UP: {
        "started": _attend,
        "no_show": lambda story: story.tell(NoShowRecorded(at=story.at)),
    },
}
"""Where a form's decision moves the placement: kind of request -> decision -> what follows."""

DECISIONS: dict[K, frozenset[str]] = {kind: frozenset(follow) for kind, follow in _ANSWERS.items()}
"""The decisions a form of that kind may come back with; other kinds take any, or none."""

_COMMANDS: dict[str, Callable[[Story, Any], None]] = {
    "make_offer": lambda story, _: _seat(story),
    "accept_offer": lambda story, _: _accept(story),
    "decline_offer": lambda story, _: story.tell(OfferDeclined(at=story.at)),
    "submit": _submit,
    "confirm_attendance": lambda story, _: _attend(story),
    "report_missed": lambda story, _: _miss(story),
    "withdraw": _withdraw,
    "extend": _extend,
    "replace_supervisor": _replace,
    "resend": _resend,
    "record_seat": _record_seat,
    "record_bounce": _record_bounce,
    "tick": lambda story, _: ladder.climb(story),
}

__all__ = ["DECISIONS", "decide", "evolve", "propose", "step"]
