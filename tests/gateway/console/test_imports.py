"""Importing in the browser: every mistake is named by its cell, and nothing is imported before it is confirmed."""

import csv
import io
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from records.health import borrow
from tests.gateway.console.test_files import CELL, sheet_of
from tests.gateway.console.uploads import as_csv, employers, looked_through, planted, upload
from tests.gateway.console.visitor import COORDINATOR, DIRECTOR, SPECIALIST, Visitor, with_director
from tests.gateway.desk import Desk
from tests.gateway.html_checks import page_of, text_of

SAMPLE = Path(__file__).resolve().parents[3] / "catalog" / "examples" / "boston-summer"
PEOPLE = "select count(*) from people"


@pytest.fixture
async def at_desk(desk: Desk) -> AsyncIterator[Visitor]:
    """Yield the coordinator at a desk of her own."""
    await with_director(desk)
    visitor = await Visitor(desk).sign_in(COORDINATOR)
    yield visitor
    await visitor.http.aclose()


async def test_every_mistake_is_named_by_row_and_column_and_the_corrected_file_imports_once(at_desk: Visitor) -> None:
    right, wrong = employers(500), employers(500)
    mistakes = planted(wrong, 40)
    before = await at_desk.desk.count(PEOPLE)

    path = await looked_through(at_desk, "employers", as_csv(wrong))
    page = await at_desk.page(path)
    told = re.findall(r"Row (\d+).*?<code>(\w+)</code>", page, re.DOTALL)
    assert {(int(row), column) for row, column in told} == mistakes
    assert "There are 40 errors. Nothing was imported." in page
    assert "Import it now" not in page
    await at_desk.post(f"{path}/confirm")
    assert await at_desk.desk.count(PEOPLE) == before

    back = await at_desk.get(f"{path}/rejected.csv")
    rows = list(csv.DictReader(io.StringIO(back.content.decode("utf-8-sig"))))
    assert [int(row["row"]) for row in rows] == sorted(row for row, _ in mistakes)
    assert all(f"{column}: " in row["problem"] for row, (_, column) in zip(rows, sorted(mistakes), strict=True))

    spanish = page_of(await at_desk.page(f"{path}?lang=es"))
    assert [one.text for one in spanish.iter("td") if one.get("lang") == "en"] == []
    assert "no es" in (await at_desk.get(f"{path}/rejected.csv")).text
    await at_desk.get("/console?lang=en")

    path = await looked_through(at_desk, "employers", as_csv(right))
    page = await at_desk.page(path)
    assert "nobody is mailed" in page
    assert await at_desk.desk.count(PEOPLE) == before
    for _ in range(2):
        await at_desk.post(f"{path}/confirm")
    assert "was imported on" in await at_desk.page(path)
    assert await at_desk.desk.count(PEOPLE) == before + 500

    again = await at_desk.page(await looked_through(at_desk, "employers", as_csv(right)))
    assert re.findall(r'<th scope="row">([^<]+)</th>((?:<td class="n">\d+</td>)+)', again) == [
        (name, "".join(f'<td class="n">{n}</td>' for n in (0, 0, 0, kept)))
        for name, kept in (("People", 500), ("Worksites", 100), ("People at worksites", 500))
    ]


async def test_rejected_rows_can_be_corrected_in_their_own_file(at_desk: Visitor) -> None:
    rows = employers(3)
    rows[0] |= {"host_name": "=cmd|'/C calc'!A0", "phone": "+1 617 555 0150", "email": "@x"}
    path = await looked_through(at_desk, "employers", as_csv(rows))
    back = (await at_desk.get(f"{path}/rejected.csv")).content.decode("utf-8-sig")
    (cells,) = list(csv.DictReader(io.StringIO(back)))
    assert [cells[name][:2] for name in ("host_name", "phone", "email")] == ["'=", "'+", "'@"]

    cells["email"] = "sup-7000@example.org"
    path = await looked_through(at_desk, "employers", as_csv([cells]))
    await at_desk.post(f"{path}/confirm")
    async with borrow(at_desk.desk.pool) as conn:
        row = await conn.fetchrow(
            "select name, phone from hosts, people where hosts.id = 'hst-7000' and people.id = 'sup-7000'"
        )
    assert row is not None
    assert tuple(row.values()) == ("=cmd|'/C calc'!A0", "+1 617 555 0150")


