"""manifest.csv of a OneRoster delivery: whether it says everything or only what changed, and which files it has."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from gateway.imports.csv_tables import Rows, read_rows
from gateway.imports.report import Findings, shown
from gateway.imports.sources import Source
from records.roster_kept import Mode
from schemas.roster import ManifestRow, RosterRow

NEEDED = ("orgs", "users", "roles", "demographics")
CLASSES = ("classes", "enrollments")
"""Files that a delivery may have or not; without them it says nothing about classes."""


@dataclass(frozen=True)
class Manifest:
    """How a delivery was made. `absent`: files that it does without; `source`: the code of the system."""

    mode: Mode = "bulk"
    absent: frozenset[str] = frozenset(CLASSES)
    source: str = ""


def read_manifest(folder: Source, findings: Findings, today: date) -> Manifest:
    """What manifest.csv says. Files of two kinds, and files that are missing from a bulk delivery, are findings."""
    manifest = read_rows(folder / "manifest.csv", ManifestRow, findings, today)
    said = {one.row.property_name: (one.number, one.row.value.strip()) for one in manifest}
    if not manifest.cells:
        return Manifest()
    number, version = said.get("oneroster.version", (None, ""))
    if version != "1.2":
        findings.add("manifest.csv", number, "value", f"oneroster.version is {shown(version)}; export OneRoster 1.2")
    modes = {name: said.get(f"file.{name}", (None, "")) for name in NEEDED}
    classes = {name: said.get(f"file.{name}", (None, "")) for name in CLASSES}
    told = {mode for _, mode in modes.values()} & {"bulk", "delta"}
    is_delta = (told or {mode for _, mode in classes.values()} & {"delta"}) == {"delta"}
    for name, (number, mode) in modes.items():
        if is_delta and mode not in {"delta", "absent"}:
            findings.add("manifest.csv", number, "value", _other_kind(name, mode, is_delta=True))
        elif not is_delta and mode != "bulk":
            text = f"file.{name} is {shown(mode)}; export {name}.csv in bulk"
            findings.add("manifest.csv", number, "value", text)
    without = {name for name, (_, mode) in modes.items() if is_delta and mode == "absent"}
    for name, (number, mode) in classes.items():
        if mode in {"", "absent"}:
            without.add(name)
        elif mode != ("delta" if is_delta else "bulk"):
            findings.add("manifest.csv", number, "value", _other_kind(name, mode, is_delta=is_delta))
    others = [name.removeprefix("file.") for name, (_, mode) in said.items() if name.startswith("file.") and mode]
    unread = [name for name in others if name not in (*NEEDED, *CLASSES) and said[f"file.{name}"][1] != "absent"]
    if unread:
        findings.notes.append(f"not needed and not read: {', '.join(f'{name}.csv' for name in unread)}")
    hidden = [f"{name}.csv" for name in (*NEEDED, *CLASSES) if name in without and _is_there(folder / f"{name}.csv")]
    if hidden:
        findings.notes.append(f"not read, manifest.csv says that there is none: {', '.join(hidden)}")
    return Manifest(
        mode="delta" if is_delta else "bulk",
        absent=frozenset(without),
        source=said.get("source.systemCode", (None, ""))[1],
    )


def check_changes(rows: Rows[RosterRow], findings: Findings) -> None:
    """What only a delta must say of each row: whether it is there or not, and since when it is so."""
    for cells in rows.cells:
        if not cells.get("status"):
            findings.add(rows.file, cells.number, "status", "is empty; in a delta write active or tobedeleted")
        value = cells.get("dateLastModified")
        if instant(value) is None:
            text = "is not an instant; in a delta write when the row changed, like 2027-06-01T14:05:00Z"
            findings.value(rows.file, cells.number, "dateLastModified", value, text)


def newest(*files: Rows[RosterRow]) -> datetime | None:
    """When the last of these rows changed; None: none says."""
    return max((at for rows in files for one in rows if (at := instant(one.row.modified))), default=None)


def check_order(newest_here: datetime | None, before: datetime | None, findings: Findings) -> None:
    """A delta that is older than one that was imported would bring back what has changed since."""
    if newest_here is not None and before is not None and newest_here < before:
        here, known = _written(newest_here), _written(before)
        text = (
            f"its newest dateLastModified is {here}, and changes up to {known} were imported; "
            "import deltas in the order in which they were made"
        )
        findings.add("manifest.csv", None, None, text)


def instant(text: str) -> datetime | None:
    """The instant that a cell tells, in UTC where it names no zone; None: it tells none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _other_kind(name: str, mode: str, *, is_delta: bool) -> str:
    text = f"file.{name} is {shown(mode)}; the other files are in bulk: write bulk or absent"
    if is_delta:
        text = f"file.{name} is {shown(mode)}; the other files are a delta: write delta or absent"
    return text


def _is_there(file: Source) -> bool:
    try:
        file.read_bytes()
    except OSError:
        return False
    return True


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
