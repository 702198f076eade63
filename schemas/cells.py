"""What one cell of an imported CSV file may hold. Each type says in plain words what is wrong and how to put it right.

Messages are written to follow the value: `"x@" is not an e-mail address; ...`. They never contain the value themselves.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Annotated, Any, NoReturn, cast
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email
from pydantic import BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from schemas.checks import meant
from schemas.directory import Language, age_on

YOUNGEST = 13
EARLIEST_YEAR = 1900
LONGEST_SCHOOL_DAY = 600
STATES = (
    *("AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME"),
    *("MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA"),
    *("RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "DC", "AS", "GU", "MP", "PR", "VI"),
)
"""The states, the District of Columbia and the territories, by their postal codes."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}")
_SLUG = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile("([01]?[0-9]|2[0-3]):[0-5][0-9]")
_PHONE = re.compile(r"(\+|\()?[0-9][0-9 ().-]{5,22}[0-9]( ?(x|ext\.?) ?\d{1,6})?")
_RANDOM = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,}")
_LETTERS = re.compile(r"[^\W\d_]+")
_NOT_NAMES = {
    *("student", "learner", "pupil", "teacher", "educator", "staff", "employee", "guardian", "parent", "relative"),
    *("supervisor", "mentor", "contact", "counselor", "specialist", "coordinator", "principal", "administrator"),
    *("person", "user", "host", "school", "district"),
}


def wrong(code: str, message: str) -> NoReturn:
    """Refuse a cell; `message` follows the value and ends with the fix."""
    raise PydanticCustomError(cast("Any", code), cast("Any", message))


def _cleaned(value: object, *, lines: bool = False) -> str:
    if not isinstance(value, str):
        wrong("not_text", "is not text")
    text = unicodedata.normalize("NFC", value).strip()
    allowed = "\n\t" if lines else ""
    text = text.replace("\r\n", "\n") if lines else text
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") and sign not in allowed for sign in text):
        wrong("control", "contains a line break or an invisible control character; take it out")
    return text


def _filled(value: object, longest: int, *, lines: bool = False) -> str:
    text = _cleaned(value, lines=lines)
    if not text:
        wrong("empty", "is empty; fill it in")
    if len(text) > longest:
        wrong("too_long", f"is {len(text)} characters long; at most {longest} are kept")
    return text


def _identifier(value: object) -> str:
    text = _filled(value, 80)
    if "@" in text:
        wrong("id_address", "contains an @; ids are visible in Temporal, so use one that tells nothing, like lrn-1041")
    if not _ID.fullmatch(text):
        wrong("id", "is not an id; use letters, digits and . _ : - and start with a letter or digit, like lrn-1041")
    return text


def _slug(value: object) -> str:
    text = _filled(value, 40)
    if not _SLUG.fullmatch(text):
        wrong("program", "is not a program id; write it as in the program's file, like boston-summer-internship")
    return text


def _email(value: object) -> str:
    text = _filled(value, 254)
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as problem:
        reason = str(problem).rstrip(".")
    return wrong("email", f"is not an e-mail address; write one like name@example.org ({reason})")


def _phone(value: object) -> str:
    text = _filled(value, 40)
    if not _PHONE.fullmatch(text):
        wrong("phone", "is not a phone number; write it like +1 617 555 0134 or leave it empty")
    return text


def _day(value: object) -> date:
    text = _filled(value, 40)
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return wrong("day", "is not a day of the calendar; check month and day (year-month-day)")
    return wrong("date", "is not a date; write year-month-day, like 2009-03-14")


def _birth_date(value: object, info: ValidationInfo) -> date:
    born, today = _day(value), cast("date", (info.context or {})["today"])
    if born > today:
        wrong("future", "is in the future; check the year")
    if born.year < EARLIEST_YEAR:
        wrong("long_ago", f"is before {EARLIEST_YEAR}; check the year")
    if age_on(born, today) < YOUNGEST:
        wrong("too_young", f"is less than {YOUNGEST} years ago; Journeywork keeps no data about children under 13")
    return born


