"""What operators see in Temporal: lists to filter, and words that say who is awaited, in ids and codes."""

from datetime import timedelta

from schemas.placement_commands import Withdraw
from tests.workflows.lives import MONDAY, Life, Lives, eventually, to_offer, to_preparing


async def _found(life: Life, query: str) -> None:
    """Wait until a query of Temporal's list finds this life: the list is eventually consistent."""

    async def listed() -> bool:
        narrowed = f"({query}) and WorkflowId='{life.handle.id}'"
        return [one.id async for one in life.client.list_workflows(narrowed)] == [life.handle.id]

    await eventually(listed)


async def test_the_list_filters_by_state_and_host_from_the_start(lives: Lives) -> None:
    life = await lives.placement()
    await _found(life, f"State='proposed' and Host='host-of-{life.id}' and Overdue=false and Parked=false")
    await _found(life, "Program='boston-summer-internship' and Awaiting='worksite_supervisor'")


async def test_the_list_follows_the_state_and_who_is_awaited(lives: Lives) -> None:
    life = await lives.placement()
    await to_offer(life)
    await _found(life, "State='offered' and Awaiting='student'")
    await life.act(Withdraw())
    await life.handle.result()
    await _found(life, "State='withdrawn_by_student' and ExecutionStatus='Completed'")


async def test_the_list_finds_what_is_overdue(lives: Lives) -> None:
    life = await lives.placement(clock_at=MONDAY + timedelta(days=3, hours=8))
    await _found(life, "Overdue=true and State='proposed'")


async def test_an_opportunity_can_be_listed_too(lives: Lives) -> None:
    life = await lives.opportunity()
    await _found(life, f"State='open' and Host='host-of-{life.id}' and WorkflowType='OpportunityWorkflow'")


async def test_search_attributes_are_written_only_when_they_change(lives: Lives) -> None:
    life = await lives.placement()
    await to_preparing(life)
    counts = await life.counts()
    await life.submit("agreement.student", "lrn-1", id="one")
    await life.submit("agreement.student", "lrn-1", id="one", update_id="again")
    written = "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES"
    assert (await life.counts())[written] == counts[written] + 1


async def test_the_details_say_who_is_awaited_until_when_and_what_comes_next(lives: Lives) -> None:
    life = await lives.placement()
    await life.idle()
    assert await life.current_details() == (
        "Proposed since Mon 7 Jun 2027 09:30.\n"
        "- host confirmation awaited of worksite supervisor sup-1, due Thu 10 Jun 2027 17:00; "
        "reminder to worksite supervisor Wed 9 Jun 2027 09:00"
    )


async def test_the_alarm_and_the_activity_say_in_words_what_they_are_for(lives: Lives) -> None:
    life = await lives.placement()
    await life.idle()
    labels = [life.label(event) for event in await life.history() if event.HasField("user_metadata")]
    assert sorted(labels) == [
        "Wed 9 Jun 2027 09:00: host confirmation, worksite supervisor sup-1",
        "request opened ask to worksite supervisor sup-1",
    ]


async def test_the_view_is_there_to_be_asked_for(lives: Lives) -> None:
    life = await lives.placement()
    view = await life.view()
    assert (view.id, view.state, view.speed, view.awaiting) == (life.id, "proposed", 1, ("worksite_supervisor",))
