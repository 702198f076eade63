"""The desk at which a file is looked through and imported: what is wrong with it, or whom and what it changes."""

import asyncio
import csv
import io
import re
import secrets
from collections.abc import Mapping
from typing import Any

from catalog.import_words import problem_in
from gateway.console.rendering import Visit
from gateway.console.tables import csv_of
from gateway.envelopes import Envelope, payload_hash
from gateway.imports.report import ImportReport, Kind, Offer
from gateway.imports.run import import_source
from gateway.imports.sources import Held, unzipped
from gateway.intake import made_of, take_in
from gateway.problems import ProblemError
from lifecycle.registry import BY_OPENING, begin
from records import disclosures, imports
from records.health import borrow
from records.imports import KeptImport
from records.pool import Connection
from schemas.console import ConsoleRole
from schemas.disclosures import Doer
from schemas.effects import Notify
from schemas.problems import ProblemCode, Refused

KINDS: Mapping[Kind, ConsoleRole] = {
    "employers": ConsoleRole.COORDINATOR,
    "opportunities": ConsoleRole.COORDINATOR,
    "oneroster": ConsoleRole.DIRECTOR,
}
"""What is imported here, and the weakest role that may: a roster says who is staff."""

SOURCE = "/import/opportunities"
"""The source of the events that open what is offered; the command line's is the same, so that nothing opens twice."""

OPENED = "org.journeywork.opportunity.opened"
PEOPLE_TOLD = 200
PROBLEMS_TOLD = 1000
LONGEST_NAME = 80
COUNTED = ("new", "changed", "ended", "unchanged")


class _Openings:
    """What importing offers opens; `counted` tries it and keeps nothing, `sent` takes the events in."""

    def __init__(self, visit: Visit) -> None:
        self.opens: list[str] = []
        self.open_already = self.messages = 0
        self.refused: list[dict[str, Any]] = []
        self._now, self._rehearsals = visit.services.now(), visit.services.rehearsals

    async def counted(self, conn: Connection, offers: tuple[Offer, ...]) -> None:
        """What would be opened, and how many messages that sends."""
        for offer in offers:
            try:
                made = await made_of(conn, _event(offer), now=self._now, rehearsals=self._rehearsals)
            except (ProblemError, Refused) as error:
                self._not_opened(offer, error)
                continue
            self.opens.append(offer.id)
            if made.opening is not None:
                first = begin(BY_OPENING[type(made.opening)], made.opening.command, made.opening.at)
                self.messages += sum(isinstance(one, Notify) for one in first.effects)

    async def sent(self, conn: Connection, offers: tuple[Offer, ...]) -> None:
        """Take the events in; the dispatcher brings them on. One that was taken in before stays as it is."""
        for offer in offers:
            try:
                taken = await take_in(conn, _event(offer), now=self._now, rehearsals=self._rehearsals)
            except (ProblemError, Refused) as error:
                self._not_opened(offer, error)
                continue
            if taken.kind == "new":
                self.opens.append(offer.id)
            else:
                self.open_already += 1

    def _not_opened(self, offer: Offer, error: ProblemError | Refused) -> None:
        if error.code == ProblemCode.ALREADY_EXISTS:
            self.open_already += 1
        else:
            said = [error.message] if isinstance(error, Refused) else [one.message for one in error.errors]
            self.refused.append({"id": offer.id, "whys": said or [str(error.code)]})

    @property
    def told(self) -> dict[str, Any]:
        """What is kept of it."""
        return {
            "opens": self.opens,
            "open_already": self.open_already,
            "refused": self.refused,
            "messages": self.messages,
        }


async def look_through(visit: Visit, kind: Kind, file_name: str, content: bytes) -> str:
    """Keep an upload with what is in it; nothing is imported. Returns its id. Raises NotZippedError."""
    name, now = plain_name(file_name, kind), visit.services.now()
    source = await _source(kind, name, content)
    openings = _Openings(visit)
    id_ = f"imp-{int(now.timestamp() * 1000):012x}-{secrets.token_hex(4)}"
    async with borrow(visit.services.everything) as conn:
        report = await import_source(
            conn,
            kind,
            source,
            today=now.date(),
            dry_run=True,
            sight=visit.staff.organisations,
            then=openings.counted,
        )
        await imports.keep(
            conn,
            id=id_,
            person_id=visit.staff.person_id,
            kind=kind,
            file_name=name,
            content=content,
            report=_told(report, openings),
            now=now,
        )
    return id_


