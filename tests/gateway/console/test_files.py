"""What leaves the console as a file holds what is in sight and fits, and no formula."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from gateway.console.tables import csv_of, defused, xlsx_of
from records.health import borrow
from tests.gateway.console.visitor import SPECIALIST, Visitor
from tests.gateway.desk import Desk
from tests.gateway.html_checks import by_class, page_of, text_of

CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ATTACKS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("text", ATTACKS)
def test_no_text_becomes_a_formula(text: str) -> None:
    (row,) = list(csv.reader(io.StringIO(csv_of(["a"], [[text]]).decode("utf-8-sig"), newline="")))[1:]
    assert row == [f"'{text}"]
    sheet = sheet_of(xlsx_of("Caseload", ["a"], [[text]]))
    assert list(sheet.iter(f"{CELL}f")) == []
    assert list(texts(sheet, "t"))[1].startswith("'")


def sheet_of(file: bytes) -> ET.Element:
    return ET.fromstring(zipfile.ZipFile(io.BytesIO(file)).read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own


def texts(sheet: ET.Element, name: str) -> Iterator[str]:
    return (one.text or "" for one in sheet.iter(f"{CELL}{name}"))


def test_days_numbers_and_odd_letters_are_what_they_are() -> None:
    assert defused("Beltrán-Ruiz") == "Beltrán-Ruiz"
    rows = [[date(2027, 7, 6), 29, None, "a\x00b<&"]]
    sheet = sheet_of(xlsx_of("C", ["d", "n", "e", "t"], rows))
    assert list(texts(sheet, "v")) == ["46574", "29"]
    assert list(texts(sheet, "t"))[-1] == "ab<&"
    assert csv_of(["d"], rows).decode("utf-8-sig").splitlines()[1].startswith("2027-07-06,29,,")


async def test_a_file_holds_what_is_in_sight_and_fits(office: Desk, coordinator: Visitor) -> None:
    async with borrow(office.pool) as conn:
        await conn.execute(
            "update people set given_name = '=cmd', family_name = 'x' from placements "
            "where placements.id = 'pl-103' and people.id = learner_id"
        )
    everything = await coordinator.get("/console/caseload.csv")
    few = await coordinator.get("/console/caseload.csv?school=org-0102")
    own = await (await Visitor(office).sign_in(SPECIALIST)).get("/console/caseload.csv")

    assert everything.headers["content-disposition"] == 'attachment; filename="caseload.csv"'
    told = list(csv.DictReader(io.StringIO(everything.content.decode("utf-8-sig"))))
    assert {one["id"]: one["Student"] for one in told}["pl-103"] == "'=cmd x"
    assert (told[0]["Waits for"], told[0]["Name"]) == ("Confirmation by the worksite", "Adaeze Obi")
    assert [line.split(",")[0] for line in few.text.splitlines()[1:]] == ["pl-102"]
    assert [line.split(",")[0] for line in own.text.splitlines()[1:]] == ["pl-101"]
    assert (await coordinator.get("/console/caseload.xlsx")).content.startswith(b"PK")


async def test_the_season_is_drawn_with_its_figures_from_what_is_in_sight(office: Desk, coordinator: Visitor) -> None:
    async with borrow(office.pool) as conn:
        await conn.execute(
            "insert into assessments (placement_id, occasion, skill, position, rating, submission_id) values "
            "('pl-101', 'baseline', 'communication', 1, 2, 's-1'), ('pl-101', 'final', 'communication', 1, 4, 's-2'), "
            "('pl-102', 'baseline', 'communication', 1, 3, 's-3'), "
            "('pl-101', 'baseline', 'job_1', 7, 1, 's-1'), ('pl-101', 'final', 'job_1', 7, 2, 's-2'), "
            "('pl-101', 'baseline', 'job_2', 8, 3, 's-1'), ('pl-101', 'final', 'job_2', 8, 5, 's-2')"
        )
    page = page_of(await coordinator.page("/console/season"))
    told = [text_of(one) for one in by_class(page, "figures")]
    assert "Proposed 3" in told[0]
    assert "Communication 2.00 4.00 +2.00 1" in " ".join(told)
    assert "Job-specific skills 2.00 3.50 +1.50 1" in " ".join(told)
    own = await (await Visitor(office).sign_in(SPECIALIST)).page("/console/season")
    assert "Proposed 1" in text_of(by_class(page_of(own), "figures")[0])
    assert "There is nothing to show yet" in await coordinator.page("/console/season", program="none")
    spanish = await coordinator.page("/console/season?lang=es")
    assert all(name in spanish for name in ("Comunicación", "Habilidades propias del puesto"))


async def test_offers_hosts_and_incidents_are_files_too_with_what_fits_and_is_in_sight(
    office: Desk, coordinator: Visitor
) -> None:
    async with borrow(office.pool) as conn:
        await conn.execute("update opportunity_facts set title = '=1+1' where id = 'opp-6001'")
    visitors = (coordinator, await Visitor(office).sign_in(SPECIALIST))

    async def told(visitor: Visitor, address: str) -> dict[str, dict[str, str]]:
        answer = await visitor.get(f"/console/{address}")
        assert answer.headers["content-disposition"] == f'attachment; filename="{address.partition("?")[0]}"'
        return {one["id"]: one for one in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))}

    offers, hosts, incidents = [await told(coordinator, f"{one}.csv") for one in ("offers", "hosts", "incidents")]
    assert (offers["opp-6001"]["Offer"], offers["opp-6001"]["Seats"]) == ("'=1+1", "2")
    assert len(hosts) == await office.count("select count(*) from hosts where status = 'active'")
    assert hosts["hst-4001"]["Placements"] == "3"
    assert set(incidents) == {"inc-101", "inc-102"}
    assert incidents["inc-101"]["Of whom"]
    assert set(await told(coordinator, "incidents.csv?severity=low")) == {"inc-102"}
    assert set(await told(visitors[1], "incidents.csv")) == {"inc-101"}
    sheet = sheet_of((await coordinator.get("/console/hosts.xlsx")).content)
    assert len(list(sheet.iter(f"{CELL}row"))) == len(hosts) + 1
