"""What mails say: one template a message and language in `messages/mail`, rendered as text and as HTML.

Both forms come from the same sentences, so they cannot say different things. In HTML every value is escaped.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval, format_skeleton, format_time, get_timezone_name
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, pass_context
from jinja2.runtime import Context
from pydantic import AwareDatetime

from catalog.page_words import page_words
from schemas.directory import Language, Personal
from schemas.effects import Message
from schemas.vocabulary import LEARNERS, DisclaimReason, RequestKind, Role

FOLDER = Path(__file__).parent / "messages" / "mail"
LONGEST_SUBJECT = 150
WITHOUT_LINK: frozenset[Message] = frozenset(
    {
        "request_unanswered_warning",
        "request_disclaimed_warning",
        "request_submitted_confirmation",
        *(one for one in get_args(Message) if not one.startswith("request_")),
    }
)
"""Messages that tell; all others ask their reader to answer, so they carry a link."""
_PLAIN_SPACES: dict[int, str] = dict.fromkeys((0x2009, 0x202F), " ")
_TWO_STOPS = re.compile(r"(?<!\.)\.\.(?!\.)")
Kind = Literal["txt", "html"]
LOCALES: dict[Language, str] = {"en": "en_US", "es": "es_US"}


class Someone(Personal):
    """Whom to turn to, or who was asked before. `unreachable`: mail to that person came back."""

    name: str
    role: Role
    email: str | None = None
    unreachable: bool = False


class Answered(Personal):
    """One part of a form with its questions and their answers in words."""

    title: str
    lines: tuple[tuple[str, str], ...]


class Letter(Personal):
    """Everything a mail may say. Names are as this reader may see them; instants are aware, on the program's clock.

    `learner`, `host`, `job` and the days are there when the message is about them (an opportunity has no learner).
    The parts of a request (`kind` to `closes_at`) are there when the message is about one, `link` and `link_until`
    when the reader is asked to answer, `later` where a day for the reminder can be chosen. `form`, `why` and
    `minutes` come from the form, `silent` was asked before this reader, `ending` is the code of why or how a
    placement ended. `day` is the one the message is about: of a visit, or until which a placement is suspended.
    `missing` says what is not ready before the start, and from whom. `answers`, `sent_at` and `next_step` are what
    the reader answered, when, and what comes of it. Who said `disclaimed` is `silent`, whom they named is `named`
    (a name, an address, or both), and `note` is what they wrote. `sequence` grows with everything that is said to
    anybody about the request.
    """

    message: Message
    language: Language
    role: Role
    name: str
    learner: str | None = None
    host: str | None = None
    job: str | None = None
    program: str
    reference: str
    zone: str
    start: date | None = None
    end: date | None = None
    kind: RequestKind | None = None
    form: str | None = None
    why: str | None = None
    minutes: int | None = None
    due_at: AwareDatetime | None = None
    closes_at: AwareDatetime | None = None
    overdue: bool = False
    sequence: int = 0
    link: str | None = None
    link_until: date | None = None
    later: str | None = None
    contact: Someone | None = None
    silent: Someone | None = None
    supervisor: str | None = None
    ending: str | None = None
    day: date | None = None
    missing: tuple[str, ...] = ()
    answers: tuple[Answered, ...] = ()
    sent_at: AwareDatetime | None = None
    next_step: str | None = None
    disclaimed: DisclaimReason | None = None
    named: str | None = None
    note: str | None = None


class Rendered(NamedTuple):
    """A mail's three parts. The subject is one line."""

    subject: str
    text: str
    html: str


def render(letter: Letter) -> Rendered:
    """The mail in the reader's language.

    Raises:
        jinja2.TemplateError: a shipped template is wrong; a test renders them all.
    """
    subject, _, text = rendered(letter, "txt").partition("\n")
    return Rendered(subject[:LONGEST_SUBJECT], text.strip() + "\n", rendered(letter, "html").strip() + "\n")


def template_path(message: Message, language: Language) -> Path:
    """The file that holds a message's sentences."""
    return FOLDER / language / f"{message}.j2"


