"""The hours of a week as they were handed in, for the page of whoever confirms them or settles a dispute."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from catalog import page_dates
from catalog.page_words import page_words
from lifecycle.calendars import site_day
from lifecycle.worked_hours import worked_stretches
from records import submissions
from records.pool import Connection
from schemas.form_fields import Language
from schemas.incoming_work import WorkedStretch
from schemas.views import CaseView, RequestView
from schemas.vocabulary import RequestKind

ABOUT_HOURS = frozenset({RequestKind.HOURS_APPROVAL, RequestKind.HOURS_DISPUTE})


async def hours_handed_in(conn: Connection, view: CaseView, request: RequestView, language: Language) -> str | None:
    """A line for each stretch of work and one for their sum; None if the request is about no hours, or none are kept.

    Such a request bears the number of the week whose hours it is about.
    """
    weeks = [one for one in view.requests if one.kind is RequestKind.HOURS and one.number == request.number]
    if request.kind not in ABOUT_HOURS or not weeks or weeks[-1].submission_id is None:
        return None
    submission = await submissions.get(conn, weeks[-1].submission_id)
    if submission is None:
        return None
    week_of = week_handed_in(submission.answers, weeks[-1], view.time_zone) or site_day(view.time_zone, submission.at)
    return week_text(submission.answers, week_of, view.time_zone, language)


def week_text(answers: dict[str, Any], week_of: date, zone: str, language: Language) -> str:
    """`Mon, Jul 6: 9:00 AM – 2:00 PM, break 30 min`, a line for each stretch, and the hours in all."""
    words = page_words(language).words
    worked = worked_stretches(answers, week_of=week_of, time_zone=zone)
    lines = [_line(one, zone, language) for one in worked]
    minutes = sum((one.end - one.start) // timedelta(minutes=1) - one.break_minutes for one in worked)
    total = words["hours_total"].format(hours=page_dates.number(round(minutes / 60, 2), language))
    return "\n".join((*lines, total))


def _line(one: WorkedStretch, zone: str, language: Language) -> str:
    words = page_words(language).words
    start, end = (page_dates.time_of_day(at.astimezone(ZoneInfo(zone)), language) for at in (one.start, one.end))
    line = words["hours_line"].format(day=page_dates.short_day(one.day, language), start=start, end=end)
    return line + words["hours_break"].format(minutes=one.break_minutes) if one.break_minutes else line


def week_handed_in(answers: dict[str, Any], asked: RequestView, zone: str) -> date | None:
    """The first day of the week: as it was said, else the Monday of the week in which it was first asked."""
    said = answers.get("week_of")
    if isinstance(said, str) and said:
        return date.fromisoformat(said)
    opened: datetime | None = asked.asked[0].at if asked.asked else asked.opens_at
    day = site_day(zone, opened) if opened else None
    return day - timedelta(days=day.weekday()) if day else None
