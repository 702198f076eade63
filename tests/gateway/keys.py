"""Keys of the API for tests."""

from datetime import datetime

from records import api_keys
from records.health import borrow
from schemas.keys import Scope
from tests.gateway.desk import Desk


async def key_with(
    desk: Desk, *scopes: Scope, organisations: list[str] | None = None, expires_at: datetime | None = None
) -> str:
    """A key's secret."""
    async with borrow(desk.pool) as conn:
        _, secret = await api_keys.create(
            conn,
            name="a system",
            purpose="the school's own information system",
            scopes=scopes,
            organisations=organisations,
            now=desk.now,
            expires_at=expires_at,
        )
    return secret
