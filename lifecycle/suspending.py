"""A halt of the work: for how long, who decides, and what follows when nobody does."""

from datetime import date, datetime

from lifecycle import expiring
from lifecycle.calendars import DAY, business_days_after, instant, site_day
from lifecycle.deadlines import closes_at
from lifecycle.requests import say_what_moves
from lifecycle.story import Story
from schemas.case import Request
from schemas.change_commands import Suspend
from schemas.placement import Placement
from schemas.placement_events import PlacementCancelled, PlacementPartiallyCompleted
from schemas.problems import ProblemCode, Refused
from schemas.supervision_events import PlacementResumed, PlacementSuspended, PreparationResumed, SuspensionProlonged
from schemas.vocabulary import PlacementState as S
from schemas.vocabulary import RequestKind as K

P = Story[Placement]

CAN_STOP = (S.PREPARING, S.READY, S.ACTIVE, S.SUSPENDED)
"""Where there is work, or the way to it, that can stand still."""

CANCELLED, INCIDENT, VIOLATION = "employer_cancelled", "incident", "hours_violation"
ENDS_IT = frozenset({"expired", "not_renewed", "no_supervisor"})
"""Reasons for a suspension that do not pass by themselves: undecided to its end, they end the placement."""

GRAVE = (CANCELLED, INCIDENT, *sorted(ENDS_IT), VIOLATION)
"""Reasons that outweigh others, the gravest first: what stands still already stands still for the gravest."""

PASSES = ENDS_IT | {INCIDENT}
"""Reasons that are over as soon as what they are about is put right."""


def today(story: P) -> date:
    """The site day of the present moment."""
    return site_day(story.case.program.calendar.time_zone, story.at)


def suspend(story: P, reason: str, resume_by: date | None = None) -> None:
    """The work stops; stopped already, it stops for longer or for the graver reason. `resume_by`: somebody named it."""
    if story.case.state not in CAN_STOP:
        return
    stands, named = story.case.suspension, resume_by is not None
    by = resume_by or _undecided(story, today(story))
    if stands is None:
        event = PlacementSuspended(at=story.at, reason=reason, was=story.case.state, resume_by=by, named=named)
        say_what_moves(story, lambda: story.tell(event))
    elif by > stands.resume_by or _rank(reason) < _rank(stands.reason):
        graver = reason if _rank(reason) < _rank(stands.reason) else None
        last = max(by, stands.resume_by)
        prolonged = SuspensionProlonged(at=story.at, resume_by=last, reason=graver, named=named)
        say_what_moves(story, lambda: story.tell(prolonged))


def _rank(reason: str) -> int:
    return GRAVE.index(reason) if reason in GRAVE else len(GRAVE)


def _undecided(story: P, since: date) -> date:
    """The day after the last one on which a suspension without a named end is decided."""
    program = story.case.program
    return business_days_after(program.calendar, since, program.patience.undecided_days) + DAY


def suspend_by_command(story: P, command: Suspend) -> None:
    """Somebody stops the work. Raises Refused when it would go on before it stopped, or has gone on already."""
    stands = story.case.suspension
    earliest = max(stands.resume_by, today(story)) if stands else today(story)
    if command.resume_by <= earliest:
        raise Refused(ProblemCode.INVALID, f"resume_by: {command.resume_by} is not after {earliest}")
    suspend(story, command.reason, command.resume_by)


def resume_by_command(story: P) -> None:
    """Somebody lets the work go on. Raises Refused while what stopped it is not put right."""
    kept = kept_by(story.case, story.at)
    if kept is not None:
        raise Refused(ProblemCode.NOT_ALLOWED_NOW, f"placement {story.case.id} cannot go on: {kept}")
    resume(story)


def resume(story: P) -> None:
    """The work, or the preparation for it, goes on today."""
    stands, last = story.case.suspension, today(story) - DAY
    if stands is not None:
        event = PlacementResumed if stands.was is S.ACTIVE else PreparationResumed
        say_what_moves(story, lambda: story.tell(event(at=story.at, last=last)))


