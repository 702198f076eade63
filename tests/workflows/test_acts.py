"""Acts: each stands in the history by its own name, is taken once, and is refused without a trace."""

import traceback

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from schemas.acts import Answer, Refusal, SeveralAnswers
from schemas.opportunity import ClaimSeat, CloseOpportunity, OpenOpportunity, OpportunityTick
from schemas.placement_commands import (
    AcceptOffer,
    MakeOffer,
    RecordBounce,
    RecordSeat,
    Resend,
    Submit,
    Tick,
    Withdraw,
)
from schemas.problems import ProblemCode
from tests.workflows.lives import ENDS, STARTS, Life, Lives, refusal, to_offer, to_preparing
from tests.workflows.world import World

PERSONAL = "Maria Perez maria@example.org"


async def test_each_act_stands_in_the_history_under_its_own_name(lives: Lives) -> None:
    life = await lives.placement()
    await life.act(MakeOffer())
    await life.in_state("offered")
    await life.act(Resend(request_id="offer"))
    await life.act(AcceptOffer())
    await life.submit("agreement.student", "lrn-1")
    await life.act(Withdraw())
    assert await life.names() == ["make_offer", "resend", "accept_offer", "submit", "withdraw"]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (AcceptOffer(), ProblemCode.NOT_ALLOWED_NOW),
        (Submit(request_id="offer", person_id="lrn-1", submission_id="s"), ProblemCode.NOT_AWAITED),
        (Submit(request_id="host_confirmation", person_id="lrn-1", submission_id="s"), ProblemCode.NOT_AWAITED),
        (Submit(request_id="host_confirmation", person_id="sup-1", submission_id="s"), ProblemCode.INVALID),
    ],
    ids=lambda value: value.name if hasattr(value, "name") else str(value),
)
async def test_a_refused_act_leaves_no_event_and_names_its_problem(
    lives: Lives, command: AcceptOffer | Submit, code: ProblemCode
) -> None:
    life = await lives.placement()
    await life.view()
    refused = await refusal(life.act(command))
    assert (refused.type, refused.non_retryable) == (code, True)
    assert "WORKFLOW_EXECUTION_UPDATE_ACCEPTED" not in await life.counts()


async def test_a_refused_act_may_come_again_when_it_is_possible(lives: Lives) -> None:
    life = await lives.placement()
    await refusal(life.act(AcceptOffer(), id="once"))
    await to_offer(life)
    answer = await life.act(AcceptOffer(), id="once", update_id="again")
    assert (answer.state, answer.duplicate) == ("preparing", False)


async def test_the_answer_to_what_is_no_act_repeats_nothing_of_it(lives: Lives) -> None:
    life = await lives.placement()
    for payload in ({"name": PERSONAL}, PERSONAL, {"id": "a", "command": {"name": "withdraw", "reason": PERSONAL}}):
        refused = await refusal(life.handle.execute_update("withdraw", payload, result_type=Answer))
        assert refused.type == ProblemCode.INVALID
        assert "Maria" not in _whole(refused)
    assert "Maria" not in (await life.handle.fetch_history()).to_json()


def _whole(error: ApplicationError) -> str:
    return "".join(traceback.format_exception(error)) + str(error.details)


@pytest.mark.parametrize(
    "command",
    [
        Tick(),
        ClaimSeat(placement_id="pl-9"),
    ],
    ids=lambda command: command.name,
)
async def test_what_only_the_house_itself_says_to_a_placement_is_refused_from_outside(
    lives: Lives, command: Tick | RecordSeat | ClaimSeat
) -> None:
    life = await lives.placement()
    assert (await refusal(life.act(command))).type == ProblemCode.INVALID


async def test_a_bounce_that_came_to_light_later_leads_to_the_next_person(lives: Lives) -> None:
    life = await lives.placement()
    bounce = RecordBounce(request_id="host_confirmation", person_id="sup-1")
    for _ in range(2):
        await life.act(bounce, id="b")
    assert [one.how for one in (await life.view()).requests[0].asked] == ["opened", "bounced", "escalated"]


async def test_a_placement_cannot_be_proposed_twice(lives: Lives) -> None:
    life = await lives.placement()
    proposed = (await life.history())[0].workflow_execution_started_event_attributes.input.payloads[0]
    command = life.client.data_converter.payload_converter.from_payload(proposed)["opening"]["command"]
    act = {"id": "a", "payload_hash": "h", "by": {"kind": "api"}, "command": command}
    assert (await refusal(life.handle.execute_update("propose", act))).type == ProblemCode.INVALID


@pytest.mark.parametrize("name", ["tick", "open", "withdraw"])
async def test_what_is_no_act_of_an_opportunity_is_refused(lives: Lives, name: str) -> None:
    life = await lives.opportunity()
    command = {
        "tick": OpportunityTick(),
        "withdraw": Withdraw(),
        "open": OpenOpportunity(
            opportunity_id="opp-9",
            host_id="h",
            program_id="p",
            seats=1,
            start=STARTS,
            end=ENDS,
            closes_at="2027-08-13T21:00:00Z",  # pyright: ignore[reportArgumentType]
        ),
    }[name]
    assert (await refusal(life.act(command))).type == ProblemCode.INVALID


async def test_an_update_must_be_named_after_its_command(lives: Lives) -> None:
    life = await lives.placement()
    assert (await refusal(life.act(Withdraw(), name="extend"))).type == ProblemCode.INVALID
    assert (await refusal(life.act(Withdraw(), name="no_such_act"))).type == ProblemCode.INVALID


