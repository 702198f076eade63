"""A decision in the making: the events told so far, and the placement as it is after them."""

from datetime import datetime

from lifecycle.evolving import evolve
from schemas.placement import Placement
from schemas.placement_events import PlacementEvent


class Story:
    """Collects events; each is applied as it is told, so that the next rule sees its consequence."""

    def __init__(self, placement: Placement, at: datetime) -> None:
        self.placement = placement
        self.began_in = placement.state
        self.at = at
        self.events: list[PlacementEvent] = []

    def tell(self, event: PlacementEvent) -> None:
        """Add one event."""
        self.placement = evolve(self.placement, event)
        self.events.append(event)
