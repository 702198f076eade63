"""Shifts cut into calendar days at the worksite, and instants read off its wall clock.

Hours are elapsed time, so a night on which the clocks change has an hour less or more than the wall clock shows.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lifecycle.calendars import DAY, instant, site_day
from schemas.work import Shift

FULL_DAY = 24 * 60


class Part(NamedTuple):
    """What of a shift falls on one day: UTC instants, and the minutes worked without the break."""

    shift: Shift
    day: date
    start: datetime
    end: datetime
    minutes: int


def in_order(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    """The shifts by time, a planned one left out where it has been logged.

    Raises ValueError when two planned or two logged shifts have the same id.
    """
    logged: dict[str, Shift] = {}
    planned: dict[str, Shift] = {}
    for shift in shifts:
        kept = logged if shift.status == "logged" else planned
        if kept.setdefault(shift.id, shift) != shift:
            raise ValueError(f"shift {shift.id} is {shift.status} twice; give each shift its own id")
    return tuple(sorted({**planned, **logged}.values(), key=lambda one: (one.start, one.end, one.id)))


def parts(shift: Shift) -> tuple[Part, ...]:
    """A shift cut at midnight. When the break was is not known; it is taken from the longest part first."""
    start, end = shift.start.astimezone(UTC), shift.end.astimezone(UTC)
    cuts: list[tuple[date, datetime, datetime]] = []
    while start < end:
        day = site_day(shift.time_zone, start)
        until = min(end, instant(shift.time_zone, day + DAY, "00:00"))
        cuts.append((day, start, until))
        start = until
    left = {day: int((until - since).total_seconds()) // 60 for day, since, until in cuts}
    off = shift.break_minutes
    for day in sorted(left, key=lambda one: -left[one]):
        taken = min(off, left[day])
        left[day] -= taken
        off -= taken
    return tuple(Part(shift, day, since, until, left[day]) for day, since, until in cuts)


def at_clock(time_zone: str, day: date, minutes: int) -> datetime:
    """The UTC instant of a wall-clock time, in minutes since the day's midnight; 1440 and more are the next day's."""
    later, rest = divmod(minutes, FULL_DAY)
    return instant(time_zone, day + DAY * later, f"{rest // 60:02}:{rest % 60:02}")


def on_clock(time_zone: str, day: date, at: datetime) -> int:
    """An instant as minutes on the wall clock since a day's midnight; above 1440 in the night after it."""
    local = at.astimezone(ZoneInfo(time_zone))
    return (local.date() - day).days * FULL_DAY + local.hour * 60 + local.minute
