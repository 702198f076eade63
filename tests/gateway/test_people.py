"""Exporting and erasing a person over the API and by the command."""

import io
import json
import zipfile
from datetime import timedelta

import asyncpg
import pytest

from catalog.retention_catalog import retention
from cli.errors import UserError
from cli.import_run import import_kind
from cli.people import erase as erase_command
from records import erasing, exporting, lifecycles
from records import retention as kept
from records.grants import WHOLE, WORKER
from records.health import borrow
from records.pool import open_connection
from tests.gateway.conftest import SAMPLE
from tests.gateway.desk import BEGINS, Desk
from tests.records.everywhere import AT, Who, put

WHO = Who(142, "Ottoline", "Zqxvale")

LEARNER = "lrn-1042"
ORDER = {"reason": "asked for by the guardian", "asked_by": "dir-0001"}


async def test_an_open_placement_stands_in_the_way_until_it_is_withdrawn(desk: Desk) -> None:
    await desk.proposed()
    seen = (await desk.api.get(f"/people/{LEARNER}/erasure")).json()
    refused = await desk.api.post(f"/people/{LEARNER}/erase", json=ORDER)

    assert seen["erased_at"] is None
    assert [(one["lifecycle"], one["id"]) for one in seen["open"]] == [("placement", "pl-1")]
    assert refused.status_code == 409
    assert "pl-1" in refused.json()["detail"]
    assert "withdraw" in refused.json()["detail"]

    done = (await desk.api.post(f"/people/{LEARNER}/erase", json={**ORDER, "withdraw": True})).json()

    assert (done["withdrawn"], done["open"]) == (["pl-1"], [])
    assert (await desk.view())["state"] == "withdrawn_by_student"
    again = (await desk.api.post(f"/people/{LEARNER}/erase", json=ORDER)).json()
    assert (again["before"], again["changes"]) == (True, [])


async def test_a_supervisor_is_erased_while_the_placement_goes_on_and_it_says_so(desk: Desk) -> None:
    await desk.proposed()
    path = await desk.link()
    done = (await desk.api.post("/people/sup-2001/erase", json=ORDER)).json()

    placement = next(one for one in done["asked"] if one["lifecycle"] == "placement")
    assert (placement["part"], placement["awaited"]) == ("worksite_supervisor", True)
    assert (await desk.person.get(path)).status_code in {404, 410}
    async with borrow(desk.pool) as conn:
        assert await lifecycles.placement(conn, "pl-1") is not None


async def test_what_must_be_kept_is_not_erased_until_the_hold_is_lifted(desk: Desk) -> None:
    kept = await desk.api.put(f"/people/{LEARNER}/hold", json={"reason": "case 12", "asked_by": "dir-0001"})
    refused = await desk.api.post(f"/people/{LEARNER}/erase", json=ORDER)

    assert kept.json()["reason"] == "case 12"
    assert refused.status_code == 409
    assert "case 12" in refused.json()["detail"]
    assert (await desk.api.delete(f"/people/{LEARNER}/hold")).status_code == 204
    assert (await desk.api.delete(f"/people/{LEARNER}/hold")).status_code == 404
    assert (await desk.api.post(f"/people/{LEARNER}/erase", json=ORDER)).status_code == 200


async def test_an_import_does_not_bring_an_erased_person_back_and_says_so(desk: Desk, peopled: str) -> None:
    await desk.api.post(f"/people/{LEARNER}/erase", json=ORDER)
    report = await import_kind("oneroster", SAMPLE / "oneroster", database_url=peopled, today=BEGINS)

    assert report.ok
    assert any(note.startswith("erased here, and left out") and LEARNER in note for note in report.notes)
    assert await desk.count("select count(*) from people where id = 'lrn-1042' and email is null") == 1
    assert await desk.count("select count(*) from guardianships where learner_id = 'lrn-1042'") == 0


async def test_an_export_is_a_zip_that_names_every_value(desk: Desk) -> None:
    await desk.proposed()
    answer = await desk.api.get(f"/people/{LEARNER}/export")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        held = json.loads(file.read("person.json"))
        assert {"README.txt", "person.json"} <= set(file.namelist())
    (person,) = held["tables"]["people"]
    assert person["id"] == LEARNER
    assert person["birth_date"]
    assert [one["id"] for one in held["tables"]["placements"]] == ["pl-1"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/people/nobody/export", 404),
        ("GET", "/people/nobody/erasure", 404),
        ("GET", "/people/%27x/erasure", 404),
        ("POST", "/people/nobody/erase", 404),
        ("PUT", "/people/nobody/hold", 404),
        ("DELETE", "/people/nobody/hold", 404),
    ],
)
async def test_nobody_is_a_404(open_desk: Desk, method: str, path: str, status: int) -> None:
    answer = await open_desk.api.request(method, path, json=ORDER)
    assert answer.status_code == status
    assert answer.json()["detail"]


async def test_a_reason_is_needed(open_desk: Desk) -> None:
    answer = await open_desk.api.post(f"/people/{LEARNER}/erase", json={"reason": " "})
    assert answer.status_code == 422
    assert "reason" in answer.text


async def test_the_command_needs_a_reason_to_do_it() -> None:
    with pytest.raises(UserError, match="--reason"):
        await erase_command(LEARNER, yes=True)


@pytest.mark.parametrize("role", [WHOLE, WORKER])
async def test_the_roles_of_the_gateway_and_the_worker_may_erase_and_take_away_and_change_no_log(
    peopled: str, role: str
) -> None:
    async with open_connection(peopled) as conn:
        await put(conn, WHO)
        await conn.execute("delete from person_holds")
        await conn.execute(f"set role {role}")
        async with conn.transaction():
            assert await erasing.erase(conn, WHO.id, reason="asked", asked_by="dir-1", now=AT)
            await exporting.export(conn, WHO.id, AT)
            assert await erasing.sweep(conn, AT) == 0
            await kept.run(conn, retention(), AT + timedelta(days=4000))
        for table in ("audit", "disclosures", "lifecycle_events"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await conn.execute(f"delete from {table}")  # noqa: S608 - ours
