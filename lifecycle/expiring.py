"""Documents with a last day: which of them is over, and when the next one will be."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lifecycle.calendars import instant
from lifecycle.documents import valid_until
from schemas.asks import Ask
from schemas.case import Case, Request
from schemas.vocabulary import RequestState

NOT_RENEWED = "not_renewed"
"""The decision that a document will not be renewed: it holds to its last day, and is not asked for again."""


def renewed_by(case: Case[Any], renewal: Ask) -> tuple[Request, ...]:
    """What was asked so far to renew a document, in order."""
    return tuple([one for one in case.requests if one.ask_id == renewal.id])


def last_moments(case: Case[Any]) -> Iterator[tuple[Ask, datetime]]:
    """The asks for renewal, each with the end of the last day of its document; without those that were waived."""
    calendar = case.program.calendar
    for ask in case.program.renewals:
        day = valid_until(case, ask)
        if day is not None and not any(one.state is RequestState.WAIVED for one in renewed_by(case, ask)):
            yield ask, instant(calendar.time_zone, day, calendar.due_at)


def over(case: Case[Any], at: datetime) -> Ask | None:
    """The renewal of a document whose last day is over, or None."""
    if not case.program.renewals:
        return None
    return next((ask for ask, last in last_moments(case) if at >= last), None)


def why(case: Case[Any], renewal: Ask) -> str:
    """The code of a document that is over: it `expired`, or it was said that it is `not_renewed`."""
    asked = renewed_by(case, renewal)
    return NOT_RENEWED if asked and asked[-1].decision == NOT_RENEWED else "expired"
