"""One person, several forms: what else is asked of her, and what she may take over from an answer she gave before.

A supervisor of eight interns answers all eight from any of her links; each answer is a submission of its own.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from catalog import page_dates
from catalog.form_catalog import UnknownFormError, pinned
from catalog.page_words import page_words
from gateway.gone import RENEWABLE, Page, gone, nothing
from gateway.links import AT_THE_WORKSITE, SIDES, OpenedLink, Where, known_as, open_link
from gateway.person_pages import Item, all_page
from gateway.reach import reach_url
from gateway.services import Services
from lifecycle.form_layout import FormContext, asked_fields
from lifecycle.forms import as_raw
from records import asked, disclosures, submissions
from records.drafts import Matter
from records.health import borrow
from records.page_facts import page_facts
from records.pool import Connection
from schemas.disclosures import recipient
from schemas.form_fields import Language
from schemas.program_kinds import EXPIRING, RENEWS
from schemas.vocabulary import RequestKind, Role

MANY = 100
"""So many forms at most are listed."""

COPIED = frozenset({"text", "signature"})
"""Facts that are likely to be the same for every intern of one supervisor: filled in from an earlier answer."""

COPYING = AT_THE_WORKSITE | {Role.GUARDIAN}
"""Who answers one form about several learners. Hours, and a document's number, are each learner's own."""

NEVER_COPIED = frozenset({"agree", "file"})
"""What is given anew each time."""


class Others(NamedTuple):
    """What is open besides the page's own form, the most urgent first, and the address that lists everything."""

    items: tuple[Item, ...]
    all_url: str


class Taken(NamedTuple):
    """What is taken over from an earlier answer: raw values, whom that was about, and whether it is everything."""

    raw: dict[str, str]
    about: str
    everything: bool


async def others(conn: Connection, opened: OpenedLink) -> Others:
    """What else is asked of the person, on the side on which this link was mailed to her."""
    found = await _open(conn, opened)
    return Others(tuple(one for one in found if not one.here), _all_url(opened))


async def show_all(services: Services, where: Where, lang: str | None) -> Page:
    """The page that lists everything. A link that is void, or has expired, shows nothing of it."""
    async with borrow(services.pool) as conn:
        opened = await open_link(conn, where, lang, services.now())
        if opened is None:
            return nothing(lang)
        if opened.gone in RENEWABLE or opened.gone == "passed_on":
            return await gone(conn, opened, opened.gone)
        items, sent = await _open(conn, opened), await _sent(conn, opened)
        await tell(conn, opened, (*items, *sent), services.now())
    html = all_page(
        opened.context,
        items=items,
        sent=sent,
        here=_all_url(opened).partition("?")[0],
        reach_url=reach_url(services, opened),
        help_email=opened.help_email,
    )
    return Page(200, html)


async def tell(conn: Connection, opened: OpenedLink, items: Iterable[Item], now: datetime) -> None:
    """Keep that the person is shown of which learners she is asked."""
    learners = [one.learner_id for one in items if one.learner_id]
    await disclosures.tell(conn, recipient(opened.link.person_id, opened.link.role), "forms", now, learners=learners)


async def taken_over(conn: Connection, opened: OpenedLink, copy: str | None) -> Taken | None:
    """What an earlier answer of hers to the same form, about somebody else, gives to this one; None: there is none."""
    before = await submissions.newest_like(conn, opened.request.form, opened.link.person_id, opened.matter)
    if before is None:
        return None
    everything = copy == "all"
    facts = COPIED if opened.link.role in COPYING and opened.request.kind not in EXPIRING | RENEWS else frozenset[str]()
    fields = asked_fields(opened.form, opened.context)
    kinds = {one.name: one.field.kind for one in fields if not (one.skill_id or "").startswith("job_")}
    raw = {
        name: value
        for name, value in as_raw(before.answers).items()
        if (kind := kinds.get(name)) and kind not in NEVER_COPIED and (everything or kind in facts)
    }
    about = await _about(conn, [before.learner_id, before.host_id], opened.link.role)
    return Taken(raw, _named(before.learner_id, before.host_id, about), everything)


def _all_url(opened: OpenedLink) -> str:
    return f"/f/{opened.where.token}/all?lang={opened.context.language}"


async def _open(conn: Connection, opened: OpenedLink) -> tuple[Item, ...]:
    rows = await asked.open_asks(conn, opened.link.person_id, MANY)
    side = SIDES[opened.link.role]
    rows = [one for one in rows if SIDES[one.role] == side]
    names = await _about(conn, [id_ for one in rows for id_ in (one.learner_id, one.host_id)], opened.link.role)
    language = opened.context.language
    return tuple(
        Item(
            url=f"{_where(opened, Matter(one.lifecycle, one.lifecycle_id, one.request_id)).path}?lang={language}",
            title=_title(one.form, opened.context),
            about=_named(one.learner_id, one.host_id, names),
            occasion=_occasion(one.kind, one.number, language),
            when=_moment(one.due_at, one.zone, language),
            overdue=one.overdue,
            saved=one.saved,
            here=(one.lifecycle, one.lifecycle_id, one.request_id) == tuple(opened.matter),
            learner_id=one.learner_id,
        )
        for one in rows
    )


async def _sent(conn: Connection, opened: OpenedLink) -> tuple[Item, ...]:
    rows = await asked.sent_answers(conn, opened.link.person_id, MANY)
    rows = [one for one in rows if SIDES[one.role] == SIDES[opened.link.role]]
    names = await _about(conn, [id_ for one in rows for id_ in (one.learner_id, one.host_id)], opened.link.role)
    return tuple(
        Item(
            url=None,
            title=_title(one.form, opened.context),
            about=_named(one.learner_id, one.host_id, names),
            occasion=None,
            when=_moment(one.at, one.zone, opened.context.language),
            saved=False,
            here=False,
            learner_id=one.learner_id,
        )
        for one in rows
    )


def _where(opened: OpenedLink, matter: Matter) -> Where:
    """The address of another request; the link's own request has the link's own."""
    return Where(opened.where.token, None if matter == opened.own else matter)


async def _about(conn: Connection, ids: Iterable[str | None], reader: Role) -> dict[str, str]:
    """The names of learners, as this reader may see them, and of hosts."""
    wanted = {id_ for id_ in ids if id_}
    facts = await page_facts(conn, people=wanted, hosts=wanted)
    named = {id_: known_as(one, reader) for id_, one in facts.people.items()}
    return {**{id_: host.name for id_, host in facts.hosts.items()}, **named}


def _named(learner_id: str | None, host_id: str | None, names: Mapping[str, str]) -> str:
    about = learner_id or host_id or ""
    return names.get(about, about)


def _title(pin: str, context: FormContext) -> str:
    try:
        return context.say(pinned(pin).title)
    except UnknownFormError:
        return pin


def _occasion(kind: RequestKind, number: int, language: Language) -> str:
    said = page_words(language).occasions[kind]
    return f"{said} {number}" if number > 1 else said


def _moment(at: datetime | None, zone: str, language: Language) -> str | None:
    return page_dates.moment(at, zone, language) if at else None
