"""Gathers what a mail to one person says: names from the directory, dates from the lifecycle, words from the form.

A mail names the learner, the host and the dates only where its lifecycle has them.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

from activities.receipts import said_again
from catalog.form_catalog import UnknownFormError, pinned
from catalog.message_catalog import Letter, Someone, occasion_words, role_words
from catalog.page_words import page_words
from catalog.program_catalog import program
from records import directory
from records.pool import Connection
from schemas.case import Asked
from schemas.directory import Contact, Language
from schemas.effects import Notify
from schemas.form_fields import Worded
from schemas.program_kinds import GATES
from schemas.views import CaseView, OpportunityView, PartnershipView, PlacementView, RequestView
from schemas.vocabulary import AT_THE_WORKSITE, Role

STAFF = (Role.CAREER_SPECIALIST, Role.COORDINATOR, Role.PROGRAM_MANAGER)
"""Who answers questions, the nearest first."""
LOOKS_AFTER_HOSTS = (Role.ENGAGEMENT_MANAGER, *STAFF)
"""The same for a partnership."""


class Link(NamedTuple):
    """The address a reader answers at, the last site day on which it works, and where another day can be chosen."""

    url: str
    until: date
    later: str | None = None


def people_of(view: CaseView, effect: Notify) -> set[str]:
    """Everybody whom the mail may name, or who reads it."""
    request = view.request(effect.request_id)
    silent = _asked_before(request, effect) if request else None
    return {effect.person_id, *view.team.values(), *([silent.person_id] if silent else [])}


async def compose(
    conn: Connection, view: CaseView, effect: Notify, known: Mapping[str, Contact], link: Link | None
) -> Letter:
    """Everything the mail says to its reader. `known` holds the `people_of` it who are in the directory."""
    reader = known[effect.person_id]
    language = reader.language
    request = view.request(effect.request_id)
    shipped = program(view.program)
    supervisor = known.get(view.team.get(Role.WORKSITE_SUPERVISOR, ""))
    letter = Letter(
        message=effect.message,
        language=language,
        role=effect.role,
        name=reader.name,
        learner=await _learner(conn, view, effect.role, language),
        host=await _host(conn, view, language),
        job=await _job(conn, view),
        program=shipped.title if shipped else view.program,
        reference=f"{view.id}/{request.id}" if request else view.id,
        zone=view.time_zone,
        start=view.start,
        end=view.end,
        link=link.url if link else None,
        link_until=link.until if link else None,
        later=link.later if link else None,
        contact=_contact(view, known, reader.id),
        silent=_silent(request, effect, known) if request else None,
        supervisor=supervisor.name if supervisor else None,
        ending=view.reason or view.outcome,
        day=view.suspended_until if isinstance(view, PlacementView) else None,
        missing=_missing(view, language),
    )
    return await said_again(conn, view, request, effect, _about(letter, request)) if request else letter


def _missing(view: CaseView, language: Language) -> tuple[str, ...]:
    """What is not ready before the start, as `Work permit (Student)`."""
    return tuple(
        f"{occasion_words(one.kind, language)} ({role_words(one.role, language)})"
        for one in view.requests
        if one.kind in GATES and one.blocks and one.state == "open"
    )


def _about(letter: Letter, request: RequestView) -> Letter:
    asked: dict[str, Any] = {
        "kind": request.kind,
        "form": occasion_words(request.kind, letter.language),
        "due_at": request.due_at,
        "closes_at": request.closes_at,
        "overdue": request.overdue,
        "sequence": len(request.asked),
        "day": request.visit_on,
    }
    with suppress(UnknownFormError):
        form = pinned(request.form)
        asked |= {"form": _said(form.title, letter), "why": _said(form.why, letter), "minutes": form.minutes}
    return letter.model_copy(update=asked)


def _said(text: Worded, letter: Letter) -> str:
    words = page_words(letter.language)
    names = {
        "learner": letter.learner or words.roles[Role.STUDENT],
        "host": letter.host or words.facts["host"],
        "program": letter.program,
    }
    said = text.said(letter.language)
    for name, value in names.items():
        said = said.replace(f"{{{name}}}", value)
    return said


async def _learner(conn: Connection, view: CaseView, reader: Role, language: Language) -> str | None:
    if view.learner_id is None:
        return None
    learner = await directory.person(conn, view.learner_id)
    if learner is None:
        return page_words(language).roles[Role.STUDENT]
    if reader in AT_THE_WORKSITE:
        return f"{learner.given_name} {learner.family_name[:1]}."
    return f"{learner.given_name} {learner.family_name}"


async def _host(conn: Connection, view: CaseView, language: Language) -> str | None:
    if view.host_id is None:
        return None
    host = await directory.host(conn, view.host_id)
    return host.name if host else page_words(language).facts["host"]


async def _job(conn: Connection, view: CaseView) -> str | None:
    """The job that an opportunity offers: one host may offer several."""
    facts = await directory.opportunity_facts(conn, view.id) if isinstance(view, OpportunityView) else None
    return facts.title if facts else None


def _contact(view: CaseView, known: Mapping[str, Contact], reader_id: str) -> Someone | None:
    for role in LOOKS_AFTER_HOSTS if isinstance(view, PartnershipView) else STAFF:
        person = known.get(view.team.get(role, ""))
        if person is not None and person.active and person.email and person.id != reader_id:
            return Someone(name=person.name, role=role, email=person.email)
    return None


def _asked_before(request: RequestView, effect: Notify) -> Asked | None:
    """Who may answer besides the reader and was asked last; or who said that somebody else should answer."""
    if effect.message == "request_disclaimed_warning":
        return next((one for one in reversed(request.asked) if one.how == "disclaimed"), None)
    for one in reversed(request.asked):
        if one.person_id in request.holders and one.person_id != effect.person_id:
            return one
    return None


def _silent(request: RequestView, effect: Notify, known: Mapping[str, Contact]) -> Someone | None:
    before = _asked_before(request, effect)
    person = known.get(before.person_id) if before else None
    if before is None or person is None:
        return None
    return Someone(
        name=person.name,
        role=before.role,
        email=person.email if effect.role in LOOKS_AFTER_HOSTS else None,
        unreachable=any(one.how == "bounced" and one.person_id == before.person_id for one in request.asked),
    )
