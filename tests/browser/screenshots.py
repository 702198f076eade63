"""A picture of every page, in every language, on a phone and a desktop, each checked on the way.

    .venv/bin/python -m tests.browser.screenshots FOLDER
    .venv/bin/python -m tests.browser.screenshots FOLDER --only caseload

Pages come as the gateway serves them, with its headers, from a database with the sample's people. Whatever keeps
anybody from using one (axe-core), is not valid HTML or makes the browser complain is printed; the exit status is 1.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, NamedTuple, cast, get_args

import httpx2
from cyclopts import App, Parameter
from playwright.async_api import Browser, Page, Route, async_playwright

from catalog.digests import render_digest
from catalog.message_catalog import render
from catalog.message_samples import sample_digest, sample_letter
from cli.chromium import MISSING, find_chromium
from cli.errors import UserError
from cli.import_run import import_kind
from cli.stack.mailpages import BODY_HEADERS
from cli.stack.ports import free_port
from cli.stack.postgres import postgres
from gateway.pages import PAGE_HEADERS
from records.migrate import migrate
from schemas.effects import Message
from schemas.form_fields import LANGUAGES, Language
from tests.fixtures.browser import FLAGS, WCAG
from tests.gateway.conftest import SAMPLE
from tests.gateway.console.around import with_matters
from tests.gateway.console.conftest import furnish
from tests.gateway.console.uploads import with_imports
from tests.gateway.console.visitor import DIRECTOR, Visitor, with_director
from tests.gateway.desk import BEGINS, gateway_on
from tests.gateway.every_page import OPEN, SIGNED_IN, form_pages, linked_pages
from tests.gateway.html_checks import page_of

app = App(name="tests.browser.screenshots", help="A picture of every page, each checked on the way.")
HERE = "http://people.example"
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
AT_ONCE = 2
SCRIPTED = {
    **BODY_HEADERS,
    "Content-Security-Policy": re.sub("sandbox[^;]*; ?", "", BODY_HEADERS["Content-Security-Policy"]),
}
"""As mails are shown, but for the sandbox: axe-core could not run in it."""
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


class Shown(NamedTuple):
    """One page in one language: its address, and its HTML and headers where no address of the gateway gives them."""

    name: str
    language: Language
    path: str
    html: str | None = None
    headers: dict[str, str] | None = None

    @property
    def is_mail(self) -> bool:
        return self.name.startswith("mail ")


@app.default
def run(
    folder: Annotated[Path, Parameter(help="Where the pictures go, a folder for each language and size.")],
    *,
    only: Annotated[str, Parameter(help="Pages whose name holds this, such as form, mail, caseload.")] = "",
) -> int:
    """Make the pictures; print what is wrong with a page."""
    if find_chromium() is None:
        raise UserError(MISSING)
    wrong = asyncio.run(made(folder, only))
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


async def made(folder: Path, only: str) -> list[str]:
    """Make them, and say what is wrong, a line each."""
    wrong: list[str] = []
    gate = asyncio.Semaphore(AT_ONCE)
    async with _console() as visitor, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)

        async def one(shown: Shown, size: str) -> None:
            async with gate:
                found = await _shot(browser, visitor, shown, folder / shown.language / size, SIZES[size])
            wrong.extend(f"{shown.name}, {shown.language}, {size}: {what}" for what in found)

        pages = [one for language in LANGUAGES for one in _pages(language) if only in one.name]
        await asyncio.gather(*(one(shown, size) for shown in pages for size in SIZES))
        await browser.close()
    sys.stdout.write(f"{len(pages) * len(SIZES)} pictures of {len(pages)} pages in {folder}\n")
    return wrong


def _pages(language: Language) -> Iterator[Shown]:
    made = form_pages(language) | linked_pages(language)
    for number, (name, html) in enumerate(made.items()):
        yield Shown(name, language, f"/f/{number}", html, dict(PAGE_HEADERS))
    mails = {one: render(sample_letter(cast("Message", one), language)) for one in get_args(Message)}
    for name, mail in {**mails, "digest": render_digest(sample_digest(language))}.items():
        yield Shown(f"mail {name}", language, f"/mail/{name}", mail.html, SCRIPTED)
    for kind, paths in (("console", SIGNED_IN), ("open", OPEN)):
        for name, path in paths.items():
            yield Shown(f"{kind} {name}", language, f"{path}{'&' if '?' in path else '?'}lang={language}")


async def _shot(browser: Browser, visitor: Visitor, shown: Shown, folder: Path, size: Any) -> list[str]:
    """Make one picture; gives what is wrong with the page."""
    context = await browser.new_context(viewport=size, bypass_csp=False)
    page = await context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    await page.route("**/*", _server(visitor.http if not shown.name.startswith("open ") else _anybody(visitor), shown))
    answer = await page.goto(HERE + shown.path)
    await page.screenshot(path=folder / f"{shown.name.replace(', ', '-').replace(' ', '-')}.png", full_page=True)
    wrong = [one for one in wrong if "404" not in one or "nothing" not in shown.name]
    if answer is not None and not shown.is_mail:
        wrong += _invalid(await answer.text())
    wrong += await _unusable(page)
    if await page.evaluate("document.documentElement.scrollWidth") > size["width"]:
        wrong.append("it scrolls sideways")
    await context.close()
    return wrong


def _invalid(html: str) -> list[str]:
    try:
        page_of(html)
    except Exception as error:  # noqa: BLE001 - whatever a page breaks
        return [f"not valid: {type(error).__name__} {error}"]
    return []


async def _unusable(page: Page) -> list[str]:
    """What axe-core finds."""
    await page.evaluate(AXE)
    found = await page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG)
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found["violations"] for node in fault["nodes"]]


def _anybody(visitor: Visitor) -> httpx2.AsyncClient:
    return Visitor(visitor.desk).http


def _server(client: httpx2.AsyncClient, shown: Shown) -> Callable[[Route], Any]:
    """Answers as the gateway does."""

    async def serve(route: Route) -> None:
        path = route.request.url.removeprefix(HERE)
        if path == shown.path and shown.html is not None:
            headers = {**(shown.headers or {}), "Content-Type": "text/html; charset=utf-8"}
            await route.fulfill(body=shown.html, headers=headers)
            return
        answer = await client.get(path, headers={"Accept-Encoding": "identity"})
        await route.fulfill(status=answer.status_code, body=answer.content, headers=dict(answer.headers))

    return serve


@asynccontextmanager
async def _console() -> AsyncGenerator[Visitor]:
    """A director in front of a gateway with a few placements."""
    with tempfile.TemporaryDirectory(prefix="journeywork-shots-") as folder:
        async with postgres(Path(folder) / "postgres", free_port(), durable=False) as url:
            await migrate(url)
            await import_kind("oneroster", SAMPLE / "oneroster", database_url=url, today=BEGINS)
            await import_kind("employers", SAMPLE / "employers.csv", database_url=url, today=BEGINS)
            await import_kind("opportunities", SAMPLE / "opportunities.csv", database_url=url, today=BEGINS)
            async with gateway_on(url) as desk:
                await with_director(desk)
                await furnish(desk)
                await with_imports(desk)
                await with_matters(desk)
                yield await Visitor(desk).sign_in(DIRECTOR)


if __name__ == "__main__":
    app()
