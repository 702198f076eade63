"""Files as the command line reads them: what is wrong with one is said in words, and never by a traceback."""

import asyncio
import io
import traceback
from collections import Counter
from contextlib import redirect_stdout, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from catalog.retention_catalog import retention
from catalog.yaml_check import CatalogError
from cli import forms, programs, rules
from cli.errors import UserError
from cli.import_run import import_kind
from cli.preview import preview
from gateway.imports.sources import NotZippedError, unzipped
from tests.fuzz.files import TODAY
from tests.fuzz.inputs import Thrown

READ = ("csv", "yaml")
"""The kinds of inputs that are files."""


def read(files: list[Thrown], database_url: str) -> tuple[Counter[str], list[str]]:
    """Read each from a folder of its own, one in three for good; gives what came of them, and what met a fault."""
    answers: Counter[str] = Counter()
    wrong: list[str] = []
    with TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):
        for number, one in enumerate(files):
            place = Path(folder) / str(number)
            place.mkdir()
            try:
                if one.to == "yaml":
                    _read_yaml(one, place)
                else:
                    asyncio.run(_read_table(one, place, database_url, dry_run=number % 3 != 0))
            except (UserError, CatalogError, NotZippedError):
                answers[f"{one.to} refused"] += 1
            except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
                answers[f"{one.to} none"] += 1
                wrong.append(f"{one.told}\n{traceback.format_exc(limit=-4)}")
            else:
                answers[f"{one.to} taken"] += 1
    return answers, wrong


def _read_yaml(one: Thrown, folder: Path) -> None:
    path = folder / one.where
    path.write_bytes(one.body)
    if one.name == "programs":
        programs.check(path)
        preview(path)
    elif one.name == "forms":
        forms.check(path)
    elif one.name == "rules":
        rules.check(path)
    else:
        retention(path)


async def _read_table(one: Thrown, folder: Path, database_url: str, *, dry_run: bool) -> None:
    path, kind = folder / one.where, one.name
    if kind == "oneroster":
        path = folder / "oneroster"
        path.mkdir()
        for name, content in (unzipped(one.where, one.body).members or {}).items():
            with suppress(OSError, ValueError):
                (path / Path(name).name).write_bytes(content)
    else:
        path.write_bytes(one.body)
    told: Any = kind
    await import_kind(told, path, database_url=database_url, today=TODAY, dry_run=dry_run)
