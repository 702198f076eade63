"""Reads a CSV file into rows of a pydantic model; whatever is wrong becomes a finding with its file, row and column."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from pydantic import ValidationError

from gateway.imports.report import Findings, shown
from gateway.imports.sources import Source
from schemas.checks import meant
from schemas.roster import CsvRow

R = TypeVar("R", bound=CsvRow)
RowT_co = TypeVar("RowT_co", bound=CsvRow, covariant=True)

RISKY = frozenset("=+-@")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Cells:
    """One row as it stands in the file, column by column; `number` is the spreadsheet's row number."""

    number: int
    by_column: dict[str, str]

    def get(self, column: str) -> str:
        """The cell without blanks around it; empty when the file lacks the column."""
        return self.by_column.get(column, "").strip()


@dataclass(frozen=True)
class Placed(Generic[RowT_co]):
    """A row that is right in itself, and where it stands."""

    number: int
    row: RowT_co


@dataclass(frozen=True)
class Rows(Generic[RowT_co]):
    """A file's rows: `cells` has every one, `good` only those that are right in themselves.

    References are checked from and to `cells`, so that one bad cell neither hides another problem in its row nor makes
    every row that points there look wrong.
    """

    file: str
    cells: tuple[Cells, ...] = ()
    good: tuple[Placed[RowT_co], ...] = ()

    def __iter__(self) -> Iterator[Placed[RowT_co]]:
        """Go through the good rows."""
        return iter(self.good)

    @property
    def spoilt(self) -> tuple[Cells, ...]:
        """The rows that have a problem of their own."""
        numbers = {placed.number for placed in self.good}
        return tuple(cells for cells in self.cells if cells.number not in numbers)


def read_rows(path: Source, model: type[R], findings: Findings, today: date) -> Rows[R]:
    """The rows of a CSV file (UTF-8, with or without a byte order mark; commas). Never raises for what is in it."""
    text = _read_text(path, findings)
    if text is None:
        return Rows(path.name)
    header, cells = _split(text, path.name, findings)
    if header is None:
        return Rows(path.name)
    _check_header(header, model, path.name, findings)
    good: list[Placed[R]] = []
    for row in cells:
        known = {column: row.by_column[column] for column in model.columns() if column in row.by_column}
        try:
            good.append(Placed(row.number, model.model_validate(known, context={"today": today})))
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_context=False):
                column = str(detail["loc"][0])
                if detail["type"] != "missing":
                    findings.value(path.name, row.number, column, row.get(column), detail["msg"])
    return Rows(path.name, tuple(cells), tuple(good))


def first_rows(rows: Rows[R], column: str, findings: Findings) -> dict[str, int]:
    """Each id in a column and the row it first stands in; every further row with it is a problem."""
    seen: dict[str, int] = {}
    for cells in rows.cells:
        identifier = cells.get(column)
        if identifier in seen:
            text = f"is in row {seen[identifier]} already; give each row an id of its own or take one of them out"
            findings.value(rows.file, cells.number, column, identifier, text)
        elif identifier:
            seen[identifier] = cells.number
    return seen


def check_references(rows: Rows[R], column: str, ids: Iterable[str], where: str, findings: Findings) -> None:
    """Report every row whose reference leads nowhere; `where` completes "is not ..."."""
    known = set(ids)
    for cells in rows.cells:
        identifier = cells.get(column)
        if identifier and identifier not in known and not findings.about(rows.file, cells.number, column):
            text = f"is not {where}; correct the id or add what it stands for"
            findings.value(rows.file, cells.number, column, identifier, text)


def _read_text(path: Source, findings: Findings) -> str | None:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        findings.add(path.name, None, None, "there is no such file; check the path")
        return None
    except OSError as error:
        findings.add(path.name, None, None, f"cannot be read ({error.strerror}); check the path and its permissions")
        return None
    if data.startswith(UTF16_MARKS):
        findings.add(path.name, None, None, "is UTF-16; save it as CSV UTF-8")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        findings.add(path.name, row, None, "is not UTF-8 text; save the file as CSV UTF-8")
        return None


def _split(text: str, file: str, findings: Findings) -> tuple[list[str] | None, list[Cells]]:
    header: list[str] | None = None
    found: list[Cells] = []
    number = 0
    try:
        for number, values in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            if header is None:
                header = [value.strip() for value in values]
            elif any(value.strip() for value in values):
                if len(values) != len(header):
                    fix = "check for a missing or extra comma, and put text with commas in double quotes"
                    findings.add(file, number, None, f"has {len(values)} cells for {len(header)} columns; {fix}")
                else:
                    found.append(Cells(number, dict(zip(header, map(_armed, values), strict=True))))
    except csv.Error as error:
        findings.add(file, number + 1, None, f"cannot be read as CSV ({error}); check its double quotes")
    if not header:
        findings.add(file, 1, None, "is empty; the first row names the columns")
        return None, []
    return header, found


def _armed(cell: str) -> str:
    """The cell without the apostrophe that files of ours put before what a spreadsheet would run."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in RISKY else cell


def _check_header(header: list[str], model: type[CsvRow], file: str, findings: Findings) -> None:
    columns = model.columns()
    if len(header) == 1 and ";" in header[0]:
        findings.add(file, 1, None, "the columns are separated by semicolons; save the file with commas")
        return
    for name in dict.fromkeys(header):
        allowed = name in columns or name in model.unread or (model.extensions and name.startswith("metadata."))
        column = shown(name)[1:-1] or None
        if header.count(name) > 1:
            findings.add(file, 1, column, f"{shown(name)} is the name of {header.count(name)} columns; keep one")
        elif not allowed:
            hint = meant(name, [*columns, *sorted(model.unread)])
            findings.add(file, 1, column, f"{shown(name)} is not a column of this file{hint}")
    for name, needed in columns.items():
        if needed and name not in header:
            findings.add(file, 1, name, "the column is missing; add it")
