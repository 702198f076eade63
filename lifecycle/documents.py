"""Until when what was handed in holds: a permit, a clearance, an insurance, an agreement."""

from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import Any

from schemas.asks import Ask
from schemas.case import Case, Said
from schemas.vocabulary import RequestState


def valid_until(case: Case[Any], renewal: Ask) -> date | None:
    """The last day of what a renewal is about: of the newest document that was handed in; None when there is none."""
    newest = newest_document(case, renewal.given or "", {renewal.id})
    return None if newest is None else newest.valid_until


def newest_document(case: Case[Any], ask_id: str, renewals: AbstractSet[str]) -> Said | None:
    """The document that was handed in last for an ask or its renewals, with when; None when none has a last day.

    What several people hand in holds as long as the one that holds shortest.
    """
    found: dict[tuple[str, int], tuple[datetime, date]] = {}
    for one in case.requests:
        if one.valid_until is None or one.state is not RequestState.SUBMITTED or one.closed_at is None:
            continue
        if one.ask_id == ask_id or one.ask_id in renewals:
            turn, said = (one.ask_id, one.number), (one.closed_at, one.valid_until)
            before = found.get(turn, said)
            found[turn] = (max(said[0], before[0]), min(said[1], before[1]))
    otherwise = case.said_of(ask_id)
    every = [*found.values(), *([(otherwise.at, otherwise.valid_until)] if otherwise else [])]
    if not every:
        return None
    at, last_day = max(every)
    return Said.made(at=at, valid_until=last_day)
