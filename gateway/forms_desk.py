"""The desk where people hand in forms: shows the form behind a link, keeps the answers, brings them to the lifecycle.

Showing changes nothing, so whatever opens links before people do is harmless.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date

from catalog import page_dates
from catalog.page_words import page_words
from gateway import sitting
from gateway.bringing import keep, soon
from gateway.gone import Page, gone, nothing, refused, why_not_now
from gateway.links import OpenedLink, Where, open_link
from gateway.pages import DO, check_page, form_page, receipt_page
from gateway.reach import reach_url
from gateway.services import Services
from gateway.sitting import Others, Taken
from gateway.uploads import Sent, file_fields, settled
from lifecycle.form_layout import asked_fields
from lifecycle.forms import Checked, Unfit, check_answers
from records import drafts, files, inbox, submissions
from records.drafts import Draft
from records.health import borrow
from records.inbox import InboxRow
from records.links import token_hash
from records.pool import Connection, hasty
from records.undelivered import SOURCE, waiting_submission
from schemas.placement_commands import Submit
from schemas.problems import Refused


async def show(services: Services, where: Where, lang: str | None, copy: str | None = None) -> Page:
    """The form, or why there is none; answers that are on their way show their receipt. Changes nothing."""
    async with borrow(services.pool) as conn, hasty(conn):
        opened = await open_link(conn, where, lang, services.now())
        if opened is None:
            return nothing(lang)
        waiting = await waiting_submission(conn, *opened.matter)
        if waiting is not None and opened.gone is None:
            if waiting.person_id != opened.link.person_id:
                return await gone(conn, opened, "already_answered")
            html = receipt_page(opened.form, opened.context, sent_at=waiting.at, decision=waiting.decision)
            return Page(200, html)
        if opened.gone is not None:
            return await gone(conn, opened, opened.gone)
        draft = await drafts.get(conn, opened.matter, opened.link.person_id)
        if copy == "all":
            draft = None
        taken = await sitting.taken_over(conn, opened, copy) if draft is None else None
        others = await sitting.others(conn, opened) if opened.is_of_many else None
    return Page(200, _form(services, opened, draft=draft, taken=taken, others=others))


async def files_asked(services: Services, where: Where) -> int:
    """How many files the form behind a link asks for; none for a link that cannot be answered."""
    async with borrow(services.pool) as conn:
        opened = await open_link(conn, where, None, services.now())
    return len(file_fields(opened)) if opened is not None and opened.gone is None else 0


async def take(services: Services, where: Where, sent: Sent, lang: str | None) -> Page:
    """Do what the pressed button says: keep a draft, show what will be sent, or (also without one) send it."""
    if sent.raw.get(DO) not in {"save", "check"}:
        return await hand_in(services, where, sent, lang)
    async with borrow(services.pool) as conn, conn.transaction() if sent.files else hasty(conn):
        opened = await open_link(conn, where, lang, services.now())
        if opened is None:
            return nothing(lang)
        if (why := await why_not_now(conn, opened)) is not None:
            return await gone(conn, opened, why)
        raw = await settled(conn, opened, sent.raw, sent.files)
        typed = _typed(opened, raw)
        await drafts.save(conn, opened.matter, opened.link.person_id, typed, opened.at)
    checked = check_answers(opened.form, opened.context, raw)
    if sent.raw[DO] == "save":
        unfit = {name: error for name, error in checked.errors.items() if isinstance(raw.get(name), Unfit)}
        if not unfit:
            return Page(303, location=f"{opened.path}?lang={opened.context.language}")
        checked = checked.changed(errors=unfit)
    if not checked.ok:
        return Page(422, _form(services, opened, typed, checked))
    return Page(
        200,
        check_page(
            opened.form, opened.context, action_url=opened.path, answers=checked.answers, help_email=opened.help_email
        ),
    )


def _typed(opened: OpenedLink, raw: Mapping[str, str | Unfit]) -> dict[str, str]:
    """What was typed and chosen, by name of control."""
    names = (asked.name for asked in asked_fields(opened.form, opened.context))
    return {name: value for name in names if isinstance(value := raw.get(name), str) and value}


async def hand_in(services: Services, where: Where, sent: Sent, lang: str | None) -> Page:
    """Keep a person's answers and bring them to the lifecycle; the same answers again give the same receipt.

    Once they are kept they are safe, so nobody waits long for the lifecycle.
    """
    async with borrow(services.pool) as conn, conn.transaction():
        opened = await open_link(conn, where, lang, services.now())
        if opened is None:
            return nothing(lang)
        raw = await settled(conn, opened, sent.raw, sent.files)
        checked = check_answers(opened.form, opened.context, raw)
        id_ = submission_id(where, checked)
        why = await why_not_now(conn, opened)
        before = await submissions.get(conn, id_) if checked.ok and why is not None else None
        row = await inbox.get(conn, SOURCE, id_) if before else None  # sent twice: the same answers, before
        if row is None:
            if why is not None:
                return await gone(conn, opened, why)
            if not checked.ok:
                return Page(422, _form(services, opened, _typed(opened, raw), checked))
            row = await _keep(conn, services, opened, checked, id_)
    outcome = await soon(services, row)
    if isinstance(outcome, Refused):
        return await refused(services, opened, outcome)
    more = None
    if opened.is_of_many:
        async with borrow(services.pool) as conn, hasty(conn):
            more = await sitting.others(conn, opened)
            await sitting.tell(conn, opened, more.items, services.now())
    html = receipt_page(
        opened.form,
        opened.context,
        here=opened.path,
        others=more.items if more else (),
        others_url=more.all_url if more else None,
        reach_url=reach_url(services, opened),
        sent_at=before.at if before else opened.at,
        answers=checked.answers,
        decision=checked.decision,
    )
    return Page(200, html)


def submission_id(where: Where, checked: Checked) -> str:
    """The id of these answers through this link: the same ones, sent twice, are one submission."""
    said = json.dumps(checked.answers, sort_keys=True, separators=(",", ":"))
    also = "" if where.matter is None else "/".join(where.matter) + "\0"
    return "sub-" + hashlib.sha256(f"{token_hash(where.token)}\0{also}{said}".encode()).hexdigest()[:32]


async def _keep(conn: Connection, services: Services, opened: OpenedLink, checked: Checked, id_: str) -> InboxRow:
    """The answers and the row that brings them to the lifecycle: the caller's transaction keeps both or neither."""
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
    return await keep(conn, services, opened, command, source=SOURCE, id_=id_)


