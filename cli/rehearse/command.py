"""`journeywork rehearse`: a whole season of a program on the real stack at speed, with people who are people."""

import json as jsonlib
import os
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx2
from cyclopts import Parameter
from rich.console import Console

from catalog.form_catalog import all_forms
from catalog.program_catalog import all_programs
from cli.demo.cast import run_name
from cli.demo.play import first_day
from cli.errors import UserError
from cli.rehearse.cast import make_company
from cli.rehearse.engine import engine_at
from cli.rehearse.report import Report, make_report
from cli.rehearse.season import Season
from cli.rehearse.show import Board, show_report
from cli.rehearse.temper import Temper
from cli.stack.folder import make_folder
from cli.stack.found import StackUrls, find_stack
from cli.stack.logs import file_log
from cli.stack.ports import DEFAULT_BASE, SPAN
from cli.stack.signals import until_signal
from cli.stack.stack import StackSettings, running_stack
from lifecycle.calendars import business_days_after, on_business_day
from schemas.checks import meant
from schemas.clock import Clock
from schemas.programs import Program
from schemas.vocabulary import ProgramKind

OWN_FOLDER, OWN_BASE = Path(".data/rehearsal"), DEFAULT_BASE + SPAN
"""Rehearsals have a stack of their own: invented people never come among the real ones, nor does their clock."""

A_DAY = 86_400.0
DEVELOPMENT = "opportunity-development"
BEFORE, DEVELOPED = timedelta(days=42), timedelta(days=35)
"""How long before its first day a season begins, and how much earlier when offers are developed."""

AFTER, FOLLOWED = timedelta(days=200), timedelta(days=500)
"""How long after its last day a season is given up."""

SUMMER = (date(2027, 7, 6), 29)
SEASONS: dict[ProgramKind | None, tuple[date, int]] = {
    ProgramKind.SCHOOL_YEAR_INTERNSHIP: (date(2027, 9, 13), 70),
    ProgramKind.PRE_APPRENTICESHIP: (date(2027, 9, 13), 60),
    ProgramKind.SERVICE_LEARNING: (date(2027, 9, 20), 50),
    ProgramKind.CAPSTONE: (date(2027, 9, 20), 60),
    ProgramKind.JOB_SHADOW: (date(2027, 10, 14), 1),
    ProgramKind.EXTERNSHIP: (date(2027, 7, 12), 10),
}
"""First day and business days of a season, where nobody names them; everything else is a summer's."""


@dataclass(frozen=True)
class _Plan:
    """What is rehearsed."""

    program: Program
    days: tuple[date, date]
    learners: int
    hosts: int
    silent: float
    seed: int
    speed: float
    develop: bool
    follow_up: bool


@dataclass(frozen=True)
class _Stage:
    """A stack to rehearse on; `wait` keeps it up, None when somebody else does."""

    urls: StackUrls
    api_key: str
    wait: Callable[[], Awaitable[None]] | None


