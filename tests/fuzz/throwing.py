"""Throwing inputs at a gateway and judging each answer: it says whose turn it is, and is never a fault."""

import asyncio
import re
import traceback
from collections import Counter
from typing import NamedTuple

import httpx2

from cli.demo.paper import Paper
from tests.fuzz.filling import Odd, has_form, send_as_it_is, send_filled
from tests.fuzz.inputs import LINK, STAFF, Thrown
from tests.fuzz.scene import Scene

AT_ONCE = 8
LONG = re.compile(r"[^/]*[0-9%][^/]*|[^/]{25,}")
"""Parts of an address that are ids or tokens."""
UNSENT = (httpx2.LocalProtocolError, httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeEncodeError)
"""What no client sends: there is nothing to answer."""


class Fell(NamedTuple):
    """What came of a batch: a line or more for each input that met a fault, and how each was answered at last.

    `unsent` were drawn, but no client sends them; they do not count.
    """

    wrong: list[str]
    answers: Counter[str]
    unsent: int = 0

    @property
    def sent(self) -> int:
        """How many inputs were sent."""
        return self.answers.total()


async def thrown(scene: Scene, inputs: list[Thrown]) -> Fell:
    """Send them all, several at once."""
    gate = asyncio.Semaphore(AT_ONCE)
    wrong: list[str] = []
    answers: Counter[str] = Counter()

    async def one_by_one(one: Thrown) -> None:
        async with gate:
            try:
                answer = await (_page(scene, one) if one.to == "page" else _request(scene, one))
                status, told = str(answer.status_code), _judged(answer)
            except UNSENT:
                return
            except Exception:  # noqa: BLE001 - no answer at all
                status, told = "none", traceback.format_exc(limit=-2)
        answers[f"{one.to} {status}"] += 1
        if told:
            wrong.append(f"{one.told}\n{told}")

    await asyncio.gather(*(one_by_one(one) for one in inputs))
    return Fell(wrong, answers, len(inputs) - answers.total())


async def _request(scene: Scene, one: Thrown) -> httpx2.Response:
    client = scene.api
    if one.where.startswith("/console"):
        client = scene.staff[len(one.body) % len(scene.staff)]
    elif one.where.startswith(("/f/", "/calendar/")):
        client = scene.person
    body = b"" if one.name in {"GET", "HEAD"} else scene.named(one.body.decode("latin-1")).encode("latin-1")
    headers = [(name.encode(), _encoded(scene.named(value))) for name, value in one.headers]
    return await client.request(one.name, scene.named(one.where), content=body, headers=headers)


async def _page(scene: Scene, one: Thrown) -> httpx2.Response:
    """Open a page, fill its form in as asked for, send it, and (`through`) go on to the last page there is."""
    if one.where.startswith(LINK):
        number, slash, rest = one.where.removeprefix(LINK).replace("?", "/?").partition("/")
        rest = rest if rest.startswith("?") else slash + rest
        client, where = scene.person, scene.links[int(number) % len(scene.links)] + (rest if rest != "/" else "")
    else:
        who, _, rest = one.where.removeprefix(STAFF).partition("/")
        client, where = scene.staff[int(who) % len(scene.staff)], f"/{rest}"
    answer = await client.get(scene.named(where), follow_redirects=True)
    for step in range(3 if one.name == "through" else 1):
        paper = Paper(answer.text)
        if not has_form(answer, paper):
            return answer
        here = str(answer.url)
        if step == 0:
            answer = await send_filled(client, here, paper, Odd(one.changes, one.body))
        else:
            answer = await send_as_it_is(client, here, paper)
    return answer


def _judged(answer: httpx2.Response) -> str | None:
    """What is wrong with an answer: a fault, or a traceback shown to whoever asked."""
    if answer.status_code < 500 and "Traceback (most recent call last)" not in answer.text:
        return None
    asked = f"{answer.request.method} {LONG.sub('...', answer.request.url.path)}"
    return f"{answer.text[:200]}\nanswered {answer.status_code} to {asked}"


def _encoded(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode(errors="surrogatepass")
