"""What is decided must be decided the same way again: nothing in these rooms may look at the machine it runs on."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("schemas", "lifecycle", "workflows")
"""No sandbox watches them: the worker runs without one."""
FORBIDDEN = frozenset(
    {
        "random",
        "secrets",
        "uuid",
        "time",
        "threading",
        "multiprocessing",
        "concurrent",
        "queue",
        "subprocess",
        "socket",
        "os",
        "platform",
        "sys",
        "pathlib",
        "io",
        "tempfile",
        "shutil",
        "glob",
        "urllib",
        "http",
        "logging",
        "gc",
        "signal",
        "ctypes",
        "contextvars",
    }
)
CLOCKS = frozenset({"now", "utcnow", "today"})
WAITS = frozenset(["as_completed", "open_connection", "run", "run_coroutine_threadsafe", "to_thread", "wait"])
"""Of asyncio, what ends in an order of its own or leaves the workflow's loop."""
OTHERS = frozenset({"open", "input", "print", "id", "hash", "globals", "exec", "eval", "__import__"})
"""Built-in functions whose answer depends on the process or on files."""
DRIVERS = frozenset(
    {"asyncpg", "aiosmtplib", "httpx2", "fastapi", "uvicorn", "jinja2", "structlog", "records", "activities"}
)


def impurities(source: str) -> Iterator[str]:
    """Every import or call of a module's text that may answer differently the next time."""
    tree = ast.parse(source)
    hashing = {
        inside
        for method in ast.walk(tree)
        if isinstance(method, ast.FunctionDef) and method.name == "__hash__"
        for inside in ast.walk(method)
    }
    for node in ast.walk(tree):
        if node in hashing:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in FORBIDDEN)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            if node.module.split(".")[0] in FORBIDDEN:
                yield node.module
        elif isinstance(node, ast.Call):
            yield from _called(node.func)


def _called(function: ast.expr) -> Iterator[str]:
    if isinstance(function, ast.Name) and function.id in OTHERS:
        yield function.id
    if isinstance(function, ast.Attribute) and function.attr in CLOCKS:
        of = ast.unparse(function.value)
        if of != "workflow":
            yield f"{of}.{function.attr}"
    if isinstance(function, ast.Attribute) and function.attr in WAITS and ast.unparse(function.value) == "asyncio":
        yield f"asyncio.{function.attr}"


@pytest.mark.parametrize("path", [path for room in ROOMS for path in sorted((ROOT / room).glob("**/*.py"))], ids=str)
def test_a_module_of_the_pure_rooms_asks_no_machine(path: Path) -> None:
    assert list(impurities(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "import os.path",
        "from uuid import uuid4",
        "from time import sleep",
        "import threading as t",
        "at = datetime.now(UTC)",
        "day = date.today()",
        "def f():\n    return datetime.datetime.utcnow()",
        "text = open('file').read()",
        "key = id(placement)",
        "key = hash('placement')",
        "import logging",
        "from pathlib import Path",
        "done, _ = await asyncio.wait(tasks)",
        "await asyncio.to_thread(work)",
    ],
)
def test_the_check_sees_what_it_is_for(source: str) -> None:
    assert list(impurities(source))


def test_workflow_time_is_no_machine_time() -> None:
    assert list(impurities("at = workflow.now()")) == []


def test_the_workflows_load_no_driver_and_no_room_that_has_one() -> None:
    told = "import sys, workflows.placement, workflows.opportunity; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {name.split(".")[0] for name in ran.stdout.split()} & DRIVERS == set()
