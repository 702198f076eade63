"""A copy of the sample data, and small edits to it, cell by cell."""

import csv
import shutil
from pathlib import Path

SAMPLE = Path(__file__).parents[2] / "catalog" / "examples" / "boston-summer"


class Sample:
    """The sample's files in a folder of the test's own; rows are numbered as a spreadsheet does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "boston-summer"
        shutil.copytree(SAMPLE, self.folder)

    def path(self, file: str) -> Path:
        """Where a file of the sample stands."""
        inside = self.folder / "oneroster" / file
        return inside if inside.exists() else self.folder / file

    def rows(self, file: str) -> list[list[str]]:
        """All rows, the header first."""
        with self.path(file).open(newline="", encoding="utf-8") as opened:
            return list(csv.reader(opened))

    def write(self, file: str, rows: list[list[str]]) -> None:
        """Put these rows in the place of the file's."""
        with self.path(file).open("w", newline="", encoding="utf-8") as opened:
            csv.writer(opened).writerows(rows)

    def put(self, file: str, row: int, column: str, value: str) -> None:
        """Set one cell."""
        rows = self.rows(file)
        rows[row - 1][rows[0].index(column)] = value
        self.write(file, rows)

    def add(self, file: str, cells: dict[str, str]) -> int:
        """Append a row, empty but for these cells and an id of its own, and return its number."""
        rows = self.rows(file)
        given = {"sourcedId": f"add-{len(rows) + 1}"} | cells
        rows.append([given.get(column, "") for column in rows[0]])
        self.write(file, rows)
        return len(rows)

    def take_out(self, file: str, row: int) -> None:
        """Remove a row."""
        rows = self.rows(file)
        del rows[row - 1]
        self.write(file, rows)

    def row_of(self, file: str, value: str) -> int:
        """The number of the first row that has this value in a cell."""
        return next(number for number, row in enumerate(self.rows(file), start=1) if value in row)
