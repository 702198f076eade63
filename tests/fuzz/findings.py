"""What is told while it runs: how far it is, and what was wrong; nothing that is found gets lost."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

EACH = 3
"""So many of a kind are shown."""


class Findings:
    """Everything that was wrong, in a file as soon as it is known; the first few of a kind are shown.

    Of one kind are those with the same last line: mostly the same fault again.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._shown: Counter[str] = Counter()

    def __len__(self) -> int:
        """How many there are."""
        return self._shown.total()

    def keep(self, found: list[str]) -> None:
        """Keep what was wrong, a line or more each."""
        with self._file.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(f"{line}\n\n" for line in found)
        for line in found:
            kind = line.rstrip().rpartition("\n")[2][:100]
            self._shown[kind] += 1
            if self._shown[kind] <= EACH:
                say(line)


def commit() -> str:
    """Which state of the code this is."""
    words = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def say(line: str) -> None:
    """Tell one line at once."""
    sys.stdout.write(line.encode(errors="backslashreplace").decode() + "\n")
    sys.stdout.flush()
