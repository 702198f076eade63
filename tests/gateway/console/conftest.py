"""A gateway with a few placements at three schools, shared by a module's tests."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from records.grants import WHOLE
from records.health import borrow
from tests.fixtures.databases import Databases
from tests.gateway.console.around import with_matters
from tests.gateway.console.uploads import with_imports
from tests.gateway.console.visitor import COORDINATOR, SPECIALIST, TEACHER, Visitor, with_director
from tests.gateway.desk import Desk, gateway_on


@pytest.fixture(scope="module")
async def office(with_people: Databases) -> AsyncIterator[Desk]:
    """Yield a gateway with a learner of every school placed: pl-101, pl-102, pl-103 by their school."""
    async with with_people.one() as url, gateway_on(url, role=WHOLE) as made:
        await with_director(made)
        await furnish(made)
        await with_imports(made)
        made.kept["file_id"] = await with_matters(made)
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


@pytest.fixture(scope="module")
async def ids(office: Desk) -> dict[str, str]:
    """Give an id for each kind of page: an act of the specialist of pl-101, an import of the coordinator."""
    async with borrow(office.pool) as conn:
        await conn.execute(
            "insert into advisers (learner_id, person_id, role, status) "
            "select learner_id, $1, 'teacher', 'active' from placements where id = 'pl-101' on conflict do nothing",
            TEACHER[0],
        )
    visitor = await Visitor(office).sign_in(SPECIALIST)
    planned = await visitor.post(
        "/console/acts", act="suspend", id="pl-101", reason="other", resume_by="2027-07-01", note="x"
    )
    coordinator = await Visitor(office).sign_in(COORDINATOR)
    looked_through = await coordinator.http.post(
        "/console/imports",
        data={"key": await coordinator.key("/console/imports"), "kind": "employers"},
        files={"file": ("a.csv", b"a,b\n1,2\n")},
    )
    made = {"acts": planned, "imports": looked_through}
    async with borrow(office.pool) as conn:
        learner = await conn.fetchval("select learner_id from placements where id = 'pl-101'")
    known = {
        "learners": learner,
        "placements": "pl-101",
        "offers": "opp-6001",
        "hosts": "hst-4001",
        "incidents": "inc-101",
    }
    return {**known, "file_id": office.kept["file_id"], **{kind: last_part(answer) for kind, answer in made.items()}}


def last_part(answer: httpx2.Response) -> str:
    """The id of what was made, from the address that leads there."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]
