"""What an act would change for a placement, said before it is done: which deadlines, which asks, how many messages."""

from typing import Literal

from pydantic import AwareDatetime

from schemas.asks import PinnedForm
from schemas.base import Frozen, Id
from schemas.placement_commands import PlacementCommand
from schemas.problems import ProblemCode
from schemas.vocabulary import PlacementState, RequestKind, Role

How = Literal["due", "form", "asked", "ended", "added", "removed"]


class Foresee(Frozen):
    """The question: what would this command do at this instant (aware, program clock)?"""

    command: PlacementCommand
    at: AwareDatetime


class Change(Frozen):
    """One thing that would be otherwise. Moments are aware, in UTC, on the program's clock.

    `due`: it falls due at another moment. `form`: it comes with another form. `asked`: it is asked at once. `ended`: it
    is open and would not be any more. `added`, `removed`: it will be asked later, or will not.
    """

    how: How
    request_id: str
    kind: RequestKind
    role: Role
    is_open: bool = False
    due_before: AwareDatetime | None = None
    due_after: AwareDatetime | None = None
    form_before: PinnedForm | None = None
    form_after: PinnedForm | None = None


class Foreseen(Frozen):
    """The answer. `refused` and `reason` say why the placement would not do it; nothing is changed then.

    `happens`: whether it would do anything at all; a pause that holds already does not. `messages` is how many mails
    would go out about it at once.
    """

    placement_id: Id
    version_before: str
    version_after: str
    state_before: PlacementState
    state_after: PlacementState
    refused: ProblemCode | None = None
    reason: str | None = None
    happens: bool = False
    changes: tuple[Change, ...] = ()
    messages: int = 0
