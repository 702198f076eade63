"""Who was shown records of one learner, when and why: what a parent may ask a school for (FERPA, 34 CFR 99.32)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date
from typing import NamedTuple

from fastapi import APIRouter, Response

from catalog.page_words import page_words
from gateway.console.acts import when
from gateway.console.exports import as_file
from gateway.console.rendering import Visit, page
from gateway.console.tables import CSV_TYPE, csv_of
from gateway.console.visits import ConsoleRoute, Coordinating, Refusal
from gateway.received import is_id
from records import caseload, directory, disclosures
from records.health import borrow
from schemas.console import ConsoleRole, is_at_least
from schemas.disclosures import Disclosure, official

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)

PATH = "/console/learners/{id}/disclosures"
LINES = 300
"""Rows on the page; the file has all of them."""

MOST = 100_000
COLUMNS = ("shown_when", "shown_to", "shown_as", "shown_why", "shown_what", "shown_record")


class Shown(NamedTuple):
    """One party that was shown one kind of thing on one day; `times` how often, `last` the last time."""

    last: str
    times: int
    who: str
    role: str
    why: str
    what: str
    href: str | None


@router.get(PATH)
async def show_disclosures(visit: Coordinating, id: str) -> Response:  # noqa: A002 - the path's word
    """What was shown of one learner, the newest first."""
    found, names = await _read(visit, id, LINES + 1)
    return page(
        visit,
        "console/disclosures.html",
        nav="caseload",
        title=visit.words.words["disclosures_of"].format(name=names.get(id, id)),
        lines=_by_day(visit, found[:LINES], names),
        more=len(found) > LINES,
        export=f"{PATH.format(id=id)}.csv",
    )


@router.get(PATH + ".csv")
async def as_csv(visit: Coordinating, id: str) -> Response:  # noqa: A002 - as above
    """All of it as CSV, a row for each time; instants in UTC."""
    found, names = await _read(visit, id, MOST)
    say = visit.words.words
    rows = [
        (
            one.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            _who(one, names),
            _role(visit, one),
            _why(visit, one),
            _what(visit, one),
            one.record,
        )
        for one in found
    ]
    return as_file(csv_of([say[name] for name in COLUMNS], rows), CSV_TYPE, f"disclosures-{id}.csv")


async def _read(visit: Visit, id_: str, limit: int) -> tuple[list[Disclosure], dict[str, str]]:
    """What was shown of a learner for whom the visitor coordinates, and the parties' names. Raises Refusal (404).

    Looking at it is kept, too.
    """
    async with borrow(visit.services.pool) as conn:
        learner = await directory.learner(conn, id_) if is_id(id_) else None
        if learner is None or not is_at_least(visit.staff.role_for(learner.school_id, id_), ConsoleRole.COORDINATOR):
            raise Refusal(404, "not_found")
    async with borrow(visit.services.everything) as conn, conn.transaction():
        found = await disclosures.shown(conn, learner=id_, who=None, limit=limit)
        parties = {one.who for one in found}
        people = await caseload.people(conn, {id_, *parties})
        systems = await disclosures.systems(conn, parties)
        to, now = official(visit.staff), visit.services.now()
        await disclosures.tell(conn, to, "disclosures", now, record=f"learner/{id_}", learners=[id_])
    return found, {**{one: person.name for one, person in people.items()}, **systems}


def _by_day(visit: Visit, found: Sequence[Disclosure], names: Mapping[str, str]) -> list[Shown]:
    """What is the same on one day, together; the newest first."""
    groups: dict[tuple[date, str, str, str, str | None], list[Disclosure]] = {}
    for one in found:
        groups.setdefault((one.at.date(), one.who, one.interest, one.what, one.record), []).append(one)
    return [
        Shown(
            last=when(visit, some[0].at),
            times=len(some),
            who=_who(some[0], names),
            role=_role(visit, some[0]),
            why=_why(visit, some[0]),
            what=_what(visit, some[0]),
            href=_href(some[0]),
        )
        for some in groups.values()
    ]


def _who(one: Disclosure, names: Mapping[str, str]) -> str:
    return names.get(one.who, one.who)


def _role(visit: Visit, one: Disclosure) -> str:
    """As what somebody was shown it: their role in the console or in the placement, or a system's key."""
    roles: dict[str, str] = {str(role): name for role, name in page_words(visit.language).roles.items()}
    roles |= {str(role): name for role, name in visit.words.roles.items()} if one.kind == "staff" else {}
    return roles.get(one.role or "", "") or visit.words.words.get(f"party_{one.kind}", "")


def _why(visit: Visit, one: Disclosure) -> str:
    """Why they might be; the purpose of a key or webhook stands as it was written."""
    return visit.words.words.get(f"interest_{one.interest}", one.interest)


def _what(visit: Visit, one: Disclosure) -> str:
    return visit.words.seen.get(one.what, one.what.replace("_", " "))


def _href(one: Disclosure) -> str | None:
    room, _, id_ = (one.record or "").partition("/")
    return {"placement": f"/console/placements/{id_}", "incident": f"/console/incidents/{id_}"}.get(room)
