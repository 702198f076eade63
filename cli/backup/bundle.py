"""A backup's file: a tar with a manifest first, then the parts it names, each with its size and checksum."""

import hashlib
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import AwareDatetime, ValidationError

from cli.errors import UserError
from schemas.base import Frozen

MANIFEST = "manifest.json"
FORMAT = 1
CHUNK = 1 << 20  # bytes
LARGEST_MANIFEST = 64 << 20  # bytes; it names every caught mail


class Part(Frozen):
    """One file of the backup: its size in bytes and its SHA-256."""

    size: int
    sha256: str


class Manifest(Frozen):
    """What a backup holds. `parts` by name, with / between folders; `at` is the moment both stores are of.

    `kind`: of an embedded stack (Temporal's SQLite file, the folder's secrets and caught mail), or of servers
    (Temporal's two databases).
    """

    product: Literal["journeywork"] = "journeywork"
    format: int = FORMAT
    kind: Literal["embedded", "servers"]
    at: AwareDatetime
    postgres: str
    temporal: str
    namespace: str
    migrations: tuple[str, ...]
    lifecycles: int
    parts: dict[str, Part]


def measured(path: Path) -> Part:
    """A file's size and checksum."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Part(size=size, sha256=digest.hexdigest())


def write_bundle(target: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Write the backup in one step, readable by its owner only: it is whole, or it is not there."""
    new = target.with_name(target.name + ".part")
    try:
        new.touch(mode=0o600)
        with tarfile.open(new, "w") as tar:
            _add(tar, MANIFEST, manifest.model_dump_json(indent=1).encode())
            for name, path in files.items():
                info = tarfile.TarInfo(name)
                info.size, info.mode = manifest.parts[name].size, 0o600
                with path.open("rb") as file:
                    tar.addfile(info, file)
        new.replace(target)
    except OSError as error:
        raise UserError(f"cannot write {target}: {error.strerror}.") from None
    finally:
        new.unlink(missing_ok=True)


def read_manifest(path: Path) -> Manifest:
    """What a backup's file says it holds. Raises UserError when it is no backup, or one of a later release."""
    try:
        with tarfile.open(path, "r:") as tar:
            first = tar.next()
            file = tar.extractfile(first) if first and first.name == MANIFEST else None
            raw = file.read(LARGEST_MANIFEST) if file else b""
    except FileNotFoundError:
        raise UserError(f"there is no file {path}.") from None
    except (tarfile.TarError, EOFError):
        raise UserError(f"{path} is not a backup of Journeywork.") from None
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}.") from None
    try:
        manifest = Manifest.model_validate_json(raw)
    except ValidationError as error:
        late = any(one["loc"] == ("format",) for one in error.errors())
        raise UserError(f"{path} is not a backup of Journeywork{' that this release knows' if late else ''}.") from None
    if manifest.format != FORMAT:
        raise UserError(f"{path} is a backup of format {manifest.format}; this release reads format {FORMAT}.")
    return manifest


def unpack(path: Path, manifest: Manifest, folder: Path) -> None:
    """Write every part below `folder`, checked. Raises UserError when one is missing, foreign or not as it was."""
    missing = set(manifest.parts)
    try:
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                if member.name == MANIFEST:
                    continue
                part = manifest.parts.get(member.name)
                source = tar.extractfile(member) if part and member.isreg() and _is_plain(member.name) else None
                if part is None or source is None:
                    raise UserError(f"{path} holds {member.name!r}, which its manifest does not; it was tampered with.")
                target = folder / member.name
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with target.open("wb") as file:
                    while chunk := source.read(CHUNK):
                        file.write(chunk)
                target.chmod(0o600)
                if measured(target) != part:
                    raise UserError(f"{path} is damaged: {member.name} is not what was backed up.")
                missing.discard(member.name)
    except (tarfile.TarError, EOFError):
        raise UserError(f"{path} is damaged: it ends or breaks off in the middle.") from None
    except OSError as error:
        raise UserError(f"cannot write in {folder}: {error.strerror}.") from None
    if missing:
        raise UserError(f"{path} is damaged: {min(missing)} is missing.")


def _is_plain(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and path.as_posix() == name


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))
