"""The mail catcher's page as people see it: in Chromium, on a desk and on a phone."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from cli.stack.mailbox import Mailbox
from tests.cli.started import COMMAND, environment, free_base, until_answers
from tests.fixtures.browser import Axe

PHONE = {"width": 390, "height": 844}
MAIL = b"""Subject: Please sign the training agreement\r
MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary=x\r
\r
--x\r
Content-Type: text/plain\r
\r
Hello Ana, please sign.\r
--x\r
Content-Type: text/html\r
\r
<p>Hello Ana, <a href="https://gateway.example/f/abc">please sign</a>.</p><script>document.title = "ran"</script>\r
--x--\r
"""


@pytest.fixture(scope="module")
async def address(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    data: Path = tmp_path_factory.mktemp("data")
    (data / "mail").mkdir()
    mailbox = Mailbox(data / "mail")
    for person in ("ana", "bo", "chi"):
        mailbox.keep(MAIL, [f"{person}@hosts.example"], datetime(2027, 3, 1, 9, 5, tzinfo=UTC))
    base = free_base()
    words = ("mailcatcher", "--web-port", str(base), "--smtp-port", str(base + 1), "--data", str(data))
    process = await asyncio.create_subprocess_exec(*COMMAND, *words, env=environment())
    try:
        await until_answers(f"http://127.0.0.1:{base}/healthz")
        yield f"http://127.0.0.1:{base}"
    finally:
        process.terminate()
        await process.wait()


async def shot(page: Page, name: str) -> None:
    """Keep a picture for people when JOURNEYWORK_SHOTS names a folder."""
    if folder := os.environ.get("JOURNEYWORK_SHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png")


@pytest.mark.parametrize("path", ["/", "/messages/2", "/?to=nobody%40hosts.example"])
@pytest.mark.parametrize("phone", [False, True])
async def test_everybody_can_use_the_pages(browser: Browser, axe: Axe, address: str, path: str, *, phone: bool) -> None:
    page = await browser.new_page(**({"viewport": PHONE} if phone else {}))
    await page.goto(address + path)
    await shot(page, f"mail{path.replace('/', '-').partition('?')[0]}{'-phone' if phone else ''}")
    assert await axe(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    await page.close()


async def test_a_person_reads_a_message_without_javascript_and_its_script_does_not_run(
    browser: Browser, address: str
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(address)
    await page.get_by_label("To").fill("bo@hosts.example")
    await page.get_by_role("button", name="Show").click()
    await page.get_by_role("link", name="Please sign the training agreement").click()
    link = page.frame_locator("iframe").get_by_role("link", name="please sign")
    assert await link.get_attribute("href") == "https://gateway.example/f/abc"
    assert await page.locator("nav li").count() == 1
    await context.close()


async def test_a_link_in_a_message_opens_beside_it(browser: Browser, address: str) -> None:
    page = await browser.new_page()
    await page.context.route("https://gateway.example/**", lambda route: route.fulfill(body="the form"))
    await page.goto(f"{address}/messages/2")
    async with page.expect_popup() as opened:
        await page.frame_locator("iframe").get_by_role("link", name="please sign").click()
    popup = await opened.value
    assert popup.url == "https://gateway.example/f/abc"
    await page.context.close()
