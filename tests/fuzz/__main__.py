"""`python -m tests.fuzz --inputs 100000 --seed 7`: anything is thrown at a whole stack of its own.

Requests go to its gateway over HTTP: schemathesis makes them of the API's description, Hypothesis the events, tokens,
odd requests, and pages that people and staff fill in and upload to. Files are read as the command line reads them.
"""

import argparse
import asyncio
import base64
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.chaos.trial import trial_stack
from tests.fuzz.findings import commit, say
from tests.fuzz.run import Fuzz, Size

SECRETS = {
    "JOURNEYWORK_PAYLOAD_KEYS": f"fuzz:{base64.b64encode(bytes(32)).decode()}",
    "JOURNEYWORK_TEXTS_SECRET": f"whsec_{base64.b64encode(bytes(32)).decode()}",
}
"""Settings that open routes which are closed without them."""


async def main(size: Size, keep: Path | None) -> int:
    """Throw that many; the exit status is 1 when something was wrong, and then data and logs stay."""
    say(f"fuzz: {size.inputs} inputs, seed {size.seed}, commit {commit()}")
    folder = keep or Path(tempfile.mkdtemp(prefix="journeywork-fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    say(f"data, logs and findings are in {folder}")
    async with trial_stack(folder, **SECRETS) as stack:
        fuzz = Fuzz(stack, folder, size)
        await fuzz.run()
    wrong = len(fuzz.findings)
    say(f"{fuzz.done} inputs, {wrong} wrong")
    if keep is None and not wrong:
        shutil.rmtree(folder, ignore_errors=True)
    return int(wrong > 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000, help="how many (default 100000)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed, the same inputs (default 7)")
    parser.add_argument("--keep", type=Path, help="a folder for data, logs and findings, which stays in any case")
    parser.add_argument("--patience", type=float, default=60, help="seconds that an answer may take (default 60)")
    given = parser.parse_args()
    status = asyncio.run(main(Size(given.inputs, given.seed, given.patience), given.keep))
    sys.stdout.flush()
    os._exit(status)