def _day(checked: Checked, field: str) -> date | None:
    """A day that the lifecycle must know, if the form asks for it: a document's last, or when to ask again."""
    said = checked.answers.get(field)
    return date.fromisoformat(said) if isinstance(said, str) else None


def _copied(opened: OpenedLink, taken: Taken) -> str:
    """What was filled in from an earlier answer, and from which."""
    words = page_words(opened.context.language).words
    if taken.everything:
        return words["copied_all"].format(about=taken.about)
    labels = [one.label for one in asked_fields(opened.form, opened.context) if one.name in taken.raw]
    if not labels:
        return words["copied_none"].format(about=taken.about.removesuffix("."))
    return words["copied"].format(about=taken.about, fields=", ".join(dict.fromkeys(labels)))


def _form(
    services: Services,
    opened: OpenedLink,
    raw: Mapping[str, str] | None = None,
    checked: Checked | None = None,
    *,
    draft: Draft | None = None,
    taken: Taken | None = None,
    others: Others | None = None,
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
        answers=draft.answers if draft else taken.raw if taken else raw,
        errors=checked.errors if checked else None,
        saved_notice=notice,
        copied_notice=_copied(opened, taken) if taken else None,
        copy_url=f"{opened.path}?lang={opened.context.language}&copy=all" if taken and not taken.everything else None,
        others_url=others.all_url if others else None,
        others_count=len(others.items) if others else 0,
        reach_url=reach_url(services, opened),
        wrong_person_url=f"{opened.path}/wrong?lang={opened.context.language}",
        help_email=opened.help_email,
    )