async def test_the_same_act_twice_has_one_effect(lives: Lives, world: World) -> None:
    life = await lives.placement()
    await to_offer(life)
    first = await life.act(AcceptOffer(), id="twice")
    second = await life.act(AcceptOffer(), id="twice", update_id="another-delivery")
    assert (first.duplicate, second.duplicate) == (False, True)
    assert first.batch
    assert second.batch
    assert (second.batch.seq, second.batch.view) == (first.batch.seq, first.batch.view)
    await life.idle()
    assert world.told(life.id).count(("request_opened_ask", "grd-1")) == 1


async def test_the_same_delivery_twice_gets_the_same_answer(lives: Lives) -> None:
    life = await lives.placement()
    await to_offer(life)
    first = await life.act(AcceptOffer(), id="same")
    assert await life.act(AcceptOffer(), id="same") == first


async def test_an_act_with_a_known_id_and_another_content_is_a_conflict(lives: Lives) -> None:
    life = await lives.placement()
    await to_offer(life)
    await life.act(AcceptOffer(), id="known", payload_hash="one")
    refused = await refusal(life.act(Withdraw(), id="known", payload_hash="other", update_id="another-delivery"))
    assert refused.type == ProblemCode.CONFLICT
    assert (await life.view()).state == "preparing"


async def _signed(life: Life, role: str, person: str, recorded: int) -> list[int]:
    answer = await life.submit(f"agreement.{role}", person, recorded=recorded)
    assert answer.batch is not None
    return [fact.seq for fact in answer.batch.facts]


async def test_an_answer_holds_every_fact_its_caller_has_not_recorded_and_nothing_older(lives: Lives) -> None:
    life = await lives.placement()
    await to_preparing(life)
    assert await _signed(life, "student", "lrn-1", 13) == [14]
    assert await _signed(life, "guardian", "grd-1", 13) == [14, 15]
    assert await _signed(life, "coordinator", "co-1", 15) == [16]


async def test_an_answers_view_is_the_one_after_its_last_fact(lives: Lives) -> None:
    life = await lives.placement()
    answer = await life.submit("host_confirmation", "sup-1", "decline")
    assert answer.batch is not None
    assert answer.batch.seq == answer.batch.facts[-1].seq
    assert (answer.state, answer.batch.view["state"], answer.batch.view["reason"]) == (
        "rejected",
        "rejected",
        "host_declined",
    )


async def test_an_opportunity_takes_its_acts(lives: Lives) -> None:
    life = await lives.opportunity(seats=1)
    assert (await life.act(ClaimSeat(placement_id="pl-1"))).state == "filled"
    await life.act(ClaimSeat(placement_id="pl-2"))
    assert (await life.view()).held == ("pl-1",)
    assert (await life.act(CloseOpportunity())).state == "closed"
    assert (await refusal(life.act(CloseOpportunity()))).type == ProblemCode.CLOSED


def _said(said: SeveralAnswers) -> list[tuple[str, str]]:
    return [(one.status, one.code if isinstance(one, Refusal) else one.state) for one in said.answers]


async def test_acts_that_waited_in_a_row_are_taken_in_order_and_answered_each(lives: Lives, world: World) -> None:
    life = await lives.placement()
    await to_offer(life)
    said = await life.several(AcceptOffer(), Withdraw(), AcceptOffer())
    assert _said(said) == [
        ("applied", "preparing"),
        ("applied", "withdrawn_by_student"),
        ("refused", ProblemCode.CLOSED),
    ]
    assert (said.batch.view["state"], said.batch.seq) == ("withdrawn_by_student", said.batch.facts[-1].seq)
    assert await life.names() == ["submit", "several"]
    assert await life.handle.result() == "withdrawn_by_student"
    assert world.told(life.id).count(("request_opened_ask", "grd-1")) == 1


async def test_nothing_is_taken_on_top_of_a_refusal_that_nobody_has_kept(lives: Lives) -> None:
    life = await lives.placement()
    await to_offer(life)
    ids = ("early", "then")
    assert _said(await life.several(MakeOffer(), AcceptOffer(), ids=ids)) == [("refused", ProblemCode.NOT_ALLOWED_NOW)]
    assert _said(await life.several(MakeOffer(), AcceptOffer(), ids=ids)) == [("refused", ProblemCode.NOT_ALLOWED_NOW)]
    assert (await life.view()).state == "offered"


async def test_of_several_acts_a_repeat_changes_nothing_and_another_content_is_a_conflict(lives: Lives) -> None:
    life = await lives.placement()
    await to_offer(life)
    await life.act(AcceptOffer(), id="known")
    again = await life.several(AcceptOffer(), ids=("known",))
    assert [getattr(one, "duplicate", None) for one in again.answers] == [True]
    other = await life.several(Withdraw(), ids=("known",), payload_hash="other")
    assert _said(other) == [("refused", ProblemCode.CONFLICT)]
    assert (await life.view()).state == "preparing"


async def test_several_acts_answer_with_every_fact_that_is_not_recorded(lives: Lives) -> None:
    life = await lives.placement()
    await to_preparing(life)
    signed = [
        Submit(request_id=f"agreement.{role}", person_id=person, submission_id=f"s-{role}")
        for role, person in (("student", "lrn-1"), ("guardian", "grd-1"))
    ]
    said = await life.several(*signed, recorded=13)
    assert [fact.seq for fact in said.batch.facts] == [14, 15]
    assert all(getattr(one, "batch", None) is None for one in said.answers)


async def test_what_is_no_act_among_several_is_refused_with_all_of_them(lives: Lives) -> None:
    life = await lives.placement()
    with pytest.raises(WorkflowUpdateFailedError):
        await life.several(MakeOffer(), CloseOpportunity())
    refused = await refusal(life.handle.execute_update("several", {"acts": [PERSONAL]}, result_type=Answer))
    assert refused.type == ProblemCode.INVALID
    assert "Maria" not in _whole(refused)
    assert await life.names() == []
