"""The people's mail: what has come to the catcher since the last look, for whom, about what, with which link."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx2

from cli.demo.cast import Person

REFERENCE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._:-]*)(?:/([A-Za-z0-9._:-]+))?\s*\Z")
LINK = re.compile(r"https?://\S+/f/[A-Za-z0-9_-]+")


class Letter(NamedTuple):
    """One mail to somebody of the cast: about a lifecycle, and if it asks for an answer the request and its link."""

    reader: Person
    lifecycle_id: str
    request_id: str | None
    link: str | None


class Mailroom:
    """Reads one mail catcher for the people whose mailboxes are given."""

    def __init__(self, client: httpx2.AsyncClient, url: str, mailboxes: Mapping[str, Person]) -> None:
        self._client, self._url, self._mailboxes = client, url, mailboxes
        self._last = 0

    async def skip(self) -> None:
        """Leave alone what is there already."""
        there = await self._messages()
        self._last = int(there[0]["id"]) if there else self._last

    async def new(self) -> list[Letter]:
        """The letters that came since, oldest first."""
        letters: list[Letter] = []
        for message in reversed(await self._messages()):
            self._last = int(message["id"])
            reader, text = self._mailboxes.get(message["to"]), str(message["text"])
            reference, link = REFERENCE.search(text), LINK.search(text)
            if reader is not None and reference is not None:
                letters.append(Letter(reader, reference[1], reference[2], link[0] if link else None))
        return letters

    async def _messages(self) -> list[dict[str, Any]]:
        return (await self._client.get(f"{self._url}/messages.json", params={"after": str(self._last)})).json()
