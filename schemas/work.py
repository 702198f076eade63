"""What youth-employment rules are asked about: a learner's facts, the school calendar, and shifts of work."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, model_validator

from schemas.base import Code, Frozen, Id
from schemas.checks import Finding, refuse_if_any
from schemas.directory import Personal
from schemas.rule_parts import ExemptionCode, UsState

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


def _known(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"'{name}' is no time zone; write an IANA name such as America/New_York") from error
    return name


NEVER_KNOWN = date(1900, 1, 1)
Zone = Annotated[str, AfterValidator(_known)]


class Term(Frozen):
    """A stretch of weekdays with school, both days included."""

    first_day: date
    last_day: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first_day > self.last_day:
            raise ValueError(f"first_day ({self.first_day}) must not be after last_day ({self.last_day})")
        return self


class SchoolYear(Frozen):
    """One school year's terms in order. It opens on the first term's first day. Summer school is no term."""

    terms: tuple[Term, ...] = Field(min_length=1)

    @property
    def opens(self) -> date:
        """Its first day."""
        return self.terms[0].first_day

    @property
    def ends(self) -> date:
        """Its last day."""
        return self.terms[-1].last_day


class ShortDay(Frozen):
    """A school day that ends early, or holds fewer minutes of required attendance."""

    day: date
    closes: TimeOfDay
    minutes: Annotated[int, Field(ge=1, le=600)]


class SchoolCalendar(Frozen):
    """When the public schools of the district where the learner lives require attendance.

    Outside `known_from` to `known_until` nothing is known: the rules then take every weekday for a school day, and
    their findings say that they assume it.
    """

    id: Id
    time_zone: Zone
    known_from: date
    known_until: date
    years: tuple[SchoolYear, ...] = ()
    days_off: frozenset[date] = Field(default=frozenset(), description="weekdays of a term without school")
    required_days: frozenset[date] = Field(default=frozenset(), description="school days outside the usual pattern")
    opens: TimeOfDay = "08:00"
    closes: TimeOfDay = "14:30"
    minutes: Annotated[int, Field(ge=1, le=600)] = Field(default=330, description="required on a usual school day")
    short_days: tuple[ShortDay, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        refuse_if_any(self._findings())
        return self

    def _findings(self) -> Iterator[Finding]:
        if self.known_from > self.known_until:
            yield Finding(("known_until",), f"is before known_from ({self.known_from})")
        if self.opens >= self.closes:
            yield Finding(("closes",), f"must be later than opens ({self.opens})")
        before = self.known_from - timedelta(days=1)
        for number, year in enumerate(self.years):
            for at, term in enumerate(year.terms):
                if term.first_day <= before:
                    yield Finding(("years", number, "terms", at, "first_day"), f"must be after {before}")
                before = term.last_day
        if before > self.known_until:
            yield Finding(("known_until",), f"is before the last term's last day ({before})")


def unknown_calendar(time_zone: str) -> SchoolCalendar:
    """The calendar of a school that has told none: every weekday is taken for a school day, and said to be assumed."""
    return SchoolCalendar(id="unknown", time_zone=time_zone, known_from=NEVER_KNOWN, known_until=NEVER_KNOWN)


class Permit(Frozen):
    """A work permit for one employer. Days are both included; `expires` is the date on it, if it has one.

    It is good until the employment ends, and not on the day of its revocation or after it.
    """

    id: Id
    state: UsState
    employer_id: Id
    issued: date
    expires: date | None = None
    revoked: date | None = None
    employment_ended: date | None = None
    returned: date | None = None


class Exemption(Frozen):
    """What frees a learner from some rules on some days, at one employer or, without `employer_id`, at all.

    `conditions` are the ones somebody has confirmed; which are needed stands in the rule.
    """

    code: ExemptionCode
    start: date
    end: date | None = None
    employer_id: Id | None = None
    conditions: frozenset[Code] = frozenset()


class LearnerFacts(Personal):
    """What the rules must know of a learner. Personal: it stays with the activity that asks, and never enters Temporal.

    `birth_date` is None for an educator, who is an adult. `state` is where the work is done unless a shift says
    otherwise; None: not known, only federal law is asked.
    """

    learner_id: Id
    birth_date: date | None
    state: UsState | None
    calendar: SchoolCalendar
    permits: tuple[Permit, ...] = ()
    exemptions: tuple[Exemption, ...] = ()


class Shift(Frozen):
    """One stretch of work for one employer, planned or logged.

    `start` and `end` are instants, to the minute; `time_zone` is the worksite's. `state` is where it is worked, None:
    in the learner's `state`. `break_minutes` are unpaid and not worked. `tasks` are hazardous tasks and equipment,
    `workplace` kinds of workplace, both as the rule packs name them. `adult_supervision`: somebody has confirmed that
    an adult supervises directly. A logged shift replaces the planned one of the same id.
    """

    id: Id
    employer_id: Id
    status: Literal["planned", "logged"]
    time_zone: Zone
    state: UsState | None = None
    start: AwareDatetime
    end: AwareDatetime
    break_minutes: Annotated[int, Field(ge=0, le=720)] = 0
    tasks: frozenset[Code] = frozenset()
    workplace: frozenset[Code] = frozenset()
    adult_supervision: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        refuse_if_any(self._findings())
        return self

    def _findings(self) -> Iterator[Finding]:
        length = _utc(self.end) - _utc(self.start)
        for name, at in (("start", self.start), ("end", self.end)):
            if at.second or at.microsecond:
                yield Finding((name,), "must be a whole minute")
        if not timedelta(0) < length <= timedelta(days=1):
            yield Finding(("end",), "must be after start, by a day at most")
        elif length <= timedelta(minutes=self.break_minutes):
            yield Finding(("break_minutes",), "must be shorter than the shift")


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
