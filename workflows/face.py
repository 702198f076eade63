"""What the world is shown of a lifecycle's state."""

from datetime import datetime
from typing import Any, NamedTuple

from lifecycle.registry import Attributes, Lifecycle, S
from schemas.acts import Batch
from schemas.effects import Effect, Notify, TellLifecycle


class Face(NamedTuple):
    """Everything that is shown of one state, and when time acts next (program clock)."""

    due: datetime | None
    attributes: Attributes
    story: str
    alarm: str
    view: dict[str, Any]


def face(lifecycle: Lifecycle[S], state: S) -> Face:
    """Reckoned before a state is taken, so that a fault in the core leaves nothing half done."""
    return Face(
        due=lifecycle.next_due(state),
        attributes=lifecycle.attributes(state),
        story=lifecycle.story(state),
        alarm=lifecycle.alarm(state),
        view=lifecycle.view(state).model_dump(mode="json"),
    )


def summary(sent: Batch) -> str:
    """One line for Temporal UI: what this batch does, in ids and codes."""
    words = [_said(one) for one in sent.effects]
    return ("; ".join(words) or f"record {len(sent.facts)} events")[:200]


def _said(effect: Effect) -> str:
    if isinstance(effect, Notify):
        return f"{effect.message.replace('_', ' ')} to {effect.role.replace('_', ' ')} {effect.person_id}"
    if isinstance(effect, TellLifecycle):
        return f"{str(effect.command.get('name', '')).replace('_', ' ')} to {effect.lifecycle} {effect.id}"
    return effect.effect.replace("_", " ")
