"""How every lifecycle decides: is the command possible now, what does it do, and what follows of itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from lifecycle.requests import case_name
from lifecycle.story import Story
from lifecycle.tables import Table
from schemas.case import Case
from schemas.problems import ProblemCode, Refused

C = TypeVar("C", bound=Case[Any])


@dataclass(frozen=True, eq=False)
class Decider(Generic[C]):
    """One lifecycle's table, what each command does, and what follows of itself after every decision."""

    table: Table
    commands: Mapping[str, Callable[[Story[C], Any], object]]
    settle: Callable[[Story[C]], None]

    def step(self, case: C, command: Any, at: datetime) -> tuple[C, tuple[Any, ...]]:
        """Decide and evolve in one go. Raises Refused naming state, command and what is allowed."""
        story = self.story(case, command, at)
        return story.case, tuple(story.events)

    def story(self, case: C, command: Any, at: datetime) -> Story[C]:
        """As `step`, with the states passed through on the way."""
        table, name = self.table, command.name
        if case.state not in table.allowed.get(name, ()):
            over = " (it has ended)" if case.state in table.terminal else ""
            raise Refused(
                ProblemCode.CLOSED if case.state in table.terminal else ProblemCode.NOT_ALLOWED_NOW,
                f"{case_name(case)} {case.id} is {case.state}{over}; '{name}' is not possible now",
            )
        story = Story(table, case, at)
        self.commands[name](story, command)
        self.settle(story)
        return story
