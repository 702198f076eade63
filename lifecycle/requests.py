"""What may be said about a request, in every lifecycle: an answer, a new link, a correction, a waiver, a bounce."""

from collections.abc import Callable, Iterable
from typing import Any

from lifecycle import ladder
from lifecycle.calendars import site_day
from lifecycle.deadlines import due_at, person_for
from lifecycle.documents import valid_until
from lifecycle.story import Story
from schemas.case import Case, Holder, Request
from schemas.placement_commands import Disclaim, RecordBounce, Resend, Return, Submit, Waive
from schemas.problems import ProblemCode, Refused
from schemas.request_events import (
    RequestBounced,
    RequestDisclaimed,
    RequestMoved,
    RequestReopened,
    RequestResent,
    RequestReturned,
    RequestSubmitted,
    RequestWaived,
    RequestWithdrawn,
)
from schemas.vocabulary import RequestKind, RequestState, Role

_submitted = RequestSubmitted.made

Answers = dict[RequestKind, dict[str, Callable[[Story[Any], Request], None]]]
"""Kind of request -> decision -> what follows. Other kinds take any decision, or none."""

FINAL = frozenset(
    {
        RequestKind.HOST_CONFIRMATION,
        RequestKind.OFFER_ACCEPTANCE,
        RequestKind.FIRST_DAY,
        RequestKind.NO_SHOW_FOLLOW_UP,
        RequestKind.APPLICATION_REVIEW,
        RequestKind.APPLICATION_DECISION,
        RequestKind.INTERVIEW,
        RequestKind.SUSPENSION_REVIEW,
        RequestKind.SUCCESSION,
        RequestKind.DESIGN,
        RequestKind.SAFETY_REVIEW,
        RequestKind.OPPORTUNITY_REVIEW,
        RequestKind.HOST_INTEREST,
        RequestKind.PARTNERSHIP_AGREEMENT,
        RequestKind.PARTNERSHIP_RENEWAL,
    }
)
"""What moved the lifecycle at once cannot be given back, and what it waits for to move cannot be waived."""


def answer(story: Story[Any], command: Submit, answers: Answers) -> Request:
    """Take an answer and let its decision follow; gives the request as it was.

    Raises Refused when it is not awaited of this person, or the decision is none of the kind's.
    """
    return take(story, awaited(story.case, command.request_id), command, answers)


def take(story: Story[Any], request: Request, command: Submit, answers: Answers) -> Request:
    """As `answer`, for a request that is known to be answerable."""
    holder, until = _holder(story.case, request, command.person_id), command.valid_until
    if until is not None and until < site_day(story.case.program.calendar.time_zone, story.at):
        raise Refused(ProblemCode.INVALID, f"valid_until: {until} is over; send a document that holds")
    allowed = answers.get(request.kind)
    if allowed is not None and command.decision not in allowed:
        raise Refused(ProblemCode.INVALID, f"decision: {request.kind} is answered by {' or '.join(sorted(allowed))}")
    submitted = _submitted(
        at=story.at,
        request_id=request.id,
        kind=request.kind,
        submission_id=command.submission_id,
        by=holder,
        decision=command.decision,
        valid_until=until,
        again_on=command.again_on,
        receipt=command.receipt,
    )
    if until is None:
        story.tell(submitted)
    else:
        say_what_moves(story, lambda: story.tell(submitted))
    if allowed is not None:
        allowed[command.decision or ""](story, request)
    return request


def awaited(case: Case[Any], request_id: str) -> Request:
    """The open request of that id. Raises Refused saying why there is none."""
    return still_open(case, known(case, request_id))


def still_open(case: Case[Any], request: Request) -> Request:
    """That request, if an answer is still awaited. Raises Refused saying why none is."""
    if request.state is RequestState.OPEN:
        return request
    if request.state is RequestState.SUBMITTED:
        raise Refused(ProblemCode.ALREADY_ANSWERED, f"request {request.id} of {case.id} was answered already")
    raise Refused(ProblemCode.CLOSED, f"request {request.id} of {case.id} is closed ({request.state})")


def known(case: Case[Any], request_id: str) -> Request:
    """The request of that id, open or not. Raises Refused when there is none."""
    request = case.request(request_id)
    if request is None:
        raise Refused(ProblemCode.NOT_AWAITED, f"request_id: {case_name(case)} {case.id} has no request {request_id}")
    return request


def case_name(case: Case[Any]) -> str:
    """What kind of case it is, as messages name it."""
    return type(case).__name__.lower()


def unfilled(case: Case[Any]) -> tuple[Role, str] | None:
    """A role that the program asks though nobody acts in it, and the ask that does; None when everybody is there."""
    for ask in case.program.asks:
        for signer in ask.of:
            if (signer.when == "always" or case.minor) and person_for(case, signer.role) is None:
                return signer.role, ask.id
    return None


def nobody_for(case: Case[Any]) -> str | None:
    """An `unfilled` role in words."""
    missing = unfilled(case)
    return None if missing is None else f"{missing[0]}, whom '{missing[1]}' asks"


def withdraw(story: Story[Any], kinds: Iterable[RequestKind], reason: str) -> None:
    """Stop asking for these kinds."""
    wanted = frozenset(kinds)
    for request in story.case.open_requests:
        if request.kind in wanted:
            story.tell(RequestWithdrawn(at=story.at, request_id=request.id, reason=reason))


def resend(story: Story[Any], command: Resend) -> None:
    """Send a new link to one who is asked. Raises Refused."""
    link_again(story, awaited(story.case, command.request_id), command)


