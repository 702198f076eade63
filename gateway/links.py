"""What a mailed link opens: the form of one request for one person, with what its page says of the placement."""

import re
from dataclasses import dataclass
from datetime import datetime

from catalog.form_catalog import pinned
from catalog.page_words import GoneKind
from catalog.program_catalog import program
from gateway.pages import language_of
from lifecycle.calendars import site_day
from lifecycle.form_layout import FormContext
from records import directory, lifecycles, links
from records.links import Link
from records.pool import Connection
from schemas.clock import Clock
from schemas.directory import Person
from schemas.forms import MAX_JOB_SKILLS, FormDefinition
from schemas.views import PlacementView, RequestView
from schemas.vocabulary import Role

AT_THE_WORKSITE = frozenset({Role.WORKSITE_SUPERVISOR, Role.ALTERNATE_SUPERVISOR, Role.SITE_CONTACT})
"""They see a learner's given name and the family name's first letter."""

MAX_TEXT = 2000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}")


@dataclass(frozen=True)
class OpenedLink:
    """A link as it is at the program instant `at`; `gone` says why it can no longer be answered, if so."""

    token: str
    link: Link
    placement: PlacementView
    request: RequestView
    form: FormDefinition
    context: FormContext
    at: datetime
    gone: GoneKind | None


async def open_link(conn: Connection, token: str, lang: str | None, now: datetime) -> OpenedLink | None:
    """What the token opens at the real instant `now`, in the language asked for or the person's; None: nothing."""
    link = await links.find(conn, token) if _TOKEN.fullmatch(token) else None
    placement = await lifecycles.placement(conn, link.placement_id) if link else None
    if link is None or placement is None:
        return None
    request = next((one for one in placement.requests if one.id == link.request_id), None)
    if request is None:
        return None
    clock = Clock(speed=placement.speed, program_epoch=placement.program_epoch, real_epoch=placement.real_epoch)
    at = clock.program_time(now)
    return OpenedLink(
        token=token,
        link=link,
        placement=placement,
        request=request,
        form=pinned(request.form),
        context=await _context(conn, link, placement, request, lang=lang, at=at),
        at=at,
        gone=why_gone(link, request, at),
    )


def why_gone(link: Link, request: RequestView, at: datetime) -> GoneKind | None:
    """Why a link cannot be answered at a program instant; None when it can. The plainest reason comes first."""
    if link.person_id not in request.holders:
        return "replaced"
    if request.state == "submitted":
        return "already_answered"
    if request.state != "open":
        return "closed"
    if link.revoked_at is not None:
        return "replaced"
    return "expired" if at >= link.expires_at else None


async def _context(
    conn: Connection, link: Link, placement: PlacementView, request: RequestView, *, lang: str | None, at: datetime
) -> FormContext:
    """Everything the page says, from the directory; what the directory no longer knows is said by its id."""
    signer = await directory.person(conn, link.person_id)
    learner = await directory.person(conn, placement.learner_id)
    supervisor_id = placement.team.get(Role.WORKSITE_SUPERVISOR)
    supervisor = await directory.person(conn, supervisor_id) if supervisor_id else None
    host = await directory.host(conn, placement.host_id)
    facts = await directory.opportunity_facts(conn, placement.opportunity_id)
    pinned_program = program(placement.program)
    return FormContext(
        language=language_of(lang, signer.language if signer else None),
        signer_role=link.role,
        occasion=request.kind,
        number=request.number,
        learner_name=_text(_name(learner, link.role)) or placement.learner_id,
        host_name=_text(host.name if host else None) or placement.host_id,
        program_name=pinned_program.title if pinned_program else placement.program,
        worksite_supervisor_name=_text(_name(supervisor)),
        job_title=_text(facts.title if facts else None),
        tasks=_text("\n".join(facts.tasks) if facts else None),
        job_skills=facts.job_skills[:MAX_JOB_SKILLS] if facts else (),
        start=placement.start,
        end=placement.end,
        today=site_day(placement.time_zone, at),
        due=request.due_at,
        zone=placement.time_zone,
    )


def _name(person: Person | None, reader: Role | None = None) -> str | None:
    if person is None:
        return None
    if reader in AT_THE_WORKSITE:
        return f"{person.given_name} {person.family_name[:1]}.".removesuffix(" .")
    return f"{person.given_name} {person.family_name}"


def _text(text: str | None) -> str | None:
    return (text or "").strip()[:MAX_TEXT] or None
