"""The console's pages: one look, the visitor's language, and headers that let nothing from elsewhere in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response

from catalog.console_words import ConsoleWords, console_words
from catalog.page_words import page_words
from gateway.pages import PAGE_HEADERS, static_address
from gateway.services import Services
from gateway.templating import TEMPLATES
from schemas.console import Staff
from schemas.form_fields import LANGUAGES, Language

LANGUAGE_COOKIE = "journeywork-language"


@dataclass(frozen=True)
class Visit:
    """One request by somebody who is signed in. `key` is what their forms carry."""

    request: Request
    services: Services
    staff: Staff
    key: str

    @cached_property
    def language(self) -> Language:
        """The language chosen on a page, else the person's own."""
        return _chosen(self.request) or self.staff.language

    @cached_property
    def words(self) -> ConsoleWords:
        """The console's words in the visitor's language."""
        return console_words(self.language)


def language_asked(request: Request) -> Language | None:
    """The language that the address asks for, to be kept; None when it asks for none."""
    return _one_of(request.query_params.get("lang"))


def language_before(request: Request) -> Language:
    """The language for somebody who is not signed in."""
    return _chosen(request) or LANGUAGES[0]


def _chosen(request: Request) -> Language | None:
    return language_asked(request) or _one_of(request.cookies.get(LANGUAGE_COOKIE))


def _one_of(asked: str | None) -> Language | None:
    return next((one for one in LANGUAGES if one == asked), None)


def page(visit: Visit, template: str, *, status: int = 200, nav: str = "", **values: Any) -> Response:
    """A page for somebody who is signed in; `nav` is the part of the console it belongs to."""
    html = _render(visit.request, visit.language, template, staff=visit.staff, key=visit.key, nav=nav, **values)
    return Response(html, status, dict(PAGE_HEADERS))


def open_page(request: Request, template: str, *, key: str = "", status: int = 200, **values: Any) -> Response:
    """A page for anybody."""
    html = _render(request, language_before(request), template, staff=None, key=key, nav="", **values)
    return Response(html, status, dict(PAGE_HEADERS))


def error_page(request: Request, status: int, kind: str) -> Response:
    """What went wrong, and where to go on."""
    notice = console_words(language_before(request)).notices[kind]
    return open_page(request, "console/notice.html", status=status, title=notice.title, text=notice.text)


def mail(language: Language, template: str, **values: Any) -> str:
    """The text of a mail."""
    return TEMPLATES.get_template(template).render(say=_say(console_words(language)), language=language, **values)


def address(path: str, given: Mapping[str, Any], **changed: Any) -> str:
    """An address with the parts that say something; `changed` replaces or (None) drops some."""
    parts = {name: value for name, value in {**given, **changed}.items() if value not in (None, "", False)}
    told = urlencode({name: "1" if value is True else value for name, value in parts.items()}, doseq=True)
    return f"{path}?{told}" if told else path


def _render(request: Request, language: Language, template: str, **values: Any) -> str:
    words = console_words(language)
    other: Language = "es" if language == "en" else "en"
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return TEMPLATES.get_template(template).render(
        **values,
        language=language,
        other_language=other,
        other_address=f"{request.url.path}?{urlencode([*query, ('lang', other)])}",
        say=_say(words),
        words=words,
        names=page_words(language),
        static=static_address,
    )


def _say(words: ConsoleWords) -> SimpleNamespace:
    return SimpleNamespace(**words.words)
