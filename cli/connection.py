"""How a command finds what it talks to: the environment first, else the stack that runs on the data folder."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2

from cli.errors import UserError
from cli.stack.found import StackFile, find_stack
from cli.stack.processes import told


def stack_on(data: Path) -> StackFile:
    """The stack that runs on `data`. Raises UserError when none does."""
    stack = find_stack(data)
    if stack is None:
        raise UserError(f"no stack runs on {data}; start one with ./journeywork up, or name the servers (see README)")
    return stack


def database_url(data: Path) -> str:
    """Where Postgres is. Raises UserError when neither DATABASE_URL nor a running stack tells."""
    return os.environ.get("DATABASE_URL") or stack_on(data).urls.database


def settle_environment(data: Path, process: str = "") -> None:
    """Complete this process's environment from the running stack, for what the caller did not set.

    `process` (worker, gateway) signs in to Postgres as its own user, where the stack has one.
    """
    stack = find_stack(data)
    if stack is None:
        return
    known = told(
        {},
        ports=stack.ports,
        database=stack.databases.get(process, stack.urls.database),
        temporal=stack.urls.temporal,
        smtp=stack.urls.smtp,
        api_key=stack.api_key,
        caught=stack.urls.mail is not None,
        temporal_ui=stack.urls.temporal_ui,
    )
    for name, value in known.items():
        os.environ.setdefault(name, value)


@asynccontextmanager
async def gateway(data: Path) -> AsyncGenerator[httpx2.AsyncClient]:
    """A client of the gateway with its key: JOURNEYWORK_URL and JOURNEYWORK_API_KEY, else the running stack's.

    Whatever the client is asked for, a gateway that does not answer is a UserError in one line.
    """
    url, key = os.environ.get("JOURNEYWORK_URL"), os.environ.get("JOURNEYWORK_API_KEY")
    if not url or not key:
        stack = stack_on(data)
        url, key = url or stack.urls.gateway, key or stack.api_key
    if not url:
        raise UserError("this stack runs without its gateway; start it with ./journeywork gateway")
    try:
        async with httpx2.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=30) as client:
            yield client
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise UserError(f"the gateway at {url} does not answer ({type(error).__name__})") from None


async def ask(client: httpx2.AsyncClient, method: str, path: str, **sent: Any) -> httpx2.Response:
    """One request. Raises UserError in one line when the gateway says no."""
    answer = await client.request(method, path, **sent)
    if answer.is_error:
        raise UserError(said(answer))
    return answer


def said(answer: httpx2.Response) -> str:
    """A refusal in one line, from its problem+json."""
    try:
        body: dict[str, Any] = answer.json()
    except ValueError:
        return f"the gateway answered {answer.status_code}"
    errors: list[dict[str, str]] = body.get("errors") or []
    if errors:
        return "; ".join(f"{one.get('field')}: {one.get('message')}" for one in errors)
    return str(body.get("detail") or body.get("title") or answer.status_code)
