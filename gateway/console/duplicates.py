"""People who may be in the directory twice: a director says of each pair if it is one person. Nothing is merged."""

from functools import partial
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Response

from gateway.console.rendering import Visit, page
from gateway.console.shown import short
from gateway.console.sight import tell
from gateway.console.visits import ConsoleRoute, Directing, Posted, Refusal
from gateway.imports.duplicates import CandidatePair, in_order, proposed
from gateway.received import is_id
from records import caseload, duplicates
from records.health import borrow
from schemas.disclosures import Doer
from schemas.duplicates import Decided, Someone

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)

PATH = "/console/duplicates"
MOST = 50
DIFFERENT = "different"
"""What is sent for two people; for one person it is the id that stays."""

BASES = ("asked_school", "asked_family", "saw_papers", "other_way")
"""How somebody came to know: codes, for the log is never erased."""


class ShownPair(NamedTuple):
    """Two people who may be one."""

    first: Someone
    second: Someone
    same: str


class Waiting(NamedTuple):
    """One person under two ids: which stays, which is to end, and who said so when."""

    keep: Someone
    gone: Someone
    by: str
    on: str


@router.get(PATH)
async def show_duplicates(visit: Directing, kept: Annotated[str, Query(max_length=5)] = "") -> Response:
    """Pairs that nobody has decided about, and ids that the roster should send no more."""
    return await _list(visit, kept=kept == "1")


@router.post(PATH)
async def decide(visit: Directing, sent: Posted) -> Response:
    """Keep what is said of one pair; it is proposed no more."""
    pair, says, basis = in_order(sent.one("first"), sent.one("second")), sent.one("says"), sent.one("basis")
    if not all(is_id(one) for one in pair) or pair[0] == pair[1]:
        raise Refusal(422, "unreadable")
    keep = None if says == DIFFERENT else says
    errors = {} if says in {DIFFERENT, *pair} else {"says": visit.words.words["choose"]}
    if basis not in BASES:
        errors["basis"] = visit.words.words["choose"]
    if errors:
        return await _list(visit, wrong=pair, errors=errors)
    async with caseload.looking(visit.services.pool) as conn:
        if not await duplicates.both_known(conn, pair):
            raise Refusal(404, "not_found")
    async with borrow(visit.services.everything) as conn, conn.transaction():
        by = Doer(kind="staff", who=visit.staff.person_id)
        await duplicates.decide(conn, pair, keep=keep, by=by, reason=basis, now=visit.services.now())
    return Response(status_code=303, headers={"Location": f"{PATH}?kept=1"})


async def _list(
    visit: Visit,
    *,
    kept: bool = False,
    wrong: tuple[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    async with borrow(visit.services.everything) as conn:
        decisions = await duplicates.decided(conn)
    async with caseload.looking(visit.services.pool) as conn:
        alike = await duplicates.alike(conn)
        found = proposed(alike, [one.pair for one in decisions])
        by_id = {one.id: one for one in alike}
        staff = await caseload.people(conn, {one.decided_by for one in decisions})
        waiting = [
            _waiting(visit, one, by_id, staff) for one in decisions if one.keep_id and set(one.pair) <= set(by_id)
        ]
        seen = [*(each for one in found[:MOST] for each in one.pair), *(each.id for one in waiting for each in one[:2])]
        await tell(visit, conn, "duplicates", learners=[id_ for id_ in seen if "student" in by_id[id_].kinds])
    return page(
        visit,
        "console/duplicates.html",
        status=422 if errors else 200,
        nav="imports",
        title=visit.words.words["duplicates"],
        pairs=[_shown(visit, one) for one in found[:MOST]],
        more=max(len(found) - MOST, 0),
        waiting=waiting,
        bases=[(code, visit.words.reasons[code]) for code in BASES],
        different=DIFFERENT,
        kept=kept,
        wrong=wrong,
        errors=errors or {},
        born=partial(short, language=visit.language),
    )


def _shown(visit: Visit, one: CandidatePair) -> ShownPair:
    return ShownPair(one.first, one.second, visit.words.words[f"same_{one.same}"])


def _waiting(visit: Visit, one: Decided, by_id: dict[str, Someone], staff: dict[str, caseload.Named]) -> Waiting:
    gone = one.first_id if one.keep_id == one.second_id else one.second_id
    by = staff[one.decided_by].name if one.decided_by in staff else one.decided_by
    return Waiting(by_id[one.keep_id or gone], by_id[gone], by, short(one.decided_at.date(), visit.language))
