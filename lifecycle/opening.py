"""Which requests can be opened in a case's state, when, and of whom."""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from lifecycle.calendars import instant
from lifecycle.deadlines import days_of, next_moment, person_for
from lifecycle.documents import newest_document
from lifecycle.planning import Come, Opening, Turns, plan_of, request_id
from lifecycle.story import Story
from lifecycle.tables import Table
from lifecycle.timetables import opening_day
from schemas.asks import Ask
from schemas.case import Case, Occasion, Request
from schemas.program_kinds import ONCE
from schemas.request_events import RequestOpened
from schemas.vocabulary import RequestKind, RequestState

_opened = RequestOpened.made


def _left(turns: Turns, there: Container[str]) -> Turns:
    """The turns after the last one that was asked."""
    for index in range(len(turns), 0, -1):
        if turns[index - 1].request_id in there:
            return turns[index:]
    return turns


def _is_given(case: Case[Any], ask: Ask) -> bool:
    """Whether the ask that this one is about, if any, was answered."""
    if ask.given is None:
        return True
    return any(one.ask_id == ask.given and one.state is RequestState.SUBMITTED for one in case.requests)


def _beside_the_plan(table: Table, case: Case[Any], before: Collection[Occasion]) -> list[Opening]:
    """What is asked because of an answer or of what happened, not by the calendar alone.

    `before` are the occasions that were known before now: what was not asked because of them then never will be, but
    for what happens only once.
    """
    found = list(_renewals(table, case)) if case.program.renewals else []
    if case.occasions:
        known = len(before)
        fresh = [one for number, one in enumerate(case.occasions) if number >= known or one.trigger in table.once]
        found += [one for one in _occasional(table, case, fresh) if one.request_id not in case.requests.places]
    return found


def _occasional(table: Table, case: Case[Any], occasions: Iterable[Occasion]) -> Iterator[Opening]:
    """What is asked because something happened, once for each time it did.

    What decides a case is not asked twice at the same time.
    """
    asked = {one.ask_id for one in case.open_requests}
    for occasion in occasions:
        for ask in case.program.by_trigger.get(occasion.trigger, ()):
            if case.state not in table.places(ask.kind)[0] or not _is_given(case, ask):
                continue
            if ask.kind in case.passed_over or (ask.kind in ONCE and ask.id in asked):
                continue
            for signer in ask.of:
                if case.minor or signer.when == "always":
                    yield Opening(request_id(ask, signer, occasion.number), ask, signer, occasion.number, None)


def _renewals(table: Table, case: Case[Any]) -> Iterator[Opening]:
    """What must be renewed while the case lasts: one at a time, the next only when the last was renewed."""
    calendar = case.program.calendar
    for ask in case.program.renewals:
        if case.state not in table.places(ask.kind)[0] or not _is_given(case, ask):
            continue
        days, before = days_of(case, ask), [one for one in case.requests if one.ask_id == ask.id]
        if days.expires is None or days.expires >= days.end or not _is_settled(case, ask, before):
            continue
        day = opening_day(case.program, ask, days)
        if day is not None:
            number = max((one.number for one in before), default=0) + 1
            at = instant(calendar.time_zone, day, calendar.asks_at)
            for signer in ask.of:
                if case.minor or signer.when == "always":
                    yield Opening(request_id(ask, signer, number), ask, signer, number, at)


def _is_settled(case: Case[Any], ask: Ask, before: list[Request]) -> bool:
    """Whether what was asked before brought a document, or was about an older one than there is now."""
    newest = newest_document(case, ask.given or "", {ask.id})
    return newest is None or all(one.closed_at is not None and one.closed_at <= newest.at for one in before)


def openings(table: Table, case: Case[Any], before: Case[Any] | None = None) -> list[Opening]:
    """The requests that the case's state will open, each with its moment; repeated ones one at a time.

    In the middle of a decision `before` is the case as it was: what is asked because of what was told since counts.
    """
    planned = [
        left[0]
        for turns in plan_of(table, case).turns
        if (left := _left(turns, case.requests.places)) and _is_given(case, turns[0].ask)
    ]
    return planned + _beside_the_plan(table, case, (before or case).occasions)


def moments(table: Table, case: Case[Any]) -> list[datetime]:
    """When time acts on requests: those to come are opened, open ones fall due, climb their ladder and end."""
    found = [opening.at for opening in openings(table, case) if opening.at is not None]
    return found + [next_moment(case, request) for request in case.open_requests]


def open_what_is_due(story: Story[Any]) -> None:
    """Open every request whose moment has come; after most decisions the case has them all."""
    case, come = story.case, plan_of(story.table, story.case).by(story.at)
    found = [] if case.requests.places.keys() >= come.keys() else _missing(case, come)
    if case.program.renewals or case.occasions:
        found += _beside_the_plan(story.table, case, story.began.occasions)
    for one in found:
        if one.at is None or one.at <= story.at:
            _open(story, one)


def _missing(case: Case[Any], come: Mapping[str, Come]) -> list[Opening]:
    """What has come and was not asked yet.

    Of a repeated ask, missed turns are not made up: the latest opens, unless a later one was asked already, before the
    days moved. Hours are made up: every week was worked.
    """
    there, missing = case.requests.places, list[Opening]()
    for latest, (turns, later) in come.items():
        ask = turns[0].ask
        if latest not in there and there.keys().isdisjoint(later) and _is_given(case, ask):
            missing += _left(turns, there) if ask.kind is RequestKind.HOURS else turns[-1:]
    return missing


def _open(story: Story[Any], opening: Opening) -> None:
    person = person_for(story.case, opening.signer.role)
    if person is None:
        raise LookupError(opening.signer.role)
    story.tell(
        _opened(
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
