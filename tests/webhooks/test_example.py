"""The receiver that integrators may start from keeps its promises."""

import json
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest

from examples.webhook_receiver import serve
from records.pool import Pool, open_pool
from tests.webhooks.receiver import Stage

SECRET = "whsec_" + "A" * 43 + "="


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database, size=6) as opened:
        yield opened


@pytest.fixture
def example(tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    server = serve(SECRET, 0, str(tmp_path / "events.db"))
    running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    running.start()
    yield server
    server.shutdown()
    running.join()
    server.server_close()


async def test_the_example_takes_each_event_once_and_nothing_that_is_not_signed(
    pool: Pool, example: ThreadingHTTPServer, capfd: pytest.CaptureFixture[str]
) -> None:
    url, stage = f"http://127.0.0.1:{example.server_address[1]}/", Stage(pool)
    example.RequestHandlerClass.secret = await stage.hook(url)  # type: ignore[attr-defined]
    told = await stage.happen()
    await stage.drain()
    async with pool.acquire() as conn:
        from records import deliveries

        again = await deliveries.deliver_again(conn, "wh-1", stage.now, stage.now)
    await stage.drain()
    async with httpx2.AsyncClient() as anybody:
        forged = await anybody.post(url, json={"type": "org.journeywork.placement.completed", "subject": "pl-1"})

    taken = [json.loads(line) for line in capfd.readouterr().out.splitlines() if line.startswith("{")]
    assert [(one["id"], one["new"]) for one in taken] == [(one, new) for new in (True, False) for one in told]
    assert {one.state for one in await stage.log()} == {"delivered"}
    assert (len(again), forged.status_code) == (len(told), 401)