def link_again(story: Story[Any], request: Request, command: Resend) -> None:
    """Earlier links stop working, a new one goes out. Raises Refused when it is not asked of the person named."""
    to = request.holders[-1] if command.person_id is None else _holder(story.case, request, command.person_id)
    story.tell(RequestResent(at=story.at, request_id=request.id, person_id=to.person_id, role=to.role))


def disclaim(story: Story[Any], command: Disclaim) -> None:
    """Somebody else should answer: the next person of the ladder is asked. Saying it twice changes nothing.

    Raises Refused when it is not asked of that person.
    """
    if say_it_is_not_theirs(story, command):
        ladder.ask_the_next(story, command.request_id)


def say_it_is_not_theirs(story: Story[Any], command: Disclaim) -> bool:
    """Take down that somebody else should answer; gives whether somebody else must be asked now. Raises Refused."""
    request = awaited(story.case, command.request_id)
    holder = _holder(story.case, request, command.person_id)
    if request.disclaimed_by(holder.person_id):
        return False
    story.tell(
        RequestDisclaimed(
            at=story.at,
            request_id=request.id,
            person_id=holder.person_id,
            role=holder.role,
            reason=command.reason,
            referral_id=command.referral_id,
        )
    )
    return holder.person_id == request.person_id


def _holder(case: Case[Any], request: Request, person_id: str) -> Holder:
    """That person as one who may answer. Raises Refused."""
    holder = request.held_by(person_id)
    if holder is None:
        raise Refused(ProblemCode.NOT_AWAITED, f"request {request.id} of {case.id} is not asked of {person_id}")
    return holder


def give_back(story: Story[Any], command: Return) -> None:
    """Give an answer back to be put right. Raises Refused when there is none, or it has moved the lifecycle on."""
    case, request = story.case, known(story.case, command.request_id)
    if request.state is not RequestState.SUBMITTED or request.answered_by is None:
        raise Refused(ProblemCode.NOT_ALLOWED_NOW, f"request {request.id} of {case.id} has no answer to give back")
    if request.kind in FINAL or case.state not in story.table.places(request.kind)[1]:
        raise Refused(
            ProblemCode.NOT_ALLOWED_NOW,
            f"request {request.id} of {case.id} cannot be given back: {case_name(case)} {case.id} is {case.state}",
        )
    say_what_moves(story, lambda: _give_back(story, request, command.reason))


def _give_back(story: Story[Any], request: Request, reason: str) -> None:
    """With a document its last day goes, and nobody need renew it."""
    story.tell(returned(story, request, reason))
    for one in story.case.open_requests if request.valid_until is not None else ():
        ask = story.case.program.by_id[one.ask_id]
        if one.id != request.id and one.kind is RequestKind.RENEWAL and valid_until(story.case, ask) is None:
            story.tell(RequestWithdrawn(at=story.at, request_id=one.id, reason="no_longer_needed"))


def returned(story: Story[Any], request: Request, reason: str) -> RequestReturned:
    """The event that asks an answered request anew, of whoever answered."""
    by = request.answered_by or request.holders[-1]
    return RequestReturned(at=story.at, request_id=request.id, person_id=by.person_id, role=by.role, reason=reason)


def ask_again(story: Story[Any], kind: RequestKind) -> None:
    """What requests of a kind are about has changed: those that were asked are asked anew, of whoever answered."""
    for request in story.case.of_kind(kind):
        if request.state not in (RequestState.OPEN, RequestState.WAIVED):
            by = request.answered_by or request.holders[-1]
            story.tell(RequestReopened(at=story.at, request_id=request.id, person_id=by.person_id, role=by.role))


def can_be_waived(kind: RequestKind) -> bool:
    """Whether a lifecycle can go on without an answer of this kind."""
    return kind not in FINAL and kind is not RequestKind.SIGN_OFF


def waive(story: Story[Any], command: Waive) -> None:
    """Do without an answer. Raises Refused when the lifecycle could not go on without it."""
    request = awaited(story.case, command.request_id)
    if not can_be_waived(request.kind):
        raise Refused(ProblemCode.INVALID, f"request_id: {request.kind} cannot be waived; somebody has to decide it")
    story.tell(RequestWaived(at=story.at, request_id=request.id, kind=request.kind, reason=command.reason))


def record_bounce(story: Story[Any], command: RecordBounce) -> None:
    """A message could not be delivered: the next step that reaches somebody else comes at once."""
    request = story.case.request(command.request_id)
    if request is None or not request.is_open:
        return
    story.tell(RequestBounced(at=story.at, request_id=request.id, person_id=command.person_id))
    if command.person_id == request.person_id:
        ladder.climb_after_bounce(story, request.id)


def say_what_moves(story: Story[Any], change: Callable[[], None]) -> None:
    """Make a change of days, and tell everybody who was told a date the new one."""
    before = story.case
    due = {request.id: due_at(before, request) for request in before.open_requests}
    change()
    for request in story.case.open_requests:
        if request.id not in due:
            continue
        moved = due_at(story.case, request)
        if moved != due[request.id]:
            story.tell(RequestMoved.made(at=story.at, request_id=request.id, due_at=moved))


def no_longer_needed(story: Story[Any]) -> None:
    """Stop asking for what the new state has no place for."""
    if story.case.state is story.began.state:
        return
    for request in story.case.open_requests:
        if story.case.state not in story.table.places(request.kind)[1]:
            story.tell(RequestWithdrawn.made(at=story.at, request_id=request.id, reason="no_longer_needed"))
