"""Which requests can be opened in the placement's state, when, and of whom."""

from datetime import datetime
from typing import NamedTuple

from lifecycle.deadlines import opening_day, opens_at, person_for
from lifecycle.story import Story
from lifecycle.transitions import OPENED_IN
from schemas.placement import Placement
from schemas.placement_events import RequestOpened
from schemas.programs import Ask, Signer
from schemas.vocabulary import RequestKind


class Opening(NamedTuple):
    """A request that is not there yet; `at` is None when it can be opened at once."""

    request_id: str
    ask: Ask
    signer: Signer
    number: int
    at: datetime | None


def request_id(ask: Ask, signer: Signer, number: int) -> str:
    """The id of one request within its placement: `final_evaluation`, `agreement.guardian`, `check_in.student.3`."""
    parts = [ask.id]
    if len(ask.of) > 1:
        parts.append(signer.role)
    if ask.repeat is not None:
        parts.append(str(number))
    return ".".join(parts)


def openings(placement: Placement) -> list[Opening]:
    """The requests that the placement's state will open, each with its moment; repeated ones one at a time."""
    found: list[Opening] = []
    for kind in OPENED_IN[placement.state]:
        if kind is RequestKind.NO_SHOW_FOLLOW_UP and not placement.missed:
            continue
        if kind is RequestKind.FIRST_DAY and placement.missed:
            continue
        for ask in placement.program.of_kind(kind):
            for signer in ask.of:
                if signer.when == "minor" and not placement.minor:
                    continue
                opening = _next_of(placement, ask, signer)
                if opening is not None:
                    found.append(opening)
    return found


def _next_of(placement: Placement, ask: Ask, signer: Signer) -> Opening | None:
    role = signer.role
    known = [one.number for one in placement.requests if one.ask_id == ask.id and one.role is role]
    number = max(known, default=0) + 1
    if ask.repeat is None:
        if known:
            return None
    elif number > ask.repeat.times:
        return None
    else:
        day = opening_day(placement, ask, number)
        if day is not None and day > placement.end:
            return None
    return Opening(request_id(ask, signer, number), ask, signer, number, opens_at(placement, ask, number))


def open_what_is_due(story: Story) -> None:
    """Open every request whose moment has come. Of a repeated one, missed turns are not made up: the latest opens."""
    while True:
        due = [one for one in openings(story.placement) if one.at is None or one.at <= story.at]
        if not due:
            return
        for first in due:
            opening = _latest(story, first)
            person = person_for(story.placement, opening.signer.role)
            if person is None:
                raise LookupError(opening.signer.role)
            story.tell(
                RequestOpened(
                    at=story.at,
                    request_id=opening.request_id,
                    ask_id=opening.ask.id,
                    kind=opening.ask.kind,
                    form=opening.ask.form,
                    number=opening.number,
                    role=opening.signer.role,
                    person_id=person,
                )
            )


def _latest(story: Story, opening: Opening) -> Opening:
    while opening.ask.repeat is not None:
        number = opening.number + 1
        at = opens_at(story.placement, opening.ask, number)
        if number > opening.ask.repeat.times or at is None or at > story.at:
            break
        opening = Opening(request_id(opening.ask, opening.signer, number), opening.ask, opening.signer, number, at)
    return opening
