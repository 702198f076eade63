"""Moments as a coordinator writes them: `end - 5bd`, `due + 14d`, `opened + 2bd`, `exit + 2q`, `start`."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

UNITS = ("bd", "d", "w", "h", "q")
_ANCHOR, _UNIT = "start|end|opened|due|exit|expires|middle", "|".join(UNITS)
PATTERN = rf"^({_ANCHOR})( *[+-] *[0-9]{{1,3}} *({_UNIT}))?$"
_PARTS = re.compile(rf"({_ANCHOR})(?: *([+-]) *([0-9]{{1,3}}) *({_UNIT}))?")


class Anchor(StrEnum):
    """What a moment is counted from: a placement's days, a request's, or those of a document that expires.

    `middle` is the day half-way between first and last day, `exit` the day on which the outcome was known.
    """

    START = "start"
    MIDDLE = "middle"
    END = "end"
    EXIT = "exit"
    EXPIRES = "expires"
    OPENED = "opened"
    DUE = "due"


class Moment(str):
    """A day counted from an anchor. `d` calendar days, `bd` business days, `w` weeks.

    `h` are hours of the clock, for cases that cannot wait for a morning; `q` the first days of following calendar
    quarters (Perkins V looks at the second quarter after exit).

    A string, so that it stays readable in files, histories and messages; `anchor`, `distance` (signed) and `unit` are
    read from it. Raises ValueError when the text is not a moment.
    """

    __slots__ = ("anchor", "distance", "unit")
    anchor: Anchor
    distance: int
    unit: str

    def __new__(cls, text: str) -> Self:
        """Parse `text`. Raises ValueError with what is allowed."""
        moment = super().__new__(cls, text)
        moment.anchor, moment.distance, moment.unit = _read(text)
        return moment

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate from a string, serialise as a string."""
        return core_schema.no_info_after_validator_function(
            cls,
            core_schema.str_schema(strip_whitespace=True),
            serialization=core_schema.plain_serializer_function_ser_schema(str, return_schema=core_schema.str_schema()),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Tell editors the pattern."""
        return {"type": "string", "pattern": PATTERN, "examples": ["end - 5bd", "due + 14d", "start"]}


@lru_cache(maxsize=1024)
def _read(text: str) -> tuple[Anchor, int, str]:
    """A moment's anchor, distance and unit; programs write the same few moments again and again."""
    found = _PARTS.fullmatch(text)
    if not found:
        raise ValueError(
            f"'{text}' is not a moment; write an anchor (start, middle, end, exit, expires, opened, due) and, if "
            "need be, a distance in d (days), bd (business days), w (weeks), q (quarters) or h (hours), such as "
            "'end - 5bd' or 'due + 14d'"
        )
    anchor, sign, count, unit = found.groups()
    return Anchor(anchor), int(f"{sign}{count}") if count else 0, unit or "d"
