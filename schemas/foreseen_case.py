"""What an act would change for an offer, a partnership or an incident, in numbers, said before it is done."""

from pydantic import AwareDatetime

from schemas.acts import Command
from schemas.base import Frozen, Id
from schemas.problems import ProblemCode


class ForeseeCase(Frozen):
    """The question: what would this command do at this instant (aware, program clock)?"""

    command: Command
    at: AwareDatetime


class CaseForeseen(Frozen):
    """The answer. `refused` and `reason` say why the case would not do it; nothing is changed then.

    `happens`: whether it would do anything at all. Of the open asks so many fall due at another moment (`moved`), are
    `ended`, and so many are `asked` besides; `messages` is how many mails would go out about it at once.
    """

    id: Id
    state_before: str
    state_after: str
    refused: ProblemCode | None = None
    reason: str | None = None
    happens: bool = False
    moved: int = 0
    ended: int = 0
    asked: int = 0
    messages: int = 0
