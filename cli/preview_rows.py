"""The rows of a preview: lines that belong together become one, in words."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cli.preview_words import (
    BECAUSE,
    BETWEEN,
    ENDS,
    MESSAGES,
    SAID,
    STATES,
    TAKEN_TO_HAVE_STARTED,
    UNANSWERED,
)
from cli.program_words import listed, role, spelled, title
from schemas.preview import Course, Line
from schemas.programs import Program
from schemas.vocabulary import PlacementState, RequestKind, Role, Trigger

SHOWN_TURNS = 2
"""So many first turns of what is asked again and again are shown, and the last."""

PASSED_THROUGH = frozenset({"matched"})
AGAIN = frozenset({Trigger.HOURS_SUBMITTED, Trigger.HOURS_DISPUTED})


class Row(NamedTuple):
    """One row; `at` is local time."""

    at: datetime
    text: str
    is_state: bool = False


def rows(program: Program, course: Course, *, every_turn: bool = False) -> Iterator[Row]:
    """What happens in a course, as rows in order."""
    zone = ZoneInfo(program.calendar.time_zone)
    hidden = {} if every_turn else _hidden(program, course)
    told: set[str | None] = set()
    noticed = sorted((line for line in course.lines if line.how != "overdue"), key=lambda line: line.seen_at)
    for group in _together(noticed):
        first = group[0]
        at = first.seen_at.astimezone(zone)
        if first.ask_id in hidden and first.number in hidden[first.ask_id]:
            if first.ask_id not in told and first.how == "asked":
                told.add(first.ask_id)
                yield Row(at, _and_so_on(program, course, first, hidden[first.ask_id]))
            continue
        if first.how == "state":
            if text := _state(program, course, first):
                yield Row(at, text, is_state=True)
        elif first.how == "answered" and _same_day(course, first, zone):
            continue
        else:
            yield Row(at, _said(program, course, group, zone) + _since(first, zone))


def _together(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Lines of one moment that say the same of one ask to several people."""
    for _, moment in groupby(lines, key=lambda line: line.seen_at):
        found: dict[object, list[Line]] = {}
        for number, line in enumerate(moment):
            alone = line.how in ("state", "said")
            key = (line.how, line.ask_id, line.number, line.message, number if alone else None)
            found.setdefault(key, []).append(line)
        yield from found.values()


def _hidden(program: Program, course: Course) -> dict[str | None, list[int]]:
    """Of what is asked again and again: the turns between the first ones and the last."""
    found: dict[str | None, list[int]] = {}
    for ask in program.asks:
        turns = sorted({line.number for line in course.lines if line.ask_id == ask.id and line.how == "asked"})
        if len(turns) > SHOWN_TURNS + 2:
            found[ask.id] = turns[SHOWN_TURNS:-1]
    return found


def _and_so_on(program: Program, course: Course, line: Line, hidden: Sequence[int]) -> str:
    zone = ZoneInfo(program.calendar.time_zone)
    ask = program.by_id[line.ask_id or ""]
    last = max(
        one.seen_at for one in course.lines if one.ask_id == ask.id and one.number == hidden[-1] and one.how == "asked"
    )
    day = last.astimezone(zone).date()
    return f"{title(program, ask)} {hidden[0]} to {hidden[-1]}: the same, the last asked on {day:%a %-d %b %Y}"


def _same_day(course: Course, line: Line, zone: ZoneInfo) -> bool:
    """Whether an answer came on the day of the asking, so that the asking's row tells it."""
    asked = _asking(course, line)
    return asked is not None and asked.astimezone(zone).date() == line.seen_at.astimezone(zone).date()


def _answer(course: Course, asked: Line, zone: ZoneInfo) -> str:
    """How the asking's row goes on when the answer comes on the same day."""
    same = (one for one in course.lines if one.how == "answered" and _is_of(one, asked))
    answered = next((one for one in same if _same_day(course, one, zone)), None)
    if answered is None:
        return ""
    if course.name == Trigger.HOST_SILENT:
        return "; nobody is reached"
    return f"; answered, good until {_date(answered.day)}" if answered.day else "; answered"


def _asking(course: Course, line: Line) -> datetime | None:
    same = (one.seen_at for one in course.lines if one.how == "asked" and _is_of(one, line) and one.at <= line.at)
    return max(same, default=None)


