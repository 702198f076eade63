"""The state diagram of a lifecycle, drawn from its transition table as Mermaid text."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any


def diagram(transitions: Mapping[tuple[Any, type], Any], first: Sequence[StrEnum], terminal: Iterable[StrEnum]) -> str:
    """A Mermaid `stateDiagram-v2`: one arrow a transition, labelled with the event's type; it begins in `first`."""
    lines = ["stateDiagram-v2", *(f"    [*] --> {state}" for state in first)]
    lines += [f"    {state} --> {to}: {event_name(event)}" for (state, event), to in transitions.items()]
    lines += [f"    {state} --> [*]" for state in sorted(terminal)]
    return "\n".join(lines) + "\n"


def event_name(event: type) -> str:
    """The `type` of an event's model: `placement.ready`."""
    return event.model_fields["type"].default  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]
