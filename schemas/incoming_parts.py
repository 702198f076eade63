"""What several types of incoming events are made of: days, instants, lines of text, the clock of a rehearsal."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from schemas.base import Frozen
from schemas.clock import Clock


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("has characters that cannot be printed")
    return text


def _in_our_time(at: datetime) -> datetime:
    if not 2000 <= at.year <= 2199:
        raise ValueError("lies outside the years 2000 to 2199")
    return at


Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
Instant = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_printable)
]


class ClockSetting(Frozen):
    """How fast the program's clock runs in a rehearsal. What is left out is the moment at which the event came in."""

    speed: float = Field(ge=1, le=1_000_000, description="program seconds per real second, such as 86400")
    program_epoch: Instant | None = Field(
        default=None, description="the program's time at real_epoch, such as 2027-06-14T13:00:00Z"
    )
    real_epoch: Instant | None = Field(default=None, description="a real instant, such as 2026-11-24T09:00:00Z")

    def clock(self, now: datetime) -> Clock:
        """The clock to freeze into a lifecycle that starts at the real instant `now`."""
        return Clock(speed=self.speed, program_epoch=self.program_epoch or now, real_epoch=self.real_epoch or now)


class NoData(Frozen):
    """Everything is said by the event's type and subject."""
