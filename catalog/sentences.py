"""Sentences that are made in English, said in the reader's words: matched by their form, their figures taken over."""

import re
from collections.abc import Callable, Iterable, Mapping

FIGURE = re.compile(r"\\{(\w+)\\}")

Sentences = tuple[tuple[re.Pattern[str], str], ...]
"""How each sentence reads in English, and how it is said."""


def sentences(said: Mapping[str, str]) -> Sentences:
    """Sentences from English to other words, both with figures in braces."""
    return tuple(
        (re.compile(FIGURE.sub(r"(?P<\1>.+?)", re.escape(english)), re.DOTALL), worded)
        for english, worded in said.items()
    )


def said_as(
    known: Sentences, text: str, figure: Callable[[str], str], begins: Iterable[int] = (0,)
) -> tuple[int, str] | None:
    """The first sentence that the text is from one of the places `begins` on, with that place; None: it is none."""
    for begin in begins:
        for pattern, worded in known:
            if found := pattern.fullmatch(text, begin):
                return begin, worded.format(**{name: figure(one) for name, one in found.groupdict().items()})
    return None
