"""The gateway on a real database and lifecycles in memory, as its callers see it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
from fastapi import FastAPI

from gateway.app import make_app
from gateway.delivery import Deliverer
from gateway.health import Health
from gateway.letters import Letter, Letters
from gateway.services import Services
from records import links
from records.health import borrow
from records.pool import Pool, open_pool
from schemas.base import LifecycleName
from schemas.vocabulary import Role
from tests.gateway.lifecycles import InMemoryLifecycles, WellTemporal

BEGINS = date(2027, 6, 1)
KEY = "a-long-key"
NOW = datetime(2027, 6, 7, 13, 30, tzinfo=UTC)
OFFER = {
    "host_id": "hst-4001",
    "program": "boston-summer-internship",
    "seats": 2,
    "start": "2027-07-06",
    "end": "2027-08-13",
    "supervisor_id": "sup-2001",
    "alternate_supervisor_id": "sup-2002",
}


class KeptLetters:
    """Implements gateway.letters.LetterBox: keeps what it is given."""

    def __init__(self) -> None:
        self.kept: list[Letter] = []

    async def send(self, letter: Letter) -> tuple[str, str | None]:
        self.kept.append(letter)
        return "sent", None


@dataclass
class Desk:
    """One gateway. `now` is the real time it goes by."""

    pool: Pool
    lifecycles: InMemoryLifecycles
    temporal: WellTemporal
    deliverer: Deliverer
    app: FastAPI
    api: httpx2.AsyncClient
    person: httpx2.AsyncClient
    clock: list[datetime]
    sent: list[int] = field(default_factory=lambda: [0])
    letters: list[Letter] = field(default_factory=list[Letter])
    kept: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def now(self) -> datetime:
        return self.clock[0]

    def wait(self, **long: float) -> None:
        self.clock[0] += timedelta(**long)
        self.lifecycles.now = self.clock[0]

    def event(self, type_: str, subject: str | None = None, data: Any = None, **attributes: Any) -> dict[str, Any]:
        """An event in structured mode under an id of its own; an attribute that is None is left out."""
        self.sent[0] += 1
        event = {
            "specversion": "1.0",
            "id": f"e-{self.sent[0]}",
            "source": "/tests",
            "type": f"org.journeywork.{type_}",
            "subject": subject,
            "data": data,
            **attributes,
        }
        return {name: value for name, value in event.items() if value is not None}

    async def send(self, *args: Any, **attributes: Any) -> httpx2.Response:
        return await self.api.post("/events", json=self.event(*args, **attributes))

    async def opened(self, id_: str = "opp-6001") -> str:
        """Open an opportunity of the sample."""
        await self._applied(await self.send("opportunity.opened", id_, {}))
        return id_

    async def proposed(self, id_: str = "pl-1", learner: str = "lrn-1042", opportunity: str = "opp-6001") -> str:
        """Propose a placement, by default of a minor who speaks Spanish, at the laboratory."""
        await self.opened(opportunity)
        data = {"learner_id": learner, "opportunity_id": opportunity}
        await self._applied(await self.send("placement.proposed", id_, data))
        return id_

    async def _applied(self, answer: httpx2.Response) -> None:
        """Wait for what was accepted: on a busy machine it may take longer than an answer waits."""
        async with asyncio.timeout(20):
            while answer.status_code == 202 or (answer.is_success and answer.json()["status"] == "accepted"):
                await asyncio.sleep(0.1)
                answer = await self.api.get(answer.json().get("inbox") or str(answer.url))
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == "applied", answer.text

    async def view(self, id_: str = "pl-1") -> dict[str, Any]:
        return (await self.api.get(f"/placements/{id_}")).json()

    async def link(
        self,
        request_id: str = "host_confirmation",
        *,
        lifecycle: LifecycleName = "placement",
        id_: str = "pl-1",
        person_id: str = "sup-2001",
        role: Role = Role.WORKSITE_SUPERVISOR,
        days: float = 30,
    ) -> str:
        """Mint a link, as the mail's sender does, and give its path."""
        async with borrow(self.pool) as conn:
            token = await links.mint(
                conn,
                lifecycle=lifecycle,
                lifecycle_id=id_,
                request_id=request_id,
                person_id=person_id,
                role=role,
                now_program=self.now,
                expires_at=self.now + timedelta(days=days),
                notification_key="k",
            )
        return f"/f/{token}"

    async def count(self, query: str) -> int:
        async with borrow(self.pool) as conn:
            return await conn.fetchval(query)


@asynccontextmanager
async def gateway_on(
    database: str, *, rehearsals: bool = False, patience: float = 0.5, role: str | None = None
) -> AsyncGenerator[Desk]:
    """A gateway without its dispatcher; with `role` it works as that one, and the tests' own connections do not."""
    clock = [NOW]
    lifecycles, temporal = InMemoryLifecycles(), WellTemporal()
    lifecycles.now = NOW
    box = KeptLetters()
    async with AsyncExitStack() as opened:
        pool = await opened.enter_async_context(open_pool(database))
        own = await opened.enter_async_context(open_pool(database, role=role)) if role else pool
        deliverer = Deliverer(own, lifecycles)
        services = Services(
            pool=own,
            deliverer=deliverer,
            health=Health(own, temporal),
            api_key=KEY,
            public_url="http://people.example",
            rehearsals=rehearsals,
            patience=patience,
            page_patience=patience + 5,
            letters=Letters(box),
            now=lambda: clock[0],
        )
        app = make_app(services, dispatch=False)
        transport = httpx2.ASGITransport(app)
        async with (
            httpx2.AsyncClient(
                transport=transport, base_url="http://people.example", headers={"Authorization": f"Bearer {KEY}"}
            ) as api,
            httpx2.AsyncClient(transport=transport, base_url="http://people.example") as person,
        ):
            yield Desk(pool, lifecycles, temporal, deliverer, app, api, person, clock, letters=box.kept)


def fields(answer: httpx2.Response) -> dict[str, str]:
    """The fields that a problem names, with its message for each."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return {one["field"]: one["message"] for one in answer.json()["errors"]}


async def until(check: Callable[[], Awaitable[bool]], *, within: float = 10) -> None:
    """Return once `check` holds; fails after `within` seconds."""
    end = time.monotonic() + within
    while not await check():
        assert time.monotonic() < end, f"not so within {within} s"
        await asyncio.sleep(0.02)
