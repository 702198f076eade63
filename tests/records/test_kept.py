"""Views of every lifecycle are kept, read and listed alike."""

from collections.abc import AsyncIterator
from typing import Any, get_args

import pytest

from records import lifecycles, links, notifications
from records.kept import INCIDENTS, KEPT, OPPORTUNITIES, PARTNERSHIPS, Kept
from records.pool import Connection, open_connection
from records.timeline import timeline
from schemas.base import LifecycleName
from schemas.naming import WORKFLOW_TYPES
from schemas.views import OpportunityView
from schemas.vocabulary import Role
from tests.records.cases import case
from tests.records.lives import NOON, Life, offer

ASKING = (OPPORTUNITIES, PARTNERSHIPS, INCIDENTS)
asking = pytest.mark.parametrize("kept", ASKING, ids=lambda kept: kept.lifecycle)


@pytest.fixture
async def conn(database: str) -> AsyncIterator[Connection]:
    async with open_connection(database) as opened:
        yield opened


def test_every_lifecycle_has_a_table_a_view_and_a_workflow() -> None:
    assert set(KEPT) == set(WORKFLOW_TYPES) == set(get_args(LifecycleName))


@asking
async def test_what_any_lifecycle_decided_is_kept_and_read_again(conn: Connection, kept: Kept[Any]) -> None:
    batch = case(kept.lifecycle)
    assert await lifecycles.record_batch(conn, batch) == 1
    assert await lifecycles.record_batch(conn, batch) == 0
    seen = await lifecycles.view_of(conn, kept.lifecycle, batch.id)
    assert seen == kept.view.model_validate(batch.view)
    assert await lifecycles.recorded_seq(conn, kept.lifecycle, batch.id) == (1, 1)
    assert [one.type for one in await timeline(conn, kept.lifecycle, batch.id)] == ["request.opened"]


@asking
async def test_an_older_view_never_replaces_a_newer_one(conn: Connection, kept: Kept[Any]) -> None:
    newer = case(kept.lifecycle, seq=2, overdue=True)
    for batch in (newer, case(kept.lifecycle)):
        await lifecycles.record_batch(conn, batch)
    seen = await lifecycles.view_of(conn, kept.lifecycle, newer.id)
    assert seen is not None
    assert seen.overdue


@asking
async def test_lists_are_filtered_by_what_every_lifecycle_has(conn: Connection, kept: Kept[Any]) -> None:
    for number in range(1, 4):
        await lifecycles.record_batch(conn, case(kept.lifecycle, id=f"x-{number}", overdue=number == 2))

    async def ids(**filters: Any) -> list[str]:
        return [one.id for one in (await lifecycles.page(conn, kept, **filters)).views]

    assert await ids(host_id="host-1", program="boston-summer-internship") == ["x-1", "x-2", "x-3"]
    assert await ids(overdue=True) == ["x-2"]
    assert await ids(overdue=False, limit=1) == ["x-1"]
    assert await ids(state="gone") == []
    assert await ids(cursor="x-2") == ["x-3"]
    with pytest.raises(KeyError, match="story"):
        await ids(story="x")


async def test_incidents_are_found_by_their_placement(conn: Connection) -> None:
    for number in (1, 2):
        await lifecycles.record_batch(conn, case("incident", id=f"inc-{number}", placement_id=f"pl-{number}"))
    found = await lifecycles.page(conn, INCIDENTS, placement_id="pl-2")
    assert [one.id for one in found.views] == ["inc-2"]


async def test_an_opportunity_kept_before_it_could_ask_still_loads(conn: Connection) -> None:
    _, batch = offer()
    old = {name: batch.view[name] for name in ("id", "state", "host_id", "program", "start", "end", "seats", "free")}
    await lifecycles.record_batch(conn, batch.changed(view={**old, "held": ["pl-1"], "story": "Two seats."}))
    seen = await lifecycles.view_of(conn, "opportunity", "op-1")
    assert isinstance(seen, OpportunityView)
    assert (seen.held, seen.requests, seen.overdue, seen.ended_as) == (("pl-1",), (), False, None)
    assert [one.id for one in (await lifecycles.page(conn, OPPORTUNITIES, overdue=False)).views] == ["op-1"]


async def test_a_placement_shows_every_field_it_ever_showed() -> None:
    promised = (
        "id state program program_version time_zone link_days speed program_epoch real_epoch learner_id opportunity_id "
        "host_id start end minor team seat requests awaiting next_due_at overdue story reason outcome"
    )
    assert set(Life().batch().view) >= set(promised.split())


async def test_messages_and_links_of_two_lifecycles_with_one_id_are_told_apart(conn: Connection) -> None:
    names: tuple[LifecycleName, ...] = ("placement", "partnership")
    for name in names:
        claim = await notifications.claim(
            conn,
            name,
            "x-1/k",
            lifecycle_id="x-1",
            request_id="r",
            person_id="ws-1",
            role=Role.SITE_CONTACT,
            message="request_opened_ask",
            message_id=f"<{name}@example.org>",
            now=NOON,
        )
        assert (claim.tries, claim.message_id) == (1, f"<{name}@example.org>")
    await notifications.mark(conn, "partnership", "x-1/k", "sent", at=NOON)
    assert [len(await notifications.about(conn, name, "x-1")) for name in names] == [0, 1]
    assert await links.revoke(conn, "placement", "x-1", "r", key="x-1/k") == 0
    row = await conn.fetchrow("select count(*) as n from link_revocations where lifecycle = 'partnership'")
    assert row is not None
    assert row["n"] == 0
