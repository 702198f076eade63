"""Learners race for the last seats, over the API, while the worker is killed again and again."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from tests.e2e.people import Outside, until

LEARNERS = [f"lrn-{number}" for number in range(1041, 1051)]


@asynccontextmanager
async def killing(outside: Outside, *, every: float = 1.2) -> AsyncIterator[list[int]]:
    """Have the worker killed as long as this lasts; gives the processes that were."""
    killed: list[int] = []

    async def kill() -> None:
        while True:
            pid = outside.stack.pid("worker")
            if pid and pid not in killed:
                await asyncio.sleep(every)
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
            await asyncio.sleep(0.05)

    await outside.fresh_worker()
    killer = asyncio.create_task(kill())
    try:
        yield killed
    finally:
        killer.cancel()
        with suppress(asyncio.CancelledError):
            await killer


async def taken(outside: Outside, type_: str, id_: str, **data: Any) -> None:
    answer = await outside.send(type_, id_, **data)
    assert answer.status_code in (200, 202), answer.text


def count(entries: list[dict[str, Any]], type_: str) -> int:
    return sum(entry["type"] == type_ for entry in entries)


async def test_of_ten_learners_who_race_for_two_seats_two_win_and_eight_are_told_and_nobody_twice(
    outside: Outside,
) -> None:
    await outside.opportunity("opp-race", seats=2)
    racers = {f"pl-race-{number}": learner for number, learner in enumerate(LEARNERS)}
    await asyncio.gather(*(outside.placement(id_, learner, "opp-race") for id_, learner in racers.items()))
    states: dict[str, str] = {}

    async def decided() -> bool:
        for id_ in racers:
            states[id_] = await outside.state(id_)
        return set(states.values()) <= {"offered", "rejected"}

    async with killing(outside) as killed:
        await asyncio.gather(*(taken(outside, "offer.made", id_) for id_ in racers))
        await until(lambda: _at_least(killed, 3))
    await until(decided, within=40)

    winners = sorted(id_ for id_, state in states.items() if state == "offered")
    losers = sorted(set(racers) - set(winners))
    assert (len(winners), len(losers)) == (2, 8)
    offer = (await outside.api.get("/opportunities/opp-race")).json()
    assert (offer["state"], offer["free"], sorted(offer["held"])) == ("filled", 0, winners)
    seats = await outside.events("opportunities", "opp-race")
    assert sorted(entry["data"]["placement_id"] for entry in seats if entry["type"] == "seat.claimed") == winners

    async def everybody_was_written_to() -> bool:
        return len(await _mails(outside, "offer")) == 2 and len(await _mails(outside, None)) == 8

    await until(everybody_was_written_to, within=20)
    assert sorted(await _mails(outside, "offer")) == winners
    assert sorted(await _mails(outside, None)) == losers
    for id_ in racers:
        told = await outside.events("placements", id_)
        assert count(told, "seat.requested") == 1
        assert (count(told, "offer.made"), count(told, "placement.rejected")) == ((1, 0) if id_ in winners else (0, 1))


async def _at_least(killed: list[int], times: int) -> bool:
    return len(killed) >= times


async def _mails(outside: Outside, request: str | None) -> dict[str, set[str]]:
    """Of the race's placements, whose offer (or, with None, whose end) was mailed: their ids with the Message-IDs.

    A mail in flight at a kill may come twice, under one Message-ID; never under two.
    """
    messages = (await outside.api.get(f"{outside.mail}/messages.json")).json()
    found: dict[str, set[str]] = {}
    for number in range(len(LEARNERS)):
        id_ = f"pl-race-{number}"
        reference = f"{id_}/{request}" if request else f"{id_}\n"
        ids = {one["message_id"] for one in messages if reference in f"{one['text']}\n"}
        assert len(ids) <= 1, f"{id_} was told twice"
        if ids:
            found[id_] = ids
    return found


async def test_a_seat_given_back_goes_to_the_first_in_line_and_to_nobody_else(outside: Outside) -> None:
    await outside.opportunity("opp-line", program="massachusetts-summer-jobs")
    line = {f"pl-line-{number}": learner for number, learner in enumerate(LEARNERS[:4])}
    for id_, learner in line.items():
        await outside.placement(id_, learner, "opp-line")
        await taken(outside, "offer.made", id_)

        async def has_an_answer(id_: str = id_) -> bool:
            return (await outside.view(id_))["seat"] in ("held", "waitlisted")

        await until(has_an_answer)
    first, second, third, last = line
    assert (await outside.api.get("/opportunities/opp-line")).json()["waiting"] == [second, third, last]
    async with killing(outside):
        await taken(outside, "placement.withdrawn", second, reason="summer_school")
        await taken(outside, "placement.withdrawn", first, reason="summer_school")
        await asyncio.sleep(1.5)

    async def third_has_it() -> bool:
        return await outside.state(third) == "offered"

    await until(third_has_it, within=30)
    view = (await outside.api.get("/opportunities/opp-line")).json()
    assert (view["held"], view["waiting"]) == ([third], [last])
    await taken(outside, "opportunity.closed", "opp-line")

    async def last_was_told() -> bool:
        return (await outside.view(last))["reason"] == "no_seat"

    await until(last_was_told)
    assert [await outside.state(id_) for id_ in line] == [
        "withdrawn_by_student",
        "withdrawn_by_student",
        "offered",
        "rejected",
    ]
