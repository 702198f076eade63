"""What the demo shows: live progress, and at the end a table with outcomes."""

import time
from typing import Any, Self

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from cli.demo.doors import show_doors, show_evaluation
from cli.demo.expect import shortfalls
from cli.demo.play import Play, Progress
from cli.stack.stack import Stack

ENDED, LATE = "green", "yellow"
DOORS_WAIT = 20.0
"""Seconds to wait for the link to the visitor's evaluation before the others are shown; it follows when it comes."""


class Screen:
    """A live table on a terminal, a line per change elsewhere, nothing when quiet; above it where to go in."""

    def __init__(self, console: Console, stack: Stack, *, quiet: bool) -> None:
        self._console, self._stack, self._quiet = console, stack, quiet
        self._doors_by = time.monotonic() + DOORS_WAIT
        self._doors_shown, self._evaluation_shown = False, False
        self._live = Live(console=console, refresh_per_second=4, transient=True) if not quiet else None
        self._states: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Start drawing."""
        if self._live and self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop drawing."""
        if self._live and self._console.is_terminal:
            self._live.stop()

    def show(self, play: Play) -> None:
        """Draw the play as it stands."""
        if self._quiet:
            return
        self._show_doors(play.visitors_link)
        if self._console.is_terminal and self._live:
            self._live.update(_board(play))
            return
        for id_, one in play.progress.items():
            state = str(one.view.get("state", ""))
            if state and self._states.get(id_) != state:
                self._states[id_] = state
                self._console.print(f"{play.today():%a %-d %b %Y}  {id_}  {_plain(state)}", markup=False)

    def _show_doors(self, evaluation: str | None) -> None:
        if not self._doors_shown and (evaluation or time.monotonic() > self._doors_by):
            show_doors(self._console, self._stack, evaluation)
            self._doors_shown, self._evaluation_shown = True, evaluation is not None
        elif evaluation and not self._evaluation_shown:
            show_evaluation(self._console, evaluation)
            self._evaluation_shown = True


def _board(play: Play) -> Group:
    table = Table(expand=False, pad_edge=False, box=None)
    widest = max(map(len, play.progress))
    for title, width, most in (
        ("placement", widest, None),
        ("story", 24, 48),
        ("state", 20, None),
        ("awaited", 19, 30),
    ):
        table.add_column(title, no_wrap=True, min_width=width, max_width=most)
    for id_, one in play.progress.items():
        state = str(one.view.get("state", "not proposed yet"))
        style = ENDED if one.outcome else LATE if one.view.get("overdue") else ""
        awaited = ", ".join(_plain(role) for role in one.view.get("awaiting", ()))
        table.add_row(id_, one.part.script.tells, Text(_plain(state), style=style), awaited)
    ended = sum(1 for one in play.progress.values() if one.outcome)
    today = Text(f"{play.today():%A, %-d %B %Y}   {ended} of {len(play.progress)} placements ended", style="bold")
    return Group(today, Text(), table)


def _plain(code: str) -> str:
    return code.replace("_", " ")


def summary_table(play: Play, gains: dict[str, dict[str, Any] | None]) -> Table:
    """Every placement with its outcome, its skill gain and whether it went as scripted."""
    table = Table(title="What became of them", title_justify="left", box=None, pad_edge=False)
    for title in ("placement", "story", "outcome", "baseline", "final", "gain", "as scripted"):
        table.add_column(title, justify="right" if title in ("baseline", "final", "gain") else "left")
    for id_, one in play.progress.items():
        gain = gains.get(id_)
        figures = [f"{gain[name]:.2f}" for name in ("baseline", "final", "change")] if gain else ["", "", ""]
        short = shortfalls(one)
        told = Text("yes", style=ENDED) if not short else Text("; ".join(short), style="red")
        table.add_row(id_, one.part.script.tells, _plain(one.outcome or "did not end"), *figures, told)
    return table


def as_json(one: Progress, gain: dict[str, Any] | None) -> dict[str, Any]:
    """One placement of the JSON summary."""
    short = shortfalls(one)
    return {
        "id": one.part.placement_id,
        "script": one.part.script.name,
        "learner_id": one.part.learner_id,
        "host_id": one.view.get("host_id"),
        "opportunity_id": one.part.opportunity_id,
        "expected": one.part.script.outcome,
        "outcome": one.outcome,
        "as_scripted": not short,
        "shortfalls": short,
        "skill_gain": gain,
        "notes": one.notes,
    }
