"""The story of placements and opportunities in words for operators."""

from lifecycle.case_words import case_alarm, case_story, plain, when
from lifecycle.opportunity import next_due as next_due_of_offer
from lifecycle.opportunity_table import TABLE as OFFERS
from lifecycle.placement_facts import TABLE
from lifecycle.waiting import ends_at, next_due
from schemas.opportunity import NOTHING_ASKED, Opportunity
from schemas.placement import Placement
from schemas.vocabulary import OpportunityState, SeatState
from schemas.vocabulary import PlacementState as S


def placement_story(placement: Placement) -> str:
    """Where a placement stands and who is awaited, as lines of text."""
    more: list[str] = []
    if placement.state is S.ACTIVE:
        more.append(f"last day ends {when(placement, ends_at(placement))}")
    if placement.suspension is not None:
        more.append(
            f"suspended ({placement.suspension.reason.replace('_', ' ')}), to go on {placement.suspension.resume_by}"
        )
    if placement.blocked:
        more.append("BLOCKED: the first day has come and preparation is not done")
    if placement.vacant:
        more.append("no worksite supervisor is named; somebody at the site stands in")
    if placement.seat is SeatState.WAITLISTED:
        more.append("in line for a seat")
    more += [f"incident {one} is open" for one in placement.incidents]
    return case_story(TABLE, placement, more)


def placement_details(placement: Placement) -> str:
    """What a placement is about, as it was proposed: one line that stays as it is."""
    return (
        f"Learner {placement.learner_id}; opportunity {placement.opportunity_id} at host {placement.host_id}; "
        f"proposed for {placement.start} to {placement.end}; program version {placement.program.version}."
    )


def placement_alarm(placement: Placement) -> str:
    """One line for the alarm's timer: what time does next. Empty when nothing is due."""
    otherwise = "last day ends" if placement.state is S.ACTIVE else "look at it again"
    if placement.seat is SeatState.WAITLISTED:
        otherwise = "no seat came free"
    return case_alarm(TABLE, placement, next_due(placement), otherwise)


def opportunity_details(offer: Opportunity) -> str:
    """What an opportunity offers, as it was opened or proposed: one line that stays as it is."""
    seats = f"{offer.seats} seats at host {offer.host_id}; {offer.start} to {offer.end}"
    if offer.proposed_by is None:
        return f"{seats}."
    found = f" ({offer.learner_id})" if offer.learner_id else ""
    pin = f"{offer.program.id} {offer.program.version}"
    return f"{seats}; proposed by {plain(offer.proposed_by)}{found}; developed by {pin}."


def opportunity_story(offer: Opportunity) -> str:
    """Where an opportunity stands: one line, and what is awaited where people are asked."""
    held = f"{len(offer.held)} of {offer.seats} seats held; {offer.start} to {offer.end}"
    more = [f"in line: {', '.join(offer.waiting)}"] if offer.waiting else []
    if offer.program is NOTHING_ASKED:
        return "\n".join([f"{offer.state.capitalize()}: {held}.", *(f"- {line}" for line in more)])
    if offer.hazards:
        more.append(f"the law restricts: {', '.join(map(plain, offer.hazards))}")
    if offer.state is OpportunityState.DESIGNED and not offer.screened:
        more.append("being held against the law")
    return case_story(OFFERS, offer, [held, *more])


def opportunity_alarm(offer: Opportunity) -> str:
    """One line for the alarm's timer: what time does next."""
    if offer.program is NOTHING_ASKED:
        return f"{offer.id} closes"
    return case_alarm(OFFERS, offer, next_due_of_offer(offer), f"{offer.id} closes")
