"""Writes what the reference pages show of the code: diagrams and tables, between their markers.

`python -m cli.docs` renews the pages; a test fails when one is stale.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path

from cli import form_tables, program_tables, rule_tables
from lifecycle import opportunity
from lifecycle.diagram import diagram, event_name
from lifecycle.placement import DECISIONS
from lifecycle.placement_facts import SILENCE
from lifecycle.transitions import ALLOWED, REQUESTS, TERMINAL, TRANSITIONS
from schemas.placement_commands import INTERNAL
from schemas.program_kinds import NEEDED
from schemas.vocabulary import OpportunityState, PlacementState, RequestKind

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
PAGES = tuple(REFERENCE / f"{name}.md" for name in ("lifecycle", "programs", "forms", "youth-employment"))
_PART = re.compile(r"(<!-- made: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def renew() -> None:
    """Write every page anew where the code has moved on."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        if (now := renewed(text)) != text:
            page.write_text(now, encoding="utf-8")
            print(f"renewed {page.name}")


def renewed(text: str) -> str:
    """A page with its made parts as they should be. Raises KeyError when a marker names no part."""
    return _PART.sub(lambda found: f"{found[1]}{PARTS[found['name']]()}{found[3]}", text)


def _placement_diagram() -> str:
    return _mermaid(diagram(TRANSITIONS, PlacementState.PROPOSED, TERMINAL))


def _opportunity_diagram() -> str:
    return _mermaid(diagram(opportunity.TRANSITIONS, OpportunityState.OPEN, [OpportunityState.CLOSED]))


def _commands() -> str:
    rows = [
        (f"`{name}`", "the machinery" if name in INTERNAL else "people and systems", _states(states))
        for name, states in ALLOWED.items()
    ]
    return _table(("command", "said by", "possible in"), rows)


def _requests() -> str:
    rows = [
        (
            f"`{kind}`",
            _states(REQUESTS[kind][0]),
            _states(REQUESTS[kind][1]),
            _codes(sorted(DECISIONS.get(kind, ()))) or "any",
            _silence(kind),
            "yes" if kind in NEEDED else "no",
        )
        for kind in RequestKind
        if kind in REQUESTS
    ]
    return _table(("kind", "asked in", "open until it leaves", "decisions", "silence means", "needed"), rows)


def _silence(kind: RequestKind) -> str:
    if kind not in SILENCE:
        return "`request.not_provided` only"
    event, code = SILENCE[kind]
    said = ", ".join(f"{name} `{str(value).lower()}`" for name, value in code.items())
    return f"`{event_name(event)}`{f' ({said})' if said else ''}"


def _states(states: Iterable[PlacementState]) -> str:
    named = set(states)
    if named >= set(PlacementState):
        return "every state"
    if named >= set(PlacementState) - TERMINAL:
        return "every state but the ends"
    return _codes(state for state in PlacementState if state in named)


def _codes(codes: Iterable[StrEnum | str]) -> str:
    return ", ".join(f"`{code}`" for code in codes)


def _mermaid(text: str) -> str:
    return f"```mermaid\n{text}```\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


PARTS: dict[str, Callable[[], str]] = {
    "placement-diagram": _placement_diagram,
    "opportunity-diagram": _opportunity_diagram,
    "commands": _commands,
    "requests": _requests,
    "program-kinds": program_tables.kinds,
    "program-triggers": program_tables.triggers,
    "forms": form_tables.forms,
    **rule_tables.PARTS,
}
"""What a marker `<!-- made: NAME -->` stands for."""

if __name__ == "__main__":
    renew()
