"""Secret links, submissions and ratings, in a real Postgres."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from records import assessments, links, submissions
from records.pool import Connection, open_connection
from schemas.vocabulary import Role
from tests.fixtures.links import link_of
from tests.records.lives import NOON


@pytest.fixture
async def conn(database: str) -> AsyncIterator[Connection]:
    async with open_connection(database) as opened:
        yield opened


async def mint(conn: Connection, person_id: str = "ws-1", request_id: str = "final_evaluation") -> str:
    return await links.mint(
        conn,
        lifecycle="placement",
        lifecycle_id="pl-1",
        request_id=request_id,
        person_id=person_id,
        role=Role.WORKSITE_SUPERVISOR,
        now_program=NOON,
        expires_at=NOON + timedelta(days=30),
        notification_key="k",
    )


async def test_a_token_finds_its_link_and_another_finds_none(conn: Connection) -> None:
    token = await mint(conn)
    assert await link_of(conn, token) == links.Link(
        lifecycle="placement",
        lifecycle_id="pl-1",
        request_id="final_evaluation",
        person_id="ws-1",
        role=Role.WORKSITE_SUPERVISOR,
        minted_at=NOON,
        expires_at=NOON + timedelta(days=30),
        revoked_at=None,
    )
    assert await links.find(conn, token + "x") is None


async def test_only_the_hash_of_a_token_is_kept(conn: Connection) -> None:
    token = await mint(conn)
    row = await conn.fetchrow("select l::text as everything, token_hash from links l")
    assert row is not None
    assert token not in row["everything"]
    assert row["token_hash"] == links.token_hash(token)


async def test_every_link_has_its_own_256_bits(conn: Connection) -> None:
    tokens = {await mint(conn) for _ in range(20)}
    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {43}


async def test_revoking_ends_one_persons_links_or_everybodys(conn: Connection) -> None:
    mine, again, other = await mint(conn), await mint(conn), await mint(conn, "ws-2")
    elsewhere = await mint(conn, request_id="sign_off")
    assert await links.revoke(conn, "placement", "pl-1", "final_evaluation", "ws-1") == 2
    assert await links.revoke(conn, "placement", "pl-1", "final_evaluation") == 1
    assert await links.revoke(conn, "placement", "pl-1", "final_evaluation") == 0
    for token in (mine, again, other):
        link = await link_of(conn, token)
        assert link.revoked_at is not None
    kept = await link_of(conn, elsewhere)
    assert kept.revoked_at is None


async def test_a_revocation_carried_out_again_leaves_newer_links_alone(conn: Connection) -> None:
    once = "pl-1/revoke/final_evaluation/all/9"
    await mint(conn)
    assert await links.revoke(conn, "placement", "pl-1", "final_evaluation", key=once) == 1
    newer = await mint(conn)
    assert await links.revoke(conn, "placement", "pl-1", "final_evaluation", key=once) == 0
    link = await link_of(conn, newer)
    assert link.revoked_at is None


async def test_a_submission_is_kept_once_and_shows_no_answer_when_printed(conn: Connection) -> None:
    async def save(comment: str) -> bool:
        return await submissions.save(
            conn,
            id="sub-1",
            lifecycle="placement",
            lifecycle_id="pl-1",
            request_id="final_evaluation",
            person_id="ws-1",
            role=Role.WORKSITE_SUPERVISOR,
            form="ma-wblp@2024.1",
            language="es",
            answers={"comment": comment, "communication": 3},
            decision=None,
            at=NOON,
        )

    assert await save("Muy bien")
    assert not await save("Another text")
    kept = await submissions.get(conn, "sub-1")
    assert kept is not None
    assert kept.answers == {"comment": "Muy bien", "communication": 3}
    assert (kept.role, kept.language, kept.at) == (Role.WORKSITE_SUPERVISOR, "es", NOON)
    assert "Muy bien" not in repr(kept)
    assert await submissions.get(conn, "sub-2") is None


async def test_ratings_are_kept_in_the_forms_order_and_replaced_by_a_repeat(conn: Connection) -> None:
    assert await assessments.ratings(conn, "pl-1") == ({}, {})
    await assessments.save_ratings(conn, "pl-1", "baseline", "sub-1", {"speaking": 2, "attendance": 3, "job_1": 1})
    await assessments.save_ratings(conn, "pl-1", "baseline", "sub-1", {"speaking": 2, "attendance": 4})
    await assessments.save_ratings(conn, "pl-1", "final", "sub-2", {"speaking": 5})
    found = await assessments.ratings(conn, "pl-1")
    assert list(found.baseline.items()) == [("speaking", 2), ("attendance", 4)]
    assert found.final == {"speaking": 5}
