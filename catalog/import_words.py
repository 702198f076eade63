"""What is wrong with an imported file, in the reader's language: whole sentences, by the English ones that are kept.

An import tells its problems once, in English, to terminals and files; who reads them on a page gets their own language.
"""

import re
from functools import cache

from catalog.page_words import FOLDER
from catalog.sentences import Sentences, said_as, sentences
from catalog.yaml_check import load_shipped
from schemas.base import Frozen, Text
from schemas.form_fields import Language

QUOTED = re.compile('" ')
"""Where a cell may end that a message quotes first."""


class ImportWords(Frozen):
    """Sentences with figures in braces, and things that stand in them, from English."""

    sentences: dict[Text, Text]
    things: dict[Text, Text]


def problem_in(language: Language, text: str) -> str | None:
    """A problem in this language; None when it is known in English only."""
    if language == "en":
        return text
    things, known = _known(language)
    begins = (0, *(one.end() for one in QUOTED.finditer(text) if text.startswith('"')))
    told = said_as(known, text, lambda figure: things.get(figure, figure), begins)
    return text[: told[0]] + told[1] if told else None


@cache
def _known(language: Language) -> tuple[dict[str, str], Sentences]:
    words = load_shipped(FOLDER / f"imports.{language}.yaml", ImportWords)
    return dict(words.things), sentences(words.sentences)
