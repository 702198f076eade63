"""One mail that lists several messages to one person: each says its piece and has its own link."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from catalog.message_catalog import (
    LONGEST_SUBJECT,
    Kind,
    Letter,
    Rendered,
    environment,
    plain_spaces,
    rendered,
    short_day,
)


def render_digest(letters: Sequence[Letter]) -> Rendered:
    """The mail in the reader's language; the letters are all to one person, in the order they are listed.

    Raises:
        jinja2.TemplateError: a shipped template is wrong; a test renders them all.
    """
    subject, _, text = _whole(letters, "txt").partition("\n")
    return Rendered(subject[:LONGEST_SUBJECT], text.strip() + "\n", _whole(letters, "html").strip() + "\n")


def _whole(letters: Sequence[Letter], kind: Kind) -> str:
    first, templates = letters[0], environment(kind)
    say: Any = templates.get_template(f"{first.language}/words.j2").module
    forms = sum(one.link is not None for one in letters)
    known = {
        "say": say,
        "language": first.language,
        "name": first.name,
        "subject": say.several(forms, len(letters) - forms, _first_due(letters)),
        "forms": forms,
        "all_of_it": next((f"{one.link}/all" for one in letters if one.link), None) if forms > 1 else None,
        "parts": [_part(one, kind, number) for number, one in enumerate(letters, start=1)],
        "contact": next((one.contact for one in letters if one.contact), None),
        "programs": dict.fromkeys(one.program for one in letters),
    }
    return plain_spaces(templates.get_template(f"digest.{kind}.j2").render(known))


def _part(letter: Letter, kind: Kind, number: int) -> str:
    """One letter without its greeting and without why it is asked: the form says that too."""
    text = rendered(letter.model_copy(update={"why": None}), kind, "part", number=number).strip()
    return Markup(text) if kind == "html" else text  # noqa: S704 - rendered with every value escaped


def _first_due(letters: Sequence[Letter]) -> str | None:
    """The day by which the first of them is due, as `Fri, Aug 13`; None when none is or one is late."""
    asked = [one for one in letters if one.link is not None and one.due_at is not None]
    if not asked or any(one.overdue for one in asked):
        return None
    first = min(asked, key=lambda one: (one.due_at, one.reference))
    return short_day(first.due_at, first) if first.due_at else None
