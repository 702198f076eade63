"""The parts that rules of youth-employment law are made of: ages, hours of the clock, seasons, exemptions."""

import re
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from schemas.base import Code, Frozen

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=600)]
UsState = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ExemptionCode = Literal[
    "wecep",
    "wsp",
    "work_experience",
    "student_learner",
    "apprentice",
    "incidental_driving",
    "personal_attendant",
    "permit_49112c",
    "high_school_graduate",
]
"""What can free a learner from a rule. `work_experience`: a school-approved work-experience or cooperative course."""


def _clock(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2\d):[0-5]\d", text):
        raise ValueError(f"'{text}' is no time of day; write 19:00 in quotes, or 24:30 for half past midnight")
    return text


def _year_day(text: str) -> str:
    try:
        known = text == "labor_day" or f"{date.fromisoformat(f'2001-{text}'):%m-%d}" == text
    except ValueError:
        known = False
    if not known:
        raise ValueError(f"'{text}' is no day of every year; write 06-01 in quotes, or labor_day")
    return text


Clock = Annotated[str, AfterValidator(_clock)]
"""A wall-clock time at the worksite. Hours of 24 and more belong to the night that began on that day."""

YearDay = Annotated[str, AfterValidator(_year_day)]
"""A day of every year as `06-01`, or `labor_day`, the first Monday of September."""


def clock_minutes(clock: str) -> int:
    """Minutes of a `Clock` since its day's midnight: `19:00` is 1140, `24:30` is 1470."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def labor_day(year: int) -> date:
    """The first Monday of September. Source: 5 U.S.C. 6103(a)."""
    first = date(year, 9, 1)
    return first + timedelta(days=-first.weekday() % 7)


class Ages(Frozen):
    """Ages in whole years, both included."""

    first: Annotated[int, Field(ge=0, le=17)] = 0
    last: Annotated[int, Field(ge=0, le=17)] = 17

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first > self.last:
            raise ValueError(f"first ({self.first}) must not be greater than last ({self.last})")
        return self


class Season(Frozen):
    """A part of every year, both days included."""

    first: YearDay
    last: YearDay

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        first, last = self.days(2001)
        if first > last:
            raise ValueError(f"first ({self.first}) must not be later than last ({self.last})")
        return self

    def days(self, year: int) -> tuple[date, date]:
        """Its first and last day in a year."""
        return _in_year(self.first, year), _in_year(self.last, year)


def _in_year(day: str, year: int) -> date:
    return labor_day(year) if day == "labor_day" else date.fromisoformat(f"{year:04}-{day}")


class Holding(Frozen):
    """An exemption that counts only with all its conditions confirmed and, if given, from an age on."""

    exemption: ExemptionCode
    citation: Line
    conditions: frozenset[Code] = frozenset()
    from_age: Annotated[int, Field(ge=0, le=17)] = 0
    before: Literal["non_school_day"] | None = Field(default=None, description="only on a day before such a day")


class Later(Frozen):
    """A permission to work later than usual; every part that is given must hold."""

    latest: Clock
    season: Season | None = None
    before: Literal["school_day", "non_school_day"] | None = Field(
        default=None, description="the next day at the learner's school"
    )
    workplaces: frozenset[Code] = Field(default=frozenset(), description="one of these kinds of workplace")
