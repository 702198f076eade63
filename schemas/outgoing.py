"""What goes out as an event: every type, of which lifecycles it tells, and the shape of its data."""

from collections.abc import Iterator
from typing import Any, NamedTuple, get_args

from schemas.base import Frozen, LifecycleName
from schemas.incident import IncidentEvent
from schemas.incoming import PREFIX
from schemas.opportunity_events import OpportunityEvent
from schemas.partnership_events import PartnershipEvent
from schemas.placement_events import PlacementEvent

LEFT_OUT = frozenset({"type", "at", "program"})
"""What an event's model says that its data does not repeat: `type` and `time` are attributes of the CloudEvent."""


class OutgoingType(NamedTuple):
    """One type of event that goes out, by its full name; `models` by the lifecycle that it tells of."""

    name: str
    models: dict[LifecycleName, type[Frozen]]

    @property
    def model(self) -> type[Frozen]:
        """The shape of its data, which is the same in every lifecycle."""
        return next(iter(self.models.values()))

    @property
    def tells(self) -> str:
        """What happened, in a sentence."""
        return " ".join((self.model.__doc__ or "").split("\n\n")[0].split())

    @property
    def fields(self) -> list[str]:
        """The names of what its data says."""
        return [name for name in self.model.model_fields if name not in LEFT_OUT]


_UNIONS: dict[LifecycleName, Any] = {
    "placement": PlacementEvent,
    "opportunity": OpportunityEvent,
    "partnership": PartnershipEvent,
    "incident": IncidentEvent,
}


def _models(union: Any) -> Iterator[type[Frozen]]:
    """The models of a union, with those of the unions in it."""
    if isinstance(union, type):
        yield union
        return
    for part in get_args(union):
        if isinstance(part, type) or get_args(part):
            yield from _models(part)


def _types() -> dict[str, OutgoingType]:
    found: dict[str, OutgoingType] = {}
    for lifecycle, union in _UNIONS.items():
        for model in _models(union):
            name = PREFIX + str(model.model_fields["type"].default)
            found.setdefault(name, OutgoingType(name, {})).models[lifecycle] = model
    return dict(sorted(found.items()))


OUTGOING: dict[str, OutgoingType] = _types()
"""Every type that goes out, by its full name."""
