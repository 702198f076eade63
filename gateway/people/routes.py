"""What is held about one person: all of it to take along, and erasing it."""

import secrets

import structlog
from fastapi import APIRouter, Response

from gateway.delivery import HOLD_EXTRA
from gateway.documents.routes import Lang
from gateway.envelopes import Envelope, payload_hash
from gateway.intake import take_in
from gateway.keys import Keyed
from gateway.people.package import packed
from gateway.problems import ProblemError, responses
from gateway.received import is_id
from gateway.services import Services
from records import disclosures, erasing, exporting
from records.health import borrow
from records.inbox import InboxRow
from records.pool import Connection, tried
from schemas.disclosures import Doer
from schemas.incoming import PREFIX
from schemas.privacy import EraseOrder, Erasure, Hold, HoldOrder
from schemas.problems import ProblemCode, Refused

router = APIRouter(tags=["People"])
log = structlog.get_logger("people")

SOURCE = "/journeywork"
WITHDRAWN = f"{PREFIX}placement.withdrawn"
REASON = "person_erased"


@router.get(
    "/people/{id}/export",
    summary="Everything that is held about a person",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}, **responses(401, 404, 503)},
)
async def get_export(services: Keyed, id: str, lang: Lang = "en") -> Response:  # noqa: A002 - the path's word
    """A zip file: `person.json` with every row, each value under its name; scans; the documents of their placements."""
    async with borrow(services.pool) as conn:
        _check_reach(services)
        held = await exporting.export(conn, id, services.now()) if is_id(id) else None
        if held is None:
            raise _nobody(id)
        content = await packed(conn, held, lang)
        placements = [one["id"] for one in held.held.tables.get("placements", ())]
        to, now = services.asker, services.now()
        await disclosures.tell(conn, to, "export", now, record=f"person/{id}", learners=[id], placements=placements)
        await _audit(conn, services, "exported", id)
    log.info("exported", person=id)
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{id}.zip"'.replace(":", "-")}
    return Response(content, media_type="application/zip", headers=headers)


@router.get("/people/{id}/erasure", summary="What erasing a person would do", responses=responses(401, 404, 503))
async def preview_erasure(services: Keyed, id: str) -> Erasure:  # noqa: A002 - as above
    """What would go, what would stay and why, and what stands in the way. Nothing is changed."""
    async with borrow(services.pool) as conn:
        seen = await tried(conn, _erase(conn, services, id, EraseOrder(reason="preview")))
    return seen if seen.before else seen.changed(erased_at=None)


@router.post("/people/{id}/erase", summary="Erase a person", responses=responses(401, 404, 409, 422, 503))
async def erase(services: Keyed, id: str, order: EraseOrder) -> Erasure:  # noqa: A002 - as above
    """Erase everything personal about one person, in one step; their id stays in what is counted and in the audit.

    409 while their own placements or incidents are open (`withdraw` ends the placements), or while it must be kept.
    """
    rows: list[InboxRow] = []
    async with borrow(services.pool) as conn, conn.transaction():
        done = await _erase(conn, services, id, order)
        if not done.before:
            _refuse_if_in_the_way(done, order)
            withdrawn = [one.id for one in done.open if one.lifecycle == "placement"]
            rows = [await _withdraw(conn, services, one) for one in withdrawn]
            await _audit(conn, services, "erased", id, *done.also)
    log.info("erased", person=id, before=done.before, rows=sum(one.rows for one in done.changes))
    refused = [
        row.delivery.id
        for row in rows
        if isinstance(await services.deliverer.deliver_now(row, patience=services.patience), Refused)
    ]
    gone = {row.delivery.id for row in rows} - set(refused)
    left = tuple(one for one in done.open if one.id not in gone)
    return done.changed(open=left, withdrawn=tuple(sorted(gone)))


