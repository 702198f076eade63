"""What a placement asks about work: hours and permits are kept, and the law is asked before and after a shift."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Literal

from lifecycle.calendars import DAY, site_day
from lifecycle.request_effects import Makes
from schemas.case import Request
from schemas.effects import ChangePermits, CheckWork, Effect, KeepHours, KeepPermit
from schemas.placement import Placement
from schemas.placement_events import PlacementEnded
from schemas.request_events import RequestSubmitted
from schemas.supervision_events import (
    RecheckDue,
    ShiftsPlanned,
)
from schemas.vocabulary import RequestKind as K
from schemas.vocabulary import RequestState

WEEK = timedelta(days=6)


def _hours(placement: Placement, event: RequestSubmitted) -> Iterable[Effect]:
    """Hours are kept when they come, and looked at by the law at once."""
    request = placement.request(event.request_id)
    if request is not None:
        week = week_of(placement, request)
        yield KeepHours.made(
            key=_handed_in(placement, event),
            request_id=request.id,
            submission_id=event.submission_id,
            week_of=week,
        )
        yield from _check(placement, "logged", week, week + WEEK)


def _put_right(placement: Placement, event: RequestSubmitted) -> Iterable[Effect]:
    return _hours(placement, event) if event.decision == "corrected" else ()


def _permit(placement: Placement, event: RequestSubmitted) -> Iterable[Effect]:
    """A permit is kept when it comes, and what is planned is held against it."""
    key = _handed_in(placement, event)
    yield KeepPermit.made(key=key, request_id=event.request_id, submission_id=event.submission_id)
    yield from check_all(placement, event)


def _permit_returned(placement: Placement, event: RequestSubmitted) -> Iterable[Effect]:
    if event.decision == "returned":
        yield ChangePermits(key=_handed_in(placement, event), what="returned", on=_today(placement, event))


def _handed_in(placement: Placement, event: RequestSubmitted) -> str:
    return f"{placement.id}/handed_in/{event.submission_id}"


HANDED_IN: dict[K, Makes] = {
    K.HOURS: _hours,
    K.FINAL_HOURS: _hours,
    K.HOURS_DISPUTE: _put_right,
    K.WORK_PERMIT: _permit,
    K.RENEWAL: _permit,
    K.PERMIT_RETURN: _permit_returned,
}
"""Kind of answered request -> what is kept of the answer, and what the law is asked about it."""


def ends_work(placement: Placement, event: Any) -> Iterable[Effect]:
    """With the work the permit ends: from now on its return is due."""
    if any(one.state is RequestState.SUBMITTED for one in placement.of_kind(K.WORK_PERMIT)):
        last = min(placement.end, _today(placement, event))
        yield ChangePermits(key=f"{placement.id}/permit_ended/{placement.seq}", what="ended", on=last)


def _today(placement: Placement, event: Any) -> date:
    return site_day(placement.program.calendar.time_zone, event.at)


def week_of(placement: Placement, request: Request) -> date:
    """The Monday of the week whose hours a request asks for: that of the day on which they were first asked.

    A dispute is about the hours of its own number, final hours about the week in which the work ended.
    """
    about = request
    if request.kind is K.HOURS_DISPUTE:
        hours = placement.of_kind(K.HOURS)
        about = next((one for one in hours if one.number == request.number), request)
    day = site_day(placement.program.calendar.time_zone, about.asked[0].at)
    return day - DAY * day.weekday()


def check_all(placement: Placement, event: Any) -> Iterable[Effect]:
    """The law is asked about everything that is planned from today on."""
    return _check(placement, "planned", max(_today(placement, event), placement.start), placement.end)


def _check(
    placement: Placement, basis: Literal["planned", "logged", "day"], first: date, last: date
) -> Iterable[Effect]:
    if placement.program.rules and first <= last:
        key = f"{placement.id}/check/{basis}/{placement.seq}"
        yield CheckWork.made(key=key, basis=basis, first=first, last=last)


def _planned(placement: Placement, event: ShiftsPlanned) -> Iterable[Effect]:
    return _check(placement, "planned", event.first, event.last)


def _recheck(placement: Placement, event: RecheckDue) -> Iterable[Effect]:
    today = _today(placement, event)
    return _check(placement, "day", today, max(today, placement.end))


WORK_EFFECTS: dict[type, Makes] = {
    ShiftsPlanned: _planned,
    RecheckDue: _recheck,
    PlacementEnded: ends_work,
}
"""Type of event -> what it asks about work."""
