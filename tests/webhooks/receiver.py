"""A receiver of webhooks in this process, and everything around a sender that a test may want to turn."""

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from activities.mailer import Mail, MailResult
from activities.webhooks.courier import Courier
from activities.webhooks.guard import Guard, Resolve, resolve
from activities.webhooks.owners import Owners
from activities.webhooks.sender import Sender
from activities.webhooks.signing import Keys
from records import deliveries, lifecycles, webhooks
from records.pool import Pool
from schemas.webhooks import Delivery, DeliveryState
from tests.records.lives import Life
from tests.records.test_feed import readable

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
OWNER = "integrations@example.org"


class Got(NamedTuple):
    """One request."""

    headers: dict[str, str]
    body: str

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.body)


class Receiver:
    """Answers what it is told to; `answers` first, then `status` for ever."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.status, self.headers, self.answers = 204, "", list[int]()
        self.slow: Callable[[], Awaitable[object]] | None = None
        self.url = ""

    @property
    def ids(self) -> list[str]:
        return [one.headers["webhook-id"] for one in self.got]

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # whoever called has gone, or was killed
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.got.append(Got(headers, body.decode()))
        if self.slow is not None:
            await self.slow()
        status = self.answers.pop(0) if self.answers else self.status
        writer.write(f"HTTP/1.1 {status} So\r\n{self.headers}Content-Length: 0\r\n\r\n".encode())


class KeptMail:
    """Keeps the mail that it is given; `outcomes` first, then all is sent. `slow`: not before it is set."""

    domain = "example.org"

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.outcomes: list[MailResult] = []
        self.slow: asyncio.Event | None = None

    async def send(self, mail: Mail) -> MailResult:
        self.sent.append(mail)
        if self.slow is not None:
            await self.slow.wait()
        return self.outcomes.pop(0) if self.outcomes else MailResult("sent")


class Stage:
    """One database with a sender whose clock the test turns."""

    def __init__(
        self, pool: Pool, *, keys: Sequence[str] = (), seconds: float = 5, resolver: Resolve = resolve
    ) -> None:
        self.pool, self.keys, self.mails, self.clock = pool, Keys(keys), KeptMail(), [datetime.now(UTC)]
        self.courier = Courier(Guard(local=True, resolver=resolver), trusted=NO_CERTIFICATES, seconds=seconds)
        self.sender = self.another()
        self.lives = 0

    @property
    def now(self) -> datetime:
        return self.clock[0]

    def another(self) -> Sender:
        """One more process that sends."""
        now = self.clock.__getitem__
        owners = Owners(self.mails, now=lambda: now(0))
        return Sender(self.pool, self.courier, self.keys, owners, now=lambda: now(0))

    async def hook(self, url: str, *types: str, id_: str = "wh-1", personal_data: bool = False) -> str:
        """Make a webhook; gives its secret."""
        async with self.pool.acquire() as conn:
            await readable(conn)
            await webhooks.create(
                conn,
                id_,
                url=url,
                owner=OWNER,
                purpose="tests",
                types=types,
                personal_data=personal_data,
                after=None,
                now=self.now,
            )
        return await self.secret(id_)

    async def secret(self, id_: str = "wh-1") -> str:
        kept, shown = self.keys.make()
        async with self.pool.acquire() as conn:
            await webhooks.add_secret(conn, id_, f"sec-{shown[-9:-1]}", kept, self.now)
        return shown

    async def happen(self, count: int = 1) -> list[str]:
        """Let placements be proposed; the ids of their events, two each, in order."""
        told: list[str] = []
        async with self.pool.acquire() as conn:
            for _ in range(count):
                self.lives += 1
                batch = Life(f"pl-{self.lives}").batch()
                await lifecycles.record_batch(conn, batch)
                told += [f"placement-{batch.id}-1-{fact.seq}" for fact in batch.facts]
            await readable(conn)
        return told

    async def drain(self, **wait: float) -> None:
        """Let time go by, then send what is due."""
        self.clock[0] += timedelta(**wait)
        await self.sender.drain()

    async def pass_time(self, until: timedelta) -> list[timedelta]:
        """Send at every moment at which something is due, until so long from now; how long before each."""
        began, waits = self.now, list[timedelta]()
        await self.sender.drain()
        while True:
            async with self.pool.acquire() as conn:
                heads = await deliveries.heads(conn, but=[], limit=1)
            if not heads or heads[0][1] - began > until:
                self.clock[0] = began + until
                return waits
            waits.append(heads[0][1] - self.now)
            self.clock[0] = max(heads[0][1], self.now)
            await self.sender.drain()

    async def log(self, state: DeliveryState | None = None, id_: str = "wh-1") -> list[Delivery]:
        async with self.pool.acquire() as conn:
            return (await deliveries.page(conn, id_, state=state, before=None, limit=200))[::-1]

    async def view(self, id_: str = "wh-1") -> Any:
        async with self.pool.acquire() as conn:
            return await webhooks.get(conn, id_, self.now)


@asynccontextmanager
async def receiving() -> AsyncGenerator[Receiver]:
    """A receiver on this machine."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?key=hidden"
    async with server:
        yield receiver
