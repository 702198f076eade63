"""The backup's file: whatever happened to it is noticed before anything is put back."""

import io
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.app import run
from cli.backup.bundle import MANIFEST, Manifest, measured, read_manifest, unpack, write_bundle
from cli.errors import UserError

PARTS = {"journeywork.dump": b"records " * 5000, "folder/api-key": b"key\n"}


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A backup that nothing happened to."""
    files: dict[str, Path] = {}
    for name, content in PARTS.items():
        files[name] = tmp_path / "parts" / name
        files[name].parent.mkdir(parents=True, exist_ok=True)
        files[name].write_bytes(content)
    manifest = Manifest(
        kind="embedded",
        at=datetime(2027, 7, 6, tzinfo=UTC),
        postgres="18.6",
        temporal="1.9.1",
        namespace="default",
        migrations=("0001_directory.sql",),
        lifecycles=3,
        parts={name: measured(path) for name, path in files.items()},
    )
    write_bundle(tmp_path / "whole.backup", manifest, files)
    return tmp_path / "whole.backup"


def test_what_was_written_is_read_again_and_only_its_owner_may(whole: Path, tmp_path: Path) -> None:
    unpack(whole, read_manifest(whole), tmp_path / "out")
    assert {name: (tmp_path / "out" / name).read_bytes() for name in PARTS} == PARTS
    assert whole.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_one_changed_byte_is_noticed(whole: Path, tmp_path: Path) -> None:
    raw = whole.read_bytes()
    whole.write_bytes(raw.replace(b"records records", b"records recordz", 1))
    with pytest.raises(UserError, match=r"is damaged: journeywork\.dump is not what was backed up"):
        unpack(whole, read_manifest(whole), tmp_path / "out")


@pytest.mark.parametrize("kept", [0.4, 0.7])
def test_a_file_that_breaks_off_is_noticed(whole: Path, tmp_path: Path, kept: float) -> None:
    raw = whole.read_bytes()
    whole.write_bytes(raw[: int(len(raw) * kept)])
    with pytest.raises(UserError, match="is damaged"):
        unpack(whole, read_manifest(whole), tmp_path / "out")


@pytest.mark.parametrize("name", ["../outside", "/outside", "more"])
def test_what_the_manifest_does_not_name_is_never_written(whole: Path, tmp_path: Path, name: str) -> None:
    with tarfile.open(whole, "a") as tar:
        info = tarfile.TarInfo(name)
        info.size = 4
        tar.addfile(info, io.BytesIO(b"evil"))
    with pytest.raises(UserError, match="which its manifest does not"):
        unpack(whole, read_manifest(whole), tmp_path / "out")
    assert not (tmp_path / "outside").exists()


def _with_manifest(path: Path, manifest: Manifest) -> Path:
    raw = manifest.model_dump_json().encode()
    with tarfile.open(path, "w") as tar:
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(raw)
        tar.addfile(info, io.BytesIO(raw))
    return path


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": 2}, "is a backup of format 2; this release reads format 1."),
        ({"migrations": ("9999_later.sql",)}, "was made by a later release: it has 9999_later.sql."),
        ({"postgres": "19.1"}, "was made with Postgres 19.1; this release has 18"),
        ({"temporal": "1.99.0"}, "was made with Temporal 1.99.0; this release has 1."),
        ({"kind": "servers"}, "is of a stack on servers. Name the databases to fill with DATABASE_URL,"),
    ],
)
def test_what_this_release_cannot_put_back_is_refused_with_the_reason_and_makes_no_folder(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, object], says: str
) -> None:
    other = _with_manifest(tmp_path / "other.backup", read_manifest(whole).changed(**change))
    assert run(["restore", str(other), "--data", str(tmp_path / "data")]) == 2
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("content", [b"", b"something else" * 1000])
def test_a_foreign_file_is_named_as_such(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    foreign = tmp_path / "foreign"
    foreign.write_bytes(content)
    assert run(["restore", str(foreign), "--data", str(tmp_path / "data")]) == 2
    assert capsys.readouterr().err == f"journeywork: {foreign} is not a backup of Journeywork.\n"
    assert not (tmp_path / "data").exists()


def test_a_folder_without_a_stack_cannot_be_backed_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["backup", str(tmp_path / "x.backup"), "--data", str(tmp_path / "empty")]) == 2
    assert "holds no embedded Postgres and Temporal to back up" in capsys.readouterr().err
