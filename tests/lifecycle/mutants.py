"""Program files with something broken in them, made from the shipped ones by rules; the same every time."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from random import Random
from typing import Any, NamedTuple

from yaml12 import format_yaml, parse_yaml

from catalog.program_catalog import FOLDER
from schemas.asks import Ask, Calendar, LadderStep, Repeat, Signer
from schemas.base import Frozen
from schemas.offsets import Anchor, Moment
from schemas.programs import Notice, Program, Stage
from schemas.vocabulary import Role

Place = tuple[str | int, ...]
SHIPPED = {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.yaml"))}
OF_EACH = 6
"""How many mutants of each rule are made."""


class Mutant(NamedTuple):
    """`surely`: the rule alone makes the file wrong, so it must be refused; else it may still be a program.

    `place` is where it was broken, as far as that can be told.
    """

    rule: str
    file: str
    place: Place | None
    make: Callable[[], bytes]
    surely: bool = True

    @property
    def content(self) -> bytes:
        """What is in the file."""
        return self.make()

    @property
    def name(self) -> str:
        """What a test report shows."""
        where = ".".join(map(str, self.place)) if self.place else "file"
        return f"{self.rule} {self.file.removesuffix('.yaml')} {where}"


def mutants() -> list[Mutant]:
    """All of them: some of each rule, over all shipped files and all their places."""
    found: list[Mutant] = []
    for rule in RULES:
        made = [one for file in SHIPPED for one in rule(file)]
        found += Random(rule.__name__).sample(made, min(OF_EACH, len(made)))  # noqa: S311 - a choice of tests
    return found


# --- the tree -------------------------------------------------------------------------------------------------------


def _tree(file: str) -> Any:
    """A shipped file's plain parts, to be changed."""
    return deepcopy(_parsed(file))


@cache
def _parsed(file: str) -> Any:
    return parse_yaml(SHIPPED[file].decode())


def _written(tree: Any) -> bytes:
    return format_yaml(tree).encode()


