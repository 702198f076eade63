"""Who works in the coordinators' console, and what each may see and do there."""

from enum import StrEnum

from schemas.base import Frozen
from schemas.directory import Language, Personal, SchoolRoleName


class ConsoleRole(StrEnum):
    """What somebody is in the console. A stronger role may do whatever a weaker one may."""

    READER = "reader"
    CAREER_SPECIALIST = "career_specialist"
    COORDINATOR = "coordinator"
    DIRECTOR = "director"


STRENGTH: tuple[ConsoleRole, ...] = tuple(ConsoleRole)
"""From the weakest to the strongest."""

ROLE_OF: dict[SchoolRoleName, ConsoleRole] = {
    "teacher": ConsoleRole.READER,
    "career_specialist": ConsoleRole.CAREER_SPECIALIST,
    "engagement_manager": ConsoleRole.COORDINATOR,
    "coordinator": ConsoleRole.COORDINATOR,
    "program_manager": ConsoleRole.COORDINATOR,
    "director": ConsoleRole.DIRECTOR,
}
"""What a role in the directory is here. One that follows from an office (a principal's) reads only."""


def is_at_least(role: ConsoleRole | None, wanted: ConsoleRole) -> bool:
    """Whether `role` is `wanted` or stronger."""
    return role is not None and STRENGTH.index(role) >= STRENGTH.index(wanted)


def strongest(roles: list[ConsoleRole]) -> ConsoleRole | None:
    """The strongest of some roles; None of none."""
    return max(roles, key=STRENGTH.index, default=None)


class Grant(Frozen):
    """One role, and of whose learners: those of these schools and districts, and those named one by one."""

    role: ConsoleRole
    organisations: tuple[str, ...] = ()
    learners: tuple[str, ...] = ()


class Staff(Personal):
    """Somebody who is signed in, or may sign in."""

    person_id: str
    name: str
    email: str | None
    language: Language
    grants: tuple[Grant, ...]

    @property
    def role(self) -> ConsoleRole | None:
        """The strongest role anywhere; None: nothing to look for here."""
        return strongest([one.role for one in self.grants])

    @property
    def organisations(self) -> list[str]:
        """Whose learners are seen."""
        return sorted({id_ for one in self.grants for id_ in one.organisations})

    @property
    def learners(self) -> list[str]:
        """Who is seen besides, wherever they go to school."""
        return sorted({id_ for one in self.grants for id_ in one.learners})

    def role_for(self, school_id: str, learner_id: str) -> ConsoleRole | None:
        """The strongest role towards one learner; None: not to be seen."""
        near = [one.role for one in self.grants if school_id in one.organisations or learner_id in one.learners]
        return strongest(near)


class Filters(Frozen):
    """Which placements, offers, hosts or incidents of those in sight. Each is a part of the address.

    Every filter given must fit; one that a list does not know fits all. `show`: `open` (not ended, or an answer is
    still awaited), `ended`, `all`. `soon`: an answer is due within a week. `free`: offers with a seat.
    """

    q: str | None = None
    state: str | None = None
    program: str | None = None
    school: str | None = None
    host: str | None = None
    role: str | None = None
    severity: str | None = None
    overdue: bool = False
    soon: bool = False
    free: bool = False
    show: str = "open"

    @property
    def shown(self) -> str:
        """What is looked through: whoever names a state means all that stand there, ended or not."""
        return "all" if self.state else self.show
