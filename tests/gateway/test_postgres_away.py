"""Postgres stops and comes back while the gateway runs: 503 meanwhile, nothing to restart afterwards."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cli.stack.ports import free_port
from cli.stack.postgres import postgres
from records.health import PostgresAwayError, borrow
from records.migrate import migrate
from records.pool import open_pool
from tests.chaos.proxy import proxied
from tests.gateway.desk import Desk, gateway_on, until


async def test_the_gateway_outlives_a_stop_of_its_database(tmp_path: Path) -> None:
    port = free_port()
    server = postgres(tmp_path / "pg", port, durable=False)
    url = await server.__aenter__()
    await migrate(url)
    async with gateway_on(url) as desk:
        assert (await desk.person.get("/readyz")).status_code == 200
        await server.__aexit__(None, None, None)

        answers = [await desk.api.get("/placements"), await desk.send("offer.made", "pl-1")]
        assert [answer.status_code for answer in answers] == [503, 503]
        await until(lambda: ready_is(desk, 503))

        async with postgres(tmp_path / "pg", port, durable=False):
            await until(lambda: ready_is(desk, 200))
            assert (await desk.api.get("/placements")).json() == {"items": [], "next": None}


async def ready_is(desk: Desk, status: int) -> bool:
    return (await desk.person.get("/readyz")).status_code == status


async def test_a_database_behind_a_broken_line_is_away_and_back_when_the_line_is(database: str) -> None:
    parts = urlsplit(database)
    async with proxied(str(parts.hostname), parts.port or 5432) as proxy:
        url = database.replace(f":{parts.port}/", f":{proxy.port}/")
        async with open_pool(url, size=2) as pool:
            async with borrow(pool) as conn:
                assert await conn.fetchval("select 1") == 1
            proxy.make("shut")
            proxy.cut()
            with pytest.raises(PostgresAwayError):
                async with borrow(pool, wait_seconds=1) as conn:
                    await conn.fetchval("select 1")
            proxy.make("none")
            async with borrow(pool) as conn:
                assert await conn.fetchval("select 1") == 1
