"""What time does to open requests: remind, ask a further person, tell somebody, mark overdue, end as not provided."""

from collections.abc import Callable
from typing import Any, NamedTuple

from lifecycle.deadlines import due_at, next_rung, reaches
from lifecycle.story import Story
from schemas.asks import LadderStep
from schemas.case import Request
from schemas.request_events import RequestEscalated, RequestNotProvided, RequestOverdue, RequestReminded, RequestTold


class Passed(NamedTuple):
    """The requests whose due moment, or whose end, has just been reached."""

    overdue: tuple[Request, ...]
    given_up: tuple[Request, ...]


def climb(story: Story[Any]) -> Passed:
    """Do what is due at `story.at` for every open request: at most one message each, and the end when it is reached."""
    overdue: list[Request] = []
    given_up: list[Request] = []
    for before in story.case.open_requests:
        request = before
        if not before.overdue and due_at(story.case, before) <= story.at:
            story.tell(RequestOverdue.made(at=story.at, request_id=before.id))
            request = story.request(before.id)
            overdue.append(request)
        rung = next_rung(story.case, request)
        if rung.at > story.at:
            continue
        if rung.step is None:
            story.tell(RequestNotProvided.made(at=story.at, request_id=request.id, kind=request.kind))
            given_up.append(request)
        else:
            _take(story, request, rung.number, rung.step)
    return Passed(tuple(overdue), tuple(given_up))


def _plainly(story: Story[Any], event: type[Any], code: dict[str, Any]) -> None:
    story.tell(event(at=story.at, **code))


def be_silent(
    story: Story[Any],
    given_up: tuple[Request, ...],
    tell: Callable[[Story[Any], type[Any], dict[str, Any]], None] = _plainly,
) -> None:
    """What follows when nobody ever answered what the case was waiting for; `tell` says it, given event and values."""
    table = story.table
    for request in given_up:
        blocks = story.case.program.by_id[request.ask_id].blocks
        if blocks and request.kind in table.silence and story.case.state in table.places(request.kind)[1]:
            event, code = table.silence[request.kind]
            tell(story, event, code)


def climb_after_bounce(story: Story[Any], request_id: str) -> None:
    """The address is dead, so waiting is useless: go to the next step that reaches somebody else, now."""
    request = story.request(request_id)
    rung = next_rung(story.case, request, skip_reminders=True)
    if rung.step is not None:
        _take(story, request, rung.number, rung.step)


def ask_the_next(story: Story[Any], request_id: str) -> None:
    """Whoever is asked is not the one to answer: the next person whom the ladder asks is asked now, if there is one.

    Nobody who said that it is not theirs is asked again at once, in whatever role.
    """
    request = story.request(request_id)
    steps = story.case.program.by_id[request.ask_id].ladder
    for number, step in enumerate(steps[request.rung :], start=request.rung + 1):
        person = reaches(story.case, request, step) if step.then == "ask" else None
        if person is not None and not request.disclaimed_by(person):
            _take(story, request, number, step)
            return


def _take(story: Story[Any], request: Request, number: int, step: LadderStep) -> None:
    person = reaches(story.case, request, step)
    if person is None:
        raise LookupError(step.who)
    at, request_id = story.at, request.id
    if step.then == "remind":
        owner = request.holders[-1]
        story.tell(
            RequestReminded.made(at=at, request_id=request_id, rung=number, person_id=owner.person_id, role=owner.role)
        )
        return
    event = RequestEscalated if step.then == "ask" else RequestTold
    story.tell(event.made(at=at, request_id=request_id, rung=number, person_id=person, role=step.who or request.role))
