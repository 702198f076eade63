"""What follows of itself after every decision: states move on, needless requests end, new ones open."""

from collections.abc import Callable

from lifecycle import expiring
from lifecycle.deadlines import due_at
from lifecycle.opening import open_what_is_due
from lifecycle.requests import no_longer_needed, returned
from lifecycle.story import Story
from lifecycle.suspending import suspend, suspension_runs_out
from lifecycle.transitions import ASKING, GETTING_READY, TERMINAL
from lifecycle.waiting import (
    assessment_is_settled,
    final_is_provided,
    gates_are_green,
    has_ended,
    is_blocked,
    is_over,
    is_stale,
    notices_due,
    recheck_at,
    waits_in_vain,
)
from schemas.placement import Placement
from schemas.placement_events import (
    AgreementVoided,
    AssessmentSettled,
    FollowUpOpened,
    PlacementArchived,
    PlacementBlocked,
    PlacementEnded,
    PlacementExpired,
    PlacementReady,
    PreparationOpened,
    RecordReopened,
)
from schemas.request_events import NoticeGiven, RequestMoved
from schemas.supervision_events import RecheckDue
from schemas.vocabulary import PlacementState as S
from schemas.vocabulary import RecordState, RequestState
from schemas.vocabulary import RequestKind as K

P = Story[Placement]


def settle(story: P) -> None:
    """What follows of itself: states move, requests that no longer make sense end, new ones open."""
    while _moves_on(story):
        pass
    no_longer_needed(story)
    _gives_notice(story)
    open_what_is_due(story)
    if story.case.state in TERMINAL:
        _says_what_its_end_moves(story)
        _winds_up(story)


def _moves_on(story: P) -> bool:
    """Take one step that nobody has to ask for; False when there is none."""
    step = STEPS.get(story.case.state)
    return step is not None and step(story)


def _prepare(story: P) -> bool:
    story.tell(PreparationOpened.made(at=story.at))
    return True


def _leave_the_line(story: P) -> bool:
    vain = waits_in_vain(story.case, story.at)
    if vain:
        story.tell(PlacementExpired.made(at=story.at, reason="no_seat_came_free"))
    return vain


def _be_ready(story: P) -> bool:
    green = gates_are_green(story.case)
    if green:
        story.tell(PlacementReady.made(at=story.at))
    return green or _stop_for_a_document(story)


def _end(story: P) -> bool:
    ended = has_ended(story.case, story.at)
    if ended:
        story.tell(PlacementEnded.made(at=story.at))
    return ended or _stop_for_a_document(story)


def _stop_for_a_document(story: P) -> bool:
    """A document without which nobody may work stops the work on its last day."""
    document = expiring.over(story.case, story.at)
    if document is not None:
        suspend(story, expiring.why(story.case, document))
    return document is not None


def _settle_the_assessment(story: P) -> bool:
    settled = assessment_is_settled(story.case)
    if settled:
        story.tell(AssessmentSettled.made(at=story.at, provided=final_is_provided(story.case)))
    return settled


STEPS: dict[S, Callable[[P], bool]] = {
    **dict.fromkeys(sorted(ASKING), _leave_the_line),
    S.MATCHED: _prepare,
    S.PREPARING: _be_ready,
    S.READY: _stop_for_a_document,
    S.ACTIVE: _end,
    S.SUSPENDED: suspension_runs_out,
    S.AWAITING_ASSESSMENT: _settle_the_assessment,
}
"""For each state: the step out of it that nobody has to ask for; whether it was taken. The others have none."""


def _gives_notice(story: P) -> None:
    """What is told by the calendar: that a day comes near, that preparation is late, that the law is asked again."""
    placement, at = story.case, story.at
    if placement.state in GETTING_READY:
        for notice in notices_due(placement, at):
            story.tell(NoticeGiven.made(at=at, notice_id=notice.id, late=is_stale(placement, notice, at)))
        if is_blocked(placement, at):
            story.tell(PlacementBlocked(at=at))
    recheck = recheck_at(placement)
    if recheck is not None and recheck <= at:
        story.tell(RecheckDue(at=at))


def _says_what_its_end_moves(story: P) -> None:
    """An end cuts a halt short, so what is still asked is due earlier than people were told."""
    began, ended = story.began, story.case
    if began.pauses == ended.pauses:
        return
    told = {one.request_id: one.due_at for one in story.events if isinstance(one, RequestMoved)}
    for request in ended.open_requests:
        before = began.request(request.id)
        if before is not None and before.is_open:
            due = due_at(ended, request)
            if due != told.get(request.id, due_at(began, before)):
                story.tell(RequestMoved(at=story.at, request_id=request.id, due_at=due))


def _winds_up(story: P) -> None:
    """An end voids the agreement where the work was broken off, and leaves open what is still owed."""
    placement, at = story.case, story.at
    if story.began_in is not placement.state and _is_broken_off(placement, story.began_in):
        story.tell(AgreementVoided(at=at))
    if not placement.program.has_follow_up or placement.record is RecordState.ARCHIVED:
        return
    if is_over(placement, at):
        story.tell(PlacementArchived(at=at))
    elif placement.record is RecordState.OPEN:
        story.tell(FollowUpOpened(at=at))


def _is_broken_off(placement: Placement, before: S) -> bool:
    """Whether a signed agreement ends before its time, in a program that follows up."""
    signed = any(one.state is RequestState.SUBMITTED for one in placement.of_kind(K.AGREEMENT))
    finished = (S.COMPLETED, S.COMPLETED_EVALUATION_NOT_PROVIDED, S.REJECTED, S.DECLINED)
    worked_to_its_end = placement.state in finished or before is S.AWAITING_SIGN_OFF
    return signed and not worked_to_its_end and placement.program.has_follow_up


def reopen(story: P) -> None:
    """The final evaluation came after the record was closed: the teacher is asked to sign again."""
    story.tell(RecordReopened(at=story.at))
    for request in story.case.of_kind(K.SIGN_OFF):
        if request.state is RequestState.SUBMITTED:
            story.tell(returned(story, request, "evaluation_came_late"))
