"""What outsiders see of placements and opportunities, made from their state."""

from lifecycle.case_viewing import awaiting, case_fields, is_overdue
from lifecycle.opportunity import next_due as next_due_of_offer
from lifecycle.opportunity_table import TABLE as OFFERS
from lifecycle.placement_facts import TABLE
from lifecycle.waiting import late_until, next_due
from lifecycle.words import opportunity_story, placement_story
from schemas.opportunity import NOTHING_ASKED, Opportunity
from schemas.placement import Placement
from schemas.views import OpportunityView, PlacementView, RequestView
from schemas.vocabulary import RequestKind, RequestState

__all__ = ["awaiting", "is_overdue", "opportunity_view", "placement_view"]


def placement_view(placement: Placement) -> PlacementView:
    """The read API's view: asked requests first, in order, then those the program will still ask on known days."""
    fields = case_fields(TABLE, placement, next_due=next_due(placement), story=placement_story(placement))
    fields["requests"] = _with_late(placement, fields["requests"])
    return PlacementView(
        **fields,
        learner_id=placement.learner_id,
        opportunity_id=placement.opportunity_id,
        host_id=placement.host_id,
        minor=placement.minor,
        seat=placement.seat,
        record=placement.record,
        blocked=placement.blocked,
        suspended_until=placement.suspension.resume_by if placement.suspension else None,
        incidents=placement.incidents,
        successor_id=placement.successor_id,
    )


def _with_late(placement: Placement, requests: tuple[RequestView, ...]) -> tuple[RequestView, ...]:
    """The requests, with until when a final evaluation that was given up is still taken."""
    late = late_until(placement)
    if late is None:
        return requests
    given_up = RequestState.NOT_PROVIDED
    return tuple(
        one.changed(late_until=late) if one.kind is RequestKind.FINAL_EVALUATION and one.state == given_up else one
        for one in requests
    )


def opportunity_view(offer: Opportunity) -> OpportunityView:
    """The read API's view of an opportunity. `program` is what it offers, `development` what it is developed by."""
    fields = case_fields(OFFERS, offer, next_due=next_due_of_offer(offer), story=opportunity_story(offer))
    fields |= {"program": offer.program_id, "program_version": ""}
    developed = offer.program is not NOTHING_ASKED
    return OpportunityView(
        **fields,
        development=f"{offer.program.id}@{offer.program.version}" if developed else None,
        proposed_by=offer.proposed_by,
        learner_id=offer.learner_id,
        host_id=offer.host_id,
        seats=offer.seats,
        free=offer.free,
        held=offer.held,
        waiting=offer.waiting,
        closes_at=offer.closes_at,
        hazards=offer.hazards,
    )