@router.put("/people/{id}/hold", summary="Keep what is held about a person", responses=responses(401, 404, 422, 503))
async def put_hold(services: Keyed, id: str, order: HoldOrder) -> Hold:  # noqa: A002 - as above
    """A legal hold: the person is not erased, and nothing of theirs goes by its retention, until it is lifted."""
    async with borrow(services.pool) as conn, conn.transaction():
        _check_reach(services)
        if not (is_id(id) and await erasing.is_there(conn, id)):
            raise _nobody(id)
        asked_by = order.asked_by or services.caller.key_id
        await erasing.set_hold(conn, id, reason=order.reason, asked_by=asked_by, now=services.now())
        held = await erasing.hold(conn, id)
        await _audit(conn, services, "held", id)
    if held is None:
        raise _nobody(id)
    return held


@router.delete("/people/{id}/hold", status_code=204, summary="Lift a hold", responses=responses(401, 404, 503))
async def delete_hold(services: Keyed, id: str) -> None:  # noqa: A002 - as above
    """What is held about the person need not be kept any more."""
    _check_reach(services)
    async with borrow(services.pool) as conn, conn.transaction():
        if not (is_id(id) and await erasing.lift_hold(conn, id)):
            raise ProblemError(ProblemCode.NOT_FOUND, f"nothing is held for {id}" if is_id(id) else "no such person")
        await _audit(conn, services, "released", id)


async def _erase(conn: Connection, services: Services, id_: str, order: EraseOrder) -> Erasure:
    _check_reach(services)
    if not is_id(id_):
        raise _nobody(id_)
    asked_by = order.asked_by or services.caller.key_id
    done = await erasing.erase(conn, id_, reason=order.reason, asked_by=asked_by, now=services.now())
    if done is None:
        raise _nobody(id_)
    return done


async def _audit(conn: Connection, services: Services, act: str, *people: str) -> None:
    by = Doer(kind="key", who=services.caller.key_id)
    about = [f"person/{one}" for one in people]
    await disclosures.add(conn, by, f"person.{act}", about, now=services.now(), reason="asked")


def _check_reach(services: Services) -> None:
    """A person may be known at several schools: a key for some of them opens nothing here."""
    if services.caller.organisations is not None:
        raise ProblemError(ProblemCode.FORBIDDEN, "this key is for some schools only; use one for all of them")


def _refuse_if_in_the_way(done: Erasure, order: EraseOrder) -> None:
    if done.hold is not None:
        told = f"what is held about {done.person_id} must be kept ({done.hold.reason}); lift the hold first"
        raise ProblemError(ProblemCode.NOT_ALLOWED_NOW, told)
    incidents = [one.id for one in done.open if one.lifecycle == "incident"]
    if incidents:
        raise ProblemError(ProblemCode.NOT_ALLOWED_NOW, f"close the incident first: {', '.join(incidents)}")
    if done.open and not order.withdraw:
        open_ = ", ".join(f"{one.id} ({one.state})" for one in done.open)
        told = f"{done.person_id} is in a placement that has not ended: {open_}; wait, or say withdraw to end it now"
        raise ProblemError(ProblemCode.NOT_ALLOWED_NOW, told)


async def _withdraw(conn: Connection, services: Services, placement_id: str) -> InboxRow:
    data = {"reason": REASON}
    envelope = Envelope(
        source=SOURCE,
        id=f"erased.{placement_id}.{secrets.token_hex(4)}",
        type=WITHDRAWN,
        subject=placement_id,
        text=f'{{"reason": "{REASON}"}}',
        payload_hash=payload_hash(WITHDRAWN, placement_id, data),
    )
    hold = services.patience + HOLD_EXTRA
    taken = await take_in(conn, envelope, now=services.now(), rehearsals=services.rehearsals, hold_seconds=hold)
    return taken.row


def _nobody(id_: str) -> ProblemError:
    told = (
        f"there is nobody with the id {id_} in the directory, or no more" if is_id(id_) else "there is no such person"
    )
    return ProblemError(ProblemCode.NOT_FOUND, told)
