"""One placement as its lifecycle sees it: ids, dates and codes; never a name, an address or free text."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from schemas.base import Code, Frozen, Id
from schemas.clock import REAL, Clock
from schemas.programs import PinnedForm, PinnedProgram, Slug
from schemas.vocabulary import PlacementState, RequestKind, RequestState, Role, SeatState

How = Literal["opened", "reminded", "escalated", "told", "reassigned", "resent", "moved", "bounced"]


class Asked(Frozen):
    """One line in the record of who was asked what, when: kept as evidence when nobody answers."""

    at: AwareDatetime
    how: How
    person_id: Id
    role: Role


class Holder(Frozen):
    """A person who may answer a request."""

    person_id: Id
    role: Role


class Request(Frozen):
    """One form asked of one person in one role. Deadlines are derived from the pinned program, never stored."""

    id: Id
    ask_id: Slug
    kind: RequestKind
    form: PinnedForm
    role: Role
    number: int = 1
    state: RequestState = RequestState.OPEN
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None = None
    holders: tuple[Holder, ...]
    asked: tuple[Asked, ...]
    rung: int = 0
    overdue: bool = False
    submission_id: Id | None = None
    answered_by: Holder | None = None
    decision: Code | None = None

    @property
    def is_open(self) -> bool:
        """Whether an answer is still awaited."""
        return self.state is RequestState.OPEN

    @property
    def person_id(self) -> str:
        """The person asked last, who owns the request now."""
        return self.holders[-1].person_id


class Placement(Frozen):
    """A placement's whole state. Times are aware, in UTC, on the program's clock; `start` and `end` are site days."""

    id: Id
    state: PlacementState
    program: PinnedProgram
    clock: Clock = REAL
    learner_id: Id
    opportunity_id: Id
    host_id: Id
    start: date
    end: date
    minor: bool
    team: dict[Role, Id]
    requests: tuple[Request, ...] = ()
    seat: SeatState = SeatState.NONE
    missed: bool = False
    reason: Code | None = None
    entered_at: AwareDatetime
    seq: int = 0

    def request(self, request_id: str) -> Request | None:
        """The request of that id, or None."""
        for one in self.requests:
            if one.id == request_id:
                return one
        return None

    def of_kind(self, kind: RequestKind) -> tuple[Request, ...]:
        """All requests of that kind, in the order they were opened."""
        return tuple([one for one in self.requests if one.kind is kind])

    @property
    def open_requests(self) -> tuple[Request, ...]:
        """The requests that still await an answer."""
        return tuple([one for one in self.requests if one.state is RequestState.OPEN])
