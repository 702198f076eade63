"""What an import tells: every problem with its place, the plan in numbers, and what is worth knowing."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from pydantic import Field, computed_field

from gateway.imports.duplicates import Same
from records.directory_import import Change, TableCount
from schemas.base import Frozen
from schemas.directory import Personal

Kind = Literal["oneroster", "employers", "opportunities", "calendars"]

LONGEST_SHOWN = 60
SAME: dict[Same, str] = {
    "name_and_birth_date": "name and birth date",
    "name_and_phone": "name and phone number",
    "email": "e-mail address",
}


class Problem(Frozen):
    """One thing wrong in a file. `row` counts as a spreadsheet does: the header is row 1. Shown only to who imports."""

    file: str
    row: int | None = None
    column: str | None = None
    text: str

    @property
    def line(self) -> str:
        """The problem in one line: `users.csv row 14, email: "x@" is not an e-mail address; ...`."""
        place = self.file if self.row is None else f"{self.file} row {self.row}"
        return f"{place}, {self.column}: {self.text}" if self.column else f"{place}: {self.text}"


class Offer(Frozen):
    """One opportunity of the file, as its lifecycle needs it, and what the import did with it."""

    id: str
    host_id: str
    program: str
    seats: int
    start: date
    end: date
    supervisor_id: str
    change: Change


class PersonChange(Personal):
    """What an import does to one person. `before` is the e-mail address that another one takes the place of."""

    id: str
    name: str
    email: str | None
    change: Change | Literal["left"]
    before: str | None = None


class Duplicate(Personal):
    """Somebody in a file (`id`) who may be somebody else (`other_id`) of it or of the directory. Nothing is merged.

    `names` is for whoever looks before importing, and no part of the JSON.
    """

    file: str
    row: int
    column: str
    id: str
    other_id: str
    same: Same
    other_row: int | None = None
    names: tuple[str, str] = Field(default=("", ""), exclude=True)

    @property
    def line(self) -> str:
        """The proposal in one line, nobody by name."""
        where = "in the directory" if self.other_row is None else f"row {self.other_row}"
        return (
            f"{self.file} row {self.row}, {self.column}: {shown(self.id)} has the same {SAME[self.same]} as "
            f"{shown(self.other_id)} ({where}); one person or two?"
        )


class ImportReport(Frozen):
    """The whole outcome. With problems nothing was written and there are no counts; a dry run writes nothing either.

    `people` (new, changed and ended ones) is for whoever looks before importing, and no part of the JSON. `left`: who
    is in the directory and no more in a bulk roster, by id; they are ended only if that was said (`ends_left`).
    """

    kind: Kind
    dry_run: bool
    problems: tuple[Problem, ...] = ()
    counts: tuple[TableCount, ...] = ()
    notes: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    left: tuple[str, ...] = ()
    ends_left: bool = False
    people: tuple[PersonChange, ...] = Field(default=(), exclude=True)

    @computed_field
    @property
    def ok(self) -> bool:
        """Whether the files could be imported."""
        return not self.problems


class Findings:
    """Gathers every problem and note while files are read, so that one run tells all of them.

    `sight`: the schools from which the directory is seen; None: all of it.
    """

    def __init__(self, sight: Sequence[str] | None = None) -> None:
        self.sight = sight
        self._problems: list[Problem] = []
        self._cells: set[tuple[str, int | None, str | None]] = set()
        self.notes: list[str] = []
        self.people: list[PersonChange] = []
        self.duplicates: list[Duplicate] = []
        self.left: list[str] = []

    def add(self, file: str, row: int | None, column: str | None, text: str) -> None:
        """Note down one problem."""
        self._cells.add((file, row, column))
        self._problems.append(Problem(file=file, row=row, column=column, text=text))

    def value(self, file: str, row: int, column: str, value: str, text: str) -> None:
        """Note down what is wrong with one cell; an empty cell is not quoted."""
        self.add(file, row, column, f"{shown(value)} {text}" if value.strip() else text)

    def about(self, file: str, row: int, column: str) -> bool:
        """Whether something is wrong with this cell already; one finding for a cell is enough."""
        return (file, row, column) in self._cells

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, file by file in the order they were opened, row by row."""
        files = list(dict.fromkeys(problem.file for problem in self._problems))
        return tuple(sorted(self._problems, key=lambda problem: (files.index(problem.file), problem.row or 0)))


def shown(value: str) -> str:
    """A cell as a message quotes it: shortened, with nothing in it that could steer a terminal."""
    short = value if len(value) <= LONGEST_SHOWN else value[: LONGEST_SHOWN - 1] + "…"
    return '"' + "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in short) + '"'


def rows_shown(rows: Iterable[int]) -> str:
    """Row numbers for a note: `rows 2, 5, 9 and 14 more`."""
    numbers = sorted(rows)
    text = ", ".join(str(number) for number in numbers[:8])
    more = f" and {len(numbers) - 8} more" if len(numbers) > 8 else ""
    return f"row{'s' if len(numbers) > 1 else ''} {text}{more}"
