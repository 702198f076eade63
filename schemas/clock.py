"""The program's clock: real time in production, faster in a rehearsal."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, Field

from schemas.base import Frozen

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Clock(Frozen):
    """How program time follows real time. Frozen into a lifecycle at its start; both instants are aware.

    `program_epoch` is the program time at the real instant `real_epoch`; from there program time runs `speed` times
    as fast (1 = production, 86,400 = a day a second).
    """

    program_epoch: AwareDatetime = EPOCH
    real_epoch: AwareDatetime = EPOCH
    speed: Annotated[float, Field(ge=1, le=1_000_000)] = 1.0

    def program_time(self, real: datetime) -> datetime:
        """The program's time at the real instant `real` (aware), in UTC."""
        if self.speed == 1 and self.program_epoch == self.real_epoch:
            return real
        return self.program_epoch + (real - self.real_epoch) * self.speed

    def real_time(self, program: datetime) -> datetime:
        """The real instant at which the program's clock shows `program` (aware), in UTC."""
        if self.speed == 1 and self.program_epoch == self.real_epoch:
            return program
        return self.real_epoch + (program - self.program_epoch) / self.speed

    def real_delay(self, program: datetime, real_now: datetime) -> timedelta:
        """How long to wait from `real_now` until the program's clock shows `program`; never negative."""
        return max(self.real_time(program) - real_now, timedelta(0))


REAL = Clock()
