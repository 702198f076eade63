"""Whether a message of a lifecycle is held, for this person at this moment, and until when by both clocks."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from lifecycle.quiet_hours import Hours, Wait, outgoing, wait
from schemas.base import LifecycleName
from schemas.clock import Clock
from schemas.effects import Notify
from schemas.views import CaseView

LEAST = timedelta(seconds=0.1)
"""How long messages are collected in a rehearsal at least, by real time: lifecycles tick one after another."""


class Quiet(NamedTuple):
    """How messages are held. Without `hours` no hour is quiet; `rehearsing` keeps them to rehearsals' clocks."""

    hours: Hours | None = Hours()
    rehearsing: bool = False


def quiet_hours(setting: str) -> Quiet:
    """Read `20:00-08:00`, `off`, or `rehearsals`: the usual hours, on the clocks of rehearsals alone."""
    if setting == "off":
        return Quiet(None)
    if setting == "rehearsals":
        return Quiet(rehearsing=True)
    begin, _, end = setting.partition("-")
    return Quiet(Hours(time.fromisoformat(begin), time.fromisoformat(end)))


class Hold(NamedTuple):
    """A message is held until `until` by the program's clock, which is `not_before` by real time."""

    until: datetime
    not_before: datetime
    reason: str


def clock_of(view: CaseView) -> Clock:
    """The clock a lifecycle lives by."""
    return Clock(program_epoch=view.program_epoch, real_epoch=view.real_epoch, speed=view.speed)


def hold(
    quiet: Quiet,
    lifecycle: LifecycleName,
    view: CaseView,
    effect: Notify,
    *,
    zone: str | None,
    now: datetime,
    by_time: bool,
) -> Hold | None:
    """The hold of a message that comes up at the real instant `now`, or None. `zone` is the person's, if known."""
    clock = clock_of(view)
    at = clock.program_time(now)
    hours = quiet.hours if clock.speed > 1 or not quiet.rehearsing else None
    post = outgoing(lifecycle, view, effect, by_time=by_time)
    found = wait(post, zone or view.time_zone, at, hours, view.days_off)
    return None if found is None else _by_both(found, clock, now)


def _by_both(found: Wait, clock: Clock, now: datetime) -> Hold:
    real = clock.real_time(found.until)
    if clock.speed > 1:
        real = max(real, now + LEAST)
    return Hold(clock.program_time(real), real, found.reason)
