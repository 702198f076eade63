"""A person's traces in words: their name, addresses, number and birth date, and how they are taken out."""

import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from schemas.zipped import SPOILT

ERASED = "[erased]"
SHORTEST = 4
"""Letters that a part of a name has at least to count alone."""
MOST_UNPACKED = 64 * 1024 * 1024


@dataclass(frozen=True)
class Traces:
    """Patterns, for Postgres and Python alike: `full` is nobody else's, `names` are names alone, and birth dates."""

    id: str
    full: str
    names: str

    def without(self, value: Any, *, near: bool, signed: frozenset[str] = frozenset()) -> Any:
        """The same value with the person taken out of every text; `near`: names alone count too.

        A text that names the person in full is about them: then names alone count in it, too. What stands under a name
        in `signed` was signed by the person, however they wrote their name, and is taken out.
        """
        full = re.compile(f"(?<!\\w)(?:{self.full})(?!\\w)", re.IGNORECASE)
        every = re.compile(f"(?<!\\w)(?:{self.full}|{self.names})(?!\\w)", re.IGNORECASE)

        def taken_out(text: str) -> str:
            return every.sub(ERASED, text) if near or full.search(text) else text

        return _without(value, taken_out, signed)

    def in_bytes(self, content: bytes) -> bool:
        """Whether a file, unpacked if it is packed, tells of the person in plain text."""
        pattern = re.compile(f"(?<!\\w)(?:{self.full}|{_escaped(self.id)})(?!\\w)", re.IGNORECASE)
        return any(pattern.search(text) for text in _texts(content))

    def in_report(self, report: Any) -> Any:
        """An import's report without the entries that are about the person, and without their name elsewhere."""
        quoted = re.compile(f'"(?:{self.names})"', re.IGNORECASE)
        rest = self.without(_without_entries(report, self), near=False)
        return _without(rest, lambda text: quoted.sub(ERASED, text), frozenset())


def traces_of(person: Mapping[str, Any]) -> Traces:
    """The traces of somebody as the directory has them."""
    given, family = person["given_name"].strip(), person["family_name"].strip()
    both = [f"{given} {family}", f"{family}, {given}", f"{family} {given}"] if given and family else []
    email = [person["email"]] if person["email"] else []
    full = [_spaced(one) for one in _spellings([*both, *email])]
    digits = re.sub(r"\D", "", person["phone"] or "")
    if len(digits) >= 7:
        full.append(r"[^0-9]{0,3}".join(digits[-10:]))
    parts = [part for name in (given, family) for part in re.split(r"[\s-]+", name) if len(part) >= SHORTEST]
    whole = [name for name in (given, family) if len(name) >= SHORTEST - 1]
    alone = [_spaced(one) for one in _spellings([*whole, *parts])]
    return Traces(person["id"], _any(full), _any([*alone, *_days(person["birth_date"])]))


def _spellings(names: Iterable[str]) -> list[str]:
    """Each with and without its marks, as people type it."""
    plain = ((one, _unmarked(one)) for one in names if one)
    return list(dict.fromkeys(spelling for pair in plain for spelling in pair))


def _unmarked(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def _spaced(text: str) -> str:
    return r"\s+".join(_escaped(part) for part in text.split())


def _escaped(text: str) -> str:
    return "".join(sign if sign.isalnum() else f"\\{sign}" for sign in text)


def _days(day: date | None) -> list[str]:
    if day is None:
        return []
    return [
        f"{day.year}\\-{day.month:02}\\-{day.day:02}",
        *(f"0?{one}[/.]0?{two}[/.](?:{day.year}|{day.year % 100:02})" for one, two in _orders(day)),
    ]


def _orders(day: date) -> list[tuple[int, int]]:
    return [(day.month, day.day), (day.day, day.month)]


def _any(patterns: list[str]) -> str:
    """One of these; of none, what never fits."""
    return "|".join(sorted(patterns, key=len, reverse=True)) or r"(?!a)a"


def _without(value: Any, taken_out: Callable[[str], str], signed: frozenset[str]) -> Any:
    match value:
        case str():
            return taken_out(value)
        case list():
            return [_without(one, taken_out, signed) for one in value]  # pyright: ignore[reportUnknownVariableType]
        case dict():
            return {
                _without(key, taken_out, frozenset()): ERASED
                if key in signed and isinstance(one, str)
                else _without(one, taken_out, signed)
                for key, one in value.items()  # pyright: ignore[reportUnknownVariableType]
            }
        case _:
            return value


def _without_entries(value: Any, traces: Traces) -> Any:
    match value:
        case list():
            return [_without_entries(one, traces) for one in value if not _tells_of(one, traces)]  # pyright: ignore[reportUnknownVariableType]
        case dict():
            return {key: _without_entries(one, traces) for key, one in value.items()}  # pyright: ignore[reportUnknownVariableType]
        case _:
            return value


def _tells_of(entry: Any, traces: Traces) -> bool:
    return isinstance(entry, dict) and traces.in_bytes(json.dumps(entry, ensure_ascii=False).encode())


def _texts(content: bytes) -> list[str]:
    if not content.startswith(b"PK"):
        return [content.decode(errors="replace")]
    found: list[str] = []
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(BytesIO(content)) as file:
            for info in file.infolist():
                with file.open(info) as member:
                    held = member.read(left)
                found.append(held.decode(errors="replace"))
                left -= len(held)
    except SPOILT:
        return [content.decode(errors="replace")]
    return found
