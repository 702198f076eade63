"""A gateway with a few placements at three schools, shared by a module's tests."""

from collections.abc import AsyncIterator

import pytest

from tests.fixtures.databases import Databases
from tests.gateway.console.uploads import with_imports
from tests.gateway.console.visitor import COORDINATOR, Visitor, with_director
from tests.gateway.desk import Desk, gateway_on


@pytest.fixture(scope="module")
async def office(with_people: Databases) -> AsyncIterator[Desk]:
    """Yield a gateway with a learner of every school placed: pl-101, pl-102, pl-103 by their school."""
    async with with_people.one() as url, gateway_on(url) as made:
        await with_director(made)
        await furnish(made)
        await with_imports(made)
        yield made


async def furnish(desk: Desk) -> None:
    """One learner of each school is placed at the laboratory."""
    await desk.opened()
    async with desk.pool.acquire() as conn:
        rows = await conn.fetch("select min(learner_id) as id, school_id from enrolments group by school_id order by 2")
    for row in rows:
        data = {"learner_id": row["id"], "opportunity_id": "opp-6001"}
        answer = await desk.send("placement.proposed", f"pl-{row['school_id'][-3:]}", data)
        assert answer.status_code == 200, answer.text


@pytest.fixture
async def visitor(office: Desk) -> AsyncIterator[Visitor]:
    """Yield a browser that nobody has signed in with."""
    made = Visitor(office)
    yield made
    await made.http.aclose()


@pytest.fixture
async def coordinator(office: Desk) -> AsyncIterator[Visitor]:
    """Yield the district's coordinator, signed in."""
    made = await Visitor(office).sign_in(COORDINATOR)
    yield made
    await made.http.aclose()
