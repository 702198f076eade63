"""The story of placements and opportunities in words for operators."""

from lifecycle.case_words import case_alarm, case_story, when
from lifecycle.placement_facts import TABLE
from lifecycle.waiting import ends_at, next_due
from schemas.opportunity import Opportunity
from schemas.placement import Placement
from schemas.vocabulary import PlacementState as S
from schemas.vocabulary import SeatState


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
    return case_alarm(TABLE, placement, next_due(placement), otherwise)


def opportunity_details(opportunity: Opportunity) -> str:
    """What an opportunity offers, as it was opened: one line that stays as it is."""
    return f"{opportunity.seats} seats at host {opportunity.host_id}; {opportunity.start} to {opportunity.end}."


def opportunity_story(opportunity: Opportunity) -> str:
    """Where an opportunity stands, in one line."""
    held = f"{len(opportunity.held)} of {opportunity.seats} seats held"
    return f"{opportunity.state.capitalize()}: {held}; {opportunity.start} to {opportunity.end}."
