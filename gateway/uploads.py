"""Forms that carry files: reading them up to a limit, and keeping each that is what it must be.

A file is kept as soon as it has come, so that it outlives the page on which answers are checked; its id is the answer.
"""

from collections.abc import AsyncGenerator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from fastapi import Request
from starlette.formparsers import MultiPartException, MultiPartParser

from gateway.bodies import read_body
from gateway.links import OpenedLink
from lifecycle.files import kind_of
from lifecycle.form_layout import AskedField, asked_fields
from lifecycle.forms import Unfit
from records import files
from records.pool import Connection
from schemas.form_fields import MAX_FILE_BYTES, FileField

FILES_TYPE = "multipart/form-data"
MAX_READ = 12 * 1024 * 1024
"""So much of one file is read, so that a photograph that is too large is told as such beside its question."""

MAX_FILES = 4


class Sent(NamedTuple):
    """What a form brought: values by name of control; the files chosen and what they were called, by the same names."""

    raw: dict[str, str]
    files: dict[str, bytes]
    called: Mapping[str, str] = MappingProxyType({})


class _InMemory(MultiPartParser):
    """Nothing of what people send is written to a disk on the way."""

    spool_max_size = (MAX_FILES + 1) * MAX_READ


async def read_form(request: Request, *, most: int, fields: int, file_fields: int) -> Sent:
    """A form with at most `file_fields` files and `most` bytes of everything else.

    Raises ProblemError (413) when it is larger, ValueError when it cannot be read.
    """
    body = await read_body(request, most + min(file_fields, MAX_FILES) * MAX_READ)

    async def stream() -> AsyncGenerator[bytes]:
        yield body

    parser = _InMemory(request.headers, stream(), max_files=MAX_FILES, max_fields=fields, max_part_size=most)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        raise ValueError("not a form") from error
    called: dict[str, str] = {}
    sent = Sent({}, {}, called)
    for name, value in form.multi_items():
        if isinstance(value, str):
            sent.raw[name] = value.replace("\0", "")
        elif content := await value.read():
            sent.files[name] = content
            called[name] = value.filename or ""
    await form.close()
    return sent


def file_fields(opened: OpenedLink) -> tuple[AskedField, ...]:
    """The questions of a form that ask for a file."""
    return tuple(asked for asked in asked_fields(opened.form, opened.context) if isinstance(asked.field, FileField))


async def settled(
    conn: Connection, opened: OpenedLink, raw: Mapping[str, str], chosen: Mapping[str, bytes]
) -> dict[str, str | Unfit]:
    """The raw answers with each file's id in its place, or why it cannot be kept.

    A link that can no longer be answered keeps nothing, and knows a file that was sent through it before. An id that
    this person has not got for a file is no answer.
    """
    answers: dict[str, str | Unfit] = dict(raw)
    asked = [one.name for one in file_fields(opened)]
    if not asked:
        return answers
    person_id = opened.link.person_id
    ids = {name: raw.get(name, "") for name in asked}
    if opened.gone is not None:
        sent = {name: content for name, content in chosen.items() if name in ids}
        ids |= {name: files.id_of(opened.matter, person_id, name, content) for name, content in sent.items()}
    known = await files.known(conn, opened.matter, person_id, ids.values())
    for name in asked:
        content = chosen.get(name) if opened.gone is None else None
        if content is None:
            answers[name] = ids[name] if ids[name] in known else ""
        elif len(content) > MAX_FILE_BYTES:
            answers[name] = Unfit(code="file_too_large")
        elif (kind := kind_of(content)) is None:
            answers[name] = Unfit(code="file_unreadable")
        else:
            answers[name] = await files.save(conn, opened.matter, person_id, field=name, kind=kind, content=content)
    return answers
