"""A file is what its content is, whole; whatever it is called."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.files import kind_of
from tests.forms.samples import jpeg, pdf, png


def test_a_whole_pdf_png_and_jpeg_are_told_by_their_content() -> None:
    assert [kind_of(made()) for made in (pdf, png, jpeg)] == ["pdf", "png", "jpeg"]


def test_what_cameras_and_scanners_write_at_the_end_does_no_harm() -> None:
    assert kind_of(jpeg() + b"SEFT\x00\x01") == "jpeg"
    assert kind_of(pdf() + b"\r\n") == "pdf"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"GIF89a" + bytes(20),
        b"PK\x03\x04" + bytes(100),
        b"MZ" + bytes(100),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7\n<script>",
        b"<html>" + pdf(),
        b"\x89PNG\r\n\x1a\n" + b"<html>" * 20,
        png() + b"<script>",
        png(width=0),
        png(width=60_000),
        png().replace(b"IHDR", b"IHDX"),
        png()[:-12],
        jpeg()[:-2],
        jpeg(width=0),
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\xff\xff" + bytes(10),
        "%PDF-1.7 é".encode("utf-16"),
    ],
)
def test_anything_else_is_refused_however_it_begins(content: bytes) -> None:
    assert kind_of(content) is None


def test_a_png_whose_bits_were_changed_is_refused() -> None:
    content = bytearray(png())
    content[-20] ^= 1
    assert kind_of(bytes(content)) is None


@given(made=st.sampled_from([pdf(), png(), jpeg()]), cut=st.integers(0, 200), more=st.binary(max_size=40))
def test_whatever_comes_is_told_apart_without_raising(made: bytes, cut: int, more: bytes) -> None:
    kind_of(more)
    kind_of(made[:cut] + more)
    kind_of(made[:cut] + more + made[cut:])


def test_a_jpeg_segment_that_lies_about_its_length_is_refused() -> None:
    assert kind_of(b"\xff\xd8\xff\xc0" + struct.pack(">H", 4) + b"\x08\x00" + jpeg()[2:]) is None
