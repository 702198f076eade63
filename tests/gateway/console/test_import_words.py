"""Whatever is found wrong with an imported file can be told in every language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.import_words import problem_in
from gateway.imports.report import rows_shown
from schemas.checks import meant
from schemas.form_fields import LANGUAGES, Language
from tests.cli.planted import PLANTED

ROOT = Path(__file__).resolve().parents[3]
SOURCES = (
    *sorted((ROOT / "gateway" / "imports").glob("*.py")),
    *(ROOT / "schemas" / f"{one}.py" for one in ("cells", "roster", "roster_classes")),
)
SAY = {"add": 3, "value": 4, "wrong": 1}
"""Which argument of these calls is a sentence."""

NAMED = {"text", "problem"}
"""Variables that hold one until it is noted down."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_an_import_is_said_in_every_language(language: Language) -> None:
    said = {one for path in SOURCES for one in sentences(ast.parse(path.read_text(encoding="utf-8")))}
    hints = [
        f"is not {what}{meant(word, ['primary', 'secondary'])}" for what in ("a status",) for word in ("x", "prim")
    ]

    assert len(said) > 50
    assert [one for one in (*said, *hints) if problem_in(language, one) is None] == []


def test_every_note_of_an_import_is_said_in_spanish() -> None:
    notes = ["left out, nothing here is asked of them", "no e-mail address; they cannot be asked by e-mail"]
    notes += ["under 18 without a guardian in agentSourcedIds; nobody can sign"]
    told = [f"users.csv {rows_shown(rows)}: {note}" for note in notes for rows in ([2], [2, 5], range(2, 20))]
    told += [f"opportunities.csv {rows_shown(rows)}: the last day has passed" for rows in ([2], range(2, 20))]
    unused = [
        "not of a class with metadata.workBasedLearning in classes.csv",
        "the person has no such role in roles.csv",
    ]
    unused += ["of a role other than student and teacher"]
    told += [f"enrollments.csv {rows_shown(n)}: read, not used; {a}" for a in unused for n in ([2], [2, 5], range(9))]
    told += ["classes without one teacher of record, so nobody is named for their students: c-1, c-2"]
    told += ["new work-based learning classes: c-1; earlier enrollments count with the next bulk roster"]
    told += ["not read, manifest.csv says that there is none: enrollments.csv"]
    told += ["not needed and not read: a.csv", "erased here, and left out: a; take them out of the export"]
    assert [one for one in told if problem_in("es", one) is None] == []
    assert (
        problem_in("es", told[2])
        == "users.csv, filas 2, 3, 4, 5, 6, 7, 8, 9 y 10 más: quedan fuera, aquí no se les pide nada"
    )


def test_a_sentence_takes_the_cell_and_the_figures_over() -> None:
    assert problem_in("es", '"a" b" is in row 8 already; keep one') is None
    told = problem_in("es", '"x" y" is in row 8 already; give each row an id of its own or take one of them out')
    assert told is not None
    assert told.startswith('"x" y" ya está en la fila 8;')
    assert problem_in("es", '"fr" is not a language Journeywork writes in; allowed: en, es') == (
        '"fr" no es un idioma en que escribe Journeywork; se admite: en, es'
    )
    assert all(problem_in("en", one.told) == one.told for one in PLANTED)


def sentences(tree: ast.Module) -> Iterator[str]:
    """What is written where a problem is noted down, with 7 for every figure."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = SAY.get(name)
            if place is not None and len(node.args) > place:
                yield from written(node.args[place])
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in NAMED:
            yield from written(node.value)


def written(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        parts = [one.value if isinstance(one, ast.Constant) else "7" for one in node.values]
        text = "".join(map(str, parts))
        if len(text) > 20 and "terms stand one after" not in text and not text.endswith("7"):
            yield text
