"""What lists and pages of offers, hosts and incidents have in common: their rows, their parts, how they are read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple, TypeVar

from fastapi import Query, Response

from catalog.page_words import page_words
from gateway.console.act_kinds import MOST, acts_on, is_offered
from gateway.console.answering import asked_of_me
from gateway.console.filters import address_parts
from gateway.console.rendering import Visit, address, page
from gateway.console.shown import Waits, named_by, short, waits
from gateway.console.targets import ROOMS
from gateway.console.telling import Teller, Told, named_in
from records import caseload, staff_acts, timeline
from records.around import LINES
from records.caseload import Case, Named
from records.pool import Connection
from records.timeline import TimelineEntry
from schemas.base import LifecycleName
from schemas.console import ConsoleRole, Filters
from schemas.views import CaseView

T = TypeVar("T")
MOST_PAGES = 200
PageNumber = Annotated[int, Query(alias="page", ge=1, le=MOST_PAGES)]


class Part(NamedTuple):
    """One cell of a list, or one fact of a page. With a `tone` it is shown as a state."""

    text: str
    sub: str = ""
    tone: str | None = None
    href: str | None = None


class Line(NamedTuple):
    """One row of a list: what it is and where that leads, more about it, and who is awaited for what."""

    href: str
    id: str
    name: str
    sub: str
    parts: tuple[Part, ...]
    waits: tuple[Waits, ...] = ()


class Chooser(NamedTuple):
    """One filter: its name in the address, its label, its values with their names, and the one that is chosen."""

    name: str
    label: str
    options: list[tuple[str, str]]
    value: str | None


class Contact(NamedTuple):
    """Somebody, what they are here, and how to reach them. `texts`: what they chose about text messages."""

    role: str
    name: str
    email: str | None
    phone: str | None
    texts: str | None = None


class Group(NamedTuple):
    """Things of one kind on a page; `none` is said when there are none, `more` below them."""

    id: str
    title: str
    parts: tuple[Part, ...]
    none: str = ""
    more: Part | None = None


class Read(NamedTuple):
    """What a page of one matter is made of: people by id, who is awaited, the story, and the placements in sight."""

    people: Mapping[str, Named]
    waits: list[Waits]
    story: list[Told]
    cases: list[Case]


def first_lines(found: Sequence[T]) -> Sequence[T]:
    """Those that stand on one page of a list."""
    return found[:LINES]


def skipped(number: int) -> int:
    """How many lines come before a page of a list."""
    return (number - 1) * LINES


def listed(
    visit: Visit,
    path: str,
    nav: str,
    filters: Filters,
    *,
    choosers: list[Chooser],
    columns: Sequence[str],
    lines: list[Line],
    views: Sequence[CaseView],
    number: int,
    more: bool,
    ticks: Iterable[str] = ("overdue",),
) -> Response:
    """A list with its filters; `views` are what its lines tell of."""
    say, given = visit.words.words, address_parts(filters)
    ticked = visit.request.query_params.get("tick") == "1"
    return page(
        visit,
        "console/matters.html",
        nav=nav,
        acts=act_names(visit, ROOMS[nav], None if more or number > 1 else views),
        all_ticked=ticked,
        tick_all=address(path, given, page=number if number > 1 else None, tick=None if ticked else "1"),
        most=MOST,
        path=path,
        title=say[nav],
        lead=say[f"{nav}_lead"],
        search=say[f"{nav}_q"],
        filters=filters,
        given=given,
        choosers=[one for one in choosers if one.options],
        ticks=[(name, say[f"only_{name}"], getattr(filters, name)) for name in ticks],
        columns=columns,
        lines=lines,
        before=address(path, given, page=number - 1 if number > 2 else None) if number > 1 else None,
        following=address(path, given, page=number + 1) if more and number < MOST_PAGES else None,
        export=address(f"{path}.csv", given),
        sheet=address(f"{path}.xlsx", given),
    )


async def read(
    conn: Connection,
    visit: Visit,
    lifecycle: LifecycleName,
    view: CaseView | None,
    *,
    entries: list[TimelineEntry] | None = None,
    placements: Sequence[str] = (),
    besides: Iterable[str] = (),
) -> Read:
    """Everything that a page tells besides the matter itself; its story is looked up unless `entries` has it."""
    if entries is None:
        entries = await timeline.timeline(conn, lifecycle, view.id) if view else []
    notes = await staff_acts.about(conn, lifecycle, view.id) if view else []
    cases = await caseload.some(conn, visit.staff, list(placements)) if placements else []
    views: list[CaseView] = [view] if view else []
    people = await caseload.people(
        conn, named_by(views) | named_in(entries) | {one.person_id for one in notes} | set(besides)
    )
    return Read(
        people=people,
        waits=waits(visit, view, people) if view else [],
        story=Teller(visit, view, people).story(entries, notes) if view else [],
        cases=cases,
    )


def shown(
    visit: Visit,
    path: str,
    nav: str,
    *,
    title: str,
    lead: Part | None,
    standing: Sequence[Part],
    facts: Sequence[tuple[str, Part]],
    texts: Sequence[tuple[str, str]] = (),
    groups: Sequence[Group] = (),
    contacts: Sequence[Contact] = (),
    read: Read,
    view: CaseView | None,
) -> Response:
    """A page about one matter; whoever is asked for something answers it from there."""
    return page(
        visit,
        "console/matter.html",
        nav=nav,
        title=title,
        acts=acts_here(visit, view, ROOMS[nav], visit.staff.role) if view else [],
        act_address=f"/console/acts/new?of={nav}&id={visit.request.url.path.rpartition('/')[2]}&act=",
        mine=asked_of_me(visit, view) if view else set(),
        here=visit.request.url.path,
        back=(path, visit.words.words[f"{nav}_back"]),
        lead=lead,
        standing=standing,
        facts=[(name, one) for name, one in facts if one.text],
        texts=[(name, text) for name, text in texts if text],
        groups=groups,
        contacts=contacts,
        waits=read.waits,
        story=read.story,
    )


def act_names(visit: Visit, lifecycle: LifecycleName, whole: Sequence[CaseView] | None = None) -> list[tuple[str, str]]:
    """The acts that somebody may do on several at once: code and name.

    `whole` are all that the list is about: what none of them takes is left out. None: there are more than are shown.
    """
    now = visit.services.now()
    return [
        (code, visit.words.acts[code].name)
        for code, act in acts_on(lifecycle, visit.staff.role).items()
        if whole is None or any(is_offered(act, lifecycle, one, now) for one in whole)
    ]


def acts_here(
    visit: Visit, view: CaseView, lifecycle: LifecycleName, role: ConsoleRole | None
) -> list[tuple[str, str]]:
    """Those that make sense for the one that is shown, but for what is done about one answer: code and name."""
    now = visit.services.now()
    return [
        (code, visit.words.acts[code].name)
        for code, act in acts_on(lifecycle, role).items()
        if not act.per_request and is_offered(act, lifecycle, view, now)
    ]


def contacts_of(visit: Visit, view: CaseView, people: Mapping[str, Named]) -> list[Contact]:
    """Everybody with a role in a lifecycle, each once with all of theirs."""
    roles = page_words(visit.language).roles
    held: dict[str, list[str]] = {}
    for role, person_id in view.team.items():
        held.setdefault(person_id, []).append(roles[role])
    return [contact(visit, people, id_, ", ".join(names)) for id_, names in held.items()]


def contact(visit: Visit, people: Mapping[str, Named], person_id: str, role: str) -> Contact:
    """One person; one who is not in the directory any more is called by the id."""
    known = people.get(person_id)
    if known is None:
        return Contact(role, person_id, None, None)
    say, texts = visit.words.words, None
    if known.no_texts_since is not None:
        texts = say["no_texts"].format(day=short(known.no_texts_since.date(), visit.language))
    elif known.channel == "text":
        texts = say["by_texts"]
    return Contact(role, known.name, known.email, known.phone, texts)


def placed(visit: Visit, cases: Sequence[Case]) -> tuple[Part, ...]:
    """Placements as lines that lead to them."""
    return tuple(
        Part(one.learner, visit.words.states[one.view.state], href=f"/console/placements/{one.id}") for one in cases
    )


def options(names: Mapping[Any, str]) -> list[tuple[str, str]]:
    """A filter's values from codes and their names."""
    return [(str(code), name) for code, name in names.items()]
