"""What a person can ask for instead of answering: a new link, or that somebody else answers."""

import hashlib
import re
from collections.abc import Mapping
from datetime import timedelta

from catalog.page_words import page_words
from gateway.bringing import keep, outcome_of
from gateway.gone import RENEWABLE, Page, gone, nothing, refused, why_not_now
from gateway.links import AT_THE_WORKSITE, OpenedLink, Where, open_link
from gateway.page_views import FieldView, plain_options
from gateway.pages import notice_page
from gateway.person_pages import wrong_person_page
from gateway.services import Services
from lifecycle.forms import cleaned
from records import referrals
from records.health import borrow
from records.links import token_hash
from records.referrals import Referral
from schemas.acts import Command
from schemas.form_fields import Language
from schemas.placement_commands import Disclaim, Resend
from schemas.problems import Refused
from schemas.vocabulary import LEARNERS, DisclaimReason, Role

SOURCE = "/forms/asked"
"""The source of the inbox rows that bring what is asked here to the lifecycle."""

SOON, OFTEN, IN = timedelta(minutes=5), 3, timedelta(hours=24)
"""A link that was sent so shortly before is not sent again, nor more than so often in so long (real time)."""

LONGEST = {"name": 120, "email": 254, "note": 1000}
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


async def renew(services: Services, where: Where, lang: str | None) -> Page:
    """Send a new link, to the address that is known, for one that has expired or was replaced."""
    async with borrow(services.pool) as conn:
        opened = await open_link(conn, where, lang, services.now())
        if opened is None:
            return nothing(lang)
        if opened.gone is None:
            return Page(303, location=f"{opened.path}?lang={opened.context.language}")
        if opened.gone not in RENEWABLE:
            return await gone(conn, opened, opened.gone)
        if _was_sent(opened):
            return _told(opened, "renewed_title", "renewed_before")
        command = Resend(request_id=opened.request.id, person_id=opened.link.person_id)
        turn = f"{'/'.join(opened.matter)}\0{opened.link.person_id}\0{len(opened.request.asked)}"
        row = await keep(conn, services, opened, command, source=SOURCE, id_=_id("link", turn))
    outcome = await outcome_of(services, row)
    if isinstance(outcome, Refused):
        return await refused(services, opened, outcome)
    return _told(opened, "renewed_title", "renewed_text")


def _was_sent(opened: OpenedLink) -> bool:
    """Whether this person was sent a link so shortly ago, or so often, that another one would not help."""
    mine = [one for one in opened.request.asked if one.person_id == opened.link.person_id]
    ago = [(opened.at - one.at) / opened.view.speed for one in mine if one.how not in {"told", "moved", "bounced"}]
    resent = [(opened.at - one.at) / opened.view.speed for one in mine if one.how == "resent"]
    return min(ago, default=IN) < SOON or sum(long < IN for long in resent) >= OFTEN


async def show_wrong(services: Services, where: Where, lang: str | None) -> Page:
    """The page on which to say that somebody else should answer. Looking changes nothing."""
    async with borrow(services.pool) as conn:
        opened = await open_link(conn, where, lang, services.now())
        if opened is None:
            return nothing(lang)
        if opened.gone is not None:
            return await gone(conn, opened, opened.gone)
    return Page(200, _wrong(opened, {}, {}))


async def say_wrong(services: Services, where: Where, raw: Mapping[str, str], lang: str | None) -> Page:
    """Take down that somebody else should answer and bring it to the lifecycle; the same twice is said once."""
    async with borrow(services.pool) as conn:
        opened = await open_link(conn, where, lang, services.now())
        if opened is None:
            return nothing(lang)
        said = {name: cleaned(raw.get(name), lines=name == "note") for name in ("reason", *LONGEST)}
        said_in_all = "\0".join((token_hash(where.token), where.path, *said.values()))
        errors = _errors(opened, said)
        again = None if errors else await referrals.get(conn, _id("ref", said_in_all))
        if again is not None:
            return _told(opened, "told_title", "told_text")
        if (reason := await why_not_now(conn, opened)) is not None:
            return await gone(conn, opened, reason)
        if errors:
            return Page(422, _wrong(opened, said, errors))
        told = _referral(opened, _id("ref", said_in_all), said)
        async with conn.transaction():
            await referrals.save(conn, told)
            row = await keep(conn, services, opened, _command(told), source=SOURCE, id_=told.id)
    outcome = await outcome_of(services, row)
    if isinstance(outcome, Refused):
        return await refused(services, opened, outcome)
    return _told(opened, "told_title", "told_text")


