"""Under more than it can do the gateway says when to come again, before anything grows; nobody waits for the absent."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from gateway.answers import GIVEN_UP
from gateway.pressure import BYTES_AT_ONCE, Pressure
from gateway.room import Room
from gateway.uploads import MAX_FILES, MAX_READ
from records.pool import open_pool
from tests.gateway.desk import KEY, Desk, gateway_on, until
from tests.gateway.test_delivery import dispatching, is_empty


async def held(*_: Any) -> Any:
    """An application that never answers."""
    await asyncio.Event().wait()


@pytest.fixture
async def crowded() -> AsyncIterator[tuple[Pressure, list[asyncio.Task[None]]]]:
    app = Pressure(held, at_once=10)
    tasks: list[asyncio.Task[None]] = []
    yield app, tasks
    for task in tasks:
        task.cancel()


def under_way(app: Pressure, tasks: list[asyncio.Task[None]], count: int, *headers: tuple[bytes, bytes]) -> None:
    scope = {"type": "http", "path": "/events", "headers": list(headers)}
    tasks += [asyncio.create_task(app(scope, held, held)) for _ in range(count)]


async def asked(app: Pressure, path: str, body: bytes = b"") -> httpx2.Response:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://x") as client:
        return await client.post(path, content=body)


@pytest.mark.parametrize(("count", "length"), [(10, 1), (2, BYTES_AT_ONCE // 2)])
async def test_a_request_too_many_is_turned_away_unread(
    crowded: tuple[Pressure, list[asyncio.Task[None]]], count: int, length: int
) -> None:
    app, tasks = crowded
    under_way(app, tasks, count, (b"content-length", str(length).encode()))
    await asyncio.sleep(0)

    api, page, console = [await asked(app, path, b"a=b") for path in ("/events", "/f/x", "/console")]

    assert (api.status_code, api.json()["code"], api.headers["retry-after"]) == (429, "too_many", "1")
    assert [one.status_code for one in (page, console)] == [503, 503]
    assert all(int(one.headers["retry-after"]) > 0 and "<html" in one.text for one in (page, console))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await asked(app, "/events")


async def test_one_large_request_alone_is_let_in() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await asked(Pressure(held, at_once=10), "/events", b"x" * 1024)


async def test_files_of_unknown_length_count_for_as_much_as_is_read_of_them(
    crowded: tuple[Pressure, list[asyncio.Task[None]]],
) -> None:
    app, tasks = crowded
    files = ((b"transfer-encoding", b"chunked"), (b"content-type", b"multipart/form-data; boundary=x"))
    under_way(app, tasks, BYTES_AT_ONCE // (MAX_FILES * MAX_READ), *files)
    await asyncio.sleep(0)

    async with asyncio.timeout(5):
        assert (await asked(app, "/f/x", b"x" * MAX_FILES * MAX_READ)).status_code == 503


async def test_full_and_free_again_is_told_once_each() -> None:
    app = Pressure(held, at_once=1)
    for _ in range(2):
        tasks: list[asyncio.Task[None]] = []
        under_way(app, tasks, 2)
        with capture_logs() as logs:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        assert [one["event"] for one in logs] == ["turning away", "taking again"]


async def test_what_waits_is_counted_once_however_many_ask_at_the_same_time(desk: Desk) -> None:
    room = Room(1, lambda: 0.0)
    with pytest.MonkeyPatch.context() as patched:
        counted: list[int] = []

        async def waits_at_least(*_: Any) -> bool:
            counted.append(1)
            await asyncio.sleep(0)
            return False

        patched.setattr("records.inbox.waits_at_least", waits_at_least)
        await asyncio.gather(*(room.check(desk.pool) for _ in range(5)))
    assert counted == [1]


async def test_while_too_much_waits_no_event_is_taken_and_then_they_are_again(desk: Desk) -> None:
    await desk.proposed()
    clock = [0.0]
    services = desk.app.state.services
    desk.app.state.services = replace(services, room=Room(2, lambda: clock[0]))
    desk.lifecycles.away = True
    assert [(await desk.send("offer.made", "pl-1")).status_code for _ in range(2)] == [202, 202]

    clock[0] += 2
    full = await desk.send("offer.made", "pl-1")
    handed_in = await desk.person.post(
        await desk.link(), content="decision=accept", headers={"content-type": "application/x-www-form-urlencoded"}
    )
    desk.lifecycles.away = False
    async with dispatching(desk):
        await until(lambda: is_empty(desk))
    clock[0] += 2
    again = await desk.send("offer.accepted", "pl-1")

    assert (full.status_code, full.json()["code"], full.headers["retry-after"]) == (429, "too_many", "15")
    assert "2 events wait to be delivered" in full.json()["detail"]
    assert handed_in.status_code == 200
    assert again.status_code == 200


async def test_a_pool_without_a_free_connection_is_503_with_when_to_try_again(
    peopled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.health.borrow.__wrapped__.__kwdefaults__", {"wait_seconds": 0.1})
    async with open_pool(peopled, size=1) as small, gateway_on(peopled) as desk:
        desk.app.state.services = replace(desk.app.state.services, pool=small)
        async with small.acquire():
            answer = await desk.send("offer.made", "pl-1")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_while_nothing_answers_nobody_waits_and_once_it_does_the_answer_is_told_again(desk: Desk) -> None:
    await desk.proposed()
    desk.lifecycles.away = True
    for _ in range(GIVEN_UP):
        await desk.send("offer.made", "pl-1")

    async def took() -> float:
        began = time.monotonic()
        assert (await desk.send("offer.made", "pl-1")).status_code == 202
        return time.monotonic() - began

    quick = desk.app.state.services
    desk.app.state.services = replace(quick, patience=60)
    assert min([await took() for _ in range(3)]) < 30
    desk.app.state.services = quick
    desk.lifecycles.away = False
    async with dispatching(desk):
        await until(lambda: is_empty(desk))
        assert (await desk.send("offer.accepted", "pl-1", id="last")).status_code == 200


async def test_the_key_is_asked_for_before_anything_is_counted(desk: Desk) -> None:
    assert (await desk.person.post("/events", content=b"{}")).status_code == 401
    assert (
        await desk.api.post("/events", content=b"{}", headers={"Authorization": f"Bearer {KEY}"})
    ).status_code == 422
