"""`journeywork demo`: a whole summer on the real stack, at a day a second."""

import json as jsonlib
import os
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx2
from cyclopts import Parameter
from rich.console import Console

from catalog.program_catalog import program
from cli.demo.cast import make_cast, run_name
from cli.demo.doors import lists, show_next
from cli.demo.expect import shortfalls
from cli.demo.play import Play, first_day
from cli.demo.show import Screen, as_json, summary_table
from cli.errors import UserError
from cli.stack.folder import make_folder
from cli.stack.logs import file_log
from cli.stack.ports import DEFAULT_BASE
from cli.stack.signals import until_signal
from cli.stack.stack import Stack, StackSettings, running_stack
from schemas.clock import Clock

PROGRAM = "boston-summer-internship"
BEGINS = date(2027, 6, 14)
LASTS = timedelta(days=130)
A_DAY = 86_400.0


async def demo(
    *,
    exit: Annotated[bool, Parameter(help="Leave when done; otherwise the stack stays up.", negative="")] = False,  # noqa: A002 - the option's name
    json: Annotated[bool, Parameter(help="Print the summary as JSON.", negative="")] = False,
    placements: Annotated[int, Parameter(help="How many placements to play.")] = 12,
    speed: Annotated[float, Parameter(help="Days of the program's calendar a second.")] = 1.0,
    port_base: Annotated[int, Parameter(help="First of the stack's six ports.")] = DEFAULT_BASE,
    data: Annotated[Path, Parameter(help="Folder that keeps everything between starts.")] = Path(".data"),
) -> int:
    """Bring the stack up and play a summer's placements through real e-mails and real forms, a day a second.

    Exit status 0 only if every placement ended as scripted.
    """
    if not 1 <= placements <= 600:
        raise UserError("--placements: choose a number from 1 to 600")
    if not 0.01 <= speed <= 10:
        raise UserError("--speed: choose a number of days from 0.01 to 10; people need time to answer")
    if os.environ.get("SMTP_URL"):
        raise UserError("the demo reads the mail of its own catcher; unset SMTP_URL")
    logs = make_folder(data) / "logs"
    settings = StackSettings(
        environment={"JOURNEYWORK_NICE": "0", **os.environ},
        data=data,
        port_base=port_base,
        log=file_log(make_folder(logs)),
    )
    try:
        result = await until_signal(_run(settings, placements, speed, leave=exit, json=json))
    except httpx2.HTTPError as error:
        raise UserError(
            f"the stack did not answer in time ({type(error).__name__}): the machine is busy, or an earlier demo goes "
            "on with this data. Try again, or choose an empty folder with --data."
        ) from None
    return 130 if result is None else result


async def _run(settings: StackSettings, placements: int, speed: float, *, leave: bool, json: bool) -> int:
    console = Console(highlight=False, stderr=json, width=None if sys.stdout.isatty() else 160)
    began = time.monotonic()
    if not json:
        console.print("Starting Postgres, Temporal, mail, worker and gateway ...")
    async with running_stack(settings) as stack:
        play = await _prepare(stack, placements, speed)
        if not json:
            pace = "a day" if speed == 1 else f"{speed:g} days"
            console.print(f"Playing {placements} placements, {pace} a second, and one more for you (run {play.run}).\n")
        try:
            with Screen(console, stack, quiet=json) as screen:
                await play.play(screen.show, play.clock.program_epoch + LASTS)
            gains = {id_: await _gain(play.api, id_) for id_ in play.progress}
        finally:
            await play.api.aclose()
        ok = not any(shortfalls(one) for one in play.progress.values())
        if json:
            told = [as_json(one, gains[id_]) for id_, one in play.progress.items()]
            body = {
                "ok": ok,
                "run": play.run,
                "seconds": round(time.monotonic() - began, 1),
                "placements": told,
                "urls": {
                    **stack.urls.model_dump(include={"gateway", "docs", "mail", "temporal_ui"}),
                    **lists(stack),
                    "supervisor_form": play.visitors_link,
                },
            }
            sys.stdout.write(jsonlib.dumps(body, indent=2) + "\n")
            sys.stdout.flush()
        else:
            console.print(summary_table(play, gains))
            show_next(console, stack, play, settings.data)
        if not leave:
            console.print("\nThe stack stays up; ctrl-C stops everything.")
            await stack.wait()
        return 0 if ok else 1


async def _prepare(stack: Stack, placements: int, speed: float) -> Play:
    """Import this run's people, hosts and opportunities, open the opportunities, and set the clock."""
    pinned = program(PROGRAM)
    gateway, mail = stack.urls.gateway, stack.urls.mail
    if pinned is None or gateway is None or mail is None:
        raise UserError("the demo needs its program, the gateway and the mail catcher")
    run = run_name()
    with tempfile.TemporaryDirectory() as folder:
        cast = make_cast(run, placements, Path(folder))
        await cast.delivery.import_all(stack.urls.database, BEGINS)
    zone = pinned.calendar.time_zone
    clock = Clock(
        program_epoch=first_day(BEGINS, zone).astimezone(UTC), real_epoch=datetime.now(UTC), speed=speed * A_DAY
    )
    api = httpx2.AsyncClient(base_url=gateway, headers={"Authorization": f"Bearer {stack.api_key}"}, timeout=30)
    play = Play(cast, run, clock, zone=zone, api=api, mail=mail)
    await play.skip_old_mail()
    for id_, ticks in {
        **dict.fromkeys(cast.opportunity_ids, clock),
        cast.visit.opportunity_id: play.visit.clock,
    }.items():
        await play.send("opportunity.opened", id_, {"clock": ticks.model_dump(mode="json")})
    return play


async def _gain(api: httpx2.AsyncClient, placement_id: str) -> dict[str, Any] | None:
    answer = await api.get(f"/placements/{placement_id}/skill-gain")
    return None if answer.is_error else answer.json()
