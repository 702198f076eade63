"""Files that are thrown: directory and catalogue files with odd bytes in odd places."""

import io
import zipfile
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from tests.fuzz.inputs import Thrown

TODAY = date(2027, 6, 1)
"""The day that ages and ended roles of the sample are reckoned at."""
CATALOG = Path(__file__).resolve().parents[2] / "catalog"
SAMPLE = CATALOG / "examples" / "boston-summer"
TABLES = tuple(SAMPLE / f"{kind}.csv" for kind in ("employers", "opportunities", "calendars"))
ROSTER = tuple(sorted((SAMPLE / "oneroster").glob("*.csv")))
FOLDERS = ("programs", "forms", "rules")
YAML = tuple(path for folder in FOLDERS for path in sorted((CATALOG / folder).rglob("*.yaml")))
RETENTION = CATALOG / "retention.yaml"
WRONG = (
    *(
        "\0",
        "\ufeff",
        "\n",
        '"',
        '"""',
        ",",
        ";",
        "\t",
        "\r",
        ": ",
        "- ",
        "&a *a",
        "*a",
        "{",
        "[",
        "|\n",
        "!!",
        "!!python",
    ),
    *("9" * 400, "é", "=cmd()", "\u202e", "1e999", "2027-02-30", "0000-00-00", "yes", "null", "%", "? ", "<<: *a"),
)

_edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(WRONG) | st.text(max_size=8)), max_size=4
)
_Edits = list[tuple[float, int, str]]


def edited(text: str, edits: _Edits) -> bytes:
    """The text with pieces replaced: where (0 to 1), how much, and what stands there instead."""
    for where, length, put in edits:
        at = int(where * len(text))
        text = text[:at] + put + text[at + length :]
    return text.encode(errors="surrogatepass")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def zipped(members: dict[str, bytes], spoilt: list[tuple[float, int]]) -> bytes:
    """A zip file of these, with bytes of it changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    whole = bytearray(out.getvalue())
    for where, put in spoilt:
        whole[min(int(where * len(whole)), len(whole) - 1)] = put
    return bytes(whole)


def _roster(which: Path, edits: _Edits, left_out: Path | None, spoilt: list[tuple[float, int]]) -> bytes:
    members = {path.name: path.read_bytes() for path in ROSTER if path != left_out}
    return zipped({**members, which.name: edited(_read(which), edits)}, spoilt)


_spoilt = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=3)
rosters = st.builds(_roster, st.sampled_from(ROSTER), _edits, st.none() | st.sampled_from(ROSTER), _spoilt)
tables = st.builds(lambda path, edits: (path.stem, edited(_read(path), edits)), st.sampled_from(TABLES), _edits)
contents = st.one_of(
    st.just(b""),
    tables.map(lambda file: file[1]),
    rosters,
    st.binary(max_size=200),
    st.sampled_from([b"%PDF-1.4 scan", b"\x89PNG\r\n\x1a\n" + b"0" * 90, b"\xff\xd8\xff\xe0" + b"1" * 90, b"GIF89a"]),
)
"""What somebody chooses to upload, whatever was asked for."""

csv_files = st.one_of(
    tables.map(lambda file: Thrown("csv", file[0], f"{file[0]}.csv", file[1])),
    tables.map(lambda file: Thrown("csv", file[0], f"{file[0]}.csv", file[1])),
    rosters.map(lambda content: Thrown("csv", "oneroster", "oneroster.zip", content)),
)
"""Files of the directory: `name` is their kind."""

yaml_files = st.builds(
    lambda path, edits: Thrown("yaml", _kind(path), path.name, edited(_read(path), edits)),
    st.sampled_from([*YAML, RETENTION]),
    _edits,
)
"""Files of the catalogue: `name` is their folder."""


def _kind(path: Path) -> str:
    return path.relative_to(CATALOG).parts[0].partition(".")[0]
