"""The two logs: what they hold, and that nobody changes them."""

from datetime import UTC, datetime

import asyncpg
import pytest

from records import disclosures, lifecycles
from records.pool import open_connection
from schemas.disclosures import OPERATOR, Party
from tests.records.cases import case
from tests.records.lives import Life

NOW = datetime(2027, 6, 7, 13, 30, tzinfo=UTC)
SIS = Party(kind="key", who="key-1", interest="keeps the rosters")


async def test_one_row_tells_of_every_learner_that_was_shown_and_none_of_nobody(database: str) -> None:
    async with open_connection(database) as conn:
        life = Life().batch()
        for batch in (life, case("incident")):
            await lifecycles.record_batch(conn, batch)
        await disclosures.tell(conn, SIS, "placements", NOW, learners=["lrn-9", "lrn-9"], placements=[life.id, "none"])
        await disclosures.tell(conn, SIS, "incidents", NOW, incidents=[case("incident").id])
        await disclosures.tell(conn, SIS, "placements", NOW, placements=["none"])
        await disclosures.tell(conn, SIS, "placements", NOW)
        found = await disclosures.shown(conn, learner=None, who="key-1", limit=9)
        of_one = await disclosures.shown(conn, learner="lrn-9", who=None, limit=9)

    assert [one.what for one in found] == ["incidents", "placements"]
    assert len(found[1].learners) == 2
    assert of_one == found[1:]


@pytest.mark.parametrize("table", ["disclosures", "audit"])
async def test_what_was_written_is_neither_changed_nor_taken_away_even_by_its_owner(database: str, table: str) -> None:
    async with open_connection(database) as conn:
        await disclosures.tell(conn, SIS, "file", NOW, learners=["lrn-1"])
        await disclosures.add(conn, OPERATOR, "key.made", ["key/key-1"], now=NOW, reason="rosters", scopes=["admin"])
        for tried in ("update {} set who = 'x'", "delete from {}", "truncate {}"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match=f"{table} is only added to"):
                await conn.execute(tried.format(table))
        acts = await disclosures.done(conn, record="key/key-1", who=None, limit=9)

    assert [(one.act, one.details) for one in acts] == [("key.made", {"scopes": ["admin"]})]
