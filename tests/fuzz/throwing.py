"""Throwing inputs and judging what came of each: an answer that says whose turn it is, and never a fault."""

import asyncio
import traceback
from datetime import date

from structlog.testing import capture_logs

from catalog.yaml_check import CatalogError, parse_checked
from cli.form_checks import UsableForm
from cli.program_checks import UsableProgram
from gateway.imports.run import import_source
from gateway.imports.sources import Held
from tests.fuzz.inputs import Thrown
from tests.gateway.desk import Desk, until
from tests.gateway.test_delivery import dispatching, is_empty

TODAY = date(2027, 6, 1)


async def thrown(desk: Desk, inputs: list[Thrown]) -> list[str]:
    """What went wrong: a line for each input that met a fault, or left something stuck or parked behind."""
    wrong: list[str] = []
    with capture_logs() as logs:
        for one in inputs:
            try:
                told = await _throw(desk, one)
            except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
                told = traceback.format_exc(limit=-3)
            if told:
                wrong.append(f"{one.to} {one.name} {one.where} {one.headers}\n{one.body[:2000]!r}\n{told}")
        async with dispatching(desk):
            try:
                await until(lambda: is_empty(desk), within=60)
            except AssertionError:
                wrong.append("something is stuck in the inbox")
    wrong += [f"logged: {one}" for one in logs if "fault" in one["event"]]
    if parked := await desk.count("select count(*) from inbox where problem->>'code' = 'fault'"):
        wrong.append(f"{parked} events are parked by a fault")
    return wrong


async def _throw(desk: Desk, one: Thrown) -> str | None:
    if one.to == "yaml":
        model = UsableProgram if one.name == "programs" else UsableForm
        try:
            await asyncio.to_thread(parse_checked, one.body.decode(), one.where, model)
        except CatalogError:
            return None
        return None
    if one.to == "csv":
        async with desk.pool.acquire() as conn:
            kind = "employers" if one.name == "employers" else "opportunities"
            await import_source(conn, kind, Held(f"{kind}.csv", one.body), today=TODAY, dry_run=True)
        return None
    client = desk.person if one.where.startswith(("/f/", "/console")) else desk.api
    content = one.body if one.name not in {"GET", "HEAD"} else b""
    answer = await client.request(one.name, one.where, content=content, headers=one.headers)
    return f"answered {answer.status_code}" if answer.status_code >= 500 else None
