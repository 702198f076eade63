"""The data folder: made private, locked by one stack at a time, secrets kept readable by the owner only."""

import fcntl
import os
import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from cli.errors import UserError


def make_folder(path: Path) -> Path:
    """Make `path` (0700) and return it absolute. Raises UserError when it is a file or cannot be written."""
    path = path.absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise UserError(f"{path} is not a folder. Move the file away, or name another folder with --data.") from None
    except OSError as error:
        raise UserError(f"cannot make {path}: {error.strerror}. Name another folder with --data.") from None
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise UserError(f"{path} cannot be written by this user. Name another folder with --data.")
    return path


@contextmanager
def locked(folder: Path) -> Generator[None]:
    """Hold the folder's lock; a second holder gets a UserError that names the first one's process id."""
    path = folder / "lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UserError(f"cannot open {path}: {error.strerror}. Name another folder with --data.") from None
    with os.fdopen(descriptor, "r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = lock.read().strip() or "unknown"
            raise UserError(
                f"{folder} is in use by a running stack (process {holder}). "
                "Stop that one, or name another folder with --data."
            ) from None
        lock.truncate()
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def is_locked(folder: Path) -> bool:
    """Whether a running process holds the folder's lock."""
    try:
        with (folder / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def write_private(path: Path, text: str) -> None:
    """Replace the file in one step; only its owner can read it."""
    new = path.with_name(path.name + ".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def kept_secret(path: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> tuple[str, bool]:
    """Read the secret kept in `path`, or make and keep it first. Returns it and whether it was just made."""
    try:
        if kept := path.read_text().strip():
            return kept, False
    except FileNotFoundError:
        pass
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}.") from None
    made = make()
    write_private(path, made + "\n")
    return made, True
