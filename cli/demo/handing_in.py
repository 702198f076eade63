"""Handing a form in as a person's browser does: open the link, post the page's form back."""

from collections.abc import Mapping
from typing import NamedTuple

import httpx2

from cli.demo.paper import Paper


class Sheet(NamedTuple):
    """A page as it was opened: whether it came (`status`), where its form goes, and what it asks."""

    status: int
    action: str
    paper: Paper


async def open_sheet(client: httpx2.AsyncClient, link: str) -> Sheet:
    """What the link shows."""
    page = await client.get(link)
    paper = Paper(page.text)
    return Sheet(page.status_code, str(page.url.join(paper.action or link)), paper)


async def hand_in(client: httpx2.AsyncClient, sheet: Sheet, values: Mapping[str, str]) -> httpx2.Response:
    """Post a filled-in form; a page that repeats the answers is looked through and sent as it is."""
    answer = await _post(client, sheet.action, {**values, **sheet.paper.button})
    checked = Paper(answer.text) if answer.status_code == 200 else None
    if checked is None or not checked.action:
        return answer
    return await _post(client, str(answer.url.join(checked.action)), checked.as_it_is)


async def _post(client: httpx2.AsyncClient, address: str, values: Mapping[str, str]) -> httpx2.Response:
    return await client.post(
        address,
        content=str(httpx2.QueryParams(dict(values))),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
