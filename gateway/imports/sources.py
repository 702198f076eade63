"""Where imported files come from: a folder, or what was sent to a page."""

import io
import zipfile
from dataclasses import dataclass, field
from typing import Protocol, Self

from schemas.zipped import SPOILT

MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes that a zip file may hold altogether."""

MOST_MEMBERS = 200


class Source(Protocol):
    """A file or a folder; `pathlib.Path` is one."""

    @property
    def name(self) -> str:
        """How it is called in messages."""
        ...

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        ...

    def read_bytes(self) -> bytes:
        """All of a file. Raises FileNotFoundError when there is none."""
        ...

    def __truediv__(self, name: str, /) -> Self:
        """What is called so in the folder."""
        ...


class NotZippedError(Exception):
    """No zip file, or one that holds too much."""


@dataclass(frozen=True)
class Held:
    """A file in memory, or (with `members`) a folder of such files."""

    name: str
    content: bytes | None = field(default=None, repr=False)
    members: dict[str, bytes] | None = field(default=None, repr=False)

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return self.members is not None

    def read_bytes(self) -> bytes:
        """All of a file. Raises FileNotFoundError when there is none."""
        if self.content is None:
            raise FileNotFoundError(self.name)
        return self.content

    def __truediv__(self, name: str) -> "Held":
        """What is called so in the folder."""
        return Held(name, (self.members or {}).get(name))


def unzipped(name: str, content: bytes) -> Held:
    """The CSV files of a zip file as one folder, whatever folder they are in there. Raises NotZippedError."""
    members: dict[str, bytes] = {}
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            for info in file.infolist()[:MOST_MEMBERS]:
                called = info.filename.replace("\\", "/").rpartition("/")[2]
                if not called.lower().endswith(".csv") or called.startswith("."):
                    continue
                with file.open(info) as member:
                    members[called.lower()] = member.read(left + 1)
                left -= len(members[called.lower()])
                if left < 0:
                    raise NotZippedError
    except SPOILT as error:
        raise NotZippedError from error
    return Held(name, members=members)
