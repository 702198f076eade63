"""Extensions, new supervisors and withdrawals."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from lifecycle.deadlines import closes_at, due_at
from lifecycle.registry import PLACEMENT, decide
from schemas.change_commands import Extend, ReplaceSupervisor, Suspend
from schemas.effects import Message, Notify, ReleaseSeatEffect, RevokeLinks
from schemas.placement_commands import Withdraw
from schemas.problems import ProblemCode, Refused
from schemas.vocabulary import PlacementState, RequestState, Role, SeatState
from tests.lifecycle.lives import (
    REACH,
    TEAM,
    Life,
    active,
    awaiting_assessment,
    local,
    offered,
    preparing,
    proposal,
    proposed,
    ready,
    story_of,
    types,
)
from tests.lifecycle.programs_made import changed, with_ladder

MOVED: Message = "request_moved_notification"
LATER = local("2027-09-03").date()
BEFORE_START = (PlacementState.PROPOSED, PlacementState.OFFERED, PlacementState.PREPARING, PlacementState.READY)


def test_an_extension_moves_every_open_deadline_that_counts_from_the_end_and_tells_the_holders() -> None:
    life = _final_week()
    assert types(life.say(Extend(end=LATER))) == ["placement.extended", "request.moved", "request.moved"]
    for request_id in ("final_evaluation", "self_assessment"):
        assert due_at(life.placement, life.request(request_id)) == local("2027-09-03 17:00")
    told = [one for one in life.effects if isinstance(one, Notify) and one.message == "request_moved_notification"]
    assert [(one.person_id, one.request_id) for one in told] == [
        ("sup-1", "final_evaluation"),
        ("lrn-1", "self_assessment"),
    ]


def test_an_extension_moves_what_is_not_asked_yet() -> None:
    life = active()
    life.say(Extend(end=LATER))
    life.pass_days_until(local("2027-09-01 12:00"))
    assert story_of(life, "final_evaluation")[0] == ("opened", "sup-1", "Fri 08-27 09:00")


def test_an_extension_leaves_deadlines_that_count_from_the_start() -> None:
    life = active()
    life.pass_days_until(local("2027-07-14 12:00"))
    before = due_at(life.placement, life.request("baseline_evaluation"))
    assert types(life.say(Extend(end=LATER))) == ["placement.extended"]
    assert due_at(life.placement, life.request("baseline_evaluation")) == before


def test_an_extension_of_an_overdue_request_starts_its_ladder_anew_and_repeats_nobody() -> None:
    life = active()
    life.pass_days_until(local("2027-08-13 12:00"))
    life.say(Extend(end=LATER))
    life.pass_days_until(local("2027-09-04 12:00"))
    assert story_of(life, "final_evaluation")[-3:] == [
        ("moved", "sup-1", "Fri 08-13 13:00"),
        ("reminded", "sup-1", "Tue 08-31 09:00"),
        ("reminded", "sup-1", "Thu 09-02 09:00"),
    ]


def test_a_moved_request_does_not_tell_again_what_was_told_before() -> None:
    ladder = [{"at": "opened + 1bd", "then": "tell", "who": "career_specialist"}]
    life = active(proposal(program=with_ladder("final_evaluation", ladder)))
    life.pass_days_until(local("2027-08-10 12:00"))
    life.say(Extend(end=LATER))
    life.pass_days_until(local("2027-09-04 12:00"))
    assert [how for how, _, _ in story_of(life, "final_evaluation")] == ["opened", "told", "moved"]


@pytest.mark.parametrize("end", ["2027-08-13", "2027-08-12"])
def test_an_extension_to_the_same_or_an_earlier_day_is_refused_naming_both(end: str) -> None:
    with pytest.raises(Refused, match=f"end: {end} is not after the present last day, 2027-08-13") as refused:
        active().say(Extend(end=local(end).date()))
    assert refused.value.code is ProblemCode.INVALID


def test_a_new_supervisor_gets_what_the_old_one_was_asked_and_the_old_links_stop() -> None:
    life = _final_week()
    said = life.say(ReplaceSupervisor(person_id="sup-9"))
    assert types(said) == ["supervisor.replaced", "request.reassigned", "request.reassigned"]
    assert life.placement.team[Role.WORKSITE_SUPERVISOR] == "sup-9"
    effects = [(one.effect, one.person_id, one.request_id) for one in life.effects[-4:]]
    assert effects == [
        ("revoke_links", "sup-1", "baseline_evaluation"),
        ("notify", "sup-9", "baseline_evaluation"),
        ("revoke_links", "sup-1", "final_evaluation"),
        ("notify", "sup-9", "final_evaluation"),
    ]


def test_the_old_supervisor_cannot_answer_and_the_new_one_can() -> None:
    life = _final_week()
    life.say(ReplaceSupervisor(person_id="sup-9"))
    with pytest.raises(Refused) as refused:
        life.submit("final_evaluation", by="sup-1")
    assert refused.value.code is ProblemCode.NOT_AWAITED
    life.submit("final_evaluation", by="sup-9")
    assert life.request("final_evaluation").state is RequestState.SUBMITTED


def test_what_is_asked_later_is_asked_of_the_new_supervisor() -> None:
    life = active()
    life.say(ReplaceSupervisor(person_id="sup-9"))
    life.tick()
    assert life.request("baseline_evaluation").person_id == "sup-9"


def test_an_alternate_who_takes_over_holds_the_request_once() -> None:
    life = awaiting_assessment()
    life.tick_until(lambda life: len(life.request("final_evaluation").holders) == 2)
    life.say(ReplaceSupervisor(person_id="sup-2"))
    assert [one.person_id for one in life.request("final_evaluation").holders] == ["sup-2"]


def test_a_supervisor_named_on_the_last_day_has_the_programs_notice() -> None:
    life = proposed()
    life.pass_days_until(local("2027-06-21 16:00"))
    life.say(ReplaceSupervisor(person_id="sup-9"), at=local("2027-06-21 16:30"))
    assert closes_at(life.placement, life.request("host_confirmation")) == local("2027-06-23 17:00")


def test_a_supervisor_who_was_stood_in_for_can_be_named() -> None:
    program = changed(lambda _, parts: parts["stand_ins"].update(worksite_supervisor="career_specialist"))
    team = {role: person for role, person in TEAM.items() if role is not Role.WORKSITE_SUPERVISOR}
    life = proposed(proposal(program=program, team=team))
    assert life.request("host_confirmation").person_id == "cs-1"
    life.say(ReplaceSupervisor(person_id="sup-9"))
    assert life.request("host_confirmation").person_id == "sup-9"


def test_the_same_supervisor_again_is_refused() -> None:
    with pytest.raises(Refused, match="sup-1 is the supervisor already") as refused:
        active().say(ReplaceSupervisor(person_id="sup-1"))
    assert refused.value.code is ProblemCode.INVALID


def test_a_supervisor_who_is_also_coordinator_stays_coordinator() -> None:
    life = preparing(proposal(team={**TEAM, Role.COORDINATOR: "sup-1"}))
    life.say(ReplaceSupervisor(person_id="sup-9"))
    assert life.request("agreement.worksite_supervisor").person_id == "sup-9"
    assert life.request("agreement.coordinator").person_id == "sup-1"


def test_signatures_of_the_old_supervisor_stand() -> None:
    life = preparing()
    life.submit("agreement.worksite_supervisor")
    assert types(life.say(ReplaceSupervisor(person_id="sup-9"))) == ["supervisor.replaced"]


@pytest.mark.parametrize("state", BEFORE_START)
def test_a_withdrawal_before_the_start_ends_every_request(state: PlacementState) -> None:
    life = REACH[state]()
    life.say(Withdraw(reason="moved_away"))
    assert (life.state, life.placement.reason) == (PlacementState.WITHDRAWN_BY_STUDENT, "moved_away")
    assert life.placement.open_requests == ()


@pytest.mark.parametrize(("reach", "gives_back"), [(proposed, 0), (offered, 1), (ready, 1), (active, 1)])
def test_a_withdrawal_gives_back_the_seat_that_was_held(reach: Callable[[], Life], gives_back: int) -> None:
    life = reach()
    life.say(Withdraw())
    assert len([one for one in life.effects if isinstance(one, ReleaseSeatEffect)]) == gives_back
    assert life.placement.seat is (SeatState.RELEASED if gives_back else SeatState.NONE)


def test_a_withdrawal_while_a_seat_is_being_claimed_gives_it_back_too() -> None:
    life = proposed()
    life.submit("host_confirmation", "accept")
    life.say(Withdraw())
    seats = [one.effect for one in life.effects if one.effect.endswith("seat")]
    assert seats == ["claim_seat", "release_seat"]


@pytest.mark.parametrize("reach", [active, awaiting_assessment])
def test_a_withdrawal_after_the_start_is_another_outcome(reach: Callable[[], Life]) -> None:
    life = reach()
    life.say(Withdraw(reason="other_job"))
    assert life.state is PlacementState.WITHDRAWN_IN_PROGRESS


def test_links_are_revoked_only_where_somebody_else_takes_over_or_asks_anew() -> None:
    life = _final_week()
    life.say(Extend(end=LATER))
    assert not [one for one in life.effects if isinstance(one, RevokeLinks)]


def _final_week() -> Life:
    """Friday before the last week; baseline, final evaluation and self-assessment are open."""
    life = active(proposal(program=with_ladder("baseline_evaluation", [], close="due + 60d")))
    life.pass_days_until(local("2027-08-06 12:00"))
    return life


def _halted(until: str) -> Life:
    life = active()
    life.say(Suspend(reason="leave", resume_by=local(until).date()))
    return life


def test_a_halt_is_not_prolonged_to_a_day_that_is_over_even_if_nothing_ran_since() -> None:
    life = _halted("2027-07-16")
    with pytest.raises(Refused, match="resume_by: 2027-07-20 is not after 2027-07-22"):
        life.say(Suspend(reason="leave", resume_by=local("2027-07-20").date()), at=local("2027-07-22 10:00"))


def test_what_moves_twice_in_one_decision_is_told_once_with_the_last_day() -> None:
    keys = iter("abc")

    def moves(_: object, __: object) -> tuple[Notify, ...]:
        role = Role.WORKSITE_SUPERVISOR
        return (Notify(key=next(keys), message=MOVED, person_id="sup-1", role=role, request_id="final_evaluation"),)

    life = _final_week()
    _, events, effects = decide(replace(PLACEMENT, effects=moves), life.placement, Extend(end=LATER), life.at)
    assert len(events) == 3
    assert [one.key for one in effects] == ["c"]