def _places(tree: Any, at: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value with its place."""
    parts: Any = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in parts:
        yield (*at, key), value
        yield from _places(value, (*at, key))


def _changed(rule: str, file: str, place: Place, change: Callable[[Any, Any], object], *, surely: bool) -> Mutant:
    """The file after `change` was done to what holds the place, given that and the last key."""

    def make() -> bytes:
        holder = tree = _tree(file)
        for part in place[:-1]:
            holder = holder[part]
        change(holder, place[-1])
        return _written(tree)

    return Mutant(rule, file, place, make, surely)


def _put(rule: str, file: str, place: Place, value: Any, *, surely: bool) -> Mutant:
    def put(holder: Any, key: Any) -> None:
        holder[key] = value

    return _changed(rule, file, place, put, surely=surely)


def _model(place: Place) -> type[Frozen] | None:
    """The model whose key a place is."""
    keys = [part for part in place if isinstance(part, str)]
    holder: dict[tuple[str, ...], type[Frozen]] = {
        (): Program,
        ("calendar",): Calendar,
        ("notices",): Notice,
        ("stages",): Stage,
        ("stages", "asks"): Ask,
        ("stages", "asks", "of"): Signer,
        ("stages", "asks", "ladder"): LadderStep,
        ("stages", "asks", "repeat"): Repeat,
    }
    return holder.get(tuple(keys[:-1])) if isinstance(place[-1], str) else None


# --- the rules ------------------------------------------------------------------------------------------------------


def a_key_left_out(file: str) -> Iterator[Mutant]:
    """What is required must not be missing; what is not may be left out, and then its default holds."""
    for place, _ in _places(_tree(file)):
        model = _model(place)
        if model is not None:
            required = model.model_fields[str(place[-1])].is_required()
            yield _changed("left out", file, place, lambda holder, key: holder.__delitem__(key), surely=bool(required))


def a_key_misspelt(file: str) -> Iterator[Mutant]:
    for place, _ in _places(_tree(file)):
        if isinstance(key := place[-1], str):
            wrong = f"{key[:-1]}qx"
            yield _changed(
                "misspelt",
                file,
                (*place[:-1], wrong),
                lambda holder, new, old=key: _rename(holder, old, new),
                surely=True,
            )


def _rename(holder: Any, old: str, new: str) -> None:
    holder[new] = holder.pop(old)


WORDS = frozenset(
    {"kind", "then", "who", "of", "form", "continuum", "ceds_type", "when", "role", "on", "message", "program_kind"}
)


def a_word_nobody_knows(file: str) -> Iterator[Mutant]:
    for place, value in _places(_tree(file)):
        if place[-1] in WORDS and isinstance(value, str):
            yield _put("unknown word", file, place, f"{value[:-1]}zz", surely=True)


def another_anchor(file: str) -> Iterator[Mutant]:
    for place, moment in _moments(file):
        for anchor in Anchor:
            if anchor is not moment.anchor:
                yield _put("another anchor", file, place, moment.replace(moment.anchor, anchor), surely=False)


def a_step_before_its_opening(file: str) -> Iterator[Mutant]:
    for place, _ in _moments(file):
        if "ladder" in place:
            yield _put("too early", file, place, "opened - 9bd", surely=True)


def a_step_after_its_end(file: str) -> Iterator[Mutant]:
    for place, _ in _moments(file):
        if "ladder" in place:
            yield _put("too late", file, place, "due + 900d", surely=True)


def no_such_unit(file: str) -> Iterator[Mutant]:
    for place, moment in _moments(file):
        if moment.distance:
            yield _put("wrong unit", file, place, re.sub(r"[a-z]+$", "y", moment), surely=True)
            yield _put("no unit", file, place, re.sub(r"[a-z]+$", "", moment), surely=True)


def hours_for_days(file: str) -> Iterator[Mutant]:
    """An ask is counted in hours throughout, or not at all."""
    for place, moment in _moments(file):
        if moment.distance and "ladder" in place:
            other = "d" if moment.unit == "h" else "h"
            yield _put("other unit", file, place, re.sub(r"[a-z]+$", other, moment), surely=True)


def an_end_before_it_is_due(file: str) -> Iterator[Mutant]:
    for place, moment in _moments(file):
        if place[-1] == "close":
            yield _put("ends early", file, place, f"due - 40{moment.unit}", surely=True)


def another_role(file: str) -> Iterator[Mutant]:
    for place, value in _places(_tree(file)):
        if place[-1] in {"of", "who", "role"} and isinstance(value, str):
            for role in Role:
                if role != value:
                    yield _put("another role", file, place, role.value, surely=False)


def an_escalation_to_who_is_asked(file: str) -> Iterator[Mutant]:
    for place, value in _places(_tree(file)):
        if place[-1] == "of" and isinstance(value, str):
            step = {"at": "due", "then": "ask", "who": value}
            yield _put("cyclic escalation", file, (*place[:-1], "ladder"), [step], surely=True)


def stand_ins_in_a_circle(file: str) -> Iterator[Mutant]:
    for role in _tree(file).get("stand_ins", {}):
        circle = {role: "director", "director": role}
        yield _put("circle", file, ("stand_ins",), circle, surely=True)
        yield _put("own stand-in", file, ("stand_ins", role), role, surely=True)


def about_itself(file: str) -> Iterator[Mutant]:
    for place, value in _places(_tree(file)):
        if place[-1] == "id" and "asks" in place:
            yield _put("about itself", file, (*place[:-1], "given"), value, surely=True)
            yield _put("about nothing", file, (*place[:-1], "given"), "no_such_ask", surely=True)


def an_impossible_date(file: str) -> Iterator[Mutant]:
    for day in ("2027-02-30", "2027-13-01", "30.02.2027", "tomorrow", "", None, 20270230, "0000-00-00"):
        yield _put("impossible date", file, ("calendar", "holidays"), [day], surely=True)


def an_impossible_hour(file: str) -> Iterator[Mutant]:
    for key in ("asks_at", "due_at"):
        for hour in ("25:00", "9am", 900, "24:00", "12:60", None, ["09:00"]):
            yield _put("impossible hour", file, ("calendar", key), hour, surely=True)


def an_id_twice(file: str) -> Iterator[Mutant]:
    ids = [(place, value) for place, value in _places(_tree(file)) if place[-1] == "id" and len(place) > 1]
    for place, value in ids:
        for other, taken in ids:
            if other[0] == place[0] and len(other) == len(place) and other < place and value != taken:
                yield _put("id twice", file, place, taken, surely=True)


def below_nothing(file: str) -> Iterator[Mutant]:
    for place, value in _places(_tree(file)):
        if isinstance(value, int) and not isinstance(value, bool):
            for number in (-1, -30, 10**9, 1.5):
                yield _put("impossible number", file, place, number, surely=True)


def another_type(file: str) -> Iterator[Mutant]:
    """Text is not a list, a list is not text; a version without quotes is a number."""
    for place, value in _places(_tree(file)):
        for other in (None, 7, True, [], {}, [["x"]], {"x": "y"}, "x\n" * 3):
            if type(other) is not type(value) and not _fits_too(place, other):
                yield _put("another type", file, place, other, surely=True)


def _fits_too(place: Place, other: Any) -> bool:
    """Whether a key may be left empty, or takes this value as well as the one it has."""
    if place[-1] in {"ladder", "holidays", "stand_ins", "notices", "rules"} and other in ([], {}):
        return True
    model = _model(place)
    optional = model is not None and not model.model_fields[str(place[-1])].is_required()
    return (other is None and optional) or (place[-1] == "asks" and other == [])


def junk(file: str) -> Iterator[Mutant]:
    text = SHIPPED[file]
    wrong = (
        b"",
        b"\x00\x01\x02",
        text[: len(text) // 2] + b"\xff\xfe" + text[len(text) // 2 :],
        text.replace(b"stages:", b"stages: [", 1),
        text.replace(b"  ", b"\t"),
        text + b"\x00",
        b"PK\x03\x04" + text,
        text.replace(b":", b";"),
        b"- " + text,
        text + b"\nid: again\n",
        b"a: &a [*a]\n" + text,
        b"[" * 600,
        text.decode().encode("utf-16"),
        b"%PDF-1.7\n" + bytes(range(256)),
        b"id: !!python/object/apply:os.system ['true']\n",
    )
    for number, content in enumerate(wrong):
        yield Mutant(f"junk {number}", file, None, lambda content=content: content)


def _moments(file: str) -> Iterator[tuple[Place, Moment]]:
    for place, value in _places(_tree(file)):
        if place[-1] in {"at", "opens", "due", "close"}:
            yield place, Moment(value)


RULES: tuple[Callable[[str], Iterator[Mutant]], ...] = (
    a_key_left_out,
    a_key_misspelt,
    a_word_nobody_knows,
    another_anchor,
    a_step_before_its_opening,
    a_step_after_its_end,
    no_such_unit,
    hours_for_days,
    an_end_before_it_is_due,
    another_role,
    an_escalation_to_who_is_asked,
    stand_ins_in_a_circle,
    about_itself,
    an_impossible_date,
    an_impossible_hour,
    an_id_twice,
    below_nothing,
    another_type,
    junk,
)
