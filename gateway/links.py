"""What a mailed link opens: the form of one request for one person, with what its page says of the lifecycle."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from activities.letters import LOOKS_AFTER_HOSTS, STAFF
from catalog.form_catalog import pinned
from catalog.page_words import GoneKind, page_words
from catalog.program_catalog import program
from gateway.handed_hours import hours_handed_in
from gateway.pages import language_of
from lifecycle.calendars import site_day
from lifecycle.form_layout import FormContext
from records import disclosures, lifecycles, links
from records.drafts import Matter
from records.links import Found, Link
from records.page_facts import PageFacts, page_facts
from records.pool import Connection
from schemas.clock import Clock
from schemas.directory import Person
from schemas.disclosures import recipient
from schemas.form_fields import Language
from schemas.forms import MAX_JOB_SKILLS, FormDefinition
from schemas.views import CaseView, OpportunityView, PartnershipView, RequestView
from schemas.vocabulary import AT_THE_WORKSITE, Role

_SITE = dict.fromkeys((*sorted(AT_THE_WORKSITE), Role.EDUCATOR), "site")
_FAMILY = dict.fromkeys((Role.STUDENT, Role.GUARDIAN), "family")
SIDES: dict[Role, str] = {role: {**_SITE, **_FAMILY}.get(role, "staff") for role in Role}
"""On which side a role stands. From a link that was mailed to somebody on one side nothing of the others is shown."""

MAX_TEXT = 2000
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}")


class Where(NamedTuple):
    """The address of a page: a mailed link's token, and which other request of the same person, if not its own."""

    token: str
    matter: Matter | None = None

    @property
    def path(self) -> str:
        """The page's own address."""
        also = "" if self.matter is None else "/of/" + "/".join(self.matter)
        return f"/f/{self.token}{also}"


@dataclass(frozen=True)
class OpenedLink:
    """A link as it is at the program instant `at`; `gone` says why it can no longer be answered, if so.

    `help_email` is the address of whoever looks after the person, `own` the request that the link was mailed for.
    """

    where: Where
    own: Matter
    link: Link
    view: CaseView
    request: RequestView
    form: FormDefinition
    context: FormContext
    at: datetime
    gone: GoneKind | None
    help_email: str | None

    @property
    def path(self) -> str:
        """The address of its page."""
        return self.where.path

    @property
    def is_of_many(self) -> bool:
        """Whether its page tells what else is asked of the person; staff have the console for that."""
        return SIDES[self.link.role] != "staff"

    @property
    def matter(self) -> Matter:
        """Which request it is about."""
        return Matter(self.link.lifecycle, self.link.lifecycle_id, self.link.request_id)


async def open_link(conn: Connection, where: Where, lang: str | None, now: datetime) -> OpenedLink | None:
    """What an address opens at the real instant `now`, in the language asked for or the person's; None: nothing.

    Whoever opens it is shown something of the learner: it is kept that they were.
    """
    own = await links.find(conn, where.token) if TOKEN.fullmatch(where.token) else None
    found = own if own is None or where.matter is None else await _also(conn, own, where.matter, now)
    if own is None or found is None or found.view is None:
        return None
    link, view = found.link, found.view
    request = view.request(link.request_id)
    if request is None:
        return None
    at = _clock(view).program_time(now)
    if view.learner_id is not None:
        to, record = recipient(link.person_id, link.role), f"{link.lifecycle}/{link.lifecycle_id}"
        await disclosures.tell(conn, to, "form", now, record=record, learners=[view.learner_id])
    helpers = _helpers(view, link.person_id)
    facts = await page_facts(
        conn,
        people=(link.person_id, view.learner_id, view.team.get(Role.WORKSITE_SUPERVISOR), *helpers),
        hosts=(view.host_id,),
        opportunity_id=view.id if isinstance(view, OpportunityView) else view.opportunity_id,
    )
    language = language_of(lang, facts.people[link.person_id].language if link.person_id in facts.people else None)
    hours = await hours_handed_in(conn, view, request, language)
    return OpenedLink(
        where=where,
        own=Matter(own.link.lifecycle, own.link.lifecycle_id, own.link.request_id),
        link=link,
        view=view,
        request=request,
        form=_about(view, pinned(request.form)),
        context=_context(link, view, request, facts, language=language, hours=hours, at=at),
        at=at,
        gone=why_gone(link, request, at),
        help_email=next((address for id_ in helpers if (address := facts.address_of(id_))), None),
    )


async def _also(conn: Connection, found: Found, matter: Matter, now: datetime) -> Found | None:
    """A link as good as the person's own for another request that she holds in a role on the same side; or None."""
    own, first = found
    view = await lifecycles.view_of(conn, matter.lifecycle, matter.lifecycle_id)
    request = view.request(matter.request_id) if view else None
    if first is None or view is None or request is None or own.person_id not in request.holders:
        return None
    if own.revoked_at is not None or _clock(first).program_time(now) >= own.expires_at:
        return None
    roles = [one.role for one in request.asked if one.person_id == own.person_id]
    role = roles[-1] if roles else request.role
    if SIDES[role] != SIDES[own.role]:
        return None
    at = _clock(view).program_time(now)
    changes = {**matter._asdict(), "role": role, "minted_at": at, "expires_at": at + timedelta(days=1)}
    return Found(own.changed(**changes), view)


def _clock(view: CaseView) -> Clock:
    return Clock(speed=view.speed, program_epoch=view.program_epoch, real_epoch=view.real_epoch)


def _helpers(view: CaseView, reader_id: str) -> list[str]:
    """The staff who are not the reader, the nearest first."""
    roles = LOOKS_AFTER_HOSTS if isinstance(view, PartnershipView) else STAFF
    return [view.team[role] for role in roles if role in view.team and view.team[role] != reader_id]


def why_gone(link: Link, request: RequestView, at: datetime) -> GoneKind | None:
    """Why a link cannot be answered at a program instant; None when it can. The plainest reason comes first."""
    if link.person_id not in request.holders:
        return "passed_on"
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


def _context(
    link: Link,
    view: CaseView,
    request: RequestView,
    facts: PageFacts,
    *,
    language: Language,
    hours: str | None,
    at: datetime,
) -> FormContext:
    """Everything the page says; what the directory no longer knows is said by its id."""
    learner = facts.people.get(view.learner_id or "")
    supervisor = facts.people.get(view.team.get(Role.WORKSITE_SUPERVISOR, ""))
    host, offered = facts.hosts.get(view.host_id or ""), facts.opportunity
    pinned_program = program(view.program)
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
        job_title=_text(offered.title if offered else None),
        tasks=_text("\n".join(offered.tasks) if offered else None),
        job_skills=offered.job_skills[:MAX_JOB_SKILLS] if offered else (),
        hours=_text(hours),
        start=view.start,
        end=view.end,
        today=site_day(view.time_zone, at),
        due=request.due_at,
        overdue=request.due_at is not None and request.due_at < at,
        zone=view.time_zone,
    )


def _name(person: Person | None, reader: Role | None = None) -> str | None:
    return None if person is None else known_as(person, reader)


def known_as(person: Person, reader: Role | None = None) -> str:
    """A person's name as this reader may see it."""
    if reader in AT_THE_WORKSITE:
        return f"{person.given_name} {person.family_name[:1]}.".removesuffix(" .")
    return f"{person.given_name} {person.family_name}"


def _text(text: str | None) -> str | None:
    return (text or "").strip()[:MAX_TEXT] or None
