"""One event to each of many live placements: what it would change is looked at first, then it is sent, one by one.

Every placement decides for itself and keeps its own record of it; doing it again changes nothing any more.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal, TypeVar

import httpx2

from cli.connection import ask, said
from cli.errors import UserError
from schemas.checks import meant
from schemas.foreseen import Foreseen

AT_ONCE = 8
TRIES = 4
PAGE = 200
T = TypeVar("T")
R = TypeVar("R")
View = Mapping[str, Any]


@dataclass(frozen=True)
class Event:
    """What is sent to each placement: its type without prefix, its data, who sends it, and this run's own name."""

    type: str
    data: Mapping[str, Any]
    by: str
    run: str

    def about(self, placement_id: str) -> dict[str, Any]:
        """The CloudEvent about one placement; in one run it always has the same id."""
        return {
            "specversion": "1.0",
            "id": f"{self.run}-{placement_id}",
            "source": f"/cli/{self.by}",
            "type": f"org.journeywork.{self.type}",
            "subject": placement_id,
            "data": dict(self.data),
        }


@dataclass(frozen=True)
class Outlook:
    """One placement and what the event would change for it; `unknown` says why that cannot be told now."""

    view: View
    foreseen: Foreseen | None
    unknown: str | None = None

    @property
    def id(self) -> str:
        """The placement's id."""
        return str(self.view["id"])

    @property
    def moves(self) -> bool:
        """Whether the event would do something there."""
        return self.foreseen is not None and self.foreseen.happens

    @property
    def kept_by(self) -> str | None:
        """Why it cannot be done there; None when it can, or is done already."""
        return self.unknown or (self.foreseen.reason if self.foreseen else None)


@dataclass(frozen=True)
class Sent:
    """What became of the event at one placement, and why if it was refused."""

    id: str
    status: Literal["applied", "accepted", "refused"]
    why: str = ""


async def catalogue_version(client: httpx2.AsyncClient, program: str) -> str:
    """The version of a placement program in the gateway's catalogue. Raises UserError when there is no such program."""
    items: list[dict[str, str]] = (await ask(client, "GET", "/programs")).json()["items"]
    known = {one["id"]: one["version"] for one in items if one["lifecycle"] == "placement"}
    if program not in known:
        raise UserError(f"there is no program {program}{meant(program, sorted(known))}")
    return known[program]


async def live_placements(client: httpx2.AsyncClient, program: str, only: Sequence[str] = ()) -> list[View]:
    """The program's placements without an outcome, or those of them that are named. Raises UserError for a stranger."""
    views = [view async for view in _pages(client, {"program": program, "live": "true", "limit": str(PAGE)})]
    if not only:
        return views
    by_id = {view["id"]: view for view in views}
    strangers = [id_ for id_ in only if id_ not in by_id]
    if strangers:
        raise UserError(f"--placements: {', '.join(strangers)} is no live placement of {program}")
    return [by_id[id_] for id_ in dict.fromkeys(only)]


async def _pages(client: httpx2.AsyncClient, params: dict[str, str]) -> AsyncGenerator[View]:
    cursor: str | None = None
    while True:
        page = (await ask(client, "GET", "/placements", params=params | ({"cursor": cursor} if cursor else {}))).json()
        for view in page["items"]:
            yield view
        cursor = page.get("next")
        if not cursor:
            return


async def look_ahead(client: httpx2.AsyncClient, views: Iterable[View], event: Event) -> list[Outlook]:
    """What the event would change for each placement, asked of the placement itself."""

    async def one(view: View) -> Outlook:
        answer = await _patiently(lambda: client.post("/events/preview", json=event.about(view["id"])))
        if answer.is_error:
            return Outlook(view, None, said(answer))
        return Outlook(view, Foreseen.model_validate_json(answer.content))

    return await _each(views, one, lambda _: None)


async def send_each(
    client: httpx2.AsyncClient, ids: Iterable[str], event: Event, told: Callable[[Sent], None]
) -> list[Sent]:
    """Send the event to each placement; `told` hears of each as it is done."""

    async def one(id_: str) -> Sent:
        answer = await _patiently(lambda: client.post("/events", json=event.about(id_)))
        if answer.is_error:
            return Sent(id_, "refused", said(answer))
        return Sent(id_, answer.json()["status"])

    return await _each(ids, one, told)


async def _patiently(request: Callable[[], Awaitable[httpx2.Response]]) -> httpx2.Response:
    """One request, repeated while the gateway says that it cannot answer now."""
    for turn in range(1, TRIES):
        answer = await request()
        if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
            return answer
        await asyncio.sleep(turn)
    return await request()


async def _each(things: Iterable[T], do: Callable[[T], Awaitable[R]], told: Callable[[R], None]) -> list[R]:
    """Do it for all, a few at once; results in the order of the things."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(thing: T) -> R:
        async with gate:
            done = await do(thing)
        told(done)
        return done

    return list(await asyncio.gather(*(one(thing) for thing in things)))


def moment(at: datetime | None) -> str | None:
    """An instant as the API writes it."""
    return at.isoformat() if at else None
