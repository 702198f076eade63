"""Mail that the gateway itself sends: links to sign in. How it leaves is the business of whoever starts the gateway."""

import asyncio
from typing import NamedTuple, Protocol

import structlog

TRIES = (0.0, 2.0, 10.0, 30.0)
"""Seconds before each try: a link that comes later than that is asked for again."""

log = structlog.get_logger("letters")


class Letter(NamedTuple):
    """One mail to one person."""

    to: str
    name: str
    subject: str
    text: str
    html: str


class LetterBox(Protocol):
    """Whatever takes letters."""

    async def send(self, letter: Letter) -> tuple[str, str | None]:
        """What became of it: `sent`, `bounced` or `deferred`, and a reason in one word; raises nothing."""
        ...


class Letters:
    """Sends letters after the answer has left, so that nobody can tell by the time it took whether one was sent."""

    def __init__(self, box: LetterBox | None) -> None:
        """Take where letters go; without one they are counted as not sent."""
        self._box = box
        self._tasks: set[asyncio.Task[None]] = set()

    def soon(self, letter: Letter) -> None:
        """Send it in the background, with a few tries."""
        task = asyncio.create_task(self._send(letter))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait for what is on its way."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send(self, letter: Letter) -> None:
        if self._box is None:
            log.warning("a letter was not sent", reason="no mail server is set")
            return
        outcome, reason = "deferred", None
        for wait in TRIES:
            await asyncio.sleep(wait)
            outcome, reason = await self._box.send(letter)
            if outcome != "deferred":
                break
        if outcome != "sent":
            log.warning("a letter was not sent", outcome=outcome, reason=reason)
