"""`python -m tests.fuzz --inputs 100000 --seed 7`: anything is thrown at the gateway, on a real Postgres."""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cli.import_run import import_kind
from cli.stack.ports import free_port
from cli.stack.postgres import postgres
from records.migrate import migrate
from tests.fuzz.inputs import SAMPLE, drawn
from tests.fuzz.throwing import TODAY, thrown
from tests.gateway.desk import gateway_on
from tests.gateway.test_app import routes

AT_ONCE = 500


def memory_mb() -> float:
    """What this process holds now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 2**20


def commit() -> str:
    """Which state of the code this is."""
    words = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def say(line: str) -> None:
    """Tell one line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def main(inputs: int, seed: int) -> int:
    """Throw that many; the exit status is 1 when something was wrong."""
    say(f"fuzz: {inputs} inputs, seed {seed}, commit {commit()}")
    wrong: list[str] = []
    done, began, warm = 0, time.monotonic(), 0.0
    with tempfile.TemporaryDirectory() as folder:
        async with postgres(Path(folder) / "pg", free_port(), durable=False) as url:
            await migrate(url)
            for kind in ("oneroster", "employers", "opportunities"):
                path = SAMPLE / (kind if kind == "oneroster" else f"{kind}.csv")
                await import_kind(kind, path, database_url=url, today=TODAY)  # pyright: ignore[reportArgumentType]
            async with gateway_on(url, patience=0.2) as desk:
                await desk.proposed()
                paths = sorted(routes(desk))
                while done < inputs:
                    batch = drawn(min(AT_ONCE, inputs - done), seed * 1_000_003 + done, paths)
                    found = await thrown(desk, batch)
                    wrong += found
                    done += max(len(batch), 1)
                    warm = warm or (memory_mb() if done >= inputs / 5 else 0.0)
                    say(f"{done} thrown, {len(wrong)} wrong, {time.monotonic() - began:.0f} s")
                    for line in found[:5]:
                        say(line)
                kept = await desk.count("select count(*) from inbox")
    grown = (memory_mb() / warm - 1) * 100 if warm else 0.0
    say(f"{done} inputs, {len(wrong)} wrong, {kept} events kept, memory {grown:+.0f} % since the first fifth")
    return int(bool(wrong))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000, help="how many (default 100000)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed, the same inputs (default 7)")
    given_ = parser.parse_args()
    sys.exit(asyncio.run(main(given_.inputs, given_.seed)))
