"""Days in people's calendars (iCalendar, RFC 5545): what a mail asks is due on a day, or somebody visits on one.

An entry fills its day without blocking it, and holds no link: calendars are shared more readily than mails.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from catalog.message_catalog import Letter, environment, moment_words, occasion_words
from schemas.vocabulary import LEARNERS

VISITS = {"visit_scheduled_notification": "CONFIRMED", "visit_cancelled_notification": "CANCELLED"}
OCTETS = 75
"""Of a line at most, as the standard has it."""

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


class Entry(NamedTuple):
    """One day. The same `uid` is the same entry; of two versions the one with the higher `sequence` holds."""

    uid: str
    sequence: int
    day: date
    title: str
    text: str
    cancelled: bool = False


class Calendar(NamedTuple):
    """A file to attach to a mail. `method` says what it is for: PUBLISH entries, or CANCEL them."""

    method: str
    text: str


def calendar_of(letters: Sequence[Letter], sender: str, at: datetime) -> Calendar | None:
    """The days that a mail's letters name, or None; `sender` is the address they come from, `at` the real time."""
    entries = [entry for letter in letters if (entry := entry_of(letter, sender.rpartition("@")[2])) is not None]
    if not entries:
        return None
    method = "CANCEL" if all(one.cancelled for one in entries) else "PUBLISH"
    return Calendar(method, written(entries, method, sender, at))


def entry_of(letter: Letter, domain: str) -> Entry | None:
    """The day that a letter is about: of a visit, or by which its reader is asked to answer."""
    status = VISITS.get(letter.message)
    moved = letter.message == "request_moved_notification"
    if status is not None:
        day, text = letter.day, letter.program
    elif letter.due_at is not None and not letter.overdue and (letter.link or moved):
        day = letter.due_at.astimezone(ZoneInfo(letter.zone)).date()
        text = f"{_say(letter).due}: {moment_words(letter.due_at, letter.zone, letter.language)}\n{letter.program}"
    else:
        return None
    if day is None or letter.kind is None:
        return None
    cancelled = status == "CANCELLED"
    named = f"{letter.reference} {'visit' if status else 'due'} {letter.role}"
    return Entry(
        uid=f"{hashlib.sha256(named.encode()).hexdigest()[:32]}@{domain}",
        sequence=letter.sequence + cancelled,
        day=day,
        title=f"{occasion_words(letter.kind, letter.language)}: {_about(letter)}",
        text=text,
        cancelled=cancelled,
    )


def written(entries: Iterable[Entry], method: str | None, sender: str | None, at: datetime) -> str:
    """The file's text; a calendar that programs fetch has no `method` and no `sender`."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Journeywork//EN"]
    lines += [f"METHOD:{method}"] if method else ["X-WR-CALNAME:Journeywork", "REFRESH-INTERVAL;VALUE=DURATION:PT6H"]
    for one in entries:
        lines += _event(one, sender, at)
    return "".join(f"{folded(line)}\r\n" for line in (*lines, "END:VCALENDAR"))


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets, none of which ends inside a character."""
    pieces, piece, size = list[str](), "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > OCTETS:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + character, size + octets
    return "\r\n".join((*pieces, piece))


def escaped(text: str) -> str:
    """A text as a value: commas, semicolons, backslashes and line ends are marked."""
    return text.translate(_ESCAPES)


def _event(one: Entry, sender: str | None, at: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{one.uid}"
    yield f"SEQUENCE:{one.sequence}"
    yield f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    if sender:
        yield f"ORGANIZER:mailto:{sender}"
    yield f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(one.title)}"
    yield f"DESCRIPTION:{escaped(one.text)}"
    yield f"STATUS:{'CANCELLED' if one.cancelled else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def _about(letter: Letter) -> str:
    mine = letter.role in LEARNERS and letter.learner is not None
    said = _say(letter).about(mine, letter.learner, letter.host, letter.job, letter.program)
    return " ".join(str(said).split())


def _say(letter: Letter) -> Any:
    """The words of mails in the letter's language."""
    return environment("txt").get_template(f"{letter.language}/words.j2").module
