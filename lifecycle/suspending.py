"""A halt of the work: for how long, who decides, and what follows when nobody does."""

from datetime import date

from lifecycle.calendars import DAY, business_days_after, site_day
from lifecycle.requests import say_what_moves
from lifecycle.story import Story
from schemas.change_commands import Suspend
from schemas.placement import Placement
from schemas.placement_events import PlacementCancelled, PlacementPartiallyCompleted
from schemas.problems import ProblemCode, Refused
from schemas.supervision_events import PlacementResumed, PlacementSuspended, PreparationResumed, SuspensionProlonged
from schemas.vocabulary import PlacementState as S
from schemas.vocabulary import RequestKind as K

P = Story[Placement]

UNDECIDED_DAYS = 15
"""Business days after which a suspension whose end nobody named is decided."""

ENDS_IT = frozenset({"expired", "not_renewed", "no_supervisor"})
"""Reasons for a suspension that do not pass by themselves: undecided to its end, they end the placement."""


def today(story: P) -> date:
    """The site day of the present moment."""
    return site_day(story.case.program.calendar.time_zone, story.at)


def suspend(story: P, reason: str, resume_by: date | None = None) -> None:
    """The work stops; suspended already, it stops for longer when that is asked."""
    calendar, stands = story.case.program.calendar, story.case.suspension
    by = resume_by or business_days_after(calendar, today(story), UNDECIDED_DAYS)
    if stands is None:
        event = PlacementSuspended(at=story.at, reason=reason, was=story.case.state, resume_by=by)
        say_what_moves(story, lambda: story.tell(event))
    elif by > stands.resume_by:
        say_what_moves(story, lambda: story.tell(SuspensionProlonged(at=story.at, resume_by=by)))


def suspend_by_command(story: P, command: Suspend) -> None:
    """Somebody stops the work. Raises Refused when it would go on before it stopped."""
    stands = story.case.suspension
    earliest = stands.resume_by if stands else today(story)
    if command.resume_by <= earliest:
        raise Refused(ProblemCode.INVALID, f"resume_by: {command.resume_by} is not after {earliest}")
    suspend(story, command.reason, command.resume_by)


def resume(story: P) -> None:
    """The work, or the preparation for it, goes on today."""
    stands, last = story.case.suspension, today(story) - DAY
    if stands is not None:
        event = PlacementResumed if stands.was is S.ACTIVE else PreparationResumed
        say_what_moves(story, lambda: story.tell(event(at=story.at, last=last)))


def prolong(story: P) -> None:
    """The suspension goes on for as long again; who decides is asked anew."""
    stands = story.case.suspension
    if stands is not None:
        calendar = story.case.program.calendar
        suspend(
            story, stands.reason, business_days_after(calendar, max(stands.resume_by, today(story)), UNDECIDED_DAYS)
        )


def give_up(story: P, reason: str) -> None:
    """A suspension that nobody ends: worked until now, or never begun."""
    stands = story.case.suspension
    worked = stands is None or stands.was is S.ACTIVE
    event = PlacementPartiallyCompleted if worked else PlacementCancelled
    story.tell(event(at=story.at, reason=reason))


def suspension_runs_out(story: P) -> bool:
    """Whether a suspension is over by the calendar while nobody is asked about it; then it ends, one way or another."""
    stands = story.case.suspension
    if stands is None or today(story) < stands.resume_by or _is_being_decided(story.case):
        return False
    if stands.reason in ENDS_IT:
        give_up(story, stands.reason)
    else:
        resume(story)
    return True


def _is_being_decided(placement: Placement) -> bool:
    kinds = (K.SUSPENSION_REVIEW, K.SUCCESSION, K.RENEWAL, K.NEW_SUPERVISOR)
    return any(one.kind in kinds for one in placement.open_requests)


def suspension_runs_out_on(placement: Placement) -> date | None:
    """The day on which a suspension ends by itself; None while somebody is asked about it."""
    stands = placement.suspension
    return None if stands is None or _is_being_decided(placement) else stands.resume_by


def goes_on(story: P) -> None:
    """What stopped the work is put right: a document was renewed, a supervisor named, the last incident closed."""
    case, stands = story.case, story.case.suspension
    if stands is None:
        return
    right = {
        "expired": not any(one.kind is K.RENEWAL and one.overdue for one in case.open_requests),
        "no_supervisor": not case.vacant,
        "incident": not case.incidents,
    }
    if right.get(stands.reason, False):
        resume(story)
