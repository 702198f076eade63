"""The placement's decisions: what a command does, and what follows of itself. Pure; time is an argument.

`decide` gives events or raises `Refused`; `evolving.evolve` applies them; `deadlines` says when time acts;
`placement_effects` says what the world is asked for. The tables are in `transitions` and `placement_facts`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from lifecycle import answers, ladder, placement_requests, requests, snoozing, supervising, suspending
from lifecycle.answers import DECISIONS
from lifecycle.decider import Decider
from lifecycle.evolving import evolve as evolve_case
from lifecycle.placement_facts import TABLE, has_begun
from lifecycle.settling import settle
from lifecycle.story import Story
from lifecycle.transitions import ASKING, TRANSITIONS
from schemas.change_commands import CancelByEmployer, CancelByProgram, Terminate, Transfer
from schemas.placement import Placement
from schemas.placement_commands import (
    PlacementCommand,
    Propose,
    RecordSeat,
    Withdraw,
)
from schemas.placement_events import (
    ApplicationReceived,
    EmployerCancelled,
    OfferDeclined,
    OfferMade,
    PlacementActivated,
    PlacementCancelled,
    PlacementCancelledByEmployer,
    PlacementEvent,
    PlacementPartiallyCompleted,
    PlacementProposed,
    PlacementRejected,
    PlacementTerminated,
    PlacementTransferred,
    PlacementWithdrawn,
    PlacementWithdrawnInProgress,
    SeatAwaited,
)
from schemas.problems import ProblemCode, Refused
from schemas.supervision_events import PlacementSuspended
from schemas.vocabulary import PlacementState as S
from schemas.vocabulary import RequestKind as K
from schemas.vocabulary import SeatState

P = Story[Placement]


def propose(command: Propose, at: datetime) -> tuple[Placement, tuple[PlacementEvent, ...]]:
    """The first decision: a placement in `proposed` or `applied`, and its events.

    Raises Refused when nobody can be asked, or the program has no place for an application.
    """
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
    _has_a_beginning(command)
    if (missing := requests.unfilled(placement)) is not None:
        raise Refused(
            ProblemCode.INVALID,
            f"learner_id: nobody is the {missing[0]} of {command.learner_id}, but '{missing[1]}' asks one; "
            f"import that person, or name a stand-in in program {program.id}",
        )
    story = Story(TABLE, placement, at)
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
    if command.applied:
        story.tell(ApplicationReceived(at=at))
    settle(story)
    return story.case, tuple(story.events)


def _has_a_beginning(command: Propose) -> None:
    wanted = K.APPLICATION_REVIEW if command.applied else K.HOST_CONFIRMATION
    if not command.program.of_kind(wanted):
        how = "takes no applications; propose the learner" if command.applied else "only takes applications; apply"
        raise Refused(ProblemCode.INVALID, f"program: {command.program.id} {how}")


def step(placement: Placement, command: PlacementCommand, at: datetime) -> tuple[Placement, tuple[PlacementEvent, ...]]:
    """Decide and evolve in one go. Raises Refused naming state, command and what is allowed."""
    return PLACEMENT.step(placement, command, at)


def decide(placement: Placement, command: PlacementCommand, at: datetime) -> tuple[PlacementEvent, ...]:
    """What follows from a command at an instant of the program's clock. Raises Refused."""
    return step(placement, command, at)[1]


def evolve(placement: Placement, event: Any) -> Placement:
    """The placement after one of its events."""
    return evolve_case(TABLE, placement, event)


# --- seat and ends --------------------------------------------------------------------------------------------------


def _record_seat(story: P, command: RecordSeat) -> None:
    if story.case.seat not in (SeatState.CLAIMING, SeatState.WAITLISTED) or story.case.state not in ASKING:
        return
    if command.granted:
        story.tell(OfferMade.made(at=story.at))
    elif not command.waiting:
        story.tell(PlacementRejected(at=story.at, reason="no_seat"))
    elif story.case.seat is SeatState.CLAIMING:
        story.tell(SeatAwaited(at=story.at))


def _withdraw(story: P, command: Withdraw) -> None:
    event = PlacementWithdrawnInProgress if has_begun(story.case) else PlacementWithdrawn
    story.tell(event(at=story.at, reason=command.reason))


def _terminate(story: P, command: Terminate) -> None:
    story.tell(PlacementTerminated(at=story.at, reason=command.reason))