def kept_by(placement: Placement, at: datetime) -> str | None:
    """What keeps the work from going on, in words; None when nothing does."""
    stands, document = placement.suspension, expiring.over(placement, at)
    if document is not None:
        return f"what '{document.given}' asked for is over and not renewed"
    if stands is not None and stands.reason == INCIDENT and placement.incidents:
        return f"incident {placement.incidents[0]} is not closed"
    if stands is not None and stands.reason == "no_supervisor" and placement.vacant:
        return "nobody is named as its supervisor"
    return None


def prolong(story: P) -> None:
    """The suspension goes on for as long again; who decides is asked anew."""
    stands = story.case.suspension
    if stands is not None:
        _prolong_until(story, _undecided(story, max(stands.resume_by, today(story))))


def _prolong_until(story: P, day: date) -> None:
    named = story.case.suspension is not None and story.case.suspension.named
    say_what_moves(story, lambda: story.tell(SuspensionProlonged(at=story.at, resume_by=day, named=named)))


def give_up(story: P, reason: str) -> None:
    """A suspension that nobody ends: worked until now, or never begun."""
    stands = story.case.suspension
    worked = stands is None or stands.was is S.ACTIVE
    event = PlacementPartiallyCompleted if worked else PlacementCancelled
    story.tell(event(at=story.at, reason=reason))


def ends_by_silence(placement: Placement, reason: str, at: datetime) -> bool:
    """Whether silence about a suspension, or about a document, ends what stands still.

    Not while its last day was named by somebody, and not before the document's own last day.
    """
    stands = placement.suspension
    if reason == expiring.NOT_RENEWED:
        return expiring.over(placement, at) is not None
    return stands is None or not stands.named


def suspension_runs_out(story: P) -> bool:
    """Whether a suspension's last day is over; then it ends, one way or another, or lasts until it is decided."""
    stands, calendar = story.case.suspension, story.case.program.calendar
    if stands is None or story.at < instant(calendar.time_zone, stands.resume_by, calendar.asks_at):
        return False
    kept, deciding = kept_by(story.case, story.at), _deciding(story.case)
    if stands.named and kept is None:
        resume(story)
    elif deciding:
        last = max(closes_at(story.case, one) for one in deciding)
        _prolong_until(story, max(site_day(calendar.time_zone, last), today(story)) + DAY)
    elif kept is None:
        resume(story)
    elif (document := expiring.over(story.case, story.at)) is not None:
        give_up(story, expiring.why(story.case, document))
    elif stands.reason in ENDS_IT or today(story) > story.case.end:
        give_up(story, stands.reason)
    else:
        prolong(story)
    return True


def _deciding(placement: Placement) -> list[Request]:
    """The open requests by which it is decided whether the work goes on."""
    stands = placement.suspension
    kinds = {K.SUSPENSION_REVIEW, K.SUCCESSION}
    if stands is not None and stands.reason == "no_supervisor":
        kinds.add(K.NEW_SUPERVISOR)
    return [one for one in placement.open_requests if one.kind in kinds or (one.kind is K.RENEWAL and one.overdue)]


def suspension_runs_out_on(placement: Placement) -> date | None:
    """The day on which a suspension is looked at again by the calendar; None when nothing stands still."""
    return placement.suspension.resume_by if placement.suspension else None


def goes_on(story: P) -> None:
    """What stopped the work is put right: a document was renewed, a supervisor named, the last incident closed."""
    stands = story.case.suspension
    if stands is not None and stands.reason in PASSES and kept_by(story.case, story.at) is None:
        resume(story)


def settled(story: P) -> None:
    """A broken limit was talked over; the last one lets the work go on that stood still for it."""
    stands = story.case.suspension
    if stands is not None and stands.reason == VIOLATION and not _reviewed(story.case):
        resume(story)


def _reviewed(placement: Placement) -> bool:
    return any(one.is_open for one in placement.of_kind(K.VIOLATION_REVIEW))
