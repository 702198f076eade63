"""The hours of a placement: each week as it was handed in, whether somebody confirmed it, and their sum."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from activities.documents.paper import Block, Heading, Paper, Paragraph, Table
from activities.documents.telling import facts
from catalog import page_dates
from catalog.document_words import document_words
from gateway.documents.dossier import Answered, Dossier
from gateway.documents.telling import by, paper
from gateway.handed_hours import week_handed_in
from lifecycle.worked_hours import worked_stretches
from schemas.form_fields import Language
from schemas.incoming_work import WorkedStretch
from schemas.vocabulary import RequestKind, Role

HANDED_IN = (RequestKind.HOURS, RequestKind.FINAL_HOURS)
Standing = Literal["confirmed", "settled", "disputed", "void", "awaited", "at_the_end"]
COUNTS: frozenset[Standing] = frozenset({"confirmed", "settled"})


@dataclass(frozen=True)
class Week:
    """A week's work as it stands now: what was worked, whether it counts, and who said so."""

    first_day: date
    worked: tuple[WorkedStretch, ...]
    standing: Standing
    answer: Answered | None

    @property
    def minutes(self) -> int:
        """Minutes of work, breaks taken off."""
        return sum(minutes(one) for one in self.worked)


def minutes(one: WorkedStretch) -> int:
    """Minutes of one stretch of work, its break taken off."""
    return (one.end - one.start) // timedelta(minutes=1) - one.break_minutes


def weeks_of(dossier: Dossier) -> tuple[Week, ...]:
    """Every week for which hours were handed in, in order; of a settled dispute what was found right."""
    weeks = [_week(dossier, one) for one in dossier.of(HANDED_IN)]
    return tuple(sorted(weeks, key=lambda week: week.first_day))


def confirmed_minutes(dossier: Dossier) -> int:
    """Minutes of work that somebody confirmed."""
    return sum(week.minutes for week in weeks_of(dossier) if week.standing in COUNTS)


def in_hours(minutes_: int, language: Language) -> str:
    """Minutes as hours with two decimal places."""
    return page_dates.number(round(minutes_ / 60, 2), language)


def hours(dossier: Dossier, language: Language) -> Paper | None:
    """The hours record; None while nothing was handed in."""
    weeks = weeks_of(dossier)
    if not weeks:
        return None
    words = document_words(language)
    confirmed = confirmed_minutes(dossier)
    others = sum(week.minutes for week in weeks if week.standing not in {*COUNTS, "void"})
    blocks: list[Block] = [
        Heading(level=1, text=words.words["facts"]),
        facts(dossier.context(language, Role.COORDINATOR)),
        Heading(level=1, text=words.words["weeks"]),
        Table(
            head=(words.words["week"], words.words["standing"], words.words["hours"]),
            rows=tuple(
                (
                    words.say("week_of", day=page_dates.day(week.first_day, language)),
                    words.words[week.standing],
                    in_hours(week.minutes, language),
                )
                for week in weeks
            ),
            widths=(2.2, 2, 0.8),
            figures=(2,),
        ),
        Paragraph(text=words.say("total_confirmed", hours=in_hours(confirmed, language))),
    ]
    if others:
        blocks.append(Paragraph(text=words.say("total_other", hours=in_hours(others, language))))
    for week in weeks:
        blocks += _days(dossier, week, language)
    about = dossier.of((*HANDED_IN, RequestKind.HOURS_APPROVAL, RequestKind.HOURS_DISPUTE))
    return paper(dossier, "hours", language, made_at=dossier.newest(about), blocks=tuple(blocks))


def _week(dossier: Dossier, one: Answered) -> Week:
    zone = dossier.view.time_zone
    first_day = week_handed_in(one.submission.answers, one.request, zone) or one.submission.at.date()
    standing, answer = _standing(dossier, one)
    corrected = answer is not None and answer.submission.decision == "corrected"
    answers = answer.submission.answers if answer is not None and corrected else one.submission.answers
    worked = () if standing == "void" else worked_stretches(answers, week_of=first_day, time_zone=zone)
    return Week(first_day, worked, standing, answer)


def _standing(dossier: Dossier, one: Answered) -> tuple[Standing, Answered | None]:
    """Whether a week counts, and the answer that says so. Requests about a week bear its number."""
    if one.request.kind is RequestKind.FINAL_HOURS:
        return "at_the_end", None
    for dispute in dossier.of({RequestKind.HOURS_DISPUTE}):
        if dispute.request.number == one.request.number:
            return ("void" if dispute.submission.decision == "void" else "settled"), dispute
    for approval in dossier.of({RequestKind.HOURS_APPROVAL}):
        if approval.request.number == one.request.number:
            return ("confirmed" if approval.submission.decision == "approve" else "disputed"), approval
    return "awaited", None


def _days(dossier: Dossier, week: Week, language: Language) -> Iterator[Block]:
    words = document_words(language)
    yield Heading(level=2, text=words.say("week_of", day=page_dates.day(week.first_day, language)))
    if week.worked:
        yield Table(
            head=tuple(words.words[name] for name in ("day", "from", "to", "break_minutes", "hours")),
            rows=tuple(_row(one, dossier.view.time_zone, language) for one in week.worked),
            widths=(1.8, 1.2, 1.2, 1.1, 0.8),
            figures=(3, 4),
        )
    else:
        yield Paragraph(text=words.words["void" if week.standing == "void" else "no_work"])
    if week.answer is not None and week.standing in {"confirmed", "settled", "void"}:
        told = "confirmed_by" if week.standing == "confirmed" else "settled_by"
        yield Paragraph(text=by(dossier, week.answer, told, language), quiet=True)
    else:
        yield Paragraph(text=words.words[week.standing] + ".", quiet=True)


def _row(one: WorkedStretch, zone: str, language: Language) -> tuple[str, ...]:
    start, end = (page_dates.time_of_day(at.astimezone(ZoneInfo(zone)), language) for at in (one.start, one.end))
    day = page_dates.short_day(one.day, language)
    return day, start, end, str(one.break_minutes), in_hours(minutes(one), language)
