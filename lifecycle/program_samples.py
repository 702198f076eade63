"""Sample cases on which a program is tried: one ask of it, with the days and moments the calendar gives it.

The samples last a working week, six weeks, fifteen and forty. They start on every day of the week, know no holidays,
and are in no time zone.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from lifecycle.calendars import business_days_after, instant, on_business_day
from lifecycle.planning import is_long_enough
from lifecycle.timetables import Days, Timetable, opening_day, shift, timetable_on
from schemas.asks import Ask, Calendar
from schemas.offsets import Anchor
from schemas.program_kinds import STAGE_KINDS
from schemas.programs import Program, a

MONDAY = date(2027, 3, 1)
LENGTHS = {"5 days": 5, "6 weeks": 30, "15 weeks": 75, "40 weeks": 200}
"""Business days of a sample, first and last day included."""

LONGEST = "40 weeks"
LONG_BEFORE = timedelta(days=30)
"""How long before its first day a sample begins."""

LASTS = timedelta(days=365)
"""How long a document that was handed in at the start is good."""

AT_THE_END = STAGE_KINDS["completion"] | STAGE_KINDS["follow_up"]
IN_BETWEEN = STAGE_KINDS["supervision"] | STAGE_KINDS["assessment"]


class Sample(NamedTuple):
    """One ask in one sample case. `opens` and `due` are as the program writes them, not moved off weekends."""

    ask: Ask
    when: str
    start: date
    end: date
    opens: date | None
    opened: date
    opened_at: datetime
    due: date
    times: Timetable
    notice_after_last_ask: date | None

    @property
    def known(self) -> bool:
        """Whether it is certain when it opens: it has `opens`, or everything counts from its opening."""
        return self.opens is not None or self.ask.due.anchor is Anchor.OPENED


def without_holidays(program: Program) -> Program:
    """The same program by a plain calendar."""
    bare = {**program.calendar.model_dump(), "time_zone": "UTC", "holidays": ()}
    return Program.model_validate({**program.model_dump(), "calendar": bare})


def samples(program: Program, ask: Ask) -> list[Sample]:
    """An ask in every sample that is long enough for it; `program` has a plain calendar."""
    return [
        _sample(program, ask, name, start, end)
        for name, start, end in _days(program.calendar, ask)
        if is_long_enough(ask, start, end)
    ]


def _days(calendar: Calendar, ask: Ask) -> Iterator[tuple[str, date, date]]:
    longer = {f"{ask.min_weeks} weeks": ask.min_weeks * 5 + 5} if ask.min_weeks else {}
    for name, days in (LENGTHS | longer).items():
        for weekday in range(7):
            start = MONDAY + timedelta(days=weekday)
            yield name, start, business_days_after(calendar, on_business_day(calendar, start), days - 1)


def _sample(program: Program, ask: Ask, name: str, start: date, end: date) -> Sample:
    calendar = program.calendar
    days = Days(start, end, exited=end, expires=start + LASTS)
    anchored = days.of(ask.opens.anchor) if ask.opens is not None else None
    opens = shift(calendar, anchored, ask.opens) if ask.opens is not None and anchored is not None else None
    opened = opening_day(program, ask, days) or on_business_day(calendar, _comes_to_it(program, ask, start, end))
    opened_at = instant(calendar.time_zone, opened, calendar.asks_at)
    times = timetable_on(program, ask.id, days, opened_at)
    asks = [at for step, at in zip(ask.ladder, times.steps, strict=True) if step.then == "ask"]
    last = max(asks, default=None)
    return Sample(
        ask=ask,
        when=_when(program, ask, name, start, opened),
        start=start,
        end=end,
        opens=opens,
        opened=opened,
        opened_at=opened_at,
        due=opened if ask.by_the_clock else shift(calendar, days.of(ask.due.anchor) or opened, ask.due),
        times=times,
        notice_after_last_ask=(
            None if last is None or ask.by_the_clock else business_days_after(calendar, last.date(), program.notice)
        ),
    )


def _when(program: Program, ask: Ask, name: str, start: date, opened: date) -> str:
    if ask.on is not None or program.lifecycle in {"partnership", "incident"}:
        return f"when it is asked on a {opened:%A}"
    return f"in {a(program.lifecycle)} of {name} that starts on a {start:%A}"


def _comes_to_it(program: Program, ask: Ask, start: date, end: date) -> date:
    """The day on which a sample comes to an ask without `opens`."""
    if program.lifecycle != "placement" or ask.kind not in AT_THE_END | IN_BETWEEN:
        return start - LONG_BEFORE
    return end if ask.kind in AT_THE_END else start
