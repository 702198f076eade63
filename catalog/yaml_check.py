"""Reads a catalogue file: YAML 1.2 in, a checked model out, or every problem with its file, line, path and remedy.

A file that somebody hands us is read by ruamel, which keeps line numbers, sees a key that stands twice and bears any
depth. A file that the product ships went through that in the tests, so it is read by yaml12, which is some seventy
times as fast (docs/adr/0017).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from yaml12 import parse_yaml

from catalog.yaml_words import worded
from schemas.checks import InconsistentError, Place, written

M = TypeVar("M", bound=BaseModel)

MAX_BYTES = 1_000_000
MAX_VALUES = 100_000
MAX_DEPTH = 40


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a catalogue file.

    `line` counts from 1; 0 means the file as a whole. `path` is written as `sections[2].fields[0].scale`.
    """

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        """One line: `file:line: path: what is wrong and what is allowed`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class CatalogError(Exception):
    """A catalogue file that cannot be used; `str()` is one line for each problem."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        """One line for each problem."""
        return "\n".join(str(problem) for problem in self.problems)


class _Constructor(RoundTripConstructor):
    """Leaves dates as text, as YAML 1.2 does; the model reads them, and can say where a wrong one stands."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_scalar)


def load_shipped(path: Path, model: type[M]) -> M:
    """The model that a file of the product's own describes.

    Raises:
        CatalogError: as in `load_checked`.
    """
    try:
        return model.model_validate(parse_yaml(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return load_checked(path, model)


def load_checked(path: Path, model: type[M]) -> M:
    """The model a YAML file describes.

    Raises:
        CatalogError: the file cannot be read, is not YAML 1.2, or does not fit the model; holds every problem found.
    """
    name = str(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CatalogError((Problem(name, 0, "", f"is larger than {MAX_BYTES:,} bytes"),))
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CatalogError((Problem(name, 0, "", f"cannot be read: {error.strerror or error}"),)) from None
    except UnicodeDecodeError as error:
        raise CatalogError((Problem(name, 0, "", f"is not UTF-8 text (byte {error.start + 1})"),)) from None
    return parse_checked(text, name, model)


def parse_checked(text: str, name: str, model: type[M]) -> M:
    """The model that YAML text describes; `name` stands for the file in messages.

    Raises:
        CatalogError: as in `load_checked`.
    """
    tree = _parsed(text, name)
    try:
        return model.model_validate(_plain(tree, name))
    except ValidationError as error:
        problems = _problems(error, tree, name, model)
    raise CatalogError(problems)


def _parsed(text: str, name: str) -> Any:
    """The document with its line numbers kept (ruamel's round-trip tree)."""
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = _Constructor
    try:
        tree = yaml.load(text)
    except DuplicateKeyError as error:
        line, problem = _mark(error)
        key = problem.partition('"')[2].partition('"')[0]
        raise CatalogError((Problem(name, line, key, f"`{key}` stands here twice; keep one"),)) from None
    except MarkedYAMLError as error:
        line, problem = _mark(error)
        raise CatalogError((Problem(name, line, "", f"is not YAML: {problem}"),)) from None
    except (YAMLError, ValueError) as error:
        summary = " ".join(str(error).split())[:200]
        raise CatalogError((Problem(name, 0, "", f"is not YAML: {summary}"),)) from None
    except RecursionError:
        raise CatalogError((Problem(name, 0, "", "is nested too deeply"),)) from None
    if not isinstance(tree, dict):
        found = "nothing" if tree is None else "no `key: value` lines at its top level"
        raise CatalogError((Problem(name, 1, "", f"holds {found}"),))
    return cast("Any", tree)


def _mark(error: Any) -> tuple[int, str]:
    """The line (from 1) and the words of a YAML error; ruamel leaves both untyped."""
    mark = error.problem_mark or error.context_mark
    words = " ".join(str(part) for part in (error.context, error.problem) if part)
    return (int(mark.line) + 1, f"{words} (column {mark.column + 1})") if mark else (0, words)


def _plain(tree: Any, name: str) -> Any:
    """The tree in plain dicts and lists; refuses what aliases blow up or make endless."""
    seen = 0

    def copy(node: Any, depth: int) -> Any:
        nonlocal seen
        seen += 1
        if depth > MAX_DEPTH or seen > MAX_VALUES:
            raise CatalogError((Problem(name, 0, "", "is nested too deeply or repeats itself through aliases"),))
        if isinstance(node, dict):
            return {key: copy(value, depth + 1) for key, value in cast("dict[Any, Any]", node).items()}
        if isinstance(node, list):
            return [copy(value, depth + 1) for value in cast("list[Any]", node)]
        return node

    return copy(tree, 0)


def _problems(error: ValidationError, tree: Any, name: str, model: type[BaseModel]) -> tuple[Problem, ...]:
    """Every validation error, placed and worded, in the order of the file."""
    schema = _schema(model)
    found: dict[Problem, None] = {}
    details = error.errors(include_url=False)
    for detail in details:
        if detail["type"] == "too_short" and any(_below(other["loc"], detail["loc"]) for other in details):
            continue
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, InconsistentError):
            for finding in cause.findings:
                path, line = _place(tree, (*detail["loc"], *finding.place), missing=False)
                found[Problem(name, line, written(path), finding.message)] = None
            continue
        path, line = _place(tree, detail["loc"], missing=detail["type"] == "missing")
        found[Problem(name, line, written(path), worded(detail, schema))] = None
    return tuple(sorted(found, key=lambda problem: problem.line))


def _below(place: Place, other: Place) -> bool:
    """Whether a place is inside another; a wrong part is not counted, which alone makes a list look too short."""
    return len(place) > len(other) and place[: len(other)] == other


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _place(tree: Any, loc: Place, *, missing: bool) -> tuple[Place, int]:
    """The path as it stands in the file (without pydantic's union tags) and its line, from 1."""
    node, line = tree, 1
    path: list[str | int] = []
    for position, part in enumerate(loc):
        try:
            line = _line(node, part)
            node = node[part]
        except (KeyError, IndexError, TypeError, AttributeError):
            if missing and position == len(loc) - 1:
                path.append(part)
            continue
        path.append(part)
    return tuple(path), line


def _line(node: Any, part: str | int) -> int:
    """The line, from 1, of a key or list position in ruamel's tree."""
    position = node.lc.item(part) if isinstance(part, int) else node.lc.key(part)
    return int(position[0]) + 1
