"""One placement as its lifecycle sees it: ids, dates and codes; never a name, an address or free text."""

from datetime import date

from schemas.base import Code, Frozen, Id
from schemas.case import Case, Said
from schemas.vocabulary import PlacementState, RecordState, RequestKind, SeatState


class Suspension(Frozen):
    """Why a placement is suspended, in which state it was, and by which site day it is to go on.

    `named`: somebody said that day, so the work goes on then, whether or not anybody looks at it before.
    """

    reason: Code
    was: PlacementState
    resume_by: date
    named: bool = False


class Placement(Case[PlacementState]):
    """A placement's whole state; `start` and `end` are its first and last day at the worksite.

    `vacant`: nobody is named as the worksite supervisor, somebody stands in. `incidents` are those still open;
    `predictions` and `violations` are the broken limits found in planned and in logged shifts, by their ids.
    `recheck_on` is the site day on which the law is asked again, `permit` what it said last of the work permit's end.
    `successor_id` is the placement that goes on where this one was transferred.
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
    permit: Said | None = None
    successor_id: Id | None = None
    record: RecordState = RecordState.OPEN

    @property
    def passed_over(self) -> frozenset[RequestKind]:
        """What does not arise: one of the questions about the first day; a review while a successor is looked for."""
        passed = _FIRST_DAY if self.missed else _NO_SHOW
        return passed | _REVIEW if self.suspension and self.suspension.reason == "employer_cancelled" else passed

    def said_of(self, ask_id: str) -> Said | None:
        """A work permit may end by law before the day that is written on it."""
        ask = self.program.by_id.get(ask_id)
        return self.permit if ask is not None and ask.kind is RequestKind.WORK_PERMIT else None


_FIRST_DAY, _NO_SHOW = frozenset({RequestKind.FIRST_DAY}), frozenset({RequestKind.NO_SHOW_FOLLOW_UP})
_REVIEW = frozenset({RequestKind.SUSPENSION_REVIEW})
