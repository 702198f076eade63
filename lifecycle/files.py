"""What a file is, told by its content alone: never by its name or by what somebody says it is."""

import struct
import zlib

from schemas.form_fields import FileKind

MAX_SIDE = 20_000
"""Pixels; an image that claims more is no photograph of a paper."""

_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG segments that tell an image's size."""

_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers of JPEG without a length."""


def kind_of(content: bytes) -> FileKind | None:
    """The kind of a whole file; None for anything else, however it begins, and for one that is cut short."""
    if _is_pdf(content):
        return "pdf"
    if _is_png(content):
        return "png"
    return "jpeg" if _is_jpeg(content) else None


def _is_pdf(content: bytes) -> bool:
    """Whether it begins with a version and ends with the place of a table of its objects."""
    if not content.startswith((b"%PDF-1.", b"%PDF-2.")):
        return False
    _, found, after = content[-1024:].rpartition(b"startxref")
    parts = after.split()
    if not found or len(parts) < 2 or not parts[0].isdigit() or not parts[1].startswith(b"%%EOF"):
        return False
    return 0 < int(parts[0][:12]) < len(content) and b" obj" in content


def _is_png(content: bytes) -> bool:
    """Whether every chunk is whole, from the image's size to its end."""
    if not content.startswith(_PNG):
        return False
    at, first, data = len(_PNG), True, False
    while at + 12 <= len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content) or struct.unpack_from(">I", content, end - 4)[0] != zlib.crc32(content[at + 4 : end - 4]):
            return False
        if first and (name != b"IHDR" or length != 13 or not _is_size(*struct.unpack_from(">II", content, at + 8))):
            return False
        if name == b"IEND":
            return data and end == len(content)
        at, first, data = end, False, data or name == b"IDAT"
    return False


def _is_jpeg(content: bytes) -> bool:
    """Whether its segments lead to an image of some size that has an end; cameras write more behind it."""
    if not content.startswith(b"\xff\xd8\xff"):
        return False
    at, sized = 2, False
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack_from(">H", content, at + 2)
        if length < 2 or at + 2 + length > len(content):
            return False
        if marker in _FRAMES:
            if length < 8:
                return False
            height, width = struct.unpack_from(">HH", content, at + 5)
            sized = _is_size(width, height)
        if marker == 0xDA:
            return sized and content.find(b"\xff\xd9", at + 2 + length) > 0
        at += 2 + length
    return False


def _is_size(width: int, height: int) -> bool:
    return 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE
