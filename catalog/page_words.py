"""What the form pages say, in one language: read once from `messages/pages.<language>.yaml`."""

from functools import cache
from pathlib import Path
from typing import Literal

from catalog.yaml_check import load_shipped
from schemas.base import Code, Frozen, Text
from schemas.form_fields import Language
from schemas.forms import Fact
from schemas.vocabulary import RequestKind, Role

FOLDER = Path(__file__).parent / "messages"

GoneKind = Literal["expired", "replaced", "passed_on", "closed", "already_answered", "not_found"]
ProblemKind = Literal["unavailable", "too_large", "too_many", "unreadable", "failed"]


class Notice(Frozen):
    """A page that only says something."""

    title: Text
    text: Text


class PageWords(Frozen):
    """Every text of the pages. Texts may hold figures in braces, filled in by the page."""

    language: Language
    name: Text
    words: dict[Code, Text]
    facts: dict[Fact | Literal["person"], Text]
    roles: dict[Role, Text]
    occasions: dict[RequestKind, Text]
    errors: dict[Code, Text]
    gone: dict[GoneKind, Notice]
    problems: dict[ProblemKind, Notice]


@cache
def page_words(language: Language) -> PageWords:
    """The texts in one language. Raises CatalogError when the shipped file is wrong."""
    return load_shipped(FOLDER / f"pages.{language}.yaml", PageWords)
