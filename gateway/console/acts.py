"""Acting on one or many placements, offers, hosts, incidents: what and why, what will happen, how far it is."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from catalog import page_dates
from catalog.page_words import page_words
from gateway.console.act_kinds import ACTS, DAYS, MOST, ActKind
from gateway.console.act_views import cannot_now, progress_of, view_of
from gateway.console.acts_desk import carry_out, plan, targets_of
from gateway.console.filters import Filtered
from gateway.console.rendering import Visit, page
from gateway.console.shown import short
from gateway.console.sight import tell
from gateway.console.targets import LISTS, ROOM_OF, ROOMS, Target, fitting, some
from gateway.console.visits import Acting, ConsoleRoute, Posted, Refusal
from gateway.received import is_id
from lifecycle.requests import can_be_waived
from records import caseload, staff_acts
from records.health import borrow
from records.pool import Connection
from records.staff_acts import AtHost, StaffAct
from schemas.base import LifecycleName
from schemas.console import ConsoleRole, is_at_least

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)

PATH = "/console/acts"
PLACEMENTS = "placements"
LONGEST_NOTE = 500
PLAN_LIFE = timedelta(hours=12)
AGAIN_SECONDS = 4
"""How often the page of an act that goes on is looked at again."""

RECENT = 50


@router.get(PATH)
async def show_acts(visit: Acting, before: Annotated[str | None, Query(max_length=80)] = None) -> Response:
    """What staff did: one's own acts; a director sees everybody's."""
    own = None if is_at_least(visit.staff.role, ConsoleRole.DIRECTOR) else visit.staff.person_id
    async with borrow(visit.services.pool) as conn:
        recent = await staff_acts.recent(conn, own, before, RECENT + 1)
    more = recent[RECENT - 1].id if len(recent) > RECENT else None
    return page(
        visit,
        "console/acts.html",
        nav="acts",
        title=visit.words.words["acts"],
        acts=recent[:RECENT],
        when=partial(when, visit),
        following=f"{PATH}?before={more}" if more else None,
    )


@router.get(PATH + "/new")
async def ask_what(
    visit: Acting,
    filters: Filtered,
    *,
    act: Annotated[str, Query(max_length=40)] = "",
    of: Annotated[str, Query(max_length=20)] = PLACEMENTS,
    id: Annotated[list[str] | None, Query()] = None,  # noqa: A002 - the word in the address
    request: Annotated[str | None, Query(max_length=80)] = None,
    whole: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """What must be said for an act on those that were ticked in a list (`of`), or on all that fit (`whole`)."""
    lifecycle = _lifecycle(of)
    async with caseload.looking(visit.services.pool) as conn:
        chosen = id or []
        if whole == "1":
            chosen = await fitting(conn, visit, lifecycle, filters, MOST + 1)
        targets = await some(conn, visit, lifecycle, [one for one in chosen[: MOST + 1] if is_id(one)])
        await _tell(visit, conn, targets)
    return await _form(visit, act, lifecycle, targets, {"request": request} if request else {}, errors={})


@router.post(PATH)
async def plan_act(visit: Acting, sent: Posted) -> Response:
    """Keep the act with what would happen to each, and show it; nothing is done yet."""
    act, lifecycle = sent.one("act"), _lifecycle(sent.one("of") or PLACEMENTS)
    kind = _kind(visit, act, lifecycle)
    chosen = [one for one in sent.many("id") if is_id(one)]
    async with caseload.looking(visit.services.pool) as conn:
        targets = await some(conn, visit, lifecycle, chosen[:MOST])
    given = {name: sent.one(name) for name in (*kind.fields, "request", "note") if sent.one(name)}
    errors = await _errors(visit, kind, given, targets)
    if errors or not targets:
        return await _form(visit, act, lifecycle, targets, given, errors=errors)
    note = given.pop("note")[:LONGEST_NOTE]
    act_id = await plan(visit, act, given, targets, note)
    return Response(status_code=303, headers={"Location": f"{PATH}/{act_id}"})


@router.get(PATH + "/{id}")
async def show_act(visit: Acting, id: str, still: Annotated[str, Query(max_length=5)] = "") -> Response:  # noqa: A002
    """What will happen, before it is confirmed; afterwards how far it is."""
    act = await _own(visit, id)
    async with caseload.looking(visit.services.pool) as conn:
        targets = await targets_of(conn, visit, act, whole=True)
        await _tell(visit, conn, list(targets.values()))
    if act.confirmed_at is None:
        return page(visit, "console/planned.html", nav="acts", **view_of(visit, act, targets))
    progress = progress_of(act)
    shown = page(
        visit,
        "console/progress.html",
        nav="acts",
        still=still == "1",
        progress=progress,
        here=f"{PATH}/{id}",
        **view_of(visit, act, targets),
    )
    if progress.waiting and still != "1":
        shown.headers["Refresh"] = str(AGAIN_SECONDS)
    return shown


@router.post(PATH + "/{id}/confirm")
async def confirm_act(visit: Acting, id: str, _: Posted) -> Response:  # noqa: A002 - as above
    """Do it. Pressed twice, it is done once."""
    act = await _own(visit, id)
    if act.person_id != visit.staff.person_id:
        raise Refusal(403, "not_yours")
    if act.confirmed_at is None and visit.services.now() - act.planned_at > PLAN_LIFE:
        raise Refusal(410, "forged")
    await carry_out(visit, act)
    return Response(status_code=303, headers={"Location": f"{PATH}/{id}"})


def when(visit: Visit, at: datetime) -> str:
    """A real instant as it is read at the school: in UTC, for schools may lie in several zones."""
    return f"{short(at.date(), visit.language)}, {page_dates.time_of_day(at, visit.language)} UTC"


async def _own(visit: Visit, id_: str) -> StaffAct:
    async with borrow(visit.services.pool) as conn:
        act = await staff_acts.get(conn, id_) if is_id(id_) else None
    directs = is_at_least(visit.staff.role, ConsoleRole.DIRECTOR)
    if act is None or not (directs or act.person_id == visit.staff.person_id):
        raise Refusal(404, "not_found")
    return act


async def _tell(visit: Visit, conn: Connection, targets: list[Target]) -> None:
    learners = [one.learner_id for one in targets if one.learner_id]
    record = targets[0].key if len(targets) == 1 and learners else None
    await tell(visit, conn, "act", learners=learners, record=record)


def _lifecycle(room: str) -> LifecycleName:
    if room not in ROOMS:
        raise Refusal(404, "not_found")
    return ROOMS[room]


def _kind(visit: Visit, act: str, lifecycle: LifecycleName) -> ActKind:
    kind = ACTS.get(act)
    if kind is None or lifecycle not in kind.of:
        raise Refusal(404, "not_found")
    if not is_at_least(visit.staff.role, kind.least):
        raise Refusal(403, "not_yours")
    return kind


async def _form(
    visit: Visit,
    act: str,
    lifecycle: LifecycleName,
    targets: list[Target],
    given: dict[str, Any],
    *,
    errors: dict[str, str],
) -> Response:
    kind, room = _kind(visit, act, lifecycle), ROOM_OF[lifecycle]
    say = visit.words.words
    if len(targets) > MOST:
        errors, targets = {**errors, "id": say["chosen_too_many"].format(n=MOST)}, []
    elif not targets:
        errors = {**errors, "id": say["chosen_none"]}
    cannot = {one.ticked: why for one in targets if (why := cannot_now(visit, kind, one))}
    if targets and not errors and len(cannot) == len(targets):
        errors = {"id": say["chosen_cannot"]}
    people = await _supervisors(visit, kind, targets)
    choices = _choices(visit, kind, targets, people)
    if "supervisor_id" in kind.fields and targets and not people:
        errors = {**errors, "id": say["one_host_only"]}
    return page(
        visit,
        "console/act.html",
        status=422 if errors and "note" in given else 200,
        nav="acts",
        title=visit.words.acts[act].name,
        act=act,
        of=room,
        back=LISTS[room],
        kind=kind,
        does=visit.words.acts[act].does,
        targets=targets,
        cannot=cannot,
        given=given,
        errors=errors,
        choices=choices,
        days=DAYS,
        today=visit.services.now().date(),
        can_go_on=bool(targets) and "id" not in errors,
    )


def _choices(
    visit: Visit, kind: ActKind, targets: list[Target], people: list[AtHost]
) -> dict[str, list[tuple[str, str]]]:
    """The values to choose from, by field: code and name."""
    reasons, occasions = visit.words.reasons, page_words(visit.language).occasions
    asked = {one.kind for each in targets if each.view for one in each.view.requests if one.state == "open"}
    if kind.command == "waive":
        asked = {one for one in asked if can_be_waived(one)}
    return {
        "reason": [(code, reasons[code]) for code in kind.reasons],
        "which": [("overdue", reasons["overdue"]), ("all_open", reasons["all_open"])],
        "kind": [(str(one), occasions[one]) for one in sorted(asked, key=lambda one: occasions[one])],
        "supervisor_id": [(one.id, f"{one.name}, {one.title}") for one in people],
    }


async def _supervisors(visit: Visit, kind: ActKind, targets: list[Target]) -> list[AtHost]:
    hosts = {one.host_id for one in targets if one.host_id}
    if "supervisor_id" not in kind.fields or len(hosts) != 1:
        return []
    async with borrow(visit.services.pool) as conn:
        return await staff_acts.at_host(conn, hosts.pop())


async def _errors(visit: Visit, kind: ActKind, given: dict[str, str], targets: list[Target]) -> dict[str, str]:
    """What is wrong, by field."""
    say = visit.words.words
    allowed = _choices(visit, kind, targets, await _supervisors(visit, kind, targets))
    found: dict[str, str] = {}
    for name in kind.fields:
        if name in DAYS:
            if not _is_day(given.get(name, "")):
                found[name] = say["day_wrong"]
        elif name in {"which", "kind"} and "request" in given:
            given.pop(name, None)
        elif given.get(name) not in {code for code, _ in allowed[name]}:
            found[name] = say["choose"]
    if not given.get("note"):
        found["note"] = say["why_missing"]
    return found


def _is_day(text: str) -> bool:
    try:
        return date(2000, 1, 1) <= date.fromisoformat(text) < date(2200, 1, 1)
    except ValueError:
        return False