async def test_what_was_imported_leaves_no_formula_in_any_export(at_desk: Visitor) -> None:
    for number, sign in enumerate("=+-@"):
        rows = employers(1)
        rows[0] |= {"host_id": "hst-4001", "host_name": f"{sign}1+1 Works", "person_id": f"sup-{8000 + number}"}
        path = await looked_through(at_desk, "employers", as_csv(rows))
        await at_desk.post(f"{path}/confirm")
        if number == 0:
            await at_desk.desk.proposed("pl-101")
        told = (await at_desk.get("/console/caseload.csv?show=all")).content.decode("utf-8-sig")
        assert f"'{sign}1+1 Works" in told
        assert not any(cell.startswith(tuple("=+-@")) for row in csv.reader(io.StringIO(told)) for cell in row)
        sheet = sheet_of((await at_desk.get("/console/caseload.xlsx?show=all")).content)
        assert list(sheet.iter(f"{CELL}f")) == []
        assert any((one.text or "").startswith(f"'{sign}1+1") for one in sheet.iter(f"{CELL}t"))


async def test_offers_open_when_they_are_confirmed_and_never_twice(at_desk: Visitor) -> None:
    content = (SAMPLE / "opportunities.csv").read_bytes()
    await at_desk.desk.opened("opp-6001")
    path = await looked_through(at_desk, "opportunities", content)
    page = await at_desk.page(path)
    offers = len(list(csv.DictReader(io.StringIO(content.decode()))))
    assert f"{offers - 1} offers open." in page
    assert "One is open already" in page
    events = "select count(*) from inbox where source = '/import/opportunities'"
    assert await at_desk.desk.count(events) == 0

    await at_desk.post(f"{path}/confirm")
    assert await at_desk.desk.count(events) == offers - 1
    answer = await at_desk.get(path)
    assert answer.headers["refresh"] == "4"
    assert f"0 of {offers - 1} offers opened" in answer.text
    path = await looked_through(at_desk, "opportunities", content)
    await at_desk.post(f"{path}/confirm")
    assert await at_desk.desk.count(events) == offers - 1


async def test_a_column_with_a_name_that_cannot_be_kept_is_named_without_it(at_desk: Visitor) -> None:
    path = await looked_through(at_desk, "employers", b"\0host_id,host_name\nhst-1,X\n")

    assert "\\u0000host_id" in await at_desk.page(path)


async def test_a_roster_is_one_zip_file_that_only_a_director_imports(at_desk: Visitor) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for one in sorted((SAMPLE / "oneroster").glob("*.csv")):
            text = one.read_text().replace("Denise,Whitfield", "Denisa,Whitfield")
            file.writestr(f"delivery/{one.name}", text)
    refused = await upload(at_desk, "oneroster", out.getvalue(), "roster.zip")
    assert refused.status_code == 422
    assert 'value="oneroster"' not in refused.text

    director = await Visitor(at_desk.desk).sign_in(DIRECTOR)
    path = await looked_through(director, "oneroster", out.getvalue(), "roster.zip")
    page = await director.page(path)
    assert "School roster: What will happen" in page or "Import it now" in page
    assert (await at_desk.get(path)).status_code == 404
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("users.csv", "sourcedId,status\n" * 40)
    head, name, data = packed.getvalue().partition(b"users.csv")
    for junk in (b"no zip", b"PK\x03\x04" + b"\0" * 60, head + name + b"\xff" * 4 + data[4:]):
        answer = await upload(director, "oneroster", junk, "roster.zip")
        assert "This is no zip file" in answer.text
        page_of(answer.text)


