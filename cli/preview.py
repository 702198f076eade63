"""`journeywork programs preview`: what a program asks on real days, if everybody answers and where nobody does."""

import json as jsonlib
from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from textwrap import wrap
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from catalog.yaml_check import CatalogError, load_checked
from cli.errors import UserError
from cli.preview_rows import because, named, rows
from cli.preview_words import STAGES
from cli.program_checks import UsableProgram
from cli.program_words import FOR_LONGER, HAPPENS, asked_when, listed, title
from lifecycle.calendars import site_day
from lifecycle.preview_posting import QUIET
from lifecycle.previewing import days
from lifecycle.previewing import preview as foresee
from lifecycle.quiet_hours import COLLECTED_FOR, MORNING
from schemas.preview import Course, Preview
from schemas.problems import Refused
from schemas.programs import Program
from schemas.vocabulary import Role, Trigger

WIDTH, NARROWEST, MARGIN = 100, 60, 24


def preview(
    file: Annotated[Path, Parameter(help="A YAML file such as those in catalog/programs.")],
    /,
    *,
    start: Annotated[date | None, Parameter(help="The first day at the worksite, such as 2027-07-06.")] = None,
    end: Annotated[date | None, Parameter(help="The last day at the worksite.")] = None,
    proposed: Annotated[
        date | None, Parameter(help="The day on which it begins: otherwise five weeks before, or today.")
    ] = None,
    minor: Annotated[bool, Parameter(help="The learner is under 18.", negative="--adult")] = True,
    without: Annotated[tuple[Role, ...], Parameter(help="A role that nobody holds; may be repeated.")] = (),
    all_: Annotated[bool, Parameter(name="--all", help="Show every turn of what is asked again.", negative="")] = False,
    json: Annotated[bool, Parameter(help="Print JSON.", negative="")] = False,
) -> None:
    """Show what a program asks on real days: if everybody answers on the day, and where nobody does."""
    try:
        program = load_checked(file, UsableProgram)
    except CatalogError as error:
        raise UserError(str(error)) from None
    today = site_day(program.calendar.time_zone, datetime.now().astimezone())
    when = days(program, today, proposed=proposed, start=start, end=end)
    if when.end < when.start:
        raise UserError(f"--end: {when.end} is before the first day, {when.start}")
    try:
        seen = foresee(program, when, minor=minor, unheld=frozenset(without))
    except Refused as refused:
        raise UserError(refused.message) from None
    if json:
        print(jsonlib.dumps(seen.model_dump(mode="json", exclude_defaults=True), indent=2))
        return
    console = Console(highlight=False)
    console.width = max(NARROWEST, min(WIDTH, console.width)) if console.is_terminal else WIDTH
    show(console, program, seen, every_turn=all_)


def show(console: Console, program: Program, seen: Preview, *, every_turn: bool = False) -> None:
    """Print a preview."""
    console.print(Text(f"{program.title} ({program.id}, version {program.version})", style="bold"))
    for text in _assumptions(program, seen):
        for line in wrap(text, console.width):
            console.print(line)
    for course in (seen.answered, *seen.silent):
        console.print()
        for line in wrap(_heading(program, course), console.width):
            console.print(Text(line, style="bold"))
        _calendar(console, program, course, every_turn=every_turn)
        for line in wrap(_outcome(program, course, seen.until), console.width):
            console.print(line)


def _assumptions(program: Program, seen: Preview) -> Iterator[str]:
    zone, calendar = ZoneInfo(seen.time_zone), program.calendar
    begins = seen.begins_at.astimezone(zone)
    if program.lifecycle in ("placement", "opportunity"):
        yield (f"Proposed {_day(begins.date())}; first day {_day(seen.start)}, last day {_day(seen.end)}.")
    else:
        yield f"Begins {_day(begins.date())} at {begins:%H:%M}."
    if program.lifecycle == "placement" and Role.GUARDIAN in _roles(program):
        yield "The learner is under 18." if seen.minor else "The learner is 18 or older."
    if all(ask.by_the_clock for ask in program.asks):
        yield (
            f"Times are of {seen.time_zone}; hours run at night and on Sundays too. "
            "Whoever answers takes half an hour, and what follows from an answer is asked at once."
        )
        return
    yield (
        f"Times are of {seen.time_zone}. What a date brings, and every reminder, comes up at {calendar.asks_at} on a "
        f"business day; a due day ends at {calendar.due_at}. Whoever answers takes an hour, and what follows from an "
        "answer or an end is asked and told at once."
    )
    yield (
        "Each mail stands where it goes out. What comes up by itself is collected into one mail a person, until "
        f"{MORNING:%H:%M} in the morning and for {COLLECTED_FOR.seconds // 60} minutes later in the day, but for what "
        f"is due that day. Nobody is written to from {QUIET.begin:%H:%M} to {QUIET.end:%H:%M}, nor at work on weekends "
        "and days off, but for what cannot wait."
    )
    last = max(line.at for course in (seen.answered, *seen.silent) for line in course.lines).astimezone(zone).date()
    off = [day for day in sorted(calendar.holidays) if begins.date() <= day <= last and day.weekday() < 5]
    if off:
        years = groupby(off, key=lambda day: day.year)
        said = [f"{', '.join(f'{day:%a %-d %b}' for day in days_)} {year}" for year, days_ in years]
        yield f"Days off in this time: {'; '.join(said)}."
    known = {day.year for day in calendar.holidays}
    unknown = [str(year) for year in range(begins.year, last.year + 1) if year not in known]
    if unknown:
        yield f"The program names no days off in {listed(unknown)}: every weekday there counts as a business day."


def _roles(program: Program) -> set[Role]:
    return {one.role for ask in program.asks for one in ask.of}


def _heading(program: Program, course: Course) -> str:
    if course.name == "answered":
        return "If everybody answers on the day"
    ask = program.by_id.get(course.name)
    if ask is not None:
        return f"If nobody answers: {title(program, ask)}, asked {asked_when(program, ask)}"
    if course.name in set(Trigger):
        what = HAPPENS[Trigger(course.name)].removesuffix(FOR_LONGER)
        return f"{_capital(what)}, and nobody {'answers' if course.silent else 'is reached'}"
    if len(course.silent) == 1:
        return f"If nobody answers: {title(program, program.by_id[course.silent[0]])}"
    return f"If nobody answers anything {STAGES.get(course.name, course.name)}, but everything else"


def _calendar(console: Console, program: Program, course: Course, *, every_turn: bool) -> None:
    before: date | None = None
    for row in rows(program, course, every_turn=every_turn):
        day = _day(row.at.date()) if row.at.date() != before else ""
        before = row.at.date()
        first, *others = wrap(row.text, console.width - MARGIN)
        for line in (f"{day:17}{row.at:%H:%M}  {first}", *(" " * MARGIN + one for one in others)):
            console.print(Text(line, style="bold" if row.is_state else ""))


def _outcome(program: Program, course: Course, until: datetime) -> str:
    zone, where = ZoneInfo(program.calendar.time_zone), f"{named(course.state)}{because(course.reason)}"
    if course.outcome_at is None:
        return f"Where it stands on {_day(until.astimezone(zone).date())}, as far as this looks: {where}."
    return f"Outcome: {where}, on {_day(course.outcome_at.astimezone(zone).date())}."


def _day(day: date) -> str:
    return f"{day:%a %-d %b %Y}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
