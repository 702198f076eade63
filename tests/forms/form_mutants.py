"""Form files with something broken in them, made from shipped ones by rules; the same every time."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

from yaml12 import format_yaml, parse_yaml

from catalog.form_catalog import FOLDER

Place = tuple[str | int, ...]
BROKEN = ("final-hours", "hours-approval", "partial-evaluation", "permit-return")
SHIPPED = {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.yaml")) if path.name.startswith(BROKEN)}
OF_EACH = 6
"""How many mutants of each rule are made."""

OPTIONAL = frozenset({"help", "note", "document", "when", "required_when", "required", "ends", "unit", "roles"})
"""Keys that may be left out, and then the form asks something else."""


class Mutant(NamedTuple):
    """`place` is where the file was broken, as far as that can be told."""

    rule: str
    file: str
    place: Place | None
    make: Callable[[], bytes]

    @property
    def name(self) -> str:
        """What a test report shows."""
        where = ".".join(map(str, self.place)) if self.place else "file"
        return f"{self.rule} {self.file.removesuffix('.yaml')} {where}"


def mutants() -> list[Mutant]:
    """All of them: some of each rule, over all files and all their places."""
    found: list[Mutant] = []
    for rule in RULES:
        made = [one for file in SHIPPED for one in rule(file)]
        found += Random(rule.__name__).sample(made, min(OF_EACH, len(made)))  # noqa: S311 - a choice of tests
    return found


def _tree(file: str) -> Any:
    return parse_yaml(SHIPPED[file].decode())


def _written(tree: Any) -> bytes:
    return format_yaml(tree).encode()


PLACES: dict[str, list[tuple[Place, Any]]] = {}


def _places(file: str) -> list[tuple[Place, Any]]:
    """Every value of a file with its place."""

    def walk(node: Any, at: Place) -> Iterator[tuple[Place, Any]]:
        parts: Any = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, value in parts:
            yield (*at, key), value
            yield from walk(value, (*at, key))

    if file not in PLACES:
        PLACES[file] = list(walk(_tree(file), ()))
    return PLACES[file]


def _changed(rule: str, file: str, place: Place, change: Callable[[Any, Any], object]) -> Mutant:
    def make() -> bytes:
        holder = tree = _tree(file)
        for part in place[:-1]:
            holder = holder[part]
        change(holder, place[-1])
        return _written(tree)

    return Mutant(rule, file, place, make)


def _put(rule: str, file: str, place: Place, value: Any) -> Mutant:
    return _changed(rule, file, place, lambda holder, key: holder.__setitem__(key, value))


def _worded(place: Place) -> bool:
    return place[-1] in {"en", "es"}


def a_language_left_out(file: str) -> Iterator[Mutant]:
    for place, _ in _places(file):
        if _worded(place):
            yield _changed("left out", file, place, lambda holder, key: holder.__delitem__(key))


def one_language_twice(file: str) -> Iterator[Mutant]:
    for place, text in _places(file):
        if place[-1] == "en" and " " in text:
            yield _put("untranslated", file, (*place[:-1], "es"), text)


def a_key_misspelt(file: str) -> Iterator[Mutant]:
    for place, _ in _places(file):
        if isinstance(key := place[-1], str) and "scales" not in place[:1]:
            new = f"{key[:-1]}qx"
            yield _changed(
                "misspelt",
                file,
                (*place[:-1], new),
                lambda holder, to, old=key: holder.__setitem__(to, holder.pop(old)),
            )


def a_key_left_out(file: str) -> Iterator[Mutant]:
    needed = {
        "id",
        "version",
        "title",
        "why",
        "minutes",
        "source",
        "sections",
        "send",
        "after",
        "name",
        "kind",
        "label",
    }
    for place, _ in _places(file):
        if place[-1] in needed:
            yield _changed("left out", file, place, lambda holder, key: holder.__delitem__(key))


def a_word_nobody_knows(file: str) -> Iterator[Mutant]:
    for place, value in _places(file):
        if place[-1] in {"kind", "scale", "field", "ends", "decision", "repeat"} and isinstance(value, str):
            yield _put("unknown word", file, place, f"{value}zz")
        if len(place) > 1 and place[-2] in {"excluded_raters", "shows"}:
            yield _put("unknown word", file, place, "grandmother")


def an_answer_nobody_gives(file: str) -> Iterator[Mutant]:
    for place, _ in _places(file):
        if place[-1] == "is":
            for value in ("perhaps", 99, True):
                yield _put("unknown answer", file, place, value)


def a_name_nobody_has(file: str) -> Iterator[Mutant]:
    for place, value in _places(file):
        if _worded(place) and isinstance(value, str):
            yield _put("unknown placeholder", file, place, f"{value} {{lerner}}")


def a_field_twice(file: str) -> Iterator[Mutant]:
    for place, value in _places(file):
        if place[-1] == "fields" and value:
            yield _put("field twice", file, place, [*value, value[-1]])


def another_type(file: str) -> Iterator[Mutant]:
    for place, value in _places(file):
        for other in (None, 7, True, ["x"], {"x": "y"}):
            if type(other) is not type(value) and place[-1] not in OPTIONAL and place[-1] != "is":
                yield _put("another type", file, place, other)


def limits_the_wrong_way(file: str) -> Iterator[Mutant]:
    for place, value in _places(file):
        if place[-1] == "max":
            yield _put("limits", file, place, -value - 1)
        if place[-1] == "minutes":
            yield _put("limits", file, place, 0)
        if place[-1] in {"earliest", "latest"}:
            yield _put("limits", file, place, "someday")
        if place[-1] == "levels":
            yield _put("levels", file, place, value[::-1])


def nobody_may_answer(file: str) -> Iterator[Mutant]:
    for at, section in enumerate(_tree(file)["sections"]):
        if "roles" not in section:
            yield _excluded(file, at)


def _excluded(file: str, at: int) -> Mutant:
    """A section only for somebody who may not answer at all."""

    def make() -> bytes:
        tree = _tree(file)
        tree["excluded_raters"] = ["guardian"]
        tree.pop("decision", None)
        tree.pop("after_decision", None)
        tree["sections"][at]["roles"] = ["guardian"]
        return _written(tree)

    return Mutant("excluded", file, ("sections", at, "roles"), make)


def junk(file: str) -> Iterator[Mutant]:
    text = SHIPPED[file]
    wrong = (
        b"",
        b"\x00\x01",
        text + b"\xff\xfe",
        text.replace(b"sections:", b"sections: [", 1),
        b"- " + text,
        b"a: &a [*a]\n",
    )
    for number, content in enumerate(wrong):
        yield Mutant(f"junk {number}", file, None, lambda content=content: content)


RULES: tuple[Callable[[str], Iterator[Mutant]], ...] = (
    a_language_left_out,
    one_language_twice,
    a_key_misspelt,
    a_key_left_out,
    a_word_nobody_knows,
    an_answer_nobody_gives,
    a_name_nobody_has,
    a_field_twice,
    another_type,
    limits_the_wrong_way,
    nobody_may_answer,
    junk,
)
