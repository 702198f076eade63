"""The intermediary's own system: it sends events, each under an id of this run."""

from collections.abc import Mapping
from typing import Any

import httpx2


class Intermediary:
    """Sends events to one gateway."""

    def __init__(self, api: httpx2.AsyncClient, *, source: str, run: str) -> None:
        self._api, self._source, self._run = api, source, run
        self._sent = 0

    async def send(self, type_: str, subject: str, data: Mapping[str, Any]) -> httpx2.Response:
        """Send one event; `type_` has no prefix."""
        self._sent += 1
        event = {
            "specversion": "1.0",
            "id": f"{self._run}-{self._sent}",
            "source": self._source,
            "type": f"org.journeywork.{type_}",
            "subject": subject,
            "data": dict(data),
        }
        return await self._api.post("/events", json=event)
