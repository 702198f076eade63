"""The previews of the shipped programs as they are kept: `python -m tests.golden.previews` writes them anew.

Read every line that changed before it is committed: weekdays, days off, hours, order, words.
"""

import sys
from datetime import date
from functools import cache
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from catalog.program_catalog import program
from cli.preview import WIDTH, show
from lifecycle.preview_plans import When
from lifecycle.previewing import days, preview
from schemas.preview import Preview
from schemas.programs import Program

FOLDER = Path(__file__).parent / "preview"


class Kept(NamedTuple):
    """One preview that is kept under a name."""

    name: str
    program_id: str
    proposed: date
    start: date | None = None
    end: date | None = None
    minor: bool = True

    @property
    def program(self) -> Program:
        """The shipped program. Raises LookupError."""
        found = program(self.program_id)
        if found is None:
            raise LookupError(self.program_id)
        return found

    @property
    def when(self) -> When:
        """Its days."""
        return days(self.program, self.proposed, proposed=self.proposed, start=self.start, end=self.end)

    @cache  # noqa: B019 - there are a dozen, and each is looked at by many
    def seen(self) -> Preview:
        """The preview itself."""
        return preview(self.program, self.when, minor=self.minor)

    @cache  # noqa: B019 - as above
    def text(self) -> str:
        """As the command prints it, without a terminal."""
        out = StringIO()
        show(Console(file=out, width=WIDTH, highlight=False, color_system=None), self.program, self.seen())
        return out.getvalue()

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return FOLDER / f"{self.name}.txt"


SUMMER = (date(2027, 6, 1), date(2027, 7, 6), date(2027, 8, 13))
KEPT = (
    Kept("boston-summer-internship", "boston-summer-internship", *SUMMER),
    Kept("massachusetts-summer-jobs", "massachusetts-summer-jobs", *SUMMER),
    Kept("massachusetts-summer-jobs.adult", "massachusetts-summer-jobs", *SUMMER, minor=False),
    Kept(
        "california-school-year-internship",
        "california-school-year-internship",
        date(2027, 8, 2),
        date(2027, 9, 7),
        date(2028, 6, 2),
    ),
    Kept("job-shadow-day", "job-shadow-day", date(2027, 3, 1), date(2027, 3, 17), date(2027, 3, 17)),
    Kept("teacher-externship", "teacher-externship", date(2027, 5, 3), date(2027, 6, 28), date(2027, 7, 9)),
    Kept("academy-internship", "academy-internship", date(2027, 5, 17), date(2027, 6, 21), date(2027, 7, 30)),
    Kept("pre-apprenticeship", "pre-apprenticeship", date(2027, 2, 1), date(2027, 3, 15), date(2027, 6, 4)),
    Kept("service-learning", "service-learning", date(2027, 8, 30), date(2027, 9, 20), date(2027, 12, 3)),
    Kept("senior-capstone", "senior-capstone", date(2027, 8, 30), date(2027, 10, 4), date(2028, 1, 28)),
    Kept("incident-response", "incident-response", date(2027, 7, 16)),
    Kept("partnership", "partnership", date(2027, 1, 11)),
    Kept("opportunity-development", "opportunity-development", date(2027, 2, 1)),
)
"""Each sample program on the days of a season, and one with a learner who is of age."""


def renew() -> None:
    """Write anew what has changed."""
    for kept in KEPT:
        text = kept.text()
        if not kept.path.exists() or kept.path.read_text(encoding="utf-8") != text:
            kept.path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"renewed {kept.path.name}\n")


if __name__ == "__main__":
    renew()
