"""The figures as tables."""

from collections.abc import Sequence
from typing import Protocol

from rich.table import Table

from benchmarks.killing import Killed
from benchmarks.measuring import Lived


class Figures(Protocol):
    """What is shown: see `benchmarks.lifecycle.Report`."""

    @property
    def weeks(self) -> int:
        """From the first day to the last."""
        ...

    @property
    def decisions_per_second(self) -> float:
        """Of the pure core."""
        ...

    @property
    def calendar(self) -> Sequence[Lived]:
        """Whole seasons on the calendar, ours first."""
        ...

    @property
    def pace(self) -> Sequence[Lived]:
        """Placements without waiting, ours first."""
        ...


def calendar_table(report: Figures) -> Table:
    """What one act costs in a placement on the calendar, and how many times as much it costs the others."""
    ours, *others = report.calendar
    table = Table(title=f"{ours.counts.acts} human acts over {report.weeks} weeks, every answer on time")
    _columns(table, [one.peer for one in report.calendar], ["naive / ours"] if others else [])
    rows = [
        ("history events per human act", [one.counts.events_per_act for one in report.calendar], ".1f"),
        ("billable actions per human act", [one.counts.actions_per_act for one in report.calendar], ".2f"),
        (
            "history kilobytes per human act",
            [one.counts.bytes / one.counts.acts / 1000 for one in report.calendar],
            ".1f",
        ),
        ("an act's answer, p50 ms", [one.p50_ms for one in report.calendar], ".0f"),
        ("an act's answer, p99 ms", [one.p99_ms for one in report.calendar], ".0f"),
    ]
    for title, values, form in rows:
        table.add_row(title, *_shown(values, form), *_ratio(values))
    table.add_section()
    table.add_row("decisions a second, pure core, one CPU", f"{report.decisions_per_second:,.0f}")
    return table


def breakdown_table(report: Figures) -> Table:
    """Where the events go."""
    table = Table(title="history events of one placement, by type")
    _columns(table, [one.peer for one in report.calendar], [])
    kinds = dict.fromkeys(kind for one in report.calendar for kind in one.counts.by_type)
    for kind in kinds:
        words = kind.lower().replace("_", " ")
        table.add_row(words, *(str(one.counts.by_type.get(kind, 0)) for one in report.calendar))
    table.add_section()
    table.add_row("all", *(str(one.counts.events) for one in report.calendar))
    return table


def pace_table(report: Figures) -> Table:
    """How many placements a second the embedded stack carries when nobody waits."""
    ours = report.pace[0]
    table = Table(title=f"{ours.placements} placements of {ours.counts.acts} acts back to back")
    for title in ("", "placements/s", "acts/s", "CPU ms", "events per act", "p50 ms", "p99 ms", "of ours"):
        table.add_column(title, justify="left" if not title else "right")
    for one in report.pace:
        table.add_row(
            one.peer,
            f"{one.per_second:.2f}",
            f"{one.per_second * one.counts.acts:.0f}",
            *_shown([one.cpu_ms], ".0f"),
            f"{one.counts.events_per_act:.1f}",
            f"{one.p50_ms:.0f}",
            f"{one.p99_ms:.0f}",
            f"{one.per_second / ours.per_second:.2f}",
        )
    return table


def kill_table(report: Killed) -> Table:
    """How long people waited."""
    table = Table(title=f"the only worker killed with {report.placements} placements open", show_header=False)
    table.add_row("another worker polls after", f"{report.polling_again:.2f} s")
    table.add_row("the first act is answered after", f"{report.first_answer:.2f} s")
    table.add_row("every placement has answered one after", f"{report.all_answered:.1f} s")
    return table


def _columns(table: Table, peers: Sequence[str], more: Sequence[str]) -> None:
    table.add_column("")
    for title in (*peers, *more):
        table.add_column(title, justify="right")


def _shown(values: Sequence[float | None], form: str) -> list[str]:
    return ["-" if value is None else format(value, form) for value in values]


def _ratio(values: Sequence[float | None]) -> list[str]:
    """How many times the first value the second one is, if there is a second."""
    ours, *others = values
    return ["-" if value is None or not ours else f"{value / ours:.1f}x" for value in others]
