"""The console in a real browser: every page can be used by everybody, on a desktop and a phone, by keyboard alone."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from catalog.console_words import console_words
from cli.stack.ports import free_port
from gateway.console.act_kinds import ACTS
from gateway.console.targets import ROOM_OF
from gateway.pages import PAGE_HEADERS
from gateway.serve import serve
from schemas.base import LifecycleName
from tests.fixtures.browser import Axe
from tests.gateway.console.visitor import DIRECTOR, link_in
from tests.gateway.desk import Desk, until
from tests.gateway.every_page import OPEN, SIGNED_IN
from tests.gateway.html_checks import page_of
from tests.gateway.test_form_in_browser import listens

SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
async def address(office: Desk) -> AsyncIterator[str]:
    """Serve the console over HTTP."""
    port = free_port()
    serving = asyncio.create_task(serve(office.app, "127.0.0.1", port))
    await until(lambda: listens(port))
    yield f"http://127.0.0.1:{port}"
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


@pytest.fixture(scope="module")
async def signed_in(office: Desk, address: str, browser: Browser) -> AsyncIterator[BrowserContext]:
    """Sign the director in as she does it: address, mail, link, button; without JavaScript."""
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{address}/console")
    await page.get_by_label("Your work e-mail address").fill(DIRECTOR[1])
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await until(lambda: _mailed(office))
    await page.goto(address + link_in(office.letters[-1].text))
    async with page.expect_navigation():
        await page.get_by_role("button", name="Sign in").press("Enter")
    assert page.url == f"{address}/console"
    await page.close()
    yield context
    await context.close()


async def _mailed(office: Desk) -> bool:
    return bool(office.letters)


async def checked(page: Page, axe: Axe, path: str, *, sizes: Sequence[str] = tuple(SIZES)) -> None:
    """On both sizes nothing keeps anybody from using the page, and nothing runs out of it."""
    for name in sizes:
        size = SIZES[name]
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        answer = await page.goto(path)
        assert answer is not None
        assert answer.headers["content-security-policy"] == PAGE_HEADERS["Content-Security-Policy"], path
        page_of(await answer.text())
        assert await axe(page) == [], (path, name)
        assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"], (path, name)


async def test_everybody_can_use_the_pages_of_the_console(
    browser: Browser, address: str, signed_in: BrowserContext, axe: Axe
) -> None:
    context = await browser.new_context(storage_state=await signed_in.storage_state())
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for path in SIGNED_IN.values():
        await checked(page, axe, address + path)
    assert [one for one in said if "404" not in one] == []
    await context.close()


async def test_everybody_can_use_the_pages_before_signing_in(browser: Browser, address: str, axe: Axe) -> None:
    page = await browser.new_page()
    for path in (*OPEN.values(), "/console/sign-in?sent=1&lang=es"):
        await checked(page, axe, address + path, sizes=["phone"] if path == "/docs" else list(SIZES))
    await page.close()


async def test_several_are_acted_on_by_keyboard_without_javascript(
    address: str, signed_in: BrowserContext, browser: Browser, axe: Axe
) -> None:
    page = await signed_in.new_page()
    await page.goto(f"{address}/console")
    for box in await page.get_by_role("checkbox").all():
        await box.press("Space")
    await page.get_by_label("With those ticked").select_option("withdraw")
    await page.get_by_role("button", name="Continue", exact=True).press("Enter")
    await page.get_by_label("Reason").select_option("moved_away")
    await page.get_by_label("Why, in your words").fill("The season is off.")
    await page.get_by_role("button", name="Look at what will happen").press("Enter")
    planned = page.url
    assert await page.get_by_text("Proposed becomes Withdrawn before the start").count() == 3

    scripted = await browser.new_context(storage_state=await signed_in.storage_state())
    looking = await scripted.new_page()
    await checked(looking, axe, planned)
    await page.get_by_role("button", name="Do it now (3)").press("Enter")
    assert page.url == planned
    assert await page.get_by_text("0 of 3 done").count() == 1
    await checked(looking, axe, f"{planned}?still=1")
    await scripted.close()
    await page.close()


FOCUSED = """() => {
    const one = document.activeElement;
    return {tag: one.tagName, type: one.type || "", name: one.name || one.textContent.trim(), href: one.href || ""};
}"""


async def tab_to(page: Page, **wanted: str) -> None:
    """Press Tab until what is wanted has the focus; type on the way what the page asks for."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        one = await page.evaluate(FOCUSED)
        if all(one[name].startswith(value) for name, value in wanted.items()):
            return
        if one["type"] == "date":
            await page.keyboard.type("07012027")
        elif one["tag"] == "TEXTAREA":
            await page.keyboard.type("As agreed.")
    raise AssertionError((page.url, wanted))


async def test_every_act_is_done_with_the_tab_space_and_enter_keys_alone(
    address: str, signed_in: BrowserContext, browser: Browser
) -> None:
    context = await browser.new_context(storage_state=await signed_in.storage_state())
    page = await context.new_page()
    await page.goto(f"{address}/console?q=pl-102&show=all")
    await tab_to(page, type="checkbox")
    await page.keyboard.press("Space")
    await tab_to(page, name="act")
    await tab_to(page, tag="BUTTON", name="Continue")
    await entered(page)
    done: set[str] = set()
    ids: dict[LifecycleName, str] = {"placement": "pl-102", "opportunity": "opp-6001", "partnership": "hst-4001"}
    for act, kind in ACTS.items():
        if act not in page.url:
            about = f"of={ROOM_OF[kind.of[0]]}&id={ids[kind.of[0]]}"
            await page.goto(f"{address}/console/acts/new?act={act}&{about}")
        if await page.get_by_text("This is not possible for any of those below").count():
            continue
        await tab_to(page, tag="BUTTON", name="Look at what will happen")
        await entered(page)
        assert await page.locator("h1").inner_text() == f"{console_words('en').acts[act].name}: What will happen"
        if await page.get_by_role("button", name="Do it now").count():
            await tab_to(page, tag="BUTTON", name="Do it now")
            await entered(page)
            done.add(act)
    assert {"pause", "withdraw", "close_offer", "end_host"} <= done
    await context.close()


async def entered(page: Page) -> None:
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
