"""A document as data: what it says, block by block, before it is set in type.

Everything a person wrote travels as text in JSON; nothing of it is ever read as markup.
"""

import unicodedata
from typing import Annotated, Literal, TypeAlias

from pydantic import AwareDatetime, Field

from schemas.base import Frozen
from schemas.form_fields import Language

LONGEST_WORD = 40
"""A longer word may be broken anywhere, so that it stays on the page."""

MAY_BREAK = "\u200b"
_UNPRINTABLE = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(said: str) -> str:
    """Text as it can be set: no control characters, and very long words that may be broken."""
    plain = "".join(one for one in said if one == "\n" or unicodedata.category(one) not in _UNPRINTABLE)
    return "\n".join(" ".join(_breakable(word) for word in line.split(" ")) for line in plain.split("\n"))


def _breakable(word: str) -> str:
    if len(word) <= LONGEST_WORD:
        return word
    return MAY_BREAK.join(word[at : at + LONGEST_WORD // 2] for at in range(0, len(word), LONGEST_WORD // 2))


class Heading(Frozen):
    """A title inside a document; levels start at 1 and never skip one."""

    block: Literal["heading"] = "heading"
    level: Literal[1, 2]
    text: str


class Paragraph(Frozen):
    """Running text; `quiet` is small print."""

    block: Literal["text"] = "text"
    text: str
    quiet: bool = False


class Points(Frozen):
    """A list with bullets."""

    block: Literal["points"] = "points"
    items: tuple[str, ...]


class Facts(Frozen):
    """Label and value, in two columns."""

    block: Literal["facts"] = "facts"
    rows: tuple[tuple[str, str], ...]


class Answers(Frozen):
    """Question and answer, one below the other."""

    block: Literal["answers"] = "answers"
    rows: tuple[tuple[str, str], ...]


class Table(Frozen):
    """A table with a head; `widths` are the columns' shares, `figures` the columns (from 0) that hold numbers."""

    block: Literal["table"] = "table"
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    figures: tuple[int, ...] = ()


class Signature(Frozen):
    """Who signed what and when; unsigned, whose signature is missing."""

    block: Literal["signature"] = "signature"
    role: str
    signed: bool
    name: str = ""
    statement: str
    when: str = ""


Block: TypeAlias = Annotated[
    Heading | Paragraph | Points | Facts | Answers | Table | Signature, Field(discriminator="block")
]


class Signer(Frozen):
    """A name at the foot of a certificate."""

    name: str
    role: str
    when: str


class Certificate(Frozen):
    """What stands on a certificate instead of blocks."""

    opening: str
    name: str
    text: str
    skills_title: str = ""
    skills: tuple[str, ...] = ()
    signers: tuple[Signer, ...] = ()


class Paper(Frozen):
    """One document, ready for the press. `made_at` is the newest moment it tells of: its date, whenever it is printed.

    `page` holds `{page}` and `{pages}`. Holds names: it lives in memory while one document is made, nowhere else.
    """

    template: Literal["paper", "certificate"] = "paper"
    language: Language
    title: str
    above: str
    below: str = ""
    footer: str
    page: str
    author: str
    keywords: tuple[str, ...] = ()
    made_at: AwareDatetime
    blocks: tuple[Block, ...] = ()
    certificate: Certificate | None = None
