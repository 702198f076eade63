"""What is wrong with an imported file, in the reader's language: whole sentences, by the English ones that are kept.

An import tells its problems once, in English, to terminals and files; who reads them on a page gets their own language.
"""

import re
from functools import cache

from catalog.page_words import FOLDER
from catalog.yaml_check import load_shipped
from schemas.base import Frozen, Text
from schemas.form_fields import Language

QUOTED = re.compile('" ')
"""Where a cell may end that a message quotes first."""

FIGURE = re.compile(r"\\{(\w+)\\}")


class ImportWords(Frozen):
    """Sentences with figures in braces, and things that stand in them, from English."""

    sentences: dict[Text, Text]
    things: dict[Text, Text]


def problem_in(language: Language, text: str) -> str | None:
    """A problem in this language; None when it is known in English only."""
    if language == "en":
        return text
    things = _words(language).things
    for begin in (0, *(one.end() for one in QUOTED.finditer(text) if text.startswith('"'))):
        for pattern, worded in _sentences(language):
            if found := pattern.fullmatch(text, begin):
                figures = {name: things.get(one, one) for name, one in found.groupdict().items()}
                return text[:begin] + worded.format(**figures)
    return None


@cache
def _words(language: Language) -> ImportWords:
    return load_shipped(FOLDER / f"imports.{language}.yaml", ImportWords)


@cache
def _sentences(language: Language) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(FIGURE.sub(r"(?P<\1>.+?)", re.escape(english)), re.DOTALL), worded)
        for english, worded in _words(language).sentences.items()
    )
