"""Throwing inputs at a gateway and judging each answer: it says whose turn it is, and is never a fault."""

import asyncio
import re
import traceback
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urljoin

import httpx2

from cli.demo.paper import Control, Paper
from tests.fuzz.inputs import FORM, LINK, STAFF, Thrown
from tests.fuzz.scene import Scene

AT_ONCE = 8
OFF = "/console/sign-out"
RIGHT = {"date": "2027-07-09", "number": "1", "textarea": "Comes on time.", "email": "yolanda.fitch@example.org"}
LONG = re.compile(r"[^/]*[0-9%][^/]*|[^/]{25,}")
"""Parts of an address that are ids or tokens."""
UNSENT = (httpx2.LocalProtocolError, httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeError)
"""What no client sends: there is nothing to answer."""


class Fell(NamedTuple):
    """What came of a batch: a line or more for each input that met a fault, and how each was answered at last."""

    wrong: list[str]
    answers: Counter[str]

    @property
    def sent(self) -> int:
        """How many inputs were sent."""
        return self.answers.total()


async def thrown(scene: Scene, inputs: list[Thrown]) -> Fell:
    """Send them all, several at once."""
    gate, fell = asyncio.Semaphore(AT_ONCE), Fell([], Counter())

    async def one_by_one(one: Thrown) -> None:
        async with gate:
            try:
                answer = await (_page(scene, one) if one.to == "page" else _request(scene, one))
                status, told = str(answer.status_code), _judged(answer)
            except UNSENT:
                return
            except Exception:  # noqa: BLE001 - no answer at all
                status, told = "none", traceback.format_exc(limit=-2)
        fell.answers[f"{one.to} {status}"] += 1
        if told:
            fell.wrong.append(f"{one.told}\n{told}")

    await asyncio.gather(*(one_by_one(one) for one in inputs))
    return fell


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
        if answer.status_code >= 400 or paper.action == OFF or not (paper.controls or paper.button):
            return answer
        answer = await _sent(client, str(answer.url), paper, one if step == 0 else None)
    return answer


async def _sent(client: httpx2.AsyncClient, here: str, paper: Paper, one: Thrown | None) -> httpx2.Response:
    """Send a page's form: filled in, with what the input changes; or (None) as it is."""
    values = {**_filled(paper), **paper.button} if one else paper.as_it_is
    names = sorted(paper.controls)
    for at, value in one.changes if one and names else ():
        values[names[min(int(at * len(names)), len(names) - 1)]] = value
    files = [name for name, control in paper.controls.items() if control.kind == "file"]
    address = urljoin(here, paper.action)
    if files and one:
        sent = {name: (f"{name}.csv", one.body) for name in files}
        return await client.post(address, data=_sendable(values), files=sent, follow_redirects=True)
    content = str(httpx2.QueryParams(_sendable(values)))
    return await client.post(address, content=content, headers={"content-type": FORM}, follow_redirects=True)


def _filled(paper: Paper) -> dict[str, str]:
    """Something right in each control, the last of what can be chosen."""
    return {one.name: _right(one) for one in paper.controls.values() if one.kind != "file"}


def _right(control: Control) -> str:
    if control.kind == "hidden":
        return control.values[0]
    chosen = [value for value in control.values if value]
    return chosen[-1] if chosen else RIGHT.get(control.kind, "Ada Example")


def _sendable(values: Mapping[str, str]) -> dict[str, Any]:
    return {name: value.encode(errors="replace").decode() for name, value in values.items()}


def _judged(answer: httpx2.Response) -> str | None:
    """What is wrong with an answer; that Postgres is away may be said, if it is said when to come again."""
    if answer.status_code < 500 or (answer.status_code == 503 and answer.headers.get("retry-after", "").isdigit()):
        return None
    asked = f"{answer.request.method} {LONG.sub('...', answer.request.url.path)}"
    return f"{answer.text[:200]}\nanswered {answer.status_code} to {asked}"


def _encoded(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode(errors="surrogatepass")
