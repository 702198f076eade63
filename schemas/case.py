"""What every lifecycle has that asks people: a pinned program, a team, requests and their record; ids, dates, codes."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Generic, Literal, Self, TypeVar

from pydantic import AwareDatetime, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from schemas.asks import PinnedForm, Slug
from schemas.base import Code, Frozen, Id, SiteDay
from schemas.clock import REAL, Clock
from schemas.programs import PinnedProgram
from schemas.vocabulary import RequestKind, RequestState, Role, Trigger

How = Literal[
    "opened",
    "reminded",
    "escalated",
    "told",
    "reassigned",
    "resent",
    "moved",
    "bounced",
    "returned",
    "scheduled",
    "disclaimed",
]
ONLY_TOLD: frozenset[How] = frozenset({"told", "moved", "bounced"})
"""What asks nobody for an answer."""


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
    """One form asked of one person in one role. Deadlines are derived from the pinned program, never stored.

    `valid_until` is the last day of the document that was handed in, `visit_on` the day agreed for a visit.
    Before the day `snoozed_until` whoever is asked is not reminded.
    """

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
    valid_until: date | None = None
    visit_on: date | None = None
    snoozed_until: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether an answer is still awaited."""
        return self.state is RequestState.OPEN

    @property
    def person_id(self) -> str:
        """The person asked last, who owns the request now."""
        return self.holders[-1].person_id

    def held_by(self, person_id: str) -> Holder | None:
        """In which role a person may answer; None when that person is not asked."""
        for one in self.holders:
            if one.person_id == person_id:
                return one
        return None

    def disclaimed_by(self, person_id: str) -> bool:
        """Whether that person said that somebody else should answer, and was not asked again since."""
        hows = (one.how for one in reversed(self.asked) if one.person_id == person_id and one.how not in ONLY_TOLD)
        return next(hows, None) == "disclaimed"


class Requests(tuple[Request, ...]):  # noqa: SLOT001 - a tuple can have no slots that hold something
    """A case's requests in the order in which they were opened: a tuple that knows which are open, and where each is.

    Every decision asks both several times, and changes one request at most; so each version hands on what it knows
    to the next. `places` tells where in the order each id stands; versions with the same ids share it.
    """

    open: tuple[Request, ...]
    places: dict[str, int]

    def __new__(cls, requests: Iterable[Request] = ()) -> Self:
        """Look through all of them once."""
        every = tuple(requests)
        still_open = tuple([one for one in every if one.state is RequestState.OPEN])
        return cls._knowing(every, still_open, {one.id: place for place, one in enumerate(every)})

    @classmethod
    def _knowing(cls, requests: Iterable[Request], still_open: tuple[Request, ...], places: dict[str, int]) -> Self:
        known = tuple.__new__(cls, requests)
        known.open = still_open
        known.places = places
        return known

    def with_opened(self, request: Request) -> Self:
        """These and a new one, which is open."""
        return self._knowing((*self, request), (*self.open, request), self.places | {request.id: len(self)})

    def with_changed(self, place: int, request: Request) -> Self:
        """These, the one in this place being as `request` is now."""
        before, every = self[place], list(self)
        every[place] = request
        if before.state is not RequestState.OPEN:
            return self._knowing(every, tuple([one for one in every if one.state is RequestState.OPEN]), self.places)
        if request.state is RequestState.OPEN:
            still_open = tuple([request if one is before else one for one in self.open])
        else:
            still_open = tuple([one for one in self.open if one is not before])
        return self._knowing(every, still_open, self.places)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate and serialise as a tuple."""
        return core_schema.no_info_after_validator_function(cls, handler.generate_schema(tuple[Request, ...]))


class Pause(Frozen):
    """Site days, both included, on which nobody is asked and no deadline runs: a snow day, a strike.

    `suspended`: the work stands still, and what decides about that is asked all the same.
    """

    first: SiteDay
    last: SiteDay
    suspended: bool = False


class Occasion(Frozen):
    """Something happened for which the program has an ask (`on`); `number` counts it, from 1."""

    trigger: Trigger
    number: int


class Said(Frozen):
    """Until when a document holds, said by other means than a form, and when that was said."""

    at: AwareDatetime
    valid_until: date


S = TypeVar("S", bound=str)


class Case(Frozen, Generic[S]):
    """The common part of every lifecycle's state. Times are aware, in UTC, on the program's clock; days the site's.

    `exited` is the day on which the outcome was known.
    """

    id: Id
    state: S
    program: PinnedProgram
    clock: Clock = REAL
    start: date
    end: date
    minor: bool = False
    team: dict[Role, Id]
    requests: Requests = Requests()
    pauses: tuple[Pause, ...] = ()
    occasions: tuple[Occasion, ...] = ()
    noticed: tuple[Slug, ...] = ()
    exited: date | None = None
    reason: Code | None = None
    entered_at: AwareDatetime
    seq: int = 0

    def request(self, request_id: str) -> Request | None:
        """The request of that id, or None."""
        place = self.requests.places.get(request_id)
        return None if place is None else self.requests[place]

    def of_kind(self, kind: RequestKind) -> tuple[Request, ...]:
        """All requests of that kind, in the order they were opened."""
        return tuple([one for one in self.requests if one.kind is kind])

    @property
    def open_requests(self) -> tuple[Request, ...]:
        """The requests that still await an answer."""
        return self.requests.open

    @property
    def passed_over(self) -> frozenset[RequestKind]:
        """The kinds that are not asked as things stand, though the state has a place for them."""
        return frozenset()

    def said_of(self, ask_id: str) -> Said | None:  # noqa: ARG002 - a lifecycle that has it says so
        """What is known by other means than a form of the document that an ask is for."""
        return None
