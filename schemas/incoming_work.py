"""Shifts as they come in: planned ones from an employer's schedule, and the hours somebody handed in."""

import hashlib
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, model_validator

from schemas.base import Code, Frozen, Id, SiteDay
from schemas.checks import Finding, meant, refuse_if_any

MOST_SHIFTS = 200
MOST_DAYS = 366
LONGEST_BREAK = 720
Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]


def _whole_minute(at: datetime) -> datetime:
    if at.second or at.microsecond:
        raise ValueError("must be a whole minute")
    if not 2000 <= at.year <= 2199:
        raise ValueError("lies outside the years 2000 to 2199")
    return at


Minute = Annotated[AwareDatetime, AfterValidator(_whole_minute)]


class PlannedShift(Frozen):
    """One shift of a plan. `id` is the sender's own, unique within the placement."""

    id: Reference = Field(description="the shift's id in your schedule, such as 2027-07-06-a")
    start: Minute = Field(description="when it begins, with its offset, such as 2027-07-06T09:00:00-04:00")
    end: Minute = Field(description="when it ends, with its offset, such as 2027-07-06T15:00:00-04:00")
    break_minutes: Annotated[int, Field(ge=0, le=LONGEST_BREAK)] = Field(
        default=0, description="unpaid minutes without work, such as 30"
    )
    tasks: tuple[Code, ...] = Field(
        default=(), max_length=20, description="hazardous tasks as the rule packs name them, such as power_saws"
    )
    workplace: tuple[Code, ...] = Field(
        default=(), max_length=10, description="kinds of workplace as the rule packs name them, such as restaurant"
    )
    adult_supervision: bool = Field(default=False, description="true once an adult is sure to supervise directly")


class ShiftsPlannedData(Frozen):
    """The whole plan for some site days: it takes the place of what was planned for them before."""

    first: SiteDay = Field(description="the first day this plan is for, such as 2027-07-05")
    last: SiteDay = Field(description="the last day this plan is for, such as 2027-07-11")
    shifts: tuple[PlannedShift, ...] = Field(
        max_length=MOST_SHIFTS, description="every shift that begins on these days; none: nothing is planned"
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        refuse_if_any(self._findings())
        return self

    def _findings(self) -> Iterator[Finding]:
        if self.last < self.first:
            yield Finding(("last",), f"is before first ({self.first}); send the later day here")
        elif (self.last - self.first).days >= MOST_DAYS:
            yield Finding(("last",), f"is more than {MOST_DAYS} days after first; send the plan in parts")
        seen: set[str] = set()
        for at, shift in enumerate(self.shifts):
            if shift.id in seen:
                yield Finding(("shifts", at, "id"), f"`{shift.id}` is the id of an earlier shift; ids must differ")
            seen.add(shift.id)
            length = shift.end - shift.start
            if not timedelta(0) < length <= timedelta(days=1):
                yield Finding(("shifts", at, "end"), "must be after start, by a day at most")
            elif length <= timedelta(minutes=shift.break_minutes):
                yield Finding(("shifts", at, "break_minutes"), "must be shorter than the shift")
        in_order = sorted(enumerate(self.shifts), key=lambda one: one[1].start)
        for (_, before), (at, after) in pairwise(in_order):
            if before.end > after.start:
                yield Finding(("shifts", at, "start"), f"is within shift {before.id}; shifts must not overlap")


def misplaced(
    data: ShiftsPlannedData, time_zone: str, *, tasks: Collection[str], workplaces: Collection[str]
) -> Iterator[Finding]:
    """What of a plan does not fit the worksite's days, or names a task or kind of workplace that no rule pack has.

    A task under another name would be checked by no rule, so it is refused instead.
    """
    zone = ZoneInfo(time_zone)
    for at, shift in enumerate(data.shifts):
        day = shift.start.astimezone(zone).date()
        if not data.first <= day <= data.last:
            yield Finding(("shifts", at, "start"), f"is on {day} at the worksite, outside first to last")
        for name, known in (("tasks", tasks), ("workplace", workplaces)):
            for code in getattr(shift, name):
                if code not in known:
                    yield Finding(("shifts", at, name), f"`{code}` is in no rule pack{meant(code, sorted(known))}")


class WorkedStretch(Frozen):
    """One stretch of work that was handed in, on the site day on which it began.

    `adult_supervision` None: nobody was asked, so it is as planned for that day.
    """

    day: date
    start: AwareDatetime
    end: AwareDatetime
    break_minutes: Annotated[int, Field(ge=0, le=LONGEST_BREAK)] = 0
    adult_supervision: bool | None = None


def shift_id(placement_id: str, status: Literal["planned", "logged"], reference: str) -> Id:
    """A shift's own id: the same placement, status and reference always give the same one, and it tells nothing."""
    return "sh-" + hashlib.sha256(f"{placement_id}\0{status}\0{reference}".encode()).hexdigest()[:20]
