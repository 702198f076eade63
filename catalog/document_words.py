"""What printed documents say, in one language, and the folder with their templates."""

from functools import cache
from pathlib import Path
from typing import Literal

from catalog.yaml_check import load_shipped
from schemas.base import Code, Frozen, Text
from schemas.form_fields import Language

TEMPLATES = Path(__file__).parent / "documents"
MESSAGES = Path(__file__).parent / "messages"

DocumentName = Literal["agreement", "evaluation", "hours", "certificate"]


class DocumentWords(Frozen):
    """Every text of the documents; `titles` by the document's name."""

    language: Language
    titles: dict[DocumentName | Literal["receipt"], Text]
    words: dict[Code, Text]

    def say(self, code: str, **figures: object) -> str:
        """One text with its figures. Raises KeyError when there is no such text."""
        return self.words[code].format(**figures)


@cache
def document_words(language: Language) -> DocumentWords:
    """The texts in one language. Raises CatalogError when the shipped file is wrong."""
    return load_shipped(MESSAGES / f"documents.{language}.yaml", DocumentWords)
