"""The desk where people hand in forms: shows the form behind a link, keeps the answers, brings them to the lifecycle.

Showing changes nothing, so whatever opens links before people do is harmless.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from catalog import page_dates
from catalog.page_words import GoneKind, page_words
from gateway.delivery import HOLD_EXTRA, Outcome
from gateway.envelopes import payload_hash
from gateway.links import OpenedLink, open_link
from gateway.pages import DO, check_page, form_page, gone_page, language_of, problem_page, receipt_page
from gateway.services import Services
from gateway.uploads import Sent, file_fields, settled
from lifecycle.form_layout import asked_fields
from lifecycle.forms import Checked, Unfit, check_answers
from records import drafts, files, inbox, lifecycles, submissions
from records.drafts import Draft
from records.health import borrow
from records.inbox import InboxRow
from records.links import token_hash
from records.pool import Connection
from records.undelivered import SOURCE, waiting_submission
from schemas.acts import Act, Answer, By, Delivery
from schemas.naming import update_id
from schemas.placement_commands import Submit
from schemas.problems import ProblemCode, Refused

TYPE = "org.journeywork.form.submitted"
REFUSED: dict[ProblemCode, GoneKind] = {
    ProblemCode.ALREADY_ANSWERED: "already_answered",
    ProblemCode.NOT_AWAITED: "replaced",
    ProblemCode.CLOSED: "closed",
    ProblemCode.NOT_FOUND: "closed",
    ProblemCode.NOT_ALLOWED_NOW: "closed",
}


class Page(NamedTuple):
    """A page to answer with; with `location`, the address at which to look instead."""

    status: int
    html: str = ""
    location: str | None = None


async def show(services: Services, token: str, lang: str | None) -> Page:
    """The form, or why there is none; answers that are on their way show their receipt. Changes nothing."""
    async with borrow(services.pool) as conn:
        opened = await open_link(conn, token, lang, services.now())
        if opened is None:
            return _nothing(lang)
        waiting = await waiting_submission(conn, *opened.matter)
        if waiting is not None and opened.gone is None:
            if waiting.person_id != opened.link.person_id:
                return await _gone(conn, opened, "already_answered")
            html = receipt_page(
                opened.form, opened.context, sent_at=waiting.at, decision=waiting.decision, delivered=False
            )
            return Page(200, html)
        if opened.gone is not None:
            return await _gone(conn, opened, opened.gone)
        draft = await drafts.get(conn, opened.matter, opened.link.person_id)
    return Page(200, _form(opened, draft=draft))


async def files_asked(services: Services, token: str) -> int:
    """How many files the form behind a link asks for; none for a link that cannot be answered."""
    async with borrow(services.pool) as conn:
        opened = await open_link(conn, token, None, services.now())
    return len(file_fields(opened)) if opened is not None and opened.gone is None else 0


async def take(services: Services, token: str, sent: Sent, lang: str | None) -> Page:
    """Do what the pressed button says: keep a draft, show what will be sent, or (also without one) send it."""
    if sent.raw.get(DO) not in {"save", "check"}:
        return await hand_in(services, token, sent, lang)
    async with borrow(services.pool) as conn:
        opened = await open_link(conn, token, lang, services.now())
        if opened is None:
            return _nothing(lang)
        gone = opened.gone
        if gone is None and await waiting_submission(conn, *opened.matter) is not None:
            gone = "already_answered"
        if gone is not None:
            return await _gone(conn, opened, gone)
        raw = await settled(conn, opened, *sent)
        typed = _typed(opened, raw)
        await drafts.save(conn, opened.matter, opened.link.person_id, typed, opened.at)
    checked = check_answers(opened.form, opened.context, raw)
    if sent.raw[DO] == "save":
        unfit = {name: error for name, error in checked.errors.items() if isinstance(raw.get(name), Unfit)}
        if not unfit:
            return Page(303, location=f"{opened.path}?lang={opened.context.language}")
        checked = checked.changed(errors=unfit)
    if not checked.ok:
        return Page(422, _form(opened, typed, checked))
    return Page(200, check_page(opened.form, opened.context, action_url=opened.path, answers=checked.answers))


def _typed(opened: OpenedLink, raw: Mapping[str, str | Unfit]) -> dict[str, str]:
    """What was typed and chosen, by name of control."""
    names = (asked.name for asked in asked_fields(opened.form, opened.context))
    return {name: value for name in names if isinstance(value := raw.get(name), str) and value}


async def hand_in(services: Services, token: str, sent: Sent, lang: str | None) -> Page:
    """Keep a person's answers and bring them to the lifecycle; the same answers again give the same receipt."""
    async with borrow(services.pool) as conn:
        opened = await open_link(conn, token, lang, services.now())
        if opened is None:
            return _nothing(lang)
        raw = await settled(conn, opened, *sent)
        checked = check_answers(opened.form, opened.context, raw)
        id_ = submission_id(token, checked)
        before = await submissions.get(conn, id_) if checked.ok else None
        row = await inbox.get(conn, SOURCE, id_) if before else None
        if row is None:
            gone = opened.gone
            if gone is None and await waiting_submission(conn, *opened.matter) is not None:
                gone = "already_answered"
            if gone == "already_answered" and checked.ok:
                row = await inbox.get(conn, SOURCE, id_)  # a double click: the same answers, a moment ago
            if row is None and gone is not None:
                return await _gone(conn, opened, gone)
            if not checked.ok:
                return Page(422, _form(opened, _typed(opened, raw), checked))
            row = row or await _keep(conn, services, opened, checked, id_)
    outcome = await _outcome(services, row)
    if isinstance(outcome, Refused):
        return await _refused(services, opened, outcome)
    html = receipt_page(
        opened.form,
        opened.context,
        sent_at=before.at if before else opened.at,
        answers=checked.answers,
        decision=checked.decision,
        delivered=outcome is not None,
    )
    return Page(200, html)


