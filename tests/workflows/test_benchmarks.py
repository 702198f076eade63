"""The benchmark runs, on tiny numbers; what it measures is for the README, not for a test."""

from collections.abc import AsyncIterator

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import ActivityTaskStartedEventAttributes, HistoryEvent

from benchmarks.counting import counted
from benchmarks.embedded import Server, temporal_server, workers
from benchmarks.lifecycle import Report
from benchmarks.measuring import Lived, back_to_back, decisions_per_second, on_the_calendar
from benchmarks.peers import Floor, Naive, Ours
from benchmarks.season import season, season_at_once
from benchmarks.showing import breakdown_table, calendar_table, pace_table


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[Server]:
    async with temporal_server() as server, workers(server.client):
        yield server


def test_a_season_is_43_acts_over_fifteen_weeks_and_ends_signed_off() -> None:
    told = season()
    assert (len(told.acts), told.outcome) == (43, "completed")
    assert len(told.asked) == 43


def test_without_waiting_it_is_as_many_acts() -> None:
    assert len(season_at_once().acts) == 43


def test_events_and_actions_are_counted_by_the_rules() -> None:
    kinds = ["WORKFLOW_EXECUTION_STARTED", "TIMER_STARTED", "TIMER_CANCELED", "WORKFLOW_EXECUTION_UPDATE_ACCEPTED"]
    events = [HistoryEvent(event_type=EventType.Value(f"EVENT_TYPE_{kind}")) for kind in kinds]
    retried = HistoryEvent(activity_task_started_event_attributes=ActivityTaskStartedEventAttributes(attempt=3))
    counts = counted([*events, retried], acts=1)
    assert (counts.events, counts.actions, counts.by_type["TIMER_STARTED"]) == (5, 5, 1)


def _assert_counted(lived: Lived) -> None:
    counts = lived.counts
    assert all(isinstance(number, int) and number > 0 for number in (counts.events, counts.actions, counts.acts))
    assert counts.by_type["WORKFLOW_EXECUTION_UPDATE_ACCEPTED"] >= counts.acts - 1
    assert counts.events == sum(counts.by_type.values())


async def test_ours_is_measured_on_the_calendar(server: Server) -> None:
    _assert_counted(await on_the_calendar(server, Ours(server.client), placements=1, weeks=1, speed=600_000))


@pytest.mark.parametrize("peer", [Ours, Naive, Floor])
async def test_each_peer_is_measured_back_to_back(server: Server, peer: type[Ours | Naive | Floor]) -> None:
    _assert_counted(await back_to_back(server, peer(server.client), placements=2, weeks=1, at_once=2))


async def test_the_report_is_json_and_tables(server: Server) -> None:
    lived = await back_to_back(server, Ours(server.client), placements=1, weeks=1, at_once=1)
    decided = decisions_per_second(weeks=1, seconds=0.01)
    report = Report(weeks=1, decisions_per_second=decided, calendar=(lived, lived), pace=(lived,))
    assert Report.model_validate_json(report.model_dump_json()) == report
    rows = [table.row_count for table in (calendar_table(report), breakdown_table(report), pace_table(report))]
    assert min(rows) > 0
