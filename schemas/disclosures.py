"""Who is shown records of learners, and who did what: the parties and the rows of the two logs."""

from typing import Any, Literal

from pydantic import AwareDatetime

from schemas.base import Frozen
from schemas.console import Staff
from schemas.keys import Caller
from schemas.vocabulary import Role

FAMILY = frozenset({Role.STUDENT, Role.GUARDIAN})


class Party(Frozen):
    """Whoever is shown something, and why they may be.

    `interest` is `operator`, `school_official` (34 CFR 99.31(a)(1)), `family`, `placement` (a party to it, by the
    training agreement), or the purpose that was said when a key or a webhook was made.
    """

    kind: Literal["key", "staff", "person", "webhook"]
    who: str
    role: str | None = None
    interest: str


class Doer(Frozen):
    """Whoever did something that is audited."""

    kind: Literal["operator", "key", "staff"]
    who: str


OPERATOR = Doer(kind="operator", who="operator")
"""Whoever may run commands on the database."""


class Disclosure(Frozen):
    """One answer with records of learners, as it was given. `record` is the one lifecycle shown; None: a list."""

    at: AwareDatetime
    kind: str
    who: str
    role: str | None
    interest: str
    what: str
    record: str | None
    learners: tuple[str, ...]


class Audited(Frozen):
    """One act by somebody in charge. `records` such as `key/key-1`, `placement/pl-1`."""

    at: AwareDatetime
    kind: str
    who: str
    act: str
    records: tuple[str, ...]
    reason: str
    details: dict[str, Any]


def holder_of(caller: Caller) -> Party:
    """The party that has a key."""
    return Party(kind="key", who=caller.key_id, interest=caller.purpose)


def official(staff: Staff) -> Party:
    """The party that is signed in to the console."""
    return Party(kind="staff", who=staff.person_id, role=staff.role, interest="school_official")


def recipient(person_id: str, role: Role) -> Party:
    """The party that opened a mailed link."""
    return Party(kind="person", who=person_id, role=role, interest="family" if role in FAMILY else "placement")
