"""Temporal's UI, in a browser, shows a director what is encrypted in plain, and nobody else.

Started with JOURNEYWORK_TRIALS=on: a whole stack of its own, with its payloads encrypted.
"""

import base64
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from playwright.async_api import Browser, Page, expect

from cli.import_run import import_kind
from cli.stack.logs import file_log
from cli.stack.stack import Stack, StackSettings, running_stack
from tests.cli.csv_edits import Sample
from tests.cli.started import environment, free_base
from tests.e2e.people import Outside, until

DIRECTOR = "yolanda.fitch@example.org"
WORKFLOW = "/namespaces/default/workflows/opportunity%2Fopp-ui-1"
PLAIN = '"opportunity_id": "opp-ui-1"'
SLOW = 20_000
"""Milliseconds that a page of the UI may take on a busy machine."""


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    """A stack whose payloads are encrypted, with the sample's people and a director."""
    if os.environ.get("JOURNEYWORK_TRIALS") != "on":
        pytest.skip("Temporal's UI is tried with JOURNEYWORK_TRIALS=on")
    sample = Sample(tmp_path)
    director = {"userSourcedId": "stf-3021", "roleType": "primary", "role": "ext:director", "orgSourcedId": "org-0001"}
    sample.add("roles.csv", director)
    key = base64.b64encode(bytes(32)).decode()
    env = environment(JOURNEYWORK_PAYLOAD_KEYS=f"k1:{key}")
    (logs := tmp_path / "logs").mkdir()
    settings = StackSettings(environment=env, data=tmp_path / "data", port_base=free_base(), log=file_log(logs))
    async with running_stack(settings) as running:
        for kind, name in (("oneroster", "oneroster"), ("employers", "employers.csv")):
            report = await import_kind(kind, sample.folder / name, database_url=running.urls.database)  # type: ignore[arg-type]
            assert report.ok, report.problems
        yield running


async def test_temporals_ui_shows_a_director_payloads_in_plain_and_nobody_else(stack: Stack, browser: Browser) -> None:
    outside = Outside(stack, "ui")
    await outside.opportunity("opp-ui-1")
    await outside.api.aclose()
    page = await browser.new_page()
    page.set_default_timeout(SLOW)
    await page.goto(f"{stack.urls.temporal_ui}{WORKFLOW}")
    await _name_the_codec(page, f"{stack.urls.gateway}/codec")
    await page.reload()
    told = page.get_by_test_id("input-and-result").first
    await expect(told).not_to_be_empty(timeout=SLOW)
    assert PLAIN not in await told.inner_text(), "nobody is signed in"
    await _sign_in(page, stack)
    await page.goto(f"{stack.urls.temporal_ui}{WORKFLOW}")
    await expect(told).to_contain_text(PLAIN, timeout=SLOW)
    await page.get_by_test_id("user-metadata-tab").click()
    await expect(page.frame_locator("iframe").last.locator("body")).to_contain_text("seat", timeout=SLOW)
    await page.close()


async def _name_the_codec(page: Page, address: str) -> None:
    """As docs/privacy.md says."""
    await page.get_by_test_id("data-encoder-status").click()
    await page.get_by_test_id("use-local-endpoint-input").check(force=True)
    await page.get_by_test_id("data-encoder-endpoint-input").fill(address)
    await page.get_by_text("Include cross-origin credentials").click()
    await page.get_by_role("button", name="Apply").click()


async def _sign_in(page: Page, stack: Stack) -> None:
    await page.goto(f"{stack.urls.gateway}/console/sign-in")
    await page.fill("input[type=email]", DIRECTOR)
    await page.click("main button[type=submit]")

    async def link() -> str | None:
        async with httpx2.AsyncClient() as client:
            mails = (await client.get(f"{stack.urls.mail}/messages.json")).json()
        texts = [one["text"] for one in mails if DIRECTOR in str(one["to"])]
        found = re.search(r"http://\S+/console/\S+", texts[0]) if texts else None
        return found.group() if found else None

    await page.goto(await until(link))
    await page.click("main button[type=submit]")
