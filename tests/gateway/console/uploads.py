"""Files as staff upload them, right and wrong."""

import csv
import io
from collections.abc import Callable
from typing import cast

import httpx2
from fastapi import Request

from gateway.console.imports_desk import look_through
from gateway.console.rendering import Visit
from records import staff
from records.health import borrow
from tests.gateway.console.visitor import DIRECTOR, Visitor
from tests.gateway.desk import Desk

Row = dict[str, str]


async def upload(visitor: Visitor, kind: str, content: bytes, name: str = "") -> httpx2.Response:
    key = await visitor.key("/console/imports")
    return await visitor.http.post(
        "/console/imports", data={"key": key, "kind": kind}, files={"file": (name or f"{kind}.csv", content)}
    )


async def looked_through(visitor: Visitor, kind: str, content: bytes, name: str = "") -> str:
    """Upload a file and give the address of its page."""
    answer = await upload(visitor, kind, content, name)
    assert answer.status_code == 303, answer.text[-600:]
    return answer.headers["location"]


def employers(rows: int) -> list[Row]:
    """So many people at a hundred worksites, each right."""
    return [
        {
            "host_id": f"hst-{7000 + n % 100}",
            "host_name": f"Harbor Works {n % 100}" if n < 100 else "",
            "sector": "health" if n < 100 else "",
            "address": f"{n + 1} Harbor Street, Boston MA" if n < 100 else "",
            "time_zone": "America/New_York" if n < 100 else "",
            "person_id": f"sup-{7000 + n}",
            "given_name": "Adaeze",
            "family_name": "Obi",
            "title": "Manager",
            "email": f"sup-{7000 + n}@example.org",
            "phone": "",
            "language": "en",
            "site_contact": "yes" if n < 100 else "no",
        }
        for n in range(rows)
    ]


def as_csv(rows: list[Row]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


MISTAKES: list[tuple[str, Callable[[int], str]]] = [
    ("email", lambda n: f"sup-{n}-at-example.org"),
    ("phone", lambda _: "n/a"),
    ("language", lambda _: "fr"),
    ("given_name", lambda _: " "),
    ("title", lambda _: ""),
    ("site_contact", lambda _: "perhaps"),
    ("person_id", lambda n: f"obi-{n}"),
    ("family_name", lambda _: ""),
]


def planted(rows: list[Row], mistakes: int) -> set[tuple[int, str]]:
    """Spoil some cells, each in a row of its own; gives row and column of each as a spreadsheet counts."""
    found: set[tuple[int, str]] = set()
    for number in range(mistakes):
        at, (column, wrong) = 105 + number * 9, MISTAKES[number % len(MISTAKES)]
        rows[at][column] = wrong(number)
        found.add((at + 2, column))
    return found


async def with_imports(desk: Desk) -> None:
    """The director has uploaded a file with errors (imp-wrong) and one without (imp-right); two people are alike."""
    async with borrow(desk.pool) as conn:
        director = await staff.staff(conn, DIRECTOR[0])
    assert director is not None
    visit = Visit(request=cast("Request", None), services=desk.app.state.services, staff=director, key="")
    wrong = employers(140)
    planted(wrong, 4)
    for name, rows in (("imp-wrong", wrong), ("imp-right", employers(6))):
        id_ = await look_through(visit, "employers", "employers.csv", as_csv(rows))
        async with borrow(desk.pool) as conn:
            await conn.execute("update directory_imports set id = $2 where id = $1", id_, name)
    async with borrow(desk.pool) as conn:
        await conn.executemany(TWIN, [("sup-9001", "Ruben"), ("sup-9002", "Rubén")])


TWIN = """
insert into people (id, given_name, family_name, email, language, status)
values ($1, $2, 'Ocampo', 'ruben.ocampo@example.org', 'en', 'active')
"""
