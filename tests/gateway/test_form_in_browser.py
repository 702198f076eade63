"""A real browser fills in the real form: our own policies must not keep it from sending."""

import asyncio
from contextlib import suppress

from playwright.async_api import Browser

from cli.stack.ports import free_port
from gateway.serve import serve
from tests.gateway.desk import Desk, until


async def test_a_browser_can_send_the_form_and_gets_the_receipt(desk: Desk, browser: Browser) -> None:
    await desk.proposed()
    link = await desk.link()
    port = free_port()
    serving = asyncio.create_task(serve(desk.app, "127.0.0.1", port))
    page = await browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    try:
        await until(lambda: listens(port))
        await page.goto(f"http://127.0.0.1:{port}{link}")
        await page.get_by_text("Yes, we will host this student").click()
        await page.get_by_role("button", name="Send answer").click()
        await page.wait_for_load_state()
        title = await page.title()
    finally:
        await page.close()
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving

    assert "Thank you. Your answers are saved." in title
    assert said == []
    assert (await desk.view())["state"] == "offered"


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
