"""The state diagram of a lifecycle, drawn from its transition table as Mermaid text."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any


def diagram(transitions: Mapping[tuple[Any, type], Any], first: StrEnum, terminal: Iterable[StrEnum]) -> str:
    """A Mermaid `stateDiagram-v2`: one arrow a transition, labelled with the event's type."""
    lines = ["stateDiagram-v2", f"    [*] --> {first}"]
    lines += [f"    {state} --> {to}: {_label(event)}" for (state, event), to in transitions.items()]
    lines += [f"    {state} --> [*]" for state in terminal]
    return "\n".join(lines) + "\n"


def _label(event: type) -> str:
    return event.model_fields["type"].default  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]
