"""What follows of itself after every decision: states move on, needless requests end, new ones open."""

from lifecycle.opening import open_what_is_due
from lifecycle.story import Story
from lifecycle.transitions import REQUESTS
from lifecycle.waiting import agreement_is_signed, final_is_provided, final_is_settled, has_ended
from schemas.placement_events import AssessmentSettled, PlacementEnded, PlacementReady, PreparationOpened
from schemas.request_events import RequestWithdrawn
from schemas.vocabulary import PlacementState as S


def settle(story: Story) -> None:
    """What follows of itself: states move, requests that no longer make sense end, new ones open."""
    while True:
        placement, at = story.placement, story.at
        if placement.state is S.MATCHED:
            story.tell(PreparationOpened(at=at))
        elif placement.state is S.PREPARING and agreement_is_signed(placement):
            story.tell(PlacementReady(at=at))
        elif placement.state is S.ACTIVE and has_ended(placement, at):
            story.tell(PlacementEnded(at=at))
        elif placement.state is S.AWAITING_ASSESSMENT and final_is_settled(placement):
            story.tell(AssessmentSettled(at=at, provided=final_is_provided(placement)))
        else:
            break
    if story.placement.state is not story.began_in:
        for request in story.placement.open_requests:
            if story.placement.state not in REQUESTS[request.kind][1]:
                story.tell(RequestWithdrawn(at=story.at, request_id=request.id, reason="no_longer_needed"))
    open_what_is_due(story)