async def rehearse(
    program: Annotated[str, Parameter(help="The program's id.")],
    /,
    *,
    learners: Annotated[int, Parameter(help="How many learners.")] = 12,
    hosts: Annotated[int | None, Parameter(help="How many hosts; a fifth of the learners if left out.")] = None,
    silent: Annotated[float, Parameter(help="Share of requests that whoever is asked never answers.")] = 0.2,
    seed: Annotated[int | None, Parameter(help="The same seed gives the same people and habits.")] = None,
    start: Annotated[
        date | None, Parameter(help="First day at the worksite; the program's season if left out.")
    ] = None,
    end: Annotated[date | None, Parameter(help="Last day at the worksite.")] = None,
    develop: Annotated[
        bool, Parameter(help="Let hosts describe their offers and have them reviewed before they open.", negative="")
    ] = False,
    follow_up: Annotated[
        bool, Parameter(help="Go on until nothing is asked after the outcome either.", negative="")
    ] = False,
    speed: Annotated[float | None, Parameter(help="Days of the program's calendar a second.")] = None,
    exit: Annotated[bool, Parameter(help="Leave when done; otherwise the stack stays up.", negative="")] = False,  # noqa: A002 - the option's name
    json: Annotated[bool, Parameter(help="Print the report as JSON.", negative="")] = False,
    port_base: Annotated[int, Parameter(help="First of the stack's six ports.")] = OWN_BASE,
    data: Annotated[Path, Parameter(help="Folder that keeps everything between starts.")] = OWN_FOLDER,
) -> int:
    """Run a whole season of a program with invented people who answer late, wrongly or never, and report.

    Brings up a stack of its own, or uses the one that runs on the data folder. Exit status 0 only if nothing is
    stuck: every placement has its outcome, nothing is parked, and every right answer was taken.
    """
    wanted = _Plan(
        program=_placing(program),
        days=_days(_placing(program), start, end),
        learners=learners,
        hosts=hosts if hosts is not None else max(1, learners // 5),
        silent=silent,
        seed=seed if seed is not None else secrets.randbelow(1_000_000),
        speed=speed or min(2.0, 30 / max(learners, 1)),
        develop=develop,
        follow_up=follow_up,
    )
    plan = _checked(wanted)
    if os.environ.get("SMTP_URL"):
        raise UserError("a rehearsal reads the mail of the stack's own catcher; unset SMTP_URL")
    logs = make_folder(make_folder(data) / "logs")
    settings = StackSettings(environment=dict(os.environ), data=data, port_base=port_base, log=file_log(logs))
    result = await until_signal(_run(settings, plan, leave=exit, json=json))
    return 130 if result is None else result


def _placing(program_id: str) -> Program:
    """The placement program of that id. Raises UserError."""
    known = {id_: one for id_, one in all_programs().items() if one.lifecycle == "placement"}
    if program_id not in known:
        raise UserError(f"there is no program {program_id}{meant(program_id, sorted(known))}")
    return known[program_id]


def _days(program: Program, start: date | None, end: date | None) -> tuple[date, date]:
    """First and last day at the worksite, as asked for or as usual for this kind of program. Raises UserError."""
    usual, length = SEASONS.get(program.program_kind, SUMMER)
    first = start or usual
    last = end or business_days_after(program.calendar, on_business_day(program.calendar, first), length - 1)
    if last < first:
        raise UserError(f"--end: {last} is before the first day ({first})")
    return first, last


def _checked(plan: _Plan) -> _Plan:
    """The plan, if it can be rehearsed. Raises UserError naming the option."""
    for wrong, text in (
        (not 1 <= plan.learners <= 2000, "--learners: choose a number from 1 to 2000"),
        (not 1 <= plan.hosts <= plan.learners, "--hosts: choose a number from 1 to that of the learners"),
        (not 0 <= plan.silent <= 1, "--silent: choose a share from 0 to 1"),
        (not 0.01 <= plan.speed <= 20, "--speed: choose a number of days from 0.01 to 20"),
    ):
        if wrong:
            raise UserError(text)
    return plan


@asynccontextmanager
async def _stage(settings: StackSettings) -> AsyncGenerator[_Stage]:
    """The stack that runs on the folder, or one brought up for this."""
    found = find_stack(settings.data)
    if found is not None:
        yield _Stage(found.urls, found.api_key, None)
        return
    async with running_stack(settings) as stack:
        yield _Stage(stack.urls, stack.api_key, stack.wait)


async def _run(settings: StackSettings, plan: _Plan, *, leave: bool, json: bool) -> int:
    console = Console(highlight=False, stderr=json, width=None if sys.stdout.isatty() else 160)
    began = time.monotonic()
    async with _stage(settings) as stage:
        season, report = await _rehearsed(stage, plan, console, quiet=json)
        if json:
            body = {**_told(plan, season, began), **report.as_json()}
            sys.stdout.write(jsonlib.dumps(body, indent=2, ensure_ascii=False, default=str) + "\n")
            sys.stdout.flush()
        else:
            show_report(console, report)
        if not leave and stage.wait is not None:
            console.print("\nThe stack stays up; ctrl-C stops everything.")
            await stage.wait()
        return 0 if report.ok else 1


async def _rehearsed(stage: _Stage, plan: _Plan, console: Console, *, quiet: bool) -> tuple[Season, Report]:
    gateway, mail = stage.urls.gateway, stage.urls.mail
    if gateway is None or mail is None:
        raise UserError("a rehearsal needs the gateway and the mail catcher")
    all_forms()  # read now: once the clock runs, a second is days
    run, (first, last) = run_name(), plan.days
    before = BEFORE + (DEVELOPED if plan.develop else timedelta(0))
    begins = first_day(first - before, plan.program.calendar.time_zone)
    with tempfile.TemporaryDirectory() as folder:
        company = make_company(
            run,
            plan.program,
            Path(folder),
            days=plan.days,
            learners=plan.learners,
            hosts=plan.hosts,
            seed=plan.seed,
        )
        await company.delivery.import_all(stage.urls.database, begins.date())
    if not quiet:
        console.print(
            f"Rehearsing {plan.program.id} {plan.program.version}, {first} to {last}: {plan.learners} learners at "
            f"{plan.hosts} hosts, {plan.speed:g} days a second, seed {plan.seed} (run {run}).\n",
            soft_wrap=True,
        )
    headers = {"Authorization": f"Bearer {stage.api_key}"}
    async with httpx2.AsyncClient(base_url=gateway, headers=headers, timeout=60) as api:
        clock = Clock(program_epoch=begins.astimezone(UTC), real_epoch=datetime.now(UTC), speed=plan.speed * A_DAY)
        season = Season(
            company,
            run,
            clock,
            Temper(plan.seed, plan.silent),
            zone=plan.program.calendar.time_zone,
            api=api,
            mail=mail,
        )
        await season.skip_the_past()
        await season.open_offers(by=(plan.program.development or DEVELOPMENT) if plan.develop else None)
        until = first_day(last, plan.program.calendar.time_zone) + (FOLLOWED if plan.follow_up else AFTER)
        with Board(console, quiet=quiet) as board:
            await season.play(board.show, until=until, follow_up=plan.follow_up)
        return season, await make_report(season, api, await engine_at(stage.urls.temporal))


def _told(plan: _Plan, season: Season, began: float) -> dict[str, Any]:
    """What was rehearsed, for the JSON report."""
    return {
        "program": plan.program.id,
        "version": plan.program.version,
        "run": season.run,
        "seed": plan.seed,
        "learners": plan.learners,
        "hosts": plan.hosts,
        "silent": plan.silent,
        "speed": plan.speed,
        "start": plan.days[0],
        "end": plan.days[1],
        "seconds": round(time.monotonic() - began, 1),
    }