def _is_of(one: Line, other: Line) -> bool:
    return (one.ask_id, one.number) == (other.ask_id, other.number)


def _said(program: Program, course: Course, group: list[Line], zone: ZoneInfo) -> str:
    first = group[0]
    if first.how == "said":
        return BECAUSE.get(course.name) or SAID[first.command or ""].format(day=_date(first.day))
    who = listed(dict.fromkeys(_who(line) for line in group))
    if first.how == "sent" and first.message is not None:
        return f"To the {who}: {MESSAGES[first.message]}"
    due = _due(program, first, zone)
    match first.how:
        case "asked":
            said = f"asked of the {who}, due {due}{_answer(course, first, zone)}"
        case "reminded":
            said = f"reminder to the {who}"
        case "escalated":
            said = f"the {who} is asked too"
        case "told":
            said = f"the {who} is told that there is no answer"
        case "answered":
            said = f"answered by the {who}" + (f", good until {_date(first.day)}" if first.day else "")
        case "closed":
            said = "ends, nobody answered"
        case "withdrawn":
            said = "no longer asked"
        case "reassigned":
            said = f"passes to the {who}"
        case "returned":
            said = f"asked again of the {who}, due {due}"
        case _:
            said = f"now due {due}"
    what = _titled(program, course, first)
    return f"{what}: {said}" if what else said[0].upper() + said[1:]


def _since(line: Line, zone: ZoneInfo) -> str:
    """Since when a mail was held back that came up in somebody's quiet hours; what a morning collects needs no word."""
    if line.held != "quiet_hours":
        return ""
    at = line.at.astimezone(zone)
    same = at.date() == line.seen_at.astimezone(zone).date()
    return f" (held back since {at:%H:%M})" if same else f" (held back since {at:%a %-d %b %H:%M})"


def _titled(program: Program, course: Course, line: Line) -> str:
    """What it is about; nothing where everything is about one thing."""
    ask = program.by_id[line.ask_id or ""]
    turns = {one.number for one in course.lines if one.ask_id == ask.id}
    several = ask.repeat is not None or ask.on in AGAIN or len(turns) > 1
    if course.silent == (ask.id,) and not several:
        return ""
    return f"{title(program, ask)} {line.number}" if several else title(program, ask)


def _who(line: Line) -> str:
    """In which role somebody hears of it; and who that is, when they only stand in."""
    name = role(line.role) if line.role else ""
    if line.holder is None or line.holder == line.role:
        return name
    other = role(Role(line.holder)) if line.holder in set(Role) else spelled(line.holder)
    return f"{name} ({other})"


def _due(program: Program, line: Line, zone: ZoneInfo) -> str:
    if line.due_at is None:
        return ""
    due, at = line.due_at.astimezone(zone), line.at.astimezone(zone)
    clock = f" {due:%H:%M}" if program.by_id[line.ask_id or ""].by_the_clock else ""
    year = f" {due:%Y}" if due.year != at.year else ""
    return f"{due:%a %-d %b}{year}{clock}"


def _state(program: Program, course: Course, line: Line) -> str:
    if line.state in PASSED_THROUGH:
        return ""
    reason = because(line.reason)
    special = BETWEEN.get((line.was or "", line.state or ""))
    if special is not None:
        return f"{special}{reason}"
    if line.state == PlacementState.ACTIVE and any(
        one.how == "closed" and one.kind is RequestKind.FIRST_DAY and one.at == line.at for one in course.lines
    ):
        return TAKEN_TO_HAVE_STARTED
    if line.reason in UNANSWERED:
        return UNANSWERED[line.reason]
    words = STATES[program.lifecycle].get(line.state or "")
    if words is None:
        return f"The {program.lifecycle} ends: {named(line.state or '')}{reason}"
    return f"{words}{reason}"


def named(state: str) -> str:
    """A state or an end within a sentence."""
    return ENDS.get(state, spelled(state))


def because(reason: str | None) -> str:
    """A reason in brackets behind what it led to; nothing when there is none to tell."""
    return f" ({spelled(reason)})" if reason and reason != "not_stated" else ""


def _date(day: date | None) -> str:
    return f"{day:%a %-d %b %Y}" if day else ""
