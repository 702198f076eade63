"""Effects: carried out in few batches through one activity, tried again, never in people's way."""

from temporalio.exceptions import ApplicationError

from schemas.effects import Bounced, ClaimSeatEffect, Deferred, Effect, Notify, Outcome, SeatAnswer
from schemas.placement_commands import AcceptOffer, MakeOffer, Resend, Withdraw
from tests.workflows.lives import Life, Lives, eventually, to_offer, to_preparing
from tests.workflows.world import World

SCHEDULED = "ACTIVITY_TASK_SCHEDULED"


async def test_an_act_without_effects_runs_no_activity(lives: Lives) -> None:
    life = await lives.placement()
    await to_preparing(life)
    before = (await life.counts())[SCHEDULED]
    await life.submit("agreement.student", "lrn-1")
    await life.submit("agreement.guardian", "grd-1")
    assert (await life.counts())[SCHEDULED] == before


async def test_an_act_with_effects_runs_one_activity(lives: Lives) -> None:
    life = await lives.placement()
    await to_offer(life)
    before = (await life.counts())[SCHEDULED]
    await life.act(Resend(request_id="offer"))
    assert (await life.counts())[SCHEDULED] == before + 1


async def test_the_effects_of_one_decision_travel_in_one_batch(lives: Lives, world: World) -> None:
    life = await lives.placement()
    await to_preparing(life)
    asked = [one.person_id for one in world.batches[life.id][-1].effects if isinstance(one, Notify)]
    assert asked == ["lrn-1", "grd-1", "sup-1", "co-1"]


async def test_a_batch_holds_all_facts_that_may_not_be_recorded_and_the_view_after_them(
    lives: Lives, world: World
) -> None:
    life = await lives.placement()
    await to_preparing(life)
    await life.submit("agreement.student", "lrn-1")
    await life.submit("agreement.guardian", "grd-1", recorded=14)
    await life.act(Resend(request_id="agreement.coordinator"), recorded=14)
    await life.idle()
    last = world.batches[life.id][-1]
    assert ([fact.seq for fact in last.facts], last.seq) == ([15, 16], 16)
    assert [fact.type for fact in last.facts] == ["request.submitted", "request.resent"]
    assert last.view["requests"][2]["state"] == "submitted"


async def test_a_granted_seat_makes_the_offer(lives: Lives) -> None:
    life = await lives.placement()
    await life.act(MakeOffer())
    view = await life.in_state("offered")
    assert (view.seat, view.awaiting) == ("held", ("student",))


async def test_a_refused_seat_rejects_the_placement(lives: Lives, world: World) -> None:
    life = await lives.placement()
    world.answering[life.id] = lambda one: (
        SeatAnswer(key=one.key, granted=False) if isinstance(one, ClaimSeatEffect) else None
    )
    await life.act(MakeOffer())
    assert await life.handle.result() == "rejected"
    assert world.batches[life.id][-1].view["reason"] == "no_seat"


async def test_a_bounced_ask_climbs_to_the_next_person(lives: Lives, world: World) -> None:
    def dead(one: Effect) -> Outcome | None:
        gone = isinstance(one, Notify) and one.person_id == "sup-1"
        return Bounced(key=one.key, reason="no_such_address") if gone else None

    life = await lives.placement()
    world.answering[life.id] = dead
    await life.act(Resend(request_id="host_confirmation"))
    view = await life.until(lambda view: view.requests[0].person_id == "sup-2")
    assert "bounced" in [line.how for line in view.requests[0].asked]
    await life.until(lambda _: ("request_escalated_ask", "sup-2") in world.told(life.id))
    assert (await life.submit("host_confirmation", "sup-2", "accept")).batch is not None


async def test_a_deferred_effect_is_tried_again_after_growing_waits_and_blocks_nobody(
    lives: Lives, world: World
) -> None:
    def full(one: Effect) -> Outcome | None:
        asked = isinstance(one, Notify) and one.message == "request_resent_ask"
        return Deferred(key=one.key, reason="mailbox_full") if asked and world.times(life.id, one.key) <= 2 else None

    life = await lives.placement()
    world.answering[life.id] = full
    await life.act(Resend(request_id="host_confirmation"))
    await life.idle()
    assert (await life.submit("host_confirmation", "sup-1", "accept")).state == "proposed"
    await life.in_state("offered")
    assert (await life.act(AcceptOffer())).state == "preparing"
    await eventually(lambda: _again(life, "10s"))
    labels = await life.timers()
    assert [wait for wait, label in labels if label == "try a message again"][-2:] == ["2s", "10s"]


async def _again(life: Life, wait: str) -> bool:
    return (wait, "try a message again") in await life.timers()


async def test_a_failing_activity_blocks_no_act_and_everything_is_recorded_when_it_works_again(
    lives: Lives, world: World
) -> None:
    life = await lives.placement()
    await life.idle()
    world.away[life.id] = ApplicationError("the database is away")
    await life.act(Resend(request_id="host_confirmation"))
    await life.act(Resend(request_id="host_confirmation"))
    answer = await life.act(Withdraw())
    assert answer.state == "withdrawn_by_student"
    assert [fact.seq for fact in answer.batch.facts] == [3, 4, 5, 6]  # pyright: ignore[reportOptionalMemberAccess]
    del world.away[life.id]
    assert await life.handle.result() == "withdrawn_by_student"
    assert world.recorded(life.id) == [1, 2, 3, 4, 5, 6]
    keys = [effect.key for effect in world.effects(life.id)]
    assert len(keys) == len(set(keys)) == 8


async def test_an_activity_that_gives_up_parks_the_lifecycle_until_an_operator_resumes_it(
    lives: Lives, world: World
) -> None:
    life = await lives.placement()
    await life.idle()
    world.away[life.id] = ApplicationError("a bug", non_retryable=True)
    await life.act(Resend(request_id="host_confirmation"))
    await eventually(lambda: _parked(life))
    assert (await life.act(Resend(request_id="host_confirmation"))).state == "proposed"
    del world.away[life.id]
    await life.resume()
    await life.idle()
    assert len(world.effects(life.id)) == 5
    assert not (await life.current_details()).startswith("PARKED")


async def _parked(life: Life) -> bool:
    return (await life.current_details()).startswith("PARKED (carry_out: ActivityError)")


async def test_an_outcome_belongs_to_the_effect_of_its_key_whatever_the_order(lives: Lives, world: World) -> None:
    life = await lives.placement()
    world.answering[life.id] = lambda one: (
        Bounced(key=one.key, reason="no_such_address") if isinstance(one, Notify) and one.person_id == "grd-1" else None
    )
    world.shuffling.add(life.id)
    await to_preparing(life)
    await life.until(lambda view: "bounced" in [line.how for line in view.requests[3].asked])
    view = await life.view()
    assert [one.id for one in view.requests if "bounced" in [line.how for line in one.asked]] == ["agreement.guardian"]


async def test_an_effect_of_which_nothing_came_is_passed_over(lives: Lives, world: World) -> None:
    life = await lives.placement()
    await life.idle()
    world.forgetful.add(life.id)
    await life.act(Resend(request_id="host_confirmation"))
    await life.idle()
    assert not (await life.current_details()).startswith("PARKED")
    assert (await life.submit("host_confirmation", "sup-1", "decline")).state == "rejected"