async def test_who_may_be_there_twice_is_shown_before_and_decided_once(at_desk: Visitor) -> None:
    rows = employers(2)
    rows[1] |= {"email": "SUP-7000@example.org"}
    path = await looked_through(at_desk, "employers", as_csv(rows))
    shown = page_of(await at_desk.page(path))
    assert any("Row 3" in text_of(one) and "e-mail address" in text_of(one) for one in shown.iter("li"))
    await at_desk.post(f"{path}/confirm")

    director = await Visitor(at_desk.desk).sign_in(DIRECTOR)
    listed = "/console/duplicates"
    pair = {"first": "sup-7001", "second": "sup-7000"}
    assert "sup-7000" in await director.page(listed)
    for fields in ({}, {"says": "sup-7000"}, {"says": "somebody", "basis": "saw_papers"}):
        answer = await director.post(listed, at=listed, **pair, **fields)
        assert answer.status_code == 422
        page_of(answer.text)
    told = {"says": "sup-7000", "basis": "saw_papers"}
    assert (await director.post(listed, at=listed, first="sup-7000", second="none", **told)).status_code == 404
    assert (await director.post(listed, at=listed, **pair, **told)).status_code == 303
    page = await director.page(f"{listed}?kept=1&lang=es")
    assert "Su respuesta quedó guardada" in page
    assert 'value="sup-7001"' not in page
    assert "Por terminar" in page
    async with borrow(at_desk.desk.pool) as conn:
        row = await conn.fetchrow("select keep_id, decided_by from duplicate_decisions where first_id = 'sup-7000'")
        audited = await conn.fetchval("select records from audit where act = 'duplicate.same'")
    assert row is not None
    assert (row["keep_id"], row["decided_by"]) == ("sup-7000", DIRECTOR[0])
    assert audited == ["person/sup-7000", "person/sup-7001"]
    assert "e-mail address" not in await at_desk.page(await looked_through(at_desk, "employers", as_csv(rows)))


async def test_who_is_no_more_in_a_roster_stays_until_a_director_says_they_left(at_desk: Visitor) -> None:
    director = await Visitor(at_desk.desk).sign_in(DIRECTOR)
    path = await looked_through(director, "oneroster", roster(without="lrn-1041"), "roster.zip")
    assert "no longer in the roster" in await director.page(path)
    await director.post(f"{path}/confirm")
    assert "They stayed as they are" in await director.page(path)
    active = "select count(*) from people where id = 'lrn-1041' and status = 'active'"
    assert await at_desk.desk.count(active) == 1
    path = await looked_through(director, "oneroster", roster(without="lrn-1041", and_not="dir-1"), "roster.zip")
    await director.post(f"{path}/confirm", end_left="1")
    assert "They were ended with this import" in (await director.get(path)).text
    assert await at_desk.desk.count(active) == 0


def roster(*, without: str, and_not: str = "") -> bytes:
    """The sample's roster without one student; `and_not` is listed besides, as the district's director."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for one in sorted((SAMPLE / "oneroster").glob("*.csv")):
            lines = [line for line in one.read_text(encoding="utf-8").splitlines() if without not in line]
            if and_not and one.name in MORE:
                width = lines[0].count(",") + 1
                lines.append(MORE[one.name].format(id=and_not) + "," * (width - 1 - MORE[one.name].count(",")))
            file.writestr(one.name, "\n".join(lines) + "\n")
    return out.getvalue()


MORE = {
    "users.csv": "{id},,,true,,,Dora,Head,,,dora.head@example.org",
    "roles.csv": "rol-9999,,,{id},primary,ext:director,,,org-0001",
}
"""The director's rows in a roster."""


async def test_an_employers_file_gives_no_member_of_school_staff_another_address(at_desk: Visitor) -> None:
    rows = employers(1)
    rows[0] |= {"person_id": DIRECTOR[0], "given_name": "Dora", "family_name": "Head", "email": "me@evil.example"}
    page = await at_desk.page(await looked_through(at_desk, "employers", as_csv(rows)))
    assert "is another address than the roster gives" in page


async def test_a_file_that_is_missing_or_no_form_at_all_is_told(at_desk: Visitor) -> None:
    answer = await upload(at_desk, "employers", b"")
    assert "Please choose a file" in answer.text
    page_of(answer.text)
    key = await at_desk.key("/console/imports")
    for fields, files, status in (
        ({"key": key}, None, 415),
        ({"key": "0" * 64, "kind": "employers"}, {"file": ("a.csv", b"x")}, 403),
        ({"key": key, "kind": "calendars"}, {"file": ("a.csv", b"x")}, 422),
    ):
        answer = await at_desk.http.post("/console/imports", data=fields, files=files)
        assert answer.status_code == status
        page_of(answer.text)
    specialist = await Visitor(at_desk.desk).sign_in(SPECIALIST)
    assert (await specialist.get("/console/imports")).status_code == 403
