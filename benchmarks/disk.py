"""How soon the disk says that something is on it: on some machines that is most of the slowest answers."""

import asyncio
import os
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

EVERY_SECONDS = 0.05
BLOCK = b"x" * 512


@asynccontextmanager
async def flushes(folder: Path) -> AsyncGenerator[list[float]]:
    """Write a block in the folder and flush it, on and on while it lasts; gives the milliseconds that each took."""
    took: list[float] = []
    task = asyncio.create_task(_flushing(folder / "flushed", took))
    try:
        yield took
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _flushing(path: Path, took: list[float]) -> None:
    with path.open("wb", buffering=0) as file:
        while True:
            took.append(await asyncio.to_thread(_flush, file.fileno()))
            await asyncio.sleep(EVERY_SECONDS)


def _flush(file: int) -> float:
    began = time.perf_counter()
    os.pwrite(file, BLOCK, 0)
    os.fdatasync(file)
    return (time.perf_counter() - began) * 1000
