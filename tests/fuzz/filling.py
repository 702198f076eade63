"""Filling in a page's form and sending it: something right in every control, but for what an input changes."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urljoin

import httpx2

from cli.demo.paper import Control, Paper

FORM = "application/x-www-form-urlencoded"
OFF = "/console/sign-out"
RIGHT = {"date": "2027-07-09", "number": "1", "textarea": "Comes on time.", "email": "yolanda.fitch@example.org"}


class Odd(NamedTuple):
    """What of a page's form is not simply right.

    `changes` are which of its controls (0 to 1) holds what; `upload` is in its files; `decision` is taken if it can be.
    """

    changes: Sequence[tuple[float, str]] = ()
    upload: bytes = b""
    decision: str = ""


def has_form(answer: httpx2.Response, paper: Paper) -> bool:
    """Whether there is something to send, but for signing out."""
    return answer.status_code < 400 and paper.action != OFF and bool(paper.controls or paper.button)


async def send_filled(client: httpx2.AsyncClient, here: str, paper: Paper, odd: Odd) -> httpx2.Response:
    """Fill a page's form in and send it."""
    values = {**_filled(paper, odd.decision), **paper.button}
    names = sorted(paper.controls)
    for at, value in odd.changes if names else ():
        values[names[min(int(at * len(names)), len(names) - 1)]] = value
    files = [name for name, control in paper.controls.items() if control.kind == "file"]
    if not files:
        return await _post(client, here, paper, values)
    sent = {name: (f"{name}.csv", odd.upload) for name in files}
    address = urljoin(here, paper.action)
    return await client.post(address, data=_sendable(values), files=sent, follow_redirects=True)


async def send_as_it_is(client: httpx2.AsyncClient, here: str, paper: Paper) -> httpx2.Response:
    """Press a page's button."""
    return await _post(client, here, paper, paper.as_it_is)


async def _post(client: httpx2.AsyncClient, here: str, paper: Paper, values: Mapping[str, str]) -> httpx2.Response:
    content = str(httpx2.QueryParams(_sendable(values)))
    headers = {"content-type": FORM}
    return await client.post(urljoin(here, paper.action), content=content, headers=headers, follow_redirects=True)


def _filled(paper: Paper, decision: str) -> dict[str, str]:
    """Something right in each control: the decision, or the last of what can be chosen."""
    return {one.name: _right(one, decision) for one in paper.controls.values() if one.kind != "file"}


def _right(control: Control, decision: str) -> str:
    if control.kind == "hidden":
        return control.values[0]
    if decision and decision in control.values:
        return decision
    chosen = [value for value in control.values if value]
    return chosen[-1] if chosen else RIGHT.get(control.kind, "Ada Example")


def _sendable(values: Mapping[str, str]) -> dict[str, Any]:
    return {name: value.encode(errors="replace").decode() for name, value in values.items()}
