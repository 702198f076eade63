"""How a model says that its parts do not fit together, place by place."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

Place = tuple[str | int, ...]
"""Keys and list positions (from 0) from a model down to the part meant."""


class Finding(NamedTuple):
    """One thing that does not fit: where it stands below the model, and what to do about it."""

    place: Place
    message: str


class InconsistentError(ValueError):
    """Parts of a model that are fine alone and wrong together. Raised by validators, with every finding at once."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{written(f.place)}: {f.message}" for f in self.findings))


def refuse_if_any(findings: Iterable[Finding]) -> None:
    """Raises `InconsistentError` when there is at least one finding; the last line of a validator."""
    if found := tuple(findings):
        raise InconsistentError(found)


def written(place: Iterable[str | int]) -> str:
    """A place as people write it: `sections[2].fields[0].scale`; the whole is `(top)`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".") or "(top)"


def meant(word: str, allowed: Iterable[str]) -> str:
    """How a message about an unknown word ends: `; did you mean x? Allowed: x, y`."""
    names = list(allowed)
    listed = ", ".join(names) or "nothing"
    folded = {name.casefold(): name for name in names}
    near = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f"; did you mean `{folded[near[0]]}`? Allowed: {listed}" if near else f"; allowed: {listed}"
