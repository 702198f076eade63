"""What the world is shown of a lifecycle's state."""

from datetime import datetime
from typing import Any, NamedTuple

from lifecycle.registry import Attributes, Lifecycle, S
from schemas.acts import Batch
from schemas.effects import Notify


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
    words = [
        f"{one.message.replace('_', ' ')} to {one.role.replace('_', ' ')} {one.person_id}"
        if isinstance(one, Notify)
        else one.effect.replace("_", " ")
        for one in sent.effects
    ]
    return ("; ".join(words) or f"record {len(sent.facts)} events")[:200]