def _referral(opened: OpenedLink, id_: str, said: Mapping[str, str]) -> Referral:
    link = opened.link
    return Referral(
        id=id_,
        lifecycle=link.lifecycle,
        lifecycle_id=link.lifecycle_id,
        request_id=link.request_id,
        person_id=link.person_id,
        role=link.role,
        reason=DisclaimReason(said["reason"]),
        name=said["name"],
        email=said["email"],
        note=said["note"],
        at=opened.at,
    )


def _command(told: Referral) -> Command:
    return Disclaim(request_id=told.request_id, person_id=told.person_id, reason=told.reason, referral_id=told.id)


def _reasons(opened: OpenedLink) -> dict[DisclaimReason, str]:
    """What this person may say, with the name of its words."""
    found: dict[DisclaimReason, str] = {}
    if opened.view.learner_id is not None and opened.link.role not in LEARNERS:
        child = opened.link.role is Role.GUARDIAN
        found[DisclaimReason.NOT_MY_STUDENT] = "wrong_not_my_child" if child else "wrong_not_my_student"
        if opened.link.role in AT_THE_WORKSITE:
            found[DisclaimReason.NO_LONGER_SUPERVISOR] = "wrong_no_longer_supervisor"
    found[DisclaimReason.SOMEONE_ELSE] = "wrong_someone_else"
    return found


def _errors(opened: OpenedLink, said: Mapping[str, str]) -> dict[str, str]:
    """What is to be put right, in words without their lead, by name of control."""
    words = page_words(opened.context.language)
    found: dict[str, str] = {}
    if said["reason"] not in _reasons(opened):
        found["reason"] = words.errors["choice_required"]
    for name, most in LONGEST.items():
        count = len(said[name])
        if count > most:
            found[name] = words.errors["too_long"].format(lead="{lead}", count=count, max=most, over=count - most)
    if "email" not in found and said["email"] and not _EMAIL.fullmatch(said["email"]):
        found["email"] = words.words["wrong_not_an_email"]
    return found


def _wrong(opened: OpenedLink, said: Mapping[str, str], errors: Mapping[str, str]) -> str:
    here = {name: wrong.format(lead="") for name, wrong in errors.items()}
    fields = wrong_fields(opened.context.language, _reasons(opened), said, here)
    labels = {one.name: one.label if one.label.endswith("?") else f"{one.label}:" for one in fields}
    return wrong_person_page(
        opened.form,
        opened.context,
        action_url=opened.path,
        fields=fields,
        errors=tuple((name, wrong.format(lead=f"{labels[name]} ")) for name, wrong in errors.items()),
        help_email=opened.help_email,
    )


def wrong_fields(
    language: Language, reasons: Mapping[DisclaimReason, str], said: Mapping[str, str], errors: Mapping[str, str]
) -> tuple[FieldView, ...]:
    """The controls with which to say that somebody else should answer; `reasons` by the names of their words."""
    words = page_words(language).words
    labels = ((code, words[name]) for code, name in reasons.items())
    options = plain_options("reason", labels, said.get("reason"))

    def field(name: str, kind: str, hints: tuple[str, ...] = ()) -> FieldView:
        return FieldView(
            name=name,
            kind=kind,
            label=words[f"wrong_{name}"],
            hints=hints,
            error=errors.get(name),
            value=said.get(name, ""),
            options=options if kind == "choice" else (),
            optional=kind != "choice",
            rows=3,
        )

    return (
        field("reason", "choice"),
        field("name", "text", (words["wrong_name_help"],)),
        field("email", "text"),
        field("note", "long_text"),
    )


def _told(opened: OpenedLink, title: str, text: str) -> Page:
    return Page(200, notice_page(title, text, opened.context.language, here=opened.path, help_email=opened.help_email))


def _id(kind: str, what: str) -> str:
    return f"{kind}-{hashlib.sha256(what.encode()).hexdigest()[:32]}"
