"""A student withdraws while the worker is killed, again and again: everything that follows happens, and once."""

import asyncio
import os
import signal
from typing import Any

from tests.e2e.people import Outside, until

PROGRAM = "massachusetts-summer-jobs"
FIRST, NEXT = "pl-leaves", "pl-next"


async def _offer(outside: Outside, placement_id: str, learner: str) -> None:
    await outside.send(
        "placement.proposed", placement_id, learner_id=learner, opportunity_id="opp-last-seat", program=PROGRAM
    )
    await outside.answer(placement_id, "host_confirmation", "accept")


async def _prepared(outside: Outside) -> None:
    """The first learner has the only seat, signs and has a permit; the next one waits in line."""
    await outside.opportunity("opp-last-seat", seats=1)
    await _offer(outside, FIRST, "lrn-1042")
    await outside.answer(FIRST, "offer.student", "accept")
    await outside.answer(FIRST, "offer.guardian", "accept")
    await outside.answer(FIRST, "agreement.student")
    permit = await outside.answer(FIRST, "work_permit", "granted")
    assert permit.status_code < 300, permit.text
    await _offer(outside, NEXT, "lrn-1043")

    async def waits() -> bool:
        return str((await outside.view(NEXT))["seat"]) == "waitlisted"

    await until(waits)


def _kill(outside: Outside) -> None:
    worker = outside.stack.pid("worker")
    if worker:
        os.kill(worker, signal.SIGKILL)


async def _timeline(outside: Outside, placement_id: str) -> list[dict[str, Any]]:
    return list((await outside.api.get(f"/placements/{placement_id}/timeline")).json()["items"])


async def _mails(outside: Outside, placement_id: str) -> list[dict[str, Any]]:
    messages = (await outside.api.get(f"{outside.mail}/messages.json")).json()
    return [one for one in messages if placement_id in one["text"]]


async def test_a_withdrawal_finishes_although_the_worker_is_killed_at_every_step(outside: Outside) -> None:
    await _prepared(outside)
    await outside.fresh_worker()
    answer = await outside.send("placement.withdrawn", FIRST, reason="summer_school")
    assert answer.status_code in (200, 202), answer.text
    for wait in (0.0, 0.9, 1.3):
        await asyncio.sleep(wait)
        _kill(outside)

    async def finished() -> bool:
        left, next_one = await outside.view(FIRST), await outside.view(NEXT)
        asked = {one["id"]: one["state"] for one in left["requests"]}
        return next_one["state"] == "offered" and asked.get("permit_return.1") == "open"

    await until(finished, within=90)  # a killed attempt is missed after ten seconds, and this kills three in turn
    left = await outside.view(FIRST)
    assert (left["state"], left["seat"], left["record"]) == ("withdrawn_by_student", "released", "follow_up")
    opportunity = (await outside.api.get("/opportunities/opp-last-seat")).json()
    assert opportunity["held"] == [NEXT]
    types = [entry["type"] for entry in await _timeline(outside, FIRST)]
    for once in ("placement.withdrawn", "agreement.voided", "follow_up.opened"):
        assert types.count(once) == 1, once
    assert [entry["type"] for entry in await _timeline(outside, NEXT)].count("offer.made") == 1
    still_open = [one["id"] for one in left["requests"] if one["state"] == "open" and one["id"].startswith("agree")]
    assert still_open == []

    async def told() -> bool:
        subjects = [one["subject"] for one in await _mails(outside, FIRST)]
        return any("permit" in one.lower() for one in subjects)

    await until(told)
