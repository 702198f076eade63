"""`journeywork messages preview`: every mail that people get, with made-up data, in the terminal or as pages."""

from pathlib import Path
from typing import Annotated, NamedTuple, cast, get_args

from cyclopts import Parameter
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from catalog.digests import render_digest
from catalog.flowed import WIDTH, flow
from catalog.message_catalog import Rendered, render
from catalog.message_samples import sample_digest, sample_letter
from cli.errors import UserError
from schemas.directory import Language
from schemas.effects import Message

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGES: tuple[Language, ...] = get_args(Language)
DIGEST = "digest"
"""What is shown beside the messages: several of them in one mail."""
MESSAGES: tuple[str, ...] = (*get_args(Message), DIGEST)


class Shown(NamedTuple):
    """One message in one language, and how it reads."""

    message: str
    language: Language
    mail: Rendered


def preview(
    *,
    lang: Annotated[Language | None, Parameter(help="en or es; otherwise both.")] = None,
    message: Annotated[str | None, Parameter(help="One message, such as request_opened_ask; otherwise all.")] = None,
    html: Annotated[Path | None, Parameter(help="Write them as pages to this folder, with an index.")] = None,
) -> None:
    """Show the mails that people get, with sample data: as text in the terminal, or as HTML in a folder."""
    languages = (lang,) if lang else LANGUAGES
    shown = [Shown(one, each, _mail(one, each)) for one in _wanted(message) for each in languages]
    if html is None:
        _print(shown)
    else:
        print(f"{len(shown)} mails; open {_write(shown, html, languages)}")


def _mail(name: str, language: Language) -> Rendered:
    if name == DIGEST:
        return render_digest(sample_digest(language))
    return render(sample_letter(cast("Message", name), language))


def _wanted(name: str | None) -> tuple[str, ...]:
    found = tuple(one for one in MESSAGES if one == (name or one))
    if not found:
        raise UserError(f"--message: there is no message {name!r}; there are {', '.join(MESSAGES)}")
    return found


def _print(shown: list[Shown]) -> None:
    """The text as a narrow mail reader shows it."""
    console = Console(width=WIDTH, highlight=False, markup=False, soft_wrap=True)
    for one in shown:
        console.print(Rule(f"{one.message} · {one.language}", align="left", style="cyan"))
        console.print(Text(one.mail.subject, style="bold"))
        console.print()
        console.print("\n".join(line.rstrip() for line in flow(one.mail.text).split("\n")))


def _write(shown: list[Shown], folder: Path, languages: tuple[Language, ...]) -> Path:
    """One HTML and one text file for each mail, and a page that leads to them all; returns that page."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True
    )
    rows: dict[str, dict[Language, str]] = {}
    try:
        for one in shown:
            stem = folder / one.language / one.message
            stem.parent.mkdir(parents=True, exist_ok=True)
            stem.with_suffix(".html").write_text(one.mail.html, encoding="utf-8")
            stem.with_suffix(".txt").write_text(f"{one.mail.subject}\n\n{flow(one.mail.text)}", encoding="utf-8")
            rows.setdefault(one.message, {})[one.language] = one.mail.subject
        index = folder / "index.html"
        index.write_text(
            templates.get_template("messages.html").render(rows=rows, languages=languages), encoding="utf-8"
        )
    except OSError as error:
        raise UserError(f"--html: cannot write to {folder}: {error.strerror}") from None
    return index
