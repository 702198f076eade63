"""One placement as its lifecycle sees it: ids, dates and codes; never a name, an address or free text."""

from datetime import date

from schemas.base import Code, Frozen, Id
from schemas.case import Case
from schemas.vocabulary import PlacementState, RecordState, RequestKind, SeatState


class Suspension(Frozen):
    """Why a placement is suspended, in which state it was, and by which site day it is to go on."""

    reason: Code
    was: PlacementState
    resume_by: date


class Placement(Case[PlacementState]):
    """A placement's whole state; `start` and `end` are its first and last day at the worksite.

    `vacant`: nobody is named as the worksite supervisor, somebody stands in. `incidents` are those still open;
    `predictions` and `violations` are the broken limits found in planned and in logged shifts, by their ids.
    `recheck_on` is the site day on which the law is asked again. `successor_id` is the placement that goes on where
    this one was transferred.
    """

    learner_id: Id
    opportunity_id: Id
    host_id: Id
    seat: SeatState = SeatState.NONE
    missed: bool = False
    blocked: bool = False
    vacant: bool = False
    suspension: Suspension | None = None
    incidents: tuple[Id, ...] = ()
    predictions: tuple[Id, ...] = ()
    violations: tuple[Id, ...] = ()
    recheck_on: date | None = None
    successor_id: Id | None = None
    record: RecordState = RecordState.OPEN

    @property
    def passed_over(self) -> frozenset[RequestKind]:
        """Of the two questions about the first day, the one that does not arise."""
        return _FIRST_DAY if self.missed else _NO_SHOW


_FIRST_DAY, _NO_SHOW = frozenset({RequestKind.FIRST_DAY}), frozenset({RequestKind.NO_SHOW_FOLLOW_UP})
