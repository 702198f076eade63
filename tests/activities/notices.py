"""What tests of messages share: whom a placement's life tells, what is recorded of it, and the links in mails."""

import re

from records import lifecycles
from records.pool import Pool
from schemas.effects import Notify
from tests.records.lives import Life

URL = "https://placements.example.org"
LINK = re.compile(rf"{URL}/f/([A-Za-z0-9_-]{{43}})")


def asked(life: Life, message: str = "request_opened_ask") -> Notify:
    """Whom the life first tells that."""
    return next(one for one in life.effects if isinstance(one, Notify) and one.message == message)


async def record(pool: Pool, life: Life) -> None:
    """Keep what the life has come to."""
    async with pool.acquire() as conn:
        await lifecycles.record_batch(conn, life.batch())
