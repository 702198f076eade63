"""Reads calendars.csv: when the schools of a district, or one school, require attendance."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from pydantic import ValidationError

from gateway.imports.csv_tables import Placed, Rows, check_references, read_rows
from gateway.imports.report import Findings, shown
from gateway.imports.sources import Source
from lifecycle.school_days import required_minutes
from schemas.checks import InconsistentError, Place
from schemas.roster import CalendarRow
from schemas.work import SchoolCalendar, SchoolYear, ShortDay, Term

DAY = timedelta(days=1)
LONGEST_BREAK = timedelta(days=120)


class Use(NamedTuple):
    """The columns that a kind of row must fill, and those that it may."""

    needed: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


USES: dict[str, Use] = {
    "calendar": Use(("last_day",), ("opens", "closes", "minutes", "time_zone")),
    "term": Use(("last_day", "school_year")),
    "day_off": Use((), ("last_day",)),
    "required_day": Use(),
    "short_day": Use(("closes", "minutes")),
}
OPTIONAL = ("last_day", "school_year", "opens", "closes", "minutes", "time_zone")


def read_calendars(path: Source, findings: Findings, today: date) -> Rows[CalendarRow]:
    """The rows of calendars.csv. What is wrong goes to `findings`; use the result only if there was nothing."""
    rows = read_rows(path, CalendarRow, findings, today)
    for one in rows:
        use = USES[one.row.kind]
        for column in OPTIONAL:
            value = rows_value(rows, one.number, column)
            if column in use.needed and not value:
                findings.add(path.name, one.number, column, f"is empty; a row of kind {one.row.kind} needs it")
            elif value and column not in (*use.needed, *use.allowed):
                text = f"is not used in a row of kind {one.row.kind}; leave it empty"
                findings.value(path.name, one.number, column, value, text)
        last = one.row.last_day
        if one.row.kind == "day_off" and last is not None and last - one.row.first_day > LONGEST_BREAK:
            text = "is more than 120 days after first_day; end the term there and begin the next one later"
            findings.value(path.name, one.number, "last_day", last.isoformat(), text)
    return rows


def rows_value(rows: Rows[CalendarRow], number: int, column: str) -> str:
    """A cell as it stands in the file; empty when the file lacks the column."""
    return next((cells.get(column) for cells in rows.cells if cells.number == number), "")


def check_calendars(rows: Rows[CalendarRow], organisations: Mapping[str, str | None], findings: Findings) -> None:
    """What only the directory can tell: the school or district must be there."""
    where = "a school or district in the directory (oneroster comes first)"
    check_references(rows, "organisation_id", organisations, where, findings)


def calendar_notes(calendars: Mapping[str, SchoolCalendar], today: date) -> list[str]:
    """What the importer should know about calendars that are fine."""
    return [
        f"{id_}: the calendar ended on {one.known_until}; since then every weekday is taken for a school day"
        for id_, one in sorted(calendars.items())
        if one.known_until < today
    ]


@dataclass
class _Of:
    """One organisation's rows, by kind."""

    calendar: Placed[CalendarRow] | None = None
    terms: list[Placed[CalendarRow]] = field(default_factory=list[Placed[CalendarRow]])
    off: list[Placed[CalendarRow]] = field(default_factory=list[Placed[CalendarRow]])
    required: list[Placed[CalendarRow]] = field(default_factory=list[Placed[CalendarRow]])
    short: dict[date, Placed[CalendarRow]] = field(default_factory=dict[date, Placed[CalendarRow]])


def school_calendars(
    rows: Rows[CalendarRow], organisations: Mapping[str, str | None], findings: Findings
) -> dict[str, SchoolCalendar]:
    """The calendars that the rows make, by organisation; what does not fit together goes to `findings`.

    An organisation with a wrong row is left out: what its other rows come to cannot be judged.
    """
    wrong = {problem.row for problem in findings.problems}
    in_doubt = {cells.get("organisation_id") for cells in rows.cells if cells.number in wrong}
    made: dict[str, SchoolCalendar] = {}
    for id_, own in _sorted(rows, findings).items():
        if id_ in in_doubt:
            continue
        if own.calendar is None:
            number = min(cells.number for cells in rows.cells if cells.get("organisation_id") == id_)
            text = f"{shown(id_)} has no row of kind calendar; add one with the days for which it is known"
            findings.add(rows.file, number, "organisation_id", text)
            continue
        zone = own.calendar.row.time_zone or organisations.get(id_)
        if zone is None:
            text = "is empty, and the school has none in the directory; write an IANA name like America/New_York"
            findings.add(rows.file, own.calendar.number, "time_zone", text)
            continue
        calendar = _calendar(rows.file, id_, zone, (own, own.calendar), findings)
        if calendar is not None:
            made[id_] = calendar
    return made


