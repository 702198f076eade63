"""The people's mail: what has come to the catcher since the last look, for whom, about what, with which link."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx2

from cli.demo.cast import Person

REFERENCE = re.compile(r"^Referenc(?:e|ia): ([A-Za-z0-9][A-Za-z0-9._:-]*)(?:/([A-Za-z0-9._:-]+))?$")
LINK = re.compile(r"https?://\S+/f/[A-Za-z0-9_-]+(?=\s|$)")


class About(NamedTuple):
    """What a mail, or one part of it, is about, and the link at which that is answered, if it asks for an answer."""

    lifecycle_id: str
    request_id: str | None
    link: str | None


def told_in(text: str) -> list[About]:
    """Everything that one mail tells: each reference comes after the link that belongs to it."""
    found: list[About] = []
    link: str | None = None
    for line in text.splitlines():
        if reference := REFERENCE.match(line):
            found.append(About(reference[1], reference[2], link))
            link = None
        elif link is None and (linked := LINK.search(line)):
            link = linked[0]
    return found


class Letter(NamedTuple):
    """What a mail says to somebody of the cast: about what, and if it asks for an answer the request and its link."""

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
            reader = self._mailboxes.get(message["to"])
            if reader is not None:
                letters += [Letter(reader, *about) for about in told_in(str(message["text"]))]
        return letters

    async def _messages(self) -> list[dict[str, Any]]:
        return (await self._client.get(f"{self._url}/messages.json", params={"after": str(self._last)})).json()
