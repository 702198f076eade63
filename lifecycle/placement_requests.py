"""What is said about a placement's requests, beyond what it means in every lifecycle."""

from lifecycle import ladder, requests, supervising, suspending
from lifecycle.answers import ANSWERS
from lifecycle.settling import reopen
from lifecycle.story import Story
from lifecycle.waiting import final_is_provided, late_until
from schemas.case import Request
from schemas.placement import Placement
from schemas.placement_commands import Disclaim, RecordBounce, Resend, Return, Submit, Waive
from schemas.placement_events import PlacementCompleted, PlacementCompletedWithoutEvaluation
from schemas.problems import ProblemCode, Refused
from schemas.program_kinds import GATES
from schemas.vocabulary import DisclaimReason, RequestState, Role
from schemas.vocabulary import PlacementState as S
from schemas.vocabulary import RequestKind as K

P = Story[Placement]


def submit(story: P, command: Submit) -> None:
    """A form came back; a final evaluation may come late. Raises Refused as `requests.answer` does."""
    request = requests.known(story.case, command.request_id)
    if _is_taken_late(story, request):
        requests.take(story, request, command, ANSWERS)
        if story.case.state is S.COMPLETED_EVALUATION_NOT_PROVIDED:
            reopen(story)
        return
    requests.take(story, requests.still_open(story.case, request), command, ANSWERS)
    if request.kind is K.HOURS:
        _approve_anew(story, request)
    elif request.kind is K.SIGN_OFF:
        ends = PlacementCompleted if final_is_provided(story.case) else PlacementCompletedWithoutEvaluation
        story.tell(ends.made(at=story.at))


def resend(story: P, command: Resend) -> None:
    """A new link, also for a final evaluation that is still taken late. Raises Refused."""
    request = requests.known(story.case, command.request_id)
    if _is_taken_late(story, request):
        requests.link_again(story, request, command)
    else:
        requests.resend(story, command)


def disclaim(story: P, command: Disclaim) -> None:
    """Somebody else should answer; a supervisor who says to have left is replaced as one who left. Raises Refused."""
    case = story.case
    must_ask = requests.say_it_is_not_theirs(story, command)
    if (
        command.reason is DisclaimReason.NO_LONGER_SUPERVISOR
        and case.team.get(Role.WORKSITE_SUPERVISOR) == command.person_id
    ):
        if supervising.can_stand_in(case):
            supervising.departs(story)
            return
        supervising.supervisor_is_unreachable(story, command.person_id)
    if must_ask:
        ladder.ask_the_next(story, command.request_id)


def _is_taken_late(story: P, request: Request) -> bool:
    """Whether a final evaluation that was given up is still taken."""
    if request.state is not RequestState.NOT_PROVIDED or request.kind is not K.FINAL_EVALUATION:
        return False
    late = late_until(story.case)
    return late is not None and story.at < late


def _approve_anew(story: P, hours: Request) -> None:
    """Hours that were put right must be approved anew."""
    for one in story.case.of_kind(K.HOURS_APPROVAL):
        if one.number == hours.number and one.state is RequestState.SUBMITTED:
            story.tell(requests.returned(story, one, "hours_changed"))


def waive(story: P, command: Waive) -> None:
    """Doing without a document may be what the work waited for. Raises Refused."""
    requests.waive(story, command)
    suspending.goes_on(story)


def give_back(story: P, command: Return) -> None:
    """An answer is given back. Raises Refused for a gate that was passed: nothing would wait for it any more."""
    request = requests.known(story.case, command.request_id)
    gate = request.kind in GATES and story.case.program.by_id[request.ask_id].on is None
    if gate and story.case.state is not S.PREPARING:
        raise Refused(
            ProblemCode.NOT_ALLOWED_NOW,
            f"request {request.id} of {story.case.id} cannot be given back: placement {story.case.id} is "
            f"{story.case.state}",
        )
    requests.give_back(story, command)


def record_bounce(story: P, command: RecordBounce) -> None:
    """A message did not arrive; a supervisor who cannot be reached may be gone."""
    requests.record_bounce(story, command)
    supervising.supervisor_is_unreachable(story, command.person_id)