def _sorted(rows: Rows[CalendarRow], findings: Findings) -> dict[str, _Of]:
    by_id: dict[str, _Of] = {}
    for one in rows:
        own = by_id.setdefault(one.row.organisation_id, _Of())
        match one.row.kind:
            case "calendar" if own.calendar is not None:
                text = (
                    f"row {own.calendar.number} is the calendar of {shown(one.row.organisation_id)} already; keep one"
                )
                findings.add(rows.file, one.number, "kind", text)
            case "calendar":
                own.calendar = one
            case "term":
                own.terms.append(one)
            case "day_off":
                own.off.append(one)
            case "required_day":
                own.required.append(one)
            case _ if (other := own.short.get(one.row.first_day)) is not None:
                text = f"is a short day in row {other.number} already; keep one"
                findings.value(rows.file, one.number, "first_day", one.row.first_day.isoformat(), text)
            case _:
                own.short[one.row.first_day] = one
    return by_id


def _calendar(
    file: str, id_: str, zone: str, rows: tuple[_Of, Placed[CalendarRow]], findings: Findings
) -> SchoolCalendar | None:
    own, head = rows
    terms = sorted(own.terms, key=lambda one: one.row.first_day)
    usual = head.row.model_dump(include={"opens", "closes", "minutes"}, exclude_none=True)
    try:
        calendar = SchoolCalendar(
            id=id_,
            time_zone=zone,
            known_from=head.row.first_day,
            known_until=head.row.last_day or head.row.first_day,
            years=tuple(_years(terms)),
            days_off=frozenset(_days(own.off)),
            required_days=frozenset(one.row.first_day for one in own.required),
            short_days=tuple(
                ShortDay(day=day, closes=one.row.closes or "", minutes=one.row.minutes or 1)
                for day, one in sorted(own.short.items())
            ),
            **usual,
        )
    except ValidationError as error:
        _tell(file, error, terms, head, findings)
        return None
    for day, one in own.short.items():
        if not required_minutes(calendar, day):
            text = "is no school day by the terms and days off; correct the day or take the row out"
            findings.value(file, one.number, "first_day", day.isoformat(), text)
    return calendar


def _years(terms: Iterable[Placed[CalendarRow]]) -> Iterator[SchoolYear]:
    """Terms in order, put together by their school year's label."""
    by_label: dict[str, list[Term]] = {}
    for one in terms:
        row = one.row
        by_label.setdefault(row.school_year or "", []).append(
            Term(first_day=row.first_day, last_day=row.last_day or row.first_day)
        )
    yield from (SchoolYear(terms=tuple(some)) for some in by_label.values())


def _days(rows: Iterable[Placed[CalendarRow]]) -> Iterator[date]:
    for one in rows:
        first, last = one.row.first_day, one.row.last_day or one.row.first_day
        yield from (first + DAY * number for number in range((last - first).days + 1))


def _tell(
    file: str,
    error: ValidationError,
    terms: list[Placed[CalendarRow]],
    head: Placed[CalendarRow],
    findings: Findings,
) -> None:
    """Put what the calendar's own checks found at the rows it is about."""
    columns: dict[str, str] = {"known_until": "last_day", "closes": "closes"}
    for detail in error.errors(include_url=False):
        cause = detail.get("ctx", {}).get("error")
        if not isinstance(cause, InconsistentError):
            findings.add(file, head.number, None, detail["msg"])
            continue
        for found in cause.findings:
            term = _term_at(found.place, terms)
            if term is not None:
                text = f"{found.message}: terms stand one after the other, within the calendar's days"
                findings.value(file, term.number, "first_day", term.row.first_day.isoformat(), text)
            else:
                findings.add(file, head.number, columns.get(str(found.place[0])), found.message)


def _term_at(place: Place, terms: list[Placed[CalendarRow]]) -> Placed[CalendarRow] | None:
    """The row of the term at `years[n].terms[m]`."""
    if place[0] != "years":
        return None
    labels = list(dict.fromkeys(one.row.school_year for one in terms))
    label = labels[int(place[1])]
    return [one for one in terms if one.row.school_year == label][int(place[3])]
