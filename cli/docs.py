"""Writes what the docs show of code and catalogue: diagrams and tables between their markers, a page for each program.

`python -m cli.docs` renews the pages; a test fails when one is stale.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from cli import event_pages, form_tables, program_pages, program_tables, rule_tables
from lifecycle import opportunity as offers
from lifecycle import partnership as hosts
from lifecycle import placement
from lifecycle.diagram import diagram, event_name
from lifecycle.opportunity_table import TABLE as OFFERS
from lifecycle.partnership_table import TABLE as HOSTS
from lifecycle.placement_facts import TABLE as PLACEMENTS
from lifecycle.tables import Table
from schemas import opportunity, partnership, placement_commands
from schemas.program_kinds import NEEDED
from schemas.vocabulary import OpportunityState, PartnershipState, PlacementState, RequestKind

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
PAGES = (
    *(REFERENCE / f"{name}.md" for name in ("lifecycle", "programs", "forms", "youth-employment")),
    REFERENCE.parent / "events.md",
)
_PART = re.compile(r"(<!-- made: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def renew() -> None:
    """Write every page anew where the code has moved on."""
    texts = {page: renewed(page.read_text(encoding="utf-8")) for page in PAGES} | program_pages.pages()
    for page, now in texts.items():
        if not page.exists() or page.read_text(encoding="utf-8") != now:
            page.parent.mkdir(exist_ok=True)
            page.write_text(now, encoding="utf-8")
            print(f"renewed {page.name}")


def renewed(text: str) -> str:
    """A page with its made parts as they should be. Raises KeyError when a marker names no part."""
    return _PART.sub(lambda found: f"{found[1]}{PARTS[found['name']]()}{found[3]}", text)


def _diagram(table: Table, *first: StrEnum) -> str:
    return f"```mermaid\n{diagram(table.transitions, first, table.terminal)}```\n"


def _commands(table: Table, internal: Collection[str]) -> str:
    rows = [
        (f"`{name}`", "the machinery" if name in internal else "people and systems", _states(table, states))
        for name, states in table.allowed.items()
    ]
    return _table(("command", "said by", "possible in"), rows)


def _requests(table: Table, decisions: Mapping[RequestKind, Collection[str]]) -> str:
    rows = [
        (
            f"`{kind}`",
            _states(table, table.places(kind)[0]),
            _states(table, table.places(kind)[1]),
            _codes(sorted(decisions.get(kind, ()))) or "any",
            _silence(table, kind),
            "yes" if kind in NEEDED else "no",
        )
        for kind in RequestKind
        if kind in table.requests
    ]
    return _table(("kind", "asked in", "open until it leaves", "decisions", "silence means", "needed"), rows)


def _silence(table: Table, kind: RequestKind) -> str:
    if kind not in table.silence:
        return "`request.not_provided` only"
    event, code = table.silence[kind]
    said = ", ".join(f"{name} `{str(value).lower()}`" for name, value in code.items())
    return f"`{event_name(event)}`{f' ({said})' if said else ''}"


def _states(table: Table, states: Iterable[Any]) -> str:
    named, every = set(states), set(table.states)
    if named >= every:
        return "every state"
    if named >= every - table.terminal:
        return "every state but the ends"
    return _codes(state for state in table.states if state in named)


def _codes(codes: Iterable[StrEnum | str]) -> str:
    return ", ".join(f"`{code}`" for code in codes)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


PARTS: dict[str, Callable[[], str]] = {
    "placement-diagram": lambda: _diagram(PLACEMENTS, PlacementState.PROPOSED),
    "opportunity-diagram": lambda: _diagram(OFFERS, OpportunityState.PROPOSED, OpportunityState.OPEN),
    "partnership-diagram": lambda: _diagram(HOSTS, PartnershipState.CONTACTED),
    "commands": lambda: _commands(PLACEMENTS, placement_commands.INTERNAL),
    "opportunity-commands": lambda: _commands(OFFERS, opportunity.INTERNAL - {"open", "propose"}),
    "partnership-commands": lambda: _commands(HOSTS, partnership.NOT_FROM_OUTSIDE),
    "requests": lambda: _requests(PLACEMENTS, placement.DECISIONS),
    "opportunity-requests": lambda: _requests(OFFERS, offers.DECISIONS),
    "partnership-requests": lambda: _requests(HOSTS, hosts.DECISIONS),
    "program-kinds": program_tables.kinds,
    "program-triggers": program_tables.triggers,
    "forms": form_tables.forms,
    "events-in": event_pages.incoming,
    "events-out": event_pages.outgoing,
    **rule_tables.PARTS,
}
"""What a marker `<!-- made: NAME -->` stands for."""

if __name__ == "__main__":
    renew()
