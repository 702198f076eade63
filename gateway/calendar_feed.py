"""A person's days as a calendar that programs fetch: what is due of them, and who visits, on one side of a placement.

Its address is made on a page behind a mailed link, can be made anew and stopped there, and is kept as a hash alone.
Learners are named as in the mails to that person; a calendar is shared more readily than mails, so it holds no link.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response

from catalog.calendar_entries import Entry, entry_of, written
from catalog.message_catalog import Letter
from catalog.program_catalog import program
from gateway.gone import RENEWABLE, Page, gone, nothing
from gateway.links import SIDES, TOKEN, OpenedLink, Where, known_as, open_link
from gateway.pages import DO
from gateway.person_pages import calendar_page
from gateway.problems import ProblemError
from gateway.services import Open, Services
from records import asked, calendar_feeds, directory, disclosures
from records.calendar_feeds import Feed
from records.health import borrow
from records.page_facts import page_facts
from records.pool import Connection
from schemas.disclosures import recipient
from schemas.problems import ProblemCode
from schemas.vocabulary import Role

router = APIRouter(tags=["Forms"], default_response_class=Response)

MANY = 200
"""So many days that something is due are told at most."""
HEADERS: Mapping[str, str] = {
    "Content-Type": "text/calendar; charset=utf-8",
    "Content-Disposition": 'inline; filename="journeywork.ics"',
    "Cache-Control": "private, max-age=3600",
    "X-Robots-Tag": "noindex, nofollow",
}


@router.get(
    "/calendar/{token}.ics",
    summary="A person's days, for their calendar program",
    responses={200: {"content": {"text/calendar": {}}}, 304: {}, 404: {}},
)
async def get_calendar(request: Request, services: Open, token: str) -> Response:
    """What is due and who visits. The same days give the same bytes, so that a program need not fetch them twice."""
    async with borrow(services.pool) as conn:
        feed = await calendar_feeds.find(conn, token) if TOKEN.fullmatch(token) else None
        if feed is None:
            raise ProblemError(ProblemCode.NOT_FOUND, "there is no such calendar; its address was replaced or stopped")
        domain = urlsplit(services.public_url).hostname or "journeywork"
        entries = [one async for one in _entries(conn, feed, domain, services.now())]
    text = written(entries, None, None, feed.minted_at).encode()
    tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": HEADERS["Cache-Control"]})
    return Response(text, headers={**HEADERS, "ETag": tag})


async def show(services: Services, where: Where, lang: str | None) -> Page:
    """The page on which to make the address. Looking changes nothing."""
    return await _on_page(services, where, None, lang)


async def change(services: Services, where: Where, raw: Mapping[str, str], lang: str | None) -> Page:
    """Make an address, after which earlier ones lead nowhere; or only stop those."""
    return await _on_page(services, where, "stop" if raw.get(DO) == "stop" else "make", lang)


async def _on_page(services: Services, where: Where, do: str | None, lang: str | None) -> Page:
    now = services.now()
    async with borrow(services.pool) as conn, conn.transaction():
        opened = await open_link(conn, where, lang, now)
        if opened is None:
            return nothing(lang)
        if opened.gone in RENEWABLE or opened.gone == "passed_on":
            return await gone(conn, opened, opened.gone)
        person_id, roles = opened.link.person_id, _side(opened.link.role)
        address = None
        if do is not None:
            await calendar_feeds.revoke(conn, person_id, roles, now)
        if do == "make":
            token = await calendar_feeds.mint(conn, person_id, opened.link.role, now)
            address = f"{services.public_url}/calendar/{token}.ics"
        there = await calendar_feeds.has(conn, person_id, roles)
    return Page(200, _page(opened, address, there=there, stopped=do == "stop"))


def _page(opened: OpenedLink, address: str | None, *, there: bool, stopped: bool) -> str:
    return calendar_page(opened.context, action_url=opened.path, address=address, there=there, stopped=stopped)


def _side(role: Role) -> list[Role]:
    """The roles in which somebody sees the same."""
    return [one for one in Role if SIDES[one] == SIDES[role]]


async def _entries(conn: Connection, feed: Feed, domain: str, now: datetime) -> AsyncIterator[Entry]:
    person = await directory.person(conn, feed.person_id)
    if person is None or person.status != "active":
        return
    side = SIDES[feed.role]
    due = [one for one in await asked.open_asks(conn, feed.person_id, MANY) if SIDES[one.role] == side]
    visits = [one for one in await calendar_feeds.visits(conn, feed.person_id) if SIDES[one.role] == side]
    ids = {id_ for one in (*due, *visits) for id_ in (one.learner_id, one.host_id) if id_}
    facts = await page_facts(conn, people=ids, hosts=ids)
    told = [one.learner_id for one in (*due, *visits) if one.learner_id]
    await disclosures.tell(conn, recipient(feed.person_id, feed.role), "calendar", now, learners=told)
    for one in (*due, *visits):
        host = facts.hosts.get(one.host_id or "")
        learner = facts.people.get(one.learner_id or "")
        letter = Letter(
            message="request_moved_notification" if isinstance(one, asked.OpenAsk) else "visit_scheduled_notification",
            language=person.language,
            role=one.role,
            name=person.given_name,
            learner=known_as(learner, one.role) if learner else None,
            host=host.name if host else None,
            program=_title(one.program),
            reference=f"{one.lifecycle_id}/{one.request_id}",
            zone=one.zone if isinstance(one, asked.OpenAsk) else "UTC",
            kind=one.kind,
            due_at=one.due_at if isinstance(one, asked.OpenAsk) else None,
            day=None if isinstance(one, asked.OpenAsk) else one.day,
            sequence=one.sequence,
        )
        entry = entry_of(letter, domain)
        if entry is not None:
            yield entry


def _title(program_id: str) -> str:
    shipped = program(program_id)
    return shipped.title if shipped else program_id
