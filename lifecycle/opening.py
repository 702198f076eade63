"""Which requests can be opened in the placement's state, when, and of whom."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from lifecycle.calendars import instant
from lifecycle.deadlines import opening_day, person_for
from lifecycle.story import Story
from lifecycle.transitions import OPENED_IN
from schemas.asks import Ask, Signer
from schemas.placement import Placement
from schemas.programs import Program
from schemas.request_events import RequestOpened
from schemas.vocabulary import PlacementState, RequestKind


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


@lru_cache(maxsize=4096)
def _turns(  # noqa: PLR0917 - the cache's key
    program: Program,
    state: PlacementState,
    start: date,
    end: date,
    minor: bool,  # noqa: FBT001
    missed: bool,  # noqa: FBT001
) -> tuple[tuple[Opening, ...], ...]:
    """What the program asks in a state: for each ask and role its turns, of which only a repeated one has several."""
    passed_over = RequestKind.FIRST_DAY if missed else RequestKind.NO_SHOW_FOLLOW_UP
    return tuple(
        tuple(_turns_of(program, ask, signer, start, end))
        for kind in OPENED_IN[state]
        if kind is not passed_over
        for ask in program.of_kind(kind)
        for signer in ask.of
        if minor or signer.when == "always"
    )


def _turns_of(program: Program, ask: Ask, signer: Signer, start: date, end: date) -> Iterator[Opening]:
    calendar = program.calendar
    for number in range(1, (ask.repeat.times if ask.repeat else 1) + 1):
        day = opening_day(program, ask, start, end, number)
        if ask.repeat is not None and day is not None and day > end:
            return
        at = None if day is None else instant(calendar.time_zone, day, calendar.asks_at)
        yield Opening(request_id(ask, signer, number), ask, signer, number, at)


def _coming(placement: Placement) -> list[tuple[Opening, ...]]:
    """For each ask and role of the present state, the turns after the last one that was asked."""
    every = _turns(
        placement.program, placement.state, placement.start, placement.end, placement.minor, placement.missed
    )
    there = {one.id for one in placement.requests}
    return [left for turns in every if (left := _left(turns, there))]


def _left(turns: tuple[Opening, ...], there: set[str]) -> tuple[Opening, ...]:
    for index in range(len(turns), 0, -1):
        if turns[index - 1].request_id in there:
            return turns[index:]
    return turns


def openings(placement: Placement) -> list[Opening]:
    """The requests that the placement's state will open, each with its moment; repeated ones one at a time."""
    return [turns[0] for turns in _coming(placement)]


def open_what_is_due(story: Story) -> None:
    """Open every request whose moment has come. Of a repeated one, missed turns are not made up: the latest opens."""
    for turns in _coming(story.placement):
        due = [one for one in turns if one.at is None or one.at <= story.at]
        if due:
            _open(story, due[-1])


def _open(story: Story, opening: Opening) -> None:
    person = person_for(story.placement, opening.signer.role)
    if person is None:
        raise LookupError(opening.signer.role)
    story.tell(
        RequestOpened.made(
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
