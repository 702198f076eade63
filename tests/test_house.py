"""The house rules that hold everywhere: style, arrows between rooms, sizes. `.ci/run` checks the types as well."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
ROOMS = ("schemas", "lifecycle", "catalog", "records", "workflows", "activities", "workers", "gateway", "cli")


@pytest.mark.parametrize(
    "words",
    [
        ("ruff", "check", "--quiet", "."),
        ("ruff", "format", "--check", "--quiet", "."),
        ("lint-imports",),
    ],
    ids=["ruff finds nothing", "the code is formatted", "arrows point one way"],
)
def test_the_house_is_in_order(words: tuple[str, ...]) -> None:
    program, *rest = words
    done = subprocess.run([BIN / program, *rest], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]


def test_modules_stay_small() -> None:
    long = [
        f"{path.relative_to(ROOT)} has {lines} lines"
        for folder, limit in (*((room, 300) for room in ROOMS), ("tests", 500), ("benchmarks", 300))
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > limit
    ]
    assert long == []


def test_only_records_has_sql() -> None:
    words = ("select ", "insert into ", "delete from ")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for room in ROOMS
        if room != "records"
        for path in sorted((ROOT / room).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if line.strip().strip('f"').lower().startswith(words)
    ]
    assert found == []


def test_nothing_committed_names_a_registry_or_a_machine() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    forbidden = ("pypi" + ".org", "files.python" + "hosted", "registry.npm" + "js", "/work" + "/")
    found = [
        f"{name}: {word}"
        for name in tracked
        if (ROOT / name).is_file()
        for word in forbidden
        if word.encode() in (ROOT / name).read_bytes()
    ]
    assert found == []
