"""A process that starts before its servers waits for them, and says in the end which one never came."""

import asyncio

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from cli.errors import UserError
from cli.stack.ports import free_port
from cli.waiting import connected, pool_once_there
from gateway.serve import serve
from tests.cli.started import until_answers
from workers.settings import Settings


async def test_a_server_that_stays_away_is_named_with_its_address_and_without_its_password() -> None:
    port = free_port()
    settings = Settings.model_validate(
        {"DATABASE_URL": f"postgresql://me:secret@127.0.0.1:{port}/x", "TEMPORAL_ADDRESS": f"127.0.0.1:{port}"}
    )
    with pytest.raises(UserError, match=rf"^Temporal at 127\.0\.0\.1:{port} does not answer; gave up after 0 s$"):
        await connected(settings, patience=0.1)
    with pytest.raises(UserError, match=rf"^Postgres at 127\.0\.0\.1:{port} does not answer; gave up after 0 s$"):
        async with pool_once_there(settings, size=1, patience=0.1):
            pass


async def test_a_gateway_that_is_told_to_stop_answers_what_it_has_begun_and_takes_nothing_new() -> None:
    port, begun = free_port(), asyncio.Event()

    async def slow(_: Request) -> PlainTextResponse:
        begun.set()
        await asyncio.sleep(0.3)
        return PlainTextResponse("done")

    serving = asyncio.create_task(serve(Starlette(routes=[Route("/slow", slow)]), "127.0.0.1", port))
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        await until_answers(f"http://127.0.0.1:{port}/")
        answering = asyncio.create_task(http.get("/slow"))
        await begun.wait()
        serving.cancel()
        await asyncio.sleep(0.15)
        with pytest.raises(httpx2.ConnectError):
            async with httpx2.AsyncClient() as late:
                await late.get(f"http://127.0.0.1:{port}/slow")
        assert (await answering).text == "done"
    with pytest.raises(asyncio.CancelledError):
        await serving
