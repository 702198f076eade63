"""People who may be in the directory twice: what is compared of them, and what was decided."""

from datetime import date, datetime
from typing import NamedTuple

from schemas.directory import Personal


class Someone(Personal):
    """A person as far as two can be compared. `household`: their learners, or their guardians.

    `kinds`: what they are here (`student`, `guardian`, `staff`, `host_staff`).
    """

    id: str
    given_name: str
    family_name: str
    email: str | None = None
    phone: str | None = None
    birth_date: date | None = None
    household: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"


class Decided(NamedTuple):
    """What somebody decided about two ids, in their order: one person, whose `keep_id` stays, or (None) two people."""

    first_id: str
    second_id: str
    keep_id: str | None
    decided_by: str
    decided_at: datetime

    @property
    def pair(self) -> tuple[str, str]:
        """The two ids."""
        return self.first_id, self.second_id
