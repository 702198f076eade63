"""What the law must know of an offer before anybody takes it: hazardous tasks and the usual working day."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.asks import TimeOfDay
from schemas.base import Code, Frozen
from schemas.checks import Finding, refuse_if_any

YOUNGEST = 14
"""The age that is taken when an offer does not say from which age it is."""


class UsualDay(Frozen):
    """The working day that is offered: from and to on the worksite's clock, on so many days from Monday on."""

    starts: TimeOfDay = Field(description="when work begins, such as 09:00")
    ends: TimeOfDay = Field(description="when it ends on the same day, such as 15:00")
    days_a_week: Annotated[int, Field(ge=1, le=7)] = Field(default=5, description="days a week, from 1 to 7")
    break_minutes: Annotated[int, Field(ge=0, le=240)] = Field(default=0, description="unpaid minutes, such as 30")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        refuse_if_any(self._findings())
        return self

    def _findings(self) -> Iterator[Finding]:
        if self.ends <= self.starts:
            yield Finding(("ends",), f"is not after starts ({self.starts}); send a time of the same day")


class OfferedWork(Frozen):
    """`tasks` are hazardous tasks as the rule packs name them; `from_age` is the youngest it is meant for, 18 at most.

    `usual_day` None: the hours are not known, only the tasks are looked at.
    """

    tasks: frozenset[Code] = frozenset()
    from_age: Annotated[int, Field(ge=YOUNGEST, le=18)] = YOUNGEST
    usual_day: UsualDay | None = None
