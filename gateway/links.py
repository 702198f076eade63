"""What a mailed link opens: the form of one request for one person, with what its page says of the lifecycle."""

import re
from dataclasses import dataclass
from datetime import datetime

from catalog.form_catalog import pinned
from catalog.page_words import GoneKind, page_words
from catalog.program_catalog import program
from gateway.handed_hours import hours_handed_in
from gateway.pages import language_of
from lifecycle.calendars import site_day
from lifecycle.form_layout import FormContext
from records import directory, lifecycles, links
from records.drafts import Matter
from records.links import Link
from records.pool import Connection
from schemas.clock import Clock
from schemas.directory import Person
from schemas.forms import MAX_JOB_SKILLS, FormDefinition
from schemas.views import CaseView, OpportunityView, RequestView
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
    view: CaseView
    request: RequestView
    form: FormDefinition
    context: FormContext
    at: datetime
    gone: GoneKind | None

    @property
    def path(self) -> str:
        """The address of its page."""
        return f"/f/{self.token}"

    @property
    def matter(self) -> Matter:
        """Which request it is about."""
        return Matter(self.link.lifecycle, self.link.lifecycle_id, self.link.request_id)


async def open_link(conn: Connection, token: str, lang: str | None, now: datetime) -> OpenedLink | None:
    """What the token opens at the real instant `now`, in the language asked for or the person's; None: nothing."""
    link = await links.find(conn, token) if _TOKEN.fullmatch(token) else None
    view = await lifecycles.view_of(conn, link.lifecycle, link.lifecycle_id) if link else None
    request = view.request(link.request_id) if link and view else None
    if link is None or view is None or request is None:
        return None
    clock = Clock(speed=view.speed, program_epoch=view.program_epoch, real_epoch=view.real_epoch)
    at = clock.program_time(now)
    return OpenedLink(
        token=token,
        link=link,
        view=view,
        request=request,
        form=_about(view, pinned(request.form)),
        context=await _context(conn, link, view, request, lang=lang, at=at),
        at=at,
        gone=why_gone(link, request, at),
    )


def why_gone(link: Link, request: RequestView, at: datetime) -> GoneKind | None:
    """Why a link cannot be answered at a program instant; None when it can. The plainest reason comes first."""
    if link.person_id not in request.holders:
        return "replaced"
    if request.state == "submitted":
        return "already_answered"
    if request.state != "open" and not _is_late(request, at):
        return "closed"
    if link.revoked_at is not None:
        return "replaced"
    return "expired" if at >= link.expires_at else None


def _is_late(request: RequestView, at: datetime) -> bool:
    """Whether an evaluation that was given up is still taken."""
    return request.state == "not_provided" and request.late_until is not None and at < request.late_until


def _about(view: CaseView, form: FormDefinition) -> FormDefinition:
    """The form without the facts that its lifecycle does not have: a partnership is about no learner."""
    missing = {fact for fact, id_ in (("learner", view.learner_id), ("host", view.host_id)) if id_ is None}
    if not missing.intersection(form.shows):
        return form
    return form.changed(shows=tuple(fact for fact in form.shows if fact not in missing))


async def _context(
    conn: Connection, link: Link, view: CaseView, request: RequestView, *, lang: str | None, at: datetime
) -> FormContext:
    """Everything the page says, from the directory; what the directory no longer knows is said by its id."""
    signer = await directory.person(conn, link.person_id)
    learner = await directory.person(conn, view.learner_id) if view.learner_id else None
    supervisor_id = view.team.get(Role.WORKSITE_SUPERVISOR)
    supervisor = await directory.person(conn, supervisor_id) if supervisor_id else None
    host = await directory.host(conn, view.host_id) if view.host_id else None
    opportunity_id = view.id if isinstance(view, OpportunityView) else view.opportunity_id
    facts = await directory.opportunity_facts(conn, opportunity_id) if opportunity_id else None
    pinned_program = program(view.program)
    language = language_of(lang, signer.language if signer else None)
    words = page_words(language)
    return FormContext(
        language=language,
        signer_role=link.role,
        other_roles=frozenset(role for role, person_id in view.team.items() if person_id == link.person_id),
        occasion=request.kind,
        number=request.number,
        learner_name=_text(_name(learner, link.role)) or view.learner_id or words.roles[Role.STUDENT],
        host_name=_text(host.name if host else None) or view.host_id or words.facts["host"],
        program_name=pinned_program.title if pinned_program else view.program,
        worksite_supervisor_name=_text(_name(supervisor)),
        job_title=_text(facts.title if facts else None),
        tasks=_text("\n".join(facts.tasks) if facts else None),
        job_skills=facts.job_skills[:MAX_JOB_SKILLS] if facts else (),
        hours=_text(await hours_handed_in(conn, view, request, language)),
        start=view.start,
        end=view.end,
        today=site_day(view.time_zone, at),
        due=request.due_at,
        zone=view.time_zone,
    )


def _name(person: Person | None, reader: Role | None = None) -> str | None:
    if person is None:
        return None
    if reader in AT_THE_WORKSITE:
        return f"{person.given_name} {person.family_name[:1]}.".removesuffix(" .")
    return f"{person.given_name} {person.family_name}"


def _text(text: str | None) -> str | None:
    return (text or "").strip()[:MAX_TEXT] or None
