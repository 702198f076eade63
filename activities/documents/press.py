"""Sets a document in type: an accessible PDF (tagged, PDF/UA-1), byte for byte the same whenever it is made.

Only the fonts that come with the typesetter are used, and nothing is fetched from anywhere.
"""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from typing import Any, cast

import typst

from activities.documents.paper import Paper, printable
from catalog.document_words import TEMPLATES, document_words

STANDARD = "ua-1"
INSTEAD = "□"
"""Printed for a character that none of the fonts has."""

AT_ONCE = 2
"""How many documents are made at a time; others wait."""

_LATIN = 0x250
_MISSING = "could not be displayed"
_PRESSES = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="press")


async def printed(paper: Paper) -> bytes:
    """The PDF of a document, made beside the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_PRESSES, pdf, paper)


def pdf(paper: Paper) -> bytes:
    """The PDF of a document. Takes some 20 ms; from a coroutine use `printed`.

    Raises typst.TypstError when a template is wrong.
    """
    said = _plain(paper)
    try:
        return _set(paper, said)
    except typst.TypstError as error:
        if _MISSING not in str(error):
            raise
    note = document_words(paper.language).say("cannot_print")
    said["footer"] = f"{said['footer']} · {note}"
    return _set(paper, _with(said, _without_missing))


def _set(paper: Paper, said: dict[str, Any]) -> bytes:
    return typst.compile(
        str(TEMPLATES / f"{paper.template}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARD,
        sys_inputs={"paper": json.dumps(said)},
        timestamp=int(paper.made_at.timestamp()),
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def _plain(paper: Paper) -> dict[str, Any]:
    """The document as the templates read it, with every text made printable."""
    return _with(paper.model_dump(mode="json", exclude={"template", "made_at"}), printable)


def _with(said: Any, change: Callable[[str], str]) -> Any:
    """A copy with every text changed; keys stay."""
    if isinstance(said, str):
        return change(said)
    if isinstance(said, dict):
        return {key: _with(value, change) for key, value in cast("dict[str, Any]", said).items()}
    if isinstance(said, list):
        return [_with(value, change) for value in cast("list[Any]", said)]
    return said


def _without_missing(text: str) -> str:
    return "".join(one if ord(one) < _LATIN or _has_glyph(one) else INSTEAD for one in text)


@lru_cache(maxsize=65_536)
def _has_glyph(character: str) -> bool:
    """Whether a font has this character; asked only after a document could not be set."""
    try:
        typst.compile(
            b'#set document(title: "x")\n#set text(font: "Libertinus Serif")\n#sys.inputs.at("said")',
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARD,
            sys_inputs={"said": character},
            timestamp=0,
        )
    except typst.TypstError:
        return False
    return True
