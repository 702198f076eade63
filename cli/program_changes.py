"""`journeywork programs adopt|pause`: one change for every live placement of a program, looked at before it is made."""

import getpass
import json as jsonlib
import secrets
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import httpx2
from cyclopts import Parameter
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from cli.connection import gateway
from cli.errors import UserError
from cli.live_changes import Event, Outlook, Sent, catalogue_version, live_placements, look_ahead, moment, send_each
from cli.words import plain, when
from schemas.foreseen import Change

Id = Annotated[str, Parameter(name="ID", help="The program's id.")]
DryRun = Annotated[bool, Parameter(help="Only tell what would change.", negative="")]
Only = Annotated[tuple[str, ...], Parameter(help="Only these placements.", consume_multiple=True, negative="")]
Yes = Annotated[bool, Parameter(help="Do not ask before.", negative="")]
Who = Annotated[str | None, Parameter(name="--by", help="Who does it, for the record; your user name if left out.")]
DataFolder = Annotated[Path, Parameter(help="The stack's folder.")]
AsJson = Annotated[bool, Parameter(help="Print JSON.", negative="")]


@dataclass(frozen=True)
class _Plan:
    """What is to be done to whom: the event, its outlook, and the words for it."""

    event: Event
    outlooks: Sequence[Outlook]
    head: str
    does: str
    done: str
    nothing: str

    @property
    def moving(self) -> list[Outlook]:
        return [one for one in self.outlooks if one.moves]

    @property
    def kept(self) -> list[Outlook]:
        return [one for one in self.outlooks if one.kept_by]


