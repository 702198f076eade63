from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_string
from urllib.parse import parse_qsl

import pytest
from playwright.async_api import Browser, Page, Route

from catalog.digests import render_digest
from catalog.message_catalog import render
from catalog.message_samples import sample_digest, sample_letter
from gateway import pages
from lifecycle.form_samples import passing_answers
from lifecycle.forms import check_answers
from schemas.form_fields import LANGUAGES, Language
from schemas.forms import FormDefinition
from tests.fixtures.browser import Axe
from tests.forms.people import FORMS, context_for
from tests.gateway.every_page import linked_pages
from tests.gateway.html_checks import page_of

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}
BY_ID = {one.id: one for one in FORMS}
REVIEW = BY_ID["ma-wblp"]
ADDRESS = "http://journeywork.test/f/abc"
SHORT_LIST = [
    next(one for one in FORMS if one.id == name)
    for name in (
        "host-confirmation",
        "first-day",
        "weekly-hours",
        "ca-intern-evaluation",
        "safety-orientation",
        "emergency-contact",
        "work-permit",
    )
]
"""Between them they hold every kind of control."""
ONE_OF_ALIKE = {"gone, expired", "gone, closed", "problem, failed"}
_tabs: dict[tuple[Browser, bool], Page] = {}
forms = pytest.mark.parametrize("one", FORMS, ids=lambda one: one.pin)
languages = pytest.mark.parametrize("language", LANGUAGES)


@asynccontextmanager
async def shown(browser: Browser, html: str, size: dict[str, int], *, script: bool = True) -> AsyncIterator[Page]:
    """The page as the gateway would serve it, with its real headers; a complaint of the browser fails the test.

    The tab of the test before is used again, as a new one costs more than a page.
    """
    page_of(html)
    page = await _tab(browser, script=script)
    await page.set_viewport_size(size)  # type: ignore[arg-type]
    complaints: list[str] = []
    page.on("console", listener := lambda message: complaints.append(message.text))

    async def serve(route: Route) -> None:
        path = route.request.url.removeprefix("http://journeywork.test")
        for name, kind in (("pages.css", "text/css"), ("mark.svg", "image/svg+xml")):
            if path == pages.static_address(name):
                await route.fulfill(body=(pages.STATIC_FOLDER / name).read_bytes(), content_type=kind)
                return
        await route.fulfill(body=html, headers=dict(pages.PAGE_HEADERS))

    await page.route("**/*", serve)
    await page.goto(ADDRESS)
    yield page
    page.remove_listener("console", listener)
    await page.goto("about:blank")  # or an answer under way would meet the next test
    await page.unroute_all()
    assert complaints == []


async def _tab(browser: Browser, *, script: bool) -> Page:
    if (browser, script) not in _tabs:
        context = await browser.new_context(java_script_enabled=script)
        _tabs[browser, script] = await context.new_page()
    return _tabs[browser, script]


def form_html(one: FormDefinition, language: Language, raw: dict[str, str] | None = None) -> str:
    """An empty form, or what comes back after `raw` was sent."""
    context = context_for(one, language=language)
    errors = check_answers(one, context, raw).errors if raw is not None else None
    return pages.form_page(one, context, action_url="/f/abc", answers=raw, errors=errors, help_email="help@example.org")


@forms
async def test_everybody_can_use_the_form_on_a_phone_and_a_narrow_screen(
    browser: Browser, axe: Axe, one: FormDefinition
) -> None:
    """Each form with all its errors, in English or Spanish by turns; only the words differ."""
    language: Language = LANGUAGES[FORMS.index(one) % len(LANGUAGES)]
    async with shown(browser, form_html(one, language, {}), PHONE) as page:
        assert await axe(page) == []
        sizes = await page.evaluate(
            "[...document.querySelectorAll('.level, .option, textarea, button, input[type=text], "
            "input[type=date], input[type=time]')]"
            ".filter(each => each.checkVisibility()).map(each => each.getBoundingClientRect().height)"
        )
        assert sizes
        assert min(sizes) >= 44
        await page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        assert await page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


@languages
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_everybody_can_use_a_form_before_and_after_a_mistake(
    browser: Browser, axe: Axe, language: Language, size: dict[str, int]
) -> None:
    for raw in (None, {}):
        async with shown(browser, form_html(REVIEW, language, raw), size) as page:
            assert await axe(page) == []


