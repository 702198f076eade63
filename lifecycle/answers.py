"""Where the decisions of forms move a placement: kind of request -> decision -> what follows."""

from collections.abc import Callable

from lifecycle import supervising, suspending
from lifecycle.deadlines import valid_until
from lifecycle.expiring import NOT_RENEWED
from lifecycle.placement_facts import has_begun
from lifecycle.requests import Answers, withdraw
from lifecycle.story import Story
from schemas.case import Request
from schemas.placement import Placement
from schemas.placement_events import (
    ApplicationViewed,
    InterviewAgreed,
    NoShowRecorded,
    OfferAccepted,
    OfferDeclined,
    PlacementActivated,
    PlacementCancelled,
    PlacementCancelledByEmployer,
    PlacementRejected,
    PlacementTerminated,
    PlacementTransferred,
    PlacementWithdrawnInProgress,
    SeatRequested,
)
from schemas.problems import ProblemCode, Refused
from schemas.request_events import RequestWithdrawn
from schemas.supervision_events import AttendanceMissed, HoursApproved, HoursDisputed
from schemas.vocabulary import LEARNERS, SeatState
from schemas.vocabulary import RequestKind as K

P = Story[Placement]

HOST_DECIDES = (K.HOST_CONFIRMATION, K.APPLICATION_REVIEW, K.APPLICATION_DECISION, K.INTERVIEW)


def ask_for_a_seat(story: P) -> None:
    """The host takes the learner: a seat is claimed, once."""
    if story.case.seat is SeatState.NONE:
        withdraw(story, HOST_DECIDES, "answered_otherwise")
        story.tell(SeatRequested.made(at=story.at))


def accept(story: P) -> None:
    """The learner takes the offer, said by other means: a guardian who is asked too is still waited for."""
    asked = story.case.of_kind(K.OFFER_ACCEPTANCE)
    learners = [one for one in asked if one.role in LEARNERS]
    for request in (one for one in learners or asked if one.is_open):
        story.tell(RequestWithdrawn(at=story.at, request_id=request.id, reason="answered_otherwise"))
    _all_accept(story)


def _all_accept(story: P) -> None:
    if not any(one.is_open for one in story.case.of_kind(K.OFFER_ACCEPTANCE)):
        story.tell(OfferAccepted.made(at=story.at))


def attend(story: P) -> None:
    """The learner has come."""
    withdraw(story, (K.FIRST_DAY,), "answered_otherwise")
    withdraw(story, (K.NO_SHOW_FOLLOW_UP,), "answered_otherwise")
    story.tell(PlacementActivated.made(at=story.at, confirmed=True))


def miss(story: P) -> None:
    """The learner has not come: on the first day, once; on a later day, each time."""
    if has_begun(story.case):
        story.tell(AttendanceMissed(at=story.at))
    elif not story.case.missed:
        withdraw(story, (K.FIRST_DAY,), "answered_otherwise")
        story.tell(AttendanceMissed(at=story.at))


def _accepted(story: P, _: Request) -> None:
    _all_accept(story)


def _rejected(story: P, _: Request) -> None:
    story.tell(PlacementRejected(at=story.at, reason="host_declined"))


def _seat(story: P, _: Request) -> None:
    ask_for_a_seat(story)


def _next_is(kind: K, event: type[ApplicationViewed | InterviewAgreed]) -> Callable[[P, Request], None]:
    """The host wants one more step. Raises Refused where the program does not ask for it: nobody would ever answer."""

    def step(story: P, _: Request) -> None:
        if not story.case.program.of_kind(kind):
            raise Refused(ProblemCode.INVALID, f"decision: this program asks for no {kind}; answer offer or decline")
        story.tell(event(at=story.at))

    return step


_interview, _review = _next_is(K.INTERVIEW, InterviewAgreed), _next_is(K.APPLICATION_DECISION, ApplicationViewed)


def _cancelled(reason: str) -> Callable[[P, Request], None]:
    return lambda story, _: story.tell(PlacementCancelled(at=story.at, reason=reason))


def _nothing(_: P, __: Request) -> None:
    return


