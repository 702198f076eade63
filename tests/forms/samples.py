"""The smallest whole files of each kind."""

import struct
import zlib


def png(width: int = 1, height: int = 1) -> bytes:
    """One grey dot, whatever size it claims."""
    size = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", size), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def jpeg(width: int = 1, height: int = 1) -> bytes:
    """The segments of an image, from its size to its end."""
    segments = (
        (0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        (0xDB, bytes(65)),
        (0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"),
        (0xDA, b"\1\1\0\0\x3f\0"),
    )
    body = b"".join(bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data for marker, data in segments)
    return b"\xff\xd8" + body + b"\x12\x34" + b"\xff\xd9"


def pdf(padding: int = 0) -> bytes:
    """A PDF without pages; with `padding` bytes of nothing in it."""
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n" + b"%" * padding + b"\n"
    return body + f"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n".encode()
