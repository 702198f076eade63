"""Gathers what a mail to one person says: names from the directory, dates from the placement, words from the form."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from catalog.form_catalog import UnknownFormError, pinned
from catalog.message_catalog import Letter, Someone, occasion_words
from catalog.page_words import page_words
from catalog.program_catalog import program
from records import directory
from records.pool import Connection
from schemas.directory import Contact, Language, Person
from schemas.effects import Notify
from schemas.views import PlacementView, RequestView
from schemas.vocabulary import Role

WORKSITE = frozenset({Role.WORKSITE_SUPERVISOR, Role.ALTERNATE_SUPERVISOR, Role.SITE_CONTACT})
"""Who reads only a learner's given name and initial: they learn no more about a minor than they need."""
STAFF = (Role.CAREER_SPECIALIST, Role.COORDINATOR, Role.PROGRAM_MANAGER)
"""Who answers questions, the nearest first."""


class Link(NamedTuple):
    """The address a reader answers at, and the last site day on which it works."""

    url: str
    until: date


async def compose(conn: Connection, view: PlacementView, effect: Notify, reader: Contact, link: Link | None) -> Letter:
    """Everything the mail says to this reader."""
    language = reader.language
    request = request_of(view, effect)
    learner = _learner_name(await directory.person(conn, view.learner_id), effect.role, language)
    host = await directory.host(conn, view.host_id)
    host_name = host.name if host else page_words(language).facts["host"]
    shipped = program(view.program)
    program_name = shipped.title if shipped else view.program
    silent = _silent_role(request, effect) if request else None
    known = await directory.contacts(conn, {*view.team.values(), *([silent[0]] if silent else [])})
    supervisor = known.get(view.team.get(Role.WORKSITE_SUPERVISOR, ""))
    letter = Letter(
        message=effect.message,
        language=language,
        role=effect.role,
        name=reader.name,
        learner=learner,
        host=host_name,
        program=program_name,
        reference=f"{view.id}/{request.id}" if request else view.id,
        zone=view.time_zone,
        start=view.start,
        end=view.end,
        link=link.url if link else None,
        link_until=link.until if link else None,
        contact=_contact(view, known, reader.id),
        silent=_silent(request, silent, known, effect.role) if request and silent else None,
        supervisor=supervisor.name if supervisor else None,
        ending=view.reason or view.outcome,
    )
    return (
        _about(letter, request, {"learner": learner, "host": host_name, "program": program_name}) if request else letter
    )


def request_of(view: PlacementView, effect: Notify) -> RequestView | None:
    """The request a message is about, if it is about one."""
    return next((one for one in view.requests if one.id == effect.request_id), None)


def _about(letter: Letter, request: RequestView, names: dict[str, str]) -> Letter:
    form, why, minutes = occasion_words(request.kind, letter.language), None, None
    try:
        found = pinned(request.form)
    except UnknownFormError:
        found = None
    if found is not None:
        form = _said(found.title.said(letter.language), names)
        why = _said(found.why.said(letter.language), names)
        minutes = found.minutes
    return letter.model_copy(
        update={
            "kind": request.kind,
            "form": form,
            "why": why,
            "minutes": minutes,
            "due_at": request.due_at,
            "closes_at": request.closes_at,
            "overdue": request.overdue,
        }
    )


def _said(text: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _learner_name(learner: Person | None, reader: Role, language: Language) -> str:
    if learner is None:
        return page_words(language).roles[Role.STUDENT]
    if reader in WORKSITE:
        return f"{learner.given_name} {learner.family_name[:1]}."
    return f"{learner.given_name} {learner.family_name}"


def _contact(view: PlacementView, known: dict[str, Contact], reader_id: str) -> Someone | None:
    for role in STAFF:
        person = known.get(view.team.get(role, ""))
        if person is not None and person.active and person.email and person.id != reader_id:
            return Someone(name=person.name, role=role, email=person.email)
    return None


def _silent_role(request: RequestView, effect: Notify) -> tuple[str, Role] | None:
    """Who was asked last before this reader, and in which role."""
    before: Iterable[tuple[str, Role]] = (
        (one.person_id, one.role)
        for one in reversed(request.asked)
        if one.person_id in request.holders and one.person_id != effect.person_id
    )
    return next(iter(before), None)


def _silent(request: RequestView, silent: tuple[str, Role], known: dict[str, Contact], reader: Role) -> Someone | None:
    person = known.get(silent[0])
    if person is None:
        return None
    return Someone(
        name=person.name,
        role=silent[1],
        email=person.email if reader in STAFF else None,
        unreachable=any(one.how == "bounced" and one.person_id == silent[0] for one in request.asked),
    )
