"""A backup of a running stack, put back on another machine's folder: everything in flight carries on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from cli.backup.command import backup, restore
from cli.backup.embedded import _erased_in
from cli.errors import UserError
from cli.processes import _serve, _work
from cli.stack.logs import file_log
from cli.stack.ports import Ports
from cli.stack.stack import Stack, StackSettings, running_stack
from tests.cli.started import environment, free_base, until_answers
from tests.e2e.people import Outside, until
from workers.settings import GatewaySettings, WorkerSettings

ASKED = {"pl-kept-1": "lrn-1041", "pl-kept-2": "lrn-1042"}


async def mailed(outside: Outside) -> list[tuple[Any, ...]]:
    messages = (await outside.api.get(f"{outside.mail}/messages.json")).json()
    return [(one["message_id"], one["to"], one["subject"]) for one in messages]


async def told(outside: Outside, id_: str) -> list[tuple[Any, ...]]:
    return [(one["type"], one["at"]) for one in await outside.events("placements", id_)]


@asynccontextmanager
async def carrying_on(data: Path, logs: Path) -> AsyncIterator[Stack]:
    """The stack on a folder, its worker and gateway within this process, which has loaded them already."""
    settings = StackSettings(
        environment=environment(),
        data=data,
        port_base=free_base(),
        without=frozenset({"worker", "gateway"}),
        log=file_log(logs),
    )
    async with running_stack(settings) as stack:
        ports = Ports.from_base(settings.port_base)
        given = {
            "DATABASE_URL": stack.urls.database,
            "TEMPORAL_ADDRESS": stack.urls.temporal,
            "SMTP_URL": stack.urls.smtp,
            "JOURNEYWORK_QUIET_HOURS": "rehearsals",
            "JOURNEYWORK_API_KEY": stack.api_key,
            "JOURNEYWORK_PORT": ports.gateway,
            "JOURNEYWORK_PUBLIC_URL": f"http://127.0.0.1:{ports.gateway}",
        }
        running = [
            asyncio.create_task(_work(WorkerSettings.model_validate(given))),
            asyncio.create_task(_serve(GatewaySettings.model_validate(given))),
        ]
        stack.urls = stack.urls.changed(gateway=given["JOURNEYWORK_PUBLIC_URL"])
        try:
            await until_answers(f"{stack.urls.gateway}/healthz")
            yield stack
        finally:
            for one in running:
                one.cancel()
            await asyncio.gather(*running, return_exceptions=True)


async def test_what_was_backed_up_while_it_ran_carries_on_elsewhere_and_nobody_is_written_to_twice(
    outside: Outside, stack_folder: Path, tmp_path: Path
) -> None:
    await outside.fresh_worker()
    opportunity = await outside.opportunity("opp-kept", seats=2)
    for id_, learner in ASKED.items():
        await outside.placement(id_, learner, opportunity)
    link = {id_: await outside.link(id_, "host_confirmation") for id_ in ASKED}
    await outside.answer("pl-kept-1", "host_confirmation", "accept")

    async def offered() -> bool:
        return await outside.state("pl-kept-1") == "offered"

    await until(offered)
    offer = await outside.link("pl-kept-1", "offer")
    before = {id_: await told(outside, id_) for id_ in ASKED}
    feed = (await outside.api.get("/events", params={"limit": 500})).json()

    file = tmp_path / "whole.backup"
    await backup(file, data=stack_folder / "data")
    mails = await mailed(outside)
    assert file.stat().st_mode & 0o077 == 0
    data = tmp_path / "data"
    (tmp_path / "erased.txt").write_text("lrn-1054\n")
    await restore(file, data=data, erasures=tmp_path / "erased.txt")
    assert [one.person_id for one in await _erased_in(data) or ()] == ["lrn-1054", "grd-5012"]
    with pytest.raises(UserError, match="is not empty"):
        await restore(file, data=data)

    (tmp_path / "logs").mkdir()
    async with carrying_on(data, tmp_path / "logs") as again:
        there = Outside(again, "kept")
        assert there.stack.api_key == outside.stack.api_key
        assert {id_: await told(there, id_) for id_ in ASKED} == before
        assert there.stack.urls.gateway
        assert outside.stack.urls.gateway

        def moved(url: str) -> str:
            return url.replace(str(outside.stack.urls.gateway), str(there.stack.urls.gateway))

        await there.fill(moved(offer), "offer", "accept")
        await there.fill(moved(link["pl-kept-2"]), "host_confirmation", "accept")

        async def carried_on() -> bool:
            return (await there.state("pl-kept-1"), await there.state("pl-kept-2")) == ("preparing", "offered")

        await until(carried_on)
        await there.link("pl-kept-2", "offer")
        now = await mailed(there)
        assert now[-len(mails) :] == mails
        assert len({message_id for message_id, *_ in now}) == len(now)

        async def goes_on() -> list[Any]:
            return (await there.api.get("/events", params={"after": feed["next"], "limit": 500})).json()["items"]

        await until(goes_on)
        assert not {one["id"] for one in feed["items"]} & {one["id"] for one in await goes_on()}
        await there.api.aclose()