async def adopt(
    id_: Id,
    /,
    *,
    dry_run: DryRun = False,
    placements: Only = (),
    yes: Yes = False,
    by: Who = None,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> int:
    """Let live placements go on by the version of their program that is in the catalogue now.

    Tells first who moves, what changes for them, and which placement cannot move and why. Exit status 1 when one that
    was to move did not.
    """
    async with gateway(data) as client:
        version = await catalogue_version(client, id_)
        views = await live_placements(client, id_, placements)
        behind = [view for view in views if view["program_version"] != version]
        event = _event("program.adopted", {"version": version}, by)
        plan = _Plan(
            event,
            await look_ahead(client, behind, event),
            head=f"{id_} is at version {version} in the catalogue; {_count(len(behind))} by another version.",
            does=f"go on by version {version}",
            done=f"by version {version} now",
            nothing=f"Every live placement of {id_} goes by version {version} already.",
        )
        return await _carry_out(client, plan, dry_run=dry_run, yes=yes, json=json)


async def pause(
    id_: Id,
    /,
    *,
    from_: Annotated[date, Parameter(name="--from", help="The first paused day, such as 2027-07-12.")],
    to: Annotated[date, Parameter(help="The last paused day.")],
    reason: Annotated[str, Parameter(help="Why, as a code, such as snow_day.")],
    dry_run: DryRun = False,
    placements: Only = (),
    yes: Yes = False,
    by: Who = None,
    data: DataFolder = Path(".data"),
    json: AsJson = False,
) -> int:
    """Pause every live placement of a program for some days: nobody is asked, and open deadlines move on."""
    if to < from_:
        raise UserError(f"--to: {to} is before --from ({from_}); give the later day there")
    days = str(from_) if from_ == to else f"{from_} to {to}"
    async with gateway(data) as client:
        await catalogue_version(client, id_)
        views = await live_placements(client, id_, placements)
        event = _event("placement.paused", {"first": str(from_), "last": str(to), "reason": reason}, by)
        plan = _Plan(
            event,
            await look_ahead(client, views, event),
            head=f"{_count(len(views))} by {id_}.",
            does=f"pause {days}",
            done=f"paused {days}",
            nothing=f"Every live placement of {id_} is paused {days} already.",
        )
        return await _carry_out(client, plan, dry_run=dry_run, yes=yes, json=json)


def _event(type_: str, data: dict[str, Any], by: str | None) -> Event:
    try:
        user = by or getpass.getuser()
    except (KeyError, OSError):
        raise UserError("who does this? Your user has no name here; give one with --by") from None
    return Event(type_, data, user, f"{type_}-{secrets.token_hex(6)}")


def _count(number: int) -> str:
    return "1 live placement goes" if number == 1 else f"{number} live placements go"


async def _carry_out(client: httpx2.AsyncClient, plan: _Plan, *, dry_run: bool, yes: bool, json: bool) -> int:
    """Show the plan, ask, do it, and tell what came of it; gives the exit status."""
    console = Console(highlight=False, stderr=json, width=None if sys.stdout.isatty() else 200)
    moving, sent = plan.moving, list[Sent]()
    if not json:
        _show(console, plan)
    if moving and not dry_run:
        if not yes and not _confirmed(console, plan):
            console.print("Nothing was done.")
            return 1
        sent = await _send(client, plan, quiet=json)
    if json:
        _print_json(plan, sent)
    elif sent:
        _summary(console, plan, sent)
    return 1 if any(one.status == "refused" for one in sent) else 0


def _confirmed(console: Console, plan: _Plan) -> bool:
    if not sys.stdin.isatty():
        raise UserError("nobody is here to ask; add --yes to go on, or --dry-run to only look")
    return console.input(f"Let {len(plan.moving)} {plan.does}? [y/N] ").strip().lower() in {"y", "yes"}


async def _send(client: httpx2.AsyncClient, plan: _Plan, *, quiet: bool) -> list[Sent]:
    ids = [one.id for one in plan.moving]
    bar = Progress(console=Console(stderr=True), transient=True, disable=quiet or not sys.stderr.isatty())
    with bar:
        task = bar.add_task("sending", total=len(ids))
        return await send_each(client, ids, plan.event, lambda _: bar.advance(task))


# --- showing --------------------------------------------------------------------------------------------------------


def _show(console: Console, plan: _Plan) -> None:
    console.print(plan.head)
    if not plan.moving and not plan.kept:
        console.print(plan.nothing)
        return
    if plan.moving:
        table = Table(box=None, pad_edge=False)
        for title in ("placement", "state", "version", "what changes"):
            table.add_column(title, overflow="fold", no_wrap=title == "placement")
        for one in plan.moving:
            words = "\n".join(_changes(one)) or "nothing that is asked"
            table.add_row(one.id, plain(one.view["state"]), one.view["program_version"], words)
        console.print()
        console.print(table)
        mails = sum(one.foreseen.messages for one in plan.moving if one.foreseen)
        console.print(
            f"\n{len(plan.moving)} would {plan.does}; {mails} message{'s' if mails != 1 else ''} would go out."
        )
    for one in plan.kept:
        console.print(f"cannot  {one.id} ({plain(one.view['state'])}): {one.kept_by}", markup=False, soft_wrap=True)
    console.print()


def _changes(outlook: Outlook) -> Iterator[str]:
    seen = outlook.foreseen
    if seen is None:
        return
    if seen.state_after != seen.state_before:
        yield f"becomes {plain(seen.state_after)}"
    for change in seen.changes:
        yield f"{plain(change.request_id).replace('.', ', ')}: {_words(change, outlook.view['time_zone'])}"


def _words(change: Change, zone: str) -> str:
    before, after = (when(moment(at), zone) for at in (change.due_before, change.due_after))
    other = f", with form {change.form_after}" if change.form_after else ""
    match change.how:
        case "due":
            said = f"due {after or 'on a day not known yet'} instead of {before or 'a day not known yet'}"
            return said + ("" if change.is_open else " (not asked yet)") + other
        case "form":
            return f"asked with {change.form_after} instead of {change.form_before}"
        case "asked":
            return f"asked at once of {plain(change.role)}, due {after}"
        case "ended":
            return "no longer asked; it is open now"
        case "added":
            return f"new, of {plain(change.role)}" + (f", due {after}" if after else "")
        case "removed":
            return "will not be asked"


def _summary(console: Console, plan: _Plan, sent: Sequence[Sent]) -> None:
    for one in sent:
        if one.status == "refused":
            console.print(f"refused {one.id}: {one.why}", markup=False, soft_wrap=True)
    count = {status: sum(one.status == status for one in sent) for status in ("applied", "accepted", "refused")}
    parts = [f"{count['applied']} {plan.done}"]
    parts += [f"{count['accepted']} kept and will be delivered"] if count["accepted"] else []
    parts += [f"{count['refused']} refused"] if count["refused"] else []
    parts += [f"{len(plan.kept)} cannot"] if plan.kept else []
    console.print("; ".join(parts) + ".")


def _print_json(plan: _Plan, sent: Sequence[Sent]) -> None:
    outcome = {one.id: one for one in sent}
    body = [
        {
            "id": one.id,
            "moves": one.moves,
            "kept_by": one.kept_by,
            "foreseen": one.foreseen.model_dump(mode="json") if one.foreseen else None,
            "status": outcome[one.id].status if one.id in outcome else None,
            "why": outcome[one.id].why or None if one.id in outcome else None,
        }
        for one in plan.outlooks
    ]
    sys.stdout.write(jsonlib.dumps({"placements": body}, indent=2, ensure_ascii=False) + "\n")
