"""One alarm per lifecycle, for what is due next; it moves only when that moves."""

from datetime import timedelta

from schemas.change_commands import Extend
from schemas.placement_commands import Withdraw
from schemas.vocabulary import RequestKind
from tests.workflows.lives import ENDS, FAST, MONDAY, Life, Lives, to_offer, to_preparing, to_ready
from tests.workflows.world import World

STARTED, CANCELED, FIRED = "TIMER_STARTED", "TIMER_CANCELED", "TIMER_FIRED"


async def _armed(life: Life) -> tuple[int, int]:
    counts = await life.counts()
    return counts[STARTED], counts[CANCELED]


async def test_an_act_that_moves_nothing_due_next_leaves_the_alarm_alone(lives: Lives) -> None:
    life = await lives.placement()
    await to_preparing(life)
    before = await _armed(life)
    await life.submit("agreement.student", "lrn-1")
    await life.submit("agreement.guardian", "grd-1")
    assert await _armed(life) == before


async def test_an_act_that_moves_what_is_due_next_moves_the_alarm_once(lives: Lives) -> None:
    life = await lives.placement()
    await to_preparing(life)
    started, canceled = await _armed(life)
    for role, person in (("student", "lrn-1"), ("guardian", "grd-1"), ("worksite_supervisor", "sup-1")):
        await life.submit(f"agreement.{role}", person)
    await life.submit("agreement.coordinator", "co-1")
    assert await _armed(life) == (started + 1, canceled + 1)


async def test_an_extension_that_moves_nothing_due_next_leaves_the_alarm_alone(lives: Lives) -> None:
    life = await lives.placement()
    await to_ready(life)
    before = await _armed(life)
    await life.act(Extend(end=ENDS + timedelta(days=14)))
    assert await _armed(life) == before


async def test_only_one_alarm_is_armed_at_a_time(lives: Lives) -> None:
    life = await lives.placement()
    await to_ready(life)
    counts = await life.counts()
    assert counts[STARTED] - counts[CANCELED] - counts[FIRED] == 1


async def test_an_ended_placement_has_no_alarm(lives: Lives) -> None:
    life = await lives.placement()
    await life.idle()
    await life.act(Withdraw())
    await life.handle.result()
    assert await _armed(life) == (1, 1)


async def test_the_alarm_runs_on_the_programs_clock(lives: Lives) -> None:
    life = await lives.placement(speed=1000)
    await life.idle()
    until_reminder = timedelta(days=1, hours=23, minutes=30)
    ((wait, label),) = await life.timers()
    assert abs(float(wait[:-1]) - until_reminder.total_seconds() / 1000) < 5
    assert label == "Wed 9 Jun 2027 09:00: host confirmation, worksite supervisor sup-1"


async def test_time_reminds_escalates_and_tells_as_the_ladder_says(lives: Lives, world: World) -> None:
    life = await lives.placement(speed=FAST)
    assert await life.handle.result() == "expired"
    assert world.told(life.id)[:4] == [
        ("request_opened_ask", "sup-1"),
        ("request_due_reminder", "sup-1"),
        ("request_escalated_ask", "sup-2"),
        ("request_unanswered_warning", "cs-1"),
    ]


async def test_what_was_due_while_nothing_ran_is_made_up_at_once(lives: Lives, world: World) -> None:
    life = await lives.placement(clock_at=MONDAY + timedelta(days=4))
    view = await life.until(lambda view: view.overdue)
    assert view.requests[0].kind is RequestKind.HOST_CONFIRMATION
    await life.idle()
    assert world.recorded(life.id) == list(range(1, max(world.recorded(life.id)) + 1))


async def test_a_fact_is_never_earlier_than_the_one_before(lives: Lives, world: World) -> None:
    life = await lives.placement(speed=FAST)
    await life.handle.result()
    times = [fact.at for batch in world.batches[life.id] for fact in batch.facts]
    assert times == sorted(times)


async def test_an_opportunity_closes_at_the_end_of_its_last_day(lives: Lives) -> None:
    life = await lives.opportunity(speed=FAST, at=MONDAY + timedelta(days=66))
    await life.in_state("closed")
    assert [label for _, label in await life.timers()] == [f"{life.id} closes"] * 2


async def test_two_lives_do_not_share_an_alarm(lives: Lives) -> None:
    slow, fast = await lives.placement(), await lives.placement(speed=FAST)
    await to_offer(slow)
    await fast.handle.result()
    assert (await slow.counts())[FIRED] == 0
