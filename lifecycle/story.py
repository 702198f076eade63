"""A decision in the making: the events told so far, and the case as it is after them."""

from datetime import datetime
from typing import Any, Generic, TypeVar

from lifecycle.evolving import evolve
from lifecycle.tables import Table
from schemas.case import Case, Request

C = TypeVar("C", bound=Case[Any])


class Story(Generic[C]):
    """Collects events; each is applied as it is told, so that the next rule sees its consequence.

    `began` is the case before the decision, `passed` the case after each event.
    """

    __slots__ = ("at", "began", "case", "events", "passed", "table")

    def __init__(self, table: Table, case: C, at: datetime) -> None:
        self.table = table
        self.case = case
        self.began = case
        self.at = at
        self.events: list[Any] = []
        self.passed: list[C] = []

    @property
    def began_in(self) -> Any:
        """The state before the decision."""
        return self.began.state

    def tell(self, event: Any) -> None:
        """Add one event."""
        self.case = evolve(self.table, self.case, event)
        self.events.append(event)
        self.passed.append(self.case)

    def request(self, request_id: str) -> Request:
        """The request of that id as it is now. Raises LookupError."""
        found = self.case.request(request_id)
        if found is None:
            raise LookupError(request_id)
        return found
