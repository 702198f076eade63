"""One report of one run: what it was, what was asked and answered, and what the checker found."""

import json
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from schemas.base import Frozen
from tests.chaos.checker import Verdict
from tests.chaos.gathering import by_kind
from tests.chaos.ledger import Acked, Ledger

ROOT = Path(__file__).resolve().parents[2]
SHOWN = 20


class Report(Frozen):
    """Figures of a run. Times in seconds; `wait` is from the first send of an event to its acknowledgement, over all
    tries, `answer` that of single requests that were answered, `away` that of those sent while a component was kept
    away, `flush` that of a block until the disk has it for good, asked beside the load. `drained_after` counts from the
    end of the load, `drained_since_back` from when that component might return.
    """

    mode: str
    seed: int
    commit: str
    seconds: float
    acknowledged: int
    kinds: dict[str, int]
    refused: dict[str, int]
    answers: dict[str, int]
    kills: dict[str, int]
    wait_p50: float
    wait_p99: float
    answer_p50: float
    answer_p99: float
    flush_p50: float
    flush_p99: float
    away: int
    away_p99: float
    drained_after: float | None
    drained_since_back: float | None
    late: int
    lost: int
    applied_twice: int
    stuck: int
    mails: int
    mails_repeated: int
    findings: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything held."""
        return not self.findings and not self.faults

    def text(self) -> str:
        """For people."""
        drained = "not drained" if self.drained_after is None else f"drained {self.drained_after:.0f} s after the load"
        if self.drained_since_back is not None:
            drained += f", {self.drained_since_back:.0f} s after what was away could return"
        lines = [
            f"{self.mode}, seed {self.seed}, commit {self.commit}, {self.seconds:.0f} s of load",
            f"  acknowledged   {self.acknowledged}: {_told(self.kinds)}",
            f"  refused        {_told(self.refused)}",
            f"  answers        {_told(self.answers)}",
            f"  killed         {_told(self.kills)}",
            f"  one answer     p50 {self.answer_p50 * 1000:.0f} ms, p99 {self.answer_p99 * 1000:.0f} ms",
            f"  one flush      p50 {self.flush_p50 * 1000:.0f} ms, p99 {self.flush_p99 * 1000:.0f} ms (the disk)",
            *([f"  while away     {self.away} answers, p99 {self.away_p99 * 1000:.0f} ms"] if self.away else []),
            f"  acknowledged   after p50 {self.wait_p50:.2f} s, p99 {self.wait_p99:.2f} s, all tries",
            f"  backlog        {drained}; {self.late} waited when the quiet was over",
            f"  lost           {self.lost}",
            f"  applied twice  {self.applied_twice}",
            f"  stuck          {self.stuck}",
            f"  mail           {self.mails} arrived, {self.mails_repeated} of them again, under the same Message-ID",
            *(f"  FOUND  {one}" for one in self.findings[:SHOWN]),
            *(f"  FAULT  {one}" for one in self.faults[:SHOWN]),
            "everything that was acknowledged is there, once" if self.ok else "NOT everything is as it must be",
        ]
        return "\n".join(lines)

    def json(self) -> str:
        """For programs."""
        return json.dumps({"ok": self.ok, **self.model_dump(mode="json")}, indent=1)


def report(
    verdict: Verdict,
    ledger: Ledger,
    acked: Sequence[Acked],
    *,
    mode: str,
    seed: int,
    seconds: float,
    quiet_from: float,
    drained: float | None,
    late: int,
) -> Report:
    """Put a run's figures together; the quiet began at `quiet_from` (Unix time)."""
    lost = verdict.count(
        "lost from the inbox",
        "lost from the history",
        "lost from the records",
        "lost from the feed",
        "lost mail",
        "refused after it was acknowledged",
    )
    outages = [one for one in ledger.kills if one.kept_until]
    away = [one.seconds for one in ledger.singles if any(out.at <= one.at < out.kept_until for out in outages)]
    singles = [one.seconds for one in ledger.singles]
    return Report(
        mode=mode,
        seed=seed,
        commit=_commit(),
        seconds=seconds,
        acknowledged=len(acked),
        kinds=by_kind(acked),
        refused=dict(ledger.refused),
        answers=dict(ledger.answers.most_common()),
        kills=dict(Counter(one.component for one in ledger.kills)),
        flush_p50=_part(ledger.flushes, 0.5) / 1000,
        flush_p99=_part(ledger.flushes, 0.99) / 1000,
        wait_p50=_part(ledger.waits, 0.5),
        wait_p99=_part(ledger.waits, 0.99),
        answer_p50=_part(singles, 0.5),
        answer_p99=_part(singles, 0.99),
        away=len(away),
        away_p99=_part(away, 0.99),
        drained_after=drained,
        drained_since_back=quiet_from + drained - outages[-1].kept_until if outages and drained is not None else None,
        late=late,
        lost=lost,
        applied_twice=verdict.count("applied twice", "twice in the feed"),
        stuck=verdict.count("stuck"),
        mails=verdict.mails,
        mails_repeated=verdict.repeats,
        findings=tuple(f"{one.what}: {one.which}" for one in verdict.findings),
        faults=tuple(ledger.faults),
    )


def _part(waits: Sequence[float], part: float) -> float:
    ordered = sorted(waits)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else 0.0


def _told(counts: dict[str, Any]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


def _commit() -> str:
    words = ("git", "describe", "--always", "--dirty")
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
