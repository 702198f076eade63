"""No page is added without the checks that every page passes: see `every_page`."""

import re

import pytest
from jinja2 import Environment

from gateway import pages, templating
from gateway.console.site import every_page
from schemas.form_fields import LANGUAGES, Language
from tests.gateway.console.visitor import DIRECTOR, Visitor
from tests.gateway.desk import Desk
from tests.gateway.every_page import ACCOUNT, ACTS, BEHIND_A_LINK, FILES, OPEN, SIGNED_IN, form_pages, linked_pages
from tests.gateway.html_checks import page_of

MADE_FOR_ACTS = {"console/planned.html", "console/progress.html"}
"""Pages that an act brings: see `every_page.ACTS`."""
NOT_PAGES = {"console/sign_in_mail.html", "console/sign_in_mail.txt", "reference.html"}
"""Mails, and the page `/docs`, which has an environment of its own and is visited with `OPEN`."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_behind_a_link_is_valid_and_no_template_of_theirs_is_left_out(language: Language) -> None:
    templates = pages.TEMPLATES
    _forget(templates)
    for name, html in (form_pages(language) | linked_pages(language)).items():
        assert page_of(html).get("lang") == language, name

    told = {name for name in templates.list_templates() if not name.startswith("console/")}
    assert told - NOT_PAGES - _used(templates) == set()


async def test_every_page_of_the_console_is_valid_in_both_languages_and_none_is_left_out(office: Desk) -> None:
    templates = templating.TEMPLATES
    _forget(templates)
    director, nobody = await Visitor(office).sign_in(DIRECTOR), Visitor(office)
    for language in LANGUAGES:
        for visitor, paths in ((nobody, OPEN), (director, SIGNED_IN)):
            for path in paths.values():
                answer = await visitor.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
                assert dict(answer.headers).items() >= _promised().items(), path
                assert page_of(answer.text).get("lang") == ("en" if path == "/docs" else language), path

    told = {name for name in templates.list_templates() if name.startswith("console/")}
    assert told - NOT_PAGES - MADE_FOR_ACTS - _used(templates) == set()


async def test_every_address_of_a_page_is_visited_by_the_checks(office: Desk) -> None:
    described = office.app.openapi()["paths"]
    of_people = {path for path, how in described.items() if "get" in how and "text/html" in _kinds(how["get"])}
    addresses = of_people | {path for method, path in every_page() if method == "GET"}
    visited = [path.partition("?")[0] for path in (*OPEN.values(), *SIGNED_IN.values())]
    known = BEHIND_A_LINK | ACCOUNT | ACTS | FILES

    def is_visited(path: str) -> bool:
        pattern = re.compile(re.sub(r"\{\w+(:path)?\}", "[^/]+", path))
        return path in known or any(pattern.fullmatch(one) for one in visited)

    assert {path for path in addresses if not is_visited(path)} == set()
    assert known <= addresses


def _promised() -> dict[str, str]:
    return {name.lower(): value for name, value in pages.PAGE_HEADERS.items()}


def _kinds(operation: dict[str, dict[str, dict[str, dict[str, object]]]]) -> set[str]:
    return {kind for answer in operation["responses"].values() for kind in answer.get("content", {})}


def _forget(templates: Environment) -> None:
    assert templates.cache is not None
    templates.cache.clear()


def _used(templates: Environment) -> set[str]:
    assert templates.cache is not None
    return {key[1] for key in templates.cache}
