"""The opportunity's decisions: how a host's offer is developed, opened, filled and closed. Pure; time is an argument.

The tables are in `opportunity_table`, the seats in `seats`; `opportunity_effects` says what the world is asked for.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from lifecycle import ladder, requests, seats, snoozing
from lifecycle.deadlines import person_for
from lifecycle.decider import Decider
from lifecycle.evolving import evolve as evolve_case
from lifecycle.opening import moments, open_what_is_due, openings
from lifecycle.opportunity_table import TABLE, TERMINAL
from lifecycle.requests import Answers
from lifecycle.story import Story
from schemas.case import Request
from schemas.opportunity import (
    OpenOpportunity,
    Opportunity,
    OpportunityCommand,
    ProposeOpportunity,
    RecordScreening,
)
from schemas.opportunity_events import (
    HazardFound,
    OpportunityClosed,
    OpportunityDeclined,
    OpportunityDesigned,
    OpportunityEvent,
    OpportunityOpened,
    OpportunityProposed,
    OpportunityReturned,
    OpportunityReviewed,
    OpportunityScreened,
)
from schemas.placement_commands import Return
from schemas.problems import ProblemCode, Refused
from schemas.vocabulary import OpportunityState as S
from schemas.vocabulary import RequestKind as K
from schemas.vocabulary import RequestState

O = Story[Opportunity]  # noqa: E741 - as P stands for a placement's

KEPT = timedelta(days=180)
"""A closed opportunity still takes seats back for this long after its last day, then its workflow ends."""

REVIEWS = (K.CURRICULUM_REVIEW, K.SAFETY_REVIEW)
"""What must be settled before whoever opens offers is asked, as far as the program says `blocks`."""


# --- beginning ------------------------------------------------------------------------------------------------------


def begin(
    command: OpenOpportunity | ProposeOpportunity, at: datetime
) -> tuple[Opportunity, tuple[OpportunityEvent, ...]]:
    """The first decision: an opportunity that is open at once, or one that is to be developed. Raises Refused."""
    if isinstance(command, OpenOpportunity):
        return open_opportunity(command, at)
    return propose(command, at)


def open_opportunity(command: OpenOpportunity, at: datetime) -> tuple[Opportunity, tuple[OpportunityEvent, ...]]:
    """An open opportunity and its event."""
    offer = Opportunity(
        id=command.opportunity_id,
        state=S.OPEN,
        host_id=command.host_id,
        program_id=command.program_id,
        seats=command.seats,
        start=command.start,
        end=command.end,
        clock=command.clock,
        closes_at=command.closes_at,
        entered_at=at,
    )
    story = Story(TABLE, offer, at)
    story.tell(_opened(offer, at))
    return story.case, tuple(story.events)


def propose(command: ProposeOpportunity, at: datetime) -> tuple[Opportunity, tuple[OpportunityEvent, ...]]:
    """A proposed opportunity, with what is asked first. Raises Refused when nobody can be asked."""
    program = command.program
    offer = Opportunity(
        id=command.opportunity_id,
        state=S.PROPOSED,
        program=program,
        team=command.team,
        host_id=command.host_id,
        program_id=command.program_id,
        proposed_by=command.proposed_by,
        learner_id=command.learner_id,
        seats=command.seats,
        start=command.start,
        end=command.end,
        clock=command.clock,
        closes_at=command.closes_at,
        entered_at=at,
    )
    for ask in program.asks:
        for signer in ask.of:
            if signer.when == "always" and person_for(offer, signer.role) is None:
                raise Refused(
                    ProblemCode.INVALID,
                    f"host_id: nobody is the {signer.role} of this offer, but '{ask.id}' asks one; "
                    f"import that person, or name a stand-in in program {program.id}",
                )
    story = Story(TABLE, offer, at)
    story.tell(
        OpportunityProposed(
            at=at,
            host_id=command.host_id,
            program_id=command.program_id,
            development=f"{program.id}@{program.version}",
            proposed_by=command.proposed_by,
            learner_id=command.learner_id,
            seats=command.seats,
            start=command.start,
            end=command.end,
        )
    )
    settle(story)
    return story.case, tuple(story.events)


def _opened(offer: Opportunity, at: datetime) -> OpportunityOpened:
    return OpportunityOpened(
        at=at,
        host_id=offer.host_id,
        program_id=offer.program_id,
        seats=offer.seats,
        start=offer.start,
        end=offer.end,
    )


# --- what people say ------------------------------------------------------------------------------------------------


def _designed(story: O, _: Request) -> None:
    story.tell(OpportunityDesigned(at=story.at))
    requests.ask_again(story, K.CURRICULUM_REVIEW)


def _approve(story: O, *_: Any) -> None:
    requests.withdraw(story, (K.OPPORTUNITY_REVIEW,), "answered_otherwise")
    story.tell(_opened(story.case, story.at))


def _declined(reason: str) -> Callable[[O, Request], None]:
    return lambda story, _: story.tell(OpportunityDeclined(at=story.at, reason=reason))


def _revise(story: O, reason: str) -> None:
    """The description goes back to whoever wrote it."""
    story.tell(OpportunityReturned(at=story.at, reason=reason))
    for request in story.case.of_kind(K.DESIGN):
        if request.state is RequestState.SUBMITTED:
            story.tell(requests.returned(story, request, reason))


def _nothing(_: O, __: Request) -> None:
    return


ANSWERS: Answers = {
    K.DESIGN: {"designed": _designed, "withdrawn": _declined("host_withdrew")},
    K.CURRICULUM_REVIEW: {"approve": _nothing, "revise": lambda story, _: _revise(story, "curriculum_review")},
    K.SAFETY_REVIEW: {"allowed": _nothing, "not_allowed": _declined("hazard_not_allowed")},
    K.OPPORTUNITY_REVIEW: {
        "open": _approve,
        "revise": lambda story, _: _revise(story, "opportunity_review"),
        "decline": _declined("not_suitable"),
    },
}
"""Kind of request -> decision -> what follows."""

DECISIONS: dict[K, frozenset[str]] = {kind: frozenset(follow) for kind, follow in ANSWERS.items()}
"""The decisions a form of that kind may come back with."""


def _give_back(story: O, command: Return) -> None:
    """Give an answer back; of the description this undoes what followed from it. Raises Refused."""
    request = requests.known(story.case, command.request_id)
    given = request.kind is K.DESIGN and request.state is RequestState.SUBMITTED
    if given and story.case.state in (S.DESIGNED, S.REVIEWED):
        _revise(story, command.reason)
    else:
        requests.give_back(story, command)


def _record_screening(story: O, command: RecordScreening) -> None:
    """What the law restricts, unless another description was handed in meanwhile."""
    if story.case.state is not S.DESIGNED or story.case.screened or command.design != story.case.designs:
        return
    story.tell(OpportunityScreened(at=story.at, hazards=command.hazards))
    if command.hazards:
        story.tell(HazardFound(at=story.at, hazards=command.hazards))


def _refuse_opening(story: O, _: OpenOpportunity) -> None:
    where = f"opportunity {story.case.id} is {story.case.state}"
    raise Refused(ProblemCode.ALREADY_EXISTS, f"{where}; 'open' is not possible now")


def _tick(story: O, _: Any) -> None:
    ladder.be_silent(story, ladder.climb(story).given_up)
    if story.case.state not in TERMINAL and story.at >= story.case.closes_at:
        story.tell(OpportunityClosed(at=story.at))


COMMANDS: dict[str, Callable[[O, Any], object]] = {
    "open": _refuse_opening,
    "approve": _approve,
    "amend": seats.amend,
    "close": lambda story, _: story.tell(OpportunityClosed(at=story.at)),
    "claim_seat": seats.claim,
    "release_seat": seats.release,
    "submit": lambda story, command: requests.answer(story, command, ANSWERS),
    "waive": requests.waive,
    "return": _give_back,
    "resend": requests.resend,
    "disclaim": requests.disclaim,
    "snooze": snoozing.snooze,
    "record_screening": _record_screening,
    "record_bounce": requests.record_bounce,
    "tick": _tick,
}


# --- what follows of itself -----------------------------------------------------------------------------------------


def settle(story: O) -> None:
    """Reviews that are settled lead on, seats go to who waits; what is no longer needed ends, what is due opens."""
    while _moves_on(story):
        pass
    requests.no_longer_needed(story)
    open_what_is_due(story)


def _moves_on(story: O) -> bool:
    if story.case.state is S.DESIGNED and is_reviewed(story.case, story.began):
        story.tell(OpportunityReviewed(at=story.at))
        requests.ask_again(story, K.OPPORTUNITY_REVIEW)
        return True
    return seats.hand_out(story)


def is_reviewed(offer: Opportunity, before: Opportunity) -> bool:
    """Whether the newest description was screened, and every review that the offer waits for is settled."""
    waits = {ask.id for ask in offer.program.asks if ask.kind in REVIEWS and ask.blocks}
    if not offer.screened or any(one.ask_id in waits for one in offer.open_requests):
        return False
    return not any(one.ask.id in waits for one in openings(TABLE, offer, before))


def next_due(offer: Opportunity) -> datetime | None:
    """When time itself acts next: on a request, or at the end of the last day; a closed one ends `KEPT` later."""
    if offer.state is S.DECLINED:
        return None
    if offer.state is S.CLOSED:
        return offer.closes_at + KEPT
    return min((*moments(TABLE, offer), offer.closes_at))


def is_over(offer: Opportunity, at: datetime) -> bool:
    """Whether nothing more can happen."""
    return offer.state is S.DECLINED or (offer.state is S.CLOSED and at >= offer.closes_at + KEPT)


# --- the decider ----------------------------------------------------------------------------------------------------

OPPORTUNITY: Decider[Opportunity] = Decider(TABLE, COMMANDS, settle)


def step(offer: Opportunity, command: OpportunityCommand, at: datetime) -> tuple[Opportunity, tuple[Any, ...]]:
    """Decide and evolve in one go. Raises Refused naming state, command and what is allowed.

    A claim when no seat is free changes nothing (the caller reads `held`), as does a repeated claim or release.
    """
    return OPPORTUNITY.step(offer, command, at)


def evolve(offer: Opportunity, event: Any) -> Opportunity:
    """The opportunity after one of its events."""
    return evolve_case(TABLE, offer, event)
