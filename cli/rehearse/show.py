"""What a rehearsal shows: where everybody stands while it runs, and its report at the end."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from cli.rehearse.report import Report
from cli.rehearse.season import Season
from cli.words import plain

SHOWN = 25
"""Rows of a table that may be long."""

TOO_SLOW = 1.0
"""Days of the program's clock by which mails and answers may come later than they should."""


class Board:
    """One live line on a terminal, a line a week elsewhere, nothing when quiet."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._console, self._quiet = console, quiet
        self._live = Live(console=console, refresh_per_second=4, transient=True)
        self._week: int | None = None

    def __enter__(self) -> Self:
        """Start drawing."""
        if not self._quiet and self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop drawing."""
        if self._live.is_started:
            self._live.stop()

    def show(self, season: Season) -> None:
        """Draw the season as it stands."""
        if self._live.is_started:
            self._live.update(Text(_line(season)))
        elif not self._quiet and season.now().isocalendar().week != self._week:
            self._week = season.now().isocalendar().week
            self._console.print(_line(season), markup=False, soft_wrap=True)


def _line(season: Season) -> str:
    states = Counter(plain(str(one.state)) for one in season.picture.placements)
    said = ", ".join(f"{count} {state}" for state, count in states.most_common())
    return f"{season.now():%a %-d %b %Y}  {said or 'nobody proposed yet'}"


def show_report(console: Console, report: Report) -> None:
    """Print the report as tables; what is wrong comes last, where it is seen."""
    _table(console, "How they ended", ("outcome", "placements"), ((plain(k), n) for k, n in report.outcomes.items()))
    _table(
        console,
        "What was asked (days from the first mail to the end)",
        ("request", "asked", "answered", "never", "median", "longest"),
        (
            (plain(kind), *(f"{row[name]:g}" for name in ("asked", "answered", "never", "median_days", "longest_days")))
            for kind, row in report.by_kind.items()
        ),
    )
    _table(
        console,
        "Longest waits",
        ("request", "of", "days", "ended"),
        (
            (f"{one.lifecycle_id}/{one.request_id}", plain(one.role), f"{one.days:g}", plain(one.ended or "open"))
            for one in report.waits
        ),
    )
    _table(
        console,
        "What needed somebody",
        ("what", "times", "such as"),
        ((words, count, report.examples[words]) for words, count in list(report.needed.items())[:SHOWN]),
    )
    _table(console, "What was done", ("what", "times"), report.counts.items())
    for stuck in report.stuck:
        held = f" tries again and again: {stuck.held_up_by}" if stuck.held_up_by else ""
        console.print(f"\nSTUCK {stuck.placement_id} ({plain(stuck.state)}){held}\n{stuck.story}", markup=False)
    for what, ids in (("PARKED", report.parked), ("FAULT", report.faults)):
        for one in ids[:SHOWN]:
            console.print(f"{what} {one}", markup=False, soft_wrap=True)
        if len(ids) > SHOWN:
            console.print(f"... and {len(ids) - SHOWN} more", markup=False)
    if report.lag[0] > TOO_SLOW:
        late = f"{report.lag[0]:g} days late, because this machine is slow: choose a smaller --speed"
        console.print(f"Mails and answers came {late}.", soft_wrap=True)
    owed = f"; {report.owed} requests are still open after the end, as programs have it" if report.owed else ""
    console.print(f"\n{'Nothing is stuck' if report.ok else 'Something is wrong'}{owed}.", markup=False)


def _table(console: Console, title: str, heads: tuple[str, ...], rows: Iterable[Iterable[Any]]) -> None:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, justify="left" if head in {heads[0], "of", "ended", "such as"} else "right")
    for row in rows:
        table.add_row(*map(str, row))
    if table.row_count:
        console.print()
        console.print(table)
