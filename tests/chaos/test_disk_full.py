"""A full disk below Postgres: nothing is acknowledged that was not kept, callers are put off, and it heals."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.stack.ports import free_port
from cli.stack.postgres import postgres
from records.health import PostgresAwayError, borrow
from records.migrate import migrate
from records.pool import Pool, open_pool

ROW = "insert into filled values ($1, (select string_agg(md5(random()::text), '') from generate_series(1, 300)))"
SIZE = 96  # MB, of which a new cluster takes some sixty


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own, made in a file."""
    if os.environ.get("JOURNEYWORK_TRIALS") != "on":
        pytest.skip("a full disk is tried with JOURNEYWORK_TRIALS=on")
    if os.geteuid() != 0:
        pytest.skip("only root can mount an image")
    image, folder = tmp_path / "image", tmp_path / "disk"
    folder.mkdir()
    image.touch()
    os.truncate(image, SIZE << 20)
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", image], check=True, capture_output=True)
    if subprocess.run(["mount", "-o", "loop", image, folder], check=False, capture_output=True).returncode:
        pytest.skip("this machine mounts no images")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


async def test_on_a_full_disk_writers_are_put_off_and_what_was_kept_is_there_once_there_is_room(
    small_disk: Path,
) -> None:
    async with postgres(small_disk / "pg", free_port()) as url:
        await migrate(url)
        async with open_pool(url, size=2) as pool:
            await _run(pool, "create table filled (n integer primary key, t text)")
            filler = small_disk / "filler"
            with filler.open("wb") as file:
                free = os.statvfs(small_disk)
                file.write(b"\0" * max(free.f_bavail * free.f_frsize - (4 << 20), 0))
            kept: list[int] = []
            with pytest.raises(PostgresAwayError):
                await _fill(pool, kept)
            assert kept
            filler.unlink()
            there = await _once_back(pool)
            assert set(kept) <= there
            assert len(there) <= len(kept) + 1, "more is there than was sent"
            await _run(pool, ROW, -1)


async def _once_back(pool: Pool) -> set[int]:
    """What is kept, once the server has recovered: a disk that is too full for its log stops it."""
    async with asyncio.timeout(30):
        while True:
            try:
                async with borrow(pool) as conn:
                    return {row["n"] for row in await conn.fetch("select n from filled")}
            except PostgresAwayError:
                await asyncio.sleep(0.2)


async def _fill(pool: Pool, kept: list[int]) -> None:
    """Insert until it is refused; what was acknowledged is in `kept`."""
    for number in range(4000):
        await _run(pool, ROW, number)
        kept.append(number)


async def _run(pool: Pool, statement: str, *values: int) -> None:
    async with borrow(pool) as conn:
        await conn.execute(statement, *values)
