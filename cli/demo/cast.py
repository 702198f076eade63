"""Who plays in the demo: the sample directory, copied as often as more placements need, under this run's ids."""

import csv
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cli.demo.scripts import LEFT_TO_THE_VISITOR, SCRIPTS, Script
from cli.errors import UserError
from cli.import_run import import_kind
from gateway.imports.report import Kind

SAMPLE = Path(__file__).resolve().parents[2] / "catalog" / "examples" / "boston-summer"
COPIED = ("lrn-", "grd-")


@dataclass(frozen=True)
class Part:
    """One placement to play: its ids in this run and its script."""

    placement_id: str
    learner_id: str
    opportunity_id: str
    script: Script


@dataclass(frozen=True)
class Person:
    """Whoever reads a mailbox."""

    id: str
    name: str


@dataclass(frozen=True)
class Delivery:
    """The directory data of a run, as a district and an intermediary deliver them."""

    oneroster: Path
    employers: Path
    opportunities: Path
    calendars: Path

    async def import_all(self, database: str, today: date) -> None:
        """Import everything, each after what it names. Raises UserError at the first problem."""
        files: tuple[tuple[Kind, Path], ...] = (
            ("oneroster", self.oneroster),
            ("employers", self.employers),
            ("opportunities", self.opportunities),
            ("calendars", self.calendars),
        )
        for kind, path in files:
            report = await import_kind(kind, path, database_url=database, today=today)
            if report.problems:
                raise UserError(f"the invented data cannot be imported: {report.problems[0].line}")


@dataclass(frozen=True)
class Cast:
    """The parts, the one whose end is left to the visitor, the files to import, and who reads which mailbox."""

    parts: tuple[Part, ...]
    visit: Part
    delivery: Delivery
    opportunity_ids: tuple[str, ...]
    mailboxes: dict[str, Person]


def suffixed(id_: str, copy: int) -> str:
    """The id of a person's or opportunity's n-th copy; the first keeps its own."""
    return id_ if copy == 0 else f"{id_}.{copy}"


def make_cast(run: str, placements: int, folder: Path) -> Cast:
    """Write the CSV files for `placements` placements below `folder`. Every twelve need one copy of the students."""
    copies = -(-placements // len(SCRIPTS))
    oneroster = folder / "oneroster"
    oneroster.mkdir(parents=True)
    for source in sorted((SAMPLE / "oneroster").glob("*.csv")):
        _copy(source, oneroster / source.name, copies, _person)
    employers = folder / "employers.csv"
    employers.write_text((SAMPLE / "employers.csv").read_text(encoding="utf-8"), encoding="utf-8")
    opportunities = folder / "opportunities.csv"
    _copy(SAMPLE / "opportunities.csv", opportunities, copies, lambda row, copy: _opportunity(row, copy, run))
    parts = [
        Part(
            placement_id=f"pl-{run}-{number + 1:03}",
            learner_id=suffixed(script.learner, number // len(SCRIPTS)),
            opportunity_id=_offered(script.opportunity, number // len(SCRIPTS), run),
            script=script,
        )
        for number, script in ((number, SCRIPTS[number % len(SCRIPTS)]) for number in range(placements))
    ]
    yours = LEFT_TO_THE_VISITOR
    visit = Part(f"pl-{run}-you", yours.learner, _offered(f"{yours.opportunity}.you", 0, run), yours)
    _one_more(opportunities, _offered(yours.opportunity, 0, run), visit.opportunity_id)
    return Cast(
        parts=tuple(parts),
        visit=visit,
        delivery=Delivery(oneroster, employers, opportunities, SAMPLE / "calendars.csv"),
        opportunity_ids=tuple(dict.fromkeys(part.opportunity_id for part in parts)),
        mailboxes={
            **readers(oneroster / "users.csv", "sourcedId"),
            **readers(employers, "person_id"),
        },
    )


def _offered(opportunity: str, copy: int, run: str) -> str:
    return f"{suffixed(opportunity, copy)}.{run}"


def _copy(
    source: Path, target: Path, copies: int, change: Callable[[dict[str, str], int], dict[str, str] | None]
) -> None:
    with source.open(encoding="utf-8", newline="") as read, target.open("w", encoding="utf-8", newline="") as write:
        rows = csv.DictReader(read)
        out = csv.DictWriter(write, rows.fieldnames or ())
        out.writeheader()
        for row in rows:
            for copy in range(copies):
                changed = change(dict(row), copy)
                if changed is not None:
                    out.writerow(changed)


def _one_more(path: Path, like: str, opportunity_id: str) -> None:
    """Add an opportunity that is like another one."""
    with path.open(encoding="utf-8", newline="") as read:
        rows = list(csv.reader(read))
    found = next(row for row in rows if row[0] == like)
    with path.open("a", encoding="utf-8", newline="") as write:
        csv.writer(write).writerow([opportunity_id, *found[1:]])


def _person(row: dict[str, str], copy: int) -> dict[str, str] | None:
    """Students and guardians are copied with everything that names them; staff and schools stand once."""
    named = row.get("userSourcedId") or row.get("sourcedId") or ""
    if copy == 0:
        return row
    if not named.startswith(COPIED):
        return None
    for column in ("sourcedId", "userSourcedId", "username"):
        if row.get(column):
            row[column] = suffixed(row[column], copy)
    if row.get("agentSourcedIds"):
        row["agentSourcedIds"] = ",".join(suffixed(one, copy) for one in row["agentSourcedIds"].split(","))
    if row.get("email"):
        mailbox, _, domain = row["email"].partition("@")
        row["email"] = f"{mailbox}.{copy}@{domain}"
    return row


def _opportunity(row: dict[str, str], copy: int, run: str) -> dict[str, str]:
    return {**row, "opportunity_id": _offered(row["opportunity_id"], copy, run)}


def readers(path: Path, id_column: str) -> dict[str, Person]:
    """Who reads which mailbox, of a file of people."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["email"]: Person(
                row[id_column],
                f"{row.get('given_name') or row.get('givenName')} {row.get('family_name') or row.get('familyName')}",
            )
            for row in csv.DictReader(file)
            if row.get("email")
        }


def run_name() -> str:
    """A short name for this run, in the order of time: ids made with it are new on any stack."""
    number, text = int(time.time()), ""
    while number:
        number, rest = divmod(number, 36)
        text = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + text
    return text[-6:]
