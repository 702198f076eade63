"""A host's partnership is a workflow of its own that keeps its documents' last days and never ends by itself."""

from datetime import UTC, date, datetime

from schemas.effects import TellLifecycle
from schemas.naming import partnership_of
from schemas.partnership import EndPartnership, LogOutreach, NoteAnswer, NotePlacementCompleted, ReopenPartnership
from schemas.placement_commands import Tick
from schemas.problems import ProblemCode
from schemas.vocabulary import OutreachChannel, OutreachOutcome
from tests.workflows.lives import FAST, Life, Lives, refusal, to_preparing
from tests.workflows.world import World

START = datetime(2027, 1, 4, 14, 30, tzinfo=UTC)
SOON, LATER = date(2027, 4, 15), date(2035, 1, 31)


async def _to_active(life: Life, insured_until: date = LATER) -> None:
    await life.submit("host_interest", "con-1", "interested")
    await life.submit("insurance", "con-1", "provided", valid_until=insured_until)
    await life.submit("safety_check", "em-1", "passed", valid_until=LATER)
    await life.submit("agreement.site_contact", "con-1", "sign", valid_until=LATER)
    await life.submit("agreement.engagement_manager", "em-1", "sign", valid_until=LATER)


async def test_a_host_comes_to_host_and_its_history_reads_as_a_story(lives: Lives, world: World) -> None:
    life = await lives.partnership(at=START)
    await life.act(LogOutreach(channel=OutreachChannel.PHONE, outcome=OutreachOutcome.NO_ANSWER))
    await _to_active(life)
    await life.act(NotePlacementCompleted(placement_id="pl-1", evaluated=True))
    await life.idle()
    view = await life.view()
    assert (view.state, view.may_host, view.end, view.placements) == ("active", True, LATER, 1)
    assert await life.names() == ["log_outreach", *["submit"] * 5, "placement_completed"]
    assert ("partnership_active_notification", "con-1") in world.told(life.id)
    assert ("partnership_thanks_notification", "con-1") in world.told(life.id)
    assert ("request_opened_ask", "con-1") in world.told(life.id)
    assert "insurance holds until 2035-01-31" in await life.current_details()


async def test_time_asks_for_a_new_insurance_blocks_hosting_and_lets_it_go_on(lives: Lives, world: World) -> None:
    life = await lives.partnership(at=START, now=datetime.now(UTC), speed=FAST)
    await _to_active(life, SOON)
    await life.in_state("renewal")
    assert (await life.until(lambda view: view.blocked, within=20)).blocked_by == ("insurance",)
    await life.submit("insurance_renewal.1", "con-1", "renewed", valid_until=LATER)
    assert (await life.view()).may_host
    await life.idle()
    assert ("partnership_blocked_warning", "em-1") in world.told(life.id)


async def test_an_end_is_not_the_end_of_its_workflow(lives: Lives) -> None:
    life = await lives.partnership(at=START)
    await _to_active(life)
    await life.act(EndPartnership(reason="moved_away"))
    assert (await life.view()).outcome == "ended"
    assert (await refusal(life.act(EndPartnership()))).type == ProblemCode.CLOSED
    await life.act(ReopenPartnership())
    assert (await life.view()).state == "contacted"


async def test_time_and_first_contact_are_not_said_from_outside(lives: Lives) -> None:
    life = await lives.partnership(at=START)
    assert (await refusal(life.act(Tick()))).type == ProblemCode.INVALID


async def test_a_placement_tells_its_hosts_partnership_what_the_host_answers(lives: Lives, world: World) -> None:
    placement = await lives.placement()
    await to_preparing(placement)
    told = [one for one in world.effects(placement.id) if isinstance(one, TellLifecycle)]
    host = partnership_of(f"host-of-{placement.id}")
    assert [(one.lifecycle, one.id) for one in told] == [("partnership", host)] * 2
    assert [NoteAnswer.model_validate(one.command).hosts_until for one in told] == [None, date(2027, 8, 13)]