def _seats(value: object) -> int:
    text = _filled(value, 40)
    if not re.fullmatch(r"-?[0-9]{1,6}", text):
        wrong("number", "is not a whole number; write how many learners the host takes, like 2")
    if not 1 <= int(text) <= 500:
        wrong("seats", "is not between 1 and 500; write how many learners the host takes")
    return int(text)


@cache
def _zones() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


def _zone(value: object) -> str:
    text = _filled(value, 80)
    if text not in _zones():
        wrong("zone", "is not a time zone; write an IANA name like America/New_York")
    return text


def _state(value: object) -> str:
    text = _filled(value, 40)
    if text.upper() not in STATES:
        wrong("state", "is not a state; write its two letters, like MA")
    return text.upper()


def _clock(value: object) -> str:
    text = _filled(value, 40)
    if not _CLOCK.fullmatch(text):
        wrong("clock", "is not a time of day; write hours and minutes on the 24-hour clock, like 07:20 or 14:05")
    return text.rjust(5, "0")


def _minutes(value: object) -> int:
    text = _filled(value, 40)
    if not re.fullmatch("[0-9]{1,4}", text) or not 1 <= int(text) <= LONGEST_SCHOOL_DAY:
        wrong("minutes", f"is not a number from 1 to {LONGEST_SCHOOL_DAY}; write the minutes of required attendance")
    return int(text)


def one_of(value: object, allowed: Iterable[str], what: str) -> str:
    """The cleaned cell if it is one of the allowed words, in any case; otherwise refused as "is not `what`"."""
    text = _filled(value, 80)
    by_fold = {word.casefold(): word for word in allowed}
    if text.casefold() not in by_fold:
        wrong("choice", f"is not {what}{meant(text, by_fold.values())}")
    return by_fold[text.casefold()]


def _language(value: object) -> str:
    return one_of(value, ("en", "es"), "a language Journeywork writes in")


def _yes(value: object) -> bool:
    text = _cleaned(value)
    return bool(text) and one_of(text, ("yes", "no"), "yes or no") == "yes"


def _nothing_if_empty(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _folded(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in spread if not unicodedata.combining(sign)).casefold()


def tells_name(identifier: str, *names: str) -> bool:
    """Whether an id gives away a person's name: a part of it with at least three letters, accents and case aside.

    Words that say what somebody is (`guardian-17` of an Ian) and random ids (UUIDs, long hexadecimal) tell nothing.
    """
    if _RANDOM.fullmatch(identifier):
        return False
    runs = [run for run in _LETTERS.findall(_folded(identifier)) if run not in _NOT_NAMES]
    parts = [part for name in names for part in _LETTERS.findall(_folded(name)) if len(part) >= 3]
    return any(part in run for part in parts for run in runs)


def refuse_telling_id(identifier: str, info: ValidationInfo, *name_fields: str) -> str:
    """The id, unless it contains the person's own name, which stands in `name_fields` of the same row."""
    names = (cast("str", info.data.get(field, "")) for field in name_fields)
    if tells_name(identifier, *names):
        wrong("id_name", "contains the person's own name; ids are visible in Temporal, so use one like lrn-1041")
    return identifier


Empty = BeforeValidator(_nothing_if_empty)
Identifier = Annotated[str, BeforeValidator(_identifier)]
ProgramId = Annotated[str, BeforeValidator(_slug)]
Line = Annotated[str, BeforeValidator(lambda value: _filled(value, 200))]
Paragraphs = Annotated[str, BeforeValidator(lambda value: _filled(value, 2000, lines=True))]
Email = Annotated[str, BeforeValidator(_email)]
Phone = Annotated[str, BeforeValidator(_phone)]
Day = Annotated[date, BeforeValidator(_day)]
BirthDate = Annotated[date, BeforeValidator(_birth_date)]
Seats = Annotated[int, BeforeValidator(_seats)]
TimeZone = Annotated[str, BeforeValidator(_zone)]
StateCode = Annotated[str, BeforeValidator(_state)]
ClockTime = Annotated[str, BeforeValidator(_clock)]
SchoolMinutes = Annotated[int, BeforeValidator(_minutes)]
LanguageCode = Annotated[Language, BeforeValidator(_language)]
YesNo = Annotated[bool, BeforeValidator(_yes)]