def submission_id(token: str, checked: Checked) -> str:
    """The id of these answers through this link: the same ones, sent twice, are one submission."""
    said = json.dumps(checked.answers, sort_keys=True, separators=(",", ":"))
    return "sub-" + hashlib.sha256(f"{token_hash(token)}\0{said}".encode()).hexdigest()[:32]


async def _keep(conn: Connection, services: Services, opened: OpenedLink, checked: Checked, id_: str) -> InboxRow:
    """The answers and the row that brings them to the lifecycle, in one transaction."""
    link = opened.link
    command = Submit(
        request_id=link.request_id,
        person_id=link.person_id,
        submission_id=id_,
        decision=checked.decision,
        valid_until=_day(checked, "valid_until"),
        receipt=True,
        again_on=_day(checked, "again_on") or _day(checked, "ask_again_on"),
    )
    fingerprint = payload_hash(TYPE, link.lifecycle_id, command.model_dump(mode="json"))
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
            lifecycle=link.lifecycle,
            lifecycle_id=link.lifecycle_id,
            request_id=link.request_id,
            person_id=link.person_id,
            role=link.role,
            form=opened.request.form,
            language=opened.context.language,
            answers=checked.answers,
            decision=checked.decision,
            at=opened.at,
        )
        given = [checked.answers.get(asked.name) for asked in file_fields(opened)]
        await files.hand_in(conn, [one for one in given if isinstance(one, str)], id_)
        await drafts.end(conn, opened.matter)
        accepted = await inbox.accept(
            conn,
            source=SOURCE,
            event_id=id_,
            payload_hash=fingerprint,
            type=TYPE,
            delivery=Delivery(lifecycle=link.lifecycle, id=link.lifecycle_id, act=act),
            received_at=services.now(),
            hold_seconds=services.patience + HOLD_EXTRA,
        )
    return accepted.row


def _day(checked: Checked, field: str) -> date | None:
    """A day that the lifecycle must know, if the form asks for it: a document's last, or when to ask again."""
    said = checked.answers.get(field)
    return date.fromisoformat(said) if isinstance(said, str) else None


async def _outcome(services: Services, row: InboxRow) -> Outcome:
    if row.status == "refused":
        why = row.problem or {}
        return Refused(ProblemCode(why.get("code", ProblemCode.CLOSED)), why.get("message", ""))
    if row.status == "applied":
        return Answer.model_validate(row.answer)
    return await services.deliverer.deliver_now(row, patience=services.patience)


async def _refused(services: Services, opened: OpenedLink, refused: Refused) -> Page:
    kind = REFUSED.get(refused.code)
    if kind is None:
        return Page(409, problem_page("failed", opened.context.language))
    async with borrow(services.pool) as conn:
        return await _gone(conn, opened, kind)


def _form(
    opened: OpenedLink,
    raw: Mapping[str, str] | None = None,
    checked: Checked | None = None,
    draft: Draft | None = None,
) -> str:
    notice = None
    if draft is not None:
        context = opened.context
        moment = page_dates.moment(draft.at, context.zone, context.language)
        notice = page_words(context.language).words["draft_here"].format(moment=moment)
    return form_page(
        opened.form,
        opened.context,
        action_url=opened.path,
        answers=draft.answers if draft else raw,
        errors=checked.errors if checked else None,
        saved_notice=notice,
    )


def _nothing(lang: str | None) -> Page:
    return Page(404, gone_page("not_found", language_of(lang)))


async def _gone(conn: Connection, opened: OpenedLink, kind: GoneKind) -> Page:
    detail = await _answered(conn, opened) if kind == "already_answered" else None
    return Page(410, gone_page(kind, opened.context.language, detail=detail))


async def _answered(conn: Connection, opened: OpenedLink) -> str | None:
    """By whom and when a request was answered: the role in words and the moment at the worksite, never a name."""
    view = await lifecycles.view_of(conn, opened.link.lifecycle, opened.link.lifecycle_id)
    request = view.request(opened.request.id) if view else None
    sent = request.submission_id if request else None
    submission = await submissions.get(conn, sent) if sent else None
    if submission is None:
        return None
    words = page_words(opened.context.language)
    moment = page_dates.moment(submission.at, opened.context.zone, opened.context.language)
    return words.words["answered_by"].format(role=words.roles[submission.role], moment=moment)
