"""Postgres stops and comes back while the gateway runs: 503 meanwhile, nothing to restart afterwards."""

from pathlib import Path

from cli.stack.ports import free_port
from cli.stack.postgres import postgres
from records.migrate import migrate
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