def _cancel_by_program(story: P, command: CancelByProgram) -> None:
    """The program gives it up before it has begun. Raises Refused when the work stands still in the middle."""
    if has_begun(story.case):
        raise Refused(
            ProblemCode.NOT_ALLOWED_NOW, f"placement {story.case.id} has begun and is suspended; terminate it instead"
        )
    story.tell(PlacementCancelled(at=story.at, reason=command.reason))


def _cancel_by_employer(story: P, command: CancelByEmployer) -> None:
    """The host takes its offer back: while it decides it simply says no; later a successor is looked for, if asked."""
    case, at = story.case, story.at
    if case.state in ASKING:
        story.tell(PlacementRejected(at=at, reason=command.reason))
        return
    if case.suspension is not None and case.suspension.reason == suspending.CANCELLED:
        raise Refused(ProblemCode.NOT_ALLOWED_NOW, f"placement {case.id} looks for a successor already")
    story.tell(EmployerCancelled(at=at, reason=command.reason))
    if case.state is S.OFFERED or not case.program.of_kind(K.SUCCESSION):
        story.tell(PlacementCancelledByEmployer(at=at, reason=command.reason))
    else:
        requests.withdraw(story, (K.SUSPENSION_REVIEW,), "answered_otherwise")
        suspending.suspend(story, suspending.CANCELLED)


def _transfer(story: P, command: Transfer) -> None:
    if command.successor_id == story.case.id:
        raise Refused(ProblemCode.INVALID, f"successor_id: {command.successor_id} is this placement itself")
    story.tell(PlacementTransferred(at=story.at, successor_id=command.successor_id))


def _tick(story: P, _: Any) -> None:
    given_up = ladder.climb(story).given_up
    if given_up:
        supervising.supervisor_is_silent(story, given_up)
        ladder.be_silent(story, given_up, _tell_silence)


def _tell_silence(story: P, event: type[Any], code: dict[str, Any]) -> None:
    """Silence may stop the work; and while the work stands still it ends the placement as what it was before.

    A suspension whose last day was named ends on that day, whether or not anybody looked at it; a document that was
    not renewed in time stops the work on its last day.
    """
    stands = story.case.suspension
    if event is PlacementSuspended:
        suspending.suspend(story, code["reason"])
    elif event is PlacementPartiallyCompleted and stands is not None:
        if suspending.ends_by_silence(story.case, code["reason"], story.at):
            suspending.give_up(story, code["reason"])
    elif event in ENDS_THERE.get(story.case.state, ()):
        story.tell(event(at=story.at, **code))


ENDS_THERE = {state: [event for at, event in TRANSITIONS if at is state] for state in S} | {
    S.SUSPENDED: [PlacementActivated, *(event for at, event in TRANSITIONS if at is S.SUSPENDED)]
}
"""For each state: what silence may lead to; elsewhere it only has its own code."""

COMMANDS: dict[str, Callable[[P, Any], object]] = {
    "make_offer": lambda story, _: answers.ask_for_a_seat(story),
    "accept_offer": lambda story, _: answers.accept(story),
    "decline_offer": lambda story, _: story.tell(OfferDeclined(at=story.at)),
    "submit": placement_requests.submit,
    "confirm_attendance": lambda story, _: answers.attend(story),
    "report_missed": lambda story, _: answers.miss(story),
    "withdraw": _withdraw,
    "extend": supervising.extend,
    "shorten": supervising.shorten,
    "pause": supervising.pause,
    "suspend": suspending.suspend_by_command,
    "resume_work": lambda story, _: suspending.resume_by_command(story),
    "terminate": _terminate,
    "cancel_by_employer": _cancel_by_employer,
    "cancel_by_program": _cancel_by_program,
    "transfer": _transfer,
    "replace_supervisor": supervising.replace,
    "supervisor_left": supervising.departs,
    "schedule_visit": supervising.schedule,
    "report_incident": supervising.report_incident,
    "close_incident": supervising.close_incident,
    "plan_shifts": supervising.plan_shifts,
    "recheck_work": lambda story, _: supervising.recheck(story),
    "adopt_program": supervising.adopt,
    "waive": placement_requests.waive,
    "return": placement_requests.give_back,
    "resend": placement_requests.resend,
    "disclaim": placement_requests.disclaim,
    "snooze": snoozing.snooze,
    "record_seat": _record_seat,
    "record_work": supervising.record_work,
    "record_bounce": placement_requests.record_bounce,
    "tick": _tick,
}

PLACEMENT: Decider[Placement] = Decider(TABLE, COMMANDS, settle)

__all__ = ["DECISIONS", "PLACEMENT", "TABLE", "decide", "evolve", "propose", "step"]
