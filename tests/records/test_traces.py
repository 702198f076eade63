"""Traces of a person in what somebody uploaded."""

import io
import zipfile

from records.traces import Traces


def test_a_file_that_only_looks_like_a_zip_file_is_searched_as_it_is() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("users.csv", "sourcedId\n" * 40)
    head, name, data = packed.getvalue().partition(b"users.csv")
    traces = Traces(id="lrn-1", full="Maria Perez", names="Maria|Perez")

    spoilt = head + name + b"\xff" * 4 + data[4:]

    assert not traces.in_bytes(spoilt)
    assert traces.in_bytes(spoilt + b" Maria Perez ")
