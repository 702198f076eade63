"""Playing the intermediary and the people against a running stack, over HTTP and mail alone."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from cli.demo.handing_in import hand_in, open_sheet
from cli.demo.mailroom import told_in
from cli.demo.paper import Writer
from cli.stack.stack import Stack
from schemas.vocabulary import RequestKind

SAMPLE = "catalog/examples/boston-summer"
AT_THE_WORKSITE = ZoneInfo("America/New_York")
"""Whose day it is when a form asks for a day that is not to come."""


async def until(check: Callable[[], Awaitable[Any]], *, within: float = 20.0) -> Any:
    """What `check` gives once it is truthy; fails after `within` seconds."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        found = await check()
        if found:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"not so within {within} s")


class Outside:
    """The outside world of one stack."""

    def __init__(self, stack: Stack, run: str) -> None:
        assert stack.urls.gateway
        assert stack.urls.mail
        self.stack, self.run, self.mail = stack, run, stack.urls.mail
        self.api = httpx2.AsyncClient(
            base_url=stack.urls.gateway, headers={"Authorization": f"Bearer {stack.api_key}"}, timeout=20
        )
        self._sent = 0

    async def send(
        self, type_: str, subject: str | None = None, /, *, id_: str | None = None, **data: Any
    ) -> httpx2.Response:
        """Send one event."""
        self._sent += 1
        event = {
            "specversion": "1.0",
            "id": id_ or f"{self.run}-{self._sent}",
            "source": "/tests",
            "type": f"org.journeywork.{type_}",
            **({"subject": subject} if subject else {}),
            "data": data,
        }
        return await self.api.post("/events", json=event)

    async def fresh_worker(self) -> None:
        """Start the worker anew: one that others killed too often would be given up at the next kill."""
        await self.stack.restart("worker")

    async def opportunity(self, id_: str, *, seats: int = 1, program: str = "boston-summer-internship") -> str:
        """Open an opportunity of the sample's laboratory."""
        answer = await self.send(
            "opportunity.opened",
            id_,
            host_id="hst-4001",
            program=program,
            seats=seats,
            start="2027-07-06",
            end="2027-08-13",
            supervisor_id="sup-2001",
            alternate_supervisor_id="sup-2002",
            job_skills=["Specimen labeling", "Laboratory safety", "Data entry"],
            title="Laboratory intern",
        )
        assert answer.status_code == 200, answer.text
        return id_

    async def placement(self, id_: str, learner: str, opportunity: str) -> dict[str, Any]:
        """Propose a placement."""
        answer = await self.send("placement.proposed", id_, learner_id=learner, opportunity_id=opportunity)
        assert answer.status_code in (200, 202), answer.text
        return answer.json()

    async def view(self, placement_id: str) -> dict[str, Any]:
        """The placement as the API shows it."""
        answer = await self.api.get(f"/placements/{placement_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def events(self, plural: str, id_: str) -> list[dict[str, Any]]:
        """The timeline of a lifecycle; messages are in it too."""
        answer = await self.api.get(f"/{plural}/{id_}/timeline")
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def state(self, placement_id: str) -> str:
        """Where the placement stands."""
        return str((await self.view(placement_id))["state"])

    async def link(self, placement_id: str, request_id: str) -> str:
        """The newest link mailed for a request; waits for the mail."""

        async def look() -> str | None:
            messages = (await self.api.get(f"{self.mail}/messages.json")).json()
            told = (about for one in messages for about in told_in(one["text"]))
            links = (one.link for one in told if (one.lifecycle_id, one.request_id) == (placement_id, request_id))
            return next((link for link in links if link), None)

        return str(await until(look))

    async def answer(self, placement_id: str, request_id: str, decision: str | None = None) -> httpx2.Response:
        """Open the mailed link, fill the form in and post it."""
        return await self.fill(await self.link(placement_id, request_id), request_id, decision)

    async def fill(self, link: str, request_id: str, decision: str | None = None) -> httpx2.Response:
        """Fill in the form behind a link and post it."""
        ask = request_id.partition(".")[0]
        kind = RequestKind.OFFER_ACCEPTANCE if ask == "offer" else RequestKind(ask)
        async with httpx2.AsyncClient(timeout=20) as person:
            sheet = await open_sheet(person, link)
            today = datetime.now(AT_THE_WORKSITE).date().isoformat()
            writer = Writer("seed", kind, decision, "Ada Example", today)
            return await hand_in(person, sheet, writer.fill(sheet.paper))