def _hours_approved(story: P, request: Request) -> None:
    story.tell(HoursApproved.made(at=story.at, number=request.number))


def _hours_disputed(story: P, request: Request) -> None:
    story.tell(HoursDisputed.made(at=story.at, number=request.number))


def _leaves(story: P, _: Request) -> None:
    story.tell(PlacementWithdrawnInProgress(at=story.at, reason="absent"))


def _no_supervisor(story: P, _: Request) -> None:
    suspending.suspend(story, "no_supervisor")


def _renewed(story: P, request: Request) -> None:
    """A document holds for longer. Raises Refused when it does not say for how long, or not longer than before."""
    before = valid_until(story.began, story.case.program.by_id[request.ask_id])
    until = story.request(request.id).valid_until
    if until is None or (before is not None and until <= before):
        raise Refused(ProblemCode.INVALID, f"valid_until: a renewal says until when; send a day after {before}")
    suspending.goes_on(story)


def _terminated(story: P, _: Request) -> None:
    reason = story.case.suspension.reason if story.case.suspension else "not_stated"
    story.tell(PlacementTerminated(at=story.at, reason=reason))


def _no_successor(story: P, _: Request) -> None:
    story.tell(PlacementCancelledByEmployer(at=story.at, reason="no_successor"))


ANSWERS: Answers = {
    K.APPLICATION_REVIEW: {"interview": _interview, "under_review": _review, "offer": _seat, "decline": _rejected},
    K.APPLICATION_DECISION: {"interview": _interview, "offer": _seat, "decline": _rejected},
    K.INTERVIEW: {"offer": _seat, "decline": _rejected},
    K.HOST_CONFIRMATION: {"accept": _seat, "decline": _rejected},
    K.OFFER_ACCEPTANCE: {"accept": _accepted, "decline": lambda story, _: story.tell(OfferDeclined(at=story.at))},
    K.GUARDIAN_CONSENT: {"consent": _nothing, "refuse": _cancelled("no_guardian_consent")},
    K.WORK_PERMIT: {"granted": _nothing, "refused": _cancelled("no_work_permit")},
    K.CLEARANCE: {"cleared": _nothing, "not_cleared": _cancelled("no_clearance")},
    K.SITE_VETTING: {"approved": _nothing, "not_approved": _cancelled("site_not_vetted")},
    K.FIRST_DAY: {"started": lambda story, _: attend(story), "not_come": lambda story, _: miss(story)},
    K.NO_SHOW_FOLLOW_UP: {
        "started": lambda story, _: attend(story),
        "no_show": lambda story, _: story.tell(NoShowRecorded(at=story.at)),
    },
    K.HOURS_APPROVAL: {"approve": _hours_approved, "dispute": _hours_disputed},
    K.HOURS_DISPUTE: {"corrected": _hours_approved, "confirmed": _hours_approved, "void": _nothing},
    K.ABSENCE_FOLLOW_UP: {"returns": _nothing, "leaves": _leaves},
    K.RENEWAL: {"renewed": _renewed, NOT_RENEWED: _nothing},
    K.SUPERVISOR_CHECK: {"same": _nothing, "left": lambda story, _: supervising.departs(story)},
    K.NEW_SUPERVISOR: {"named": _nothing, "none": _no_supervisor},
    K.SUSPENSION_REVIEW: {
        "resume": lambda story, _: suspending.resume_by_command(story),
        "prolong": lambda story, _: suspending.prolong(story),
        "terminate": _terminated,
    },
    K.SUCCESSION: {
        "found": lambda story, _: story.tell(PlacementTransferred(at=story.at)),
        "none": _no_successor,
    },
    K.VIOLATION_REVIEW: {
        "settled": lambda story, _: suspending.settled(story),
        "suspend": lambda story, _: suspending.suspend(story, "hours_violation"),
    },
}
"""A kind that is not here may come back with any decision, or none."""

DECISIONS: dict[K, frozenset[str]] = {kind: frozenset(follow) for kind, follow in ANSWERS.items()}
"""The decisions a form of that kind may come back with."""
