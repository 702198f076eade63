"""The desk where people hand in forms: shows the form behind a link, keeps the answers, brings them to the placement.

Showing changes nothing, so whatever opens links before people do is harmless.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import NamedTuple

from catalog.page_words import GoneKind
from gateway.delivery import HOLD_EXTRA, Outcome
from gateway.envelopes import payload_hash
from gateway.links import OpenedLink, open_link
from gateway.pages import form_page, gone_page, language_of, problem_page, receipt_page
from gateway.services import Services
from lifecycle.forms import Checked, check_answers
from records import inbox, submissions
from records.health import borrow
from records.inbox import InboxRow
from records.links import token_hash
from records.pool import Connection
from records.undelivered import SOURCE, waiting_submission
from schemas.acts import Act, By, Delivery
from schemas.naming import update_id
from schemas.placement_commands import Submit
from schemas.problems import ProblemCode, Refused

TYPE = "org.journeywork.form.submitted"
GONE_STATUS: dict[GoneKind, int] = {"not_found": 404}
REFUSED: dict[ProblemCode, GoneKind] = {
    ProblemCode.ALREADY_ANSWERED: "already_answered",
    ProblemCode.NOT_AWAITED: "replaced",
    ProblemCode.CLOSED: "closed",
    ProblemCode.NOT_FOUND: "closed",
    ProblemCode.NOT_ALLOWED_NOW: "closed",
}


class Page(NamedTuple):
    """A page to answer with."""

    status: int
    html: str


async def show(services: Services, token: str, lang: str | None) -> Page:
    """The form, or why there is none; answers that are on their way show their receipt. Changes nothing."""
    async with borrow(services.pool) as conn:
        opened = await open_link(conn, token, lang, services.now())
        if opened is None:
            return _nothing(lang)
        waiting = await waiting_submission(conn, opened.placement.id, opened.request.id)
        if waiting is not None and opened.gone is None:
            if waiting.person_id != opened.link.person_id:
                return await _gone(conn, opened, "already_answered")
            html = receipt_page(
                opened.form, opened.context, sent_at=waiting.at, decision=waiting.decision, delivered=False
            )
            return Page(200, html)
        if opened.gone is not None:
            return await _gone(conn, opened, opened.gone)
    return Page(200, form_page(opened.form, opened.context, action_url=f"/f/{token}"))


async def hand_in(services: Services, token: str, raw: Mapping[str, str], lang: str | None) -> Page:
    """Keep a person's answers and bring them to the placement; the same answers again give the same receipt."""
    async with borrow(services.pool) as conn:
        opened = await open_link(conn, token, lang, services.now())
        if opened is None:
            return _nothing(lang)
        checked = check_answers(opened.form, opened.context, raw)
        id_ = submission_id(token, checked)
        row = await inbox.get(conn, SOURCE, id_) if checked.ok else None
        if row is None:
            gone = opened.gone
            if gone is None and await waiting_submission(conn, opened.placement.id, opened.request.id) is not None:
                gone = "already_answered"
            if gone is not None:
                return await _gone(conn, opened, gone)
            if not checked.ok:
                html = form_page(
                    opened.form, opened.context, action_url=f"/f/{token}", answers=raw, errors=checked.errors
                )
                return Page(422, html)
            row = await _keep(conn, services, opened, checked, id_)
    return await _deliver(services, opened, checked, row)


def submission_id(token: str, checked: Checked) -> str:
    """The id of these answers through this link: the same ones, sent twice, are one submission."""
    said = json.dumps(checked.answers, sort_keys=True, separators=(",", ":"))
    return "sub-" + hashlib.sha256(f"{token_hash(token)}\0{said}".encode()).hexdigest()[:32]


async def _keep(conn: Connection, services: Services, opened: OpenedLink, checked: Checked, id_: str) -> InboxRow:
    """The answers and the row that brings them to the placement, in one transaction."""
    link = opened.link
    command = Submit(
        request_id=link.request_id, person_id=link.person_id, submission_id=id_, decision=checked.decision
    )
    fingerprint = payload_hash(TYPE, link.placement_id, command.model_dump(mode="json"))
    act = Act(
        id=update_id(SOURCE, id_),
        payload_hash=fingerprint,
        by=By(kind="form", person_id=link.person_id, role=link.role),
        command=command,
    )
    async with conn.transaction():
        await submissions.save(
            conn,
            id=id_,
            placement_id=link.placement_id,
            request_id=link.request_id,
            person_id=link.person_id,
            role=link.role,
            form=opened.request.form,
            language=opened.context.language,
            answers=checked.answers,
            decision=checked.decision,
            at=opened.at,
        )
        accepted = await inbox.accept(
            conn,
            source=SOURCE,
            event_id=id_,
            payload_hash=fingerprint,
            type=TYPE,
            delivery=Delivery(lifecycle="placement", id=link.placement_id, act=act),
            received_at=services.now(),
            hold_seconds=services.patience + HOLD_EXTRA,
        )
    return accepted.row


async def _deliver(services: Services, opened: OpenedLink, checked: Checked, row: InboxRow) -> Page:
    outcome = await _outcome(services, row)
    async with borrow(services.pool) as conn:
        if isinstance(outcome, Refused):
            gone = REFUSED.get(outcome.code)
            if gone is None:
                return Page(409, problem_page("failed", opened.context.language))
            return await _gone(conn, opened, gone)
        kept = await submissions.get(conn, row.event_id)
    html = receipt_page(
        opened.form,
        opened.context,
        sent_at=kept.at if kept else opened.at,
        answers=checked.answers,
        decision=checked.decision,
        delivered=outcome is not None,
    )
    return Page(200, html)


async def _outcome(services: Services, row: InboxRow) -> Outcome:
    if row.status == "refused":
        why = row.problem or {}
        return Refused(ProblemCode(why.get("code", ProblemCode.CLOSED)), why.get("message", ""))
    if row.status == "applied":
        return row.applied
    return await services.deliverer.deliver_now(row, patience=services.patience)


def _nothing(lang: str | None) -> Page:
    return Page(404, gone_page("not_found", language_of(lang)))


async def _gone(conn: Connection, opened: OpenedLink, kind: GoneKind) -> Page:
    return Page(GONE_STATUS.get(kind, 410), gone_page(kind, opened.context.language))
