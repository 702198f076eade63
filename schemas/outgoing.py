"""The types of events that go out: whatever a lifecycle may decide."""

from typing import Any, get_args

from schemas.incident import IncidentEvent
from schemas.incoming import PREFIX
from schemas.opportunity_events import OpportunityEvent
from schemas.partnership_events import PartnershipEvent
from schemas.placement_events import PlacementEvent


def _types(union: Any) -> set[str]:
    """The types of a union of events, which may hold unions itself."""
    if isinstance(union, type):
        fields: dict[str, Any] = getattr(union, "model_fields", {})
        return {PREFIX + fields["type"].default} if "type" in fields else set()
    return set[str]().union(*map(_types, get_args(union)))


OUTGOING = frozenset(_types(PlacementEvent | OpportunityEvent | PartnershipEvent | IncidentEvent))
"""Every type, with its prefix."""


def goes_out(wanted: str) -> bool:
    """Whether there is an event of this type, or of one that begins so if it ends in `.*`."""
    if wanted.endswith(".*"):
        return any(one.startswith(wanted[:-1]) for one in OUTGOING)
    return wanted in OUTGOING
