"""What a lifecycle's workflow hands to its next run at continue-as-new."""

from typing import Any

from pydantic import AwareDatetime

from schemas.acts import By, Fact
from schemas.base import Frozen
from schemas.effects import Effect
from schemas.incident import IncidentOpening
from schemas.opportunity import OpportunityOpening
from schemas.partnership import PartnershipOpening
from schemas.placement_commands import Opening

AnyOpening = Opening | OpportunityOpening | PartnershipOpening | IncidentOpening
"""How any lifecycle starts."""


class Waiting(Frozen):
    """An effect that could not be carried out; it is tried again at the real instant `at`."""

    effect: Effect
    tries: int
    at: AwareDatetime


class Carry(Frozen):
    """All a run knows: the state, which acts it has seen, and what is not carried out or recorded yet."""

    state: dict[str, Any]
    epoch: int
    seen: dict[str, str]
    unrecorded: tuple[Fact, ...] = ()
    effects: tuple[Effect, ...] = ()
    deferred: tuple[Waiting, ...] = ()
    parked: str | None = None


class Begin(Frozen):
    """The one input of a lifecycle's workflow: an opening the first time, what was carried after continue-as-new."""

    by: By
    opening: AnyOpening | None = None
    carry: Carry | None = None
