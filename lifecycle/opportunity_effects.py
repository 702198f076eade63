"""What each event of an opportunity asks of the world: messages, a look at the law, word to placements."""

from collections.abc import Iterable
from typing import Any

from lifecycle.request_effects import REQUEST_EFFECTS, Makes, effects_by, tell
from schemas.effects import Effect, ScreenOpportunity, TellLifecycle
from schemas.opportunity import NOTHING_ASKED, Opportunity
from schemas.opportunity_events import (
    OpportunityDeclined,
    OpportunityDesigned,
    OpportunityEvent,
    OpportunityOpened,
    SeatClaimed,
    WaitlistLeft,
)
from schemas.placement_commands import RecordSeat
from schemas.vocabulary import RequestKind, Role

CONCERNED = (
    Role.WORKSITE_SUPERVISOR,
    Role.SITE_CONTACT,
    Role.STUDENT,
    Role.EDUCATOR,
    Role.CAREER_SPECIALIST,
)
"""Who is told what came of a proposed offer."""


def effects(offer: Opportunity, event: OpportunityEvent) -> tuple[Effect, ...]:
    """The effects of one event; `offer` is the state after it. Keys are business keys: one effect, one key."""
    return effects_by(_EFFECTS, offer, event)


def _screen(offer: Opportunity, _: OpportunityDesigned) -> Iterable[Effect]:
    """The law is asked about the description that has just come."""
    answered = [one for one in offer.of_kind(RequestKind.DESIGN) if one.submission_id is not None]
    newest = max(answered, key=lambda one: one.closed_at or one.opened_at).submission_id
    if newest is not None:
        key = f"{offer.id}/screen/{offer.designs}"
        yield ScreenOpportunity(key=key, design=offer.designs, submission_id=newest)


def _open(offer: Opportunity, _: OpportunityOpened) -> Iterable[Effect]:
    if offer.program is not NOTHING_ASKED:
        yield from tell(offer, "opportunity_open_notification", CONCERNED)


def _declined(offer: Opportunity, _: OpportunityDeclined) -> Iterable[Effect]:
    return tell(offer, "opportunity_declined_notification", CONCERNED)


def _its_turn(offer: Opportunity, event: SeatClaimed) -> Iterable[Effect]:
    if event.waited:
        yield _seat(offer, event.placement_id, granted=True)


def _in_vain(offer: Opportunity, event: WaitlistLeft) -> Iterable[Effect]:
    if event.reason == "closed":
        yield _seat(offer, event.placement_id, granted=False)


def _seat(offer: Opportunity, placement_id: str, *, granted: bool) -> TellLifecycle:
    return TellLifecycle(
        key=f"{offer.id}/seat/{placement_id}/{offer.seq}",
        lifecycle="placement",
        id=placement_id,
        command=RecordSeat(granted=granted).model_dump(mode="json"),
    )


_EFFECTS: dict[type[Any], Makes] = {
    **REQUEST_EFFECTS,
    OpportunityDesigned: _screen,
    OpportunityOpened: _open,
    OpportunityDeclined: _declined,
    SeatClaimed: _its_turn,
    WaitlistLeft: _in_vain,
}
