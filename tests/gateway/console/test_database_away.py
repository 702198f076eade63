"""Postgres away, from the start or in the middle: every route says 503 and when to try again, none has a fault."""

from collections.abc import AsyncGenerator, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.delivery import Deliverer
from gateway.health import Health
from records.pool import Connection, Pool
from tests.gateway.console.test_every_route import filled
from tests.gateway.console.visitor import COORDINATOR, FORM, SPECIALIST, Visitor
from tests.gateway.desk import KEY, Desk
from tests.gateway.test_app import routes

ALONE = {"/docs", "/openapi.json", "/healthz", "/events/types", "/programs", "/", "/console/sign-in"}
WITHOUT_DATABASE = ALONE | {"/console/sign-in/{token}"}


class FadingPool:
    """A pool whose server goes away after so many statements."""

    def __init__(self, pool: Pool, statements: int) -> None:
        self._pool, self.left = pool, statements

    def acquire(self, *, timeout: float | None = None) -> AbstractAsyncContextManager[Any]:
        return self._lent(self._pool.acquire(timeout=timeout))

    @asynccontextmanager
    async def _lent(self, lending: AbstractAsyncContextManager[Connection]) -> AsyncGenerator[Any]:
        self.spend()
        async with lending as conn:
            yield FadingConnection(conn, self)

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise ConnectionResetError


class FadingConnection:
    """A connection of it."""

    def __init__(self, conn: Connection, pool: FadingPool) -> None:
        self._conn, self._pool = conn, pool

    def __getattr__(self, name: str) -> Any:
        if name in {"execute", "executemany", "fetch", "fetchrow", "fetchval"}:
            self._pool.spend()
        return getattr(self._conn, name)


@contextmanager
def fading(desk: Desk, statements: int) -> Generator[None]:
    """A gateway whose database goes away after so many statements."""
    before = desk.app.state.services
    pool: Any = FadingPool(desk.pool, statements)
    desk.app.state.services = replace(
        before, pool=pool, deliverer=Deliverer(pool, desk.lifecycles), health=Health(pool, desk.temporal)
    )
    try:
        yield
    finally:
        desk.app.state.services = before


@pytest.mark.parametrize("statements", [0, 2, 5])
async def test_without_its_database_every_route_says_when_to_try_again(
    office: Desk, ids: dict[str, str], statements: int
) -> None:
    visitors = [await Visitor(office).sign_in(who) for who in (SPECIALIST, COORDINATOR)]
    token = (await office.link(id_="pl-101")).removeprefix("/f/")
    event = office.event("offer.made", "pl-101")
    answered: set[int] = set()
    with capture_logs():
        for method, path in sorted(routes(office)):
            address = filled(path, ids).replace("x" * 43, token)
            for visitor in visitors if path.startswith("/console") else visitors[:1]:
                sent: dict[str, Any] = {"headers": {"Authorization": f"Bearer {KEY}"}}
                if path.startswith(("/f/", "/console")) and method == "POST":
                    key = await visitor.key() if path.startswith("/console") else ""
                    sent = {"content": f"key={key}&decision=accept&day=2027-06-10", "headers": FORM}
                elif path == "/inbox/replay":
                    sent["json"] = {"all": True}
                elif method == "POST":
                    sent["json"] = event
                with fading(office, statements):
                    answer = await visitor.http.request(method, address, **sent)
                answered.add(answer.status_code)
                assert answer.status_code < 500 or answer.status_code == 503, (method, path, answer.text)
                assert answer.status_code != 503 or int(answer.headers["retry-after"]) > 0, (method, path)
                if statements == 0 and path not in WITHOUT_DATABASE:
                    assert answer.status_code != 200, (method, path)
    assert 503 in answered
