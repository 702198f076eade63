"""Offers lived through the real workflow: developed by people's answers, and with a line for their seats."""

from datetime import UTC, datetime

from catalog.program_catalog import all_programs
from schemas.clock import Clock
from schemas.effects import Effect, Outcome, Screened, ScreenOpportunity, Skipped, TellLifecycle
from schemas.opportunity import AmendOpportunity, ClaimSeat, CloseOpportunity, ProposeOpportunity, ReleaseSeat
from schemas.vocabulary import Role
from tests.workflows.lives import ENDS, MONDAY, STARTS, TEAM, Lives
from tests.workflows.world import World


def proposal(id_: str) -> ProposeOpportunity:
    return ProposeOpportunity(
        opportunity_id=id_,
        host_id="hst-1",
        program=all_programs()["opportunity-development"],
        program_id="boston-summer-internship",
        proposed_by=Role.WORKSITE_SUPERVISOR,
        seats=1,
        start=STARTS,
        end=ENDS,
        closes_at=datetime(2027, 8, 13, 21, tzinfo=UTC),
        team=TEAM,
        clock=Clock(program_epoch=MONDAY, real_epoch=datetime.now(UTC)),
    )


def hazardous(one: Effect) -> Outcome | None:
    return Screened(key=one.key, hazards=("power_saws",)) if isinstance(one, ScreenOpportunity) else None


async def test_an_offer_is_developed_by_people_s_answers_and_the_law_s(lives: Lives, world: World) -> None:
    life = await lives.offer(proposal("opp-developed"))
    world.answering[life.id] = hazardous
    await life.submit("design", "sup-1", "designed")
    view = await life.until(lambda view: any(one.id == "safety_review.1" for one in view.requests))
    assert (view.state, view.hazards) == ("designed", ("power_saws",))
    await life.submit("safety_review.1", "co-1", "allowed")
    await life.submit("curriculum_review", "tea-1", "revise")
    assert (await life.view()).reason == "curriculum_review"
    await life.submit("design", "sup-1", "designed")
    view = await life.until(lambda view: any(one.id == "safety_review.2" for one in view.requests))
    await life.submit("safety_review.2", "co-1", "allowed")
    await life.submit("curriculum_review", "tea-1", "approve")
    await life.submit("opportunity_review", "co-1", "open")
    assert (await life.view()).state == "open"
    await life.idle()
    assert ("opportunity_open_notification", "sup-1") in world.told(life.id)
    assert "Open since" in await life.current_details()


async def test_a_declined_offer_ends_its_workflow(lives: Lives) -> None:
    life = await lives.offer(proposal("opp-declined"))
    await life.submit("design", "sup-1", "withdrawn")
    assert await life.handle.result() == "declined"


async def test_the_first_in_line_is_told_once_and_a_seat_nobody_takes_goes_on(lives: Lives, world: World) -> None:
    life = await lives.opportunity(seats=1)

    def gone(one: Effect) -> Outcome | None:
        ended = isinstance(one, TellLifecycle) and one.id == "pl-ended"
        return Skipped(key=one.key, reason="closed") if ended else None

    world.answering[life.id] = gone
    for one in ("pl-1", "pl-ended", "pl-3", "pl-4"):
        await life.act(ClaimSeat(placement_id=one, wait=True))
    await life.act(ReleaseSeat(placement_id="pl-1"))
    view = await life.until(lambda view: view.held == ("pl-3",))
    assert view.waiting == ("pl-4",)
    await life.act(AmendOpportunity(seats=2))
    await life.act(ClaimSeat(placement_id="pl-5", wait=True))
    await life.act(CloseOpportunity())
    await life.idle()
    told = [one for one in world.effects(life.id) if isinstance(one, TellLifecycle)]
    assert [(one.id, one.command["granted"]) for one in told] == [
        ("pl-ended", True),
        ("pl-3", True),
        ("pl-4", True),
        ("pl-5", False),
    ]