@languages
async def test_everybody_can_use_every_other_page(browser: Browser, axe: Axe, language: Language) -> None:
    """Each on a phone or a desktop by turns, the other way round in the other language; of notices that differ only in
    their words, one.
    """
    every = linked_pages(language)
    alike = [name for name in every if name.startswith(("gone, ", "problem, ")) and name not in ONE_OF_ALIKE]
    for number, (name, html) in enumerate((name, html) for name, html in every.items() if name not in alike):
        size = (PHONE, DESKTOP)[(number + LANGUAGES.index(language)) % 2]
        async with shown(browser, html, size) as page:
            assert await axe(page) == [], name
            await page.set_viewport_size(NARROW)  # type: ignore[arg-type]
            assert await page.evaluate("document.documentElement.scrollWidth") == NARROW["width"], name


async def test_everybody_can_read_the_mails(browser: Browser, axe: Axe) -> None:
    for html in (render(sample_letter("request_due_reminder", "en")).html, render_digest(sample_digest("es")).html):
        page = await browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
        await page.set_content(html)
        assert await axe(page) == []
        await page.close()


async def test_the_policy_lets_the_style_sheet_in(browser: Browser) -> None:
    async with shown(browser, form_html(REVIEW, "en"), PHONE) as page:
        assert await page.evaluate("getComputedStyle(document.body).marginTop") == "0px"
        assert await page.evaluate("document.styleSheets.length") == 1


async def test_the_focus_starts_at_the_errors_and_goes_on_to_the_answer(browser: Browser) -> None:
    async with shown(browser, form_html(REVIEW, "en", {"attendance_rating": "1"}), DESKTOP) as page:
        assert await page.evaluate("document.activeElement.className") == "errors"
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**#attendance_comment")
        assert await page.evaluate("document.activeElement.id") == "attendance_comment"


async def test_a_follow_up_question_appears_with_the_answer_that_asks_it(browser: Browser) -> None:
    async with shown(browser, form_html(BY_ID["host-confirmation"], "en"), PHONE) as page:
        reason = page.get_by_text("What is the reason?")
        assert not await reason.is_visible()
        await page.get_by_text("No, we cannot host this student").click()
        assert await reason.is_visible()
        await page.get_by_text("Yes, we will host this student").click()
        assert not await reason.is_visible()


async def test_a_review_can_be_sent_with_the_keyboard_alone_and_without_javascript(browser: Browser) -> None:
    async with shown(browser, form_html(REVIEW, "en"), DESKTOP, script=False) as page:
        await page.focus("#attendance_rating")
        for _ in range(9):
            await page.keyboard.press("ArrowDown")
            await page.keyboard.press("Tab")
            await page.keyboard.type("Good.")
            await page.keyboard.press("Tab")
            await page.keyboard.press("Tab")
        async with page.expect_request(lambda request: request.method == "POST") as sent:
            await page.get_by_role("button", name="Check your answers").press("Enter")
        request = await sent.value

    raw = dict(parse_qsl(request.post_data or "", keep_blank_values=True))
    checked = check_answers(REVIEW, context_for(REVIEW), raw)
    assert request.url == f"{ADDRESS}?lang=en"
    assert checked.ok
    assert [checked.answers[f"{skill}_rating"] for skill in ("attendance", "workplace", "job_3")] == [2, 2, 2]
    assert checked.answers["job_3_comment"] == "Good."


def test_the_short_list_holds_every_kind_of_control() -> None:
    def kinds(forms: list[FormDefinition]) -> set[str]:
        return {field.kind for one in forms for section in one.sections for field in section.fields}

    assert kinds(SHORT_LIST) == kinds(list(FORMS))


def _posted(kind: str, body: str) -> dict[str, str]:
    """What a form sent, as fields or, where it takes files, in parts."""
    if kind.startswith("multipart/"):
        parts = message_from_string(f"Content-Type: {kind}\n\n{body}").walk()
        named = {str(one.get_param("name", header="Content-Disposition")): one for one in parts if one.get_payload()}
        return {name: str(one.get_payload()) for name, one in named.items() if not one.is_multipart()}
    return dict(parse_qsl(body, keep_blank_values=True))


@pytest.mark.parametrize("one", SHORT_LIST, ids=lambda one: one.pin)
async def test_touching_the_words_of_an_answer_chooses_it(browser: Browser, one: FormDefinition) -> None:
    raw = passing_answers(one, context_for(one))
    async with shown(browser, form_html(one, "en"), PHONE) as page:
        for name, value in raw.items():
            choice = page.locator(f'[name="{name}"][value="{value}"]')
            option = choice if await choice.count() else page.locator(f"#{name}")
            if await option.get_attribute("type") in {"radio", "checkbox"}:
                await page.locator(f"label[for='{await option.get_attribute('id')}']").click()
            else:
                await page.fill(f"#{name}", value)
        async with page.expect_request(lambda request: request.method == "POST") as sent:
            await page.locator("button[type=submit]").first.click()
        request = await sent.value

    posted = _posted(request.headers["content-type"], request.post_data or "")
    assert {name: value for name, value in posted.items() if value and name != "_do"} == raw