def role_words(role: Role | str, language: Language) -> str:
    """A role as people say it: `Worksite supervisor`."""
    return page_words(language).roles[Role(role)]


def occasion_words(kind: RequestKind, language: Language) -> str:
    """What a request is for: `Final evaluation`."""
    return page_words(language).occasions[kind]


def moment_words(at: datetime, zone: str, language: Language) -> str:
    """`Friday, August 14, 2026 at 5:00 PM (Eastern Time)`."""
    locale, local = LOCALES[language], at.astimezone(ZoneInfo(zone))
    return (
        page_words(language)
        .words["moment"]
        .format(
            day=format_date(local, "full", locale=locale),
            time=format_time(local, "short", locale=locale),
            zone=get_timezone_name(ZoneInfo(zone), locale=locale),
        )
    )


def short_day(at: datetime, letter: Letter) -> str:
    """The day of an instant as `Fri, Aug 13`, where and as the letter is read."""
    day = at.astimezone(ZoneInfo(letter.zone)).date()
    return plain_spaces(format_skeleton("MMMEd", day, locale=LOCALES[letter.language]))


def rendered(letter: Letter, kind: Kind, layout: str = "layout", **more: object) -> str:
    """A letter in one of its forms, laid out as a whole mail or as a `part` of one; `more` is for the layout."""
    templates = environment(kind)
    mine = letter.role in LEARNERS and letter.learner is not None
    say: Any = templates.get_template(f"{letter.language}/words.j2").module
    known: Mapping[str, Any] = {
        **dict(letter),
        **more,
        "layout": _layout(kind, layout),
        "say": say,
        "mine": mine,
        "about": say.about(mine, letter.learner, letter.host, letter.job, letter.program),
        "occasion": occasion_words(letter.kind, letter.language) if letter.kind else None,
    }
    text = templates.get_template(f"{letter.language}/{letter.message}.j2").render(known)
    return plain_spaces(text)


def plain_spaces(text: str) -> str:
    """The text without the narrow spaces of dates and times; some mail readers show them as boxes."""
    return text.translate(_PLAIN_SPACES)


@cache
def _layout(kind: Kind, name: str) -> Template:
    return environment(kind).get_template(f"{name}.{kind}.j2")


@cache
def environment(kind: Kind) -> Environment:
    """The templates of all mails, for one form of them."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=kind == "html",  # noqa: S701 - plain text has nothing to escape
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(_FILTERS)
    return made


def _line(text: str) -> str:
    """The text on one line; a name that ends in a full stop (Inc.) at a sentence's end brings no second one."""
    line = type(text)(" ").join(text.split())
    return type(text)(_TWO_STOPS.sub(".", line))


def _paragraphs(text: str) -> list[str]:
    """The paragraphs of a body (escaped text stays marked as escaped), each on one line."""
    return [_line(part) for part in text.split("\n\n") if part.strip()]


@pass_context
def _moment(context: Context, at: datetime) -> str:
    return moment_words(at, context["zone"], context["language"])


@pass_context
def _short(context: Context, at: datetime) -> str:
    return _shortday(context, at.astimezone(ZoneInfo(context["zone"])).date())


@pass_context
def _shortday(context: Context, day: date) -> str:
    return format_skeleton("MMMEd", day, locale=LOCALES[context["language"]])


@pass_context
def _day(context: Context, day: date) -> str:
    return format_date(day, "full", locale=LOCALES[context["language"]])


@pass_context
def _days(context: Context, start: date, end: date) -> str:
    return format_interval(start, end, "yMMMd", locale=LOCALES[context["language"]])


@pass_context
def _minutes(context: Context, count: int) -> str:
    words = page_words(context["language"]).words
    return words["minutes_one" if count == 1 else "minutes_many"].format(minutes=count)


@pass_context
def _role(context: Context, role: str) -> str:
    return role_words(role, context["language"])


_FILTERS: dict[str, Any] = {
    "line": _line,
    "paragraphs": _paragraphs,
    "moment": _moment,
    "short": _short,
    "shortday": _shortday,
    "day": _day,
    "days": _days,
    "minutes": _minutes,
    "role": _role,
}
