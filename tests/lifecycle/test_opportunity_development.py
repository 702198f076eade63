"""How an offer comes to be open: described, held against the law, reviewed; and every way in which it does not."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from lifecycle.opportunity import is_over, next_due
from lifecycle.opportunity_table import LIVE, REQUESTS, TABLE, TERMINAL, TRANSITIONS
from lifecycle.registry import OPPORTUNITY
from schemas.effects import Screened, ScreenOpportunity
from schemas.opportunity import (
    AmendOpportunity,
    ApproveOpportunity,
    CloseOpportunity,
    Opportunity,
    OpportunityTick,
    RecordScreening,
)
from schemas.placement_commands import RecordBounce, Return, Waive
from schemas.problems import ProblemCode, Refused
from schemas.program_kinds import STAGE_KINDS
from schemas.vocabulary import OpportunityState as S
from schemas.vocabulary import RequestState, Role
from tests.lifecycle.lives import PROGRAM
from tests.lifecycle.offers import LAST_HOUR, Offer, development, direct, proposal

DECISIONS = {
    ("design", "withdrawn"): "host_withdrew",
    ("safety_review.1", "not_allowed"): "hazard_not_allowed",
    ("opportunity_review", "decline"): "not_suitable",
}


def reach(request_id: str) -> Offer:
    offer = Offer()
    if request_id == "safety_review.1":
        return offer.designed().screened("power_saws")
    if request_id == "curriculum_review":
        return offer.designed()
    return offer.reviewed() if request_id == "opportunity_review" else offer


def test_the_host_is_asked_to_describe_the_work_first() -> None:
    offer = Offer()
    assert [event.type for event in offer.events] == ["opportunity.proposed", "request.opened"]
    assert offer.mail() == [("request_opened_ask", "sup-1")]
    assert offer.events[0].development == "opportunity-development@2027.1"


def test_an_offer_opens_once_it_is_described_screened_and_reviewed() -> None:
    offer = Offer()
    assert offer.submit("design", "designed") == ["request.submitted", "opportunity.designed", "request.opened"]
    assert offer.screenings() == [ScreenOpportunity(key="opp-1/screen/1", design=1, submission_id="s-0")]
    assert offer.say(RecordScreening(design=1, hazards=())) == ["opportunity.screened"]
    assert offer.submit("curriculum_review", "approve") == [
        "request.submitted",
        "opportunity.reviewed",
        "request.opened",
    ]
    assert offer.submit("opportunity_review", "open") == ["request.submitted", "opportunity.opened"]
    assert (offer.state, offer.case.free) == (S.OPEN, 2)
    told = [person for message, person in offer.mail() if message == "opportunity_open_notification"]
    assert told == ["sup-1", "cs-1"]


def test_the_reviews_wait_for_the_screening_and_the_screening_for_the_reviews() -> None:
    approved_first = Offer().designed()
    approved_first.submit("curriculum_review", "approve")
    assert approved_first.state is S.DESIGNED
    assert approved_first.screened().state is S.REVIEWED


def test_a_hazard_is_decided_by_a_person_before_the_offer_goes_on() -> None:
    offer = Offer().designed()
    told = offer.say(RecordScreening(design=1, hazards=("power_saws", "roofing")))
    assert told == ["opportunity.screened", "hazard.found", "request.opened"]
    assert offer.case.hazards == ("power_saws", "roofing")
    offer.submit("curriculum_review", "approve")
    assert offer.state is S.DESIGNED
    assert offer.submit("safety_review.1", "allowed")[-2:] == ["opportunity.reviewed", "request.opened"]


def test_a_program_without_a_safety_review_shows_the_hazard_to_whoever_opens_the_offer() -> None:
    offer = Offer(proposal(program=development(lambda asks: asks.pop("safety_review")))).designed().screened("roofing")
    offer.submit("curriculum_review", "approve")
    assert offer.state is S.REVIEWED
    assert "the law restricts: roofing" in OPPORTUNITY.story(offer.case)


def test_a_teacher_who_wants_changes_gives_the_description_back_and_reviews_it_again() -> None:
    offer = Offer().designed().screened()
    told = offer.submit("curriculum_review", "revise")
    assert told == ["request.submitted", "opportunity.returned", "request.returned"]
    assert (offer.state, offer.case.reason) == (S.PROPOSED, "curriculum_review")
    assert offer.mail()[-1] == ("request_returned_ask", "sup-1")
    told = offer.submit("design", "designed")
    assert told == ["request.submitted", "opportunity.designed", "request.reopened"]
    assert offer.mail()[-1] == ("request_opened_ask", "tea-1")
    assert offer.screenings()[-1] == ScreenOpportunity(key="opp-1/screen/2", design=2, submission_id="s-2")
    offer.screened()
    offer.submit("curriculum_review", "approve")
    assert offer.state is S.REVIEWED


def test_a_reviewed_offer_can_go_back_and_is_reviewed_anew_throughout() -> None:
    offer = Offer().reviewed()
    assert offer.submit("opportunity_review", "revise")[1:] == ["opportunity.returned", "request.returned"]
    offer.submit("design", "designed")
    assert offer.request("curriculum_review").is_open
    offer.screened()
    assert offer.submit("curriculum_review", "approve")[-2:] == ["opportunity.reviewed", "request.reopened"]
    offer.submit("opportunity_review", "open")
    assert offer.state is S.OPEN


def test_a_hazard_found_again_in_a_new_description_is_decided_again() -> None:
    offer = Offer().designed().screened("roofing")
    offer.submit("curriculum_review", "revise")
    assert offer.request("safety_review.1").state is RequestState.WITHDRAWN
    offer.designed().screened("roofing")
    assert offer.request("safety_review.2").is_open


def test_a_screening_of_an_earlier_description_says_nothing_about_the_new_one() -> None:
    offer = Offer().designed()
    offer.submit("curriculum_review", "revise")
    offer.designed()
    assert offer.say(RecordScreening(design=1, hazards=("roofing",))) == []
    assert not offer.case.screened


def test_a_coordinator_can_give_the_description_back_after_it_was_accepted() -> None:
    offer = Offer().reviewed()
    told = offer.say(Return(request_id="design", reason="no_equipment_named"))
    assert told[:2] == ["opportunity.returned", "request.returned"]
    assert (offer.state, offer.case.reason) == (S.PROPOSED, "no_equipment_named")
    assert offer.request("opportunity_review").state is RequestState.WITHDRAWN


@pytest.mark.parametrize(("request_id", "decision"), sorted(DECISIONS))
def test_a_no_is_an_end_with_its_own_code(request_id: str, decision: str) -> None:
    offer = reach(request_id)
    offer.submit(request_id, decision)
    assert (offer.state, offer.case.reason) == (S.DECLINED, DECISIONS[request_id, decision])
    assert not offer.case.open_requests
    assert [person for message, person in offer.mail() if message == "opportunity_declined_notification"]
    assert (next_due(offer.case), is_over(offer.case, offer.at)) == (None, True)


@pytest.mark.parametrize(
    ("request_id", "reason"),
    [
        ("design", "not_described"),
        ("curriculum_review", "curriculum_not_reviewed"),
        ("safety_review.1", "hazard_not_reviewed"),
        ("opportunity_review", "not_reviewed"),
    ],
)
def test_silence_to_the_end_is_an_end_with_its_own_code(request_id: str, reason: str) -> None:
    offer = reach(request_id)
    offer.tick_until(S.DECLINED)
    assert offer.case.reason == reason
    assert offer.request(request_id).state is RequestState.NOT_PROVIDED


def test_a_review_that_does_not_block_may_come_late_and_still_asks_for_changes() -> None:
    plain = development(lambda asks: asks["curriculum_review"].update(blocks=False))
    offer = Offer(proposal(program=plain)).designed().screened()
    assert (offer.state, offer.request("curriculum_review").is_open) == (S.REVIEWED, True)
    offer.submit("curriculum_review", "revise")
    assert offer.state is S.PROPOSED


def test_a_curriculum_review_can_be_waived_and_stays_so() -> None:
    offer = Offer().designed().screened()
    offer.say(Waive(request_id="curriculum_review", reason="no_teacher_in_summer"))
    assert offer.state is S.REVIEWED
    offer.submit("opportunity_review", "revise")
    offer.designed().screened()
    assert (offer.state, offer.request("curriculum_review").state) == (S.REVIEWED, RequestState.WAIVED)


@pytest.mark.parametrize("request_id", ["design", "safety_review.1", "opportunity_review"])
def test_what_has_to_be_decided_cannot_be_waived(request_id: str) -> None:
    with pytest.raises(Refused, match="cannot be waived; somebody has to decide it"):
        reach(request_id).say(Waive(request_id=request_id, reason="in_a_hurry"))


def test_a_host_who_cannot_be_reached_is_stood_in_for_at_once() -> None:
    offer = Offer()
    told = offer.say(RecordBounce(request_id="design", person_id="sup-1"))
    assert told == ["request.bounced", "request.escalated"]
    assert offer.request("design").person_id == "cs-1"


def test_a_reviewed_offer_can_be_opened_by_other_means_and_no_other_can() -> None:
    offer = Offer().reviewed()
    assert offer.say(ApproveOpportunity()) == ["request.withdrawn", "opportunity.opened"]
    with pytest.raises(Refused, match="opportunity opp-1 is proposed; 'approve' is not possible now"):
        Offer().say(ApproveOpportunity())


def test_a_learner_who_found_a_host_has_an_offer_of_one_seat() -> None:
    own: dict[str, Any] = {"proposed_by": Role.STUDENT, "learner_id": "lrn-1", "seats": 1}
    offer = Offer(proposal(**own, team={**proposal().team, Role.STUDENT: "lrn-1"}))
    assert (offer.case.seats, offer.case.learner_id) == (1, "lrn-1")
    offer.opened()
    assert ("opportunity_open_notification", "lrn-1") in offer.mail()
    with pytest.raises(Refused, match="seats: 2 is too many; what a learner found has one seat"):
        offer.say(AmendOpportunity(seats=2))
    for wrong, message in (({"seats": 2}, "seats: is 2"), ({"learner_id": None}, "learner_id: is missing")):
        with pytest.raises(ValidationError, match=message.split(": ")[1]):
            proposal(**own | wrong)


def test_an_offer_that_nobody_can_be_asked_about_is_refused() -> None:
    team = {role: person for role, person in proposal().team.items() if role is not Role.TEACHER}
    with pytest.raises(Refused, match="nobody is the teacher of this offer, but 'curriculum_review' asks one"):
        Offer(proposal(team=team))


def test_a_program_of_placements_develops_no_offers() -> None:
    with pytest.raises(ValidationError, match="is of a placement"):
        proposal(program=PROGRAM)


@pytest.mark.parametrize("state", sorted(LIVE))
def test_an_offer_that_is_not_closed_can_be_closed_and_closes_by_itself(state: S) -> None:
    def reached() -> Offer:
        offer = Offer()
        {S.DESIGNED: offer.designed, S.REVIEWED: offer.reviewed}.get(state, lambda: offer)()
        if state in (S.OPEN, S.FILLED):
            offer.opened()
        for number in range(2 if state is S.FILLED else 0):
            offer.claim(f"pl-{number}")
        assert offer.state is state
        return offer

    closed = reached()
    assert "opportunity.closed" in closed.say(CloseOpportunity())
    assert not closed.case.open_requests
    by_itself = reached()
    by_itself.say(OpportunityTick(), LAST_HOUR)
    assert by_itself.state in TERMINAL


def test_other_days_move_what_counts_from_them_and_tell_who_was_told_a_date() -> None:
    early = development(lambda asks: asks["design"].update(due="start - 30d"))
    offer = Offer(proposal(program=early))
    told = offer.say(AmendOpportunity(start=offer.case.start + timedelta(days=14)))
    assert told == ["opportunity.amended", "request.moved"]
    assert offer.mail()[-1] == ("request_moved_notification", "sup-1")


def test_every_transition_of_the_table_happens() -> None:
    passed: set[tuple[S, type]] = set()
    for state in ("design", "curriculum_review", "opportunity_review"):
        for end in ("close", "silence", "revise"):
            offer = reach(state)
            if end == "close":
                offer.say(CloseOpportunity())
            elif end == "silence":
                offer.tick_until(S.DECLINED)
            elif state != "design":
                offer.screened() if state == "curriculum_review" else None
                offer.submit(state, "revise")
            passed |= offer.passed
    for seats in (1, 2):
        offer = Offer(proposal(seats=seats)).opened()
        offer.claim("pl-1")
        offer.release("pl-1")
        offer.claim("pl-1")
        offer.say(CloseOpportunity())
        passed |= offer.passed
    assert set(TRANSITIONS) - passed == set()


def test_every_kind_of_the_development_stage_has_its_place() -> None:
    assert set(REQUESTS) == STAGE_KINDS["development"]
    assert set(TABLE.silence) == set(REQUESTS)


def test_what_was_opened_directly_asks_nobody_and_is_kept_as_before() -> None:
    offer = Offer(direct())
    assert (offer.case.requests, offer.effects) == ((), [])
    kept = offer.case.model_dump(mode="json")
    assert kept["program"] is None
    read = Opportunity.model_validate(kept)
    assert read == offer.case
    assert read.program is offer.case.program
    before = {name: kept[name] for name in kept if name not in {"program", "team", "waiting", "requests", "hazards"}}
    assert Opportunity.model_validate(before) == offer.case


def test_a_developed_offer_is_read_back_with_its_program() -> None:
    offer = Offer().reviewed()
    read = Opportunity.model_validate(offer.case.model_dump(mode="json"))
    assert read == offer.case
    assert read.program is offer.case.program


def test_what_the_law_says_is_learned_and_a_bounce_too() -> None:
    effect = Offer().designed().screenings()[0]
    learned = OPPORTUNITY.learned(effect, Screened(key=effect.key, hazards=("roofing",)))
    assert learned == RecordScreening(design=1, hazards=("roofing",))


def test_the_story_names_who_is_awaited_and_what_the_law_is_asked() -> None:
    offer = Offer().designed()
    story = OPPORTUNITY.story(offer.case)
    assert "Designed since Mon 3 May 2027" in story
    assert "curriculum review awaited of teacher tea-1" in story
    assert "being held against the law" in story
    assert OPPORTUNITY.alarm(offer.case).endswith("curriculum review, teacher tea-1")
    assert OPPORTUNITY.details(offer.case) == (
        "2 seats at host hst-1; 2027-07-06 to 2027-08-13; proposed by worksite supervisor; "
        "developed by opportunity-development 2027.1."
    )


def test_a_refusal_names_state_and_command() -> None:
    offer = Offer(direct())
    offer.say(CloseOpportunity())
    with pytest.raises(Refused, match=r"opportunity opp-1 is closed \(it has ended\); 'amend' is not possible") as no:
        offer.say(AmendOpportunity(seats=3))
    assert no.value.code is ProblemCode.CLOSED
