"""Pictures of the season: bars drawn as SVG on the server, each with its figures in a table below."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Response

from catalog.form_catalog import skill_labels
from catalog.page_words import page_words
from catalog.program_catalog import program as program_of
from gateway.console.rendering import Visit, page
from gateway.console.visits import ConsoleRoute, Reading
from records import caseload
from records.season import OF_THE_JOB, Season, season
from schemas.vocabulary import Role

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False, default_response_class=Response)

MOST_HOSTS = 20


class Bar(NamedTuple):
    """One bar: `part` of the longest, from 0 to 100; `told` is its figure; `before` marks where it began."""

    label: str
    part: float
    told: str
    before: float | None = None


class Picture(NamedTuple):
    """One picture: bars, and the same as a table. `id` is its place on the page."""

    id: str
    title: str
    lead: str
    bars: list[Bar]
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]


@router.get("/console/season")
async def show_season(visit: Reading, program: Annotated[str, Query(max_length=100)] = "") -> Response:
    """How the season goes, of all programs or of one."""
    wanted = program.replace("\0", "") or None
    async with caseload.looking(visit.services.pool) as conn:
        found = await season(conn, visit.staff, wanted)
        choices = await caseload.choices(conn, visit.staff)
    titles = [(one.code, known.title if (known := program_of(one.code)) else one.code) for one in choices["program"]]
    return page(
        visit,
        "console/season.html",
        nav="season",
        title=visit.words.words["season"],
        pictures=[one for one in _pictures(visit, found) if one.rows],
        programs=titles,
        program=wanted,
        empty=not any(n for _, n in found.reached),
    )


def _pictures(visit: Visit, found: Season) -> list[Picture]:
    return [
        _funnel(visit, found),
        _overdue(visit, found),
        _answered(visit, found),
        _skills(visit, found),
        _hosts(visit, found),
    ]


def _funnel(visit: Visit, found: Season) -> Picture:
    say, states = visit.words.words, visit.words.states
    names = {**{str(one): text for one, text in states.items()}, "ended": visit.words.happened["placement.ended"]}
    whole = max((n for _, n in found.reached), default=0)
    rows = [(names.get(stage, stage), n) for stage, n in found.reached]
    return Picture(
        "funnel",
        say["funnel"],
        say["funnel_lead"],
        [Bar(name, 100 * n / whole, f"{n} ({round(100 * n / whole)} %)") for name, n in rows if whole],
        (say["funnel_stage"], say["col_n"]),
        [(name, str(n)) for name, n in rows if whole],
    )


def _overdue(visit: Visit, found: Season) -> Picture:
    say, roles = visit.words.words, page_words(visit.language).roles
    whole = max((n for _, n in found.overdue), default=1)
    rows = [(roles[Role(role)], n) for role, n in found.overdue]
    return Picture(
        "overdue",
        say["overdue_by_role"],
        say["overdue_lead"],
        [Bar(name, 100 * n / whole, str(n)) for name, n in rows],
        (say["filter_role"], say["col_n"]),
        [(name, str(n)) for name, n in rows],
    )


def _answered(visit: Visit, found: Season) -> Picture:
    say, roles = visit.words.words, page_words(visit.language).roles
    whole = max((one.median for one in found.answered), default=0) or 1
    rows = [(roles[Role(one.role)], one) for one in found.answered]
    return Picture(
        "response",
        say["response"],
        say["response_lead"],
        [Bar(name, 100 * one.median / whole, f"{one.median:.1f}") for name, one in rows],
        (say["col_role"], say["col_median"], say["col_slow"], say["col_n"]),
        [(name, f"{one.median:.1f}", f"{one.slow:.1f}", str(one.n)) for name, one in rows],
    )


def _skills(visit: Visit, found: Season) -> Picture:
    say = visit.words.words
    whole = max((max(one.first, one.last) for one in found.skills), default=0) or 1
    rows = [(_skill(visit, one.skill), one) for one in found.skills]
    return Picture(
        "skills",
        say["skills"],
        say["skills_lead"],
        [
            Bar(name, 100 * one.last / whole, f"{one.last - one.first:+.1f}", 100 * one.first / whole)
            for name, one in rows
        ],
        (say["col_skill"], say["col_first"], say["col_final"], say["col_change"], say["col_n"]),
        [
            (name, f"{one.first:.2f}", f"{one.last:.2f}", f"{one.last - one.first:+.2f}", str(one.n))
            for name, one in rows
        ],
    )


def _skill(visit: Visit, code: str) -> str:
    """What a skill is called; one that no form has any more is called by its code."""
    if code == OF_THE_JOB:
        return visit.words.words["skills_of_job"]
    return skill_labels(visit.language).get(code) or code.replace("_", " ").replace("-", " ").capitalize()


def _hosts(visit: Visit, found: Season) -> Picture:
    say = visit.words.words
    again = sum(one.seasons > 1 for one in found.hosts)
    first = len(found.hosts) - again
    whole = max(again, first, 1)
    return Picture(
        "hosts",
        say["returning"],
        say["returning_lead"],
        [
            Bar(say["host_again"], 100 * again / whole, str(again)),
            Bar(say["host_first"], 100 * first / whole, str(first)),
        ],
        (say["col_host"], say["col_count"], say["host_again"]),
        [(one.name, str(one.n), "✓" if one.seasons > 1 else "–") for one in found.hosts[:MOST_HOSTS]],
    )