async def carry_out(visit: Visit, kept: KeptImport, *, end_left: bool) -> None:
    """Import it, all or nothing, and take in what opens the offers; a second time nothing happens.

    `end_left`: who is no more in a bulk roster is ended.
    """
    now, openings = visit.services.now(), _Openings(visit)
    async with borrow(visit.services.everything) as conn, conn.transaction():
        content = await imports.content(conn, kept.id)
        if content is None:
            return
        source = await _source(kept.kind, kept.file_name, content)
        report = await import_source(
            conn,
            kept.kind,
            source,
            today=now.date(),
            dry_run=False,
            end_left=end_left,
            sight=visit.staff.organisations,
            then=openings.sent,
        )
        told = _told(report, openings)
        if report.ok:
            await imports.finish(conn, kept.id, told, now)
            by = Doer(kind="staff", who=visit.staff.person_id)
            about = [f"import/{kept.id}"]
            await disclosures.add(conn, by, "imported", about, now=now, reason=kept.kind, ended_left=report.ends_left)
        else:
            await imports.looked(conn, kept.id, told)


async def rejected(visit: Visit, kept: KeptImport) -> bytes | None:
    """The rows that were not taken, each as it came, with its number and what is wrong; None: the file is gone."""
    async with borrow(visit.services.everything) as conn:
        content = await imports.content(conn, kept.id)
    if content is None:
        return None
    problems: list[dict[str, Any]] = [
        {**one, "text": problem_in(visit.language, one["text"]) or one["text"]} for one in kept.report["problems"]
    ]
    if kept.kind == "oneroster":
        columns = ("file", "row", "column", "problem")
        return csv_of(columns, [(one["file"], one["row"], one["column"], one["text"]) for one in problems])
    told: dict[int, list[str]] = {}
    for one in problems:
        text = f"{one['column']}: {one['text']}" if one["column"] else one["text"]
        told.setdefault(one["row"] or 1, []).append(text)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig", errors="replace"), newline="")))
    header = rows[0] if rows else []
    wrong = [(*rows[n - 1], n, "; ".join(told[n])) for n in sorted(told) if 1 < n <= len(rows)]
    return csv_of((*header, "row", "problem"), wrong)


def plain_name(file_name: str, kind: Kind) -> str:
    """What the file is called in messages."""
    last = re.split(r"[\\/]", file_name)[-1]
    shown = "".join(sign for sign in last if sign.isprintable()).strip()[-LONGEST_NAME:]
    return shown or f"{kind}.{'zip' if kind == 'oneroster' else 'csv'}"


async def _source(kind: Kind, name: str, content: bytes) -> Held:
    if kind != "oneroster":
        return Held(name, content)
    return await asyncio.to_thread(unzipped, name, content)


def _told(report: ImportReport, openings: _Openings) -> dict[str, Any]:
    """What is kept of what was found: everything that is wrong, or what is new, changed and ended."""
    return {
        "problems": [one.model_dump() for one in report.problems[:PROBLEMS_TOLD]],
        "problem_count": len(report.problems),
        "row_count": len({(one.file, one.row) for one in report.problems}),
        "counts": [{"table": one.table, **{name: getattr(one, name) for name in COUNTED}} for one in report.counts],
        "notes": list(report.notes),
        "people": [one.model_dump() for one in report.people[:PEOPLE_TOLD]],
        "people_count": len(report.people),
        "duplicates": [{**one.model_dump(), "names": one.names} for one in report.duplicates[:PEOPLE_TOLD]],
        "left_count": len(report.left),
        "ends_left": report.ends_left,
        **openings.told,
    }


def _event(offer: Offer) -> Envelope:
    return Envelope(
        source=SOURCE,
        id=offer.id,
        type=OPENED,
        subject=offer.id,
        text="{}",
        payload_hash=payload_hash(OPENED, offer.id, {}),
    )
